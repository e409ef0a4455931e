"""Random people take random steps: no sequence leaves a state, a decision or a count that the rules forbid.

The real domain functions are driven against naive tables; after each step the row's state, and at the end its ledger,
who decided, and the quota that comes of it are held against them. Of two who decide at once one waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

import asyncpg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.culture import activities, portal, quotas, typical_cases
from domain.errors import DomainError
from domain.installation_rows import office_id
from domain.integrity import complaints
from domain.lifecycle import Actor, Transaction
from domain.third_party import processings
from tests.culture.conftest import HAICANG, XIAMEN
from tests.removals.ground import BOOKS, Ground

NOW: Final = datetime(2024, 2, 29, 2, 0, tzinfo=UTC)
TODAY: Final = date(2024, 2, 29)
PEOPLE: Final = {name: uuid5(UUID(int=11), name) for name in ("proposer", "second", "third")}

CONFLICT: Final = "STATE_CONFLICT"
NEXT: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "typical_case": {
        "approve": ("proposed", "approved"),
        "reject": ("proposed", "rejected"),
        "withdraw": ("approved", "withdrawn"),
    },
    "portal_entry": {
        "approve": ("proposed", "approved"),
        "reject": ("proposed", "rejected"),
        "withdraw": ("approved", "withdrawn"),
    },
    "processing_contract": {
        "approve": ("proposed", "approved"),
        "reject": ("proposed", "rejected"),
        "end": ("approved", "ended"),
    },
    "activity": {"conclude": ("planned", "held"), "cancel": ("planned", "cancelled")},
    "integrity_complaint": {"settle": ("monitored", "handled"), "report": ("handled", "fed_back")},
}
"""By noun and step: from which state, to which."""

OWN: Final = {
    "typical_case": "CASE_PROPOSER_DECIDES",
    "portal_entry": "PORTAL_PROPOSER_DECIDES",
    "processing_contract": "PROCESSING_PROPOSER_DECIDES",
}
"""What refuses who decides on his own proposal."""


@dataclass
class Model:
    """A row as the tables say it stands."""

    noun: str
    state: str
    verbs: list[str]
    decided_by: UUID | None = None
    receipted: bool = False

    def take(self, who: str, step: str) -> str | None:
        """Take a step; give what refuses it."""
        if step == "receipt":
            self.receipted |= self.state in ("approved", "withdrawn") and self.noun == "typical_case"
            return None
        if step in ("approve", "reject") and who == "proposer":
            return OWN[self.noun]
        source, target = NEXT[self.noun][step]
        if self.state != source:
            return CONFLICT
        self.state = target
        self.verbs.append(step)
        if step in ("approve", "reject"):
            self.decided_by = PEOPLE[who]
        return None


STEPS = st.sampled_from(sorted(NEXT)).flatmap(
    lambda noun: st.tuples(
        st.just(noun),
        st.lists(
            st.tuples(st.sampled_from(sorted(PEOPLE)), st.sampled_from([*sorted(NEXT[noun]), "receipt"])), max_size=9
        ),
    )
)
TWICE = ("typical_case", [("second", "approve"), ("third", "receipt"), ("third", "approve"), ("second", "withdraw")])
ALONE = ("processing_contract", [("proposer", "approve"), ("second", "end"), ("third", "approve"), ("third", "end")])
BACK = ("integrity_complaint", [("second", "report"), ("second", "settle"), ("second", "settle"), ("third", "report")])


@given(STEPS)
@example(TWICE)
@example(ALONE)
@example(BACK)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_of_steps_leaves_what_the_tables_forbid(
    installed_url: str, taken: tuple[str, list[tuple[str, str]]]
) -> None:
    """XM-10, XM-26b, XM-27, XM-30, HC-24b."""
    asyncio.run(_played(installed_url, *taken))


async def _played(url: str, noun: str, steps: list[tuple[str, str]]) -> None:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        row_id = await _made(connection, noun)
        first = await connection.fetchval(f"SELECT state FROM {noun} WHERE id = $1", row_id)
        begun = await connection.fetchval("SELECT verb FROM ledger_event WHERE object_id = $1", row_id)
        model = Model(noun, first, [begun])
        for who, step in steps:
            assert await _tried(connection, noun, row_id, who, step) == model.take(who, step), (who, step)
            assert await connection.fetchval(f"SELECT state FROM {noun} WHERE id = $1", row_id) == model.state
        await _compare(connection, model, row_id)
    finally:
        await transaction.rollback()
        await connection.close()


def _tx(connection: asyncpg.Connection[Any], who: str) -> Transaction:
    return Transaction(connection, NOW, Actor(PEOPLE[who], ("clerk",), office_id(XIAMEN, "JCZD"), XIAMEN))


async def _made(connection: asyncpg.Connection[Any], noun: str) -> UUID:
    tx, office = _tx(connection, "proposer"), office_id(XIAMEN, "JCZD")
    subject = await Ground(connection, NOW).subject(HAICANG)
    await connection.execute("UPDATE subject SET kind = 'public_institution' WHERE id = $1", subject)
    ways: dict[str, Callable[[], Awaitable[UUID]]] = {
        "typical_case": lambda: typical_cases.propose(
            tx, BOOKS,
            typical_cases.Proposal(
                jurisdiction_id=XIAMEN, office_id=office, field="市场", kind="信用应用", polarity="positive", title="案例", text="经过",
            ),
        ),
        "portal_entry": lambda: portal.propose(
            tx, BOOKS, portal.Supply(jurisdiction_id=XIAMEN, office_id=office, kind="policy", title="文件", text="全文")
        ),
        "processing_contract": lambda: processings.propose(
            tx, BOOKS,
            processings.Proposal(
                jurisdiction_id=XIAMEN, office_id=office, provider_id=office_id(HAICANG, "JY_GROUP"), number="委",
                purpose="清洗", safeguards="加密", item_codes=["penalty"], valid_from=TODAY, valid_to=date(2027, 2, 28),
            ),
        ),
        "activity": lambda: activities.plan(
            tx, BOOKS,
            activities.Plan(
                jurisdiction_id=XIAMEN, office_id=office, category="publicity", kind="talk", title="宣讲", on_day=TODAY,
            ),
        ),
        "integrity_complaint": lambda: complaints.monitor(
            tx, BOOKS,
            complaints.Received(
                jurisdiction_id=HAICANG, office_id=office_id(HAICANG, "RSJ"), subject_id=subject, ticket="1",
                received_on=TODAY, matter="承诺未兑现",
            ),
        ),
    }  # fmt: skip
    return await ways[noun]()


async def _tried(connection: asyncpg.Connection[Any], noun: str, row_id: UUID, who: str, step: str) -> str | None:
    """Take the step for real; give the code of what refuses it."""
    tx = _tx(connection, who)
    if step == "receipt":
        await connection.execute(
            "UPDATE typical_case SET platform_at = $2 WHERE id = $1 AND published_at IS NOT NULL", row_id, NOW
        )
        return None
    row = await connection.fetchrow(f"SELECT * FROM {noun} WHERE id = $1", row_id)
    assert row is not None
    ways: dict[tuple[str, str], Callable[[], Awaitable[Any]]] = {
        ("typical_case", "approve"): lambda: typical_cases.approve(tx, row_id),
        ("typical_case", "reject"): lambda: typical_cases.reject(tx, row_id, reason="不用"),
        ("typical_case", "withdraw"): lambda: typical_cases.withdraw(tx, row, reason="有变"),
        ("portal_entry", "approve"): lambda: portal.approve(tx, row_id),
        ("portal_entry", "reject"): lambda: portal.reject(tx, row_id, reason="不用"),
        ("portal_entry", "withdraw"): lambda: portal.withdraw(tx, row, reason="过期"),
        ("processing_contract", "approve"): lambda: processings.KEPT.approve(tx, row_id),
        ("processing_contract", "reject"): lambda: processings.KEPT.reject(tx, row_id, reason="不用"),
        ("processing_contract", "end"): lambda: processings.end(tx, row, reason="终止"),
        ("activity", "conclude"): lambda: activities.conclude(tx, row, activities.Outcome(text="已举办")),
        ("activity", "cancel"): lambda: activities.cancel(tx, row, reason="天气"),
        ("integrity_complaint", "settle"): lambda: complaints.settle(tx, row, result="已兑现", founded=True),
        ("integrity_complaint", "report"): lambda: complaints.report(tx, row, feedback="已答复"),
    }
    try:
        async with connection.transaction():
            await ways[noun, step]()
    except DomainError as refused:
        return refused.code
    return None


async def _compare(connection: asyncpg.Connection[Any], model: Model, row_id: UUID) -> None:
    """Hold the ledger, who decided, and the quota against the model."""
    verbs = await connection.fetch("SELECT verb FROM ledger_event WHERE object_id = $1 ORDER BY id", row_id)
    assert [one["verb"] for one in verbs] == model.verbs
    if model.noun in OWN:
        decided = await connection.fetchval(f"SELECT decided_by FROM {model.noun} WHERE id = $1", row_id)
        assert decided == model.decided_by
    if model.noun == "typical_case":
        told = await quotas.quotas(connection, BOOKS, XIAMEN, year=2024, as_of=TODAY, today=TODAY)
        mine = next(one for one in told.offices if one.office_id == office_id(XIAMEN, "JCZD"))
        counts = model.state == "approved" and model.receipted
        assert (mine.done, mine.awaiting) == (int(counts), int(model.state == "approved" and not model.receipted))


@pytest.mark.parametrize("noun", sorted(OWN))
def test_of_two_who_decide_at_the_same_instant_the_second_finds_what_the_first_did(
    installed_url: str, noun: str
) -> None:
    """XM-10, XM-27, XM-30: one decision, by one of them."""
    asyncio.run(_raced(installed_url, noun))


async def _raced(url: str, noun: str) -> None:
    one, other = [await asyncpg.connect(url) for _ in range(2)]
    try:
        row_id = await _made(one, noun)
        async with one.transaction():
            assert await _tried(one, noun, row_id, "second", "approve") is None
            waiting = asyncio.create_task(_tried(other, noun, row_id, "third", "reject"))
            await asyncio.sleep(0)
        assert await waiting == CONFLICT
        found = await one.fetchrow(f"SELECT state, decided_by FROM {noun} WHERE id = $1", row_id)
        assert found is not None
        assert (found["state"], found["decided_by"]) == ("approved", PEOPLE["second"])
        ends = {"typical_case": "withdraw", "portal_entry": "withdraw", "processing_contract": "end"}
        assert await _tried(one, noun, row_id, "third", ends[noun]) is None
    finally:
        for connection in (one, other):
            await connection.close()
