"""Mandates, complaints about public bodies and surveyed contracts over HTTP: by whom, in which order, about whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from domain.installation_rows import office_id
from tests.client import Client
from tests.integrity.conftest import HAICANG, XIAMEN
from tests.removals.ground import Ground

pytestmark = pytest.mark.anyio

NAME = "mutation ($input: NameMandateInput!) { nameMandate(input: $input) { mandate { id basis name } } }"
ADMIT = "mutation ($input: AdmitMandateInput!) { admitMandate(input: $input) { mandate { id kind basis } } }"
END = """mutation ($id: ID!, $on: Date!) { endMandate(input: { mandate: $id, validTo: $on, reason: "调整" }) {
  mandate { validTo inForce } } }"""
GAPS = "query ($place: String!, $on: Date) { mandateGaps(jurisdiction: $place, on: $on) }"
SEEN = "query ($id: ID!) { mandate(id: $id) { name post section unit { code } } }"
MONITOR = """mutation ($input: MonitorIntegrityComplaintInput!) { monitorIntegrityComplaint(input: $input) {
  integrityComplaint { id state basis } } }"""
HANDLE = """mutation ($id: ID!) { settleIntegrityComplaint(input: { integrityComplaint: $id, founded: true, result: "已兑现" }) {
  integrityComplaint { state } } }"""
FEED_BACK = """mutation ($id: ID!) { reportIntegrityComplaint(input: { integrityComplaint: $id, feedback: "已答复" }) {
  integrityComplaint { state } } }"""
COMPLAINT = "query ($id: ID!) { integrityComplaint(id: $id) { matter state founded } }"
SURVEY = """mutation ($input: SurveyGovernmentContractInput!) { surveyGovernmentContract(input: $input) {
  governmentContract { id fulfilment basis } } }"""
UPDATE = """mutation ($id: ID!) { updateGovernmentContract(input: { governmentContract: $id, fulfilment: FULFILLED }) {
  governmentContract { fulfilment version } } }"""
CONTRACTS = "{ governmentContracts(first: 9) { totalCount nodes { id title } } }"
LEADER = {"leader": "欧阳虚构", "post": "副局长", "section": "劳动关系科", "validFrom": "2026-03-01"}


async def test_a_unit_names_who_answers_and_what_is_missing_is_listed(client: Client) -> None:
    """HC-28: leader and office with validity; a successor after the last day; gaps as of any day."""
    unit = f"Office:{office_id(HAICANG, 'RSJ')}"
    before = (await client.data(GAPS, {"place": HAICANG}, caller="hc-watch"))["mandateGaps"]
    assert unit in before
    made = (await client.data(NAME, {"input": LEADER}, caller="hc-approver"))["nameMandate"]["mandate"]
    assert made["basis"].endswith(" 28")
    assert unit not in (await client.data(GAPS, {"place": HAICANG}, caller="hc-watch"))["mandateGaps"]
    assert unit in (await client.data(GAPS, {"place": HAICANG, "on": "2026-02-28"}, caller="hc-watch"))["mandateGaps"]
    seen = (await client.data(SEEN, {"id": made["id"]}, caller="hc-watch"))["mandate"]
    assert (seen["name"], seen["section"]) == ("欧阳**", "劳动关系科")
    assert (await client.data(SEEN, {"id": made["id"]}, caller="hc-clerk"))["mandate"]["name"] == "欧阳虚构"
    successor = {**LEADER, "validFrom": "2026-03-16"}
    assert await client.codes(NAME, {"input": successor}, caller="hc-approver") == ["MANDATE_STANDS"]
    assert await client.codes(END, {"id": made["id"], "on": "2026-03-19"}, caller="hc-approver") == ["INVALID_INPUT"]
    assert await client.codes(END, {"id": made["id"], "on": "2026-02-28"}, caller="hc-approver") == ["INVALID_INPUT"]
    await client.data(END, {"id": made["id"], "on": "2026-03-15"}, caller="hc-approver")
    assert await client.codes(END, {"id": made["id"], "on": "2026-03-15"}, caller="hc-approver") == ["STATE_CONFLICT"]
    await client.data(NAME, {"input": successor}, caller="hc-approver")
    for caller in ("hc-clerk", "watch", None):
        assert await client.codes(NAME, {"input": LEADER}, caller=caller) == ["FORBIDDEN"], caller
    assert await client.codes(GAPS, {"place": HAICANG}) == ["FORBIDDEN"]
    assert (await client.data(SEEN, {"id": made["id"]}, caller="clerk"))["mandate"] is None


async def test_membership_of_the_leading_group_is_dated_and_kept_by_one_office(client: Client) -> None:
    """XM-29: 监察处 adjusts the member units; then the gaps are those of members."""
    unit = f"Office:{office_id(XIAMEN, 'SB')}"
    given = {"input": {"unit": unit, "validFrom": "2021-04-30"}}
    assert await client.codes(ADMIT, given, caller="other-watch") == ["MANDATE_OF_OTHERS"]
    assert await client.codes(ADMIT, given, caller="approver") == ["FORBIDDEN"]
    foreign = {"input": {"unit": f"Office:{office_id(HAICANG, 'RSJ')}", "validFrom": "2021-04-30"}}
    assert await client.codes(ADMIT, foreign, caller="watch") == ["NOT_FOUND"]
    made = (await client.data(ADMIT, given, caller="watch"))["admitMandate"]["mandate"]
    assert (made["kind"], made["basis"].rpartition(" ")[2]) == ("GROUP_MEMBER", "29")
    assert (await client.data(GAPS, {"place": XIAMEN}, caller="watch"))["mandateGaps"] == [unit]
    assert len((await client.data(GAPS, {"place": XIAMEN, "on": "2021-04-29"}, caller="watch"))["mandateGaps"]) > 1
    assert await client.codes(ADMIT, given, caller="watch") == ["MANDATE_STANDS"]


async def test_a_complaint_is_monitored_handled_and_fed_back_in_that_order(client: Client, ground: Ground) -> None:
    """HC-24b: three steps; the subject is a public body; who complained is not kept."""
    body = await _body(ground)
    given = {
        "subject": f"Subject:{body}", "office": f"Office:{office_id(HAICANG, 'RSJ')}", "ticket": "12345-1",
        "receivedOn": "2026-03-17", "matter": "承诺的补贴未兑现",
    }  # fmt: skip
    enterprise = {**given, "subject": f"Subject:{await ground.subject(HAICANG)}"}
    assert await client.codes(MONITOR, {"input": enterprise}, caller="hc-watch") == ["NOT_A_PUBLIC_BODY"]
    personal = {**given, "matter": "来电人13800138000"}
    assert await client.codes(MONITOR, {"input": personal}, caller="hc-watch") == ["OTHERS_PERSONAL_DATA"]
    early = {**given, "receivedOn": "2026-03-19"}
    assert await client.codes(MONITOR, {"input": early}, caller="hc-watch") == ["DATE_IN_FUTURE"]
    assert await client.codes(MONITOR, {"input": given}, caller="hc-clerk") == ["FORBIDDEN"]
    made = (await client.data(MONITOR, {"input": given}, caller="hc-watch"))["monitorIntegrityComplaint"][
        "integrityComplaint"
    ]
    assert await client.codes(MONITOR, {"input": given}, caller="hc-watch") == ["STATE_CONFLICT"], "a ticket once"
    wide = {**given, "ticket": "１２３４５—1 "}
    assert await client.codes(MONITOR, {"input": wide}, caller="hc-watch") == ["STATE_CONFLICT"], "however typed"
    ident = {"id": made["id"]}
    assert await client.codes(FEED_BACK, ident, caller="hc-clerk") == ["STATE_CONFLICT"]
    assert await client.codes(HANDLE, ident, caller="clerk") == ["NOT_FOUND"]
    await client.data(HANDLE, ident, caller="hc-clerk")
    assert await client.codes(HANDLE, ident, caller="hc-clerk") == ["STATE_CONFLICT"]
    await client.data(FEED_BACK, ident, caller="hc-clerk")
    assert (await client.data(COMPLAINT, ident, caller="hc-watch"))["integrityComplaint"]["state"] == "FED_BACK"
    assert (await client.data(COMPLAINT, ident, caller="clerk"))["integrityComplaint"] is None
    assert await client.codes(COMPLAINT, ident) == ["FORBIDDEN"], "nothing orders publication"


async def test_where_no_text_orders_it_there_is_no_such_register(client: Client, ground: Ground) -> None:
    """HC-24b, HC-24c: Xiamen's bureau has neither."""
    given = {
        "subject": f"Subject:{await _body(ground, XIAMEN)}", "office": f"Office:{office_id(XIAMEN, 'JCZD')}", "ticket": "1",
        "receivedOn": "2026-03-17", "matter": "承诺",
    }  # fmt: skip
    assert await client.codes(MONITOR, {"input": given}, caller="watch") == ["INTEGRITY_NOT_ORDERED"]


async def test_contracts_are_surveyed_and_surveyed_anew(client: Client, ground: Ground) -> None:
    """HC-24c: by the office that signed, about an enterprise; not for others."""
    firm = await ground.subject(HAICANG)
    given: dict[str, Any] = {
        "subject": f"Subject:{firm}", "field": "招商", "number": "合1", "title": "投资协议", "signedOn": "2025-01-01",
        "dueOn": "2025-12-31", "fulfilment": "OVERDUE",
    }  # fmt: skip
    person = {**given, "subject": f"Subject:{await _known_person(ground)}"}
    assert await client.codes(SURVEY, {"input": person}, caller="hc-clerk") == ["NOT_AN_ORGANISATION"]
    ahead = {**given, "signedOn": "2026-03-19", "dueOn": None}
    assert await client.codes(SURVEY, {"input": ahead}, caller="hc-clerk") == ["DATE_IN_FUTURE"]
    reversed_ = {**given, "dueOn": "2024-12-31"}
    assert await client.codes(SURVEY, {"input": reversed_}, caller="hc-clerk") == ["DATES_OUT_OF_ORDER"]
    made = (await client.data(SURVEY, {"input": given}, caller="hc-clerk"))["surveyGovernmentContract"][
        "governmentContract"
    ]
    for number in ("合1", "合 １"):  # however it is typed
        assert await client.codes(SURVEY, {"input": {**given, "number": number}}, caller="hc-clerk") == [
            "STATE_CONFLICT"
        ]
    assert await client.codes(UPDATE, {"id": made["id"]}, caller="clerk") == ["NOT_FOUND"]
    after = (await client.data(UPDATE, {"id": made["id"]}, caller="hc-clerk"))["updateGovernmentContract"][
        "governmentContract"
    ]
    assert (after["fulfilment"], after["version"]) == ("FULFILLED", 2)
    verbs = (
        "SELECT array_agg(verb ORDER BY id) FROM ledger_event WHERE object = 'government_contract' AND object_id = $1"
    )
    ident = UUID(made["id"].partition(":")[2])
    assert await ground.connection.fetchval(verbs, ident) == ["survey", "update"]
    assert (await client.data(CONTRACTS, caller="hc-watch"))["governmentContracts"]["totalCount"] == 1
    assert (await client.data(CONTRACTS, caller="clerk"))["governmentContracts"]["totalCount"] == 0


async def _body(ground: Ground, place: str = HAICANG) -> UUID:
    body = await ground.subject(place)
    await ground.connection.execute("UPDATE subject SET kind = 'government_organ' WHERE id = $1", body)
    return body


async def _known_person(ground: Ground) -> UUID:
    """Enrol a person about whom the office has a record."""
    person = await ground.subject(HAICANG, person=True)
    await ground.record(HAICANG, "penalty", "RSJ", person)
    return person
