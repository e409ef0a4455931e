"""The entity fields of Query: where a selection may start, by which argument, under which action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument that picks one row: its SQL condition on `{t}` and how its value is read."""

    sql: str
    cast: str
    reader: str
    """How the value is read: id, uscc, id_number, text, number."""
    type: Any
    description: str


@dataclass(frozen=True, slots=True)
class RootOne:
    """A field that leads to one row, or null."""

    entity: str
    argument: tuple[str, Argument] | None
    """The argument that picks the row; without one it is the caller itself."""
    description: str
    action: str = "read"


@dataclass(frozen=True, slots=True)
class RootMany:
    """A field that leads to a connection over all rows within the caller's authority."""

    entity: str
    description: str


@dataclass(frozen=True, slots=True)
class RootNode:
    """The field `node(id:)`, whose entity is told by the id."""

    description: str


Root = RootOne | RootMany | RootNode


def by_id(entity: str, what: str) -> RootOne:
    """Declare the field that gives one row by its global id."""
    argument = Argument("{t}.id = {v}", "", "id", "ID", f"Global id of the {what}.")
    return RootOne(
        entity, ("id", argument), f"One {what} by its global id; null when there is none within your authority."
    )


NODE = RootNode("Any object by its global id 按全局标识查询; null when there is none within your authority.")

SEARCH = (
    "Part of an organisation's name in Chinese, its pinyin or initials; at least two characters."
    " People are found by name only among those your office has records about."
)
