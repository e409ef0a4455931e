"""Facts and grades over HTTP: who records them, who does not, what an explanation tells, what stays as it was."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.grade import facts
from tests.client import NOW, Client, Serve
from tests.grades.conftest import SHIYAN, XIAMEN
from tests.grades.facts import SYSTEMS
from tests.measures.test_grades import graded
from tests.parties import app_connection
from tests.removals.ground import Ground

pytestmark = pytest.mark.anyio

RECORD = """mutation ($input: RecordGradeFactInput!) { recordGradeFact(input: $input) { receipts
  gradeFact { id kind outcome state version inForce holdsUntil office { code } subject { id } } } }"""
AMEND = """mutation ($input: AmendGradeFactInput!) { amendGradeFact(input: $input) {
  gradeFact { id outcome state version replaces { id state } } } }"""
WITHDRAW = "mutation ($input: WithdrawGradeFactInput!) { withdrawGradeFact(input: $input) { gradeFact { id state } } }"
EXPLAIN = """query ($subject: ID!, $scheme: String!, $on: Date, $place: String) {
  explainGrade(subject: $subject, scheme: $scheme, on: $on, jurisdiction: $place) {
    result grade keptSince confidence law clause quote unknown contestZh scale state
    readings { grade english chinese } notLoaded { name }
    rules { code grade standing decides clause quote facts conditions { feature op value among holds citation } }
    features { code low high word settled lacking unreported fromOn facts }
    facts { gradeFact kind outcome occurredOn officeId }
    uses { measure follows discretionary since earliest clause quote }
} }"""
WAIVED = """query ($subject: ID, $on: Date) {
  eligibility(subject: $subject, matter: "wage_deposit", jurisdiction: "420300", on: $on) { findings { consequence } }
}"""
TODAY = date(2026, 3, 18)
SINCE = "2024-03-01"


def fact(subject: UUID, kind: str, outcome: str, on: str = SINCE, **more: Any) -> dict[str, Any]:
    given = {"subject": f"Subject:{subject}", "kind": kind, "outcome": outcome, "occurredOn": on, **more}
    return {"input": given}


async def recorded(client: Client, given: dict[str, Any], caller: str = "sy-clerk") -> dict[str, Any]:
    made: dict[str, Any] = (await client.data(RECORD, given, caller=caller))["recordGradeFact"]["gradeFact"]
    return made


async def builder(ground: Ground, client: Client, *, kind: str = "LOCAL") -> UUID:
    """Give a building firm that holds the five systems, as its office has recorded."""
    subject = await ground.subject(SHIYAN)
    for system in SYSTEMS:
        await recorded(client, fact(subject, "LABOUR_SYSTEM", "HELD", code=system))
    await recorded(client, fact(subject, "ENTERPRISE_KIND", kind))
    return subject


async def explained(client: Client, subject: UUID, caller: str = "sy-clerk", **more: Any) -> dict[str, Any]:
    asked = {"subject": f"Subject:{subject}", "scheme": "construction_units", **more}
    found: dict[str, Any] = (await client.data(EXPLAIN, asked, caller=caller))["explainGrade"]
    return found


async def test_the_office_records_and_the_grade_is_explained_fact_by_fact(client: Client, ground: Ground) -> None:
    """SY-04a, SY-02, SY-03: A, with every rule, condition, fact, clause and quote; SY-01, SY-16: reported, parents not loaded."""
    subject = await builder(ground, client)
    told = await explained(client, subject)
    assert (told["result"], told["grade"], told["confidence"], told["keptSince"]) == (
        "A",
        "A",
        "reported",
        "2026-03-18",
    )
    standing = {one["code"]: (one["standing"], one["decides"]) for one in told["rules"]}
    assert standing == {
        "C": ("NOT_FIRED", False),
        "B": ("NOT_FIRED", False),
        "A": ("FIRED", True),
        "A-dormant": ("NOT_FIRED", False),
        "gap": ("NOT_FIRED", False),
    }
    decided = told["rules"][2]
    assert decided["quote"] == "正常经营无拖欠农民工工资的都为A级"
    assert len(decided["facts"]) == len(told["facts"]) == 6
    assert {one["officeId"] for one in told["facts"]} == {f"Office:{await ground.connection.fetchval(OFFICE_OF)}"}
    assert told["rules"][1]["conditions"][0]["value"] == 6
    assert "正文" in told["rules"][1]["conditions"][0]["citation"]
    assert len(told["notLoaded"]) >= 3
    assert "DECISION_BY_A_PERSON" in told["contestZh"]


OFFICE_OF = "SELECT id FROM office WHERE jurisdiction_id = '420300' AND code = 'JC'"


async def test_the_uses_of_a_grade_are_told_with_it(client: Client, ground: Ground) -> None:
    """SY-05a: A favours; SY-05c: two unbroken years of published grades; what is not published frees from nothing."""
    subject = await builder(ground, client)
    uses = {one["measure"]: one for one in (await explained(client, subject))["uses"]}
    assert uses["deposit_reduction"]["follows"]
    assert (uses["deposit_exemption"]["follows"], uses["deposit_exemption"]["earliest"]) == (False, None)
    assert not uses["local_bidding_ban"]["follows"]
    await graded(ground, SHIYAN, "A", subject=subject, since=datetime(2025, 3, 1, 2, tzinfo=UTC))
    uses = {one["measure"]: one for one in (await explained(client, subject))["uses"]}
    assert (uses["deposit_exemption"]["follows"], uses["deposit_exemption"]["earliest"]) == (False, "2027-03-01")
    assert uses["deposit_exemption"]["discretionary"]


async def test_two_years_later_the_deposit_may_be_waived(
    serve: Serve, installed_url: str, client: Client, ground: Ground
) -> None:
    """SY-05c: explained as it is decided: on the corresponding day, not before; a day of B begins the time anew."""
    kept, broken = await builder(ground, client), await builder(ground, client)
    first, second, third = (datetime(2026, 3, day, 2, tzinfo=UTC) for day in (1, 5, 6))
    await graded(ground, SHIYAN, "A", subject=kept, since=first)
    await graded(ground, SHIYAN, "A", subject=broken, since=first, state="superseded", ended_at=second)
    await graded(ground, SHIYAN, "B", subject=broken, since=second, state="superseded", ended_at=third)
    await graded(ground, SHIYAN, "A", subject=broken, since=third)
    may = {}
    for day in (date(2028, 2, 29), date(2028, 3, 1)):
        async with serve(installed_url, now=datetime(day.year, day.month, day.day, 2, tzinfo=UTC)) as then:
            for name, subject in (("kept", kept), ("broken", broken)):
                uses = {one["measure"]: one for one in (await explained(then, subject))["uses"]}
                may[name, day.day] = (uses["deposit_exemption"]["follows"], uses["deposit_exemption"]["since"])
                asked = {"subject": f"Subject:{subject}", "on": day.isoformat()}
                told = (await then.data(WAIVED, asked, caller="sy-clerk"))["eligibility"]
                waived = "免交工资保证金" in {one["consequence"] for one in told["findings"]}
                assert waived is may[name, day.day][0], (name, day)
    assert may == {
        ("kept", 29): (False, "2026-03-01"),
        ("kept", 1): (True, "2026-03-01"),
        ("broken", 29): (False, "2026-03-06"),
        ("broken", 1): (False, "2026-03-06"),
    }


async def test_arrears_with_few_complaints_have_two_readings_and_no_grade(client: Client, ground: Ground) -> None:
    """SY-04b: the gap is shown; SY-05b: nothing follows from it."""
    subject = await builder(ground, client)
    await recorded(client, fact(subject, "ARREARS_COMPLAINT", "VERIFIED", "2026-03-01"))
    told = await explained(client, subject)
    assert (told["result"], told["grade"], told["keptSince"]) == ("MANUAL_REVIEW", None, None)
    assert [one["grade"] for one in told["readings"]] == [None, "A"]
    assert not any(one["follows"] for one in told["uses"])


async def test_six_complaints_are_b_and_serious_circumstances_c(client: Client, ground: Ground) -> None:
    """SY-04b, SY-04c: C before B; the evidence of what is serious must be there; SY-05b: restrictions follow."""
    subject = await builder(ground, client)
    for number in range(6):
        await recorded(
            client, fact(subject, "ARREARS_COMPLAINT", "UNFOUNDED", "2026-03-01", number=f"{subject}-{number}")
        )
    told = await explained(client, subject)
    assert told["result"] == "B"
    counted = {one["code"]: one["low"] for one in told["features"]}
    assert (counted["complaints"], counted["founded_complaints"]) == (6, 0), "both ways to count are shown"
    bare = fact(subject, "ARREARS_FINDING", "SERIOUS", "2026-03-02")
    assert await client.codes(RECORD, bare, caller="sy-clerk") == ["GRADE_FACT_UNFIT"]
    await recorded(client, fact(subject, "ARREARS_FINDING", "SERIOUS", "2026-03-02", evidence="欠薪调查报告及工资表"))
    told = await explained(client, subject)
    assert told["result"] == "C"
    assert {one["measure"] for one in told["uses"] if one["follows"]} == {
        "more_supervision", "restricted_activities", "local_bidding_ban",
    }  # fmt: skip


async def test_an_amendment_leaves_the_past_day_as_it_was(
    serve: Serve, installed_url: str, client: Client, ground: Ground
) -> None:
    """SY-04b, SY-15: found unfounded tomorrow, today stays a review; a withdrawal likewise."""
    subject = await builder(ground, client)
    complaint = await recorded(client, fact(subject, "ARREARS_COMPLAINT", "VERIFIED", "2026-03-01"))
    async with serve(installed_url, now=NOW + timedelta(days=1)) as then:
        given = {"input": {"gradeFact": complaint["id"], "outcome": "UNFOUNDED", "reason": "经复核不属实"}}
        after = (await then.data(AMEND, given, caller="sy-clerk"))["amendGradeFact"]["gradeFact"]
        assert (after["version"], after["outcome"], after["replaces"]) == (
            2,
            "UNFOUNDED",
            {"id": complaint["id"], "state": "AMENDED"},
        )
        assert (await explained(then, subject))["result"] == "A"
        assert (await explained(then, subject, on="2026-03-18"))["result"] == "MANUAL_REVIEW"
    async with serve(installed_url, now=NOW + timedelta(days=2)) as then:
        given = {"input": {"gradeFact": after["id"], "reason": "登记有误"}}
        gone = (await then.data(WITHDRAW, given, caller="sy-reviewer"))["withdrawGradeFact"]["gradeFact"]
        assert gone["state"] == "WITHDRAWN"
        assert (await explained(then, subject, on="2026-03-18"))["result"] == "MANUAL_REVIEW"
        assert await then.codes(WITHDRAW, given, caller="sy-reviewer") == ["STATE_CONFLICT"]
    assert await ground.ledger(complaint["id"]) == ["record", "amend"]
    assert await ground.ledger(after["id"]) == ["record", "withdraw"]


async def test_a_new_state_ends_the_one_before_it(client: Client, ground: Ground) -> None:
    """SY-02, SY-03: a system that is given up, an enterprise that moves its production."""
    subject = await builder(ground, client)
    await recorded(client, fact(subject, "ENTERPRISE_KIND", "DORMANT", "2026-03-10"))
    told = await explained(client, subject)
    assert told["result"] == "MANUAL_REVIEW"
    assert {one["code"]: one["word"] for one in told["features"]}["kind"] == "dormant"
    await recorded(client, fact(subject, "LABOUR_SYSTEM", "MISSING", "2026-03-11", code="rights_notice"))
    told = await explained(client, subject)
    assert {one["code"]: one["lacking"] for one in told["features"]}["systems"] == ["维权信息公示"]
    assert "systems" in told["unknown"]


BARRED = [
    ("sy-clerk", []),
    ("sy-reviewer", ["FORBIDDEN"]),
    ("sy-beside", ["GRADE_FACT_NOT_PROVIDED"]),
    ("xm-clerk", ["GRADE_FACT_NOT_PROVIDED"]),
    ("sy-credit", ["FORBIDDEN"]),
    (None, ["FORBIDDEN"]),
]


@pytest.mark.parametrize(("caller", "codes"), BARRED)
async def test_only_the_office_of_the_scheme_records(
    client: Client, ground: Ground, caller: str | None, codes: list[str]
) -> None:
    """SY-15: 谁产生、谁负责; who reviews does not record."""
    given = fact(await ground.subject(SHIYAN), "WAGE_DEPOSIT", "PAID", amount=100_000)
    assert await client.codes(RECORD, given, caller=caller) == codes


async def test_another_office_neither_amends_nor_sees_it(client: Client, ground: Ground) -> None:
    """A foreign fact and none are answered alike."""
    made = await recorded(client, fact(await ground.subject(SHIYAN), "ARREARS_COMPLAINT", "OPEN"))
    given = {"input": {"gradeFact": made["id"], "outcome": "UNFOUNDED", "reason": "无"}}
    none = {"input": {**given["input"], "gradeFact": f"GradeFact:{UUID(int=1)}"}}
    for caller in ("sy-beside", "xm-clerk"):
        assert (
            await client.codes(AMEND, given, caller=caller)
            == await client.codes(AMEND, none, caller=caller)
            == ["NOT_FOUND"]
        )
        seen = await client.data("query ($id: ID!) { gradeFact(id: $id) { id } }", {"id": made["id"]}, caller=caller)
        assert seen["gradeFact"] is None
    assert await client.codes(WITHDRAW, {"input": {"gradeFact": made["id"], "reason": "无"}}, caller="sy-clerk") == [
        "FORBIDDEN"
    ]


UNFIT: list[tuple[str, dict[str, Any], str]] = [
    ("an outcome of another kind", {"kind": "ARREARS_COMPLAINT", "outcome": "HELD"}, "GRADE_FACT_UNFIT"),
    ("a system that is not one of the five", {"kind": "LABOUR_SYSTEM", "outcome": "HELD", "code": "canteen"}, "GRADE_FACT_UNFIT"),
    ("a system without saying which", {"kind": "LABOUR_SYSTEM", "outcome": "HELD"}, "GRADE_FACT_UNFIT"),
    ("a complaint of tomorrow", {"kind": "ARREARS_COMPLAINT", "outcome": "OPEN", "occurredOn": "2026-03-19"}, "GRADE_FACT_UNFIT"),
    ("a complaint that lasts", {"kind": "ARREARS_COMPLAINT", "outcome": "OPEN", "holdsUntil": "2026-03-18"}, "GRADE_FACT_UNFIT"),
    ("days out of order", {"kind": "ARREARS_FINDING", "outcome": "ARREARS", "holdsUntil": "2020-01-01"}, "GRADE_FACT_UNFIT"),
    ("an amount of a complaint", {"kind": "ARREARS_COMPLAINT", "outcome": "OPEN", "amount": 5}, "GRADE_FACT_UNFIT"),
    ("an indicator that no scheme loaded counts", {"kind": "INDICATOR", "outcome": "FOUND", "code": "x"}, "GRADE_FACT_NOT_PROVIDED"),
    ("somebody's telephone number", {"kind": "ARREARS_COMPLAINT", "outcome": "OPEN", "evidence": "电话13800138000"}, "OTHERS_PERSONAL_DATA"),
    ("an empty number", {"kind": "ARREARS_COMPLAINT", "outcome": "OPEN", "number": "  "}, "INVALID_INPUT"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "said", "code"), UNFIT, ids=[one[0] for one in UNFIT])
async def test_what_does_not_fit_its_kind_is_refused(
    client: Client, ground: Ground, what: str, said: dict[str, Any], code: str
) -> None:
    """SY-02, SY-03, SY-04c: kinds, outcomes and codes are the rulebook's."""
    given = fact(await ground.subject(SHIYAN), said["kind"], said["outcome"])
    given["input"].update(said)
    assert await client.codes(RECORD, given, caller="sy-clerk") == [code], what


async def test_a_person_is_not_graded_and_a_number_is_recorded_once(client: Client, ground: Ground) -> None:
    """SY-01: construction units; the same complaint is not counted twice."""
    person = await ground.subject(SHIYAN, person=True)
    assert await client.codes(RECORD, fact(person, "ARREARS_COMPLAINT", "OPEN"), caller="sy-clerk") == [
        "GRADE_FACT_UNFIT"
    ]
    given = fact(await ground.subject(SHIYAN), "ARREARS_COMPLAINT", "OPEN", number="十劳监投〔2026〕9号")
    codes = await asyncio.gather(*(client.codes(RECORD, given, caller="sy-clerk") for _ in range(3)))
    assert sorted(codes)[0] == []
    assert {one for found in sorted(codes)[1:] for one in found} <= {"GRADE_FACT_KNOWN", "STATE_CONFLICT"}
    assert len([one for one in codes if one]) == 2
    assert await client.codes(RECORD, given, caller="sy-clerk") == ["GRADE_FACT_KNOWN"]
    given["input"]["number"] = "十劳监投（2026） 9号"
    assert await client.codes(RECORD, given, caller="sy-clerk") == ["GRADE_FACT_KNOWN"], "typed otherwise"


async def test_two_who_amend_at_the_same_instant_leave_one_amendment(client: Client, ground: Ground) -> None:
    made = await recorded(client, fact(await ground.subject(SHIYAN), "ARREARS_COMPLAINT", "OPEN"))
    given = {"input": {"gradeFact": made["id"], "outcome": "VERIFIED", "reason": "查实"}}
    codes = await asyncio.gather(*(client.codes(AMEND, given, caller="sy-clerk") for _ in range(3)))
    assert sorted(codes) == [[], ["STATE_CONFLICT"], ["STATE_CONFLICT"]]


WHO: list[tuple[str | None, list[str]]] = [
    ("sy-clerk", []),
    ("sy-reviewer", []),
    ("sy-credit", []),
    ("sy-beside", ["STEP_OF_ANOTHER_OFFICE"]),
    ("xm-clerk", ["SCHEME_UNKNOWN"]),
    (None, ["FORBIDDEN"]),
]


@pytest.mark.parametrize(("caller", "codes"), WHO)
async def test_a_grade_is_explained_to_its_offices_and_to_nobody_else(
    client: Client, ground: Ground, caller: str | None, codes: list[str]
) -> None:
    """SY-15, 个人信息保护法24."""
    asked = {"subject": f"Subject:{await ground.subject(SHIYAN)}", "scheme": "construction_units"}
    assert await client.codes(EXPLAIN, asked, caller=caller) == codes


async def test_a_subject_has_its_own_grade_explained_and_no_others(client: Client, ground: Ground) -> None:
    """SY-15, 个人信息保护法24: over itself; it names the division."""
    subject, other = await builder(ground, client), await builder(ground, client)
    await ground.agent("sy-builder", subject)
    told = await explained(client, subject, caller="sy-builder", place=SHIYAN)
    assert told["result"] == "A"
    asked = {"subject": f"Subject:{other}", "scheme": "construction_units", "place": SHIYAN}
    assert await client.codes(EXPLAIN, asked, caller="sy-builder") == ["NOT_FOUND"]
    missing = {**asked, "subject": f"Subject:{UUID(int=1)}"}
    assert await client.codes(EXPLAIN, missing, caller="sy-builder") == ["NOT_FOUND"]
    assert await client.codes(EXPLAIN, {**asked, "place": None}, caller="sy-builder") == ["DIVISION_UNNAMED"]
    seen = await client.data("{ gradeFacts(first: 20) { totalCount nodes { subject { id } } } }", caller="sy-builder")
    assert seen["gradeFacts"]["totalCount"] == 6


async def test_what_holds_for_good_is_told_like_anything_else(client: Client, ground: Ground) -> None:
    """SY-04c: a finding with a last day at the end of all calendars."""
    subject = await builder(ground, client)
    given = fact(subject, "ARREARS_FINDING", "SERIOUS", evidence="调查报告", holdsUntil="9999-12-31")
    await recorded(client, given)
    assert (await explained(client, subject))["result"] == "C"


async def test_a_grade_is_told_of_no_day_to_come_and_of_none_before_its_facts(client: Client, ground: Ground) -> None:
    """SY-04a: tomorrow is answered as today; the day before a fact was recorded nothing was known."""
    subject = await builder(ground, client)
    assert (await explained(client, subject, on="2030-01-01"))["keptSince"] == "2026-03-18"
    assert (await explained(client, subject, on="2026-03-17"))["result"] == "MANUAL_REVIEW"
    assert (await explained(client, subject, on="0001-01-01"))["result"] == "MANUAL_REVIEW"


async def test_xiamens_schemes_say_that_their_papers_are_not_loaded(client: Client, ground: Ground) -> None:
    """XM-12: named, not scored."""
    asked = {"subject": f"Subject:{await ground.subject(XIAMEN)}", "scheme": "employer"}
    told = (await client.data(EXPLAIN, asked, caller="xm-clerk"))["explainGrade"]
    assert (told["result"], told["state"], told["rules"]) == ("NOT_LOADED", "NOT_LOADED", [])


async def test_the_database_itself_lets_nobody_rewrite_a_fact(
    installed_url: str, client: Client, ground: Ground
) -> None:
    """SY-15: what was known on a day stays known."""
    made = await recorded(client, fact(await ground.subject(SHIYAN), "ARREARS_COMPLAINT", "OPEN"))
    ident = UUID(made["id"].partition(":")[2])
    app = await app_connection(installed_url)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("UPDATE grade_fact SET outcome = 'unfounded' WHERE id = $1", ident)
    await app.close()
    with pytest.raises(asyncpg.CheckViolationError):
        await ground.connection.execute("UPDATE grade_fact SET state = 'withdrawn' WHERE id = $1", ident)


def test_the_machine_of_facts_ends_a_version_and_never_reopens_it() -> None:
    assert {verb: (step.sources, step.target) for verb, step in facts.MACHINE.moves.items()} == {
        "amend": (("recorded",), "amended"),
        "withdraw": (("recorded",), "withdrawn"),
    }
