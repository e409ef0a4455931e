"""Rows of consents, standing, run out and revoked, and of the reports that were issued."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from tests.oracle.rows import World, subject_of
from tests.oracle.standing import CHINA
from tests.oracle.world import (
    BID_PURPOSE,
    NOW,
    PERMIT_PURPOSE,
    SHANGHAI_PURPOSE,
    TODAY,
    Row,
    key,
)


def _rights(world: World) -> None:
    _consents(world)
    for number in range(16):
        _report(
            world, number, subject_of(world), world.pick(["BANK", "FUND", "XMJC", "XMRS", None]), world.instant(days=60)
        )


def instant_of(day: date) -> datetime:
    """Give noon of a day in China."""
    return datetime.combine(day, time(12), tzinfo=CHINA)


def _consents(world: World) -> None:
    consents = (
        ("chen", "BANK", BID_PURPOSE, 30, None),
        ("chen", "BANK", PERMIT_PURPOSE, -1, None),
        ("wang", "BANK", BID_PURPOSE, 0, None),
        ("li", "BANK", BID_PURPOSE, 30, NOW - timedelta(days=2)),
        ("li", "FUND", SHANGHAI_PURPOSE, 10, None),
        ("jia", "BANK", BID_PURPOSE, 10, None),
        ("zhou", "BANK", BID_PURPOSE, 10, None),
        ("ouyang", "FUND", BID_PURPOSE, 10, None),
    )
    for number, (name, office, purpose, days, revoked) in enumerate(consents):
        subject = world.subject(key("subject", name))
        world.add(
            "consent",
            id=key("consent", number),
            subject_id=subject["id"],
            about_person=subject["is_person"],
            office_id=key("office", office),
            application_item_id=key("item", purpose),
            granted_at=NOW - timedelta(days=40, hours=number // 3),
            until_on=TODAY + timedelta(days=days),
            revoked_at=revoked,
        )


def _report(world: World, number: int, subject: Row, office: str | None, issued: datetime) -> None:
    world.add(
        "credit_report",
        id=key("report", number),
        number=f"R2026-{number:04d}",
        kind="enterprise",
        subject_id=subject["id"],
        about_person=subject["is_person"],
        jurisdiction_id=world.pick(["350200", "350205", "310000"]),
        office_id=key("office", office) if office else None,
        application_item_id=key("item", BID_PURPOSE) if office else None,
        consent_id=next(
            (one["id"] for one in world.tables["consent"] if one["subject_id"] == subject["id"] and number % 2),
            None,
        ),
        requested_by=world.pick([None, key("account", 2)]),
        issued_at=issued,
        valid_until=world.day(-3, 4),
        document='{"秘密": 1}',
        digest="ab" * 32,
        signature="ey.J.x",
        key_id="k1",
        revoked_at=world.pick([None, None, NOW - timedelta(days=1)]),
        revocation_reason=None,
    )


def _reports_on_what_was_undone(world: World) -> None:
    """Issue reports while something was told that was repaired, withdrawn or removed since; some on the day itself."""
    ends = [(row, row["repaired_at"] or row["withdrawn_at"]) for row in world.tables["credit_record"]]
    ends += [(row, row["removed_on"] and instant_of(row["removed_on"])) for row in world.tables["list_entry"]]
    undone = [(row, end) for row, end in ends if end and row["published_at"]]
    offices = ("BANK", "BANK", "XMJC")
    for number, (row, end) in enumerate(undone):
        for place, hours in enumerate((24, world.pick([0, 9, -24]), 24)):
            _report(
                world,
                16 + 3 * number + place,
                world.subject(row["subject_id"]),
                offices[place],
                end - timedelta(hours=hours),
            )


def _reports_on_who_was_taken_down(world: World) -> None:
    """Take down what reports about people may have told: shown or not, a record, an entry or another row, and before."""
    issued = NOW - timedelta(days=590)
    shown, kept = {"published_at": NOW.isoformat(), "disclosure": "restricted"}, {"published_at": None}
    cases = (
        ("chen", "credit_record", shown, 1), ("wang", "list_entry", shown, 1), ("ouyang", "credit_record", kept, 1),
        ("li", "measure", shown, 1), ("zhao", "credit_record", shown, -1), ("sun", "list_entry", None, 1), ("jia", "list_entry", shown, 1),
    )  # fmt: skip
    for number, (name, noun, image, hours) in enumerate(cases):
        subject = world.subject(key("subject", name))
        _report(world, 1000 + 2 * number, subject, "BANK", issued)
        down = {"id": key("taken down", name), "subject_id": subject["id"]}
        world.add_event(f"down {name}", noun, down, at=issued + timedelta(hours=hours), verb="take_down", image=image)


UPON_REPAIRS: tuple[Callable[[World], None], ...] = (_reports_on_what_was_undone, _reports_on_who_was_taken_down)
SECTIONS: tuple[Callable[[World], None], ...] = (_rights,)
