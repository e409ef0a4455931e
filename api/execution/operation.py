"""Carrying out a query: bind values, run one statement, write access entries, answer.

A statement planned under an authority that has since changed gives no row: the caller is then read again and the
operation planned anew. The persons that an answer is about are written to the access log before it leaves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from api.errors import as_error
from api.execution.compiled import Compiled, compile_anew, compiled_of
from api.execution.job import MAX_REPLANS, AuthorityUnsettled, Job
from api.execution.resolving import resolve
from api.gate.access import BY_CONSENT, Access
from api.planning import bind, told
from api.planning.cost import MAX_ROWS, rows_of
from api.planning.statement import Statement
from domain.errors import DomainError, NotFound


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to an operation: the JSON text of `data`, and errors as the response carries them."""

    data: bytes
    errors: Sequence[Mapping[str, Any]] = ()
    cost: Mapping[str, int] | None = None
    """What it cost: how many rows its pages could hold, and how many they may; subjects resolved, where they are counted."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A query that was carried out: its answer, and the natural persons it is about, not yet logged."""

    job: Job
    answer: Answer
    fields: str
    persons: tuple[UUID, ...]
    resolved: int = 0
    """Subjects resolved, where they are counted."""
    lookups: Mapping[str, bytes] = field(default_factory=dict)
    """People looked up by identity number: the blind index, by response key."""


async def run(job: Job) -> Answer:
    """Carry out a query, charge the subjects it is about, and log every person shown, or looked up in vain."""
    reading = await read(job)
    meter = reading.job.meter
    if meter is not None and reading.resolved:
        await meter.charge(reading.resolved, reading.fields)
    if entries := [*reading.job.accesses, *_accesses(reading), *_refused_lookups(reading)]:
        await job.service.access.write(entries)
    return reading.answer


async def read(job: Job) -> Reading:
    """Carry out a query without writing access entries: the caller of this function does.

    Subjects that resolvers have shown are charged once, however often the query is begun anew.
    """
    before = job.meter.paid if job.meter is not None else 0
    for _ in range(MAX_REPLANS):
        reading = await _attempt(job)
        if reading is not None:
            return reading
        job = await job.again()
        if job.meter is not None:
            job.meter.credit = job.meter.paid - before
    return Reading(job, Answer(b"null", [as_error(AuthorityUnsettled())]), "", ())


async def _attempt(job: Job) -> Reading | None:
    """Try once; None when the authority has changed since the caller was read."""
    request = job.request()
    compiled = compiled_of(job)
    resolved_errors = await resolve(job, compiled, request) if compiled.resolved else ()
    refused: dict[str, DomainError] = {}
    while True:
        try:
            values = statement_values(compiled.statement, request)
            break
        except RootsRefused as fault:
            refused |= fault.errors
            compiled = compile_anew(job, refused)
    rows = rows_of(compiled.pages, request)
    if job.meter is not None and compiled.statement.tells:
        await job.meter.require_room(compiled.nouns)
    row = await job.service.fetch(compiled.statement.text, values)
    if row is None:
        return None
    whom = told.read(row[1])
    named = {repr(one) for source in compiled.named for one in bind.as_list(source(request))}
    resolved = whom.resolved(len(named))
    cost = {"rows": rows, "most": MAX_ROWS, **({"subjects": resolved} if job.meter is not None else {})}
    answer = Answer(row[0], (*compiled.errors, *resolved_errors), cost)
    return Reading(job, answer, compiled.nouns, whom.persons, resolved, _looked_up(compiled, request))


class RootsRefused(Exception):
    """Values of root fields were refused: the error of each, by response key."""

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
    basis = BY_CONSENT if caller.purpose_id and "partner" in caller.kinds else None
    return [
        Access(caller, reading.fields, "read", "served", person, reading.job.now, basis=basis)
        for person in reading.persons
    ]


def _looked_up(compiled: Compiled, request: bind.Request) -> dict[str, bytes]:
    """Give the blind index of each person looked up by number; an invalid number looks up nobody."""
    found = {}
    for key, source in compiled.lookups.items():
        with suppress(DomainError):
            found[key] = source(request)
    return found


def _refused_lookups(reading: Reading) -> list[Access]:
    """Give the entries of people who were looked up and not shown: they see the attempt, the caller sees nobody.

    An entry is written even for a number that nobody has, so that both cases take the same time.
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
