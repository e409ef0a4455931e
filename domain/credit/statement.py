"""What a record states, and what the rulebook makes of it: whether it may stand, and which days follow.

The same judgement holds for a record that is handed in and for one that is amended.
Source: 厦门2, 8; 海沧1; 上海5; 十堰正文; 新乡二.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from domain.calendar import WorkingCalendar
from domain.credit import terms
from domain.credit.item import Item
from domain.credit.record import PROCEDURES
from domain.credit.refusals import DateInFuture, DatesOutOfOrder
from domain.credit.shortest import check_special_fields
from domain.errors import InvalidInput
from domain.rulebook.model import Rulebooks
from domain.text import require_text

LONGEST_TITLE: Final = 200
LONGEST_NUMBER: Final = 128
CONDITION_MET: Final = "CONDITION_MET"
"""Key of the content that holds an office's statement that the item's condition is met (上海5(三))."""

_BASIS_COLUMNS: Final = ("CF_YJ", "BASIS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What an office states in a record. Its content is as it is stored: checked, without identity columns.

    `condition_met` says that the condition under which the item counts as dishonest conduct is met.
    """

    title: str
    decided_on: date
    obtained_on: date
    closed_on: date | None = None
    severity: str | None = None
    procedure: str | None = None
    harm_removed: bool = False
    condition_met: bool = False
    legal_basis: str | None = None
    legal_basis_level: str | None = None
    correction_due_on: date | None = None
    special_fields: tuple[str, ...] = ()
    content: Mapping[str, str] = field(default_factory=dict)

    @property
    def cited_basis(self) -> str | None:
        """The legal basis as stated, else as the data items state it."""
        return self.legal_basis or next((self.content[code] for code in _BASIS_COLUMNS if self.content.get(code)), None)


def judge(
    books: Rulebooks, calendar: WorkingCalendar, item: Item, statement: Statement, *, today: date
) -> dict[str, Any]:
    """Give the columns of a record that states this.

    Raises: DateInFuture; DatesOutOfOrder; InvalidInput; ItemNotInForce; SeverityNotApplicable;
    SeverityUnknown; SeverityBasisInsufficient; LegalBasisMissing; SpecialFieldUnknown.
    """
    _check_texts(statement)
    _check_days(statement, today)
    item = item.told_by(statement.content)
    item.admit_day(statement.decided_on)
    on, basis, level = statement.decided_on, statement.cited_basis, statement.legal_basis_level
    terms.check_legal_basis(books, item, legal_basis=basis, basis_level=level, on=on)
    terms.check_severity(books, item, severity=statement.severity, basis_level=level if basis else None, on=on)
    check_special_fields(books, item.jurisdiction_id, statement.special_fields, on)
    collection = terms.collection_due(books, calendar, item, obtained_on=statement.obtained_on)
    publication = terms.publication_due(
        books, calendar, item, decided_on=on, closed_on=statement.closed_on, severity=statement.severity
    )
    return {
        "title": statement.title,
        "severity": statement.severity,
        "procedure": statement.procedure,
        "harm_removed": statement.harm_removed,
        "dishonest": is_dishonest(books, item, statement),
        "legal_basis": basis,
        "legal_basis_level": level,
        "content": written_content(books, item, statement),
        "decided_on": on,
        "closed_on": statement.closed_on,
        "obtained_on": statement.obtained_on,
        "correction_due_on": statement.correction_due_on,
        "special_fields": list(statement.special_fields),
        "repair_notice_required": terms.repair_notice_rule(books, item, decided_on=on) is not None,
        "collection_due_on": collection.on,
        "publication_due_on": publication.on,
        "due_provisional": collection.provisional or publication.provisional,
    }


def is_dishonest(books: Rulebooks, item: Item, statement: Statement) -> bool:
    """Tell whether what is stated is dishonest conduct 失信信息 under the rulebook (上海5)."""
    return terms.counts_as_dishonest(
        books,
        item,
        procedure=statement.procedure,
        harm_removed=statement.harm_removed,
        condition_met=statement.condition_met,
        on=statement.decided_on,
    )


def written_content(books: Rulebooks, item: Item, statement: Statement) -> str:
    """Give the content as JSON; where the item has a condition, with the statement that it is met or not."""
    content = dict(statement.content)
    described = terms.described_by(books, item, statement.decided_on)
    if described is not None and described.conditions:
        content[CONDITION_MET] = "true" if statement.condition_met else "false"
    return json.dumps(content, ensure_ascii=False)


def _check_texts(statement: Statement) -> None:
    require_text("title", statement.title, longest=LONGEST_TITLE)
    if statement.legal_basis is not None:
        require_text("legal_basis", statement.legal_basis, longest=10_000)
    if statement.procedure is not None and statement.procedure not in PROCEDURES:
        raise InvalidInput(
            "There is no such procedure: use general or summary.", zh="程序应为一般（普通）程序或简易程序。"
        )


def _check_days(statement: Statement, today: date) -> None:
    """Pass days that have come and stand in order.

    Raises: DateInFuture; DatesOutOfOrder.
    """
    later = {"closed_on": statement.closed_on, "obtained_on": statement.obtained_on}
    for name, day in {"decided_on": statement.decided_on, **later}.items():
        if day is not None and day > today:
            raise DateInFuture(field=name)
    for name, day in {**later, "correction_due_on": statement.correction_due_on}.items():
        if day is not None and day < statement.decided_on:
            raise DatesOutOfOrder(field=name)
