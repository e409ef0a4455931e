"""The page of a connection as SQL: in which order and how far it is read, what lies beyond it, and its cursors.

A page that is read from the end is read backwards and turned; whether there are more rows is told by one row too many.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.declaring.entity import Shape
from api.planning.plan import Connection, Constant, Page, PageFields, PagePart
from api.planning.statement import Writer, literal


@dataclass(frozen=True, slots=True)
class Read:
    """The rows of a page as they were read: under which alias, how many are shown, whether one more is among them."""

    page: Page
    rows: str
    size: str
    more: bool


def asks_for_more(connection: Connection) -> bool:
    """Tell whether it is asked if there are rows beyond the page in the direction in which it is read."""
    assert connection.page is not None
    wanted = "hasPreviousPage" if connection.page.backward else "hasNextPage"
    return wanted in _page_info(connection)


def needs_cursors(connection: Connection) -> bool:
    """Tell whether the cursor of the first or last row is asked for."""
    return not _page_info(connection).isdisjoint({"startCursor", "endCursor"})


def _page_info(connection: Connection) -> set[str]:
    """Give the fields of the page information that are selected."""
    infos = (part for part in connection.parts if isinstance(part, PageFields))
    return {one.name for info in infos for one in info.parts if isinstance(one, PagePart)}


def sorted_by(page: Page, alias: str) -> str:
    """Write by which columns, and in which direction, a page is read."""
    direction = "DESC" if page.order.descending != page.backward else "ASC"
    if page.order.column == "id":
        return f"{alias}.id {direction}"
    return f"{alias}.{page.order.column} {direction}, {alias}.id {direction}"


def turned_round(text: str) -> str:
    """Turn a page that was read from the end; the row too many comes first, marked with its number."""
    return f"SELECT * FROM (SELECT read.*, row_number() OVER () AS n FROM ({text}) read) turned ORDER BY n DESC"


def items_of(read: Read, column: str) -> str:
    """Give the items of a page as text, without the row too many."""
    items = f"{read.rows}.{column}"
    if read.page.backward:
        kept = f"FILTER (WHERE {read.rows}.n <= {read.size})"
        return f"array_to_string(array_agg({items} ORDER BY {read.rows}.n DESC) {kept}, ',')"
    if not read.more:
        return f"string_agg({items}, ',')"
    return f"array_to_string((array_agg({items}))[1:{read.size}], ',')"


def page_field(writer: Writer, read: Read, part: PagePart | Constant) -> str:
    """Write a field of the page information."""
    if isinstance(part, Constant):
        return literal(f'"{part.value}"')
    page, rows, size = read.page, read.rows, read.size
    more = f"(count(*) > {size})::text"
    beyond = "'true'" if page.cursor else "'false'"
    first, last = f"(array_agg({rows}.c))[1]", f"(array_agg({rows}.c))[least(count(*), {size})]"
    if page.backward:
        first = f"(array_agg({rows}.c ORDER BY {rows}.n DESC) FILTER (WHERE {rows}.n <= {size}))[1]"
        last = f"(array_agg({rows}.c ORDER BY {rows}.n))[1]"
    match part.name:
        case "hasNextPage":
            return beyond if page.backward else more
        case "hasPreviousPage":
            return more if page.backward else beyond
        case "startCursor":
            return f"coalesce('\"' || {cursor_of(writer, page, first)} || '\"', 'null')"
        case _:
            return f"coalesce('\"' || {cursor_of(writer, page, last)} || '\"', 'null')"


def position_of(page: Page, alias: str) -> str:
    """Write what a cursor tells of a row: its sort value and id."""
    return f"({alias}.{page.order.column}::text || '|' || {alias}.id::text)"


def cursor_of(writer: Writer, page: Page, position: str) -> str:
    """Write the cursor of a position, with a keyed digest over it (see `api.planning.cursor`).

    Of the cursors of a page only those that are shown are made: the digest costs as much as a row.
    """
    key = writer.bind(page.cursor_key, "bytea")
    value = f"convert_to({position}, 'UTF8')"
    digest = f"substr(sha256({key} || sha256({key} || {value})), 1, 12)"
    return f"translate(encode({digest} || {value}, 'base64'), E'+/\\n', '-_')"


def beyond_cursor(writer: Writer, connection: Connection, page: Page, alias: str) -> str:
    """Write the condition that a row lies beyond the cursor."""
    assert page.cursor is not None
    cursor = page.cursor
    sign = "<" if page.order.descending != page.backward else ">"
    ident = f"{writer.bind(lambda request: cursor(request)[1], 'text')}::{connection.entity.key}"
    if page.order.column == "id":
        return f"{alias}.id {sign} {ident}"
    cast = _cast_of(connection, page)
    value = f"{writer.bind(lambda request: cursor(request)[0], 'text')}::{cast}"
    return f"({alias}.{page.order.column}, {alias}.id) {sign} ({value}, {ident})"


def _cast_of(connection: Connection, page: Page) -> str:
    column = next(one for one in connection.entity.columns.values() if one.sql == page.order.column)
    return {Shape.PLAIN: "date", Shape.INSTANT: "timestamptz", Shape.NUMBER: "integer"}.get(column.shape, "text")
