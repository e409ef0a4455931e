"""PostgreSQL's protocol, as much of it as prepared statements of one row need: messages to send, and answers to cut out.

asyncpg sends a statement and waits for its answer before it sends the next one; the protocol itself allows to send on, as
answers come in the order of the statements. What is here knows no socket. Source: PostgreSQL 18, 54.2.4 (pipelining), 54.7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

Row = tuple[bytes | None, ...]
"""The columns of a row in binary form."""

_EXECUTE_AND_SYNC: Final = b"E\0\0\0\x09\0\0\0\0\0" + b"S\0\0\0\4"
_NULL: Final = b"\xff\xff\xff\xff"
_ALL_BINARY: Final = b"\0\1\0\1"
_HEAD: Final = 5
"""The bytes of a message before its content: its kind, and its length without the kind."""

_DATA_ROW, _READY, _ERROR = b"DZE"
_PASSED_OVER: Final = frozenset(b"123CNS")
"""Parsed, bound, closed, completed; notices and changed settings."""
_KINDS: Final = _PASSED_OVER | {_DATA_ROW, _READY, _ERROR}


class Unexpected(Exception):
    """The server sent what does not answer a statement of one row: nothing in its stream can be trusted any more."""


class Unwritable(Exception):
    """A value has a type that is not written here."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server refused a statement: its SQLSTATE. The text is not kept, as it may quote values."""

    code: str


def prepare(name: bytes, text: str) -> bytes:
    """Write that a statement is to be kept under a name; the server infers the types of its values."""
    return _message(b"P", b"%b\0%b\0\0\0" % (name, text.encode()))


def forget(name: bytes) -> bytes:
    """Write that the statement of a name is kept no longer; it may be unknown."""
    return _message(b"C", b"S%b\0" % name)


def run(name: bytes, values: Sequence[Any]) -> bytes:
    """Write that a kept statement is to be run with values, and its answer ended: an error goes no further than that.

    Raises: Unwritable; UnicodeEncodeError for a text that is none.
    """
    written = b"".join([_value(one) for one in values])
    return (
        _message(b"B", b"\0%b\0\0\0%b%b%b" % (name, len(values).to_bytes(2), written, _ALL_BINARY)) + _EXECUTE_AND_SYNC
    )


def _message(kind: bytes, content: bytes) -> bytes:
    return b"%b%b%b" % (kind, (len(content) + 4).to_bytes(4), content)


def _value(value: Any) -> bytes:
    if value is None:
        return _NULL
    text = _text(value)
    return len(text).to_bytes(4) + text


def _text(value: Any) -> bytes:
    """Write a value as PostgreSQL reads it as text; the statement says by a cast what type it is."""
    kind = type(value)
    text: str
    if kind is str:
        text = value
    elif kind is int or isinstance(value, UUID):  # the driver has a UUID of its own, derived from this one
        text = str(value)
    elif kind is bytes:
        text = "\\x" + value.hex()
    elif kind is bool:
        text = "t" if value else "f"
    elif kind is date or kind is datetime:
        text = value.isoformat()
    elif kind is list or kind is tuple:
        return b"{%b}" % b",".join([_element(one) for one in value])
    else:
        raise Unwritable(kind.__name__)
    return text.encode()


def _element(value: Any) -> bytes:
    if value is None:
        return b"NULL"
    if type(value) in (list, tuple):
        raise Unwritable("nested")
    return b'"%b"' % _text(value).replace(b"\\", b"\\\\").replace(b'"', b'\\"')


class Answers:
    """The answers in a server's stream, cut out of it as its bytes come in."""

    __slots__ = ("_held", "_missing", "_refused", "_row")

    def __init__(self) -> None:
        self._held: list[bytes] = []
        """The beginning of a message whose end has not come; joined once it has, as a large row comes in many pieces."""
        self._missing = 0
        self._row: Row | None = None
        self._refused: Refused | None = None

    def feed(self, data: bytes) -> list[Row | Refused | None]:
        """Take in bytes; give the answers that are whole by now: a row, None where there was none, or the refusal.

        Raises: Unexpected.
        """
        if self._held:
            self._held.append(data)
            self._missing -= len(data)
            if self._missing > 0:
                return []
            data = b"".join(self._held)
            self._held.clear()
        found: list[Row | Refused | None] = []
        at, end = 0, len(data)
        while end - at >= _HEAD:
            after = at + 1 + int.from_bytes(data[at + 1 : at + _HEAD])
            if after > end:
                self._await(data[at], after - end)
                break
            self._take(data, at, after, found)
            at = after
        else:
            self._missing = _HEAD - (end - at)
        if at < end:
            self._held.append(data[at:])
        return found

    def _await(self, kind: int, missing: int) -> None:
        """Wait for the rest of a message; not for that of a kind that does not come."""
        if kind not in _KINDS:
            raise Unexpected
        self._missing = missing

    def _take(self, data: bytes, at: int, after: int, found: list[Row | Refused | None]) -> None:
        """Take in one whole message."""
        kind = data[at]
        if kind == _READY:
            found.append(self._refused or self._row)
            self._refused = self._row = None
        elif kind == _DATA_ROW and self._row is None:
            self._row = _columns(data, at + _HEAD, after)
        elif kind == _ERROR:
            self._refused = Refused(_sqlstate(data[at + _HEAD : after]))
        elif kind not in _PASSED_OVER:
            raise Unexpected


def _columns(data: bytes, at: int, after: int) -> Row:
    columns: list[bytes | None] = []
    count = int.from_bytes(data[at : at + 2])
    at += 2
    for _ in range(count):
        size = int.from_bytes(data[at : at + 4], signed=True)
        at += 4
        columns.append(data[at : at + size] if size >= 0 else None)
        at += max(size, 0)
    if at != after:
        raise Unexpected
    return tuple(columns)


def _sqlstate(fields: bytes) -> str:
    """Give the SQLSTATE among the fields of an error."""
    return next((field[1:].decode() for field in fields.split(b"\0") if field[:1] == b"C"), "")
