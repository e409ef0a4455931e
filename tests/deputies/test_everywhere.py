"""Two steps that are never one person's are never of one and his deputy, nor of two accounts of one person, whatever the
noun and whoever's name he acts in.

Every pair of every noun, both ways round, by everybody who stands to the first in some way, against what a reader of the
table of assignments would say.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from authz.activation import upsert_account
from domain import lifecycle
from domain.apart import APART, PrincipalActed
from domain.ids import new_id
from domain.lifecycle import Actor, Transaction

pytestmark = pytest.mark.anyio

NOW = datetime(2028, 2, 29, 2, tzinfo=UTC)
TODAY = date(2028, 2, 29)
PAIRS = [
    (noun, *pair) for noun, pairs in APART.items() for one in pairs for pair in (one, one[::-1]) if pair[1] != "id"
]

PRINCIPAL, DEPUTY, SECOND, FORMER, PROPOSED, STRANGER, PRINCIPAL_TOO, DEPUTY_TOO = (
    "委托人",
    "代理人",
    "另一代理人",
    "前代理人",
    "拟任代理人",
    "旁人",
    "委托人的另一账号",
    "代理人的另一账号",
)
SAME = {PRINCIPAL_TOO: PRINCIPAL, DEPUTY_TOO: DEPUTY}
"""Second accounts, and whose they are."""

STAND = (
    (DEPUTY, TODAY, TODAY, "granted"),
    (SECOND, date(2028, 2, 1), date(2028, 3, 1), "granted"),
    (FORMER, date(2028, 2, 1), date(2028, 2, 28), "granted"),
    (PROPOSED, TODAY, TODAY, "proposed"),
)
"""Who stands in for the principal, from when to when."""

Way = tuple[str, str | None]
WAYS: list[Way] = [(one, None) for one in (PRINCIPAL, DEPUTY, SECOND, FORMER, PROPOSED, STRANGER, *SAME)]
WAYS += [(DEPUTY, PRINCIPAL), (SECOND, PRINCIPAL)]


@dataclass
class Floor:
    """People, and a transaction that nothing is kept of."""

    connection: asyncpg.Connection[Any]
    ids: dict[str, UUID]

    async def note(self, noun: str, row_id: UUID, way: Way) -> None:
        """Write the event of the first step."""
        who, principal = way
        await self.connection.execute(
            "INSERT INTO ledger_event (id, kind, at, object, object_id, verb, outcome, role, policy_version, account_id,"
            " deputy_of_id)"
            " VALUES ($1, 'change', $2, $3, $4, 'do', 'done', 'clerk', 1, $5, $6)",
            new_id(), NOW, noun, row_id, self.ids[who], self.ids[principal] if principal else None,
        )  # fmt: skip

    async def is_refused(self, noun: str, row: dict[str, Any], column: str, way: Way) -> bool:
        """Tell whether the second step is refused to somebody who has just taken it."""
        who, principal = way
        actor = Actor(self.ids[who], ("clerk",), deputy_of_id=self.ids[principal] if principal else None)
        try:
            tx = Transaction(self.connection, NOW, actor)
            await lifecycle._require_apart(tx, noun, {**row, column: self.ids[who]}, [column])
        except PrincipalActed:
            return True
        return False


@pytest.fixture
async def floor(installed_url: str) -> AsyncIterator[Floor]:
    connection = await asyncpg.connect(installed_url)
    transaction = connection.transaction()
    await transaction.start()
    ids = {
        name: await upsert_account(connection, issuer="https://id.example", sub=name, display=name)
        for name in dict.fromkeys(who for who, _ in WAYS)
    }
    for name, account in ids.items():
        person = f"digest of {SAME.get(name, name)}" if name != STRANGER else None
        await connection.execute("UPDATE account SET person = $2 WHERE id = $1", account, person)
    for deputy, first, last, state in STAND:
        await connection.execute(
            "INSERT INTO assignment (id, account_id, role, deputy_of_id, from_on, to_on, state, origin)"
            " VALUES ($1, $2, 'deputy', $3, $4, $5, $6, 'operator')",
            new_id(), ids[deputy], ids[PRINCIPAL], first, last, state,
        )  # fmt: skip
    yield Floor(connection, ids)
    await transaction.rollback()
    await connection.close()


def are_one(first: Way, second: Way) -> bool:
    """Tell whether two steps are of one person: taken by, taken for, or by who stands in for one of these today."""
    standing = {who for who, begins, ends, state in STAND if state == "granted" and begins <= TODAY <= ends}
    did, hands = ({SAME.get(one, one) for one in way if one} for way in (first, second))
    people = hands | ({PRINCIPAL} if hands & standing else set()) | (standing if PRINCIPAL in hands else set())
    return not people.isdisjoint(did)


@pytest.mark.parametrize(("noun", "one", "other"), PAIRS)
async def test_a_deputy_and_its_principal_are_one_person_for_every_pair_of_steps(
    floor: Floor, noun: str, one: str, other: str
) -> None:
    wrong: list[Any] = []
    empty = {column: None for pair in APART[noun] for column in pair}
    for first, second in itertools.product(WAYS, WAYS):
        if first[0] == second[0]:
            continue  # one account: the constraint of the table refuses it
        row_id = floor.ids[first[0]] if one == "id" else new_id()
        await floor.note(noun, row_id, first)
        row = {**empty, "id": row_id, "distinct_persons": True, one: floor.ids[first[0]]}
        refused = await floor.is_refused(noun, row, other, second)
        if refused != are_one(first, second):
            wrong.append((first, second, refused))
    assert wrong == []
