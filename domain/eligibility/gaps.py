"""What an answer does not know, and whether the outcome hangs on it.

A condition the text speaks of and does not give, a document that is not held, something the caller did not tell, a grade
a person has still to decide. Source: the first of the readings we hold to.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.eligibility.answer import Finding, Gap, Unknown
from domain.eligibility.facts import MANUAL, Circumstances, Facts
from domain.eligibility.law import Consequence
from domain.eligibility.scores import passes
from domain.rulebook.consequences import IncentiveRule, RestrictionRule


def gaps_of(
    consequence: Consequence, facts: Facts, told: Circumstances, found: list[Finding], on: date
) -> Iterator[Unknown]:
    rule, cited = consequence.rule, consequence.cited
    if isinstance(rule, IncentiveRule) and rule.conditions_open:
        yield Unknown(
            gap=Gap.NONE_SET,
            en=f"Under which conditions this is given the text does not say: {rule.name}.",
            zh=f"原文未规定给予条件：{rule.name}。",
            cited=cited,
        )
    if rule.sectors and not (consequence.lists or consequence.conditioned):
        yield Unknown(
            gap=Gap.NOT_HELD,
            en="No list of this division is the list on which the rule rests.",
            zh="本地没有该规定所依据的名单。",
            cited=cited,
        )
    if isinstance(rule, RestrictionRule) and rule.via_legal_representative and not facts.links_known and not found:
        yield Unknown(
            gap=Gap.OUTSIDE_AUTHORITY,
            en="What is held of the legal representative lies outside your authority: ask the office in charge.",
            zh="法定代表人的有关信息不在您的权限范围内：请向主管单位查询。",
            cited=cited,
            weighs=True,
            restricts=True,
        )
    if isinstance(rule, RestrictionRule) and rule.via_legal_representative and facts.links_known and facts.represented:
        yield from _link_gaps(consequence, facts, told.applied_on or on)
    if rule.grades:
        yield from _grade_gaps(consequence, facts, on)
    if consequence.threshold is not None:
        yield from _score_gaps(consequence, told)


def _link_gaps(consequence: Consequence, facts: Facts, applied_on: date) -> Iterator[Unknown]:
    """Tell that nobody is held as a subject who represented the unit on the day of the application."""
    standing = [link for link in facts.links if link.holds(applied_on)]
    if not standing or any(link.person_id is None for link in standing):
        yield Unknown(
            gap=Gap.NOT_HELD,
            en="Who represented the unit on the day of the application is not held here as a subject: look it up.",
            zh="申请日的法定代表人未作为信用主体收录：请另行核查。",
            cited=consequence.cited,
            weighs=True,
            restricts=True,
        )


def _grade_gaps(consequence: Consequence, facts: Facts, on: date) -> Iterator[Unknown]:
    rule, cited = consequence.rule, consequence.cited
    grades = [one.grade for one in facts.grades if one.scheme == rule.scheme and one.spell.holds(on)]
    if MANUAL in grades:
        yield Unknown(
            gap=Gap.MANUAL,
            en="The grade on that day has to be decided by a person: the text leaves the case open.",
            zh="该日等级须人工评定：原文未作规定。",
            cited=cited,
            weighs=True,
            restricts=consequence.restricts,
        )
    elif not grades:
        yield Unknown(
            gap=Gap.NOT_HELD,
            en="No grade of this scheme was published for that day.",
            zh="该日没有已发布的该项评价等级。",
            cited=cited,
        )


def _score_gaps(consequence: Consequence, told: Circumstances) -> Iterator[Unknown]:
    asks = consequence.rule.asks if isinstance(consequence.rule, IncentiveRule) else ()
    answers = [getattr(told, name) for name in asks]
    fails = told.score is not None and consequence.threshold is not None and not passes(consequence.threshold, told)
    if False in answers or fails:
        return
    for name, value in (("score", told.score), *zip(asks, answers, strict=True)):
        if value is None:
            yield Unknown(
                gap=Gap.NOT_TOLD,
                en=f"It was not told: {name}.",
                zh=f"未告知：{_CIRCUMSTANCES_ZH[name]}。",
                cited=consequence.cited,
                weighs=True,
            )


_CIRCUMSTANCES_ZH = {
    "score": "白鹭分",
    "registered_unemployed": "是否登记在册失业人员",
    "party_or_agent": "是否申请人或委托代理人",
}


def report_not_queried() -> Unknown:
    return Unknown(
        gap=Gap.REPORT_NOT_QUERIED,
        en="In this matter a credit report must be queried, and your office holds none of this subject that is valid.",
        zh="该事项应当查询信用报告，本单位没有该主体的有效报告：请先申请出具。",
    )


def not_loaded(name: str) -> Unknown:
    return Unknown(
        gap=Gap.NOT_LOADED,
        en=f"Not loaded, and it may say more: 《{name}》.",
        zh=f"未载入，可能另有规定：《{name}》。",
    )
