"""The staging of an import: rows copied into a table of the transaction, checked and carried over as a set.

In charge of what other rows and the database tell about a row: whether its person goes by another name,
whether its decision is here already and whose it is. What is carried over is written with its ledger and
outbox events by the same statement. Of another office's record nothing is told but the office.
Source: 厦门8 (谁产生,谁提供、谁负责); 上海4.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from domain.credit.item import Item
from domain.errors import catalogue, default_message
from domain.lifecycle import Transaction, image
from domain.oversight import staging_sql as sql
from domain.registry.enrolment import pinyin

STAGED: Final[Mapping[str, str]] = {
    "line": "integer",
    "faults": "text[]",
    "is_person": "boolean",
    "kind": "text",
    "uscc": "text",
    "uscc_lenient": "boolean",
    "name": "text",
    "masked_name": "text",
    "id_index": "bytea",
    "id_cipher": "bytea",
    "masked_id_number": "text",
    "representative": "text",
    "representative_masked": "text",
    "representative_index": "bytea",
    "representative_cipher": "bytea",
    "representative_id": "text",
    "decision_no": "text",
    "title": "text",
    "severity": "text",
    "procedure": "text",
    "harm_removed": "boolean",
    "dishonest": "boolean",
    "legal_basis": "text",
    "legal_basis_level": "text",
    "content": "jsonb",
    "decided_on": "date",
    "closed_on": "date",
    "obtained_on": "date",
    "correction_due_on": "date",
    "repair_notice_required": "boolean",
    "collection_due_on": "date",
    "publication_due_on": "date",
    "due_provisional": "boolean",
    "notice_on": "date",
    "notice_channel": "text",
    "notice": "text",
    "publishable": "boolean",
    "public_until": "date",
}
"""Columns of the staging table, in the order of a staged row."""

PATIENCE: Final = 3600.0
"""Seconds that a statement over a whole file may take."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where staged rows come from: the import, its item and office, and the clause they rest on."""

    import_id: UUID
    item: Item
    office_id: UUID
    basis: str
    prefix: str
    is_repeated: bool
    """Whether this very file was handed in before: what is here of it is known, even if amended since."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows were read, were here already, and are refused."""

    read: int
    known: int
    refused: int


async def open_staging(tx: Transaction) -> None:
    """Make the empty tables of a staging; they last as long as the transaction."""
    columns = ", ".join(f"{name} {kind}" for name, kind in STAGED.items())
    await tx.connection.execute(sql.OPEN.replace("{columns}", columns), timeout=PATIENCE)


async def stage(tx: Transaction, rows: AsyncIterable[tuple[Any, ...]]) -> None:
    """Copy rows into the staging."""
    await tx.connection.copy_records_to_table("staged_record", records=rows, columns=list(STAGED), timeout=PATIENCE)
    await tx.connection.execute("ANALYZE staged_record", timeout=PATIENCE)


async def enter_subjects(tx: Transaction, origin: Origin) -> None:
    """Enter the organisations and persons of clean rows that are not here yet.

    A row whose person goes by another name here, or on an earlier row, is refused.
    """
    await _run(tx, sql.PERSONS)
    await _run(tx, sql.NAME_DISAGREES, origin.prefix)
    await _spell_names(tx)
    for entering in (sql.ENTER_ORGANISATIONS, sql.ENTER_PERSONS):
        await _tell(tx, entering, noun="subject", basis=None, values=(origin.item.jurisdiction_id,))
    await _run(tx, sql.NAME_DISAGREES, origin.prefix)  # once more: somebody may have been faster


async def settle_known(tx: Transaction, origin: Origin) -> None:
    """Mark rows whose decision is here already, as the same row or as one that is refused."""
    await _run(tx, sql.SETTLE_KNOWN, origin.item.id, origin.office_id, origin.import_id, origin.is_repeated)


async def carry_over(tx: Transaction, origin: Origin, *, publish: bool) -> tuple[int, int]:
    """Make records of clean rows that are not known; give how many, and how many of them were published."""
    item = origin.item
    values = (
        item.jurisdiction_id,
        origin.office_id,
        item.id,
        origin.import_id,
        publish,
        item.disclosure,
        item.person_disclosure,
    )
    teller = _teller(tx, origin.basis)
    row = await tx.connection.fetchrow(sql.CARRY_OVER, *teller, *values, timeout=PATIENCE)
    assert row is not None
    return row["added"], row["published"]


async def serve_notices(tx: Transaction, origin: Origin) -> None:
    """Note the notices of rights of repair that the file hands in beside the records it added."""
    await _tell(tx, sql.SERVE_NOTICES, noun="repair_notice", verb="serve", basis=None, values=(origin.import_id,))


async def link_representatives(tx: Transaction) -> None:
    """Note who represents the organisations of the file, by the latest row of each.

    As in `enrolment.link_representative`: the same name changes nothing, an older row rewrites nothing.
    """
    await _run(tx, sql.LINKS)
    await _run(tx, sql.LOCK_LINKED)
    await _tell(tx, sql.END_LINKS, noun="legal_representative", verb="end", basis=None)
    await _tell(tx, sql.MAKE_LINKS, noun="legal_representative", verb="link", basis=None)


async def count(tx: Transaction) -> Counted:
    """Count the staged rows by what became of them."""
    row = await tx.connection.fetchrow(sql.COUNT, timeout=PATIENCE)
    assert row is not None
    return Counted(row["read"], row["known"], row["refused"])


async def keep_refusals(tx: Transaction, origin: Origin) -> None:
    """Write each refused row with its reasons, in both languages, without its values."""
    reasons = {kind.code: (default_message(kind), kind.zh) for kind in catalogue()}
    codes, english, chinese = list(reasons), [r[0] for r in reasons.values()], [r[1] for r in reasons.values()]
    await _run(tx, sql.KEEP_REFUSALS, origin.import_id, origin.office_id, codes, english, chinese)


async def _spell_names(tx: Transaction) -> None:
    """Give the pinyin of the names of organisations that are new, some at a time."""
    await _run(tx, sql.NEW_NAMES)
    place = 0
    while names := await tx.connection.fetch(sql.SOME_NAMES, place, timeout=PATIENCE):
        places = [row["place"] for row in names]
        await _run(tx, sql.SPELL_NAMES, places, [pinyin(row["name"]) for row in names])
        place = places[-1]


async def _run(tx: Transaction, statement: str, *values: Any) -> None:
    await tx.connection.execute(statement, *values, timeout=PATIENCE)


async def _tell(
    tx: Transaction, change: str, *, noun: str, basis: str | None, verb: str = "enrol", values: tuple[Any, ...] = ()
) -> None:
    """Run a change of many rows with a ledger event and an outbox event for each."""
    subject = "id" if noun == "subject" else "subject_id"
    told = sql.TOLD.format(noun=noun, verb=verb, subject=subject, image=image("made"))
    await _run(tx, f"WITH made AS ({change}), {told}", *_teller(tx, basis), *values)


def _teller(tx: Transaction, basis: str | None) -> tuple[Any, ...]:
    """Give what every event of this transaction says: parameters 1 to 7 of a statement that tells."""
    actor = tx.actor
    roles = ",".join(actor.roles)
    return (tx.now, actor.account_id, roles, actor.office_id, actor.policy_version, actor.token_id, basis)
