"""What credit leads to in one matter: allowed, restricted or favoured, by what, under which clause, until when.

A pure function of the law of the matter, facts and the day. A restriction outweighs a favour; what the text or the
facts leave open is said and never settled by guess: no grade where a person has to decide, no favour where the text
gives no condition, both readings where a threshold contradicts itself. Nobody is immune, public bodies included.
Source: 上海8, 9; 十堰正文; 新乡五(三); 厦门18, 21, 22, 24; 海沧2, 25; readings 1, 4, 10 that we hold to.
"""

from __future__ import annotations

from datetime import date

from domain.eligibility.answer import Contradiction, Decision, Effect, Finding, Gap, Outcome, Unknown
from domain.eligibility.facts import Circumstances, Facts
from domain.eligibility.gaps import gaps_of, not_loaded
from domain.eligibility.grounds import found_by, is_for, measures_found
from domain.eligibility.law import LawOfMatter
from domain.eligibility.refusals import SupportKindUnknown
from domain.eligibility.scores import contradiction_of
from domain.rulebook.answer import RuleAnswer


def decide(law: LawOfMatter, facts: Facts, told: Circumstances, *, on: date) -> Decision:
    """Decide what credit leads to in a matter on a day.

    Raises: SupportKindUnknown.
    """
    applied_on = told.applied_on or on
    findings: list[Finding] = []
    unknown: list[Unknown] = [not_loaded(name) for name in law.not_loaded]
    contradiction: Contradiction | None = None
    _require_known(law, told)
    for consequence in law.consequences:
        if not is_for(consequence, facts):
            continue
        found = [*found_by(law, consequence, facts, told, on=on, applied_on=applied_on)]
        findings += found
        unknown += gaps_of(consequence, facts, told, found, on)
        contradiction = contradiction or contradiction_of(consequence, told)
    findings += measures_found(law, facts, told, on)
    if not law.consequences:
        unknown.append(
            Unknown(
                gap=Gap.NONE_SET,
                en="The texts loaded attach no consequence to this matter.",
                zh="已载入的规则未就该事项规定奖惩后果。",
                cited=law.cited,
            )
        )
    ordered = tuple(sorted(findings, key=_order))
    outcome = _outcome(ordered, unknown)
    return Decision(
        law=law,
        on=on,
        applied_on=applied_on,
        outcome=outcome,
        findings=ordered,
        unknown=tuple(dict.fromkeys(unknown)),
        contradiction=contradiction,
    )


def _outcome(findings: tuple[Finding, ...], unknown: list[Unknown]) -> Outcome:
    """Weigh: a restriction, then what may be one, then a favour, then what may be one."""
    effects = {one.effect for one in findings}
    restricting = {one.gap for one in unknown if one.weighs and one.restricts}
    favouring = {one.gap for one in unknown if one.weighs and not one.restricts}
    if Effect.RESTRICTS in effects:
        return Outcome.RESTRICTED
    if restricting:
        return Outcome.MANUAL_REVIEW if Gap.MANUAL in restricting else Outcome.UNKNOWN
    if Effect.FAVOURS in effects:
        return Outcome.FAVOURED
    if favouring:
        return Outcome.MANUAL_REVIEW if Gap.MANUAL in favouring else Outcome.UNKNOWN
    return Outcome.ALLOWED


def _order(finding: Finding) -> tuple[str, str, str, str, str]:
    since = finding.spell.since.isoformat() if finding.spell else ""
    return (finding.effect.value, finding.citation, finding.kind, since, str(finding.id or finding.code))


def _require_known(law: LawOfMatter, told: Circumstances) -> None:
    if told.support_kind is None:
        return
    known = {str(one) for each in law.consequences for one in _listed(each.excepted)}
    if told.support_kind not in known:
        raise SupportKindUnknown(known=sorted(known))


def _listed(answer: RuleAnswer | None) -> tuple[object, ...]:
    return answer.value if answer is not None and isinstance(answer.value, tuple) else ()
