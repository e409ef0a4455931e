"""What is told of evaluation: schemes as the texts order them, the supervision that follows a grade, coverage of archives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import strawberry

from api.queries.fields import global_id
from domain.evaluation.coverage import Coverage
from domain.evaluation.papers import Loaded
from domain.evaluation.schemes import Evaluation
from domain.evaluation.supervision import SupervisionStatus, follows
from domain.rulebook.tables import MeasureRule, SupervisionRule

SupervisionStatusType: Final = strawberry.enum(
    SupervisionStatus,
    name="SupervisionStatus",
    description="What the text says of the supervision that follows a grade: SAYS; NONE_SET: nothing; NOT_LOADED: it leaves"
    " it to a named rule; STANDING_UNKNOWN: it speaks of 守信 and 失信 and not of which grade is either (海沧13).",
)


class SchemeStatus(StrEnum):
    """Whether anybody is evaluated under a scheme here."""

    IN_FORCE = "in_force"
    PLANNED = "planned"
    CONTEXT = "context"


SchemeStatusType: Final = strawberry.enum(
    SchemeStatus,
    description="Whether a scheme is in force, planned 计划 (十堰), or of a layer above and shown as context only.",
)


@strawberry.type(description="An evaluation scheme 信用评价 or planned integrity data base, as its clause orders it.")
class EvaluationScheme:
    code: str = strawberry.field(description="Code by which it is named.")
    name: str = strawberry.field(description="Name.")
    kind: str = strawberry.field(description="evaluation, or integrity_database 诚信数据库 (十堰).")
    status: SchemeStatus = strawberry.field(description="Whether anybody is evaluated under it here.")
    rule: str | None = strawberry.field(description="The document with the scoring that the clause names.")
    scale: list[str] = strawberry.field(description="Its grades, best first; empty where none is loaded.")
    scoring_loaded: bool = strawberry.field(description="Whether grades are computed under it, by rulebook or paper.")
    scoring_paper: strawberry.ID | None = strawberry.field(
        description="Global id of the scoring paper 评分细则 in force today; null where the rulebook scores, or nothing does."
    )
    offices: list[strawberry.ID] = strawberry.field(description="Global ids of the offices that evaluate.")
    office_names: list[str] = strawberry.field(description="Their names 名称, in the same order.")
    offices_open_ended: bool = strawberry.field(description="Whether the text leaves room for more (等).")
    services: list[str] = strawberry.field(description="Services or industries it is for 业务、行业.")
    services_open_ended: bool = strawberry.field(description="Whether the text leaves room for more (等).")
    archive: str | None = strawberry.field(
        description="The integrity archive 诚信档案 that the clause orders; null: none."
    )
    pushes: bool = strawberry.field(description="Whether the clause orders the push of results to the city platform.")
    graded_supervision: bool = strawberry.field(description="Whether it orders supervision by grade 分级分类监管.")
    rulebook: str = strawberry.field(description="Id of the rulebook it stands in.")
    clause: str = strawberry.field(description="Clause 条款.")
    quote: str = strawberry.field(description="Words of the document.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")
    note: str | None = strawberry.field(description="What else to know.")


@strawberry.type(description="A measure that follows a grade: a convenience 便利 or a restriction 限制.")
class FollowingMeasure:
    code: str = strawberry.field(description="Code of the measure in the rulebook.")
    name: str = strawberry.field(description="The measure in Chinese.")
    clause: str = strawberry.field(description="Clause 条款.")
    quote: str = strawberry.field(description="Words of the document.")
    strength: str | None = strawberry.field(description="How far it binds, in the text's word, e.g. 还可.")


@strawberry.type(description="A sentence of a text about supervision by grade 分级监管.")
class SupervisionSentence:
    grades: list[str] = strawberry.field(description="Grades it speaks of.")
    standing: str | None = strawberry.field(description="The text's own word where it names no grade, e.g. 守信主体.")
    rule: str | None = strawberry.field(description="The document that it leaves the rest to; not loaded.")
    inspection: str | None = strawberry.field(description="What it says of inspections 检查频次; null: nothing.")
    clause: str = strawberry.field(description="Clause 条款.")
    quote: str = strawberry.field(description="Words of the document.")
    note: str | None = strawberry.field(description="What else to know.")


@strawberry.type(description="The supervision 差异化监管 that follows a subject's grade under a scheme on a day.")
class GradedSupervision:
    scheme: str = strawberry.field(description="Code of the scheme.")
    scheme_name: str = strawberry.field(description="Name of the scheme.")
    grade_id: strawberry.ID = strawberry.field(description="Global id of the grade it follows.")
    grade: str = strawberry.field(description="The grade in force on the day.")
    contested: bool = strawberry.field(description="Whether the grade is contested today.")
    status: SupervisionStatus = strawberry.field(description="What the text says of it.")
    inspection_factor: float | None = strawberry.field(
        description="By how much inspections are multiplied; null: no text in force sets a factor, and none is made up."
    )
    conveniences: list[FollowingMeasure] = strawberry.field(
        description="What makes things easier 便利; where the standing is unknown, what the text has for the trustworthy."
    )
    restrictions: list[FollowingMeasure] = strawberry.field(
        description="What restricts 限制; where the standing is unknown, what the text has for the dishonest."
    )
    sentences: list[SupervisionSentence] = strawberry.field(description="What the text says, word by word.")


@strawberry.type(description="Coverage of integrity archives 诚信档案覆盖率 under a scheme by an office.")
class ArchiveCoverage:
    scheme: str = strawberry.field(description="Code of the scheme.")
    office: strawberry.ID = strawberry.field(description="Global id of the office.")
    office_name: str = strawberry.field(description="Name 名称 of the office.")
    archive_ordered: bool = strawberry.field(description="Whether the scheme's clause orders an archive; not 厦门13.")
    supervised: int = strawberry.field(description="Subjects in the register on the day; 0: not loaded.")
    archived: int = strawberry.field(description="Those of them with an archive.")
    rate: float | None = strawberry.field(description="archived over supervised; null without anybody supervised: n/a.")


@strawberry.type(
    description="A campaign day 宣传日 of archives and commitments, under the name that the text gives it."
)
class CampaignDay:
    day: str = strawberry.field(description="Month and day, MM-DD.")
    name: str = strawberry.field(description="Its name there: 6·14 is 诚信记录日 in Xiamen, 信用记录关爱日 in Haicang.")
    clause: str | None = strawberry.field(description="Clause 条款.")
    quote: str | None = strawberry.field(description="Words of the document.")


@strawberry.type(description="Coverage of integrity archives in a place as of the end of a day (厦门26).")
class ArchiveCoverageOfPlace:
    jurisdiction: strawberry.ID = strawberry.field(description="Global id of the division.")
    as_of: date = strawberry.field(description="Day as of whose end it is counted 截至.")
    rows: list[ArchiveCoverage] = strawberry.field(
        description="One for each scheme in force and office that evaluates; an office is shown its own alone."
    )
    campaign_days: list[CampaignDay] = strawberry.field(description="Days on which the text wants it brought forward.")


def told_scheme(scored: Loaded, names: Mapping[UUID, str]) -> EvaluationScheme:
    """Tell of a scheme, with the scoring of the day."""
    one = scored.under
    rule = one.scheme.rule
    status = SchemeStatus.CONTEXT if rule.is_context else SchemeStatus.PLANNED
    return EvaluationScheme(
        code=rule.code,
        name=rule.name,
        kind=rule.kind,
        status=SchemeStatus.IN_FORCE if one.is_open else status,
        rule=rule.rule,
        scale=list(rule.scale),
        scoring_loaded=scored.is_loaded,
        scoring_paper=global_id("ScoringPaper", scored.paper_id),
        offices=[strawberry.ID(f"Office:{office}") for office in one.offices],
        office_names=[names[office] for office in one.offices],
        offices_open_ended=rule.actors_open_ended,
        services=list(rule.services),
        services_open_ended=rule.services_open_ended,
        archive=rule.archive,
        pushes=one.pushes,
        graded_supervision=rule.graded_supervision,
        rulebook=one.book.id,
        clause=rule.clause,
        quote=rule.quote,
        reading=rule.reading,
        note=rule.note,
    )


def told_supervision(under: Evaluation, row: Any) -> GradedSupervision:
    """Tell what follows a grade."""
    found = follows(under, row["value"])
    factor = next((one.factor for one in found.rules if one.factor is not None), None)
    ident = global_id("Grade", row["id"])
    assert ident is not None
    return GradedSupervision(
        scheme=under.code,
        scheme_name=under.scheme.name,
        grade_id=ident,
        grade=row["value"],
        contested=row["state"] == "contested",
        status=found.status,
        inspection_factor=None if factor is None else float(factor),
        conveniences=_measures(found.conveniences),
        restrictions=_measures(found.restrictions),
        sentences=[_sentence(one) for one in found.rules],
    )


def _measures(measures: Iterable[MeasureRule]) -> list[FollowingMeasure]:
    return [
        FollowingMeasure(code=one.code, name=one.name, clause=one.clause, quote=one.quote, strength=one.strength)
        for one in measures
    ]


def _sentence(one: SupervisionRule) -> SupervisionSentence:
    return SupervisionSentence(
        grades=list(one.grades),
        standing=one.standing,
        rule=one.rule,
        inspection=one.inspection,
        clause=one.clause,
        quote=one.quote,
        note=one.note,
    )


def told_coverage(under: Evaluation, one: Coverage, names: Mapping[UUID, str]) -> ArchiveCoverage:
    """Give an office's coverage as the schema has it. Units: a rate of 1 is all."""
    return ArchiveCoverage(
        scheme=one.scheme,
        office=strawberry.ID(f"Office:{one.office_id}"),
        office_name=names[one.office_id],
        archive_ordered=under.scheme.rule.archive is not None,
        supervised=one.supervised,
        archived=one.archived,
        rate=None if one.rate is None else float(one.rate),
    )
