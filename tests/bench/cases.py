"""What the benchmark asks: three queries, who asks them, and what varies from request to request.

The statement behind a case is not written here: it is what the service runs when the query is sent to it,
taken down with its values (`taken_down`), so that pgbench and asyncpg run exactly the same.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import asyncpg
import httpx

from api.app import Application
from api.service import Service
from tests.bench.data import CODE, OFTEN

Numbers = Sequence[int]
"""The numbers of the subjects that a case is about."""


@dataclass(frozen=True, slots=True)
class Case:
    """A query with its varying variable: named, and given by the number of a subject."""

    name: str
    title: str
    query: str
    variable: str
    numbers: Callable[[int], Numbers]
    """The numbers that may be asked for, by how many subjects there are."""
    sql: str
    """The varying value as pgbench writes it, `:n` being the number."""


_RECORD = "id decisionNo title severity decidedOn publishedAt office { id name }"

Q1 = Case(
    "Q1",
    "one subject, 20 records",
    "query Q1($code: String!) { subject(code: $code) { id name kind uscc"
    f" creditRecords(first: 20) {{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ {_RECORD} }} }}"
    " listEntries(first: 10) { nodes { id decisionNo reason decidedOn creditList { name } } } } }",
    "code",
    lambda subjects: range(5, subjects, OFTEN),
    f"({CODE} + :n)::text",
)
Q2 = Case(
    "Q2",
    "50 subjects, 5 records each",
    "query Q2($after: String!) { subjects(first: 50, after: $after, filter: {kind: [ENTERPRISE, INDIVIDUAL_BUSINESS]})"
    f" {{ nodes {{ id name kind uscc creditRecords(first: 5) {{ nodes {{ {_RECORD} }} }} }} }} }}",
    "after",
    lambda subjects: range(OFTEN * 6, subjects),
    "('00000000-0000-7000-8000-' || lpad((:n)::text, 12, '0'))",
)
Q3 = Case(
    "Q3",
    "one small object",
    "query Q3($code: String!) { subject(code: $code) { id name kind } }",
    "code",
    lambda subjects: range(5, subjects, OFTEN),
    f"({CODE} + :n)::text",
)
CASES = (Q1, Q2, Q3)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as the service ran it: text, values, and which of them varies."""

    text: str
    values: tuple[Any, ...]
    varying: int

    def values_for(self, varying: Any) -> tuple[Any, ...]:
        """Give the values with another one in the varying place."""
        return (*self.values[: self.varying], varying, *self.values[self.varying + 1 :])


class _Listening(Service):
    """The service, taking down the statements it runs."""

    def fetch_and_note(self, noted: list[tuple[str, list[Any]]]) -> None:
        """Note every statement from now on."""
        self.database = _Noting(self.database, noted)  # type: ignore[assignment]


class _Noting:
    """A database that notes what is asked of it by plans."""

    def __init__(self, database: Any, noted: list[tuple[str, list[Any]]]) -> None:
        self._database, self._noted = database, noted

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)
