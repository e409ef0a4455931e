"""Why a subject has the grade it has: each fact, each rule that fired or did not, with its clause, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.access import Access
from api.mutation import row_within
from api.operation import Job, reader_of
from api.queries.fields import Ctx, argument, count_subject, global_id
from authz import rows
from domain.clock import local_day
from domain.errors import Forbidden, NotFound
from domain.grade import known, standing
from domain.grade.engine import Assessment, Fired, JudgedCondition, JudgedRule, assess
from domain.grade.fact import Fact
from domain.grade.features import Valued
from domain.grade.scheme import Cited, Scheme, SchemeState, scheme
from domain.installation_rows import office_id
from domain.rulebook.procedure import StepOfAnotherOffice

NOUN = "grade_explanation"

strawberry.enum(
    Fired, name="GradeRuleStanding", description="Whether a rule of a scheme fired, did not, or cannot be decided."
)
strawberry.enum(
    SchemeState, name="GradeSchemeState", description="Whether a scheme's paper is loaded, is not, or is only planned."
)


@strawberry.type(description="A fact that an explanation rests on; read it under gradeFact as far as you may.")
class ExplainedFact:
    """One fact."""

    grade_fact: strawberry.ID = strawberry.field(description="Global id of the version that was known on the day.")
    kind: str = strawberry.field(description="What it is.")
    outcome: str = strawberry.field(description="What came of it.")
    code: str | None = strawberry.field(description="Which system or indicator.")
    occurred_on: date = strawberry.field(description="Day on which it happened, or from which on it holds.")
    holds_until: date | None = strawberry.field(description="Last day on which it holds.")
    recorded_on: date = strawberry.field(description="Day from which on it was known.")
    office_id: strawberry.ID | None = strawberry.field(
        description="Global id of the office that produced it 谁产生、谁负责."
    )


@strawberry.type(description="What a scheme counted of the facts: a number or a range, or a word.")
class ExplainedFeature:
    """One feature."""

    code: str = strawberry.field(description="Its code within the scheme.")
    name: str = strawberry.field(description="What is counted, in Chinese.")
    english: str = strawberry.field(description="What is counted, in English.")
    low: int = strawberry.field(description="The least that it may be by what is known.")
    high: int | None = strawberry.field(description="The most that it may be; null where nothing bounds it.")
    word: str | None = strawberry.field(description="The kind that stands, where it is a kind.")
    settled: bool = strawberry.field(description="Whether its value is known.")
    from_on: date = strawberry.field(
        description="First day that its rolling term reaches; the day asked for without one."
    )
    lacking: list[str] = strawberry.field(description="What is said to be missing, e.g. a system, in the text's words.")
    unreported: list[str] = strawberry.field(description="What nobody has reported, in the text's words.")
    facts: list[strawberry.ID] = strawberry.field(description="Global ids of the facts that were counted.")
    clause: str = strawberry.field(description="Clause.")
    quote: str = strawberry.field(description="Words of the document.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")


@strawberry.type(description="A condition of a rule, and whether it holds.")
class ExplainedCondition:
    """One condition."""

    feature: str = strawberry.field(description="Code of the feature.")
    op: str | None = strawberry.field(description="Operator: gt, gte, lt, lte, eq; null where words are compared.")
    value: int | None = strawberry.field(description="The number it is compared with.")
    among: list[str] = strawberry.field(description="The words of which it must be one.")
    holds: bool | None = strawberry.field(description="Whether it holds; null where that depends on what is not known.")
    citation: str | None = strawberry.field(description="Document and clause of the number, where the text sets it.")


@strawberry.type(description="A rule of a scheme: whether it fired, did not, or cannot be decided, and why.")
class ExplainedRule:
    """One rule."""

    code: str = strawberry.field(description="Its code within the scheme.")
    english: str = strawberry.field(description="The rule in English.")
    grade: str | None = strawberry.field(description="The grade it gives; null where a person reviews.")
    standing: Fired = strawberry.field(description="Whether it fired.")
    decides: bool = strawberry.field(description="Whether the result is this rule's.")
    conditions: list[ExplainedCondition] = strawberry.field(description="Its conditions; all must hold.")
    facts: list[strawberry.ID] = strawberry.field(description="Global ids of the facts it rests on.")
    clause: str = strawberry.field(description="Clause.")
    quote: str = strawberry.field(description="Words of the document.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")


@strawberry.type(description="One way to read what is open, and the grade it would lead to.")
class GradeReading:
    """One reading."""

    grade: str | None = strawberry.field(description="The grade it would lead to; null for none.")
    english: str = strawberry.field(description="The reading in English.")
    chinese: str = strawberry.field(description="The reading in Chinese 解读.")


@strawberry.type(
    description="A use of grades 结果应用: a measure that follows a grade, at once or after it was kept for years."
)
class GradeUse:
    """One use."""

    measure: str = strawberry.field(description="Code of the measure in the rulebook.")
    name: str = strawberry.field(description="The measure in the words of the rulebook.")
    polarity: str = strawberry.field(description="Whether it favours or restricts: positive, negative, neutral.")
    grades: list[str] = strawberry.field(description="The grades that it follows.")
    follows: bool = strawberry.field(description="Whether it follows from this result.")
    discretionary: bool = strawberry.field(description="Whether it may be granted (还可) and never follows by itself.")
    since: date | None = strawberry.field(description="Day since which the grade has been kept without a break.")
    earliest: date | None = strawberry.field(description="Earliest day on which it follows, if the grade is kept.")
    clause: str = strawberry.field(description="Clause.")
    quote: str = strawberry.field(description="Words of the document.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")


@strawberry.type(
    description="A document above the scheme whose text is not loaded; that is not the same as having no rule."
)
class GradeNotLoaded:
    """One document."""

    rulebook: str = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="Its name.")


@strawberry.type(
    description="The grade of a subject on a day, worked out from the facts known on that day, and everything it rests on."
)
class GradeExplanation:
    """The explanation."""

    subject_id: strawberry.ID = strawberry.field(description="Global id of the subject.")
    jurisdiction: str = strawberry.field(description="Division code.")
    scheme: str = strawberry.field(description="Code of the scheme.")
    name: str = strawberry.field(description="Name of the scheme.")
    state: SchemeState = strawberry.field(description="Whether its paper is loaded.")
    on: date = strawberry.field(description="The day; what became known later is left out.")
    result: str = strawberry.field(
        description="A grade of the scale, or MANUAL_REVIEW where a person decides, NOT_LOADED, PLANNED."
    )
    grade: str | None = strawberry.field(description="The grade; null where there is none.")
    scale: list[str] = strawberry.field(
        description="The grades of this scheme from best to worst, comparable with no other's."
    )
    kept_since: date | None = strawberry.field(description="Day since which this grade has been kept without a break.")
    readings: list[GradeReading] = strawberry.field(
        description="The ways to read what is open, where a person decides."
    )
    rules: list[ExplainedRule] = strawberry.field(description="Every rule in its order, those that did not fire too.")
    features: list[ExplainedFeature] = strawberry.field(description="Everything that was counted.")
    facts: list[ExplainedFact] = strawberry.field(description="Every fact that was looked at.")
    unknown: list[str] = strawberry.field(description="Codes of the features that are not known and keep a rule open.")
    uses: list[GradeUse] = strawberry.field(description="What follows from grades of this scheme.")
    not_loaded: list[GradeNotLoaded] = strawberry.field(description="Documents above it whose text is not loaded.")
    law: str = strawberry.field(description="The document.")
    clause: str = strawberry.field(description="Clause that names the scheme.")
    quote: str = strawberry.field(description="Words of the document.")
    confidence: str = strawberry.field(description="How sure its text is, e.g. reported: a newspaper's account.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")
    contest_zh: str = strawberry.field(description="How to object, in Chinese 如何提出异议 (个人信息保护法24).")
    contest: str = strawberry.field(description="How to object, in English (PIPL 24).")


async def explain_grade(
    info: Ctx,
    subject: Annotated[strawberry.ID, argument("subject", "Global id of the subject.")],
    scheme_code: Annotated[str, argument("scheme", "Code of the evaluation scheme, e.g. construction_units.")],
    on: Annotated[date | None, argument("on", "The day; today unless given, never later.")] = None,
    jurisdiction: Annotated[
        str | None,
        argument("jurisdiction", "Division code; an officer's own unless given, and no other; a subject names one."),
    ] = None,
) -> GradeExplanation | None:
    """Explain a grade to the offices of its scheme, to the credit office of the place, and to the subject over itself."""
    job = info.context
    scopes = reader_of(job.service, job.caller).scopes(NOUN, "read")
    if not scopes:
        raise Forbidden(noun=NOUN, action="read")
    subject_id, place = job.subject_id(subject), place_of(job, jurisdiction)
    day = min(on or local_day(job.now), local_day(job.now))
    given = scheme(job.service.books, place, scheme_code, day)
    _require_hands(job, given)
    await count_subject(job, NOUN)
    async with job.service.database.session() as session:
        row = await row_within(job, session, "subject", rows.target(NOUN, "read"), subject_id, scopes)
        if row is None:
            raise NotFound
        facts = await known.known_facts(session, subject_id, place)
    if row["is_person"]:
        await job.service.access.write([Access(job.caller, NOUN, "read", "served", subject_id, job.now)])
    return _told(job, subject_id, assess(given, facts, day), facts)


def place_of(job: Job, jurisdiction: str | None) -> str:
    """Give the division that is asked about: an officer's own; a subject may name any.

    Raises: NotFound.
    """
    own = job.caller.jurisdiction_id
    place = jurisdiction or own
    if place is None or (own is not None and place != own):
        raise NotFound("Name a division; an officer asks for the own.", zh="请指明行政区划；工作人员只能查询本地。")
    return place


def _require_hands(job: Job, given: Scheme) -> None:
    """Require that an office is one of the scheme's; the credit office and the subject need not be.

    Raises: StepOfAnotherOffice.
    """
    caller = job.caller
    if caller.office_id is None or "credit_office" in caller.roles:
        return
    offices = [office_id(given.jurisdiction, code) for code in given.rule.actors]
    if caller.office_id not in offices:
        raise StepOfAnotherOffice(office=[f"Office:{one}" for one in offices])


def _told(job: Job, subject_id: UUID, found: Assessment, facts: Iterable[Fact]) -> GradeExplanation:
    books, given = job.service.books, found.scheme
    period = standing.last_period(lambda day: scheme(books, given.jurisdiction, given.key, day), facts, found.day)
    return GradeExplanation(
        subject_id=strawberry.ID(f"Subject:{subject_id}"),
        jurisdiction=given.jurisdiction,
        scheme=given.key,
        name=given.name,
        state=given.state,
        on=found.day,
        result=found.result,
        grade=found.grade,
        scale=list(given.scale),
        kept_since=period.first if found.grade is not None else None,
        readings=[GradeReading(grade=one.grade, english=one.english, chinese=one.chinese) for one in found.readings],
        rules=[_rule(one, decides=one is found.decided_by) for one in found.rules],
        features=[_feature(one) for one in found.values],
        facts=[_fact(one) for one in found.facts],
        unknown=[one.feature.code for one in found.unknown],
        uses=[_use(one) for one in standing.followed(given, (period,), found.day)],
        not_loaded=[GradeNotLoaded(rulebook=one.rulebook, name=one.name) for one in given.not_loaded],
        law=given.law,
        confidence=given.confidence,
        **_cited(given.cited),
        contest_zh=_CONTEST_ZH,
        contest=_CONTEST,
    )


def _cited(cited: Cited) -> dict[str, Any]:
    return {"clause": cited.clause, "quote": cited.quote, "reading": cited.reading}


def _rule(one: JudgedRule, *, decides: bool) -> ExplainedRule:
    return ExplainedRule(
        code=one.rule.code,
        english=one.rule.rule.english,
        grade=one.rule.grade,
        standing=one.fired,
        decides=decides,
        conditions=[_condition(part) for part in one.conditions],
        facts=_ids(one.facts),
        **_cited(one.rule.cited),
    )


def _condition(one: JudgedCondition) -> ExplainedCondition:
    condition = one.condition
    return ExplainedCondition(
        feature=condition.feature,
        op=condition.op,
        value=condition.value,
        among=list(condition.among),
        holds=one.holds,
        citation=condition.answer.citation if condition.answer else None,
    )


def _feature(one: Valued) -> ExplainedFeature:
    rule = one.feature.rule
    words = dict(zip(rule.codes, one.feature.words, strict=False))
    return ExplainedFeature(
        code=rule.code,
        name=rule.name,
        english=rule.english,
        low=one.low,
        high=one.high,
        word=one.word,
        settled=one.settled,
        from_on=one.first,
        lacking=[words.get(code, code) for code in one.lacking],
        unreported=[words.get(code, code) for code in one.unreported],
        facts=_ids(one.facts),
        **_cited(one.feature.cited),
    )


def _fact(one: Fact) -> ExplainedFact:
    return ExplainedFact(
        grade_fact=strawberry.ID(f"GradeFact:{one.id}"),
        kind=one.kind,
        outcome=one.outcome,
        code=one.code,
        occurred_on=one.occurred_on,
        holds_until=one.holds_until,
        recorded_on=one.recorded_on,
        office_id=global_id("Office", one.office_id),
    )


def _use(one: standing.Followed) -> GradeUse:
    measure = one.use.measure
    return GradeUse(
        measure=measure.code,
        name=measure.name,
        polarity=measure.polarity,
        grades=list(one.use.rule.grades),
        follows=one.follows,
        discretionary=one.use.rule.discretionary,
        since=one.since,
        earliest=one.earliest,
        clause=measure.clause,
        quote=measure.quote,
        reading=one.use.rule.reading,
    )


def _ids(facts: Iterable[Fact]) -> list[strawberry.ID]:
    return [strawberry.ID(f"GradeFact:{one.id}") for one in facts]


_CONTEST = (
    "Whoever is graded may ask for an explanation, and that a person decide: fileSubjectRequest with the kind"
    " EXPLANATION_OF_DECISION or DECISION_BY_A_PERSON. A fact that is wrong is amended by the office that produced it;"
    " a published grade is contested by contestGrade, a record or entry by fileObjection."
)
_CONTEST_ZH = (
    "对评价结果有异议的，可以要求说明，并可要求由人工作出决定：fileSubjectRequest，类型为 EXPLANATION_OF_DECISION 或"
    " DECISION_BY_A_PERSON。事实有误的，由产生该事实的单位更正；已公布的等级可申请复核（contestGrade），记录或名单条目可提出异议（fileObjection）。"
)

FIELDS: dict[str, Any] = {
    "explainGrade": strawberry.field(
        resolver=explain_grade,
        name="explainGrade",
        description="Why a subject has the grade it has on a day under a scheme: every fact, every rule that fired or did not,"
        " clause, quote, and what is not known; for its offices, the credit office, and the subject itself (十堰“15333”;"
        " 个人信息保护法24).",
    )
}
"""Fields of Query."""
