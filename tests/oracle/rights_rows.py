"""Rows of consents, standing, run out and revoked, and of the reports that were issued."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World, subject_of
from tests.oracle.world import (
    BID_PURPOSE,
    NOW,
    PERMIT_PURPOSE,
    SHANGHAI_PURPOSE,
    TODAY,
    key,
)


def _rights(world: World) -> None:
    _consents(world)
    _credit_reports(world)


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


def _credit_reports(world: World) -> None:
    for number in range(16):
        subject = subject_of(world)
        office = world.pick(["BANK", "FUND", "XMJC", "XMRS", None])
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
            issued_at=world.instant(days=60),
            valid_until=world.day(-3, 4),
            document='{"秘密": 1}',
            digest="ab" * 32,
            signature="ey.J.x",
            key_id="k1",
            revoked_at=world.pick([None, None, NOW - timedelta(days=1)]),
            revocation_reason=None,
        )


SECTIONS: tuple[Callable[[World], None], ...] = (_rights,)
