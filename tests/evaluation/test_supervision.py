"""Evaluation schemes as data, and the supervision that follows a grade: what is said, not set, not loaded."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.evaluation.schemes import evaluation, evaluations
from domain.evaluation.supervision import follows
from tests.client import Client
from tests.evaluation.acts import published
from tests.evaluation.conftest import HAICANG, SHIYAN, XIAMEN
from tests.removals.ground import BOOKS, Ground

pytestmark = pytest.mark.anyio

DAY = date(2026, 3, 18)
SUPERVISION = """query ($subject: ID!, $on: Date) { supervision(subject: $subject, on: $on) {
  scheme grade status contested inspectionFactor conveniences { code clause } restrictions { code } sentences { rule quote clause
  inspection standing } } }"""
SCHEMES = """query ($place: String!) { evaluationSchemes(jurisdiction: $place) {
  code kind status rule scale archive pushes gradedSupervision services servicesOpenEnded clause offices officeNames } }"""


async def schemes(client: Client, place: str) -> dict[str, dict[str, Any]]:
    return {one["code"]: one for one in (await client.data(SCHEMES, {"place": place}))["evaluationSchemes"]}


async def test_xiamens_five_schemes_stand_as_their_clauses_have_them(client: Client) -> None:
    """XM-12 to XM-16: offices, named rule, archive, push, graded supervision; no scale, as none is loaded."""
    found = await schemes(client, XIAMEN)
    told = {
        code: (one["clause"], one["archive"] is not None, one["pushes"], one["gradedSupervision"], one["scale"])
        for code, one in found.items()
        if one["status"] == "IN_FORCE"
    }
    assert told == {
        "employer": ("12", True, True, True, []),
        "hr_agency": ("13", False, True, False, []),
        "injury_insurance_institution": ("14", True, False, False, []),
        "private_training": ("15", True, False, True, []),
        "private_technical_school": ("16", True, False, True, []),
    }
    assert found["employer"]["rule"] == "厦门市企业劳动保障事中事后监管评价办法"
    for one in found.values():
        assert len(one["officeNames"]) == len(one["offices"])
    assert "市监察支队" in found["employer"]["officeNames"]
    assert found["hr_agency"]["services"] == ["劳务派遣", "职业中介", "技能培训", "咨询"]


async def test_the_national_scale_is_context_and_never_shiyans(client: Client) -> None:
    """C7: two scales of A, B, C; the national one grades nobody here."""
    for place in (XIAMEN, SHIYAN):
        national = (await schemes(client, place))["enterprise_integrity_2016"]
        assert (national["status"], national["scale"]) == ("CONTEXT", ["A", "B", "C"])
    codes = {one.code for one in evaluations(BOOKS, SHIYAN, DAY) if one.is_open}
    assert codes == {"construction_units"}


async def test_what_shiyan_only_plans_is_marked_so(client: Client) -> None:
    """SY-14: two integrity data bases; SY-18: the integrity campaign of HR agencies: planned, all three."""
    planned = {code: one["kind"] for code, one in (await schemes(client, SHIYAN)).items() if one["status"] == "PLANNED"}
    assert planned == {
        "hr_agency_campaign": "evaluation",
        "vocational_qualification_database": "integrity_database",
        "public_institution_recruitment_database": "integrity_database",
    }


async def test_haicang_names_seven_industries(client: Client) -> None:
    """HC-13: seven groups, open-ended."""
    industry = (await schemes(client, HAICANG))["industry"]
    assert len(industry["services"]) == 7
    assert industry["servicesOpenEnded"]


async def test_a_factor_that_no_text_sets_is_not_made_up(client: Client, ground: Ground) -> None:
    """HC-13, XM-12b: 大幅度压减检查频次 is no number; Xiamen leaves the measures to a rule that is not loaded."""
    firm = await ground.subject(HAICANG)
    await published(client, firm, "优", by="haicang-clerk", then="haicang-approver", scheme="industry")
    (one,) = (await client.data(SUPERVISION, {"subject": f"Subject:{firm}"}, caller="haicang-clerk"))["supervision"]
    assert (one["status"], one["inspectionFactor"], one["grade"]) == ("STANDING_UNKNOWN", None, "优")
    assert [part["inspection"] for part in one["sentences"]] == ["大幅度压减检查频次", None]
    assert [part["code"] for part in one["conveniences"]] == ["easier_approval", "fewer_checks"]
    assert [part["code"] for part in one["restrictions"]] == ["lawful_punishment"]
    employer = await ground.subject(XIAMEN)
    agent = await ground.agent(f"agent-{employer}", employer)
    await published(client, employer, "C")
    (other,) = (await client.data(SUPERVISION, {"subject": f"Subject:{employer}"}, caller=agent))["supervision"]
    assert (other["status"], other["inspectionFactor"], other["restrictions"]) == ("NOT_LOADED", None, [])
    assert other["sentences"][0]["rule"] == "厦门市企业劳动保障事中事后监管评价办法"
    agency = await ground.subject(XIAMEN)
    await published(client, agency, "C", by="talent-clerk", then="talent-approver", scheme="hr_agency")
    (third,) = (await client.data(SUPERVISION, {"subject": f"Subject:{agency}"}, caller="talent-clerk"))["supervision"]
    assert (third["status"], third["sentences"]) == ("NONE_SET", []), "clause 13 orders no graded supervision"


def test_what_follows_shiyans_grades_is_told_with_its_measures() -> None:
    """SY-15: graded, dynamic supervision; the frequency of inspections is open."""
    under = evaluation(BOOKS, SHIYAN, "construction_units", DAY)
    eased, strict = follows(under, "A"), follows(under, "C")
    assert [one.code for one in eased.conveniences] == [
        "deposit_reduction", "lawful_bidding", "easier_service", "deposit_exemption",
    ]  # fmt: skip
    assert [one.code for one in strict.restrictions] == [
        "more_supervision",
        "restricted_activities",
        "local_bidding_ban",
    ]
    assert (eased.restrictions, strict.conveniences) == ((), ())
    assert [one.inspection for one in strict.rules] == ["加强日常监管"]
    assert {one.factor for one in (*eased.rules, *strict.rules)} == {None}
    assert follows(under, "B") == strict


async def test_the_supervision_of_a_past_day_follows_the_grade_of_that_day(client: Client, ground: Ground) -> None:
    """HC-13: as of a day; who may not read the subject is told nothing."""
    firm = await ground.subject(XIAMEN)
    await published(client, firm, "B")
    asked = {"subject": f"Subject:{firm}", "on": "2026-03-17"}
    assert (await client.data(SUPERVISION, asked, caller="clerk"))["supervision"] == []
    assert await client.codes(SUPERVISION, {**asked, "on": "2026-03-19"}, caller="clerk") == ["INVALID_INPUT"]
    missing = {"subject": f"Subject:{UUID(int=1)}"}
    assert await client.codes(SUPERVISION, missing, caller="clerk") == ["NOT_FOUND"]
    stranger = await ground.agent(f"stranger-{firm}", await ground.subject(XIAMEN))
    nothing = (await client.data(SUPERVISION, {"subject": f"Subject:{firm}"}, caller=stranger))["supervision"]
    assert nothing == [], "an organisation is known, its grade is not"
