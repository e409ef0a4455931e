"""The payload of a mutation: read back by a plan, so that it selects like any query.

In charge of refusing a payload that the caller could not be given, before anything is changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from graphql import FieldNode

from api.entities.index import ENTITIES
from api.execution.job import MAX_REPLANS, AuthorityUnsettled, Job
from api.execution.mutation import Changed, Mutation, payload_name
from api.execution.operation import RootsRefused, statement_values
from api.gate.access import Access
from api.planning import told
from api.planning.cost import pages_of, rows_of
from api.planning.plan import Condition, Constant, PlannedRoot, Resolved, Single
from api.planning.planner import Planner
from api.planning.selection import collect
from api.planning.sql import render
from domain.ledger.receipt import write_receipt


def require_readable(job: Job, declared: Mutation, nodes: Sequence[FieldNode]) -> None:
    """Refuse, before anything is changed, a payload that cannot be given.

    Raises: what a query of the same selection is refused with.
    """
    _statement(job, declared, nodes, Changed(dict.fromkeys(declared.payload, UUID(int=0))), {})


async def write(
    job: Job,
    declared: Mutation,
    nodes: Sequence[FieldNode],
    changed: Changed,
    *,
    receipts: Sequence[UUID],
    client_mutation_id: str | None,
) -> str:
    """Write the payload of a mutation that was carried out as JSON.

    Raises: AuthorityUnsettled; DatabaseAway; what refuses the caller by now.
    """
    texts = {
        "clientMutationId": json.dumps(client_mutation_id),
        "receipts": json.dumps([str(one) for one in receipts]),
        **{name: json.dumps(value, ensure_ascii=False, default=str) for name, value in changed.values.items()},
    }
    wanted = collect(job.selection(), payload_name(declared.name), nodes)
    if any(found[0].name.value == "receipt" for found in wanted.values()):
        texts["receipt"] = json.dumps(await _receipt(job, receipts))
    if declared.payload:
        return await _read_back(job, declared, nodes, changed, texts)
    return _without_rows(job, declared, nodes, texts)


async def _receipt(job: Job, events: Sequence[UUID]) -> str:
    """Sign a receipt for the ledger events of a change that is committed."""
    async with job.service.database.session() as session:
        return await write_receipt(session, job.service.signer, events, job.now)


async def _read_back(
    job: Job, declared: Mutation, nodes: Sequence[FieldNode], changed: Changed, texts: Mapping[str, str]
) -> str:
    for _ in range(MAX_REPLANS):
        text, values = _statement(job, declared, nodes, changed, texts)
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
    """Write a payload without rows, which needs no plan: the change may have ended the authority to read any."""
    own = {**texts, "__typename": json.dumps(payload_name(declared.name))}
    wanted = collect(job.selection(), payload_name(declared.name), nodes)
    return (
        "{" + ",".join(f"{json.dumps(key)}:{_text(job, declared, found, own)}" for key, found in wanted.items()) + "}"
    )


def _statement(
    job: Job, declared: Mutation, nodes: Sequence[FieldNode], changed: Changed, texts: Mapping[str, str]
) -> tuple[str, list[Any]]:
    """Give the statement that reads the payload, and its values."""
    planner, request = job.planner(), job.request()
    wanted = collect(planner.selection, payload_name(declared.name), nodes)
    roots = [_field(planner, declared, key, found, changed) for key, found in wanted.items()]
    request.resolved.update({key: _text(job, declared, found, texts) for key, found in wanted.items()})
    statement = render(roots)
    try:
        values = statement_values(statement, request)
    except RootsRefused as refused:
        raise next(iter(refused.errors.values())) from None
    rows_of(pages_of(roots), request)
    return statement.text, values


def _text(job: Job, declared: Mutation, nodes: Sequence[FieldNode], texts: Mapping[str, str]) -> str:
    """Give a field of the payload as JSON; of plain objects, only what is selected."""
    name = nodes[0].name.value
    text = texts.get(name, "null")
    if name not in declared.lists or name not in texts:
        return text
    kind: str = declared.lists[name].__strawberry_definition__.name
    wanted = {key: found[0].name.value for key, found in collect(job.selection(), kind, nodes).items()}
    shown = [
        {key: kind if one == "__typename" else row[one] for key, one in wanted.items()} for row in json.loads(text)
    ]
    return json.dumps(shown, ensure_ascii=False)


def _field(planner: Planner, declared: Mutation, key: str, nodes: Sequence[FieldNode], changed: Changed) -> PlannedRoot:
    name = nodes[0].name.value
    if name == "__typename":
        return Constant(key, payload_name(declared.name))
    if name not in declared.payload:
        return Resolved(key)
    entity = ENTITIES[declared.payload[name]]
    row_id = changed.rows[name]
    row = planner.row(entity, list(nodes), touches=True)
    return Single(key, row, Condition("{t}.id = {v}", lambda request: row_id, entity.key))
