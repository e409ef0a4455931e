"""Carrying out the mutations of an operation, one after the other, each in a transaction of its own.

Rows are locked within the caller's scope, and the domain function, its ledger and outbox events commit together; then
the payload is read back. A `clientMutationId` sent twice is carried out once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from graphql import FieldNode, GraphQLError

from api.errors import as_error, internal, of_graphql
from api.execution import payload
from api.execution.job import MAX_REPLANS, AuthorityUnsettled, Job
from api.execution.mutation import MUTATIONS, Changed, Mutation, Work, read_input
from api.execution.operation import Answer
from api.execution.standing import stands
from api.gate.metering import QuotaExceeded
from api.planning.selection import collect_roots
from api.postgres.database import DatabaseAway, OutcomeUnknown, TooBusy, ValueRefused
from domain.errors import DomainError, IdempotencyConflict, StateConflict
from domain.idempotency import Answered, answered, digest_of, remember
from domain.lifecycle import Transaction
from domain.merging.known import noting


class DoneUnread(DomainError):
    """The change was made and is kept, but could not be read back: read the row; do not send it again."""

    code = "DONE_UNREAD"
    zh = "变更已完成并已保存，但未能读回：请直接查询该数据，不要重复提交。"


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
    """Carry out one mutation; give its payload as JSON.

    Raises: what refuses it; DoneUnread.
    """
    value = read_input(declared.input, job.service.callers.merged.within(given))
    payload.require_readable(job, declared, nodes)
    if job.meter is not None:
        await job.meter.require_room(declared.name)
        await job.meter.charge(1, declared.name)
    try:
        changed, receipts = await _committed(job, declared, value, given)
    except DomainError as error:
        if declared.refused:
            await declared.refused(job, value, error)
        raise
    try:
        return await payload.write(
            job, declared, nodes, changed, receipts=receipts, client_mutation_id=given.get("clientMutationId")
        )
    except DomainError:
        raise DoneUnread(receipts=[str(one) for one in receipts]) from None


async def _committed(
    job: Job, declared: Mutation, value: Any, given: Mapping[str, Any]
) -> tuple[Changed, Sequence[UUID]]:
    """Carry it out in a transaction; give what was changed, and the ledger events written with it.

    It is begun anew where authority has changed meanwhile, and where a concurrent change came first.
    Raises: what refuses it; StateConflict, ValueRefused where a constraint of the database does; AuthorityUnsettled.
    """
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
    """Tell whether the same key was carried out concurrently, and this one was refused because of what that changed."""
    account = job.caller.account_id
    if key is None or account is None:
        return False
    async with job.service.database.session() as session:
        return bool(await answered(Transaction(session, job.now, job.caller.to_actor()), account, declared.name, [key]))


async def once(work: Work, declared: Mutation, value: Any, given: Mapping[str, Any], key: str | None) -> Changed:
    """Carry it out, or give the result of the first time if its key was sent before.

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
