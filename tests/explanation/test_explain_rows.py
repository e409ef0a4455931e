"""On rows `explainAccess` answers as the line does: every caller, noun and action, on rows of its own and of others.

The line is what requests go through: `node(id:)` for reading, locking within scope for everything else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest

from api.demo.callers import CALLERS
from api.entities.index import ENTITIES
from api.execution.job import Job, reader_of
from api.execution.mutation import row_within
from api.planning import bind
from authz import rows
from authz.vocabulary import ACTIONS
from domain.clock import local_day
from tests.client import NOW, Client, Serve

pytestmark = pytest.mark.anyio

SAMPLED = 2
"""How many rows of each table are asked about, beside one that does not exist."""

WHO = [None, *{one.roles: one.sub for one in reversed(CALLERS)}.values(), "shanghai-clerk", "henan-review"]
"""The public, a caller of each role, and two from elsewhere."""

MISSING = "00000000-0000-7000-8000-000000000000"
BY_NOUN = {entity.noun: entity for entity in ENTITIES.values()}
READ = [noun for noun, actions in ACTIONS.items() if "read" in actions and noun in BY_NOUN]
DONE = [
    (noun, action)
    for noun, actions in ACTIONS.items()
    for action in actions
    if action not in ("read", "search", "lookup_person", "count") and rows.target(noun, action) in BY_NOUN
]


@pytest.fixture(scope="module")
async def client(serve: Serve, demo_url: str) -> AsyncIterator[Client]:
    async with serve(demo_url) as made:
        yield made


TODAY = f"date '{local_day(NOW)}'"


@pytest.fixture(scope="module")
async def ids(demo_url: str) -> dict[str, list[str]]:
    """Give global ids of rows of each noun, spread over its table, and one of no row."""
    connection = await asyncpg.connect(demo_url)
    try:
        found = {}
        for noun, entity in BY_NOUN.items():
            sampled = await connection.fetch(
                f"SELECT id FROM {entity.table.replace(':today', TODAY)} ORDER BY md5(id::text) LIMIT {SAMPLED}"  # any two, always the same
            )
            found[noun] = [f"{entity.name}:{row['id']}" for row in sampled]
            if entity.key == "uuid":
                found[noun].append(f"{entity.name}:{MISSING}")
        return found
    finally:
        await connection.close()


def _in_parts(parts: list[str], size: int = 40) -> Iterator[str]:
    for first in range(0, len(parts), size):
        yield "{ " + " ".join(parts[first : first + size]) + " }"


def _asked(key: str, noun: str, action: str, row: str, account: str = "") -> str:
    named = f', account: "{account}"' if account else ""
    return f'{key}: explainAccess(object: "{noun}", action: "{action}", row: "{row}"{named}) {{ allowed }}'


async def _explained(client: Client, caller: str | None, parts: list[str]) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for query in _in_parts(parts):
        data = await client.data(query, caller=caller)
        found |= {key: told["allowed"] for key, told in data.items()}
    return found


@pytest.mark.parametrize("sub", WHO)
async def test_a_row_may_be_read_exactly_when_it_is_explained_so(
    client: Client, ids: dict[str, list[str]], sub: str | None
) -> None:
    asked = [
        (f"k{number}_{place}", noun, row) for number, noun in enumerate(READ) for place, row in enumerate(ids[noun])
    ]
    explained = await _explained(client, sub, [_asked(key, noun, "read", row) for key, noun, row in asked])
    seen: dict[str, Any] = {}
    for query in _in_parts([f'{key}: node(id: "{row}") {{ __typename }}' for key, _, row in asked]):
        answer = await client.send(query, caller=sub)
        seen |= answer["data"] or {}
    for key, noun, row in asked:
        assert explained[key] == (seen[key] is not None), (sub, noun, row)


@pytest.mark.parametrize("sub", WHO)
async def test_a_row_may_be_acted_on_exactly_when_it_is_explained_so(
    client: Client, ids: dict[str, list[str]], sub: str | None
) -> None:
    asked = [
        (f"k{number}_{place}", noun, action, row)
        for number, (noun, action) in enumerate(DONE)
        for place, row in enumerate(ids[rows.target(noun, action)])
    ]
    explained = await _explained(client, sub, [_asked(key, noun, action, row) for key, noun, action, row in asked])
    job = await _job(client, sub)
    async with client.service.database.session() as session:
        for key, noun, action, row in asked:
            entity = BY_NOUN[rows.target(noun, action)]
            scopes = reader_of(client.service, job.caller).scopes(noun, action)
            here = scopes and await row_within(
                job, session, entity.table, entity.noun, bind.local_id(row, entity.name), scopes
            )
            assert explained[key] == bool(here), (sub, noun, action, row)


async def _job(client: Client, sub: str | None) -> Job:
    """Give a job of a caller; it is asked for nothing but who calls."""
    authorization = f"Bearer {client.token(sub)}" if sub else None
    caller = await client.service.callers.resolve(authorization, None, now=NOW)
    none: Any = None
    return Job(client.service, none, caller, none, none, {}, {}, NOW)


async def test_officers_are_told_of_every_account_what_it_is_told_itself(
    client: Client, ids: dict[str, list[str]]
) -> None:
    accounts = await client.data("{ accounts(first: 100) { nodes { id sub } } }", caller="security-officer")
    known = {one["sub"]: one["id"] for one in accounts["accounts"]["nodes"]}
    told = [sub for sub in WHO if sub in known]
    assert len(told) >= 8
    for sub in told:
        parts = [
            (f"k{number}_{place}", "credit_record", action, row)
            for number, action in enumerate(ACTIONS["credit_record"])
            for place, row in enumerate(ids["credit_record"])
        ]
        own = await _explained(client, sub, [_asked(*part) for part in parts])
        by_officer = await _explained(client, "security-officer", [_asked(*part, known[sub]) for part in parts])
        assert own == by_officer, sub


async def test_a_person_learns_that_access_to_its_record_was_explained(client: Client, demo_url: str) -> None:
    connection = await asyncpg.connect(demo_url)
    try:
        record = await connection.fetchrow(
            "SELECT id, subject_id FROM credit_record WHERE about_person AND state = 'published' ORDER BY id LIMIT 1"
        )
        count = "SELECT count(*) FROM ledger_event WHERE kind = 'access' AND verb = 'explain' AND subject_id = $1"
        before = await connection.fetchval(count, record["subject_id"])
        query = "{ " + _asked("told", "credit_record", "read", f"CreditRecord:{record['id']}") + " }"
        assert (await client.data(query, caller="xiamen-credit-office"))["told"]["allowed"]
        assert await connection.fetchval(count, record["subject_id"]) == before + 1
        refused = "{ " + _asked("told", "credit_record", "amend", f"CreditRecord:{record['id']}") + " }"
        assert not (await client.data(refused, caller="xiamen-credit-office"))["told"]["allowed"]
        assert await connection.fetchval(count, record["subject_id"]) == before + 1
    finally:
        await connection.close()
