"""What may happen to a watch: entered for a field, a project or an enterprise, and ended with a reason.

Refuses natural persons, a place whose rules know no monitoring, a last day before the first. Source: 海沧14.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from domain.credit.refusals import DatesOutOfOrder
from domain.credit.terms import binding
from domain.errors import InvalidInput, NotFound, StateConflict
from domain.lifecycle import Transaction, change, create
from domain.rulebook.model import Rulebooks
from domain.text import require_text
from domain.warning.refusals import ScreeningNotProvided, WarningSubject

_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be watched: an enterprise, the one that carries a project, or the field of an office."""

    kind: str
    name: str
    reason: str
    from_on: date
    until_on: date | None = None
    subject_id: UUID | None = None
    field_office_id: UUID | None = None


async def enter(tx: Transaction, books: Rulebooks, wanted: Wanted, *, office_id: UUID, jurisdiction: str) -> UUID:
    """Enter a watch; give its id.

    Raises: ScreeningNotProvided; InvalidInput; WarningSubject for a person; NotFound; DatesOutOfOrder.
    """
    rule = binding(books, jurisdiction, "risk_warning.watched", tx.today)
    if rule is None:
        raise ScreeningNotProvided
    await _require_watchable(tx, wanted, jurisdiction)
    if wanted.until_on is not None and wanted.until_on < wanted.from_on:
        raise DatesOutOfOrder("A watch ends on its first day or later.", zh="终止日不应早于起始日。", field="untilOn")
    values = {
        "kind": wanted.kind,
        "name": require_text("name", wanted.name, longest=200),
        "subject_id": wanted.subject_id,
        "field_office_id": wanted.field_office_id,
        "jurisdiction_id": jurisdiction,
        "office_id": office_id,
        "reason": require_text("reason", wanted.reason, longest=_LONGEST),
        "basis": rule.citation,
        "from_on": wanted.from_on,
        "until_on": wanted.until_on,
        "entered_at": tx.now,
        "entered_by": tx.actor.account_id,
    }
    return await create(tx, "watch", "enter", values, basis=rule.citation)


async def _require_watchable(tx: Transaction, wanted: Wanted, jurisdiction: str) -> None:
    """Refuse what is no field of an office of the place, and no project or enterprise."""
    of_field = wanted.kind == "key_field"
    if of_field != (wanted.field_office_id is not None) or of_field == (wanted.subject_id is not None):
        raise InvalidInput(
            "A field is watched by its office, a project or an enterprise by its subject.",
            zh="重点领域须指明单位；重点项目、重点企业须指明主体。",
            fields=["subject", "fieldOffice"],
        )
    if wanted.subject_id is not None:
        is_person = await tx.connection.fetchval("SELECT is_person FROM subject WHERE id = $1", wanted.subject_id)
        if is_person is None:
            raise NotFound
        if is_person:
            raise WarningSubject
    if wanted.field_office_id is not None and not await tx.connection.fetchval(
        "SELECT EXISTS (SELECT FROM office WHERE id = $1 AND jurisdiction_id = $2)",
        wanted.field_office_id,
        jurisdiction,
    ):
        raise NotFound


async def end(tx: Transaction, watch_id: UUID, *, reason: str) -> dict[str, Any]:
    """End a watch today, saying why; what was seen under it stays. Give the row after it.

    Raises: NotFound; StateConflict for one that has ended; InvalidInput.
    """
    row = await tx.connection.fetchrow("SELECT * FROM watch WHERE id = $1 FOR UPDATE", watch_id)
    if row is None:
        raise NotFound
    if row["until_on"] is not None and row["until_on"] < tx.today:
        raise StateConflict(verb="end")
    said = require_text("reason", reason, longest=_LONGEST)
    last = max(tx.today, row["from_on"] - timedelta(days=1))
    changes = {"until_on": last, "ended_at": tx.now, "ending_reason": said}
    return await change(tx, "watch", "end", watch_id, changes, unless="ended_at", reason=said, basis=row["basis"])
