"""A catalogue item as a record needs it: in force on a day, about a kind of subject, with its producers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.connection import Connection
from domain.credit.data_items import DataItem, data_items
from domain.credit.refusals import ItemNotInForce, NotProducer, SubjectKindNotAllowed, citing
from domain.errors import NotFound
from domain.lifecycle import Transaction
from domain.text import writable

ORGANISATION: Final = "organisation"
"""In a catalogue: every kind of subject but natural persons."""


@dataclass(frozen=True, slots=True)
class Item:
    """A catalogue item, and whether the office in question is among its producers."""

    id: UUID
    jurisdiction_id: str
    edition: str
    code: str
    name: str
    category: str
    polarity: str
    disclosure: str
    person_disclosure: str
    subject_kinds: tuple[str, ...]
    data_items: Mapping[str, DataItem]
    severity_required: bool
    double_publicity: bool
    publication_years: int | None
    clause: str
    valid_from: date | None
    valid_to: date | None
    is_producer: bool

    @property
    def is_negative(self) -> bool:
        """Whether it speaks against the subject 失信信息."""
        return self.polarity == "negative"

    def told_by(self, content: Mapping[str, str]) -> Item:
        """Give the item as a record's content makes it: negative where a data item speaks against the subject.

        Source: 厦门11 (违法失信后自愿接受约束和惩戒): fulfilment information, and 失信信息 when it says 违约.
        """
        against = any(content.get(code) in entry.against for code, entry in self.data_items.items() if entry.against)
        return self.negative() if against else self

    def negative(self) -> Item:
        """Give the item as one that speaks against the subject."""
        return replace(self, polarity="negative")

    def admit_office(self) -> None:
        """Pass a producing office.

        Raises: NotProducer.
        Source: 厦门8 (谁产生,谁提供、谁负责), 上海4.
        """
        if not self.is_producer:
            raise citing(NotProducer, self.clause)

    def admit_day(self, decided_on: date) -> None:
        """Pass a day of decision on which the item was in force; a day that is not set bounds nothing.

        Raises: ItemNotInForce.
        """
        if not self.is_in_force(decided_on):
            raise citing(ItemNotInForce, self.clause)

    def is_in_force(self, day: date) -> bool:
        """Tell whether the item is in force on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def admit_subject(self, kind: str) -> None:
        """Pass a kind of subject.

        Raises: SubjectKindNotAllowed.
        """
        if not self.admits(kind):
            raise citing(SubjectKindNotAllowed, self.clause)

    def admits(self, kind: str) -> bool:
        """Tell whether the item may be about a kind of subject; one that names none is about every kind."""
        named = self.subject_kinds
        return not named or kind in named or (ORGANISATION in named and kind != "natural_person")

    def disclosure_of(self, *, person: bool) -> str:
        """Tell how far a record about a person, or an organisation, is shown."""
        return self.person_disclosure if person else self.disclosure


async def load_item(tx: Transaction, item_id: UUID | None, *, office_id: UUID) -> Item:
    """Read a catalogue item with an office's standing towards it; there is none without an id.

    Raises: NotFound.
    """
    return await load_item_of(tx.connection, item_id, office_id=office_id)


async def load_item_of(connection: Connection, item_id: UUID | None, *, office_id: UUID | None) -> Item:
    """Read a catalogue item where nothing is changed.

    Raises: NotFound.
    """
    row = await connection.fetchrow(_ITEM + " WHERE item.id = $2", office_id, item_id)
    if row is None:
        raise NotFound("There is no such catalogue item.", zh="没有这个目录条目。")
    return item_of(row)


async def produced_items(tx: Transaction, *, category: str, office_id: UUID) -> list[Item]:
    """Read the catalogue items of a category that an office produces today; where there are none, those of its past.

    Each is given once, in its latest edition.
    """
    rows = await tx.connection.fetch(_ITEM + _PRODUCED, office_id, category)
    items = [item_of(row) for row in rows]
    today = [item for item in items if item.is_in_force(tx.today)]
    return list({item.code: item for item in reversed(today or items)}.values())


async def named_items(tx: Transaction, *, code: str, office_id: UUID) -> list[Item]:
    """Read the catalogue items with a code of an office's division, one of each edition, the latest first."""
    if not writable(code):  # no row can have it
        return []
    rows = await tx.connection.fetch(_ITEM + _NAMED, office_id, code)
    return [item_of(row) for row in rows]


async def editions_of(connection: Connection, item_id: UUID, *, office_id: UUID | None) -> list[Item]:
    """Read a catalogue item as each edition of its catalogue has it, the latest first."""
    rows = await connection.fetch(_ITEM + _EDITIONS, office_id, item_id)
    return [item_of(row) for row in rows]


def item_of_day(editions: Sequence[Item], day: date) -> Item:
    """Give the item of the edition in force on a day, else the first of them, which refuses the day."""
    return next((item for item in editions if item.is_in_force(day)), editions[0])


def item_of(row: Mapping[str, Any]) -> Item:
    """Make an item of its row."""
    values = {name: row[name] for name in Item.__dataclass_fields__}
    values["subject_kinds"] = tuple(row["subject_kinds"])
    values["data_items"] = data_items(row["data_items"])
    return Item(**values)


_ITEM = """
SELECT item.*, EXISTS (
  SELECT FROM catalogue_producer producer WHERE producer.item_id = item.id AND producer.office_id = $1
) AS is_producer
FROM catalogue_item item"""

_PRODUCED = """
WHERE item.category = $2 AND EXISTS (
  SELECT FROM catalogue_producer producer WHERE producer.item_id = item.id AND producer.office_id = $1
)
ORDER BY item.valid_from DESC NULLS LAST, item.id"""

_NAMED = """
WHERE item.code = $2 AND item.jurisdiction_id = (SELECT jurisdiction_id FROM office WHERE id = $1)
ORDER BY item.valid_from DESC NULLS LAST, item.id"""

_EDITIONS = """
WHERE (item.jurisdiction_id, item.code) IN (SELECT one.jurisdiction_id, one.code FROM catalogue_item one WHERE one.id = $2)
ORDER BY item.valid_from DESC NULLS LAST, item.id"""
