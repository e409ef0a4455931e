"""How the repair of a record stands, explained condition by condition; and what was irregular, for auditors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

import strawberry

from api.execution.job import Job, reader_of
from api.execution.mutation import row_within
from api.gate.access import Access
from api.planning.bind import local_id
from api.queries.fields import Ctx, argument, count_subject, global_id
from authz.account_names import account_names
from authz.vocabulary import Scope
from domain.clock import local_day
from domain.errors import DomainError, Forbidden, InvalidInput, NotFound
from domain.registry.offices import office_names
from domain.repair import eligibility, irregular
from domain.repair.conditions import Judged, Standing
from domain.repair.exits import Exit
from domain.rulebook.procedure import Step

NOUN = "repair_application"
LONGEST = timedelta(days=366)
"""How long a time may be audited at once."""

strawberry.enum(
    Standing,
    name="ConditionStanding",
    description="How a condition 条件 stands: met, not met, not assessable where no measure is set, unknown until found.",
)


@strawberry.type(description="A condition of credit repair 修复条件: how it stands, since when, and by which words.")
class RepairCondition:
    code: str = strawberry.field(description="Code of the condition, e.g. minimum_publication.")
    name: str = strawberry.field(description="The condition in Chinese.")
    standing: Standing = strawberry.field(description="How it stands.")
    since: date | None = strawberry.field(
        description="Since when it is met, or the day it becomes so; null where none."
    )
    explanation: str = strawberry.field(description="Why, in English.")
    explanation_zh: str = strawberry.field(description="Why, in Chinese 说明.")
    clause: str = strawberry.field(description="Clause 条款.")
    quote: str = strawberry.field(description="Words of the text.")
    citation: str = strawberry.field(description="Document and clause in one line 依据.")
    layer: str = strawberry.field(description="Id of the rulebook it comes from.")
    confidence: str = strawberry.field(description="How well the text is known to us.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")


@strawberry.type(description="A list entry 列入 that rests on the record, and what becomes of it with the repair.")
class RepairExit:
    entry: strawberry.ID = strawberry.field(description="Global id of the list entry.")
    list_name: str = strawberry.field(description="Name of the list.")
    ends: bool = strawberry.field(description="Whether it ends with the repair.")
    earliest_on: date | None = strawberry.field(description="First day on which it may end, where a term runs.")
    explanation: str = strawberry.field(description="Why it ends or stays, in English.")
    explanation_zh: str = strawberry.field(description="Why it ends or stays, in Chinese 说明.")
    citation: str | None = strawberry.field(description="Document and clause in one line 依据.")
    quote: str | None = strawberry.field(description="Words of the list's exit rule.")


@strawberry.type(description="A step of the procedure 程序.")
class RepairStep:
    verb: str = strawberry.field(description="The move, e.g. find_fulfilled.")
    by: str = strawberry.field(description="In whose hands the text lays it.")
    citation: str = strawberry.field(description="Document and clause in one line 依据.")
    reading: str | None = strawberry.field(description="Our reading, where the text leaves room.")


@strawberry.type(
    description="Why no application for repair is taken on a day 不受理的原因, as `applyForRepair` would say it."
)
class RepairRefusal:
    code: str = strawberry.field(description="Stable code, e.g. REPAIR_NOT_APPLICABLE.")
    message: str = strawberry.field(description="Why, in English.")
    message_zh: str = strawberry.field(description="Why, in Chinese 说明.")


@strawberry.type(description="How the repair 信用修复 of a record stands on a day. Nothing is decided by it.")
class RepairEligibility:
    record: strawberry.ID = strawberry.field(description="Global id of the record.")
    on: date = strawberry.field(description="The day it is asked for.")
    may_apply: bool = strawberry.field(description="Whether the subject may apply on that day.")
    refused_with: RepairRefusal | None = strawberry.field(
        description="Why the subject may not apply on that day; null where it may."
    )
    may_be_granted: bool = strawberry.field(
        description="Whether no condition is unmet or unknown; those not assessable must still be judged."
    )
    earliest_on: date | None = strawberry.field(
        description="First day on which repair may be applied for; null where no term is set or known."
    )
    public_until: date | None = strawberry.field(
        description="Last day of publication, on which it ends by itself; null where no end is set."
    )
    disputed: bool = strawberry.field(description="Whether the record is disputed 有异议: an objection to it is open.")
    conditions: list[RepairCondition] = strawberry.field(description="The conditions, one by one; all must be met.")
    exits: list[RepairExit] = strawberry.field(description="What becomes of list entries that rest on the record.")
    steps: list[RepairStep] = strawberry.field(description="The steps of the procedure in force, in their order.")
    commitment: str | None = strawberry.field(
        description="Words of the public commitment 信用承诺 that is to be signed; null where the record is none that is repaired."
    )
    not_loaded: list[str] = strawberry.field(
        description="Documents above this jurisdiction that are not loaded: whether they set conditions is unknown."
    )
    application: strawberry.ID | None = strawberry.field(
        description="Global id of the application that is open or granted."
    )


@strawberry.type(description="Something irregular about a repair 不按规定办理信用修复, without its content (上海12).")
class RepairIrregularity:
    code: str = strawberry.field(description="What it is, e.g. before_minimum.")
    explanation: str = strawberry.field(description="What it is, in English.")
    explanation_zh: str = strawberry.field(description="What it is, in Chinese.")
    detail_zh: str | None = strawberry.field(description="More of it, in Chinese.")
    on: date = strawberry.field(description="Day of the decision.")
    application: strawberry.ID | None = strawberry.field(description="Global id of the application.")
    record: strawberry.ID | None = strawberry.field(description="Global id of the record.")
    entry: strawberry.ID | None = strawberry.field(description="Global id of the list entry.")
    office: strawberry.ID = strawberry.field(description="Global id of the office that answers for it.")
    office_name: str = strawberry.field(description="Name 名称 of that office.")
    jurisdiction: str = strawberry.field(description="Division code.")
    accounts: list[strawberry.ID] = strawberry.field(description="Accounts that found and decided.")
    account_names: list[str | None] = strawberry.field(description="What they are called, in the same order.")
    citation: str | None = strawberry.field(description="Document and clause in one line 依据.")


async def repair_eligibility(
    info: Ctx,
    record: Annotated[strawberry.ID, argument("record", "Global id of the credit record.")],
    on: Annotated[date | None, argument("on", "The day to ask for; today unless given.")] = None,
) -> RepairEligibility | None:
    """Explain how the repair of a record stands, to its subject and to the office that recognised it."""
    job = info.context
    record_id: UUID = local_id(record, "CreditRecord")
    scopes = _scopes(job, "read")
    await count_subject(job, NOUN)
    async with job.service.database.session() as session:
        row = await row_within(job, session, "credit_record", "credit_record", record_id, scopes)
        if row is None:
            raise NotFound
        if row["about_person"]:
            served = Access(job.caller, NOUN, "read", "served", row["subject_id"], job.now)
            job.accesses.append(served)
        found = await eligibility.explain(
            session, job.service.books, job.service.calendar, record_id, today=on or local_day(job.now)
        )
    return _eligibility(found)


async def repair_irregularities(
    info: Ctx,
    first: Annotated[date, argument("from", "First day of decision.")],
    last: Annotated[date, argument("to", "Last day of decision, at most a year later.")],
) -> list[RepairIrregularity] | None:
    """Name the irregular repairs of a time."""
    job = info.context
    _scopes(job, "audit")
    if not timedelta() <= last - first <= LONGEST:
        raise InvalidInput("Ask for at most a year at once.", zh="一次最多查询一年。")
    async with job.service.database.session() as session:
        found = await irregular.irregularities(session, job.service.books, job.service.calendar, first=first, last=last)
        offices = await office_names(session, {one.office_id for one in found})
        accounts = await account_names(session, {account for one in found for account in one.accounts})
    return [_irregularity(one, offices, accounts) for one in found]


def _scopes(job: Job, action: str) -> tuple[Scope, ...]:
    """Give the scopes in which the caller may do an action on applications.

    Raises: Forbidden.
    """
    found = reader_of(job.service, job.caller).scopes(NOUN, action)
    if not found:
        raise Forbidden(noun=NOUN, action=action)
    return found


def _eligibility(found: eligibility.Eligibility) -> RepairEligibility:
    case = found.case
    return RepairEligibility(
        record=strawberry.ID(f"CreditRecord:{case.record['id']}"),
        on=case.today,
        may_apply=found.may_apply,
        refused_with=_refusal(found.refused),
        may_be_granted=found.may_be_granted,
        earliest_on=found.earliest_on,
        public_until=case.record["public_until"],
        disputed=case.record["disputed"],
        conditions=[_condition(one) for one in found.conditions],
        exits=[_exit(one) for one in found.exits],
        steps=[step_of(one) for one in case.way.steps],
        commitment=found.commitment,
        not_loaded=list(found.unread),
        application=global_id("RepairApplication", case.application["id"] if case.application else None),
    )


def _refusal(refused: DomainError | None) -> RepairRefusal | None:
    if refused is None:
        return None
    return RepairRefusal(code=refused.code, message=refused.message, message_zh=refused.message_zh)


def _condition(one: Judged) -> RepairCondition:
    said = one.condition
    return RepairCondition(
        code=said.condition,
        name=said.name,
        standing=one.standing,
        since=one.since,
        explanation=one.en,
        explanation_zh=one.zh,
        clause=said.clause,
        quote=said.quote,
        citation=said.citation,
        layer=said.layer,
        confidence=said.confidence,
        reading=said.reading,
    )


def _exit(one: Exit) -> RepairExit:
    return RepairExit(
        entry=strawberry.ID(f"ListEntry:{one.entry.id}"),
        list_name=one.entry.list_name,
        ends=one.ends,
        earliest_on=one.earliest_on,
        explanation=one.en,
        explanation_zh=one.zh,
        citation=one.citation,
        quote=one.quote,
    )


def step_of(one: Step) -> RepairStep:
    """Show a step of a procedure."""
    return RepairStep(verb=one.verb, by=one.by, citation=one.citation, reading=one.reading)


def _irregularity(
    one: irregular.Irregularity, offices: Mapping[UUID, str], accounts: Mapping[UUID, str]
) -> RepairIrregularity:
    en, zh = one.words
    return RepairIrregularity(
        code=one.code,
        explanation=en,
        explanation_zh=zh,
        detail_zh=one.detail,
        on=one.on,
        application=global_id("RepairApplication", one.application_id),
        record=global_id("CreditRecord", one.record_id),
        entry=global_id("ListEntry", one.entry_id),
        office=strawberry.ID(f"Office:{one.office_id}"),
        office_name=offices[one.office_id],
        jurisdiction=one.jurisdiction,
        accounts=[strawberry.ID(str(account)) for account in one.accounts],
        account_names=[accounts.get(account) for account in one.accounts],
        citation=one.citation,
    )


FIELDS: dict[str, Any] = {
    "repairEligibility": strawberry.field(
        resolver=repair_eligibility,
        name="repairEligibility",
        description="How the credit repair 信用修复 of a record stands, condition by condition; for its subject and its office.",
    ),
    "repairIrregularities": strawberry.field(
        resolver=repair_irregularities,
        name="repairIrregularities",
        description="Irregular repairs 不按规定办理信用修复 of a time, found from rows and ledger; for auditors (上海12).",
    ),
}
"""Fields of Query."""
