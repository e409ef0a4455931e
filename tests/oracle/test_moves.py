"""Every mutation, by every caller, on rows within its scopes, on others, on none: nobody acts beyond his grants.

What is expected is read from the policy by the oracle's own parser and from the relations it knows; which object and
action a mutation is, and which argument names its row, from the schema. Whoever may, may fail for other reasons:
the order of a procedure, what a step asks for. Who may not is told FORBIDDEN, whose row it is not NOT_FOUND.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, Undefined

from api.execution.mutation import MUTATIONS
from api.schema import schema
from authz import rows
from authz.activation import bump_epoch
from tests.client import Client
from tests.oracle.conftest import Ground
from tests.oracle.meaning import NOUNS
from tests.oracle.scopes import RELATIONS
from tests.oracle.world import CALLERS, Caller, Row

SCHEMA = schema._schema
ENTITY_OF = {noun: entity for entity, noun in NOUNS.items()}
ROWS_EACH = 2
"""How many rows of its own, and of others, a caller tries."""

NAMED = {
    "record": "credit_record",
    "entry": "list_entry",
    "removal": "list_removal",
    "request": "subject_request",
    "application": "repair_application",
    "report": "credit_report",
    "recommendation": "discipline_recommendation",
    "statement": "subject_statement",
    "referral": "criminal_referral",
    "event": "major_event",
    "warning": "risk_warning",
    "kept": "subject",
}
"""Arguments that name a row by a shorter word than its noun."""

FITTING = {"attachAttachment": {"to": f"CreditRecord:{uuid4()}"}, "issueCreditReport": {"kind": "general"}}
"""What must make sense before anything else is looked at."""


NAMES_ANOTHER = {"attachAttachment", "signRepairCommitment", "holdInterview", "followUpRiskWarning"}
"""Steps that may lack another row than theirs: what is attached, or attached to, an item that this world has not."""

ALSO_NEEDED = {"attachAttachment": ("credit_record", "amend")}
"""The step on another row that a mutation is part of: whoever may not take that may not take this."""


@dataclass(frozen=True)
class Move:
    """A mutation: the argument that names a row and the noun of that row, where there is one."""

    name: str
    noun: str
    verb: str
    argument: str | None
    target: str

    @property
    def is_step(self) -> bool:
        """Whether it acts on the row that it names, instead of making one about it."""
        return self.argument is not None and self.target == self.noun


def moves() -> Iterator[Move]:
    """Give the mutations of the schema with the argument that must name a row, the first."""
    for name, declared in MUTATIONS.items():
        argument = next((one for one, field in _fields(name).items() if str(field.type) == "ID!"), None)
        target = NAMED.get(argument, _snake(argument)) if argument else declared.noun
        yield Move(name, declared.noun, declared.verb, argument if target in RELATIONS else None, target)


def _input_of(mutation: str) -> GraphQLNonNull[Any]:
    assert SCHEMA.mutation_type is not None
    kind = SCHEMA.mutation_type.fields[mutation].args["input"].type
    assert isinstance(kind, GraphQLNonNull)
    return kind


def _fields(mutation: str) -> Mapping[str, Any]:
    kind = _input_of(mutation).of_type
    assert isinstance(kind, GraphQLInputObjectType)
    fields: Mapping[str, Any] = kind.fields
    return fields


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _some(kind: Any) -> Any:
    """Give a value of an input type."""
    if isinstance(kind, GraphQLNonNull):
        return _some(kind.of_type)
    if isinstance(kind, GraphQLList):
        return [_some(kind.of_type)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        return _required(kind.fields)
    return {
        "Date": "2026-03-18",
        "DateTime": "2026-03-18T10:00:00+08:00",
        "Boolean": True,
        "ID": f"Attachment:{uuid4()}",
        "Int": 1,
    }.get(kind.name, "试一试")


def _required(fields: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {name: one for name, one in fields.items() if isinstance(one.type, GraphQLNonNull)}
    return {name: _some(one.type) for name, one in wanted.items() if one.default_value is Undefined}


async def attempt(client: Client, move: Move, caller: Caller, row_id: UUID) -> str:
    """Send the mutation and tell how it ended: done, or the code it was refused with."""
    given = {**_required(_fields(move.name)), **FITTING.get(move.name, {})}
    if move.argument:
        given[move.argument] = f"{ENTITY_OF[move.target]}:{row_id}"
    text = f"mutation ($input: {_input_of(move.name)}) {{ {move.name}(input: $input) {{ clientMutationId }} }}"
    headers = {**caller.headers, **({"authorization": client.bearer(caller.sub)} if caller.sub else {})}
    answer = json.loads(await client.post({"query": text, "variables": {"input": given}}, headers))
    errors = answer.get("errors")
    return str(errors[0]["extensions"]["code"]) if errors else "DONE"


MOVES = tuple(sorted(moves(), key=lambda move: (move.noun == "assignment", move.verb == "end")))
"""What takes roles away comes last."""

CALLED = tuple(
    sorted({(one.sub, one.deputy_of): one for one in CALLERS}.values(), key=lambda one: "security_officer" in one.roles)
)
"""Everybody once, and last who may end what the others hold."""


@dataclass(frozen=True)
class Judge:
    """Tells how an attempt may end."""

    ground: Ground
    caller: Caller
    move: Move

    @property
    def granted(self) -> set[str]:
        """The scopes in which the caller may."""
        policy = self.ground.naive.meaning.policy
        if (other := ALSO_NEEDED.get(self.move.name)) and not policy.scopes(self.caller.roles, *other):
            return set()
        return policy.scopes(self.caller.roles, self.move.noun, self.move.verb)

    def reaches(self, row: Row) -> bool:
        """Tell whether a row stands in one of the scopes of a step, or may be read by who makes something about it."""
        meaning, move = self.ground.naive.meaning, self.move
        scopes = self.granted
        if not move.is_step:
            scopes = scopes | meaning.policy.scopes(self.caller.roles, move.target, "read")
        relations = RELATIONS[rows.target(move.noun, move.verb) if move.noun == "account" else move.target]
        return any(relation(meaning, self.caller, row) for name, relation in relations.items() if name in scopes)

    def chosen(self) -> list[tuple[Row, bool]]:
        """Give rows to try, and whether each is reached; the last is none at all."""
        nobody: tuple[Row, bool] = ({"id": uuid4()}, False)
        rows = self.ground.naive.meaning.rows_of(self.move.target) if self.move.argument else []
        rows = [row for row in rows if row.get("merged_into_id") is None]  # another stands for it
        if not self.granted:
            return [(row, False) for row in rows[:1]] or [nobody]
        near = [(row, self.reaches(row)) for row in rows]
        own, foreign = [one for one in near if one[1]], [one for one in near if not one[1]]
        return [*own[:ROWS_EACH], *foreign[:ROWS_EACH], nobody]

    def is_right(self, outcome: str, *, reached: bool) -> bool:
        """Tell whether an attempt may end like this."""
        if not self.granted:
            return outcome == "FORBIDDEN"
        if self.move.argument is None:
            return outcome != "FORBIDDEN"
        if not self.move.is_step:
            return reached or outcome != "DONE"
        if reached:
            return outcome not in ("FORBIDDEN", "NOT_FOUND") or self.move.name in NAMES_ANOTHER
        return outcome == "NOT_FOUND"


async def _signed_in_again(ground: Ground) -> None:
    """Let everybody whose session or account was ended call again: the clock stands still, so no newer token is newer."""
    await ground.owner.execute("UPDATE account SET state = 'active', tokens_from = NULL")
    await bump_epoch(ground.owner)


async def _tried(ground: Ground, move: Move) -> list[tuple[str, UUID, bool, str]]:
    """Let every caller try a mutation; give the attempts that ended as they may not."""
    wrong = []
    for caller in CALLED:
        judge = Judge(ground, caller, move)
        for row, reached in judge.chosen():
            outcome = await attempt(ground.client, move, caller, row["id"])
            if not judge.is_right(outcome, reached=reached):
                wrong.append((caller.name, row["id"], reached, outcome))
            if outcome == "DONE" and move.noun in ("account", "account_key"):
                await _signed_in_again(ground)
            if outcome == "DONE":
                await ground.read_again(move.noun, move.target, "credit_record", "list_entry")
    return wrong


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.name)
def test_nobody_acts_beyond_his_grants(ground: Ground, move: Move) -> None:
    assert ground.run(_tried(ground, move)) == []


def test_most_mutations_are_tried_on_rows_of_somebody() -> None:
    assert len(MOVES) == len(MUTATIONS)
    assert sum(move.is_step for move in MOVES) > len(MOVES) // 2
