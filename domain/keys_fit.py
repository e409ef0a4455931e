"""Whether keys are those of a database: by a few persons, looked up by their own numbers, and by the last checkpoint.

With another index key nobody is found by identity number any more, in silence: a person with records would be told to
have none, and would be entered a second time. With other signing keys what was handed out is verified by nobody. A
database that holds nothing yet fits any keys. Keys by which one person is opened and found are the database's: where
another is not, what is stored was altered, and no other keys are asked for.
Source: Personal Information Protection Law 8 (保证个人信息的质量), 51.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any, Final, Literal, NamedTuple

import asyncpg

from domain.vault import Vault, VaultFault, key_id_of

Misfit = tuple[Literal["encryption", "index", "signing"], str]
"""Which key does not fit, and its id; of the index key, which has none, the empty text."""


class Fit(NamedTuple):
    """How keys fit a database."""

    misfits: frozenset[Misfit]
    altered: int
    """How many of the persons looked at are not opened or found by keys that others are."""


class _Person(NamedTuple):
    """A stored number: by which key it is sealed, whether that opens it, and whether it is found by its index."""

    key_id: str
    opens: bool
    found: bool


async def look(connection: asyncpg.Connection[Any], vault: Vault, signing_keys: Container[str]) -> Fit:
    """Tell which keys are not those of the database, by a few of its persons and its last checkpoint."""
    if not await connection.fetchval("SELECT to_regclass('subject') IS NOT NULL"):
        return Fit(frozenset(), 0)
    persons = [_look_up(vault, row) for row in await connection.fetch(_PERSONS)]
    unfit = [person for person in persons if not person.found]
    misfits: set[Misfit] = set()
    for key_id in {person.key_id for person in unfit if not person.opens}:
        if not await _is_ours(connection, vault, key_id, others_fit=len(unfit) < len(persons)):
            misfits.add(("encryption", key_id))
    if len(unfit) == len(persons) and any(person.opens for person in unfit):
        misfits.add(("index", ""))
    signed_by = await connection.fetchval(_SIGNED_BY)
    if signed_by is not None and signed_by not in signing_keys:
        misfits.add(("signing", signed_by))
    return Fit(frozenset(misfits), len(unfit))


async def _is_ours(connection: asyncpg.Connection[Any], vault: Vault, key_id: str, *, others_fit: bool) -> bool:
    """Tell whether a key that does not open a number is the database's: opens another, or was never another's."""
    under = [_look_up(vault, row) for row in await connection.fetch(_UNDER, bytes((len(key_id),)) + key_id.encode())]
    return any(person.opens for person in under) or (others_fit and len(under) < 2)


def _look_up(vault: Vault, row: asyncpg.Record) -> _Person:
    """Open a stored number and look it up."""
    try:
        number = vault.open(row["id_cipher"])
    except VaultFault:
        return _Person(_key_of(row["id_cipher"]), opens=False, found=False)
    return _Person(_key_of(row["id_cipher"]), opens=True, found=vault.blind_index(number) == row["id_index"])


def _key_of(sealed: bytes) -> str:
    """Give the id of the key, where what is stored still tells it."""
    try:
        return key_id_of(sealed)
    except (VaultFault, UnicodeDecodeError):
        return "?"


_PERSONS: Final = "SELECT id_cipher, id_index FROM subject WHERE id_index IS NOT NULL ORDER BY id_index LIMIT 8"
"""By an index whose order is that of chance."""

_UNDER: Final = """
SELECT id_cipher, id_index FROM subject
WHERE id_index IS NOT NULL AND substring(id_cipher FROM 2 FOR octet_length($1::bytea)) = $1::bytea LIMIT 8
"""
"""Sealed under one key: read where a number does not open, and the whole table then where none is."""

_SIGNED_BY: Final = "SELECT key_id FROM ledger_checkpoint ORDER BY id DESC LIMIT 1"
"""By whichever key the ledger was sealed last."""
