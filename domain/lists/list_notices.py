"""What may happen to a notice: served, answered by the subject, closed when nothing came; shown and ended.

A prior notice contains what the law asks for. Closing it unanswered is refused while a term to answer runs;
where none is set it may be closed on any later day. A late answer counts until the notice is closed.
Source: 河南省社会信用条例28 (书面事前告知：依据、理由、惩戒措施、异议申请的权利); 人力资源社会保障部令第45号.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.calendar import OutsideCalendar, WorkingCalendar
from domain.clock import local_day
from domain.credit.refusals import DateInFuture, DatesOutOfOrder, PersonalTextInPublic, citing
from domain.credit.terms import Due
from domain.errors import NotFound, StateConflict
from domain.lifecycle import Transaction, create, machine, move
from domain.lists.list_entry import START
from domain.lists.list_way import load_entry, take, way_of
from domain.lists.refusals import NoticeContentMissing, NoticeTermRuns
from domain.registry.enrolment import names_identity
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import Procedure, require_next
from domain.text import require_text

MACHINE: Final = machine(
    "list_notice",
    answer=("served", "answered"),  # the subject states its case
    close=("served", "unanswered"),  # nothing came
    end=("served", "ended"),  # a public notice, when its entry moves on
)

CONTENTS: Final = {"依据": "grounds", "理由": "reason", "惩戒措施": "measures", "异议申请的权利": "rights"}
"""What a prior notice may have to contain, and the column that holds it."""

_CONTENTS_PATH: Final = "list.black.prior_notice.contents"
_LONGEST: Final = 4_000
_LONGEST_CHANNEL: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorNotice:
    """A prior notice as the office serves it."""

    reason: str
    channel: str
    grounds: str | None = None
    measures: str | None = None
    rights: str | None = None
    served_on: date | None = None


async def notify(
    tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, entry_id: UUID, notice: PriorNotice
) -> UUID:
    """Serve the prior notice of an entry; give its id.

    Units: the term to answer is that of the step `answer`; null where none is set.
    Raises: NotFound; StepOutOfOrder; NoticeContentMissing; DateInFuture; DatesOutOfOrder;
    PersonalTextInPublic; InvalidInput.
    Source: 河南省社会信用条例28.
    """
    row, kind = await load_entry(tx, books, entry_id)
    way = way_of(books, row, kind)
    step = require_next(way, row["state"], "notify", start=START)
    contents = _contents(books, kind.jurisdiction_id, notice, on=tx.today)
    served_on = _served_on(notice.served_on, row, tx.today)
    due = answer_due(books, calendar, way, kind.jurisdiction_id, served_on)
    values = {
        **_common(tx, row, notice.channel, served_on),
        **contents,
        "kind": "prior_notice",
        "answer_due_on": due.on,
        "due_provisional": due.provisional,
    }
    await take(tx, way, row, "notify", {})
    return await create(tx, "list_notice", "notify", values, basis=step.citation)


async def announce(
    tx: Transaction,
    books: Rulebooks,
    entry_id: UUID,
    *,
    reason: str,
    channel: str,
    until_on: date | None = None,
) -> UUID:
    """Show a proposed red entry to the public 公示 until it moves on, or until a day; give the notice's id.

    Raises: NotFound; StepOutOfOrder; DatesOutOfOrder; PersonalTextInPublic; InvalidInput.
    Source: 河南省社会信用条例28 (应当予以公示); no days are set.
    """
    row, kind = await load_entry(tx, books, entry_id)
    way = way_of(books, row, kind)
    step = require_next(way, row["state"], "announce", start=START)
    if until_on is not None and until_on < tx.today:
        raise DatesOutOfOrder("The last day of the notice has passed.", zh="公示截止日期已过。")
    text = require_text("reason", reason, longest=_LONGEST)
    name = await tx.connection.fetchval("SELECT name FROM subject WHERE id = $1", row["subject_id"])
    if names_identity(text, person_name=name if row["about_person"] else None):
        raise PersonalTextInPublic(field="reason")
    values = {**_common(tx, row, channel, tx.today), "kind": "public_notice", "reason": text, "until_on": until_on}
    await take(tx, way, row, "announce", {})
    return await create(tx, "list_notice", "announce", values, basis=step.citation)


async def answer(
    tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, notice_id: UUID, *, text: str
) -> dict[str, Any]:
    """Answer a prior notice as the subject 陈述申辩; its entry goes on. Give the notice after it.

    Units: the term to verify the answer runs from the day of the answer; null where none is set.
    Raises: NotFound; StepOutOfOrder; StateConflict; InvalidInput.
    Source: 河南省社会信用条例28 (异议申请的权利).
    """
    notice = await _load(tx, notice_id)
    row, kind = await load_entry(tx, books, notice["entry_id"])
    changes = {
        "answer": require_text("text", text, longest=_LONGEST),
        "verify_due_on": verify_due(books, calendar, way_of(books, row, kind), kind.jurisdiction_id, tx.today).on,
        "answered_at": tx.now,
        "answered_by": tx.actor.account_id,
    }
    answered = await move(tx, MACHINE, "answer", notice_id, changes)
    await _go_on(tx, books, notice, reason=None)
    return answered


async def close(tx: Transaction, books: Rulebooks, notice_id: UUID, *, note: str) -> dict[str, Any]:
    """Note that no answer came to a prior notice, after its term; its entry goes on. Give the notice after it.

    Raises: NotFound; NoticeTermRuns; StepOutOfOrder; StateConflict; InvalidInput.
    """
    notice = await _load(tx, notice_id)
    why = require_text("note", note, longest=_LONGEST)
    due = notice["answer_due_on"]
    if notice["state"] == "served" and due is not None and tx.today <= due:
        raise NoticeTermRuns(until=due.isoformat())
    changes = {"closed_at": tx.now, "closed_by": tx.actor.account_id}
    closed = await move(tx, MACHINE, "close", notice_id, changes, reason=why)
    await _go_on(tx, books, notice, reason=why)
    return closed


async def end_public_notice(tx: Transaction, row: Mapping[str, Any], *, unless_running: bool = False) -> None:
    """End the public notice of an entry that moves on, where it has one.

    Raises: NoticeTermRuns before the day that the office named, if asked to.
    """
    notice = await tx.connection.fetchrow(_STANDING, row["id"], row["round"])
    if notice is None:
        return
    if unless_running and notice["until_on"] is not None and tx.today <= notice["until_on"]:
        raise NoticeTermRuns(until=notice["until_on"].isoformat())
    await move(tx, MACHINE, "end", notice["id"], {})


async def drop_notices(tx: Transaction, row: Mapping[str, Any]) -> None:
    """End whatever notice of an entry is open, as the entry is withdrawn."""
    for notice in await tx.connection.fetch(_OPEN, row["id"]):
        await move(tx, MACHINE, "end", notice["id"], {})


async def _go_on(tx: Transaction, books: Rulebooks, notice: Mapping[str, Any], *, reason: str | None) -> None:
    row, kind = await load_entry(tx, books, notice["entry_id"])
    await take(tx, way_of(books, row, kind), row, "answer", {}, reason=reason)


def _contents(books: Rulebooks, jurisdiction: str, notice: PriorNotice, *, on: date) -> dict[str, str | None]:
    """Give the columns of what a notice says, where it says all that is asked for.

    Raises: NoticeContentMissing; InvalidInput.
    """
    given = {"grounds": notice.grounds, "measures": notice.measures, "rights": notice.rights, "reason": notice.reason}
    columns = {
        name: require_text(name, text, longest=_LONGEST) if text is not None else None for name, text in given.items()
    }
    asked = rule(books, jurisdiction, _CONTENTS_PATH, on)
    words = asked.value if isinstance(asked.value, tuple) else ()
    missing = [word for word in words if columns.get(CONTENTS.get(str(word), ""), "") is None]
    if missing:
        raise citing(NoticeContentMissing, asked.citation, missing=missing)
    return columns


def answer_due(books: Rulebooks, calendar: WorkingCalendar, way: Procedure, jurisdiction: str, served_on: date) -> Due:
    """Give the last day to answer; none where no term is set."""
    step = way.step("answer")
    if step is None or step.due is None:
        return Due()
    return _term_end(books, calendar, jurisdiction, step.due, served_on)


def verify_due(
    books: Rulebooks, calendar: WorkingCalendar, way: Procedure, jurisdiction: str, answered_on: date
) -> Due:
    """Give the last day to verify what was answered: the term that stands beside that of the answer (第45号令)."""
    step = way.step("answer")
    if step is None or step.due is None:
        return Due()
    return _term_end(books, calendar, jurisdiction, f"{step.due.rpartition('.')[0]}.verify", answered_on)


def _term_end(books: Rulebooks, calendar: WorkingCalendar, jurisdiction: str, path: str, start: date) -> Due:
    """Give the last day of a term that binds a place; none where none is set, or where the calendar ends before it."""
    if path not in books.known_paths:
        return Due()
    term = rule(books, jurisdiction, path, start)
    if not term.binding or not isinstance(term.value, int) or term.unit is None:
        return Due()
    try:
        last = calendar.add_term(start, term.value, term.unit)
    except OutsideCalendar:
        return Due()
    return Due(last.day, last.provisional)


def _served_on(given: date | None, row: Mapping[str, Any], today: date) -> date:
    served = given or today
    if served > today:
        raise DateInFuture(field="served_on")
    if served < local_day(row["collected_at"]):
        raise DatesOutOfOrder(
            "A notice is not served before its entry is collected.", zh="告知日期不得早于条目收集日期。"
        )
    return served


def _common(tx: Transaction, row: Mapping[str, Any], channel: str, served_on: date) -> dict[str, Any]:
    return {
        "entry_id": row["id"],
        "credit_list_id": row["credit_list_id"],
        "subject_id": row["subject_id"],
        "about_person": row["about_person"],
        "jurisdiction_id": row["jurisdiction_id"],
        "office_id": row["office_id"],
        "round": row["round"],
        "state": "served",
        "disclosure": row["disclosure"],
        "channel": require_text("channel", channel, longest=_LONGEST_CHANNEL),
        "served_on": served_on,
        "due_provisional": False,
        "served_by": tx.actor.account_id,
    }


async def _load(tx: Transaction, notice_id: UUID) -> Mapping[str, Any]:
    row: Mapping[str, Any] | None = await tx.connection.fetchrow(_NOTICE, notice_id)
    if row is None:
        raise NotFound()
    if row["kind"] != "prior_notice":
        raise StateConflict(kind=row["kind"])
    return row


_NOTICE: Final = "SELECT * FROM list_notice WHERE id = $1 FOR NO KEY UPDATE"
_STANDING: Final = (
    "SELECT id, until_on FROM list_notice"
    " WHERE entry_id = $1 AND round = $2 AND kind = 'public_notice' AND state = 'served' FOR NO KEY UPDATE"
)
_OPEN: Final = "SELECT id FROM list_notice WHERE entry_id = $1 AND state = 'served' FOR NO KEY UPDATE"
