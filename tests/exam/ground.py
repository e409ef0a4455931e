"""What the tests of exam files stand on: an exam room, its officers, the institute, candidates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from domain.calendar import WorkingCalendar, working_calendar
from domain.exam import violations
from domain.exam.violations import Confirmation, Decision, Violation
from domain.identifiers import invented_resident_id, resident_id_check_character
from domain.ids import new_id
from domain.installation_rows import office_id
from domain.lifecycle import Actor, Transaction
from domain.registry import enrolment
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.model import Rulebooks
from domain.vault import Vault

NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 18)
XIAMEN, HAICANG, XINXIANG, SHIYAN, SHANGHAI = "350200", "350205", "410700", "420300", "310000"
SHIYAN_OFFICE = office_id(SHIYAN, "HRSS")
XIAMEN_OFFICE = office_id(XIAMEN, "KS")
INSTITUTE = office_id(SHIYAN, "KSY")


@dataclass(frozen=True)
class Room:
    """A transaction with everything that domain functions take, and who acts in it, in which office."""

    tx: Transaction
    vault: Vault
    books: Rulebooks
    calendar: WorkingCalendar

    def at(self, now: datetime) -> Room:
        """Give the same at another instant."""
        return replace(self, tx=replace(self.tx, now=now, events=[]))

    def on(self, day: date) -> Room:
        """Give the same at ten in the morning in China of another day."""
        return self.at(datetime(day.year, day.month, day.day, 2, tzinfo=UTC))

    def other(self, office: UUID | None = None) -> Room:
        """Give the same with somebody else acting, in another office if named."""
        actor = replace(self.tx.actor, account_id=new_id(), office_id=office or self.tx.actor.office_id)
        return replace(self, tx=replace(self.tx, actor=actor, events=[]))

    async def person(self, number: int = 1) -> UUID:
        """Enter an invented candidate."""
        return await enrolment.enrol_person(
            self.tx, self.vault, id_number=invented_resident_id(700 + number), name="欧阳虚构", jurisdiction_id=SHIYAN
        )

    async def born(self, day: str) -> UUID:
        """Enter an invented candidate who was born on a day."""
        first_17 = f"420300{day}003"
        number = first_17 + resident_id_check_character(first_17)
        return await enrolment.enrol_person(
            self.tx, self.vault, id_number=number, name="欧阳虚构", jurisdiction_id=SHIYAN
        )

    async def record(self, candidate: UUID, **changes: Any) -> UUID:
        """Record a violation."""
        plain = Violation(
            office_id=SHIYAN_OFFICE,
            subject_id=candidate,
            exam_kind="professional_qualification",
            exam_name="一级建造师资格考试",
            exam_on=date(2024, 1, 6),
            site="十堰一中考点",
            violation_class="携带通讯工具",
            facts="欧阳虚构在考试中使用无线耳机",
        )
        return await violations.record(self.tx, self.books, replace(plain, **changes))

    async def confirm(self, violation: UUID, **changes: Any) -> dict[str, Any]:
        """Take the candidate's signature."""
        plain = Confirmation(kind="signed", evidence="考场记录单")
        return await violations.confirm(self.tx, self.books, violation, replace(plain, **changes))

    async def decide(self, violation: UUID, **changes: Any) -> dict[str, Any]:
        """Decide for five years, if nothing else."""
        plain = Decision(treatment="当次全部科目成绩无效", decision_no="鄂人考处〔2024〕1号", retention="limited")
        return await violations.decide(self.tx, self.books, violation, replace(plain, **changes))

    async def enter(self, violation: UUID) -> dict[str, Any]:
        """Enter it into the file."""
        return await violations.enter(self.tx, self.vault, self.books, self.calendar, violation)

    async def entered(self, candidate: UUID, *, on: date = TODAY, **decision: Any) -> dict[str, Any]:
        """Bring a violation of 十堰 into the file on a day."""
        there = self.on(on)
        made = await there.record(candidate, exam_on=on - timedelta(days=30))
        await there.confirm(made)
        await there.other(INSTITUTE).decide(made, **decision)
        return await there.enter(made)

    async def row(self, table: str, ident: UUID) -> asyncpg.Record:
        """Read a row."""
        found = await self.tx.connection.fetchrow(f"SELECT * FROM {table} WHERE id = $1", ident)
        assert found is not None
        return found


def make_room(connection: Any, *, now: datetime = NOW) -> Room:
    """Give the room over a connection, a clerk of 十堰 acting."""
    actor = Actor(new_id(), ("clerk",), office_id=SHIYAN_OFFICE, jurisdiction_id=SHIYAN, policy_version=1)
    return Room(
        Transaction(connection, now, actor),
        Vault({"k1": b"1" * 32}, "k1", b"2" * 32),
        load_rulebooks(),
        working_calendar(),
    )
