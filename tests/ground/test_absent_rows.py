"""A step on a row that is not there is told so, and nothing is done: each module asks for itself, whoever calls it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import asyncpg
import pytest

from authz import versions
from domain.calendar import working_calendar
from domain.commitment import commitments, items, spot_checks
from domain.credit import submission
from domain.credit.item import load_item_of
from domain.culture import attendances, campaigns
from domain.edition import editions
from domain.errors import NotFound
from domain.evaluation import grades
from domain.evaluation.schemes import evaluation
from domain.event import major_events
from domain.exam import bulletins
from domain.exam import watches as exam_watches
from domain.exemption import exemptions
from domain.grade import facts
from domain.installation_rows import catalogue_item_id, office_id
from domain.integrity import complaints, contracts
from domain.interview import interviews
from domain.lifecycle import Actor, Transaction
from domain.lists import (
    list_batches,
    list_definitions,
    list_notices,
    list_publication,
    list_subject,
    list_way,
    removals,
    urging,
)
from domain.merging import merges
from domain.oversight import assessments, progress_reports
from domain.referral import criminal_referrals
from domain.registry.offices import named_office
from domain.repair import applications
from domain.repair.facts import load_case
from domain.rights import subject_requests
from domain.rights.objections import steps, target
from domain.rulebook.loader import load_rulebooks
from domain.self_report import reports
from domain.third_party import market_records
from domain.warning import screens, warnings, watches
from tests.client import NOW
from tests.parties import make_subject

pytestmark = pytest.mark.anyio

BOOKS, CALENDAR = load_rulebooks(), working_calendar()
TODAY = NOW.date()
XIAMEN, HAICANG, SHIYAN = "350200", "350205", "420300"
ABSENT, OTHER = UUID(int=7), UUID(int=8)
NOTHING = cast(Any, None)
BATCH: Mapping[str, Any] = {"id": ABSENT, "state": "opened", "office_id": OTHER, "jurisdiction_id": "410700"}


async def _warned(tx: Transaction) -> None:
    """Warn a firm because of a record that is not there."""
    firm = await make_subject(tx.connection, "enterprise", HAICANG)
    await warnings.raise_from_evaluation(
        tx, BOOKS, office_id=OTHER, jurisdiction=HAICANG, subject_id=firm, evaluation="评价", risk="风险",
        record_id=ABSENT,
    )  # fmt: skip


STEPS: Mapping[str, Callable[[Transaction], Awaitable[object]]] = {
    "a version of the policy is read": lambda tx: versions.read_version(tx, ABSENT),
    "an entry that has left its list is withdrawn": lambda tx: list_publication.annul(tx, ABSENT, reason="x", basis="x"),
    "a commitment item is named": lambda tx: commitments.named_item(tx, BOOKS, jurisdiction=XIAMEN, code="没有"),
    "a spot check of an office is drawn": lambda tx: spot_checks.draw(
        tx, BOOKS, spot_checks.Draw(office_id=ABSENT, seed="s", population_on=TODAY)
    ),
    "a catalogue item is loaded": lambda tx: load_item_of(tx.connection, ABSENT, office_id=None),
    "somebody attends a training": lambda tx: attendances.record(
        tx, {"category": "training", "state": "held"}, ABSENT
    ),
    "a campaign must be running": lambda tx: campaigns.require_running(tx, ABSENT, office_id=OTHER, on=TODAY),
    "an edition is read": lambda tx: editions.KEPT.load(tx, ABSENT),
    "a grade is read": lambda tx: grades.load(tx, ABSENT),
    "an event is reported of a subject": lambda tx: major_events.report(
        tx, BOOKS, major_events.Reported(
            office_id=OTHER, jurisdiction=HAICANG, source="媒体曝光", source_document="某报", facts="事实",
            learned_on=TODAY, subject_id=ABSENT,
        )
    ),
    "an event is handled": lambda tx: major_events.handle(tx, ABSENT, handling="已处置"),
    "a bulletin is an office's": lambda tx: bulletins.issue(
        tx, BOOKS, bulletins.Bulletin(
            office_id=ABSENT, exam_kind="civil_service", title="通报", from_on=TODAY, to_on=TODAY
        )
    ),
    "a candidate is watched by an office": lambda tx: exam_watches.enter(
        tx, NOTHING, BOOKS, exam_watches.Watch(
            office_id=ABSENT, id_number="", name="", exam_name="", site="", finding="", source="", until_on=TODAY
        )
    ),
    "a case of exemption is loaded": lambda tx: exemptions.load_case(
        tx.connection, BOOKS, ABSENT, OTHER, today=TODAY
    ),
    "an exemption is withdrawn": lambda tx: exemptions.withdraw(tx, BOOKS, ABSENT),
    "a fact is recorded in a division": lambda tx: facts.record(tx, BOOKS, ABSENT, NOTHING, office_id=OTHER),
    "a complaint is about a subject": lambda tx: complaints.monitor(
        tx, BOOKS, complaints.Received(
            jurisdiction_id=HAICANG, office_id=OTHER, subject_id=ABSENT, ticket="1", received_on=TODAY, matter="投诉"
        )
    ),
    "a contract is a subject's": lambda tx: contracts.survey(
        tx, BOOKS, contracts.Surveyed(
            jurisdiction_id=HAICANG, office_id=OTHER, subject_id=ABSENT, field="政府采购", number="1", title="合同",
            signed_on=TODAY, due_on=None, fulfilment="fulfilled", finding=None,
        )
    ),
    "an interview is about an entry": lambda tx: interviews.invite_about_entry(
        tx, BOOKS, ABSENT, invited_for=TODAY, agenda="约谈"
    ),
    "an interview is about a warning": lambda tx: interviews.invite_about_warning(
        tx, ABSENT, invited_for=TODAY, agenda="约谈"
    ),
    "an interview is missed": lambda tx: interviews.miss(tx, ABSENT, reason="未到"),
    "a case belongs to an entry of a batch": lambda tx: list_batches.case_owner(
        tx, BATCH, part="report", media_type="application/pdf", about=OTHER
    ),
    "a definition is opened": lambda tx: list_definitions.open_definition(tx, BOOKS, ABSENT),
    "a subject comes on a list": lambda tx: list_subject.admit_subject(
        tx, NOTHING, BOOKS, NOTHING, list_subject.Named(subject_id=ABSENT)
    ),
    "an entry is loaded": lambda tx: list_way.load_entry(tx, BOOKS, ABSENT),
    "a notice of a listing is answered": lambda tx: list_notices.answer(tx, BOOKS, CALENDAR, ABSENT, text="已结清"),
    "a removal is read": lambda tx: removals.read(tx, ABSENT),
    "a removal from an entry is proposed": lambda tx: removals.propose(tx, BOOKS, ABSENT, statement="已纠正"),
    "a subject is urged to pay": lambda tx: urging.issue(
        tx, BOOKS, office_id=office_id(XIAMEN, "JCZD"), subject_id=ABSENT, demand="支付工资"
    ),
    "a merge is refused": lambda tx: merges.refuse(tx, ABSENT, reason="不是"),
    "two subjects are one": lambda tx: merges.propose(
        tx, kept_id=ABSENT, merged_id=OTHER, office_id=OTHER, reason="同一主体"
    ),
    "a commitment is taken by an office": lambda tx: items.propose(
        tx, items.Proposal(
            jurisdiction_id=HAICANG, edition="2026", code="c", name="承诺", kind="general", matter_kind="other",
            parties=["legal_person"], offices=[ABSENT], clause="12", disclosure="government_sharing",
            person_disclosure="government_sharing",
        )
    ),
    "a grade is proposed of a subject": lambda tx: grades.propose(
        tx, evaluation(BOOKS, XIAMEN, "employer", TODAY),
        grades.Result(subject_id=ABSENT, office_id=OTHER, evaluated_on=TODAY, basis="评价", value=None),
    ),
    "a record is warned about": _warned,
    "a fact is a subject's": lambda tx: facts.record(
        replace(tx, actor=replace(tx.actor, jurisdiction_id=SHIYAN)), BOOKS, ABSENT,
        facts.Told(kind="arrears_complaint", outcome="open", occurred_on=TODAY), office_id=office_id(SHIYAN, "JC"),
    ),
    "a record is a subject's": lambda tx: submission.submit(
        tx, NOTHING, BOOKS, CALENDAR, submission.Submission(
            office_id=office_id(XIAMEN, "JCZD"),
            item_id=catalogue_item_id(XIAMEN, BOOKS.heads[XIAMEN], "penalty"), decision_no="1", title="处罚",
            decided_on=TODAY, subject_id=ABSENT, severity="minor",
        )
    ),
    "a request is a subject's": lambda tx: subject_requests.file(
        tx, BOOKS, CALENDAR, subject_requests.Asked(
            subject_id=ABSENT, kind="access", words="请求查阅", office_id=office_id(XIAMEN, "JCZD")
        )
    ),
    "an office is assessed by another": lambda tx: assessments.draw(
        tx, BOOKS, assessments.Sample(
            office_id=office_id(XIAMEN, "JCZD"), assessor_id=ABSENT, from_on=TODAY, to_on=TODAY, size=1, seed="s"
        )
    ),
    "an office that is not there is assessed": lambda tx: assessments.draw(
        tx, BOOKS, assessments.Sample(
            office_id=ABSENT, assessor_id=office_id(HAICANG, "ZX"), from_on=TODAY, to_on=TODAY, size=1, seed="s"
        )
    ),
    "an office is assessed": lambda tx: assessments.draw(
        tx, BOOKS, assessments.Sample(
            office_id=ABSENT, assessor_id=OTHER, from_on=TODAY, to_on=TODAY, size=1, seed="s"
        )
    ),
    "a report of an office is drafted": lambda tx: progress_reports.draft(
        tx, BOOKS, CALENDAR, ABSENT, cycle="month", year=2026, place=2
    ),
    "a case of a subject is referred": lambda tx: criminal_referrals.refer(
        tx, BOOKS, criminal_referrals.Case(office_id=OTHER, jurisdiction=SHIYAN, subject_id=ABSENT, kind="欠薪逃匿案件", facts="事实", police="公安",
        procuratorate="检察", court="法院", referred_on=TODAY),),
    "an office is named": lambda tx: named_office(tx.connection, "350200.NONE"),
    "repair of a record is applied for": lambda tx: applications.apply(
        tx, BOOKS, CALENDAR, record_id=ABSENT, subject_id=OTHER, grounds="已履行"
    ),
    "an application for repair is read": lambda tx: applications.read(tx, ABSENT),
    "the case of a repair is loaded": lambda tx: load_case(tx.connection, BOOKS, CALENDAR, ABSENT, today=TODAY),
    "an objection is loaded": lambda tx: steps.load(tx, ABSENT),
    "a record is contested": lambda tx: target.lock_target(tx, "credit_record", ABSENT),
    "a request is granted": lambda tx: subject_requests.grant(tx, ABSENT, answer="同意"),
    "the division of a subject is told": lambda tx: reports.division_of(tx, ABSENT),
    "a report of one's own is loaded": lambda tx: reports.load(tx, ABSENT),
    "a screening is circulated": lambda tx: screens.circulate(tx, ABSENT),
    "a subject is warned": lambda tx: warnings.raise_from_evaluation(
        tx, BOOKS, office_id=OTHER, jurisdiction=HAICANG, subject_id=ABSENT, evaluation="评价", risk="风险"
    ),
    "a warning is contested": lambda tx: warnings.contest(tx, ABSENT, grounds="有误"),
    "a subject is watched": lambda tx: watches.enter(
        tx, BOOKS, watches.Wanted(
            kind="key_enterprise", name="重点企业", reason="原因", from_on=TODAY, subject_id=ABSENT
        ),
        office_id=OTHER, jurisdiction=HAICANG,
    ),
    "a field is watched": lambda tx: watches.enter(
        tx, BOOKS, watches.Wanted(
            kind="key_field", name="重点领域", reason="原因", from_on=TODAY, field_office_id=ABSENT
        ),
        office_id=OTHER, jurisdiction=HAICANG,
    ),
    "a watch is ended": lambda tx: watches.end(tx, ABSENT, reason="结束"),
    "a member's record is a subject's": lambda tx: market_records.record(
        tx, BOOKS, market_records.Of(
            jurisdiction_id=XIAMEN, office_id=OTHER, subject_id=ABSENT, on_day=TODAY
        ), text="会员记录", evaluation=None
    ),
}  # fmt: skip


@pytest.fixture
async def tx(installed_url: str) -> AsyncIterator[Transaction]:
    """Give a transaction of an officer; nothing of it stays."""
    connection = await asyncpg.connect(installed_url)
    begun = connection.transaction()
    await begun.start()
    yield Transaction(connection, NOW, Actor(OTHER, ("credit_office",)))
    await begun.rollback()
    await connection.close()


@pytest.mark.parametrize("step", STEPS)
async def test_a_row_that_is_not_there_is_not_found(tx: Transaction, step: str) -> None:
    with pytest.raises(NotFound):
        await STEPS[step](tx)
