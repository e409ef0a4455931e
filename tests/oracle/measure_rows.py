"""Rows of measures, applied, declined and lifted, that rest on records, entries and grades in every state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World
from tests.oracle.world import NOW, key


def _measures(world: World) -> None:
    grounds = [*world.tables["credit_record"][::4], *world.tables["list_entry"][::3]]
    records = {one["id"] for one in world.tables["credit_record"]}
    for number, upon in enumerate(grounds):
        on_record, lifted = upon["id"] in records, world.pick([True, False, False])
        cited = world.pick([None, "《条例》第十条"])
        world.add(
            "measure",
            id=key("measure", number),
            subject_id=upon["subject_id"],
            about_person=upon["about_person"],
            jurisdiction_id=upon["jurisdiction_id"],
            office_id=world.pick([upon["office_id"], key("office", "XMRS")]),
            source_office_id=upon["office_id"],
            record_id=upon["id"] if on_record else None,
            entry_id=None if on_record else upon["id"],
            code=world.pick(["key_review", "bar_hrss_awards"]),
            name=world.pick(["列为重点审核对象", '限制"评优"']),
            field=world.pick([None, "政府采购"]),
            polarity=world.pick(["negative", "positive", "neutral"]),
            severity=upon["severity"] if on_record else None,
            basis="《办法》 8(二)1",
            legal_basis=cited,
            legal_basis_level="law" if cited else None,
            reason=world.pick(["依法实施", '列入"名单"']),
            state="lifted" if lifted else "applied",
            version=2 if lifted else 1,
            applied_at=world.instant(days=60) if number % 3 else NOW - timedelta(days=6),
            applied_by=key("account", 1),
            lifted_at=NOW if lifted else None,
            lifted_for=world.pick(["repaired", "removed", "by_office"]) if lifted else None,
            lifted_by=key("account", 2) if lifted else None,
        )


def _upon_grades(world: World) -> None:
    for number, upon in enumerate(world.tables["grade"][::3]):
        state = ("applied", "declined", "lifted", "applied")[number % 4]
        world.add(
            "measure",
            id=key("measure-grade", number),
            subject_id=upon["subject_id"],
            about_person=upon["about_person"],
            jurisdiction_id=upon["jurisdiction_id"],
            office_id=world.pick([upon["office_id"], key("office", "BANK")]),
            source_office_id=upon["office_id"],
            grade_id=upon["id"],
            code="easier_service",
            name='办事"更方便"',
            polarity="positive",
            basis="《办法》 正文",
            reason="A级企业",
            state=state,
            version=2 if state == "lifted" else 1,
            applied_at=world.instant(days=9),
            applied_by=key("account", 1),
            lifted_at=NOW if state == "lifted" else None,
            lifted_for="regraded" if state == "lifted" else None,
        )


UPON_GRADES: tuple[Callable[[World], None], ...] = (_upon_grades,)
SECTIONS: tuple[Callable[[World], None], ...] = (_measures,)
