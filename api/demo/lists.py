"""The list entries of the demonstration: red and black, in force, ended, removed with a reason, with evidence.

Negative entries rest on published records of the same subject; public bodies and state-owned enterprises are
among them (厦门24). How far an entry is shown, and for how long, follows from its list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from api.demo.names import DemoSubject, demo_id, organisation, organisations, people
from api.demo.records import Enacted
from api.demo.scene import Scene
from api.demo.stories import EXAMPLE, PUBLIC_BODY, STATE_OWNED
from api.demo.ways import ARREARS_CONDITION
from domain.calendar import add_term
from domain.clock import local_day
from domain.installation_rows import credit_list_id, office_id
from domain.lifecycle import create, machine, move
from domain.rulebook.lookup import list_kind
from domain.rulebook.tables import ListKindRule

UNPUBLISHED: Final = "unpublished"
MACHINE: Final = machine("list_entry", remove=("published", "removed"), withdraw=("published", "withdrawn"))

PLAN: Final = (
    ("350200", "labour_serious", "JCZD", 8),
    ("350200", "serious_dishonesty", "JCZD", 5),
    ("350200", "key_attention", "JCZD", 6),
    ("350200", "hr_industry_black", "JC", 4),
    ("350205", "serious_dishonesty", "RSJ", 5),
    ("350205", "key_attention", "RSJ", 4),
    ("410700", "black", "JCZD", 8),
    ("410700", "red", "JCZD", 8),
    ("410700", "red", "LDGX", 4),
    ("420300", "black", "JC", 6),
    ("420300", "red", "JC", 8),
    ("420300", "major_violation", "JC", 3),
    ("310000", "wage_arrears", "ZFZD", 8),
    ("310000", "enforcement_defaulter", "COURT", 4),
    ("410700", "black", "JCZD", 4),
)
"""Jurisdiction, list, office that recognises, and how many entries are drawn."""

_ENDINGS: Final = (None, None, None, "standard_met", None, "early_removal", UNPUBLISHED, "withdrawn")
_RED_ENDINGS: Final = (None, None, "standard_met", None, "verified_violation")
_REASONS: Final = {
    "positive": "按时足额支付工资、缴纳社会保险费，连续两个评价周期无违法记录",
    "negative": "拖欠劳动者工资，经责令限期支付逾期未支付，符合列入条件",
    "neutral": "符合列入条件",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An entry, the record it rests on, and how it ended."""

    number: int
    jurisdiction: str
    code: str
    office: str
    subject: DemoSubject
    decided_on: date
    evidence: Enacted | None = None
    ending: str | None = None


async def list_all(scene: Scene, enacted: Iterable[Enacted]) -> int:
    """Write the entries with their evidence; give how many they are."""
    listings = [*_told(scene, list(enacted)), *_drawn(scene, list(enacted)), *_people(scene)]
    for listing in listings:
        await _enter(scene, listing)
    return len(listings)


def _told(scene: Scene, enacted: list[Enacted]) -> Iterator[Listing]:
    """Give the entries of the stories: the example, a state-owned enterprise, a public body, one repaired since."""
    labour, serious = "labour_serious", "serious_dishonesty"
    rows = ((1, EXAMPLE, 380, labour), (2, STATE_OWNED, 240, labour), (3, PUBLIC_BODY, 210, labour))
    for number, subject, days, code in (*rows, (4, organisation(12), 500, serious)):
        yield Listing(
            number=number,
            jurisdiction="350200",
            code=code,
            office="JCZD",
            subject=subject,
            decided_on=scene.ago(days),
            evidence=_evidence(enacted, subject, {"JCZD"}),
        )


def _drawn(scene: Scene, enacted: list[Enacted]) -> Iterator[Listing]:
    number = 11
    told = {EXAMPLE.id, STATE_OWNED.id, PUBLIC_BODY.id, organisation(12).id}
    for jurisdiction, code, office, count in PLAN:
        kind = list_kind(scene.book(jurisdiction), code)
        assert kind is not None
        candidates = _candidates(enacted, jurisdiction, kind.polarity, kind.subject_kinds)
        start = number % max(len(candidates), 1)
        ordered = [one for one in (*candidates[start:], *candidates[:start]) if one.id not in told]
        endings = _RED_ENDINGS if kind.polarity == "positive" else _ENDINGS
        for step, subject in enumerate(ordered[:count]):
            over = step == 1 and kind.max_publication_years is not None
            evidence = _evidence(enacted, subject, None) if kind.polarity == "negative" and not over else None
            yield Listing(
                number=number,
                jurisdiction=jurisdiction,
                code=code,
                office=office,
                subject=subject,
                decided_on=_decided_on(scene, number, evidence, over=over),
                evidence=evidence,
                ending=None if over else endings[step % len(endings)],
            )
            number += 1


def _decided_on(scene: Scene, number: int, evidence: Enacted | None, *, over: bool) -> date:
    """Give a day after the publication of the record that the entry rests on."""
    if over:
        return scene.ago(3 * 366 + 30)
    if evidence is None:
        return scene.ago(60 + (number * 37) % 640)
    later = local_day(evidence.changed_at) + timedelta(days=10 + number % 30)
    return min(later, scene.ago(3))


def _people(scene: Scene) -> Iterator[Listing]:
    """Give entries about people: shown masked where the list is public, to nobody where it is not."""
    chosen = [one for one in people() if one.number > 6]
    for number, jurisdiction, code, office in (
        (201, "410700", "black", "CYDB"),
        (202, "350200", "social_insurance_serious", "SB"),
    ):
        subject = next(one for one in chosen if one.jurisdiction == jurisdiction)
        yield Listing(
            number=number,
            jurisdiction=jurisdiction,
            code=code,
            office=office,
            subject=subject,
            decided_on=scene.ago(number),
        )


def _candidates(enacted: list[Enacted], jurisdiction: str, polarity: str, kinds: tuple[str, ...]) -> list[DemoSubject]:
    """List the organisations with a published record against them, or those with none."""
    against = {one.deed.subject.id for one in enacted if one.negative and one.state == "published"}
    touched = {one.deed.subject.id for one in enacted if one.negative}
    local = [one for one in organisations() if one.jurisdiction == jurisdiction and one.kind in kinds]
    if polarity == "positive":
        return [one for one in local if one.id not in touched]
    return [one for one in local if one.id in against]


def _evidence(enacted: list[Enacted], subject: DemoSubject, offices: set[str] | None) -> Enacted | None:
    """Give a published record against the subject."""
    return next(
        (
            one
            for one in enacted
            if one.deed.subject.id == subject.id
            and one.negative
            and one.state == "published"
            and (offices is None or one.deed.office in offices)
        ),
        None,
    )


async def _enter(scene: Scene, listing: Listing) -> None:
    kind = list_kind(scene.book(listing.jurisdiction), listing.code)
    assert kind is not None
    person = listing.subject.is_person
    decided_at = scene.at(listing.decided_on, minutes=listing.number * 13)
    published_at = scene.at(listing.decided_on + timedelta(days=2), minutes=listing.number * 13)
    years = kind.max_publication_years
    office = (listing.jurisdiction, listing.office)
    tx = scene.acting(decided_at, role="reviewer", office=office)
    entry_id = demo_id("list_entry", listing.number)
    values: dict[str, Any] = {
        "id": entry_id,
        "credit_list_id": credit_list_id(scene.book(listing.jurisdiction).id, listing.code),
        "subject_id": listing.subject.id,
        "about_person": person,
        "jurisdiction_id": listing.jurisdiction,
        "office_id": office_id(*office),
        "decision_no": f"{listing.office}列〔{listing.decided_on.year}〕{listing.number}号",
        "reason": _REASONS[kind.polarity],
        **_condition(kind, listing),
        "state": "decided" if listing.ending == UNPUBLISHED else "published",
        **_provenance(kind, listing),
        "round": 1,
        "collected_at": decided_at,
        "entered_on": listing.decided_on,
        "decided_on": listing.decided_on,
        "publisher_id": office_id(*office),
        "published_at": None if listing.ending == UNPUBLISHED else published_at,
        "public_until": add_term(listing.decided_on, years, "year") if years else None,
        "disclosure": kind.person_disclosure if person else kind.disclosure,
    }
    await create(tx, "list_entry", "enter", values, basis=f"{scene.book(listing.jurisdiction).name} {kind.clause}")
    if listing.evidence is not None:
        link = {
            "id": demo_id("list_evidence", listing.number),
            "entry_id": entry_id,
            "record_id": listing.evidence.deed.id,
            "subject_id": listing.subject.id,
        }
        await create(tx, "list_evidence", "link", link)
    await _remove(scene, listing)


def _condition(kind: ListKindRule, listing: Listing) -> dict[str, Any]:
    """Give on which condition arrears of wages are listed: the list's own for public bodies, else the law's (厦门24)."""
    if kind.sector is None:
        return {}
    if kind.condition and (listing.subject.state_owned or listing.subject == PUBLIC_BODY):
        return {"condition": kind.condition}
    return {"condition": ARREARS_CONDITION, "precondition_met": True}


def _provenance(kind: ListKindRule, listing: Listing) -> dict[str, Any]:
    """Give the route of an entry, and of an imported one where it came from."""
    if not kind.imported:
        return {"route": "regular"}
    return {
        "route": "imported",
        "source": "人民法院（虚构）",
        "source_no": f"（{listing.decided_on.year}）虚执{listing.number}号",
        "obtained_on": listing.decided_on + timedelta(days=2),
    }


async def _remove(scene: Scene, listing: Listing) -> None:
    """Take the entry off its list, if that lies in the past."""
    removed_on = listing.decided_on + timedelta(days=190)
    if listing.ending in (None, UNPUBLISHED) or removed_on >= scene.today:
        return
    tx = scene.acting(
        scene.at(removed_on, minutes=listing.number),
        role="reviewer",
        office=(listing.jurisdiction, listing.office),
    )
    wrong = {"withdrawal_reason": "列入依据的处罚决定已被撤销，本条予以撤回。"} if listing.ending == "withdrawn" else {}
    changes = {"removed_on": removed_on, "removal_reason": listing.ending, **wrong}
    verb = "withdraw" if wrong else "remove"
    await move(tx, MACHINE, verb, demo_id("list_entry", listing.number), changes)
