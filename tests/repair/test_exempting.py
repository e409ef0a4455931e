"""Exemption of minor, occasional failings over HTTP: the list, the conditions, commitment, grant; each step refused wrongly.

HC-02 (轻微偶发失信行为豁免惩戒, 以信用承诺替代惩戒, 豁免行为清单).
"""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.eligibility.loading import RECORDS
from domain.exemption.conditions import Act, judge
from domain.exemption.exemptions import require_punishable
from domain.exemption.refusals import RecordExempted
from domain.vault import Vault
from tests.client import NOW, Client, Serve
from tests.repair import exempting
from tests.repair.acts import codes
from tests.repair.exempting import (
    APPROVE_ITEM,
    ELIGIBILITY,
    END_ITEM,
    GRANT,
    PENALTY,
    PROPOSE,
    PROPOSE_ITEM,
    REFUSE,
    REJECT_ITEM,
    SIGN,
    SIGNED,
    WITHDRAW,
    minor_scene,
    proposal,
    uuid_of,
)
from tests.repair.ground import SHANGHAI, XIAMEN, Scene, restrict, scene

pytestmark = pytest.mark.anyio

CASES = tomllib.loads((Path(__file__).parent / "exemption.toml").read_text("utf-8"))["case"]
BREAK = """
mutation ($commitment: ID!) { breakCommitment(input: { commitment: $commitment, finding: "一月后再次发生", decisionNo: "海人社认〔2026〕1号",
  ground: UNFULFILLED }) { commitment { state } } }
"""


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    async with serve(installed_url) as made:
        yield made


@pytest.mark.parametrize("case", CASES, ids=[f"{case['requirement']}: {case['name']}" for case in CASES])
def test_each_condition_stands_as_the_list_says(case: dict[str, Any]) -> None:
    act = Act(
        severity=case.get("severity"),
        decided_on=case["decided_on"],
        is_of_item=case.get("of_item", True),
        is_listed=case.get("listed", True),
        most_earlier=case["most_earlier"],
        window_months=case["window_months"],
        earlier=case["earlier"],
    )
    judged = judge(act)
    assert {one.condition: one.standing.value for one in judged} == case["conditions"]
    assert all(one.en and one.zh for one in judged)


async def test_an_office_keeps_its_list_with_two_persons_hc_02(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await minor_scene(installed_url, vault)
    given = proposal()
    for who in ("subject", "auditor", "credit office", None):
        assert await codes(client, PROPOSE_ITEM, given, made, who) == ["FORBIDDEN"], who
    for wrong in ({"most": -1}, {"most": 13}, {"months": 0}, {"months": 121}, {"minorWhen": " "}):
        assert await codes(client, PROPOSE_ITEM, {**given, **wrong}, made, "clerk") == ["INVALID_INPUT"], wrong
    named = {**given, "minorWhen": "本人13812345678核实"}
    assert await codes(client, PROPOSE_ITEM, named, made, "clerk") == ["PERSONAL_TEXT_IN_PUBLIC"]
    reversed_days = {"from": "2026-05-01", "to": "2026-04-30"}
    assert await codes(client, PROPOSE_ITEM, {**given, **reversed_days}, made, "clerk") == ["INVALID_INPUT"]
    assert await codes(client, PROPOSE_ITEM, given, made, "rival clerk") == ["NOT_FOUND"]  # it produces no such records
    assert await codes(client, PROPOSE_ITEM, given, made, "approver") == ["FORBIDDEN"]
    both = "clerk and approver"  # whoever holds both roles still does not approve his own
    data = await client.data(PROPOSE_ITEM, given, caller=made.sub(both))
    item = data["proposeExemptionItem"]["exemptionItem"]
    assert (item["state"], item["inForce"]) == ("PROPOSED", False)
    assert await codes(client, PROPOSE_ITEM, given, made, "clerk") == ["EXEMPTION_ITEM_EXISTS"]
    refused = 'mutation ($item: ID!) { rejectExemptionItem(input: { exemptionItem: $item, reason: "次数过宽" }) { receipts } }'
    await client.data(refused, {"item": item["id"]}, caller=made.sub("second approver"))
    item = (await client.data(PROPOSE_ITEM, given, caller=made.sub(both)))["proposeExemptionItem"]["exemptionItem"]
    approve = {"item": item["id"]}
    assert await codes(client, APPROVE_ITEM, approve, made, both) == ["EXEMPTION_PROPOSER_DECIDES"]
    assert await codes(client, APPROVE_ITEM, approve, made, "reviewer") == ["FORBIDDEN"]
    assert await codes(client, APPROVE_ITEM, approve, made, "rival approver") == ["NOT_FOUND"]
    early = {"record": made.record_gid, "item": item["id"], "grounds": "首次"}
    assert await codes(client, PROPOSE, early, made, "clerk") == ["EXEMPTION_CONDITIONS_NOT_MET"]
    unseen = {"record": made.record_gid, "item": item["id"]}
    assert await codes(client, ELIGIBILITY, unseen, made, "clerk") == []
    assert await codes(client, ELIGIBILITY, unseen, made, "subject") == ["NOT_FOUND"]  # it is not yet on the list
    await client.data(APPROVE_ITEM, approve, caller=made.sub("second approver"))
    assert await codes(client, APPROVE_ITEM, approve, made, "second approver") == ["STATE_CONFLICT"]
    shown = await client.data(
        "query ($id: ID!) { exemptionItem(id: $id) { act inForce proposedBy } }", {"id": item["id"]}
    )
    assert shown["exemptionItem"] == {"act": "未及时办理劳动用工备案", "inForce": True, "proposedBy": None}


async def test_an_act_may_be_rejected_and_one_on_the_list_ends(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await minor_scene(installed_url, vault)
    data = await client.data(PROPOSE_ITEM, proposal(), caller=made.sub("clerk"))
    item = {"item": data["proposeExemptionItem"]["exemptionItem"]["id"]}
    assert await codes(client, END_ITEM, {**item, "to": "2026-03-18"}, made, "approver") == ["INVALID_INPUT"]
    assert await codes(client, REJECT_ITEM, {**item, "reason": ""}, made, "approver") == ["INVALID_INPUT"]
    rejected = await client.data(REJECT_ITEM, {**item, "reason": "偶发标准过宽"}, caller=made.sub("approver"))
    assert rejected["rejectExemptionItem"]["exemptionItem"] == {"state": "REJECTED", "reason": "偶发标准过宽"}
    hidden = await client.data("query ($id: ID!) { exemptionItem(id: $id) { act } }", {"id": item["item"]})
    assert hidden["exemptionItem"] is None
    listed = {"item": await exempting.listed_act(client, made)}
    assert await codes(client, END_ITEM, {**listed, "to": "2026-03-17"}, made, "approver") == ["INVALID_INPUT"]
    ended = await client.data(END_ITEM, {**listed, "to": "2026-03-18"}, caller=made.sub("approver"))
    assert ended["endExemptionItem"]["exemptionItem"] == {"validTo": "2026-03-18", "inForce": True}
    assert await codes(client, END_ITEM, {**listed, "to": "2026-03-19"}, made, "approver") == ["STATE_CONFLICT"]


async def test_the_journey_of_an_exemption_hc_02(client: Client, installed_url: str, vault: Vault) -> None:
    made = await minor_scene(installed_url, vault)
    exemption = await _propose(client, made)
    commitment = await _sign(client, made, exemption)
    measure = await restrict(installed_url, made.record)
    await _grant(client, made, exemption)
    await _take_effect(client, installed_url, made, measure, commitment)
    await _read(client, made, exemption)


async def _propose(client: Client, made: Scene) -> str:
    """Propose the exemption, after those who may not; give its id."""
    item = await exempting.listed_act(client, made)
    given = {"record": made.record_gid, "item": item, "grounds": "首次发生，已改正"}
    asked = await client.data(ELIGIBILITY, {"record": made.record_gid, "item": item}, caller=made.sub("subject"))
    found = asked["exemptionEligibility"]
    assert found["mayBeProposed"] is True
    assert [(one["code"], one["standing"]) for one in found["conditions"]] == [
        ("listed", "MET"), ("minor", "MET"), ("occasional", "MET"),
    ]  # fmt: skip
    assert [one["verb"] for one in found["steps"]] == ["sign", "grant"]
    for who in ("approver", "reviewer", "auditor", "credit office", None):
        assert await codes(client, PROPOSE, given, made, who) == ["FORBIDDEN"], who
    for who in ("stranger", "rival clerk"):
        assert await codes(client, PROPOSE, given, made, who) == ["NOT_FOUND"], who
    assert await codes(client, PROPOSE, {**given, "grounds": " "}, made, "clerk") == ["INVALID_INPUT"]
    exemption = await exempting.proposed(client, made, item)
    assert await codes(client, PROPOSE, given, made, "subject") == ["EXEMPTION_PENDING"]
    return exemption


async def _sign(client: Client, made: Scene, exemption: str) -> str:
    """Sign the commitment, after those who may not; give its id."""
    decide = {"exemption": exemption, "reason": "轻微偶发"}
    assert await codes(client, GRANT, decide, made, "approver") == ["STEP_OUT_OF_ORDER"]
    sign = {"exemption": exemption, **SIGNED}
    for who in ("clerk", "approver", None):
        assert await codes(client, SIGN, sign, made, who) == ["FORBIDDEN"], who
    assert await codes(client, SIGN, sign, made, "stranger") == ["NOT_FOUND"]
    assert await codes(client, SIGN, {**sign, "text": None}, made, "subject") == ["COMMITMENT_TEXT_MISSING"]
    assert await codes(client, SIGN, {**sign, "signerName": None}, made, "subject") == ["SIGNATURE_INCOMPLETE"]
    row = await exempting.promised(client, made, exemption)
    assert (row["state"], row["commitment"]["state"], row["commitment"]["matterNo"]) == (
        "SIGNED", "SIGNED", exemption.partition(":")[2],
    )  # fmt: skip
    return str(row["commitment"]["id"])


async def _grant(client: Client, made: Scene, exemption: str) -> None:
    """Grant the exemption, after those who may not; once."""
    decide = {"exemption": exemption, "reason": "轻微偶发"}
    for who in ("subject", "clerk", "reviewer", "auditor", None):
        assert await codes(client, GRANT, decide, made, who) == ["FORBIDDEN"], who
    assert await codes(client, GRANT, decide, made, "rival approver") == ["NOT_FOUND"]
    assert await codes(client, GRANT, {**decide, "reason": ""}, made, "approver") == ["INVALID_INPUT"]
    granted = await client.data(GRANT, decide, caller=made.sub("approver"))
    assert granted["grantExemption"]["exemption"] == {
        "id": exemption,
        "state": "GRANTED",
        "inForce": True,
        "earlier": 0,
    }
    assert await codes(client, GRANT, decide, made, "second approver") == ["STEP_OUT_OF_ORDER"]
    assert await codes(client, WITHDRAW, {"exemption": exemption}, made, "subject") == ["STATE_CONFLICT"]


async def _take_effect(client: Client, url: str, made: Scene, measure: UUID, commitment: str) -> None:
    """While the commitment stands the record can be punished no more; its publication stays, its measure does not."""
    connection = await asyncpg.connect(url)
    try:
        with pytest.raises(RecordExempted):  # no list entry may rest on it while the commitment stands
            await require_punishable(connection, [made.record])
        lifted = await connection.fetchrow("SELECT state, lifted_for FROM measure WHERE id = $1", measure)
        assert lifted is not None
        assert tuple(lifted) == ("lifted", "exempted")
        told = await connection.fetch("SELECT verb FROM outbox_event WHERE object_id = $1 ORDER BY version", measure)
        assert [one["verb"] for one in told] == ["apply", "lift"]
        public = "query ($id: ID!) { creditRecord(id: $id) { state inForce } }"  # the publicity of penalties stays
        shown = await client.data(public, {"id": made.record_gid})
        assert shown["creditRecord"] == {"state": "PUBLISHED", "inForce": True}
        await client.data(BREAK, {"commitment": commitment}, caller=made.sub("reviewer"))
        await require_punishable(connection, [made.record])  # a broken commitment ends it
    finally:
        await connection.close()


async def _read(client: Client, made: Scene, exemption: str) -> None:
    """The subject sees what became of it; nobody else's office or role does."""
    text = "query ($id: ID!) { exemption(id: $id) { state inForce history(first: 9) { nodes { verb } } } }"
    after = (await client.data(text, {"id": exemption}, caller=made.sub("subject")))["exemption"]
    assert (after["state"], after["inForce"]) == ("GRANTED", False)
    assert sorted(one["verb"] for one in after["history"]["nodes"]) == ["grant", "propose", "sign"]
    for who in ("stranger", "rival clerk"):
        assert (await client.data(text, {"id": exemption}, caller=made.sub(who)))["exemption"] is None
    for other in ("credit office", "auditor", None):
        assert await codes(client, text, {"id": exemption}, made, other) == ["FORBIDDEN"]


async def test_a_failing_found_to_be_serious_is_exempted_no_longer_hc_02(
    client: Client, installed_url: str, vault: Vault
) -> None:
    """HC-02: 豁免轻微失信行为: what its office puts right to serious was never to be exempted."""
    made = await minor_scene(installed_url, vault)
    exemption = await exempting.proposed(client, made, await exempting.listed_act(client, made))
    await exempting.promised(client, made, exemption)
    decide = {"exemption": exemption, "reason": "轻微偶发"}
    granted = await client.data(GRANT, decide, caller=made.sub("approver"))
    assert granted["grantExemption"]["exemption"]["inForce"] is True
    spared = f"SELECT exempted_at IS NOT NULL FROM ({RECORDS}) loaded"
    connection = await asyncpg.connect(installed_url)
    try:
        subject = await connection.fetchval("SELECT subject_id FROM credit_record WHERE id = $1", made.record)
        asked: tuple[Any, ...] = ([subject], "350205", ["public"], False, [])
        assert await connection.fetchval(spared, *asked) is True
        with pytest.raises(RecordExempted):
            await require_punishable(connection, [made.record])
        amend = """mutation ($record: ID!) { amendCreditRecord(input: {
          record: $record, severity: SERIOUS, reason: "经复核属于严重失信行为" }) { receipts } }"""
        await client.data(amend, {"record": made.record_gid}, caller=made.sub("clerk"))
        await require_punishable(connection, [made.record])
        assert await connection.fetchval(spared, *asked) is False, "it restricts again"
    finally:
        await connection.close()
    text = "query ($id: ID!) { exemption(id: $id) { state inForce } }"
    after = (await client.data(text, {"id": exemption}, caller=made.sub("subject")))["exemption"]
    assert after == {"state": "GRANTED", "inForce": False}


async def test_an_act_on_the_list_is_meant_in_every_edition_of_the_catalogue_hc_02(
    client: Client, installed_url: str, vault: Vault
) -> None:
    """HC-08: the catalogue was succeeded after the act was listed; the record refers to the next edition's item."""
    made = await minor_scene(installed_url, vault)
    item = await exempting.listed_act(client, made)
    connection = await asyncpg.connect(installed_url)
    await connection.execute(
        "WITH next AS (INSERT INTO catalogue_item SELECT (jsonb_populate_record(item, jsonb_build_object("
        " 'id', gen_random_uuid(), 'edition', '下一版', 'valid_from', '2026-03-05'))).*"
        " FROM catalogue_item item JOIN credit_record record ON record.item_id = item.id WHERE record.id = $1 RETURNING id)"
        " UPDATE credit_record SET item_id = next.id FROM next WHERE credit_record.id = $1",
        uuid_of(made.record_gid),
    )
    await connection.close()
    asked = {"record": made.record_gid, "item": item}
    told = (await client.data(ELIGIBILITY, asked, caller=made.sub("clerk")))["exemptionEligibility"]

    assert told["mayBeProposed"] is True, told


async def test_who_proposed_does_not_grant_or_refuse_hc_02(client: Client, installed_url: str, vault: Vault) -> None:
    made = await minor_scene(installed_url, vault)
    item = await exempting.listed_act(client, made)
    both = "clerk and approver"
    exemption = await exempting.proposed(client, made, item, by=both)
    refuse = {"exemption": exemption, "reason": "不属轻微"}
    assert await codes(client, REFUSE, refuse, made, both) == ["EXEMPTION_PROPOSER_DECIDES"]
    await exempting.promised(client, made, exemption)
    assert await codes(client, GRANT, refuse, made, both) == ["EXEMPTION_PROPOSER_DECIDES"]
    done = await client.data(REFUSE, refuse, caller=made.sub("second approver"))
    assert done["refuseExemption"]["exemption"] == {"state": "REFUSED", "decisionReason": "不属轻微"}
    again = await exempting.proposed(client, made, item, by="subject")  # it may be proposed anew, by the subject too
    assert await codes(client, WITHDRAW, {"exemption": again}, made, "clerk") == ["FORBIDDEN"]
    done = await client.data(WITHDRAW, {"exemption": again}, caller=made.sub("subject"))
    assert done["withdrawExemption"]["exemption"]["state"] == "WITHDRAWN"


async def test_a_second_failing_and_a_serious_one_are_not_exempted_hc_02(
    client: Client, installed_url: str, vault: Vault
) -> None:
    from domain.lifecycle import Actor, Transaction
    from tests.repair.ground import HAICANG, hand_in

    made = await minor_scene(installed_url, vault)
    item = await exempting.listed_act(client, made)
    exemption = await exempting.proposed(client, made, item)
    await exempting.promised(client, made, exemption)
    connection = await asyncpg.connect(installed_url)
    try:
        async with connection.transaction():
            tx = Transaction(connection, datetime(2026, 3, 17, 3, tzinfo=UTC), Actor(None, ("clerk",)))
            await hand_in(
                tx,
                vault,
                HAICANG,
                person=False,
                decided_on=date(2025, 3, 10),
                severity="minor",
                subject_id=made.subject,
            )
    finally:
        await connection.close()
    answer = await client.send(GRANT, {"exemption": exemption, "reason": "轻微偶发"}, caller=made.sub("approver"))
    extensions = answer["errors"][0]["extensions"]
    assert extensions["code"] == "EXEMPTION_CONDITIONS_NOT_MET"
    assert extensions["conditions"] == [
        {"condition": "occasional", "standing": "not_met", "why": "此前12个月内有1次，清单规定不超过0次为偶发。"}
    ]
    serious = await minor_scene(installed_url, vault, severity="serious")
    given = {"record": serious.record_gid, "item": item, "grounds": "首次"}
    assert await codes(client, PROPOSE, given, serious, "clerk") == ["EXEMPTION_CONDITIONS_NOT_MET"]


async def test_a_failing_that_is_punished_already_leaves_its_list_another_way_hc_02(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await minor_scene(installed_url, vault, lists=("key_attention",))
    item = await exempting.listed_act(client, made)
    given = {"record": made.record_gid, "item": item, "grounds": "首次"}
    assert await codes(client, PROPOSE, given, made, "clerk") == ["EXEMPTION_NOT_APPLICABLE"]


@pytest.mark.parametrize("city", [XIAMEN, SHANGHAI], ids=["350200", "310000"])
async def test_where_no_text_orders_a_list_nothing_is_exempted(
    client: Client, installed_url: str, vault: Vault, city: Any
) -> None:
    haicang = await minor_scene(installed_url, vault)
    item = await exempting.listed_act(client, haicang)
    made = await scene(installed_url, vault, city, lists=(), severity="general" if city is SHANGHAI else "minor")
    given = {"record": made.record_gid, "item": item, "grounds": "首次"}
    assert await codes(client, PROPOSE, given, made, "clerk") == ["PROCEDURE_UNKNOWN"]
    assert await codes(client, PROPOSE_ITEM, proposal(), made, "clerk") == ["PROCEDURE_UNKNOWN"]


async def test_an_act_that_left_the_list_exempts_nobody_any_more(
    client: Client, serve: Serve, installed_url: str, vault: Vault
) -> None:
    made = await minor_scene(installed_url, vault)
    item = await exempting.listed_act(client, made, to="2026-03-18")
    exemption = await exempting.proposed(client, made, item)
    await exempting.promised(client, made, exemption)
    async with serve(installed_url, now=NOW + timedelta(days=1)) as later:
        decide = {"exemption": exemption, "reason": "轻微偶发"}
        assert await codes(later, GRANT, decide, made, "approver") == ["EXEMPTION_CONDITIONS_NOT_MET"]


async def test_the_explanation_of_a_person_is_in_its_access_log(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await minor_scene(installed_url, vault, person=True)
    item = await exempting.listed_act(client, made)
    asked = {"record": made.record_gid, "item": item}
    for who, code in (
        (None, "FORBIDDEN"),
        ("auditor", "FORBIDDEN"),
        ("rival clerk", "NOT_FOUND"),
        ("stranger", "NOT_FOUND"),
    ):
        assert await codes(client, ELIGIBILITY, asked, made, who) == [code], who
    assert await codes(client, ELIGIBILITY, {**asked, "item": PENALTY}, made, "clerk") == ["ID_INVALID"]
    assert await codes(client, ELIGIBILITY, asked, made, "clerk") == []
    log = await client.data("{ accessLog(first: 20) { nodes { accountId } } }", caller=made.sub("subject"))
    assert str(made.accounts["clerk"]) in {row["accountId"] for row in log["accessLog"]["nodes"]}


async def test_the_database_itself_keeps_proposer_and_decider_apart(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await minor_scene(installed_url, vault)
    item = await exempting.listed_act(client, made)
    exemption = await exempting.exempted(client, made, item)
    connection = await asyncpg.connect(installed_url)
    try:
        for text, ident in (
            ("UPDATE exemption SET decided_by = proposed_by WHERE id = $1", exemption),
            ("UPDATE exemption SET decided_by = signed_by WHERE id = $1", exemption),
            ("UPDATE exemption_item SET decided_by = proposed_by WHERE id = $1", item),
        ):
            with pytest.raises(asyncpg.CheckViolationError):
                await connection.execute(text, uuid_of(ident))
    finally:
        await connection.close()
