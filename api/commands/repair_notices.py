"""Mutation of notices: a subject was told of its rights of credit repair."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from api.commands.inputs import KEY, local_id, optional, required, value_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.credit import repair_notices
from domain.credit.repair_notices import Service

Channel = enum_type("NoticeChannel")


@strawberry.input(description="Of which penalty the subject was told its rights of credit repair, when and how.")
class ServeRepairNoticeInput:
    record: strawberry.ID = required("Global id of the credit record of the penalty.")
    served_on: date = required("Day on which it was served 送达.")
    channel: Any = strawberry.field(
        description="How it was served; WITH_DECISION together with the decision 两书同达.", graphql_type=Channel
    )
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "serveRepairNotice",
    noun="repair_notice",
    verb="serve",
    input=ServeRepairNoticeInput,
    payload={"repairNotice": "RepairNotice", "creditRecord": "CreditRecord"},
)
async def serve_repair_notice(work: Work, given: ServeRepairNoticeInput) -> Changed:
    """Note that the subject of a penalty of your office was told of its rights of credit repair 信用修复告知 (厦门2, 海沧1).

    Its words are written from the rules in force and kept with it.
    """
    record_id = local_id(given.record, "CreditRecord")
    scopes = work.scopes("repair_notice", "serve")
    await work.require("credit_record", record_id, scopes)
    service = Service(given.served_on, str(value_of(given.channel)))
    notice_id = await repair_notices.serve(work.tx, work.job.service.books, record_id, service)
    await work.require("repair_notice", notice_id, scopes)
    return Changed({"repairNotice": notice_id, "creditRecord": record_id})
