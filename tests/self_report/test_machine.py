"""Random people take random steps with self-reported information: it never counts, and never stands against its finding.

The real domain functions are driven against a naive model; after each move the row, whether it is shown, the commitment,
the record that a breach makes, and the ledger are held against it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import asyncpg
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.commitment import results
from domain.commitment.commitments import Signature
from domain.commitment.results import Finding
from domain.credit import records
from domain.errors import DomainError
from domain.installation_rows import office_id
from domain.self_report import report, reports
from tests.commitments.ground import TODAY, XIAMEN, Ground, make_ground

PEOPLE = ("teller", "overseer", "third")
MOVES = ("remove", "refute", "reinstate", "keep", "break", "reopen", "take_back")
ACCOUNTS = {name: uuid5(UUID(int=1), name) for name in PEOPLE}
OFFICES = ("RC", "JC", "ZJ")
"""The offices of 厦门 that look after it (厦门20)."""

Step = tuple[str, str, int]
"""Who, which move, how many days later."""


@dataclass
class Model:
    """What a jurist would expect of what a firm told of itself, and of its commitment."""

    recorded: bool
    """Whether the office that looks after it produces records of commitments."""
    state: str = "reported"
    removed: bool = False
    promise: str = "signed"
    record: str | None = None
    log: list[str] = field(default_factory=lambda: ["report"])

    @property
    def shown(self) -> bool:
        """As long as it is neither removed nor found untrue, nor its commitment."""
        return self.state == "reported" and self.promise != "broken"

    def take(self, who: str, move: str) -> str | None:
        """Give the code by which a move is refused, or None where it is taken."""
        refused: str | None = getattr(self, move)(who)
        return refused

    def remove(self, who: str) -> str | None:
        """While it stands; what was found untrue stays so."""
        if self.state != "reported":
            return "STATE_CONFLICT"
        self.state, self.removed = "removed", True
        self.log.append("remove")
        return None

    def refute(self, who: str) -> str | None:
        """Not by who told it, once, also after it was removed."""
        if self.state == "refuted":
            return "STATE_CONFLICT"
        refused = self._found(who, "broken")
        if refused is None:
            self.state = "refuted"
            self.log.append("refute")
        return refused

    def reinstate(self, who: str) -> str | None:
        """Once the record of the breach is withdrawn; what was removed stays removed."""
        if self.state != "refuted":
            return "STATE_CONFLICT"
        if self.promise == "broken":
            refused = self.reopen(who)
            if refused is not None:
                return refused
        self.state = "removed" if self.removed else "reported"
        self.log += ["reinstate", "remove"] if self.removed else ["reinstate"]
        return None

    def keep(self, who: str) -> str | None:
        """Its commitment is found kept."""
        return self._found(who, "kept")

    def reopen(self, who: str) -> str | None:
        """A finding about the commitment is set aside."""
        if self.record == "submitted":
            return "RECORD_STANDS"
        if self.promise == "signed":
            return "STATE_CONFLICT"
        self.promise, self.record = "signed", None
        return None

    def take_back(self, who: str) -> str | None:
        """Withdraw the record of the result."""
        if self.record is None:
            return "SKIPPED"
        if self.record == "withdrawn":
            return "STATE_CONFLICT"
        self.record = "withdrawn"
        return None

    def _found(self, who: str, result: str) -> str | None:
        if who == "teller":
            return "JUDGE_IN_OWN_MATTER"
        if self.promise != "signed":
            return "STATE_CONFLICT"
        self.promise, self.record = result, "submitted" if self.recorded else None
        return None


setattr(Model, "break", lambda self, who: self._found(who, "broken"))


@given(
    st.sampled_from(OFFICES),
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(MOVES), st.integers(0, 4)), max_size=12),
    st.sampled_from([TODAY, date(2024, 2, 29), date(2025, 9, 28), date(2026, 12, 31)]),
)
@example(
    "RC",
    [("overseer", "refute", 0), ("third", "take_back", 0), ("third", "reinstate", 0), ("teller", "remove", 1)],
    TODAY,
)
@example(
    "RC",
    [("teller", "remove", 0), ("overseer", "refute", 0), ("third", "take_back", 0), ("third", "reinstate", 0)],
    TODAY,
)
@example(
    "RC",
    [("overseer", "refute", 0), ("third", "take_back", 0), ("third", "reopen", 0), ("third", "reinstate", 0)],
    TODAY,
)
@example("RC", [("overseer", "refute", 0), ("teller", "refute", 0)], TODAY)
@example("JC", [("overseer", "refute", 0), ("third", "reinstate", 0)], TODAY)
@example(
    "RC",
    [("overseer", "break", 0), ("third", "refute", 0), ("third", "reinstate", 0), ("teller", "remove", 0)],
    date(2024, 2, 29),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_sequence_of_moves_makes_it_an_official_record_or_shows_what_is_untrue(
    installed_url: str, office: str, taken: list[Step], start: date
) -> None:
    """XM-20, HC-16, SH-05d; a leap day, a make-up day and the calendar's end among the days."""
    asyncio.run(_played(installed_url, taken, start, office_id(XIAMEN, office)))


async def _played(url: str, taken: list[Step], start: date, office: UUID) -> None:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        ground = _on(make_ground(connection), start).by(ACCOUNTS["teller"])
        firm = await ground.organisation(71)
        made = await reports.report(ground.tx, ground.books, ground.calendar, _told(firm, office))
        assert await connection.fetchval(_PRODUCES, office), (
            "what is found untrue is recorded, whichever office finds it"
        )
        model, day = Model(recorded=True), start
        for number, (who, move, days) in enumerate(taken):
            day += timedelta(days=days)
            expected = model.take(who, move)
            if expected == "SKIPPED":
                continue
            acting = _on(ground, day).by(ACCOUNTS[who])
            assert await _tried(acting, move, made, number) == expected, (who, move)
            await _compare(acting, model, made, firm)
    finally:
        await transaction.rollback()
        await connection.close()


def test_two_reports_found_untrue_in_one_document_each_bring_their_record(installed_url: str) -> None:
    """XM-20, SH-05c, SH-05d: every false report is followed by a dishonest record of its own, and nobody invents a number."""
    asyncio.run(_refuted_together(installed_url))


async def _refuted_together(url: str) -> None:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        ground = make_ground(connection).by(ACCOUNTS["teller"])
        firm = await ground.organisation(71)
        told = _told(firm, office_id(XIAMEN, "RC"))
        made = [await reports.report(ground.tx, ground.books, ground.calendar, told) for _ in range(2)]
        for one in made:
            assert await _tried(ground.by(ACCOUNTS["overseer"]), "refute", one, 1) is None
        found = await connection.fetch(
            "SELECT record.decision_no FROM self_report told JOIN commitment ON commitment.id = told.commitment_id"
            " JOIN credit_record record ON record.id = commitment.record_id"
            " WHERE told.subject_id = $1 AND record.dishonest ORDER BY 1",
            firm,
        )
        assert [row["decision_no"] for row in found] == ["核〔2026〕1号", "核〔2026〕1号（第2项）"]
    finally:
        await transaction.rollback()
        await connection.close()


_PRODUCES = (
    "SELECT EXISTS (SELECT FROM catalogue_producer produced JOIN catalogue_item item ON item.id = produced.item_id"
    " WHERE item.code = 'commitment_fulfilment' AND produced.office_id = $1)"
)


def _told(firm: UUID, office: UUID) -> reports.SelfReported:
    signature = Signature(method="online_confirmation", signer="legal_representative", name="法定虚构", online=True)
    return reports.SelfReported(
        subject_id=firm,
        jurisdiction=XIAMEN,
        kind="资质证照",
        title="人力资源服务许可证",
        text="许可证有效期至2028年12月31日",
        commitment="本单位公开承诺：所提供信息真实、准确，如有虚假自愿承担责任。",
        signature=signature,
        office_id=office,
    )


def _on(ground: Ground, day: date) -> Ground:
    return ground.at(ground.tx.now.replace(year=day.year, month=day.month, day=day.day))


async def _tried(ground: Ground, move: str, made: UUID, number: int) -> str | None:
    """Take a step in a transaction of its own; give the code that refused it."""
    savepoint = ground.tx.connection.transaction()
    await savepoint.start()
    try:
        await _move(ground, move, made, number)
    except DomainError as error:
        await savepoint.rollback()
        return error.code
    await savepoint.commit()
    return None


async def _move(ground: Ground, move: str, made: UUID, number: int) -> None:
    tx, promised = ground.tx, (await ground.row("self_report", made))["commitment_id"]
    finding = Finding(text="经核查与登记不符", decision_no=f"核〔2026〕{number}号", ground="untrue")
    steps: dict[str, Callable[[], Awaitable[Any]]] = {
        "remove": lambda: reports.remove(tx, made),
        "refute": lambda: reports.refute(tx, ground.vault, ground.books, ground.calendar, made, finding),
        "reinstate": lambda: reports.reinstate(tx, made, reason="认定有误"),
        "keep": lambda: ground.keep(promised, number),
        "break": lambda: ground.break_(promised, number, ground="untrue"),
        "reopen": lambda: results.reopen(tx, promised, reason="认定有误"),
        "take_back": lambda: _take_back(ground, promised),
    }
    await steps[move]()


async def _take_back(ground: Ground, promised: UUID) -> None:
    record = (await ground.row("commitment", promised))["record_id"]
    await records.withdraw(ground.tx, ground.books, record, reason="认定有误")


async def _compare(ground: Ground, model: Model, made: UUID, firm: UUID) -> None:
    """Hold the row, whether it is shown, its commitment, the subject's records and the ledger against the model."""
    row = await ground.row("self_report", made)
    promised = await ground.row("commitment", row["commitment_id"])
    assert (row["state"], row["removed_at"] is not None) == (model.state, model.removed)
    assert (row["refuted_at"] is not None) == (model.state == "refuted")
    assert row["refuted_by"] is None or row["refuted_by"] != row["reported_by"]
    assert promised["state"] == model.promise
    shown = report.IN_FORCE.replace("{t}", "told")
    assert (
        await ground.tx.connection.fetchval(f"SELECT {shown} FROM self_report told WHERE id = $1", made) is model.shown
    )
    official = await ground.tx.connection.fetch(
        "SELECT id, state, content FROM credit_record WHERE subject_id = $1", firm
    )
    standing = [one for one in official if one["state"] != "withdrawn"]
    assert [one["id"] for one in standing] == ([promised["record_id"]] if model.record == "submitted" else [])
    assert all("许可证有效期" not in str(one["content"]) for one in official), "what is told is no official record"
    logged = await ground.tx.connection.fetch(
        "SELECT verb FROM ledger_event WHERE object_id = $1 AND kind = 'change' ORDER BY at, id", made
    )
    assert [one["verb"] for one in logged] == model.log
    assert row["version"] == len(model.log)
