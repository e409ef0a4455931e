"""What the tests of credit records hand in: rows of the rulebooks found by their codes, and filled-in data items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.calendar import WorkingCalendar
from domain.credit.data_items import IDENTITY_COLUMNS, DataItem
from domain.credit.item import Item, load_item
from domain.credit.records import Submission, publish, submit
from domain.credit.repair_notices import Service
from domain.identifiers import invented_resident_id, invented_uscc
from domain.lifecycle import Transaction
from domain.rulebook.model import Rulebooks
from domain.vault import Vault

ORGANISATION = {"uscc": invented_uscc(7), "name": "厦门虚构七号建设工程有限公司"}
PERSON = {"id_number": invented_resident_id(7), "name": "欧阳虚构"}
DECIDED_ON = date(2026, 3, 2)


class Clerk:
    """A clerk of an office who hands in records under one catalogue item."""

    def __init__(
        self,
        tx: Transaction,
        vault: Vault,
        books: Rulebooks,
        calendar: WorkingCalendar,
        *,
        office_id: UUID,
        item: Item,
    ) -> None:
        self.tx = tx
        self.vault = vault
        self.books = books
        self.calendar = calendar
        self.office_id = office_id
        self.item = item

    def submission(self, **changes: Any) -> Submission:
        """Give a submission that can be taken, but for the changes."""
        who: dict[str, Any] = {} if changes.keys() & {"uscc", "id_number", "subject_id"} else {**ORGANISATION}
        content = {**filled(self.item.data_items), **changes.pop("content", {})}
        plain = Submission(
            office_id=self.office_id,
            item_id=self.item.id,
            decision_no="虚构〔2026〕1号",
            title="虚构的决定",
            decided_on=DECIDED_ON,
            content=content,
            **who,
        )
        return replace(plain, **changes)

    async def hand_in(self, **changes: Any) -> UUID:
        """Hand in a record."""
        return await submit(self.tx, self.vault, self.books, self.calendar, self.submission(**changes))

    async def publish(self, record_id: UUID, **how: Any) -> dict[str, Any]:
        """Publish a record, its subject told of its rights of repair together with the decision."""
        row = await self.row(record_id)
        if row["repair_notice_required"] and row["state"] == "submitted":
            how.setdefault("notice", Service(row["decided_on"], "with_decision"))
        return await publish(self.tx, self.books, record_id, **how)

    async def row(self, record_id: UUID) -> Mapping[str, Any]:
        """Read a record."""
        found: Mapping[str, Any] = await self.tx.connection.fetchrow(
            "SELECT * FROM credit_record WHERE id = $1", record_id
        )
        return found


def filled(items: Mapping[str, DataItem]) -> dict[str, str]:
    """Fill in the data items that a submission does not tell anyway."""
    told = {"XK_XDR_MC", "CF_XDR_MC", "XK_XDR_LB", "CF_XDR_LB", "XK_WSH", "CF_WSH", "XK_JDRQ", "CF_JDRQ"}
    return {
        code: _value(item)
        for code, item in items.items()
        if item.required == "always" and code not in told | IDENTITY_COLUMNS
    }


def _value(item: DataItem) -> str:
    samples = {"date": "2026-03-02", "money": "1.5", "uscc": invented_uscc(1, prefix="11")}
    return sorted(item.values)[0] if item.values else samples.get(item.kind, "虚构")


async def office_id(tx: Transaction, jurisdiction: str, code: str) -> UUID:
    """Find an office by its code."""
    found = await tx.connection.fetchval(
        "SELECT id FROM office WHERE jurisdiction_id = $1 AND code = $2", jurisdiction, code
    )
    assert found is not None, (jurisdiction, code)
    return UUID(str(found))


async def item_of(tx: Transaction, jurisdiction: str, code: str, office: UUID) -> Item:
    """Find a catalogue item by its code, as an office stands towards it."""
    found = await tx.connection.fetchval(
        "SELECT id FROM catalogue_item WHERE jurisdiction_id = $1 AND code = $2", jurisdiction, code
    )
    assert found is not None, (jurisdiction, code)
    return await load_item(tx, found, office_id=office)
