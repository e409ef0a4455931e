"""The ways off a list over HTTP, step by step: the wrong person, the wrong order, the missing part are refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.credit import records
from domain.installation_rows import office_id
from domain.lists import list_publication, removal_endings, removal_openings
from domain.lists.refusals import RemovalReasonUnfit
from tests.client import Client, Serve
from tests.removals.ground import BOOKS, Ground

pytestmark = pytest.mark.anyio

XIAMEN, XINXIANG, HAICANG, SHANGHAI = "350200", "410700", "350205", "310000"
CONDITIONS = ("积极纠错", "挽回社会影响", "取得较大成效")
Do = Callable[..., Awaitable[list[str]]]

APPLY = """mutation ($input: ApplyListRemovalInput!) { applyListRemoval(input: $input) {
  listRemoval { id state way dueOn timeliness attachments(first: 5) { totalCount } } } }"""


def _step(verb: str) -> str:
    if verb in ("review", "decide"):
        return (
            f"mutation ($id: ID!, $bars: [String!]) {{ {verb}ListRemoval(input: {{ removal: $id, opinion: "
            '"同意", barsFound: $bars }) { listRemoval { state } } }'
        )
    if verb in ("refuse", "close", "withdraw"):
        return (
            f'mutation ($id: ID!) {{ {verb}ListRemoval(input: {{ removal: $id, reason: "说明理由" }})'
            " { listRemoval { state endingReason } } }"
        )
    name = "removeListEntry" if verb == "remove" else f"{verb}ListRemoval"
    return f"mutation ($id: ID!) {{ {name}(input: {{ removal: $id }}) {{ listRemoval {{ state }} }} }}"


@pytest.fixture
def do(client: Client) -> Do:
    """Take a step as somebody and give the codes of its errors."""

    async def taken(verb: str, removal: str, caller: str, **variables: Any) -> list[str]:
        return await client.codes(_step(verb), {"id": removal, **variables}, caller=caller)

    return taken


@pytest.fixture
async def black(ground: Ground) -> tuple[UUID, UUID, str]:
    """Give a subject on Xinxiang's black list, its entry and its agent."""
    subject = await ground.subject(XINXIANG)
    entry = await ground.entry(XINXIANG, "black", "JCZD", subject)
    return subject, entry, await ground.agent(f"agent-{subject}", subject)


async def application(ground: Ground, entry: UUID, subject: UUID, agent: str, **changes: Any) -> dict[str, Any]:
    said = [{"condition": one, "statement": "已足额支付并公开道歉"} for one in CONDITIONS]
    evidence = [await ground.attachment(agent, subject_id=subject)]
    return {"entry": f"ListEntry:{entry}", "statements": said, "evidence": evidence, **changes}


async def applied(client: Client, ground: Ground, black: tuple[UUID, UUID, str]) -> str:
    subject, entry, agent = black
    given = await application(ground, entry, subject, agent)
    answer = await client.data(APPLY, {"input": given}, caller=agent)
    ident: str = answer["applyListRemoval"]["listRemoval"]["id"]
    return ident


# -- 新乡: 提前结束发布


async def test_xx_13_applied_reviewed_filed_removed_in_that_order(
    client: Client, ground: Ground, black: tuple[UUID, UUID, str], do: Do
) -> None:
    subject, entry, agent = black
    given = await application(ground, entry, subject, agent)
    made = (await client.data(APPLY, {"input": given}, caller=agent))["applyListRemoval"]["listRemoval"]
    removal = made["id"]
    assert (made["state"], made["way"]) == ("APPLIED", "EARLY")
    assert (made["dueOn"], made["timeliness"]) == (None, "NONE_SET"), "Xinxiang sets no days"
    assert made["attachments"]["totalCount"] == 1

    assert await do("remove", removal, "xx-one") == ["STEP_OUT_OF_ORDER"]
    assert await do("file", removal, "xx-one") == ["STEP_OUT_OF_ORDER"]
    assert await do("review", removal, "xx-other") == ["NOT_FOUND"]
    assert await do("review", removal, "xx-clerk") == ["FORBIDDEN"]
    assert await do("review", removal, "xx-credit") == ["FORBIDDEN"]
    assert await do("review", removal, agent) == ["FORBIDDEN"]
    assert await do("decide", removal, "xx-one") == ["STEP_OUT_OF_ORDER"], "no step of this procedure"
    assert await do("review", removal, "xx-one") == []
    assert await do("review", removal, "xx-two") == ["STEP_OUT_OF_ORDER"]
    assert await do("remove", removal, "xx-two") == ["STEP_OUT_OF_ORDER"], "deletion before the filing"
    assert await do("file", removal, "xx-one") == []
    assert (await ground.row("list_removal", removal))["filed_with_id"] is not None
    assert await do("remove", removal, "xx-one") == ["OWN_APPROVAL"]
    assert await do("announce", removal, "xx-two") == ["STATE_CONFLICT"]
    assert await do("remove", removal, "xx-two") == []
    assert await do("remove", removal, "xx-three") == ["STATE_CONFLICT"]

    row = await ground.row("list_entry", entry)
    assert (row["state"], row["removal_reason"], str(row["removed_on"])) == ("removed", "early_removal", "2026-03-18")
    assert await ground.ledger(removal) == ["apply", "review", "file", "remove"]
    assert (await ground.ledger(entry))[-1] == "remove"


async def test_a_removal_reaches_every_channel(
    client: Client, ground: Ground, black: tuple[UUID, UUID, str], do: Do
) -> None:
    _, entry, _ = black
    seen = "query ($id: ID!) { listEntry(id: $id) { id } }"
    assert (await client.data(seen, {"id": f"ListEntry:{entry}"}))["listEntry"]
    removal = await applied(client, ground, black)
    for verb, who in (("review", "xx-one"), ("file", "xx-one"), ("remove", "xx-two")):
        assert await do(verb, removal, who) == []

    assert (await client.data(seen, {"id": f"ListEntry:{entry}"}))["listEntry"] is None
    told = await ground.connection.fetchrow(
        "SELECT verb, payload ->> 'state' AS state FROM outbox_event WHERE object_id = $1 ORDER BY id DESC LIMIT 1",
        entry,
    )
    assert dict(told) == {"verb": "remove", "state": "removed"}


async def test_henan_37_the_exit_is_announced_on_the_same_channel_once(
    client: Client, ground: Ground, black: tuple[UUID, UUID, str], do: Do
) -> None:
    removal = await applied(client, ground, black)
    for verb, who in (("review", "xx-one"), ("file", "xx-one"), ("remove", "xx-two")):
        assert await do(verb, removal, who) == []
    status = "query ($id: ID!) { listRemoval(id: $id) { announcement channel } }"
    before = (await client.data(status, {"id": removal}, caller="xx-credit"))["listRemoval"]
    assert before == {"announcement": "PENDING", "channel": "“信用中国(信用新乡)”网站"}
    assert await do("announce", removal, "xx-credit") == []
    assert await do("announce", removal, "xx-one") == ["STATE_CONFLICT"]
    after = (await client.data(status, {"id": removal}, caller="xx-credit"))["listRemoval"]
    assert after["announcement"] == "DONE"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"statements": []}, "REMOVAL_CONDITION_MISSING"),
        ({"statements": [{"condition": one, "statement": "是"} for one in CONDITIONS[:2]]}, "REMOVAL_CONDITION_MISSING"),
        ({"statements": [{"condition": one, "statement": "是"} for one in (*CONDITIONS, "其他")]}, "REMOVAL_CONDITION_MISSING"),
        ({"statements": [{"condition": one, "statement": "是"} for one in (*CONDITIONS, "积极纠错")]}, "STATEMENT_TWICE"),
        ({"statements": [{"condition": one, "statement": " "} for one in CONDITIONS]}, "INVALID_INPUT"),
        ({"statements": [{"condition": one, "statement": "a\x00"} for one in CONDITIONS]}, "INVALID_INPUT"),
        ({"evidence": []}, "EVIDENCE_REQUIRED"),
        ({"evidence": ["Attachment:01856aa0-0000-7000-8000-000000000000"]}, "NOT_FOUND"),
        ({"correctedOn": "2026-03-19"}, "INVALID_INPUT"),
    ],
)  # fmt: skip
async def test_xx_13_an_application_needs_every_part(
    client: Client, ground: Ground, black: tuple[UUID, UUID, str], changes: dict[str, Any], code: str
) -> None:
    subject, entry, agent = black
    given = await application(ground, entry, subject, agent, **changes)
    assert await client.codes(APPLY, {"input": given}, caller=agent) == [code]
    assert await ground.connection.fetchval("SELECT count(*) FROM list_removal WHERE entry_id = $1", entry) == 0


async def test_only_the_subject_applies_and_a_foreign_entry_is_a_missing_one(
    client: Client, ground: Ground, black: tuple[UUID, UUID, str]
) -> None:
    _, entry, _ = black
    other = await ground.subject(XINXIANG)
    stranger = await ground.agent(f"agent-{other}", other)
    given = await application(ground, entry, other, stranger)
    foreign = await client.send(APPLY, {"input": given}, caller=stranger)
    given["entry"] = "ListEntry:01856aa0-0000-7000-8000-000000000000"
    missing = await client.send(APPLY, {"input": given}, caller=stranger)
    assert foreign == missing
    assert await client.codes(APPLY, {"input": given}, caller="xx-one") == ["FORBIDDEN"]
    assert await client.codes(APPLY, {"input": given}) == ["FORBIDDEN"]


async def test_there_is_one_matter_at_a_time_and_a_new_one_after_a_refusal(
    client: Client, ground: Ground, black: tuple[UUID, UUID, str], do: Do
) -> None:
    subject, entry, agent = black
    removal = await applied(client, ground, black)
    given = await application(ground, entry, subject, agent)
    again = await client.send(APPLY, {"input": given}, caller=agent)
    assert again["errors"][0]["extensions"] | {"messageZh": ""} == {
        "code": "REMOVAL_PENDING", "removal": removal, "messageZh": "",
    }  # fmt: skip
    assert await do("review", removal, "xx-one") == []
    assert await do("file", removal, "xx-one") == []
    assert await do("refuse", removal, "xx-two") == [], "可以: even after the filing the unit may decline"
    assert (await ground.row("list_entry", entry))["state"] == "published"
    assert await client.codes(APPLY, {"input": given}, caller=agent) == []


async def test_a_red_entry_is_not_applied_off_its_list(client: Client, ground: Ground) -> None:
    subject = await ground.subject(XINXIANG)
    entry = await ground.entry(XINXIANG, "red", "JCZD", subject)
    agent = await ground.agent(f"agent-{subject}", subject)
    given = await application(ground, entry, subject, agent)
    assert await client.codes(APPLY, {"input": given}, caller=agent) == ["NOT_THE_WAY_OUT"]


@pytest.mark.parametrize(
    "state",
    [
        {"state": "decided", "published_at": None, "publisher_id": None},
        {"state": "removed", "removed_on": "today", "removal_reason": "repaired"},
        {"until": "yesterday"},
    ],
    ids=["not yet published", "removed", "expired"],
)
async def test_what_is_not_in_force_cannot_be_removed(client: Client, ground: Ground, state: dict[str, Any]) -> None:
    from datetime import timedelta

    days = {"today": ground.tx().today, "yesterday": ground.tx().today - timedelta(days=1)}
    changes: dict[str, Any] = {key: days.get(value, value) for key, value in state.items()}
    subject = await ground.subject(XINXIANG)
    entry = await ground.entry(XINXIANG, "black", "JCZD", subject, **changes)
    agent = await ground.agent(f"agent-{subject}", subject)
    given = await application(ground, entry, subject, agent)
    assert await client.codes(APPLY, {"input": given}, caller=agent) == ["ENTRY_NOT_IN_FORCE"]


async def test_an_application_withdrawn_cannot_go_on(
    client: Client, ground: Ground, black: tuple[UUID, UUID, str], do: Do
) -> None:
    removal = await applied(client, ground, black)
    assert await do("withdraw", removal, "xx-one") == ["FORBIDDEN"]
    assert await do("withdraw", removal, black[2]) == []
    assert await do("review", removal, "xx-one") == ["STATE_CONFLICT"]


async def test_an_entry_that_left_otherwise_lets_its_removal_lapse(
    client: Client, ground: Ground, black: tuple[UUID, UUID, str], do: Do
) -> None:
    removal = await applied(client, ground, black)
    async with ground.connection.transaction():
        await removal_endings.lapse(ground.tx(), black[1])
    row = await ground.row("list_removal", removal)
    assert (row["state"], row["ended_at"] is not None) == ("lapsed", True)
    assert await do("review", removal, "xx-one") == ["STATE_CONFLICT"]


async def test_two_who_decide_at_the_same_instant_leave_one_decision(
    client: Client, ground: Ground, black: tuple[UUID, UUID, str], do: Do
) -> None:
    removal = await applied(client, ground, black)
    assert await do("review", removal, "xx-one") == []
    assert await do("file", removal, "xx-one") == []
    done = await asyncio.gather(
        do("remove", removal, "xx-two"), do("refuse", removal, "xx-three"), do("withdraw", removal, black[2])
    )
    assert sorted(map(tuple, done)) == [(), ("STATE_CONFLICT",), ("STATE_CONFLICT",)]
    row, entry = await ground.row("list_removal", removal), await ground.row("list_entry", black[1])
    assert (row["state"] == "removed") is (entry["state"] == "removed")


# -- 新乡: 红名单


@pytest.fixture
async def red(ground: Ground) -> tuple[UUID, UUID]:
    """Give a subject on Xinxiang's red list and its entry."""
    subject = await ground.subject(XINXIANG)
    return subject, await ground.entry(XINXIANG, "red", "JCZD", subject)


PUBLISH = """mutation ($id: ID!) { publishCreditRecord(input: { record: $id }) { receipts } }"""


async def tasks(ground: Ground, entry: UUID) -> list[Any]:
    rows: list[Any] = await ground.connection.fetch("SELECT * FROM list_removal WHERE entry_id = $1 ORDER BY id", entry)
    return rows


async def published(client: Client, ground: Ground, subject: UUID, *, caller: str = "xx-one", **more: Any) -> UUID:
    office = {"xx-one": "JCZD", "xx-other": "LDGX"}[caller]
    record = await ground.record(XINXIANG, "labour_dispatch_bad", office, subject, **more)
    assert await client.codes(PUBLISH, {"id": f"CreditRecord:{record}"}, caller=caller) == []
    return record


async def test_xx_12_a_published_dishonest_record_raises_a_task_in_the_same_act(
    client: Client, ground: Ground, red: tuple[UUID, UUID], do: Do
) -> None:
    subject, entry = red
    record = await published(client, ground, subject, caller="xx-other")
    [task] = await tasks(ground, entry)
    assert (task["state"], task["way"], task["cause_id"]) == ("raised", "violation", record)
    assert task["office_id"] == (await ground.row("list_entry", entry))["office_id"], (
        "the publisher's, not the finder's"
    )
    events = await ground.connection.fetch(
        "SELECT xid FROM ledger_event WHERE object_id = ANY($1::uuid[]) AND verb IN ('publish', 'raise')",
        [record, task["id"]],
    )
    assert len({row["xid"] for row in events}) == 1
    assert len(events) == 2

    await published(client, ground, subject)
    assert len(await tasks(ground, entry)) == 1, "one open task is enough"
    removal = f"ListRemoval:{task['id']}"
    assert await do("remove", removal, "xx-other") == ["NOT_FOUND"]
    assert await do("refuse", removal, "xx-one") == ["STATE_CONFLICT"]
    assert await do("remove", removal, "xx-one") == []
    row = await ground.row("list_entry", entry)
    assert (row["state"], row["removal_reason"]) == ("removed", "verified_violation")


async def test_xx_12_a_task_is_closed_with_a_reason_and_raised_anew_by_the_next_violation(
    client: Client, ground: Ground, red: tuple[UUID, UUID], do: Do
) -> None:
    subject, entry = red
    await published(client, ground, subject)
    [task] = await tasks(ground, entry)
    assert await do("close", f"ListRemoval:{task['id']}", "xx-two") == []
    assert (await ground.row("list_entry", entry))["state"] == "published"
    await published(client, ground, subject)
    assert [row["state"] for row in await tasks(ground, entry)] == ["closed", "raised"]


async def test_xx_12_a_record_that_does_not_count_against_the_subject_raises_nothing(
    client: Client, ground: Ground, red: tuple[UUID, UUID]
) -> None:
    subject, entry = red
    await published(client, ground, subject, dishonest=False)
    assert await tasks(ground, entry) == []


async def test_a_record_kept_from_the_publisher_raises_nothing(
    client: Client, ground: Ground, red: tuple[UUID, UUID]
) -> None:
    subject, entry = red
    await published(client, ground, subject, disclosure="restricted")
    assert await tasks(ground, entry) == []


async def test_an_ended_red_entry_and_a_black_one_raise_nothing(client: Client, ground: Ground) -> None:
    from datetime import timedelta

    subject = await ground.subject(XINXIANG)
    ended = await ground.entry(XINXIANG, "red", "JCZD", subject, until=ground.tx().today - timedelta(days=1))
    black = await ground.entry(XINXIANG, "black", "JCZD", subject)
    await published(client, ground, subject)
    assert [*await tasks(ground, ended), *await tasks(ground, black)] == []


async def test_an_amendment_that_makes_a_record_count_raises_the_task(ground: Ground, red: tuple[UUID, UUID]) -> None:
    subject, entry = red
    record = await ground.record(XINXIANG, "labour_dispatch_bad", "JCZD", subject)
    row = {**dict(await ground.row("credit_record", record)), "state": "published"}
    async with ground.connection.transaction():
        assert await removal_openings.raise_for_record(ground.tx(), BOOKS, {**row, "dishonest": False}) == []
        assert await removal_openings.raise_for_record(
            ground.tx(), BOOKS, {**row, "dishonest": False, "severity": "serious"}
        )
    assert len(await tasks(ground, entry)) == 1


async def test_two_records_published_at_once_raise_one_task(
    client: Client, ground: Ground, red: tuple[UUID, UUID]
) -> None:
    subject, entry = red
    records = [await ground.record(XINXIANG, "labour_dispatch_bad", "JCZD", subject) for _ in range(4)]
    codes = await asyncio.gather(
        *(client.codes(PUBLISH, {"id": f"CreditRecord:{one}"}, caller="xx-one") for one in records)
    )
    assert codes == [[]] * 4
    assert len(await tasks(ground, entry)) == 1


PROPOSE = """mutation ($id: ID!, $said: String!, $evidence: [ID!]) {
  proposeListRemoval(input: { entry: $id, statement: $said, evidence: $evidence }) {
    listRemoval { id state way basis cause { id } causeEntry { id } statements } } }"""


async def test_xx_12_the_publisher_proposes_what_it_verified_and_another_removes(
    client: Client, ground: Ground, red: tuple[UUID, UUID], do: Do
) -> None:
    """由发布责任单位提出并删除: a violation that another authority punished has no record here."""
    _, entry = red
    given: dict[str, Any] = {"id": f"ListEntry:{entry}", "said": "税务部门已作出处罚决定，经本单位核实"}
    assert await client.codes(PROPOSE, given, caller="xx-other") == ["NOT_FOUND"], "another unit's publication"
    assert await client.codes(PROPOSE, given, caller="xx-one") == ["EVIDENCE_REQUIRED"], "经查证属实"
    given["evidence"] = [await ground.attachment("xx-one", office=office_id(XINXIANG, "JCZD"))]
    made = (await client.data(PROPOSE, given, caller="xx-one"))["proposeListRemoval"]["listRemoval"]
    assert (made["state"], made["way"], made["cause"], made["causeEntry"]) == ("PROPOSED", "VIOLATION", None, None)
    assert made["basis"].endswith(" 四(四)")
    assert made["statements"] == {"违法违规或违诺失信等行为": given["said"]}
    assert await do("close", made["id"], "xx-two") == ["STATE_CONFLICT"], "a proposal is refused, not closed"
    assert await do("remove", made["id"], "xx-one") == ["OWN_APPROVAL"]
    assert await do("remove", made["id"], "xx-two") == []
    row = await ground.row("list_entry", entry)
    assert (row["state"], row["removal_reason"]) == ("removed", "verified_violation")


async def test_xx_12_what_told_of_the_violation_and_was_withdrawn_removes_nothing(
    client: Client, ground: Ground, red: tuple[UUID, UUID], do: Do
) -> None:
    subject, entry = red
    record = await published(client, ground, subject)
    [task] = await tasks(ground, entry)
    async with ground.connection.transaction():
        await records.withdraw(ground.tx(), BOOKS, record, reason="认定有误")
    assert await do("remove", f"ListRemoval:{task['id']}", "xx-two") == ["VIOLATION_FALLEN"]
    assert (await ground.row("list_entry", entry))["state"] == "published"
    assert await do("close", f"ListRemoval:{task['id']}", "xx-two") == []


async def test_xx_12_a_record_put_right_so_that_it_tells_of_no_violation_removes_nothing(
    client: Client, ground: Ground, red: tuple[UUID, UUID], do: Do
) -> None:
    """经查证属实: what was corrected since, on an objection, is no dishonest conduct any more."""
    subject, entry = red
    record = await published(client, ground, subject)
    [task] = await tasks(ground, entry)
    await ground.connection.execute("UPDATE credit_record SET dishonest = false WHERE id = $1", record)
    assert await do("remove", f"ListRemoval:{task['id']}", "xx-two") == ["VIOLATION_FALLEN"]
    assert (await ground.row("list_entry", entry))["state"] == "published"


async def test_xx_12_a_listing_withdrawn_removes_nothing_and_a_red_one_raises_nothing(
    ground: Ground, red: tuple[UUID, UUID], do: Do
) -> None:
    subject, entry = red
    other = await ground.entry(XINXIANG, "red", "JCZD", subject)
    black = await ground.entry(XINXIANG, "black", "LDGX", subject, disclosure="internal")
    for silent in (other, black):
        async with ground.connection.transaction():
            await removal_openings.raise_for_entry(ground.tx(), BOOKS, silent)
    assert await tasks(ground, entry) == [], "neither praise nor what the publisher may not know"
    shared = await ground.entry(XINXIANG, "black", "LDGX", subject, disclosure="government_sharing")
    async with ground.connection.transaction():
        await removal_openings.raise_for_entry(ground.tx(), BOOKS, shared)
        await removal_openings.raise_for_entry(ground.tx(), BOOKS, shared)
    [task] = await tasks(ground, entry)
    assert (task["cause_entry_id"], task["cause_id"]) == (shared, None)
    async with ground.connection.transaction():
        await list_publication.withdraw(ground.tx(), BOOKS, shared, reason="认定有误")
    assert await do("remove", f"ListRemoval:{task['id']}", "xx-two") == ["VIOLATION_FALLEN"]


# -- 海沧: 符合退出标准


async def test_hc_07_an_entry_that_meets_the_exit_standard_is_proposed_and_removed_by_another(
    client: Client, ground: Ground, do: Do
) -> None:
    subject = await ground.subject(HAICANG)
    entry = await ground.entry(HAICANG, "key_attention", "RSJ", subject, disclosure="government_sharing")
    given = {"id": f"ListEntry:{entry}", "said": "连续十二个月无新的违法记录"}
    assert await client.codes(PROPOSE, given, caller="xx-one") == ["NOT_FOUND"]
    made = (await client.data(PROPOSE, given, caller="hc-one"))["proposeListRemoval"]["listRemoval"]
    assert made["state"] == "PROPOSED"
    assert made["basis"].endswith(" 7")
    assert await client.codes(PROPOSE, given, caller="hc-two") == ["REMOVAL_PENDING"]
    assert await do("remove", made["id"], "hc-one") == ["OWN_APPROVAL"]
    assert await do("remove", made["id"], "hc-two") == []
    row = await ground.row("list_entry", entry)
    assert (row["state"], row["removal_reason"]) == ("removed", "standard_met")
    announced = await ground.row("list_removal", made["id"])
    assert announced["announcement_asked"] is False, "no rule over Haicang that is loaded asks for it"


@pytest.mark.parametrize("code", ["serious_dishonesty", "key_attention", "social_insurance_serious", "labour_serious"])
async def test_xm_03_an_entry_leaves_by_the_exit_of_its_lists_definition(
    client: Client, ground: Ground, do: Do, code: str
) -> None:
    """厦门3 (认定标准、认定程序、惩戒措施及退出机制); the lists of 28 are lists of the seriously dishonest."""
    entry = await ground.entry(XIAMEN, code, "SB", await ground.subject(XIAMEN))
    given = {"id": f"ListEntry:{entry}", "said": "已履行义务，符合本名单的退出标准"}
    made = (await client.data(PROPOSE, given, caller="xm-one"))["proposeListRemoval"]["listRemoval"]
    assert made["basis"].endswith(" 3")
    assert await do("remove", made["id"], "xm-one") == ["OWN_APPROVAL"]
    assert await do("remove", made["id"], "xm-two") == []
    row = await ground.row("list_entry", entry)
    assert (row["state"], row["removal_reason"]) == ("removed", "standard_met")


async def test_xm_03_an_entry_about_wages_leaves_by_no_exit_standard(client: Client, ground: Ground) -> None:
    """厦门28, 人社部令第45号: the labour list holds wages beside other failings; these leave by the order on them."""
    subject = await ground.subject(XIAMEN)
    entry = await ground.entry(XIAMEN, "labour_serious", "SB", subject, condition="违反规定的")
    given = {"id": f"ListEntry:{entry}", "said": "已履行义务，符合本名单的退出标准"}
    assert await client.codes(PROPOSE, given, caller="xm-one") == ["REMOVAL_NOT_PROVIDED"]


async def test_where_no_rule_provides_it_nobody_leaves_that_way(client: Client, ground: Ground) -> None:
    subject = await ground.subject(XINXIANG)
    entry = await ground.entry(XINXIANG, "black", "JCZD", subject)
    given = {"id": f"ListEntry:{entry}", "said": "符合"}
    assert await client.codes(PROPOSE, given, caller="xx-one") == ["REMOVAL_NOT_PROVIDED"]
    subject = await ground.subject(HAICANG)
    other = await ground.entry(HAICANG, "enforcement_defaulter", "RSJ", subject)
    given = {"id": f"ListEntry:{other}", "said": "符合"}
    assert await client.codes(PROPOSE, given, caller="hc-one") == ["EXIT_RULE_MISSING"]


# -- 人社部令第45号


async def test_order_45_bars_are_looked_for_and_the_decision_has_its_last_day(
    client: Client, ground: Ground, do: Do
) -> None:
    subject = await ground.subject(SHANGHAI)
    entry = await ground.entry(SHANGHAI, "wage_arrears", "ZFZD", subject, decided_on=date(2025, 9, 1))
    agent = await ground.agent(f"agent-{subject}", subject)
    said = [{"condition": one, "statement": "已全部偿还"} for one in ("列入期间偿还拖欠工资", "作出守信承诺")]
    given = await application(ground, entry, subject, agent, statements=said)
    assert await client.codes(APPLY, {"input": given}, caller=agent) == ["INVALID_INPUT"], "the day of the correction"
    early = await client.send(APPLY, {"input": {**given, "correctedOn": "2025-09-18"}}, caller=agent)
    assert early["errors"][0]["extensions"]["code"] == "REMOVAL_TOO_EARLY"
    assert early["errors"][0]["extensions"]["earliest"] == "2026-03-19"
    answer = await client.data(APPLY, {"input": {**given, "correctedOn": "2025-09-17"}}, caller=agent)
    made = answer["applyListRemoval"]["listRemoval"]
    assert (made["dueOn"], made["timeliness"]) == ("2026-04-09", "PENDING"), "fifteen working days, 清明 passed over"

    removal = made["id"]
    assert await do("decide", removal, "sh-one") == ["REMOVAL_BARS_NOT_STATED"]
    assert await do("decide", removal, "sh-one", bars=["别的"]) == ["REMOVAL_BARS_NOT_STATED"]
    assert await do("decide", removal, "sh-one", bars=["列入期限内再次发生拖欠"]) == ["REMOVAL_BARRED"]
    assert await do("review", removal, "sh-one", bars=[]) == ["STEP_OUT_OF_ORDER"]
    assert await do("decide", removal, "sh-one", bars=[]) == []
    assert await do("remove", removal, "sh-one") == ["OWN_APPROVAL"]
    assert await do("remove", removal, "sh-two") == []
    assert (await ground.row("list_removal", removal))["bars_found"] == []


@pytest.mark.parametrize(
    ("day", "before", "after"), [(9, "PENDING", "TIMELY"), (10, "OVERDUE", "LATE")], ids=["on-its-last-day", "late"]
)
async def test_the_term_of_order_45_is_counted_to_the_decision_whatever_day_the_entry_leaves(
    serve: Serve, installed_url: str, client: Client, ground: Ground, day: int, before: str, after: str
) -> None:
    """XM-06b, order 45: fifteen working days (清明 passed over) to decide; the removal itself has no days."""
    subject = await ground.subject(SHANGHAI)
    entry = await ground.entry(SHANGHAI, "wage_arrears", "ZFZD", subject, decided_on=date(2025, 9, 1))
    agent = await ground.agent(f"agent-{subject}", subject)
    said = [{"condition": one, "statement": "已全部偿还"} for one in ("列入期间偿还拖欠工资", "作出守信承诺")]
    given = {**await application(ground, entry, subject, agent, statements=said), "correctedOn": "2025-09-17"}
    removal = (await client.data(APPLY, {"input": given}, caller=agent))["applyListRemoval"]["listRemoval"]["id"]
    asked = "query ($id: ID!) { listRemoval(id: $id) { timeliness } }"

    async def timeliness(by: Client) -> str:
        return str((await by.data(asked, {"id": removal}, caller=agent))["listRemoval"]["timeliness"])

    async with serve(installed_url, now=datetime(2026, 4, day, 2, tzinfo=UTC)) as then:
        assert await timeliness(then) == before
        assert await then.codes(_step("decide"), {"id": removal, "bars": []}, caller="sh-one") == []
    async with serve(installed_url, now=datetime(2026, 4, 20, 2, tzinfo=UTC)) as later:
        assert await timeliness(later) == after, "decided, and still on the list"
        assert await later.codes(_step("remove"), {"id": removal}, caller="sh-two") == []
        assert await timeliness(later) == after


async def test_a_subject_sees_its_matter_and_nobody_else_does(
    client: Client, ground: Ground, black: tuple[UUID, UUID, str]
) -> None:
    removal = await applied(client, ground, black)
    query = "query ($id: ID!) { listRemoval(id: $id) { state statements reviewedBy opinion } }"
    own = (await client.data(query, {"id": removal}, caller=black[2]))["listRemoval"]
    assert own["statements"]["积极纠错"] == "已足额支付并公开道歉"
    assert own["reviewedBy"] is None
    assert (await client.data(query, {"id": removal}, caller="xx-other"))["listRemoval"] is None
    assert await client.codes(query, {"id": removal}) == ["FORBIDDEN"]
    office = (await client.data(query, {"id": removal}, caller="xx-credit"))["listRemoval"]
    assert office["statements"] == own["statements"], "about an organisation"


@pytest.mark.parametrize("reason", ["withdrawn", "source_removed", "no such reason"])
async def test_an_entry_is_removed_for_a_reason_of_removal(ground: Ground, reason: str) -> None:
    entry = await ground.entry(XINXIANG, "black", "JCZD", await ground.subject(XINXIANG))
    with pytest.raises(RemovalReasonUnfit):
        await list_publication.remove(ground.tx(), BOOKS, entry, removal_reason=reason, reason="试一试")
