"""Whether a record may be repaired, explained: its conditions one by one, the first day, what ends, what is unread.

Nothing here decides: it tells the subject and the office how things stand on a day and by which words.
Source: 厦门6; 海沧7; 上海11; 信用修复管理办法; the first of the readings we hold to (not loaded is not silent).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.calendar import WorkingCalendar
from domain.connection import Connection
from domain.credit.refusals import citing
from domain.errors import DomainError
from domain.referral import criminal_referrals
from domain.repair.commitment import commitment_text
from domain.repair.conditions import Judged, Standing
from domain.repair.exits import Exit
from domain.repair.facts import Case, load_case
from domain.repair.refusals import RepairNotApplicable, RepairPending, RepairTooEarly
from domain.rulebook.lookup import unread
from domain.rulebook.model import Rulebooks


@dataclass(frozen=True, slots=True)
class Eligibility:
    """How the repair of a record stands."""

    case: Case
    conditions: tuple[Judged, ...]
    exits: tuple[Exit, ...]
    commitment: str | None
    """The words to be signed; null where the record is none that is repaired."""
    unread: tuple[str, ...]
    refused: DomainError | None
    """With what an application on that day would be refused; nothing of it rests on what the office finds later."""

    @property
    def may_apply(self) -> bool:
        """Whether the subject may apply on that day."""
        return self.refused is None

    @property
    def may_be_granted(self) -> bool:
        """Whether no condition is unmet or unknown; those that cannot be assessed must still be judged."""
        return self.case.is_repairable and not obstacles(self.conditions)

    @property
    def earliest_on(self) -> date | None:
        """The first day on which repair may be applied for; null where no term is set or known."""
        return self.case.facts.shortest.earliest_on


async def explain(
    connection: Connection, books: Rulebooks, calendar: WorkingCalendar, record_id: UUID, *, today: date
) -> Eligibility:
    """Explain how the repair of a record stands on a day.

    Raises: NotFound.
    """
    case = await load_case(connection, books, calendar, record_id, today=today)
    jurisdiction = case.record["jurisdiction_id"]
    return Eligibility(
        case,
        case.judged(),
        case.exits(books),
        commitment_text(books, case.record, on=today) if case.is_repairable else None,
        unread(books, jurisdiction),
        await _refused(connection, case),
    )


async def _refused(connection: Connection, case: Case) -> DomainError | None:
    try:
        require_applicable(case)
        if asks_for_no_proceedings(case):
            await criminal_referrals.require_none_pending(connection, case.record["subject_id"])
    except DomainError as refused:
        return refused
    return None


def require_applicable(case: Case) -> None:
    """Pass a case in which the subject may apply on its day, as far as it is known from the record.

    Raises: RepairPending; RepairNotApplicable; RepairTooEarly with the first day.
    """
    if case.application is not None:
        raise RepairPending(application=f"RepairApplication:{case.application['id']}")
    if not case.is_repairable:
        raise RepairNotApplicable
    early = too_early(case.judged())
    if early is not None:
        raise citing(RepairTooEarly, early.condition.citation, earliestOn=str(early.since))


def asks_for_no_proceedings(case: Case) -> bool:
    """Tell whether a rule makes it a condition that no criminal case is pending."""
    return any(one.condition == "no_criminal_proceedings" for one in case.asked)


def too_early(judged: tuple[Judged, ...]) -> Judged | None:
    """Give the condition of the shortest publication where it has not run yet."""
    minimum = (one for one in judged if one.condition.condition == "minimum_publication")
    return next((one for one in minimum if one.standing is Standing.NOT_MET), None)


def obstacles(judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """Give the conditions that are not met or not known to be."""
    return tuple(one for one in judged if one.standing in (Standing.NOT_MET, Standing.UNKNOWN))


def unmeasured(judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """Give the conditions for which no measure is set."""
    return tuple(one for one in judged if one.standing is Standing.NOT_ASSESSABLE)
