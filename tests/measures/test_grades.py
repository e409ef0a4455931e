"""Measures upon grades: what the uses of a scheme and graded supervision bring, and gone with another grade."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.installation_rows import office_id
from domain.lifecycle import create
from tests.client import Client
from tests.measures.conftest import HAICANG, SHIYAN, XIAMEN
from tests.measures.test_over_http import APPLY, LIFT, REASON, applied
from tests.removals.ground import Ground

pytestmark = pytest.mark.anyio

SCHEMES = {SHIYAN: ("construction_units", "JC"), XIAMEN: ("employer", "JCZD"), HAICANG: ("industry", "SW")}
PUBLISH = "mutation ($input: PublishGradeInput!) { publishGrade(input: $input) { grade { state value } } }"
WITHDRAW = "mutation ($input: WithdrawGradeInput!) { withdrawGrade(input: $input) { grade { state } } }"
PROPOSE_RUN = (
    """mutation ($input: ProposeGradeRunInput!) { proposeGradeRun(input: $input) { gradeRun { id changed } } }"""
)
PUBLISH_RUN = "mutation ($input: PublishGradeRunInput!) { publishGradeRun(input: $input) { gradeRun { state } } }"
UPON = "query ($id: ID!) { grade(id: $id) { measures(first: 9) { nodes { code state inForce liftedFor } } } }"
STANDARD = "《旅行社信用评价标准(虚构)》第三条"


async def graded(
    ground: Ground, place: str, value: str, *, subject: UUID | None = None, since: datetime | None = None, **more: Any
) -> UUID:
    """Give an organisation a grade that holds, since a week ago unless said otherwise."""
    scheme, office = SCHEMES[place]
    at = since or ground.now - timedelta(days=7)
    return await create(ground.tx(), "grade", "propose", {
        "subject_id": subject or await ground.subject(place), "about_person": False, "jurisdiction_id": place,
        "office_id": office_id(place, office), "scheme": scheme, "scheme_name": "虚构评价", "value": value,
        "evaluated_on": at.date(), "method": "entered", "basis": "虚构", "clause": "正文", "push_ordered": False,
        "disclosure": "government_sharing", "version": 1, "proposed_at": at, "published_at": at, "state": "published",
        **more,
    })  # fmt: skip


def upon(grade: UUID, code: str, **more: Any) -> dict[str, Any]:
    return {"input": {"grade": f"Grade:{grade}", "code": code, "reason": REASON, **more}}


async def refused(client: Client, given: dict[str, Any], caller: str) -> dict[str, Any]:
    told: dict[str, Any] = (await client.send(APPLY, given, caller=caller))["errors"][0]["extensions"]
    return told


A_USES = ["deposit_reduction", "easier_service", "lawful_bidding"]
B_AND_C_USES = ["local_bidding_ban", "more_supervision", "restricted_activities"]


@pytest.mark.parametrize(("value", "follow"), [("A", A_USES), ("B", B_AND_C_USES), ("C", B_AND_C_USES)])
async def test_what_the_text_brings_with_a_grade_is_applied_and_nothing_else(
    client: Client, ground: Ground, value: str, follow: list[str]
) -> None:
    """SY-05a, SY-05b: the three kinds of use; a use of another grade is refused with those of this one."""
    grade = await graded(ground, SHIYAN, value)
    for code in {*A_USES, *B_AND_C_USES, "joint_restriction", "party_discipline_proposal"} - set(follow):
        told = await refused(client, upon(grade, code), "sy-reviewer")
        assert (told["code"], told["known"]) == ("MEASURE_NOT_LISTED", follow), code
    for code in follow:
        made = await applied(client, upon(grade, code), "sy-reviewer")
        assert made["inForce"], code
        assert made["basis"].endswith("》 正文"), code
        assert made["sourceOffice"] == {"code": "JC"}
    assert (await refused(client, upon(grade, follow[0]), "sy-reviewer"))["code"] == "MEASURE_APPLIED"


KEPT: tuple[tuple[str, list[tuple[str, str, str | None]], str | None], ...] = (
    ("two years to the day", [("A", "2024-03-18", None)], None),
    ("a day less", [("A", "2024-03-19", None)], "2026-03-19"),
    ("begun on a leap day", [("A", "2024-02-29", None)], None),
    ("two spells without a break", [("A", "2023-01-01", "2025-01-01"), ("A", "2025-01-01", None)], None),
    ("a day of B between", [("A", "2023-01-01", "2025-01-01"), ("B", "2025-01-01", "2025-01-02"),
                            ("A", "2025-01-02", None)], "2027-01-02"),
    ("a day of none between", [("A", "2023-01-01", "2025-01-01"), ("A", "2025-01-02", None)], "2027-01-02"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "spells", "earliest"), KEPT, ids=[one[0] for one in KEPT])
async def test_the_deposit_is_waived_after_two_unbroken_years_of_a(
    client: Client, ground: Ground, name: str, spells: list[tuple[str, str, str | None]], earliest: str | None
) -> None:
    """SY-05c: at, below and above the edge; a day of another grade, or of none, begins the two years anew."""
    subject, last = await ground.subject(SHIYAN), UUID(int=0)
    for value, since, until in spells:
        ended = {} if until is None else {"state": "superseded", "ended_at": _morning(until)}
        last = await graded(ground, SHIYAN, value, subject=subject, since=_morning(since), **ended)
    if earliest is None:
        made = await applied(client, upon(last, "deposit_exemption"), "sy-reviewer")
        assert made["inForce"], name
    else:
        told = await refused(client, upon(last, "deposit_exemption"), "sy-reviewer")
        assert (told["code"], told["earliest"]) == ("MEASURE_TOO_EARLY", earliest), name


def _morning(day: str) -> datetime:
    """Give ten in the morning of a day in China."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(hours=2)


async def test_where_no_grade_makes_a_subject_trustworthy_the_rule_that_does_is_cited(
    client: Client, ground: Ground
) -> None:
    """HC-13: 对守信主体…对失信主体…: the text says of no grade which it is; a convenience or a punishment cites who does."""
    grade = await graded(ground, HAICANG, "甲")
    for code in ("easier_approval", "fewer_checks", "lawful_punishment"):
        assert (await refused(client, upon(grade, code), "hc-trade"))["code"] == "MEASURE_NEEDS_CITATION", code
        cited = {"legalBasis": STANDARD, "legalBasisLevel": "NORMATIVE_DOCUMENT"}
        assert (await applied(client, upon(grade, code, **cited), "hc-trade"))["inForce"], code
    told = await refused(client, upon(grade, "property_construction_punishment"), "hc-trade")
    assert told["code"] == "MEASURE_NOT_LISTED"


async def test_where_the_paper_is_not_loaded_nothing_follows_a_grade(client: Client, ground: Ground) -> None:
    """XM-12b: which measure follows which grade is said in a document that is not loaded: none is made up."""
    grade = await graded(ground, XIAMEN, "A")
    told = await refused(client, upon(grade, "more_inspections"), "xm-reviewer")
    assert (told["code"], told["known"]) == ("MEASURE_NOT_LISTED", [])


async def test_one_ground_is_named_within_authority(client: Client, ground: Ground) -> None:
    grade = await graded(ground, SHIYAN, "A")
    entry = {"entry": "ListEntry:00000000-0000-0000-0000-000000000001"}
    assert await client.codes(APPLY, upon(grade, "easier_service", **entry), caller="sy-reviewer") == ["INVALID_INPUT"]
    assert await client.codes(APPLY, upon(grade, "easier_service"), caller="xm-reviewer") == ["NOT_FOUND"]
    assert await client.codes(APPLY, upon(grade, "easier_service"), caller="sy-clerk") == ["FORBIDDEN"]
    ended = await graded(ground, SHIYAN, "A", state="superseded", ended_at=ground.now)
    assert await client.codes(APPLY, upon(ended, "easier_service"), caller="sy-reviewer") == ["MEASURE_UNFOUNDED"]
    kept_in = await graded(ground, SHIYAN, "A", disclosure="internal")
    assert await client.codes(APPLY, upon(kept_in, "easier_service"), caller="sy-reviewer") == ["MEASURE_UNFOUNDED"]


async def test_a_measure_goes_with_the_grade_that_is_replaced(client: Client, ground: Ground) -> None:
    """SY-05a, HC-13: lifted in the transaction that publishes the next grade; another office's, too."""
    subject = await ground.subject(SHIYAN)
    grade = await graded(ground, SHIYAN, "A", subject=subject)
    for caller in ("sy-reviewer", "sy-beside"):
        await applied(client, upon(grade, "easier_service"), caller)
    next_ = await graded(ground, SHIYAN, "C", subject=subject, state="proposed", published_at=None, proposed_by=uuid4())
    shown = (await client.data(PUBLISH, {"input": {"grade": f"Grade:{next_}"}}, caller="sy-approver"))["publishGrade"]
    assert shown["grade"] == {"state": "PUBLISHED", "value": "C"}
    told = (await client.data(UPON, {"id": f"Grade:{grade}"}, caller="sy-reviewer"))["grade"]["measures"]["nodes"]
    assert told == [{"code": "easier_service", "state": "LIFTED", "inForce": False, "liftedFor": "REGRADED"}] * 2
    rows = await ground.connection.fetch("SELECT id, state FROM measure WHERE grade_id = $1", grade)
    assert [row["state"] for row in rows] == ["lifted", "lifted"]
    assert await ground.ledger(rows[0]["id"]) == ["apply", "lift"]


async def test_a_measure_goes_with_the_grade_that_is_withdrawn(client: Client, ground: Ground) -> None:
    """SY-05b: what rests on a wrong grade does not outlive it; lifted before, it stays as it was lifted."""
    grade = await graded(ground, SHIYAN, "C")
    first = await applied(client, upon(grade, "more_supervision"), "sy-reviewer")
    await client.data(LIFT, {"input": {"measure": first["id"], "reason": "已无必要"}}, caller="sy-reviewer")
    second = await applied(client, upon(grade, "local_bidding_ban"), "sy-reviewer")
    withdraw = {"input": {"grade": f"Grade:{grade}", "reason": "投诉系误登"}}
    assert (await client.data(WITHDRAW, withdraw, caller="sy-approver"))["withdrawGrade"]["grade"][
        "state"
    ] == "WITHDRAWN"
    found = {one: (await ground.row("measure", one))["lifted_for"] for one in (first["id"], second["id"])}
    assert found == {first["id"]: "by_office", second["id"]: "withdrawn"}


async def test_measures_go_with_the_grades_that_a_run_replaces(client: Client, ground: Ground) -> None:
    """HC-13, SY-05: publishing a run lifts what rests on the grades it ends, and nothing that rests on others."""
    changed, kept = await ground.subject(HAICANG), await ground.subject(HAICANG)
    measures = []
    for subject in (changed, kept):
        grade = await graded(ground, HAICANG, "甲", subject=subject)
        cited = {"legalBasis": STANDARD, "legalBasisLevel": "NORMATIVE_DOCUMENT"}
        measures.append((await applied(client, upon(grade, "fewer_checks", **cited), "hc-trade"))["id"])
    codes = {one: (await ground.row("subject", one))["uscc"] for one in (changed, kept)}
    results = [{"code": codes[changed], "value": "丙"}, {"code": codes[kept], "value": "甲"}]
    given = {"scheme": "industry", "evaluatedOn": "2026-03-01", "basis": "年度评价", "results": results}
    run = (await client.data(PROPOSE_RUN, {"input": given}, caller="hc-trade-clerk"))["proposeGradeRun"]["gradeRun"]
    assert run["changed"] == 1
    await client.data(PUBLISH_RUN, {"input": {"gradeRun": run["id"]}}, caller="hc-trade-approver")
    states = [(await ground.row("measure", one))["lifted_for"] for one in measures]
    assert states == ["regraded", None]
