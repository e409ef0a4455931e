"""Graded supervision 分级分类监管: what follows a grade by its clause, and what the clause leaves open.

In charge of three answers that stay apart: what the text says, that it sets nothing, and that it leaves it to a
document which is not loaded. No factor is ever made up: a text that says 大幅度压减检查频次 gives none.
Source: 海沧13; 厦门12 (差异化信用监管), 15, 16; 十堰正文 (分类分级动态监管).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.evaluation.schemes import Evaluation
from domain.rulebook.tables import MeasureRule, SupervisionRule


class SupervisionStatus(StrEnum):
    """What the text says of the supervision that follows a grade."""

    SAYS = "says"
    NONE_SET = "none_set"
    NOT_LOADED = "not_loaded"
    STANDING_UNKNOWN = "standing_unknown"
    """It speaks of the trustworthy and the dishonest, and not of which grade makes one of them."""


@dataclass(frozen=True, slots=True)
class Supervision:
    """What follows a grade under a scheme."""

    status: SupervisionStatus
    rules: tuple[SupervisionRule, ...]
    conveniences: tuple[MeasureRule, ...]
    restrictions: tuple[MeasureRule, ...]


def follows(under: Evaluation, grade: str) -> Supervision:
    """Tell what follows a grade: what the text says of it, and the measures that are its uses."""
    mine = tuple(one for one in under.book.supervision if one.scheme == under.code)
    if any(one.rule for one in mine):
        return Supervision(SupervisionStatus.NOT_LOADED, mine, (), ())
    if any(one.standing for one in mine):
        return _with_measures(under, SupervisionStatus.STANDING_UNKNOWN, mine, ())
    fitting = tuple(one for one in mine if grade in one.grades)
    uses = tuple(one.measure for one in under.scheme.uses if grade in one.rule.grades)
    says = SupervisionStatus.SAYS if fitting or uses else SupervisionStatus.NONE_SET
    return _with_measures(under, says, fitting, uses)


def _with_measures(
    under: Evaluation,
    status: SupervisionStatus,
    rules: tuple[SupervisionRule, ...],
    uses: tuple[MeasureRule, ...],
) -> Supervision:
    by_code = {one.code: one for one in under.book.measures}
    eased = tuple(one for one in uses if one.polarity == "positive")
    strict = tuple(one for one in uses if one.polarity == "negative")
    return Supervision(
        status,
        rules,
        (*eased, *(by_code[code] for rule in rules for code in rule.conveniences)),
        (*strict, *(by_code[code] for rule in rules for code in rule.restrictions)),
    )
