"""Planning: from a selection and the caller's grants to the plan of its root fields (`api.planning.plan`).

Every refusal happens here, before anything is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphql import FieldNode

from api.declaring.entity import Column, Entity, Many, One, Shape
from api.declaring.roots import Argument, RootMany, RootNode, RootOne
from api.entities.index import ENTITIES, ROOTS
from api.planning import bind, narrowing
from api.planning.bind import Source
from api.planning.plan import (
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
    Row,
    Single,
)
from api.planning.reader import Reader
from api.planning.selection import Arguments, Selection, collect
from authz import fields, rows
from authz.vocabulary import Level, Scope
from domain.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans the entity fields of one operation for one reader."""

    selection: Selection
    reader: Reader

    # -- roots

    def root(self, name: str, key: str, nodes: Sequence[FieldNode]) -> PlannedRoot:
        """Plan a root field.

        Raises: FieldForbidden, PurposeRequired or InvalidInput: the field is refused.
        """
        root = ROOTS[name]
        arguments = self.selection.arguments("Query", name, nodes[0])
        match root:
            case RootNode():
                return self._node(key, nodes, arguments)
            case RootOne():
                return self._one(root, key, nodes, arguments)
            case RootMany():
                return self._root_many(root, key, nodes, arguments)

    def _node(self, key: str, nodes: Sequence[FieldNode], arguments: Arguments) -> PlannedRoot:
        name = bind.entity_of(arguments.values["id"])
        if name is None:
            return Nothing(key)
        entity = ENTITIES[name]
        condition = Condition("{t}.id = {v}", bind.global_id(arguments.source("id"), name), entity.key)
        return Single(key, self.row(entity, nodes, touches=True), condition, self._is_counted(entity))

    def _one(self, root: RootOne, key: str, nodes: Sequence[FieldNode], arguments: Arguments) -> PlannedRoot:
        entity = ENTITIES[root.entity]
        if root.argument is None:
            return Single(key, self.row(entity, nodes, touches=True), Condition("{t}.id = :subject"))
        name, argument = root.argument
        condition = Condition(
            argument.sql, self._reader_of(argument, entity, arguments.source(name)), self._cast(argument, entity)
        )
        row = self.row(entity, nodes, touches=True, action=root.action)
        return Single(key, row, condition, self._is_counted(entity))

    def _reader_of(self, argument: Argument, entity: Entity, source: Source) -> Source:
        if argument.reader == "id":
            return bind.global_id(source, entity.name)
        return bind.read_as(argument.reader, source)

    def _cast(self, argument: Argument, entity: Entity) -> str:
        return argument.cast or entity.key

    def _root_many(self, root: RootMany, key: str, nodes: Sequence[FieldNode], arguments: Arguments) -> PlannedRoot:
        found = self.connection(ENTITIES[root.entity], key, nodes, arguments, via=None, touches=True)
        listed = found.entity.listed
        return replace(found, conditions=(*found.conditions, Condition(listed))) if listed else found

    # -- rows

    def row(self, entity: Entity, nodes: Sequence[FieldNode], *, touches: bool, action: str = "read") -> Row:
        """Plan how a row of an entity is shown."""
        scopes = self.reader.required(entity.noun)
        visible = rows.any_of(entity.noun, scopes)
        if action != "read":
            visible = rows.both(visible, rows.any_of(entity.noun, self.reader.required(entity.noun, action)))
        parts = tuple(
            self._part(entity, scopes, key, found, touches=touches)
            for key, found in collect(self.selection, entity.name, nodes).items()
        )
        return Row(entity, visible, parts, touches and entity.person is not None, self._is_counted(entity))

    def _is_counted(self, entity: Entity) -> bool:
        return self.reader.counted and bool(entity.subjects)

    def _part(
        self, entity: Entity, scopes: tuple[Scope, ...], key: str, nodes: Sequence[FieldNode], *, touches: bool
    ) -> Part:
        name = nodes[0].name.value
        if name == "__typename":
            return Constant(key, entity.name)
        if name == "id":
            return Leaf(key, f"'{entity.name}:' || {{t}}.id", Shape.PLAIN, False)
        if column := entity.columns.get(name):
            return self._leaf(entity, scopes, key, column)
        below = touches and entity.person is None
        if one := entity.ones.get(name):
            return self._joined(one, key, nodes, touches=below)
        return self._many(entity, entity.manys[name], key, nodes, touches=below)

    def _leaf(self, entity: Entity, scopes: tuple[Scope, ...], key: str, column: Column) -> Leaf:
        if column.declared.privacy in fields.ALWAYS_CLEAR:
            sql: str | None = column.sql if column.computed else f"{{t}}.{column.sql}"
            return Leaf(key, sql, column.shape, column.nullable)
        return Leaf(key, self._cleared(entity, scopes, column), column.shape, True)

    def _cleared(self, entity: Entity, scopes: tuple[Scope, ...], column: Column) -> str | None:
        """Give the expression of a guarded column: shown at the best level of all scopes in which the row lies."""
        by_level: dict[Level, list[Scope]] = {}
        for scope in scopes:
            by_level.setdefault(self.reader.level(column.declared.privacy, scope), []).append(scope)
        texts = {
            level: fields.shown(
                column.sql if column.computed else f"{{t}}.{column.sql}",
                column.declared,
                level,
                about_person=entity.about_person,
            )
            for level in by_level
        }
        if len(by_level) == 1:
            return next(iter(texts.values()))
        if not any(texts.values()):
            return None
        cases = [
            f"WHEN {rows.any_of(entity.noun, tuple(by_level[level]))} THEN {texts[level] or 'NULL'}"
            for level in (Level.CLEAR, Level.MASKED, Level.HIDDEN)
            if level in by_level
        ]
        return "CASE " + " ".join(cases) + " END"

    def _joined(self, one: One, key: str, nodes: Sequence[FieldNode], *, touches: bool) -> Joined:
        return Joined(key, one.column, self.row(ENTITIES[one.target], nodes, touches=touches))

    def _many(self, entity: Entity, many: Many, key: str, nodes: Sequence[FieldNode], *, touches: bool) -> Connection:
        target = ENTITIES[many.target]
        arguments = self.selection.arguments(entity.name, nodes[0].name.value, nodes[0])
        touched = touches or many.touches
        found = self.connection(target, key, nodes, arguments, via=many.via, touches=touched)
        return replace(found, among=many.among)

    # -- connections

    def connection(
        self,
        entity: Entity,
        key: str,
        nodes: Sequence[FieldNode],
        arguments: Arguments,
        *,
        via: str | None,
        touches: bool,
    ) -> Connection:
        """Plan a connection: its rows, conditions, page and parts."""
        wanted = collect(self.selection, f"{entity.name}Connection", nodes)
        only_count = all(found[0].name.value in ("totalCount", "__typename") for found in wanted.values())
        scopes = self.reader.to_count(entity.noun) if only_count else self.reader.required(entity.noun)
        conditions = [
            *narrowing.searched(self.reader, entity, arguments),
            *narrowing.filtered(self.reader, entity, scopes, arguments),
        ]
        page = None if only_count else self._page(entity, arguments, via=via)
        parts = tuple(self._connection_part(entity, part, found, touches=touches) for part, found in wanted.items())
        named = tuple(narrowing.named(entity, arguments)) if self._is_counted(entity) else ()
        return Connection(key, entity, rows.any_of(entity.noun, scopes), tuple(conditions), page, parts, via, named)

    def _connection_part(
        self, entity: Entity, key: str, nodes: Sequence[FieldNode], *, touches: bool
    ) -> Items | PageFields | Count | Constant:
        match nodes[0].name.value:
            case "__typename":
                return Constant(key, f"{entity.name}Connection")
            case "totalCount":
                return Count(key)
            case "nodes":
                return Items(key, self.row(entity, nodes, touches=touches), None)
            case "edges":
                wanted = collect(self.selection, f"{entity.name}Edge", nodes)
                parts = tuple(self._edge_part(entity, part, found, touches=touches) for part, found in wanted.items())
                return Items(key, None, parts)
            case _:
                wanted = collect(self.selection, "PageInfo", nodes)
                return PageFields(
                    key,
                    tuple(
                        Constant(part, "PageInfo") if name == "__typename" else PagePart(part, name)
                        for part, name in ((part, found[0].name.value) for part, found in wanted.items())
                    ),
                )

    def _edge_part(self, entity: Entity, key: str, nodes: Sequence[FieldNode], *, touches: bool) -> Part:
        match nodes[0].name.value:
            case "__typename":
                return Constant(key, f"{entity.name}Edge")
            case "cursor":
                return EdgeCursor(key)
            case _:
                return EdgeNode(key, self.row(entity, nodes, touches=touches))

    def _page(self, entity: Entity, arguments: Arguments, *, via: str | None) -> Page:
        first, last = arguments.given("first"), arguments.given("last")
        if first == last:
            raise bind.PageSizeInvalid
        if arguments.given("after" if last else "before"):
            raise InvalidInput(
                "`after` goes with `first`, `before` goes with `last`.", zh="after 与 first 同用，before 与 last 同用。"
            )
        chosen = arguments.values.get("orderBy")
        order_name = str(getattr(chosen, "name", chosen)) if chosen is not None else next(iter(entity.orders))
        size = bind.page_size(arguments.source("last" if last else "first"))
        fingerprint = (entity.name, via or "", order_name)
        cursor_key = bind.cursor_key(fingerprint, narrowing.sources(arguments))
        argument = "before" if last else "after"
        cursor = bind.cursor(arguments.source(argument), cursor_key) if arguments.given(argument) else None
        return Page(size, entity.orders[order_name], last, cursor, cursor_key)
