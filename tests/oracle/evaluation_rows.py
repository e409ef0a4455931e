"""Rows of grades in every state, of registers, and of archives that are kept and closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World
from tests.oracle.world import DISCLOSURES, NOW, TODAY, jurisdiction_of, key

_STATES = ("undetermined", "proposed", "rejected", "published", "contested", "superseded", "withdrawn")
_SCHEMES = ("employer", "hr_agency", "private_training")


def _papers(world: World) -> None:
    for number, office in enumerate(["XMJC", "XMRS", "HCLD", "SHJC"] * 2):
        state = world.pick(["proposed", "approved", "approved", "rejected"])
        world.add(
            "scoring_paper",
            id=key("paper", number),
            office_id=key("office", office),
            jurisdiction_id=jurisdiction_of(office),
            scheme=f"{world.pick(_SCHEMES)}.{number}",
            name=world.pick(["评价办法", '"评分"细则']),
            document_no=world.pick([None, "厦人社〔2026〕1号"]),
            content='[[scheme]]\nscale = ["A"]\n',
            digest=f"{number:064x}",
            basis="《要点》 12",
            state=state,
            valid_from=world.day(-60, 60),
            valid_to=TODAY + timedelta(days=61) if number % 3 == 0 else None,
            reason="有误" if state == "rejected" else None,
            proposed_by=key("account", 1),
            proposed_at=world.instant(days=60),
            decided_by=None if state == "proposed" else key("account", 2),
            decided_at=None if state == "proposed" else NOW,
        )


def _runs(world: World) -> None:
    for number, office in enumerate(["XMJC", "XMRS", "HCLD", "SHJC"] * 3):
        state = ("published", "discarded", "published", "proposed")[number % 4] if number < 4 else "published"
        world.add(
            "grade_run",
            id=key("grade run", number),
            office_id=key("office", office),
            jurisdiction_id=jurisdiction_of(office),
            scheme=f"{world.pick(_SCHEMES)}.{number}",
            scheme_name=world.pick(["企业评价", '"机构"评价']),
            paper_id=world.pick([None, key("paper", number % 8)]),
            evaluated_on=world.day(-90, -1),
            clause="《要点》 12",
            subjects=10 + number,
            unchanged=number,
            changed=9,
            undetermined=1,
            waiting=0,
            changes=[{"from": None, "to": "A", "count": 9}],
            state=state,
            version=1 + number % 2,
            proposed_at=world.instant(days=60),
            proposed_by=key("account", 1),
            decided_at=None if state == "proposed" else NOW,
            published_by=key("account", 2) if state == "published" else None,
            reason="名录有误" if state == "discarded" else None,
        )


def _grades(world: World) -> None:
    for number, about in enumerate(world.tables["subject"] * 4):
        state, office = _STATES[number % len(_STATES)], world.pick(["XMJC", "XMJC", "XMRS", "HCLD", "SHJC"])
        told = state in ("published", "contested", "superseded", "withdrawn")
        contested = state == "contested" or (told and number % 5 == 0)
        answered, ended = contested and state != "contested", state in ("rejected", "superseded", "withdrawn")
        world.add(
            "grade",
            id=key("grade", number),
            subject_id=about["id"],
            about_person=about["is_person"],
            office_id=key("office", office),
            jurisdiction_id=jurisdiction_of(office),
            scheme=f"{world.pick(_SCHEMES)}.{number}",
            scheme_name=world.pick(["企业劳动保障守法等级信用评价", '"机构"评价']),
            value=None if state == "undetermined" else world.pick(["A", "B", 'C"级']),
            previous_value=world.pick([None, "B"]),
            evaluated_on=world.day(-90, -1),
            period=world.pick([None, "2025年度"]),
            method=world.pick(["entered", "computed", "determined"]),
            basis=world.pick(["现场核查", '按"办法"评分']),
            findings=world.pick([None, {"points": 90, "分": ["一"]}]),
            clause="《要点》 12",
            paper_id=world.pick([None, key("paper", number % 8)]),
            run_id=world.pick([None, key("grade run", number % 12)]),
            push_ordered=world.pick([True, False]),
            disclosure=world.pick(DISCLOSURES),
            state=state,
            version=1 + number % 3,
            proposed_at=world.instant(days=80) if number % 3 else NOW - timedelta(days=7),
            proposed_by=key("account", 1),
            published_at=NOW - timedelta(days=6) if told else None,
            published_by=key("account", 2) if told else None,
            contested_at=NOW - timedelta(days=5) if contested else None,
            contested_by=key("account", 3) if contested else None,
            grounds='与"事实"不符' if contested else None,
            answered_at=NOW if answered else None,
            answered_by=key("account", 4) if answered else None,
            answer="经复核，维持" if answered else None,
            ended_at=NOW if ended else None,
            ended_by=key("account", 2) if ended else None,
            end_reason="录入有误" if state in ("rejected", "withdrawn") else None,
        )


def _files(world: World) -> None:
    for number, about in enumerate(world.tables["grade"][:10]):
        world.add(
            "attachment",
            id=key("grade-file", number),
            state="attached",
            part="evidence",
            object="grade",
            object_id=about["id"],
            office_id=about["office_id"],
            jurisdiction_id=about["jurisdiction_id"],
            subject_id=about["subject_id"],
            about_person=about["about_person"],
            name=f"核查表{number}.pdf",
            media_type="application/pdf",
            size=10 + number,
            digest=f"{number:064x}",
            uploaded_by=key("account", 1),
            uploaded_at=NOW,
            disclosure="restricted",
        )


def _registers(world: World) -> None:
    for number, about in enumerate(world.tables["subject"] * 2):
        office, ends = world.pick(["XMJC", "XMRS", "HCLD"]), number % 4 == 0
        world.add(
            "supervised_subject",
            id=key("supervised", number),
            subject_id=about["id"],
            about_person=about["is_person"],
            jurisdiction_id=jurisdiction_of(office),
            office_id=key("office", office),
            scheme=f"{world.pick(_SCHEMES)}.{number}",
            source=world.pick(["在册名录", '"许可"名录']),
            valid_from=world.day(-300, 30),
            valid_to=TODAY + timedelta(days=31 + number % 3) if ends else None,
            registered_at=world.instant(days=300),
            registered_by=key("account", 1),
            ended_at=NOW if ends else None,
            ended_by=key("account", 1) if ends else None,
            reason="注销" if ends else None,
        )


def _archives(world: World) -> None:
    graded = {(one["subject_id"], one["jurisdiction_id"]): one["scheme"] for one in world.tables["grade"]}
    for number, about in enumerate(world.tables["subject"] * 2):
        office, closed = world.pick(["XMJC", "XMRS", "HCLD"]), number % 4 == 0
        where = jurisdiction_of(office)
        others = world.pick([["XMJC"], ["XMRS", "XMJC"], []])
        world.add(
            "integrity_archive",
            id=key("archive", number),
            subject_id=about["id"],
            about_person=about["is_person"],
            jurisdiction_id=where,
            office_id=key("office", office),
            scheme=graded.get((about["id"], where), "employer")
            if number < len(world.tables["subject"])
            else f"hr_agency.0{number}",
            name=world.pick(["劳动保障守法诚信档案", '"机构"诚信档案']),
            clause="《要点》 12",
            office_ids=list(dict.fromkeys([key("office", office), *(key("office", one) for one in others)])),
            opened_at=world.instant(days=200),
            opened_by=key("account", 1),
            closed_at=NOW if closed else None,
            closed_by=key("account", 1) if closed else None,
            reason="不再监管" if closed else None,
        )


SECTIONS: tuple[Callable[[World], None], ...] = (_papers, _runs, _grades, _files, _registers, _archives)
