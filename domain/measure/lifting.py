"""Lifting measures with what they rest on: in the transaction that ends it, each with its event and its feedback.

Whoever ends a record, an entry or a grade calls this, and nobody else need remember it. What ends by its date alone needs no
lifting: a measure stands no longer than what it rests on.
Source: 信用修复管理办法 (同步解除失信惩戒措施); 厦门6; 海沧2, 7; 新乡五(三) (not after removal).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from domain.credit.record import is_against
from domain.lifecycle import Transaction, machine, move
from domain.measure.measure import GROUNDS

MACHINE: Final = machine("measure", lift=("applied", "lifted"))


async def lift(
    tx: Transaction, row: Mapping[str, Any], *, lifted_for: str, reason: str, basis: str | None = None
) -> dict[str, Any]:
    """Lift a measure; give the row after it.

    Raises: StateConflict when it was lifted.
    """
    changes = {
        "lifted_at": tx.now,
        "lifted_for": lifted_for,
        "lifted_by": tx.actor.account_id,
        "version": row["version"] + 1,
    }
    return await move(tx, MACHINE, "lift", row["id"], changes, reason=reason, basis=basis or row["basis"])


async def lift_with(
    tx: Transaction, noun: str, row_id: UUID, *, lifted_for: str, reason: str, basis: str | None = None
) -> None:
    """Lift every measure that rests on a record, an entry or a grade that has ended."""
    for row in await tx.connection.fetch(_UPON[noun], row_id):
        await lift(tx, row, lifted_for=lifted_for, reason=reason, basis=basis)


async def lift_exempted(tx: Transaction, record_id: UUID, *, reason: str, basis: str | None) -> None:
    """Lift the restrictions that rest on a record whose failing goes unpunished (海沧2)."""
    for row in await tx.connection.fetch(_UPON["credit_record"], record_id):
        if row["polarity"] != "positive":
            await lift(tx, row, lifted_for="exempted", reason=reason, basis=basis)


async def lift_unfounded(tx: Transaction, record: Mapping[str, Any], *, reason: str, basis: str | None) -> None:
    """Lift what no longer follows from a record that was put right: another severity, or nothing against the subject."""
    for row in await tx.connection.fetch(_UPON["credit_record"], record["id"]):
        is_fitting = row["severity"] in (None, record["severity"])
        if not is_fitting or (row["polarity"] == "negative" and not is_against(record)):
            await lift(tx, row, lifted_for="amended", reason=reason, basis=basis)


async def lift_regraded(tx: Transaction, run_id: UUID) -> None:
    """Lift every measure that rests on a grade which one of a run has taken the place of in this transaction."""
    for row in await tx.connection.fetch(_OF_RUN, run_id, tx.now):
        await lift(tx, row, lifted_for="regraded", reason="等级变动")


_OF_RUN: Final = """
SELECT measure.* FROM grade fresh
JOIN grade was ON was.subject_id = fresh.subject_id AND was.jurisdiction_id = fresh.jurisdiction_id
  AND was.scheme = fresh.scheme AND was.state = 'superseded' AND was.ended_at = $2
JOIN measure ON measure.grade_id = was.id AND measure.state = 'applied'
WHERE fresh.run_id = $1 AND fresh.state = 'published' ORDER BY measure.id FOR UPDATE OF measure
"""
_UPON: Final = {
    noun: f"SELECT * FROM measure WHERE {column} = $1 AND state = 'applied' ORDER BY id FOR UPDATE"
    for noun, column in GROUNDS.items()
}
