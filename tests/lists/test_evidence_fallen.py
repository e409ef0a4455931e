"""An entry whose records were all withdrawn as wrong says so to everybody, and its office finds it."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from domain.credit import records
from domain.ids import new_id
from domain.lifecycle import create
from tests.client import NOW
from tests.lists.ground import Desk
from tests.removals.ground import BOOKS, Ground

pytestmark = pytest.mark.anyio

XINXIANG = "410700"
SHOWN = "query ($id: ID!) { listEntry(id: $id) { inForce evidenceFallen } }"
FOUND = """query ($subject: ID!, $fallen: Boolean!) {
  listEntries(first: 9, filter: {subject: [$subject], evidenceFallen: $fallen}) { nodes { id } } }"""


async def test_an_entry_says_that_every_record_it_rests_on_was_withdrawn_xx_10b(desk: Desk) -> None:
    """XX-10b: 对信息确有错误…撤销的; XX-01: 谁发布、谁负责. Nobody but its office takes the entry off the list."""
    connection = await asyncpg.connect(desk.url)
    try:
        ground = Ground(connection)
        subject = await ground.subject(XINXIANG)
        entry = await ground.entry(XINXIANG, "black", "JCZD", subject)
        bare = await ground.entry(XINXIANG, "black", "LDGX", subject)
        first, second = [
            await ground.record(
                XINXIANG, "labour_law_violation", "JCZD", subject, state="published", published_at=NOW,
                disclosure="government_sharing",
            )
            for _ in range(2)
        ]  # fmt: skip
        for record in (first, second):
            link = {"id": new_id(), "entry_id": entry, "record_id": record, "subject_id": subject}
            await create(ground.tx(), "list_evidence", "link", link)

        ident = f"ListEntry:{entry}"
        assert await _shown(desk, ident) == {"inForce": True, "evidenceFallen": False}
        await _withdraw(ground, first)
        assert await _shown(desk, ident) == {"inForce": True, "evidenceFallen": False}, "the other one stands"
        await connection.execute(
            "UPDATE credit_record SET state = 'repaired', repaired_at = $2 WHERE id = $1", second, NOW
        )
        assert await _shown(desk, ident) == {"inForce": True, "evidenceFallen": False}, "repaired is not wrong"
        await _withdraw(ground, second)
        assert await _shown(desk, ident) == {"inForce": True, "evidenceFallen": True}
        assert await _shown(desk, f"ListEntry:{bare}") == {"inForce": True, "evidenceFallen": False}
        for fallen, wanted in ((True, [ident]), (False, [f"ListEntry:{bare}"])):
            found = await desk.ask("xx-clerk", FOUND, subject=f"Subject:{subject}", fallen=fallen)
            assert [one["id"] for one in found["listEntries"]["nodes"]] == wanted
    finally:
        await connection.close()


async def _withdraw(ground: Ground, record: UUID) -> None:
    async with ground.connection.transaction():
        await records.withdraw(ground.tx(), BOOKS, record, reason="原处罚决定已撤销")


async def _shown(desk: Desk, entry: str) -> object:
    return (await desk.ask(None, SHOWN, id=entry))["listEntry"]
