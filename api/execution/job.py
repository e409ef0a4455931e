"""A job: one operation to carry out, for whom, of which document, with which variables, at which instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from graphql import GraphQLError, OperationDefinitionNode
from graphql.execution.values import VariableValues, get_variable_values

from api.planning import bind
from api.planning.document import Document
from api.planning.planner import Planner
from api.planning.reader import Reader
from api.planning.selection import Selection
from authz.caller import Caller
from authz.sender import Sender
from domain.clock import local_day
from domain.errors import DomainError

if TYPE_CHECKING:
    from api.execution.service import Service
    from api.gate.access import Access
    from api.gate.metering import Meter

MAX_REPLANS = 5
"""How often a request is begun anew because authority changed while it was being answered."""


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
    """Counts the request against the quotas of its caller, if it has any."""
    sent: str | None = field(default=None, repr=False)
    """The document as the client sent it; None for one of the service's own."""

    accesses: list[Access] = field(init=False, default_factory=list, repr=False, compare=False)
    """Access entries of what resolvers have shown, written before the answer leaves; a job begun anew starts without any."""

    coerced: list[VariableValues] = field(init=False, default_factory=list, repr=False, compare=False)
    """The result of `values`, kept because coercing five hundred records takes long; a copy of the job coerces its own."""

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
        """Give the same operation for its caller under the authority of now; its meter goes on counting.

        Raises: what refuses the caller; DocumentNotTrusted where a role it has by now may not send the document.
        """
        await self.service.callers.refresh()
        caller = await self.service.caller_of(self.credentials, self.now)
        if self.sent is not None:
            self.service.trusted.require(self.sent, caller.kinds)
        return replace(self, caller=caller, meter=self.meter or self.service.metering.meter(caller, self.now))

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
"""Scalars whose values are already in coerced form if they have exactly these Python types, as in most requests."""


def _type_name(node: Any) -> str:
    named = getattr(node, "type", node)
    return str(named.name.value) if hasattr(named, "name") else ""
