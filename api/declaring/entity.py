"""The entities of the schema: which table a GraphQL type reads, and how its fields, relations and lists map.

One declaration serves three readers: `api.declaring.types` makes the Strawberry types from it,
`api.planning.planner` plans selections by it, and the tests compare it with models, policy and documentation. Columns
are taken from the model itself, with its descriptions and privacy classes, unless they are secret.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from authz.account_names import name_of
from domain.privacy import Declared, Privacy, declared

Enums = Mapping[str, tuple[str, tuple[str, ...]]]
"""Enumerations by name: description, and values as the tables hold them."""


class Shape(Enum):
    """How a value is written as JSON."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    PLAIN = "plain"
    """Text that never needs escaping: dates, UUIDs."""
    ENUM = "enum"
    JSON = "json"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """A field that shows a column, or an expression over the row `{t}`."""

    sql: str
    shape: Shape
    nullable: bool
    declared: Declared
    description: str
    enum: str | None = None
    type: Any = str
    computed: bool = False
    instead: str | None = None
    """The field to use instead, where this one is only kept for who asks for it already."""


@dataclass(frozen=True, slots=True)
class One:
    """A field that leads to one row of another entity through a foreign key."""

    target: str
    column: str
    nullable: bool
    description: str


@dataclass(frozen=True, slots=True)
class Many:
    """A field that leads to a connection of rows that refer back to this one."""

    target: str
    via: str
    description: str
    touches: bool = False
    """Whether its rows may tell about other people than the row they hang on."""
    among: str | None = None
    """Which rows `{t}` hang on the row `{o}`, where that is not told by a reference alone."""


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort a connection; ties are broken by id in the same direction."""

    column: str
    descending: bool
    description: str


_NARROWED: Final = {"jurisdiction": "jurisdictions", "office": "offices", "subject": "subjects"}
"""References by which everybody narrows a list, and what their rows are called."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition a caller may set on a connection: `{t}` is the row, `{v}` the bound value."""

    sql: str
    cast: str
    description: str
    type: Any
    privacy: Privacy = Privacy.OPEN
    target: str | None = None
    """The entity whose global ids it takes."""
    enum: str | None = None
    reader: str | None = None
    """How its values are read, where they are neither ids of one entity nor plain: row_ids, accounts (`api.planning.bind`)."""

    @property
    def names_subjects(self) -> bool:
        """Whether its values name subjects, or what is known of one subject only, one by one."""
        return self.type == list[str] and self.enum is None and self.target in (None, "Subject")


@dataclass(frozen=True, slots=True)
class Arms:
    """The tables that an entity's rows come from together, so that a page reads no more of each than it shows."""

    whole: str
    """What is told of a row beside its arm's own columns, `{rows}` being the rows; nothing is filtered by it."""
    rows: tuple[str, ...]
    """Arms whose rows that are met are read and sorted."""
    sorted: tuple[tuple[str, str], ...]
    """Arms of which an index holds the rows sorted, place by place: the places, seen or not like their rows, and the
    rows of one `place`."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A GraphQL type whose values are rows of one table."""

    name: str
    noun: str
    table: str
    description: str
    key: str
    """SQL type of the primary key."""
    columns: Mapping[str, Column]
    ones: Mapping[str, One]
    manys: Mapping[str, Many]
    orders: Mapping[str, Order]
    filters: Mapping[str, Filter]
    about_person: str | None
    person: str | None
    """The id of the natural person a row `{t}` tells about, null when it tells about none."""
    base: str | None = None
    search: bool = False
    listed: str | None = None
    """Which rows `{t}` a list of all of them shows; others are met only where a row refers to them."""
    arms: Arms | None = None
    """How a page of its rows is read, where they come from many tables; `table` are the same rows."""

    @property
    def subjects(self) -> tuple[str, ...]:
        """Give the expressions of the subjects that a row `{t}` tells about, people and organisations."""
        if self.name == "Subject":
            return ("{t}.id",)
        return tuple(f"{{t}}.{one.column}" for one in self.ones.values() if one.target == "Subject")


_SHAPES: tuple[tuple[type, Shape, Any, str], ...] = (
    (fields.UUIDField, Shape.PLAIN, "ID", "uuid"),
    (fields.BooleanField, Shape.BOOLEAN, bool, "boolean"),
    (fields.BigIntField, Shape.NUMBER, int, "bigint"),
    (fields.IntField, Shape.NUMBER, int, "integer"),
    (fields.DatetimeField, Shape.INSTANT, "DateTime", "timestamptz"),
    (fields.DateField, Shape.PLAIN, "Date", "date"),
    (ArrayField, Shape.JSON, list[str], "text[]"),
    (fields.JSONField, Shape.JSON, "JSON", "jsonb"),
    (fields.Field, Shape.TEXT, str, "text"),
)


def _shape(column: fields.Field[Any]) -> tuple[Shape, Any, str]:
    return next((shape, kind, sql) for made, shape, kind, sql in _SHAPES if isinstance(column, made))


def _column(name: str, field_: fields.Field[Any], enum: str | None) -> Column:
    shape, kind, _ = _shape(field_)
    return Column(
        sql=name,
        shape=Shape.ENUM if enum else shape,
        nullable=field_.null,
        declared=declared(field_),
        description=field_.description or "",
        enum=enum,
        type=kind,
    )


def computed(
    sql: str,
    shape: Shape,
    description: str,
    *,
    type: Any = str,
    enum: str | None = None,
    privacy: Privacy = Privacy.OPEN,
) -> Column:
    """Declare a field that is computed from the row; it is of the class of its parts."""
    return Column(sql, shape, False, Declared(privacy), description, enum, type, computed=True)


def account_name(column: str, privacy: Privacy) -> Column:
    """Declare what the account in a column is called; it is of the class of the account."""
    description = f"What the account of `{camel(column)}` is called; null for a subject or its agent."
    return Column(name_of(column), Shape.TEXT, True, Declared(privacy), description, computed=True)


def values_of(column: str, enum: str, description: str) -> Column:
    """Declare a field that gives the texts of a column as values of an enumeration."""
    sql = f"string_to_array(upper(array_to_string({{t}}.{column}, ',')), ',')"
    return Column(sql, Shape.JSON, False, Declared(Privacy.OPEN), description, enum, list, computed=True)


def entity(
    model: type[Model],
    *,
    name: str | None = None,
    noun: str | None = None,
    only: tuple[str, ...] | None = None,
    enums: Mapping[str, str] | None = None,
    extra: Mapping[str, Column] | None = None,
    instead: Mapping[str, str] | None = None,
    led: Mapping[str, One] | None = None,
    manys: Mapping[str, Many] | None = None,
    orders: Mapping[str, Order] | None = None,
    filters: Mapping[str, Filter] | None = None,
    about_person: str | None = None,
    person: str | None = None,
    base: str | None = None,
    search: bool = False,
    listed: str | None = None,
    description: str | None = None,
) -> Entity:
    """Declare an entity over a model: its columns and references are the fields, unless secret.

    Where it leads to beside these, by a column that is no foreign key, stands in `led`.
    Where `filters` are given, even none, its lists also have those by division, office and subject that its references allow.
    """
    table = str(model._meta.db_table)
    columns = _columns_of(model, only, enums or {}) | dict(extra or {})
    for kept, other in (instead or {}).items():
        columns[kept] = replace(columns[kept], instead=other)
    ones = _references_of(model, only) | dict(led or {})
    return Entity(
        name=name or model.__name__,
        noun=noun or table,
        table=table,
        description=description or " ".join((model.__doc__ or "").split()),
        key=_shape(model._meta.pk)[2],
        columns=columns,
        ones=ones,
        manys=dict(manys or {}),
        orders=dict(orders or {"ID_ASC": Order("id", False, "By identifier, which is by time of entry.")}),
        filters=_narrowed(ones, filters or {}) if filters is not None else {},
        about_person=about_person,
        person=person,
        base=base,
        search=search,
        listed=listed,
    )


def _columns_of(model: type[Model], only: Container[str] | None, enums: Mapping[str, str]) -> dict[str, Column]:
    """Give the fields of a model's columns; beside an account that acted stands what it is called."""
    columns: dict[str, Column] = {}
    for name, field_ in _shown(model, only):
        if isinstance(field_, ForeignKeyFieldInstance):
            continue
        columns[camel(name)] = _column(name, field_, enums.get(name))
        if name.endswith("_by") and isinstance(field_, fields.UUIDField):
            columns[camel(f"{name}_name")] = account_name(name, declared(field_).privacy)
    return columns


def _references_of(model: type[Model], only: Container[str] | None) -> dict[str, One]:
    """Give the fields of a model's foreign keys."""
    return {
        camel(name): One(
            str(field_.model_name).split(".")[-1], f"{name}_id", bool(field_.null), field_.description or ""
        )
        for name, field_ in _shown(model, only)
        if isinstance(field_, ForeignKeyFieldInstance)
    }


def _shown(model: type[Model], only: Container[str] | None) -> Iterator[tuple[str, fields.Field[Any]]]:
    """Give the columns and references of a model that are not secret, without the columns behind references."""
    found = model._meta.fields_map
    behind = {field_.source_field for field_ in found.values() if isinstance(field_, ForeignKeyFieldInstance)}
    for name, field_ in found.items():
        is_declared = hasattr(field_, "declared") and not field_.pk and name not in behind
        if is_declared and (only is None or name in only) and declared(field_).privacy is not Privacy.SECRET:
            yield name, field_


def _narrowed(ones: Mapping[str, One], given: Mapping[str, Filter]) -> dict[str, Filter]:
    own = {name: ref(ones[name].target, ones[name].column, what) for name, what in _NARROWED.items() if name in ones}
    return own | dict(given)


def camel(name: str) -> str:
    """Turn snake_case into camelCase, as GraphQL names are written."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def ref(target: str, column: str, what: str) -> Filter:
    """Declare a filter by a reference: global ids of its rows."""
    return Filter(
        f"{{t}}.{column} = ANY({{v}})", "", f"Only rows of these {what}; global ids.", list[str], target=target
    )


def one_of(column: str, what: str, enum: str | None = None, privacy: Privacy = Privacy.OPEN) -> Filter:
    """Declare a filter by values of a column."""
    return Filter(
        f"{{t}}.{column} = ANY({{v}})", "text[]", f"Only rows with one of these: {what}", list[str], privacy, enum=enum
    )


def from_day(column: str, what: str) -> Filter:
    """Declare a filter from a day on."""
    return Filter(f"{{t}}.{column} >= {{v}}", "date", f"Only rows whose {what} is this day or later.", "Date")


def to_day(column: str, what: str) -> Filter:
    """Declare a filter up to a day."""
    return Filter(f"{{t}}.{column} <= {{v}}", "date", f"Only rows whose {what} is this day or earlier.", "Date")


def flag(sql: str, description: str, privacy: Privacy = Privacy.OPEN) -> Filter:
    """Declare a filter by a condition that holds or not."""
    return Filter(f"({sql}) = {{v}}", "boolean", description, bool, privacy)


def newest(column: str, what: str) -> dict[str, Order]:
    """Declare the two orders by a column of time."""
    name = column.upper()
    return {
        f"{name}_DESC": Order(column, True, f"Latest {what} first."),
        f"{name}_ASC": Order(column, False, f"Earliest {what} first."),
    }


HISTORY = {
    "history": Many("ChangeEntry", "object_id", "What was done to the row 变更记录: changes within your authority.")
}
"""What any entity with a table of its own adds to its connections to show what was done to its rows."""

OWNER_IS_PERSON = "CASE WHEN {t}.about_person THEN {t}.subject_id END"
"""The person a row of a subject tells about, where the subject is one."""
