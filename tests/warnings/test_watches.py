"""Watches with their feed, major events, monitoring figures, and what Haicang records of safety and livelihood."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from domain.installation_rows import catalogue_item_id, office_id
from tests.client import Client
from tests.removals.ground import BOOKS, Ground
from tests.warnings.conftest import HAICANG

pytestmark = pytest.mark.anyio
_numbers = itertools.count(1)

WATCH = """mutation ($input: EnterWatchInput!) { enterWatch(input: $input) { watch { id inForce
  changes(first: 50) { nodes { object verb objectId } } } } }"""
END = "mutation ($input: EndWatchInput!) { endWatch(input: $input) { watch { inForce untilOn } } }"
FEED = "query ($watch: [ID!]) { watchedChanges(first: 100, filter: { watch: $watch }) { nodes { object verb objectId subject { id } } } }"
REPORT = "mutation ($input: ReportMajorEventInput!) { reportMajorEvent(input: $input) { majorEvent { id state } } }"
HANDLE = "mutation ($input: HandleMajorEventInput!) { handleMajorEvent(input: $input) { majorEvent { state } } }"
FEED_BACK = "mutation ($input: FeedBackMajorEventInput!) { feedBackMajorEvent(input: $input) { majorEvent { state } } }"
LOAD = "mutation ($input: LoadMonitoringFigureInput!) { loadMonitoringFigure(input: $input) { monitoringFigure { id value } } }"
SUBMIT = "mutation ($input: SubmitCreditRecordInput!) { submitCreditRecord(input: $input) { creditRecord { id } } }"


def wanted(**more: Any) -> dict[str, Any]:
    return {
        "input": {"kind": "KEY_ENTERPRISE", "name": "重点企业", "reason": "区重点企业", "fromOn": "2026-01-01", **more}
    }


async def shown(ground: Ground, subject: Any, office: str, disclosure: str = "public") -> str:
    """Enter a record as published a week ago, and change it since."""
    at = ground.now - timedelta(days=7)
    record = await ground.record(
        HAICANG, "penalty", office, subject, state="published", published_at=at, submitted_at=at, disclosure=disclosure
    )
    return f"CreditRecord:{record}"


async def test_a_watch_shows_what_changes_about_an_enterprise_or_in_a_field(client: Client, ground: Ground) -> None:
    """HC-14c: three kinds; the feed has what is published and shared, and nothing of what it says."""
    firm, other = await ground.subject(HAICANG), await ground.subject(HAICANG)
    person = await ground.subject(HAICANG, person=True)
    mine, theirs = await shown(ground, firm, "RSJ"), await shown(ground, other, "JYJ")
    await shown(ground, firm, "RSJ", "restricted")
    await shown(ground, person, "JYJ")
    made = (await client.data(WATCH, wanted(subject=f"Subject:{firm}"), caller="hc-credit"))["enterWatch"]["watch"]
    assert made["inForce"]
    assert [one["objectId"] for one in made["changes"]["nodes"]] == [mine]
    project = wanted(kind="KEY_PROJECT", subject=f"Subject:{firm}", name="某招商项目")
    assert (await client.data(WATCH, project, caller="hc-credit"))["enterWatch"]["watch"]["inForce"]
    of_field = wanted(kind="KEY_FIELD", name="教育", fieldOffice=f"Office:{office_id(HAICANG, 'JYJ')}")
    field = (await client.data(WATCH, of_field, caller="hc-credit"))["enterWatch"]["watch"]
    nodes = (await client.data(FEED, {"watch": [field["id"]]}, caller="hc-credit"))["watchedChanges"]["nodes"]
    assert [(one["objectId"], one["subject"]["id"]) for one in nodes] == [(theirs, f"Subject:{other}")]


async def test_who_watches_what_and_until_when(client: Client, ground: Ground) -> None:
    """HC-14c: validity and reason; the credit office alone; never a person; nothing after its end."""
    firm, person = await ground.subject(HAICANG), await ground.subject(HAICANG, person=True)
    subject = f"Subject:{firm}"
    for caller in ("hc-labour", "hc-clerk", None):
        assert await client.codes(WATCH, wanted(subject=subject), caller=caller) == ["FORBIDDEN"], caller
    assert await client.codes(WATCH, wanted(subject=subject), caller="xx-credit") == ["SCREENING_NOT_PROVIDED"]
    assert await client.codes(WATCH, wanted(), caller="hc-credit") == ["INVALID_INPUT"]
    assert await client.codes(WATCH, wanted(subject=subject, untilOn="2025-12-31"), caller="hc-credit") == [
        "DATES_OUT_OF_ORDER"
    ]
    await shown(ground, person, "RSJ")
    assert await client.codes(WATCH, wanted(subject=f"Subject:{person}"), caller="hc-credit") == ["WARNING_SUBJECT"]
    ended = wanted(subject=subject, untilOn="2026-03-17")
    made = (await client.data(WATCH, ended, caller="hc-credit"))["enterWatch"]["watch"]
    assert not made["inForce"]
    assert await client.codes(END, {"input": {"watch": made["id"], "reason": "已毕"}}, caller="hc-credit") == [
        "STATE_CONFLICT"
    ]
    stands = (await client.data(WATCH, wanted(subject=subject), caller="hc-credit"))["enterWatch"]["watch"]
    last = (await client.data(END, {"input": {"watch": stands["id"], "reason": "已毕"}}, caller="hc-credit"))[
        "endWatch"
    ]
    assert last["watch"] == {"inForce": True, "untilOn": "2026-03-18"}
    assert await client.codes(END, {"input": {"watch": stands["id"], "reason": "再"}}, caller="hc-credit") == [
        "STATE_CONFLICT"
    ]
    agent = await ground.agent(f"watched-{firm}", firm)
    assert await client.codes("query ($id: ID!) { watch(id: $id) { name } }", {"id": stands["id"]}, caller=agent) == [
        "FORBIDDEN"
    ]


async def test_a_major_event_is_handled_and_fed_back_in_order(client: Client, ground: Ground) -> None:
    """HC-15c: one of three sources 上级通报、媒体曝光、监督检查; handling, then feedback; no day is set."""
    await ground.officer("hc-clerk-2", "clerk", office=(HAICANG, "RSJ"))
    given = {"source": "媒体曝光", "sourceDocument": "某报2026年3月1日", "facts": "集中欠薪", "learnedOn": "2026-03-02"}
    refused = (await client.send(REPORT, {"input": {**given, "source": "群众举报"}}, caller="hc-clerk"))["errors"][0]
    assert refused["extensions"]["code"] == "EVENT_SOURCE_UNKNOWN"
    assert refused["extensions"]["known"] == ["上级通报", "媒体曝光", "监督检查"]
    assert await client.codes(REPORT, {"input": {**given, "learnedOn": "2026-03-19"}}, caller="hc-clerk") == [
        "DATE_IN_FUTURE"
    ]
    assert await client.codes(REPORT, {"input": given}, caller="sy-clerk") == ["EVENTS_NOT_PROVIDED"]
    about = {**given, "subject": f"Subject:{await ground.subject(HAICANG)}"}
    made = (await client.data(REPORT, {"input": about}, caller="hc-clerk"))["reportMajorEvent"]["majorEvent"]
    event = {"event": made["id"]}
    back = {"input": {**event, "to": "某报", "feedback": "已支付"}}
    assert await client.codes(FEED_BACK, back, caller="hc-labour") == ["STATE_CONFLICT"]
    handle = {"input": {**event, "handling": "责令支付并约谈"}}
    assert await client.codes(HANDLE, handle, caller="hc-clerk") == ["FORBIDDEN"]
    assert await client.codes(HANDLE, handle, caller="hc-works") == ["NOT_FOUND"]
    for text, given_next, name, state in (
        (HANDLE, handle, "handleMajorEvent", "HANDLED"),
        (FEED_BACK, back, "feedBackMajorEvent", "FED_BACK"),
    ):
        assert (await client.data(text, given_next, caller="hc-labour"))[name]["majorEvent"]["state"] == state
        assert await client.codes(text, given_next, caller="hc-labour") == ["STATE_CONFLICT"]


async def test_monitoring_figures_are_loaded_dated_and_by_source(client: Client, ground: Ground) -> None:
    """HC-11: 城市信用监测数据管理: a series by indicator and source; one loaded again replaces, and the older stays."""
    given = {"source": "国家城市信用监测", "indicator": "综合指数", "on": "2026-02-28", "value": "88.25", "unit": "分"}
    assert await client.codes(LOAD, {"input": given}, caller="hc-labour") == ["FORBIDDEN"]
    assert await client.codes(LOAD, {"input": given}, caller="xx-credit") == ["MONITORING_NOT_PROVIDED"]
    for value in ("8,5", "1e3", "NaN", "٣", "1.2345678"):
        assert await client.codes(LOAD, {"input": {**given, "value": value}}, caller="hc-credit") == ["INVALID_INPUT"]
    for value in ("88.25", "88.30"):
        await client.data(LOAD, {"input": {**given, "value": value}}, caller="hc-credit")
    asked = "{ monitoringFigures(first: 9, filter: { inForce: %s }) { nodes { value onDay source } } }"
    for flag, value in (("true", "88.30"), ("false", "88.25")):
        nodes = (await client.data(asked % flag, caller="hc-labour"))["monitoringFigures"]["nodes"]
        assert nodes == [{"value": value, "onDay": "2026-02-28", "source": "国家城市信用监测"}]


def handed_in(subject: Any, item: str, content: dict[str, str]) -> dict[str, Any]:
    return {
        "input": {
            "item": f"CatalogueItem:{catalogue_item_id(HAICANG, BOOKS.heads[HAICANG], item)}", "title": "决定",
            "decisionNo": f"海〔2026〕{next(_numbers)}号", "decidedOn": "2026-03-10", "subject": f"Subject:{subject}",
            "content": [{"code": code, "value": text} for code, text in content.items()],
        }
    }  # fmt: skip


async def test_what_no_organ_has_handled_is_no_public_interest_record(client: Client, ground: Ground) -> None:
    """HC-15b: only what a judicial or administrative organ has dealt with by law; unproven cases are refused."""
    firm = await ground.subject(HAICANG)
    await shown(ground, firm, "RSJ")
    whole = {"FIELD": "教育培训", "FACTS": "收费后停业", "HANDLED_BY": "区教育局", "HANDLED_NO": "海教罚〔2026〕1号"}
    for part in ("HANDLED_BY", "HANDLED_NO"):
        unproven = {code: text for code, text in whole.items() if code != part}
        given = handed_in(firm, "public_interest_violation", unproven)
        assert await client.codes(SUBMIT, given, caller="hc-clerk") == ["DATA_ITEM_MISSING"], part
    made = await client.data(SUBMIT, handed_in(firm, "public_interest_violation", whole), caller="hc-clerk")
    assert made["submitCreditRecord"]["creditRecord"]["id"]


async def test_safety_acts_are_told_of_units_and_of_who_answers_for_them(client: Client, ground: Ground) -> None:
    """HC-27: five acts as data; the main responsible person has a record of his own, with the unit, as personal data."""
    await ground.officer("hc-safety-clerk", "clerk", office=(HAICANG, "YJ"))
    firm, person = await ground.subject(HAICANG), await ground.subject(HAICANG, person=True)
    for subject in (firm, person):
        await shown(ground, subject, "YJ")
    item = next(one for one in BOOKS.books[BOOKS.heads[HAICANG]].catalogue if one.code == "safety_serious")
    acts = next(one.values for one in item.data_items if one.code == "ACT")
    assert (len(acts), list(acts[:5])) == (6, list(item.kinds)), "the five of the text, and 等"
    assert item.push_to == ("PLATFORM",)
    of_unit = {"ACT": "破坏监测监控设施", "FACTS": "关闭报警装置"}
    other = {**of_unit, "ACT": "超速"}
    assert await client.codes(SUBMIT, handed_in(firm, "safety_serious", other), caller="hc-safety-clerk") == [
        "DATA_ITEM_INVALID"
    ]
    await client.data(SUBMIT, handed_in(firm, "safety_serious", of_unit), caller="hc-safety-clerk")
    assert await client.codes(SUBMIT, handed_in(person, "safety_serious", of_unit), caller="hc-safety-clerk") == [
        "DATA_ITEM_MISSING"
    ]
    of_person = {**of_unit, "UNIT": "虚构有限公司", "CAPACITY": "主要负责人"}
    made = await client.data(SUBMIT, handed_in(person, "safety_serious", of_person), caller="hc-safety-clerk")
    row = await ground.row("credit_record", made["submitCreditRecord"]["creditRecord"]["id"])
    assert (row["about_person"], row["disclosure"]) == (True, "authorised_query"), "never published"


async def test_penalty_and_repair_work_together(client: Client, ground: Ground) -> None:
    """HC-11: 行政处罚修复协同: who asks for the repair of a penalty is due at the organ that imposed it."""
    firm = await ground.subject(HAICANG)
    agent = await ground.agent(f"repairs-{firm}", firm)
    at = ground.now - timedelta(days=600)
    penalty = await ground.record(
        HAICANG, "penalty", "JSJT", firm, state="published", published_at=at, submitted_at=at, decided_on=at.date(),
        severity="serious",
    )  # fmt: skip
    apply = "mutation ($input: ApplyForRepairInput!) { applyForRepair(input: $input) { repairApplication { id } } }"
    given = {"input": {"record": f"CreditRecord:{penalty}", "grounds": "已整改"}}
    made = (await client.data(apply, given, caller=agent))["applyForRepair"]["repairApplication"]["id"]
    due = "{ dueItems(first: 100, filter: { kind: [REPAIR] }) { nodes { objectId } } }"
    seen = {
        caller: made in {one["objectId"] for one in (await client.data(due, caller=caller))["dueItems"]["nodes"]}
        for caller in ("hc-works", "hc-credit", "hc-labour")
    }
    assert seen == {"hc-works": True, "hc-credit": True, "hc-labour": False}
