"""What the rulebook makes of a row of a sheet: severity, terms and publication, or why the row is refused.

Asked once for all rows of a file with the same days, severity, procedure and level of basis. Refuses what the rulebook
refuses of them, and names the column at fault.
Source: 厦门2, 8; 上海5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final

from domain.calendar import WorkingCalendar
from domain.credit import terms
from domain.credit.data_items import Fault, parse_day
from domain.credit.item import Item
from domain.credit.refusals import (
    ChildPunished,
    DataItemMissing,
    DatesOutOfOrder,
    ItemNotInForce,
    LegalBasisMissing,
    NotProducer,
    SeverityBasisInsufficient,
    SeverityNotApplicable,
    SeverityUnknown,
)
from domain.credit.repair_notices import RepairNoticeNotApplicable, Service, check_service
from domain.credit.statement import Statement, judge
from domain.edition.behaviours import Listed, required
from domain.edition.refusals import BehaviourNotListed
from domain.errors import DomainError
from domain.identifiers import read_resident_id
from domain.oversight.beside import BESIDE
from domain.oversight.columns import Header
from domain.rulebook.model import Rulebooks

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
_FIELDS: Final = {"served_on": "notice_on"}
"""What a refusal calls a column that a file calls otherwise."""


@dataclass(frozen=True, slots=True)
class Consequences:
    """What the rulebook makes of days, severity and basis: columns of the record, or why it is refused."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    fault: Fault | None = None


class RowRuling:
    """Judges the rows of one file for one catalogue item on one day; `basis` is the column of the legal basis."""

    def __init__(
        self,
        books: Rulebooks,
        calendar: WorkingCalendar,
        *,
        item: Item,
        header: Header,
        basis: str | None,
        behaviours: Sequence[Listed],
        today: date,
    ) -> None:
        self._books = books
        self._calendar = calendar
        self._item = item
        self._basis = basis
        self._behaviours = behaviours
        self._today = today
        self._consequences = lru_cache(maxsize=8192)(self._judge)
        self._day_column, self._number_column = f"{header.prefix}_JDRQ", f"{header.prefix}_XDR_ZJHM"
        self._terms = tuple(f"{header.prefix}_{column}" for column in ("YXQZ", "YXQZI"))
        self._against = tuple(code for code, described in item.data_items.items() if described.against)

    def judged(
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

    def by_age(
        self, filled: Mapping[str, str], content: Mapping[str, str], stated: Mapping[str, Any], faults: list[Fault]
    ) -> Mapping[str, Any]:
        """Refuse a penalty against a child, and keep one against a minor back."""
        column, decided_on = self._number_column, parse_day(content[self._day_column])
        assert decided_on is not None
        born_on = read_resident_id(filled[column]).born_on
        try:
            terms.check_age(self._books, self._item, born_on=born_on, on=decided_on)
        except ChildPunished:
            faults.append(Fault(ChildPunished, column))
        kept_back = terms.kept_back_for_age(self._books, self._item, born_on=born_on, on=decided_on, today=self._today)
        return {**stated, **kept_back}

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
            served = self._served(stated, decided_on)
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
        columns |= {**served, "behaviour_id": cited, "item_id": self._item.id}
        columns |= self._publication(statement, is_told=bool(served) or not columns["repair_notice_required"])
        return Consequences({name: value for name, value in columns.items() if name not in _OF_THE_ROW})

    def _publication(self, statement: Statement, *, is_told: bool) -> dict[str, Any]:
        """Give whether the record may be published at once, and until when it would be public."""
        severity, decided_on = statement.severity, statement.decided_on
        kept_back = terms.kept_from_publication(self._books, self._item, severity=severity, decided_on=decided_on)
        is_classed = severity is not None or not self._item.severity_required
        return {
            "publishable": is_classed and is_told and kept_back is None,
            "public_until": terms.public_until(self._books, self._item, severity=severity, decided_on=decided_on),
        }

    def _served(self, stated: dict[str, Any], decided_on: date) -> dict[str, Any]:
        """Take day and way of serving the notice out of what is stated.

        Raises: RepairNoticeNotApplicable; DataItemMissing; InvalidInput; DateInFuture; DatesOutOfOrder.
        """
        served: dict[str, Any] = {name: stated.pop(name) for name in ("notice_on", "notice_channel") if name in stated}
        if served and self._item.category != "penalty":
            raise RepairNoticeNotApplicable(field=next(iter(served)))
        if len(served) == 1:
            raise DataItemMissing(field=next(name for name in ("notice_on", "notice_channel") if name not in served))
        if served:
            service = Service(served["notice_on"], served["notice_channel"])
            check_service(service, decided_on=decided_on, today=self._today)
        return served

    def _column_of(self, refused: DomainError) -> str | None:
        """Name the column that a refusal of the rulebook is about."""
        about = str(_COLUMNS_AT_FAULT.get(type(refused)) or refused.extensions.get("field"))
        about = _FIELDS.get(about, about)
        if about in BESIDE:
            return BESIDE[about][0]
        return self._day_column if about == "decided_on" else None
