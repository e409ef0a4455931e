"""What the benchmark asks: three queries, who asks them, and what varies from request to request.

The statement behind a query is not written here: it is what the service runs when the query is sent to it,
noted with its values, so that pgbench and asyncpg run exactly the same.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

import httpx

from api.execution.service import Service
from api.postgres.database import Planned
from api.process.app import Application
from tests.bench.data import CODE, OFTEN


@dataclass(frozen=True, slots=True)
class Query:
    """A query with one variable, which goes by the number of a subject."""

    name: str
    title: str
    text: str
    variable: str
    numbers: Callable[[int], range]
    """The numbers that may be asked for, by how many subjects there are."""
    sql: str
    """The value in the statement that goes by the number, as pgbench writes it; `:n` is the number."""
    value: Callable[[int], str]
    """The same value as asyncpg binds it."""


def _id(number: int) -> str:
    return str(UUID(f"00000000-0000-7000-8000-{number:012}"))


_RECORD = "id decisionNo title severity decidedOn publishedAt office { id name }"
_BY_CODE = f"({CODE} + :n)::text"

Q1 = Query(
    "Q1",
    "one subject with 20 records",
    "query Q1($code: String!) { subject(code: $code) { id name kind uscc"
    f" creditRecords(first: 20) {{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ {_RECORD} }} }}"
    " listEntries(first: 10) { nodes { id decisionNo reason decidedOn creditList { name } } } } }",
    "code",
    lambda subjects: range(5, subjects, OFTEN),
    _BY_CODE,
    lambda number: str(CODE + number),
)
Q2 = Query(
    "Q2",
    "50 subjects with 5 records each",
    "query Q2($after: String!) { subjects(first: 50, after: $after, filter: {kind: [ENTERPRISE, INDIVIDUAL_BUSINESS]})"
    f" {{ nodes {{ id name kind uscc creditRecords(first: 5) {{ nodes {{ {_RECORD} }} }} }} }} }}",
    "after",
    lambda subjects: range(6 * OFTEN, subjects),
    "('00000000-0000-7000-8000-' || lpad((:n)::text, 12, '0'))",
    _id,
)
Q3 = Query(
    "Q3",
    "one small object",
    "query Q3($code: String!) { subject(code: $code) { id name kind } }",
    "code",
    lambda subjects: range(5, subjects, OFTEN),
    _BY_CODE,
    lambda number: str(CODE + number),
)
QUERIES = (Q1, Q2, Q3)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as the service ran it: its text, its values, and the place of the one that varies."""

    text: str
    values: tuple[Any, ...]
    place: int

    def values_with(self, value: Any) -> tuple[Any, ...]:
        """Give the values with another one in the varying place."""
        return (*self.values[: self.place], value, *self.values[self.place + 1 :])


@dataclass(frozen=True, slots=True)
class Case:
    """A query sent by a caller: its requests as bytes of HTTP, and the statement they lead to."""

    query: Query
    caller: str
    requests: tuple[bytes, ...]
    statement: Statement
    numbers: range


@dataclass(slots=True)
class Listening(Service):
    """The service, noting the statements of plans that it runs."""

    noted: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    async def fetch(self, text: str, values: list[Any]) -> Planned | None:
        """Note and run a rendered plan."""
        self.noted.append((text, tuple(values)))
        return await Service.fetch(self, text, values)


class Observer:
    """Sends queries to the application in this process, to learn what they lead to."""

    def __init__(self, service: Service) -> None:
        self.service = Listening(**{one.name: getattr(service, one.name) for one in fields(service)})
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(Application(self.service)), base_url="http://bench"
        )

    async def close(self) -> None:
        """Let go of the database."""
        await self._http.aclose()
        await self.service.database.close()

    async def case(self, query: Query, *, caller: str, token: str | None, subjects: int, most: int) -> Case:
        """Make a case: at most that many different requests, and the statement."""
        headers = _headers(token)
        numbers = query.numbers(subjects)
        of = await self._values_of(query, headers)
        statement = await self._statement(query, headers, of, numbers)
        step = max(1, len(numbers) // most)
        sent = tuple(_request(query, of(number), headers) for number in numbers[::step])
        return Case(query, caller, sent, statement, numbers)

    async def _statement(
        self, query: Query, headers: dict[str, str], of: Callable[[int], str], numbers: range
    ) -> Statement:
        """Run a query for two subjects: what differs is what varies. The answer must be the statement's."""
        found = []
        for number in (numbers[1], numbers[-1]):
            self.service.noted.clear()
            answer = await self._http.post("/graphql", content=_body(query, of(number)), headers=headers)
            [(text, values)] = self.service.noted
            row = await self.service.database.fetchrow(text, *values)
            assert row is not None
            assert answer.content == b'{"data":' + row[0] + b"}", answer.text
            found.append((text, values))
        (text, first), (same, last) = found
        assert text == same
        [place] = [number for number, (one, other) in enumerate(zip(first, last, strict=True)) if one != other]
        assert last[place] == query.value(numbers[-1])
        return Statement(text, last, place)

    async def _values_of(self, query: Query, headers: dict[str, str]) -> Callable[[int], str]:
        """Give how the variable is made of a number; a cursor takes the key that the service binds for it."""
        if query.variable != "after":
            return query.value
        self.service.noted.clear()
        asked = query.text.replace("after: $after, ", "").replace("query Q2($after: String!)", "query")
        with_cursor = asked.replace(") { nodes", ") { pageInfo { endCursor } nodes", 1)
        answer = await self._http.post("/graphql", content=json.dumps({"query": with_cursor}), headers=headers)
        [(_, values)] = self.service.noted
        [key] = [value for value in values if isinstance(value, bytes)]
        last = answer.json()["data"]["subjects"]
        known = last["nodes"][-1]["id"].removeprefix("Subject:")
        assert last["pageInfo"]["endCursor"] == _cursor(key, known)
        return lambda number: _cursor(key, query.value(number))


def _cursor(key: bytes, ident: str) -> str:
    """Make a cursor of a connection sorted by id, as the service's SQL does."""
    value = f"{ident}|{ident}".encode()
    digest = hashlib.sha256(key + hashlib.sha256(key + value).digest()).digest()[:12]
    return base64.urlsafe_b64encode(digest + value).decode()


def request_of(query: Query, value: str) -> bytes:
    """Give a query as the anonymous public sends it."""
    return _request(query, value, _headers(None))


def _headers(token: str | None) -> dict[str, str]:
    headers = {"content-type": "application/json", "accept": "application/graphql-response+json"}
    return {**headers, "authorization": f"Bearer {token}"} if token else headers


def _body(query: Query, value: str) -> bytes:
    return json.dumps({"query": query.text, "variables": {query.variable: value}}).encode()


def _request(query: Query, value: str, headers: dict[str, str]) -> bytes:
    body = _body(query, value)
    lines = [f"{name}: {text}" for name, text in {"host": "bench", **headers, "content-length": len(body)}.items()]
    return "\r\n".join(["POST /graphql HTTP/1.1", *lines, "", ""]).encode() + body
