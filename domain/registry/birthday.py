"""The day on which a person was born, as its sealed number tells it.

Refuses nothing. The number is opened for a rule that turns on somebody's age, and for nothing else; the day is never kept.
Source: 行政处罚法 30; 未成年人保护法 103; 个人信息保护法 31; GB 11643.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.identifiers import read_resident_id
from domain.lifecycle import Transaction
from domain.vault import Vault


async def born_on(tx: Transaction, vault: Vault, subject_id: UUID) -> date | None:
    """Give the day on which a person was born; None of an organisation, and of a number that tells none."""
    cipher = await tx.connection.fetchval("SELECT id_cipher FROM subject WHERE id = $1", subject_id)
    return told_by(vault, cipher)


def told_by(vault: Vault, cipher: bytes | None) -> date | None:
    """Give the day of birth that a sealed number tells; None where there is none, or where it tells none.

    Raises: VaultFault for one that cannot be opened.
    """
    return None if cipher is None else read_resident_id(vault.open(cipher)).born_on
