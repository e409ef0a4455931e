"""Compiled operations: the plan of a document for a reader, as one statement, cached for the next request like it.

The key is the document, the reader and the shape of the variables, never their values.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from graphql import FieldNode, GraphQLError

from api.entities.index import ENTITIES, ROOTS
from api.errors import as_error, of_graphql
from api.execution.job import Job
from api.planning import bind
from api.planning.bind import Source
from api.planning.cost import named_of, pages_of
from api.planning.document import TREE_BYTES
from api.planning.nouns import PERSON, nouns_of
from api.planning.plan import Constant, Nothing, PlannedRoot, Resolved
from api.planning.planner import Planner
from api.planning.selection import collect_roots
from api.planning.sql import render
from api.planning.statement import Statement
from domain.errors import DomainError


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A planned and rendered operation."""

    statement: Statement
    errors: tuple[Mapping[str, Any], ...]
    nouns: str
    """The nouns that are read, for the access log."""
    resolved: Mapping[str, list[FieldNode]]
    """Root fields that ordinary resolvers answer, by response key."""
    lookups: Mapping[str, Source]
    """Sources of the identity numbers by which people are looked up, by response key."""
    pages: tuple[tuple[Source, ...], ...]
    """For each connection, the sources of its page size and of those of the connections around it."""
    weight: int
    """About how much memory it takes: its text, and the syntax tree of its document. Units: bytes."""
    named: tuple[Source, ...] = ()
    """Sources of the values by which filters name subjects, for readers whose subjects are counted."""


@dataclass(slots=True)
class Plans:
    """The latest compiled plans, bounded in number and in the memory that they and their documents take."""

    size: int = 2_000
    room: int = 64_000_000
    """About how much memory they may take together (see `weight`). Units: bytes."""

    kept: OrderedDict[Any, Compiled] = field(default_factory=OrderedDict)
    held: int = 0

    def get(self, key: Any) -> Compiled | None:
        """Give a plan and mark it as used."""
        found = self.kept.get(key)
        if found is not None:
            self.kept.move_to_end(key)
        return found

    def put(self, key: Any, compiled: Compiled) -> None:
        """Keep a plan, and drop those used longest ago."""
        self.kept[key] = compiled
        self.held += compiled.weight
        while len(self.kept) > self.size or self.held > self.room:
            self.held -= self.kept.popitem(last=False)[1].weight


def shape(value: Any) -> Any:
    """Reduce a variable's value to what a plan depends on: presence, structure, booleans and enumerations; never content."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, dict):
        return tuple((key, shape(member)) for key, member in value.items())
    if isinstance(value, str):
        return value.partition(":")[0] if value.partition(":")[0] in ENTITIES else 1
    return 1


def compiled_of(job: Job) -> Compiled:
    """Give the plan of an operation for its caller, from the cache or compiled now.

    Raises: VariablesInvalid.
    """
    # by identity: a node of the syntax tree hashes all that is under it, at 50 µs a request
    counted = job.meter is not None and job.meter.limits.of_subjects
    key = (job.document, id(job.operation), job.caller.signature, counted, shape(job.variables))
    compiled = job.service.plans.get(key)
    if compiled is None:
        compiled = compile_anew(job, {})
        job.service.plans.put(key, compiled)
    return compiled


def compile_anew(job: Job, refused: Mapping[str, DomainError]) -> Compiled:
    """Plan and write the statement of an operation; the root fields in `refused` are null, with their errors."""
    planner = job.planner()
    roots: list[PlannedRoot] = []
    errors: list[Mapping[str, Any]] = []
    resolved: dict[str, list[FieldNode]] = {}
    lookups: dict[str, Source] = {}
    for key, nodes in collect_roots(planner.selection, "Query", job.operation.selection_set).items():
        name = nodes[0].name.value
        if name == "__typename":
            roots.append(Constant(key, "Query"))
        elif name in ROOTS:
            if name == "person":
                lookups |= _lookup(planner, key, nodes[0])
            roots.append(_plan_root(planner, key, nodes, refused, errors))
        else:
            resolved[key] = nodes
            roots.append(Resolved(key))
    statement = render(roots)
    weight = len(statement.text) + TREE_BYTES * job.document.characters
    nouns = f"{PERSON},{nouns_of(roots)}" if lookups else nouns_of(roots)
    return Compiled(
        statement,
        tuple(errors),
        nouns,
        resolved,
        lookups,
        tuple(pages_of(roots)),
        weight,
        tuple(named_of(roots)),
    )


def _lookup(planner: Planner, key: str, node: FieldNode) -> dict[str, Source]:
    """Give the source of the identity number by which a person is looked up, where there is one."""
    with suppress(GraphQLError):
        return {key: bind.id_number(planner.selection.arguments("Query", "person", node).source("idNumber"))}
    return {}


def _plan_root(
    planner: Planner,
    key: str,
    nodes: list[FieldNode],
    refused: Mapping[str, DomainError],
    errors: list[Mapping[str, Any]],
) -> PlannedRoot:
    try:
        if key in refused:
            raise refused[key]
        return planner.root(nodes[0].name.value, key, nodes)
    except DomainError as error:
        errors.append(as_error(error, path=[key], node=nodes[0]))
    except GraphQLError as error:
        errors.append(of_graphql(error, path=[key]))
    return Nothing(key)
