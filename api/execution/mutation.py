"""What a mutation is: its declaration, and the work in which its handler asks who may act and on which row.

A row outside the caller's scope is answered exactly like one that does not exist. How mutations are carried out:
`api.execution.change`; how their payload is read back: `api.execution.payload`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from api.declaring.entity import camel
from api.execution.job import Job, reader_of
from authz.grants import Grants
from authz.vocabulary import Scope
from authz.within import lies_within, those_within
from domain.clock import local_day
from domain.connection import Connection
from domain.errors import DomainError, Forbidden, NotFound
from domain.lifecycle import Transaction


@dataclass(frozen=True, slots=True)
class Changed:
    """What a mutation has changed: for each entity field of its payload, the id of the row."""

    rows: Mapping[str, UUID]
    values: Mapping[str, Any] = field(default_factory=dict)
    """Other fields of the payload."""
    logged: frozenset[UUID] = frozenset()
    """Persons for whom the change itself has written an access entry."""


@dataclass(slots=True)
class Work:
    """A mutation under way: the operation it belongs to and the transaction it runs in."""

    job: Job
    tx: Transaction
    prepared: Any = None
    """What was read before the transaction began."""

    def scopes(self, noun: str, action: str) -> tuple[Scope, ...]:
        """Give the scopes in which the caller may do the action.

        Raises: Forbidden when there are none.
        """
        found = reader_of(self.job.service, self.job.caller).scopes(noun, action)
        if not found:
            raise Forbidden(noun=noun, action=action)
        return found

    def grants(self) -> Grants:
        """Give the policy that the caller is under."""
        return self.job.service.callers.grants_of(self.job.caller)

    def office(self) -> UUID:
        """Give the office in which the caller acts.

        Raises: Forbidden for a caller who acts in none, whatever is granted.
        """
        return self.place()[0]

    def place(self) -> tuple[UUID, str]:
        """Give the office in which the caller acts, and its division.

        Raises: Forbidden for a caller who acts in none, whatever is granted.
        """
        caller = self.job.caller
        if caller.office_id is None or caller.jurisdiction_id is None:
            raise Forbidden
        return caller.office_id, caller.jurisdiction_id

    def subject(self) -> UUID:
        """Give the subject that the caller is or acts for.

        Raises: Forbidden for a caller who is none and acts for none, whatever is granted.
        """
        if self.job.caller.subject_id is None:
            raise Forbidden
        return self.job.caller.subject_id

    async def lock(self, noun: str, row_id: UUID, action: str, *, as_noun: str | None = None) -> asyncpg.Record:
        """Lock a row that lies within the scopes of an action; `as_noun` judges it by the scopes of another noun.

        Raises: Forbidden; NotFound for a row outside them, exactly as for one that does not exist.
        """
        found = await self._within(noun, as_noun or noun, row_id, self.scopes(noun, action), lock=" FOR UPDATE OF t")
        if found is None:
            raise NotFound
        return found

    async def require(self, noun: str, row_id: UUID, scopes: tuple[Scope, ...], *, as_noun: str | None = None) -> None:
        """Require that a row lies within scopes; `as_noun` judges it by the scopes of another noun.

        Raises: NotFound.
        """
        if await self._within(noun, as_noun or noun, row_id, scopes, lock="") is None:
            raise NotFound

    async def within(self, noun: str, row_ids: Sequence[UUID], scopes: tuple[Scope, ...]) -> frozenset[UUID]:
        """Give the rows that lie within scopes, of those named."""
        today = local_day(self.job.now)
        return await those_within(self.tx.connection, self.job.caller, noun, row_ids, scopes, today)

    async def _within(
        self, table: str, noun: str, row_id: UUID, scopes: tuple[Scope, ...], *, lock: str
    ) -> asyncpg.Record | None:
        return await row_within(self.job, self.tx.connection, table, noun, row_id, scopes, lock=lock)


async def row_within(
    job: Job,
    connection: Connection,
    table: str,
    noun: str,
    row_id: UUID,
    scopes: tuple[Scope, ...],
    *,
    lock: str = "",
) -> asyncpg.Record | None:
    """Read a row of a table if it lies within scopes of a noun; None otherwise."""
    today = local_day(job.now)
    return await lies_within(connection, job.caller, noun, row_id, scopes, today, table=table, lock=lock)


Handler = Callable[[Work, Any], Awaitable[Changed]]
Preparation = Callable[[Job, Any], Awaitable[tuple[Job, Any]]]
Refusal = Callable[[Job, Any, DomainError], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Mutation:
    """A mutation: its input type, the entity fields of its payload, what it does."""

    name: str
    noun: str
    verb: str
    description: str
    input: Any
    payload: Mapping[str, str]
    handle: Handler
    prepare: Preparation | None = None
    """Runs before the transaction: reads what the change rests on, as another caller if need be."""
    refused: Refusal | None = None
    """Runs when it is refused: records the attempt where the subject may see it."""
    lists: Mapping[str, Any] = field(default_factory=dict)
    """The type of each payload field that is a list of plain objects."""
    governs: bool = False
    """Whether it changes authority itself: such changes run one at a time, while readers go on."""


MUTATIONS: dict[str, Mutation] = {}


def mutation(
    name: str,
    *,
    noun: str,
    verb: str,
    input: Any,
    payload: Mapping[str, str],
    prepare: Preparation | None = None,
    refused: Refusal | None = None,
    lists: Mapping[str, Any] | None = None,
    governs: bool = False,
) -> Callable[[Handler], Handler]:
    """Declare the function that carries out a mutation; its docstring is the mutation's description."""

    def declare(handle: Handler) -> Handler:
        description = " ".join((handle.__doc__ or "").split())
        MUTATIONS[name] = Mutation(
            name, noun, verb, description, input, payload, handle, prepare, refused, lists or {}, governs
        )
        return handle

    return declare


def read_input(kind: Any, given: Mapping[str, Any]) -> Any:
    """Make the input object of a mutation from its coerced value; missing fields take their defaults."""
    names = {camel(one.python_name): one.python_name for one in kind.__strawberry_definition__.fields}
    return kind(**{names[name]: value for name, value in given.items()})


def payload_name(name: str) -> str:
    """Give the name of a mutation's payload type."""
    return f"{name[0].upper()}{name[1:]}Payload"
