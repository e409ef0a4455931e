"""Credit repair from the application to the end of publicity, over HTTP, in each of the five jurisdictions.

At each step the wrong person, the wrong order, the early step and the missing part are refused.
XM-06a, XM-06b, XM-06d, HC-07, SH-11; 新乡四; 十堰正文; 信用修复管理办法.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.culture import attendances
from domain.culture.refusals import AttendanceUnfit
from domain.errors import NotFound
from domain.lifecycle import Actor, Transaction
from domain.repair import applications
from domain.vault import Vault
from tests.client import NOW, Client, Serve
from tests.repair import acts
from tests.repair.acts import APPLY, BLANK, FIND, FINDING, GRANT, REFUSE, SIGN, SIGNED, TELL, WITHDRAW, codes
from tests.repair.ground import (
    BOOKS,
    CALENDAR,
    CITIES,
    HAICANG,
    SHANGHAI,
    SHIYAN,
    XIAMEN,
    XINXIANG,
    City,
    Scene,
    restrict,
    scene,
)

pytestmark = pytest.mark.anyio

EARLY = datetime(2026, 2, 28, 2, 0, tzinfo=UTC)
"""The last day of the shortest publication."""

ENDS = {"serious_dishonesty": "repaired", "key_attention": "repaired"}
EXITS: dict[str, dict[str, str | None]] = {
    "350200": {**ENDS, "labour_serious": None},
    "350205": {"serious_dishonesty": "standard_met", "key_attention": "standard_met"},
    "410700": {"black": None},
    "420300": {"black": None},
    "310000": {"wage_arrears": None},
}
"""Why each entry leaves its list with the repair, if it does."""


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    async with serve(installed_url) as made:
        yield made


async def _rows(url: str, text: str, *values: Any) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        found: list[asyncpg.Record] = await connection.fetch(text, *values)
        return found
    finally:
        await connection.close()


@pytest.mark.parametrize("city", CITIES, ids=[one.code for one in CITIES])
async def test_the_journey_of_a_repair(
    client: Client, serve: Serve, installed_url: str, vault: Vault, city: City
) -> None:
    """XM-06, HC-07, SH-11: each step by its person, in its order, with its parts."""
    made = await scene(installed_url, vault, city)
    apply = {"record": made.record_gid, "grounds": "已足额支付工资"}
    async with serve(installed_url, now=EARLY) as before:  # the last day of the shortest publication: too early
        assert await codes(before, APPLY, apply, made, "subject") == ["REPAIR_TOO_EARLY"]
    await _refuses_others(client, made, APPLY, apply, ["clerk", "approver", "auditor", None])
    assert await codes(client, APPLY, apply, made, "stranger") == ["NOT_FOUND"]
    assert await codes(client, APPLY, {**apply, "grounds": " "}, made, "subject") == ["INVALID_INPUT"]

    application = await acts.applied(client, made)
    assert await codes(client, APPLY, apply, made, "subject") == ["REPAIR_PENDING"]
    given = {"application": application, **FINDING}
    await _refuses_skipping(client, made, application)
    await _refuses_others(client, made, FIND, given, ["subject", "auditor", "credit office", None])
    assert await codes(client, FIND, given, made, "rival clerk") == ["NOT_FOUND"]
    missing = {**given, "application": f"RepairApplication:{BLANK}"}
    assert await codes(client, FIND, missing, made, "rival clerk") == ["NOT_FOUND"]
    assert await codes(client, FIND, {**given, "standard": ""}, made, "clerk") == ["INVALID_INPUT"]
    assert await codes(client, FIND, {**given, "correctedOn": "2026-03-19"}, made, "clerk") == ["DATE_IN_FUTURE"]
    assert await codes(client, FIND, {**given, "effectEvidence": None}, made, "clerk") == ["INVALID_INPUT"]

    exit_standard = "退出标准（试行）" if city is HAICANG else None
    row = await acts.found(client, made, application, by="approver", exitStandard=exit_standard)
    assert row["state"] == "FULFILMENT_FOUND"
    assert row["correctionTimeliness"] == ("TIMELY" if city is XIAMEN else "NONE_SET")

    sign = {"application": application, **SIGNED}
    await _refuses_others(client, made, SIGN, sign, ["clerk", "approver", None])
    assert await codes(client, SIGN, sign, made, "stranger") == ["NOT_FOUND"]
    for part in ("papersTrue", "consequencesAccepted"):
        assert await codes(client, SIGN, {**sign, part: False}, made, "subject") == ["COMMITMENT_INCOMPLETE"]
    assert await codes(client, SIGN, {**sign, "signerName": None}, made, "subject") == ["SIGNATURE_INCOMPLETE"]
    assert await codes(client, SIGN, {**sign, "method": "SEAL"}, made, "subject") == ["SIGNATURE_INCOMPLETE"]
    decide = {"application": application, "assessment": None}
    assert await codes(client, GRANT, decide, made, "second approver") == ["STEP_OUT_OF_ORDER"]
    promised = (await acts.signed(client, made, application))["commitment"]
    assert "所提交的材料真实、合法、有效" in promised["text"]
    assert "愿意承担相应责任" in promised["text"]
    assert promised["publishedAt"] is not None

    await _refuses_others(client, made, GRANT, decide, ["subject", "clerk", "reviewer", "auditor", None])
    assert await codes(client, GRANT, decide, made, "rival approver") == ["NOT_FOUND"]
    assert await codes(client, GRANT, decide, made, "approver") == ["OWN_STEP"]  # who found does not decide
    await _public_sees(client, made, shown=True)
    await _promise_is_seen(client, made, promised["id"], shown=True)
    measure = await restrict(installed_url, made.record)
    data = await client.data(GRANT, decide, caller=made.sub("second approver"))
    payload = data["grantRepair"]
    assert payload["repairApplication"]["state"] == "GRANTED"
    assert payload["creditRecord"]["state"] == "REPAIRED"
    assert payload["creditRecord"]["inForce"] is False
    assert await codes(client, GRANT, decide, made, "second approver") == ["STEP_OUT_OF_ORDER"]
    assert await codes(client, APPLY, apply, made, "subject") == ["REPAIR_PENDING"]

    await _public_sees(client, made, shown=False)
    await _promise_is_seen(client, made, promised["id"], shown=False)
    told = "SELECT verb FROM outbox_event WHERE object_id = $1 ORDER BY version DESC LIMIT 1"
    [last] = await _rows(installed_url, told, UUID(promised["id"].partition(":")[2]))
    assert last["verb"] == "take_down"  # the platform, too
    await _entries_left(installed_url, made)
    await _is_lifted(installed_url, measure)
    await _platform_is_told(client, made, application, payload["repairApplication"])
    await _is_in_the_ledger(installed_url, made, application)


async def _refuses_others(client: Client, made: Scene, text: str, values: Any, who: list[str | None]) -> None:
    for one in who:
        assert await codes(client, text, values, made, one) == ["FORBIDDEN"], one


async def _refuses_skipping(client: Client, made: Scene, application: str) -> None:
    """Before the finding nothing is signed, decided or told."""
    assert await codes(client, SIGN, {"application": application, **SIGNED}, made, "subject") == ["STEP_OUT_OF_ORDER"]
    assert await codes(client, GRANT, {"application": application}, made, "approver") == ["STEP_OUT_OF_ORDER"]
    assert await codes(client, TELL, {"application": application}, made, "clerk") == ["REPAIR_NOT_GRANTED"]


_LOOK = """
query ($record: ID!) { node(id: $record) { ... on CreditRecord { state repairedAt } } }
"""


async def _public_sees(client: Client, made: Scene, *, shown: bool) -> None:
    """Before: everybody. After: the subject its own, the producing office its history, nobody else."""
    others: tuple[str | None, ...] = ("rival clerk", "credit office", None)
    for who in (
        others[:2] if shown and made.city is XINXIANG else others
    ):  # Xinxiang shares such records, and shows lists
        data = await client.data(_LOOK, {"record": made.record_gid}, caller=made.sub(who) if who else None)
        assert (data["node"] is not None) is shown, who
    if not shown:
        for who in ("subject", "clerk"):
            data = await client.data(_LOOK, {"record": made.record_gid}, caller=made.sub(who))
            assert data["node"]["state"] == "REPAIRED"


async def _promise_is_seen(client: Client, made: Scene, commitment: str, *, shown: bool) -> None:
    """The commitment names the decision: after the repair it would go on telling everybody of the failing."""
    look = "query ($id: ID!) { node(id: $id) { ... on Commitment { text inForce } } }"
    for who in (None, "credit office"):
        data = await client.data(look, {"id": commitment}, caller=made.sub(who) if who else None)
        assert (data["node"] is not None) is shown, who
    for who in ("subject", "clerk"):
        data = await client.data(look, {"id": commitment}, caller=made.sub(who))
        assert data["node"]["inForce"] is shown, who


async def _entries_left(url: str, made: Scene) -> None:
    """XM-06b, HC-07: both kinds leave with the repair, others by their own rule."""
    rows = await _rows(url, "SELECT * FROM list_entry WHERE id = ANY($1::uuid[])", list(made.entries.values()))
    reasons = {row["id"]: row["removal_reason"] for row in rows}
    assert {code: reasons[entry] for code, entry in made.entries.items()} == EXITS[made.city.code]
    assert all(row["removed_on"] == NOW.date() for row in rows if row["state"] == "removed")


async def _platform_is_told(client: Client, made: Scene, application: str, row: dict[str, Any]) -> None:
    days = {"310000": "2026-03-23", "410700": "2026-03-19"}
    assert row["platformDueOn"] == days.get(made.city.code)
    assert row["platformTimeliness"] == ("PENDING" if made.city.platform_days else "NONE_SET")
    tell: dict[str, Any] = {"application": application}
    later = (NOW + timedelta(hours=1)).isoformat()
    assert await codes(client, TELL, {**tell, "toldAt": later}, made, "clerk") == ["DATE_IN_FUTURE"]
    earlier, nowhere = (NOW - timedelta(hours=1)).isoformat(), NOW.replace(tzinfo=None).isoformat()
    assert await codes(client, TELL, {**tell, "toldAt": earlier}, made, "clerk") == ["INVALID_INPUT"]
    assert await codes(client, TELL, {**tell, "toldAt": nowhere}, made, "clerk") == ["VARIABLES_INVALID"]
    assert await codes(client, TELL, tell, made, "rival clerk") == ["NOT_FOUND"]
    told = await client.data(TELL, tell, caller=made.sub("clerk"))
    expected = "TIMELY" if made.city.platform_days else "NONE_SET"
    assert told["tellRepair"]["repairApplication"]["platformTimeliness"] == expected
    assert await codes(client, TELL, tell, made, "clerk") == ["STATE_CONFLICT"]


async def _is_lifted(url: str, measure: UUID) -> None:
    """XM-06b, HC-07: the measure is lifted with the repair, and whoever applies it is told."""
    [row] = await _rows(url, "SELECT state, lifted_for FROM measure WHERE id = $1", measure)
    assert (row["state"], row["lifted_for"]) == ("lifted", "repaired")
    told = await _rows(url, "SELECT verb FROM outbox_event WHERE object_id = $1 ORDER BY version", measure)
    assert [one["verb"] for one in told] == ["apply", "lift"]


async def _is_in_the_ledger(url: str, made: Scene, application: str) -> None:
    ident = application.partition(":")[2]
    events = await _rows(
        url,
        "SELECT verb, basis, account_id FROM ledger_event WHERE object_id::text = $1 AND kind = 'change' ORDER BY id",
        ident,
    )
    assert [row["verb"] for row in events] == ["apply", "find_fulfilled", "sign", "grant", "tell"]
    assert events[1]["account_id"] == made.accounts["approver"]
    assert events[3]["account_id"] == made.accounts["second approver"]
    assert all("58号" in row["basis"] for row in events[:4])
    outbox = await _rows(
        url, "SELECT object, verb FROM outbox_event WHERE object_id = ANY($1::uuid[]) OR object_id::text = $2 ORDER BY id",
        [made.record, *made.entries.values()], ident,
    )  # fmt: skip
    sent = [(row["object"], row["verb"]) for row in outbox]
    assert ("credit_record", "repair") in sent
    assert sent.count(("list_entry", "remove")) == sum(reason is not None for reason in EXITS[made.city.code].values())


async def test_a_late_correction_is_told_apart_and_is_no_ground_for_repair_in_xiamen_xm_06d(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, XIAMEN)
    application = await acts.applied(client, made)
    row = await acts.found(client, made, application, correctedOn="2026-02-01")
    assert row["correctionTimeliness"] == "LATE"
    await acts.signed(client, made, application)
    answer = await client.send(GRANT, {"application": application}, caller=made.sub("approver"))
    extensions = answer["errors"][0]["extensions"]
    assert extensions["code"] == "REPAIR_CONDITIONS_NOT_MET"
    assert extensions["conditions"] == [
        {
            "condition": "corrected_in_period",
            "standing": "not_met",
            "why": "逾期纠正：2026年2月1日纠正，逾2026年1月31日的期限1日。",
        }
    ]
    refused = await client.data(REFUSE, {"application": application, "reason": "逾期纠正"}, caller=made.sub("approver"))
    assert refused["refuseRepair"]["repairApplication"] == {
        "id": application, "state": "REFUSED", "decisionReason": "逾期纠正",
    }  # fmt: skip
    await acts.applied(client, made)  # refused, it may be applied for anew


async def test_a_period_that_nobody_set_is_judged_in_writing_and_never_assumed_xm_06d(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, XIAMEN, correction_due_on=None)
    application = await acts.ready(client, made)
    assert await codes(client, GRANT, {"application": application}, made, "approver") == ["ASSESSMENT_REQUIRED"]
    payload = await acts.granted(client, made, application, "处罚决定未定期限，责令后十日内纠正")
    assert payload["repairApplication"]["assessment"] == "处罚决定未定期限，责令后十日内纠正"


async def test_a_bad_effect_that_lasts_bars_the_repair_in_xiamen_xm_06d(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, XIAMEN)
    application = await acts.ready(client, made, effectRemovedOn=None, effectEvidence=None)
    assert await codes(client, GRANT, {"application": application}, made, "approver") == ["REPAIR_CONDITIONS_NOT_MET"]


@pytest.mark.parametrize("bar", ["criminalProceedings", "repeated"])
@pytest.mark.parametrize("city", [XIAMEN, SHIYAN, SHANGHAI], ids=["350200", "420300", "310000"])
async def test_criminal_proceedings_and_repetition_bar_the_repair_of_wage_arrears(
    client: Client, installed_url: str, vault: Vault, city: City, bar: str
) -> None:
    made = await scene(installed_url, vault, city)
    application = await acts.ready(client, made, **{bar: True})
    assert await codes(client, GRANT, {"application": application}, made, "approver") == ["REPAIR_CONDITIONS_NOT_MET"]


async def test_haicangs_entries_stay_until_their_exit_standard_is_found_met_hc_07(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, HAICANG)
    application = await acts.ready(client, made)
    await acts.granted(client, made, application)
    rows = await _rows(
        installed_url, "SELECT state FROM list_entry WHERE id = ANY($1::uuid[])", list(made.entries.values())
    )
    assert {row["state"] for row in rows} == {"published"}


async def test_an_entry_that_rests_on_another_failing_too_stays_until_that_is_repaired_or_withdrawn(
    client: Client, installed_url: str, vault: Vault
) -> None:
    from domain.lifecycle import Actor, Transaction
    from tests.repair.ground import hand_in, rest_on, show

    made = await scene(installed_url, vault, XIAMEN, lists=("serious_dishonesty", "key_attention"))
    connection = await asyncpg.connect(installed_url)
    try:
        async with connection.transaction():
            tx = Transaction(connection, EARLY - timedelta(days=100), Actor(None, ("clerk",)))
            other = await hand_in(
                tx, vault, XIAMEN, person=False, decided_on=made_on(), severity="minor", subject_id=made.subject
            )
            await show(tx, other)
            await rest_on(tx, made, made.entries["serious_dishonesty"], other)
    finally:
        await connection.close()
    application = await acts.ready(client, made)
    await acts.granted(client, made, application)
    rows = await _rows(installed_url, "SELECT id, state FROM list_entry WHERE subject_id = $1", made.subject)
    states = {row["id"]: row["state"] for row in rows}
    assert states == {
        made.entries["serious_dishonesty"]: "published", made.entries["key_attention"]: "removed",
    }  # fmt: skip
    withdraw = (
        'mutation ($r: ID!) { withdrawCreditRecord(input: { record: $r, reason: "处罚决定已撤销" }) { receipts } }'
    )
    await client.data(withdraw, {"r": f"CreditRecord:{other}"}, caller=made.sub("approver"))
    left = await _rows(installed_url, "SELECT removal_reason FROM list_entry WHERE subject_id = $1", made.subject)
    assert {row["removal_reason"] for row in left} == {"repaired"}, "nothing was left to repair, nothing it rests on"


async def test_what_is_on_the_labour_list_for_another_failing_leaves_with_the_repair(
    client: Client, installed_url: str, vault: Vault
) -> None:
    """XM-06b (厦门6, 28): neither the six months of the order on wages nor its conditions are asked of it."""
    from domain.lifecycle import Actor, Transaction
    from tests.repair.ground import enter

    made = await scene(installed_url, vault, XIAMEN, lists=())
    connection = await asyncpg.connect(installed_url)
    try:
        async with connection.transaction():
            tx = Transaction(connection, EARLY - timedelta(days=1), Actor(None, ("clerk",)))
            await enter(tx, made, "labour_serious", condition=None, reason="违反劳动保障法律")
    finally:
        await connection.close()
    application = await acts.ready(client, made, repeated=True)
    await acts.granted(client, made, application)
    [left] = await _rows(
        installed_url, "SELECT state, removal_reason FROM list_entry WHERE subject_id = $1", made.subject
    )
    assert (left["state"], left["removal_reason"]) == ("removed", "repaired")


def made_on() -> Any:
    """Give a day of decision before that of the scenes, so that it is no repetition."""
    return (EARLY - timedelta(days=110)).date()


async def test_six_months_after_the_correction_an_entry_for_wage_arrears_ends_too(
    serve: Serve, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, SHANGHAI)
    day = datetime(2026, 7, 15, 2, 0, tzinfo=UTC)  # corrected on 2026-01-15: the six months end today
    async with serve(installed_url, now=day) as client:
        application = await acts.ready(client, made, otherConditions="无其他条件")
    async with serve(installed_url, now=day + timedelta(days=1)) as client:
        payload = await acts.granted(client, made, application)
    assert payload["repairApplication"]["platformDueOn"] == "2026-07-21"
    rows = await _rows(installed_url, "SELECT removal_reason FROM list_entry WHERE subject_id = $1", made.subject)
    assert [row["removal_reason"] for row in rows] == ["early_removal"]


async def test_since_order_36_the_finding_says_which_other_conditions_were_checked(
    serve: Serve, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, XINXIANG)
    async with serve(installed_url, now=datetime(2026, 4, 1, 2, 0, tzinfo=UTC)) as client:
        application = await acts.applied(client, made)
        given = {"application": application, **FINDING}
        assert await codes(client, FIND, given, made, "clerk") == ["FINDING_INCOMPLETE"]
        await acts.found(client, made, application, otherConditions="无其他条件")


async def test_a_minor_failing_of_the_new_order_is_repaired_as_soon_as_its_duties_are_fulfilled(
    serve: Serve, installed_url: str, vault: Vault
) -> None:
    made = await scene(
        installed_url, vault, HAICANG, severity="minor", decided_on=datetime(2026, 4, 1, tzinfo=UTC).date(), lists=()
    )
    async with serve(installed_url, now=datetime(2026, 4, 2, 2, 0, tzinfo=UTC)) as client:
        days = {"fulfilledOn": "2026-04-02", "correctedOn": "2026-04-02", "effectRemovedOn": "2026-04-02"}
        application = await acts.ready(client, made, otherConditions="无其他条件", **days)
        assert (await acts.granted(client, made, application))["creditRecord"]["state"] == "REPAIRED"


async def test_an_application_may_be_withdrawn_by_its_subject_alone(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, SHIYAN)
    application = await acts.applied(client, made)
    withdraw = {"application": application}
    assert await codes(client, WITHDRAW, withdraw, made, "clerk") == ["FORBIDDEN"]
    assert await codes(client, WITHDRAW, withdraw, made, "stranger") == ["NOT_FOUND"]
    done = await client.data(WITHDRAW, withdraw, caller=made.sub("subject"))
    assert done["withdrawRepair"]["repairApplication"]["state"] == "WITHDRAWN"
    assert await codes(client, WITHDRAW, withdraw, made, "subject") == ["STATE_CONFLICT"]
    assert await codes(client, FIND, {**withdraw, **FINDING}, made, "clerk") == ["STEP_OUT_OF_ORDER"]
    await acts.applied(client, made)


async def test_a_failing_whose_publication_ended_is_repaired_while_a_list_rests_on_it(
    serve: Serve, installed_url: str, vault: Vault
) -> None:
    """XM-06b: 移除严重失信主体名单和重点关注主体名单, which the repair alone does: without it nobody would ever leave."""
    made = await scene(installed_url, vault, XIAMEN, lists=("serious_dishonesty", "key_attention"))
    days = {"fulfilledOn": "2025-12-01", "correctedOn": "2025-12-01", "effectRemovedOn": "2025-12-02"}
    async with serve(installed_url, now=datetime(2028, 12, 1, 2, 0, tzinfo=UTC)) as later:
        application = await acts.ready(later, made, otherConditions="无其他条件", **days)
        assert (await acts.granted(later, made, application))["creditRecord"]["state"] == "REPAIRED"
    rows = await _rows(installed_url, "SELECT removal_reason FROM list_entry WHERE subject_id = $1", made.subject)
    assert [row["removal_reason"] for row in rows] == ["repaired", "repaired"]


async def test_what_is_open_about_a_record_ends_when_the_record_is_withdrawn(
    client: Client, installed_url: str, vault: Vault
) -> None:
    """XM-06a, 行政处罚法48: nobody signs for, or owes a decision on, what has nothing left to repair."""
    made = await scene(installed_url, vault, SHIYAN)
    application = {"application": await acts.applied(client, made)}
    due = "query { dueItems(first: 100, filter: { kind: [REPAIR] }) { nodes { objectId } } }"
    owed = [one["objectId"] for one in (await client.data(due, caller=made.sub("clerk")))["dueItems"]["nodes"]]
    assert application["application"] in owed
    withdraw = (
        'mutation ($r: ID!) { withdrawCreditRecord(input: { record: $r, reason: "处罚决定已撤销" }) { receipts } }'
    )
    done = await client.data(withdraw, {"r": made.record_gid}, caller=made.sub("approver"))
    assert len(done["withdrawCreditRecord"]["receipts"]) >= 2
    seen = "query ($application: ID!) { repairApplication(id: $application) { state history(first: 1) { nodes { verb } } } }"
    told = (await client.data(seen, application, caller=made.sub("subject")))["repairApplication"]
    assert told["state"] == "WITHDRAWN"
    left = [one["objectId"] for one in (await client.data(due, caller=made.sub("clerk")))["dueItems"]["nodes"]]
    assert application["application"] not in left
    assert await codes(client, WITHDRAW, application, made, "subject") == ["STATE_CONFLICT"]


async def test_a_failing_that_is_not_published_or_has_ended_is_not_repaired(
    client: Client, serve: Serve, installed_url: str, vault: Vault
) -> None:
    hidden = await scene(installed_url, vault, XIAMEN, published=False, lists=())
    apply = {"record": hidden.record_gid, "grounds": "已纠正"}
    assert await codes(client, APPLY, apply, hidden, "subject") == ["REPAIR_NOT_APPLICABLE"]
    ended = await scene(installed_url, vault, XIAMEN, lists=())
    async with serve(installed_url, now=datetime(2028, 12, 1, tzinfo=UTC)) as later:
        apply = {"record": ended.record_gid, "grounds": "已纠正"}
        assert await codes(later, APPLY, apply, ended, "subject") == ["REPAIR_NOT_APPLICABLE"]


async def test_nothing_is_found_or_granted_once_the_publication_has_ended(
    client: Client, serve: Serve, installed_url: str, vault: Vault
) -> None:
    applied, signed = [await scene(installed_url, vault, XIAMEN, lists=()) for _ in range(2)]
    waiting, ready = await acts.applied(client, applied), await acts.applied(client, signed)
    await acts.found(client, signed, ready, by="approver")
    await acts.signed(client, signed, ready)
    async with serve(installed_url, now=datetime(2028, 12, 1, tzinfo=UTC)) as later:
        find = {"application": waiting, **FINDING}
        assert await codes(later, FIND, find, applied, "clerk") == ["REPAIR_NOT_APPLICABLE"]
        grant = {"application": ready, "assessment": None}
        assert await codes(later, GRANT, grant, signed, "second approver") == ["REPAIR_NOT_APPLICABLE"]


async def test_a_subject_applies_for_no_record_but_its_own_whoever_calls(installed_url: str, vault: Vault) -> None:
    made = await scene(installed_url, vault, XIAMEN, lists=())
    connection = await asyncpg.connect(installed_url)
    try:
        tx = Transaction(connection, NOW, Actor(made.accounts["stranger"], ("subject",)))
        stranger = await connection.fetchval("SELECT subject_id FROM account WHERE id = $1", made.accounts["stranger"])
        with pytest.raises(NotFound):
            async with connection.transaction():
                await applications.apply(
                    tx, BOOKS, CALENDAR, record_id=made.record, subject_id=stranger, grounds="已履行"
                )
    finally:
        await connection.close()


async def test_a_training_is_evidence_in_an_open_application_of_who_attended(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, SHIYAN)
    application = await acts.applied(client, made)
    await client.data(WITHDRAW, {"application": application}, caller=made.sub("subject"))
    connection = await asyncpg.connect(installed_url)
    try:
        tx = Transaction(connection, NOW, Actor(made.accounts["clerk"], ("clerk",)))
        attended = {"id": UUID(int=1), "subject_id": made.subject, "withdrawn_at": None}
        with pytest.raises(AttendanceUnfit):
            await attendances.cite(tx, attended, UUID(application.partition(":")[2]))
    finally:
        await connection.close()


async def test_a_person_repairs_its_own_record_and_the_readings_of_the_office_are_in_its_log(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, XIAMEN, person=True, lists=())
    application = await acts.ready(client, made)
    await acts.granted(client, made, application)
    await client.data(acts.ELIGIBILITY, {"record": made.record_gid}, caller=made.sub("clerk"))
    log = await client.data("{ accessLog(first: 50) { nodes { verb accountId } } }", caller=made.sub("subject"))
    readers = {(row["verb"], row["accountId"]) for row in log["accessLog"]["nodes"]}
    assert ("read", str(made.accounts["clerk"])) in readers
    assert ("grant", str(made.accounts["approver"])) in readers
