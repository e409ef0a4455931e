"""Watch lists, recommendations, bulletins: what is internal stays so, what is told is masked and ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.credit import records
from domain.errors import InvalidInput, NotFound, StateConflict
from domain.exam import bulletins, recommendations, watches
from domain.exam.bulletin import LINE_STANDS
from domain.exam.bulletins import Bulletin
from domain.exam.refusals import (
    BulletinEmpty,
    BulletinNotForExam,
    NotDecided,
    RecommendationNotProvided,
    WatchEnds,
    WatchNotProvided,
)
from domain.exam.watches import Watch
from domain.identifiers import invented_resident_id
from domain.ids import new_id
from domain.installation_rows import office_id
from tests.exam.ground import HAICANG, INSTITUTE, SHANGHAI, SHIYAN_OFFICE, TODAY, XIAMEN_OFFICE, XINXIANG, Room

pytestmark = pytest.mark.anyio


def _watch(**changes: Any) -> Watch:
    plain: dict[str, Any] = {
        "office_id": SHIYAN_OFFICE,
        "id_number": invented_resident_id(790),
        "name": "司马虚构",
        "exam_name": "一级建造师资格考试",
        "site": "十堰一中考点",
        "finding": "连续三年同一考点集体报考",
        "source": "湖北省人事考试院数据分析",
        "until_on": TODAY + timedelta(days=30),
    }
    return Watch(**{**plain, **changes})


async def _enter(room: Room, **changes: Any) -> UUID:
    return await watches.enter(room.tx, room.vault, room.books, _watch(**changes))


@pytest.mark.parametrize("days", [-1, 367])
async def test_a_watch_ends_on_a_day_that_can_be_seen(room: Room, days: int) -> None:
    """SY-06e; 个人信息保护法19."""
    with pytest.raises(WatchEnds):
        await _enter(room, until_on=TODAY + timedelta(days=days))


async def test_a_watch_of_a_leap_year_may_last_to_the_same_day(room: Room) -> None:
    leap = room.on(date(2024, 2, 29))
    row = await room.row("exam_watch", await _enter(leap, until_on=date(2025, 3, 1)))
    assert row["until_on"] == date(2025, 3, 1)


async def test_a_watch_is_lifted_once(room: Room) -> None:
    made = await _enter(room)
    row = await watches.lift(room.tx, made, reason="误判")
    assert row["lifted_at"] == room.tx.now
    with pytest.raises(StateConflict):
        await watches.lift(room.tx, made, reason="误判")


async def test_nothing_of_a_watch_is_told_and_whom_it_is_about_was_entered_by_nobody(room: Room) -> None:
    """SY-06e: no push, and no officer's name beside the person in the log of changes."""
    made = await _enter(room)
    row = await room.row("exam_watch", made)
    told = await room.tx.connection.fetchval("SELECT count(*) FROM outbox_event WHERE object = 'exam_watch'")
    enrolled = await room.tx.connection.fetchrow(
        "SELECT account_id, office_id, role FROM ledger_event WHERE object = 'subject' AND object_id = $1",
        row["subject_id"],
    )
    assert told == 0
    assert enrolled is not None
    assert tuple(enrolled) == (None, None, "service")


@pytest.mark.parametrize(
    "office", [XIAMEN_OFFICE, office_id(HAICANG, "RSJ"), office_id(XINXIANG, "KS"), office_id(SHANGHAI, "HRSS")]
)
async def test_only_shiyan_watches_applicants(room: Room, office: UUID) -> None:
    """SY-06e: 异常报考人员名单 is told of one city; no other one has a rule by which people may be kept on it."""
    before = await room.tx.connection.fetchval("SELECT count(*) FROM subject")
    with pytest.raises(WatchNotProvided):
        await _enter(room, office_id=office, id_number=invented_resident_id(791))
    assert await room.tx.connection.fetchval("SELECT count(*) FROM subject") == before


async def test_only_shiyan_recommends_discipline(room: Room) -> None:
    """SY-06c: 厦门17 keeps a file of candidates, too, and says nothing of their Party membership."""
    xiamen = room.other(XIAMEN_OFFICE)
    made = await xiamen.record(await room.person(), office_id=XIAMEN_OFFICE)
    await xiamen.confirm(made)
    await xiamen.other(XIAMEN_OFFICE).decide(made, retention=None)
    with pytest.raises(RecommendationNotProvided):
        await recommendations.recommend(xiamen.tx, xiamen.books, made, unit="某中学", text="建议给予党纪处分")


async def test_a_recommendation_follows_a_decision_once_and_is_answered_once(room: Room) -> None:
    """SY-06c."""
    made = await room.record(await room.person())
    with pytest.raises(NotDecided):
        await recommendations.recommend(room.tx, room.books, made, unit="某中学", text="建议给予党纪处分")
    await room.confirm(made)
    await room.other(INSTITUTE).decide(made)
    ident = await recommendations.recommend(room.tx, room.books, made, unit="某中学", text="建议给予党纪处分")
    with pytest.raises(StateConflict):
        await recommendations.recommend(room.tx, room.books, made, unit="某中学", text="建议给予党纪处分")
    with pytest.raises(InvalidInput):
        await recommendations.answer(room.tx, ident, text="已处理", answered_on=TODAY + timedelta(days=1))
    assert (await recommendations.answer(room.tx, ident, text="已处理"))["state"] == "answered"
    with pytest.raises(StateConflict):
        await recommendations.answer(room.tx, ident, text="已处理")
    with pytest.raises(NotFound):
        await recommendations.recommend(room.tx, room.books, new_id(), unit="某中学", text="建议")


# -- bulletins


def _bulletin(**changes: Any) -> Bulletin:
    plain: dict[str, Any] = {
        "office_id": SHIYAN_OFFICE,
        "exam_kind": "professional_qualification",
        "title": "专业技术人员资格考试违纪情况通报",
        "from_on": TODAY - timedelta(days=30),
        "to_on": TODAY,
    }
    return Bulletin(**{**plain, **changes})


async def _lines(room: Room, bulletin: UUID) -> list[Any]:
    return list(
        await room.tx.connection.fetch(
            "SELECT violation_class, name FROM exam_bulletin_line WHERE bulletin_id = $1 ORDER BY violation_class",
            bulletin,
        )
    )


async def test_a_bulletin_goes_by_class_with_masked_names(room: Room) -> None:
    """SY-06d: 按违纪类别实行分类通报."""
    await room.entered(await room.person(1))
    await room.entered(await room.person(2))
    bulletin = await bulletins.issue(room.tx, room.books, _bulletin())

    assert [tuple(row) for row in await _lines(room, bulletin)] == [("携带通讯工具", "欧阳**")] * 2
    assert (await room.row("exam_bulletin", bulletin))["basis"].startswith("《十堰")


async def test_a_bulletin_tells_nothing_of_who_was_a_minor_on_the_day_of_the_exam(room: Room) -> None:
    """未成年人保护法 103: one day later eighteen, and told."""
    exam_on = TODAY - timedelta(days=30)
    await room.entered(await room.born(f"{exam_on.year - 18}{exam_on:%m%d}"))
    with pytest.raises(BulletinEmpty):
        await bulletins.issue(room.tx, room.books, _bulletin())
    before = exam_on - timedelta(days=1)
    adult = await room.entered(await room.born(f"{before.year - 18}{before:%m%d}"))
    bulletin = await bulletins.issue(room.tx, room.books, _bulletin())
    told = "SELECT count(*) FROM exam_bulletin_line line WHERE bulletin_id = $1 AND " + LINE_STANDS.format(t="line")
    assert await room.tx.connection.fetchval(told.replace(":today", f"DATE '{TODAY}'"), bulletin) == 1
    await room.tx.connection.execute(
        "UPDATE credit_record SET disclosure = 'restricted' WHERE id = $1", adult["record_id"]
    )
    assert await room.tx.connection.fetchval(told.replace(":today", f"DATE '{TODAY}'"), bulletin) == 0


@pytest.mark.parametrize("kind", ["recruitment", "vocational_qualification"])
async def test_in_shiyan_only_the_professional_exams_have_bulletins(room: Room, kind: str) -> None:
    """SY-06d: 对专业技术人员资格考试."""
    with pytest.raises(BulletinNotForExam):
        await bulletins.issue(room.tx, room.books, _bulletin(exam_kind=kind))


async def test_xiamen_publishes_every_kind_and_a_city_that_says_nothing_none(room: Room) -> None:
    """XM-17b, XM-17c."""
    with pytest.raises(BulletinEmpty):
        await bulletins.issue(room.tx, room.books, _bulletin(office_id=XIAMEN_OFFICE, exam_kind="recruitment"))
    with pytest.raises(BulletinNotForExam):
        await bulletins.issue(room.tx, room.books, _bulletin(office_id=office_id(HAICANG, "RSJ")))


async def test_a_bulletin_tells_entries_of_its_days_only(room: Room) -> None:
    await room.entered(await room.person(), on=TODAY - timedelta(days=31))
    with pytest.raises(BulletinEmpty):
        await bulletins.issue(room.tx, room.books, _bulletin())
    with pytest.raises(InvalidInput):
        await bulletins.issue(room.tx, room.books, _bulletin(from_on=TODAY, to_on=TODAY - timedelta(days=1)))


async def test_what_was_withdrawn_or_has_run_out_is_told_no_more(room: Room) -> None:
    withdrawn = await room.entered(await room.person())
    await records.withdraw(room.tx, room.books, withdrawn["record_id"], reason="申诉成立")
    with pytest.raises(BulletinEmpty):
        await bulletins.issue(room.tx, room.books, _bulletin())
