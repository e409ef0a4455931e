"""Whether a failing may go unpunished: the act is on the list, it is minor, and it is occasional as the item says.

Each condition is met or not met, or unknown while the severity has not been determined; none is assumed.
Occasional is measured, since no text does: earlier failings under the same catalogue item count while the
item's months since their day of decision have not run out on the day of this one (months by 民法典202).
Source: 海沧2 (轻微偶发失信行为; 豁免行为清单).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.calendar import TermInvalid, add_term
from domain.repair.conditions import Standing

MINOR = "minor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is known of the failing, beside the item it is said to be."""

    severity: str | None
    decided_on: date
    is_of_item: bool
    """Whether the record's office and catalogue item are those of the item on the list."""
    is_listed: bool
    """Whether the item is in force."""
    most_earlier: int
    window_months: int
    earlier: Sequence[date] = ()
    """Days of decision of the subject's other failings under the same catalogue item, none of them later."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A condition, how it stands, and why, in both languages."""

    condition: str
    name: str
    standing: Standing
    en: str
    zh: str


def judge(act: Act) -> tuple[Judged, ...]:
    """Judge the three conditions of a failing."""
    return _listed(act), _minor(act), _occasional(act)


def within_window(act: Act) -> tuple[date, ...]:
    """Give the earlier failings that count, oldest first."""
    return tuple(sorted(day for day in act.earlier if _counts(day, act)))


def _counts(day: date, act: Act) -> bool:
    """Tell whether a failing of a day still counts; a term beyond the last known date never runs out."""
    try:
        return act.decided_on <= add_term(day, act.window_months, "month")
    except TermInvalid:
        return True


def _listed(act: Act) -> Judged:
    name = "列入豁免行为清单"
    if not act.is_of_item:
        return Judged(
            "listed",
            name,
            Standing.NOT_MET,
            "The item is for records of another office or catalogue item.",
            "该清单事项不适用于本单位或本目录条目的信息。",
        )
    if not act.is_listed:
        return Judged("listed", name, Standing.NOT_MET, "The item is not in force.", "该清单事项未生效或已终止。")
    return Judged("listed", name, Standing.MET, "The act is on the list in force.", "该行为在有效清单之内。")


def _minor(act: Act) -> Judged:
    if act.severity is None:
        return Judged(
            "minor", "轻微", Standing.UNKNOWN, "The severity has not been determined.", "尚未明确失信程度，不作推定。"
        )
    if act.severity != MINOR:
        return Judged("minor", "轻微", Standing.NOT_MET, "The failing is not minor.", "失信程度不属于轻微。")
    return Judged("minor", "轻微", Standing.MET, "The failing is minor.", "失信程度为轻微。")


def _occasional(act: Act) -> Judged:
    count = len(within_window(act))
    standing = Standing.MET if count <= act.most_earlier else Standing.NOT_MET
    return Judged(
        "occasional",
        "偶发",
        standing,
        f"{count} earlier within {act.window_months} months; at most {act.most_earlier} leave it occasional.",
        f"此前{act.window_months}个月内有{count}次，清单规定不超过{act.most_earlier}次为偶发。",
    )
