"""Rows of credit records in every state, with the versions that were replaced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World, subject_of
from tests.oracle.world import (
    ASKING,
    DISCLOSURES,
    NOW,
    TODAY,
    Row,
    key,
)


def _records(world: World) -> None:
    producing = ["XMJC", "XMRS", "XMXY", "HCLD", "SHJC"]
    for number in range(90):
        subject, item, office = subject_of(world), world.pick(world.tables["catalogue_item"]), world.pick(producing)
        state = world.pick(["submitted", "published", "published", "published", "withdrawn"])
        decided = world.day(-500, -20) if number % 4 else TODAY - timedelta(days=100)
        submitted = NOW - timedelta(days=19, hours=number % 7) if number % 5 else world.instant(days=19)
        published = submitted + timedelta(days=2) if state != "submitted" else None
        record = world.add(
            "credit_record",
            id=key("record", number),
            subject_id=subject["id"],
            about_person=subject["is_person"],
            jurisdiction_id=item["jurisdiction_id"],
            office_id=key("office", office),
            item_id=item["id"],
            state=state,
            version=1,
            decision_no=f"文[2026]{number}号",
            stands_twice=number % 11 == 3,
            title=world.pick(["罚款", '许"可"', "表\\彰", "考试\t违纪"]) + str(number),
            behaviour_id=key("edition item", "2.penalty") if number % 9 == 0 else None,
            severity=world.pick([None, "minor", "general", "serious"]),
            procedure=world.pick([None, "general", "summary"]),
            harm_removed=world.pick([True, False]),
            dishonest=world.pick([True, False]),
            legal_basis=world.pick([None, "劳动法"]),
            legal_basis_level=world.pick([None, "law", "local_rule"]),
            content=world.pick(
                [{}, {"CF_NR_FK": "1.50", "CF_NR": 'a"\\\u2028'}, {"b": [1, None, True], "aa": {"x": 2.5}}]
            ),
            decided_on=decided,
            closed_on=world.pick([None, decided + timedelta(days=3)]),
            obtained_on=decided,
            collection_due_on=world.pick([None, submitted.date(), submitted.date() - timedelta(days=1)]),
            publication_due_on=world.pick([None, TODAY, TODAY - timedelta(days=17), TODAY - timedelta(days=18)]),
            due_provisional=world.pick([True, False]),
            submitted_at=submitted,
            portal_at=world.pick([published, published, None]),
            platform_at=world.pick([published, submitted, None]) if published else None,
            published_at=published if state == "published" else world.pick([published, None]),
            public_until=world.pick([None, None, TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=40)]),
            disclosure=world.pick(DISCLOSURES, of=f"{state} {subject['id'] in ASKING}"),
            withdrawn_at=submitted + timedelta(days=5) if state == "withdrawn" else None,
            withdrawal_reason="有误" if state == "withdrawn" else None,
            repaired_at=None,
            repair_notice_required=number % 2 == 0,
            correction_due_on=decided + timedelta(days=30) if number % 5 == 0 else None,
            special_fields=["安全生产"] if number % 7 == 0 else [],
            necessity="确有必要" if number % 3 == 0 else None,
            submitted_by=world.pick([None, key("account", 1)]),
            import_id=world.pick([None, key("import", 1)]),
        )
        for version in range(1, world.pick([1, 1, 2, 3], of=f"{record['disclosure']} {subject['id'] in ASKING}")):
            record["version"] = version + 1
            _replaced(world, record, f"{number}.{version}", version)


def _replaced(world: World, record: Row, name: str, version: int) -> None:
    world.add(
        "credit_record_version",
        id=key("version", name),
        record_id=record["id"],
        subject_id=record["subject_id"],
        about_person=record["about_person"],
        office_id=record["office_id"],
        version=version,
        title=f"旧{version}",
        severity=world.pick([None, "minor"]),
        content={"old": version},
        reason="更正",
        replaced_at=world.instant(days=18),
    )


SECTIONS: tuple[Callable[[World], None], ...] = (_records,)
