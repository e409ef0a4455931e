"""Planning: from a selection and the caller's grants to the plan of its root fields (`api.planning.plan`).

Every refusal happens here, before anything is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from graphql import FieldNode

from api.declaring.entity import Column, Entity, Many, One, Shape
from api.declaring.roots import Argument, RootMany, RootNode, RootOne
from api.entities.index import ENTITIES, ROOTS
from api.planning import bind
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
from api.planning.selection import Arguments, Selection, collect
from authz import fields, rows
from authz.grants import Grants
from authz.vocabulary import Level, Scope
from domain.errors import DomainError, Forbidden, InvalidInput
from domain.privacy import Privacy


class FieldForbidden(Forbidden):
    """Your role may not read this field's rows: ask your security officer which grant it needs."""

    code = "FORBIDDEN"


class PurposeRequired(DomainError):
    """Name the purpose of the request: send an application item's code in the header Renxin-Purpose."""

    code = "PURPOSE_REQUIRED"
    zh = "请说明查询用途：在请求头 Renxin-Purpose 中填写应用事项代码。"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as far as a plan depends on it: grants, roles, and which of the caller's bindings have a value."""

    grants: Grants
    roles: tuple[str, ...]
    present: frozenset[str]
    counted: bool = False
    """Whether the reader has a quota of subjects."""

    def scopes(self, noun: str, action: str) -> tuple[Scope, ...]:
        """Give the scopes open to the reader: those granted whose bindings have a value."""
        return tuple(
            scope
            for scope in self.grants.scopes(self.roles, noun, action)
            if self.present.issuperset(rows.NEEDS.get(scope, ()))
            and rows.predicate(rows.target(noun, action), scope) != "FALSE"
        )

    def level(self, privacy: Privacy, scope: Scope) -> Level:
        """Give the reader's clearance for a privacy class on rows in a scope."""
        return self.grants.level(self.roles, privacy, scope)


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

    def scopes(self, entity: Entity, action: str = "read") -> tuple[Scope, ...]:
        """Give the scopes in which the reader may do the action on the entity's rows.

        Raises: PurposeRequired where naming a purpose would open a scope; FieldForbidden where nothing would.
        """
        self._require_purpose(entity)
        found = self.reader.scopes(entity.noun, action)
        if not found:
            with_purpose = replace(self.reader, present=self.reader.present | {"purpose"})
            if with_purpose.scopes(entity.noun, action):
                raise PurposeRequired
            raise FieldForbidden(noun=entity.noun, action=action)
        return found

    def _require_purpose(self, entity: Entity) -> None:
        """Refuse a reader who asks for somebody's credit data without naming the purpose that it must name."""
        needed = entity.noun in rows.PURPOSE_NEEDED and "purpose" not in self.reader.present
        if needed and not self.reader.grants.scopes(self.reader.roles, "request", "omit_purpose"):
            raise PurposeRequired

    def row(self, entity: Entity, nodes: Sequence[FieldNode], *, touches: bool, action: str = "read") -> Row:
        """Plan how a row of an entity is shown."""
        scopes = self.scopes(entity)
        visible = rows.any_of(entity.noun, scopes)
        if action != "read":
            visible = _both(visible, rows.any_of(entity.noun, self.scopes(entity, action)))
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
        scopes = self._scopes_to_list(entity, only_count=only_count)
        conditions = [*self._searched(entity, arguments), *self._filtered(entity, scopes, arguments)]
        page = None if only_count else self._page(entity, arguments, via=via)
        parts = tuple(self._connection_part(entity, part, found, touches=touches) for part, found in wanted.items())
        named = tuple(self._named(entity, arguments)) if self._is_counted(entity) else ()
        return Connection(key, entity, rows.any_of(entity.noun, scopes), tuple(conditions), page, parts, via, named)

    def _named(self, entity: Entity, arguments: Arguments) -> Iterator[Source]:
        """Give the sources of the values by which filters name subjects: ids, codes, decision numbers."""
        if arguments.given("search"):
            yield arguments.source("search")
        for key, value in (arguments.values.get("filter") or {}).items():
            if value is not None and entity.filters[key.rstrip("_")].names_subjects:
                yield arguments.member("filter", key)

    def _scopes_to_list(self, entity: Entity, *, only_count: bool) -> tuple[Scope, ...]:
        """Give the scopes to read; where only the total is selected, those to read or to count."""
        if only_count and (counted := self.reader.scopes(entity.noun, "count")):
            self._require_purpose(entity)
            readable = self.reader.scopes(entity.noun, "read")
            return tuple(scope for scope in Scope if scope in {*counted, *readable})
        return self.scopes(entity)

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
        cursor_key = bind.cursor_key(fingerprint, self._narrowing(arguments))
        argument = "before" if last else "after"
        cursor = bind.cursor(arguments.source(argument), cursor_key) if arguments.given(argument) else None
        return Page(size, entity.orders[order_name], last, cursor, cursor_key)

    def _narrowing(self, arguments: Arguments) -> tuple[Source, ...]:
        """Give the sources of what narrows a connection, to whose values its cursors are bound."""
        return tuple(arguments.source(name) for name in ("search", "filter") if arguments.given(name))

    def _searched(self, entity: Entity, arguments: Arguments) -> list[Condition]:
        if not arguments.given("search"):
            return []
        scopes = self.scopes(entity, "search")
        term = bind.search_term(arguments.source("search"))
        clear = tuple(scope for scope in scopes if self.reader.level(Privacy.PERSON_NAME, scope) is Level.CLEAR)
        found = _both("NOT {t}.is_person", rows.any_of(entity.noun, scopes))
        if clear:
            found = f"({found}) OR ({_both('{t}.is_person', rows.any_of(entity.noun, clear))})"
        return [
            Condition(found),
            Condition("({t}.name ILIKE {v} OR ({t}.name_pinyin LIKE {v} AND NOT {t}.is_person))", term, "text"),
        ]

    def _filtered(self, entity: Entity, scopes: tuple[Scope, ...], arguments: Arguments) -> list[Condition]:
        given = arguments.values.get("filter") or {}
        conditions = []
        for key, value in given.items():
            name = key.rstrip("_")
            if value is None:
                continue
            declared = entity.filters[name]
            conditions.extend(self._clear_for(entity, scopes, declared.privacy))
            source = arguments.member("filter", key)
            if declared.target:
                source = bind.global_ids(source, declared.target)
                conditions.append(Condition(declared.sql, source, f"{ENTITIES[declared.target].key}[]"))
            elif declared.reader:
                conditions.append(Condition(declared.sql, bind.read_as(declared.reader, source), declared.cast))
            else:
                conditions.append(
                    Condition(declared.sql, bind.plain(source, enum=declared.enum is not None), declared.cast)
                )
        return conditions

    def _clear_for(self, entity: Entity, scopes: tuple[Scope, ...], privacy: Privacy) -> list[Condition]:
        """Narrow the rows to those on which the reader sees the class in clear: no filter may reveal what is masked.

        Raises: FieldForbidden when there are none.
        """
        if privacy in fields.ALWAYS_CLEAR:
            return []
        clear = tuple(scope for scope in scopes if self.reader.level(privacy, scope) is Level.CLEAR)
        if not clear:
            raise FieldForbidden(
                "Filtering by this field needs clearance for it.", zh="按该字段筛选需要相应的查看权限。"
            )
        return [] if clear == scopes else [Condition(rows.any_of(entity.noun, clear))]


def _both(left: str, right: str) -> str:
    if "FALSE" in (left, right):
        return "FALSE"
    if left == "TRUE":
        return right
    return left if right == "TRUE" else f"({left}) AND ({right})"
