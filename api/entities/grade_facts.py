"""Entities of facts that grades rest on."""

from __future__ import annotations

from api.declaring.entity import HISTORY, Entity, Enums, Shape, computed, entity, flag, from_day, newest, one_of, to_day
from api.declaring.roots import Root, RootMany, by_id
from domain.grade import grade_fact
from domain.grade.grade_fact import GRADE_FACT_OUTCOMES, GRADE_FACT_STATES, GradeFact
from domain.privacy import Privacy
from domain.rulebook.vocabulary import GRADE_FACTS

ENUMS: Enums = {
    "GradeFactKind": (
        "A kind of fact that grades rest on: an arrears complaint 欠薪投诉, a finding of arrears 欠薪认定, a wage inspection"
        " 工资支付检查, a deposit 工资保证金, one of the systems 五项制度, the kind of enterprise 企业类别, an indicator 指标.",
        tuple(GRADE_FACTS),
    ),
    "GradeFactOutcome": (
        "What came of a fact: of a complaint open 未结, verified 查实, unfounded 不属实; of a finding arrears 欠薪, serious"
        " 重大欠薪情节; of an inspection clean 未发现拖欠; of a deposit paid 已缴, reduced 减缴, exempted 免缴; of a system held 落实,"
        " missing 未落实; of an enterprise local 本地, external 外地, dormant 注册在本地但近两年内不在本地生产; of an indicator found 有, open 待定.",
        GRADE_FACT_OUTCOMES,
    ),
    "GradeFactState": (
        "Whether a version of a fact stands in the books (recorded), or was ended by an amendment or a withdrawal.",
        GRADE_FACT_STATES,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "gradeFact": by_id("GradeFact", "fact that grades rest on 等级评价事实"),
    "gradeFacts": RootMany(
        "GradeFact",
        "Facts that grades rest on 等级评价事实, every version of them, within your authority (十堰“15333”).",
    ),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            GradeFact,
            enums={"kind": "GradeFactKind", "outcome": "GradeFactOutcome", "state": "GradeFactState"},
            extra={
                "inForce": computed(
                    grade_fact.IN_FORCE,
                    Shape.BOOLEAN,
                    "Whether it stands in the books, and holds today or merely happened.",
                    type=bool,
                    privacy=Privacy.CREDIT,
                ),
            },
            manys=HISTORY,
            orders=newest("recorded_at", "record"),
            filters={
                "kind": one_of("kind", "kinds.", "GradeFactKind"),
                "outcome": one_of("outcome", "outcomes.", "GradeFactOutcome", Privacy.CREDIT),
                "state": one_of("state", "states.", "GradeFactState"),
                "occurredFrom": from_day("occurred_on", "day of the fact"),
                "occurredTo": to_day("occurred_on", "day of the fact"),
                "inForce": flag(grade_fact.IN_FORCE, "Only what stands, or only what does not.", Privacy.CREDIT),
            },
        ),
    )
