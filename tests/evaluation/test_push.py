"""The push of grades: those whose clause orders it reach the platform, change and withdrawal too; the others never."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import asyncpg
import pytest

from domain.evaluation import grades
from domain.evaluation.schemes import evaluation_by
from domain.ids import new_id
from domain.installation_rows import office_id
from domain.lifecycle import Actor, Transaction
from tests.delivery.conftest import ground, receiver
from tests.delivery.ground import Ground
from tests.delivery.receiver import Receiver
from tests.parties import make_subject
from tests.removals.ground import BOOKS

pytestmark = pytest.mark.anyio
__all__ = ["ground", "receiver"]

CLERK, APPROVER = new_id(), new_id()


async def graded(made: Ground, scheme: str, office: str, value: str, subject: UUID) -> UUID:
    """Propose and publish a grade of Xiamen; give its id."""
    place = office_id("350200", office)
    async with made.transaction() as tx:
        under = evaluation_by(BOOKS, "350200", scheme, office=place, on=tx.today)
        result = grades.Result(
            subject_id=subject, office_id=place, evaluated_on=date(2026, 3, 1), basis="日常巡查", value=value
        )
        by = Transaction(tx.connection, tx.now, Actor(CLERK, ("clerk",), office_id=place))
        grade = await grades.propose(by, under, result)
        then = Transaction(tx.connection, tx.now, Actor(APPROVER, ("approver",), office_id=place))
        await grades.publish(then, await grades.load(then, grade))
    return grade


async def subject_of(made: Ground) -> UUID:
    """Enrol an organisation."""
    owner = await asyncpg.connect(made.url)
    try:
        return await make_subject(owner, "enterprise")
    finally:
        await owner.close()


async def test_what_the_clause_orders_is_pushed_and_nothing_else(ground: Ground, receiver: Receiver) -> None:
    """XM-12, XM-13: results reach the platform; XM-14, XM-15, XM-16: no delivery is ever made."""
    subject = await subject_of(ground)
    ordered = [
        await graded(ground, "employer", "JCZD", "A", subject),
        await graded(ground, "hr_agency", "RC", "优", subject),
    ]
    others = [
        await graded(ground, "injury_insurance_institution", "GS", "优", subject),
        await graded(ground, "private_training", "ZJ", "优", subject),
        await graded(ground, "private_technical_school", "ZJ", "优", subject),
    ]
    await ground.drain(ground.worker(receiver))
    for grade in ordered:
        assert await ground.states(grade) == [("publish", "delivered")]
    for grade in others:
        assert await ground.states(grade) == []


async def test_a_better_grade_takes_the_place_of_the_one_the_platform_has(ground: Ground, receiver: Receiver) -> None:
    """XM-12: the superseded one is taken down there, the new one shown."""
    subject = await subject_of(ground)
    worse = await graded(ground, "employer", "JCZD", "C", subject)
    worker = ground.worker(receiver)
    await ground.drain(worker)
    better = await graded(ground, "employer", "JCZD", "A", subject)
    await ground.drain(worker)
    assert receiver.of(worse) == [("publish", True), ("supersede", False)]
    assert receiver.of(better) == [("publish", True)]
