"""The Strawberry types of the entities, made from their declarations: the schema is Strawberry's, the rows are plans'.

Entity fields have no resolvers: a field with arguments carries a signature only, so that Strawberry knows
them; the plan answers it.
"""

from __future__ import annotations

import enum
import inspect
import types
from collections.abc import Mapping
from datetime import date, datetime
from inspect import Parameter
from types import GenericAlias
from typing import Annotated, Any, Optional

import strawberry
from strawberry.scalars import JSON
from strawberry.schema_directive import Location

from api.declaring.entity import Column, Entity, Filter, Many
from api.declaring.roots import SEARCH, RootMany, RootNode, RootOne
from api.entities.index import ENTITIES, ENUMS, ROOTS
from domain.privacy import Privacy


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="privacy",
    description="Privacy class 隐私级别 of a field: who sees it, and how, is the policy's.",
)
class PrivacyDirective:
    """The privacy class of a field, visible in the SDL."""

    level: str = strawberry.directive_field(name="class")


@strawberry.interface(description="An object with a global id that `node` finds again.")
class Node:
    id: strawberry.ID = strawberry.field(description="Global id; opaque.")


@strawberry.type(description="Where a page of a connection stands.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether rows follow the page, when paging forward.")
    has_previous_page: bool = strawberry.field(description="Whether rows stand before the page, when paging backward.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first row of the page.")
    end_cursor: str | None = strawberry.field(description="Cursor of the last row of the page.")


def _lazy(name: str) -> Any:
    return Annotated[name, strawberry.lazy("api.declaring.types")]


def _members(name: str, values: Mapping[str, Any]) -> Any:
    """Make an enumeration whose name and members are known only at run time."""
    functional: Any = enum.Enum
    return functional(name, dict(values))


def _enum(name: str, description: str, values: tuple[str, ...]) -> Any:
    members = _members(name, {value.upper(): value for value in values})
    return strawberry.enum(members, name=name, description=description)


def _order_enum(entity: Entity) -> Any:
    values = {key: strawberry.enum_value(key, description=order.description) for key, order in entity.orders.items()}
    members = _members(f"{entity.name}Order", values)
    return strawberry.enum(
        members,
        name=f"{entity.name}Order",
        description=f"Ways to sort a connection of {entity.name}.",
    )


_ENUM_TYPES = {name: _enum(name, description, values) for name, (description, values) in ENUMS.items()}
_SCALARS = {"ID": strawberry.ID, "Date": date, "DateTime": datetime, "JSON": JSON}


def _value_type(type_: Any, enum_: str | None) -> Any:
    if enum_:
        return GenericAlias(list, (_ENUM_TYPES[enum_],)) if type_ is list else _ENUM_TYPES[enum_]
    return _SCALARS.get(type_, type_) if isinstance(type_, str) else type_


def _is_null(column: Column) -> bool:
    """A field that clearance may hide is nullable in the schema, whatever the table says."""
    return column.nullable or column.declared.privacy is not Privacy.OPEN


def signature(arguments: list[tuple[str, Any, str, bool]], returns: Any) -> Any:
    """Make the signature of a field that no resolver answers, from (name, type, description, required) arguments."""

    def planned() -> None:
        raise AssertionError("this field is answered by a plan, not by a resolver")

    parameters = [
        Parameter(
            name,
            Parameter.KEYWORD_ONLY,
            annotation=Annotated[
                type_ if required else Optional[type_], strawberry.argument(name=name, description=text)
            ],
            default=Parameter.empty if required else strawberry.UNSET,
        )
        for name, type_, text, required in arguments
    ]
    planned.__signature__ = inspect.Signature(parameters, return_annotation=returns)  # type: ignore[attr-defined]
    planned.__annotations__ = {one.name: one.annotation for one in parameters} | {"return": returns}
    return planned


def _filter_input(entity: Entity) -> Any:
    if not entity.filters:
        return None
    annotations: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for name, one in entity.filters.items():
        annotations[f"{name}_"] = Optional[_filter_type(one)]
        values[f"{name}_"] = strawberry.field(name=name, description=one.description, default=strawberry.UNSET)
    made = type(f"{entity.name}Filter", (), {"__annotations__": annotations, **values})
    return strawberry.input(
        made,
        name=f"{entity.name}Filter",
        description=f"Which rows of {entity.name} to give; all conditions hold at once.",
    )


def _filter_type(one: Filter) -> Any:
    if one.target or one.reader in ("row_ids", "accounts"):
        return list[strawberry.ID]
    if one.enum:
        return types.GenericAlias(list, _ENUM_TYPES[one.enum])
    return _value_type(one.type, None)


def _connection_arguments(entity: Entity) -> list[tuple[str, Any, str, bool]]:
    arguments = [
        ("first", int, "How many rows from the start, 1 to 100; give either first or last.", False),
        ("after", str, "Only rows after this cursor; goes with first.", False),
        ("last", int, "How many rows from the end, 1 to 100; give either first or last.", False),
        ("before", str, "Only rows before this cursor; goes with last.", False),
    ]
    if entity.name in _FILTERS:
        arguments.append(("filter", _FILTERS[entity.name], "Which rows to give.", False))
    arguments.append(
        ("orderBy", _ORDERS[entity.name], "How to sort; the first of the enumeration unless given.", False)
    )
    return arguments


def _connection_field(many: Many) -> Any:
    return strawberry.field(
        resolver=signature(_connection_arguments(ENTITIES[many.target]), Optional[_lazy(f"{many.target}Connection")]),
        description=many.description,
    )


def _entity_type(entity: Entity) -> Any:
    annotations: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for name, column in entity.columns.items():
        kind = _value_type(column.type, column.enum)
        annotations[name] = Optional[kind] if _is_null(column) else kind
        directives = (
            [] if column.declared.privacy is Privacy.OPEN else [PrivacyDirective(level=column.declared.privacy.value)]
        )
        values[name] = strawberry.field(
            name=name,
            description=column.description,
            directives=directives,
            deprecation_reason=f"Use {column.instead}, whose values are an enumeration." if column.instead else None,
        )
    for name, one in entity.ones.items():
        annotations[name] = Optional[_lazy(one.target)]
        values[name] = strawberry.field(name=name, description=one.description)
    for name, many in entity.manys.items():
        values[name] = _connection_field(many)
    made = type(entity.name, (Node,), {"__annotations__": annotations, **values})
    return strawberry.type(made, name=entity.name, description=entity.description)


def _connection_types(entity: Entity) -> tuple[Any, Any]:
    edge = type(
        f"{entity.name}Edge",
        (),
        {
            "__annotations__": {"node": _lazy(entity.name), "cursor": str},
            "node": strawberry.field(description="The row."),
            "cursor": strawberry.field(description="Cursor of the row, for `after` and `before`; opaque."),
        },
    )
    edge = strawberry.type(
        edge, name=f"{entity.name}Edge", description=f"A row of a connection of {entity.name} with its cursor."
    )
    connection = type(
        f"{entity.name}Connection",
        (),
        {
            "__annotations__": {
                "edges": GenericAlias(list, (edge,)),
                "nodes": GenericAlias(list, (_lazy(entity.name),)),
                "pageInfo": PageInfo,
                "totalCount": int,
            },
            "edges": strawberry.field(description="The rows of the page with their cursors."),
            "nodes": strawberry.field(description="The rows of the page."),
            "pageInfo": strawberry.field(name="pageInfo", description="Where the page stands."),
            "totalCount": strawberry.field(
                name="totalCount", description="How many rows there are in all pages; counted only when selected."
            ),
        },
    )
    connection = strawberry.type(connection, name=f"{entity.name}Connection", description=f"A page of {entity.name}.")
    return edge, connection


_FILTERS = {name: made for name, entity in ENTITIES.items() if (made := _filter_input(entity))}
_ORDERS = {name: _order_enum(entity) for name, entity in ENTITIES.items()}

for _name, _declared in ENTITIES.items():
    globals()[_name] = _entity_type(_declared)
    globals()[f"{_name}Edge"], globals()[f"{_name}Connection"] = _connection_types(_declared)


def entity_type(name: str) -> Any:
    """Give the Strawberry type of an entity."""
    return globals()[name]


def root_fields() -> dict[str, Any]:
    """Give the entity fields of Query as Strawberry fields."""
    return {name: _root_field(name) for name in ROOTS}


def _root_field(name: str) -> Any:
    root = ROOTS[name]
    match root:
        case RootNode():
            resolver = signature([("id", strawberry.ID, "Global id of the object.", True)], Optional[Node])
        case RootOne(entity=entity, argument=None):
            resolver = signature([], Optional[globals()[entity]])
        case RootOne(entity=entity, argument=(argument, declared)):
            kind = _value_type(declared.type, None)
            resolver = signature([(argument, kind, declared.description, True)], Optional[globals()[entity]])
        case RootMany(entity=entity):
            arguments = _connection_arguments(ENTITIES[entity])
            if ENTITIES[entity].search:
                arguments.insert(0, ("search", str, SEARCH, False))
            resolver = signature(arguments, Optional[globals()[f"{entity}Connection"]])
    return strawberry.field(resolver=resolver, name=name, description=root.description)


ENTITY_TYPES = [globals()[name] for name in ENTITIES]
"""Every entity type, so that those reached only through Node are in the schema too."""


def enum_type(name: str) -> Any:
    """Give the Strawberry type of an enumeration of `api.entities.index.ENUMS`."""
    return _ENUM_TYPES[name]
