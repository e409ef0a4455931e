"""Grade a subject: a pure function of facts, scheme and day, that tells of every rule whether it fired and why.

A rule fires where all its conditions hold, and is undecidable where what is not known could make it hold. The first
that fires gives the grade, unless a rule before it is undecidable and would give another: then a person reviews it, and
so where none fires. Nobody is ever graded by silence.
Source: 十堰正文 (15333: C before B before A; the gap); 个人信息保护法24 (explained, and open to objection).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain.grade.fact import Fact
from domain.grade.features import Valued, valued
from domain.grade.scheme import Condition, Rule, Scheme, SchemeState

MANUAL_REVIEW: Final = "MANUAL_REVIEW"
NOT_LOADED: Final = "NOT_LOADED"
PLANNED: Final = "PLANNED"


class Fired(StrEnum):
    """What a rule came to."""

    FIRED = "fired"
    NOT_FIRED = "not_fired"
    UNDECIDABLE = "undecidable"


_FIRED: Final[Mapping[bool | None, Fired]] = {True: Fired.FIRED, False: Fired.NOT_FIRED, None: Fired.UNDECIDABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCondition:
    """A condition with what its feature came to; `holds` is null where it is not known."""

    condition: Condition
    value: Valued
    holds: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRule:
    """A rule with what it came to, and the facts it rests on."""

    rule: Rule
    fired: Fired
    conditions: tuple[JudgedCondition, ...]

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts that its conditions looked at."""
        return tuple(dict.fromkeys(fact for one in self.conditions for fact in one.value.facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read what is open, and the grade it would lead to, if any."""

    grade: str | None
    english: str
    chinese: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The grade of a subject on a day, with everything it rests on.

    Units: `result` is a grade of the scheme's scale, or MANUAL_REVIEW, NOT_LOADED, PLANNED.
    """

    scheme: Scheme
    day: date
    result: str
    decided_by: JudgedRule | None = None
    readings: tuple[Reading, ...] = ()
    rules: tuple[JudgedRule, ...] = ()
    values: tuple[Valued, ...] = ()
    unknown: tuple[Valued, ...] = ()
    """The features whose value is not known and that keep a rule undecidable."""

    @property
    def grade(self) -> str | None:
        """The grade; null where there is none."""
        return self.result if self.result in self.scheme.scale else None

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts that were looked at, each once."""
        return tuple(dict.fromkeys(fact for one in self.values for fact in one.facts))


def assess(scheme: Scheme, facts: Iterable[Fact], day: date) -> Assessment:
    """Grade a subject by its facts as they were known at the end of a day."""
    if scheme.state is not SchemeState.LOADED:
        planned = scheme.state is SchemeState.PLANNED
        return Assessment(scheme=scheme, day=day, result=PLANNED if planned else NOT_LOADED)
    values = valued(scheme, tuple(facts), day)
    judged = tuple(_judged(one, values) for one in scheme.rules)
    decided = _decided(judged)
    undecidable = [one for one in judged if one.fired is Fired.UNDECIDABLE]
    open_values = {
        part.value.feature.code: part.value for one in undecidable for part in one.conditions if part.holds is None
    }
    return Assessment(
        scheme=scheme,
        day=day,
        result=MANUAL_REVIEW if decided is None or decided.rule.grade is None else decided.rule.grade,
        decided_by=decided,
        readings=_readings(judged, decided),
        rules=judged,
        values=tuple(values.values()),
        unknown=tuple(open_values.values()),
    )


def holds(condition: Condition, value: Valued) -> bool | None:
    """Tell whether a condition holds of a value; null where it depends on what is not known."""
    if condition.among:
        return None if value.word is None else value.word in condition.among
    if condition.op is None or condition.value is None:
        return None
    return _compare(condition.op, value.low, value.high, condition.value)


def _compare(op: str, low: int, high: int | None, number: int) -> bool | None:
    """Compare a range with a number: true or false where every number of the range agrees."""
    if op == "eq":
        return _all(_compare("gte", low, high, number), _compare("lte", low, high, number))
    if op in ("lt", "lte"):
        opposite = _compare("gte" if op == "lt" else "gt", low, high, number)
        return None if opposite is None else not opposite
    least = number if op == "gte" else number + 1
    if low >= least:
        return True
    return False if high is not None and high < least else None


def _all(*parts: bool | None) -> bool | None:
    if any(part is False for part in parts):
        return False
    return None if any(part is None for part in parts) else True


def _judged(rule: Rule, values: Mapping[str, Valued]) -> JudgedRule:
    conditions = tuple(
        JudgedCondition(condition=one, value=values[one.feature], holds=holds(one, values[one.feature]))
        for one in rule.conditions
    )
    return JudgedRule(rule=rule, fired=_FIRED[_all(*(one.holds for one in conditions))], conditions=conditions)


def _decided(judged: Sequence[JudgedRule]) -> JudgedRule | None:
    """Give the first rule that fired, unless an undecidable one before it would give another grade."""
    open_: set[str | None] = set()
    for one in judged:
        if one.fired is Fired.FIRED:
            return one if open_ <= {one.rule.grade} else None
        if one.fired is Fired.UNDECIDABLE:
            open_.add(one.rule.grade)
    return None


def _readings(judged: Sequence[JudgedRule], decided: JudgedRule | None) -> tuple[Reading, ...]:
    """Give the ways to read a case that a person reviews: those of the text, or what is not known, rule by rule."""
    if decided is not None:
        return tuple(
            Reading(grade=one.grade, english=one.english, chinese=one.chinese) for one in decided.rule.rule.readings
        )
    return tuple(_if_known(one) for one in judged if one.fired is not Fired.NOT_FIRED)


def _if_known(one: JudgedRule) -> Reading:
    open_ = [part.value.feature.rule for part in one.conditions if part.holds is None]
    english, chinese = "; ".join(part.english for part in open_), "、".join(part.name for part in open_)
    grade = one.rule.grade
    if not open_:
        return Reading(grade=grade, english=one.rule.rule.english, chinese=one.rule.rule.quote)
    return Reading(
        grade=grade,
        english=f"{grade or 'A manual review'} if what is not known turns out so: {english}.",
        chinese=f"如经核实（{chinese}）符合条件，则为{grade + '级' if grade else '人工审定'}。",
    )
