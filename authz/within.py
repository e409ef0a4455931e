"""Whether a row lies within scopes of a caller, asked by itself: for mutations, and for answers that no plan gives.

The one place outside of plans in which the words of a scope are bound to values of the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg

from authz import rows
from authz.caller import Caller
from authz.vocabulary import Scope
from domain.connection import Connection
from domain.registry.subject import NOT_MERGED

KEYS: Final = {"id": "uuid", "uscc": "text", "id_index": "bytea"}
"""Columns that name one subject, and their SQL types."""
CANDIDATES: Final = 10
"""Names that are looked at for one that is asked for."""
_NAMED: Final = ("office", "jurisdiction", "subject", "purpose", "today")


async def lies_within(
    connection: Connection,
    caller: Caller,
    noun: str,
    row_id: UUID,
    scopes: tuple[Scope, ...],
    today: date,
    *,
    table: str | None = None,
    lock: str = "",
) -> asyncpg.Record | None:
    """Give a row of a noun that lies in one of the scopes, or nothing: the same for one outside them as for none.

    `table` is where the noun's rows are kept when it is not its own, `lock` what the statement ends with.
    """
    values: list[Any] = [row_id]
    from_table = _bound(table or noun, caller, today, values)
    condition = _condition(caller, noun, scopes, today, values)
    statement = f"SELECT t.* FROM {from_table} t WHERE t.id = $1{_own(table or noun)} AND ({condition}){lock}"
    return await connection.fetchrow(statement, *values)


async def those_within(
    connection: Connection,
    caller: Caller,
    noun: str,
    row_ids: Sequence[UUID],
    scopes: tuple[Scope, ...],
    today: date,
) -> frozenset[UUID]:
    """Give those of some rows of a noun that lie in one of the scopes."""
    values: list[Any] = [list(row_ids)]
    from_table = _bound(noun, caller, today, values)
    condition = _condition(caller, noun, scopes, today, values)
    statement = f"SELECT t.id FROM {from_table} t WHERE t.id = ANY($1::uuid[]){_own(noun)} AND ({condition})"
    return frozenset(row["id"] for row in await connection.fetch(statement, *values))


async def subjects_within(
    connection: Connection,
    caller: Caller,
    key: str,
    wanted: Sequence[Any],
    scopes: tuple[Scope, ...],
    weighing: tuple[Scope, ...],
    today: date,
) -> list[asyncpg.Record]:
    """Give the subjects in one of the scopes that a key names, each with whether it lies in the weighing scopes too.

    The key of a merged subject names the kept one. `key` is one of `KEYS`: by id, by code, or by the blind index of an identity number.
    """
    values: list[Any] = [list(wanted)]
    within = _condition(caller, "subject", scopes, today, values)
    weighs = _condition(caller, "subject", weighing, today, values)
    found: list[asyncpg.Record] = await connection.fetch(
        f"SELECT t.id, t.is_person, t.name, named.{key} AS key, ({weighs}) AS weighs FROM subject named"
        " JOIN subject t ON t.id = coalesce(named.merged_into_id, named.id)"
        f" WHERE named.{key} = ANY($1::{KEYS[key]}[]) AND ({within})",
        *values,
    )
    return found


async def organisations_like(
    connection: Connection,
    caller: Caller,
    patterns: Sequence[Sequence[str]],
    scopes: tuple[Scope, ...],
    weighing: tuple[Scope, ...],
    today: date,
) -> dict[int, list[asyncpg.Record]]:
    """Give for each set of LIKE patterns the organisations in one of the scopes with such a name, shortest names first."""
    flat = [(number, one) for number, them in enumerate(patterns) for one in them]
    values: list[Any] = [[number for number, _ in flat], [one for _, one in flat], CANDIDATES]
    within = _condition(caller, "subject", scopes, today, values)
    weighs = _condition(caller, "subject", weighing, today, values)
    found = await connection.fetch(
        "SELECT DISTINCT asked.number, alike.* FROM unnest($1::int[], $2::text[]) AS asked (number, pattern)"
        f" CROSS JOIN LATERAL (SELECT t.id, t.is_person, named.name, ({weighs}) AS weighs FROM subject named"
        " JOIN subject t ON t.id = coalesce(named.merged_into_id, named.id)"
        f" WHERE NOT named.is_person AND named.name LIKE asked.pattern AND ({within})"
        " ORDER BY length(named.name), t.id LIMIT $3) alike",
        *values,
    )
    grouped: dict[int, list[asyncpg.Record]] = {}
    for row in found:
        grouped.setdefault(row["number"], []).append(row)
    return grouped


def _own(table: str) -> str:
    """Write the condition that a table's own rows have: a merged subject is found under the kept one only."""
    return f" AND {NOT_MERGED.replace('{t}', 't')}" if table == "subject" else ""


def _condition(caller: Caller, noun: str, scopes: tuple[Scope, ...], today: date, values: list[Any]) -> str:
    """Write the condition of scopes, adding what it binds to the values."""
    return _bound(rows.any_of(noun, scopes).replace("{t}", "t"), caller, today, values)


def _bound(text: str, caller: Caller, today: date, values: list[Any]) -> str:
    """Put the caller's values into a text, adding them to what is bound."""
    bindings = caller.bindings(today)
    for name in _NAMED:
        if f":{name}" in text:
            values.append(bindings[name])
            text = text.replace(f":{name}", f"${len(values)}")
    return text
