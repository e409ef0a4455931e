"""Every catalogue item has a template, and a filled template is imported as it is."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

import asyncpg
import pytest
from python_calamine import load_workbook

from domain.credit.item import Item, load_item_of
from domain.credit.statement import CONDITION_MET
from domain.identifiers import invented_resident_id, invented_uscc
from domain.oversight import item_sheet, template
from domain.oversight.columns import HeaderUnknown, read_header
from domain.oversight.item_sheet import OWN, SheetColumn, prefix_of
from domain.oversight.refused_file import refused_file
from domain.rulebook.loader import load_rulebooks
from tests.client import Serve
from tests.intake.conftest import Desk
from tests.intake.sheets import columns, handed_back, penalty, permit, person

pytestmark = pytest.mark.anyio

BOOKS = load_rulebooks()
TODAY = date(2026, 3, 18)
SHEET = "xl/worksheets/sheet1.xml"
NOTES = "xl/worksheets/sheet2.xml"
SAMPLES = {"date": "2026/03/02", "money": "3.5", "uscc": invented_uscc(1), "id_number": invented_resident_id(5)}


def columns_of(item: Item) -> list[SheetColumn]:
    """Give the columns of an item's sheet today."""
    return list(item_sheet.columns_of(BOOKS, item, on=TODAY))


def xlsx_template(item: Item, *, citation: str) -> bytes:
    """Write today's template as XLSX."""
    division = BOOKS.jurisdictions[item.jurisdiction_id].name
    return template.xlsx_template(item, columns_of(item), division=division, citation=citation)


def csv_template(item: Item) -> bytes:
    """Write today's template as CSV."""
    return template.csv_template(columns_of(item))


def _filled(template: bytes, item: Item, rows: Sequence[Mapping[str, str]]) -> io.BytesIO:
    """Type rows under the header of a workbook, as text, and leave everything else as it is."""
    codes = [column.item.code for column in columns_of(item)]
    typed = "".join(
        f'<row r="{line}">'
        + "".join(f'<c t="inlineStr"><is><t>{escape(row.get(code, ""))}</t></is></c>' for code in codes)
        + "</row>"
        for line, row in enumerate(rows, start=2)
    )
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = before.read(name).decode()
            after.writestr(name, part.replace("</sheetData>", f"{typed}</sheetData>") if name == SHEET else part)
    file.seek(0)
    return file


def _typed(template: bytes, item: Item, rows: Sequence[Mapping[str, str]]) -> io.BytesIO:
    """Type rows under the header of a CSV file."""
    text = io.StringIO()
    codes = [column.item.code for column in columns_of(item)]
    csv.writer(text, lineterminator="\r\n").writerows([row.get(code, "") for code in codes] for row in rows)
    return io.BytesIO(template + text.getvalue().encode())


def _row_of(item: Item, number: int) -> dict[str, str]:
    """Fill in every required column of an item's own sheet, about a person where it is about people alone."""
    about_person = item.subject_kinds == ("natural_person",)
    code = "91" if item.admits("enterprise") else "11"
    party = {
        f"{OWN}_XDR_MC": "虚构甲" if about_person else f"厦门虚构{number}公司",
        f"{OWN}_XDR_LB": "自然人" if about_person else "法人及非法人组织",
        f"{OWN}_WSH": f"虚构〔2026〕{number}号",
        f"{OWN}_BT": "虚构的标题",
        f"{OWN}_JDRQ": "2026/03/02",
        "RX_YJCJ": "法律",
        **(
            {f"{OWN}_XDR_ZJHM": invented_resident_id(number)}
            if about_person
            else {f"{OWN}_XDR_SHXYM": invented_uscc(number, prefix=code)}
        ),
    }
    return party | {
        described.code: described.values[0] if described.values else SAMPLES.get(described.kind, "虚构内容")
        for described in item.data_items.values()
        if described.required == "always" or described.code == "BASIS"
    }


async def _items(desk: Desk) -> list[Item]:
    rows = await desk.tx.connection.fetch("SELECT id FROM catalogue_item ORDER BY jurisdiction_id, code")
    return [await load_item_of(desk.tx.connection, row["id"], office_id=desk.office_id) for row in rows]


async def test_the_template_of_every_item_is_read_as_its_sheet_xm_08(desk: Desk) -> None:
    items = await _items(desk)
    assert len(items) > 40
    for item in items:
        [header] = load_workbook(io.BytesIO(xlsx_template(item, citation="x"))).get_sheet_by_index(0).to_python()
        assert csv_template(item) == ("\ufeff" + ",".join(map(str, header)) + "\r\n").encode()
        read = read_header(BOOKS, [str(cell) for cell in header], editions=(item,))
        assert (read.kind, read.prefix) == (item.category, prefix_of(item))
        assert list(read.codes) == [column.item.code for column in columns_of(item)]


@pytest.mark.parametrize(("kind", "count"), [("permit", 28), ("penalty", 30)])
async def test_the_national_columns_stand_in_the_template_in_their_order_xm_08b(
    desk: Desk, kind: str, count: int
) -> None:
    [item] = [one for one in await _items(desk) if one.category == kind and one.jurisdiction_id == "350200"]
    listed = [column for column in columns_of(item) if not column.is_beside]
    assert ([column.item.code for column in listed], len(listed)) == (columns(kind), count)
    notes = load_workbook(io.BytesIO(xlsx_template(item, citation="《…》 8"))).get_sheet_by_name("填写说明").to_python()
    assert notes[0][0] == f"{item.name}（厦门市，目录版本 {item.edition}，条目 {item.code}）"
    told = {row[2]: row for row in notes}
    assert told["BZ"][3] == "选填"
    assert told[f"{prefix_of(item)}_XDR_SHXYM"][3] == "法人及非法人组织、个体工商户必填"
    assert told["RX_BJRQ"][3] == "可另附"
    assert [cell for row in notes for cell in row if str(cell).startswith("依据：")] == ["依据：《…》 8"]


async def test_drop_downs_offer_the_list_of_a_column(desk: Desk) -> None:
    [item] = [one for one in await _items(desk) if one.category == "permit" and one.jurisdiction_id == "350200"]
    made = xlsx_template(item, citation="x")
    offered = load_workbook(io.BytesIO(made)).get_sheet_by_name("选项").to_python(skip_empty_area=False)
    place = [column.item.code for column in columns_of(item)].index("XK_XKLB")
    assert [row[place] for row in offered if row[place]] == list(item.data_items["XK_XKLB"].values)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert (
            f"<formula1>选项!$P$1:$P${len(item.data_items['XK_XKLB'].values)}</formula1>" in parts.read(SHEET).decode()
        )


async def test_a_clerk_reads_every_head_whole_and_the_form_of_a_cell_beside_it(desk: Desk) -> None:
    """XM-08b: the header stays in sight, high and wide enough; dates, codes and amounts say how they are written."""
    for item in [one for one in await _items(desk) if one.jurisdiction_id == "350200"]:
        with zipfile.ZipFile(io.BytesIO(xlsx_template(item, citation="x"))) as parts:
            sheet = parts.read(SHEET).decode()
            assert '<pageSetup fitToHeight="0" orientation="landscape"/>' in parts.read(NOTES).decode(), (
                "printed, none is cut off"
            )
        assert 'topLeftCell="B2" activePane="bottomRight" state="frozen"' in sheet
        [height] = re.findall(r'<row r="1"[^>]* ht="([0-9.]+)"', sheet)
        widths = [
            float(width)
            for first, last, width in re.findall(r'<col min="(\d+)" max="(\d+)" width="([0-9.]+)"', sheet)
            for _ in range(int(first), int(last) + 1)
        ]
        listed = [column.item for column in columns_of(item)]
        lines = float(height) // 15
        for described, width in zip(listed, widths, strict=True):
            shown = sum(2 if ord(one) > 0x2E80 else 1 for one in described.name)
            assert len(described.code) < width, described.code
            assert -(-shown // int(width - 1)) < lines, described.name
        prompts = re.findall(r"<dataValidation [^>]*prompt=", sheet)
        formal = [one for one in listed if one.kind != "text"]
        assert len(prompts) == len(formal) > 0


@pytest.mark.parametrize(
    ("jurisdiction", "code", "offered"),
    [
        ("350200", "penalty", ["轻微", "严重"]),
        ("310000", "broken_commitment", ["一般", "严重"]),
        ("350200", "benefit_claimant", ["轻微", "严重"]),
        ("350200", "commitment_fulfilment", ["轻微", "严重"]),
        ("350200", "permit", None),
        ("310000", "commendation", None),
    ],
)
async def test_severity_is_asked_where_it_bears_in_the_words_of_the_place(
    desk: Desk, jurisdiction: str, code: str, offered: list[str] | None
) -> None:
    """XM-02a, SH-05e, SH-07a, XM-18b: two classes each, of what speaks against the subject."""
    [item] = [one for one in await _items(desk) if (one.jurisdiction_id, one.code) == (jurisdiction, code)]
    asked = {column.item.code: column.item.values for column in columns_of(item)}
    assert asked.get("CF_SXYZCD") == (tuple(offered) if offered else None)


async def test_a_dishonest_record_with_its_condition_comes_whole_through_template_and_refusal(desk: Desk) -> None:
    """SH-05c, SH-07a: severity and the harm to the public interest are handed in by file, and refused rows keep them."""
    theirs = await desk.of("310000", "HRSS")
    [item] = [one for one in await _items(desk) if one.code == "false_material_or_misuse"]
    [other] = [one for one in await _items(desk) if one.code == "broken_commitment"]
    assert "RX_TJJB" in [column.item.code for column in columns_of(item)]
    assert "RX_TJJB" not in [column.item.code for column in columns_of(other)]
    told = {"CF_SXYZCD": "一般", "RX_TJJB": "是", "RX_GZQX": "2026/04/30"}
    rows = [{**_row_of(item, 1), **told}, {**_row_of(item, 2), **told, "FACTS": ""}, _row_of(item, 3)]
    summary = await theirs.hand_in(_typed(csv_template(item), item, rows), item_id=item.id)
    assert (summary.rows_added, summary.rows_refused) == (2, 1)
    records = {row["decision_no"]: row for row in await theirs.records()}
    one, other_record = (records[_row_of(item, number)["RX_WSH"]] for number in (1, 3))
    assert (one["severity"], one["dishonest"], one["correction_due_on"]) == ("general", True, date(2026, 4, 30))
    assert json.loads(one["content"])["CONDITION_MET"] == "true"
    assert (other_record["severity"], other_record["dishonest"]) == (None, False), "without the harm it is not"
    pieces = [piece async for piece in refused_file(desk.tx.connection, desk.vault, summary.import_id)]
    [back] = handed_back(b"".join(pieces).decode("utf-8-sig"))
    assert {code: back[code] for code in told} == told


async def test_a_filled_national_template_makes_the_records_that_the_sheet_makes(desk: Desk) -> None:
    [item] = [one for one in await _items(desk) if one.category == "penalty" and one.jurisdiction_id == "350200"]
    rows = [penalty(1, RX_BJRQ="2026/03/03"), person(3, "虚构丙"), penalty(2, CF_SY="")]
    summary = await desk.hand_in(_filled(xlsx_template(item, citation="x"), item, rows))
    assert (summary.rows_read, summary.rows_added, summary.rows_refused) == (3, 2, 1)
    assert await desk.refusals(summary) == [(4, "CF_SY", "DATA_ITEM_MISSING")]
    again = await desk.hand_in(_typed(csv_template(item), item, rows))
    assert (again.rows_read, again.rows_known, again.rows_refused) == (3, 2, 1)


async def test_a_filled_permit_template_is_taken(desk: Desk) -> None:
    approval = await desk.of("350200", "SP")
    [item] = [one for one in await _items(desk) if one.category == "permit" and one.jurisdiction_id == "350200"]
    summary = await approval.hand_in(_filled(xlsx_template(item, citation="x"), item, [permit(1), permit(2)]))
    assert (summary.rows_added, summary.rows_refused) == (2, 0)


async def test_the_filled_template_of_every_other_item_is_taken_or_refused_for_its_procedure(desk: Desk) -> None:
    """XM-08a: what an office produces it hands in by file, whatever the item; twice adds nothing."""
    taken, refused = 0, {}
    for number, item in enumerate(await _items(desk)):
        office = await desk.tx.connection.fetchval(_PRODUCER, item.id)
        described = next(one for one in BOOKS.books[item.edition].catalogue if one.code == item.code)
        if prefix_of(item) != OWN or described.through is not None or office is None:
            continue
        theirs = Desk(desk.tx, office)
        rows = [_row_of(item, 500 + number)]
        summary = await theirs.hand_in(_filled(xlsx_template(item, citation="x"), item, rows), item_id=item.id)
        again = await theirs.hand_in(_typed(csv_template(item), item, rows), item_id=item.id)
        record = await desk.tx.connection.fetchrow(_OF_IMPORT, summary.import_id)
        if (summary.rows_added, again.rows_known) != (1, 1):
            refused[item.code] = await desk.refusals(summary)
            continue
        assert set(_content(record)) - {CONDITION_MET} <= set(item.data_items)
        assert "虚构甲" not in record["content"]
        taken += 1
    assert refused == {}
    assert taken >= 25


async def test_an_items_own_sheet_needs_its_item_named(desk: Desk) -> None:
    [item] = [one for one in await _items(desk) if one.code == "employer_record"]
    with pytest.raises(HeaderUnknown):
        await desk.hand_in(_typed(csv_template(item), item, [_row_of(item, 1)]))


async def test_refused_rows_of_an_own_sheet_come_back_in_its_columns(desk: Desk) -> None:
    [item] = [one for one in await _items(desk) if one.code == "employer_record"]
    rows = [_row_of(item, 1) | {"FACTS": ""}, _row_of(item, 2) | {f"{OWN}_JDRQ": "2026/02/30"}]
    summary = await desk.hand_in(_typed(csv_template(item), item, rows), item_id=item.id)
    assert await desk.refusals(summary) == [
        (2, "FACTS", "DATA_ITEM_MISSING"),
        (3, f"{OWN}_JDRQ", "DATA_ITEM_INVALID"),
    ]
    back = b"".join([piece async for piece in refused_file(desk.tx.connection, desk.vault, summary.import_id)])
    mended = back.decode().replace("2026/02/30", "2026/02/28").encode()
    assert (await desk.hand_in(io.BytesIO(mended), item_id=item.id)).rows_added == 1


async def test_templates_are_had_over_http_by_whoever_reads_the_catalogue(demo_url: str, serve: Serve) -> None:
    entered = next(one.code for one in BOOKS.books["cn-xiamen-hrss-2021"].catalogue if one.through is not None)
    connection = await asyncpg.connect(demo_url)
    by_procedure, plain = [
        await connection.fetchval("SELECT id FROM catalogue_item WHERE jurisdiction_id = '350200' AND code = $1", code)
        for code in (entered, "penalty")
    ]
    await connection.close()
    async with serve(demo_url) as client:

        async def get(name: str) -> Any:
            return await client.http.get(f"/templates/{name}")

        assert (await get(f"CatalogueItem:{plain}.csv")).content.startswith("\ufeff行政相对人名称* CF_XDR_MC,".encode())
        book = await get(f"{plain}.xlsx")
        assert (book.status_code, book.headers["cache-control"]) == (200, "no-store")
        assert load_workbook(io.BytesIO(book.content)).sheet_names == ["行政处罚", "填写说明", "选项"]
        refused = await get(f"{by_procedure}.xlsx")
        assert refused.json()["errors"][0]["extensions"]["code"] == "RECORD_HAS_PROCEDURE"
        for missing in ("x.csv", f"{plain}.pdf", f"{plain}", "0192f0c1-0000-7000-8000-000000000000.csv", ".csv"):
            assert (await get(missing)).status_code == 404


def _content(record: asyncpg.Record) -> dict[str, str]:
    found: dict[str, str] = json.loads(record["content"])
    return found


_PRODUCER = "SELECT office_id FROM catalogue_producer WHERE item_id = $1 ORDER BY office_id LIMIT 1"
_OF_IMPORT = "SELECT * FROM credit_record WHERE import_id = $1"
