"""Turning a row of a sheet into a record to be staged, with every reason to refuse it.

Checks what the row alone tells: whether it is written as the catalogue requires. Whom it is about is
`domain.oversight.row_party`'s matter, what the rulebook makes of it `domain.oversight.row_ruling`'s, and what other rows
and the database tell `domain.oversight.staging`'s.
Source: 厦门8; 发改办财金〔2018〕424号.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from domain.calendar import WorkingCalendar
from domain.credit import terms
from domain.credit.data_items import OWN_NUMBER_COLUMNS, SEEN_COLUMNS, SHEETS, DataItem, Fault
from domain.credit.item import Item
from domain.credit.notice_text import Told, notice_text
from domain.credit.party import PERSON, category_of, first_of
from domain.credit.refusals import DataItemInvalid, DataItemUnknown, PersonalTextInPublic
from domain.credit.statement import CONDITION_MET, LONGEST_TITLE
from domain.edition.behaviours import Listed
from domain.errors import DomainError
from domain.identifiers import CodeNotText, normalise_code, subject_kind
from domain.oversight.beside import BESIDE, read_beside
from domain.oversight.columns import HANDED_BACK, UNREAD, Header
from domain.oversight.item_sheet import OWN, checked_items
from domain.oversight.row import NUMBER, Row
from domain.oversight.row_party import PartyReader
from domain.oversight.row_ruling import RowRuling
from domain.oversight.sheet_cells import RowChecked, SheetCells, member_of
from domain.oversight.staging import Block
from domain.registry.enrolment import without_identity
from domain.rulebook.model import Rulebooks
from domain.text import as_handed_in, as_seen
from domain.vault import Vault

_TITLES: Final = {"XK": "XK_XKWS", "CF": "CF_WFXW", OWN: f"{OWN}_BT"}
_BASES: Final = ("CF_YJ", "BASIS")
_PERSON_CATEGORY: Final = category_of(PERSON)
_UNREAD: Final = frozenset(code for code, _ in UNREAD)
_MAY_BE_NUMBERS: Final = frozenset({"money", "choice"})
_DAYS_BESIDE: Final = frozenset(code for name, (code, _) in BESIDE.items() if name.endswith("_on"))


class RowTooWide(DomainError):
    """The row has more cells than the header has columns: look for a divider inside a text."""

    code = "ROW_TOO_WIDE"
    zh = "该行单元格多于表头列数：请检查文字中的分隔符。"


class DayIsNumber(DomainError):
    """A day is stored as a number, as which nobody can read it: format the column as dates, or as text 2026-03-02."""

    code = "DAY_IS_NUMBER"
    zh = "日期以数字形式存储，无法识别：请将该列设为日期格式，或者设为文本并写作2026-03-02。"


class RowReader:
    """Reads the rows of one file for one catalogue item on one day."""

    def __init__(
        self,
        vault: Vault,
        books: Rulebooks,
        calendar: WorkingCalendar,
        *,
        item: Item,
        header: Header,
        office_name: str,
        today: date,
        lenient: bool,
        behaviours: Sequence[Listed] = (),
    ) -> None:
        self._books = books
        self._item = item
        self._header = header
        self._office_name = office_name
        self._described = checked_items(item)
        kept = frozenset(item.data_items if header.prefix == OWN else self._described)
        self._party = PartyReader(vault, books, item=item, header=header, kept=kept, today=today, lenient=lenient)
        self._ruling = RowRuling(
            books,
            calendar,
            item=item,
            header=header,
            basis=next((code for code in _BASES if code in self._described), None),
            behaviours=behaviours,
            today=today,
        )
        self._cells = SheetCells(self._beside_party(), header.codes, kept=kept, lenient=lenient)
        ruled = terms.described_by(books, item, today)
        self._has_condition = ruled is not None and bool(ruled.conditions)
        self._has_beside = any(code in header.codes for code, _ in BESIDE.values())
        self._category = f"{header.prefix}_XDR_LB"
        self._categories = [
            code for code in (f"{sheet}_XDR_LB" for sheet in SHEETS) if code in (*header.codes, self._category)
        ]
        self._number, self._title = f"{header.prefix}_WSH", _TITLES[header.prefix]
        self._seen = tuple(code for code in header.codes if code in SEEN_COLUMNS)
        self._of_others = self._columns_of_others() if header.prefix == OWN else ()

    def stage(self, row: Row, block: Block) -> None:
        """Put a row into a block; one with faults carries these and its line, and no value."""
        block.put(row, self._staged(row))

    def _staged(self, row: Row) -> dict[str, Any]:
        faults: list[Fault] = []
        staged = self._read(row.cells, faults)
        if row.untrue:
            faults += self._untrue(row)
        if not faults:
            return staged
        named = dict.fromkeys(f"{fault.kind.code}:{fault.column or ''}" for fault in faults)
        return {"faults": "{" + ",".join(named) + "}"}

    def _read(self, cells: Sequence[str], faults: list[Fault]) -> dict[str, Any]:
        width = len(self._header.codes)
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            faults.append(Fault(RowTooWide))
            return {}
        filled = self._filled(cells)
        beside, unread = read_beside(filled) if self._has_beside else ({}, [])
        person = next(filter(None, map(filled.get, self._categories)), None) == _PERSON_CATEGORY
        checked = self._cells.check(filled, person=person)
        faults += [*unread, *checked.faults, *self._shown_number(filled, checked.content)]
        faults += [Fault(DataItemUnknown, code) for code in self._of_others if filled.get(code)]
        party = self._party.person(filled, faults) if person else self._party.organisation(filled, checked, faults)
        if faults:
            return {}
        basis = next(filter(None, map(checked.content.get, _BASES)), None)
        stated = self._ruling.judged(checked.content, basis, beside, faults)
        if person and not faults:
            stated = self._ruling.by_age(filled, checked.content, stated, faults)
        if faults:
            return {}
        if self._has_condition:
            checked.members.append(member_of(CONDITION_MET, "true" if beside.get("condition_met") else "false"))
        party |= self._texts(checked, person_name=party["name"] if person else None)
        party["judged"], party["legal_basis"] = stated, basis
        if "notice_on" in beside:
            party["notice"] = self._notice(stated, party, beside)
        return party

    def _filled(self, cells: Sequence[str]) -> dict[str, str]:
        """Give what stands in the cells by its column, with the category of the party."""
        filled = dict(zip(self._header.codes, map(str.strip, cells), strict=False))
        if HANDED_BACK[0][0] in filled:
            filled = {code: as_handed_in(cell) for code, cell in filled.items()}
        for code in self._seen:
            if code in filled:
                filled[code] = as_seen(filled[code])
        if self._category not in filled:
            filled[self._category] = self._told_category(filled)
        return filled

    def _beside_party(self) -> dict[str, DataItem]:
        """Give the data items of the row but for the numbers by which its party is known, which are read with it."""
        read_with_it = {f"{self._header.prefix}_XDR_SHXYM", *OWN_NUMBER_COLUMNS}
        return {code: described for code, described in self._described.items() if code not in read_with_it}

    def _columns_of_others(self) -> tuple[str, ...]:
        """Name the columns that the item has in other editions only."""
        read = {*self._described, *_UNREAD, *(code for code, _ in BESIDE.values())}
        return tuple(code for code in self._header.codes if code not in read)

    def _untrue(self, row: Row) -> list[Fault]:
        """Refuse what was no text in the file, but numbers where an amount or a choice belongs."""
        faults = []
        for place, kind in row.untrue:
            code = self._header.codes[place] if place < len(self._header.codes) else None
            if code in _UNREAD:
                continue
            described = self._described.get(code or "")
            if kind != NUMBER:
                faults.append(Fault(DataItemInvalid, code))
            elif described is None or described.kind not in _MAY_BE_NUMBERS:
                is_day = code in _DAYS_BESIDE or (described is not None and described.kind == "date")
                faults.append(Fault(DayIsNumber if is_day else CodeNotText, code))
        return faults

    def _shown_number(self, filled: Mapping[str, str], content: Mapping[str, str]) -> list[Fault]:
        """Refuse a decision number, which is shown in public, that is an identity number: check masked it."""
        column = self._number
        is_masked = column in content and content[column] != filled[column]
        return [Fault(PersonalTextInPublic, column)] if is_masked else []

    def _told_category(self, filled: Mapping[str, str]) -> str:
        """Tell the category, which the sheets of 2018 lack, by the code or the number of the party."""
        code = first_of(filled, "XDR_SHXYM")
        if code is not None:
            return category_of(subject_kind(normalise_code(code)))
        return category_of(PERSON) if first_of(filled, "XDR_ZJHM") is not None else ""

    def _notice(self, stated: Mapping[str, Any], texts: Mapping[str, Any], beside: Mapping[str, Any]) -> str:
        """Write the notice of the rights of repair that the row says was served."""
        told = Told(
            jurisdiction=self._item.jurisdiction_id,
            office_name=self._office_name,
            decision_no=texts["decision_no"],
            title=texts["title"],
            severity=stated["severity"],
            decided_on=stated["decided_on"],
            public_until=stated["public_until"],
        )
        return notice_text(self._books, told, on=beside["notice_on"])

    def _texts(self, checked: RowChecked, *, person_name: str | None) -> dict[str, Any]:
        """Give number, title and content; a person's name does not stand in the title."""
        title = without_identity(checked.content[self._title], person_name=person_name)
        return {
            "decision_no": checked.content[self._number],
            "title": title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…",
            "content": checked.as_json(),
        }
