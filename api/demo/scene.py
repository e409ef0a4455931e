"""Where the demonstration plays: the database, the rulebooks, the present instant, and who acts in which office.

Everything is dated from the present, so that the demonstration tells the same story on any day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from domain.calendar import WorkingCalendar
from domain.clock import CHINA, local_day
from domain.connection import Connection
from domain.credit.item import Item, load_item
from domain.installation_rows import catalogue_item_id, office_id
from domain.lifecycle import Actor, Transaction
from domain.rulebook.model import Rulebook, Rulebooks
from domain.vault import Vault

Place = tuple[str, str]
"""A jurisdiction, and the code of something in it: an office or a catalogue item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What every part of the demonstration needs."""

    connection: Connection
    vault: Vault
    books: Rulebooks
    calendar: WorkingCalendar
    now: datetime
    accounts: Mapping[tuple[str, Place], UUID] = field(default_factory=dict)
    """The demonstration accounts by role and office."""
    _items: dict[tuple[Place, str], Item] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The present day in China."""
        return local_day(self.now)

    def ago(self, days: int) -> date:
        """Give the day so many days before the present."""
        return self.today - timedelta(days=days)

    def at(self, day: date, *, minutes: int) -> datetime:
        """Give an instant of office hours on a day, never later than the present."""
        opening = datetime.combine(day, time(9), CHINA)
        return min(opening + timedelta(minutes=minutes % 480), self.now)

    def acting(self, instant: datetime, *, role: str | None = None, office: Place | None = None) -> Transaction:
        """Give the transaction of somebody who acts at an instant."""
        return Transaction(self.connection, instant, self._actor(role, office))

    def book(self, jurisdiction: str) -> Rulebook:
        """Give the rulebook of a jurisdiction."""
        return self.books.books[self.books.heads[jurisdiction]]

    def office_name(self, office: Place) -> str:
        """Give the name of an office as its rulebook writes it."""
        jurisdiction, code = office
        return self.book(jurisdiction).offices_by_code[code].name

    async def item(self, place: Place, office: str) -> Item:
        """Read a catalogue item with an office's standing towards it, once."""
        key = (place, office)
        if key not in self._items:
            jurisdiction, code = place
            self._items[key] = await load_item(
                self.acting(self.now),
                catalogue_item_id(jurisdiction, self.book(jurisdiction).id, code),
                office_id=office_id(jurisdiction, office),
            )
        return self._items[key]

    def _actor(self, role: str | None, office: Place | None) -> Actor:
        if role is None or office is None:
            return Actor(account_id=None, roles=("platform",))
        return Actor(
            account_id=self.accounts.get((role, office)),
            roles=(role,),
            office_id=office_id(*office),
            jurisdiction_id=office[0],
        )
