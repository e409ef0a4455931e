"""What may happen to an activity: planned, held with what came of it, cancelled.

Refuses a kind or occasion that no rulebook of the place has, holding before the day, personal data in what is told,
material without an attachment, and a campaign that does not run.
Source: 厦门6, 26, 31; 海沧20, 21; 十堰正文.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.culture.activity_kinds import Kind, kinds, occasions
from domain.culture.campaigns import require_running
from domain.culture.refusals import ActivityKindUnknown, ActivityNotHeld, MaterialMissing
from domain.errors import InvalidInput
from domain.lifecycle import Transaction, create, machine, move
from domain.rights.others_data import impersonal
from domain.rulebook.model import Rulebooks

NOUN: Final = "activity"
MACHINE: Final = machine(
    NOUN,
    conclude=("planned", "held"),  # with its outcome
    cancel=("planned", "cancelled"),
)
_MOST: Final = 10_000_000
_MOST_PARTNERS: Final = 50
_YEARS: Final = range(2000, 2101)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An activity as an office plans it."""

    jurisdiction_id: str
    office_id: UUID
    category: str
    kind: str
    title: str
    on_day: date
    occasion: str | None = None
    campaign_id: UUID | None = None
    agenda: str | None = None
    partners: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an activity. Units: `participants` people, `handouts` pieces, `evidence` attachments."""

    text: str
    participants: int | None = None
    handouts: int | None = None
    evidence: int = 0


async def plan(tx: Transaction, books: Rulebooks, given: Plan) -> UUID:
    """Plan an activity, of today, a past or a coming day; give its id.

    Raises: ActivityKindUnknown; CampaignNotRunning; CampaignOfOthers; OthersPersonalData; InvalidInput; NotFound.
    """
    kind = _kind(books, given)
    if given.on_day.year not in _YEARS or len(given.partners) > _MOST_PARTNERS:
        raise InvalidInput(
            f"The year is one of 2000 to 2100, and there are at most {_MOST_PARTNERS} partners.",
            zh=f"年份为2000至2100年，参加单位至多{_MOST_PARTNERS}个。",
            fields=["onDay", "partners"],
        )
    if given.campaign_id is not None:
        await require_running(tx, given.campaign_id, office_id=given.office_id, on=given.on_day)
    values: dict[str, Any] = {
        "jurisdiction_id": given.jurisdiction_id,
        "office_id": given.office_id,
        "category": kind.category,
        "kind": kind.code,
        "name": kind.name,
        "occasion": given.occasion,
        "campaign_id": given.campaign_id,
        "title": impersonal("title", given.title, longest=200),
        "on_day": given.on_day,
        "agenda": None if given.agenda is None else impersonal("agenda", given.agenda, longest=5_000),
        "partners": [impersonal("partners", one, longest=100) for one in given.partners],
        "basis": kind.rule.citation,
        "state": "planned",
        "planned_by": tx.actor.account_id,
        "planned_at": tx.now,
    }
    return await create(tx, NOUN, "plan", values, basis=values["basis"])


async def conclude(tx: Transaction, row: Mapping[str, Any], given: Outcome) -> dict[str, Any]:
    """Tell that an activity was held and what came of it; give the row after it.

    Raises: ActivityNotHeld before its day; MaterialMissing; OthersPersonalData; InvalidInput; StateConflict.
    """
    if row["on_day"] > tx.today:
        raise ActivityNotHeld
    if row["category"] == "material" and not given.evidence:
        raise MaterialMissing
    for name, count in (("participants", given.participants), ("handouts", given.handouts)):
        if count is not None and not 0 <= count <= _MOST:
            raise InvalidInput(f"{name} is a number from 0 to {_MOST}.", zh="人数、份数应为非负整数。", field=name)
    changes = {
        "outcome": impersonal("outcome", given.text, longest=5_000),
        "participants": given.participants,
        "handouts": given.handouts,
        "ended_by": tx.actor.account_id,
        "ended_at": tx.now,
    }
    return await move(tx, MACHINE, "conclude", row["id"], changes, basis=row["basis"])


async def cancel(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> dict[str, Any]:
    """Cancel a planned activity, saying why; give the row after it.

    Raises: OthersPersonalData; InvalidInput; StateConflict.
    """
    why = impersonal("reason", reason, longest=2_000)
    changes = {"reason": why, "ended_by": tx.actor.account_id, "ended_at": tx.now}
    return await move(tx, MACHINE, "cancel", row["id"], changes, reason=why, basis=row["basis"])


def _kind(books: Rulebooks, given: Plan) -> Kind:
    """Give the kind of a planned activity.

    Raises: ActivityKindUnknown; also for an occasion that is none here.
    """
    known = {(one.category, one.code): one for one in kinds(books, given.jurisdiction_id, given.on_day)}
    if (given.category, given.kind) not in known:
        raise ActivityKindUnknown(known=sorted(".".join(one) for one in known))
    days = [one.code for one in occasions(books, given.jurisdiction_id, given.on_day.year)]
    if given.occasion is not None and given.occasion not in days:
        raise ActivityKindUnknown(known=days)
    return known[given.category, given.kind]
