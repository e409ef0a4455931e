"""What may happen to a typical case: proposed, approved by another person and pushed, rejected, withdrawn.

In charge of which fields and kinds a place has, and of nobody being named by the text. Refuses a kind that the
rulebook does not know, a case about what is not published today, one whose text names its subject or carries
personal data, and who decides on his own.
Source: 厦门27, 10; 海沧22; 新乡五(二); 个人信息保护法 25.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.credit import record
from domain.credit.terms import binding
from domain.culture.refusals import CaseKindUnknown, CaseNamesSubject, CaseProposerDecides, CaseUnfounded
from domain.errors import InvalidInput
from domain.lifecycle import Transaction, create, machine, move
from domain.lists import list_entry
from domain.proposed import Kept
from domain.registry.catalogue import POLARITIES
from domain.rights.others_data import impersonal, require_impersonal
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.model import Rulebooks
from domain.text import require_text

NOUN: Final = "typical_case"
KEPT: Final = Kept(NOUN, "basis", CaseProposerDecides)
MACHINE: Final = machine(NOUN, withdraw=("approved", "withdrawn"))
KINDS: Final = "typical_case.kinds"
FIELDS: Final = "typical_case.fields"
_LONGEST: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A case as an office proposes it, and the record or entry that it tells of, if any."""

    jurisdiction_id: str
    office_id: UUID
    field: str | None
    kind: str
    polarity: str
    title: str
    text: str
    record_id: UUID | None = None
    entry_id: UUID | None = None


async def propose(tx: Transaction, books: Rulebooks, given: Proposal) -> UUID:
    """Propose a case; give its id.

    Raises: CaseKindUnknown; CaseUnfounded; CaseNamesSubject; OthersPersonalData; InvalidInput.
    """
    kind, law = _word(books, given.jurisdiction_id, KINDS, given.kind, tx.today)
    field, _ = _word(books, given.jurisdiction_id, FIELDS, given.field, tx.today)
    if given.polarity not in POLARITIES or kind is None or (given.record_id and given.entry_id):
        raise InvalidInput(
            "A case has a kind and a polarity, and tells of one record or entry at most.",
            zh="案例须有类别和性质，且至多涉及一条记录或列入。",
            fields=["kind", "polarity", "record", "entry"],
        )
    values: dict[str, Any] = {
        "jurisdiction_id": given.jurisdiction_id,
        "office_id": given.office_id,
        "field": field,
        "kind": kind,
        "polarity": given.polarity,
        "title": require_text("title", given.title, longest=200),
        "text": require_text("text", given.text, longest=_LONGEST),
        "record_id": given.record_id,
        "entry_id": given.entry_id,
        "basis": law.citation if law is not None else "",
        "state": "proposed",
        "version": 1,
        "proposed_by": tx.actor.account_id,
        "proposed_at": tx.now,
    }
    await _require_nameless(tx, values)
    return await create(tx, NOUN, "propose", values, basis=values["basis"])


async def approve(tx: Transaction, case_id: UUID) -> dict[str, Any]:
    """Approve what somebody else proposed: with it, it is published and pushed. Give the row after it.

    Raises: NotFound; CaseProposerDecides; CaseUnfounded when what it tells of is public no more; StateConflict.
    """
    row = await KEPT.load(tx, case_id)
    await _ground(tx, row)
    return await KEPT.approve(tx, case_id, also={"published_at": tx.now, "version": row["version"] + 1})


async def reject(tx: Transaction, case_id: UUID, *, reason: str) -> dict[str, Any]:
    """Reject what somebody else proposed, saying why; give the row after it.

    Raises: NotFound; CaseProposerDecides; InvalidInput; StateConflict.
    """
    return await KEPT.reject(tx, case_id, reason=reason)


async def withdraw(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> dict[str, Any]:
    """Withdraw a published case: it stops counting and is taken down, on the platform too. Give the row after it.

    Raises: InvalidInput; StateConflict.
    """
    why = require_text("reason", reason, longest=2_000)
    changes = {"withdrawn_at": tx.now, "reason": why, "version": row["version"] + 1}
    return await move(tx, MACHINE, "withdraw", row["id"], changes, reason=why, basis=row["basis"])


def _word(
    books: Rulebooks, jurisdiction: str, path: str, word: str | None, on: date
) -> tuple[str | None, RuleAnswer | None]:
    """Give a word of the list that a path sets, or one of the caller's where the list is open (等), with the rule.

    Raises: CaseKindUnknown.
    """
    law = binding(books, jurisdiction, path, on)
    known = [str(one) for one in law.value] if law is not None and isinstance(law.value, tuple) else []
    if word is None and (not known or path == FIELDS):
        return None, law
    if law is not None and word is not None and (word in known or law.open_ended):
        return require_text("kind", word, longest=100), law
    raise CaseKindUnknown(known=known)


async def _require_nameless(tx: Transaction, values: Mapping[str, Any]) -> None:
    """Pass a text that names neither the subject it is about nor anybody else that can be told.

    Raises: CaseUnfounded; CaseNamesSubject; OthersPersonalData.
    """
    about = await _ground(tx, values)
    for name in ("title", "text"):
        if about is None:
            impersonal(name, values[name], longest=_LONGEST)
            continue
        if about["name"] in values[name]:
            raise CaseNamesSubject(field=name)
        await require_impersonal(tx, name, values[name], subject_id=about["id"])


async def _ground(tx: Transaction, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give the subject of the published record or entry that a case tells of; nothing where it tells of none.

    Raises: CaseUnfounded.
    """
    for noun, ident in (("credit_record", row["record_id"]), ("list_entry", row["entry_id"])):
        if ident is not None:
            found: Mapping[str, Any] | None = await tx.connection.fetchrow(_GROUND[noun], ident, tx.today)
            if found is None:
                raise CaseUnfounded
            return found
    return None


_GROUND: Final = {
    noun: f"SELECT about.id, about.name FROM {noun} upon JOIN subject about ON about.id = upon.subject_id"
    f" WHERE upon.id = $1 AND upon.disclosure = 'public' AND {in_force.replace('{t}', 'upon').replace(':today', '$2::date')}"
    for noun, in_force in (("credit_record", record.IN_FORCE), ("list_entry", list_entry.IN_FORCE))
}
"""The subject of what is published today."""
