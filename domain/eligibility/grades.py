"""Whether a grade was held without a gap for as long as an incentive asks.

A day with another grade, and a day without any, begins anew. Source: 十堰正文 (连续两年保持A级,还可免交工资保证金).
"""

from __future__ import annotations

from datetime import date

from domain.calendar import add_term
from domain.eligibility.facts import Facts, Spell
from domain.eligibility.law import Consequence


def is_unbroken(consequence: Consequence, facts: Facts, on: date) -> bool:
    """Tell whether the grade was held without a day's gap for the years the rule asks for (十堰: 连续两年保持A级)."""
    rule, years = consequence.rule, consequence.unbroken
    if years is None or not isinstance(years.value, int):
        return False
    first = _unbroken_since(facts, rule.scheme, rule.grades, on)
    return first is not None and add_term(first, years.value, "year") <= on


def _unbroken_since(facts: Facts, scheme: str | None, grades: tuple[str, ...], on: date) -> date | None:
    """Give the first day of the spell without a gap in which one of the grades was held up to a day."""
    held = [one.spell for one in facts.grades if one.scheme == scheme and one.grade in grades]
    other = [one.spell for one in facts.grades if one.scheme == scheme and one.grade not in grades]
    standing = [spell for spell in held if spell.holds(on)]
    if not standing or any(spell.holds(on) for spell in other):
        return None
    first = min(spell.since for spell in standing)
    while earlier := [spell for spell in held if spell.since < first and _reaches(spell, first)]:
        first = min(spell.since for spell in earlier)
    broken = [_last_day(spell) for spell in other if spell.since <= on]
    return first if all(last < first for last in broken) else None


def _reaches(spell: Spell, day: date) -> bool:
    """Tell whether a spell lasts at least to the eve of a day."""
    return (_last_day(spell) - day).days >= -1


def _last_day(spell: Spell) -> date:
    """Give the last day on which a spell held; the last of all days where it has not ended."""
    eve = date.fromordinal(spell.ended_on.toordinal() - 1) if spell.ended_on else date.max
    return min(eve, spell.until or date.max)
