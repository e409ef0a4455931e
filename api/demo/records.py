"""The credit records of the demonstration: each handed in, and most published, amended or withdrawn since.

In charge of doing to each record what its office has done, through the same functions as the service: its
columns are judged by the rulebook, its moves are those of `domain.credit.records`. A record is written under an
id of its own, so that the tour can name it on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from api.demo.names import DemoSubject, demo_id
from api.demo.scene import Scene
from domain.credit import records, terms
from domain.credit.data_items import storable
from domain.credit.item import Item
from domain.credit.party import Party, fill_party_columns
from domain.credit.repair_notices import Service
from domain.credit.statement import Statement, judge
from domain.installation_rows import office_id
from domain.lifecycle import create, move

USUAL_DAYS: Final = 10
"""After how many days at the latest a record without a term is published in time, as the demonstration has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A later correction: so many days after the publication, what changes, and why."""

    after_days: int
    changes: Mapping[str, Any]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A record and what became of it.

    `published` is "timely", "late", "half_late" (on the portal in time, on the platform late) or None: not yet.
    """

    number: int
    subject: DemoSubject
    jurisdiction: str
    item: str
    office: str
    decision_no: str
    statement: Statement
    submitted_on: date
    published: str | None = "timely"
    necessity: str | None = None
    shown_until: date | None = None
    amendments: tuple[Amendment, ...] = ()
    withdrawn_after_days: int | None = None
    withdrawal_reason: str = ""

    @property
    def id(self) -> UUID:
        """The id of the record."""
        return demo_id("credit_record", self.number)


@dataclass(frozen=True, slots=True)
class Enacted:
    """A record as it stands after what became of it."""

    deed: Deed
    negative: bool
    state: str
    changed_at: datetime
    row: Mapping[str, Any] = field(default_factory=dict)


async def enact(scene: Scene, deed: Deed) -> Enacted:
    """Hand the record in and do to it what became of it, as far as that lies in the past."""
    item = await scene.item((deed.jurisdiction, deed.item), deed.office)
    submitted_at = scene.at(deed.submitted_on, minutes=deed.number * 7)
    row = _row(scene, deed, item, submitted_at)
    clerk = scene.acting(submitted_at, role="clerk", office=(deed.jurisdiction, deed.office))
    values = {"id": deed.id, **row, "submitted_by": clerk.actor.account_id}
    await create(clerk, "credit_record", "submit", values, basis=terms.citation(scene.books, item))
    done = Enacted(deed, item.is_negative, "submitted", submitted_at, row)
    published_at = _publication(scene, done)
    if published_at is None:
        return done
    await _publish(scene, deed, row, published_at)
    done = replace(done, state="published", changed_at=published_at)
    done = await _amend(scene, done)
    return await _withdraw(scene, done)


def handed_in(scene: Scene, deed: Deed, item: Item) -> Statement:
    """Give what the deed states, with the columns of the sheet that name its party and its office."""
    party = Party(deed.subject.kind, deed.subject.name, deed.subject.uscc, deed.subject.id_number)
    content, _ = fill_party_columns(
        item.data_items,
        deed.statement.content,
        party,
        decision_no=deed.decision_no,
        decided_on=deed.statement.decided_on,
        office_name=scene.office_name((deed.jurisdiction, deed.office)),
    )
    return replace(deed.statement, content=storable(content, person=party.is_person))


def _row(scene: Scene, deed: Deed, item: Item, submitted_at: datetime) -> dict[str, Any]:
    statement = handed_in(scene, deed, item)
    return {
        "subject_id": deed.subject.id,
        "about_person": deed.subject.is_person,
        "jurisdiction_id": deed.jurisdiction,
        "office_id": office_id(deed.jurisdiction, deed.office),
        "item_id": item.id,
        "state": "submitted",
        "version": 1,
        "decision_no": deed.decision_no,
        "submitted_at": submitted_at,
        "disclosure": item.disclosure_of(person=deed.subject.is_person),
        **judge(scene.books, scene.calendar, item, statement, today=scene.today),
    }


def _publication(scene: Scene, done: Enacted) -> datetime | None:
    """Give the instant at which the record was published, if that lies in the past."""
    deed = done.deed
    if deed.published is None:
        return None
    due = done.row["publication_due_on"] or deed.submitted_on + timedelta(days=USUAL_DAYS)
    day = min(deed.submitted_on + timedelta(days=deed.number % 3), max(due, deed.submitted_on))
    if deed.published != "timely":
        day = due + timedelta(days=2 + deed.number % 15)
    instant = max(scene.at(day, minutes=60 + deed.number * 11), done.changed_at)
    return instant if day < scene.today else None


async def _publish(scene: Scene, deed: Deed, row: Mapping[str, Any], instant: datetime) -> None:
    reviewer = scene.acting(instant, role="reviewer", office=(deed.jurisdiction, deed.office))
    if deed.shown_until is not None:
        await move(
            reviewer,
            records.MACHINE,
            "publish",
            deed.id,
            {"published_at": instant, "portal_at": instant, "platform_at": instant, "public_until": deed.shown_until},
            reason="公示期一年",
        )
        return
    portal_at = None
    if deed.published == "half_late":
        portal_at = max(scene.at(deed.submitted_on, minutes=470), row["submitted_at"])
    notice = Service(row["decided_on"], "with_decision") if row["repair_notice_required"] else None
    await records.publish(
        reviewer,
        scene.books,
        deed.id,
        portal_at=portal_at,
        platform_at=instant,
        necessity=deed.necessity,
        notice=notice,
    )


async def _amend(scene: Scene, done: Enacted) -> Enacted:
    deed = done.deed
    for amendment in deed.amendments:
        instant = done.changed_at + timedelta(days=amendment.after_days)
        if instant >= scene.now:
            break
        clerk = scene.acting(instant, role="clerk", office=(deed.jurisdiction, deed.office))
        await records.amend(
            clerk, scene.vault, scene.books, scene.calendar, deed.id, changes=amendment.changes, reason=amendment.reason
        )
        done = replace(done, changed_at=instant)
    return done


async def _withdraw(scene: Scene, done: Enacted) -> Enacted:
    deed = done.deed
    if deed.withdrawn_after_days is None:
        return done
    instant = done.changed_at + timedelta(days=deed.withdrawn_after_days)
    if instant >= scene.now:
        return done
    clerk = scene.acting(instant, role="clerk", office=(deed.jurisdiction, deed.office))
    await records.withdraw(clerk, scene.books, deed.id, reason=deed.withdrawal_reason)
    return replace(done, state="withdrawn", changed_at=instant)
