"""Random merges of the demonstration's subjects, in chains too: nothing refers to a merged one, and undone all is as before."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.ids import new_id
from domain.installation_rows import office_id
from domain.lifecycle import Actor, Transaction
from domain.merging import merges, moves
from domain.merging.refusals import MergedLater, SubjectRowsConflict, SubjectsOfTwoPlaces
from tests.client import NOW
from tests.removals.ground import BOOKS

pytestmark = pytest.mark.anyio

OFFICE = office_id("350200", "JC")
ONE, OTHER = new_id(), new_id()
TOLD = ("ledger_event", "outbox_event", "subject_merge", "subject_merge_row")
"""Tables that tell of a merge: all others are as before."""


@pytest.fixture
async def connection(demo_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """Give a transaction of the request role over the demonstration; nothing of it stays."""
    made = await asyncpg.connect(demo_url)
    begun = made.transaction()
    await begun.start()
    await made.execute("SET LOCAL ROLE renxin_app")
    yield made
    await begun.rollback()
    await made.close()


@dataclass
class Played:
    """What stands in the naive model: who went into whom, by merge."""

    connection: asyncpg.Connection[Any]
    standing: dict[UUID, tuple[UUID, UUID]] = field(default_factory=dict)
    """By merge, kept and merged."""
    merges: int = 0
    refused: int = 0

    def as_(self, account: UUID) -> Transaction:
        """Give the transaction as an account's."""
        return Transaction(self.connection, NOW, Actor(account, ("credit_office",), OFFICE))

    @property
    def gone(self) -> set[UUID]:
        """The subjects that were merged."""
        return {merged for _, merged in self.standing.values()}

    async def merge(self, kept: UUID, merged: UUID) -> None:
        """Merge two, unless they have what one has once."""
        try:
            async with self.connection.transaction():
                made = await merges.propose(
                    self.as_(ONE), kept_id=kept, merged_id=merged, office_id=OFFICE, reason="同一主体"
                )
                await merges.approve(self.as_(OTHER), BOOKS, made)
        except (SubjectRowsConflict, SubjectsOfTwoPlaces):
            self.refused += 1
            return
        assert not {kept, merged} & self.gone
        self.standing[made] = kept, merged
        self.merges += 1

    async def unmerge(self, merge: UUID) -> None:
        """Undo a merge, which a later one may rest on."""
        is_last, refused = self.standing[merge][0] not in self.gone, False
        try:
            async with self.connection.transaction():
                await merges.propose_unmerge(self.as_(OTHER), merge, reason="误并")
                await merges.approve_unmerge(self.as_(ONE), BOOKS, merge)
        except MergedLater:
            refused = True
        assert refused is not is_last
        if is_last:
            del self.standing[merge]

    async def require_sound(self) -> None:
        """Require that nothing refers to a merged subject, and that each says into whom it went in the end."""
        for one in await moves.references(self.as_(ONE)):
            left = f"SELECT count(*) FROM {one.table} WHERE {one.column} = ANY($1::uuid[])"
            assert await self.connection.fetchval(left, list(self.gone)) == 0, one
        into = {merged: kept for kept, merged in self.standing.values()}
        rows = await self.connection.fetch("SELECT id, merged_into_id FROM subject WHERE merged_into_id IS NOT NULL")
        told = {row["id"]: row["merged_into_id"] for row in rows}
        for merged, kept in into.items():
            last = kept
            while last in into:
                last = into[last]
            assert told.pop(merged) == last


async def _digests(connection: asyncpg.Connection[Any]) -> dict[str, str | None]:
    """Give a digest of every row of every table that requests may read."""
    tables = await connection.fetch(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
        " AND has_table_privilege(quote_ident(table_name), 'SELECT') ORDER BY 1"
    )
    return {
        row["name"]: await connection.fetchval(
            f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {row['name']} t"
        )
        for row in tables
        if row["name"] not in TOLD
    }


@pytest.mark.parametrize("seed", range(6))
async def test_undone_in_any_order_every_row_of_every_table_is_as_before(
    connection: asyncpg.Connection[Any], seed: int
) -> None:
    dice, played = random.Random(seed), Played(connection)
    before = await _digests(connection)
    assert len(before) > 60
    rows = await connection.fetch(
        "SELECT id, kind FROM subject WHERE merged_into_id IS NULL AND NOT EXISTS (SELECT FROM subject_merge WHERE subject.id IN (kept_id, merged_id))"
        " AND jurisdiction_id = '350200' AND kind IN ('enterprise', 'natural_person') ORDER BY id"
    )
    kind = dice.choice(["enterprise", "natural_person"])
    near = [row["id"] for row in rows if row["kind"] == kind]
    some = dice.sample(near, 7)
    for _ in range(9):
        free = [one for one in some if one not in played.gone]
        if played.standing and dice.random() < 0.3:
            await played.unmerge(dice.choice(list(played.standing)))
        else:
            await played.merge(*dice.sample(free, 2)) if len(free) > 1 else None
        await played.require_sound()
    assert played.merges + played.refused > 1
    while played.standing:
        await played.unmerge(dice.choice(list(played.standing)))
    after = await _digests(connection)
    assert {name for name in before if before[name] != after[name]} == set()
    told = await connection.fetchval("SELECT count(*) FROM ledger_event WHERE verb = 'merge' AND object = 'subject'")
    assert told > 1
