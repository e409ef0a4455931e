"""The codes of errors as data: what each says, what to do, with which status, and what may be refused with it.

In charge of `error_codes.toml`, which `python -m api.docs` writes from the code (`api.reach`), of giving it to whoever
asks, and of telling in the schema with which codes each mutation and each query may be refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from graphql import GraphQLSchema

FILE: Final = Path(__file__).with_suffix(".toml")

_TOLD: Final = "\n\nMay be refused with 错误码 "


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One code of the catalogue."""

    code: str
    message: str
    message_zh: str
    status: int | None
    """Of an answer in which it refuses a request to /graphql as a whole."""
    any_request: bool
    raised_by: Sequence[str]
    """Mutations, queries and addresses beside /graphql; none where any request may be refused with it."""


def entries() -> Sequence[CodeEntry]:
    """Give the catalogue, by code."""
    return [_entry(code, told) for code, told in tomllib.loads(FILE.read_text("utf-8")).items()]


def _entry(code: str, told: Mapping[str, Any]) -> CodeEntry:
    return CodeEntry(code, told["en"], told["zh"], told.get("status"), told["any_request"], told["raised_by"])


def describe_refusals(schema: GraphQLSchema, known: Iterable[CodeEntry]) -> None:
    """Tell of each mutation and each query with which codes it may be refused, beside those of any request."""
    by_name: dict[str, list[str]] = {}
    for entry in known:
        for name in entry.raised_by:
            by_name.setdefault(name, []).append(f"`{entry.code}`")
    for root in (schema.query_type, schema.mutation_type):
        for name, field in root.fields.items() if root is not None else ():
            declared = (field.description or "").partition(_TOLD)[0]
            codes = ", ".join(by_name.get(name, ()))
            field.description = f"{declared}{_TOLD}{codes}" if codes else declared
