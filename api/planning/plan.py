"""The plan of a query: rows to read, under which conditions, and which expressions to show of them.

Plain data, made by `api.planning.planner`, written as a statement by `api.planning.sql`: nothing in it knows about
roles. It holds no values of the request, only where each value comes from (`Source`), so that one plan serves every
request of its shape.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.declaring.entity import Entity, Order, Shape
from api.planning.bind import Source


@dataclass(frozen=True, slots=True)
class Condition:
    """An SQL condition over the row `{t}`, with `{v}` for the value of `source` where it has one."""

    sql: str
    source: Source | None = None
    cast: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar of the answer: its key and an expression over the row `{t}`; no expression shows null."""

    key: str
    sql: str | None
    shape: Shape
    nullable: bool


@dataclass(frozen=True, slots=True)
class Constant:
    """A text of the answer that is the same for every row: a type name."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Joined:
    """An object of the answer reached through a foreign key of the row."""

    key: str
    column: str
    row: Row


@dataclass(frozen=True, slots=True)
class Row:
    """How a row of an entity is shown, and which rows the caller may see."""

    entity: Entity
    visible: str
    parts: tuple[Part, ...]
    touches: bool
    """Whether the natural person the row is about goes into the access log."""
    tells: bool = False
    """Whether the subjects the row is about are counted: the reader has a quota of them."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of a connection to give: how many, from where, sorted how."""

    size: Source
    order: Order
    backward: bool
    cursor: Source | None
    """The source of the cursor's two values, as text: sort value and id."""
    cursor_key: Source
    """The source of the key that authenticates cursors of this connection for this caller."""


@dataclass(frozen=True, slots=True)
class Items:
    """The edges or nodes of a connection: for edges each item is an object with node and cursor."""

    key: str
    row: Row | None
    edge: tuple[Part, ...] | None


@dataclass(frozen=True, slots=True)
class EdgeNode:
    """The node of an edge."""

    key: str
    row: Row


@dataclass(frozen=True, slots=True)
class EdgeCursor:
    """The cursor of an edge."""

    key: str


@dataclass(frozen=True, slots=True)
class PagePart:
    """A field of the page information."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class PageFields:
    """The page information of a connection."""

    key: str
    parts: tuple[PagePart | Constant, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """The number of rows of a connection in all its pages."""

    key: str


@dataclass(frozen=True, slots=True)
class Connection:
    """A page of rows of an entity."""

    key: str
    entity: Entity
    visible: str
    conditions: tuple[Condition, ...]
    page: Page | None
    """None when only the count is asked."""
    parts: tuple[Items | PageFields | Count | Constant, ...]
    via: str | None = None
    """The column that refers to the row the connection hangs on."""
    named: tuple[Source, ...] = ()
    """Sources of the subjects that its filters name one by one: they are counted, found or not."""
    among: str | None = None
    """Which rows `{t}` belong to the row `{o}`, where a reference alone does not decide it."""


Part = Leaf | Constant | Joined | Connection | EdgeNode | EdgeCursor


@dataclass(frozen=True, slots=True)
class Single:
    """One row picked by a condition."""

    key: str
    row: Row
    condition: Condition
    named: bool = False
    """Whether a subject was named that is counted, found or not."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A root field that was refused: null."""

    key: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """A root field that an ordinary resolver has answered: its JSON text is bound."""

    key: str


PlannedRoot = Single | Connection | Nothing | Constant | Resolved
