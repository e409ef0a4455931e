"""The catalogue of error codes as the code has it: every refusal, and what may refuse with it.

In charge of where refusals begin: at /graphql as a whole, in a mutation, in a query, at an address beside /graphql. A
refusal of what somebody names is told of what takes such an argument: with divisions and paths of its own the service asks
for what it has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, Final

from graphql import GraphQLInputObjectType, GraphQLInputType, get_named_type
from strawberry.types import has_object_definition
from strawberry.types.base import StrawberryContainer
from strawberry.types.field import StrawberryField

from api.error_codes import CodeEntry
from api.execution.change import carry_out
from api.execution.mutation import MUTATIONS
from api.execution.operation import run
from api.gate.http_errors import of_kind
from api.http import (
    attachments,
    imports,
    list_exports,
    platform_inbox,
    public,
    report_summaries,
    score_cards,
    templates,
    token_endpoint,
)
from api.http.endpoint import Endpoint
from api.queries.schema import resolver_fields
from api.reach.code import Place, modules, place_of
from api.reach.codes import codes_of
from api.reach.function import read
from api.schema import schema
from domain.errors import DomainError, catalogue, default_message

_ROUTES: Final[Sequence[Callable[..., Any]]] = (
    attachments.attachment_routes,
    imports.import_routes,
    list_exports.list_export_routes,
    platform_inbox.inbox_routes,
    public.public_routes,
    report_summaries.report_summary_routes,
    score_cards.score_card_routes,
    templates.template_routes,
    token_endpoint.token_routes,
)

_IN_PATH: Final = re.compile(r"\{(\w+)\}")


def found_entries() -> Sequence[CodeEntry]:
    """Find the catalogue in the code, by code."""
    modules()
    fields = dict([*_mutations(), *_queries()])
    inside = {place for places in fields.values() for place in places}
    endpoint = _places(Endpoint.__call__)
    any_request = codes_of(endpoint, beyond=inside)
    whole = codes_of(endpoint, beyond={*inside, *_places(run, carry_out)})
    raised_by: dict[str, list[str]] = {}
    kinds = declared()
    for name, places in sorted({**fields, **_addresses()}.items()):
        for code in codes_of(places, beyond=inside - {*places}) - any_request:
            if _may_be_about(name, kinds[code]):
                raised_by.setdefault(code, []).append(name)
    return [_entry(kind, raised_by, any_request, whole) for _, kind in sorted(kinds.items())]


def declared() -> Mapping[str, type[DomainError]]:
    """Give every declared refusal by its code: of those that share one, the most general speaks for it."""
    modules()
    kinds = sorted(catalogue(), key=lambda kind: len(kind.__mro__), reverse=True)
    return {kind.code: kind for kind in kinds}


def _entry(
    kind: type[DomainError], raised_by: Mapping[str, Sequence[str]], any_request: Set[str], whole: Set[str]
) -> CodeEntry:
    code = kind.code
    status = of_kind(kind)[0] if code in whole else None
    return CodeEntry(code, default_message(kind), kind.zh, status, code in any_request, tuple(raised_by.get(code, ())))


def _may_be_about(name: str, kind: type[DomainError]) -> bool:
    """Tell whether a field, or an address, takes an argument that a refusal is about."""
    return not kind.names or not _arguments(name).isdisjoint(kind.names)


def _arguments(name: str) -> Set[str]:
    """Give the arguments of a mutation, a query or an address by their names, those within others included."""
    if name.startswith("/"):
        return {*_IN_PATH.findall(name)}
    roots = (schema._schema.query_type, schema._schema.mutation_type)
    field = next(root.fields[name] for root in roots if root is not None and name in root.fields)
    return {*field.args, *_within_inputs([one.type for one in field.args.values()])}


def _within_inputs(kinds: Iterable[GraphQLInputType]) -> Iterator[str]:
    waiting, seen = [*kinds], set[str]()
    while waiting:
        kind = get_named_type(waiting.pop())
        if isinstance(kind, GraphQLInputObjectType) and kind.name not in seen:
            seen.add(kind.name)
            yield from kind.fields
            waiting += [one.type for one in kind.fields.values()]


def _mutations() -> Iterator[tuple[str, list[Place]]]:
    for name, one in MUTATIONS.items():
        yield name, _places(one.handle, one.prepare, one.refused)


def _queries() -> Iterator[tuple[str, list[Place]]]:
    for name, field in resolver_fields().items():
        yield name, [*_places(field.base_resolver.wrapped_func), *_within(field, set())]


def _within(field: StrawberryField, seen: set[type]) -> Iterator[Place]:
    """Give what answers fields below a field."""
    kind = field.type
    while isinstance(kind, StrawberryContainer):
        kind = kind.of_type
    if not isinstance(kind, type) or not has_object_definition(kind) or kind in seen:
        return
    seen.add(kind)
    for one in kind.__strawberry_definition__.fields:
        if one.base_resolver is not None:
            yield from _places(one.base_resolver.wrapped_func)
        yield from _within(one, seen)


def _addresses() -> Mapping[str, list[Place]]:
    """Give the routes beside /graphql by each address that they answer at."""
    return {
        text: _places(routes)
        for routes in _ROUTES
        for place in _places(routes)
        for text in read(place).texts
        if text.startswith("/")
    }


def _places(*functions: object) -> list[Place]:
    found = [place_of(one) for one in functions if one is not None]
    assert all(found)
    return [place for place in found if place is not None]
