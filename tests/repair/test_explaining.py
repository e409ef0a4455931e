"""How a repair stands, explained over HTTP to its subject and its office; and what auditors see of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from domain.vault import Vault
from tests.client import Client, Serve
from tests.repair import acts
from tests.repair.acts import BLANK, ELIGIBILITY, IRREGULAR, codes
from tests.repair.ground import HAICANG, SHANGHAI, SHIYAN, XIAMEN, Scene, scene

pytestmark = pytest.mark.anyio

TIME = {"from": "2026-01-01", "to": "2026-12-31"}


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    async with serve(installed_url) as made:
        yield made


async def _asked(client: Client, made: Scene, who: str = "subject", on: str | None = None) -> dict[str, Any]:
    data = await client.data(ELIGIBILITY, {"record": made.record_gid, "on": on}, caller=made.sub(who))
    found: dict[str, Any] = data["repairEligibility"]
    return found


def _standing(found: dict[str, Any]) -> dict[str, str]:
    return {one["code"]: one["standing"] for one in found["conditions"]}


async def test_the_subject_reads_each_condition_with_clause_quote_and_layer(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, XIAMEN)
    found = await _asked(client, made)
    assert _standing(found) == {
        "minimum_publication": "MET",
        "duties_fulfilled": "UNKNOWN",
        "corrected_in_period": "UNKNOWN",
        "effect_removed": "UNKNOWN",
        "commitment": "NOT_MET",
        "no_criminal_proceedings": "UNKNOWN",
        "not_repeated": "UNKNOWN",
    }
    minimum, *_, effect = found["conditions"][:4]
    assert (minimum["since"], minimum["quote"], minimum["layer"]) == (
        "2026-03-01", "最短公示期为三个月,最长公示期为三年", "cn-national",
    )  # fmt: skip
    assert (effect["clause"], effect["layer"]) == ("6", "cn-xiamen-hrss-2021")
    assert (found["mayApply"], found["mayBeGranted"], found["earliestOn"]) == (True, False, "2026-03-01")
    assert found["refusedWith"] is None
    assert found["publicUntil"] == "2028-11-28"
    assert "厦门经济特区社会信用条例" in found["notLoaded"]
    assert [step["verb"] for step in found["steps"]] == ["find_fulfilled", "sign", "grant"]
    assert "所提交的材料真实" in found["commitment"]


async def test_the_explanation_follows_the_application(client: Client, installed_url: str, vault: Vault) -> None:
    made = await scene(installed_url, vault, XIAMEN, lists=("serious_dishonesty",))
    application = await acts.applied(client, made)
    pending = await _asked(client, made)
    assert (pending["application"], pending["refusedWith"]["code"]) == (application, "REPAIR_PENDING")
    await acts.found(client, made, application)
    found = await _asked(client, made, "clerk")
    assert {code for code, standing in _standing(found).items() if standing != "MET"} == {"commitment"}
    await acts.signed(client, made, application)
    found = await _asked(client, made, "approver")
    assert (found["mayBeGranted"], found["mayApply"]) == (True, False)
    assert [(one["listName"], one["ends"]) for one in found["exits"]] == [("严重失信主体名单", True)]


async def test_before_its_day_it_says_from_which_day_on(client: Client, installed_url: str, vault: Vault) -> None:
    made = await scene(installed_url, vault, SHANGHAI)
    found = await _asked(client, made, on="2026-02-28")
    assert (found["mayApply"], found["refusedWith"]["code"], found["earliestOn"]) == (
        False,
        "REPAIR_TOO_EARLY",
        "2026-03-01",
    )
    assert _standing(found)["minimum_publication"] == "NOT_MET"


async def test_of_a_failing_whose_publication_has_ended_it_says_why_nobody_applies(
    client: Client, installed_url: str, vault: Vault
) -> None:
    """信用修复管理办法: its conditions alone would read as if repair could be applied for from a day long past on."""
    made = await scene(installed_url, vault, SHANGHAI, lists=())
    until = (await _asked(client, made))["publicUntil"]
    last, after = await _asked(client, made, on=until), await _asked(client, made, on="2030-01-01")
    assert (last["mayApply"], last["refusedWith"]) == (True, None)
    assert (last["commitment"] is None, after["commitment"]) == (False, None)
    assert (after["mayApply"], after["refusedWith"]) == (
        False,
        {
            "code": "REPAIR_NOT_APPLICABLE",
            "message": "Only a published negative record can be repaired whose publication runs, or on which a list entry in force rests.",
            "messageZh": "只有公示期内的，或者仍为在册名单列入依据的失信信息可以申请信用修复。",
        },
    )


async def test_what_becomes_of_the_entries_is_told_by_each_lists_own_rule(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, HAICANG)
    exits = (await _asked(client, made))["exits"]
    assert [one["ends"] for one in exits] == [False, False]
    assert {one["quote"] for one in exits} == {"及时移除符合退出标准的严重失信主体名单和重点关注主体名单"}


async def test_only_the_subject_and_the_recognising_office_are_told(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, SHIYAN, person=True)
    asked = {"record": made.record_gid, "on": None}
    for who, code in (
        (None, "FORBIDDEN"), ("auditor", "FORBIDDEN"), ("credit office", "FORBIDDEN"),
        ("rival clerk", "NOT_FOUND"), ("stranger", "NOT_FOUND"),
    ):  # fmt: skip
        assert await codes(client, ELIGIBILITY, asked, made, who) == [code], who
    missing = {**asked, "record": f"CreditRecord:{BLANK}"}
    assert await codes(client, ELIGIBILITY, missing, made, "rival clerk") == ["NOT_FOUND"]
    assert await codes(client, ELIGIBILITY, {**asked, "record": "CreditRecord:x"}, made, "clerk") == ["ID_INVALID"]
    for who in ("subject", "clerk", "reviewer", "approver"):
        assert await codes(client, ELIGIBILITY, asked, made, who) == []
    log = await client.data("{ accessLog(first: 20) { nodes { accountId } } }", caller=made.sub("subject"))
    assert str(made.accounts["reviewer"]) in {row["accountId"] for row in log["accessLog"]["nodes"]}


async def test_applications_are_for_the_subject_and_the_recognising_office(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, XIAMEN, lists=())
    application = await acts.applied(client, made)
    text = "query ($id: ID!) { repairApplication(id: $id) { state grounds appliedBy history(first: 5) { nodes { verb } } } }"
    shown = await client.data(text, {"id": application}, caller=made.sub("clerk"))
    assert shown["repairApplication"]["appliedBy"] == str(made.accounts["subject"])
    own = await client.data(text, {"id": application}, caller=made.sub("subject"))
    assert own["repairApplication"]["grounds"] == "已足额支付工资并缴纳罚款"
    assert [one["verb"] for one in own["repairApplication"]["history"]["nodes"]] == ["apply"]
    for who in ("stranger", "rival clerk"):
        assert (await client.data(text, {"id": application}, caller=made.sub(who)))["repairApplication"] is None
    for other in ("credit office", "auditor", None):
        assert await codes(client, text, {"id": application}, made, other) == ["FORBIDDEN"]


# -- irregular repair (SH-12b)


async def _done(client: Client, url: str, vault: Vault) -> tuple[Scene, str]:
    made = await scene(url, vault, XIAMEN, lists=("serious_dishonesty",))
    application = await acts.ready(client, made)
    await acts.granted(client, made, application)
    return made, application


async def _irregular(client: Client, made: Scene) -> list[dict[str, Any]]:
    data = await client.data(IRREGULAR, TIME, caller=made.sub("auditor"))
    mine = {made.record_gid, *(f"ListEntry:{one}" for one in made.entries.values())}
    return [one for one in data["repairIrregularities"] if mine & {one["record"], one["entry"]}]


async def test_a_regular_repair_leaves_nothing_to_audit(client: Client, installed_url: str, vault: Vault) -> None:
    made, _ = await _done(client, installed_url, vault)
    assert await _irregular(client, made) == []


_FORGED = {
    "before_minimum": "UPDATE credit_record SET decided_on = '2026-01-30' WHERE id = {record}",
    "by_finder": (
        "ALTER TABLE repair_application DROP CONSTRAINT IF EXISTS repair_application_found_by_is_not_decided_by;"
        "UPDATE repair_application SET found_by = decided_by WHERE id = {application}"
    ),
    "without_finding": (
        "ALTER TABLE repair_application DROP CONSTRAINT IF EXISTS repair_application_rests_on_finding;"
        "UPDATE repair_application SET found_at = NULL WHERE id = {application}"
    ),
    "without_commitment": (
        "ALTER TABLE repair_application DROP CONSTRAINT IF EXISTS repair_application_rests_on_commitment;"
        "UPDATE repair_application SET signed_at = NULL WHERE id = {application}"
    ),
    "differs_from_ledger": "UPDATE repair_application SET standard = '另一标准' WHERE id = {application}",
    "condition_not_met": "UPDATE repair_application SET corrected_on = '2026-02-02' WHERE id = {application}",
    "out_of_order": "UPDATE repair_application SET signed_at = found_at - interval '1 hour' WHERE id = {application}",
    "not_in_ledger": "DELETE FROM ledger_event WHERE object_id = {application} AND verb = 'grant'",
    "by_other_office": (
        "UPDATE ledger_event SET office_id = (SELECT id FROM office WHERE code = 'SP' AND jurisdiction_id = '350200')"
        " WHERE object_id = {application} AND verb = 'grant'"
    ),
    "record_still_shown": "UPDATE credit_record SET state = 'published', repaired_at = NULL WHERE id = {record}",
    "entry_still_listed": (
        "UPDATE list_entry SET state = 'published', removed_on = NULL, removal_reason = NULL WHERE id = {entry}"
    ),
    "without_application": "UPDATE repair_application SET state = 'refused' WHERE id = {application}",
    "entry_without_repair": "UPDATE repair_application SET state = 'refused' WHERE id = {application}",
}


@pytest.mark.parametrize("code", _FORGED)
async def test_what_somebody_did_by_sql_is_named_sh_12b(
    client: Client, installed_url: str, vault: Vault, code: str
) -> None:
    made, application = await _done(client, installed_url, vault)
    ids = {
        "record": made.record,
        "entry": made.entries["serious_dishonesty"],
        "application": application.partition(":")[2],
    }
    connection = await asyncpg.connect(installed_url)
    try:
        await connection.execute(_FORGED[code].format(**{name: f"'{ident}'" for name, ident in ids.items()}))
    finally:
        await connection.close()
    found = await _irregular(client, made)
    assert code in {one["code"] for one in found}
    one = next(one for one in found if one["code"] == code)
    assert one["explanationZh"]
    assert one["office"].startswith("Office:")
    if one["application"]:
        assert str(made.accounts["approver"]) in one["accounts"]
        assert one["accountNames"][one["accounts"].index(str(made.accounts["approver"]))] == "approver"
    assert one["officeName"]


async def test_a_record_repaired_by_sql_without_any_application_is_named_sh_12b(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, XIAMEN, lists=())
    connection = await asyncpg.connect(installed_url)
    try:
        await connection.execute(
            "UPDATE credit_record SET state = 'repaired', repaired_at = $2 WHERE id = $1",
            made.record, datetime(2026, 3, 18, 3, tzinfo=UTC),
        )  # fmt: skip
    finally:
        await connection.close()
    assert [one["code"] for one in await _irregular(client, made)] == ["without_application"]


async def test_irregular_repair_is_for_auditors_and_carries_no_content(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, XIAMEN, lists=())
    for who in ("subject", "clerk", "approver", "credit office", None):
        assert await codes(client, IRREGULAR, TIME, made, who) == ["FORBIDDEN"], who
    too_long = {"from": "2024-01-01", "to": "2026-01-01"}
    assert await codes(client, IRREGULAR, too_long, made, "auditor") == ["INVALID_INPUT"]
    backwards = {"from": "2026-01-02", "to": "2026-01-01"}
    assert await codes(client, IRREGULAR, backwards, made, "auditor") == ["INVALID_INPUT"]
    assert await codes(
        client, "query ($id: ID!) { creditRecord(id: $id) { title } }", {"id": made.record_gid}, made, "auditor"
    ) == ["FORBIDDEN"]
