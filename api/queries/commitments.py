"""May a subject use notification-commitment and other simplified procedures?"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from api.execution.job import reader_of
from api.gate.access import Access
from api.queries.fields import Ctx, argument, count_subject, global_id
from api.queries.scoped import place_of
from authz import rows
from authz.within import lies_within
from domain.clock import local_day
from domain.commitment import simplified
from domain.errors import Forbidden, NotFound


@strawberry.type(description="A record that takes simplified procedures away 不予便利的依据.")
class SimplifiedProcedureBar:
    record_id: strawberry.ID = strawberry.field(
        description="Global id of the credit record; read it as far as you may."
    )
    commitment_id: strawberry.ID | None = strawberry.field(
        description="Global id of the broken commitment, where it is one."
    )
    since: date = strawberry.field(description="Day of the decision.")
    until: date | None = strawberry.field(description="Last day; null where no end is set.")
    disputed: bool = strawberry.field(
        description="Whether the record is disputed 有异议; it bars until the objection is settled."
    )


@strawberry.type(
    description="Whether a subject may use notification-commitment 告知承诺 and other simplified procedures 简化程序 today."
)
class SimplifiedProcedure:
    allowed: bool = strawberry.field(description="Whether they are open to the subject.")
    until: date | None = strawberry.field(
        description="Last day on which they are closed; null where open or no end is set."
    )
    on: date = strawberry.field(description="The day asked for: today.")
    status: str = strawberry.field(
        description="What the rulebooks say: says, by_analogy, expired (as last known), not_yet_in_force, service_default, none_set or not_loaded."
    )
    binds: bool = strawberry.field(
        description="Whether that is law for the division; a sister document's rule is shown and takes nothing away."
    )
    citation: str | None = strawberry.field(description="Document and clause 依据; null where no law loaded sets any.")
    quote: str | None = strawberry.field(description="Words of the document.")
    reading: str | None = strawberry.field(description="Our reading 解读, where the text leaves room.")
    bars: list[SimplifiedProcedureBar] = strawberry.field(description="The records that take them away.")


async def simplified_procedure(
    info: Ctx,
    subject: Annotated[strawberry.ID, argument("subject", "Global id of the subject.")],
    jurisdiction: Annotated[
        str | None,
        argument("jurisdiction", "Division code; an officer's own unless given, and no other; a subject names one."),
    ] = None,
) -> SimplifiedProcedure | None:
    """Answer as the rulebook of the division has it; who asks about a person is in the person's access log."""
    job = info.context
    scopes = reader_of(job.service, job.caller).scopes("simplified_procedure", "read")
    if not scopes:
        raise Forbidden(noun="simplified_procedure", action="read")
    subject_id, place = job.subject_id(subject), place_of(job, jurisdiction)
    await count_subject(job, "simplified_procedure")
    today = local_day(job.now)
    async with job.service.database.session() as session:
        target = rows.target("simplified_procedure", "read")
        row = await lies_within(session, job.caller, target, subject_id, scopes, today)
        if row is None:
            raise NotFound
        found = await simplified.standing(
            session, job.service.books, subject_id=subject_id, jurisdiction=place, on=today
        )
    if row["is_person"]:
        job.accesses.append(Access(job.caller, "simplified_procedure", "read", "served", subject_id, job.now))
    return _told(found)


def _told(found: simplified.Standing) -> SimplifiedProcedure:
    rule = found.rule
    return SimplifiedProcedure(
        allowed=found.allowed,
        until=found.until,
        on=found.on,
        status=rule.status.value,
        binds=found.binds,
        citation=rule.citation or None,
        quote=rule.quote,
        reading=rule.reading,
        bars=[
            SimplifiedProcedureBar(
                record_id=strawberry.ID(f"CreditRecord:{bar.record_id}"),
                commitment_id=global_id("Commitment", bar.commitment_id),
                since=bar.since,
                until=bar.until,
                disputed=bar.disputed,
            )
            for bar in found.bars
        ],
    )


FIELDS = {
    "simplifiedProcedure": strawberry.field(
        resolver=simplified_procedure,
        name="simplifiedProcedure",
        description="Whether a subject may use notification-commitment and other simplified procedures (上海8(二)3, 厦门11):"
        " by which record, clause, until when.",
    )
}
"""Fields of Query."""
