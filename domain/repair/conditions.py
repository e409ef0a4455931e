"""Whether the conditions of a repair are met: judged one by one from facts, and never assumed.

A condition is met or not met as the facts say; it is unknown while a fact has not been established, and not
assessable where what it is measured by is not set: no period, no rule in force on the day. Which conditions
there are is the rulebooks' matter (`domain.rulebook.repair`).
Source: 厦门6 (在规定期限内依法纠正、消除不良影响; 完成履行义务的认定标准); 海沧7; 上海11; 信用修复管理办法.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from domain.clock import day_in_chinese
from domain.credit.shortest import Shortest, Shortness
from domain.rulebook.repair import Condition


class Standing(StrEnum):
    """How a condition stands."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_ASSESSABLE = "not_assessable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the office has found 认定: by which standard, that the duties are fulfilled and since when."""

    standard: str
    fulfilled_on: date
    corrected_on: date
    effect_removed_on: date | None
    criminal_proceedings: bool
    repeated: bool
    other_conditions: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a record and of what was done to repair it."""

    shortest: Shortest
    correction_due_on: date | None = None
    """The period prescribed by the decision, else by the definition of a list; null where neither sets one."""
    repeated_on: date | None = None
    """Day of a later decision about the same subject under the same item."""
    found: Found | None = None
    signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition, how it stands, since when (or from when on it will), and why, in both languages."""

    condition: Condition
    standing: Standing
    since: date | None
    en: str
    zh: str


def judge(asked: tuple[Condition, ...], facts: Facts, *, today: date) -> tuple[Judged, ...]:
    """Judge each condition by the facts on a day."""
    return tuple(_JUDGES[one.condition](one, facts, today) for one in asked)


def _minimum(condition: Condition, facts: Facts, today: date) -> Judged:
    shortest = facts.shortest
    cited = _cited(condition, shortest)
    match shortest:
        case Shortest(last_on=date() as last, earliest_on=date() as first):
            return Judged(
                cited,
                Standing.MET if today >= first else Standing.NOT_MET,
                first,
                f"The shortest publication ends on {last}; repair may be applied for from {first} on.",
                f"最短公示期至{day_in_chinese(last)}届满，自{day_in_chinese(first)}起可以申请。",
            )
        case Shortest(kind=Shortness.NONE):
            return Judged(
                cited,
                Standing.MET,
                None,
                "No shortest publication is set for this class.",
                "该类失信信息不设最短公示期。",
            )
        case Shortest(kind=Shortness.UNKNOWN):
            return Judged(
                cited,
                Standing.UNKNOWN,
                None,
                "It goes by severity, and the severity has not been determined.",
                "最短公示期按失信程度确定，失信程度尚未明确。",
            )
    return Judged(
        cited,
        Standing.NOT_ASSESSABLE,
        None,
        "No rule in force on the day of the decision is loaded.",
        "决定之日有效的规则未载入。",
    )


def _duties(condition: Condition, facts: Facts, today: date) -> Judged:
    if facts.found is None:
        return _not_found(condition)
    day = facts.found.fulfilled_on
    return Judged(
        condition, Standing.MET, day, f"Found fulfilled since {day}.", f"认定自{day_in_chinese(day)}起已完全履行。"
    )


def _corrected(condition: Condition, facts: Facts, today: date) -> Judged:
    """Tell correction in its period from a late one; without a period there is nothing to measure it by."""
    due = facts.correction_due_on
    if due is None:
        return Judged(
            condition,
            Standing.NOT_ASSESSABLE,
            None,
            "Neither the decision nor a list's definition sets a period.",
            "决定和名单规则均未规定纠正期限，不作推定。",
        )
    if facts.found is None:
        return replace(
            _not_found(condition),
            en=f"The period ends on {due}; no finding yet.",
            zh=f"期限至{day_in_chinese(due)}，尚未认定。",
        )
    day = facts.found.corrected_on
    if day <= due:
        return Judged(
            condition,
            Standing.MET,
            day,
            f"Corrected on {day}, by {due}.",
            f"{day_in_chinese(day)}纠正，未逾{day_in_chinese(due)}的期限。",
        )
    return Judged(
        condition,
        Standing.NOT_MET,
        day,
        f"Corrected late: on {day}, {(day - due).days} days after {due}.",
        f"逾期纠正：{day_in_chinese(day)}纠正，逾{day_in_chinese(due)}的期限{(day - due).days}日。",
    )


def _effect(condition: Condition, facts: Facts, today: date) -> Judged:
    if facts.found is None:
        return _not_found(condition)
    day = facts.found.effect_removed_on
    if day is None:
        return Judged(condition, Standing.NOT_MET, None, "The bad effect was found to last.", "认定不良影响尚未消除。")
    return Judged(condition, Standing.MET, day, f"Found removed since {day}.", f"认定自{day_in_chinese(day)}起已消除。")


def _commitment(condition: Condition, facts: Facts, today: date) -> Judged:
    if facts.signed_on is None:
        return Judged(
            condition, Standing.NOT_MET, None, "The commitment has not been signed.", "尚未公开作出信用承诺。"
        )
    return Judged(
        condition, Standing.MET, facts.signed_on, f"Signed on {facts.signed_on}.", f"{facts.signed_on}已公开承诺。"
    )


def _no_proceedings(condition: Condition, facts: Facts, today: date) -> Judged:
    if facts.found is None:
        return _not_found(condition)
    if facts.found.criminal_proceedings:
        return Judged(
            condition,
            Standing.NOT_MET,
            None,
            "Criminal proceedings are pending or ended in guilt.",
            "正在刑事程序中或已被追究刑事责任。",
        )
    return Judged(condition, Standing.MET, None, "No criminal proceedings were found.", "经认定未处于刑事程序中。")


def _not_repeated(condition: Condition, facts: Facts, today: date) -> Judged:
    if facts.repeated_on is not None:
        day = facts.repeated_on
        return Judged(
            condition, Standing.NOT_MET, day, f"A later decision of the same kind is of {day}.", f"{day}又有同类决定。"
        )
    if facts.found is None:
        return _not_found(condition)
    if facts.found.repeated:
        return Judged(condition, Standing.NOT_MET, None, "It was found to have happened again.", "经认定再次发生。")
    return Judged(condition, Standing.MET, None, "It was found not to have happened again.", "经认定未再次发生。")


def _other(condition: Condition, facts: Facts, today: date) -> Judged:
    if facts.found is None or not facts.found.other_conditions:
        return _not_found(condition)
    return Judged(condition, Standing.MET, None, "Found met, or that there are none.", "经认定已满足或无其他条件。")


def _not_found(condition: Condition) -> Judged:
    return Judged(
        condition, Standing.UNKNOWN, None, "The office has not made its finding yet.", "认定单位尚未作出认定。"
    )


def _cited(condition: Condition, shortest: Shortest) -> Condition:
    """Cite the rule that sets the term rather than the one that asks for its end."""
    answer = shortest.answer
    if answer is None or answer.layer is None:
        return condition
    return replace(
        condition,
        clause=answer.clause or condition.clause,
        quote=answer.quote or condition.quote,
        citation=answer.citation,
        layer=answer.layer.rulebook,
        relation=answer.layer.relation,
        confidence=answer.confidence or condition.confidence,
    )


_JUDGES: Final[Mapping[str, Callable[[Condition, Facts, date], Judged]]] = {
    "minimum_publication": _minimum,
    "duties_fulfilled": _duties,
    "corrected_in_period": _corrected,
    "effect_removed": _effect,
    "commitment": _commitment,
    "no_criminal_proceedings": _no_proceedings,
    "not_repeated": _not_repeated,
    "other": _other,
}
