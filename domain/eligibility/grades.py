"""Whether a grade was held without a gap for as long as an incentive asks: by the grades published, as for measures.

Source: 十堰正文 (连续两年保持A级,还可免交工资保证金).
"""

from __future__ import annotations

from datetime import date

from domain.eligibility.facts import Facts
from domain.eligibility.law import Consequence
from domain.grade.standing import Published, full_on, kept_since, stood


def is_unbroken(consequence: Consequence, facts: Facts, on: date) -> bool:
    """Tell whether the grade was held without a day's gap for the years the rule asks for (十堰: 连续两年保持A级)."""
    rule, years = consequence.rule, consequence.unbroken
    if years is None or not isinstance(years.value, int):
        return False
    of_scheme = [one for one in facts.grades if one.scheme == rule.scheme]
    history = stood([Published(one.grade, one.spell.since, one.spell.ended_on, one.withdrawn) for one in of_scheme], on)
    since = kept_since(history, rule.grades, on)
    full = None if since is None else full_on(since, years)
    return full is not None and full <= on
