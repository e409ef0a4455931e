"""What is told of a grade: each fact, indicator and rule with its clause, whether it fired, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import strawberry

from api.queries.fields import global_id
from domain.evaluation.papers import Loaded
from domain.grade import standing
from domain.grade.engine import Assessment, Fired, JudgedCondition, JudgedRule
from domain.grade.fact import Fact
from domain.grade.features import Valued, points_between
from domain.grade.scheme import Cited, SchemeState, scheme
from domain.rulebook.scheme_rules import ScoreItem

strawberry.enum(
    Fired, name="GradeRuleStanding", description="Whether a rule of a scheme fired 适用, did not, or cannot be decided."
)
strawberry.enum(
    SchemeState,
    name="GradeSchemeState",
    description="Whether a scheme's paper is loaded 评价办法状态, is not, or is only planned.",
)


@strawberry.type(
    description="A fact 评价事实 that an explanation rests on; read it under `gradeFact` as far as you may."
)
class ExplainedFact:
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


@strawberry.type(description="What a scheme counted of the facts 指标: a number or a range, or a word.")
class ExplainedFeature:
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
    base: int | None = strawberry.field(
        description="Points that everybody begins with 基础分; null where it is no score."
    )
    indicators: list[ExplainedIndicator] = strawberry.field(
        description="The indicators 评分指标 of a score, each with its weight and points; none where it is no score."
    )
    clause: str = strawberry.field(description="Clause.")
    quote: str = strawberry.field(description="Words of the document.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")


@strawberry.type(
    description="An indicator 评分指标 of a score: what each of what is counted brings, and what it comes to."
)
class ExplainedIndicator:
    feature: str = strawberry.field(description="Code of the feature that is counted.")
    name: str = strawberry.field(description="What is counted, in Chinese.")
    weight: int = strawberry.field(description="Points 分值 for each; negative where it takes them away.")
    cap: int | None = strawberry.field(description="The most that it may come to, either way; null: no cap.")
    counted_low: int = strawberry.field(description="How many there are at least.")
    counted_high: int | None = strawberry.field(description="How many there may be; null where nothing bounds it.")
    points_low: int = strawberry.field(description="Points that it brings at least 得分.")
    points_high: int | None = strawberry.field(description="Points that it may bring; null where nothing bounds it.")
    clause: str = strawberry.field(description="Clause.")
    quote: str = strawberry.field(description="Words of the document.")


@strawberry.type(description="A condition of a rule 条件, and whether it holds.")
class ExplainedCondition:
    feature: str = strawberry.field(description="Code of the feature.")
    op: str | None = strawberry.field(description="Operator: gt, gte, lt, lte, eq; null where words are compared.")
    value: int | None = strawberry.field(description="The number it is compared with.")
    among: list[str] = strawberry.field(description="The words of which it must be one.")
    holds: bool | None = strawberry.field(description="Whether it holds; null where that depends on what is not known.")
    citation: str | None = strawberry.field(description="Document and clause of the number, where the text sets it.")


@strawberry.type(description="A rule of a scheme 评价规则: whether it fired, did not, or cannot be decided, and why.")
class ExplainedRule:
    code: str = strawberry.field(description="Its code within the scheme.")
    english: str = strawberry.field(description="The rule in English.")
    grade: str | None = strawberry.field(description="The grade it gives; null where a person reviews.")
    standing: Fired = strawberry.field(description="Whether it fired.")
    decides: bool = strawberry.field(description="Whether the result is this rule's.")
    veto: bool = strawberry.field(
        description="Whether it gives its grade whatever the score 一票否决; false where the scheme has no score."
    )
    conditions: list[ExplainedCondition] = strawberry.field(description="Its conditions; all must hold.")
    facts: list[strawberry.ID] = strawberry.field(description="Global ids of the facts it rests on.")
    clause: str = strawberry.field(description="Clause.")
    quote: str = strawberry.field(description="Words of the document.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")


@strawberry.type(description="One way to read what is open 解读, and the grade it would lead to.")
class GradeReading:
    grade: str | None = strawberry.field(description="The grade it would lead to; null for none.")
    english: str = strawberry.field(description="The reading in English.")
    chinese: str = strawberry.field(description="The reading in Chinese 解读.")


@strawberry.type(
    description="A use of grades 结果应用: a measure that follows a grade, at once or after it was kept for years."
)
class GradeUse:
    measure: str = strawberry.field(description="Code of the measure in the rulebook.")
    name: str = strawberry.field(description="The measure in the words of the rulebook.")
    polarity: str = strawberry.field(description="Whether it favours or restricts: positive, negative, neutral.")
    grades: list[str] = strawberry.field(description="The grades that it follows.")
    follows: bool = strawberry.field(description="Whether it follows from this result.")
    discretionary: bool = strawberry.field(description="Whether it may be granted (还可) and never follows by itself.")
    since: date | None = strawberry.field(
        description="Day since which published grades that it follows have stood without a break; null where none stands."
    )
    earliest: date | None = strawberry.field(
        description="Earliest day on which it follows, if the grade is kept; null where none is published."
    )
    clause: str = strawberry.field(description="Clause.")
    quote: str = strawberry.field(description="Words of the document.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")


@strawberry.type(
    description="A document above the scheme whose text is not loaded 上位文件未收录; that is not the same as having no rule."
)
class GradeNotLoaded:
    rulebook: str = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="Its name.")


@strawberry.type(
    description="The grade of a subject on a day 信用等级, worked out from the facts known on that day, and everything it rests on."
)
class GradeExplanation:
    subject_id: strawberry.ID = strawberry.field(description="Global id of the subject.")
    jurisdiction: str = strawberry.field(description="Division code.")
    scheme: str = strawberry.field(description="Code of the scheme.")
    name: str = strawberry.field(description="Name of the scheme.")
    state: SchemeState = strawberry.field(description="Whether its paper is loaded.")
    scoring_paper: strawberry.ID | None = strawberry.field(
        description="Global id of the scoring paper 评分细则 that it is worked out by; null where the rulebook scores, or nothing does."
    )
    scoring_paper_name: str | None = strawberry.field(
        description="Its name: the document of the clauses of features and rules; null without one."
    )
    on: date = strawberry.field(description="The day; what became known later is left out.")
    result: str = strawberry.field(
        description="A grade of the scale, or MANUAL_REVIEW where a person decides, NOT_LOADED, PLANNED."
    )
    grade: str | None = strawberry.field(description="The grade; null where there is none.")
    scale: list[str] = strawberry.field(
        description="The grades of this scheme from best to worst, comparable with no other's."
    )
    kept_since: date | None = strawberry.field(
        description="Day since which the facts known on each day gave this grade, without a break."
    )
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


def told(
    scored: Loaded,
    subject_id: UUID,
    found: Assessment,
    facts: Iterable[Fact],
    published: Sequence[standing.Period],
) -> GradeExplanation:
    """Tell of a subject's grade under a scheme, by the scoring of the day, and of what published grades bring."""
    given = found.scheme
    period = standing.last_period(
        lambda day: scheme(scored.books, given.jurisdiction, given.key, day), facts, found.day
    )
    kept_since = period.first if scored.valid_from is None else max(period.first, scored.valid_from)
    return GradeExplanation(
        subject_id=strawberry.ID(f"Subject:{subject_id}"),
        jurisdiction=given.jurisdiction,
        scheme=given.key,
        name=given.name,
        state=given.state,
        scoring_paper=None if scored.paper_id is None else strawberry.ID(f"ScoringPaper:{scored.paper_id}"),
        scoring_paper_name=scored.paper_name,
        on=found.day,
        result=found.result,
        grade=found.grade,
        scale=list(given.scale),
        kept_since=kept_since if found.grade is not None else None,
        readings=[GradeReading(grade=one.grade, english=one.english, chinese=one.chinese) for one in found.readings],
        rules=[_rule(one, found) for one in found.rules],
        features=[_feature(one, found) for one in found.values],
        facts=[_fact(one) for one in found.facts],
        unknown=[one.feature.code for one in found.unknown],
        uses=[_use(one) for one in standing.followed(given, found.grade, published, found.day)],
        not_loaded=[GradeNotLoaded(rulebook=one.rulebook, name=one.name) for one in given.not_loaded],
        law=given.law,
        confidence=given.confidence,
        **_cited(given.cited),
        contest_zh=_CONTEST_ZH,
        contest=_CONTEST,
    )


def _cited(cited: Cited) -> dict[str, Any]:
    return {"clause": cited.clause, "quote": cited.quote, "reading": cited.reading}


def _rule(one: JudgedRule, found: Assessment) -> ExplainedRule:
    scores = {code for code, feature in found.scheme.features.items() if feature.rule.how == "score"}
    return ExplainedRule(
        code=one.rule.code,
        english=one.rule.rule.english,
        grade=one.rule.grade,
        standing=one.fired,
        decides=one is found.decided_by,
        veto=bool(scores) and not any(part.condition.feature in scores for part in one.conditions),
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


def _indicator(item: ScoreItem, of: Valued) -> ExplainedIndicator:
    least, most = points_between(item, of.low, of.high)
    return ExplainedIndicator(
        feature=item.feature,
        name=of.feature.rule.name,
        weight=item.points,
        cap=item.cap,
        counted_low=of.low,
        counted_high=of.high,
        points_low=least,
        points_high=most,
        clause=of.feature.cited.clause,
        quote=of.feature.cited.quote,
    )


def _feature(one: Valued, found: Assessment) -> ExplainedFeature:
    rule = one.feature.rule
    counted = {other.feature.code: other for other in found.values}
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
        base=rule.base if rule.how == "score" else None,
        indicators=[_indicator(item, counted[item.feature]) for item in rule.items],
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
