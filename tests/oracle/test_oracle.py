"""Random documents by every caller: the plan over HTTP and the second evaluator give the same JSON."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import random

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLObjectType,
    get_named_type,
    parse,
    validate,
)
from hypothesis import HealthCheck, given, settings, strategies

from api.schema import schema
from domain.oversight.due_items import KINDS
from tests.oracle.comparing import compare
from tests.oracle.conftest import Ground, TooLarge
from tests.oracle.documents import Writer, Written, cursors_in, is_planned
from tests.oracle.filters import fits
from tests.oracle.meaning import NOUNS
from tests.oracle.world import CALLERS, TODAY, Caller, key


@settings(
    max_examples=400,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    seed=strategies.integers(0, 2**32),
    size=strategies.integers(3, 24),
    caller=strategies.sampled_from(CALLERS),
)
def test_plan_and_second_evaluator_agree(ground: Ground, seed: int, size: int, caller: Caller) -> None:
    written = Writer(schema._schema, ground.pools, random.Random(seed), size).document()
    with contextlib.suppress(TooLarge):
        ground.run(agree(ground, written, caller, random.Random(seed)))


async def agree(ground: Ground, written: Written, caller: Caller, dice: random.Random) -> None:
    """Compare a document, then its next page, where it has cursors."""
    answer = await compare(ground, written, caller)
    cursors = {
        spot.variable: dice.choice(found) for spot in written.spots if (found := cursors_in(answer["data"], spot))
    }
    if cursors:
        following = dataclasses.replace(written, variables={**written.variables, **cursors})
        await compare(ground, following, caller, tuple(cursors.values()))


def test_every_kind_of_duty_is_in_the_world(ground: Ground) -> None:
    assert {row["kind"] for row in ground.tables["due_item"]} == set(KINDS)


def test_every_filter_has_a_second_answer(ground: Ground) -> None:
    """A filter that no random document happens to set would be compared by none."""
    tried = 0
    for name, noun in NOUNS.items():
        taken = schema._schema.get_type(f"{name}Filter")
        rows = ground.naive.meaning.rows_of(noun)[:2]
        for field, declared in taken.fields.items() if isinstance(taken, GraphQLInputObjectType) else ():
            for row, one in itertools.product(rows, CALLERS):
                given = {field: _some_value(declared.type)}
                fits(ground.naive.meaning, one, name, row, {"filter": given})
                tried += 1
    assert tried > 10_000


def _some_value(kind: GraphQLInputType) -> object:
    named = get_named_type(kind)
    if isinstance(named, GraphQLEnumType):
        return list(named.values)[:1]
    return {"Boolean": True, "Date": TODAY.isoformat()}.get(named.name, [f"Office:{key('office', 'XMJC')}"])


def test_the_documents_are_valid(ground: Ground) -> None:
    for seed in range(60):
        document = Writer(schema._schema, ground.pools, random.Random(seed)).document()
        assert not validate(schema._schema, parse(document.text))


def test_the_documents_write_about_every_field_of_every_row(ground: Ground) -> None:
    wanted = {(name, field) for name in NOUNS for field in _fields(name)}
    wanted |= {("Query", name) for name, field in _fields("Query").items() if is_planned(field)}
    seen: set[tuple[str, str]] = set()
    for seed in range(8_000):
        writer = Writer(schema._schema, ground.pools, random.Random(seed))
        writer.document()
        seen |= writer.mentioned
        if wanted <= seen:
            break
    assert wanted - seen == set()


def _fields(name: str) -> dict[str, GraphQLField]:
    kind = schema._schema.get_type(name)
    assert isinstance(kind, GraphQLObjectType)
    found: dict[str, GraphQLField] = kind.fields
    return found
