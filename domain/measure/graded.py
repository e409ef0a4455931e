"""Which measures follow a grade: the uses that its scheme names, and what graded supervision brings with it.

In charge of three answers that stay apart: a measure follows, follows once the grade was kept for its term, or follows
the standing of a subject (守信, 失信) of which the text does not say which grade gives it; then the rule that does is cited.
A scheme whose paper is not loaded brings no measure.
Source: 十堰正文 (三种结果应用; 连续两年保持A级,还可免交工资保证金); 海沧13 (分级分类监管).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from domain.clock import local_day
from domain.evaluation.schemes import Evaluation, evaluation
from domain.evaluation.supervision import SupervisionStatus, follows
from domain.grade.scheme import SchemeUnknown
from domain.grade.standing import Period, followed
from domain.lifecycle import Transaction
from domain.rulebook.model import Rulebooks


@dataclass(frozen=True, slots=True)
class Following:
    """What follows a grade: codes of measures, those of which the rule must be cited, and from when others may."""

    codes: frozenset[str] = frozenset()
    by_standing: frozenset[str] = frozenset()
    earliest: Mapping[str, date | None] = field(default_factory=dict)
    """Measures that follow once the grade was kept for their term: their first day, where it can be told."""


async def following(tx: Transaction, books: Rulebooks, grade: Mapping[str, Any]) -> Following:
    """Tell which measures follow a grade in force today."""
    try:
        under = evaluation(books, grade["jurisdiction_id"], grade["kind"], tx.today)
    except SchemeUnknown:
        return Following()
    supervised = follows(under, grade["value"])
    measures = {one.code for one in (*supervised.conveniences, *supervised.restrictions)}
    if supervised.status is SupervisionStatus.STANDING_UNKNOWN:
        return Following(by_standing=frozenset(measures))
    earliest = {
        one.use.measure.code: one.earliest
        for one in followed(under.scheme, await _history(tx, under, grade), tx.today)
        if grade["value"] in one.use.rule.grades and not one.follows
    }
    return Following(codes=frozenset(measures - earliest.keys()), earliest=earliest)


async def _history(tx: Transaction, under: Evaluation, grade: Mapping[str, Any]) -> list[Period]:
    """Give the days on which each published grade of the subject held; a day between two counts as that of the later."""
    rows = await tx.connection.fetch(_PUBLISHED, grade["subject_id"], under.jurisdiction, under.code)
    return [
        Period(
            local_day(row["published_at"]),
            tx.today if row["ended_at"] is None else local_day(row["ended_at"]) - timedelta(days=1),
            row["value"],
        )
        for row in rows
    ]


_PUBLISHED: Final = """
SELECT value, published_at, ended_at FROM grade
WHERE subject_id = $1 AND jurisdiction_id = $2 AND scheme = $3 AND published_at IS NOT NULL
ORDER BY published_at, id
"""
