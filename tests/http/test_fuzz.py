"""Thousands of requests of every field by every role: none breaks the service, none makes it talk.

The seed is fixed: what fails here fails again.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import asyncpg
import pytest

from api.demo.loading import CALLERS
from api.schema import schema
from tests.client import Client, Serve
from tests.http.answers import declared_codes
from tests.http.hostile import MARK, MISSING, Request, Writer

pytestmark = pytest.mark.anyio

LEAKS = (
    "Traceback",
    "asyncpg",
    "graphql.",
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "syntax error at",
    "/api/",
    ".py",
    "0x",
    MARK,
)
ROLES = tuple({caller.roles: caller.sub for caller in CALLERS}.values())
SEED = 20_260_318


@pytest.fixture(scope="module")
async def client(serve: Serve, demo_url: str) -> AsyncIterator[Client]:
    async with serve(demo_url) as made:
        yield made


OFFICE = (
    "SELECT office_id FROM assignment JOIN account ON account.id = account_id WHERE sub = 'xiamen-inspection-clerk'"
)
CHANGERS = (
    "xiamen-inspection-clerk",
    "xiamen-inspection-reviewer",
    "xiamen-inspection-approver",
    "xiamen-approval-clerk",
    "xiamen-credit-office",
    "xiamen-bank",
    "person-with-consent",
)
KNOWN = {
    "record": f"SELECT 'CreditRecord:' || id FROM credit_record WHERE office_id IN ({OFFICE})",
    "item": f"SELECT 'CatalogueItem:' || item_id FROM catalogue_producer WHERE office_id IN ({OFFICE})",
    "subject": "SELECT 'Subject:' || id FROM subject",
    "office": "SELECT 'Office:' || office_id FROM assignment WHERE office_id IS NOT NULL",
    "consent": "SELECT 'Consent:' || id FROM consent",
    "report": "SELECT 'CreditReport:' || id FROM credit_report",
    "jurisdiction": "SELECT 'Jurisdiction:' || id FROM jurisdiction",
    "creditList": "SELECT 'CreditList:' || id FROM credit_list",
    "code": "SELECT uscc FROM subject WHERE uscc IS NOT NULL",
    "purpose": "SELECT code FROM application_item",
    "number": "SELECT number FROM credit_report",
    "decisionNo": "SELECT decision_no FROM credit_record",
    "id": "SELECT 'Subject:' || id FROM subject UNION SELECT 'CreditRecord:' || id FROM credit_record",
}


@pytest.fixture(scope="module")
async def known(demo_url: str) -> dict[str, tuple[str, ...]]:
    """Values of rows that exist, by the argument that takes them."""
    connection = await asyncpg.connect(demo_url)
    try:
        found = {
            name: tuple(row[0] for row in await connection.fetch(f"SELECT * FROM ({query}) found ORDER BY 1 LIMIT 40"))
            for name, query in KNOWN.items()
        }
    finally:
        await connection.close()
    return {
        **found,
        "kind": ("general", "person", "labour_compliance"),
        "object": ("credit_record",),
        "action": ("read",),
    }


def _requests(known: dict[str, tuple[str, ...]], *, mutations: bool, count: int, resends: int) -> Iterator[Request]:
    graphql = schema._schema
    kind = graphql.mutation_type if mutations else graphql.query_type
    assert kind is not None
    yield from Writer(graphql, random.Random(SEED), known).requests(kind, count, resends)


async def _send_all(client: Client, requests: Iterator[Request], callers: Sequence[str]) -> Counter[str]:
    met: Counter[str] = Counter()
    declared = declared_codes()
    for number, request in enumerate(requests):
        caller = (None, *callers)[number % (len(callers) + 1)]
        headers = {**request.headers, **({"authorization": client.bearer(caller)} if caller else {})}
        body: dict[str, Any] = {"query": request.query, "variables": dict(request.variables)}
        answer = await client.post(body, headers)
        told = f"{caller}: {body}\n{answer.decode()}"
        errors = json.loads(answer).get("errors", ())
        for error in errors:
            code = error["extensions"]["code"]
            met[code] += 1
            assert code in declared, told
            assert code != "INTERNAL", told
            assert not [leak for leak in LEAKS if leak in str(error).replace(MISSING, "")], told
        met["answered"] += not errors
    return met


async def test_no_query_with_hostile_values_breaks_the_service(
    client: Client, known: dict[str, tuple[str, ...]]
) -> None:
    met = await _send_all(client, _requests(known, mutations=False, count=8, resends=5), ROLES)
    assert met["answered"] > 200, met
    assert len(met) > 8, met


async def test_no_mutation_with_hostile_values_breaks_the_service(
    client: Client, known: dict[str, tuple[str, ...]]
) -> None:
    met = await _send_all(client, _requests(known, mutations=True, count=9, resends=5), CHANGERS)
    assert met["FORBIDDEN"] > 20, met
    assert len(met) > 8, met
