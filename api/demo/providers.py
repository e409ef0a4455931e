"""Who answers, a processing contract and an association's record of the demonstration."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from api.demo.rights import XIAMEN_BANK
from api.demo.scene import Place, Scene
from api.demo.stories import EXAMPLE
from domain.installation_rows import office_id
from domain.integrity import mandates
from domain.lifecycle import Transaction
from domain.third_party import market_records, processings

DISTRICT: Final[Place] = ("350205", "RSJ")
ASSOCIATION: Final[Place] = ("350205", "HYXH")
INSPECTION: Final[Place] = ("350200", "JCZD")
BUREAU: Final[Place] = ("350200", "JC")


async def entrust_some(scene: Scene) -> None:
    """Name a leader, admit a member unit, approve a processing contract, record a member."""
    naming = mandates.Naming(
        name="欧阳虚构",
        post="副局长（虚构）",
        section="劳动关系科（虚构）",
        division="劳动关系科牵头，各科室分办（虚构）",
        valid_from=scene.ago(90),
    )
    await mandates.name(_at(scene, 90, "approver", DISTRICT), scene.books, DISTRICT[0], office_id(*DISTRICT), naming)
    member = office_id(*INSPECTION)
    await mandates.admit(
        _at(scene, 80, "credit_office", BUREAU), scene.books, BUREAU[0], member, valid_from=scene.ago(80)
    )
    proposal = processings.Proposal(
        jurisdiction_id=INSPECTION[0],
        office_id=office_id(*INSPECTION),
        provider_id=office_id(*XIAMEN_BANK),
        number="委〔虚构〕1号",
        purpose="数据清洗与比对（虚构）",
        safeguards="专人专机、不得转委托（虚构）",
        item_codes=["penalty"],
        valid_from=scene.ago(30),
        valid_to=scene.ago(-300),
    )
    made = await processings.propose(_at(scene, 31, "clerk", INSPECTION), scene.books, proposal)
    await processings.KEPT.approve(_at(scene, 30, "approver", INSPECTION), made)
    of = market_records.Of(
        jurisdiction_id=ASSOCIATION[0],
        office_id=office_id(*ASSOCIATION),
        subject_id=EXAMPLE.id,
        on_day=scene.ago(20),
    )
    at = _at(scene, 20, "association", ASSOCIATION)
    await market_records.record(at, scene.books, of, text="按时履行自律公约（虚构）", evaluation="AAA（虚构）")


def _at(scene: Scene, days: int, role: str, office: Place) -> Transaction:
    """Give the transaction of somebody of an office so many days ago."""
    return scene.acting(scene.now - timedelta(days=days), role=role, office=office)
