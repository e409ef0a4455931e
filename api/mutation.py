"""Carrying out mutations: target locked within scope, domain function, ledger and outbox in one transaction.

The payload is read back by a plan, so it selects like any query. A row outside the caller's scope is answered
exactly as one that does not exist. A `clientMutationId` sent twice is carried out once.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
from graphql import FieldNode, GraphQLError

from api import told
from api.access import Access
from api.cost import pages_of, rows_of
from api.database import DatabaseAway, OutcomeUnknown, TooBusy, ValueRefused
from api.entities.index import ENTITIES
from api.entity import camel
from api.errors import as_error, internal, of_graphql
from api.job import MAX_REPLANS, AuthorityUnsettled, Job, reader_of
from api.metering import QuotaExceeded
from api.operation import Answer, RootsRefused, statement_values
from api.plan import Condition, Constant, PlannedRoot, Resolved, Single
from api.planner import Planner
from api.selection import collect, collect_roots
from api.sql import render
from api.standing import stands
from authz.vocabulary import Scope
from authz.within import lies_within, those_within
from domain.clock import local_day
from domain.errors import DomainError, Forbidden, IdempotencyConflict, NotFound, StateConflict
from domain.idempotency import Answered, answered, digest_of, remember
from domain.ledger.receipt import write_receipt
from domain.lifecycle import Transaction
from domain.merging.known import noting


class DoneUnread(DomainError):
    """The change was made and is kept, but could not be read back: read the row; do not send it again."""

    code = "DONE_UNREAD"
    zh = "变更已完成并已保存，但未能读回：请直接查询该数据，不要重复提交。"


@dataclass(frozen=True, slots=True)
class Changed:
    """What a mutation has changed: the id of the row for each entity field of its payload."""

    rows: Mapping[str, UUID]
    values: Mapping[str, Any] = field(default_factory=dict)
    """Other fields of the payload."""
    logged: frozenset[UUID] = frozenset()
    """Persons whose access entry the change itself has written."""


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

    def office(self) -> UUID:
        """Give the office in which the caller acts.

        Raises: Forbidden for who acts in none, whatever is granted.
        """
        return self.place()[0]

    def place(self) -> tuple[UUID, str]:
        """Give the office in which the caller acts, and its division.

        Raises: Forbidden for who acts in none, whatever is granted.
        """
        caller = self.job.caller
        if caller.office_id is None or caller.jurisdiction_id is None:
            raise Forbidden
        return caller.office_id, caller.jurisdiction_id

    def subject(self) -> UUID:
        """Give the subject that the caller is or acts for.

        Raises: Forbidden for who is none, whatever is granted.
        """
        if self.job.caller.subject_id is None:
            raise Forbidden
        return self.job.caller.subject_id

    async def lock(self, noun: str, row_id: UUID, action: str, *, as_noun: str | None = None) -> asyncpg.Record:
        """Lock a row within the scopes of an action on it, those of another noun's rows if named so.

        Raises: Forbidden; NotFound for a row outside them, the same as for none.
        """
        found = await self._within(noun, as_noun or noun, row_id, self.scopes(noun, action), lock=" FOR UPDATE OF t")
        if found is None:
            raise NotFound
        return found

    async def require(self, noun: str, row_id: UUID, scopes: tuple[Scope, ...], *, as_noun: str | None = None) -> None:
        """Require that a row lies within scopes, those of another noun's rows if named so.

        Raises: NotFound.
        """
        if await self._within(noun, as_noun or noun, row_id, scopes, lock="") is None:
            raise NotFound

    async def within(self, noun: str, row_ids: Sequence[UUID], scopes: tuple[Scope, ...]) -> frozenset[UUID]:
        """Give those of some rows that lie within scopes."""
        today = local_day(self.job.now)
        return await those_within(self.tx.connection, self.job.caller, noun, row_ids, scopes, today)

    async def _within(
        self, table: str, noun: str, row_id: UUID, scopes: tuple[Scope, ...], *, lock: str
    ) -> asyncpg.Record | None:
        return await row_within(self.job, self.tx.connection, table, noun, row_id, scopes, lock=lock)


async def row_within(
    job: Job,
    connection: asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any],
    table: str,
    noun: str,
    row_id: UUID,
    scopes: tuple[Scope, ...],
    *,
    lock: str = "",
) -> asyncpg.Record | None:
    """Read a row of a table within scopes of a noun's rows, or nothing."""
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
    """What happens before the transaction: reading what the change rests on, as another caller if need be."""
    refused: Refusal | None = None
    """What is written when it is refused, where refused attempts are told to the subject."""
    lists: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the payload that are lists of plain objects, and the type of each."""
    governs: bool = False
    """Whether it changes authority itself: one such change at a time, while readers go on."""


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


async def carry_out(job: Job) -> Answer:
    """Carry out the mutations of an operation one after the other, each in its own transaction."""
    selection = job.selection()
    parts: list[str] = []
    errors: list[Mapping[str, Any]] = []
    for key, nodes in collect_roots(selection, "Mutation", job.operation.selection_set).items():
        name = nodes[0].name.value
        text = "null"
        try:
            if name == "__typename":
                text = '"Mutation"'
            else:
                arguments = selection.arguments("Mutation", name, nodes[0])
                text = await _one(job, MUTATIONS[name], nodes, arguments.values["input"])
        except DomainError as error:
            if isinstance(error, DatabaseAway | TooBusy | QuotaExceeded) and not parts:
                raise  # nothing of the operation was done: the request as a whole is answered so
            errors.append(as_error(error, path=[key], node=nodes[0]))
        except GraphQLError as error:
            errors.append(of_graphql(error, path=[key]))
        except Exception as error:
            errors.append(as_error(internal(error), path=[key], node=nodes[0]))
        parts.append(f"{json.dumps(key)}:{text}")
    return Answer(("{" + ",".join(parts) + "}").encode(), errors)


async def _one(job: Job, declared: Mutation, nodes: Sequence[FieldNode], given: Mapping[str, Any]) -> str:
    value = read_input(declared.input, job.service.callers.merged.within(given))
    _require_readable(job, declared, nodes)
    if job.meter is not None:
        await job.meter.require_room(declared.name)
        await job.meter.charge(1, declared.name)
    try:
        changed, receipts = await _committed(job, declared, value, given)
    except DomainError as error:
        if declared.refused:
            await declared.refused(job, value, error)
        raise
    texts = {
        "clientMutationId": json.dumps(given.get("clientMutationId")),
        "receipts": json.dumps([str(one) for one in receipts]),
        **{name: json.dumps(found, ensure_ascii=False, default=str) for name, found in changed.values.items()},
    }
    try:
        if _is_wanted(job, declared, nodes, "receipt"):
            texts["receipt"] = json.dumps(await _receipt(job, receipts))
        if not declared.payload:
            return _without_rows(job, declared, nodes, texts)
        return await _read_back(job, declared, nodes, changed, texts)
    except DomainError:
        raise DoneUnread(receipts=[str(one) for one in receipts]) from None


async def _receipt(job: Job, events: Sequence[UUID]) -> str:
    """Sign a receipt for the events of a change that is committed."""
    async with job.service.database.session() as session:
        return await write_receipt(session, job.service.signer, events, job.now)


def read_input(kind: Any, given: Mapping[str, Any]) -> Any:
    """Make the input object of a mutation from its coerced value; what was not given takes its default."""
    names = {camel(one.python_name): one.python_name for one in kind.__strawberry_definition__.fields}
    return kind(**{names[name]: value for name, value in given.items()})


async def _committed(
    job: Job, declared: Mutation, value: Any, given: Mapping[str, Any]
) -> tuple[Changed, Sequence[UUID]]:
    key = given.get("clientMutationId")
    for _ in range(MAX_REPLANS):
        prepared = None
        if declared.prepare:
            job, prepared = await declared.prepare(job, value)
        try:
            async with job.service.database.change() as session:
                if await stands(session, job.caller, alone=declared.governs):
                    named = set(job.service.callers.merged.named_in(given))
                    tx = Transaction(session, job.now, job.caller.to_actor(), under=named)
                    async with noting(tx):
                        changed = await once(Work(job, tx, prepared), declared, value, given, key)
                    return changed, tx.events
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name != "idempotency_key_is_unique" and not await _was_carried_out(job, declared, key):
                raise StateConflict from None
            continue
        except (IdempotencyConflict, DatabaseAway, TooBusy, OutcomeUnknown):
            raise
        except DomainError:
            if not await _was_carried_out(job, declared, key):
                raise
            continue
        except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
            continue
        except asyncpg.CheckViolationError:
            raise ValueRefused from None
        job = await job.again()
    raise AuthorityUnsettled


async def _was_carried_out(job: Job, declared: Mutation, key: str | None) -> bool:
    """Tell whether the same key has been carried out while this one was: what it has changed is what refuses this one."""
    account = job.caller.account_id
    if key is None or account is None:
        return False
    async with job.service.database.session() as session:
        return bool(await answered(Transaction(session, job.now, job.caller.to_actor()), account, declared.name, [key]))


async def once(work: Work, declared: Mutation, value: Any, given: Mapping[str, Any], key: str | None) -> Changed:
    """Do it, or give what it gave when it was sent before.

    Raises: IdempotencyConflict when the key was sent with another input.
    """
    account = work.job.caller.account_id
    if key is None or account is None:
        return await declared.handle(work, value)
    digest = digest_of(given)
    known = (await answered(work.tx, account, declared.name, [key])).get(key)
    if known is not None:
        known.require_same(digest)
        work.tx.events.extend(known.receipts)
        return Changed(known.rows, known.values)
    changed = await declared.handle(work, value)
    answer = Answered(key, digest, changed.rows, work.tx.events, changed.values)
    await remember(work.tx, account, declared.name, [answer])
    return changed


# -- the payload


def payload_name(name: str) -> str:
    """Give the name of a mutation's payload type."""
    return f"{name[0].upper()}{name[1:]}Payload"


async def _read_back(
    job: Job, declared: Mutation, nodes: Sequence[FieldNode], changed: Changed, texts: Mapping[str, str]
) -> str:
    for _ in range(MAX_REPLANS):
        text, values = _payload_statement(job, declared, nodes, changed, texts)
        row = await job.service.fetch(text, values)
        if row is None:
            job = await job.again()
            continue
        whom = told.read(row[1])
        if job.meter is not None and whom.subjects > 1:
            await job.meter.charge(whom.subjects - 1, declared.name)
        people = set(whom.persons) - changed.logged
        if people:
            await job.service.access.write(
                Access(job.caller, declared.noun, declared.verb, "served", person, job.now) for person in people
            )
        return bytes(row[0]).decode()
    raise AuthorityUnsettled


def _without_rows(job: Job, declared: Mutation, nodes: Sequence[FieldNode], texts: Mapping[str, str]) -> str:
    """Write a payload that has no rows: it may end the very authority under which rows would be read back."""
    own = {**texts, "__typename": json.dumps(payload_name(declared.name))}
    wanted = collect(job.selection(), payload_name(declared.name), nodes)
    return (
        "{" + ",".join(f"{json.dumps(key)}:{_text(job, declared, found, own)}" for key, found in wanted.items()) + "}"
    )


def _is_wanted(job: Job, declared: Mutation, nodes: Sequence[FieldNode], name: str) -> bool:
    """Tell whether a field of the payload is selected."""
    wanted = collect(job.selection(), payload_name(declared.name), nodes)
    return any(found[0].name.value == name for found in wanted.values())


def _require_readable(job: Job, declared: Mutation, nodes: Sequence[FieldNode]) -> None:
    """Refuse a payload that cannot be given before anything is changed.

    Raises: what a query of the same selection is refused with.
    """
    _payload_statement(job, declared, nodes, Changed(dict.fromkeys(declared.payload, UUID(int=0))), {})


def _payload_statement(
    job: Job, declared: Mutation, nodes: Sequence[FieldNode], changed: Changed, texts: Mapping[str, str]
) -> tuple[str, list[Any]]:
    """Give the statement that reads the payload, and its values."""
    planner, request = job.planner(), job.request()
    wanted = collect(planner.selection, payload_name(declared.name), nodes)
    roots = [_payload_field(planner, declared, key, found, changed) for key, found in wanted.items()]
    request.resolved.update({key: _text(job, declared, found, texts) for key, found in wanted.items()})
    statement = render(roots)
    try:
        values = statement_values(statement, request)
    except RootsRefused as refused:
        raise next(iter(refused.errors.values())) from None
    rows_of(pages_of(roots), request)
    return statement.text, values


def _text(job: Job, declared: Mutation, nodes: Sequence[FieldNode], texts: Mapping[str, str]) -> str:
    """Give a field of the payload as JSON, of plain objects what is selected of them."""
    name = nodes[0].name.value
    text = texts.get(name, "null")
    if name not in declared.lists or name not in texts:
        return text
    kind: str = declared.lists[name].__strawberry_definition__.name
    wanted = {key: found[0].name.value for key, found in collect(job.selection(), kind, nodes).items()}
    told = [{key: kind if one == "__typename" else row[one] for key, one in wanted.items()} for row in json.loads(text)]
    return json.dumps(told, ensure_ascii=False)


def _payload_field(
    planner: Planner, declared: Mutation, key: str, nodes: Sequence[FieldNode], changed: Changed
) -> PlannedRoot:
    name = nodes[0].name.value
    if name == "__typename":
        return Constant(key, payload_name(declared.name))
    if name not in declared.payload:
        return Resolved(key)
    entity = ENTITIES[declared.payload[name]]
    row_id = changed.rows[name]
    row = planner.row(entity, list(nodes), touches=True)
    return Single(key, row, Condition("{t}.id = {v}", lambda request: row_id, entity.key))
