"""Random grades, measures upon them, merges and unmerges: what stands, what follows, and when two years of A are full.

The real domain functions are driven against a model that looks at every single day; after each step the measures, the
subjects they are about, and what the counter is told of the deposit are held against it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

import asyncpg
import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from domain.clock import CHINA
from domain.eligibility.decision import decide
from domain.eligibility.facts import Circumstances
from domain.eligibility.law import law_of
from domain.eligibility.loading import Asked, load_facts
from domain.errors import DomainError
from domain.evaluation import grades
from domain.evaluation.grades import Result
from domain.evaluation.schemes import evaluation
from domain.installation_rows import office_id
from domain.lifecycle import Actor, Transaction
from domain.measure import measures
from domain.measure.measures import Wanted
from domain.merging import merges
from tests.measures.conftest import SHIYAN
from tests.removals.ground import BOOKS, Ground

OFFICE: Final = office_id(SHIYAN, "JC")
PROPOSER, PUBLISHER = (uuid5(UUID(int=9), name) for name in ("proposer", "publisher"))
FOLLOW: Final = {
    "A": {"deposit_reduction", "lawful_bidding", "easier_service"},
    "B": {"more_supervision", "restricted_activities", "local_bidding_ban"},
    "C": {"more_supervision", "restricted_activities", "local_bidding_ban"},
}
EXEMPTION: Final = "deposit_exemption"
CODES: Final = (EXEMPTION, "deposit_reduction", "more_supervision")
KEPT, OTHER = 0, 1


@dataclass
class Graded:
    """A published grade: whose it is at home, on which days it stood, and measures that rest on it."""

    id: UUID
    home: int
    value: str
    first: date
    ended: date | None = None
    wrong: bool = False


@dataclass
class Held:
    """A measure upon a grade."""

    grade: Graded
    code: str
    lifted_for: str | None = None


@dataclass
class Model:
    """What a jurist would expect of two subjects that may turn out to be one."""

    today: date
    merged: bool = False
    grades: list[Graded] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)

    def of(self, who: int) -> list[Graded]:
        """Everything graded of a subject; of one that was merged into the other nothing."""
        if self.merged:
            return self.grades if who == KEPT else []
        return [one for one in self.grades if one.home == who]

    def standing(self, who: int) -> Graded | None:
        """The grade in force."""
        return next((one for one in self.of(who) if one.ended is None), None)

    def stood(self, one: Graded, who: int, day: date) -> bool:
        """A day is one of the grade with which it ends; one withdrawn as wrong had none, and what it replaced went on."""
        history = [other for other in self.of(who) if not other.wrong]
        if one.wrong or day < one.first:
            return False
        ended = one.ended
        if ended in {other.first for other in self.of(who) if other.wrong}:
            later = history[history.index(one) + 1 :]
            ended = next((other.first for other in later if other.first >= ended), ended)
        return ended is None or day < ended

    def is_full(self, who: int) -> bool:
        """Two years on each day of which the subject had A, and nothing else: looked at day by day."""
        day = self.today
        while {one.value for one in self.of(who) if self.stood(one, who, day)} == {"A"}:
            day -= timedelta(days=1)
        since = day + timedelta(days=1)
        is_leap_day = (since.month, since.day) == (2, 29)
        full = date(since.year + 2, 2, 28) if is_leap_day else since.replace(year=since.year + 2)
        return since <= self.today and full <= self.today

    def apply(self, grade: Graded, who: int, code: str) -> str | None:
        """Give the code by which a measure is refused, or take it."""
        if grade.ended is not None:
            return "MEASURE_UNFOUNDED"
        if code == EXEMPTION and grade.value == "A" and not self.is_full(who):
            return "MEASURE_TOO_EARLY"
        if code not in FOLLOW[grade.value] and not (code == EXEMPTION and grade.value == "A"):
            return "MEASURE_NOT_LISTED"
        if any((one.grade, one.code, one.lifted_for) == (grade, code, None) for one in self.held):
            return "MEASURE_APPLIED"
        self.held.append(Held(grade, code))
        return None

    def end(self, grade: Graded, lifted_for: str) -> None:
        """A grade ends, and what rests on it is lifted."""
        grade.ended = self.today
        grade.wrong = lifted_for == "withdrawn"
        for one in self.held:
            if one.grade is grade and one.lifted_for is None:
                one.lifted_for = lifted_for


Step = tuple[str, int, int, int]
"""Which move, of whom, which grade or measure, how many days later."""
DAYS = st.sampled_from([0, 0, 0, 1, 1, 364, 365, 366, 730])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["A", "A", "A", "B", "apply", "apply", "apply", "withdraw", "merge", "unmerge"]),
        st.integers(0, 1), st.integers(0, 2), DAYS,
    ),
    min_size=4, max_size=9,
)  # fmt: skip
WAIVED: list[Step] = [
    ("A", KEPT, 0, 0), ("apply", KEPT, 0, 730), ("apply", KEPT, 0, 1), ("merge", KEPT, 0, 0), ("B", KEPT, 0, 0),
    ("unmerge", KEPT, 0, 1), ("apply", OTHER, 2, 0), ("apply", KEPT, 2, 0),
]  # fmt: skip
"""Waived on the day and not before, carried through a merge, lifted with the next grade."""
TWO_HISTORIES: list[Step] = [
    ("A", KEPT, 0, 0), ("B", OTHER, 0, 10), ("apply", OTHER, 2, 0), ("withdraw", OTHER, 0, 20), ("merge", KEPT, 0, 800),
    ("apply", KEPT, 0, 0), ("unmerge", KEPT, 0, 0), ("apply", KEPT, 0, 0), ("merge", KEPT, 0, 1), ("apply", KEPT, 0, 0),
]  # fmt: skip
"""The other's B of the first month was wrong: of neither, and of both as long as they are one, it breaks no years."""
BOTH: list[Step] = [
    ("A", KEPT, 0, 0), ("A", OTHER, 0, 1), ("apply", OTHER, 1, 0), ("merge", KEPT, 0, 0), ("withdraw", OTHER, 0, 0),
    ("merge", KEPT, 0, 0), ("apply", KEPT, 1, 731), ("apply", KEPT, 0, 0),
]  # fmt: skip
CARRIED: list[Step] = [
    ("B", OTHER, 0, 0), ("apply", OTHER, 2, 0), ("merge", KEPT, 0, 1), ("apply", KEPT, 2, 0), ("A", KEPT, 0, 0),
    ("A", KEPT, 0, 1), ("unmerge", KEPT, 0, 730), ("apply", KEPT, 0, 0), ("apply", KEPT, 0, 1),
]  # fmt: skip
ONE_WITHIN_THE_OTHER: list[Step] = [
    ("A", OTHER, 0, 0), ("A", KEPT, 0, 0), ("withdraw", KEPT, 0, 730), ("merge", KEPT, 0, 0), ("apply", KEPT, 0, 0),
]  # fmt: skip
"""The A that was withdrawn began no later and ended before: the other one's two years are not broken by it."""
BY_MISTAKE: list[Step] = [
    ("A", KEPT, 0, 0), ("B", KEPT, 0, 400), ("withdraw", KEPT, 0, 10), ("A", KEPT, 0, 5), ("apply", KEPT, 0, 315),
    ("apply", KEPT, 0, 1), ("withdraw", KEPT, 0, 0), ("A", KEPT, 0, 0), ("apply", KEPT, 0, 0),
]  # fmt: skip
"""B by mistake in the second year; later the A itself."""


@given(STEPS, st.sampled_from([date(2022, 2, 28), date(2024, 2, 29), date(2023, 12, 31)]))
@example(WAIVED, date(2024, 2, 29))
@example(TWO_HISTORIES, date(2024, 2, 29))
@example(BOTH, date(2022, 2, 28))
@example(CARRIED, date(2024, 2, 28))
@example(ONE_WITHIN_THE_OTHER, date(2022, 2, 28))
@example(BY_MISTAKE, date(2022, 2, 28))
@example(
    [("A", OTHER, 0, 0), ("A", KEPT, 0, 1), ("withdraw", KEPT, 0, 366), ("merge", KEPT, 0, 730)], date(2022, 2, 28)
)
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_sequence_of_grades_merges_and_measures_lets_stand_what_does_not_follow(
    installed_url: str, taken: list[Step], start: date
) -> None:
    """SY-05a, SY-05b, SY-05c: at, below and above the edge, over leap days, in one history or two that became one."""
    asyncio.run(_played(installed_url, Model(start), taken))


async def _played(url: str, model: Model, taken: list[Step]) -> None:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        ground = Ground(connection, datetime.combine(model.today, time(), CHINA) - timedelta(days=1))
        subjects = [await ground.subject(SHIYAN), await ground.subject(SHIYAN)]
        await connection.execute("SET LOCAL ROLE renxin_app")
        for number, (move, who, which, days) in enumerate(taken):
            model.today += timedelta(days=days)
            by = _By(connection, model.today, number)
            await _step(by, model, subjects, move, KEPT if model.merged else who, which)
            await _compare(by, model, subjects)
        event(f"{len(model.held)} measures, {sorted(str(one.lifted_for) for one in model.held)}")
    finally:
        await transaction.rollback()
        await connection.close()


@dataclass(frozen=True)
class _By:
    """Two people of the office, in the first minutes of a day in China: in Greenwich it is the day before."""

    connection: asyncpg.Connection[Any]
    today: date
    number: int

    def tx(self, account: UUID = PROPOSER) -> Transaction:
        now = datetime.combine(self.today, time(0, self.number), CHINA).astimezone(UTC)
        return Transaction(self.connection, now, Actor(account, ("reviewer",), office_id=OFFICE))

    async def tried(self, made: Awaitable[Any]) -> str | None:
        """Give the code by which a step is refused, undone as it would be."""
        try:
            async with self.connection.transaction():
                await made
        except DomainError as refused:
            return refused.code
        return None


async def _step(by: _By, model: Model, subjects: list[UUID], move: str, who: int, which: int) -> None:
    if move in FOLLOW:
        await _regrade(by, model, subjects[who], who, move)
    elif move == "apply" and model.of(who):
        grade, code = model.of(who)[-1], CODES[which]
        wanted = Wanted(noun="grade", ground_id=grade.id, office_id=OFFICE, code=code, reason="依等级")
        assert await by.tried(measures.apply(by.tx(), BOOKS, wanted)) == model.apply(grade, who, code)
    elif move == "withdraw" and (standing := model.standing(who)) is not None:
        row = await grades.load(by.tx(), standing.id)
        assert await by.tried(grades.withdraw(by.tx(), row, reason="评定有误")) is None
        model.end(standing, "withdrawn")
    elif move in ("merge", "unmerge") and model.merged is (move == "unmerge"):
        clash = move == "merge" and None not in (model.standing(KEPT), model.standing(OTHER))
        assert await by.tried(_MERGING[move](by, subjects)) == ("SUBJECT_ROWS_CONFLICT" if clash else None)
        model.merged = model.merged if clash else not model.merged


async def _regrade(by: _By, model: Model, subject: UUID, who: int, value: str) -> None:
    under, before = evaluation(BOOKS, SHIYAN, "construction_units", by.today), model.standing(who)
    result = Result(
        subject_id=subject, office_id=OFFICE, value=value, basis="依事实", evaluated_on=by.today, method="computed"
    )
    if before is not None and before.value == value:
        assert await by.tried(grades.propose(by.tx(), under, result)) == "GRADE_UNCHANGED"
        return
    proposed = await grades.load(by.tx(), await grades.propose(by.tx(), under, result))
    assert await by.tried(grades.publish(by.tx(), proposed)) == "GRADE_PROPOSER_PUBLISHES"
    await grades.publish(by.tx(PUBLISHER), proposed)
    if before is not None:
        model.end(before, "regraded")
    model.grades.append(Graded(proposed["id"], who, value, by.today))


async def _merge(by: _By, subjects: list[UUID]) -> None:
    made = await merges.propose(
        by.tx(), kept_id=subjects[KEPT], merged_id=subjects[OTHER], office_id=OFFICE, reason="登记机关确认为同一主体"
    )
    await merges.approve(by.tx(PUBLISHER), BOOKS, made)


async def _unmerge(by: _By, subjects: list[UUID]) -> None:
    made = await by.connection.fetchval(
        "SELECT id FROM subject_merge WHERE merged_id = $1 AND state = 'merged'", subjects[OTHER]
    )
    await merges.propose_unmerge(by.tx(), made, reason="并非同一主体")
    await merges.approve_unmerge(by.tx(PUBLISHER), BOOKS, made)


_MERGING: Final = {"merge": _merge, "unmerge": _unmerge}


async def _compare(by: _By, model: Model, subjects: list[UUID]) -> None:
    """Hold the measures, whose they are, and what the counter is told against the model."""
    rows = await by.connection.fetch(
        "SELECT grade_id, code, lifted_for, subject_id, state FROM measure WHERE subject_id = ANY($1::uuid[])", subjects
    )
    owner = {one.id: subjects[KEPT if model.merged else one.home] for one in model.grades}
    expected = [(one.grade.id, one.code, str(one.lifted_for), owner[one.grade.id]) for one in model.held]
    found = [(row["grade_id"], row["code"], str(row["lifted_for"]), row["subject_id"]) for row in rows]
    assert sorted(found) == sorted(expected)
    assert all((row["state"] == "applied") is (row["lifted_for"] is None) for row in rows)
    law = law_of(BOOKS, SHIYAN, "wage_deposit", by.today)
    facts = await load_facts(
        by.connection, BOOKS, law, [Asked(one, is_person=False, weighs_shared=True) for one in subjects]
    )
    for who, subject in enumerate(subjects):
        told = decide(law, facts[subject], Circumstances(), on=by.today)
        follows = {one.consequence.rule.code for one in told.findings if one.consequence is not None}
        assert (EXEMPTION in follows) is model.is_full(who), who


@pytest.mark.anyio
async def test_of_two_who_grade_and_measure_at_once_no_measure_outlives_its_grade(installed_url: str) -> None:
    """SY-05c: whoever applies while the grade is replaced waits, and finds it ended; or is lifted with it."""
    connections = [await asyncpg.connect(installed_url) for _ in range(2)]
    today = date(2026, 3, 18)
    ground = Ground(connections[0])
    subject = await ground.subject(SHIYAN)
    model = Model(today)
    first, second = (_By(one, today, 0) for one in connections)
    await _regrade(first, model, subject, KEPT, "A")
    [grade] = model.grades
    wanted = Wanted(noun="grade", ground_id=grade.id, office_id=OFFICE, code="deposit_reduction", reason="依等级")
    await asyncio.gather(
        first.tried(_regrade(_By(first.connection, today, 1), model, subject, KEPT, "B")),
        second.tried(measures.apply(second.tx(), BOOKS, wanted)),
    )
    standing = await connections[0].fetch(
        "SELECT 1 FROM measure JOIN grade ON grade.id = measure.grade_id"
        " WHERE measure.subject_id = $1 AND measure.state = 'applied' AND grade.ended_at IS NOT NULL", subject,
    )  # fmt: skip
    assert not standing
    for one in connections:
        await one.close()
