"""Grades of the demonstration: employers of Xiamen in the register, their archives, one result contested, one waiting.

The scoring of 《厦门市企业劳动保障事中事后监管评价办法》 is not loaded, so every result here is invented and entered by its office.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

from api.demo.names import organisations
from api.demo.scene import Place, Scene
from domain.evaluation import grades, papers, register, runs
from domain.evaluation.schemes import evaluation_by
from domain.installation_rows import office_id

OFFICE: Final[Place] = ("350200", "JCZD")
SCHEME: Final = "employer"
PAPER: Final = Path(__file__).parent / "paper.toml"
"""A scoring paper, invented; until somebody else approves it, nothing is computed by it."""
_BASIS: Final = "2025年度日常巡查、举报投诉及书面审查情况（虚构）"
_GRADED: Final = ("A", "B", "A", "C")


async def grade_some(scene: Scene) -> None:
    """Load a register, open archives, publish four results, contest one, propose the change of another, a run and a paper."""
    firms = [one for one in organisations() if one.jurisdiction == OFFICE[0] and one.kind == "enterprise"][:8]
    codes = [one.uscc for one in firms if one.uscc is not None]
    office = office_id(*OFFICE)
    clerk = scene.acting(scene.at(scene.ago(60), minutes=10), role="clerk", office=OFFICE)
    under = evaluation_by(scene.books, OFFICE[0], SCHEME, office=office, on=clerk.today)
    await register.register(clerk, under, office, codes, valid_from=scene.ago(60), source="全市用人单位名录（虚构）")
    await register.open_archives(clerk, under, office, [one.id for one in firms[:6]])
    approver = scene.acting(scene.at(scene.ago(50), minutes=20), role="approver", office=OFFICE)
    made = [
        await grades.propose(
            clerk,
            under,
            grades.Result(
                subject_id=firm.id,
                office_id=office,
                evaluated_on=scene.ago(60),
                basis=_BASIS,
                value=value,
                period=f"{scene.today.year - 1}年度",
            ),
        )
        for firm, value in zip(firms, _GRADED, strict=False)
    ]
    for grade in made:
        await grades.publish(approver, await grades.load(approver, grade))
    subject = scene.acting(scene.at(scene.ago(20), minutes=30))
    contested = await grades.load(subject, made[-1])
    await grades.contest(subject, contested, grounds="有关欠薪已于评价日前结清（虚构）")
    clerk = scene.acting(scene.at(scene.ago(3), minutes=40), role="clerk", office=OFFICE)
    better = grades.Result(
        subject_id=firms[1].id,
        office_id=office,
        evaluated_on=scene.ago(3),
        basis="整改已完成，复查未发现违法行为（虚构）",
        value="A",
    )
    await grades.propose(clerk, under, better)
    listed = [(code, value) for code, value in zip(codes[4:8], ("A", "A", "B", None), strict=False)]
    yearly = runs.Results(evaluated_on=scene.ago(3), basis=_BASIS, values=listed, period=f"{scene.today.year - 1}年度")
    await runs.propose(clerk, under, office, yearly)
    paper = papers.Paper(
        name="企业劳动保障守法等级评分细则（虚构）",
        content=PAPER.read_text("utf-8"),
        valid_from=scene.today + timedelta(days=30),
    )
    await papers.propose(clerk, under, office, paper)
