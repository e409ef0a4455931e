"""What may happen to a definition of a list: it is drafted, opened by another person, or discarded.

Opening it lets the office collect entries under it; the definition before it ends on the eve of its first day.
Refuses to open a list that lacks a part its texts ask for. Source: 厦门3, 海沧3; 新乡二, 五(一); 上海市社会信用条例25.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from domain.credit.refusals import DatesOutOfOrder, PersonalTextInPublic, citing
from domain.errors import InvalidInput, NotFound, StateConflict
from domain.ids import new_id
from domain.lifecycle import Transaction, change, create, machine, move
from domain.lists.list_definition import WRITTEN_PARTS
from domain.lists.list_kind import ListKind, load_kind, require_owner
from domain.lists.list_parts import NATIONAL_LEVELS, Parts, parts_of
from domain.lists.refusals import ListImported, OwnApproval, PartMissing, StandardNotNational
from domain.registry.catalogue import BASIS_LEVELS
from domain.registry.enrolment import names_identity
from domain.rulebook.model import Rulebooks
from domain.text import require_text

MACHINE: Final = machine(
    "list_definition",
    open=("drafted", "opened"),  # entries may be collected under it from its first day on
    discard=("drafted", "discarded"),  # it never held
)

_LONGEST_PART: Final = 10_000
_LONGEST_SOURCE: Final = 500
_MOST_BEHAVIOURS: Final = 200
_TEXT_OF: Final = {"standard": "standard", "procedure": "procedure", "measures": "measures", "exit_rule": "exit"}
"""Parts on which a rulebook may have words of its own, and its key for them."""


@dataclass(frozen=True, slots=True)
class Written:
    """A part of a definition and where it is written."""

    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A definition as an office drafts it; `parts` by their codes, without the behaviours. Its id is made if not given."""

    office_id: UUID
    list_id: UUID
    domain: str | None = None
    parts: Mapping[str, Written] = field(default_factory=dict)
    standard_level: str | None = None
    behaviours: Sequence[str] = ()
    id: UUID | None = None


async def draft(tx: Transaction, books: Rulebooks, drafted: Draft) -> UUID:
    """Draft a definition; give its id. Parts on which the rulebook has words are taken from it where not given.

    Raises: NotFound; ListImported; NotListOwner; DomainRequired; DomainUnknown; InvalidInput;
    PersonalTextInPublic.
    """
    kind = await load_kind(tx, books, drafted.list_id)
    if kind.rule.imported:
        raise citing(ListImported, kind.citation)
    await require_owner(tx, kind, office=drafted.office_id, domain=drafted.domain)
    values = {
        "id": drafted.id or new_id(),
        "credit_list_id": kind.id,
        "jurisdiction_id": kind.jurisdiction_id,
        "office_id": drafted.office_id,
        "domain": drafted.domain,
        "number": await tx.connection.fetchval(_NEXT, kind.id, drafted.office_id, drafted.domain),
        "state": "drafted",
        "standard_level": _level(drafted),
        "behaviours": _behaviours(drafted.behaviours),
        "drafted_at": tx.now,
        "drafted_by": tx.actor.account_id,
        **_columns(kind, drafted.parts),
    }
    return await create(tx, "list_definition", "draft", values, basis=kind.citation)


async def open_definition(
    tx: Transaction, books: Rulebooks, definition_id: UUID, *, from_on: date | None = None
) -> dict[str, Any]:
    """Open a definition from a day on, today unless given; give the row after it.

    Raises: NotFound; OwnApproval; PartMissing with the parts and clauses; StandardNotNational;
    DatesOutOfOrder; StateConflict.
    Source: 厦门3, 海沧3; 新乡五(一); 上海市社会信用条例25.
    """
    row = await tx.connection.fetchrow("SELECT * FROM list_definition WHERE id = $1 FOR NO KEY UPDATE", definition_id)
    if row is None:
        raise NotFound()
    if row["state"] != "drafted":
        raise StateConflict(verb="open")
    if tx.actor.account_id is not None and row["drafted_by"] == tx.actor.account_id:
        raise OwnApproval()
    first = from_on or tx.today
    if first < tx.today:
        raise DatesOutOfOrder("A definition is not opened for days that have passed.", zh="名单定义不得溯及既往。")
    kind = await load_kind(tx, books, row["credit_list_id"])
    asked = parts_of(books, kind.jurisdiction_id, first)
    _require_parts(asked, row)
    await _supersede(tx, row, first)
    changes = {"from_on": first, "opened_at": tx.now, "opened_by": tx.actor.account_id}
    basis = "; ".join(dict.fromkeys(part.citation for part in asked.parts)) or kind.citation
    return await move(tx, MACHINE, "open", definition_id, changes, basis=basis)


async def discard(tx: Transaction, definition_id: UUID, *, reason: str) -> dict[str, Any]:
    """Discard a draft; give the row after it.

    Raises: StateConflict; InvalidInput.
    """
    return await move(tx, MACHINE, "discard", definition_id, {}, reason=require_text("reason", reason, longest=2_000))


async def definition_in_force(
    tx: Transaction, list_id: UUID, *, office: UUID, domain: str | None, on: date
) -> Mapping[str, Any] | None:
    """Find the definition under which an office collects entries on a day, or nothing."""
    found: Mapping[str, Any] | None = await tx.connection.fetchrow(_IN_FORCE, list_id, office, domain, on)
    return found


def parts_given(row: Mapping[str, Any]) -> frozenset[str]:
    """Name the parts that a definition has."""
    written = {part for part in WRITTEN_PARTS if row[part] is not None}
    return frozenset(written | ({"behaviours"} if row["behaviours"] else set()))


def _require_parts(asked: Parts, row: Mapping[str, Any]) -> None:
    missing = asked.missing(parts_given(row))
    if missing:
        clauses = "; ".join(dict.fromkeys(part.citation for part in missing))
        raise citing(PartMissing, clauses, parts=[part.code for part in missing], names=[part.name for part in missing])
    for part in asked.parts:
        if part.national and row["standard_level"] not in NATIONAL_LEVELS:
            raise citing(StandardNotNational, part.citation, levels=sorted(NATIONAL_LEVELS))


async def _supersede(tx: Transaction, row: Mapping[str, Any], first: date) -> None:
    """End the definition that holds until another follows, on the eve of the new one's first day.

    Raises: DatesOutOfOrder when that one begins later still; StateConflict.
    """
    before = await tx.connection.fetchrow(_STANDING, row["credit_list_id"], row["office_id"], row["domain"])
    if before is None:
        return
    if first <= before["from_on"]:
        raise DatesOutOfOrder(
            "The definition before it begins on that day or later: name a later day.",
            zh="前一名单定义的生效日期不早于该日：请选择更晚的日期。",
            after=before["from_on"].isoformat(),
        )
    eve = first - timedelta(days=1)
    await change(tx, "list_definition", "supersede", before["id"], {"until_on": eve}, unless="until_on")


def _columns(kind: ListKind, parts: Mapping[str, Written]) -> dict[str, str | None]:
    """Give the columns of the written parts: as drafted, else the rulebook's own words with their clause."""
    unknown = sorted(parts.keys() - set(WRITTEN_PARTS))
    if unknown:
        raise InvalidInput("There is no such part of a definition.", zh="名单定义没有该要素。", parts=unknown)
    columns: dict[str, str | None] = {}
    for part in WRITTEN_PARTS:
        own = getattr(kind.rule, _TEXT_OF[part]) if part in _TEXT_OF else None
        written = parts.get(part) or (Written(own, kind.citation) if own else None)
        columns[part] = _public(part, written.text, _LONGEST_PART) if written else None
        columns[f"{part}_source"] = _public(f"{part}_source", written.source, _LONGEST_SOURCE) if written else None
    return columns


def _level(drafted: Draft) -> str | None:
    if drafted.standard_level is not None and drafted.standard_level not in BASIS_LEVELS:
        raise InvalidInput("There is no such level of legal basis.", zh="没有这一依据层级。", levels=list(BASIS_LEVELS))
    return drafted.standard_level if "standard" in drafted.parts else None


def _behaviours(given: Sequence[str]) -> list[str]:
    if len(given) > _MOST_BEHAVIOURS:
        raise InvalidInput(
            f"A definition names up to {_MOST_BEHAVIOURS} behaviours.", zh=f"行为不超过{_MOST_BEHAVIOURS}项。"
        )
    return list(dict.fromkeys(_public("behaviours", one, 200) for one in given))


def _public(name: str, text: str, longest: int) -> str:
    """Give a text that may be shown to everybody.

    Raises: InvalidInput; PersonalTextInPublic.
    """
    plain = require_text(name, text, longest=longest)
    if names_identity(plain, person_name=None):
        raise PersonalTextInPublic(field=name)
    return plain


_KEY: Final = "credit_list_id = $1 AND office_id = $2 AND domain IS NOT DISTINCT FROM $3"
_NEXT: Final = f"SELECT coalesce(max(number), 0) + 1 FROM list_definition WHERE {_KEY}"
_STANDING: Final = f"SELECT id, from_on FROM list_definition WHERE {_KEY} AND state = 'opened' AND until_on IS NULL"
_IN_FORCE: Final = (
    f"SELECT * FROM list_definition WHERE {_KEY} AND state = 'opened' AND from_on <= $4"
    " AND (until_on IS NULL OR until_on >= $4)"
)
