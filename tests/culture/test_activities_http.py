"""Activities, attendance, campaigns and publicity days over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from api.execution.mutation import Work
from domain.ids import new_id
from domain.lifecycle import create
from domain.merging import moves
from tests.client import Client
from tests.culture.conftest import HAICANG, XIAMEN
from tests.removals.ground import Ground

pytestmark = pytest.mark.anyio

PLAN = "mutation ($input: PlanActivityInput!) { planActivity(input: $input) { activity { id name basis state } } }"
HOLD = """mutation ($input: ConcludeActivityInput!) { concludeActivity(input: $input) {
  activity { state outcome participants attachments(first: 3) { totalCount } } } }"""
CANCEL = 'mutation ($id: ID!) { cancelActivity(input: { activity: $id, reason: "天气" }) { activity { state } } }'
ATTEND = """mutation ($activity: ID!, $subject: ID!) { recordAttendance(input: { activity: $activity, subject: $subject }) {
  attendance { id activity { name } subject { id } } } }"""
CITE = """mutation ($attendance: ID!, $application: ID!) {
  citeAttendance(input: { attendance: $attendance, application: $application }) { attendance { application { id } } } }"""
TAKE_BACK = """mutation ($attendance: ID!, $reason: String!) {
  withdrawAttendance(input: { attendance: $attendance, reason: $reason }) { receipts } }"""
TOLD = "query ($id: ID!) { repairApplication(id: $id) { attendances(first: 9) { nodes { withdrawnAt reason } } } }"
LISTED = """query ($id: ID!, $standing: Boolean!) {
  attendances(first: 9, filter: { subject: [$id], standing: $standing }) { nodes { id } } }"""
FILE = "query ($id: ID!) { repairApplication(id: $id) { attendances(first: 9) { nodes { activity { name title } } } } }"
OPEN = (
    "mutation ($input: OpenCampaignInput!) { openCampaign(input: $input) { campaign { id topics officeCodes basis } } }"
)
CLOSE = 'mutation ($id: ID!) { closeCampaign(input: { campaign: $id, summary: "已完成" }) { campaign { state } } }'
TAG = "mutation ($input: TagForCampaignInput!) { tagForCampaign(input: $input) { campaignTag { id topic } } }"
UNTAG = "mutation ($id: ID!) { untagFromCampaign(input: { campaignTag: $id }) { campaignTag { untaggedAt } } }"
PROGRESS = """query ($id: ID!, $asOf: Date) { campaignProgress(campaign: $id, asOf: $asOf) {
  office officeName topic records cases activities } }"""
DAYS = "query ($place: String!, $year: Int! = 2026) { publicityDays(jurisdiction: $place, year: $year) { code name on status quote } }"
KINDS = "query ($place: String!) { activityKinds(jurisdiction: $place) { category code name status citation } }"
TRAINING = {"category": "TRAINING", "kind": "credit_repair", "title": "第一期", "onDay": "2026-03-17"}


async def planned(client: Client, caller: str = "clerk", **more: Any) -> str:
    answer = await client.data(PLAN, {"input": {**TRAINING, **more}}, caller=caller)
    return str(answer["planActivity"]["activity"]["id"])


async def held(client: Client, caller: str = "clerk", **more: Any) -> str:
    made = await planned(client, caller, **more)
    await client.data(HOLD, {"input": {"activity": made, "outcome": "已举办", "participants": 40}}, caller=caller)
    return made


async def opened(client: Client, caller: str = "watch", **more: Any) -> str:
    given = {"name": "专项行动", "topics": ["考试作弊"], "fromOn": "2026-01-01", "toOn": "2026-12-31", **more}
    return str((await client.data(OPEN, {"input": given}, caller=caller))["openCampaign"]["campaign"]["id"])


async def test_an_activity_is_planned_and_held_on_its_day(client: Client, ground: Ground) -> None:
    """XM-31b, XM-26b, SY-12: kinds of the place with their clause; held on or after the day, with counts and evidence."""
    given = {
        "input": {**TRAINING, "category": "MEETING", "kind": "briefing", "onDay": "2026-03-18", "agenda": "信用工作"}
    }
    made = (await client.data(PLAN, given, caller="clerk"))["planActivity"]["activity"]
    assert made["name"] == "专题汇报会"
    assert made["basis"].endswith(" 31")
    evidence = await ground.attachment("clerk", office=await _office(ground, XIAMEN, "JCZD"))
    told = {"activity": made["id"], "outcome": "通报情况", "participants": 12, "evidence": [evidence]}
    after = (await client.data(HOLD, {"input": told}, caller="clerk"))["concludeActivity"]["activity"]
    assert (after["state"], after["participants"], after["attachments"]["totalCount"]) == ("HELD", 12, 1)
    assert await client.codes(CANCEL, {"id": made["id"]}, caller="clerk") == ["STATE_CONFLICT"]
    again = (await client.data(PLAN, given, caller="clerk"))["planActivity"]["activity"]["id"]
    off = await client.data(CANCEL, {"id": again}, caller="clerk")
    assert off["cancelActivity"]["activity"]["state"] == "CANCELLED"
    joint = {"category": "MEETING", "kind": "joint", "partners": ["市司法局", "市公安局", "市人民检察院"]}
    assert await planned(client, caller="sy-clerk", **joint)


async def test_what_is_early_foreign_unknown_or_missing_is_refused(client: Client) -> None:
    """XM-26b, HC-21: before its day, another office's, a kind of another place, material without a file."""
    early = await planned(client, onDay="2026-03-19")
    held_early = {"input": {"activity": early, "outcome": "已举办"}}
    assert await client.codes(HOLD, held_early, caller="clerk") == ["ACTIVITY_NOT_HELD"]
    assert await client.codes(HOLD, held_early, caller="other-clerk") == ["NOT_FOUND"]
    assert await client.codes(HOLD, held_early, caller="watch") == ["FORBIDDEN"]
    foreign = {"input": {**TRAINING, "category": "MEETING", "kind": "joint"}}
    assert await client.codes(PLAN, foreign, caller="clerk") == ["ACTIVITY_KIND_UNKNOWN"]
    assert await client.codes(PLAN, {"input": {**TRAINING, "occasion": "network_integrity"}}, caller="clerk") == [
        "ACTIVITY_KIND_UNKNOWN"
    ]
    material = await planned(client, "hc-clerk", category="MATERIAL", kind="library")
    bare = {"input": {"activity": material, "outcome": "入库"}}
    assert await client.codes(HOLD, bare, caller="hc-clerk") == ["MATERIAL_MISSING"]
    personal = {"input": {"activity": await planned(client), "outcome": "联系人13800138000"}}
    assert await client.codes(HOLD, personal, caller="clerk") == ["OTHERS_PERSONAL_DATA"]


async def test_one_day_has_a_name_in_each_place_and_a_month_without_one_has_none_set(client: Client) -> None:
    """HC-20, XM-26b: 6·14 is 诚信记录日 in Xiamen and 信用记录关爱日 in Haicang; the month is not named."""
    assert await client.codes(DAYS, {"place": XIAMEN, "year": 1999}) == ["INVALID_INPUT"]
    xiamen, haicang = [
        {one["code"]: one for one in (await client.data(DAYS, {"place": place}))["publicityDays"]}
        for place in (XIAMEN, HAICANG)
    ]
    assert {code: (one["name"], one["on"]) for code, one in xiamen.items()} == {
        "consumer": ("消费者权益日", "2026-03-15"), "credit_record": ("诚信记录日", "2026-06-14"),
    }  # fmt: skip
    assert (haicang["credit_record"]["name"], haicang["credit_record"]["on"]) == ("信用记录关爱日", "2026-06-14")
    assert haicang["network_integrity"]["on"] == "2026-07-05"
    month = haicang["business_integrity"]
    assert (month["name"], month["on"], month["status"]) == ("全国诚信兴商宣传月", None, "none_set")
    assert len(haicang) == 4


async def test_kinds_of_the_text_and_those_that_are_ours_are_told_apart(client: Client) -> None:
    """XM-06c, HC-21: cited kinds of the place; general ones marked as the service's own."""
    kinds = {
        (one["category"], one["code"]): one for one in (await client.data(KINDS, {"place": HAICANG}))["activityKinds"]
    }
    assert kinds["material", "library"]["citation"].endswith(" 21")
    assert kinds["meeting", "general"]["status"] == "service_default"
    assert ("training", "credit_repair") not in kinds, "Xiamen's own text"


async def test_attendance_of_a_repair_training_is_evidence_in_the_repair_file(client: Client, ground: Ground) -> None:
    """XM-06c: recorded by the office that held it, cited by the subject, seen by who decides."""
    subject = await ground.subject(XIAMEN)
    agent = await ground.agent(f"attending-{subject}", subject)
    application = await _application(ground, subject)
    training = await held(client)
    given = {"activity": training, "subject": f"Subject:{subject}"}
    assert await client.codes(ATTEND, given, caller="other-clerk") == ["NOT_FOUND"]
    assert await client.codes(ATTEND, {**given, "activity": await planned(client)}, caller="clerk") == [
        "ACTIVITY_NOT_TRAINING"
    ]
    made = (await client.data(ATTEND, given, caller="clerk"))["recordAttendance"]["attendance"]["id"]
    assert await client.codes(ATTEND, given, caller="clerk") == ["ATTENDANCE_RECORDED"]
    assert await client.codes(ATTEND, given, caller="other-clerk") == ["NOT_FOUND"], "not even whether it is recorded"
    other = await _application(ground, await ground.subject(XIAMEN))
    cited = {"attendance": made, "application": other}
    assert await client.codes(CITE, cited, caller="clerk") == ["ATTENDANCE_UNFIT"]
    stranger = await ground.agent(f"stranger-{subject}", await ground.subject(XIAMEN))
    assert await client.codes(CITE, {**cited, "application": application}, caller=stranger) == ["NOT_FOUND"]
    await client.data(CITE, {"attendance": made, "application": application}, caller=agent)
    seen = (await client.data(FILE, {"id": application}, caller="approver"))["repairApplication"]["attendances"][
        "nodes"
    ]
    assert [one["activity"]["name"] for one in seen] == ["失信主体信用修复专题培训"]
    assert await client.codes(CITE, {"attendance": made, "application": application}, caller=agent) == [
        "STATE_CONFLICT"
    ]


@pytest.mark.parametrize(
    "ended",
    [
        "state = 'refused', decided_at = applied_at, decided_by = gen_random_uuid(), decision_reason = '材料不全'",
        "state = 'withdrawn'",
    ],
)
async def test_who_asks_for_repair_again_need_not_attend_again(client: Client, ground: Ground, ended: str) -> None:
    """XM-06c: an application that was refused or withdrawn keeps no training from the next one."""
    subject = await ground.subject(XIAMEN)
    agent = await ground.agent(f"again-{subject}", subject)
    training = {"activity": await held(client), "subject": f"Subject:{subject}"}
    made = (await client.data(ATTEND, training, caller="clerk"))["recordAttendance"]["attendance"]["id"]
    twice = await client.send(ATTEND, training, caller="clerk")
    assert twice["errors"][0]["extensions"]["attendance"] == made, "as the refusal says"
    first, second = [await _application(ground, subject) for _ in range(2)]
    await client.data(CITE, {"attendance": made, "application": first}, caller=agent)
    assert await client.codes(CITE, {"attendance": made, "application": second}, caller=agent) == ["STATE_CONFLICT"]
    own = UUID(first.partition(":")[2])
    await ground.connection.execute(f"UPDATE repair_application SET {ended} WHERE id = $1", own)
    await client.data(CITE, {"attendance": made, "application": second}, caller=agent)
    seen = (await client.data(FILE, {"id": second}, caller="approver"))["repairApplication"]["attendances"]["nodes"]
    assert len(seen) == 1


async def test_an_attendance_recorded_by_mistake_is_withdrawn_by_the_office_that_held_it(
    client: Client, ground: Ground
) -> None:
    """XM-06c: it says why, is evidence nowhere from then on but told where it was, and makes room for the right one."""
    subject = await ground.subject(XIAMEN)
    agent = await ground.agent(f"mistaken-{subject}", subject)
    training = {"activity": await held(client, "other-clerk"), "subject": f"Subject:{subject}"}
    made = (await client.data(ATTEND, training, caller="other-clerk"))["recordAttendance"]["attendance"]["id"]
    application = await _application(ground, subject)
    cited = {"attendance": made, "application": application}
    await client.data(CITE, cited, caller=agent)
    taken = {"attendance": made, "reason": "签到表所写为另一单位"}
    assert await client.codes(TAKE_BACK, taken, caller="clerk") == ["STEP_OF_ANOTHER_OFFICE"], "it only reads it"
    assert await client.codes(TAKE_BACK, taken, caller=agent) == ["FORBIDDEN"]
    assert await client.codes(TAKE_BACK, {**taken, "reason": "联系人13800138000"}, caller="other-clerk") == [
        "OTHERS_PERSONAL_DATA"
    ]
    [receipt] = (await client.data(TAKE_BACK, taken, caller="other-clerk"))["withdrawAttendance"]["receipts"]
    noted = await ground.connection.fetchrow("SELECT verb, reason FROM ledger_event WHERE id = $1", UUID(receipt))
    assert dict(noted or {}) == {"verb": "withdraw", "reason": taken["reason"]}
    assert await client.codes(TAKE_BACK, taken, caller="other-clerk") == ["STATE_CONFLICT"]
    for reader in ("approver", agent):
        read = (await client.data(TOLD, {"id": application}, caller=reader))["repairApplication"]["attendances"]
        assert [one["reason"] for one in read["nodes"] if one["withdrawnAt"]] == [taken["reason"]], reader
    own = UUID(application.partition(":")[2])
    await ground.connection.execute("UPDATE repair_application SET state = 'withdrawn' WHERE id = $1", own)
    assert await client.codes(CITE, {**cited, "application": await _application(ground, subject)}, caller=agent) == [
        "STATE_CONFLICT"
    ], "though no application holds it any more"
    again = (await client.data(ATTEND, training, caller="other-clerk"))["recordAttendance"]["attendance"]["id"]
    for standing, which in ((True, again), (False, made)):
        asked = {"id": f"Subject:{subject}", "standing": standing}
        assert (await client.data(LISTED, asked, caller=agent))["attendances"]["nodes"] == [{"id": which}]


async def test_two_subjects_of_one_training_are_one_once_an_attendance_is_withdrawn(
    client: Client, ground: Ground
) -> None:
    """XM-06c: the pair that keeps them from being merged has its remedy, as SUBJECT_ROWS_CONFLICT says."""
    kept, merged = [await ground.subject(XIAMEN) for _ in range(2)]
    activity = await held(client)
    of = [
        (await client.data(ATTEND, {"activity": activity, "subject": f"Subject:{one}"}, caller="clerk"))[
            "recordAttendance"
        ]["attendance"]["id"]
        for one in (kept, merged)
    ]
    assert await moves.conflicts(ground.tx(), kept, merged) == [{"noun": "attendance", "kept": of[0], "merged": of[1]}]
    await client.data(TAKE_BACK, {"attendance": of[1], "reason": "与另一主体为同一单位"}, caller="clerk")
    assert await moves.conflicts(ground.tx(), kept, merged) == []


async def test_a_campaign_tags_records_and_changes_nothing_of_them(client: Client, ground: Ground) -> None:
    """XM-19: three topics, six offices; tagged by the producing office; progress as of any day."""
    campaign = await opened(client)
    record = await ground.record(XIAMEN, "penalty", "JCZD", await ground.subject(XIAMEN))
    before = await ground.connection.fetchrow("SELECT * FROM credit_record WHERE id = $1", record)
    given = {"campaign": campaign, "record": f"CreditRecord:{record}", "topic": "考试作弊"}
    assert await client.codes(TAG, {"input": given}, caller="other-clerk") == ["NOT_FOUND"]
    assert await client.codes(TAG, {"input": {**given, "topic": "拖欠农民工工资问题"}}, caller="clerk") == [
        "CAMPAIGN_TOPIC_UNKNOWN"
    ]
    tag = (await client.data(TAG, {"input": given}, caller="clerk"))["tagForCampaign"]["campaignTag"]["id"]
    assert await client.codes(TAG, {"input": given}, caller="clerk") == ["TAGGED_ALREADY"]
    assert await ground.connection.fetchrow("SELECT * FROM credit_record WHERE id = $1", record) == before
    await held(client, campaign=campaign)
    told = (await client.data(PROGRESS, {"id": campaign}, caller="watch"))["campaignProgress"]
    assert [(one["topic"], one["records"], one["activities"]) for one in told] == [("考试作弊", 1, 0), (None, 0, 1)]
    named = await client.data("query ($id: ID!) { office(id: $id) { name } }", {"id": told[0]["office"]})
    assert {one["officeName"] for one in told} == {named["office"]["name"]}
    assert (await client.data(PROGRESS, {"id": campaign, "asOf": "2026-03-17"}, caller="watch"))[
        "campaignProgress"
    ] == []
    assert (await client.data(PROGRESS, {"id": campaign}, caller="other-clerk"))["campaignProgress"] == []
    assert await client.codes(PROGRESS, {"id": campaign}) == ["FORBIDDEN"]
    assert await client.codes(PROGRESS, {"id": campaign, "asOf": "2026-03-19"}, caller="watch") == ["INVALID_INPUT"]
    assert await client.codes(PROGRESS, {"id": f"Campaign:{UUID(int=1)}"}, caller="watch") == ["NOT_FOUND"]
    assert await client.codes(UNTAG, {"id": tag}, caller="other-clerk") == ["NOT_FOUND"]
    await client.data(UNTAG, {"id": tag}, caller="clerk")
    assert await client.codes(UNTAG, {"id": tag}, caller="clerk") == ["STATE_CONFLICT"]


async def test_whose_record_is_met_behind_a_tag_learns_who_read_it(client: Client, ground: Ground) -> None:
    """A tag is about nobody; the record behind it is a person's."""
    person = await ground.subject(XIAMEN, person=True)
    record = await ground.record(XIAMEN, "penalty", "JCZD", person)
    given = {"campaign": await opened(client), "record": f"CreditRecord:{record}", "topic": "考试作弊"}
    tag = (await client.data(TAG, {"input": given}, caller="clerk"))["tagForCampaign"]["campaignTag"]["id"]
    met = "query ($id: ID!) { node(id: $id) { ... on CampaignTag { record { id } } } }"
    noted = "SELECT count(*) FROM ledger_event WHERE kind = 'access' AND subject_id = $1"
    before = await ground.connection.fetchval(noted, person)
    assert (await client.data(met, {"id": tag}, caller="clerk"))["node"] == {"record": {"id": given["record"]}}
    assert await ground.connection.fetchval(noted, person) == before + 1


async def test_what_a_step_has_locked_is_changed_by_nobody_until_it_is_done(
    client: Client, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity, lock, kept = await planned(client), Work.lock, list[bool]()

    async def watched(self: Work, noun: str, row_id: UUID, action: str) -> asyncpg.Record:
        row = await lock(self, noun, row_id, action)
        try:
            await ground.connection.execute("SELECT FROM activity WHERE id = $1 FOR UPDATE NOWAIT", row_id)
        except asyncpg.LockNotAvailableError:
            kept.append(True)
        return row

    monkeypatch.setattr(Work, "lock", watched)
    await client.data(CANCEL, {"id": activity}, caller="clerk")
    assert kept == [True]


async def test_topics_offices_and_period_of_a_campaign_hold(client: Client, ground: Ground) -> None:
    """XM-19, HC-15a, SY-12: topics are the rulebook's; an office that is not named does not take part; closed is closed."""
    haicang = {
        "name": "海沧",
        "topics": ["骗取社会保险", "法院判决不执行"],
        "fromOn": "2026-01-01",
        "toOn": "2026-12-31",
    }
    made = (await client.data(OPEN, {"input": haicang}, caller="hc-watch"))["openCampaign"]["campaign"]
    assert made["officeCodes"] == [], "各有关单位: every office of the place"
    other = {"input": {**haicang, "topics": ["没有的主题"]}}
    assert await client.codes(OPEN, other, caller="hc-watch") == ["CAMPAIGN_TOPIC_UNKNOWN"]
    called = {"input": {**haicang, "name": "联系13812345678"}}
    assert await client.codes(OPEN, called, caller="hc-watch") == ["PERSONAL_TEXT_IN_PUBLIC"]
    assert await client.codes(OPEN, {"input": haicang}, caller="hc-clerk") == ["FORBIDDEN"]
    pension = {**haicang, "topics": ["虚报冒领养老金"]}
    assert (await client.data(OPEN, {"input": pension}, caller="sy-watch"))["openCampaign"]["campaign"][
        "basis"
    ].endswith("正文")
    named = (await client.data(OPEN, {"input": {**haicang, "topics": ["考试作弊"]}}, caller="watch"))["openCampaign"][
        "campaign"
    ]
    assert sorted(named["officeCodes"]) == ["JCAI", "JCZD", "KS", "SB", "SY", "ZZ"]
    permit = await ground.record(XIAMEN, "permit", "SP", await ground.subject(XIAMEN))
    given = {"campaign": named["id"], "record": f"CreditRecord:{permit}", "topic": "考试作弊"}
    assert await client.codes(TAG, {"input": given}, caller="other-clerk") == ["CAMPAIGN_OF_OTHERS"]
    over = await opened(client, toOn="2026-03-17")
    penalty = await ground.record(XIAMEN, "penalty", "JCZD", await ground.subject(XIAMEN))
    late = {"campaign": over, "record": f"CreditRecord:{penalty}", "topic": "考试作弊"}
    assert await client.codes(TAG, {"input": late}, caller="clerk") == ["CAMPAIGN_NOT_RUNNING"]
    both = {**late, "typicalCase": f"TypicalCase:{new_id()}"}
    assert await client.codes(TAG, {"input": both}, caller="clerk") == ["INVALID_INPUT"]
    await client.data(CLOSE, {"id": named["id"]}, caller="watch")
    assert await client.codes(CLOSE, {"id": named["id"]}, caller="watch") == ["STATE_CONFLICT"]
    mine = {"campaign": named["id"], "record": f"CreditRecord:{penalty}", "topic": "考试作弊"}
    assert await client.codes(TAG, {"input": mine}, caller="clerk") == ["CAMPAIGN_NOT_RUNNING"]


async def _office(ground: Ground, place: str, code: str) -> UUID:
    find = "SELECT id FROM office WHERE jurisdiction_id = $1 AND code = $2"
    return UUID(str(await ground.connection.fetchval(find, place, code)))


async def _application(ground: Ground, subject: UUID) -> str:
    """Enter an application for repair as it stands when it was applied for."""
    record = await ground.record(XIAMEN, "penalty", "JCZD", subject, severity="serious")
    values = {
        "record_id": record,
        "subject_id": subject,
        "about_person": False,
        "jurisdiction_id": XIAMEN,
        "office_id": await _office(ground, XIAMEN, "JCZD"),
        "state": "applied",
        "procedure": "repair",
        "grounds": "已纠正",
        "applied_at": ground.now,
        "due_provisional": False,
    }
    made = await create(ground.tx(), "repair_application", "apply", values)
    return f"RepairApplication:{made}"
