"""Eligibility over HTTP: what each may ask, what the answer tells, what is logged, and where nothing leaks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.clock import local_day
from domain.installation_rows import office_id
from domain.use.matter_report import matter_report
from tests.client import NOW, Client
from tests.eligibility.conftest import SHANGHAI, SHIYAN, XIAMEN, XINXIANG, consent, graded, purpose_id, represent
from tests.removals.ground import Ground

pytestmark = pytest.mark.anyio

TODAY = date(2026, 3, 18)
ASK = """query ($subject: ID, $matter: String!, $place: String, $on: Date, $applied: Date, $told: CircumstancesInput) {
  eligibility(subject: $subject, matter: $matter, jurisdiction: $place, on: $on, appliedOn: $applied, circumstances: $told) {
    outcome until on matter { code name citation } exceptionApplied { kind citation ambiguous }
    contradiction { held heldOutcome other otherOutcome }
    findings { effect consequence restsOn name row viaLegalRepresentative since until disputed citation quote }
    unknown { gap explanationZh weighs } ways { mutation row kind basis }
    report { mandatory citation number validUntil } } }"""
ISSUE = """mutation ($input: IssueCreditReportInput!) { issueCreditReport(input: $input) { creditReport { id number validUntil } } }"""


def variables(matter: str, subject: UUID | None, how: dict[str, Any]) -> dict[str, Any]:
    """Take the variables out of what was given; what remains is how it is sent."""
    given: dict[str, Any] = {key: how.pop(key) for key in ("place", "on", "applied", "told") if key in how}
    return given | {"matter": matter} | ({"subject": f"Subject:{subject}"} if subject else {})


async def ask(client: Client, matter: str, subject: UUID | None, **how: Any) -> dict[str, Any]:
    given = variables(matter, subject, how)
    answer: dict[str, Any] = (await client.data(ASK, given, **how))["eligibility"]
    return answer


async def refusal(client: Client, matter: str, subject: UUID | None, **how: Any) -> list[str]:
    given = variables(matter, subject, how)
    return await client.codes(ASK, given, **how)


async def log_of(ground: Ground, subject: UUID) -> list[Any]:
    """Give the access entries of a subject."""
    found: list[Any] = await ground.connection.fetch(
        "SELECT verb, outcome, reason, purpose FROM ledger_event WHERE kind = 'access' AND subject_id = $1 ORDER BY id",
        subject,
    )
    return found


async def test_a_counter_learns_by_which_entry_clause_and_until_when(client: Client, ground: Ground) -> None:
    """SH-09a, HC-10: restricted by the list, its clause and quote; the use is on the subject's access log."""
    subject = await ground.subject(SHANGHAI)
    entry = await ground.entry(SHANGHAI, "wage_arrears", "ZFZD", subject, until=date(2028, 2, 29))
    told = await ask(client, "bidding", subject, caller="sh-clerk")
    assert (told["outcome"], told["until"]) == ("RESTRICTED", "2028-02-29")
    own = next(one for one in told["findings"] if one["citation"].endswith("9(一)"))
    assert (own["effect"], own["restsOn"], own["row"]) == ("RESTRICTS", "list_entry", f"ListEntry:{entry}")
    assert own["quote"].startswith("相关部门在政府资金支持")
    assert {one["mutation"] for one in told["ways"]} == {"fileObjection"}
    logged = await log_of(ground, subject)
    assert [(one["verb"], one["outcome"], one["reason"]) for one in logged] == [("read", "served", "招投标：限制")]


async def test_the_subject_sees_it_over_itself_and_how_to_contest(client: Client, ground: Ground) -> None:
    """SH-09b, XX-22: PIPL 24: the same answer, explained, with the ways; nobody else's."""
    person = await ground.subject(SHANGHAI, person=True)
    entry = await ground.entry(SHANGHAI, "enforcement_defaulter", "ZFZD", person, disclosure="authorised_query")
    sub = await ground.agent(f"self-{person}", person)
    told = await ask(client, "startup_loan", None, place=SHANGHAI, caller=sub)
    assert told["outcome"] == "RESTRICTED"
    ways = {(one["mutation"], one["kind"]) for one in told["ways"]}
    assert ways == {
        ("fileObjection", None), ("fileSubjectRequest", "EXPLANATION_OF_DECISION"),
        ("fileSubjectRequest", "DECISION_BY_A_PERSON"),
    }  # fmt: skip
    assert told["ways"][0]["row"] == f"ListEntry:{entry}"
    assert {one["mutation"]: one["basis"] for one in told["ways"]} == {
        "fileObjection": "《上海市人力资源和社会保障局信用信息管理办法》 10",
        "fileSubjectRequest": "《个人信息保护法》 24",
    }
    other = await ground.subject(SHANGHAI, person=True)
    assert await refusal(client, "startup_loan", other, place=SHANGHAI, caller=sub) == ["NOT_FOUND"]
    mine = await client.data("{ me { accessLog(first: 5) { nodes { sentenceZh } } } }", caller=sub)
    assert len(mine["me"]["accessLog"]["nodes"]) >= 1


async def test_a_unit_is_restricted_through_its_representative_of_the_application_day(
    client: Client, ground: Ground
) -> None:
    """SH-09b, SH-09c: item 2 has the link, item 1 has not; the person's entry is not named, and the person is told."""
    unit, person = await ground.subject(SHANGHAI), await ground.subject(SHANGHAI, person=True)
    await represent(ground, unit, person, date(2020, 1, 1), date(2026, 3, 10))
    await represent(ground, unit, await ground.subject(SHANGHAI, person=True), date(2026, 3, 11))
    await ground.entry(SHANGHAI, "enforcement_defaulter", "ZFZD", person, disclosure="authorised_query")
    on_the_day = await ask(client, "training_base", unit, applied="2026-03-10", caller="sh-clerk")
    assert on_the_day["outcome"] == "RESTRICTED"
    found = on_the_day["findings"][0]
    assert (found["viaLegalRepresentative"], found["row"]) == (True, None)
    assert str(person) not in str(on_the_day)
    later = await ask(client, "training_base", unit, applied="2026-03-11", caller="sh-clerk")
    assert later["outcome"] == "ALLOWED"
    assert (await ask(client, "startup_loan", unit, applied="2026-03-10", caller="sh-clerk"))["outcome"] == "ALLOWED"
    assert [one["reason"] for one in await log_of(ground, person)] == [
        "青年(大学生)职业训练营、青年就业创业见习基地：法定代表人核查"
    ]


async def test_help_and_aid_are_never_refused(client: Client, ground: Ground) -> None:
    """SH-09d: the exception is applied and cited; a kind that the text does not name is none."""
    subject = await ground.subject(SHANGHAI)
    await ground.entry(SHANGHAI, "enforcement_defaulter", "ZFZD", subject)
    told = await ask(client, "startup_loan", subject, told={"supportKind": "就业帮扶"}, caller="sh-clerk")
    assert told["outcome"] == "ALLOWED"
    assert told["exceptionApplied"]["citation"].endswith("9(二)2")
    assert told["exceptionApplied"]["ambiguous"] is True
    unknown = await refusal(client, "startup_loan", subject, told={"supportKind": "创业"}, caller="sh-clerk")
    assert unknown == ["SUPPORT_KIND_UNKNOWN"]


async def test_a_later_removal_does_not_rewrite_a_past_day(client: Client, ground: Ground) -> None:
    """XX-22: not before publication, not after removal; the past is told to the subject alone."""
    subject = await ground.subject(XINXIANG)
    entry = await ground.entry(XINXIANG, "black", "LDGX", subject, until=date(2028, 1, 1))
    sub = await ground.agent(f"past-{subject}", subject)
    published = TODAY - timedelta(days=100)
    await ground.connection.execute(
        "UPDATE list_entry SET state = 'removed', removed_on = $2, removal_reason = 'repaired' WHERE id = $1",
        entry,
        TODAY,
    )
    outcomes = {
        day: (await ask(client, "administrative", None, place=XINXIANG, on=day.isoformat(), caller=sub))["outcome"]
        for day in (published - timedelta(days=1), published, TODAY - timedelta(days=1), TODAY)
    }
    assert list(outcomes.values()) == ["ALLOWED", "RESTRICTED", "RESTRICTED", "ALLOWED"]
    eve = (TODAY - timedelta(days=1)).isoformat()
    assert await refusal(client, "administrative", subject, on=eve, caller="xx-clerk") == ["PAST_DAY_REFUSED"]
    assert await refusal(client, "administrative", subject, on="2026-03-19", caller="xx-clerk") == ["DATE_IN_FUTURE"]
    assert (await ask(client, "administrative", subject, caller="xx-clerk"))["findings"] == []


async def test_public_bodies_are_not_immune(client: Client, ground: Ground) -> None:
    """XM-24: a government organ on the list is restricted like anybody, by the regulation above the city."""
    subject = await ground.subject(XIAMEN)
    await ground.connection.execute("UPDATE subject SET kind = 'government_organ' WHERE id = $1", subject)
    await ground.entry(XIAMEN, "labour_serious", "JCZD", subject, condition="违反规定的")
    told = await ask(client, "government_procurement", subject, caller="xm-clerk")
    assert (told["outcome"], told["findings"][0]["citation"]) == ("RESTRICTED", "《保障农民工工资支付条例》 48")


async def test_another_failing_than_arrears_of_wages_has_not_what_follows_from_those(
    client: Client, ground: Ground
) -> None:
    """XM-28b: the list holds 劳动保障行为, 含工资支付; 条例48 is about arrears alone."""
    subject = await ground.subject(XIAMEN)
    await ground.entry(XIAMEN, "labour_serious", "JCZD", subject)
    told = await ask(client, "government_procurement", subject, caller="xm-clerk")
    assert (told["outcome"], told["findings"]) == ("ALLOWED", [])


@pytest.mark.parametrize(
    ("score", "outcome", "contradicts"), [(599, "ALLOWED", False), (600, "FAVOURED", True), (601, "FAVOURED", False)]
)
async def test_the_green_channel_shows_its_contradiction(
    client: Client, ground: Ground, score: int, outcome: str, contradicts: bool
) -> None:
    """XM-22: at exactly 600 both readings; the log keeps the decision, and not the score."""
    person = await ground.subject(XIAMEN, person=True)
    sub = await ground.agent(f"green-{person}", person)
    given = {"score": score, "partyOrAgent": True}
    told = await ask(client, "arbitration_green_channel", None, place=XIAMEN, told=given, caller=sub)
    assert (told["outcome"], told["contradiction"] is not None) == (outcome, contradicts)
    row = await ground.connection.fetchrow("SELECT to_jsonb(e)::text AS text FROM ledger_event e WHERE subject_id = $1"
                                           " AND kind = 'access' ORDER BY id DESC LIMIT 1", person)  # fmt: skip
    assert f'"{score}"' not in row["text"]
    assert f" {score}," not in row["text"]
    assert "仲裁绿色通道和优先立案服务" in row["text"]


async def test_a_score_is_given_by_post_and_as_a_variable_only(client: Client, ground: Ground) -> None:
    """XM-21: in no address, in no document, in no default, in no error."""
    sub = await ground.agent("score-self", await ground.subject(XIAMEN, person=True))
    literal = f'{{ eligibility(matter: "employment_push", jurisdiction: "{XIAMEN}", circumstances: {{ score: 555123 }}) {{ outcome }} }}'
    default = (
        'query ($s: Int = 555123) { eligibility(matter: "employment_push", jurisdiction: "350200",'
        " circumstances: { score: $s }) { outcome } }"
    )
    hidden = "query { ...f } fragment f on Query " + literal
    for document in (literal, default, hidden):
        answer = await client.send(document, caller=sub)
        assert [one["extensions"]["code"] for one in answer["errors"]] == ["PERSONAL_VALUE_OUT_OF_PLACE"], document
        assert "555123" not in str(answer)
    got = await client.http.get(
        "/graphql",
        params={"query": default, "variables": '{"s": 555123}'},
        headers={"authorization": f"Bearer {client.token(sub)}"},
    )
    assert "PERSONAL_VALUE_OUT_OF_PLACE" in got.text
    sent = await client.data(default, {"s": 551}, caller=sub)
    assert sent["eligibility"]["outcome"] == "UNKNOWN"


async def test_who_may_ask_and_who_not(client: Client, ground: Ground) -> None:
    """SH-03, SY-11: foreign and missing subjects alike; the public, other divisions, other matters."""
    firm, person = await ground.subject(SHANGHAI), await ground.subject(SHANGHAI, person=True)
    missing = UUID(int=7)
    assert await refusal(client, "bidding", firm, place=SHANGHAI) == ["FORBIDDEN"]
    for subject in (person, missing):
        assert await refusal(client, "bidding", subject, caller="sh-clerk") == ["NOT_FOUND"]
    unnamed = await client.send(ASK, variables("bidding", None, {}), caller="sh-clerk")
    assert unnamed["errors"][0]["message"] == "Name a subject: you are none."
    assert await refusal(client, "bidding", firm, place=XIAMEN, caller="sh-clerk") == ["NOT_FOUND"]
    assert await refusal(client, "industry", firm, caller="sh-clerk") == ["MATTER_UNKNOWN"]
    late = await refusal(client, "bidding", firm, applied="2026-03-19", caller="sh-clerk")
    assert late == ["DATES_OUT_OF_ORDER"]
    assert (await ask(client, "bidding", firm, caller="sh-credit"))["outcome"] == "ALLOWED"


async def test_an_agency_asks_for_its_purpose_with_consent_and_weighs_what_is_published(
    client: Client, ground: Ground
) -> None:
    """SH-08c, SH-09c: without purpose, for another matter, without consent, through a representative: not."""
    firm, person = await ground.subject(SHANGHAI), await ground.subject(SHANGHAI, person=True)
    await ground.entry(SHANGHAI, "enforcement_defaulter", "ZFZD", person, disclosure="authorised_query")
    loan = {"caller": "sh-bank", "purpose": f"{SHANGHAI}.startup_loan"}
    base = {"caller": "sh-bank", "purpose": f"{SHANGHAI}.training_base"}
    assert await refusal(client, "startup_loan", firm, caller="sh-bank") == ["PURPOSE_REQUIRED"]
    assert await refusal(client, "bidding", firm, **loan) == ["MATTER_NOT_OF_PURPOSE"]
    assert await refusal(client, "startup_loan", person, **loan) == ["NOT_FOUND"]
    await consent(ground, person, (SHANGHAI, "BANK"), "startup_loan")
    assert (await ask(client, "startup_loan", person, **loan))["outcome"] == "RESTRICTED"
    logged = (await log_of(ground, person))[-1]
    assert (logged["purpose"], logged["outcome"]) == ("创业担保贷款及贴息", "served")
    shared = await ground.entry(SHANGHAI, "enforcement_defaulter", "ZFZD", firm, disclosure="government_sharing")
    assert (await ask(client, "startup_loan", firm, **loan))["outcome"] == "ALLOWED", shared
    assert (await ask(client, "startup_loan", firm, caller="sh-clerk"))["outcome"] == "RESTRICTED"
    through = await ask(client, "training_base", firm, **base)
    assert through["outcome"] == "UNKNOWN"
    assert [one["gap"] for one in through["unknown"] if one["weighs"]] == ["OUTSIDE_AUTHORITY"]


APPLY = "mutation ($input: ApplyMeasureInput!) { applyMeasure(input: $input) { measure { id } } }"
LIFT = "mutation ($input: LiftMeasureInput!) { liftMeasure(input: $input) { measure { state } } }"


async def test_a_measure_applied_is_found_beside_the_rule_while_it_stands(client: Client, ground: Ground) -> None:
    """SH-09b: the list of measures has the restriction of defaulters, in its own matter and in no other."""
    subject = await ground.subject(SHANGHAI)
    entry = await ground.entry(SHANGHAI, "enforcement_defaulter", "ZFZD", subject, until=date(2027, 1, 31))
    given = {"entry": f"ListEntry:{entry}", "code": "no_startup_finance", "reason": "不予受理创业担保贷款"}
    made = (await client.data(APPLY, {"input": given}, caller="sh-reviewer"))["applyMeasure"]["measure"]["id"]
    told = await ask(client, "startup_loan", subject, caller="sh-clerk")
    assert {one["restsOn"] for one in told["findings"]} == {"list_entry", "measure"}
    assert told["until"] == "2027-01-31", "a measure stands no longer than what it rests on"
    assert (await ask(client, "merit_rating", subject, caller="sh-clerk"))["outcome"] == "ALLOWED"
    await client.data(LIFT, {"input": {"measure": made, "reason": "已履行"}}, caller="sh-reviewer")
    told = await ask(client, "startup_loan", subject, caller="sh-clerk")
    assert {one["restsOn"] for one in told["findings"]} == {"list_entry"}


async def test_beyond_the_eight_fields_only_by_a_rule_that_is_cited(client: Client, ground: Ground) -> None:
    """SH-09e: 等 restricts nothing of itself; a measure that cites its rule does, and the answer names that rule."""
    subject = await ground.subject(SHANGHAI)
    entry = await ground.entry(SHANGHAI, "wage_arrears", "ZFZD", subject)
    assert (await ask(client, "daily_supervision", subject, caller="sh-clerk"))["outcome"] == "ALLOWED"
    given = {"entry": f"ListEntry:{entry}", "code": "joint_restriction", "reason": "列为重点", "field": "日常监管"}
    assert await client.codes(APPLY, {"input": given}, caller="sh-reviewer") == ["MEASURE_NEEDS_CITATION"]
    rule = {"legalBasis": "《虚构市重点监管规定》5", "legalBasisLevel": "LOCAL_RULE"}
    await client.data(APPLY, {"input": given | rule}, caller="sh-reviewer")
    told = await ask(client, "daily_supervision", subject, caller="sh-clerk")
    assert told["outcome"] == "RESTRICTED"
    assert [(one["restsOn"], one["citation"]) for one in told["findings"]] == [("measure", "《虚构市重点监管规定》5")]


async def test_notification_commitment_agrees_with_the_older_question(client: Client, ground: Ground) -> None:
    """SH-08b: `simplifiedProcedure` and `eligibility` give one answer, restricted or not."""
    older = "query ($s: ID!) { simplifiedProcedure(subject: $s) { allowed until } }"
    for dishonest in (True, False):
        subject = await ground.subject(SHANGHAI)
        record = await ground.record(SHANGHAI, "penalty_general_procedure", "ZFZD", subject, dishonest=dishonest)
        await ground.connection.execute(
            "UPDATE credit_record SET state = 'published', published_at = $2, public_until = '2027-03-01' WHERE id = $1",
            record, NOW,
        )  # fmt: skip
        said = (await client.data(older, {"s": f"Subject:{subject}"}, caller="sh-clerk"))["simplifiedProcedure"]
        told = await ask(client, "notification_commitment", subject, caller="sh-clerk")
        assert (told["outcome"] == "ALLOWED") is said["allowed"] is (not dishonest)
        assert told["until"] == said["until"]


async def test_a_claimant_file_bars_from_awards_and_is_not_pointed_at(client: Client, ground: Ground) -> None:
    """XM-18b: need to know: the counter of awards learns that it bars, the file itself is named to nobody else."""
    firm = await ground.subject(XIAMEN)
    more: dict[str, Any] = {
        "severity": "serious",
        "disclosure": "restricted",
        "state": "published",
        "published_at": NOW,
    }
    await ground.record(XIAMEN, "benefit_claimant", "SB", firm, **more)
    told = await ask(client, "hrss_awards", firm, caller="xm-clerk")
    assert (told["outcome"], [one["row"] for one in told["findings"]]) == ("RESTRICTED", [None])
    assert (await ask(client, "claimant_checks", firm, caller="xm-clerk"))["outcome"] == "RESTRICTED"
    assert (await ask(client, "merit_rating", firm, caller="xm-clerk"))["outcome"] == "ALLOWED"


async def test_published_grades_lead_to_bidding_and_deposit(client: Client, ground: Ground) -> None:
    """SY-05a, SY-05b, SY-05c: the grade in force on the day, contested or not; two unbroken years of A."""
    unit = await ground.subject(SHIYAN)
    unknown = await ask(client, "bidding", unit, caller="sy-clerk")
    assert (unknown["outcome"], "NOT_HELD" in {one["gap"] for one in unknown["unknown"]}) == ("ALLOWED", True)
    turned = NOW - timedelta(days=30)
    await graded(ground, unit, "A", NOW - timedelta(days=900), turned)
    contested: dict[str, Any] = {"state": "contested", "contested_at": NOW, "grounds": "投诉不实"}
    grade = await graded(ground, unit, "B", turned, **contested)
    told = await ask(client, "bidding", unit, caller="sy-clerk")
    assert told["outcome"] == "RESTRICTED"
    assert [(one["restsOn"], one["row"], one["disputed"]) for one in told["findings"]] == [
        ("grade", f"Grade:{grade}", True)
    ]
    assert told["ways"][0]["mutation"] == "contestGrade"
    sub = await ground.agent(f"unit-{unit}", unit)
    eve = local_day(turned) - timedelta(days=1)
    earlier = await ask(client, "wage_deposit", None, place=SHIYAN, on=eve.isoformat(), caller=sub)
    assert {one["consequence"] for one in earlier["findings"]} == {
        "依法优先享受工资保证金减免的优惠政策",
        "免交工资保证金",
    }
    assert (await ask(client, "wage_deposit", None, place=SHIYAN, caller=sub))["outcome"] == "ALLOWED"


async def test_where_a_report_must_be_queried_its_lack_is_told_to_the_office(client: Client, ground: Ground) -> None:
    """XM-04a, XM-04b: 全面查询使用; HC-04: 推动应用, no must; a report of another matter or office does not serve."""
    unit = await ground.subject(XIAMEN)
    agent = await ground.agent(f"reported-{unit}", unit)

    async def told(matter: str, **how: Any) -> tuple[Any, bool]:
        answer = await ask(client, matter, how.pop("about", unit), **how)
        return answer["report"], "REPORT_NOT_QUERIED" in {one["gap"] for one in answer["unknown"]}

    issue = {"input": {"subject": f"Subject:{unit}", "kind": "general"}}
    how = {"caller": "xm-clerk", "purpose": "350200.bidding"}
    bidding = (await client.data(ISSUE, issue, **how))["issueCreditReport"]["creditReport"]
    report, missing = await told("bidding", caller="xm-clerk")
    assert (report["mandatory"], report["number"], missing) == (True, bidding["number"], False)
    assert "厦门" in report["citation"]
    report, missing = await told("merit_rating", caller="xm-clerk")
    assert (report["mandatory"], report["number"], missing) == (True, None, True)
    report, missing = await told("bidding", about=None, place=XIAMEN, caller=agent)
    assert (report["mandatory"], report["number"], missing) == (True, None, False), "the subject queries nothing"
    report, missing = await told("bidding", about=await ground.subject(SHANGHAI), caller="sh-clerk")
    assert (report["mandatory"], missing) == (False, False)
    assert (await told("employment_push", caller="xm-clerk"))[0] is None, "no matter of reports"


@pytest.mark.parametrize("case", [
    ("the last day", {}, 0, True), ("the day after", {}, 1, False), ("the eve of its issue", {}, -100, False),
    ("revoked", {"revoked_at": NOW, "revocation_reason": "有误"}, 0, False),
], ids=lambda case: case[0])  # fmt: skip
async def test_a_report_serves_from_its_issue_to_its_last_day(
    client: Client, ground: Ground, case: tuple[str, dict[str, Any], int, bool]
) -> None:
    """XM-04a: valid when it is asked for."""
    _, changed, days, serves = case
    unit = await ground.subject(XIAMEN)
    how = {"caller": "xm-clerk", "purpose": "350200.procurement"}
    issue = {"input": {"subject": f"Subject:{unit}", "kind": "general"}}
    made = (await client.data(ISSUE, issue, **how))["issueCreditReport"]["creditReport"]
    if changed:
        await ground.connection.execute(
            "UPDATE credit_report SET revoked_at = $2, revocation_reason = $3 WHERE number = $1",
            made["number"], *changed.values(),
        )  # fmt: skip
    found = await matter_report(
        ground.connection, purpose_id(XIAMEN, "procurement"), subject_id=unit, office_id=office_id(XIAMEN, "JCZD"),
        on=date.fromisoformat(made["validUntil"]) + timedelta(days=days),
    )  # fmt: skip
    assert found is not None
    assert (found.mandatory, found.number == made["number"], found.is_missing) == (True, serves, not serves)


async def test_the_matters_of_each_division_are_public(client: Client, ground: Ground) -> None:
    """SY-11, XX-14, HC-17, HC-18, HC-25c: nine fields, four classes, six products, a loan, a field."""
    listing = "query ($p: String!) { matters(jurisdiction: $p) { code name kind citation quote layer } }"
    fields: dict[str, list[str]] = {}
    for place in ("420300", "410700", "350205", "310000"):
        shown = (await client.data(listing, {"p": place}))["matters"]
        fields[place] = [one["name"] for one in shown if one["layer"] != "cn-national"]
        assert all(one["quote"] and one["citation"] for one in shown)
    nine = [
        "政府资金支持",
        "政府采购",
        "招投标",
        "生产许可",
        "履约担保",
        "资质审核",
        "融资贷款",
        "市场准入",
        "评优评先",
    ]
    assert fields["420300"][:9] == nine
    assert fields["410700"] == ["行业性奖惩措施", "行政性奖惩措施", "市场性奖惩措施", "社会性奖惩措施"]
    assert [one for one in fields["350205"] if one.startswith("信易+")] == [
        "信易+ 交通出行", "信易+ 文化旅游", "信易+ 医疗卫生", "信易+ 社会治理", "信易+ 民生服务", "信易+ 商贸",
    ]  # fmt: skip
    assert {"新阳园区贷", "不动产违建"} <= set(fields["350205"])
    eight = ["政府资金支持", "政府采购", "招投标", "融资贷款", "市场准入", "税收优惠", "评优评先", "交通出行"]
    assert fields["310000"][:8] == eight
