"""The objections of the demonstration: one open with the subject's own words, one late, one rejected, one withdrawn.

They go through the domain's own functions, as their offices would take them, so that every clock runs from the
present: 厦门's is open and has no last day, 上海's came from the Centre and is late, 新乡's was rejected.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from api.demo import stories
from api.demo.names import DemoSubject, demo_id, organisation
from api.demo.scene import Place, Scene
from domain.lifecycle import Actor, Transaction
from domain.rights import subject_statements
from domain.rights.objections import filing, steps

LATE_PENALTY: Final = 3
XINXIANG_RECORD: Final = 30
SHANGHAI_PENALTY: Final = 31

_LABOUR: Final = ("410700", "LDGX")
_CREDIT_OFFICE: Final = ("410700", "XYB")
_CENTRE: Final = ("310000", "CENTRE")


async def object_to_some(scene: Scene) -> None:
    """File the objections and take their steps as far as they have come."""
    await _open_with_words(scene)
    await _rejected(scene)
    await _late(scene)
    await _withdrawn(scene)


async def _open_with_words(scene: Scene) -> None:
    record = demo_id("credit_record", LATE_PENALTY)
    tx = _by(scene, stories.EXAMPLE, scene.now - timedelta(days=3), role="agent")
    await _file(tx, scene, record, "错误", "处罚金额与决定书不一致，应为0.30万元。", origin="agent")
    words = "本单位已于决定作出前足额支付工资。"
    await subject_statements.make(tx, scene.books, noun="credit_record", target_id=record, words=words, by_agent=True)


async def _rejected(scene: Scene) -> None:
    filed = scene.now - timedelta(days=20)
    tx = _by(scene, organisation(31), filed, role="subject")
    record = demo_id("credit_record", XINXIANG_RECORD)
    objection = await _file(tx, scene, record, "错误", "已订立书面劳动合同。", origin="subject")
    clerk = _of(scene, "clerk", _LABOUR, filed + timedelta(hours=5))
    await steps.verify(clerk, scene.calendar, objection, finding="经核对合同文本，签订日期在用工满一个月之后。")
    approver = _of(scene, "approver", _LABOUR, filed + timedelta(hours=26))
    decision = steps.Decision(outcome="rejected", reason="合同签订日期晚于法定期限，记录无误。")
    await steps.decide(approver, scene.vault, scene.books, scene.calendar, objection, decision)
    await steps.report(_of(scene, "clerk", _LABOUR, filed + timedelta(hours=28)), scene.calendar, objection)
    office = _of(scene, "credit_office", _CREDIT_OFFICE, filed + timedelta(hours=30))
    await steps.tell(office, scene.books, scene.calendar, objection)


async def _late(scene: Scene) -> None:
    received = scene.ago(15)
    centre = _of(scene, "platform", _CENTRE, scene.now - timedelta(days=9))
    filed = filing.Filing(
        noun="credit_record",
        target_id=demo_id("credit_record", SHANGHAI_PENALTY),
        ground="错误",
        statement="平台反馈：当事人称处罚已被复议变更。",
        received_on=received,
    )
    objection = await filing.file(centre, scene.books, scene.calendar, filed, origin="platform")
    await steps.mark(centre, scene.calendar, objection)


async def _withdrawn(scene: Scene) -> None:
    filed = scene.now - timedelta(days=12)
    person = stories.PERSON_WITH_CONSENT
    tx = _by(scene, person, filed, role="subject")
    objection = await _file(tx, scene, stories.EXAM_RECORD_ID, "遗漏", "未记载申诉情况。", origin="subject")
    await filing.withdraw(_by(scene, person, filed + timedelta(days=1), role="subject"), objection)


async def _file(tx: Transaction, scene: Scene, record: UUID, ground: str, statement: str, *, origin: str) -> UUID:
    filed = filing.Filing(noun="credit_record", target_id=record, ground=ground, statement=statement)
    return await filing.file(tx, scene.books, scene.calendar, filed, origin=origin)


def _by(scene: Scene, subject: DemoSubject, instant: datetime, *, role: str) -> Transaction:
    return Transaction(scene.connection, instant, Actor(account_id=None, roles=(role,), subject_id=subject.id))


def _of(scene: Scene, role: str, office: Place, instant: datetime) -> Transaction:
    return scene.acting(instant, role=role, office=office)
