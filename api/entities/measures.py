"""Entities of measures: what offices and partners do about subjects because of records, entries and grades."""

from __future__ import annotations

from api.declaring.entity import HISTORY, OWNER_IS_PERSON, Entity, Enums, Shape, computed, entity, flag, newest, one_of
from api.declaring.roots import Root, RootMany, by_id
from domain.measure import measure
from domain.measure.measure import LIFTED_FOR, MEASURE_STATES, Measure

ENUMS: Enums = {
    "MeasureState": (
        "Whether a measure is applied 实施中, was declined 反馈未实施, or was lifted 已解除.",
        MEASURE_STATES,
    ),
    "LiftedFor": (
        "Why a measure was lifted: with a repair 信用修复, a removal 移出, a withdrawal 撤回, an exemption 豁免, a correction"
        " 更正, another grade 等级变动, or by the office that applied it.",
        LIFTED_FOR,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "measure": by_id("Measure", "measure 奖惩措施"),
    "measures": RootMany(
        "Measure", "Measures 奖惩措施 applied, declined and lifted, within your authority (上海9(一): fed back)."
    ),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            Measure,
            enums={
                "state": "MeasureState",
                "lifted_for": "LiftedFor",
                "polarity": "Polarity",
                "severity": "Severity",
                "legal_basis_level": "BasisLevel",
            },
            extra={
                "inForce": computed(
                    measure.IN_FORCE,
                    Shape.BOOLEAN,
                    "Whether it stands: not lifted, and what it rests on in force (新乡五(三)).",
                    type=bool,
                ),
            },
            manys=HISTORY,
            orders=newest("applied_at", "application"),
            filters={
                "state": one_of("state", "states.", "MeasureState"),
                "inForce": flag(measure.IN_FORCE, "Only what stands, or only what does not."),
            },
            about_person="about_person",
            person=OWNER_IS_PERSON,
        ),
    )
