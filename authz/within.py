"""Whether a row lies within scopes of a caller, asked by itself: for answers that no plan gives."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, TypeAlias
from uuid import UUID

import asyncpg

from authz import rows
from authz.caller import Caller
from authz.vocabulary import Scope

Connection: TypeAlias = "asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]"

_NAMED: Final = ("office", "jurisdiction", "subject", "purpose", "today")


async def lies_within(
    connection: Connection, caller: Caller, noun: str, row_id: UUID, scopes: tuple[Scope, ...], today: date
) -> asyncpg.Record | None:
    """Give a row of a noun that lies in one of the scopes, or nothing: the same for one outside them as for none."""
    values: list[Any] = [row_id]
    text = rows.any_of(noun, scopes).replace("{t}", "t")
    bindings = caller.bindings(today)
    for name in _NAMED:
        if f":{name}" in text:
            values.append(bindings[name])
            text = text.replace(f":{name}", f"${len(values)}")
    return await connection.fetchrow(f"SELECT t.* FROM {noun} t WHERE t.id = $1 AND ({text})", *values)
