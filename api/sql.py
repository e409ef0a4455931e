"""A plan rendered to one SQL statement whose result is the response text.

The statement gives two columns: the JSON of `data` as UTF-8 bytes, passed on untouched, and whom it tells
about (see `api.told`), for the access log and the quotas. It gives no row at all when the authority it was planned
under is no longer the current one. Text is concatenated with `to_json` around every text value (the
functions that build JSON values are 16–41 % slower here). A page reads one row more than it shows only where
it is asked whether there are more: building that row for nothing costs a sixth of a page of five.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from api.bind import Source
from api.entity import Arms, Shape
from api.plan import (
    Condition,
    Connection,
    Constant,
    Count,
    EdgeCursor,
    EdgeNode,
    Items,
    Joined,
    Leaf,
    Nothing,
    Page,
    PageFields,
    PagePart,
    Part,
    PlannedRoot,
    Resolved,
    Row,
    Single,
)
from api.told import MISSED, SUBJECT

SUBJECT_MARK = f"'{SUBJECT}'"
_CALLER = {"office": "uuid", "jurisdiction": "text", "subject": "uuid", "purpose": "uuid", "today": "date"}
_NAMED = re.compile(r":(office|jurisdiction|subject|purpose|today)\b")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A bound value of a statement: where it comes from, and the root field it belongs to."""

    source: Source
    root: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A rendered plan: its text and its parameters, the first being the epoch of authority."""

    text: str
    parameters: tuple[Parameter, ...]
    tells: bool = False
    """Whether its answer may tell about subjects that are counted."""


@dataclass(slots=True)
class _Writer:
    parameters: list[Parameter] = field(default_factory=list)
    tells: bool = False
    """Whether a subject that is counted has been written, or one that is named, found or not."""
    named: dict[str, str] = field(default_factory=dict)
    bound: dict[tuple[Source, str], str] = field(default_factory=dict)
    aliases: int = 0
    root: str | None = None

    def alias(self) -> str:
        self.aliases += 1
        return f"t{self.aliases}"

    def bind(self, source: Source, cast: str) -> str:
        known = self.bound.get((source, cast))
        if known is None:
            self.parameters.append(Parameter(source, self.root))
            known = self.bound[source, cast] = f"${len(self.parameters)}::{cast}"
        return known

    def caller(self, name: str) -> str:
        if name not in self.named:
            self.parameters.append(Parameter(lambda request: request.bindings[name], None))
            self.named[name] = f"${len(self.parameters)}::{_CALLER[name]}"
        return self.named[name]

    def on(self, template: str, alias: str) -> str:
        """Put a row's alias and the caller's values into a template."""
        return _NAMED.sub(lambda found: self.caller(found[1]), template.replace("{t}", alias))

    def condition(self, condition: Condition, alias: str) -> str:
        text = self.on(condition.sql, alias)
        if condition.source is not None:
            text = text.replace("{v}", self.bind(condition.source, condition.cast))
        return text


@dataclass(frozen=True, slots=True)
class _Shown:
    """An expression of JSON text, and an expression of the persons in it (comma separated), or none."""

    json: str
    persons: str | None


@dataclass(frozen=True, slots=True)
class _Read:
    """The rows of a page as they were read: under which alias, how many are shown, whether one more is among them."""

    page: Page
    rows: str
    size: str
    more: bool


@dataclass(slots=True)
class _From:
    """What a row's expressions join beside the row itself."""

    joins: list[str] = field(default_factory=list)


def render(roots: Sequence[PlannedRoot]) -> Statement:
    """Render the planned roots of one operation."""
    writer = _Writer()
    epoch = writer.bind(lambda request: request.epoch, "bigint")
    source = _From()
    shown = [_root(writer, source, root) for root in roots]
    data = _object([(root.key, one.json) for root, one in zip(roots, shown, strict=True)])
    persons = _together(one.persons for one in shown) or "NULL::text"
    joins = "".join(source.joins)
    text = (
        f"SELECT convert_to({data}, 'UTF8'), {persons} FROM (SELECT 1) AS one{joins}"
        f" WHERE (SELECT epoch FROM authority) = {epoch}"
    )
    return Statement(text, tuple(writer.parameters), writer.tells)


def _root(writer: _Writer, source: _From, root: PlannedRoot) -> _Shown:
    writer.root = root.key
    match root:
        case Nothing():
            return _Shown("'null'", None)
        case Constant(value=value):
            return _Shown(_text(f'"{value}"'), None)
        case Resolved(key=key):
            return _Shown(writer.bind(lambda request: request.resolved[key], "text"), None)
        case Single():
            return _single(writer, source, root)
        case Connection():
            return _connection(writer, source, root, owner=None)


def _single(writer: _Writer, source: _From, root: Single) -> _Shown:
    alias, lateral = writer.alias(), writer.alias()
    inner = _From()
    shown = _row(writer, inner, root.row, alias)
    where = _where(writer, alias, [root.condition], root.row.visible, root.row.entity.base)
    columns = f"{shown.json} AS j" + (f", {shown.persons} AS p" if shown.persons else "")
    source.joins.append(
        f" LEFT JOIN LATERAL (SELECT {columns} FROM {writer.on(root.row.entity.table, alias)} {alias}{''.join(inner.joins)}"
        f" WHERE {where} LIMIT 1) {lateral} ON TRUE"
    )
    told = f"{lateral}.p" if shown.persons else None
    if root.named:
        writer.tells = True
        told = f"CASE WHEN {lateral}.j IS NULL THEN '{MISSED}{root.key}' ELSE {told or 'NULL'} END"
    return _Shown(f"coalesce({lateral}.j, 'null')", told)


# -- rows


def _row(writer: _Writer, source: _From, row: Row, alias: str) -> _Shown:
    """Write a row as a JSON object."""
    persons: list[str | None] = []
    if row.touches and row.entity.person:
        persons.append(f"({row.entity.person.replace('{t}', alias)})::text")
    if row.tells:
        writer.tells = True
        persons.extend(f"{SUBJECT_MARK} || {one.replace('{t}', alias)}" for one in row.entity.subjects)
    members = []
    for part in row.parts:
        shown = _part(writer, source, part, alias)
        members.append((part.key, shown.json))
        persons.append(shown.persons)
    return _Shown(_object(members), _together(persons))


def _part(writer: _Writer, source: _From, part: Part, alias: str) -> _Shown:
    match part:
        case Leaf():
            return _Shown(_leaf(writer, part, alias), None)
        case Constant(value=value):
            return _Shown(_text(f'"{value}"'), None)
        case Joined():
            return _joined(writer, source, part, alias)
        case Connection():
            return _connection(writer, source, part, owner=alias)
        case EdgeNode() | EdgeCursor():
            raise AssertionError("edges are written with their connection")


def _leaf(writer: _Writer, leaf: Leaf, alias: str) -> str:
    if leaf.sql is None:
        return "'null'"
    value = writer.on(leaf.sql, alias)
    match leaf.shape:
        case Shape.TEXT | Shape.INSTANT:
            text = f"to_json({value})::text"
        case Shape.PLAIN:
            text = f"'\"' || ({value})::text || '\"'"
        case Shape.ENUM:
            text = f"'\"' || upper({value}) || '\"'"
        case Shape.BOOLEAN | Shape.NUMBER:
            text = f"({value})::text"
        case Shape.JSON:
            text = f"to_json({value})::text"
    return f"coalesce({text}, 'null')" if leaf.nullable else text


def _joined(writer: _Writer, source: _From, joined: Joined, alias: str) -> _Shown:
    other = writer.alias()
    inner = _From()
    shown = _row(writer, inner, joined.row, other)
    visible = writer.on(joined.row.visible, other)
    allowed = "" if visible == "TRUE" else f" AND ({visible})"
    base = f" AND {writer.on(joined.row.entity.base, other)}" if joined.row.entity.base else ""
    source.joins.append(
        f" LEFT JOIN {writer.on(joined.row.entity.table, other)} {other} ON {other}.id = {alias}.{joined.column}{base}{allowed}"
    )
    source.joins.extend(inner.joins)
    persons = f"CASE WHEN {other}.id IS NOT NULL THEN {shown.persons} END" if shown.persons else None
    return _Shown(f"CASE WHEN {other}.id IS NULL THEN 'null' ELSE {shown.json} END", persons)


# -- connections


def _connection(writer: _Writer, source: _From, connection: Connection, *, owner: str | None) -> _Shown:
    if connection.page is None:
        return _Shown(
            _object([(part.key, _count_part(writer, connection, part, owner)) for part in connection.parts]), None
        )
    page, alias, rows, lateral = connection.page, writer.alias(), writer.alias(), writer.alias()
    inner, columns = _From(), []
    persons: list[str | None] = []
    items: dict[str, str] = {}
    for number, part in enumerate(part for part in connection.parts if isinstance(part, Items)):
        shown = _item(writer, inner, part, page, alias)
        columns.append(f"{shown.json} AS j{number}")
        persons.append(shown.persons)
        items[part.key] = f"j{number}"
    told = _together(persons)
    if told:
        columns.append(f"{told} AS p")
    if _needs_cursors(connection.parts):
        columns.append(f"{_position(page, alias)} AS c")
    where = _connection_where(writer, connection, alias, owner, cursor=True)
    read = _Read(page, rows, writer.bind(page.size, "integer"), _asks_for_more(connection))
    ordered = f"ORDER BY {_sorted(page, alias)} LIMIT {read.size}{' + 1' if read.more else ''}"
    table = writer.on(connection.entity.table, alias)
    if connection.entity.arms is not None:
        table, where = _paged(writer, connection, alias, where, ordered), "TRUE"
    text = (
        f"SELECT {', '.join(columns) or '1 AS one'} FROM {table} {alias}{''.join(inner.joins)} WHERE {where} {ordered}"
    )
    if page.backward:
        text = _turned(text)
    parts = [(part.key, _connection_part(writer, connection, part, items, read, owner)) for part in connection.parts]
    outer = f"{_object(parts)} AS j" + (f", nullif({_listed(read, 'p')}, '') AS p" if told else "")
    # HAVING makes it one row even where nothing selected needs an aggregate, e.g. hasPreviousPage alone
    source.joins.append(f" LEFT JOIN LATERAL (SELECT {outer} FROM ({text}) {rows} HAVING TRUE) {lateral} ON TRUE")
    return _Shown(f"{lateral}.j", f"{lateral}.p" if told else None)


def _paged(writer: _Writer, connection: Connection, alias: str, where: str, ordered: str) -> str:
    """Write the rows of a page that come from many tables, reading of each no more than the page."""
    arms = connection.entity.arms
    assert arms is not None
    met = f"{alias} WHERE {where} {ordered}"
    texts = [f"(SELECT * FROM ({rows}) {met})" for rows in arms.rows]
    texts.extend(
        f"(SELECT {alias}.* FROM {places} CROSS JOIN LATERAL (SELECT * FROM ({rows}) {met}) {alias} {ordered})"
        for places, rows in _places(writer, connection, arms)
    )
    return writer.on(arms.whole.replace("{rows}", " UNION ALL ".join(texts)), alias)


def _counted(writer: _Writer, connection: Connection, arms: Arms, where: str, alias: str) -> str:
    """Write how many rows of a connection come from many tables: where an index holds them, it is read place by place."""
    counts = [f"SELECT count(*) AS n FROM ({rows}) {alias} WHERE {where}" for rows in arms.rows]
    counts.extend(
        f"SELECT sum(counted.n) FROM {places}"
        f" CROSS JOIN LATERAL (SELECT count(*) AS n FROM ({rows}) {alias} WHERE {where}) counted"
        for places, rows in _places(writer, connection, arms)
    )
    return f"(SELECT coalesce(sum(arm.n), 0)::text FROM ({writer.on(' UNION ALL '.join(counts), alias)}) arm)"


def _places(writer: _Writer, connection: Connection, arms: Arms) -> Iterator[tuple[str, str]]:
    """Give the places that are seen of each arm that has them, and the rows of one `place`."""
    seen = writer.on(connection.visible, "place")
    for places, rows in arms.sorted:
        yield f"(SELECT * FROM ({places}) place WHERE {seen}) place", rows


def _asks_for_more(connection: Connection) -> bool:
    """Tell whether it is asked if there are rows beyond the page in the direction in which it is read."""
    assert connection.page is not None
    wanted = "hasPreviousPage" if connection.page.backward else "hasNextPage"
    return any(
        getattr(one, "name", "") == wanted
        for part in connection.parts
        if isinstance(part, PageFields)
        for one in part.parts
    )


def _turned(text: str) -> str:
    """Turn a page that was read from the end; the row too many comes first, marked with its number."""
    return f"SELECT * FROM (SELECT read.*, row_number() OVER () AS n FROM ({text}) read) turned ORDER BY n DESC"


def _listed(read: _Read, column: str) -> str:
    """Give the items of a page as text, without the row too many."""
    items = f"{read.rows}.{column}"
    if read.page.backward:
        kept = f"FILTER (WHERE {read.rows}.n <= {read.size})"
        return f"array_to_string(array_agg({items} ORDER BY {read.rows}.n DESC) {kept}, ',')"
    if not read.more:
        return f"string_agg({items}, ',')"
    return f"array_to_string((array_agg({items}))[1:{read.size}], ',')"


def _connection_part(
    writer: _Writer,
    connection: Connection,
    part: Items | PageFields | Count | Constant,
    items: dict[str, str],
    read: _Read,
    owner: str | None,
) -> str:
    match part:
        case Constant(value=value):
            return _text(f'"{value}"')
        case Count():
            return _count(writer, connection, owner)
        case Items(key=key):
            return f"'[' || coalesce({_listed(read, items[key])}, '') || ']'"
        case PageFields():
            return _object([(one.key, _page_field(writer, read, one)) for one in part.parts])


def _page_field(writer: _Writer, read: _Read, part: PagePart | Constant) -> str:
    if isinstance(part, Constant):
        return _text(f'"{part.value}"')
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
            return f"coalesce('\"' || {_cursor(writer, page, first)} || '\"', 'null')"
        case _:
            return f"coalesce('\"' || {_cursor(writer, page, last)} || '\"', 'null')"


def _item(writer: _Writer, source: _From, items: Items, page: Page, alias: str) -> _Shown:
    if items.row is not None:
        return _row(writer, source, items.row, alias)
    members, persons = [], []
    for part in items.edge or ():
        match part:
            case EdgeCursor(key=key):
                members.append((key, f"'\"' || {_cursor(writer, page, _position(page, alias))} || '\"'"))
            case EdgeNode(key=key, row=row):
                shown = _row(writer, source, row, alias)
                members.append((key, shown.json))
                persons.append(shown.persons)
            case Constant(key=key, value=value):
                members.append((key, _text(f'"{value}"')))
            case _:
                raise AssertionError("an edge has a node and a cursor")
    return _Shown(_object(members), _together(persons))


def _needs_cursors(parts: Iterable[object]) -> bool:
    return any(
        isinstance(part, PageFields)
        and any(getattr(one, "name", "") in ("startCursor", "endCursor") for one in part.parts)
        for part in parts
    )


def _position(page: Page, alias: str) -> str:
    """Write what a cursor tells of a row: its sort value and id."""
    return f"({alias}.{page.order.column}::text || '|' || {alias}.id::text)"


def _cursor(writer: _Writer, page: Page, position: str) -> str:
    """Write the cursor of a position, with a keyed digest over it (see `api.cursor`).

    Of the cursors of a page only those that are shown are made: the digest costs as much as a row.
    """
    key = writer.bind(page.cursor_key, "bytea")
    value = f"convert_to({position}, 'UTF8')"
    digest = f"substr(sha256({key} || sha256({key} || {value})), 1, 12)"
    return f"translate(encode({digest} || {value}, 'base64'), E'+/\\n', '-_')"


def _sorted(page: Page, alias: str) -> str:
    direction = "DESC" if page.order.descending != page.backward else "ASC"
    if page.order.column == "id":
        return f"{alias}.id {direction}"
    return f"{alias}.{page.order.column} {direction}, {alias}.id {direction}"


def _connection_where(writer: _Writer, connection: Connection, alias: str, owner: str | None, *, cursor: bool) -> str:
    among = connection.among or f"{{t}}.{connection.via} = {{o}}.id"
    texts = [among.replace("{t}", alias).replace("{o}", owner)] if owner else []
    texts.append(_where(writer, alias, connection.conditions, connection.visible, connection.entity.base))
    page = connection.page
    if cursor and page is not None and page.cursor is not None:
        texts.append(_beyond(writer, connection, page, alias))
    return " AND ".join(text for text in texts if text != "TRUE") or "TRUE"


def _beyond(writer: _Writer, connection: Connection, page: Page, alias: str) -> str:
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


def _count(writer: _Writer, connection: Connection, owner: str | None) -> str:
    alias = writer.alias()
    where = _connection_where(writer, connection, alias, owner, cursor=False)
    if (arms := connection.entity.arms) is not None:
        return _counted(writer, connection, arms, where, alias)
    return f"(SELECT count(*)::text FROM {writer.on(connection.entity.table, alias)} {alias} WHERE {where})"


def _count_part(writer: _Writer, connection: Connection, part: object, owner: str | None) -> str:
    return _text(f'"{part.value}"') if isinstance(part, Constant) else _count(writer, connection, owner)


# -- text


def _where(writer: _Writer, alias: str, conditions: Iterable[Condition], visible: str, base: str | None) -> str:
    texts = [writer.condition(condition, alias) for condition in conditions]
    texts.append(writer.on(visible, alias))
    if base:
        texts.append(writer.on(base, alias))
    return " AND ".join(f"({text})" for text in texts if text != "TRUE") or "TRUE"


def _text(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def _object(members: Sequence[tuple[str, str]]) -> str:
    """Write a JSON object from keys and expressions of JSON text."""
    if not members:
        return "'{}'"
    parts = []
    for number, (key, expression) in enumerate(members):
        opening = "{" if number == 0 else ","
        parts.append(f"{_text(f'{opening}{chr(34)}{key}{chr(34)}:')} || {expression}")
    parts.append("'}'")
    # literals that meet become one: each concatenation is a call, together an eighth of a large page
    return f"({' || '.join(parts)})".replace("' || '", "")


def _together(persons: Iterable[str | None]) -> str | None:
    found = [one for one in persons if one]
    if len(found) < 2:
        return found[0] if found else None
    return f"nullif(concat_ws(',', {', '.join(f'nullif({one}, {chr(39)}{chr(39)})' for one in found)}), '')"
