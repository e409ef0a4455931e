"""A publication is extended where a rule or a law carries it, and nowhere else: XX-11; 河南省社会信用条例19."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.lifecycle import Actor, Transaction
from domain.lists import list_publication
from domain.lists.refusals import ExtensionUnfounded
from domain.vault import Vault
from tests.client import NOW
from tests.repair.ground import BOOKS, SHIYAN, enter, scene

pytestmark = pytest.mark.anyio

STANDING, LATER, LONG = date(2026, 6, 30), date(2026, 9, 30), date(2027, 6, 30)


@dataclass
class Listed:
    """A subject on the red list of Shiyan, for which no rule sets a term or an extension, and on the black one."""

    tx: Transaction
    entry: UUID
    other: UUID

    async def extend(self, **by: Any) -> None:
        """Extend the publication of the first entry."""
        await list_publication.extend(self.tx, BOOKS, self.entry, until=LATER, reason="仍在名单", **by)


@pytest.fixture
async def listed(installed_url: str) -> AsyncIterator[Listed]:
    made = await scene(installed_url, Vault({"k1": b"1" * 32}, "k1", b"2" * 32), SHIYAN, lists=())
    connection = await asyncpg.connect(installed_url)
    begun = connection.transaction()
    await begun.start()
    tx = Transaction(connection, NOW, Actor(made.accounts["approver"], ("approver",)))
    red = await enter(tx, made, "red", public_until=STANDING)
    yield Listed(tx, red, await enter(tx, made, "black", public_until=LONG))
    await begun.rollback()
    await connection.close()


async def test_where_no_rule_sets_a_term_it_is_extended_by_a_law_only(listed: Listed) -> None:
    with pytest.raises(ExtensionUnfounded):
        await listed.extend()


async def test_where_no_rule_says_so_another_list_extends_nothing(listed: Listed) -> None:
    with pytest.raises(ExtensionUnfounded) as refused:
        await listed.extend(while_listed=listed.other)
    assert "citation" not in refused.value.extensions, "there is none"
