"""Mutations of criminal referrals: referred to police, procuratorate and court, accepted, ended. Need to know."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.commands.people import named_subject
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.referral import criminal_referrals

CriminalReferralOutcome: Any = enum_type("CriminalReferralOutcome")
_PAYLOAD = {"criminalReferral": "CriminalReferral"}


@strawberry.input(description="A case 案件移送, and the three organs it goes to (十堰 行刑衔接).")
class ReferCriminalReferralInput:
    subject: strawberry.ID = required("Global id of who is suspected.")
    kind: str = required("Kind of case as the rule names it: 涉嫌拒不支付劳动报酬罪案件 or 欠薪逃匿案件.")
    facts: str = required("What your office found.")
    police: str = required("Police organ 公安机关 it is referred to.")
    procuratorate: str = required("Procuratorate 检察院 asked to come in early.")
    court: str = required("Court 法院 asked to come in early.")
    referred_on: date = required("Day of the referral.")
    record: strawberry.ID | None = optional("Global id of a credit record of your office about the same facts.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "referCriminalReferral", noun="criminal_referral", verb="refer", input=ReferCriminalReferralInput, payload=_PAYLOAD
)
async def refer_criminal_referral(work: Work, given: ReferCriminalReferralInput) -> Changed:
    """Refer a case to the police and ask procuratorate and court in at the same time; it bars repair meanwhile (十堰)."""
    scopes = work.scopes("criminal_referral", "refer")
    office_id, jurisdiction_id = work.place()
    subject = await named_subject(work, given.subject)
    record = None
    if given.record is not None:
        row = await work.lock("credit_record", local_id(given.record, "CreditRecord"), "publish")
        record = row["id"]
    made = await criminal_referrals.refer(
        work.tx,
        work.job.service.books,
        criminal_referrals.Case(
            office_id=office_id,
            jurisdiction=jurisdiction_id,
            subject_id=subject,
            kind=given.kind,
            facts=given.facts,
            police=given.police,
            procuratorate=given.procuratorate,
            court=given.court,
            referred_on=given.referred_on,
            record_id=record,
        ),
    )
    await work.require("criminal_referral", made, scopes)
    return Changed({"criminalReferral": made})


@strawberry.input(description="That the police accepted a case 立案.")
class AcceptCriminalReferralInput:
    referral: strawberry.ID = required("Global id of the referral.")
    case_no: str = required("Number of the criminal case.")
    accepted_on: date = required("Day of the acceptance.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "acceptCriminalReferral",
    noun="criminal_referral",
    verb="accept",
    input=AcceptCriminalReferralInput,
    payload=_PAYLOAD,
)
async def accept_criminal_referral(work: Work, given: AcceptCriminalReferralInput) -> Changed:
    """Note that the police accepted a case that your office referred (十堰)."""
    row = await work.lock("criminal_referral", local_id(given.referral, "CriminalReferral"), "accept")
    await criminal_referrals.accept(work.tx, row["id"], case_no=given.case_no, accepted_on=given.accepted_on)
    return Changed({"criminalReferral": row["id"]})


@strawberry.input(description="How a case ended.")
class EndCriminalReferralInput:
    referral: strawberry.ID = required("Global id of the referral.")
    outcome: CriminalReferralOutcome = required("How it ended.")
    ended_on: date = required("Day on which it ended.")
    note: str = required("Document by which it ended.")
    client_mutation_id: str | None = optional(KEY)


@mutation("endCriminalReferral", noun="criminal_referral", verb="end", input=EndCriminalReferralInput, payload=_PAYLOAD)
async def end_criminal_referral(work: Work, given: EndCriminalReferralInput) -> Changed:
    """Note how a case ended; the bar to repair falls with it (十堰)."""
    row = await work.lock("criminal_referral", local_id(given.referral, "CriminalReferral"), "end")
    await criminal_referrals.end(
        work.tx, row["id"], outcome=given.outcome.value, ended_on=given.ended_on, note=given.note
    )
    return Changed({"criminalReferral": row["id"]})
