"""Files however they are written: NDJSON, XLSX and gzip go in like CSV, and numbers are no identity numbers."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from domain.errors import DomainError
from domain.oversight import container
from domain.oversight import ndjson as row_ndjson
from domain.oversight import sheet as row_sheet
from domain.oversight.columns import HeaderUnknown
from domain.oversight.container import FileDamaged, FileTooLong, WorkbookOldOrLocked, unpacked
from domain.oversight.ndjson import NotWrittenAsNdjson
from domain.oversight.refused_file import refused_file
from domain.oversight.sheet import NotWrittenAsCsv, inspect
from domain.oversight.workbook import RowsOnSeveralSheets
from tests.intake.conftest import Desk
from tests.intake.sheets import columns, handed_back, penalty, person, sheet
from tests.removals.ground import BOOKS

pytestmark = pytest.mark.anyio


def ndjson(rows: list[dict[str, Any]]) -> io.BytesIO:
    """Write rows as NDJSON."""
    return io.BytesIO("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())


def wide_ndjson(rows: list[dict[str, Any]]) -> io.BytesIO:
    """Write rows as NDJSON in UTF-16 behind its mark, as Windows' own shell redirects a text."""
    return io.BytesIO(ndjson(rows).getvalue().decode().encode("utf-16"))


def workbook(rows: list[dict[str, Any]], *, beside: Sequence[str] = ()) -> io.BytesIO:
    """Write rows as XLSX: numbers as numbers, days as days."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page, day = book.add_worksheet("行政处罚"), book.add_format({"num_format": "yyyy/mm/dd"})
        for place, code in enumerate([*beside, *columns("penalty")]):
            page.write(0, place, code)
            for line, row in enumerate(rows, start=1):
                value = row.get(code, "")
                page.write_datetime(line, place, value, day) if isinstance(value, date) else page.write(
                    line, place, value
                )
    file.seek(0)
    return file


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("written", [ndjson, wide_ndjson, workbook])
async def test_ndjson_and_xlsx_make_the_records_that_csv_makes(desk: Desk, written: Any, packed: bool) -> None:
    rows: list[dict[str, Any]] = [{**penalty(1), "CF_NR_FK": 5}, penalty(2, CF_SY=""), person(3, "虚构丙")]
    if written is workbook:
        rows[0]["CF_JDRQ"] = date(2026, 3, 2)
    file = written(rows)
    if packed:
        file = io.BytesIO(gzip.compress(file.getvalue()))
    summary = await desk.hand_in(file)
    assert (summary.rows_read, summary.rows_added, summary.rows_refused) == (3, 2, 1)
    record = (await desk.records())[0]
    assert (record["decided_on"], json.loads(record["content"])["CF_NR_FK"]) == (date(2026, 3, 2), "5")
    line = 3 if written is workbook else 2
    assert await desk.refusals(summary) == [(line, "CF_SY", "DATA_ITEM_MISSING")]
    assert (await desk.hand_in(sheet("penalty", [{**penalty(1), "CF_NR_FK": "5"}]))).rows_known == 1


@pytest.mark.parametrize("written", [ndjson, workbook])
async def test_an_identity_number_stored_as_a_number_is_refused_with_the_reason(desk: Desk, written: Any) -> None:
    rows = [{**person(1, "虚构甲"), "CF_XDR_ZJHM": 3.5020519900307e17}, {**penalty(2), "CF_WSH": 20260.5}]
    refused = await desk.refusals(await desk.hand_in(written(rows)))
    first = 1 if written is ndjson else 2
    assert (first, "CF_XDR_ZJHM", "CODE_NOT_TEXT") in refused
    assert (first + 1, "CF_WSH", "CODE_NOT_TEXT") in refused


@pytest.mark.parametrize("half", [r"\ud800", r"\uDFFF\ud83d", r"罚款\udc00五万元"])
async def test_half_a_character_is_refused_with_its_column_and_comes_back_as_a_question_mark(
    desk: Desk, half: str
) -> None:
    """RFC 8259 section 8.2: what \\ud800 alone means nobody can tell, and nothing can hold it."""
    whole = json.dumps(penalty(2, CF_NR=chr(0x20BB7)))
    broken = json.dumps(penalty(1, CF_NR="@"), ensure_ascii=False).replace("@", half)
    assert r"\ud842\udfb7" in whole, "both halves are a character"
    summary = await desk.hand_in(io.BytesIO(f"{broken}\n{whole}\n".encode()))
    assert summary.rows_added == 1
    assert await desk.refusals(summary) == [(1, "CF_NR", "DATA_ITEM_INVALID")]
    pieces = refused_file(desk.tx.connection, desk.vault, summary.import_id)
    text = b"".join([piece async for piece in pieces]).decode("utf-8-sig")
    assert "?" in handed_back(text)[0]["CF_NR"]


async def test_a_day_that_a_spreadsheet_holds_as_a_number_is_told_as_such(desk: Desk) -> None:
    rows: list[dict[str, Any]] = [{**penalty(1), "CF_JDRQ": 46_083}, {**penalty(2), "CF_JDRQ": 20_260_302}]
    refused = await desk.refusals(await desk.hand_in(workbook(rows)))
    assert {(line, code) for line, column, code in refused if column == "CF_JDRQ"} == {
        (line, code) for line in (2, 3) for code in ("DATA_ITEM_INVALID", "DAY_IS_NUMBER")
    }


@pytest.mark.parametrize("kind", ["penalty", "permit"])
async def test_rows_on_a_second_sheet_are_not_left_out_in_silence(desk: Desk, kind: str) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("空")
        for name, heads, row in (
            ("一", columns("penalty"), penalty(1)),
            ("说明", ["说明", "名称"], {}),
            ("二", columns(kind), {}),
        ):
            page = book.add_worksheet(name)
            for place, head in enumerate(heads):
                page.write(0, place, head)
                page.write(1, place, row.get(head, ""))
    with pytest.raises(RowsOnSeveralSheets):
        await desk.hand_in(file)
    assert await desk.count("record_import") == 0


async def test_an_empty_sheet_and_notes_are_passed_over(desk: Desk) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("空")
        page, notes = book.add_worksheet("数据"), book.add_worksheet("说明")
        for place, head in enumerate(columns("penalty")):
            page.write(0, place, head)
            page.write(1, place, penalty(1).get(head, ""))
            notes.write(place, 0, head)
    assert (await desk.hand_in(file)).rows_added == 1


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (gzip.compress(b"CF_WSH\n1\n", mtime=0)[:-6], FileDamaged),
        (b"\x1f\x8b\x00\x00", FileDamaged),
        (b"PK\x03\x04 no workbook", FileDamaged),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504), WorkbookOldOrLocked),
        (gzip.compress(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504), mtime=0), WorkbookOldOrLocked),
        (b'{"CF_WSH": "1"}\n[1]\n', NotWrittenAsNdjson),
        (b'{"CF_WSH": ' + b"[" * 50_000 + b"\n", NotWrittenAsNdjson),
        (b'{"CF_WSH": "1"\n', NotWrittenAsNdjson),
        (b'[{"CF_WSH": "1"}]\n', NotWrittenAsNdjson),
        (b'{"CF_WSH": "1", "CF_SY": "x", "CF_WSH": "2"}\n', NotWrittenAsNdjson),
        (b'{"CF_WSH": {"x": 1, "x": 2}}\n', NotWrittenAsNdjson),
        (json.dumps({f"CF_{number}": "1" for number in range(201)}).encode() + b"\n", NotWrittenAsNdjson),
    ],
)
async def test_a_damaged_file_leaves_nothing(desk: Desk, content: bytes, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        await desk.hand_in(io.BytesIO(content))
    assert await desk.count("record_import") == 0


async def test_refused_rows_come_back_as_a_file_that_can_be_corrected(desk: Desk) -> None:
    """XM-08c: line, column and reason in both languages stand beside the row; corrected, it goes in."""
    rows = [penalty(1), penalty(2, CF_SY="", CF_NR_FK="五万"), person(3, "虚构丙", CF_JDRQ="2026/02/30")]
    summary = await desk.hand_in(sheet("penalty", rows))
    pieces = refused_file(desk.tx.connection, desk.vault, summary.import_id)
    text = b"".join([piece async for piece in pieces]).decode("utf-8-sig")
    assert text.startswith("退回行号 RX_THHH,退回原因 RX_THYY,行政相对人名称 CF_XDR_MC,")
    lines = text.splitlines()
    assert lines[1].startswith("3,")
    assert "CF_NR_FK：" in lines[1]
    assert "CF_SY：" in lines[1]
    assert lines[2].startswith("4,")
    assert person(3, "虚构丙")["CF_XDR_ZJHM"] in lines[2]
    again = await desk.hand_in(io.BytesIO(text.encode("gb18030")))
    assert [one[0] for one in await desk.refusals(again)] == [2, 2, 3]
    corrected = (
        text.replace(",五万,", ",5,")
        .replace("2026/02/30", "2026/02/27")
        .replace("拖欠劳动者工资,,", "拖欠劳动者工资,事由,")
    )
    summary = await desk.hand_in(io.BytesIO(corrected.encode()))
    assert (summary.rows_added, summary.rows_refused) == (2, 0)


@pytest.mark.parametrize("column", ["序号", "退回行号"])
async def test_the_number_of_a_row_is_read_by_nobody_also_as_a_number(desk: Desk, column: str) -> None:
    """A clerk's list numbers its rows; refused rows that were corrected in a spreadsheet bear their line as a number."""
    rows = [{**penalty(number), column: number} for number in (1, 2)]
    summary = await desk.hand_in(workbook(rows, beside=[column]))
    assert (summary.rows_added, await desk.refusals(summary)) == (2, [])


@pytest.mark.parametrize("column", ["失信严重程", "说明"])
async def test_any_other_column_refuses_the_file_that_nobody_would_read(desk: Desk, column: str) -> None:
    """Under a misspelt name stands what a record says about somebody: it is not left out in silence."""
    with pytest.raises(HeaderUnknown) as refused:
        await desk.hand_in(workbook([{**penalty(1), column: "轻微"}], beside=[column]))
    assert refused.value.extensions["places"] == [1]


async def test_what_a_spreadsheet_would_calculate_comes_back_as_text_and_goes_in_as_it_was(desk: Desk) -> None:
    """An official opens the file of refused rows: what an applicant wrote into a name must not run there."""
    formula, amount = '=HYPERLINK("https://evil.example";"x")', "-5"
    summary = await desk.hand_in(sheet("penalty", [penalty(1, CF_SY=formula, CF_NR_FK=amount, CF_JDRQ="2026/02/30")]))
    pieces = refused_file(desk.tx.connection, desk.vault, summary.import_id)
    text = b"".join([piece async for piece in pieces]).decode("utf-8-sig")
    [_, row] = csv.reader(io.StringIO(text))
    assert f"'{formula}" in row
    assert amount in row
    assert not any(cell.startswith(("=", "+", "@")) for cell in row)

    corrected = text.replace("2026/02/30", "2026/02/27").replace(",-5,", ",5,")
    summary = await desk.hand_in(io.BytesIO(corrected.encode()))

    assert (summary.rows_added, summary.rows_refused) == (1, 0)
    told = "SELECT content->>'CF_SY' FROM credit_record ORDER BY id DESC LIMIT 1"
    assert await desk.tx.connection.fetchval(told) == formula


async def test_a_small_file_that_unpacks_to_a_long_one_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "MOST_UNPACKED", 1_000)
    packed = gzip.compress(sheet("penalty", [penalty(1, CF_SY="长" * 1_000)]).getvalue())
    with pytest.raises(FileTooLong):
        await desk.hand_in(io.BytesIO(packed))
    assert await desk.count("record_import") == 0


@pytest.mark.parametrize("filler", [b"\n", b"a,b\n", b"{}\n", b"\xff"])
def test_a_file_that_was_made_to_unpack_to_far_more_than_rows_do_is_refused_early(filler: bytes) -> None:
    """A hundred times its length is a bomb; the reader stops there, long before the most that a long file may have."""
    body = filler * ((65 << 20) // len(filler))
    packed = gzip.compress(body, compresslevel=1)
    assert len(packed) * 100 < len(body)
    with pytest.raises(FileTooLong) as refused:
        inspect(BOOKS, unpacked(io.BytesIO(packed)))
    assert refused.value.extensions == {"most": 64 << 20}


@pytest.mark.parametrize(
    ("head", "empty", "refusal"),
    [
        (b"", b"\n", NotWrittenAsCsv),
        (b"a,b\n", b"\n", NotWrittenAsCsv),
        (b"a,b\n", b" , \n", NotWrittenAsCsv),
        (b'{"a": 1}\n', b"\n", NotWrittenAsNdjson),
    ],
)
def test_no_reader_is_kept_busy_with_empty_lines(
    monkeypatch: pytest.MonkeyPatch, head: bytes, empty: bytes, refusal: type[DomainError]
) -> None:
    for reader in (row_sheet, row_ndjson):
        monkeypatch.setattr(reader, "MOST_EMPTY", 100)
    inspect(BOOKS, io.BytesIO(head + empty * 100))
    with pytest.raises(refusal):
        inspect(BOOKS, io.BytesIO(head + empty * 101))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("before", ["\ufeff", "\ufeff\r\n\r\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
async def test_marks_and_empty_lines_before_a_quoted_header_are_passed_over(
    desk: Desk, encoding: str, before: str, delimiter: str
) -> None:
    """Databases write every cell in quotation marks, behind a byte order mark."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns("penalty"), delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows([penalty(1), penalty(2, CF_SY="")])
    summary = await desk.hand_in(io.BytesIO((before + text.getvalue()).encode(encoding)))
    assert (summary.rows_added, summary.rows_refused) == (1, 1)
    assert await desk.refusals(summary) == [(3 + before.count("\r\n"), "CF_SY", "DATA_ITEM_MISSING")]


ROOT = Path(__file__).parents[2]
_READING = """
import resource, sys
from domain.oversight.container import unpacked
from domain.oversight.sheet import NotWrittenAsCsv, inspect
from domain.rulebook.loader import load_rulebooks
books = load_rulebooks()
held = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (held + (100 << 20), resource.RLIM_INFINITY))
try:
    inspect(books, unpacked(open(sys.argv[1], "rb")))
except NotWrittenAsCsv:
    print("refused")
"""


@pytest.mark.parametrize("has_rows", [False, True])
def test_a_line_without_end_is_refused_and_not_held(tmp_path: Path, *, has_rows: bool) -> None:
    """200 MB in one line, alone or behind a row: refused by a process that may hold 100 MB more than before."""
    path = tmp_path / "line.csv"
    with path.open("wb") as file:
        file.write(sheet("penalty", [penalty(1)]).getvalue() if has_rows else b"")
        for _ in range(200):
            file.write(b"a," * (1 << 19))
    reading = [sys.executable, "-c", _READING, str(path)]
    done = subprocess.run(reading, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"
