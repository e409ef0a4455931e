"""What an answer about eligibility is made of: types and inputs of the schema, and how a decision is written in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import strawberry

from api.queries.fields import global_id
from domain.eligibility.answer import Contradiction, Decision, Effect, Exemption, Finding, Gap, Outcome, Unknown
from domain.eligibility.contest import Way
from domain.eligibility.facts import Circumstances
from domain.eligibility.law import Cited, LawOfMatter, cite
from domain.rulebook.consequences import MatterRule
from domain.rulebook.model import Rulebook
from domain.use.matter_report import MatterReport

strawberry.enum(
    Outcome,
    name="EligibilityOutcome",
    description="What credit leads to: dealt with as anybody, restricted 限制, favoured 激励, to be decided by a person"
    " 须人工评定 because the text leaves it open, or unknown for something not told or not to be looked at.",
)
strawberry.enum(
    Effect,
    name="EligibilityEffect",
    description="What a finding does: it restricts, favours, or is excepted 除外 by the text and takes nothing away.",
)
strawberry.enum(
    Gap,
    name="EligibilityGap",
    description="Why something is not known 未知原因: none set by the text, a document not loaded, not told by you, not held here,"
    " for a person to decide, outside your authority, a credit report that the matter asks for and you did not query.",
)
_NOUNS = {"list_entry": "ListEntry", "credit_record": "CreditRecord", "measure": "Measure", "grade": "Grade"}


@strawberry.input(description="What you tell of who asks and for what. It is used for this answer and kept nowhere.")
class CircumstancesInput:
    support_kind: str | None = strawberry.field(
        default=None,
        description="Kind of support applied for, where the rule excepts kinds: 就业帮扶, 援助类 (上海9(二)2).",
    )
    score: int | None = strawberry.field(
        default=None,
        description="The person's 白鹭分 (厦门21, 22): only as a variable, by POST; neither stored nor logged.",
    )
    registered_unemployed: bool | None = strawberry.field(
        default=None, description="Whether the person is registered as unemployed 登记在册失业人员 (厦门21)."
    )
    party_or_agent: bool | None = strawberry.field(
        default=None, description="Whether the person is applicant 申请人 or authorised agent 委托代理人 (厦门22)."
    )

    def told(self, applied_on: date | None) -> Circumstances:
        """Give it to the decision."""
        return Circumstances(
            applied_on=applied_on,
            support_kind=self.support_kind,
            score=self.score,
            registered_unemployed=self.registered_unemployed,
            party_or_agent=self.party_or_agent,
        )


@strawberry.type(description="A matter 应用事项 in which credit is put to use.")
class Matter:
    code: str = strawberry.field(description="Code of the matter.")
    name: str = strawberry.field(description="The matter in the words of the text.")
    kind: str = strawberry.field(
        description="Kind: field, purpose, loan, base, procedure, award, deposit, service, supervision, measure_class, programme."
    )
    status: str = strawberry.field(description="In force, exploratory 探索 or planned.")
    application_item: str | None = strawberry.field(
        description="Code of the application item 应用事项 that is the purpose for which a partner asks; null where none is."
    )
    citation: str = strawberry.field(description="Document and clause 依据.")
    quote: str = strawberry.field(description="Words of the text.")
    layer: str = strawberry.field(description="Id of the rulebook it comes from.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")
    note: str | None = strawberry.field(description="What is to be known of it.")


@strawberry.type(description="An exception 除外 that was applied, with its clause.")
class EligibilityException:
    kind: str = strawberry.field(description="What is excepted.")
    citation: str = strawberry.field(description="Document and clause 依据.")
    quote: str = strawberry.field(description="Words of the text.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")
    ambiguous: bool = strawberry.field(description="Whether the text can be read otherwise.")


@strawberry.type(
    description="Something that bears on the subject in the matter 影响因素, and the rule by which it does."
)
class EligibilityFinding:
    effect: Effect = strawberry.field(description="What it does.")
    consequence: str = strawberry.field(description="What follows, in the words of the rulebook.")
    rests_on: str = strawberry.field(
        description="What it rests on: list_entry, credit_record, grade, score or measure."
    )
    name: str = strawberry.field(description="List, catalogue item, grade, incentive or measure.")
    row: strawberry.ID | None = strawberry.field(
        description="Global id of the entry, record, grade or measure; read it as far as you may. Null for what is held of who"
        " represents the unit, for a file that is told to who needs to know alone, and for a score."
    )
    via_legal_representative: bool = strawberry.field(
        description="Whether it is held of the legal representative 法定代表人 on the day of the application (上海9(二)2)."
    )
    since: date | None = strawberry.field(description="First day; null for a score.")
    until: date | None = strawberry.field(description="Last day; null where none is set.")
    disputed: bool = strawberry.field(description="Whether it is disputed 有异议; it counts until that is settled.")
    citation: str = strawberry.field(description="Document and clause 依据.")
    quote: str | None = strawberry.field(description="Words of the text.")
    strength: str | None = strawberry.field(description="How strongly the text says it, e.g. 还可.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")
    note: str | None = strawberry.field(description="What is to be known of the rule.")
    confidence: str | None = strawberry.field(description="How well the text is known to us.")
    exception: EligibilityException | None = strawberry.field(description="The exception that takes it away, if any.")


@strawberry.type(description="Something the answer does not know 未知事项.")
class EligibilityUnknown:
    gap: Gap = strawberry.field(description="Why.")
    explanation: str = strawberry.field(description="What, in English.")
    explanation_zh: str = strawberry.field(description="What, in Chinese 说明.")
    weighs: bool = strawberry.field(description="Whether the outcome hangs on it.")
    citation: str | None = strawberry.field(description="The rule for which it matters.")
    quote: str | None = strawberry.field(description="Words of that rule.")


@strawberry.type(description="Two readings of one threshold that part at this value; we hold to the first (厦门22).")
class EligibilityContradiction:
    held: str = strawberry.field(description="Operator we hold to: gte 以上, gt 大于.")
    held_outcome: Outcome = strawberry.field(description="What it comes to by that.")
    other: str = strawberry.field(description="Operator of the other reading.")
    other_outcome: Outcome = strawberry.field(description="What it would come to.")
    quote: str = strawberry.field(description="Words of the text.")
    reading: str | None = strawberry.field(description="Why we hold to it.")


@strawberry.type(
    description="What the list of matters in force 报告应用事项清单 says of credit reports in the matter (厦门4, 海沧4)."
)
class EligibilityReport:
    mandatory: bool = strawberry.field(description="Whether a credit report must be queried in the matter 必查.")
    citation: str = strawberry.field(description="The list and its basis 依据.")
    number: str | None = strawberry.field(
        description="Number of the valid report of this subject that your office has for the matter; null where it has none."
    )
    valid_until: date | None = strawberry.field(description="Last day of its validity.")


@strawberry.type(description="A way to contest the answer 异议途径 or to change what it rests on (个人信息保护法24).")
class EligibilityWay:
    mutation: str = strawberry.field(description="The mutation that begins it.")
    row: strawberry.ID | None = strawberry.field(
        description="Global id of what it is about; null where about the answer."
    )
    kind: str | None = strawberry.field(description="Its kind, where the mutation asks for one.")
    explanation: str = strawberry.field(description="What it is, in English.")
    explanation_zh: str = strawberry.field(description="What it is, in Chinese 说明.")
    basis: str = strawberry.field(description="Law or rule and article that lays the way down 依据.")


@strawberry.type(
    description="What credit leads to for a subject in a matter on a day 信用应用预判, explained. Nothing is decided by it."
)
class Eligibility:
    outcome: Outcome = strawberry.field(description="What it comes to.")
    until: date | None = strawberry.field(description="Last day on which it is so of itself; null where no end is set.")
    on: date = strawberry.field(description="The day it is told for.")
    applied_on: date = strawberry.field(description="Day of the application.")
    jurisdiction: str = strawberry.field(description="Code of the division whose rules and data it rests on.")
    matter: Matter = strawberry.field(description="The matter.")
    findings: list[EligibilityFinding] = strawberry.field(description="What bears on it.")
    exception_applied: EligibilityException | None = strawberry.field(
        description="The exception that was applied, if any: a kind of support never refused, or an exemption 豁免."
    )
    contradiction: EligibilityContradiction | None = strawberry.field(
        description="Both readings, where the text contradicts itself at this value."
    )
    unknown: list[EligibilityUnknown] = strawberry.field(description="What it does not know.")
    ways: list[EligibilityWay] = strawberry.field(description="How the subject contests it.")
    report: EligibilityReport | None = strawberry.field(
        description="Whether a credit report must be queried in the matter, and yours; null where no list in force names it."
    )


def matter_of(rule: MatterRule, book: Rulebook, *, on: date) -> Matter:
    """Write a matter as it is known on a day."""
    return _matter(rule, cite(book, rule, on=on))


def matter_told(law: LawOfMatter) -> Matter:
    """Write the matter that a law is about."""
    return _matter(law.matter, law.cited)


def told(decision: Decision, ways: Iterable[Way], report: MatterReport | None) -> Eligibility:
    """Write a decision, and what is asked for of reports in its matter."""
    return Eligibility(
        outcome=decision.outcome,
        until=decision.until,
        on=decision.on,
        applied_on=decision.applied_on,
        jurisdiction=decision.law.jurisdiction,
        matter=matter_told(decision.law),
        findings=[finding_of(one) for one in decision.findings],
        exception_applied=_exception(decision.exception),
        contradiction=_contradiction(decision.contradiction),
        unknown=[_unknown(one) for one in decision.unknown],
        ways=[_way(one) for one in ways],
        report=_report(report),
    )


def _report(found: MatterReport | None) -> EligibilityReport | None:
    if found is None:
        return None
    return EligibilityReport(
        mandatory=found.mandatory, citation=found.citation, number=found.number, valid_until=found.valid_until
    )


def finding_of(finding: Finding) -> EligibilityFinding:
    """Give a finding as the schema has it; a row of a legal representative is not named."""
    consequence, spell = finding.consequence, finding.spell
    cited = consequence.cited if consequence else None
    noun = _NOUNS.get(finding.kind)
    return EligibilityFinding(
        effect=finding.effect,
        consequence=consequence.rule.name if consequence else finding.name,
        rests_on=finding.kind,
        name=finding.name,
        row=global_id(noun, finding.id) if noun and finding.person_id is None else None,
        via_legal_representative=finding.person_id is not None,
        since=spell.since if spell else None,
        until=spell.until if spell else None,
        disputed=finding.disputed,
        citation=finding.citation,
        quote=cited.quote if cited else None,
        strength=cited.strength if cited else None,
        reading=cited.reading if cited else None,
        note=cited.note if cited else None,
        confidence=cited.confidence if cited else None,
        exception=_exception(finding.exception),
    )


def _matter(rule: MatterRule, cited: Cited) -> Matter:
    return Matter(
        code=rule.code,
        name=rule.name,
        kind=rule.kind,
        status=rule.status,
        application_item=rule.application_item,
        citation=cited.citation,
        quote=cited.quote,
        layer=cited.layer,
        reading=cited.reading,
        note=cited.note,
    )


def _exception(exception: Exemption | None) -> EligibilityException | None:
    if exception is None:
        return None
    return EligibilityException(
        kind=exception.kind,
        citation=exception.citation,
        quote=exception.quote,
        reading=exception.reading,
        ambiguous=exception.ambiguous,
    )


def _contradiction(found: Contradiction | None) -> EligibilityContradiction | None:
    if found is None:
        return None
    return EligibilityContradiction(
        held=found.held,
        held_outcome=found.held_outcome,
        other=found.other,
        other_outcome=found.other_outcome,
        quote=found.quote,
        reading=found.reading,
    )


def _unknown(one: Unknown) -> EligibilityUnknown:
    return EligibilityUnknown(
        gap=one.gap,
        explanation=one.en,
        explanation_zh=one.zh,
        weighs=one.weighs,
        citation=one.cited.citation if one.cited else None,
        quote=one.cited.quote if one.cited else None,
    )


def _way(one: Way) -> EligibilityWay:
    return EligibilityWay(
        mutation=one.mutation,
        row=global_id(_NOUNS[one.noun], one.row_id) if one.noun else None,
        kind=one.kind,
        explanation=one.en,
        explanation_zh=one.zh,
        basis=one.basis,
    )
