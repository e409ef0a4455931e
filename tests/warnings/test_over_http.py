"""Warnings, interviews and referrals over HTTP: by whom, in which order, with which parts, seen by whom."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.installation_rows import office_id
from tests.client import Client
from tests.removals.ground import Ground
from tests.warnings.conftest import HAICANG, SHIYAN, XIAMEN

pytestmark = pytest.mark.anyio

RUN = """mutation ($input: RunScreeningInput!) { runScreening(input: $input) { screening { id state found namedByCaller
  basis warnings(first: 100) { nodes { id riskWarningSubject: subject { id } recordsCount records(first: 20) { nodes { record { id } } } } } } } }"""
CIRCULATE = (
    "mutation ($input: CirculateScreeningInput!) { circulateScreening(input: $input) { screening { state bulletin } } }"
)
RAISE = (
    "mutation ($input: RaiseRiskWarningInput!) { raiseRiskWarning(input: $input) { riskWarning { id state source } } }"
)
ACT = "mutation ($input: ActOnRiskWarningInput!) { actOnRiskWarning(input: $input) { riskWarning { state } action { id kind office { code } } } }"
FOLLOW = "mutation ($input: FollowUpRiskWarningInput!) { followUpRiskWarning(input: $input) { riskWarning { state } } }"
CONTEST = "mutation ($input: ContestRiskWarningInput!) { contestRiskWarning(input: $input) { riskWarning { contestGrounds } } }"
ANSWER = (
    "mutation ($input: AnswerRiskWarningInput!) { answerRiskWarning(input: $input) { riskWarning { contestAnswer } } }"
)
CLOSE = (
    "mutation ($input: EndRiskWarningInput!) { closeRiskWarning(input: $input) { riskWarning { state endingReason } } }"
)
DISMISS = "mutation ($input: EndRiskWarningInput!) { dismissRiskWarning(input: $input) { riskWarning { state } } }"
SEEN = "query ($id: ID!) { riskWarning(id: $id) { state risk records(first: 9) { totalCount } } }"
INVITE = """mutation ($input: InviteInterviewInput!) { inviteInterview(input: $input) { interview { id state required
  principle principleLayer principleInherited office { code } } } }"""
HOLD = "mutation ($input: HoldInterviewInput!) { holdInterview(input: $input) { interview { state heldOn attachments(first: 5) { totalCount } } } }"
MISS = "mutation ($input: MissedInterviewInput!) { missInterview(input: $input) { interview { state } } }"
DECLINE = "mutation ($input: MissedInterviewInput!) { declineInterview(input: $input) { interview { state } } }"
REINVITE = (
    "mutation ($input: ReinviteInterviewInput!) { reinviteInterview(input: $input) { interview { state invitedFor } } }"
)
CONCLUDE = (
    "mutation ($input: ConcludeInterviewInput!) { concludeInterview(input: $input) { interview { state effect } } }"
)
REFER = "mutation ($input: ReferCriminalReferralInput!) { referCriminalReferral(input: $input) { criminalReferral { id state kind } } }"
ACCEPT = "mutation ($input: AcceptCriminalReferralInput!) { acceptCriminalReferral(input: $input) { criminalReferral { state } } }"
END = "mutation ($input: EndCriminalReferralInput!) { endCriminalReferral(input: $input) { criminalReferral { state outcome } } }"
DUE = """query ($kind: DueKind!) { dueItems(first: 100, filter: { kind: [$kind] }) { nodes { objectId step dueOn timeliness
  termStatus late } } }"""
_windows = itertools.count(3)


async def breach(ground: Ground, subject: UUID, office: str = "RSJ", days: int = 20) -> UUID:
    """Enter a published penalty of some days ago."""
    at = ground.now - timedelta(days=days)
    return await ground.record(
        HAICANG, "penalty", office, subject, state="published", decided_on=at.date(), submitted_at=at, published_at=at
    )


async def screened(client: Client, ground: Ground, *offices: str) -> tuple[UUID, dict[str, Any], str]:
    """Let a firm break the law in fields, and screen; give the firm, its warning, and the run."""
    firm = await ground.subject(HAICANG)
    for office in offices:
        await breach(ground, firm, office)
    several = len(set(offices)) > 1
    given = {"pattern": "SEVERAL_FIELDS" if several else "SAME_FIELD", "on": "2026-03-18", "windowMonths": next(_windows),
             "leastRecords": len(offices), **({"leastFields": len(set(offices))} if several else {})}  # fmt: skip
    run = (await client.data(RUN, {"input": given}, caller="hc-credit"))["runScreening"]["screening"]
    found = next(one for one in run["warnings"]["nodes"] if one["riskWarningSubject"]["id"] == f"Subject:{firm}")
    return firm, found, run["id"]


async def test_a_screening_is_run_and_circulated_and_each_warning_lists_its_records(
    client: Client, ground: Ground
) -> None:
    """HC-14a: screening 筛查 and bulletin 通报; exactly the records behind each warning."""
    firm, found, run = await screened(client, ground, "RSJ", "JSJT", "RSJ")
    behind = {one["record"]["id"] for one in found["records"]["nodes"]}
    rows = await ground.connection.fetch("SELECT id FROM credit_record WHERE subject_id = $1", firm)
    assert behind == {f"CreditRecord:{row['id']}" for row in rows}
    told = {"id": found["id"]}
    assert (await client.data(SEEN, told, caller="hc-works"))["riskWarning"] is None, "not told before it is circulated"
    made = (await client.data(CIRCULATE, {"input": {"screening": run}}, caller="hc-credit"))["circulateScreening"]
    line = next(one for one in made["screening"]["bulletin"] if one["records"] == 3 and one["fields"] == 2)
    assert line["subject"].startswith("虚构")
    assert (await client.data(SEEN, told, caller="hc-works"))["riskWarning"]["records"]["totalCount"] == 2 + 1
    assert (await client.data(SEEN, told, caller="hc-safety"))["riskWarning"] is None, "it has no record of theirs"
    assert await client.codes(CIRCULATE, {"input": {"screening": run}}, caller="hc-credit") == ["STATE_CONFLICT"]
    assert await client.codes(CIRCULATE, {"input": {"screening": run}}, caller="hc-labour") == ["NOT_FOUND"]


async def test_an_office_screens_its_own_records_only(client: Client, ground: Ground) -> None:
    """HC-14a: the fence of the caller holds for a run as for a query."""
    firm = await ground.subject(HAICANG)
    for office in ("RSJ", "RSJ", "JSJT", "JSJT", "JSJT"):
        await breach(ground, firm, office)
    given = {"pattern": "SAME_FIELD", "on": "2026-03-18", "windowMonths": 100, "leastRecords": 2}
    run = (await client.data(RUN, {"input": given}, caller="hc-labour"))["runScreening"]["screening"]
    mine = [one for one in run["warnings"]["nodes"] if one["riskWarningSubject"]["id"] == f"Subject:{firm}"]
    assert [one["recordsCount"] for one in mine] == [2]
    for caller, code in (("hc-clerk", "FORBIDDEN"), (None, "FORBIDDEN"), ("xx-credit", "SCREENING_NOT_PROVIDED")):
        assert await client.codes(RUN, {"input": given}, caller=caller) == [code], caller
    missing = {"pattern": "SAME_FIELD", "on": "2026-03-18"}
    refused = (await client.send(RUN, {"input": missing}, caller="hc-credit"))["errors"][0]["extensions"]
    assert (refused["code"], refused["missing"]) == ("PARAMETERS_MISSING", ["window_months", "least_records"])


async def test_a_warning_goes_its_way_in_order(client: Client, ground: Ground) -> None:
    """HC-14b: 告知、约谈、培训, follow-up; nothing closes before it is followed up, nothing moves after its end."""
    _, found, run = await screened(client, ground, "RSJ", "JSJT")
    await client.data(CIRCULATE, {"input": {"screening": run}}, caller="hc-credit")
    warning = {"warning": found["id"]}
    end = {"input": {**warning, "reason": "风险已消除"}}
    assert await client.codes(CLOSE, end, caller="hc-credit") == ["STATE_CONFLICT"]
    actions = []
    for kind, caller in (("INFORM", "hc-labour"), ("TRAIN", "hc-works")):
        act = {"input": {**warning, "kind": kind, "note": "已办理"}}
        assert await client.codes(ACT, act, caller="hc-safety") == ["NOT_FOUND"]
        assert await client.codes(ACT, act, caller="hc-clerk") == ["FORBIDDEN"]
        actions.append(((await client.data(ACT, act, caller=caller))["actOnRiskWarning"]["action"]["id"], caller))
    assert await client.codes(CLOSE, end, caller="hc-credit") == ["ACTION_AWAITED"]
    for (action, caller), state in zip(actions, ("ACTED", "FOLLOWED_UP"), strict=True):
        follow = {"input": {**warning, "action": action, "result": "已整改"}}
        assert await client.codes(FOLLOW, follow, caller="hc-credit") == ["NOT_FOUND"], "another office's action"
        answer = (await client.data(FOLLOW, follow, caller=caller))["followUpRiskWarning"]["riskWarning"]
        assert answer["state"] == state
        assert await client.codes(FOLLOW, follow, caller=caller) == ["STATE_CONFLICT"]
    assert await client.codes(CLOSE, end, caller="hc-labour") == ["NOT_FOUND"], "who answers for it ends it"
    assert (await client.data(CLOSE, end, caller="hc-credit"))["closeRiskWarning"]["riskWarning"]["state"] == "CLOSED"
    assert await client.codes(DISMISS, end, caller="hc-credit") == ["WARNING_ENDED"]
    invited = {"input": {**warning, "invitedFor": "2026-03-20", "agenda": "提醒履约"}}
    assert await client.codes(INVITE, invited, caller="hc-credit") == ["WARNING_ENDED"]
    assert await client.codes(ACT, {"input": {**warning, "kind": "INFORM", "note": "再"}}, caller="hc-credit") == [
        "WARNING_ENDED"
    ]


async def test_the_subject_sees_what_it_rests_on_and_contests_it(client: Client, ground: Ground) -> None:
    """HC-14a: explained to the subject and contestable (个人信息保护法 24); who raised it does not answer."""
    firm, found, _ = await screened(client, ground, "RSJ", "RSJ")
    agent, stranger = (
        await ground.agent(f"firm-{firm}", firm),
        await ground.agent(f"other-{firm}", await ground.subject(HAICANG)),
    )
    warning = {"warning": found["id"]}
    seen = (await client.data(SEEN, {"id": found["id"]}, caller=agent))["riskWarning"]
    assert (seen["records"]["totalCount"], "不少于2条" in seen["risk"]) == (2, True)
    contest = {"input": {**warning, "grounds": "两项处罚系同一事项"}}
    assert await client.codes(CONTEST, contest, caller=stranger) == ["NOT_FOUND"]
    assert await client.codes(CONTEST, contest, caller="hc-credit") == ["FORBIDDEN"]
    answer = {"input": {**warning, "text": "两项处罚事实不同"}}
    assert await client.codes(ANSWER, answer, caller="hc-credit-2") == ["STATE_CONFLICT"], "nothing to answer yet"
    await client.data(CONTEST, contest, caller=agent)
    assert await client.codes(CONTEST, contest, caller=agent) == ["STATE_CONFLICT"]
    due = (await client.data(DUE, {"kind": "RISK_WARNING"}, caller="hc-credit"))["dueItems"]["nodes"]
    assert next(one for one in due if one["objectId"] == found["id"])["step"] == "contested"
    assert await client.codes(DISMISS, {"input": {**warning, "reason": "误报"}}, caller="hc-credit-2") == [
        "CONTEST_UNANSWERED"
    ]
    assert await client.codes(ANSWER, answer, caller="hc-credit") == ["OWN_WARNING"]
    await client.data(ANSWER, answer, caller="hc-credit-2")
    done = await client.data(DISMISS, {"input": {**warning, "reason": "误报"}}, caller="hc-credit-2")
    assert done["dismissRiskWarning"]["riskWarning"]["state"] == "DISMISSED"


async def test_a_warning_starts_from_an_evaluation_before_an_event(client: Client, ground: Ground) -> None:
    """HC-14d: an office cites the result of an industry evaluation; about an enterprise, in a place that provides for it."""
    firm, person = await ground.subject(HAICANG), await ground.subject(HAICANG, person=True)
    await breach(ground, firm), await breach(ground, person)
    result: dict[str, Any] = {"state": "published", "published_at": ground.now}
    own = await ground.record(HAICANG, "industry_evaluation", "RSJ", firm, **result)
    foreign = await ground.record(XIAMEN, "evaluation_result", "JCZD", firm, **result, public_until=date(2026, 3, 17))
    given = {
        "subject": f"Subject:{firm}", "record": f"CreditRecord:{own}", "risk": "工资支付风险",
        "evaluation": "2025年度行业信用评价结果第3号：C级",
    }  # fmt: skip
    made = (await client.data(RAISE, {"input": given}, caller="hc-labour"))["raiseRiskWarning"]["riskWarning"]
    assert (made["state"], made["source"]) == ("OPEN", "EVALUATION")
    unread = {**given, "record": f"CreditRecord:{foreign}"}
    assert await client.codes(RAISE, {"input": unread}, caller="hc-labour") == ["NOT_FOUND"]
    of_person = {**given, "subject": f"Subject:{person}", "record": None}
    assert await client.codes(RAISE, {"input": of_person}, caller="hc-labour") == ["WARNING_SUBJECT"]
    assert await client.codes(RAISE, {"input": {**given, "evaluation": " "}}, caller="hc-labour") == ["INVALID_INPUT"]
    assert await client.codes(RAISE, {"input": {**given, "risk": "电话13800138000"}}, caller="hc-labour") == [
        "OTHERS_PERSONAL_DATA"
    ]
    assert await client.codes(RAISE, {"input": given}, caller="hc-clerk") == ["FORBIDDEN"]
    assert await client.codes(RAISE, {"input": given}, caller="sy-reviewer") == ["SCREENING_NOT_PROVIDED"]


async def entry(ground: Ground, place: str, code: str, office: str, **more: Any) -> tuple[UUID, str]:
    firm = await ground.subject(place)
    return firm, f"ListEntry:{await ground.entry(place, code, office, firm, **more)}"


async def minutes(ground: Ground, sub: str, place: str, office: str) -> str:
    return await ground.attachment(sub, office=office_id(place, office))


async def test_only_the_office_that_recognised_the_entry_interviews(client: Client, ground: Ground) -> None:
    """XM-28a, XM-28b: 谁认定、谁约谈, taken from the entry; not yet interviewed until then, and no day is set."""
    _, listed = await entry(ground, XIAMEN, "labour_serious", "JCZD")
    due = (await client.data(DUE, {"kind": "INTERVIEW"}, caller="xm-reviewer"))["dueItems"]["nodes"]
    waiting = next(one for one in due if one["objectId"] == listed)
    assert (waiting["step"], waiting["dueOn"], waiting["timeliness"]) == ("not_yet_interviewed", None, "NONE_SET")
    given = {"entry": listed, "invitedFor": "2026-03-20", "agenda": "督促支付工资"}
    refused = (await client.send(INVITE, {"input": given}, caller="xm-social"))["errors"][0]["extensions"]
    assert (refused["code"], refused["office"]) == ("STEP_OF_ANOTHER_OFFICE", f"Office:{office_id(XIAMEN, 'JCZD')}")
    assert await client.codes(INVITE, {"input": {**given, "invitedFor": "2026-03-17"}}, caller="xm-reviewer") == [
        "DATES_OUT_OF_ORDER"
    ]
    made = (await client.data(INVITE, {"input": given}, caller="xm-reviewer"))["inviteInterview"]["interview"]
    assert (made["required"], made["principle"], made["principleInherited"]) == (True, "谁认定、谁约谈", False)
    assert await client.codes(INVITE, {"input": given}, caller="xm-reviewer") == ["INTERVIEW_OPEN"]
    after = (await client.data(DUE, {"kind": "INTERVIEW"}, caller="xm-reviewer"))["dueItems"]["nodes"]
    assert next(one for one in after if one["objectId"] == listed)["step"] == "invited"


async def test_an_interview_is_held_with_minutes_and_concluded_with_its_effect(client: Client, ground: Ground) -> None:
    """XM-28b: minutes, undertakings, effect; wrong order and missing parts are refused."""
    firm, listed = await entry(ground, XIAMEN, "social_insurance_serious", "SB")
    given = {"entry": listed, "invitedFor": "2026-03-18", "agenda": "督促退回骗取待遇"}
    made = (await client.data(INVITE, {"input": given}, caller="xm-social"))["inviteInterview"]["interview"]
    one = {"interview": made["id"]}
    assert await client.codes(CONCLUDE, {"input": {**one, "effect": "已退回"}}, caller="xm-social") == [
        "STATE_CONFLICT"
    ]
    held = {**one, "heldOn": "2026-03-18", "undertakings": "三十日内退回", "minutes": []}
    assert await client.codes(HOLD, {"input": held}, caller="xm-social") == ["MINUTES_MISSING"]
    assert await client.codes(HOLD, {"input": held}, caller="xm-reviewer") == ["NOT_FOUND"]
    held["minutes"] = [await minutes(ground, "xm-social", XIAMEN, "SB")]
    for day, code in (("2026-03-19", "DATE_IN_FUTURE"), ("2026-03-17", "DATES_OUT_OF_ORDER")):
        assert await client.codes(HOLD, {"input": {**held, "heldOn": day}}, caller="xm-social") == [code]
    answer = (await client.data(HOLD, {"input": held}, caller="xm-social"))["holdInterview"]["interview"]
    assert (answer["state"], answer["attachments"]["totalCount"]) == ("HELD", 1)
    assert await client.codes(MISS, {"input": {**one, "reason": "未到"}}, caller="xm-social") == ["STATE_CONFLICT"]
    done = await client.data(CONCLUDE, {"input": {**one, "effect": "已全部退回"}}, caller="xm-social")
    assert done["concludeInterview"]["interview"]["state"] == "CONCLUDED"
    due = (await client.data(DUE, {"kind": "INTERVIEW"}, caller="xm-social"))["dueItems"]["nodes"]
    assert listed not in {row["objectId"] for row in due}
    agent = await ground.agent(f"told-{firm}", firm)
    own = "query ($id: ID!) { interview(id: $id) { state undertakings effect } }"
    seen = (await client.data(own, {"id": made["id"]}, caller=agent))["interview"]
    assert (seen["undertakings"], seen["effect"]) == ("三十日内退回", "已全部退回")
    assert await client.codes(own, {"id": made["id"]}) == ["FORBIDDEN"], "nothing of it is public"


async def test_who_refuses_or_does_not_appear_is_invited_again(client: Client, ground: Ground) -> None:
    """XM-28b: refused and not appeared are told apart, and neither counts as interviewed."""
    _, listed = await entry(ground, XIAMEN, "hr_industry_black", "JC")
    await ground.officer("xm-inspection", "reviewer", office=(XIAMEN, "JC"))
    given = {"entry": listed, "invitedFor": "2026-03-19", "agenda": "约谈教育"}
    made = (await client.data(INVITE, {"input": given}, caller="xm-inspection"))["inviteInterview"]["interview"]
    one = {"interview": made["id"]}
    missed = {"input": {**one, "reason": "未说明理由"}}
    assert await client.codes(MISS, missed, caller="xm-inspection") == ["DATES_OUT_OF_ORDER"], "the day is to come"
    assert (await client.data(DECLINE, missed, caller="xm-inspection"))["declineInterview"]["interview"]["state"] == (
        "REFUSED"
    )
    again = {"input": {**one, "invitedFor": "2026-03-18"}}
    await client.data(REINVITE, again, caller="xm-inspection")
    assert (await client.data(MISS, missed, caller="xm-inspection"))["missInterview"]["interview"]["state"] == (
        "NOT_APPEARED"
    )
    due = (await client.data(DUE, {"kind": "INTERVIEW"}, caller="xm-inspection"))["dueItems"]["nodes"]
    assert next(row for row in due if row["objectId"] == listed)["step"] == "not_appeared"


async def test_haicang_takes_the_principle_over_and_shows_whose_it_is(client: Client, ground: Ground) -> None:
    """HC-23: the district's text names no principle; the city bureau's is shown as another layer's, as a reading."""
    _, listed = await entry(ground, HAICANG, "serious_dishonesty", "RSJ")
    given = {"entry": listed, "invitedFor": "2026-03-20", "agenda": "督促履行义务"}
    made = (await client.data(INVITE, {"input": given}, caller="hc-labour"))["inviteInterview"]["interview"]
    assert (made["required"], made["principleInherited"]) == (False, True)
    assert "厦门市人力资源和社会保障局" in made["principleLayer"]
    _, black = await entry(ground, SHIYAN, "black", "JC")
    elsewhere = {**given, "entry": black}
    assert await client.codes(INVITE, {"input": elsewhere}, caller="sy-reviewer") == ["INTERVIEW_NOT_PROVIDED"]
    _, over = await entry(ground, HAICANG, "serious_dishonesty", "RSJ", until=date(2026, 3, 17))
    assert await client.codes(INVITE, {"input": {**given, "entry": over}}, caller="hc-labour") in (
        ["INTERVIEW_UNFOUNDED"],
        ["NOT_FOUND"],
    )


async def test_a_warning_leads_to_an_interview(client: Client, ground: Ground) -> None:
    """HC-14b, HC-23: an office that acts on a warning invites; the two grounds are never both."""
    _, found, _ = await screened(client, ground, "RSJ", "RSJ", "RSJ")
    given = {"warning": found["id"], "invitedFor": "2026-03-20", "agenda": "风险提示"}
    assert await client.codes(INVITE, {"input": given}, caller="hc-safety") == ["NOT_FOUND"]
    assert await client.codes(INVITE, {"input": {**given, "entry": "ListEntry:1"}}, caller="hc-credit") == [
        "INVALID_INPUT"
    ]
    made = (await client.data(INVITE, {"input": given}, caller="hc-credit"))["inviteInterview"]["interview"]
    assert (made["principle"], made["office"]["code"]) == (None, "QXYB")
    _, listed = await entry(ground, HAICANG, "serious_dishonesty", "RSJ")
    upon_entry = {"entry": listed, "invitedFor": "2026-03-20", "agenda": "督促履行义务"}
    assert await client.codes(INVITE, {"input": upon_entry}, caller="hc-labour") == []


def case(subject: UUID, **more: Any) -> dict[str, Any]:
    given = {"subject": f"Subject:{subject}", "kind": "欠薪逃匿案件", "facts": "法定代表人逃匿", "police": "市公安局",
             "procuratorate": "市人民检察院", "court": "市中级人民法院", "referredOn": "2026-03-16", **more}  # fmt: skip
    return {"input": given}


async def test_a_case_is_referred_to_three_organs_and_known_to_its_office_only(client: Client, ground: Ground) -> None:
    """SY-10: police, procuratorate and court at the same time; two kinds; need to know, in no log of an office."""
    firm = await ground.subject(SHIYAN)
    assert await client.codes(REFER, case(firm, kind="盗窃"), caller="sy-reviewer") == ["REFERRAL_KIND_UNKNOWN"]
    for part in ("police", "procuratorate", "court"):
        assert await client.codes(REFER, case(firm, **{part: " "}), caller="sy-reviewer") == ["INVALID_INPUT"], part
    assert await client.codes(REFER, case(firm, referredOn="2026-03-19"), caller="sy-reviewer") == ["DATE_IN_FUTURE"]
    assert await client.codes(REFER, case(firm), caller="sy-clerk") == ["FORBIDDEN"]
    assert await client.codes(REFER, case(firm), caller="hc-labour") == ["REFERRAL_NOT_PROVIDED"]
    made = (await client.data(REFER, case(firm), caller="sy-reviewer"))["referCriminalReferral"]["criminalReferral"]
    assert await client.codes(REFER, case(firm), caller="sy-reviewer") == ["REFERRAL_PENDING"]
    agent = await ground.agent(f"suspect-{firm}", firm)
    seen = "query ($id: ID!) { criminalReferral(id: $id) { state police } }"
    assert (await client.data(seen, {"id": made["id"]}, caller="sy-reviewer-2"))["criminalReferral"]["police"]
    for caller in (agent, "sy-clerk", "sy-credit", "hc-labour", None):
        answer = await client.send(seen, {"id": made["id"]}, caller=caller)
        assert "市公安局" not in str(answer), caller
    told = await ground.connection.fetchval("SELECT count(*) FROM outbox_event WHERE object = 'criminal_referral'")
    assert told == 0, "nobody outside is told"
    changes = "{ changes(first: 100) { nodes { object } } }"
    for caller in ("sy-reviewer", agent):
        nodes = (await client.data(changes, caller=caller))["changes"]["nodes"]
        assert all(one["object"] != "criminal_referral" for one in nodes), caller


async def test_a_case_ends_in_order(client: Client, ground: Ground) -> None:
    """SY-10: only an accepted case ends otherwise than not accepted."""
    firm = await ground.subject(SHIYAN)
    given = case(firm, record=f"CreditRecord:{await ground.record(SHIYAN, 'penalty', 'JC', firm)}")
    made = (await client.data(REFER, given, caller="sy-reviewer"))["referCriminalReferral"]
    one = {"referral": made["criminalReferral"]["id"]}
    end = {**one, "outcome": "CONVICTED", "endedOn": "2026-03-18", "note": "刑事判决书"}
    assert await client.codes(END, {"input": end}, caller="sy-reviewer") == ["DATES_OUT_OF_ORDER"]
    accept = {**one, "caseNo": "公立字〔2026〕1号", "acceptedOn": "2026-03-15"}
    assert await client.codes(ACCEPT, {"input": accept}, caller="sy-reviewer") == ["DATES_OUT_OF_ORDER"]
    accept["acceptedOn"] = "2026-03-19"
    assert await client.codes(ACCEPT, {"input": accept}, caller="sy-reviewer") == ["DATE_IN_FUTURE"]
    accept["acceptedOn"] = "2026-03-17"
    await client.data(ACCEPT, {"input": accept}, caller="sy-reviewer")
    assert await client.codes(ACCEPT, {"input": accept}, caller="sy-reviewer") == ["STATE_CONFLICT"]
    assert await client.codes(END, {"input": {**end, "outcome": "NOT_ACCEPTED"}}, caller="sy-reviewer") == [
        "DATES_OUT_OF_ORDER"
    ]
    assert await client.codes(END, {"input": {**end, "endedOn": "2026-03-16"}}, caller="sy-reviewer") == [
        "DATES_OUT_OF_ORDER"
    ]
    assert await client.codes(END, {"input": end}, caller="hc-labour") == ["NOT_FOUND"]
    await client.data(END, {"input": end}, caller="sy-reviewer-2")
    assert await client.codes(END, {"input": end}, caller="sy-reviewer") == ["STATE_CONFLICT"]


APPLY = "mutation ($input: ApplyForRepairInput!) { applyForRepair(input: $input) { repairApplication { state } } }"

EXPLAIN = "query ($record: ID!) { repairEligibility(record: $record) { mayApply refusedWith { code messageZh } } }"


async def test_a_pending_case_bars_repair_and_the_refusal_tells_of_no_case(client: Client, ground: Ground) -> None:
    """SY-10: status of referral blocks repair (context); its end lifts the bar."""
    firm = await ground.subject(SHIYAN)
    agent = await ground.agent(f"barred-{firm}", firm)
    at = datetime.fromisoformat("2024-05-06T02:00:00+00:00")
    record = await ground.record(
        SHIYAN, "penalty", "JC", firm, state="published", decided_on=at.date(), submitted_at=at, published_at=at
    )
    apply = {"input": {"record": f"CreditRecord:{record}", "grounds": "已支付全部工资"}}
    made = (await client.data(REFER, case(firm), caller="sy-reviewer"))["referCriminalReferral"]["criminalReferral"]
    refused = (await client.send(APPLY, apply, caller=agent))["errors"][0]
    assert refused["extensions"]["code"] == "REPAIR_BARRED"
    told = (await client.data(EXPLAIN, {"record": f"CreditRecord:{record}"}, caller=agent))["repairEligibility"]
    assert (told["mayApply"], told["refusedWith"]["code"]) == (False, "REPAIR_BARRED"), "before it has applied"
    assert not any(word in f"{refused}{told}" for word in ("公安", "移送", "criminal", "referral", "police", "欠薪"))
    end = {"referral": made["id"], "outcome": "NOT_ACCEPTED", "endedOn": "2026-03-18", "note": "不予立案通知书"}
    await client.data(END, {"input": end}, caller="sy-reviewer")
    assert (await client.data(APPLY, apply, caller=agent))["applyForRepair"]["repairApplication"]["state"] == "APPLIED"


async def test_no_warning_reaches_the_public_a_partner_or_the_platform(client: Client, ground: Ground) -> None:
    """HC-14a: warnings are no credit records."""
    firm, found, _ = await screened(client, ground, "RSJ", "RSJ", "JSJT")
    assert await client.codes(SEEN, {"id": found["id"]}) == ["FORBIDDEN"]
    for many in ("riskWarnings", "interviews"):
        asked = f"query ($id: ID!) {{ node(id: $id) {{ ... on Subject {{ {many}(first: 5) {{ totalCount }} }} }} }}"
        assert await client.codes(asked, {"id": f"Subject:{firm}"}) == ["FORBIDDEN"], many
    told = await ground.connection.fetchval("SELECT count(*) FROM outbox_event WHERE object LIKE 'risk_warning%'")
    assert told == 0
