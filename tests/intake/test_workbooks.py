"""A workbook that is damaged or that lies about its size is refused before it is read."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
from python_calamine import load_workbook

from domain.oversight.container import FileDamaged
from domain.oversight.row import OTHER
from domain.oversight.workbook import CellTooFar, WorkbookTooLarge, rows_of

SHEET = "xl/worksheets/sheet1.xml"


def _workbook() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for line in range(20):
            sheet.write_row(line, 0, [f"行{line}", line, "甲"])
    return file.getvalue()


def _with(part: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_workbook())) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, content if name == part else before.read(name))
    return file.getvalue()


def _lying(packed: bytes, true_size: int) -> bytes:
    """Declare one byte for what unpacks to `true_size`."""
    return packed.replace(struct.pack("<I", true_size), struct.pack("<I", 1))


@pytest.mark.parametrize("says_so", [True, False])
def test_a_workbook_that_unpacks_to_more_than_can_be_held_is_refused(says_so: bool) -> None:
    size = (96 << 20) + 1
    packed = _with(SHEET, bytes(size))
    assert len(packed) < 1 << 20
    with pytest.raises(WorkbookTooLarge):
        list(rows_of(io.BytesIO(packed if says_so else _lying(packed, size))))


def test_a_workbook_with_any_bytes_changed_is_read_or_refused_and_nothing_else() -> None:
    whole, dice = _workbook(), random.Random(7)
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(dice.randint(1, 8)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        try:
            assert len(list(rows_of(io.BytesIO(bytes(damaged))))) <= 20
        except FileDamaged:
            refused += 1
    assert refused > 100


@pytest.mark.parametrize("place", [(1_048_575, 30), (1_048_575, 16_383), (400_000, 16_383)])
def test_a_cell_far_away_from_the_rows_is_refused_before_all_between_them_is_held(place: tuple[int, int]) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "甲")
        sheet.write(*place, "乙")
    with pytest.raises(CellTooFar):
        list(rows_of(file))


@pytest.mark.parametrize("place", [(3, 16_383), (100_000, 2)])
def test_a_stray_cell_beside_or_below_the_rows_is_read_where_it_stands(place: tuple[int, int]) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "甲")
        sheet.write(*place, "乙")
    first, stray = rows_of(file)
    assert (first.line, first.cells[0]) == (1, "甲")
    assert (stray.line, stray.cells[place[1]]) == (place[0] + 1, "乙")


def test_the_first_sheet_that_is_shown_is_read_whatever_stands_hidden_before_it() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        hidden, chart = book.add_worksheet("内部"), book.add_chartsheet("图")
        shown = book.add_worksheet("数据")
        hidden.write(0, 0, "不导入")
        line = book.add_chart({"type": "line"})
        line.add_series({"values": "=数据!$A$1:$A$2"})
        chart.set_chart(line)
        shown.write(0, 0, "导入")
        shown.activate()
        hidden.hide()
    assert [row.cells for row in rows_of(file)] == [["导入"]]


def test_rows_of_nothing_but_blanks_are_passed_over_as_in_csv() -> None:
    """Clerks clear rows with the space bar, and what is pasted from a page brings blanks that do not break."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        first, second = book.add_worksheet(), book.add_worksheet()
        first.write_row(2, 0, [" ", "\u3000"])
        second.write_row(0, 0, ["\u00a0"])
        second.write_row(1, 0, ["名称", "代码"])
        second.write_row(2, 0, ["甲", " "])
        for line, blank in enumerate((" ", "\u00a0", "\u3000", "\t"), start=3):
            second.write_row(line, 0, [blank, "", blank])
    assert [(row.line, row.cells) for row in rows_of(file)] == [(2, ["名称", "代码", ""]), (3, ["甲", " ", ""])]


@pytest.mark.parametrize("other", ["content.xml", "xl/workbook.bin"])
def test_a_workbook_of_another_kind_is_refused(other: str) -> None:
    file = io.BytesIO(_workbook())
    with zipfile.ZipFile(file, "a") as parts:
        parts.writestr(other, b"<x/>")
    with pytest.raises(FileDamaged):
        list(rows_of(file))


def _changed(change: Callable[[str, bytes], tuple[str, bytes]]) -> bytes:
    """Give a workbook whose parts are changed in name or content."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_workbook())) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(*change(name, before.read(name)))
    return file.getvalue()


def test_a_workbook_whose_sheets_only_the_reader_finds_is_refused() -> None:
    """To the reader names of parts are the same in any case; what looks for faulty cells would miss them."""
    packed = _changed(lambda name, content: (name.replace("xl/workbook.xml", "xl/Workbook.xml"), content))
    assert load_workbook(io.BytesIO(packed)).sheet_names == ["Sheet1"]
    with pytest.raises(FileDamaged):
        list(rows_of(io.BytesIO(packed)))


def test_a_faulty_cell_on_a_sheet_whose_part_is_not_told_is_refused() -> None:
    """A comment that names another sheet: which part holds the rows is not guessed."""

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        content = content.replace(b'<c r="B3"><v>2</v>', b'<c r="B3" t="e"><v>#DIV/0!</v>')
        return name, content.replace(b"<sheets>", b'<sheets><!-- <sheet r:id="rId9"/> -->')

    packed = _changed(change)
    assert load_workbook(io.BytesIO(packed)).sheet_names == ["Sheet1"]
    with pytest.raises(FileDamaged):
        list(rows_of(io.BytesIO(packed)))


PROPERTIES = b"docProps/app.xml"
"""A part that the reader of rows never opens."""


def _spoilt(packed: bytes, at: int, spoil: bytes) -> bytes:
    """Change bytes of how a part is kept, so far behind the beginning of its entry in the list of parts."""
    entry = packed.rindex(PROPERTIES) - 46
    return packed[: entry + at] + spoil + packed[entry + at + len(spoil) :]


def test_a_workbook_with_a_part_that_cannot_be_unpacked_is_refused_whoever_reads_that_part() -> None:
    """What stands behind it has not been counted, and may unpack to more than can be held."""
    whole = _workbook()
    begins = whole.index(PROPERTIES) + len(PROPERTIES)
    damaged = whole[:begins] + b"\xff" * 8 + whole[begins + 8 :]
    assert load_workbook(io.BytesIO(damaged)).sheet_names == ["Sheet1"]
    with pytest.raises(FileDamaged):
        list(rows_of(io.BytesIO(damaged)))


@pytest.mark.parametrize("method", [9, 12, 14, 93, 99], ids=["deflate64", "bzip2", "lzma", "zstd", "aes"])
def test_a_part_that_is_packed_in_another_way_is_refused(method: int) -> None:
    """A reader that knows the way would unpack something else than what was counted."""
    packed = _spoilt(_workbook(), 10, struct.pack("<H", method))
    assert load_workbook(io.BytesIO(packed)).sheet_names == ["Sheet1"]
    with pytest.raises(FileDamaged):
        list(rows_of(io.BytesIO(packed)))


def test_a_formula_that_could_not_be_worked_out_is_told_and_not_taken_for_an_empty_cell() -> None:
    """The reader of workbooks gives such cells as empty ones, so that an optional amount would be lost in silence."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        hidden, shown = book.add_worksheet("内部"), book.add_worksheet("数据")
        hidden.write_formula(0, 0, "=1/0", value="#DIV/0!")
        hidden.hide()
        shown.activate()
        shown.write_row(2, 0, ["甲", "乙", "丙"])
        shown.write(3, 0, "丁")
        shown.write_formula(3, 2, "=1/0", value="#DIV/0!")
        shown.write_formula(5, 30, "=NA()", value="#N/A")
        shown.write_formula(6, 0, '="e"', value="e")
    good, faulty, alone, text = rows_of(file)
    assert (good.line, good.cells[:3], good.untrue) == (3, ["甲", "乙", "丙"], ())
    assert (faulty.line, faulty.cells[0], faulty.untrue) == (4, "丁", ((2, OTHER),))
    assert (alone.line, alone.untrue) == (6, ((30, OTHER),))
    assert (text.line, text.cells[0], text.untrue) == (7, "e", ())


@pytest.mark.parametrize(
    ("cuts", "place"),
    [
        ({b'<c r="B3"><v>2</v>': b'<c t="e"><v>#DIV/0!</v>'}, 1),
        ({b'<row r="3" ': b"<row ", b'<c r="A3"': b"<c", b'<c r="B3"><v>2</v>': b'<c t="e"><v>#DIV/0!</v>'}, 1),
        ({b'<row r="3" ': b"<row ", b'<c r="A3"': b'<c r="C3"', b'<c r="B3"><v>2</v>': b'<c t="e"><v>#DIV/0!</v>'}, 3),
    ],
)
def test_a_faulty_cell_that_does_not_say_where_it_stands_is_counted_to(cuts: dict[bytes, bytes], place: int) -> None:
    """Its row is refused, and the others of the workbook are taken."""
    written = _written(SHEET)
    for whole, cut in cuts.items():
        assert written.count(whole) == 1
        written = written.replace(whole, cut)
    found = {row.line: row for row in rows_of(io.BytesIO(_with(SHEET, written)))}
    assert {line: row.untrue for line, row in found.items() if (place, OTHER) in row.untrue} == {3: found[3].untrue}
    assert found.keys() == {row.line for row in rows_of(io.BytesIO(_workbook()))}


def _written(part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(_workbook())) as parts:
        return parts.read(part)
