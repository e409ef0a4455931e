"""Which measures follow a grade: the uses that its scheme names, and what graded supervision brings with it.

In charge of three answers that stay apart: a measure follows, follows once the grade was kept for its term, or follows
the standing of a subject (守信, 失信) of which the text does not say which grade gives it; then the rule that does is cited.
A scheme whose paper is not loaded brings no measure.
Source: 十堰正文 (三种结果应用; 连续两年保持A级,还可免交工资保证金); 海沧13 (分级分类监管).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.evaluation.published import published_days
from domain.evaluation.schemes import evaluation
from domain.evaluation.supervision import SupervisionStatus, follows
from domain.grade.scheme import SchemeUnknown
from domain.grade.standing import followed
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
    history = await published_days(
        tx.connection, grade["subject_id"], jurisdiction=under.jurisdiction, key=under.code, on=tx.today
    )
    earliest = {
        one.use.measure.code: one.earliest
        for one in followed(under.scheme, grade["value"], history, tx.today)
        if grade["value"] in one.use.rule.grades and not one.follows
    }
    return Following(codes=frozenset(measures - earliest.keys()), earliest=earliest)
