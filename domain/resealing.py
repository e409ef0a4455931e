"""Resealing 重新加密: what older encryption keys have sealed is sealed anew under the current one, so that they can be put away.

In charge of every column that a vault has sealed. Goes on beside whoever serves: block by block, each a transaction with
its ledger event, and a row that somebody changes meanwhile is left to the next pass. Nothing that anybody reads changes.
Processes must know the current key before this begins, or they seal on under the older one.
Source: Personal Information Protection Law 51 (加密等安全技术措施).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

from domain.lifecycle import Transaction, note
from domain.oversight.staging import ROW_SEAL
from domain.vault import NUMBER_SEAL, Vault, VaultFault

BLOCK: Final = 1_000

Transact = Callable[[], AbstractAsyncContextManager[Transaction]]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column of sealed values in a table whose key is `id`, and what they are bound to."""

    table: str
    column: str
    bound_to: bytes


COLUMNS: Final = (Sealed("subject", "id_cipher", NUMBER_SEAL), Sealed("refused_row", "cells_cipher", ROW_SEAL))


async def reseal(transact: Transact, vault: Vault, *, progress: Callable[[int], None]) -> Mapping[str, int]:
    """Seal anew what older keys have sealed; tell how many values are still under each of them, by its id.

    What is left was altered, or its key is not in the vault, or a process that does not know the current key sealed it
    meanwhile. `progress` is told how many values have been sealed anew.
    """
    done, left = 0, Counter[str]()
    for sealed in COLUMNS:
        after: UUID | None = UUID(int=0)
        while after is not None:
            async with transact() as tx:
                count, after = await _block(tx, vault, sealed, after)
            done += count
            progress(done)
    for sealed in COLUMNS:
        async with transact() as tx:
            rows = await tx.connection.fetch(_LEFT.format(**asdict(sealed)), vault.head)
        left += Counter({row["key"].decode(): row["count"] for row in rows})
    return dict(left)


async def _block(tx: Transaction, vault: Vault, sealed: Sealed, after: UUID) -> tuple[int, UUID | None]:
    """Seal the next values anew; give how many, and the row to go on behind, or None where there is no more."""
    rows = await tx.connection.fetch(_NEXT.format(**asdict(sealed)), after, vault.head, BLOCK)
    if not rows:
        return 0, None
    anew = [(row["id"], row["sealed"], _anew(vault, sealed, row["sealed"])) for row in rows]
    written = await tx.connection.fetch(_WRITE.format(**asdict(sealed)), *map(list, zip(*anew, strict=True)))
    if written:
        content = {"key": vault.current, "sealed": f"{sealed.table}.{sealed.column}", "values": len(written)}
        await note(tx, "encryption_key", "reseal", content)
    return len(written), rows[-1]["id"]


def _anew(vault: Vault, sealed: Sealed, value: bytes) -> bytes | None:
    try:
        return vault.seal(vault.open(value, bound_to=sealed.bound_to), bound_to=sealed.bound_to)
    except VaultFault:
        return None


_NEXT: Final = """
SELECT id, {column} AS sealed FROM {table}
WHERE id > $1 AND {column} IS NOT NULL AND substring({column} FROM 1 FOR length($2::bytea)) <> $2
ORDER BY id LIMIT $3
"""

_WRITE: Final = """
UPDATE {table} kept SET {column} = anew.sealed
FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) anew (id, before, sealed)
WHERE kept.id = anew.id AND kept.{column} = anew.before AND anew.sealed IS NOT NULL
RETURNING kept.id
"""

_LEFT: Final = """
SELECT substring({column} FROM 3 FOR get_byte({column}, 1)) AS key, count(*) FROM {table}
WHERE {column} IS NOT NULL AND substring({column} FROM 1 FOR length($1::bytea)) <> $1
GROUP BY key
"""
