"""Carrying out one operation: variables, plan, one statement, access entries, answer.

Plans are cached by document, reader and shape of the variables, never by their values. A statement that was
planned under authority that has since changed gives no row: the caller is read again and the operation is
planned anew. Persons in an answer are written to the access log before it leaves.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    execute,
)
from graphql.execution.values import VariableValues, get_variable_values

from api import bind, told
from api.access import Access
from api.bind import Source
from api.cost import MAX_ROWS, named_of, pages_of, rows_of
from api.document import TREE_BYTES, Document
from api.entities.index import ENTITIES, ROOTS
from api.errors import as_error, of_graphql
from api.nouns import PERSON, nouns_of
from api.plan import Constant, Nothing, PlannedRoot, Resolved
from api.planner import Planner, Reader
from api.selection import Selection, collect_roots
from api.sql import Statement, render
from authz.caller import Caller
from authz.sender import Sender
from domain.clock import local_day
from domain.errors import DomainError, NotFound

if TYPE_CHECKING:
    from api.metering import Meter
    from api.service import Service

MAX_REPLANS = 5
BY_CONSENT = "consent 本人授权 (个人信息保护法13(1); 上海市社会信用条例17)"


class AuthorityUnsettled(DomainError):
    """Access policies changed several times while this was answered: nothing was shown; try again."""

    code = "AUTHORITY_UNSETTLED"
    zh = "处理期间访问权限多次变更：未返回数据，请重试。"


class VariablesInvalid(Exception):
    """The variables do not fit the operation."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__("variables")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to an operation: the JSON text of `data`, and errors as the response carries them."""

    data: bytes
    errors: Sequence[Mapping[str, Any]] = ()
    cost: Mapping[str, int] | None = None
    """What it cost: rows that its pages could hold, and the most they may; subjects resolved, where they are counted."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The headers that say who calls: Authorization, Renxin-Purpose, Renxin-Office; and how the request was sent."""

    authorization: str | None = field(default=None, repr=False)
    purpose: str | None = None
    office: str | None = None
    sender: Sender | None = field(default=None, repr=False)
    """How the request was sent, for tokens that are bound to a key or a certificate."""


@dataclass(frozen=True, slots=True)
class Job:
    """An operation to carry out: for whom, of which document, with which variables, at which instant."""

    service: Service
    credentials: Credentials
    caller: Caller
    document: Document
    operation: OperationDefinitionNode
    raw: Mapping[str, Any]
    """Variables as they were sent."""
    variables: Mapping[str, Any]
    """Variables as coerced."""
    now: datetime
    meter: Meter | None = None
    """What the request is counted by, where its caller has quotas."""

    coerced: list[VariableValues] = field(init=False, default_factory=list, repr=False, compare=False)
    """What `values` gives, once asked; no copy has it, as its operation may be another. Five hundred records are long."""

    def values(self) -> VariableValues:
        """Coerce the variables as graphql-core hands them to its own functions."""
        if self.coerced:
            return self.coerced[0]
        found = get_variable_values(self.service.graphql, self.operation.variable_definitions or (), dict(self.raw))
        if isinstance(found, list):
            raise VariablesInvalid(found)
        self.coerced.append(found)
        return found

    def selection(self) -> Selection:
        """Give what the selections of the operation are read against."""
        return Selection(self.service.graphql, self.document.fragments, self.values(), self.variables)

    def planner(self) -> Planner:
        """Give the planner of the operation for the caller."""
        return Planner(self.selection(), reader_of(self.service, self.caller))

    async def again(self) -> Job:
        """Give the same operation for the caller as authority stands now."""
        await self.service.callers.refresh()
        return replace(self, caller=await self.service.caller_of(self.credentials, self.now))

    def subject_id(self, value: object) -> UUID:
        """Read the global id of a subject as that of the subject it stands for today.

        Raises: IdInvalid.
        """
        return self.service.callers.merged.subject(bind.local_id(str(value), "Subject"))

    def request(self) -> bind.Request:
        """Gather what the sources of a statement read."""
        caller = self.caller
        return bind.Request(
            variables=self.variables,
            bindings=caller.bindings(local_day(self.now)),
            epoch=caller.epoch,
            cursor_secret=self.service.settings.cursor_key,
            caller_key=f"{caller.account_id}/{caller.office_id}/{caller.purpose_id}",
            vault=self.service.vault,
            merged=self.service.callers.merged,
        )


def reader_of(service: Service, caller: Caller) -> Reader:
    """Give what plans depend on of a caller."""
    present = frozenset(name for name, value in caller.bindings(date.min).items() if value is not None)
    return Reader(service.callers.grants_of(caller), caller.roles, present, service.metering.counts_subjects(caller))


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
    """Where the numbers come from by which people are asked for, by response key."""
    pages: tuple[tuple[Source, ...], ...]
    """For each connection, where its page size comes from and those of the connections around it."""
    weight: int
    """Bytes that keeping it takes, about: its text, and the syntax tree of its document."""
    named: tuple[Source, ...] = ()
    """Where the values come from by which filters name subjects, where they are counted."""


@dataclass(slots=True)
class Plans:
    """The plans compiled lately, bounded in number and in what they and their documents take."""

    size: int = 2_000
    room: int = 64_000_000
    """Bytes, about: see `weight`."""

    kept: OrderedDict[Any, Compiled] = field(default_factory=OrderedDict)
    held: int = 0

    def get(self, key: Any) -> Compiled | None:
        """Give a plan and mark it as used."""
        found = self.kept.get(key)
        if found is not None:
            self.kept.move_to_end(key)
        return found

    def put(self, key: Any, compiled: Compiled) -> None:
        """Keep a plan, dropping the one used longest ago."""
        self.kept[key] = compiled
        self.held += compiled.weight
        while len(self.kept) > self.size or self.held > self.room:
            self.held -= self.kept.popitem(last=False)[1].weight


def coerce(service: Service, operation: OperationDefinitionNode, raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Coerce the variables of an operation.

    Raises: VariablesInvalid with every fault.
    """
    definitions = operation.variable_definitions or ()
    simple = {}
    for definition in definitions:
        name = definition.variable.name.value
        value = raw.get(name)
        if value is None or type(value) not in _SIMPLE.get(_type_name(definition.type), ()):
            break
        if type(value) is int and not -(2**31) <= value < 2**31:
            break
        simple[name] = value
    else:
        return simple
    found = get_variable_values(service.graphql, definitions, dict(raw), max_errors=20)
    if isinstance(found, list):
        raise VariablesInvalid(found)
    return found.coerced


_SIMPLE: dict[str, tuple[type, ...]] = {"String": (str,), "ID": (str,), "Int": (int,), "Boolean": (bool,)}
"""Types whose values, of exactly these Python types, are what coercion would give: most requests need no more."""


def _type_name(node: Any) -> str:
    named = getattr(node, "type", node)
    return str(named.name.value) if hasattr(named, "name") else ""


def shape(value: Any) -> Any:
    """Give what a plan depends on of a variable's value: presence, structure, truth, choice; never content."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, dict):
        return tuple((key, shape(member)) for key, member in value.items())
    if isinstance(value, str):
        return value.partition(":")[0] if value.partition(":")[0] in ENTITIES else 1
    return 1


@dataclass(frozen=True, slots=True)
class Reading:
    """A query that was carried out: its answer, and the natural persons it tells about, not yet logged."""

    job: Job
    answer: Answer
    fields: str
    persons: tuple[UUID, ...]
    resolved: int = 0
    """Subjects resolved, where they are counted."""
    lookups: Mapping[str, bytes] = field(default_factory=dict)
    """People asked for by their number: the blind index, by response key."""


async def run(job: Job) -> Answer:
    """Carry out a query, count whom it tells about, and write them, or who was not found, to the access log."""
    reading = await read(job)
    if job.meter is not None and reading.resolved:
        await job.meter.charge(reading.resolved, reading.fields)
    if entries := [*_accesses(reading), *_refused_lookups(reading)]:
        await job.service.access.write(entries)
    return reading.answer


async def read(job: Job) -> Reading:
    """Carry out a query without writing access entries: the caller of this function does."""
    for _ in range(MAX_REPLANS):
        reading = await _attempt(job)
        if reading is not None:
            return reading
        job = await job.again()
    return Reading(job, Answer(b"null", [as_error(AuthorityUnsettled())]), "", ())


async def _attempt(job: Job) -> Reading | None:
    """Try once; None when the authority has changed since the caller was read."""
    request = job.request()
    compiled = _known(job)
    resolved_errors = await _resolve(job, compiled, request) if compiled.resolved else ()
    refused: dict[str, DomainError] = {}
    while True:
        try:
            values = statement_values(compiled.statement, request)
            break
        except RootsRefused as fault:
            refused |= fault.errors
            compiled = _compile(job, refused)
    rows = rows_of(compiled.pages, request)
    if job.meter is not None and compiled.statement.tells:
        await job.meter.require_room(compiled.nouns)
    row = await job.service.fetch(compiled.statement.text, values)
    if row is None:
        return None
    whom = told.read(row[1])
    named = {repr(one) for source in compiled.named for one in _each(source(request))}
    resolved = whom.resolved(len(named))
    cost = {"rows": rows, "most": MAX_ROWS, **({"subjects": resolved} if job.meter is not None else {})}
    answer = Answer(row[0], (*compiled.errors, *resolved_errors), cost)
    return Reading(job, answer, compiled.nouns, whom.persons, resolved, _looked_up(compiled, request))


def _each(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


class RootsRefused(Exception):
    """Values of root fields were refused while they were read; each with its error."""

    def __init__(self, errors: Mapping[str, DomainError]) -> None:
        super().__init__("values")
        self.errors = errors


def statement_values(statement: Statement, request: bind.Request) -> list[Any]:
    """Read the values of a statement out of a request.

    Raises: RootsRefused with the root fields whose values are refused.
    """
    values: list[Any] = []
    refused: dict[str, DomainError] = {}
    for parameter in statement.parameters:
        try:
            values.append(parameter.source(request))
        except DomainError as error:
            refused.setdefault(parameter.root or "", error)
    if refused:
        raise RootsRefused(refused)
    return values


def _accesses(reading: Reading) -> list[Access]:
    caller = reading.job.caller
    basis = BY_CONSENT if caller.purpose_id and "partner" in caller.roles else None
    return [
        Access(caller, reading.fields, "read", "served", person, reading.job.now, basis=basis)
        for person in reading.persons
    ]


def _looked_up(compiled: Compiled, request: bind.Request) -> dict[str, bytes]:
    """Give the blind index of each person asked for by number; a number that is none asks for nobody."""
    found = {}
    for key, source in compiled.lookups.items():
        with suppress(DomainError):
            found[key] = source(request)
    return found


def _refused_lookups(reading: Reading) -> list[Access]:
    """Give the entries of people who were asked for and not shown: they see the attempt, the caller sees nobody.

    An entry is written for a number nobody has as well, so that both cost the same.
    """
    job = reading.job
    if not reading.lookups or job.caller.anonymous:
        return []
    data = json.loads(reading.answer.data) or {}
    codes = {error["path"][0]: error["extensions"]["code"] for error in reading.answer.errors if error.get("path")}
    return [
        Access(
            job.caller, "person", "lookup_person", "refused", None, job.now,
            reason=codes.get(key, NotFound.code), person_index=index,
        )
        for key, index in reading.lookups.items()
        if data.get(key) is None
    ]  # fmt: skip


# -- compiling


def _known(job: Job) -> Compiled:
    # by identity: a node of the syntax tree hashes all that is under it, at 50 µs a request
    counted = job.meter is not None and job.meter.limits.of_subjects
    key = (job.document, id(job.operation), job.caller.signature, counted, shape(job.variables))
    compiled = job.service.plans.get(key)
    if compiled is None:
        compiled = _compile(job, {})
        job.service.plans.put(key, compiled)
    return compiled


def _compile(job: Job, refused: Mapping[str, DomainError]) -> Compiled:
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
    """Give where the number comes from by which a person is asked for; none where there is no number."""
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


# -- fields answered by resolvers


async def _resolve(job: Job, compiled: Compiled, request: bind.Request) -> list[Mapping[str, Any]]:
    """Let graphql-core answer the root fields that are not rows; leave their JSON texts in the request.

    They are answered one by one: together, forty of them would take every session of the pool for one request.
    """
    errors = []
    for key, nodes in compiled.resolved.items():
        result = await resolve(job, nodes)
        request.resolved[key] = json.dumps((result.data or {}).get(key), ensure_ascii=False, default=str)
        errors += [of_graphql(error) for error in result.errors or ()]
    return errors


async def resolve(job: Job, nodes: Sequence[FieldNode]) -> ExecutionResult:
    """Execute root fields by their resolvers."""
    operation = OperationDefinitionNode(
        operation=job.operation.operation,
        name=job.operation.name,
        variable_definitions=job.operation.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(nodes)),
    )
    document = DocumentNode(definitions=(operation, *job.document.fragments.values()))
    result = execute(job.service.graphql, document, context_value=job, variable_values=dict(job.raw))
    return result if isinstance(result, ExecutionResult) else await result
