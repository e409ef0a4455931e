"""The records that the tour tells about, one by one.

厦门鹭晨劳务派遣有限公司(虚构11) has a permit, a serious penalty that put it on a list, a late one, one that was
withdrawn, one that is overdue and one handed in yesterday; 信用承诺 of it is the record for which two offices
compete (厦门11 names both). People: one whose records a bank may ask for, and one whose records it may not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from api.demo_matters import NECESSITY, penalty_content, permit_content, violation
from api.demo_names import DemoSubject, demo_id, organisation, person
from api.demo_records import Amendment, Deed
from api.demo_scene import Scene
from domain.credit import terms
from domain.credit.statement import Statement
from domain.rulebook.lookup import severities

EXAMPLE: Final = organisation(11)
STATE_OWNED: Final = organisation(24)
PUBLIC_BODY: Final = organisation(25)
PERSON_WITH_CONSENT: Final = person(1)
PERSON_WITHOUT_CONSENT: Final = person(2)
PERSON_WITH_EXPIRED_CONSENT: Final = person(3)
PERSON_WITH_REVOKED_CONSENT: Final = person(4)
PERSON_OF_SHANGHAI: Final = person(5)
REPRESENTATIVE: Final = person(6)

SERIOUS_PENALTY: Final = 2
OVERDUE_PENALTY: Final = 5
COMPETED_RECORD: Final = 7
EXAM_RECORD: Final = 10

SERIOUS_PENALTY_ID: Final = demo_id("credit_record", SERIOUS_PENALTY)
OVERDUE_PENALTY_ID: Final = demo_id("credit_record", OVERDUE_PENALTY)
COMPETED_RECORD_ID: Final = demo_id("credit_record", COMPETED_RECORD)
EXAM_RECORD_ID: Final = demo_id("credit_record", EXAM_RECORD)

_XIAMEN, _HAICANG, _XINXIANG, _SHIYAN, _SHANGHAI = "350200", "350205", "410700", "420300", "310000"
_WAGES, _SOCIAL_INSURANCE = violation(0), violation(1)


async def told_deeds(scene: Scene) -> list[Deed]:
    """Give the records of the stories, in the order of their numbers."""
    deeds = [*_of_the_example(scene), *_of_people(scene), *_of_public_bodies(scene), *_of_other_cities(scene)]
    return [await _publishable(scene, deed) for deed in deeds]


def _of_the_example(scene: Scene) -> list[Deed]:
    corrected = {"content": {"CF_NR_FK": "2.00", "CF_NR": "罚款2.00万元"}}
    amendment = Amendment(after_days=30, changes=corrected, reason="罚款金额经复核由3万元更正为2万元。")
    return [
        _permit(scene, 1, EXAMPLE, days=620),
        _penalty(scene, SERIOUS_PENALTY, EXAMPLE, days=400, fine="3.00", severe=True, amendments=(amendment,)),
        _penalty(scene, 3, EXAMPLE, days=250, fine="0.50", published="late"),
        _penalty(
            scene,
            4,
            EXAMPLE,
            days=180,
            fine="1.00",
            kind=_SOCIAL_INSURANCE,
            withdrawn_after_days=30,
            withdrawal_reason="原处罚决定经行政复议依法撤销，本条信息予以撤回。",
        ),
        _penalty(scene, OVERDUE_PENALTY, EXAMPLE, days=40, fine="0.80", severe=True, published=None),
        _penalty(scene, 6, EXAMPLE, days=2, fine="0.60", published=None, undetermined=True),
        _deed(
            scene,
            COMPETED_RECORD,
            EXAMPLE,
            days=90,
            item="commitment",
            office="JCZD",
            number="厦人社诺",
            title="按时足额支付工资信用承诺书",
            content={
                "MATTER": "劳务派遣用工管理",
                "MATTER_KIND": "行政管理",
                "TEXT": "承诺依法支付劳动报酬，自愿接受监督，违背承诺愿承担相应责任",
            },
        ),
        _deed(
            scene,
            8,
            EXAMPLE,
            days=120,
            item="evaluation_result",
            office="JCZD",
            number="厦守法评",
            title="企业劳动保障守法诚信等级评价结果",
            content={"SCHEME": "企业劳动保障守法诚信等级评价办法", "PERIOD": "上一年度", "RESULT": "C级"},
        ),
        replace(
            _penalty(scene, 9, EXAMPLE, days=1_150, fine="0.30"), shown_until=scene.ago(1_150 - 365)
        ),
    ]


def _of_people(scene: Scene) -> list[Deed]:
    return [
        _exam(scene, EXAM_RECORD, PERSON_WITH_CONSENT, days=200),
        _work(scene, 11, PERSON_WITH_CONSENT, days=300),
        _exam(scene, 12, PERSON_WITHOUT_CONSENT, days=150),
        _work(scene, 13, PERSON_WITHOUT_CONSENT, days=330),
        _work(scene, 14, PERSON_WITH_EXPIRED_CONSENT, days=310),
        _work(scene, 15, PERSON_WITH_REVOKED_CONSENT, days=320),
        _deed(
            scene,
            16,
            PERSON_OF_SHANGHAI,
            days=210,
            jurisdiction=_SHANGHAI,
            item="broken_commitment",
            office="JY",
            number="沪就促诺",
            title="创业担保贷款告知承诺不实信息",
            content={
                "FACTS": "选择告知承诺申请创业担保贷款，后续核查发现经营场所承诺不实",
                "DECISION_NO": "沪就促诺〔示例〕16号",
                "BASIS": "《上海市社会信用条例》第九条",
                "FOUND_IN": "后续监管",
            },
            basis="《上海市社会信用条例》第九条",
            level="local_regulation",
            severe=False,
        ),
        _penalty(scene, 17, REPRESENTATIVE, days=500, fine="0.20"),
    ]


def _of_public_bodies(scene: Scene) -> list[Deed]:
    return [
        _penalty(scene, 20, STATE_OWNED, days=260, fine="4.00", severe=True),
        _penalty(scene, 21, PUBLIC_BODY, days=230, fine=None, severe=True),
        _penalty(scene, 22, organisation(12), days=520, fine="1.50", severe=True),
        _permit(scene, 23, organisation(12), days=700),
        _penalty(scene, 24, organisation(26), days=60, fine=None),
    ]


def _of_other_cities(scene: Scene) -> list[Deed]:
    conduct = {
        "BEHAVIOUR": "未依法订立书面劳动合同",
        "BASIS": "《中华人民共和国劳动合同法》第八十二条",
        "FACTS": "项目部用工超过一个月未与工人订立书面劳动合同",
        "REPORT_NO": "新劳关调〔示例〕1号",
    }
    xinxiang: dict[str, Any] = {
        "jurisdiction": _XINXIANG,
        "item": "hours_contracts_construction_bad",
        "office": "LDGX",
        "number": "新劳关失",
        "title": "建筑领域失信信息",
        "content": conduct,
        "basis": "《中华人民共和国劳动合同法》第八十二条",
        "level": "law",
    }
    elsewhere = {"jurisdiction": _SHANGHAI, "office": "ZFZD", "item": "penalty_general_procedure"}
    return [
        _deed(scene, 30, organisation(31), days=170, **xinxiang),
        _penalty(scene, 31, organisation(41), days=190, fine="5.00", severe=True, number_prefix="沪人社监罚", **elsewhere),
        _penalty(scene, 32, organisation(41), days=35, fine="1.00", published=None, number_prefix="沪人社监罚", **elsewhere),
        _penalty(
            scene, 33, organisation(51), days=160, fine="2.00",
            number_prefix="十劳监罚", jurisdiction=_SHIYAN, office="JC",
        ),
        _penalty(
            scene, 34, organisation(51), days=3, fine="0.50", published=None,
            number_prefix="十劳监罚", jurisdiction=_SHIYAN, office="JC",
        ),
        _penalty(
            scene, 35, organisation(61), days=140, fine="1.20", severe=True,
            number_prefix="海人社罚", jurisdiction=_HAICANG, office="RSJ",
        ),
        _penalty(
            scene, 36, organisation(61), days=30, fine="0.90", published=None,
            number_prefix="海人社罚", jurisdiction=_HAICANG, office="RSJ",
        ),
    ]  # fmt: skip
