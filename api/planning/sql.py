"""A plan rendered to one SQL statement whose result is the response text.

The statement gives two columns: the JSON of `data` as UTF-8 bytes, passed on untouched, and whom it is about (see
`api.planning.told`), for the access log and the quotas. It gives no row at all when the authority under which it was
planned is no longer the current one. JSON is concatenated as text, with `to_json` around every text value: the functions
that build JSON values are 16–41 % slower here. A page reads one row more than it shows only where the client asks whether there are
more: building that row for nothing costs a sixth of a page of five.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from api.declaring.entity import Arms, Shape
from api.planning.plan import (
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
    Part,
    PlannedRoot,
    Resolved,
    Row,
    Single,
)
from api.planning.sql_page import (
    Read,
    asks_for_more,
    beyond_cursor,
    cursor_of,
    items_of,
    needs_cursors,
    page_field,
    position_of,
    sorted_by,
    turned_round,
)
from api.planning.statement import SUBJECT_MARK, From, Shown, Statement, Writer, json_object, literal, together
from api.planning.told import MISSED


def render(roots: Sequence[PlannedRoot]) -> Statement:
    """Render the planned roots of one operation."""
    writer = Writer()
    epoch = writer.bind(lambda request: request.epoch, "bigint")
    source = From()
    shown = [_root(writer, source, root) for root in roots]
    data = json_object([(root.key, one.json) for root, one in zip(roots, shown, strict=True)])
    persons = together(one.persons for one in shown) or "NULL::text"
    joins = "".join(source.joins)
    text = (
        f"SELECT convert_to({data}, 'UTF8'), {persons} FROM (SELECT 1) AS one{joins}"
        f" WHERE (SELECT epoch FROM authority) = {epoch}"
    )
    return Statement(text, tuple(writer.parameters), writer.tells)


def _root(writer: Writer, source: From, root: PlannedRoot) -> Shown:
    writer.root = root.key
    match root:
        case Nothing():
            return Shown("'null'", None)
        case Constant(value=value):
            return Shown(literal(f'"{value}"'), None)
        case Resolved(key=key):
            return Shown(writer.bind(lambda request: request.resolved[key], "text"), None)
        case Single():
            return _single(writer, source, root)
        case Connection():
            return _connection(writer, source, root, owner=None)


def _single(writer: Writer, source: From, root: Single) -> Shown:
    alias, lateral = writer.alias(), writer.alias()
    inner = From()
    shown = _row(writer, inner, root.row, alias)
    where = writer.where(alias, [root.condition], root.row.visible, root.row.entity.base)
    columns = f"{shown.json} AS j" + (f", {shown.persons} AS p" if shown.persons else "")
    source.joins.append(
        f" LEFT JOIN LATERAL (SELECT {columns} FROM {writer.on(root.row.entity.table, alias)} {alias}{''.join(inner.joins)}"
        f" WHERE {where} LIMIT 1) {lateral} ON TRUE"
    )
    told = f"{lateral}.p" if shown.persons else None
    if root.named:
        writer.tells = True
        told = f"CASE WHEN {lateral}.j IS NULL THEN '{MISSED}{root.key}' ELSE {told or 'NULL'} END"
    return Shown(f"coalesce({lateral}.j, 'null')", told)


# -- rows


def _row(writer: Writer, source: From, row: Row, alias: str) -> Shown:
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
    return Shown(json_object(members), together(persons))


def _part(writer: Writer, source: From, part: Part, alias: str) -> Shown:
    match part:
        case Leaf():
            return Shown(_leaf(writer, part, alias), None)
        case Constant(value=value):
            return Shown(literal(f'"{value}"'), None)
        case Joined():
            return _joined(writer, source, part, alias)
        case Connection():
            return _connection(writer, source, part, owner=alias)
        case EdgeNode() | EdgeCursor():
            raise AssertionError("edges are written with their connection")


def _leaf(writer: Writer, leaf: Leaf, alias: str) -> str:
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


def _joined(writer: Writer, source: From, joined: Joined, alias: str) -> Shown:
    other = writer.alias()
    inner = From()
    shown = _row(writer, inner, joined.row, other)
    visible = writer.on(joined.row.visible, other)
    allowed = "" if visible == "TRUE" else f" AND ({visible})"
    base = f" AND {writer.on(joined.row.entity.base, other)}" if joined.row.entity.base else ""
    source.joins.append(
        f" LEFT JOIN {writer.on(joined.row.entity.table, other)} {other} ON {other}.id = {alias}.{joined.column}{base}{allowed}"
    )
    source.joins.extend(inner.joins)
    persons = f"CASE WHEN {other}.id IS NOT NULL THEN {shown.persons} END" if shown.persons else None
    return Shown(f"CASE WHEN {other}.id IS NULL THEN 'null' ELSE {shown.json} END", persons)


# -- connections


def _connection(writer: Writer, source: From, connection: Connection, *, owner: str | None) -> Shown:
    if connection.page is None:
        return Shown(
            json_object([(part.key, _count_part(writer, connection, part, owner)) for part in connection.parts]), None
        )
    page, alias, rows, lateral = connection.page, writer.alias(), writer.alias(), writer.alias()
    inner, columns = From(), []
    persons: list[str | None] = []
    items: dict[str, str] = {}
    for number, part in enumerate(part for part in connection.parts if isinstance(part, Items)):
        shown = _item(writer, inner, part, page, alias)
        columns.append(f"{shown.json} AS j{number}")
        persons.append(shown.persons)
        items[part.key] = f"j{number}"
    told = together(persons)
    if told:
        columns.append(f"{told} AS p")
    if needs_cursors(connection):
        columns.append(f"{position_of(page, alias)} AS c")
    where = _connection_where(writer, connection, alias, owner, cursor=True)
    read = Read(page, rows, writer.bind(page.size, "integer"), asks_for_more(connection))
    ordered = f"ORDER BY {sorted_by(page, alias)} LIMIT {read.size}{' + 1' if read.more else ''}"
    table = writer.on(connection.entity.table, alias)
    if connection.entity.arms is not None:
        table, where = _paged(writer, connection, alias, where, ordered), "TRUE"
    text = (
        f"SELECT {', '.join(columns) or '1 AS one'} FROM {table} {alias}{''.join(inner.joins)} WHERE {where} {ordered}"
    )
    if page.backward:
        text = turned_round(text)
    parts = [(part.key, _connection_part(writer, connection, part, items, read, owner)) for part in connection.parts]
    outer = f"{json_object(parts)} AS j" + (f", nullif({items_of(read, 'p')}, '') AS p" if told else "")
    # HAVING makes it one row even where nothing selected needs an aggregate, e.g. hasPreviousPage alone
    source.joins.append(f" LEFT JOIN LATERAL (SELECT {outer} FROM ({text}) {rows} HAVING TRUE) {lateral} ON TRUE")
    return Shown(f"{lateral}.j", f"{lateral}.p" if told else None)


def _paged(writer: Writer, connection: Connection, alias: str, where: str, ordered: str) -> str:
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


def _counted(writer: Writer, connection: Connection, arms: Arms, where: str, alias: str) -> str:
    """Write how many rows of a connection come from many tables: where an index holds them, it is read place by place."""
    counts = [f"SELECT count(*) AS n FROM ({rows}) {alias} WHERE {where}" for rows in arms.rows]
    counts.extend(
        f"SELECT sum(counted.n) FROM {places}"
        f" CROSS JOIN LATERAL (SELECT count(*) AS n FROM ({rows}) {alias} WHERE {where}) counted"
        for places, rows in _places(writer, connection, arms)
    )
    return f"(SELECT coalesce(sum(arm.n), 0)::text FROM ({writer.on(' UNION ALL '.join(counts), alias)}) arm)"


def _places(writer: Writer, connection: Connection, arms: Arms) -> Iterator[tuple[str, str]]:
    """Give the places that are seen of each arm that has them, and the rows of one `place`."""
    seen = writer.on(connection.visible, "place")
    for places, rows in arms.sorted:
        yield f"(SELECT * FROM ({places}) place WHERE {seen}) place", rows


def _connection_part(
    writer: Writer,
    connection: Connection,
    part: Items | PageFields | Count | Constant,
    items: dict[str, str],
    read: Read,
    owner: str | None,
) -> str:
    match part:
        case Constant(value=value):
            return literal(f'"{value}"')
        case Count():
            return _count(writer, connection, owner)
        case Items(key=key):
            return f"'[' || coalesce({items_of(read, items[key])}, '') || ']'"
        case PageFields():
            return json_object([(one.key, page_field(writer, read, one)) for one in part.parts])


def _item(writer: Writer, source: From, items: Items, page: Page, alias: str) -> Shown:
    if items.row is not None:
        return _row(writer, source, items.row, alias)
    members, persons = [], []
    for part in items.edge or ():
        match part:
            case EdgeCursor(key=key):
                members.append((key, f"'\"' || {cursor_of(writer, page, position_of(page, alias))} || '\"'"))
            case EdgeNode(key=key, row=row):
                shown = _row(writer, source, row, alias)
                members.append((key, shown.json))
                persons.append(shown.persons)
            case Constant(key=key, value=value):
                members.append((key, literal(f'"{value}"')))
            case _:
                raise AssertionError("an edge has a node and a cursor")
    return Shown(json_object(members), together(persons))


def _connection_where(writer: Writer, connection: Connection, alias: str, owner: str | None, *, cursor: bool) -> str:
    among = connection.among or f"{{t}}.{connection.via} = {{o}}.id"
    texts = [among.replace("{t}", alias).replace("{o}", owner)] if owner else []
    texts.append(writer.where(alias, connection.conditions, connection.visible, connection.entity.base))
    page = connection.page
    if cursor and page is not None and page.cursor is not None:
        texts.append(beyond_cursor(writer, connection, page, alias))
    return " AND ".join(text for text in texts if text != "TRUE") or "TRUE"


def _count(writer: Writer, connection: Connection, owner: str | None) -> str:
    alias = writer.alias()
    where = _connection_where(writer, connection, alias, owner, cursor=False)
    if (arms := connection.entity.arms) is not None:
        return _counted(writer, connection, arms, where, alias)
    return f"(SELECT count(*)::text FROM {writer.on(connection.entity.table, alias)} {alias} WHERE {where})"


def _count_part(writer: Writer, connection: Connection, part: object, owner: str | None) -> str:
    return literal(f'"{part.value}"') if isinstance(part, Constant) else _count(writer, connection, owner)
