"""What a scheme counts of a subject's facts on a day: a range of numbers, or a word, and the facts behind it.

A number is a range because not everything is known: an open complaint may come to count, a system of which nobody
reported may be held. Order of facts means nothing, facts of other kinds are not looked at.
Source: 十堰正文 (五项制度, 三种企业, 两年内, 重大欠薪情节); 民法典 202 (corresponding days).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.grade.fact import Fact
from domain.grade.scheme import Feature, Scheme
from domain.rulebook.scheme_rules import ScoreItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Valued:
    """The value of a feature on a day.

    Units: the number lies between `low` and `high`, both included; `high` is null where nothing bounds it. `word` is
    the kind that stands, null where none or several do.
    """

    feature: Feature
    first: date
    low: int = 0
    high: int | None = 0
    word: str | None = None
    facts: tuple[Fact, ...] = ()
    lacking: tuple[str, ...] = ()
    """Codes of a list that are said to be missing."""
    unreported: tuple[str, ...] = ()
    """Codes of a list of which no fact is known."""

    @property
    def settled(self) -> bool:
        """Say whether its value is known."""
        return self.word is not None if self.feature.rule.how == "kind" else self.low == self.high


def valued(scheme: Scheme, facts: Sequence[Fact], day: date) -> Mapping[str, Valued]:
    """Value every feature of a scheme by the facts known on a day, in the scheme's order."""
    known = sorted((fact for fact in facts if fact.known_on(day)), key=_order)
    values: dict[str, Valued] = {}
    for feature in scheme.features.values():
        values[feature.code] = _valued(feature, known, day, values)
    return values


def _valued(feature: Feature, known: Sequence[Fact], day: date, values: Mapping[str, Valued]) -> Valued:
    if feature.rule.how == "score":
        return _score(feature, values, day)
    first = feature.first_day(day)
    chosen = [fact for fact in known if fact.kind in feature.rule.facts and fact.reaches(first)]
    if feature.rule.codes:
        chosen = [fact for fact in chosen if fact.code in feature.rule.codes]
    if feature.rule.how == "kind":
        return _kind(feature, chosen, first)
    if feature.rule.how == "held":
        return _held(feature, chosen, first)
    return _count(feature, chosen, first)


def _count(feature: Feature, chosen: Sequence[Fact], first: date) -> Valued:
    counted = [fact for fact in chosen if fact.outcome in feature.rule.outcomes]
    open_ = [fact for fact in chosen if fact.outcome in feature.rule.open]
    low = len(counted)
    high = None if feature.rule.silence == "unknown" else low + len(open_)
    return Valued(feature=feature, first=first, low=low, high=high, facts=(*counted, *open_))


def _held(feature: Feature, chosen: Sequence[Fact], first: date) -> Valued:
    """Count the codes that a fact says are held and none says are missing; the rest is not known."""
    codes = feature.rule.codes
    held = {fact.code for fact in chosen if fact.outcome in feature.rule.outcomes}
    lacking = {fact.code for fact in chosen if fact.outcome not in feature.rule.outcomes}
    return Valued(
        feature=feature,
        first=first,
        low=len(held - lacking),
        high=len(codes),
        facts=tuple(chosen),
        lacking=tuple(code for code in codes if code in lacking),
        unreported=tuple(code for code in codes if code not in held | lacking),
    )


def _kind(feature: Feature, chosen: Sequence[Fact], first: date) -> Valued:
    words = {fact.outcome for fact in chosen}
    word = words.pop() if len(words) == 1 else None
    return Valued(feature=feature, first=first, word=word, facts=tuple(chosen))


def _score(feature: Feature, values: Mapping[str, Valued], day: date) -> Valued:
    """Add what each counted feature gives or takes, each within its cap."""
    low: int = feature.rule.base
    high: int | None = feature.rule.base
    for item in feature.rule.items:
        least, most = points_between(item, values[item.feature].low, values[item.feature].high)
        low += least
        high = None if high is None or most is None else high + most
    facts = dict.fromkeys(fact for item in feature.rule.items for fact in values[item.feature].facts)
    return Valued(feature=feature, first=day, low=low, high=high, facts=tuple(facts))


def points_between(item: ScoreItem, low: int, high: int | None) -> tuple[int, int | None]:
    """Give the least and the most that a feature between two numbers brings; the most is null where nothing bounds it.

    What takes points away without bound must have a cap: a check of the rulebook sees to it.
    """
    at_low = _capped(item, item.points * low)
    at_high = _bound(item) if high is None else _capped(item, item.points * high)
    if item.points < 0:
        return (at_low if at_high is None else at_high), at_low
    return at_low, at_high


def _capped(item: ScoreItem, points: int) -> int:
    if item.cap is None:
        return points
    return max(-item.cap, min(item.cap, points))


def _bound(item: ScoreItem) -> int | None:
    if item.cap is None:
        return None
    return item.cap if item.points > 0 else -item.cap


def _order(fact: Fact) -> tuple[date, str, str, str]:
    return fact.occurred_on, fact.kind, fact.code or "", str(fact.id)
