"""Grades over HTTP: entered with their basis, published by another person, told to their subject, contested, decided."""

from __future__ import annotations

import asyncio
from uuid import UUID

import asyncpg
import pytest

from domain.evaluation.grades import require_on_scale
from domain.evaluation.refusals import GradeNotOnScale
from tests.client import Client
from tests.evaluation.acts import BASIS, PROPOSE, moved, outbox, proposal, proposed, published, step
from tests.evaluation.conftest import SHIYAN, XIAMEN, XINXIANG
from tests.parties import app_connection
from tests.removals.ground import Ground

pytestmark = pytest.mark.anyio

MINE = "{ me { grades(first: 9) { nodes { id state value previousValue announcementZh answer } } } }"
SEEN = "query ($id: ID!) { grade(id: $id) { value basis state subject { name } } }"


async def test_a_result_is_entered_published_by_another_and_told_to_its_subject(client: Client, ground: Ground) -> None:
    """XM-12: the scoring is not loaded, so the result is stored with its basis; its subject reads the change under me."""
    firm = await ground.subject(XIAMEN)
    agent = await ground.agent(f"agent-{firm}", firm)
    first = await proposed(client, firm, "B", period="2025年度")
    assert (await client.data(MINE, caller=agent))["me"]["grades"]["nodes"] == [], "what is only proposed is not told"
    assert await client.codes(step("publish"), {"input": {"grade": first}}, caller="clerk") == ["FORBIDDEN"]
    await moved(client, "publish", first, "approver")
    second = await published(client, firm, "A")
    mine = (await client.data(MINE, caller=agent))["me"]["grades"]["nodes"]
    assert [(one["state"], one["value"], one["previousValue"]) for one in mine] == [
        ("PUBLISHED", "A", "B"),
        ("SUPERSEDED", "B", None),
    ]
    assert mine[0]["announcementZh"].startswith(
        "“企业劳动保障守法等级信用评价”的信用等级由“B”变更为“A”（2026-03-01），依据《"
    )
    assert "个人信息保护法24" in mine[0]["announcementZh"]
    assert await ground.ledger(first) == ["propose", "publish", "supersede"]
    assert await outbox(ground, second) == ["propose", "publish"]


@pytest.mark.parametrize(
    ("scheme", "office", "pushed"),
    [
        ("employer", "", True),
        ("hr_agency", "talent-", True),
        ("injury_insurance_institution", "injury-", False),
        ("private_training", "vocational-", False),
        ("private_technical_school", "vocational-", False),
    ],
)
async def test_the_push_is_as_each_clause_orders_it(
    client: Client, ground: Ground, scheme: str, office: str, *, pushed: bool
) -> None:
    """XM-12, XM-13 order the push of results; XM-14, XM-15, XM-16 do not (A.4 item 25)."""
    firm = await ground.subject(XIAMEN)
    await published(client, firm, "良好", by=f"{office}clerk", then=f"{office}approver", scheme=scheme)
    row = await ground.connection.fetchrow("SELECT * FROM grade WHERE subject_id = $1", firm)
    assert (row["push_ordered"], row["value"], row["disclosure"]) == (pushed, "良好", "government_sharing")


async def test_nobody_else_evaluates_and_nothing_is_evaluated_that_is_only_planned(
    client: Client, ground: Ground
) -> None:
    """XM-13, SY-14, SY-18: 人才处 does not grade employers; a plan and a data base grade nobody."""
    firm = await ground.subject(XIAMEN)
    refused = {
        ("talent-clerk", "employer"): "SCHEME_OF_OTHER_OFFICE",
        ("clerk", "nothing"): "SCHEME_UNKNOWN",
        ("clerk", "enterprise_integrity_2016"): "SCHEME_NOT_OPEN",
        ("approver", "employer"): "FORBIDDEN",
        ("credit", "employer"): "FORBIDDEN",
    }
    for (caller, scheme), code in refused.items():
        assert await client.codes(PROPOSE, proposal(firm, scheme=scheme), caller=caller) == [code], (caller, scheme)
    there = await ground.subject(SHIYAN)
    for scheme in (
        "hr_agency_campaign",
        "vocational_qualification_database",
        "public_institution_recruitment_database",
    ):
        asked = proposal(there, scheme=scheme)
        assert await client.codes(PROPOSE, asked, caller="shiyan-bureau-clerk") == ["SCHEME_NOT_OPEN"], scheme


async def test_a_grade_whose_scoring_is_loaded_is_not_entered(client: Client, ground: Ground) -> None:
    """SY-01: Shiyan's grades follow from facts; nobody writes one down."""
    firm = await ground.subject(SHIYAN)
    asked = proposal(firm, scheme="construction_units")
    assert await client.codes(PROPOSE, asked, caller="shiyan-clerk") == ["GRADE_IS_COMPUTED"]


async def test_last_years_grade_of_xinxiang_is_that_offices_alone(client: Client, ground: Ground) -> None:
    """XX-06.4: 上年度劳动保障诚信等级评价 comes from 市劳动保障监察支队, with the year it is of; and it is public."""
    firm = await ground.subject(XINXIANG)
    grade = await published(
        client,
        firm,
        "A",
        by="xinxiang-clerk",
        then="xinxiang-approver",
        scheme="labour_integrity_grade",
        period="2025年度",
    )
    assert (await client.data(SEEN, {"id": grade}))["grade"]["value"] == "A", "the public sees it"
    there = await ground.subject(XIAMEN)
    hidden = await published(client, there)
    assert (await client.data(SEEN, {"id": hidden}))["grade"] is None, "Xiamen's is shared, not published"


async def test_what_changes_nothing_what_waits_and_what_names_people_is_refused(client: Client, ground: Ground) -> None:
    firm = await ground.subject(XIAMEN)
    person = {"basis": "联系人电话13800138000"}
    assert await client.codes(PROPOSE, proposal(firm, **person), caller="clerk") == ["OTHERS_PERSONAL_DATA"]
    assert await client.codes(PROPOSE, proposal(firm, evaluatedOn="2026-03-19"), caller="clerk") == ["DATE_IN_FUTURE"]
    assert await client.codes(PROPOSE, proposal(firm, "很" * 21), caller="clerk") == ["INVALID_INPUT"]
    await proposed(client, firm, "B")
    assert await client.codes(PROPOSE, proposal(firm, "A"), caller="second-clerk") == ["GRADE_WAITING"]
    other = await ground.subject(XIAMEN)
    await published(client, other, "B")
    assert await client.codes(PROPOSE, proposal(other, "B"), caller="clerk") == ["GRADE_UNCHANGED"]


async def test_a_person_who_did_not_publish_it_answers_its_subject(client: Client, ground: Ground) -> None:
    """PIPL 24: the subject contests, the grade holds until a second person has looked at it again."""
    firm = await ground.subject(XIAMEN)
    agent = await ground.agent(f"agent-{firm}", firm)
    stranger = await ground.agent(f"stranger-{firm}", await ground.subject(XIAMEN))
    grade = await published(client, firm, "C")
    contest = {"input": {"grade": grade, "grounds": "欠薪已在评价日前结清"}}
    assert await client.codes(step("contest"), contest, caller=stranger) == ["NOT_FOUND"]
    assert await client.codes(step("contest"), contest, caller="clerk") == ["FORBIDDEN"]
    shown = await moved(client, "contest", grade, agent, grounds="欠薪已在评价日前结清")
    assert (shown["state"], shown["inForce"]) == ("CONTESTED", True)
    answer = {"input": {"grade": grade, "answer": "经复核，结清日晚于评价日"}}
    assert await client.codes(step("uphold"), answer, caller="approver") == ["GRADE_PUBLISHER_ANSWERS"]
    upheld = await moved(client, "uphold", grade, "second-approver", answer="经复核，结清日晚于评价日")
    assert (upheld["state"], upheld["answer"]) == ("PUBLISHED", "经复核，结清日晚于评价日")
    await moved(client, "contest", grade, agent, grounds="附结清凭证")
    withdraw = {"input": {"grade": grade, "reason": "评价有误"}}
    assert await client.codes(step("withdraw"), withdraw, caller="approver") == ["GRADE_PUBLISHER_ANSWERS"]
    ended = await moved(client, "withdraw", grade, "second-approver", reason="评价有误")
    assert (ended["state"], ended["inForce"], ended["answer"]) == ("WITHDRAWN", False, "评价有误")
    assert await ground.ledger(grade) == ["propose", "publish", "contest", "uphold", "contest", "withdraw"]


async def test_what_is_wrong_is_rejected_by_another_and_can_be_proposed_again(client: Client, ground: Ground) -> None:
    firm = await ground.subject(XIAMEN)
    grade = await proposed(client, firm, "B")
    rejected = await moved(client, "reject", grade, "approver", reason="依据不足")
    assert rejected["state"] == "REJECTED"
    assert await client.codes(step("publish"), {"input": {"grade": grade}}, caller="approver") == ["STATE_CONFLICT"]
    assert await proposed(client, firm, "B") != grade


async def test_an_individuals_grade_is_masked_and_shown_to_nobody_outside(client: Client, ground: Ground) -> None:
    """XM-12c: units and individuals; of a person nothing is published."""
    person = await ground.subject(XIAMEN, person=True)
    await ground.record(XIAMEN, "penalty", "JCZD", person)
    grade = await published(client, person, "B")
    shown = (await client.data(SEEN, {"id": grade}, caller="credit"))["grade"]
    assert shown is None, "the disclosure of a person's result is authorised query: no office beside its own"
    own = (await client.data(SEEN, {"id": grade}, caller="clerk"))["grade"]
    assert own["basis"] == BASIS
    assert (await client.data(SEEN, {"id": grade}))["grade"] is None


def test_a_grade_stands_on_its_schemes_own_scale() -> None:
    """SY-01, XM-12: where a scale is loaded no other word is a grade; where none is, any short word is."""
    with pytest.raises(GradeNotOnScale) as refused:
        require_on_scale("优", ("A", "B", "C"))
    assert refused.value.extensions["known"] == ["A", "B", "C"]
    assert require_on_scale(" B ", ("A", "B", "C")) == "B"
    assert require_on_scale("优", ()) == "优"


async def test_two_publish_at_once_and_one_does(client: Client, ground: Ground) -> None:
    firm = await ground.subject(XIAMEN)
    grade = await proposed(client, firm, "B")
    sent = {"input": {"grade": grade}}
    both = await asyncio.gather(
        *(client.codes(step("publish"), sent, caller=who) for who in ("approver", "second-approver"))
    )
    assert sorted(both) == [[], ["STATE_CONFLICT"]]
    assert await ground.ledger(grade) == ["propose", "publish"]


async def test_one_account_never_proposes_and_publishes_whatever_its_roles(
    installed_url: str, client: Client, ground: Ground
) -> None:
    """Separation of duties is a constraint of the table."""
    both = await ground.officer("both", "clerk", "approver", office=(XIAMEN, "JCZD"))
    firm = await ground.subject(XIAMEN)
    grade = await proposed(client, firm, "B", both)
    for verb, more in (("publish", {}), ("reject", {"reason": "依据不足"})):
        codes = await client.codes(step(verb), {"input": {"grade": grade, **more}}, caller=both)
        assert codes == ["GRADE_PROPOSER_PUBLISHES"], verb
    connection = await app_connection(installed_url)
    try:
        with pytest.raises(asyncpg.CheckViolationError, match="grade_is_published_by_another"):
            await connection.execute(
                "UPDATE grade SET state = 'published', published_at = now(), published_by = proposed_by WHERE id = $1",
                UUID(grade.rpartition(":")[2]),
            )
    finally:
        await connection.close()
