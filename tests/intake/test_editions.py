"""A record refers to the edition in force on the day of its decision: the rows of one file fall under several."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg
import pytest

from domain.calendar import working_calendar
from domain.credit import records
from domain.credit.refusals import DayOfAnotherEdition, ItemNotInForce, RecordExists
from domain.credit.submission import Submission, submit
from domain.errors import NotFound
from domain.identifiers import invented_uscc
from domain.oversight.refused_file import refused_file
from domain.oversight.submitted import submit_all
from domain.rulebook.loader import load_rulebooks
from tests.client import Serve
from tests.edition.ground import approved, catalogue_item
from tests.intake.conftest import Desk
from tests.intake.sheets import penalty, sheet
from tests.intake.test_submit_many import CLERK, _row, _send

pytestmark = pytest.mark.anyio

BOOKS, CALENDAR = load_rulebooks(), working_calendar()
EVE, FIRST_DAY = date(2026, 2, 28), date(2026, 3, 1)
BEFORE_ALL: Final = "2020/12/31"


async def _penalties(desk: Desk) -> list[asyncpg.Record]:
    """Give the penalty item of Xiamen in each edition, the oldest first."""
    rows: list[asyncpg.Record] = await desk.tx.connection.fetch(
        "SELECT * FROM catalogue_item WHERE jurisdiction_id = '350200' AND code = 'penalty' ORDER BY valid_from"
    )
    return rows


async def _succeed(desk: Desk, **more: Any) -> tuple[UUID, UUID]:
    """Bring an edition of the catalogue into force from the first day on; give its penalty item after that before it."""
    [standing] = await _penalties(desk)
    given = {"data_items": json.loads(standing["data_items"]), "disclosure": "government_sharing", **more}
    await approved(
        desk.tx.connection,
        catalogue_item("penalty", **given),
        label="2026",
        first=FIRST_DAY,
        on=date(2026, 2, 1),
        by=desk.office_id,
    )
    before, after = await _penalties(desk)
    assert (before["valid_to"], after["valid_from"]) == (EVE, FIRST_DAY)
    return before["id"], after["id"]


def _decided(number: int, day: date | str, **changes: str) -> dict[str, str]:
    written = day.strftime("%Y/%m/%d") if isinstance(day, date) else day
    return penalty(number, CF_JDRQ=written, **changes)


async def _placed(desk: Desk) -> dict[tuple[date, UUID], str]:
    return {(row["decided_on"], row["item_id"]): row["disclosure"] for row in await desk.records()}


@pytest.mark.parametrize("named", [{}, {"item_code": "penalty"}], ids=["told by the header", "by its code"])
async def test_rows_of_a_file_fall_under_the_edition_of_their_day_xm_07(desk: Desk, named: dict[str, Any]) -> None:
    """XM-07, XM-08b: the eve is the old edition's, the first day the new one's; a day before all of them nobody's."""
    old, new = await _succeed(desk)
    rows = [_decided(1, EVE), _decided(2, FIRST_DAY), _decided(3, BEFORE_ALL), _decided(4, "2026/02/30")]
    summary = await desk.hand_in(sheet("penalty", rows), **named)
    assert (summary.rows_added, summary.rows_refused, summary.item_id) == (2, 2, new)
    assert await _placed(desk) == {(EVE, old): "public", (FIRST_DAY, new): "government_sharing"}
    assert await desk.refusals(summary) == [(4, "CF_JDRQ", "ITEM_NOT_IN_FORCE"), (5, "CF_JDRQ", "DATA_ITEM_INVALID")]
    again = await desk.hand_in(sheet("penalty", rows), **named)
    assert (again.rows_added, again.rows_known) == (0, 2)


async def test_a_file_names_an_item_by_a_code_that_there_is(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.hand_in(sheet("penalty", [_decided(1, EVE)]), item_code="none")
    assert await desk.count("record_import") == 0


async def test_each_record_rests_on_the_clause_of_its_own_edition_xm_07(desk: Desk) -> None:
    await _succeed(desk)
    await desk.hand_in(sheet("penalty", [_decided(1, EVE), _decided(2, FIRST_DAY)]))
    told = await desk.tx.connection.fetch(
        "SELECT event.basis, item.clause FROM ledger_event event JOIN credit_record record ON record.id = event.object_id"
        " JOIN catalogue_item item ON item.id = record.item_id WHERE event.verb = 'submit' ORDER BY record.decided_on"
    )
    assert [row["basis"].endswith(row["clause"]) for row in told] == [True, True]
    assert told[0]["clause"] != told[1]["clause"]


async def test_an_item_named_by_its_id_is_that_of_one_edition_xm_07(desk: Desk) -> None:
    old, new = await _succeed(desk)
    rows = [_decided(1, EVE), _decided(2, FIRST_DAY)]
    for item, refused in ((old, 3), (new, 2)):
        summary = await desk.hand_in(sheet("penalty", rows), item_id=item)
        assert summary.rows_added == 1
        assert await desk.refusals(summary) == [(refused, "CF_JDRQ", "ITEM_NOT_IN_FORCE")]


async def test_a_decision_whose_day_moves_over_the_change_makes_no_second_record_xm_08a(desk: Desk) -> None:
    """厦门8: never two records of one decision, whichever edition each would fall under."""
    old, new = await _succeed(desk)
    await desk.hand_in(sheet("penalty", [_decided(1, EVE)]))
    ways: list[dict[str, Any]] = [{}, {"item_id": new}]
    for named in ways:
        summary = await desk.hand_in(sheet("penalty", [_decided(1, FIRST_DAY)]), **named)
        assert await desk.refusals(summary) == [(2, None, "RECORD_EXISTS")]
    [again] = await submit_all(desk.tx, desk.vault, BOOKS, CALENDAR, [_called(desk, 1, FIRST_DAY, item_code="penalty")])
    assert isinstance(again.refused, RecordExists)
    with pytest.raises(RecordExists):
        await submit(desk.tx, desk.vault, BOOKS, CALENDAR, _called(desk, 1, FIRST_DAY, item_code="penalty"))
    assert await _placed(desk) == {(EVE, old): "public"}


async def test_who_produces_an_item_no_longer_hands_in_what_it_decided_before_xm_08a(desk: Desk) -> None:
    """厦门8: 谁产生,谁提供、谁负责 is asked of the edition of the decision's day."""
    old, _ = await _succeed(desk, producers=["SP"])
    summary = await desk.hand_in(sheet("penalty", [_decided(1, EVE), _decided(2, FIRST_DAY)]))
    assert await _placed(desk) == {(EVE, old): "public"}
    assert await desk.refusals(summary) == [(3, "CF_JDRQ", "NOT_PRODUCER")]


async def test_a_column_that_only_one_edition_has_is_read_for_its_rows_xm_07(desk: Desk) -> None:
    """A sheet of an item's own that grew: the header may have the new column, and the rows that it is asked of need it."""
    content = {"code": "CONTENT", "name": "内容", "required": "always"}
    amount = {"code": "AMOUNT", "name": "金额", "required": "always", "kind": "money"}
    for label, first, has in (("2025", date(2025, 1, 1), [content]), ("2026", FIRST_DAY, [content, amount])):
        item = catalogue_item("wages", "工资支付信息", category="wages", data_items=has)
        await approved(desk.tx.connection, item, label=label, first=first, on=date(2024, 12, 1), by=desk.office_id)
    rows = [_own(1, EVE), _own(2, EVE, AMOUNT="5"), _own(3, FIRST_DAY), _own(4, FIRST_DAY, AMOUNT="5")]
    summary = await desk.hand_in(_own_sheet(rows), item_code="wages")
    assert [row["decision_no"] for row in await desk.records()] == ["工资〔2026〕1号", "工资〔2026〕4号"]
    assert await desk.refusals(summary) == [(3, "AMOUNT", "DATA_ITEM_UNKNOWN"), (4, "AMOUNT", "DATA_ITEM_MISSING")]
    back = "".join([piece.decode() async for piece in refused_file(desk.tx.connection, desk.vault, summary.import_id)])
    [header, one, other] = csv.reader(io.StringIO(back.removeprefix("\ufeff")))
    [place] = [place for place, head in enumerate(header) if head.endswith(" AMOUNT")]
    assert (one[place], other[place]) == ("5", "")
    one[place], other[place] = "", "6"
    corrected = io.StringIO()
    csv.writer(corrected).writerows([header, one, other])
    summary = await desk.hand_in(io.BytesIO(corrected.getvalue().encode()), item_code="wages")
    assert (summary.rows_added, summary.rows_refused) == (2, 0)


def _own(number: int, day: date, **more: str) -> dict[str, str]:
    return {
        "RX_XDR_MC": f"厦门虚构{number}号公司", "RX_XDR_LB": "法人及非法人组织", "RX_XDR_SHXYM": invented_uscc(3000 + number),
        "RX_WSH": f"工资〔2026〕{number}号", "RX_BT": "工资支付", "RX_JDRQ": day.isoformat(), "CONTENT": "按时支付", **more,
    }  # fmt: skip


def _own_sheet(rows: list[dict[str, str]]) -> io.BytesIO:
    columns = ["RX_XDR_MC", "RX_XDR_LB", "RX_XDR_SHXYM", "RX_WSH", "RX_BT", "RX_JDRQ", "CONTENT", "AMOUNT"]
    return sheet("penalty", rows, codes=columns)


def _called(desk: Desk, number: int, day: date, **named: Any) -> Submission:
    row: Mapping[str, str] = _decided(number, day)
    return Submission(
        office_id=desk.office_id,
        decision_no=row["CF_WSH"],
        title=row["CF_WFXW"],
        decided_on=day,
        content=row,
        **named,
    )


async def test_a_decision_that_fell_under_another_edition_is_withdrawn_and_handed_in_anew_xm_07(desk: Desk) -> None:
    """A record stays with its edition; whoever amends its day is told the way."""
    _, new = await _succeed(desk)
    named = _called(desk, 1, EVE, item_code="penalty")
    record = await submit(desk.tx, desk.vault, BOOKS, CALENDAR, named)
    with pytest.raises(DayOfAnotherEdition, match="withdraw the record and hand it in anew"):
        await records.amend(
            desk.tx,
            desk.vault,
            BOOKS,
            CALENDAR,
            record,
            changes={"decided_on": FIRST_DAY, "closed_on": FIRST_DAY},
            reason="更正",
        )
    await records.withdraw(desk.tx, BOOKS, record, reason="决定日期有误")
    again = await submit(desk.tx, desk.vault, BOOKS, CALENDAR, _called(desk, 1, FIRST_DAY, item_code="penalty"))
    assert await desk.tx.connection.fetchval("SELECT item_id FROM credit_record WHERE id = $1", again) == new


async def test_calls_that_name_an_item_by_its_code_fall_under_the_edition_of_their_day_xm_07(desk: Desk) -> None:
    old, new = await _succeed(desk)
    day_before_all = date(2020, 12, 31)
    days = [EVE, FIRST_DAY, day_before_all]
    calls = [_called(desk, number, day, item_code="penalty") for number, day in enumerate(days)]
    calls += [
        _called(desk, 5, EVE, item_code="none"),
        _called(desk, 6, EVE, item_id=old),
        _called(desk, 7, EVE, item_id=new),
    ]
    found = await submit_all(desk.tx, desk.vault, BOOKS, CALENDAR, calls)
    refused = [type(one.refused) for one in found]
    assert refused == [type(None), type(None), ItemNotInForce, NotFound, type(None), ItemNotInForce]
    assert await _placed(desk) == {(EVE, old): "public", (FIRST_DAY, new): "government_sharing"}
    alone = await submit(desk.tx, desk.vault, BOOKS, CALENDAR, _called(desk, 8, EVE, item_code="penalty"))
    assert await desk.tx.connection.fetchval("SELECT item_id FROM credit_record WHERE id = $1", alone) == old
    with pytest.raises(NotFound):
        await submit(desk.tx, desk.vault, BOOKS, CALENDAR, _called(desk, 9, EVE, item_code="none"))


async def test_a_call_names_its_item_by_id_or_by_code(demo_url: str, serve: Serve) -> None:
    by_code = _row("", 1) | {"item": None, "itemCode": "penalty"}
    both = _row("CatalogueItem:01856aa0-c807-7228-9361-95da70166965", 2, itemCode="penalty")
    neither = _row("", 3) | {"item": None}
    impossible = _row("", 4) | {"item": None, "itemCode": "penalty\x00"}
    async with serve(demo_url) as client:
        rows = (await _send(client, [by_code, both, neither, impossible], caller=CLERK))["rows"]
        assert [row["code"] for row in rows] == [None, "INVALID_INPUT", "INVALID_INPUT", "NOT_FOUND"]
