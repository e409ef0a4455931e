"""Mutations of list entries up to their decision: collected, attested, investigated, reviewed, decided, returned.

The policy says who may act on which rows; the rulebook may lay a step in fewer hands, which is refused here.
"""

from __future__ import annotations

from typing import Any

import strawberry

from api.commands.inputs import KEY, choice, local_id, optional, required, value_of
from api.commands.list_hands import require_hands
from api.commands.people import named_subject
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.lists import list_collection, list_entries
from domain.lists.list_collection import Collection
from domain.lists.list_entries import AMENDABLE, Vouching
from domain.lists.list_grounds import Grounds
from domain.lists.list_subject import Named

BasisLevel, ListRoute = enum_type("BasisLevel"), enum_type("ListRoute")
PAYLOAD = {"listEntry": "ListEntry"}
_RECORDS = "Global ids of credit records of the same subject that the entry rests on; you must be able to see them."


@strawberry.input(description="An entry as an office collects it 收集. Name its subject by code, idNumber or subject.")
class CollectListEntryInput:
    credit_list: strawberry.ID = required("Global id of the list; your office must be one of its owners.")
    reason: str = required("Why the subject is to be listed; no names of people, no identity numbers.")
    domain: str | None = optional("Code of the domain 领域, where the list has domains (新乡三).")
    route: Any = choice(
        ListRoute, "The way onto the list; the regular one unless given, self-published 自行发布 in Xinxiang."
    )
    name: str | None = optional("Name of the subject; needed with code or idNumber.")
    code: str | None = optional("Unified social credit code of an organisation.")
    id_number: str | None = optional("Identity number of a natural person; stored encrypted, never shown.")
    subject: strawberry.ID | None = optional("Global id of a known subject.")
    state_owned: bool = strawberry.field(
        default=False, description="Whether an organisation that is new here is state-owned (厦门24)."
    )
    behaviour: str | None = optional("The defined behaviour 行为 (新乡二), as the definition of the list names it.")
    legal_basis: str | None = optional("Law or policy it rests on 依据.")
    legal_basis_level: Any = choice(BasisLevel, "Level of the legal basis.")
    condition: str | None = optional(
        "Which of the law's conditions 列入情形 is met, in its words (第45号令); none for another failing, where the list"
        " holds others than arrears of wages, too (厦门28)."
    )
    precondition_met: bool = strawberry.field(
        default=False,
        description="Whether what the law asks for beforehand has happened, e.g. 责令限期支付,逾期未支付.",
    )
    records: list[strawberry.ID] | None = optional(_RECORDS)
    with_entry: strawberry.ID | None = optional("Global id of the unit's entry with which a person is listed.")
    capacity: str | None = optional("As what the person answers with the unit, in the law's words, e.g. 法定代表人.")
    decision_no: str | None = optional("Number of the decision, if it is known; else it is given with the decision.")
    client_mutation_id: str | None = optional(KEY)


@mutation("collectListEntry", noun="list_entry", verb="collect", input=CollectListEntryInput, payload=PAYLOAD)
async def collect_list_entry(work: Work, given: CollectListEntryInput) -> Changed:
    """Collect an entry 收集 for a list that your office owns and that is open; its way begins (新乡三, 四(二))."""
    scopes = work.scopes("list_entry", "collect")
    office = work.office()
    subject = await named_subject(work, given.subject) if given.subject else None
    unit = local_id(given.with_entry, "ListEntry") if given.with_entry else None
    if unit:
        await work.require("list_entry", unit, scopes)
    records = await _readable(work, given.records)
    collected = Collection(
        office_id=office,
        list_id=local_id(given.credit_list, "CreditList"),
        subject=Named(
            name=given.name,
            uscc=given.code,
            id_number=given.id_number,
            subject_id=subject,
            state_owned=given.state_owned,
        ),
        grounds=Grounds(
            reason=given.reason,
            behaviour=given.behaviour,
            legal_basis=given.legal_basis,
            legal_basis_level=value_of(given.legal_basis_level),
            condition=given.condition,
            precondition_met=given.precondition_met,
            decision_no=given.decision_no,
        ),
        domain=given.domain,
        route=value_of(given.route) or "regular",
        records=records,
        with_entry=unit,
        capacity=given.capacity,
    )
    service = work.job.service
    entry_id = await list_collection.collect(work.tx, service.vault, service.books, collected)
    await work.require("list_entry", entry_id, scopes)
    return Changed({"listEntry": entry_id})


async def _readable(work: Work, records: Any) -> list[Any]:
    """Give the ids of records that the caller can see.

    Raises: NotFound for one that it cannot.
    """
    found = [local_id(one, "CreditRecord") for one in records or ()]
    if len(found) > list_collection.MOST_RECORDS:
        raise list_collection.too_many_records()
    for record in found:
        await work.require("credit_record", record, work.scopes("credit_record", "read"))
    return found


@strawberry.input(description="What to amend in an entry that nobody has vouched for yet. What is not given stays.")
class AmendListEntryInput:
    list_entry: strawberry.ID = required("Global id of the entry.")
    reason: str | None = optional("Why the subject is to be listed.")
    behaviour: str | None = optional("The defined behaviour.")
    legal_basis: str | None = optional("Law or policy it rests on.")
    legal_basis_level: Any = choice(BasisLevel, "Level of the legal basis.")
    condition: str | None = optional("Which of the law's conditions is met.")
    precondition_met: bool | None = optional("Whether what the law asks for beforehand has happened.")
    decision_no: str | None = optional("Number of the decision.")
    records: list[strawberry.ID] | None = optional("More records: " + _RECORDS)
    client_mutation_id: str | None = optional(KEY)


@mutation("amendListEntry", noun="list_entry", verb="amend", input=AmendListEntryInput, payload=PAYLOAD)
async def amend_list_entry(work: Work, given: AmendListEntryInput) -> Changed:
    """Amend an entry of your office 更正列入记录 that is collected or was returned."""
    row = await work.lock("list_entry", local_id(given.list_entry, "ListEntry"), "amend")
    stated = {name: getattr(given, name) for name in AMENDABLE if name != "legal_basis_level"}
    changes = {name: value for name, value in stated.items() if value is not None}
    if given.legal_basis_level is not None:
        changes["legal_basis_level"] = value_of(given.legal_basis_level)
    records = await _readable(work, given.records)
    await list_entries.amend(
        work.tx, work.job.service.vault, work.job.service.books, row["id"], changes, records=records
    )
    return Changed({"listEntry": row["id"]})


@strawberry.input(description="Which entry.")
class ListEntryInput:
    list_entry: strawberry.ID = required("Global id of the entry.")
    client_mutation_id: str | None = optional(KEY)


@mutation("resumeListEntry", noun="list_entry", verb="resume", input=ListEntryInput, payload=PAYLOAD)
async def resume_list_entry(work: Work, given: ListEntryInput) -> Changed:
    """Take up a returned entry of your office again 重新办理: the next round begins with its first step."""
    row = await work.lock("list_entry", local_id(given.list_entry, "ListEntry"), "resume")
    await list_entries.resume(work.tx, work.job.service.books, row["id"])
    return Changed({"listEntry": row["id"]})


@strawberry.input(description="For what you vouch: all three, or the entry does not go on (新乡三).")
class AttestListEntryInput:
    list_entry: strawberry.ID = required("Global id of the entry.")
    truthful: bool = required("Whether it is true 真实性.")
    accurate: bool = required("Whether it is accurate 准确性.")
    lawful: bool = required("Whether it is lawful 合法性.")
    client_mutation_id: str | None = optional(KEY)


@mutation("attestListEntry", noun="list_entry", verb="attest", input=AttestListEntryInput, payload=PAYLOAD)
async def attest_list_entry(work: Work, given: AttestListEntryInput) -> Changed:
    """Vouch in your name for truth, accuracy and legality of an entry; every responsible office does (新乡三)."""
    row = await work.lock("list_entry", local_id(given.list_entry, "ListEntry"), "attest")
    office, name = work.office(), work.job.caller.display
    await require_hands(work, row, "attest")
    vouching = Vouching(truthful=given.truthful, accurate=given.accurate, lawful=given.lawful, officer=name)
    await list_entries.attest(work.tx, work.job.service.books, row["id"], vouching, office_id=office)
    return Changed({"listEntry": row["id"]})


@strawberry.input(description="What the investigation of a self-published entry found 调查核实.")
class InvestigateListEntryInput:
    list_entry: strawberry.ID = required("Global id of the entry.")
    report_no: str = required("Number of the investigation report 调查报告.")
    findings: str = required("What was found.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "investigateListEntry", noun="list_entry", verb="investigate", input=InvestigateListEntryInput, payload=PAYLOAD
)
async def investigate_list_entry(work: Work, given: InvestigateListEntryInput) -> Changed:
    """Hand in the investigation report of an entry that your office publishes itself (新乡四(一)2)."""
    row = await work.lock("list_entry", local_id(given.list_entry, "ListEntry"), "investigate")
    await require_hands(work, row, "investigate")
    await list_entries.investigate(
        work.tx, work.job.service.books, row["id"], report_no=given.report_no, findings=given.findings
    )
    return Changed({"listEntry": row["id"]})


@mutation("approveReportOfListEntry", noun="list_entry", verb="approve_report", input=ListEntryInput, payload=PAYLOAD)
async def approve_report_of_list_entry(work: Work, given: ListEntryInput) -> Changed:
    """Approve the investigation report of an entry 核定, as the head of its office (新乡四(一)2)."""
    row = await work.lock("list_entry", local_id(given.list_entry, "ListEntry"), "approve_report")
    await require_hands(work, row, "approve_report")
    await list_entries.approve_report(work.tx, work.job.service.books, row["id"])
    return Changed({"listEntry": row["id"]})


@mutation("reviewListEntry", noun="list_entry", verb="review", input=ListEntryInput, payload=PAYLOAD)
async def review_list_entry(work: Work, given: ListEntryInput) -> Changed:
    """Review an entry 审核, as the deputy leader in charge (新乡四(二))."""
    row = await work.lock("list_entry", local_id(given.list_entry, "ListEntry"), "review")
    await require_hands(work, row, "review")
    await list_entries.review(work.tx, work.job.service.books, row["id"])
    return Changed({"listEntry": row["id"]})


@strawberry.input(description="Which entry to decide, and the number of the decision.")
class DecideListEntryInput:
    list_entry: strawberry.ID = required("Global id of the entry.")
    decision_no: str | None = optional("Number of the decision 文号; needed unless it was given before.")
    client_mutation_id: str | None = optional(KEY)


@mutation("decideListEntry", noun="list_entry", verb="decide", input=DecideListEntryInput, payload=PAYLOAD)
async def decide_list_entry(work: Work, given: DecideListEntryInput) -> Changed:
    """Decide an entry 审定: the bureau's leader in Xinxiang (四(二)), else the head of the recognising office."""
    row = await work.lock("list_entry", local_id(given.list_entry, "ListEntry"), "decide")
    await require_hands(work, row, "decide")
    await list_entries.decide(work.tx, work.job.service.books, row["id"], decision_no=given.decision_no)
    return Changed({"listEntry": row["id"]})


@mutation("submitListEntry", noun="list_entry", verb="submit", input=ListEntryInput, payload=PAYLOAD)
async def submit_list_entry(work: Work, given: ListEntryInput) -> Changed:
    """Submit a decided entry to the office that publishes it 报送 (新乡四(二))."""
    row = await work.lock("list_entry", local_id(given.list_entry, "ListEntry"), "submit")
    await require_hands(work, row, "submit")
    await list_entries.submit(work.tx, work.job.service.books, row["id"])
    return Changed({"listEntry": row["id"]})


@strawberry.input(description="Which entry to return 退回, and why.")
class ReturnListEntryInput:
    list_entry: strawberry.ID = required("Global id of the entry.")
    reason: str = required("Why it is returned; its office reads it.")
    client_mutation_id: str | None = optional(KEY)


@mutation("returnListEntry", noun="list_entry", verb="return", input=ReturnListEntryInput, payload=PAYLOAD)
async def return_list_entry(work: Work, given: ReturnListEntryInput) -> Changed:
    """Return an entry 退回 with a reason instead of approving it: whoever the next step of approval lies with."""
    row = await work.lock("list_entry", local_id(given.list_entry, "ListEntry"), "return")
    await require_hands(work, row, None)
    await list_entries.send_back(work.tx, work.job.service.books, row["id"], reason=given.reason)
    return Changed({"listEntry": row["id"]})
