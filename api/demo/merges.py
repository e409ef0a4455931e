"""The merges of the demonstration: a firm entered under two codes, found to be one, and two firms of which that is proposed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from api.demo.names import demo_id, organisations
from api.demo.scene import Scene
from domain.identifiers import invented_uscc
from domain.installation_rows import office_id
from domain.lifecycle import Actor, Transaction, create
from domain.merging import merges
from domain.registry.enrolment import pinyin

_OFFICE: Final = ("350200", "JC")
_PEOPLE: Final = ("xiamen-credit-office", "xiamen-credit-office-second")
_OLD: Final = 990_001
_WHY: Final = "登记机关换发统一社会信用代码，新旧代码为同一单位（虚构）。"


async def merge_some(scene: Scene) -> None:
    """Enter a firm under its code of before, merge it into the firm of today, and propose another merge."""
    firms = [one for one in organisations() if one.jurisdiction == _OFFICE[0] and one.kind == "enterprise"][-3:]
    today, first, second = (one.id for one in firms)
    entered, proposed = scene.at(scene.ago(60), minutes=30), scene.at(scene.ago(40), minutes=60)
    before = f"{firms[0].name}（旧码）"
    values = {
        "id": demo_id("merged_subject", 1), "kind": "enterprise", "is_person": False, "jurisdiction_id": _OFFICE[0], "name": before,
        "masked_name": before, "name_pinyin": pinyin(before), "uscc": invented_uscc(_OLD), "uscc_lenient": False,
        "state_owned": False, "registered_at": entered,
    }  # fmt: skip
    was = await create(scene.acting(entered), "subject", "enrol", values)
    one, other = [await _acting(scene, proposed, sub) for sub in _PEOPLE]
    office = office_id(*_OFFICE)
    made = await merges.propose(one, kept_id=today, merged_id=was, office_id=office, reason=_WHY)
    await merges.approve(other, scene.books, made)
    now = await _acting(scene, scene.now - timedelta(days=1), _PEOPLE[0])
    await merges.propose(now, kept_id=first, merged_id=second, office_id=office, reason=_WHY)


async def _acting(scene: Scene, at: datetime, sub: str) -> Transaction:
    account = await scene.connection.fetchval("SELECT id FROM account WHERE sub = $1", sub)
    actor = Actor(account, ("credit_office",), office_id(*_OFFICE), jurisdiction_id=_OFFICE[0])
    return Transaction(scene.connection, at, actor)
