"""What may happen to a record after it was handed in, and what every move leaves behind."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.credit.records import amend, publish, withdraw
from domain.credit.refusals import (
    ChildPunished,
    DataItemInvalid,
    DataItemMissing,
    DataItemUnknown,
    DateInFuture,
    DatesOutOfOrder,
    DecisionAlreadyProvided,
    NecessityRequired,
    NothingToAmend,
    NotProducer,
    NumberNeeded,
    PersonalTextInPublic,
    ReasonRequired,
    RecordExists,
    SeverityMissing,
    SubjectUnclear,
)
from domain.errors import DomainError, InvalidInput, NotFound, StateConflict
from domain.identifiers import (
    ResidentIdInvalid,
    UsccCheckFailed,
    invented_resident_id,
    invented_uscc,
    resident_id_check_character,
)
from domain.ids import new_id
from tests.credit.ground import ORGANISATION, PERSON, Clerk, office_id

pytestmark = pytest.mark.anyio

Find = Callable[[str, str, str], Awaitable[Clerk]]


async def _events(clerk: Clerk, object_id: Any) -> list[tuple[str, str | None]]:
    rows = await clerk.tx.connection.fetch(
        "SELECT verb, reason FROM ledger_event WHERE object_id = $1 ORDER BY id", object_id
    )
    return [(row["verb"], row["reason"]) for row in rows]


async def test_every_move_leaves_a_ledger_event_and_an_outbox_event(inspector: Clerk) -> None:
    record = await inspector.hand_in(severity="minor")
    await inspector.publish(record)
    await amend(
        inspector.tx,
        inspector.vault,
        inspector.books,
        inspector.calendar,
        record,
        changes={"title": "更正"},
        reason="笔误",
    )
    await withdraw(inspector.tx, inspector.books, record, reason="处罚决定被依法撤销")
    assert await _events(inspector, record) == [
        ("submit", None),
        ("publish", None),
        ("amend", "笔误"),
        ("withdraw", "处罚决定被依法撤销"),
    ]
    sent = await inspector.tx.connection.fetch(
        "SELECT verb, version FROM outbox_event WHERE object_id = $1 ORDER BY id", record
    )
    assert [tuple(row) for row in sent] == [("submit", 1), ("publish", 1), ("amend", 2), ("withdraw", 2)]


async def test_a_withdrawal_cites_the_penalty_law(inspector: Clerk) -> None:
    record = await inspector.hand_in()
    await withdraw(inspector.tx, inspector.books, record, reason="处罚决定被依法撤销")
    basis = await inspector.tx.connection.fetchval(
        "SELECT basis FROM ledger_event WHERE object_id = $1 AND verb = 'withdraw'", record
    )
    assert basis == "《行政处罚法（2021）》 48"


async def test_both_channels_are_time_stamped(inspector: Clerk) -> None:
    record = await inspector.hand_in(severity="minor")
    earlier = inspector.tx.now - timedelta(hours=3)
    latest = earlier + timedelta(hours=1)
    row = await inspector.publish(record, portal_at=earlier, platform_at=latest)
    assert (row["portal_at"], row["platform_at"], row["published_at"]) == (earlier, latest, inspector.tx.now)


async def test_the_platform_is_stamped_by_its_receipt_only_xm_08b(inspector: Clerk) -> None:
    record = await inspector.hand_in(severity="minor")
    row = await inspector.publish(record)
    assert (row["portal_at"], row["platform_at"]) == (inspector.tx.now, None)


async def test_a_channel_is_not_stamped_with_a_time_to_come(inspector: Clerk) -> None:
    record = await inspector.hand_in(severity="minor")
    with pytest.raises(DateInFuture):
        await inspector.publish(record, platform_at=inspector.tx.now + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("instant", "refusal"),
    [
        (datetime(2026, 3, 10, 2, 0), InvalidInput),  # noqa: DTZ001 - this is the fault
        (datetime(2026, 3, 1, 15, 59, tzinfo=UTC), DatesOutOfOrder),
        (datetime(1, 1, 1, tzinfo=UTC), DatesOutOfOrder),
        (datetime(9999, 12, 31, tzinfo=UTC), DateInFuture),
    ],
)
async def test_a_channel_is_stamped_between_the_decision_and_now(
    inspector: Clerk, instant: datetime, refusal: type[DomainError]
) -> None:
    record = await inspector.hand_in(severity="minor")
    with pytest.raises(refusal):
        await inspector.publish(record, portal_at=instant)


async def test_what_is_not_public_does_not_appear_on_the_portal(clerk_of: Find) -> None:
    clerk = await clerk_of("350205", "RSJ", "penalty")
    record = await clerk.hand_in(severity="minor", **PERSON)
    row = await clerk.publish(record)
    assert row["disclosure"] == "authorised_query"
    assert row["portal_at"] is None


async def test_a_record_is_published_once(inspector: Clerk) -> None:
    record = await inspector.hand_in(severity="minor")
    await inspector.publish(record)
    with pytest.raises(StateConflict):
        await inspector.publish(record)


@pytest.mark.parametrize("move", ["publish", "amend", "withdraw"])
async def test_a_withdrawn_record_moves_no_more(inspector: Clerk, move: str) -> None:
    record = await inspector.hand_in(severity="minor")
    await withdraw(inspector.tx, inspector.books, record, reason="撤销")
    with pytest.raises(StateConflict):
        await _move(inspector, record, move)


@pytest.mark.parametrize("move", ["publish", "amend", "withdraw"])
async def test_a_record_that_does_not_exist_is_not_found(inspector: Clerk, move: str) -> None:
    with pytest.raises(NotFound):
        await _move(inspector, new_id(), move)


async def _move(clerk: Clerk, record: Any, move: str) -> None:
    if move == "publish":
        await publish(clerk.tx, clerk.books, record)
    elif move == "amend":
        await amend(
            clerk.tx, clerk.vault, clerk.books, clerk.calendar, record, changes={"title": "另一题名"}, reason="更正"
        )
    else:
        await withdraw(clerk.tx, clerk.books, record, reason="撤销")


async def test_an_amendment_keeps_the_version_it_replaces(inspector: Clerk) -> None:
    record = await inspector.hand_in(title="原题名", content={"CF_NR_FK": "5"})
    await amend(
        inspector.tx,
        inspector.vault,
        inspector.books,
        inspector.calendar,
        record,
        changes={"title": "新题名", "content": {"CF_NR_FK": "6"}},
        reason="金额有误",
    )
    row = await inspector.row(record)
    kept = await inspector.tx.connection.fetchrow("SELECT * FROM credit_record_version WHERE record_id = $1", record)
    assert (row["version"], row["title"], json.loads(row["content"])["CF_NR_FK"]) == (2, "新题名", "6")
    assert (kept["version"], kept["title"], json.loads(kept["content"])["CF_NR_FK"]) == (1, "原题名", "5")
    assert kept["reason"] == "金额有误"


async def test_an_amendment_of_content_leaves_the_other_items(inspector: Clerk) -> None:
    record = await inspector.hand_in(content={"CF_NR_FK": "5", "BZ": "备注"})
    before = json.loads((await inspector.row(record))["content"])
    await amend(
        inspector.tx,
        inspector.vault,
        inspector.books,
        inspector.calendar,
        record,
        changes={"content": {"BZ": None}},
        reason="删去",
    )
    assert json.loads((await inspector.row(record))["content"]) == {
        code: value for code, value in before.items() if code != "BZ"
    }


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"content": {"CF_SY": None}}, DataItemMissing),
        ({"content": {"CF_NR_FK": "五万元"}}, DataItemInvalid),
        ({"content": {"CF_XDR_ZJHM": "x"}}, DataItemUnknown),
        ({"decided_on": date(2026, 3, 19)}, DateInFuture),
        ({"subject_id": "x"}, InvalidInput),
        ({"state": "published"}, InvalidInput),
        ({"title": "a\x00b"}, InvalidInput),
        ({"title": None}, InvalidInput),
        ({"decided_on": None}, InvalidInput),
        ({"content": {"CF_WSH": "另一文书号"}}, DataItemInvalid),
        ({"content": {"CF_XDR_SHXYM": invented_uscc(8)}}, DataItemInvalid),
        ({"title": "虚构的决定"}, NothingToAmend),
        ({}, NothingToAmend),
    ],
)
async def test_an_amendment_is_judged_like_a_submission(
    inspector: Clerk, changes: dict[str, Any], refusal: type[DomainError]
) -> None:
    record = await inspector.hand_in()
    with pytest.raises(refusal):
        await amend(
            inspector.tx, inspector.vault, inspector.books, inspector.calendar, record, changes=changes, reason="更正"
        )
    assert (await inspector.row(record))["version"] == 1


async def test_a_published_record_does_not_lose_its_severity(inspector: Clerk) -> None:
    record = await inspector.hand_in(severity="minor")
    await inspector.publish(record)
    with pytest.raises(SeverityMissing):
        await amend(
            inspector.tx,
            inspector.vault,
            inspector.books,
            inspector.calendar,
            record,
            changes={"severity": None},
            reason="更正",
        )


async def test_the_severity_may_follow_by_amendment_and_opens_publication(inspector: Clerk) -> None:
    record = await inspector.hand_in()
    await amend(
        inspector.tx,
        inspector.vault,
        inspector.books,
        inspector.calendar,
        record,
        changes={"severity": "serious"},
        reason="明确",
    )
    assert (await inspector.publish(record))["state"] == "published"


async def test_the_end_of_publication_is_never_a_side_effect_of_an_amendment(clerk_of: Find) -> None:
    clerk = await clerk_of("350200", "JCZD", "penalty")
    clerk.tx = replace(clerk.tx, now=clerk.tx.now + timedelta(days=90))
    record = await clerk.hand_in(severity="general", decided_on=date(2026, 6, 1))
    await clerk.publish(record)
    title = {"title": "更正后的题名"}
    plain = await amend(clerk.tx, clerk.vault, clerk.books, clerk.calendar, record, changes=title, reason="更正")
    assert plain["public_until"] == date(2027, 6, 1)
    serious = {"severity": "serious"}
    graver = await amend(clerk.tx, clerk.vault, clerk.books, clerk.calendar, record, changes=serious, reason="重新认定")
    assert graver["public_until"] == date(2029, 6, 1)


async def test_necessity_is_asked_again_when_a_published_record_is_amended_to_minor(inspector: Clerk) -> None:
    inspector.tx = replace(inspector.tx, now=inspector.tx.now + timedelta(days=90))
    record = await inspector.hand_in(severity="general", decided_on=date(2026, 5, 31))
    await inspector.publish(record)
    minor = {"severity": "minor"}
    with pytest.raises(NecessityRequired):
        await amend(
            inspector.tx, inspector.vault, inspector.books, inspector.calendar, record, changes=minor, reason="重新认定"
        )
    why = "涉及重大公共利益"
    amended = await amend(
        inspector.tx,
        inspector.vault,
        inspector.books,
        inspector.calendar,
        record,
        changes=minor,
        reason="重新认定",
        necessity=why,
    )
    assert (amended["necessity"], amended["public_until"]) == (why, date(2026, 8, 31))


async def test_necessity_once_stated_is_not_asked_again_for_another_amendment(inspector: Clerk) -> None:
    inspector.tx = replace(inspector.tx, now=inspector.tx.now + timedelta(days=90))
    record = await inspector.hand_in(severity="minor", decided_on=date(2026, 5, 31))
    await inspector.publish(record, necessity="涉及重大公共利益")
    later = {"decided_on": date(2026, 6, 1)}
    amended = await amend(
        inspector.tx, inspector.vault, inspector.books, inspector.calendar, record, changes=later, reason="更正"
    )
    assert (amended["necessity"], amended["public_until"]) == ("涉及重大公共利益", date(2026, 9, 1))


async def test_a_day_put_right_into_the_time_of_the_new_order_asks_for_necessity(inspector: Clerk) -> None:
    inspector.tx = replace(inspector.tx, now=inspector.tx.now + timedelta(days=90))
    record = await inspector.hand_in(severity="minor", decided_on=date(2026, 3, 31))
    await inspector.publish(record)
    changes = {"decided_on": date(2026, 4, 1)}
    with pytest.raises(NecessityRequired):
        await amend(
            inspector.tx, inspector.vault, inspector.books, inspector.calendar, record, changes=changes, reason="更正"
        )


async def test_a_withdrawn_decision_is_handed_in_again_under_its_number(inspector: Clerk) -> None:
    first = await inspector.hand_in()
    await withdraw(inspector.tx, inspector.books, first, reason="录入有误")
    second = await inspector.hand_in()
    assert second != first
    with pytest.raises(RecordExists):
        await inspector.hand_in()


async def test_day_and_basis_of_the_sheet_follow_the_record(inspector: Clerk) -> None:
    record = await inspector.hand_in()
    changes = {"decided_on": date(2026, 3, 3), "content": {"CF_YJ": "另一依据"}}
    await amend(
        inspector.tx, inspector.vault, inspector.books, inspector.calendar, record, changes=changes, reason="更正"
    )
    row = await inspector.row(record)
    assert json.loads(row["content"])["CF_JDRQ"] == "2026-03-03"
    assert row["legal_basis"] == "另一依据"
    assert row["publication_due_on"] == date(2026, 3, 12)


async def test_an_amended_title_names_no_person_either(inspector: Clerk) -> None:
    record = await inspector.hand_in(**PERSON)
    changes = {"title": f"对{PERSON['name']}的处罚"}
    row = await amend(
        inspector.tx, inspector.vault, inspector.books, inspector.calendar, record, changes=changes, reason="更正"
    )
    assert row["title"] == "对欧阳**的处罚"


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
async def test_a_move_that_must_be_explained_needs_a_reason(inspector: Clerk, reason: str) -> None:
    record = await inspector.hand_in()
    with pytest.raises(ReasonRequired):
        await withdraw(inspector.tx, inspector.books, record, reason=reason)
    with pytest.raises(ReasonRequired):
        await amend(
            inspector.tx,
            inspector.vault,
            inspector.books,
            inspector.calendar,
            record,
            changes={"title": "x"},
            reason=reason,
        )


@pytest.mark.parametrize("reason", [f"{PERSON['name']}的处罚被撤销", f"证件号码 {PERSON['id_number']} 有误"])
async def test_the_public_reason_of_a_withdrawal_names_no_person(inspector: Clerk, reason: str) -> None:
    record = await inspector.hand_in(**PERSON)
    with pytest.raises(PersonalTextInPublic):
        await withdraw(inspector.tx, inspector.books, record, reason=reason)


async def test_a_persons_name_and_number_stand_nowhere_in_the_record(inspector: Clerk) -> None:
    number = PERSON["id_number"]
    content = {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": number, "CF_FRDB": "无", "CF_SY": f"证件{number}"}
    title = f"对{PERSON['name']}（{number}）的处罚"
    record = await inspector.hand_in(title=title, content=content, **PERSON)
    row = await inspector.row(record)
    assert row["title"].startswith("对欧阳**（350")
    assert PERSON["name"] not in str(dict(row))
    assert number not in str(dict(row))


async def test_the_party_may_be_named_by_the_columns_of_the_sheet_alone(inspector: Clerk) -> None:
    content = {
        "CF_XDR_MC": ORGANISATION["name"],
        "CF_XDR_SHXYM": ORGANISATION["uscc"],
        "CF_FRDB": "虚构人",
        "CF_FR_SFZH": invented_resident_id(3),
    }
    record = await inspector.hand_in(uscc=None, name=None, content=content)
    row = await inspector.row(record)
    link = await inspector.tx.connection.fetchrow(
        "SELECT * FROM legal_representative WHERE subject_id = $1", row["subject_id"]
    )
    assert (link["name"], link["from_on"]) == ("虚构人", row["decided_on"])
    assert "CF_FR_ZJHM" not in json.loads(row["content"])


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"uscc": None, "name": None}, SubjectUnclear),
        ({"uscc": ORGANISATION["uscc"], "id_number": PERSON["id_number"]}, SubjectUnclear),
        ({"uscc": ORGANISATION["uscc"]}, SubjectUnclear),
        ({"uscc": "91350211M0000XUF46", "name": "某公司"}, UsccCheckFailed),
        ({"id_number": "350205199002300011", "name": "某人"}, ResidentIdInvalid),
        ({"id_number": "３５０２０５199002200011", "name": "某人"}, ResidentIdInvalid),
        ({"decision_no": "  "}, InvalidInput),
        ({"decision_no": "号" * 129}, InvalidInput),
        ({"decision_no": "一\x00号"}, InvalidInput),
        ({"decision_no": PERSON["id_number"]}, PersonalTextInPublic),
        ({"title": "题" * 201}, InvalidInput),
        ({"procedure": "oral"}, InvalidInput),
        ({"legal_basis_level": "custom"}, InvalidInput),
        ({"content": {"CF_CFLB": "罚金"}}, DataItemInvalid),
        ({"content": {"CF_WSH": "另一文书号"}}, DataItemInvalid),
        ({"content": {"CF_SY": ""}}, DataItemMissing),
        ({"content": {"CF_SY": "x", "RX": "y"}}, DataItemUnknown),
    ],
)
async def test_bad_input_is_refused_with_its_reason(
    inspector: Clerk, changes: dict[str, Any], refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        await inspector.hand_in(**changes)
    assert (
        await inspector.tx.connection.fetchval("SELECT count(*) FROM ledger_event WHERE object <> 'policy_version'")
        == 0
    )


async def test_a_refused_submission_names_every_data_item_at_fault(inspector: Clerk) -> None:
    with pytest.raises(DataItemMissing) as refused:
        await inspector.hand_in(content={"CF_SY": "", "CF_NR_FK": "x"})
    assert refused.value.extensions["faults"] == [
        {"code": "DATA_ITEM_MISSING", "column": "CF_SY"},
        {"code": "DATA_ITEM_INVALID", "column": "CF_NR_FK"},
    ]


async def test_a_refusal_cites_the_clause(inspector: Clerk) -> None:
    inspector.office_id = await office_id(inspector.tx, "350200", "SP")
    with pytest.raises(NotProducer) as refused:
        await inspector.hand_in()
    assert refused.value.message.endswith("Source: 8.")
    assert refused.value.message_zh.endswith("依据：8。")


async def test_the_same_decision_twice_points_the_office_to_its_own_record(inspector: Clerk) -> None:
    record = await inspector.hand_in()
    with pytest.raises(RecordExists) as refused:
        await inspector.hand_in(title="再次提供")
    assert refused.value.extensions["record_id"] == str(record)


async def test_another_offices_decision_tells_only_the_office(clerk_of: Find) -> None:
    bureau = await clerk_of("420300", "HRSS", "penalty")
    inspection = await clerk_of("420300", "JC", "penalty")
    record = await inspection.hand_in()
    with pytest.raises(DecisionAlreadyProvided) as refused:
        await bureau.hand_in(title="抢先提供")
    assert refused.value.extensions == {"office": "市劳动保障监察局"}
    assert str(record) not in refused.value.message + refused.value.message_zh


async def test_the_same_number_about_another_subject_is_another_decision(inspector: Clerk) -> None:
    first = await inspector.hand_in()
    assert await inspector.hand_in(uscc=invented_uscc(8), name="厦门虚构八号公司") != first


async def test_a_penalty_against_a_child_is_refused_with_the_clause(inspector: Clerk) -> None:
    """行政处罚法 30."""
    first_17 = "35020020150101003"
    child = {"name": "虚构童", "uscc": None, "id_number": first_17 + resident_id_check_character(first_17)}
    with pytest.raises(ChildPunished) as refused:
        await inspector.hand_in(**child)
    assert refused.value.extensions["citation"] == "《行政处罚法（2021）》 30"


async def test_a_penalty_against_a_minor_is_kept_back(inspector: Clerk) -> None:
    """未成年人保护法 103."""
    first_17 = "35020020090101003"
    minor = {"name": "虚构少", "uscc": None, "id_number": first_17 + resident_id_check_character(first_17)}
    row = await inspector.row(await inspector.hand_in(**minor))
    assert (row["disclosure"], row["publication_due_on"]) == ("restricted", None)


def _born(on: str) -> dict[str, Any]:
    """Give the party of a penalty that was born on a day."""
    first_17 = f"350200{on}003"
    return {"name": "虚构少", "uscc": None, "id_number": first_17 + resident_id_check_character(first_17)}


async def test_a_minors_penalty_of_long_ago_is_kept_back_by_the_law_of_today(inspector: Clerk) -> None:
    """未成年人保护法 103: whoever discloses it does so today; eighteen is who had that birthday before the decision."""
    day = date(2021, 3, 1)
    minor = await inspector.hand_in(**_born("20030301"), decided_on=day)
    adult = await inspector.hand_in(**_born("20030228"), decided_on=day)
    shown = [(await inspector.row(record))["disclosure"] for record in (minor, adult)]
    assert shown == ["restricted", "public"]


async def test_a_child_was_not_punished_by_the_law_before_either(inspector: Clerk) -> None:
    """行政处罚法（1996）25."""
    with pytest.raises(ChildPunished) as refused:
        await inspector.hand_in(**_born("20100101"), decided_on=date(2021, 7, 14))
    assert refused.value.extensions["citation"] == "《行政处罚法（1996）》 25"


async def test_a_penalty_about_a_person_is_handed_in_under_its_number(inspector: Clerk) -> None:
    """行政处罚法 30, 未成年人保护法 103: under the subject's id nobody's age is known, and none is guessed at."""
    known = (await inspector.row(await inspector.hand_in(**PERSON, uscc=None)))["subject_id"]
    with pytest.raises(NumberNeeded):
        await inspector.hand_in(subject_id=known, uscc=None, name=None, decision_no="另一文书")
    firm = (await inspector.row(await inspector.hand_in()))["subject_id"]
    other = await inspector.hand_in(subject_id=firm, uscc=None, name=None, decision_no="另一文书")
    assert (await inspector.row(other))["subject_id"] == firm


async def _moved(clerk: Clerk, record: UUID, decided_on: date) -> Mapping[str, Any]:
    changes = {"decided_on": decided_on, "obtained_on": decided_on}
    return await amend(clerk.tx, clerk.vault, clerk.books, clerk.calendar, record, changes=changes, reason="日期有误")


async def test_a_day_put_right_tells_anew_whether_the_party_was_a_minor(inspector: Clerk) -> None:
    """未成年人保护法 103: kept back from the day on which it is known, owed to no channel, and shown where it may be."""
    record = await inspector.hand_in(**_born("20080101"), severity="serious")
    await inspector.publish(record)
    kept = await _moved(inspector, record, date(2026, 1, 1))
    assert (kept["state"], kept["disclosure"], kept["publication_due_on"]) == ("published", "restricted", None)
    titled = await amend(
        inspector.tx,
        inspector.vault,
        inspector.books,
        inspector.calendar,
        record,
        changes={"title": "更正"},
        reason="笔误",
    )
    assert titled["publication_due_on"] is None
    shown = await _moved(inspector, record, date(2026, 1, 2))
    assert (shown["disclosure"], shown["portal_at"] is None) == ("public", False)
    assert shown["publication_due_on"] is not None


async def test_a_minors_penalty_that_was_none_comes_to_the_portal_when_that_is_known(inspector: Clerk) -> None:
    """厦门8: on the portal from the correction on, not before."""
    record = await inspector.hand_in(**_born("20080101"), severity="serious", decided_on=date(2026, 1, 1))
    assert (await inspector.publish(record))["portal_at"] is None
    assert (await _moved(inspector, record, date(2026, 1, 2)))["portal_at"] == inspector.tx.now


async def test_no_day_is_put_right_to_one_on_which_the_party_was_a_child(inspector: Clerk) -> None:
    """行政处罚法 30."""
    record = await inspector.hand_in(**_born("20120101"))
    with pytest.raises(ChildPunished):
        await _moved(inspector, record, date(2026, 1, 1))
