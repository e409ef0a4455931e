"""Cases, the column, activities and a campaign of the demonstration, in Xiamen and Haicang."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from api.demo.scene import Place, Scene
from domain.culture import activities, campaigns, portal, typical_cases
from domain.installation_rows import office_id
from domain.lifecycle import Transaction

INSPECTION: Final[Place] = ("350200", "JCZD")
BUREAU: Final[Place] = ("350200", "JC")
DISTRICT: Final[Place] = ("350205", "RSJ")


async def tell_of_culture(scene: Scene) -> None:
    """Propose and approve cases, supply an entry of the column, hold a training, open a campaign."""
    await _cases(scene)
    campaign = await campaigns.open_campaign(
        _at(scene, 30, "credit_office", BUREAU),
        scene.books,
        campaigns.Opening(
            jurisdiction_id=BUREAU[0],
            office_id=office_id(*BUREAU),
            name="根治欠薪专项治理行动（虚构）",
            topics=["拖欠农民工工资问题"],
            from_on=scene.ago(60),
            to_on=scene.ago(-300),
        ),
    )
    training = await activities.plan(
        _at(scene, 20, "clerk", INSPECTION),
        scene.books,
        activities.Plan(
            jurisdiction_id=INSPECTION[0],
            office_id=office_id(*INSPECTION),
            category="training",
            kind="credit_repair",
            title="失信主体信用修复专题培训第一期（虚构）",
            on_day=scene.ago(10),
            campaign_id=campaign,
            partners=["市人力资源服务行业协会（虚构）"],
        ),
    )
    told = _at(scene, 9, "clerk", INSPECTION)
    row = await scene.connection.fetchrow("SELECT * FROM activity WHERE id = $1", training)
    assert row is not None
    await activities.conclude(
        told, row, activities.Outcome(text="讲解修复条件和程序（虚构）", participants=42, handouts=120)
    )


async def _cases(scene: Scene) -> None:
    for place, kind, field, title in (
        (INSPECTION, "联合奖惩典型案例", "市场", "守信企业免于例行检查（虚构）"),
        (INSPECTION, "信用应用", "政务", "信用报告代替守法诚信证明（虚构）"),
        (DISTRICT, "诚信经商", None, "老字号的诚信经营（虚构）"),
    ):
        proposal = typical_cases.Proposal(
            jurisdiction_id=place[0],
            office_id=office_id(*place),
            field=field,
            kind=kind,
            polarity="positive",
            title=title,
            text="该做法减少了材料和检查次数，企业得到便利（虚构）。",
        )
        case = await typical_cases.propose(_at(scene, 40, "clerk", place), scene.books, proposal)
        await typical_cases.approve(_at(scene, 35, "approver", place), case)
    supply = portal.Supply(
        jurisdiction_id=INSPECTION[0],
        office_id=office_id(*INSPECTION),
        kind="policy",
        title="信用修复告知（虚构）",
        text="信用修复的条件、程序和时限（虚构）。",
    )
    entry = await portal.propose(_at(scene, 30, "clerk", INSPECTION), scene.books, supply)
    await portal.approve(_at(scene, 29, "approver", INSPECTION), entry)


def _at(scene: Scene, days: int, role: str, office: Place) -> Transaction:
    """Give the transaction of somebody of an office so many days ago."""
    return scene.acting(scene.now - timedelta(days=days), role=role, office=office)
