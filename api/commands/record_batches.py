"""Handing in many credit records by one call: each row stands or falls by itself and is answered for.

A row's `clientMutationId` is its idempotency key, the same as that of `submitCreditRecord`: a row sent twice, in
whichever call, is carried out once. Refuses more rows than a request should carry: those go by `POST /imports`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Optional
from uuid import UUID

import asyncpg
import strawberry

from api.commands.inputs import KEY, optional, required
from api.commands.records import SubmitCreditRecordInput, submission_of
from api.execution.mutation import Changed, Work, mutation, read_input
from api.postgres.database import ValueRefused
from authz.vocabulary import Scope
from domain.credit.refusals import RecordExists
from domain.credit.submission import Submission
from domain.errors import DomainError, Forbidden, InvalidInput, NotFound
from domain.idempotency import Answered, answered, digest_of, remember
from domain.oversight.submitted import Outcome, submit_all

MOST: Final = 500


class TooManyRecords(InvalidInput):
    """A call takes 1 to 500 records: divide them, or hand them in as a file."""

    code = "TOO_MANY_RECORDS"
    zh = "一次可提交1至500条记录：请分批提交，或以文件批量归集。"


@strawberry.enum(description="What became of a row that was handed in 归集结果.")
class SubmissionOutcome(Enum):
    """What became of a row."""

    ADDED = "ADDED"
    KNOWN = "KNOWN"
    REFUSED = "REFUSED"


@strawberry.type(description="What became of one row of a call 归集结果.")
class SubmittedRow:
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
    scopes = work.scopes("credit_record", "submit")
    rows: list[Any] = list(given.records)
    if not 1 <= len(rows) <= MOST:
        raise TooManyRecords(most=MOST)
    return Changed({}, {"results": await _Call(work, scopes).answer(rows)})


class _Outside(Exception):
    """Some records do not lie within the scopes of whoever hands them in."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self.rows = rows
        super().__init__()


@dataclass(slots=True, eq=False)
class _Row:
    """A row of a call, and what becomes of it."""

    place: int
    given: Mapping[str, Any]
    key: str | None
    digest: str
    told: dict[str, Any] = field(default_factory=dict)

    def tell(self, found: Outcome) -> None:
        """Tell what became of it when it was handed in."""
        if found.refused is not None:
            self.refuse(found.refused, found.record_id)
        elif found.record_id is not None:
            self.stand("ADDED", found.record_id)

    def stand(self, outcome: str, record_id: UUID) -> None:
        """Tell that its record was added, or was so before."""
        self._tell(outcome, record_id)

    def refuse(self, refused: DomainError, record_id: UUID | None = None) -> None:
        """Tell why it is refused."""
        said = refused.extensions
        about = {"column": said.get("column") or said.get("field"), "office": said.get("office")}
        message = {"message": refused.message, "messageZh": refused.message_zh}
        self._tell("REFUSED", record_id, code=refused.code, **message, **about)

    def _tell(self, outcome: str, record_id: UUID | None, **about: Any) -> None:
        record = f"CreditRecord:{record_id}" if record_id else None
        self.told = {
            "place": self.place,
            "key": self.key,
            "outcome": outcome,
            "record": record,
            **_NOT_REFUSED,
            **about,
        }


class _Call:
    """Carries out the rows of one call under these scopes."""

    def __init__(self, work: Work, scopes: tuple[Scope, ...]) -> None:
        self._work = work
        self._scopes = scopes
        self._account = work.job.caller.account_id

    async def answer(self, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Carry all rows out; tell what became of each. Rows with one key go one after the other."""
        rows = [_Row(place, one, one.get("clientMutationId"), digest_of(one)) for place, one in enumerate(given)]
        waiting = rows
        while waiting:
            turn = list({self._key(row) or row.place: row for row in reversed(waiting)}.values())
            await self._take(turn[::-1])
            waiting = [row for row in waiting if not row.told]
        return [row.told for row in rows]

    def _key(self, row: _Row) -> str | None:
        """Give the key by which a row is remembered: nobody's are not."""
        return None if self._account is None else row.key

    async def _take(self, rows: Sequence[_Row]) -> None:
        """Carry out rows with different keys. A record that is here may be of the same call, sent twice at one instant."""
        taken: dict[_Row, Submission] = {}
        for row in await self._unanswered(rows):
            try:
                taken[row] = submission_of(self._work, read_input(SubmitCreditRecordInput, row.given))
            except DomainError as refused:
                row.refuse(refused)
        await self._hand_in(await self._readable(taken))
        await self._unanswered([row for row in taken if row.told["code"] == RecordExists.code])

    async def _unanswered(self, rows: Sequence[_Row]) -> list[_Row]:
        """Answer the rows whose keys are known; give the others."""
        keys = [key for key in map(self._key, rows) if key is not None]
        if self._account is None or not keys:
            return list(rows)
        known = await answered(self._work.tx, self._account, _SINGLE, keys)
        for row in rows:
            if row.key in known:
                try:
                    known[row.key].require_same(row.digest)
                except DomainError as refused:
                    row.refuse(refused)
                else:
                    self._work.tx.events.extend(set(known[row.key].receipts).difference(self._work.tx.events))
                    row.stand("KNOWN", known[row.key].rows["creditRecord"])
        return [row for row in rows if row.key not in known]

    async def _readable(self, taken: Mapping[_Row, Submission]) -> dict[_Row, Submission]:
        """Refuse the rows that name a subject whom the caller may not read; give the others."""
        named = [one.subject_id for one in taken.values() if one.subject_id is not None]
        if not named:
            return dict(taken)
        refused: DomainError = NotFound()
        within: frozenset[UUID] = frozenset()
        try:
            within = await self._work.within("subject", named, self._work.scopes("subject", "read"))
        except Forbidden as error:
            refused = error
        for row, one in taken.items():
            if one.subject_id is not None and one.subject_id not in within:
                row.refuse(refused)
        return {row: one for row, one in taken.items() if not row.told}

    async def _hand_in(self, taken: Mapping[_Row, Submission]) -> None:
        """Hand rows in as a block in a savepoint; a value that the database cannot hold is found by halving the block."""
        if not taken:
            return
        before = len(self._work.tx.events)
        try:
            async with self._work.tx.connection.transaction():
                outcomes = await self._submit(taken)
        except _Outside as outside:
            del self._work.tx.events[before:]
            for row in outside.rows:
                row.refuse(NotFound())
            await self._hand_in({row: one for row, one in taken.items() if not row.told})
        except (asyncpg.DataError, asyncpg.CheckViolationError):
            del self._work.tx.events[before:]
            await self._halve(taken)
        else:
            for row, outcome in outcomes.items():
                row.tell(outcome)

    async def _submit(self, taken: Mapping[_Row, Submission]) -> dict[_Row, Outcome]:
        """Hand rows in and remember what their keys are answered.

        Raises: _Outside.
        """
        service, tx = self._work.job.service, self._work.tx
        found = await submit_all(tx, service.vault, service.books, service.calendar, list(taken.values()))
        outcomes = dict(zip(taken, found, strict=True))
        made = {
            row: one.record_id for row, one in outcomes.items() if one.refused is None and one.record_id is not None
        }
        within = await self._work.within("credit_record", list(made.values()), self._scopes)
        if outside := [row for row, record_id in made.items() if record_id not in within]:
            raise _Outside(outside)
        if self._account is not None:
            answers = [
                Answered(row.key, row.digest, {"creditRecord": record_id}, outcomes[row].events)
                for row, record_id in made.items()
                if row.key is not None
            ]
            await remember(tx, self._account, _SINGLE, answers)
        return outcomes

    async def _halve(self, taken: Mapping[_Row, Submission]) -> None:
        rows = list(taken.items())
        if len(rows) == 1:
            rows[0][0].refuse(ValueRefused())
            return
        middle = len(rows) // 2
        await self._hand_in(dict(rows[:middle]))
        await self._hand_in(dict(rows[middle:]))


_SINGLE: Final = "submitCreditRecord"
"""Under whose name the keys of rows are remembered: a row may be sent by either mutation."""

_NOT_REFUSED: Final = dict.fromkeys(("code", "column", "message", "messageZh", "office"))
