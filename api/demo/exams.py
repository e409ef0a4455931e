"""The exam files of the demonstration: violations on their way, an internal watch list, a recommendation.

In charge of one of each for 十堰: recorded, waiting for the institute, decided; a watch that only its role sees.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from api.demo.names import DemoSubject, demo_id, people
from api.demo.scene import Place, Scene
from domain.installation_rows import office_id
from domain.lifecycle import create
from domain.masking import mask_name, mask_resident_id

OFFICE: Final[Place] = ("420300", "HRSS")
INSTITUTE: Final[Place] = ("420300", "KSY")
_EXAM: Final = "一级建造师资格考试"
_BASIS: Final = "《十堰市“15333”动态诚信等级评价（据报纸综述）》 正文"


async def enter_exams(scene: Scene) -> None:
    """Enter the violations, the watch and the recommendation."""
    candidates = [one for one in people() if one.jurisdiction == OFFICE[0]]
    for number, state in enumerate(("recorded", "confirmed", "decided"), start=1):
        await _violation(scene, number, candidates[number], state)
    await _watch(scene, candidates[4])
    await _recommend(scene, candidates[3])


async def _violation(scene: Scene, number: int, candidate: DemoSubject, state: str) -> None:
    exam_on = scene.ago(70 - number)
    recorded_at = scene.at(exam_on, minutes=300)
    clerk = scene.acting(recorded_at, role="clerk", office=OFFICE)
    confirmed = {
        "confirmation": "refused" if number == 2 else "signed",
        "confirmed_on": exam_on,
        "witness": "监考员虚构" if number == 2 else None,
        "evidence": "考场记录单",
    }
    decided = {
        "treatment": "当次全部科目成绩无效", "decision_no": f"鄂人考处〔{exam_on.year}〕{number}号", "decided_on": scene.ago(40),
        "decided_by": demo_id("account", 3), "retention": "limited", "retention_term": 5,
        "retention_unit": "year", "retention_basis": _BASIS,
    }  # fmt: skip
    values: dict[str, Any] = {
        "id": demo_id("exam_violation", number), "subject_id": candidate.id, "about_person": True, **_named(candidate),
        "jurisdiction_id": OFFICE[0], "office_id": office_id(*OFFICE), "decider_id": office_id(*INSTITUTE), "exam_kind": "professional_qualification", "exam_name": _EXAM,
        "exam_on": exam_on, "site": "十堰一中考点(虚构)", "violation_class": "携带通讯工具", "facts": "在考试中使用无线耳机", "state": state,
        "version": 1, "recorded_at": recorded_at, "recorded_by": clerk.actor.account_id,
        **(confirmed if state != "recorded" else {}), **(decided if state == "decided" else {}),
    }  # fmt: skip
    await create(clerk, "exam_violation", "record", values, basis=_BASIS)


def _named(candidate: DemoSubject) -> dict[str, str]:
    return {
        "name": candidate.name,
        "masked_name": mask_name(candidate.name),
        "masked_id_number": mask_resident_id(candidate.id_number or ""),
    }


async def _watch(scene: Scene, candidate: DemoSubject) -> None:
    entered_at = scene.at(scene.ago(5), minutes=60)
    values = {
        "id": demo_id("exam_watch", 1), "subject_id": candidate.id, "about_person": True, "jurisdiction_id": OFFICE[0],
        "office_id": office_id(*OFFICE), "name": candidate.name, "masked_id_number": mask_resident_id(candidate.id_number or ""),
        "exam_name": _EXAM, "site": "十堰一中考点(虚构)", "finding": "连续多次在同一考点集中报考", "source": "湖北省人事考试院数据分析",
        "entered_at": entered_at, "until_on": scene.today + timedelta(days=60),
    }  # fmt: skip
    await create(scene.acting(entered_at, role="exam_watcher", office=OFFICE), "exam_watch", "enter", values)


async def _recommend(scene: Scene, candidate: DemoSubject) -> None:
    at = scene.at(scene.ago(30), minutes=90)
    values = {
        "id": demo_id("discipline_recommendation", 1), "violation_id": demo_id("exam_violation", 3), "subject_id": candidate.id,
        "about_person": True, "jurisdiction_id": OFFICE[0], "office_id": office_id(*OFFICE), "unit": "某中学(虚构)",
        "text": "建议所在单位给予党纪处分", "state": "recommended", "recommended_at": at,
    }  # fmt: skip
    acting = scene.acting(at, role="discipline_officer", office=OFFICE)
    await create(acting, "discipline_recommendation", "recommend", values)
