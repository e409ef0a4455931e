"""What partners and other offices feed back of a measure: applied, or not and why (上海9(一), 海沧10)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from authz.activation import grant_purpose
from domain.ids import new_id
from domain.installation_rows import application_item_id, office_id
from domain.lifecycle import create
from tests.client import Client
from tests.measures.conftest import SHANGHAI, XIAMEN
from tests.measures.test_over_http import APPLY, LIFT, on_entry
from tests.removals.ground import SINCE, Ground
from tests.staffed import Staff

pytestmark = pytest.mark.anyio

REPORT = """mutation ($input: ReportMeasureInput!) { reportMeasure(input: $input) { measure { id state inForce } } }"""
DECLINE = """mutation ($input: DeclineMeasureInput!) { declineMeasure(input: $input) {
  measure { id state inForce reason field basis office { code } sourceOffice { code } } } }"""
ISSUE = "mutation ($input: IssueCreditReportInput!) { issueCreditReport(input: $input) { creditReport { id } } }"
FED_BACK = """query ($id: ID!) { listEntry(id: $id) { measures(first: 9) { nodes { state reason field office { code } } } } }"""
SEEN = "query ($id: ID!) { measure(id: $id) { state code reason } }"
FIELD = "融资贷款"
WHY = "该单位在本行没有授信，无可限制"


@pytest.fixture(scope="module")
async def ground(installed_url: str, staff: Staff) -> AsyncIterator[Ground]:
    """Give the database with its officers, and a bank in two places."""
    connection = await asyncpg.connect(installed_url)
    made = Ground(connection)
    for sub, roles, office in staff:
        await made.officer(sub, *roles.split(), office=office)
    for place, sub in ((SHANGHAI, "sh-bank"), (XIAMEN, "xm-bank")):
        values = {
            "id": office_id(place, "BANK"), "jurisdiction_id": place, "code": "BANK", "name": f"{place}银行(虚构)",
            "aliases": [], "kind": "partner_agency", "roles": [],
        }  # fmt: skip
        await create(made.tx(), "office", "enrol", values)
        await made.officer(sub, "partner", office=(place, "BANK"))
    for place, item in ((SHANGHAI, "startup_loan"), (XIAMEN, "fiscal_subsidy")):
        await grant_purpose(connection, office_id(place, "BANK"), application_item_id(place, item), from_on=SINCE)
    yield made
    await connection.close()


async def arrears(ground: Ground, subject: UUID | None = None, **more: Any) -> UUID:
    """Put a firm on Shanghai's list of wage arrears."""
    return await ground.entry(SHANGHAI, "wage_arrears", "ZFZD", subject or await ground.subject(SHANGHAI), **more)


def given(entry: UUID, **more: Any) -> dict[str, Any]:
    fixed: dict[str, Any] = {"field": FIELD, **more}
    return {"input": {**on_entry(entry, "joint_restriction", **fixed)["input"], "reason": fixed.get("reason", WHY)}}


LOAN = {"caller": "sh-bank", "purpose": "310000.startup_loan"}


async def test_a_partner_feeds_back_what_it_did_and_what_it_did_not(client: Client, ground: Ground) -> None:
    """SH-09a, HC-10: the source and the subject see both; a second word, or a step back, is refused."""
    subject = await ground.subject(SHANGHAI)
    entry = await arrears(ground, subject)
    agent = await ground.agent(f"fed-{subject}", subject)
    told = (await client.data(DECLINE, given(entry), **LOAN))["declineMeasure"]["measure"]
    assert (told["state"], told["inForce"], told["reason"]) == ("DECLINED", False, WHY)
    assert (told["office"], told["sourceOffice"]) == ({"code": "BANK"}, {"code": "ZFZD"})
    assert await client.codes(DECLINE, given(entry), **LOAN) == ["MEASURE_DECLINED"]
    assert (await client.data(DECLINE, given(entry, field="招投标"), **LOAN))["declineMeasure"]["measure"][
        "field"
    ] == "招投标"
    made = (await client.data(REPORT, given(entry, reason="不再发放贷款"), **LOAN))["reportMeasure"]["measure"]
    assert (made["state"], made["inForce"]) == ("APPLIED", True)
    assert await client.codes(DECLINE, given(entry), **LOAN) == ["MEASURE_APPLIED"]
    for caller in ("sh-source", agent):
        nodes = (await client.data(FED_BACK, {"id": f"ListEntry:{entry}"}, caller=caller))["listEntry"]["measures"][
            "nodes"
        ]
        seen = {(one["state"], one["field"]) for one in nodes}
        assert seen == {("APPLIED", FIELD), ("DECLINED", FIELD), ("DECLINED", "招投标")}, caller
    outbox = await ground.connection.fetch(
        "SELECT verb FROM outbox_event WHERE object = 'measure' AND subject_id = $1 ORDER BY id", subject
    )
    assert [one["verb"] for one in outbox] == ["decline", "decline", "report"]


async def test_a_partner_acts_in_its_place_for_its_purpose_on_what_it_may_see(client: Client, ground: Ground) -> None:
    """SH-09a: no purpose, another place, a shared row, a person without consent; each is refused or not there."""
    entry, person = await arrears(ground), await ground.subject(SHANGHAI, person=True)
    assert await client.codes(APPLY, given(entry), **LOAN) == ["FORBIDDEN"], "it decides nothing for the bureau"
    for text in (REPORT, DECLINE):
        assert await client.codes(text, given(entry), caller="sh-bank") == ["PURPOSE_REQUIRED"]
        elsewhere = await client.codes(text, given(entry), caller="xm-bank", purpose="350200.fiscal_subsidy")
        assert elsewhere == ["NOT_FOUND"]
        for hidden in (
            await arrears(ground, disclosure="government_sharing"),
            await arrears(ground, state="decided", published_at=None),
            await arrears(ground, person),
        ):
            assert await client.codes(text, given(hidden), **LOAN) == ["NOT_FOUND"]
        assert await client.codes(text, given(entry)) == ["FORBIDDEN"]
    await create(ground.tx(), "consent", "grant", {
        "id": new_id(), "subject_id": person, "about_person": True, "office_id": office_id(SHANGHAI, "BANK"),
        "application_item_id": application_item_id(SHANGHAI, "startup_loan"),
        "granted_at": ground.now - timedelta(days=1), "until_on": ground.now.date() + timedelta(days=9),
    })  # fmt: skip
    assert (await client.data(REPORT, given(await arrears(ground, person)), **LOAN))["reportMeasure"]["measure"][
        "inForce"
    ]


async def test_what_is_declined_is_on_the_list_and_in_force_too(client: Client, ground: Ground) -> None:
    """SH-09a, XM-01a: who declines names a measure of the list, its field, and what is in force."""
    entry = await arrears(ground)
    for wrong, code in (
        ({"code": "convenience"}, "MEASURE_NOT_LISTED"), ({"field": None}, "MEASURE_FIELD_UNKNOWN"),
        ({"reason": " "}, "INVALID_INPUT"), ({"reason": "联系人电话13800138000"}, "OTHERS_PERSONAL_DATA"),
    ):  # fmt: skip
        sent = {"input": {**given(entry)["input"], **wrong}}
        assert await client.codes(DECLINE, sent, **LOAN) == [code]
    ended = await arrears(ground, until=ground.now.date() - timedelta(days=1))
    assert await client.codes(DECLINE, given(ended), **LOAN) == ["NOT_FOUND"]


async def test_an_agency_that_had_to_query_a_report_feeds_back_with_one_only(client: Client, ground: Ground) -> None:
    """XM-04a, XM-04b: in a matter in which a report is a must; HC-10: 产生与应用全流程闭环."""
    firm = await ground.subject(XIAMEN)
    entry = await ground.entry(XIAMEN, "labour_serious", "JCZD", firm)
    how = {"caller": "xm-bank", "purpose": "350200.fiscal_subsidy"}
    for text in (REPORT, DECLINE):
        assert await client.codes(text, given(entry), **how) == ["REPORT_NOT_QUERIED"]
    await client.data(ISSUE, {"input": {"subject": f"Subject:{firm}", "kind": "general"}}, **how)
    assert await client.codes(REPORT, given(entry), **how) == ["MEASURE_NOT_LISTED"], "the next question"


async def test_who_applied_lifts_and_others_do_not_look(client: Client, ground: Ground) -> None:
    """SH-09a: a partner lifts its own; what the bank did is not another office's to see or lift."""
    entry = await arrears(ground)
    made = (await client.data(REPORT, given(entry), **LOAN))["reportMeasure"]["measure"]["id"]
    assert (await client.data(SEEN, {"id": made}, **LOAN))["measure"]["code"] == "joint_restriction"
    assert (await client.data(SEEN, {"id": made}, caller="sh-reviewer"))["measure"] is None
    lift = {"input": {"measure": made, "reason": "贷款已结清"}}
    assert await client.codes(LIFT, lift, caller="sh-source") == ["STEP_OF_ANOTHER_OFFICE"]
    declined = (await client.data(DECLINE, given(entry, field="招投标"), **LOAN))["declineMeasure"]["measure"]["id"]
    gone = {"input": {"measure": declined, "reason": "更正"}}
    assert await client.codes(LIFT, gone, **LOAN) == ["STATE_CONFLICT"]
    assert (await client.data(LIFT, lift, **LOAN))["liftMeasure"]["measure"]["state"] == "LIFTED"
