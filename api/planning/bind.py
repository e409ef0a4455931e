"""Where the values of a statement come from: sources that read them out of one request, checked as they are read.

A source is a function of the `Request`; whatever it refuses becomes the error of its root field.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from api.entities.index import ENTITIES
from api.planning import cursor as cursors
from domain.decision_number import folded
from domain.errors import InvalidInput
from domain.identifiers import is_resident_id, normalise_code
from domain.merging.known import NONE, Merged
from domain.text import writable
from domain.vault import Vault
from domain.written_time import written_day


class IdInvalid(InvalidInput):
    """This is not a global id of the kind expected here: use the `id` of an object as it was given."""

    code = "ID_INVALID"
    zh = "标识无效：请使用接口返回的 id。"


class CodeMalformed(InvalidInput):
    """The code does not have the form of a unified social credit code: 18 ASCII digits and capitals without I, O, S, V, Z."""

    code = "CODE_MALFORMED"
    zh = "统一社会信用代码格式不正确：应为 18 位数字或大写字母（不含 I、O、S、V、Z）。"


class IdNumberMalformed(InvalidInput):
    """The identity number is not valid: compare it with the card; day of birth and last character must be right."""

    code = "ID_NUMBER_MALFORMED"
    zh = "身份证件号码无效：请与证件核对，出生日期和校验码须正确。"


class TextInvalid(InvalidInput):
    """The text holds a NUL character, or is too long or too short for this argument."""

    code = "TEXT_INVALID"
    zh = "文本无效：含有空字符，或长度不符合要求。"


class PageSizeInvalid(InvalidInput):
    """Give either `first` or `last`, between 1 and 100."""

    code = "PAGE_SIZE_INVALID"
    zh = "请给出 first 或 last 之一，取值 1 至 100。"


@dataclass(frozen=True, slots=True)
class Request:
    """The values of one request that a statement may bind."""

    variables: Mapping[str, Any]
    bindings: Mapping[str, Any]
    epoch: int
    cursor_secret: bytes
    caller_key: str
    vault: Vault
    merged: Merged = NONE
    """What names merged subjects: the kept ones are asked for in their place."""
    resolved: dict[str, str] = field(default_factory=dict)
    """JSON texts of root fields that resolvers have answered, by response key."""


Source = Callable[[Request], Any]
"""Where a value comes from: a function of the request."""


def entity_of(value: Any) -> str | None:
    """Tell which entity a global id names; None for one that names none."""
    name, _, _ = str(value).partition(":")
    return name if name in ENTITIES else None


def local_id(value: Any, entity: str) -> Any:
    """Read a global id of an entity; of an account its bare identifier too, as fields give it that tell who acted.

    Raises: IdInvalid for any other text, non-ASCII digits included.
    """
    name, colon, rest = str(value).partition(":")
    if entity == "Account" and not colon:
        return as_uuid(value)
    if name != entity or not rest.isascii() or "\x00" in rest:
        raise IdInvalid
    try:
        return _KEYS[ENTITIES[entity].key](rest)
    except ValueError:
        raise IdInvalid from None


def _uuid(text: str) -> UUID:
    found = UUID(text)
    if str(found) != text:
        raise ValueError(text)
    return found


def _day(text: str) -> date:
    return written_day(text)


def _short(text: str) -> str:
    if len(text) > 20:
        raise ValueError(text)
    return text


def _number(text: str) -> int:
    if not text.isdigit() or len(text) > 18 or str(int(text)) != text:
        raise ValueError(text)
    return int(text)


_KEYS: dict[str, Callable[[str], Any]] = {"uuid": _uuid, "text": _short, "date": _day, "bigint": _number}


def global_id(source: Source, entity: str) -> Source:
    """Read a global id of an entity."""
    if entity == "Subject":
        return lambda request: request.merged.subject(local_id(source(request), entity))
    return lambda request: local_id(source(request), entity)


def global_ids(source: Source, entity: str) -> Source:
    """Read a list of global ids of an entity."""
    if entity == "Subject":
        return lambda request: [request.merged.subject(local_id(one, entity)) for one in as_list(source(request))]
    return lambda request: [local_id(one, entity) for one in as_list(source(request))]


def row_ids(source: Source) -> Source:
    """Read a list of global ids of rows of any kind, also of those that no entity shows."""

    def one(value: Any) -> str:
        name, _, rest = str(value).partition(":")
        if not (name.isascii() and name.isalpha()):
            raise IdInvalid
        return f"{name}:{as_uuid(rest)}"

    return lambda request: [one(value) for value in as_list(source(request))]


def accounts(source: Source) -> Source:
    """Read a list of accounts: global ids, or identifiers as fields give them that tell who did something."""
    return lambda request: [local_id(one, "Account") for one in as_list(source(request))]


def as_uuid(value: Any) -> UUID:
    """Read an identifier without a kind.

    Raises: IdInvalid.
    """
    try:
        return _uuid(str(value))
    except ValueError:
        raise IdInvalid from None


def uscc(source: Source) -> Source:
    """Read a unified social credit code: its form is checked here, its check digit is not (some real codes fail it)."""

    def read(request: Request) -> str:
        code = normalise_code(str(source(request)))
        if len(code) != 18 or not set(code) <= _USCC_LETTERS:
            raise CodeMalformed
        return request.merged.codes.get(code, code)

    return read


_USCC_LETTERS = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")


def id_number(source: Source) -> Source:
    """Read an identity number as its blind index; the number itself goes no further."""

    def read(request: Request) -> bytes:
        number = normalise_code(str(source(request)))
        if not is_resident_id(number):
            raise IdNumberMalformed
        index = request.vault.blind_index(number)
        return request.merged.numbers.get(index, index)

    return read


def codes(source: Source) -> Source:
    """Read a list of codes of organisations; that of a merged subject is the kept one's."""
    read = plain(source, enum=False)
    return lambda request: [request.merged.codes.get(one, one) for one in as_list(read(request))]


def document_numbers(source: Source) -> Source:
    """Read a list of numbers of documents, folded as they are compared."""
    read = plain(source, enum=False)
    return lambda request: [folded(one) for one in as_list(read(request))]


def number(source: Source) -> Source:
    """Read a whole number."""
    return lambda request: int(source(request))


def text(source: Source) -> Source:
    """Read a short text.

    Raises: TextInvalid, while it is bound.
    """
    return lambda request: _clean(str(source(request)))


def search_term(source: Source) -> Source:
    """Read a search text as a LIKE pattern; its own wildcards mean themselves."""

    def read(request: Request) -> str:
        found = _clean(str(source(request))).strip().lower()
        if len(found) < 2:
            raise TextInvalid
        escaped = found.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"%{escaped}%"

    return read


def _clean(found: str) -> str:
    if len(found) > 200 or not writable(found):
        raise TextInvalid
    return found


def plain(source: Source, *, enum: bool) -> Source:
    """Read a value as it is; enumerations as the tables hold them."""

    def one(value: Any) -> Any:
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, str):
            return value.lower() if enum else _clean(value)
        return value

    def read(request: Request) -> Any:
        value = source(request)
        return [one(member) for member in value] if isinstance(value, list) else one(value)

    return read


def as_list(value: Any) -> list[Any]:
    """Give the values of a list; GraphQL takes a single value for a list of one."""
    return value if isinstance(value, list) else [value]


def page_size(source: Source) -> Source:
    """Read a page size, 1 to 100."""

    def read(request: Request) -> int:
        size = source(request)
        if not isinstance(size, int) or not 1 <= size <= 100:
            raise PageSizeInvalid
        return size

    return read


def cursor_key(fingerprint: tuple[str, ...], narrowing: tuple[Source, ...]) -> Source:
    """Derive the cursor key of a connection from the caller, the connection and the values that narrow it."""

    def read(request: Request) -> bytes:
        values = [repr(source(request)) for source in narrowing]
        return cursors.derive_key(request.cursor_secret, "\x1f".join((request.caller_key, *fingerprint, *values)))

    return read


def cursor(source: Source, key: Source) -> Source:
    """Read a cursor as its sort value and id; it must be written as it was given, to the last bit of its text."""

    def read(request: Request) -> tuple[str, str]:
        sent = str(source(request))
        found = cursors.read(sent, key(request))
        if base64.urlsafe_b64encode(base64.urlsafe_b64decode(sent + "=" * (-len(sent) % 4))).decode() != sent:
            raise cursors.CursorInvalid
        return found

    return read


_READERS: dict[str, Callable[[Source], Source]] = {
    "accounts": accounts,
    "codes": codes,
    "document_numbers": document_numbers,
    "id_number": id_number,
    "number": number,
    "row_ids": row_ids,
    "text": text,
    "uscc": uscc,
}


def read_as(reader: str, source: Source) -> Source:
    """Read a value in the way that an argument or a filter names."""
    return _READERS[reader](source)
