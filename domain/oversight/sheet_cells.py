"""The cells of a sheet's rows: each checked as its data item says, and written as the record's content will have it.

What was found about a value is found once for all rows of a file that hold it. Refuses what the data items refuse.
Source: 厦门8 (数据完整、准确); 发改办财金〔2018〕424号.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import Final

from domain.credit.data_items import DataItem, Fault, storable, written_value
from domain.credit.refusals import DataItemInvalid, DataItemMissing

_REMEMBERED: Final = 2_048
_LONGEST_REMEMBERED: Final = 200

Found = tuple[str | None, str]
"""A value as it is stored, None when it is refused; and the same as a member of a JSON object, empty when not kept."""


@dataclass(slots=True)
class RowChecked:
    """A row's cells that are filled in as they are stored, those kept as JSON, and every fault."""

    content: dict[str, str] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def as_json(self) -> str:
        """Write what is kept as a JSON object."""
        return "{" + ", ".join(self.members) + "}"


@dataclass(frozen=True, slots=True)
class _Column:
    item: DataItem
    is_required: bool
    is_kept: bool
    found: dict[str, Found] = field(default_factory=dict)


class SheetCells:
    """Checks rows that have the named columns by these data items; keeps what may be stored of `kept`."""

    def __init__(
        self, items: Mapping[str, DataItem], columns: Iterable[str], *, kept: Collection[str], lenient: bool
    ) -> None:
        self._lenient = lenient
        given = frozenset(columns)
        self._of_organisations, self._of_persons = (
            self._columns(items, given, kept, person=person) for person in (False, True)
        )

    @staticmethod
    def _columns(
        items: Mapping[str, DataItem], given: frozenset[str], kept: Collection[str], *, person: bool
    ) -> list[tuple[str, _Column]]:
        stored = storable(dict.fromkeys(items, ""), person=person)
        columns = (
            (code, _Column(item, item.is_required(person=person), code in stored and code in kept))
            for code, item in items.items()
        )
        return [(code, column) for code, column in columns if column.is_required or code in given]

    def check(self, filled: Mapping[str, str], *, person: bool) -> RowChecked:
        """Check the filled-in cells of a row."""
        checked = RowChecked()
        content, members = checked.content, checked.members
        for code, column in self._of_persons if person else self._of_organisations:
            value = filled.get(code)
            if not value:
                if column.is_required:
                    checked.faults.append(Fault(DataItemMissing, code))
                continue
            written, member = column.found.get(value) or self._find(code, column, value)
            if written is None:
                checked.faults.append(Fault(DataItemInvalid, code))
                continue
            content[code] = written
            if member:
                members.append(member)
        return checked

    def _find(self, code: str, column: _Column, value: str) -> Found:
        written = written_value(column.item, value, lenient=self._lenient)
        found = (written, member_of(code, written) if written is not None and column.is_kept else "")
        if len(value) <= _LONGEST_REMEMBERED:
            if len(column.found) >= _REMEMBERED:
                column.found.clear()
            column.found[value] = found
        return found


def member_of(code: str, value: str) -> str:
    """Write a member of a JSON object."""
    return f"{json.dumps(code)}: {encode_basestring(value)}"
