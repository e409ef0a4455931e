"""What narrows a connection: its search and its filter, as far as they tell nobody what is masked for him."""

from __future__ import annotations

from collections.abc import Iterator

from api.declaring.entity import Entity
from api.entities.index import ENTITIES
from api.planning import bind
from api.planning.bind import Source
from api.planning.plan import Condition
from api.planning.reader import FieldForbidden, Reader
from api.planning.selection import Arguments
from authz import fields, rows
from authz.vocabulary import Level, Scope
from domain.privacy import Privacy


def searched(reader: Reader, entity: Entity, arguments: Arguments) -> list[Condition]:
    """Give the conditions of a search: names of people are searched only where they are seen in clear.

    Raises: PurposeRequired; FieldForbidden.
    """
    if not arguments.given("search"):
        return []
    scopes = reader.required(entity.noun, "search")
    term = bind.search_term(arguments.source("search"))
    clear = tuple(scope for scope in scopes if reader.level(Privacy.PERSON_NAME, scope) is Level.CLEAR)
    found = rows.both("NOT {t}.is_person", rows.any_of(entity.noun, scopes))
    if clear:
        found = f"({found}) OR ({rows.both('{t}.is_person', rows.any_of(entity.noun, clear))})"
    return [
        Condition(found),
        Condition("({t}.name ILIKE {v} OR ({t}.name_pinyin LIKE {v} AND NOT {t}.is_person))", term, "text"),
    ]


def filtered(reader: Reader, entity: Entity, scopes: tuple[Scope, ...], arguments: Arguments) -> list[Condition]:
    """Give the conditions of a filter on rows that are read in some scopes.

    Raises: FieldForbidden for a class that is seen clear in none of them.
    """
    given = arguments.values.get("filter") or {}
    conditions = []
    for key, value in given.items():
        name = key.rstrip("_")
        if value is None:
            continue
        declared = entity.filters[name]
        conditions.extend(_clear_for(reader, entity, scopes, declared.privacy))
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


def named(entity: Entity, arguments: Arguments) -> Iterator[Source]:
    """Give the sources of the values by which filters name subjects: ids, codes, decision numbers."""
    if arguments.given("search"):
        yield arguments.source("search")
    for key, value in (arguments.values.get("filter") or {}).items():
        if value is not None and entity.filters[key.rstrip("_")].names_subjects:
            yield arguments.member("filter", key)


def sources(arguments: Arguments) -> tuple[Source, ...]:
    """Give the sources of what narrows a connection, to whose values its cursors are bound."""
    return tuple(arguments.source(name) for name in ("search", "filter") if arguments.given(name))


def _clear_for(reader: Reader, entity: Entity, scopes: tuple[Scope, ...], privacy: Privacy) -> list[Condition]:
    """Narrow the rows to those on which the reader sees the class in clear: no filter may reveal what is masked.

    Raises: FieldForbidden when there are none.
    """
    if privacy in fields.ALWAYS_CLEAR:
        return []
    clear = tuple(scope for scope in scopes if reader.level(privacy, scope) is Level.CLEAR)
    if not clear:
        raise FieldForbidden("Filtering by this field needs clearance for it.", zh="按该字段筛选需要相应的查看权限。")
    return [] if clear == scopes else [Condition(rows.any_of(entity.noun, clear))]
