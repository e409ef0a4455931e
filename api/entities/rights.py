"""Entities of the rights of subjects: consents, and who looked."""

from __future__ import annotations

from api.entity import OWNER_IS_PERSON, Entity, Enums, Shape, computed, entity, newest, one_of, ref
from api.roots import Root, RootMany
from domain.ledger import OUTCOMES, LedgerEvent
from domain.rights import consent
from domain.rights.consent import Consent

ENUMS: Enums = {
    "Outcome": ("What became of an access: served, or refused.", OUTCOMES),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "consents": RootMany("Consent", "Consents 授权 within your authority: given by you, or to your agency."),
    "accessLog": RootMany("AccessEntry", "The access log 查询记录 within your authority: who looked at whose data."),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            Consent,
            extra={"inForce": computed(consent.IN_FORCE, Shape.BOOLEAN, "Whether it stands today.", type=bool)},
            orders=newest("granted_at", "consent"),
            about_person="about_person",
            person=OWNER_IS_PERSON,
        ),
        entity(
            LedgerEvent,
            enums={"outcome": "Outcome"},
            name="AccessEntry",
            noun="access_entry",
            description="An access 查询记录: who looked at a subject's data, when, for what, on which basis.",
            only=(
                "at",
                "verb",
                "outcome",
                "account_id",
                "role",
                "office",
                "purpose",
                "basis",
                "reason",
                "policy_version",
            ),
            orders=newest("at", "access"),
            filters={
                "office": ref("Office", "office_id", "offices"),
                "outcome": one_of("outcome", "outcomes.", "Outcome"),
                "verb": one_of("verb", "verbs."),
            },
            base="{t}.kind = 'access'",
        ),
    )
