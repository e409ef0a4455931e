"""A 双公示 file of 10,000 rows with 500 faults of 20 kinds comes back with exactly those 500, each with its reason."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from domain.errors import catalogue, default_message
from domain.identifiers import invented_resident_id, invented_uscc
from tests.intake.conftest import Desk
from tests.intake.sheets import columns, penalty, person, sheet

pytestmark = pytest.mark.anyio

ROWS, OF_EACH = 10_000, 25
BESIDE = ["CF_SXYZCD", "RX_BJRQ", "RX_XFGZRQ", "RX_XFGZFS"]


def _changed(**changes: str) -> Callable[[int], dict[str, str]]:
    return lambda number: penalty(number, **changes)


def _of_person(**changes: str) -> Callable[[int], dict[str, str]]:
    return lambda number: {**person(number, "虚构甲"), **changes}


KINDS: dict[tuple[str | None, str], Callable[[int], dict[str, str]]] = {
    ("CF_XDR_SHXYM", "DATA_ITEM_MISSING"): _changed(CF_XDR_SHXYM=""),
    ("CF_XDR_SHXYM", "USCC_CHECK_FAILED"): _changed(CF_XDR_SHXYM="91350211M0000XUF46"),
    ("CF_XDR_SHXYM", "USCC_INVALID"): _changed(CF_XDR_SHXYM="9135021X"),
    ("CF_XDR_LB", "DATA_ITEM_INVALID"): _changed(CF_XDR_LB="公司"),
    ("CF_WSH", "DATA_ITEM_MISSING"): _changed(CF_WSH=""),
    ("CF_WSH", "PERSONAL_TEXT_IN_PUBLIC"): lambda number: penalty(number, CF_WSH=invented_resident_id(number)),
    ("CF_SY", "DATA_ITEM_MISSING"): _changed(CF_SY=""),
    ("CF_JDRQ", "DATA_ITEM_INVALID"): _changed(CF_JDRQ="2026/02/29"),
    ("CF_JDRQ", "DATE_IN_FUTURE"): _changed(CF_JDRQ="2026/03/19"),
    ("CF_JDRQ", "ITEM_NOT_IN_FORCE"): _changed(CF_JDRQ="2020/12/31"),
    ("CF_NR_FK", "DATA_ITEM_INVALID"): _changed(CF_NR_FK="5万"),
    ("CF_CFLB", "DATA_ITEM_INVALID"): _changed(CF_CFLB="罚金"),
    ("CF_CFJGDM", "DATA_ITEM_INVALID"): _changed(CF_CFJGDM="x"),
    ("CF_SXYZCD", "SEVERITY_UNKNOWN"): _changed(CF_SXYZCD="一般"),
    ("RX_BJRQ", "DATES_OUT_OF_ORDER"): _changed(RX_BJRQ="2026/03/01"),
    ("RX_XFGZFS", "DATA_ITEM_MISSING"): _changed(RX_XFGZRQ="2026/03/02"),
    ("CF_XDR_ZJHM", "RESIDENT_ID_INVALID"): _of_person(CF_XDR_ZJHM="350205199002300011"),
    ("CF_XDR_ZJLX", "DOCUMENT_NOT_SUPPORTED"): _of_person(CF_XDR_ZJLX="护照号"),
    ("CF_XDR_ZJHM", "PERSON_NAME_DISAGREES"): lambda number: {
        **person(7, "虚构庚"), "CF_WSH": f"厦人社监罚〔2026〕{number}号"
    },
    (None, "RECORD_EXISTS"): lambda number: {**penalty(0), "CF_SY": f"另一事由{number}"},
}  # fmt: skip


async def test_exactly_the_faulty_rows_come_back_xm_08(desk: Desk) -> None:
    assert len(KINDS) == 20
    dice = random.Random(20_260_318)
    rows = [penalty(number, CF_XDR_SHXYM=invented_uscc(number // 4)) for number in range(ROWS)]
    rows[:8] = [penalty(number) for number in range(7)] + [person(7, "虚构丁")]
    places = dice.sample(range(8, ROWS), OF_EACH * len(KINDS))
    expected = []
    for place, ((column, code), make) in zip(
        places, [one for one in KINDS.items() for _ in range(OF_EACH)], strict=True
    ):
        rows[place] = make(place)
        expected.append((place + 2, column, code))
    summary = await desk.hand_in(sheet("penalty", rows, codes=[*columns("penalty"), *BESIDE]), rows_at_once=4_000)
    assert (summary.rows_read, summary.rows_added, summary.rows_known, summary.rows_refused) == (ROWS, 9_500, 0, 500)
    assert sorted(await desk.refusals(summary), key=str) == sorted(expected, key=str)
    assert await _reasons(desk, summary) == {code: _told(code) for _, code in KINDS}


async def _reasons(desk: Desk, summary: Any) -> dict[str, tuple[str, str]]:
    rows = await desk.tx.connection.fetch(
        "SELECT DISTINCT code, reason, reason_zh FROM refused_row WHERE record_import_id = $1", summary.import_id
    )
    return {row["code"]: (row["reason"], row["reason_zh"]) for row in rows}


def _told(code: str) -> tuple[str, str]:
    return next((default_message(kind), kind.zh) for kind in catalogue() if kind.code == code)
