"""Random documents by every caller: the plan over HTTP and the second evaluator give the same JSON."""

from __future__ import annotations

import dataclasses
import random

from graphql import parse, validate
from hypothesis import HealthCheck, given, settings, strategies

from api.schema import schema
from tests.oracle.comparing import compare
from tests.oracle.conftest import Ground
from tests.oracle.documents import Writer, Written, cursors_in
from tests.oracle.world import CALLERS, Caller


@settings(
    max_examples=400,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(seed=strategies.integers(0, 2**32), caller=strategies.sampled_from(CALLERS))
def test_plan_and_second_evaluator_agree(ground: Ground, seed: int, caller: Caller) -> None:
    written = document(ground, seed)
    if not validate(schema._schema, parse(written.text)):
        ground.run(agree(ground, written, caller, random.Random(seed)))


def document(ground: Ground, seed: int) -> Written:
    """Write the document of a seed."""
    return Writer(schema._schema, ground.pools, random.Random(seed)).document()


async def agree(ground: Ground, written: Written, caller: Caller, dice: random.Random) -> None:
    """Compare a document, then its next page, where it has cursors."""
    answer = await compare(ground, written, caller)
    cursors = {spot.variable: dice.choice(found) for spot in written.spots if (found := cursors_in(answer["data"], spot))}
    if cursors:
        following = dataclasses.replace(written, variables={**written.variables, **cursors})
        await compare(ground, following, caller, tuple(cursors.values()))
