"""Typical cases and the portal's column over HTTP: by whom, in which order, what counts, what everybody sees."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.culture import typical_cases
from domain.culture.typical_cases import Proposal
from domain.delivery import deliveries
from domain.delivery.receipt import Receipt
from domain.installation_rows import office_id
from tests.client import Client
from tests.culture.conftest import HAICANG, XIAMEN, XINXIANG
from tests.removals.ground import BOOKS, Ground

pytestmark = pytest.mark.anyio

PROPOSE = """mutation ($input: ProposeTypicalCaseInput!) { proposeTypicalCase(input: $input) {
  typicalCase { id state field kind basis counts office { code } } } }"""
APPROVE = """mutation ($case: ID!) { approveTypicalCase(input: { typicalCase: $case }) {
  typicalCase { state publishedAt counts } } }"""
REJECT = 'mutation ($case: ID!) { rejectTypicalCase(input: { typicalCase: $case, reason: "不典型" }) { typicalCase { state } } }'
WITHDRAW = """mutation ($case: ID!) { withdrawTypicalCase(input: { typicalCase: $case, reason: "情况有变" }) {
  typicalCase { state } } }"""
SEEN = """query ($id: ID!) { typicalCase(id: $id) { title counts record { id subject { name } }
  entry { id subject { name } } } }"""
HISTORY = "query ($id: ID!) { typicalCase(id: $id) { history(first: 9) { nodes { verb } } } }"
QUOTAS = """query ($place: String!, $year: Int!, $asOf: Date) { typicalCaseQuotas(jurisdiction: $place, year: $year, asOf: $asOf) {
  status reading offices { office officeName done awaiting required missing citation quote } } }"""
SUPPLY = """mutation ($input: ProposePortalEntryInput!) { proposePortalEntry(input: $input) {
  portalEntry { id state editor { code } } } }"""
NOT_SHOWN = (
    'mutation ($id: ID!) { rejectPortalEntry(input: { portalEntry: $id, reason: "重复" }) { portalEntry { state } } }'
)
SHOW = "mutation ($id: ID!) { approvePortalEntry(input: { portalEntry: $id }) { portalEntry { state publishedAt } } }"
TAKE_DOWN = (
    'mutation ($id: ID!) { withdrawPortalEntry(input: { portalEntry: $id, reason: "过期" }) { portalEntry { state } } }'
)
COLUMN = "{ portalEntries(first: 50) { totalCount nodes { id kind title case { title } } } }"
CASE = {
    "field": "市场",
    "kind": "联合奖惩典型案例",
    "polarity": "POSITIVE",
    "title": "联合激励",
    "text": "守信企业获得便利。",
}


async def proposed(client: Client, caller: str = "clerk", **more: Any) -> str:
    answer = await client.data(PROPOSE, {"input": {**CASE, **more}}, caller=caller)
    return str(answer["proposeTypicalCase"]["typicalCase"]["id"])


async def published(client: Client, **more: Any) -> str:
    made = await proposed(client, **more)
    await client.data(APPROVE, {"case": made}, caller="approver")
    return made


async def quota(client: Client, year: int = 2026, caller: str = "clerk", **more: Any) -> dict[str, Any]:
    told = (await client.data(QUOTAS, {"place": XIAMEN, "year": year, **more}, caller=caller))["typicalCaseQuotas"]
    return dict(told["offices"][0])


async def receipted(ground: Ground, case: str) -> None:
    """Push what waits and let the platform take this case."""
    tx = ground.tx()
    async with ground.connection.transaction():
        await deliveries.take_up(tx)
        row = await ground.connection.fetchrow(
            "SELECT * FROM delivery WHERE object_id = $1 AND state = 'waiting'", UUID(case.partition(":")[2])
        )
        assert row is not None
        await deliveries.deliver(tx, row, Receipt("R-1", ground.now, True), shown=True)


async def test_a_case_counts_when_it_was_pushed_and_receipted(client: Client, ground: Ground) -> None:
    """XM-27, XM-27b: proposed, approved by another and pushed; only with the platform's receipt it counts."""
    before = await quota(client)
    case = await proposed(client)
    assert (await quota(client))["awaiting"] == before["awaiting"]
    told = (await client.data(APPROVE, {"case": case}, caller="approver"))["approveTypicalCase"]["typicalCase"]
    assert (told["state"], told["counts"]) == ("APPROVED", False)
    assert told["publishedAt"]
    pushed = await quota(client)
    assert (pushed["done"], pushed["awaiting"]) == (before["done"], before["awaiting"] + 1)
    await receipted(ground, case)
    counted = await quota(client)
    assert (counted["done"], counted["required"], counted["missing"]) == (
        before["done"] + 1,
        3,
        max(0, 2 - before["done"]),
    )
    assert counted["quote"] == "监察支队每年推送案例不少于3例"
    assert counted["citation"].endswith("27")
    await client.data(WITHDRAW, {"case": case}, caller="approver")
    assert (await quota(client))["done"] == before["done"], "a withdrawn case stops counting"
    verbs = [
        one["verb"]
        for one in (await client.data(HISTORY, {"id": case}, caller="clerk"))["typicalCase"]["history"]["nodes"]
    ]
    assert sorted(verbs) == ["approve", "propose", "withdraw"]


async def test_a_receipt_that_is_told_later_counts_from_then_on(client: Client, ground: Ground) -> None:
    """XM-27b: what the quota was on a past day it stays, however early the platform says that it took the case."""
    pushed, told = ground.now - timedelta(days=9), ground.now - timedelta(days=2)
    between = (told - timedelta(days=2)).date().isoformat()
    before = [await quota(client, asOf=between), await quota(client)]
    given = Proposal(
        jurisdiction_id=XIAMEN,
        office_id=office_id(XIAMEN, "JCZD"),
        field=CASE["field"],
        kind=CASE["kind"],
        polarity="positive",
        title=CASE["title"],
        text=CASE["text"],
    )
    async with ground.connection.transaction():
        case = await typical_cases.propose(replace(ground.tx("clerk"), now=pushed), BOOKS, given)
        await typical_cases.approve(replace(ground.tx("approver"), now=pushed), case)
        await deliveries.take_up(replace(ground.tx(), now=pushed))
    assert (await quota(client, asOf=between))["awaiting"] == before[0]["awaiting"] + 1

    row = await ground.connection.fetchrow("SELECT * FROM delivery WHERE object_id = $1", case)
    assert row is not None
    async with ground.connection.transaction():
        taken = pushed + timedelta(hours=1)
        await deliveries.tell(replace(ground.tx("clerk"), now=told), row, receipt="R-9", received_at=taken)
    then, now = await quota(client, asOf=between), await quota(client)
    assert (then["done"], then["awaiting"]) == (before[0]["done"], before[0]["awaiting"] + 1)
    assert (now["done"], now["awaiting"]) == (before[1]["done"] + 1, before[1]["awaiting"])


async def test_a_withdrawn_case_is_taken_down_on_the_platform(client: Client, ground: Ground) -> None:
    """XM-27b: the withdrawal is an event of its own that ends publication, and passes dead letters."""
    case = await published(client)
    await client.data(WITHDRAW, {"case": case}, caller="approver")
    async with ground.connection.transaction():
        await deliveries.take_up(ground.tx())
    ends = await ground.connection.fetch(
        "SELECT verb, ends FROM delivery WHERE object_id = $1 ORDER BY id", UUID(case.partition(":")[2])
    )
    assert [tuple(one) for one in ends] == [("approve", False), ("withdraw", True)]


async def test_the_wrong_person_and_the_wrong_order_are_refused(client: Client) -> None:
    """XM-27: who proposes never approves; each step once, of the own office alone."""
    case = await proposed(client)
    assert await client.codes(APPROVE, {"case": case}, caller="clerk") == ["FORBIDDEN"]
    assert await client.codes(APPROVE, {"case": case}, caller="other-approver") == ["NOT_FOUND"]
    assert await client.codes(APPROVE, {"case": case}, caller="watch") == ["FORBIDDEN"]
    assert await client.codes(APPROVE, {"case": case}) == ["FORBIDDEN"]
    assert await client.codes(WITHDRAW, {"case": case}, caller="approver") == ["STATE_CONFLICT"]
    assert (await client.data(SEEN, {"id": case}))["typicalCase"] is None, "not published: nobody else sees it"
    assert (await client.data(SEEN, {"id": case}, caller="other-clerk"))["typicalCase"] is None
    own = await proposed(client, caller="both")
    assert await client.codes(APPROVE, {"case": own}, caller="both") == ["CASE_PROPOSER_DECIDES"]
    await client.data(REJECT, {"case": case}, caller="approver")
    assert await client.codes(APPROVE, {"case": case}, caller="approver") == ["STATE_CONFLICT"]


async def test_fields_and_kinds_are_the_rulebooks(client: Client) -> None:
    """XM-27b (等: another field is taken), HC-22, XX-19: each place its own kinds; what is not there is refused."""
    answer = await client.send(PROPOSE, {"input": {**CASE, "kind": "诚信经商"}}, caller="clerk")
    assert answer["errors"][0]["extensions"]["code"] == "CASE_KIND_UNKNOWN"
    assert answer["errors"][0]["extensions"]["known"] == ["信用应用", "联合奖惩典型案例", "优秀经验做法"]
    assert await proposed(client, field="司法")
    haicang = {"kind": "诚信经商", "field": None}
    assert await proposed(client, caller="hc-clerk", **haicang)
    exemplar = {"kind": "诚信群体", "field": None}
    assert await proposed(client, caller="xx-clerk", **exemplar)
    assert await client.codes(PROPOSE, {"input": {**CASE, "kind": "诚信群体"}}, caller="hc-clerk") == [
        "CASE_KIND_UNKNOWN"
    ]


async def test_a_case_names_its_subject_only_while_that_is_published(client: Client, ground: Ground) -> None:
    """XX-19, XM-27b: through the published entry alone; a person is masked; once it ends nobody is named."""
    person = await ground.subject(XINXIANG, person=True)
    name = await ground.connection.fetchval("SELECT name FROM subject WHERE id = $1", person)
    entry = await ground.entry(XINXIANG, "black", "JCZD", person)
    given = {
        "kind": "诚信人物", "field": None, "polarity": "NEGATIVE", "title": "曝光典型", "text": "拖欠工资。",
        "entry": f"ListEntry:{entry}",
    }  # fmt: skip
    named = {**given, "text": f"{name}拖欠工资。"}
    assert await client.codes(PROPOSE, {"input": named}, caller="xx-clerk") == ["CASE_NAMES_SUBJECT"]
    telephone = {**given, "text": "电话13800138000。"}
    assert await client.codes(PROPOSE, {"input": telephone}, caller="xx-clerk") == ["OTHERS_PERSONAL_DATA"]
    case = await proposed(client, caller="xx-clerk", **given)
    await client.data(APPROVE, {"case": case}, caller="xx-approver")
    seen = (await client.data(SEEN, {"id": case}))["typicalCase"]
    assert seen["title"] == "曝光典型"
    assert seen["entry"]["subject"]["name"] == "欧阳**"
    await ground.connection.execute("UPDATE list_entry SET public_until = '2026-03-17' WHERE id = $1", entry)
    seen = (await client.data(SEEN, {"id": case}))["typicalCase"]
    assert (seen["title"], seen["entry"]) == ("曝光典型", None)


async def test_fraud_on_the_fund_is_exposed_by_who_finds_it(client: Client, ground: Ground) -> None:
    """XM-18c: 定期 without a period: by hand, never by itself; the person masked, and gone from it with the entry."""
    for sub, role in (("fund-clerk", "clerk"), ("fund-approver", "approver")):
        await ground.officer(sub, role, office=(XIAMEN, "SB"))
    person = await ground.subject(XIAMEN, person=True)
    entry = await ground.entry(XIAMEN, "social_insurance_serious", "SB", person)
    given = {"field": "民生", "polarity": "NEGATIVE", "title": "曝光骗取社会保险金", "text": "冒领养老金。"}
    case = await proposed(client, caller="fund-clerk", **given, entry=f"ListEntry:{entry}")
    assert (await client.data(SEEN, {"id": case}))["typicalCase"] is None, "not exposed before another person approves"
    assert await client.codes(APPROVE, {"case": case}, caller="fund-clerk") == ["FORBIDDEN"]
    await client.data(APPROVE, {"case": case}, caller="fund-approver")
    seen = (await client.data(SEEN, {"id": case}))["typicalCase"]
    assert (seen["title"], seen["entry"]["subject"]["name"]) == ("曝光骗取社会保险金", "欧阳**")
    await ground.connection.execute("UPDATE list_entry SET public_until = '2026-03-17' WHERE id = $1", entry)
    assert (await client.data(SEEN, {"id": case}))["typicalCase"]["entry"] is None


async def test_what_is_not_published_is_no_ground_of_a_case(client: Client, ground: Ground) -> None:
    """XM-27b: neither when it is proposed nor when it is approved."""
    record = await ground.record(XIAMEN, "penalty", "JCZD", await ground.subject(XIAMEN), severity="serious")
    given = {"input": {**CASE, "record": f"CreditRecord:{record}"}}
    assert await client.codes(PROPOSE, given, caller="clerk") == ["CASE_UNFOUNDED"]
    foreign = await ground.record(XIAMEN, "permit", "SP", await ground.subject(XIAMEN))
    theirs = {"input": {**CASE, "record": f"CreditRecord:{foreign}"}}
    assert await client.codes(PROPOSE, theirs, caller="clerk") == ["NOT_FOUND"]
    publish = "UPDATE credit_record SET state = 'published', published_at = $2 WHERE id = $1"
    await ground.connection.execute(publish, record, ground.now)
    case = await proposed(client, record=f"CreditRecord:{record}")
    await ground.connection.execute("UPDATE credit_record SET public_until = '2026-03-17' WHERE id = $1", record)
    assert await client.codes(APPROVE, {"case": case}, caller="approver") == ["CASE_UNFOUNDED"]


async def test_quotas_are_each_offices_own_and_all_for_who_watches(client: Client) -> None:
    """XM-27: the credit office sees nine; an office its own; nobody else any; no day to come."""
    asked = {"place": XIAMEN, "year": 2026}
    told = (await client.data(QUOTAS, asked, caller="watch"))["typicalCaseQuotas"]
    assert sum(one["required"] is not None for one in told["offices"]) == 9
    assert told["status"] == "expired"
    assert "31 December" in told["reading"]
    own = (await client.data(QUOTAS, asked, caller="clerk"))["typicalCaseQuotas"]["offices"]
    assert [one["required"] for one in own] == [3]
    named = await client.data("query ($id: ID!) { office(id: $id) { name } }", {"id": own[0]["office"]})
    assert own[0]["officeName"] == named["office"]["name"]
    assert await client.codes(QUOTAS, asked) == ["FORBIDDEN"]
    assert await client.codes(QUOTAS, asked, caller="xx-clerk") == ["NOT_FOUND"]
    assert await client.codes(QUOTAS, {**asked, "asOf": "2026-03-19"}, caller="watch") == ["INVALID_INPUT"]
    assert await client.codes(QUOTAS, {**asked, "year": 1999}, caller="watch") == ["INVALID_INPUT"]
    haicang = (await client.data(QUOTAS, {"place": HAICANG, "year": 2026}, caller="hc-watch"))["typicalCaseQuotas"]
    assert haicang["status"] in ("none_set", "not_loaded")
    assert [one["required"] for one in haicang["offices"] if one["required"]] == []


async def test_the_column_is_for_everybody_once_another_person_approved(client: Client) -> None:
    """XM-10: three kinds, supplied by an office, approved by 办公室, read without a login."""
    entry = {"kind": "POLICY", "title": "信用修复办法", "text": "全文", "source": "厦人社〔2021〕1号"}
    made = (await client.data(SUPPLY, {"input": entry}, caller="clerk"))["proposePortalEntry"]["portalEntry"]
    assert made["editor"] == {"code": "BG"}
    assert made["id"] not in [one["id"] for one in (await client.data(COLUMN))["portalEntries"]["nodes"]]
    for caller, code in (
        ("clerk", "FORBIDDEN"),
        ("approver", "NOT_FOUND"),
        (None, "FORBIDDEN"),
        ("hc-approver", "NOT_FOUND"),
    ):
        assert await client.codes(SHOW, {"id": made["id"]}, caller=caller) == [code], caller
    assert await client.codes(TAKE_DOWN, {"id": made["id"]}, caller="editor") == ["STATE_CONFLICT"]
    await client.data(SHOW, {"id": made["id"]}, caller="editor")
    assert made["id"] in [one["id"] for one in (await client.data(COLUMN))["portalEntries"]["nodes"]]
    await client.data(TAKE_DOWN, {"id": made["id"]}, caller="editor")
    assert made["id"] not in [one["id"] for one in (await client.data(COLUMN))["portalEntries"]["nodes"]]
    own = (await client.data(SUPPLY, {"input": entry}, caller="editors"))["proposePortalEntry"]["portalEntry"]
    assert await client.codes(SHOW, {"id": own["id"]}, caller="editors") == ["PORTAL_PROPOSER_DECIDES"]
    not_shown = await client.data(NOT_SHOWN, {"id": own["id"]}, caller="editor")
    assert not_shown["rejectPortalEntry"]["portalEntry"]["state"] == "REJECTED"
    personal = {"input": {**entry, "text": "联系人13800138000"}}
    assert await client.codes(SUPPLY, personal, caller="clerk") == ["OTHERS_PERSONAL_DATA"]


async def test_a_case_in_the_column_is_shown_no_longer_than_it_is_published(client: Client) -> None:
    """XM-10: only a published case, and gone with it."""
    case = await proposed(client)
    entry = {"kind": "TYPICAL_CASE", "title": "典型案例", "text": "见案例", "typicalCase": case}
    assert await client.codes(SUPPLY, {"input": entry}, caller="clerk") == ["PORTAL_CASE_NEEDED"]
    assert await client.codes(SUPPLY, {"input": {**entry, "typicalCase": None}}, caller="clerk") == [
        "PORTAL_CASE_NEEDED"
    ]
    await client.data(APPROVE, {"case": case}, caller="approver")
    made = (await client.data(SUPPLY, {"input": entry}, caller="clerk"))["proposePortalEntry"]["portalEntry"]["id"]
    await client.data(SHOW, {"id": made}, caller="editor")
    assert made in [one["id"] for one in (await client.data(COLUMN))["portalEntries"]["nodes"]]
    await client.data(WITHDRAW, {"case": case}, caller="approver")
    assert made not in [one["id"] for one in (await client.data(COLUMN))["portalEntries"]["nodes"]]


async def test_two_who_decide_at_the_same_instant_leave_one_decision(client: Client, ground: Ground) -> None:
    """XM-27: compare and set: the second finds that the case has moved on."""
    case = UUID((await proposed(client)).partition(":")[2])
    later = ground.now + timedelta(minutes=1)
    tx = ground.tx("approver")
    tx.now = later
    async with ground.connection.transaction():
        await typical_cases.approve(tx, case)
    assert await client.codes(REJECT, {"case": f"TypicalCase:{case}"}, caller="approver") == ["STATE_CONFLICT"]
