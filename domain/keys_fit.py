"""Whether keys are those of a database: by a few persons, looked up by their own numbers, and by the last checkpoint.

With another index key nobody is found by identity number any more, in silence: a person with records would be told to
have none, and would be entered a second time. With other signing keys what was handed out is verified by nobody. A
database that holds nothing yet fits any keys.
Source: Personal Information Protection Law 8 (保证个人信息的质量), 51.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any, Final, Literal

import asyncpg

from domain.vault import Vault, VaultFault, key_id_of

Misfit = tuple[Literal["encryption", "index", "signing"], str]
"""Which key does not fit, and its id; of the index key, which has none, the empty text."""


async def misfits(connection: asyncpg.Connection[Any], vault: Vault, signing_keys: Container[str]) -> frozenset[Misfit]:
    """Tell which keys are not those of the database."""
    if not await connection.fetchval("SELECT to_regclass('subject') IS NOT NULL"):
        return frozenset()
    found = set(_of_persons(vault, await connection.fetch(_PERSONS)))
    signed_by = await connection.fetchval(_SIGNED_BY)
    if signed_by is not None and signed_by not in signing_keys:
        found.add(("signing", signed_by))
    return frozenset(found)


def _of_persons(vault: Vault, persons: list[asyncpg.Record]) -> Iterator[Misfit]:
    for person in persons:
        try:
            number = vault.open(person["id_cipher"])
        except VaultFault:
            yield "encryption", key_id_of(person["id_cipher"])
            continue
        if vault.blind_index(number) != person["id_index"]:
            yield "index", ""


_PERSONS: Final = "SELECT id_cipher, id_index FROM subject WHERE id_index IS NOT NULL ORDER BY id_index LIMIT 8"
"""By an index whose order is that of chance."""

_SIGNED_BY: Final = "SELECT key_id FROM ledger_checkpoint ORDER BY id DESC LIMIT 1"
"""By whichever key the ledger was sealed last."""
