"""Entries on lists, their subjects, and the people who act on them, for the tests of removals."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from authz.activation import assign, upsert_account
from domain.clock import local_day
from domain.identifiers import invented_uscc
from domain.ids import new_id
from domain.installation_rows import catalogue_item_id, credit_list_id, office_id
from domain.lifecycle import Actor, Transaction, create
from domain.rulebook.loader import load_rulebooks
from domain.vault import Vault
from tests.client import ISSUER, NOW

BOOKS = load_rulebooks()
VAULT = Vault({"k1": bytes(32)}, "k1", bytes(32))
SINCE = date(2020, 1, 1)
_numbers = itertools.count(70_000)


@dataclass
class Ground:
    """A database with people in offices, and what can be put on lists."""

    connection: asyncpg.Connection[Any]
    now: datetime = NOW
    accounts: dict[str, UUID] = field(default_factory=dict)

    def tx(self, who: str | None = None, *, roles: tuple[str, ...] = ("reviewer",), **more: Any) -> Transaction:
        """Give the transaction of somebody."""
        return Transaction(self.connection, self.now, Actor(self.accounts.get(who or ""), roles, **more))

    async def officer(self, sub: str, *roles: str, office: tuple[str, str]) -> str:
        """Give somebody roles in an office."""
        account = await upsert_account(self.connection, issuer=ISSUER, sub=sub, display=sub)
        for role in roles:
            await assign(self.connection, account, role, from_on=SINCE, office_id=office_id(*office))
        self.accounts[sub] = account
        return sub

    async def agent(self, sub: str, subject_id: UUID) -> str:
        """Let somebody be a subject."""
        account = await upsert_account(self.connection, issuer=ISSUER, sub=sub, display=sub, subject_id=subject_id)
        await assign(self.connection, account, "subject", from_on=SINCE)
        self.accounts[sub] = account
        return sub

    async def subject(self, jurisdiction: str, *, person: bool = False) -> UUID:
        """Enrol an invented subject."""
        number = next(_numbers)
        name = f"欧阳虚构{number}" if person else f"虚构{number}有限公司"
        values = {
            "kind": "natural_person" if person else "enterprise",
            "is_person": person,
            "jurisdiction_id": jurisdiction,
            "name": name,
            "masked_name": "欧阳**" if person else name,
            "name_pinyin": "",
            "uscc": None if person else invented_uscc(number),
            "uscc_lenient": False,
            "id_cipher": b"x" if person else None,
            "id_index": str(number).encode() if person else None,
            "masked_id_number": "350*************1X" if person else None,
            "state_owned": False,
            "registered_at": self.now,
        }
        return await create(self.tx(), "subject", "enrol", values)

    async def entry(
        self, jurisdiction: str, code: str, office: str, subject_id: UUID, *, until: date | None = None, **more: Any
    ) -> UUID:
        """Put a subject on a list, published a hundred days ago unless said otherwise."""
        published_at = self.now - timedelta(days=100)
        subject = await self.connection.fetchrow("SELECT * FROM subject WHERE id = $1", subject_id)
        book = BOOKS.books[BOOKS.heads[jurisdiction]]
        values = {
            "credit_list_id": credit_list_id(book.id, code),
            "subject_id": subject_id,
            "about_person": subject["is_person"],
            "jurisdiction_id": jurisdiction,
            "office_id": office_id(jurisdiction, office),
            "decision_no": f"列〔2026〕{next(_numbers)}号",
            "reason": "符合列入条件",
            "state": "published",
            "route": "regular",
            "round": 1,
            "collected_at": published_at,
            "entered_on": local_day(published_at),
            "decided_on": local_day(published_at),
            "publisher_id": office_id(jurisdiction, office),
            "published_at": published_at,
            "public_until": until,
            "disclosure": "public",
            "precondition_met": False,
            **more,
        }
        return await create(self.tx(), "list_entry", "enter", values)

    async def record(
        self, jurisdiction: str, item: str, office: str, subject_id: UUID, *, dishonest: bool = True, **more: Any
    ) -> UUID:
        """Hand in a record about a subject."""
        subject = await self.connection.fetchrow("SELECT * FROM subject WHERE id = $1", subject_id)
        book = BOOKS.books[BOOKS.heads[jurisdiction]]
        values = {
            "subject_id": subject_id,
            "about_person": subject["is_person"],
            "jurisdiction_id": jurisdiction,
            "office_id": office_id(jurisdiction, office),
            "item_id": catalogue_item_id(jurisdiction, book.id, item),
            "state": "submitted",
            "version": 1,
            "decision_no": f"文〔2026〕{next(_numbers)}号",
            "title": "违法行为",
            "harm_removed": False,
            "dishonest": dishonest,
            "content": "{}",
            "decided_on": local_day(self.now),
            "obtained_on": local_day(self.now),
            "due_provisional": False,
            "submitted_at": self.now,
            "disclosure": "public",
            **more,
        }
        return await create(self.tx(), "credit_record", "submit", values)

    async def attachment(self, sub: str, *, office: UUID | None = None, subject_id: UUID | None = None) -> str:
        """Enter a draft of somebody's; its bytes are not needed here."""
        values = {
            "state": "draft",
            "name": "证明材料.pdf",
            "media_type": "application/pdf",
            "size": 1,
            "digest": "0" * 64,
            "uploaded_by": self.accounts[sub],
            "uploaded_at": self.now,
            "about_person": False,
            "office_id": office,
            "subject_id": subject_id,
            "disclosure": "restricted",
        }
        return f"Attachment:{await create(self.tx(), 'attachment', 'upload', {'id': new_id(), **values})}"

    async def row(self, table: str, row_id: Any) -> Any:
        """Read a row by its id, local or global."""
        ident = UUID(str(row_id).rpartition(":")[2])
        return await self.connection.fetchrow(f"SELECT * FROM {table} WHERE id = $1", ident)

    async def ledger(self, row_id: Any) -> list[str]:
        """List what was done to a row."""
        ident = UUID(str(row_id).rpartition(":")[2])
        rows = await self.connection.fetch(
            "SELECT verb FROM ledger_event WHERE object_id = $1 AND kind = 'change' ORDER BY id", ident
        )
        return [row["verb"] for row in rows]
