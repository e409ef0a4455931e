"""The records that the tour tells about, one by one.

厦门鹭晨劳务派遣有限公司(虚构11) has a permit, a serious penalty that put it on a list, a late one, one that was
withdrawn, one that is overdue and one handed in just now; its 信用承诺 is the record for which two offices
compete, as 厦门11 names both of them. Of the people, one lets a bank ask about her records and one does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from api.demo.matters import NECESSITY, in_force_day, kept_back
from api.demo.names import DemoSubject, demo_id, organisation, people, person
from api.demo.records import Amendment, Deed
from api.demo.scene import Scene
from api.demo.sheets import penalty_content, permit_content, violation
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
CANDIDATE: Final = next(one for one in people() if one.jurisdiction == "420300")
"""Of Shiyan: signed up for an exam and broke its rules."""
OF_HAICANG: Final = organisation(61)
"""Was fined, put on a list and warned in Haicang."""

SERIOUS_PENALTY: Final = 2
OPEN_REPAIR: Final = 3
REFUSED_REPAIR: Final = 20
GRANTED_REPAIR: Final = 22
"""Penalties whose repair was applied for, and what came of it."""
OVERDUE_PENALTY: Final = 5
COMPETED_RECORD: Final = 7
EXAM_RECORD: Final = 10

SERIOUS_PENALTY_ID: Final = demo_id("credit_record", SERIOUS_PENALTY)
OVERDUE_PENALTY_ID: Final = demo_id("credit_record", OVERDUE_PENALTY)
COMPETED_RECORD_ID: Final = demo_id("credit_record", COMPETED_RECORD)
EXAM_RECORD_ID: Final = demo_id("credit_record", EXAM_RECORD)

_MILD: Final = "mild"
_SERIOUS: Final = "serious"
"""What a story wants, to be said in the words of the jurisdiction on the day."""

_XIAMEN: Final = "350200"
_INSPECTIONS: Final = {
    "350200": ("penalty", "JCZD", "厦人社监罚"),
    "350205": ("penalty", "RSJ", "海人社罚"),
    "420300": ("penalty", "JC", "十劳监罚"),
    "310000": ("penalty_general_procedure", "ZFZD", "沪人社监罚"),
}
"""By jurisdiction: the item of penalties, the office that produces them here, how it numbers them."""


async def told_deeds(scene: Scene) -> list[Deed]:
    """Give the records of the stories, in the order of their numbers."""
    deeds = [*_of_the_example(scene), *_of_people(scene), *_of_public_bodies(scene), *_of_other_cities(scene)]
    return [await _publishable(scene, deed) for deed in deeds]


def _of_the_example(scene: Scene) -> list[Deed]:
    corrected = {"content": {"CF_NR_FK": "2.00", "CF_NR": "罚款2.00万元"}}
    amended = Amendment(after_days=30, changes=corrected, reason="罚款金额经复核由3万元更正为2万元。")
    serious = _penalty(scene, SERIOUS_PENALTY, EXAMPLE, days=400, fine="3.00", severity=_SERIOUS)
    withdrawn = _penalty(scene, 4, EXAMPLE, days=180, fine="1.00", kind=1)
    overdue = _penalty(scene, OVERDUE_PENALTY, EXAMPLE, days=40, fine="0.80", severity=_SERIOUS)
    expired = _penalty(scene, 9, EXAMPLE, days=1_150, fine="0.30")
    return [
        _permit(scene, 1, EXAMPLE, days=620),
        replace(serious, amendments=(amended,)),
        replace(_penalty(scene, OPEN_REPAIR, EXAMPLE, days=430, fine="0.50", severity=_SERIOUS), published="late"),
        replace(
            withdrawn, withdrawn_after_days=30, withdrawal_reason="原处罚决定经行政复议依法撤销，本条信息予以撤回。"
        ),
        replace(overdue, published=None),
        replace(_penalty(scene, 6, EXAMPLE, days=2, fine="0.60", severity=None), published=None),
        _commitment(scene, COMPETED_RECORD, EXAMPLE, days=90),
        _evaluation(scene, 8, EXAMPLE, days=120),
        replace(expired, shown_until=expired.statement.decided_on + timedelta(days=365)),
    ]


def _of_people(scene: Scene) -> list[Deed]:
    return [
        _exam(scene, EXAM_RECORD, PERSON_WITH_CONSENT, days=200),
        _work(scene, 11, PERSON_WITH_CONSENT, days=300),
        _exam(scene, 12, PERSON_WITHOUT_CONSENT, days=150),
        _work(scene, 13, PERSON_WITHOUT_CONSENT, days=330),
        _work(scene, 14, PERSON_WITH_EXPIRED_CONSENT, days=310),
        _work(scene, 15, PERSON_WITH_REVOKED_CONSENT, days=320),
        _broken_commitment(scene, 16, PERSON_OF_SHANGHAI, days=210),
        _penalty(scene, 17, REPRESENTATIVE, days=500, fine="0.20"),
    ]


def _of_public_bodies(scene: Scene) -> list[Deed]:
    return [
        _penalty(scene, REFUSED_REPAIR, STATE_OWNED, days=460, fine="4.00", severity=_SERIOUS),
        _penalty(scene, 21, PUBLIC_BODY, days=230, fine=None, severity=_SERIOUS),
        _penalty(scene, GRANTED_REPAIR, organisation(12), days=520, fine="1.50", severity=_SERIOUS),
        _permit(scene, 23, organisation(12), days=700),
        _penalty(scene, 24, organisation(26), days=60, fine=None),
    ]


def _of_other_cities(scene: Scene) -> list[Deed]:
    waiting = (
        _penalty(scene, 32, organisation(41), days=35, fine="1.00"),
        _penalty(scene, 34, organisation(51), days=3, fine="0.50"),
        _penalty(scene, 36, organisation(61), days=30, fine="0.90"),
    )
    return [
        _contract_failure(scene, 30, organisation(31), days=170),
        _penalty(scene, 31, organisation(41), days=190, fine="5.00", severity=_SERIOUS),
        _penalty(scene, 33, organisation(51), days=160, fine="2.00"),
        _penalty(scene, 35, organisation(61), days=140, fine="1.20", severity=_SERIOUS),
        *(replace(deed, published=None) for deed in waiting),
    ]


def _permit(scene: Scene, number: int, subject: DemoSubject, *, days: int) -> Deed:
    decided_on = scene.ago(days)
    until = (decided_on + timedelta(days=3 * 365)).isoformat()
    content = permit_content(_XIAMEN, "劳务派遣经营许可", "准予经营劳务派遣业务", decided_on, until)
    statement = _statement(scene, days, "劳务派遣经营许可", content)
    return _deed(number, subject, "permit", "SP", "厦人社许", statement)


def _penalty(
    scene: Scene,
    number: int,
    subject: DemoSubject,
    *,
    days: int,
    fine: str | None,
    kind: int = 0,
    severity: str | None = _MILD,
) -> Deed:
    item, office, prefix = _INSPECTIONS[subject.jurisdiction]
    found = violation(kind)
    statement = _statement(
        scene,
        days,
        f"{found['act']}行政处罚",
        penalty_content(subject.jurisdiction, found, fine),
        severity=severity,
        procedure="general",
        legal_basis_level=found["level"],
    )
    return _deed(number, subject, item, office, prefix, statement)


def _commitment(scene: Scene, number: int, subject: DemoSubject, *, days: int) -> Deed:
    content = {
        "MATTER": "劳务派遣用工管理",
        "MATTER_KIND": "行政管理",
        "TEXT": "承诺依法支付劳动报酬，自愿接受监督，违背承诺愿承担相应责任",
    }
    statement = _statement(scene, days, "按时足额支付工资信用承诺书", content)
    return _deed(number, subject, "commitment", "JCZD", "厦人社诺", statement)


def _evaluation(scene: Scene, number: int, subject: DemoSubject, *, days: int) -> Deed:
    content = {"SCHEME": "企业劳动保障守法诚信等级评价办法", "PERIOD": "上一年度", "RESULT": "C级"}
    statement = _statement(scene, days, "企业劳动保障守法诚信等级评价结果", content)
    return _deed(number, subject, "evaluation_result", "JCZD", "厦守法评", statement)


def _exam(scene: Scene, number: int, subject: DemoSubject, *, days: int) -> Deed:
    content = {
        "EXAM_KIND": "专业技术人员资格考试",
        "EXAM_DATE": scene.ago(days + 20).isoformat(),
        "VIOLATION": "携带通讯工具进入考场",
        "TREATMENT": "当次该科目考试成绩无效",
    }
    statement = _statement(scene, days, "专业技术人员资格考试违纪处理", content)
    return _deed(number, subject, "exam_violation", "KS", "厦考处", statement)


def _work(scene: Scene, number: int, subject: DemoSubject, *, days: int) -> Deed:
    content = {"FACTS": "以包工负责人身份签订承诺书并如期结清工资", "SOURCE": "专项检查"}
    statement = _statement(scene, days, "劳动用工领域个人信用记录", content)
    return _deed(number, subject, "employer_record", "JCZD", "厦监记个", statement)


def _broken_commitment(scene: Scene, number: int, subject: DemoSubject, *, days: int) -> Deed:
    basis = "《上海市社会信用条例》第九条"
    content = {
        "FACTS": "选择告知承诺申请创业担保贷款，后续核查发现经营场所承诺不实",
        "DECISION_NO": f"沪就促诺〔{scene.ago(days).year}〕{number}号",
        "BASIS": basis,
        "FOUND_IN": "后续监管",
    }
    statement = _statement(
        scene,
        days,
        "创业担保贷款告知承诺不实信息",
        content,
        severity=_MILD,
        legal_basis=basis,
        legal_basis_level="local_regulation",
    )
    return _deed(number, subject, "broken_commitment", "JY", "沪就促诺", statement)


def _contract_failure(scene: Scene, number: int, subject: DemoSubject, *, days: int) -> Deed:
    """Give the record of 新乡三.2, a domain with two owners: 劳动关系科 has provided it, 监察科 may not change it."""
    basis = "《中华人民共和国劳动合同法》第八十二条"
    content = {
        "BEHAVIOUR": "未依法订立书面劳动合同",
        "BASIS": basis,
        "FACTS": "项目部用工超过一个月未与工人订立书面劳动合同",
        "REPORT_NO": f"新劳关调〔{scene.ago(days).year}〕1号",
    }
    statement = _statement(scene, days, "建筑领域失信信息", content, legal_basis=basis, legal_basis_level="law")
    return _deed(number, subject, "hours_contracts_construction_bad", "LDGX", "新劳关失", statement)


def _statement(scene: Scene, days: int, title: str, content: Mapping[str, str], **more: Any) -> Statement:
    day = scene.ago(days)
    return Statement(title=title, decided_on=day, obtained_on=day, content=content, **more)


def _deed(number: int, subject: DemoSubject, item: str, office: str, prefix: str, statement: Statement) -> Deed:
    return Deed(
        number=number,
        subject=subject,
        jurisdiction=subject.jurisdiction,
        item=item,
        office=office,
        decision_no=f"{prefix}〔{statement.decided_on.year}〕{number}号",
        statement=statement,
        submitted_on=statement.decided_on + timedelta(days=1),
    )


async def _publishable(scene: Scene, deed: Deed) -> Deed:
    """Move the record to a day on which its item was in force, and state what the rulebook of that day asks for."""
    item = await scene.item((deed.jurisdiction, deed.item), deed.office)
    stated = deed.statement
    day = in_force_day(scene, item, stated.decided_on, spread=deed.number)
    told = replace(stated, decided_on=day, obtained_on=day)
    told = replace(told, severity=_severity(scene, deed.jurisdiction, day, stated.severity))
    deed = replace(deed, statement=told, submitted_on=day + timedelta(days=1))
    return replace(deed, necessity=NECESSITY) if kept_back(scene, item, deed) else deed


def _severity(scene: Scene, jurisdiction: str, day: date, wanted: str | None) -> str | None:
    """Give the jurisdiction's word for serious or mild on a day; None where it knows no words."""
    known = severities(scene.books, jurisdiction, day)
    if wanted is None or not known:
        return None
    return (known[-1] if wanted == _SERIOUS else known[0]).code
