"""With which codes requests are refused in the tests, beside those that the catalogue tells of.

In charge of watching every test: a mutation or a query that is refused with a code of which the catalogue says neither
that it nor that any request may be refused with it fails the test. What `api.reach` overlooks shows here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any

from graphql import FieldNode

from api.error_codes import CodeEntry, entries
from api.execution import change
from api.execution.job import Job
from api.execution.mutation import Mutation
from api.schema import schema
from domain.errors import DomainError

_one = change._one
_untold: set[str] = set()


@contextmanager
def watched() -> Iterator[None]:
    """Watch until the end of the block; fail where something was refused otherwise than the catalogue tells."""
    _untold.clear()
    change._one = _watched
    yield
    change._one = _one
    assert not _untold, "`python -m api.docs` does not find that these may be refused so"


@wraps(_one)
async def _watched(job: Job, declared: Mutation, nodes: Sequence[FieldNode], given: Mapping[str, Any]) -> str:
    try:
        return await _one(job, declared, nodes, given)
    except DomainError as error:
        _note(declared.name, error.code)
        raise


def note(answer: Mapping[str, Any]) -> None:
    """Note what an answer refuses, of fields that go by their own name, or as a whole."""
    for error in answer.get("errors", ()):
        name = error["path"][0] if error.get("path") else None
        if name is None or name in _roots():
            _note(name, error["extensions"]["code"])


def _note(name: str | None, code: str) -> None:
    entry = _catalogue()[code]
    if not entry.any_request and name not in entry.raised_by:
        _untold.add(f"{name} {code}")


@cache
def _catalogue() -> Mapping[str, CodeEntry]:
    return {entry.code: entry for entry in entries()}


@cache
def _roots() -> frozenset[str]:
    roots = (schema._schema.query_type, schema._schema.mutation_type)
    return frozenset(name for root in roots if root is not None for name in root.fields)
