"""Entities of name warnings: names that records give their subjects otherwise than they are known."""

from __future__ import annotations

from api.declaring.entity import HISTORY, OWNER_IS_PERSON, Entity, Enums, entity, newest, one_of
from api.declaring.roots import Root, RootMany, by_id
from domain.registry.name_warning import NAME_WARNING_STATES, RESOLVED, NameWarning

ENUMS: Enums = {
    "NameWarningState": (
        "State of a name warning: open 待核对, kept 维持原名, corrected 已更正.",
        NAME_WARNING_STATES,
    ),
    "NameWarningOutcome": ("How a name warning is resolved: kept 维持原名, corrected 更正.", RESOLVED),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "nameWarning": by_id("NameWarning", "name warning 名称核对"),
    "nameWarnings": RootMany(
        "NameWarning", "Name warnings 名称核对 that your office's records raised, or that your credit office resolves."
    ),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            NameWarning,
            enums={"state": "NameWarningState"},
            manys=HISTORY,
            orders=newest("found_at", "warning"),
            filters={
                "state": one_of("state", "states.", "NameWarningState"),
            },
            about_person="about_person",
            person=OWNER_IS_PERSON,
        ),
    )
