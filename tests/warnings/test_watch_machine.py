"""Random people take random steps with watches and major events: no step is skipped, nothing ended is reopened.

The real domain functions are driven against naive models that say beforehand what each step comes to; after each the row
and its ledger are held against the model. HC-14c, HC-15c.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from hypothesis import event, example, given
from hypothesis import strategies as st

from domain.event import major_events
from domain.event.major_events import Reported
from domain.installation_rows import office_id
from domain.lifecycle import Transaction
from domain.warning import watches
from domain.warning.watches import Wanted
from tests.removals.ground import BOOKS, Ground
from tests.warnings.conftest import HAICANG
from tests.warnings.test_machine import DAYS, PEOPLE, SETTINGS, _rolled_back, _tried, _tx

OFFICE = office_id(HAICANG, "RSJ")
SOURCES = ("上级通报", "媒体曝光", "监督检查", "群众举报")
Step = tuple[str, str, int, str]
"""Who, which move, how many days later, and a word that the move may be refused for."""


@dataclass
class Watched:
    """A watch as a jurist would expect it."""

    from_on: date
    until_on: date | None
    ended: bool = False
    verbs: list[str] = field(default_factory=lambda: ["enter"])

    def end(self, today: date, word: str) -> str | None:
        """Give the code by which an end is refused, or None where it is taken."""
        if self.until_on is not None and self.until_on < today:
            return "STATE_CONFLICT"
        if not word.strip():
            return "INVALID_INPUT"
        if self.ended:
            return "STATE_CONFLICT"
        self.until_on, self.ended = max(today, self.from_on - timedelta(days=1)), True
        self.verbs.append("end")
        return None


@dataclass
class Event:
    """A major event as a jurist would expect it."""

    state: str = "reported"
    verbs: list[str] = field(default_factory=lambda: ["report"])

    def take(self, move: str, word: str) -> str | None:
        """Give the code by which a step is refused, or None where it is taken."""
        needed, after = {"handle": ("reported", "handled"), "feed_back": ("handled", "fed_back")}[move]
        if not word.strip():
            return "INVALID_INPUT"
        if self.state != needed:
            return "STATE_CONFLICT"
        self.state = after
        self.verbs.append(move)
        return None


WORDS = st.sampled_from(["已办结", "已办结", "已办结", " "])


def _steps(moves: str) -> st.SearchStrategy[list[Step]]:
    step = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(moves.split()), st.sampled_from([0, 0, 1, 3]), WORDS)
    return st.lists(step, min_size=2, max_size=8)


@given(
    _steps("end"), st.sampled_from(DAYS), st.sampled_from([-1, 0, 2, 5]), st.sampled_from([None, 0, 1, 4]),
    st.sampled_from(["firm", "person", "nobody", "field"]),
)  # fmt: skip
@example([("officer", "end", 0, "已办结"), ("colleague", "end", 0, "已办结")], date(2024, 2, 29), 0, 0, "firm")
@example([("officer", "end", 0, "已办结"), ("officer", "end", 3, "已办结")], date(2026, 12, 31), 5, None, "field")
@SETTINGS
def test_no_sequence_of_steps_keeps_or_reopens_a_watch_that_has_ended(
    installed_url: str, taken: list[Step], start: date, first: int, term: int | None, whom: str
) -> None:
    """HC-14c: of an enterprise or a field, never a person; ended once, today or on the eve of its first day."""

    async def play(connection: asyncpg.Connection[Any], ground: Ground) -> None:
        subject = {"firm": False, "person": True}.get(whom)
        from_on = start + timedelta(days=first)
        wanted = Wanted(
            kind="key_field" if whom == "field" else "key_enterprise", name="重点", reason="区重点", from_on=from_on,
            until_on=None if term is None else from_on + timedelta(days=term),
            subject_id=None if subject is None else await ground.subject(HAICANG, person=subject),
            field_office_id=OFFICE if whom == "field" else None,
        )  # fmt: skip
        made: list[UUID] = []

        async def enter() -> None:
            tx = _tx(connection, "officer", OFFICE, start, 0)
            made.append(await watches.enter(tx, BOOKS, wanted, office_id=OFFICE, jurisdiction=HAICANG))

        refused = {"person": "WARNING_SUBJECT", "nobody": "INVALID_INPUT"}.get(whom)
        assert await _tried(connection, enter()) == refused
        if refused:
            assert await connection.fetchval("SELECT count(*) FROM watch WHERE name = '重点'") == 0
            return
        model, day = Watched(wanted.from_on, wanted.until_on), start
        for number, (who, _, days, word) in enumerate(taken, start=1):
            day += timedelta(days=days)
            expected = model.end(day, word)
            tx = _tx(connection, who, OFFICE, day, number)
            assert await _tried(connection, watches.end(tx, made[0], reason=word)) == expected, (who, day, word)
            row = await ground.row("watch", made[0])
            assert (row["until_on"], row["ended_at"] is not None) == (model.until_on, model.ended)
            assert await ground.ledger(made[0]) == model.verbs
        event(f"ended: {model.ended}")

    asyncio.run(_rolled_back(installed_url, start, play))


def _step(tx: Transaction, made: UUID, move: str, word: str) -> Awaitable[Any]:
    if move == "handle":
        return major_events.handle(tx, made, handling=word)
    return major_events.feed_back(tx, made, to="某报", feedback=word)


@given(_steps("handle feed_back"), st.sampled_from(DAYS), st.sampled_from(SOURCES), st.sampled_from([-400, -1, 0, 1]))
@example(
    [("officer", "feed_back", 0, "已办结"), ("officer", "handle", 0, "已办结"), ("colleague", "feed_back", 1, "已办结")],
    date(2024, 2, 29), "媒体曝光", 0,
)  # fmt: skip
@SETTINGS
def test_no_sequence_of_steps_skips_the_handling_of_an_event_or_repeats_it(
    installed_url: str, taken: list[Step], start: date, source: str, learned: int
) -> None:
    """HC-15c: one of three sources, learned today or before; handled, then fed back, each once and by nobody twice."""

    async def play(connection: asyncpg.Connection[Any], ground: Ground) -> None:
        made: list[UUID] = []
        reported = Reported(
            office_id=OFFICE, jurisdiction=HAICANG, source=source, source_document="某通报", facts="集中欠薪",
            learned_on=start + timedelta(days=learned),
        )  # fmt: skip

        async def report() -> None:
            made.append(await major_events.report(_tx(connection, "officer", OFFICE, start, 0), BOOKS, reported))

        refused = "EVENT_SOURCE_UNKNOWN" if source == "群众举报" else "DATE_IN_FUTURE" if learned > 0 else None
        assert await _tried(connection, report()) == refused
        if refused:
            return
        model, day = Event(), start
        for number, (who, move, days, word) in enumerate(taken, start=1):
            day += timedelta(days=days)
            tx = _tx(connection, who, OFFICE, day, number)
            expected = model.take(move, word)
            assert await _tried(connection, _step(tx, made[0], move, word)) == expected, (who, move, word)
            row = await ground.row("major_event", made[0])
            assert row["state"] == model.state
            assert (row["handled_on"] is not None, row["fed_back_on"] is not None) == (
                model.state != "reported", model.state == "fed_back",
            )  # fmt: skip
            assert await ground.ledger(made[0]) == model.verbs
        event(model.state)

    asyncio.run(_rolled_back(installed_url, start, play))
