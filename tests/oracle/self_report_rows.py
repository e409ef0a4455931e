"""Rows of self-reported information in every state, some with a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World
from tests.oracle.world import ASKING, NOW, key


def _self_reports(world: World) -> None:
    signed = [one for one in world.tables["commitment"] if one["state"] != "refused"]
    for number, promised in enumerate(signed):
        state = world.pick(
            ["reported", "reported", "reported", "removed", "refuted"], of=str(promised["subject_id"] in ASKING)
        )
        world.add(
            "self_report",
            id=key("self-report", number),
            subject_id=promised["subject_id"],
            about_person=promised["about_person"],
            jurisdiction_id=promised["jurisdiction_id"],
            office_id=promised["office_id"],
            kind=world.pick(["资质证照", "经营状况", "其他"]),
            title=f"许可证{number}",
            text=world.pick(["有效期至2028年", '已履约"全部"']),
            state=state,
            version=1 if state == "reported" else 2,
            disclosure=world.pick(
                ["public", "public", "authorised_query", "restricted"], of=f"{state} {promised['about_person']}"
            ),
            commitment_id=promised["id"],
            by_agent=world.pick([True, False]),
            reported_at=world.instant() if number % 3 else NOW - timedelta(days=6),
            reported_by=key("account", 3),
            removed_at=NOW if state == "removed" else None,
            refuted_at=NOW if state == "refuted" else None,
            refuted_by=key("account", 2) if state == "refuted" else None,
        )


def _licences(world: World) -> None:
    for number, about in enumerate(world.tables["self_report"][:8]):
        world.add(
            "attachment",
            id=key("licence-file", number),
            state="attached",
            part="evidence",
            object="self_report",
            object_id=about["id"],
            office_id=about["office_id"],
            jurisdiction_id=about["jurisdiction_id"],
            subject_id=about["subject_id"],
            about_person=about["about_person"],
            name=f"许可证{number}.pdf",
            media_type="application/pdf",
            size=9,
            digest=f"{number:064d}",
            uploaded_by=world.pick([None, key("account", 1)]),
            uploaded_at=world.instant(),
            disclosure="restricted",
        )


SECTIONS: tuple[Callable[[World], None], ...] = (_self_reports, _licences)
