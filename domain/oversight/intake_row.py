"""Turning a row of a sheet into a record to be staged, with every reason to refuse it.

Checks what the row alone tells: whether it is written as the catalogue requires, whether codes and numbers
are valid, what the rulebook makes of it. Numbers of natural persons leave here sealed, indexed and masked,
never in clear. What other rows and the database tell is `domain.oversight.staging`' matter.
Source: 厦门2, 8; 上海5; 发改办财金〔2018〕424号; Personal Information Protection Law 6, 51.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final

from domain.calendar import WorkingCalendar
from domain.credit import terms
from domain.credit.data_items import OWN_NUMBER_COLUMNS, SEEN_COLUMNS, SHEETS, Fault, parse_day
from domain.credit.item import Item
from domain.credit.notice_text import Told, notice_text
from domain.credit.party import PERSON, category_of, first_of, is_identity_card, named_representative
from domain.credit.refusals import (
    ChildPunished,
    DataItemInvalid,
    DataItemMissing,
    DataItemUnknown,
    DatesOutOfOrder,
    DocumentNotSupported,
    ItemNotInForce,
    LegalBasisMissing,
    NotProducer,
    PersonalTextInPublic,
    SeverityBasisInsufficient,
    SeverityNotApplicable,
    SeverityUnknown,
    SubjectKindNotAllowed,
)
from domain.credit.repair_notices import RepairNoticeNotApplicable, Service, check_service
from domain.credit.statement import CONDITION_MET, LONGEST_TITLE, Statement, judge
from domain.edition.behaviours import Listed, required
from domain.edition.refusals import BehaviourNotListed
from domain.errors import DomainError
from domain.identifiers import CodeNotText, normalise_code, read_resident_id, read_uscc, subject_kind
from domain.masking import mask_name, patterns
from domain.oversight.beside import BESIDE, read_beside
from domain.oversight.columns import HANDED_BACK, Header
from domain.oversight.item_sheet import OWN, checked_items
from domain.oversight.row import NUMBER, Row
from domain.oversight.sheet_cells import RowChecked, SheetCells, member_of
from domain.oversight.staging import Block
from domain.registry.enrolment import LONGEST_NAME, person_values, without_identity
from domain.rulebook.model import Rulebooks
from domain.text import as_handed_in, as_seen
from domain.vault import Vault

_TITLES: Final = {"XK": "XK_XKWS", "CF": "CF_WFXW", OWN: f"{OWN}_BT"}
_BASES: Final = ("CF_YJ", "BASIS")
_PERSON_CATEGORY: Final = category_of(PERSON)
_OF_THE_ROW: Final = frozenset({"title", "content", "legal_basis"})
_COLUMNS_AT_FAULT: Final[Mapping[type[DomainError], str]] = {
    ItemNotInForce: "decided_on",
    NotProducer: "decided_on",
    SeverityUnknown: "severity",
    SeverityNotApplicable: "severity",
    SeverityBasisInsufficient: "legal_basis_level",
    LegalBasisMissing: "legal_basis_level",
    BehaviourNotListed: "behaviour",
}
_MAY_BE_NUMBERS: Final = frozenset({"money", "choice"})
_DAYS_BESIDE: Final = frozenset(code for name, (code, _) in BESIDE.items() if name.endswith("_on"))
_FIELDS: Final = {"served_on": "notice_on"}
"""What a refusal calls a column that a file calls otherwise."""


class RowTooWide(DomainError):
    """The row has more cells than the header has columns: look for a divider inside a text."""

    code = "ROW_TOO_WIDE"
    zh = "该行单元格多于表头列数：请检查文字中的分隔符。"


class DayIsNumber(DomainError):
    """A day is stored as a number, as which nobody can read it: format the column as dates, or as text 2026-03-02."""

    code = "DAY_IS_NUMBER"
    zh = "日期以数字形式存储，无法识别：请将该列设为日期格式，或者设为文本并写作2026-03-02。"


@dataclass(frozen=True, slots=True)
class Consequences:
    """What the rulebook makes of days, severity and basis: columns of the record, or why it is refused."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    fault: Fault | None = None


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
        self._vault = vault
        self._books = books
        self._calendar = calendar
        self._item = item
        self._header = header
        self._office_name = office_name
        self._today = today
        self._lenient = lenient
        self._behaviours = behaviours
        self._patterns = patterns(books, item.jurisdiction_id, today)
        self._consequences = lru_cache(maxsize=8192)(self._judge)
        self._described = checked_items(item)
        party = {f"{header.prefix}_XDR_SHXYM", *OWN_NUMBER_COLUMNS}
        self._kept = frozenset(item.data_items if header.prefix == OWN else self._described)
        self._cells = SheetCells(
            {code: described for code, described in self._described.items() if code not in party},
            header.codes,
            kept=self._kept,
            lenient=lenient,
        )
        ruled = terms.described_by(books, item, today)
        self._has_condition = ruled is not None and bool(ruled.conditions)
        self._has_beside = any(code in header.codes for code, _ in BESIDE.values())
        self._has_representative = any(f"{sheet}_FRDB" in header.codes for sheet in SHEETS)
        self._category = f"{header.prefix}_XDR_LB"
        self._categories = [
            code for code in (f"{sheet}_XDR_LB" for sheet in SHEETS) if code in (*header.codes, self._category)
        ]
        self._number, self._title = f"{header.prefix}_WSH", _TITLES[header.prefix]
        self._name_column, self._code_column = f"{header.prefix}_XDR_MC", f"{header.prefix}_XDR_SHXYM"
        self._seen = tuple(code for code in header.codes if code in SEEN_COLUMNS)
        self._day_column = f"{header.prefix}_JDRQ"
        self._basis = next((code for code in _BASES if code in self._described), None)
        self._terms = tuple(f"{header.prefix}_{column}" for column in ("YXQZ", "YXQZI"))
        self._of_others = self._columns_of_others(header) if header.prefix == OWN else ()
        self._against = tuple(code for code, described in item.data_items.items() if described.against)

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
        codes = self._header.codes
        if len(cells) > len(codes) and any(cell.strip() for cell in cells[len(codes) :]):
            faults.append(Fault(RowTooWide))
            return {}
        filled = dict(zip(codes, map(str.strip, cells), strict=False))
        if HANDED_BACK[0][0] in filled:
            filled = {code: as_handed_in(cell) for code, cell in filled.items()}
        for code in self._seen:
            if code in filled:
                filled[code] = as_seen(filled[code])
        if self._category not in filled:
            filled[self._category] = self._told_category(filled)
        beside, unread = read_beside(filled) if self._has_beside else ({}, [])
        person = next(filter(None, map(filled.get, self._categories)), None) == _PERSON_CATEGORY
        checked = self._cells.check(filled, person=person)
        faults += [*unread, *checked.faults, *self._shown_number(filled, checked.content)]
        faults += [Fault(DataItemUnknown, code) for code in self._of_others if filled.get(code)]
        party = self._person(filled, faults) if person else self._organisation(filled, checked, faults)
        if faults:
            return {}
        basis = next(filter(None, map(checked.content.get, _BASES)), None)
        stated = self._judged(checked.content, basis, beside, faults)
        if person and not faults:
            stated = self._by_age(filled, checked.content, stated, faults)
        if faults:
            return {}
        if self._has_condition:
            checked.members.append(member_of(CONDITION_MET, "true" if beside.get("condition_met") else "false"))
        party |= self._texts(checked, person_name=party["name"] if person else None)
        party["judged"], party["legal_basis"] = stated, basis
        if "notice_on" in beside:
            party["notice"] = self._notice(stated, party, beside)
        return party

    def _columns_of_others(self, header: Header) -> tuple[str, ...]:
        """Name the columns that the item has in other editions only."""
        read = {*self._described, *(code for code, _ in (*BESIDE.values(), *HANDED_BACK))}
        return tuple(code for code in header.codes if code not in read)

    def _untrue(self, row: Row) -> list[Fault]:
        """Refuse what was no text in the file, but numbers where an amount or a choice belongs."""
        faults = []
        for place, kind in row.untrue:
            code = self._header.codes[place] if place < len(self._header.codes) else None
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

    def _organisation(self, filled: Mapping[str, str], checked: RowChecked, faults: list[Fault]) -> dict[str, Any]:
        """Read an organisation and its legal representative; put its code into the content."""
        column = self._code_column
        given = filled.get(column)
        if not given:
            faults.append(Fault(DataItemMissing, column))
            return {}
        try:
            code = read_uscc(given, lenient=self._lenient)
        except DomainError as refused:
            faults.append(Fault(type(refused), column))
            return {}
        checked.content[column] = code.code
        if column in self._kept:
            checked.members.append(member_of(column, code.code))
        if not self._item.admits(code.kind):
            faults.append(Fault(SubjectKindNotAllowed, column))
        name = self._name(checked.content, faults)
        party = {
            "is_person": False,
            "kind": code.kind,
            "uscc": code.code,
            "uscc_lenient": not code.check_matches,
            "name": name,
            "masked_name": name,
        }
        return party | self._representative(filled, faults) if self._has_representative else party

    def _representative(self, filled: Mapping[str, str], faults: list[Fault]) -> dict[str, Any]:
        """Read the legal representative; a number of another document, by which nobody is known, is not taken."""
        named = named_representative(filled)
        if named is None:
            return {}
        if len(named.name) > LONGEST_NAME:
            faults.append(Fault(DataItemInvalid, f"{self._header.prefix}_FRDB"))
        read = {"representative": named.name, "representative_masked": mask_name(named.name)}
        if named.id_number is None:
            return read
        values = self._sealed(named.id_number, named.name, f"{self._header.prefix}_FR_ZJHM", faults)
        return read | {
            "representative_index": values.get("id_index"),
            "representative_cipher": values.get("id_cipher"),
            "representative_id": values.get("masked_id_number"),
        }

    def _person(self, filled: Mapping[str, str], faults: list[Fault]) -> dict[str, Any]:
        """Read a natural person, who is known by the number of a card that stays the same."""
        prefix = self._header.prefix
        card, number = filled.get(f"{prefix}_XDR_ZJLX"), filled.get(f"{prefix}_XDR_ZJHM")
        if filled.get(f"{prefix}_XDR_SHXYM"):
            faults.append(Fault(DataItemInvalid, f"{prefix}_XDR_SHXYM"))
        if not self._item.admits(PERSON):
            faults.append(Fault(SubjectKindNotAllowed, f"{prefix}_XDR_LB"))
        if not is_identity_card(card):
            faults.append(Fault(DocumentNotSupported, f"{prefix}_XDR_ZJLX"))
        elif not number:
            faults.append(Fault(DataItemMissing, f"{prefix}_XDR_ZJHM"))
        else:
            return self._sealed(number, self._name(filled, faults), f"{prefix}_XDR_ZJHM", faults)
        return {}

    def _by_age(
        self, filled: Mapping[str, str], content: Mapping[str, str], stated: Mapping[str, Any], faults: list[Fault]
    ) -> Mapping[str, Any]:
        """Refuse a penalty against a child, and keep one against a minor back."""
        column, decided_on = f"{self._header.prefix}_XDR_ZJHM", parse_day(content[self._day_column])
        assert decided_on is not None
        born_on = read_resident_id(filled[column]).born_on
        try:
            terms.check_age(self._books, self._item, born_on=born_on, on=decided_on)
        except ChildPunished:
            faults.append(Fault(ChildPunished, column))
        kept_back = terms.kept_back_for_age(self._books, self._item, born_on=born_on, on=decided_on, today=self._today)
        return {**stated, **kept_back}

    def _sealed(self, number: str, name: str, column: str, faults: list[Fault]) -> dict[str, Any]:
        try:
            return person_values(self._vault, id_number=number, name=name, today=self._today, patterns=self._patterns)
        except DomainError as refused:
            faults.append(Fault(type(refused), column))
            return {}

    def _name(self, filled: Mapping[str, str], faults: list[Fault]) -> str:
        column = self._name_column
        name = filled.get(column, "")
        if len(name) > LONGEST_NAME:
            faults.append(Fault(DataItemInvalid, column))
        return name

    def _judged(
        self, content: Mapping[str, str], basis: str | None, beside: Mapping[str, Any], faults: list[Fault]
    ) -> Mapping[str, Any]:
        """Give what the rulebook makes of the row, with the days in order."""
        first, last = (parse_day(content.get(code, "")) for code in self._terms)
        if first and last and last < first:
            faults.append(Fault(DatesOutOfOrder, self._terms[1]))
        decided_on = parse_day(content[self._day_column])
        assert decided_on is not None
        against = tuple((code, content[code]) for code in self._against if code in content) if self._against else ()
        found = self._consequences(decided_on, basis is not None, tuple(beside.items()), against)
        if found.fault is not None:
            faults.append(found.fault)
        return found.columns

    def _judge(
        self,
        decided_on: date,
        has_basis: bool,
        beside: tuple[tuple[str, Any], ...],
        against: tuple[tuple[str, str], ...],
    ) -> Consequences:
        """Ask the rulebook once for all rows with the same days, severity, procedure and level of basis."""
        stated = dict(beside)
        behaviour = stated.pop("behaviour", None)
        try:
            served = self._served(stated)
            if served:
                service = Service(served["notice_on"], served["notice_channel"])
                check_service(service, decided_on=decided_on, today=self._today)
        except DomainError as refused:
            return Consequences(fault=Fault(type(refused), self._column_of(refused)))
        statement = Statement(
            title="-",
            decided_on=decided_on,
            obtained_on=stated.pop("obtained_on", None) or stated.get("closed_on") or decided_on,
            legal_basis="-" if has_basis else None,
            content=dict(against),
            **stated,
        )
        try:
            self._item.admit_office()
            columns = judge(self._books, self._calendar, self._item, statement, today=self._today)
            cited = None if behaviour is None else required(self._behaviours, behaviour, on=decided_on)
        except DomainError as refused:
            lacks_basis = isinstance(refused, LegalBasisMissing) and not has_basis
            return Consequences(fault=Fault(type(refused), self._basis if lacks_basis else self._column_of(refused)))
        severity = statement.severity
        kept_back = terms.kept_from_publication(self._books, self._item, severity=severity, decided_on=decided_on)
        is_classed = severity is not None or not self._item.severity_required
        is_told = bool(served) or not columns["repair_notice_required"]
        columns["publishable"] = is_classed and is_told and kept_back is None
        columns |= {**served, "behaviour_id": cited, "item_id": self._item.id}
        columns["public_until"] = terms.public_until(self._books, self._item, severity=severity, decided_on=decided_on)
        return Consequences({name: value for name, value in columns.items() if name not in _OF_THE_ROW})

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

    def _served(self, stated: dict[str, Any]) -> dict[str, Any]:
        """Take day and way of serving the notice out of what is stated.

        Raises: RepairNoticeNotApplicable; DataItemMissing; InvalidInput; DateInFuture; DatesOutOfOrder.
        """
        served: dict[str, Any] = {name: stated.pop(name) for name in ("notice_on", "notice_channel") if name in stated}
        if served and self._item.category != "penalty":
            raise RepairNoticeNotApplicable(field=next(iter(served)))
        if len(served) == 1:
            raise DataItemMissing(field=next(name for name in ("notice_on", "notice_channel") if name not in served))
        return served

    def _column_of(self, refused: DomainError) -> str | None:
        """Name the column that a refusal of the rulebook is about."""
        about = str(_COLUMNS_AT_FAULT.get(type(refused)) or refused.extensions.get("field"))
        about = _FIELDS.get(about, about)
        if about in BESIDE:
            return BESIDE[about][0]
        return f"{self._header.prefix}_JDRQ" if about == "decided_on" else None

    def _texts(self, checked: RowChecked, *, person_name: str | None) -> dict[str, Any]:
        """Give number, title and content; a person's name does not stand in the title."""
        title = without_identity(checked.content[self._title], person_name=person_name)
        return {
            "decision_no": checked.content[self._number],
            "title": title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…",
            "content": checked.as_json(),
        }
