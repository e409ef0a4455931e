"""May a subject use simplified procedures: notification-commitment 告知承诺, tolerant acceptance 容缺受理?

The rulebook of the division says what takes them away: in 上海 dishonest conduct on record (8(二)3), in 厦门 the
record of a broken commitment (11, our reading). Where no law loaded says so nothing is taken away, and the answer
tells that none is set or that a layer is not loaded. The answer names record, clause and last day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.connection import Connection
from domain.credit import terms
from domain.credit.item import load_item_of
from domain.rights.objections.objection import disputed
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks

PATH: Final = "simplified_procedure.barred_by"
ANY_DISHONEST_RECORD: Final = "dishonest_record"


@dataclass(frozen=True, slots=True)
class Bar:
    """A record that bars the subject, since which day and until which; no last day where none is set."""

    record_id: UUID
    commitment_id: UUID | None
    since: date
    until: date | None
    disputed: bool
    """Whether an objection to the record is open: until it is settled the record goes on barring."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether simplified procedures are open to a subject on a day, and what that rests on."""

    rule: RuleAnswer
    """What the rulebooks say."""
    binds: bool
    """Whether that is law for the division; what is not, a sister document's rule for one, takes nothing away."""
    on: date
    bars: tuple[Bar, ...]

    @property
    def allowed(self) -> bool:
        """Whether the subject may use them."""
        return not self.bars

    @property
    def longest(self) -> Bar:
        """Give the bar that lasts longest; there is one where it is not allowed."""
        return max(self.bars, key=lambda bar: bar.until or date.max)

    @property
    def until(self) -> date | None:
        """Give the last day on which they are closed; None where open, or where a record has no end."""
        days = [bar.until for bar in self.bars]
        return None if None in days or not days else max(day for day in days if day is not None)


async def standing(
    connection: Connection, books: Rulebooks, *, subject_id: UUID, jurisdiction: str, on: date
) -> Standing:
    """Tell whether a division's offices may use simplified procedures for a subject.

    A record of a broken commitment bars from the day it is made, any other from its publication on; one that is
    restricted to its office, or has been withdrawn or has ended, bars nobody.
    Raises: JurisdictionUnknown.
    Source: 上海8(二)3; 厦门11.
    """
    law = terms.binding(books, jurisdiction, PATH, on)
    if law is None:
        return Standing(rule(books, jurisdiction, PATH, on), binds=False, on=on, bars=())
    of_any = law.value == ANY_DISHONEST_RECORD
    rows = await connection.fetch(_DISHONEST, subject_id, jurisdiction, on, of_any)
    bars = [await _bar(connection, books, row) for row in rows]
    standing_bars = tuple(bar for bar in bars if bar.until is None or bar.until >= on)
    return Standing(law, binds=True, on=on, bars=standing_bars)


async def _bar(connection: Connection, books: Rulebooks, row: Mapping[str, Any]) -> Bar:
    until = await last_day(connection, books, row)
    return Bar(row["id"], row["commitment_id"], row["decided_on"], until, row["disputed"])


async def last_day(connection: Connection, books: Rulebooks, row: Mapping[str, Any]) -> date | None:
    """Give the last day of a record against its subject; its term is set when it is published, until then as it would be."""
    if row["published_at"] is not None:
        last: date | None = row["public_until"]
        return last
    item = await load_item_of(connection, row["item_id"], office_id=row["office_id"])
    return terms.public_until(books, item.negative(), severity=row["severity"], decided_on=row["decided_on"])


_DISHONEST: Final = f"""
SELECT record.*, broken.id AS commitment_id, {disputed("credit_record").replace("{t}", "record")} AS disputed
FROM credit_record record
LEFT JOIN commitment broken ON broken.record_id = record.id AND broken.state = 'broken'
WHERE record.subject_id = $1 AND record.jurisdiction_id = $2 AND record.dishonest
  AND record.disclosure NOT IN ('restricted', 'internal')
  AND (record.public_until IS NULL OR record.public_until >= $3)
  AND CASE WHEN broken.id IS NULL THEN $4 AND record.state = 'published'
           ELSE record.state IN ('submitted', 'published') END
ORDER BY record.decided_on DESC, record.id
"""
