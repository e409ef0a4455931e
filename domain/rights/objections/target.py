"""What an objection is about: a credit record or a list entry, and what may become of it by the outcome.

In charge of finding and locking the row and of carrying an outcome out through the row's own moves, in the same
transaction. A row that somebody else has withdrawn, or put right, in the meantime needs no second act; one that was
repaired or has left its list meanwhile is kept, and put right or withdrawn as it is kept.
Source: 新乡四(三) (修改、撤销); 厦门8, 上海4 (only the producing office changes its information); 个人信息保护法 46.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from domain.calendar import WorkingCalendar
from domain.credit import records
from domain.errors import NotFound
from domain.lifecycle import Transaction, machine, move
from domain.lists import list_publication
from domain.lists.list_entry import UNDER_WAY
from domain.registry.subject import ever
from domain.rights.objections.objection import TARGETS
from domain.rights.objections.refusals import CorrectionUnclear
from domain.rulebook.model import Rulebooks
from domain.vault import Vault

_ENTRY: Final = machine("list_entry", amend=((*UNDER_WAY, "published", "removed"), None))

ENTRY_FIELDS: Final = frozenset({"reason", "decision_no"})
"""What of a list entry may be put right; anything else is withdrawn and listed anew."""


@dataclass(frozen=True, slots=True)
class Target:
    """A row that is contested."""

    noun: str
    id: UUID
    subject_id: UUID
    about_person: bool
    jurisdiction_id: str
    office_id: UUID
    known_on: date
    """The day before which nobody can have objected to it."""
    state: str

    @property
    def is_over(self) -> bool:
        """Tell whether it has been withdrawn or removed, so that there is nothing to contest."""
        return self.state in ("withdrawn", "removed")

    @property
    def column(self) -> str:
        """Name the column of an objection that refers to it."""
        return TARGETS[self.noun]


async def lock_target(tx: Transaction, noun: str, row_id: UUID) -> Target:
    """Find a row that may be contested and lock it, so that what is filed about it is filed one by one.

    Raises: NotFound.
    """
    row = await tx.connection.fetchrow(_LOCKED[noun], row_id)
    if row is None:
        raise NotFound
    return Target(noun=noun, **row)


def target_of(row: Mapping[str, Any]) -> tuple[str, UUID]:
    """Tell which row an objection is about."""
    return next((noun, row[column]) for noun, column in TARGETS.items() if row[column] is not None)


async def withdraw(tx: Transaction, books: Rulebooks, noun: str, row_id: UUID, *, reason: str, basis: str) -> None:
    """Withdraw what is contested, unless that has been done; persons listed with a unit go with it.

    What has left its list meanwhile is withdrawn as well: it was wrong while it stood, and is kept as such.

    `basis` is the clause of the objection's decision: it, and not the one that opened a list, is why the row goes.

    Raises: what the row's own move refuses.
    """
    target = await lock_target(tx, noun, row_id)
    if target.state == "withdrawn":
        return
    if target.state == "removed":
        await list_publication.annul(tx, row_id, reason=reason, basis=basis)
        return
    if noun == "credit_record":
        await records.withdraw(tx, books, row_id, reason=reason, basis=basis)
        return
    await list_publication.withdraw(tx, books, row_id, reason=reason, basis=basis)


async def amend(
    tx: Transaction,
    vault: Vault,
    books: Rulebooks,
    calendar: WorkingCalendar,
    noun: str,
    row_id: UUID,
    *,
    changes: Mapping[str, Any],
    reason: str,
    basis: str,
    since: datetime,
) -> None:
    """Put right what is contested; without changes it must have been put right since an instant.

    Raises: CorrectionUnclear; what the row's own move refuses.
    """
    if not changes:
        if not await tx.connection.fetchval(_AMENDED_SINCE, noun, row_id, since):
            raise CorrectionUnclear
        return
    if noun == "credit_record":
        stated = {name: value for name, value in changes.items() if name != "necessity"}
        necessity = changes.get("necessity")
        await records.amend(
            tx, vault, books, calendar, row_id, changes=stated, reason=reason, necessity=necessity, basis=basis
        )
        return
    if not changes.keys() <= ENTRY_FIELDS:
        raise CorrectionUnclear
    await move(tx, _ENTRY, "amend", row_id, changes, reason=reason, basis=basis)


async def acted_on(tx: Transaction, noun: str, row_id: UUID, subject_id: UUID) -> bool:
    """Tell whether who acts, or counts as one person with him, has handed in, changed or published a row, or let it be."""
    return bool(await tx.connection.fetchval(_ACTED, noun, row_id, subject_id, await tx.people()))


_LOCKED: Final = {
    "credit_record": """
SELECT id, subject_id, about_person, jurisdiction_id, office_id, decided_on AS known_on, state
FROM credit_record WHERE id = $1 FOR NO KEY UPDATE
""",
    "list_entry": """
SELECT id, subject_id, about_person, jurisdiction_id, office_id, entered_on AS known_on, state
FROM list_entry WHERE id = $1 FOR NO KEY UPDATE
""",
}

_ACTED: Final = f"""
SELECT EXISTS (
  SELECT FROM ledger_event WHERE subject_id = {ever("$3::uuid")} AND kind = 'change' AND object = $1 AND object_id = $2
    AND (account_id = ANY($4::uuid[]) OR deputy_of_id = ANY($4::uuid[]))
)
"""

_AMENDED_SINCE: Final = """
SELECT EXISTS (
  SELECT FROM outbox_event WHERE object_id = $2 AND object = $1 AND verb = 'amend' AND at >= $3
)
"""
