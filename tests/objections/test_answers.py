"""What is disputed is said to be so in every answer that rests on it, as long as the objection is open."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from tests.client import Client
from tests.objections.asking import Asking, record_id
from tests.objections.ground import SHANGHAI, World, make_record

pytestmark = pytest.mark.anyio

ANSWERS = """query ($subject: ID!, $record: ID!) {
  simplifiedProcedure(subject: $subject) { allowed bars { recordId disputed } }
  repairEligibility(record: $record) { disputed mayApply } }"""


async def test_answers_that_rest_on_a_disputed_record_say_so_sh_08b_sh_11(
    client: Client, owner: asyncpg.Connection[Any], world: World
) -> None:
    async with owner.transaction():
        record = record_id(await make_record(owner, world, SHANGHAI))
    clerk, asking = f"{SHANGHAI}.clerk", Asking(client)

    async def told() -> tuple[bool, bool, bool]:
        asked = {"subject": f"Subject:{world.firm[SHANGHAI]}", "record": record}
        data = await client.data(ANSWERS, asked, caller=clerk)
        [bar] = [one for one in data["simplifiedProcedure"]["bars"] if one["recordId"] == record]
        return data["simplifiedProcedure"]["allowed"], bar["disputed"], data["repairEligibility"]["disputed"]

    assert await told() == (False, False, False)
    given = {"record": record, "ground": "错误", "statement": "罚款金额有误。"}
    filed = await asking.act("fileObjection", by=f"{SHANGHAI}.firm", **given)
    assert await told() == (False, True, True), "it bars as before, and is said to be disputed"
    await asking.act("withdrawObjection", by=f"{SHANGHAI}.firm", objection=filed["id"])
    assert await told() == (False, False, False)
