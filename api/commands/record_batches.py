"""Handing in many credit records by one call: each row stands or falls by itself and is answered for.

A row's `clientMutationId` is its idempotency key, the same as that of `submitCreditRecord`: a row sent twice, in
whichever call, is carried out once. Refuses more rows than a request should carry: those go by `POST /imports`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Any, Final, Optional

import asyncpg
import strawberry

from api.commands.inputs import KEY, optional, required
from api.commands.records import SubmitCreditRecordInput
from api.database import ValueRefused
from api.mutation import MUTATIONS, Changed, Mutation, Work, mutation, once, read_input
from domain.errors import DomainError, InvalidInput

MOST: Final = 500


class TooManyRecords(InvalidInput):
    """A call takes 1 to 500 records: divide them, or hand them in as a file."""

    code = "TOO_MANY_RECORDS"
    zh = "一次可提交1至500条记录：请分批提交，或以文件批量归集。"


@strawberry.enum(description="What became of a row that was handed in.")
class SubmissionOutcome(Enum):
    """What became of a row."""

    ADDED = "ADDED"
    KNOWN = "KNOWN"
    REFUSED = "REFUSED"


@strawberry.type(description="What became of one row of a call.")
class SubmittedRow:
    """What became of one row."""

    place: int = strawberry.field(description="Place of the row in the call, from 0.")
    key: Optional[str] = strawberry.field(description="The row's clientMutationId.")
    outcome: SubmissionOutcome = strawberry.field(description="What became of it.")
    record: Optional[strawberry.ID] = strawberry.field(
        description="Global id of its credit record; of the one that is here already, where your office answers for it."
    )
    code: Optional[str] = strawberry.field(description="Code of the refusal.")
    column: Optional[str] = strawberry.field(description="Data item at fault, where it is one.")
    message: Optional[str] = strawberry.field(description="The refusal, in English, without the value.")
    message_zh: Optional[str] = strawberry.field(description="The refusal, in Chinese, without the value.")
    office: Optional[str] = strawberry.field(
        description="The office that has provided the decision already and answers for it (厦门8 谁提供、谁负责)."
    )


@strawberry.input(
    description="Credit records handed in by one call, 1 to 500, in one body of at most 1 MiB unless the service is set"
    " otherwise: some 300 with every data item, in UTF-8 and not as escapes. More goes in as a file, POST /imports."
)
class SubmitCreditRecordsInput:
    """What is handed in."""

    records: list[SubmitCreditRecordInput] = required(
        "The records; the clientMutationId of each is its idempotency key."
    )
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "submitCreditRecords",
    noun="credit_record",
    verb="submit",
    input=SubmitCreditRecordsInput,
    payload={},
    lists={"results": SubmittedRow},
)
async def submit_credit_records(work: Work, given: SubmitCreditRecordsInput) -> Changed:
    """Hand in up to 500 credit records 归集 in the name of your office; each row is answered for itself (厦门8)."""
    work.scopes("credit_record", "submit")
    rows: list[Any] = list(given.records)
    if not 1 <= len(rows) <= MOST:
        raise TooManyRecords(most=MOST)
    return Changed({}, {"results": [await _row(work, place, row) for place, row in enumerate(rows)]})


async def _row(work: Work, place: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """Carry one row out in a savepoint of its own; give what became of it."""
    key, before, done = given.get("clientMutationId"), len(work.tx.events), False
    single = MUTATIONS["submitCreditRecord"]

    async def handle(inner: Work, value: Any) -> Changed:
        nonlocal done
        done = True
        return await single.handle(inner, value)

    try:
        async with work.tx.connection.transaction():
            changed = await once(work, _handled_by(single, handle), read_input(single.input, given), given, key)
    except (asyncpg.DataError, asyncpg.CheckViolationError):
        refused: DomainError = ValueRefused()
    except DomainError as error:
        refused = error
    else:
        outcome = "ADDED" if done else "KNOWN"
        return _told(place, key, outcome, record=f"CreditRecord:{changed.rows['creditRecord']}")
    del work.tx.events[before:]
    known = refused.extensions.get("record_id")
    return _told(
        place,
        key,
        "REFUSED",
        record=f"CreditRecord:{known}" if known else None,
        code=refused.code,
        column=refused.extensions.get("column") or refused.extensions.get("field"),
        message=refused.message,
        messageZh=refused.message_zh,
        office=refused.extensions.get("office"),
    )


def _handled_by(declared: Mutation, handle: Any) -> Mutation:
    return replace(declared, handle=handle)


def _told(place: int, key: str | None, outcome: str, **about: Any) -> dict[str, Any]:
    names = ("record", "code", "column", "message", "messageZh", "office")
    return {"place": place, "key": key, "outcome": outcome, **{name: about.get(name) for name in names}}
