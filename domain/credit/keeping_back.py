"""Keeping back 不予披露 what was stored about acts of minors before the law on it was carried out.

In charge of records and list entries that are, or are going to be, shown to others though the law of today keeps them back.
They are found block by block, each a transaction, beside whoever serves. Nothing but how far they are shown changes, and
platform and channels are told to take them down; what is kept back already is left alone, so that it can be done again.
Source: 未成年人保护法 103 (不得披露有关案件中未成年人的…可能识别出其身份的信息).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from domain.credit import records, terms
from domain.credit.item import Item, load_item_of
from domain.lifecycle import Transaction
from domain.lists import list_publication
from domain.registry import birthday
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.model import Rulebooks
from domain.vault import Vault, VaultFault

BLOCK: Final = 500

Transact = Callable[[], AbstractAsyncContextManager[Transaction]]
Act = Callable[[Transaction, Mapping[str, Any], RuleAnswer], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Found:
    """How many rows of minors there were, by noun and place, and of how many, by noun, no number can be opened."""

    of_minors: Counter[tuple[str, str]] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)


async def find(transact: Transact, vault: Vault, books: Rulebooks) -> Found:
    """Find what is shown though it tells of an act of a minor; nothing changes."""
    return await _each(transact, _Judge(vault, books), dict.fromkeys(_ROWS, _leave), lock="")


async def keep_back(transact: Transact, vault: Vault, books: Rulebooks) -> Found:
    """Keep it back, with its ledger and outbox events; give what there was."""

    async def record(tx: Transaction, row: Mapping[str, Any], law: RuleAnswer) -> None:
        await records.keep_back(tx, row["id"], basis=law.citation)

    async def entry(tx: Transaction, row: Mapping[str, Any], law: RuleAnswer) -> None:
        await list_publication.keep_back(tx, books, row["id"], basis=law.citation)

    return await _each(transact, _Judge(vault, books), {"credit_record": record, "list_entry": entry}, lock=_LOCK)


@dataclass(frozen=True, slots=True)
class _Judge:
    """By what rows are judged; each catalogue item is read once."""

    vault: Vault
    books: Rulebooks
    items: dict[UUID, Item] = field(default_factory=dict)

    async def law_of(self, tx: Transaction, noun: str, row: Mapping[str, Any]) -> RuleAnswer | None:
        """Give the law that keeps a row back; None for what speaks against nobody, and of who was no minor.

        Raises: VaultFault.
        """
        kind = await self._kind(tx, row) if noun == "credit_record" else "list"
        if kind is None:
            return None
        return terms.keeps_back(
            self.books, row["jurisdiction_id"], kind,
            born_on=birthday.told_by(self.vault, row["id_cipher"]), on=row["acted_on"], today=tx.today,
        )  # fmt: skip

    async def _kind(self, tx: Transaction, row: Mapping[str, Any]) -> str | None:
        item = self.items.get(row["item_id"])
        if item is None:
            item = self.items[row["item_id"]] = await load_item_of(tx.connection, row["item_id"], office_id=None)
        return item.category if item.told_by(json.loads(row["content"])).is_negative else None


async def _each(transact: Transact, judge: _Judge, acts: Mapping[str, Act], *, lock: str) -> Found:
    found = Found()
    for noun, act in acts.items():
        after: UUID | None = UUID(int=0)
        while after is not None:
            async with transact() as tx:
                rows = await tx.connection.fetch(_ROWS[noun] + lock, after, BLOCK)
                await _act(tx, judge, noun, act, rows, found)
            after = rows[-1]["id"] if rows else None
    return found


async def _act(
    tx: Transaction, judge: _Judge, noun: str, act: Act, rows: Sequence[Mapping[str, Any]], found: Found
) -> None:
    """Judge rows, act on those of minors and count them."""
    for row in rows:
        try:
            law = await judge.law_of(tx, noun, row)
        except VaultFault:
            found.unread[noun] += 1
            continue
        if law is not None:
            await act(tx, row, law)
            found.of_minors[noun, row["jurisdiction_id"]] += 1


async def _leave(tx: Transaction, row: Mapping[str, Any], law: RuleAnswer) -> None:
    """Leave it as it is."""


_SHOWN: Final = "shown.about_person AND shown.disclosure NOT IN ('restricted', 'internal')"
_NEXT: Final = f"shown.id > $1 AND {_SHOWN} ORDER BY shown.id LIMIT $2"
_LOCK: Final = " FOR NO KEY UPDATE OF shown"

_ROWS: Final = {
    "credit_record": f"""
SELECT shown.id, shown.jurisdiction_id, shown.item_id, shown.content, subject.id_cipher,
       coalesce(exam.exam_on, shown.decided_on) AS acted_on
FROM credit_record shown JOIN subject ON subject.id = shown.subject_id
LEFT JOIN exam_violation exam ON exam.record_id = shown.id
WHERE shown.state IN ('submitted', 'published') AND {_NEXT}
""",
    "list_entry": f"""
SELECT shown.id, shown.jurisdiction_id, subject.id_cipher,
       least((shown.collected_at AT TIME ZONE 'Asia/Shanghai')::date, shown.decided_on, rests.earliest) AS acted_on
FROM list_entry shown JOIN subject ON subject.id = shown.subject_id
JOIN credit_list listed ON listed.id = shown.credit_list_id AND listed.polarity = 'negative'
CROSS JOIN LATERAL (
  SELECT min(coalesce(exam.exam_on, told.decided_on)) AS earliest
  FROM list_evidence evidence JOIN credit_record told ON told.id = evidence.record_id
  LEFT JOIN exam_violation exam ON exam.record_id = told.id WHERE evidence.entry_id = shown.id
) rests
WHERE shown.state NOT IN ('withdrawn', 'removed') AND {_NEXT}
""",
}
"""The next rows about people that others than their office and the person see or are going to, with the day of the act."""
