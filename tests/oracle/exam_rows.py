"""Rows of examinations: violations on every step, watches, recommendations of discipline, bulletins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World
from tests.oracle.world import (
    NOW,
    TODAY,
    Row,
    jurisdiction_of,
    key,
)


def _exams(world: World) -> None:
    _violations(world)
    _watches(world)
    _recommendations(world)
    _bulletins(world)


def _violations(world: World) -> None:
    for number in range(60):
        _violation(world, number, _person(world))


def _violation(world: World, number: int, person: Row) -> None:
    office = world.pick(["XMJC", "XMRS", "HCLD", "SHJC"])
    state = world.pick(["recorded", "confirmed", "decided", "entered", "entered", "entered", "withdrawn"])
    confirmed, decided, entered = (
        state in ("confirmed", "decided", "entered"),
        state in ("decided", "entered"),
        state == "entered",
    )
    has_entry = (entered and number % 8 != 1) or state == "withdrawn"
    records = world.tables["credit_record"]
    told = world.pick(["shown", "shown", "kept back", "other"], of=f"{state} {number % 2}")
    entries = {
        "shown": [one for one in records if one["state"] == "published" and one["disclosure"] != "restricted"],
        "kept back": [one for one in records if one["disclosure"] == "restricted"],
        "other": records,
    }
    refused = confirmed and number % 3 == 0
    limited = decided and number % 2 == 0
    world.add(
        "exam_violation",
        id=key("violation", number),
        subject_id=person["id"],
        about_person=True,
        name=person["name"],
        masked_name=person["masked_name"],
        masked_id_number=person["masked_id_number"],
        jurisdiction_id=jurisdiction_of(office),
        office_id=key("office", office),
        exam_kind=world.pick(["recruitment", "professional_qualification", "vocational_qualification"]),
        exam_name=f"考试{number}",
        exam_on=TODAY - timedelta(days=200),
        site="一中",
        violation_class=world.pick(["作弊", "替考"]),
        facts="携带手机",
        state=state,
        version=1,
        recorded_at=world.instant() if number % 3 else NOW - timedelta(days=7),
        recorded_by=key("account", 1),
        confirmation=("refused" if refused else "signed") if confirmed else None,
        confirmed_on=TODAY - timedelta(days=190) if confirmed else None,
        witness="监考某" if refused else None,
        evidence="档案柜" if confirmed else None,
        confirmed_by=None,
        treatment="成绩无效" if decided else None,
        decision_no=f"处[{number}]" if decided else None,
        decided_on=TODAY - timedelta(days=180) if decided else None,
        decider_id=key("office", world.pick(["XMRS", office])),
        decided_by=key("account", 2) if decided else None,
        retention=("limited" if limited else "not_loaded") if decided else None,
        retention_term=5 if limited else None,
        retention_unit="year" if limited else None,
        retention_basis="正文" if decided else None,
        entered_on=TODAY - timedelta(days=170) if entered else None,
        entered_by=None,
        retained_until=world.pick([TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=900)], of=told)
        if entered and limited
        else None,
        record_id=world.pick(entries[told])["id"] if has_entry else None,
        withdrawal_reason="误录" if state == "withdrawn" else None,
    )


def _person(world: World) -> Row:
    person: Row = world.pick([one for one in world.tables["subject"] if one["is_person"]])
    return person


def _watches(world: World) -> None:
    for number in range(14):
        person, office = _person(world), world.pick(["XMJC", "XMRS", "SHJC"])
        lifted = number % 4 == 0
        world.add(
            "exam_watch",
            id=key("watch", number),
            subject_id=person["id"],
            about_person=True,
            jurisdiction_id=jurisdiction_of(office),
            office_id=key("office", office),
            name=person["name"],
            masked_id_number=person["masked_id_number"],
            exam_name=f"考试{number}",
            site="一中",
            finding="多次异常报考",
            source="数据分析",
            entered_at=NOW - timedelta(days=40, hours=number),
            until_on=world.pick([TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=9)]),
            lifted_at=NOW if lifted else None,
            lift_reason="误判" if lifted else None,
            entered_by=world.pick([None, key("account", 1)]),
        )


def _recommendations(world: World) -> None:
    decided = [one for one in world.tables["exam_violation"] if one["state"] in ("decided", "entered")]
    for number, violation in enumerate(decided):
        answered = number % 2 == 0
        world.add(
            "discipline_recommendation",
            id=key("recommendation", number),
            violation_id=violation["id"],
            subject_id=violation["subject_id"],
            about_person=True,
            jurisdiction_id=violation["jurisdiction_id"],
            office_id=violation["office_id"],
            unit="某单位",
            text="建议处分",
            state="answered" if answered else "recommended",
            recommended_at=NOW - timedelta(days=3),
            recommended_by=None,
            answer="已处理" if answered else None,
            answered_on=TODAY if answered else None,
        )


def _bulletins(world: World) -> None:
    entered = [one for one in world.tables["exam_violation"] if one["state"] in ("entered", "withdrawn")]
    for number in range(4):
        bulletin = world.add(
            "exam_bulletin",
            id=key("bulletin", number),
            jurisdiction_id="350200",
            office_id=key("office", world.pick(["XMJC", "XMRS"])),
            exam_kind=world.pick(["professional_qualification", "recruitment"]),
            title=f"通报{number}",
            from_on=TODAY - timedelta(days=90),
            to_on=TODAY,
            issued_at=NOW - timedelta(days=number // 2),
            basis="正文",
            issued_by=None,
        )
        for violation in entered[number::2]:
            world.add(
                "exam_bulletin_line",
                id=key("bulletin line", f"{number}{violation['id']}"),
                bulletin_id=bulletin["id"],
                violation_id=violation["id"],
                subject_id=violation["subject_id"],
                about_person=True,
                violation_class=violation["violation_class"],
                exam_name=violation["exam_name"],
                name=violation["masked_name"],
                treatment=violation["treatment"] or "成绩无效",
            )


SECTIONS: tuple[Callable[[World], None], ...] = (_exams,)
