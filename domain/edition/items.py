"""Items of an edition as they are given, and what is wrong with them: every fault at once, by line, item and field.

In charge of reading each value as its field asks, of codes that stand twice, of offices and of the lists that fields
refer to. Refuses 严重 without a basis that the rulebook lets suffice (上海5), tolerant acceptance without a term
(海沧12), a behaviour without its basis (新乡二), and identity numbers: what is on a list is public.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from domain.edition.kinds import EditionKind
from domain.edition.shape import LISTS, FieldRule
from domain.registry.enrolment import names_identity
from domain.rulebook.fault import check_row
from domain.rulebook.lookup import severities
from domain.rulebook.model import Rulebooks
from domain.rulebook.tables import DataItemRule
from domain.rulebook.vocabulary import ORGANISATION_KINDS
from domain.text import writable
from domain.written_time import written_day

MOST_ITEMS: Final = 2_000
LONGEST: Final = 2_000
LONGEST_CODE: Final = 64
LONGEST_NAME: Final = 200
MOST_WORDS: Final = 200
_CODE: Final = re.compile(r"[^\s,;|\"']+")
_TRUE: Final = ("true", "是", "1")
_FALSE: Final = ("false", "否", "0")

FAULTS: Final[Mapping[str, tuple[str, str]]] = {
    "ITEM_CODE_INVALID": (
        "The code has 1 to 64 characters without blanks, commas, semicolons, bars or quotes.",
        "代码为1至64个字符，不含空白、逗号、分号、竖线和引号。",
    ),
    "ITEM_CODE_REPEATED": ("The code stands twice in the edition.", "该代码在本版本中重复。"),
    "ITEM_NAME_INVALID": ("The name has 1 to 200 characters.", "名称为1至200个字符。"),
    "FIELD_UNKNOWN": ("Items of this kind have no such field.", "该类条目没有此字段。"),
    "FIELD_MISSING": ("The field must be given.", "该字段必填。"),
    "FIELD_INVALID": ("The value is not what the field holds.", "该字段取值无效。"),
    "OFFICE_NOT_HERE": ("The rulebook of the division names no such office.", "本地规则中没有该单位。"),
    "REFERENCE_UNKNOWN": ("No list in force on the first day has this code.", "生效日有效的清单中没有该代码。"),
    "SEVERITY_WITHOUT_BASIS": (
        "This class of severity needs a basis of a level that its rulebook names.",
        "该严重程度须有规则所列层级的依据。",
    ),
    "BASIS_MISSING": ("An item of this kind needs its basis and the level of it.", "该类条目须写明依据及其层级。"),
    "TERM_MISPLACED": (
        "A supplement term with its unit belongs to tolerant acceptance, and to nothing else.",
        "容缺受理须写明补正期限及单位，其他类型不得写。",
    ),
    "PERSON_NAMED": (
        "A public list holds no identity number, and no telephone number or address of mail of a person.",
        "公开的清单不得含有身份证号，以及个人的电话号码、电子邮箱。",
    ),
    "DAYS_OUT_OF_ORDER": ("The last day lies before the first.", "失效日期早于施行日期。"),
    "TOO_MANY_ITEMS": ("An edition has up to 2000 items.", "一个版本不超过2000项。"),
}
"""What may be wrong with an item, in English and Chinese; never with the value."""


@dataclass(frozen=True, slots=True)
class Given:
    """An item as it is given: the line it begins on, and its fields as they were written."""

    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int]
    """The line of each field, where it has one of its own."""


@dataclass(frozen=True, slots=True)
class ItemFault:
    """What is wrong with an item."""

    line: int
    code: str
    item: str | None = None
    field: str | None = None
    known: tuple[str, ...] = ()
    """The words that the field may hold, where they are a closed list."""

    def told(self) -> dict[str, Any]:
        """Give it as it is told to the caller."""
        message, zh = FAULTS[self.code]
        return {
            "line": self.line, "item": self.item, "field": self.field, "code": self.code, "message": message,
            "messageZh": zh, **({"known": list(self.known)} if self.known else {}),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """An item that can be kept."""

    code: str
    name: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ground:
    """What items are checked against: the kind, the offices of the division, the codes that lists in force have."""

    books: Rulebooks
    kind: EditionKind
    on: date
    offices: frozenset[str]
    listed: Mapping[str, frozenset[str] | None]
    """Codes by shape; None where no such list is in force, and nothing can be asked."""


class _Wrong(Exception):
    """A value is not what the field holds; its argument is the code of the fault."""


_Found: TypeAlias = tuple[str, str | None]
"""A fault, and the field it is told at."""


def read_items(ground: Ground, given: Sequence[Given]) -> tuple[list[Item], list[ItemFault]]:
    """Read items; give those that can be kept, and every fault in the order of lines."""
    if len(given) > MOST_ITEMS:
        return [], [ItemFault(given[MOST_ITEMS].line, "TOO_MANY_ITEMS")]
    items: list[Item] = []
    faults: list[ItemFault] = []
    seen: set[str] = set()
    for one in given:
        item, found = _read(ground, one)
        if item is not None and item.code in seen:
            found.append(ItemFault(one.lines.get("code", one.line), "ITEM_CODE_REPEATED", item.code, "code"))
        faults += found
        if item is not None:
            seen.add(item.code)
            items.append(item)
    return items, sorted(faults, key=lambda fault: fault.line)


def _read(ground: Ground, given: Given) -> tuple[Item | None, list[ItemFault]]:
    """Read an item; a faulty one is given with its code alone, which is taken all the same."""
    code, name = given.values.get("code"), given.values.get("name")
    content, unread = _content(ground, given.values)
    fields = ground.kind.shape.by_code
    found = [
        *_unnamed(code, name),
        *_unknown(given.values.keys() - fields.keys() - {"code", "name"}),
        *unread,
        *_rules(ground, content),
        *_persons({"code": code, "name": name, **content}),
    ]
    if not found:
        return Item(str(code), str(name).strip(), content), []
    shown = isinstance(code, str) and len(code) <= LONGEST_CODE and not names_identity(code, person_name=None)
    label = str(code) if shown else None
    faults = [
        ItemFault(
            given.lines.get(at or "", given.line),
            fault,
            label,
            at,
            known=fields[at].values if at is not None and fault == "FIELD_INVALID" else (),
        )
        for fault, at in found
    ]
    return (Item(label, "", {}) if label else None), faults


def _unnamed(code: Any, name: Any) -> Iterator[_Found]:
    if not isinstance(code, str) or len(code) > LONGEST_CODE or not _CODE.fullmatch(code) or not writable(code):
        yield "ITEM_CODE_INVALID", "code"
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME or not writable(name):
        yield "ITEM_NAME_INVALID", "name"


def _unknown(keys: Iterable[str]) -> Iterator[_Found]:
    for key in keys:
        yield "FIELD_UNKNOWN", key if len(key) <= LONGEST_CODE and key.isidentifier() else None


def _content(ground: Ground, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[_Found]]:
    """Read the fields that the kind has; give what they hold and what is wrong with them."""
    content: dict[str, Any] = {}
    wrong: list[_Found] = []
    for field in ground.kind.shape.by_code.values():
        try:
            value = read_value(ground, field, values.get(field.code))
        except _Wrong as fault:
            wrong.append((str(fault), field.code))
            continue
        if value is not None:
            content[field.code] = value
        elif field.required:
            wrong.append(("FIELD_MISSING", field.code))
    return content, wrong


def _persons(texts: Mapping[str, Any]) -> Iterator[_Found]:
    for key, text in texts.items():
        if any(names_identity(part, person_name=None) for part in _texts(text)):
            yield "PERSON_NAMED", key


def read_value(ground: Ground, field: FieldRule, given: Any) -> Any:
    """Read a value as its field asks, from a file's text or as it was typed; None where nothing is given.

    Raises: _Wrong with the code of the fault.
    """
    if given is None or (isinstance(given, str) and not given.strip()) or given == []:
        return None
    if field.kind in LISTS:
        return _words(ground, field, given)
    if field.kind == "data_items":
        return _data_items(given)
    if field.kind == "integer":
        return _integer(field, given)
    if field.kind == "boolean":
        return _boolean(given)
    if field.kind == "date":
        return _day(given)
    text = _text(given)
    if field.kind == "severity":
        classes = severities(ground.books, ground.kind.jurisdiction_id, ground.on)
        return _known(next((one.code for one in classes if text in (one.code, one.name)), None))
    if field.kind == "choice" and text not in field.values:
        raise _Wrong("FIELD_INVALID")
    if field.kind == "address" and (urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).netloc):
        raise _Wrong("FIELD_INVALID")
    _require_listed(ground, field, [text])
    return text


def _known(value: str | None) -> str:
    if value is None:
        raise _Wrong("FIELD_INVALID")
    return value


def _text(given: Any) -> str:
    if not isinstance(given, str) or len(given.strip()) > LONGEST or not writable(given):
        raise _Wrong("FIELD_INVALID")
    return given.strip().replace("\r\n", "\n").replace("\r", "\n")


def _words(ground: Ground, field: FieldRule, given: Any) -> list[str]:
    parts = given.split("|") if isinstance(given, str) else given
    if not isinstance(parts, list) or len(parts) > MOST_WORDS:
        raise _Wrong("FIELD_INVALID")
    words = [_text(part) for part in parts]
    if "organisation" in words and field.words == "subject_kinds":
        words = [one for word in words for one in (ORGANISATION_KINDS if word == "organisation" else (word,))]
    if any(not word or "|" in word for word in words) or len(set(words)) < len(words):
        raise _Wrong("FIELD_INVALID")
    if field.kind == "choices" and not set(words) <= set(field.values):
        raise _Wrong("FIELD_INVALID")
    _require_listed(ground, field, words)
    return words


def _require_listed(ground: Ground, field: FieldRule, words: Iterable[str]) -> None:
    if field.kind in ("offices", "office"):
        if not set(words) <= ground.offices:
            raise _Wrong("OFFICE_NOT_HERE")
    elif field.refers is not None:
        listed = ground.listed.get(field.refers)
        if listed is not None and not set(words) <= listed:
            raise _Wrong("REFERENCE_UNKNOWN")


def _integer(field: FieldRule, given: Any) -> int:
    if isinstance(given, str) and re.fullmatch(r"[0-9]{1,9}", given.strip()):
        given = int(given)
    if not isinstance(given, int) or isinstance(given, bool):
        raise _Wrong("FIELD_INVALID")
    if not (field.least or 0) <= given <= (field.most or 1_000_000):
        raise _Wrong("FIELD_INVALID")
    return given


def _boolean(given: Any) -> bool:
    word = given.strip().lower() if isinstance(given, str) else given
    if word is True or word in _TRUE:
        return True
    if word is False or word in _FALSE:
        return False
    raise _Wrong("FIELD_INVALID")


def _day(given: Any) -> str:
    text = given.isoformat() if type(given) is date else given
    if not isinstance(text, str):
        raise _Wrong("FIELD_INVALID")
    try:
        return written_day(text.strip()).isoformat()
    except ValueError:
        raise _Wrong("FIELD_INVALID") from None


def _data_items(given: Any) -> list[dict[str, Any]]:
    """Read data items: each of the shape that rulebooks give them."""
    if not isinstance(given, list) or not 0 < len(given) <= MOST_WORDS:
        raise _Wrong("FIELD_INVALID")
    for one in given:
        if not isinstance(one, dict) or any(check_row("", f"data_item {one.get('code')}", one, DataItemRule)):
            raise _Wrong("FIELD_INVALID")
        if not all(0 < len(text) <= LONGEST and writable(text) for text in _texts(one)):
            raise _Wrong("FIELD_INVALID")
        if bool(one.get("values")) != (one.get("kind") in ("choice", "choices")):
            raise _Wrong("FIELD_INVALID")
    if len({one["code"] for one in given}) < len(given):
        raise _Wrong("FIELD_INVALID")
    return [ordered(one) for one in given]


_DATA_ITEM_KEYS: Final = tuple(DataItemRule.__dataclass_fields__)


def ordered(one: Mapping[str, Any]) -> dict[str, Any]:
    """Give a data item with the keys that every one has, in one order."""
    told = {"kind": "text", "personal": False, **one}
    return {key: told[key] for key in _DATA_ITEM_KEYS if key in told}


def _rules(ground: Ground, content: Mapping[str, Any]) -> Iterator[_Found]:
    """Find what fields say against each other."""
    basis, level = content.get("legal_basis"), content.get("basis_level")
    if (basis is None) != (level is None) or (ground.kind.shape.needs_basis and basis is None):
        yield "BASIS_MISSING", "legal_basis" if basis is None else "basis_level"
    if "severity" in content:
        classes = severities(ground.books, ground.kind.jurisdiction_id, ground.on)
        asked = next((one.required_basis for one in classes if one.code == content["severity"]), ())
        if asked and level not in asked:
            yield "SEVERITY_WITHOUT_BASIS", "severity"
    if ground.kind.shape.code == "commitment_item":
        tolerant = content.get("kind") == "tolerant_acceptance"
        stated = ("supplement_term" in content, "supplement_unit" in content)
        if stated != (tolerant, tolerant):
            yield "TERM_MISPLACED", "supplement_term"
    first, last = content.get("valid_from"), content.get("valid_to")
    if first is not None and last is not None and last < first:
        yield "DAYS_OUT_OF_ORDER", "valid_to"


def _texts(value: Any) -> Iterator[str]:
    """Give every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
