"""Random people take random steps with warnings, interviews and referrals: no forbidden state, no lost ledger.

The real domain functions are driven against naive models that say beforehand what each step comes to; and of two who
act at the same instant one waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

import asyncpg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.calendar import working_calendar
from domain.clock import CHINA
from domain.errors import DomainError
from domain.installation_rows import office_id
from domain.interview import interviews
from domain.lifecycle import Actor, Transaction
from domain.referral import criminal_referrals
from domain.repair import applications
from domain.warning import warnings
from tests.parties import app_connection
from tests.removals.ground import BOOKS, Ground
from tests.warnings.conftest import HAICANG, SHIYAN, XIAMEN

PEOPLE = ("officer", "colleague", "outsider")
ACCOUNTS = {name: uuid5(UUID(int=9), name) for name in (*PEOPLE, "subject")}
DAYS = tuple(map(date.fromisoformat, ("2024-02-29", "2025-01-26", "2026-10-01", "2026-12-31")))
"""A leap day, a make-up day, a holiday, the last announced day."""
KIND = "欠薪逃匿案件"
Step = tuple[str, str, int]


@dataclass
class Warned:
    """A warning as a jurist would expect it."""

    state: str = "open"
    awaited: list[str] = field(default_factory=list)
    contested: bool = False
    answered: bool = False
    verbs: list[str] = field(default_factory=lambda: ["raise"])

    def take(self, who: str, move: str) -> str | None:
        """Give the code by which a step is refused, or None where it is taken."""
        if self.state in ("closed", "dismissed"):
            return "ACTION_AWAITED" if move == "close" and self.awaited else "WARNING_ENDED"
        refused = getattr(self, f"_{move}")(who)
        if refused is None and not (move == "follow_up" and self.awaited):
            self.verbs.append(move)
        return str(refused) if refused else None

    def _act(self, who: str) -> str | None:
        self.awaited.append(who)
        self.state = "acted"
        return None

    def _follow_up(self, who: str) -> str | None:
        if not self.awaited or (self.awaited[0] == "outsider") != (who == "outsider"):
            return "NOT_FOUND"
        self.awaited.pop(0)
        self.state = self.state if self.awaited else "followed_up"
        return None

    def _contest(self, who: str) -> str | None:
        if self.contested:
            return "STATE_CONFLICT"
        self.contested = True
        return None

    def _answer(self, who: str) -> str | None:
        if not self.contested:
            return "STATE_CONFLICT"
        if who == "officer":
            return "OWN_WARNING"
        if self.answered:
            return "STATE_CONFLICT"
        self.answered = True
        return None

    def _close(self, who: str) -> str | None:
        if self.awaited:
            return "ACTION_AWAITED"
        return self._end("closed", from_open=False)

    def _dismiss(self, who: str) -> str | None:
        return self._end("dismissed", from_open=True)

    def _end(self, state: str, *, from_open: bool) -> str | None:
        if self.contested and not self.answered:
            return "CONTEST_UNANSWERED"
        if not from_open and self.state != "followed_up":
            return "STATE_CONFLICT"
        self.state = state
        return None


def _steps(moves: str) -> st.SearchStrategy[list[Step]]:
    step = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(moves.split()), st.sampled_from([0, 0, 0, 1, 3]))
    return st.lists(step, min_size=3, max_size=12)


SETTINGS: Final = settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
Play = Callable[["asyncpg.Connection[Any]", Ground], Awaitable[None]]


async def _rolled_back(url: str, start: date, play: Play) -> None:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await play(connection, Ground(connection, datetime.combine(start, time(12), CHINA)))
    finally:
        await transaction.rollback()
        await connection.close()


def _tx(connection: asyncpg.Connection[Any], who: str, office: UUID, day: date, number: int) -> Transaction:
    at = datetime.combine(day, time(12), CHINA) + timedelta(seconds=number)
    return Transaction(connection, at, Actor(ACCOUNTS[who], ("reviewer",), office))


async def _tried(connection: asyncpg.Connection[Any], step: Awaitable[Any]) -> str | None:
    point = connection.transaction()
    await point.start()
    try:
        await step
    except DomainError as error:
        await point.rollback()
        return error.code
    await point.commit()
    return None


Steps = dict[str, Callable[[], Awaitable[Any]]]


def _warning_steps(tx: Transaction, warning: UUID, action: UUID) -> Steps:
    return {
        "act": lambda: warnings.act(tx, warning, kind="inform", note="告知"),
        "follow_up": lambda: warnings.follow_up(tx, warning, action, result="已改"),
        "contest": lambda: warnings.contest(tx, warning, grounds="不属实"),
        "answer": lambda: warnings.answer(tx, warning, text="属实"),
        "close": lambda: warnings.close(tx, warning, reason="已改"),
        "dismiss": lambda: warnings.dismiss(tx, warning, reason="误报"),
    }


def _interview_steps(tx: Transaction, entry: UUID, interview: UUID, day: date) -> Steps:
    return {
        "invite": lambda: interviews.invite_about_entry(tx, BOOKS, entry, invited_for=day, agenda="约谈"),
        "hold": lambda: interviews.hold(tx, interview, held_on=day, undertakings="限期支付", minutes=1),
        "decline": lambda: interviews.decline(tx, interview, reason="拒绝"),
        "miss": lambda: interviews.miss(tx, interview, reason="未到"),
        "reinvite": lambda: interviews.reinvite(tx, interview, invited_for=day),
        "conclude": lambda: interviews.conclude(tx, interview, effect="已支付"),
    }


def _case(office: UUID, firm: UUID, day: date) -> criminal_referrals.Case:
    return criminal_referrals.Case(
        office_id=office,
        jurisdiction=SHIYAN,
        subject_id=firm,
        kind=KIND,
        facts="逃匿",
        police="公安局",
        procuratorate="检察院",
        court="法院",
        referred_on=day,
    )


def _referral_steps(tx: Transaction, office: UUID, firm: UUID, referral: UUID, outcome: str) -> Steps:
    day = tx.today
    return {
        "refer": lambda: criminal_referrals.refer(tx, BOOKS, _case(office, firm, day)),
        "accept": lambda: criminal_referrals.accept(tx, referral, case_no="1号", accepted_on=day),
        "end": lambda: criminal_referrals.end(tx, referral, outcome=outcome, ended_on=day, note="文书"),
        "bar": lambda: criminal_referrals.require_unbarred(tx, firm),
    }  # fmt: skip


@given(_steps("act follow_up contest answer close dismiss"), st.sampled_from(DAYS))
@example([("officer", "act", 0), ("officer", "follow_up", 0), ("officer", "contest", 0), ("officer", "close", 0),
          ("officer", "answer", 0), ("colleague", "answer", 0), ("officer", "close", 0), ("officer", "act", 0)], DAYS[0])  # fmt: skip
@SETTINGS
def test_no_sequence_of_steps_brings_a_warning_where_it_must_not_be(
    installed_url: str, taken: list[Step], start: date
) -> None:
    """HC-14a, HC-14b."""

    async def play(connection: asyncpg.Connection[Any], ground: Ground) -> None:
        model, day = Warned(), start
        office, other = office_id(HAICANG, "RSJ"), office_id(HAICANG, "YJ")
        firm = await ground.subject(HAICANG)
        await connection.execute("SET LOCAL ROLE renxin_app")
        warning = await warnings.raise_from_evaluation(
            _tx(connection, "officer", office, day, 0), BOOKS, office_id=office, jurisdiction=HAICANG, subject_id=firm,
            evaluation="C级", risk="风险",
        )  # fmt: skip
        actions: list[UUID] = []
        for number, (who, move, days) in enumerate(taken, start=1):
            day += timedelta(days=days)
            tx = _tx(connection, who, other if who == "outsider" else office, day, number)
            before = len(model.awaited)
            expected = model.take(who, move)
            steps = _warning_steps(tx, warning, actions[0] if actions else firm)
            assert await _tried(connection, steps[move]()) == expected, (who, move)
            if move == "act" and expected is None:
                actions.append(
                    await connection.fetchval(
                        "SELECT id FROM risk_warning_action WHERE warning_id = $1 ORDER BY taken_at DESC LIMIT 1",
                        warning,
                    )
                )
            if len(model.awaited) < before:
                actions.pop(0)
            assert await connection.fetchval("SELECT state FROM risk_warning WHERE id = $1", warning) == model.state
        await connection.execute("RESET ROLE")
        assert await ground.ledger(warning) == model.verbs
        told = "SELECT count(*) FROM outbox_event WHERE object LIKE 'risk_warning%' AND subject_id = $1"
        assert await connection.fetchval(told, firm) == 0

    asyncio.run(_rolled_back(installed_url, start, play))


INTERVIEW: Final = {
    "hold": ({"invited"}, "held"),
    "decline": ({"invited"}, "refused"),
    "miss": ({"invited"}, "not_appeared"),
    "reinvite": ({"refused", "not_appeared"}, "invited"),
    "conclude": ({"held", "refused", "not_appeared"}, "concluded"),
}


@given(_steps("hold decline miss reinvite conclude invite"), st.sampled_from(DAYS))
@example([("officer", "miss", 0), ("officer", "reinvite", 0), ("officer", "hold", 0), ("officer", "conclude", 0),
          ("officer", "invite", 0), ("outsider", "invite", 0)], DAYS[3])  # fmt: skip
@SETTINGS
def test_no_sequence_of_steps_holds_an_interview_twice_or_by_another_office(
    installed_url: str, taken: list[Step], start: date
) -> None:
    """XM-28a, XM-28b."""

    async def play(connection: asyncpg.Connection[Any], ground: Ground) -> None:
        office, other, day = office_id(XIAMEN, "JCZD"), office_id(XIAMEN, "SB"), start
        entry = await ground.entry(XIAMEN, "labour_serious", "JCZD", await ground.subject(XIAMEN))
        await connection.execute("SET LOCAL ROLE renxin_app")
        made = await interviews.invite_about_entry(
            _tx(connection, "officer", office, day, 0), BOOKS, entry, invited_for=day, agenda="约谈"
        )
        state, verbs, current = "invited", ["invite"], made
        for number, (who, move, days) in enumerate(taken, start=1):
            day += timedelta(days=days)
            tx = _tx(connection, who, other if who == "outsider" else office, day, number)
            expected: str | None
            if move == "invite":
                expected = "STEP_OF_ANOTHER_OFFICE" if who == "outsider" else "INTERVIEW_OPEN"
                if state == "concluded" and who != "outsider":
                    continue
            else:
                expected = None if state in INTERVIEW[move][0] else "STATE_CONFLICT"
            steps = _interview_steps(tx, entry, current, day)
            assert await _tried(connection, steps[move]()) == expected, (who, move)
            if expected is None:
                state = INTERVIEW[move][1]
                verbs.append(move)
            assert await connection.fetchval("SELECT state FROM interview WHERE id = $1", current) == state
        await connection.execute("RESET ROLE")
        assert await ground.ledger(current) == verbs
        assert await connection.fetchval("SELECT count(*) FROM interview WHERE entry_id = $1", entry) == 1

    asyncio.run(_rolled_back(installed_url, start, play))


@given(_steps("refer accept end bar"), st.sampled_from(DAYS))
@example([("officer", "bar", 0), ("officer", "refer", 0), ("officer", "bar", 0), ("officer", "refer", 0),
          ("officer", "accept", 0), ("officer", "bar", 0), ("officer", "end", 0), ("officer", "bar", 0)], DAYS[1])  # fmt: skip
@SETTINGS
def test_a_pending_case_bars_repair_and_nothing_else_does(installed_url: str, taken: list[Step], start: date) -> None:
    """SY-10."""

    async def play(connection: asyncpg.Connection[Any], ground: Ground) -> None:
        office, day, firm = office_id(SHIYAN, "JC"), start, await ground.subject(SHIYAN)
        await connection.execute("SET LOCAL ROLE renxin_app")
        state = "none"
        made = [firm]
        for number, (who, move, days) in enumerate(taken):
            day += timedelta(days=days)
            tx = _tx(connection, who, office, day, number)

            outcome = "convicted" if state == "accepted" else "not_accepted"
            pending = state in ("referred", "accepted")
            steps = _referral_steps(tx, office, firm, made[-1], outcome)
            refused = {
                "refer": "REFERRAL_PENDING" if pending else None,
                "accept": {"none": "NOT_FOUND", "referred": None}.get(state, "STATE_CONFLICT"),
                "end": None if pending else "NOT_FOUND" if state == "none" else "STATE_CONFLICT",
                "bar": "REPAIR_BARRED" if pending else None,
            }
            expected = refused[move]
            if move == "end" and state == "ended":
                continue  # whether it was accepted decides which of two refusals comes first
            assert await _tried(connection, steps[move]()) == expected, (who, move, state)
            if move == "refer" and expected is None:
                made.append(
                    await connection.fetchval(
                        "SELECT id FROM criminal_referral WHERE state = 'referred' AND subject_id = $1", firm
                    )
                )
            if expected is None and move != "bar":
                state = {"refer": "referred", "accept": "accepted", "end": "ended"}[move]

    asyncio.run(_rolled_back(installed_url, start, play))


@pytest.mark.anyio
async def test_of_a_referral_and_a_repair_at_the_same_instant_one_waits(ground: Ground, installed_url: str) -> None:
    """SY-10: the bar holds in the transaction of the repair, not only before it."""
    firm = await ground.subject(SHIYAN)
    at = datetime(2024, 5, 6, 12, tzinfo=CHINA)
    record = await ground.record(
        SHIYAN, "penalty", "JC", firm, state="published", decided_on=at.date(), submitted_at=at, published_at=at
    )
    office = office_id(SHIYAN, "JC")
    first, second = await app_connection(installed_url), await app_connection(installed_url)
    try:
        referring = first.transaction()
        await referring.start()
        acting = Transaction(first, ground.now, Actor(ACCOUNTS["officer"], ("reviewer",), office))
        await criminal_referrals.refer(acting, BOOKS, _case(office, firm, acting.today))

        async def apply() -> str | None:
            tx = Transaction(second, ground.now, Actor(ACCOUNTS["subject"], ("subject",), subject_id=firm))
            return await _tried(
                second,
                applications.apply(tx, BOOKS, working_calendar(), record_id=record, subject_id=firm, grounds="已支付"),
            )

        applying = asyncio.create_task(apply())
        waiting = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FROM subject%')"
        while not await ground.connection.fetchval(waiting):
            assert not applying.done(), applying.result()
            await asyncio.sleep(0)
        await referring.commit()
        assert await applying == "REPAIR_BARRED"
    finally:
        await first.close()
        await second.close()
