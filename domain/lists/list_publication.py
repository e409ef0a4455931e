"""Publishing an entry, for how long, and how that ends: extended with its law, withdrawn, removed.

Publication ends by itself on its last day. Extending needs a law with its level, or another entry of the subject
that still stands; when that one ends, so does the extension. A wrong entry is withdrawn by its own office with a
public reason. Source: 新乡四(一), 四(四); 河南省社会信用条例19, 37; 厦门6; 海沧7.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.clock import local_day
from domain.credit.refusals import PersonalTextInPublic, citing
from domain.credit.terms import KEPT_BACK, OF_A_MINOR
from domain.delivery.delivery import TAKES_DOWN
from domain.errors import NotFound
from domain.lifecycle import Transaction, machine, move
from domain.lists.batch_recall import WITHHELD, recall
from domain.lists.list_collection import require_evidence_stands
from domain.lists.list_entry import REMOVAL_REASONS, START, UNDER_WAY
from domain.lists.list_extensions import end_extensions
from domain.lists.list_grounds import LONGEST_REASON
from domain.lists.list_kind import ListKind
from domain.lists.list_notices import drop_notices, end_public_notice
from domain.lists.list_terms import Cited, check_until, extends_while_listed, limit_of, term_columns
from domain.lists.list_way import load_entry, machine_of, take, way_of
from domain.lists.refusals import ExtensionUnfounded, RemovalReasonUnfit, UnitNotPublished
from domain.lists.removal_endings import lapse
from domain.lists.removal_openings import raise_for_entry
from domain.measure import lifting
from domain.registry.enrolment import names_identity
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import require_next
from domain.text import require_text

_KEEPING_BACK: Final = machine("list_entry", take_down=((*UNDER_WAY, "published"), None))
_BY_SOURCE: Final = "ended_by_source"
_OWN_REASONS: Final = frozenset(REMOVAL_REASONS) - {"withdrawn", "expired"}


async def publish(
    tx: Transaction, books: Rulebooks, entry_id: UUID, *, until: date | None = None, law: Cited | None = None
) -> dict[str, Any]:
    """Publish an entry until a day, the last one that the rulebook allows unless given; give the row after it.

    Raises: NotFound; StepOutOfOrder; OwnApproval; UnitNotPublished; EvidenceFallen; RecordExempted; NoticeTermRuns;
    DatesOutOfOrder; PublicationTooLong; StateConflict.
    Source: 新乡四(一), 四(四).
    """
    row, kind = await load_entry(tx, books, entry_id)
    way = way_of(books, row, kind)
    require_next(way, row["state"], "publish", start=START)
    await _require_unit_published(tx, row)
    await require_evidence_stands(tx, entry_id)
    await end_public_notice(tx, row, unless_running=True)
    term = _term(books, kind, row, until, law, published_on=tx.today)
    published = await take(tx, way, row, "publish", {"published_at": tx.now, **term})
    await raise_for_entry(tx, books, entry_id)
    return published


async def extend(
    tx: Transaction,
    books: Rulebooks,
    entry_id: UUID,
    *,
    until: date,
    law: Cited | None = None,
    while_listed: UUID | None = None,
    reason: str,
) -> dict[str, Any]:
    """Extend a publication to a later day, by a cited law or while another entry stands; give the row after it.

    Raises: NotFound; StateConflict; ExtensionUnfounded; PublicationTooLong; InvalidInput.
    Source: 新乡四(四) (另有规定和要求的除外); 河南省社会信用条例19.
    """
    why = require_text("reason", reason, longest=LONGEST_REASON)
    row, kind = await load_entry(tx, books, entry_id)
    standing = row["public_until"]
    if standing is None or until <= standing or standing < tx.today or row["state"] != "published":
        raise ExtensionUnfounded()
    if while_listed is not None:
        basis = await _require_listed(tx, books, kind, row, while_listed, until)
    else:
        decided, published = row["decided_on"], local_day(row["published_at"])
        found = check_until(books, kind, until, law, published_on=published, decided_on=decided)
        if law is None and found is None:
            raise ExtensionUnfounded()
        basis = found or ""
    changes = {**term_columns(until, basis, law), "extended_with_id": while_listed}
    if while_listed is not None:
        changes["until_before"] = row["until_before"] or standing
    return await move(tx, machine_of(way_of(books, row, kind)), "extend", entry_id, changes, reason=why, basis=basis)


async def withdraw(
    tx: Transaction, books: Rulebooks, entry_id: UUID, *, reason: str, basis: str | None = None
) -> dict[str, Any]:
    """Withdraw a wrong entry, published or not, with a public reason; persons listed with a unit go with it.

    `basis` is the rule of the decision that withdraws it, an objection's; the list's own clause unless given.

    Raises: NotFound; PersonalTextInPublic; StateConflict; InvalidInput.
    Source: 新乡二 (谁提供、谁负责); 厦门8.
    """
    row, kind = await load_entry(tx, books, entry_id)
    why = await _public_reason(tx, row, reason)
    changes = {"removed_on": tx.today, "removal_reason": "withdrawn", "withdrawal_reason": why}
    gone = await move(
        tx,
        machine_of(way_of(books, row, kind)),
        "withdraw",
        entry_id,
        changes,
        reason=why,
        basis=basis or kind.citation,
    )
    await lifting.lift_with(tx, "list_entry", entry_id, lifted_for="withdrawn", reason=why, basis=basis)
    await recall(tx, kind, row, "withdrawn")
    await drop_notices(tx, row)
    await lapse(tx, entry_id)
    await end_extensions(tx, entry_id)
    for person in await tx.connection.fetch(_PERSONS, entry_id):
        await withdraw(tx, books, person["id"], reason=why, basis=basis)
    return gone


async def annul(tx: Transaction, entry_id: UUID, *, reason: str, basis: str) -> dict[str, Any]:
    """Withdraw an entry that was found wrong after it had left its list; the day on which it left stays.

    It is on no channel any more, and nothing rests on it: only what is told of it changes.
    Raises: NotFound; PersonalTextInPublic; StateConflict; InvalidInput.
    Source: 新乡四(三) (撤销); 厦门5; 个人信息保护法 46.
    """
    row = await tx.connection.fetchrow("SELECT * FROM list_entry WHERE id = $1 FOR NO KEY UPDATE", entry_id)
    if row is None:
        raise NotFound()
    why = await _public_reason(tx, row, reason)
    changes = {"removal_reason": "withdrawn", "withdrawal_reason": why}
    return await move(tx, _LEFT, "withdraw", entry_id, changes, reason=why, basis=basis)


async def _public_reason(tx: Transaction, row: Mapping[str, Any], reason: str) -> str:
    """Give the reason of a withdrawal, which everybody may read.

    Raises: PersonalTextInPublic; InvalidInput.
    """
    why = require_text("reason", reason, longest=LONGEST_REASON)
    name = await tx.connection.fetchval("SELECT name FROM subject WHERE id = $1", row["subject_id"])
    if names_identity(why, person_name=name if row["about_person"] else None):
        raise PersonalTextInPublic(field="reason")
    return why


async def keep_back(tx: Transaction, books: Rulebooks, entry_id: UUID, *, basis: str) -> dict[str, Any]:
    """Show an entry for an act of a minor to its office and the person alone; give the row after it.

    The platform is told to take it down, and so are the channels of its list.
    Raises: NotFound; ListNotDescribed; StateConflict for one that has left its list.
    Source: 未成年人保护法 103.
    """
    row, kind = await load_entry(tx, books, entry_id)
    await recall(tx, kind, row, WITHHELD)
    return await move(
        tx, _KEEPING_BACK, TAKES_DOWN, entry_id, {"disclosure": KEPT_BACK}, reason=OF_A_MINOR, basis=basis
    )


async def remove(
    tx: Transaction, books: Rulebooks, entry_id: UUID, *, removal_reason: str, reason: str, basis: str | None = None
) -> dict[str, Any]:
    """Take a published entry off its list today, for one of the reasons of removal; give the row after it.

    Whoever calls it has decided it: a repair, an early removal, a verified violation, an exit standard that is met.
    Raises: NotFound; RemovalReasonUnfit; StateConflict; InvalidInput.
    Source: 厦门6; 海沧7; 新乡四(四); 河南省社会信用条例37.
    """
    why = require_text("reason", reason, longest=LONGEST_REASON)
    row, kind = await load_entry(tx, books, entry_id)
    if removal_reason not in _OWN_REASONS or (removal_reason == _BY_SOURCE) != (row["route"] == "imported"):
        raise RemovalReasonUnfit()
    changes = {"removed_on": tx.today, "removal_reason": removal_reason}
    gone = await move(
        tx,
        machine_of(way_of(books, row, kind)),
        "remove",
        entry_id,
        changes,
        reason=why,
        basis=basis or kind.citation,
    )
    lifted_for = "repaired" if removal_reason == "repaired" else "removed"
    await lifting.lift_with(tx, "list_entry", entry_id, lifted_for=lifted_for, reason=why, basis=basis)
    await recall(tx, kind, row, removal_reason)
    await lapse(tx, entry_id)
    await end_extensions(tx, entry_id)
    return gone


def _term(
    books: Rulebooks,
    kind: ListKind,
    row: Mapping[str, Any],
    until: date | None,
    law: Cited | None,
    *,
    published_on: date,
) -> Mapping[str, Any]:
    """Give the columns of the term of publication.

    Raises: DatesOutOfOrder; PublicationTooLong.
    """
    decided = row["decided_on"]
    if until is None:
        limit = limit_of(books, kind, published_on=published_on, decided_on=decided)
        return term_columns(limit.until if limit else None, limit.rule.citation if limit else None, None)
    basis = check_until(books, kind, until, law, published_on=published_on, decided_on=decided)
    return term_columns(until, basis, law)


async def _require_listed(
    tx: Transaction, books: Rulebooks, kind: ListKind, row: Mapping[str, Any], other_id: UUID, until: date
) -> str:
    """Give the rule by which an entry stays published while the subject is on another list until a day.

    Raises: NotFound; ExtensionUnfounded.
    """
    basis = extends_while_listed(books, kind, tx.today)
    if basis is None:
        raise ExtensionUnfounded()
    other = await tx.connection.fetchrow(_OTHER, other_id, row["subject_id"], row["id"])
    if other is None:
        raise NotFound()
    ends = other["public_until"]
    stands = other["state"] == "published" and (ends is None or ends >= tx.today)
    if not stands or other["polarity"] != "negative" or (ends is not None and until > ends):
        raise citing(ExtensionUnfounded, basis)
    return basis


async def _require_unit_published(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Pass an entry of its own, or one whose unit's entry is published.

    Raises: UnitNotPublished.
    """
    if row["with_entry_id"] is None:
        return
    state = await tx.connection.fetchval(
        "SELECT state FROM list_entry WHERE id = $1 FOR NO KEY UPDATE", row["with_entry_id"]
    )
    if state != "published":
        raise UnitNotPublished()


_LEFT: Final = machine("list_entry", withdraw=("removed", "withdrawn"))
_OTHER: Final = """
SELECT other.state, other.public_until, list.polarity FROM list_entry other
JOIN credit_list list ON list.id = other.credit_list_id
WHERE other.id = $1 AND other.subject_id = $2 AND other.id <> $3 FOR NO KEY UPDATE OF other
"""
_PERSONS: Final = (
    "SELECT id FROM list_entry WHERE with_entry_id = $1 AND state NOT IN ('withdrawn', 'removed') ORDER BY id"
)
