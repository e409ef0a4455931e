"""How long a grade has been kept, and what follows from it: the time without a break, the uses of a grade.

In charge of the times during which a subject's grade stayed the same, day by day as each day knew it, and of measures
that a grade brings at once or after years. The years are those of published grades: what an office has worked out and
not published frees nobody from anything. Refuses nothing: it tells.
Source: 十堰正文 (连续两年保持A级,还可免交工资保证金; 三种结果应用).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from domain.calendar import TermInvalid, add_term
from domain.grade.engine import assess
from domain.grade.fact import Fact
from domain.grade.scheme import Scheme, Use
from domain.rulebook.answer import RuleAnswer

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included, on each of which the result was the same."""

    first: date
    last: date
    result: str


@dataclass(frozen=True, slots=True)
class Published:
    """A grade as it was published: its first day, the day of its end, and whether it ended by being withdrawn as wrong."""

    grade: str
    first: date
    ended_on: date | None
    withdrawn: bool = False

    def is_void(self, on: date) -> bool:
        """Whether it had been withdrawn by a day: until then it stood, whatever came of it."""
        return self.withdrawn and self.ended_on is not None and self.ended_on <= on


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A use of a grade as it stands on a day: whether it follows, since when the grade was kept, from when it may."""

    use: Use
    follows: bool
    since: date | None = None
    earliest: date | None = None


def periods(scheme_on: Callable[[date], Scheme], facts: Iterable[Fact], first: date, last: date) -> tuple[Period, ...]:
    """Give the results of every day between two, each as that day knew the facts; days of one result are put together."""
    known = tuple(facts)
    found: list[Period] = []
    turns = [*_turns(scheme_on(last), known, first, last), last + _DAY]
    for begins, next_ in pairwise(turns):
        result = assess(scheme_on(begins), known, begins).result
        if found and found[-1].result == result:
            found[-1] = Period(found[-1].first, next_ - _DAY, result)
        else:
            found.append(Period(begins, next_ - _DAY, result))
    return tuple(found)


def last_period(scheme_on: Callable[[date], Scheme], facts: Iterable[Fact], on: date) -> Period:
    """Give the days up to a day on each of which the result was the same, looking back no further than that."""
    known = tuple(facts)
    first = min((fact.recorded_on for fact in known), default=on)
    result, begins = assess(scheme_on(on), known, on).result, on
    for turn in reversed(_turns(scheme_on(on), known, min(first, on), on)):
        if assess(scheme_on(turn), known, turn).result != result:
            break
        begins = turn
    return Period(begins, on, result)


def stood(published: Iterable[Published], on: date) -> tuple[Period, ...]:
    """Give the days up to a day on which published grades stood, given in the order of their publication.

    A day is one of the grade with which it ends: a grade that was published and replaced on one day has none. One that was
    withdrawn as wrong by that day has none either, and what it had replaced stood until the next, once there is one: what
    the office got wrong neither breaks the time of who kept its grade, nor fills it.
    """
    known = [one for one in published if one.first <= on]
    held = [one for one in known if not one.is_void(on)]
    void = {one.first for one in known if one.is_void(on)}
    periods = []
    for number, one in enumerate(held, start=1):
        ended_on = one.ended_on
        if ended_on in void:
            ended_on = next((after.first for after in held[number:] if after.first >= ended_on), ended_on)
        periods.append(Period(one.first, on if ended_on is None else min(on, ended_on - _DAY), one.grade))
    return tuple(one for one in periods if one.first <= one.last)


def kept_since(history: Sequence[Period], grades: Collection[str], on: date) -> date | None:
    """Give the first day from which one of some grades was kept up to a day; null where none stands.

    A single day of another grade, or of none, begins the time anew.
    """
    since, reached = None, on
    for period in sorted(history, key=lambda one: one.last, reverse=True):  # of two who became one, times overlap
        if period.result not in grades or period.first > on:
            continue
        if period.last < reached:
            break
        since = period.first if since is None else min(since, period.first)
        reached = since - _DAY
    others = [one.last for one in history if one.result not in grades and one.first <= on]
    if since is None or not others:
        return since
    return None if max(others) >= on else max(since, max(others) + _DAY)


def full_on(since: date, years: RuleAnswer) -> date | None:
    """Give the day on which a grade kept since a day was kept for the time of a rule; null where the calendar ends before.

    Units: a time of years is full on its corresponding day (民法典 201, 202).
    """
    try:
        return add_term(since, int(str(years.value)), years.unit or "year")
    except TermInvalid:
        return None


def followed(scheme: Scheme, grade: str | None, history: Sequence[Period], on: date) -> tuple[Followed, ...]:
    """Tell of every use of a scheme whether it follows from a grade, published grades having stood so long."""
    return tuple(_followed(use, grade, history, on) for use in scheme.uses)


def _followed(use: Use, grade: str | None, history: Sequence[Period], on: date) -> Followed:
    if grade not in use.rule.grades:
        return Followed(use=use, follows=False)
    since = kept_since(history, use.rule.grades, on)
    if use.years is None:
        return Followed(use=use, follows=True, since=since, earliest=since)
    earliest = None if since is None else full_on(since, use.years)
    return Followed(use=use, follows=earliest is not None and earliest <= on, since=since, earliest=earliest)


def _turns(scheme: Scheme, facts: Sequence[Fact], first: date, last: date) -> list[date]:
    """Give the days between two on which a result may change: the first, and those on which some fact begins or ends to count."""
    days = {first}
    terms = {(one.term, one.unit) for one in scheme.features.values() if one.term is not None and one.unit is not None}
    for fact in facts:
        end = fact.holds_until if fact.lasts else fact.occurred_on
        days.update((fact.occurred_on, fact.recorded_on))
        if fact.ended_on is not None:
            days.add(fact.ended_on)
        if end is not None and end < last:
            days.add(end + _DAY)
            days.update(add_term(end, term, unit) + _DAY for term, unit in terms)
    days.update(scheme.editions)
    return sorted(day for day in days if first <= day <= last)
