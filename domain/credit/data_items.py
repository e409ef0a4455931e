"""Data items 数据项 of a record: present where the catalogue requires them, and written as it says.

Values are text. Columns that identify a natural person are checked like any other and then left out of what
is stored: they serve to find the subject and the legal representative and nothing else.
Source: 厦门8 (数据完整、准确); 发改办财金〔2018〕424号; Personal Information Protection Law 6.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from domain.credit.refusals import DataItemInvalid, DataItemMissing, DataItemUnknown
from domain.errors import DomainError, InvalidInput
from domain.identifiers import read_uscc
from domain.registry.enrolment import without_identity
from domain.registry.mail_addresses import without_addresses
from domain.registry.telephones import is_name_of_a_number, without_telephones
from domain.text import all_seen, as_seen, writable

LONGEST_TEXT: Final = 10_000
"""Most characters of one data item."""

CHOICE_SEPARATORS: Final = re.compile("[;；]")
_LENGTH_OF_DAY: Final = 10
_DAY: Final = re.compile(r"([0-9]{4})([-/])([0-9]{2})\2([0-9]{2})")
_MONEY: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_MEASURED: Final = frozenset({"date", "money"})
_NAMEABLE: Final = re.compile("[A-Z0-9_]{1,32}")
_SUPPLEMENT: Final = re.compile("[-—－:：]")  # 其他-需注明

SHEETS: Final = ("XK", "CF", "RX")
"""Prefixes of the columns that name a party: permits, penalties, and the sheets of all other items."""

NAME_COLUMNS: Final = frozenset(f"{sheet}_XDR_MC" for sheet in SHEETS)
IDENTITY_COLUMNS: Final = frozenset(
    f"{sheet}_{column}"
    for sheet in SHEETS
    for column in ("XDR_ZJLX", "XDR_ZJHM", "FRDB", "FR_ZJLX", "FR_ZJHM", "FR_SFZH")
)
SEEN_COLUMNS: Final = frozenset(f"{sheet}_{column}" for sheet in SHEETS for column in ("WSH", "XDR_MC", "FRDB"))
"""What a decision and those it is about are known by: the same to the eye is the same."""

OWN_NUMBER_COLUMNS: Final = frozenset(f"{sheet}_{column}" for sheet in SHEETS for column in ("XDR_ZJLX", "XDR_ZJHM"))
"""Columns with the number of the party itself, by which it is found."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A reason to refuse, and the data item at fault where it is one."""

    kind: type[DomainError]
    column: str | None = None


@dataclass(frozen=True, slots=True)
class DataItem:
    """A data item of a catalogue item: its code, for whom it is required, and how it is written."""

    code: str
    required: str = "never"
    kind: str = "text"
    values: tuple[str, ...] = ()
    against: frozenset[str] = frozenset()
    """Values that speak against the subject, in an item that otherwise does not."""
    max_length: int = LONGEST_TEXT
    older: tuple[str, ...] = ()
    name: str = ""

    def is_required(self, *, person: bool) -> bool:
        """Tell whether it must be filled in for a natural person, or for an organisation."""
        return self.required in ("always", "natural_person" if person else "organisation")


def data_items(described: str | Iterable[Mapping[str, Any]]) -> dict[str, DataItem]:
    """Read the data items of a catalogue item as its row describes them, by code."""
    rows = json.loads(described) if isinstance(described, str) else described
    return {
        row["code"]: DataItem(
            row["code"],
            row.get("required", "never"),
            row.get("kind", "text"),
            tuple(row.get("values", ())),
            frozenset(row.get("against", ())),
            row.get("max_length") or LONGEST_TEXT,
            tuple(row.get("older", ())),
            row.get("name", ""),
        )
        for row in rows
    }


def as_text(items: Mapping[str, DataItem], content: Mapping[str, object]) -> tuple[dict[str, str], list[Fault]]:
    """Give what is filled in as text under today's codes, and what cannot be read as text.

    Whole numbers are written out; fractions are refused, because they have lost digits before they came here.
    """
    renamed = {older: item.code for item in items.values() for older in item.older}
    read: dict[str, str] = {}
    faults: list[Fault] = []
    for given, value in content.items():
        code = renamed.get(given, given)
        if isinstance(value, str):
            read[code] = as_seen(value.strip()) if code in SEEN_COLUMNS else value.strip()
        elif isinstance(value, int) and not isinstance(value, bool):
            read[code] = str(value)
        elif value is not None:
            faults.append(Fault(DataItemInvalid, code if code in items else None))
    return read, faults


def check(
    items: Mapping[str, DataItem], content: Mapping[str, str], *, person: bool, lenient: bool = False
) -> tuple[dict[str, str], list[Fault]]:
    """Check filled-in data items; give them as they are to be stored, without empty ones, and every fault.

    `lenient` lets codes pass that fail only their check digit.
    """
    unknown = [
        Fault(DataItemUnknown, code if _NAMEABLE.fullmatch(code) else None) for code in content if code not in items
    ]
    kept, faults = check_columns(items, content, person=person, lenient=lenient)
    return kept, [*unknown, *faults]


def check_columns(
    items: Mapping[str, DataItem], content: Mapping[str, str], *, person: bool, lenient: bool = False
) -> tuple[dict[str, str], list[Fault]]:
    """Check the data items of a row that may have other columns beside them: as `check`, which knows of none."""
    kept: dict[str, str] = {}
    faults: list[Fault] = []
    for code, item in items.items():
        value = content.get(code)
        if not value:
            if item.is_required(person=person):
                faults.append(Fault(DataItemMissing, code))
            continue
        written = written_value(item, value, lenient=lenient)
        if written is None:
            faults.append(Fault(DataItemInvalid, code))
        else:
            kept[code] = written
    return kept, faults


def raise_first(faults: Sequence[Fault]) -> None:
    """Refuse what has faults, with all of them.

    Raises: the error of the first fault; `column` names its data item, `faults` lists all.
    """
    if faults:
        listed = [{"code": fault.kind.code, "column": fault.column} for fault in faults]
        raise faults[0].kind(column=faults[0].column, faults=listed)


def storable(content: Mapping[str, str], *, person: bool) -> dict[str, str]:
    """Leave out the columns that identify a natural person: as the subject, or as a legal representative."""
    left_out = IDENTITY_COLUMNS | NAME_COLUMNS if person else IDENTITY_COLUMNS
    return {code: value for code, value in content.items() if code not in left_out}


def written_value(item: DataItem, value: str, *, lenient: bool = False) -> str | None:
    """Give a value as it is stored, or None when it is not written as the item says.

    Identity numbers within a text are masked, they are stored in clear nowhere; and so are telephone numbers and addresses
    of mail, but in a column of other numbers.
    """
    if len(value) > item.max_length or not writable(value) or (item.code in SEEN_COLUMNS and not all_seen(value)):
        return None
    if item.kind == "uscc":
        return _written_code(value, lenient=lenient)
    written = _WRITERS[item.kind](item, value) if item.kind in _WRITERS else value
    is_told = item.kind not in _MEASURED and item.code not in IDENTITY_COLUMNS
    return _shown(item, written) if written and is_told else written


def shown_text(text: str, *, person_name: str | None) -> str:
    """Give a text as others read it: the person's name, identity and telephone numbers, addresses of mail stand masked."""
    return without_addresses(without_telephones(without_identity(text, person_name=person_name)))


def parse_day(text: str) -> date | None:
    """Read YYYY-MM-DD or YYYY/MM/DD in ASCII digits; None for anything else, and for no real day."""
    return _read_day(text) if len(text) == _LENGTH_OF_DAY else None


@lru_cache(maxsize=4096)
def _read_day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _is_number(name: str) -> bool:
    return is_name_of_a_number(name)


@lru_cache(maxsize=4096)
def _written_code(value: str, *, lenient: bool) -> str | None:
    try:
        return read_uscc(value, lenient=lenient).code
    except InvalidInput:
        return None


def _shown(item: DataItem, value: str) -> str:
    return without_identity(value, person_name=None) if _is_number(item.name) else shown_text(value, person_name=None)


def _written_day(_: DataItem, value: str) -> str | None:
    day = parse_day(value)
    return day.isoformat() if day else None


def _written_money(_: DataItem, value: str) -> str | None:
    return value if _MONEY.fullmatch(value) else None


def _written_choice(item: DataItem, value: str) -> str | None:
    return value if _is_choice(item, value) else None


def _written_choices(item: DataItem, value: str) -> str | None:
    chosen = [part.strip() for part in CHOICE_SEPARATORS.split(value) if part.strip()]
    return ";".join(chosen) if chosen and all(_is_choice(item, part) for part in chosen) else None


def _is_choice(item: DataItem, value: str) -> bool:
    """Tell whether a value is one of the item's, or 其他 with a supplement where the item has 其他."""
    return value in item.values or ("其他" in item.values and _SUPPLEMENT.split(value, maxsplit=1)[0] == "其他")


_WRITERS: Final[dict[str, Callable[[DataItem, str], str | None]]] = {
    "date": _written_day,
    "money": _written_money,
    "choice": _written_choice,
    "choices": _written_choices,
}
