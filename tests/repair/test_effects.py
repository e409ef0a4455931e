"""What leaves with a repaired record: the persons listed with a unit too, and what was to be published under it.

XM-06b, HC-07; 上海市社会信用条例33 (责任人员).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from authz.activation import assign, upsert_account
from domain.commitment import commitments
from domain.commitment.commitment import IN_FORCE
from domain.credit import records
from domain.delivery import deliveries
from domain.exemption.exemptions import require_punishable
from domain.lifecycle import Actor, Transaction
from domain.lists.list_collection import require_evidence_stands
from domain.lists.refusals import EvidenceFallen
from domain.repair.facts import load_case
from domain.vault import Vault
from tests.client import ISSUER, Client, Serve
from tests.repair import acts
from tests.repair.acts import APPLY, IRREGULAR
from tests.repair.ground import BOOKS, CALENDAR, SINCE, XIAMEN, Scene, enter, scene

pytestmark = pytest.mark.anyio

DAY = datetime(2026, 2, 2, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str) -> AsyncIterator[Client]:
    async with serve(installed_url) as made:
        yield made


async def _listed_with(url: str, made: Scene, person: UUID) -> UUID:
    """List a person with the unit, as one that answers with it, on no record of its own."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            tx = Transaction(connection, DAY, Actor(None, ("clerk",)))
            unit = made.entries["serious_dishonesty"]
            with_unit = {"subject_id": person, "with_entry_id": unit, "capacity": "法定代表人"}
            return await enter(tx, made, "serious_dishonesty", person=True, **with_unit)
    finally:
        await connection.close()


async def _states(url: str, *entries: UUID) -> dict[UUID, tuple[str, Any]]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT * FROM list_entry WHERE id = ANY($1::uuid[])", list(entries))
        return {row["id"]: (row["state"], row["removal_reason"]) for row in rows}
    finally:
        await connection.close()


async def test_the_persons_listed_with_a_unit_leave_with_it_xm_06b(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, XIAMEN, lists=("serious_dishonesty",))
    person = await scene(installed_url, vault, XIAMEN, lists=(), person=True)
    entry = await _listed_with(installed_url, made, person.subject)
    application = await acts.ready(client, made)
    await acts.granted(client, made, application)
    gone = ("removed", "repaired")
    assert await _states(installed_url, made.entries["serious_dishonesty"], entry) == {
        made.entries["serious_dishonesty"]: gone, entry: gone,
    }  # fmt: skip
    time = {"from": "2026-01-01", "to": "2026-12-31"}
    data = await client.data(IRREGULAR, time, caller=made.sub("auditor"))
    mine = {f"ListEntry:{entry}", made.record_gid}
    assert [one for one in data["repairIrregularities"] if mine & {one["entry"], one["record"]}] == []


async def test_an_entry_under_way_rests_on_nothing_once_its_record_is_repaired(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, XIAMEN, lists=("serious_dishonesty",))
    connection = await asyncpg.connect(installed_url)
    try:
        async with connection.transaction():
            tx = Transaction(connection, DAY, Actor(None, ("clerk",)))
            under_way = await enter(tx, made, "key_attention", state="decided", published_at=None)
            await require_evidence_stands(tx, under_way)
        application = await acts.ready(client, made)
        await acts.granted(client, made, application)
        assert (await _states(installed_url, under_way))[under_way] == ("decided", None)
        async with connection.transaction():
            await require_punishable(connection, [made.record])  # it is not exempted, only repaired
            with pytest.raises(EvidenceFallen):
                await require_evidence_stands(Transaction(connection, DAY, Actor(None, ("clerk",))), under_way)
    finally:
        await connection.close()


async def test_an_authorised_agent_applies_for_its_principal_and_for_nobody_else(
    client: Client, installed_url: str, vault: Vault
) -> None:
    made = await scene(installed_url, vault, XIAMEN, lists=())
    other = await scene(installed_url, vault, XIAMEN, lists=())
    connection = await asyncpg.connect(installed_url)
    try:
        account = await upsert_account(connection, issuer=ISSUER, sub="repair-agent", display="代理人")
        await assign(connection, account, "agent", from_on=SINCE, principal_id=made.subject)
    finally:
        await connection.close()
    apply = {"record": other.record_gid, "grounds": "已改正"}
    assert await client.codes(APPLY, apply, caller="repair-agent") == ["NOT_FOUND"]
    data = await client.data(APPLY, {**apply, "record": made.record_gid}, caller="repair-agent")
    assert data["applyForRepair"]["repairApplication"]["state"] == "APPLIED"


@pytest.mark.parametrize("before", ["applied_by", "found_by", "signed_by"])
async def test_the_database_itself_keeps_the_decider_apart_from_who_came_before(
    client: Client, installed_url: str, vault: Vault, before: str
) -> None:
    made = await scene(installed_url, vault, XIAMEN, lists=())
    application = await acts.ready(client, made)
    await acts.granted(client, made, application)
    connection = await asyncpg.connect(installed_url)
    try:
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute(
                f"UPDATE repair_application SET {before} = decided_by WHERE id::text = $1",
                application.partition(":")[2],
            )
    finally:
        await connection.close()


async def test_a_commitment_comes_down_with_the_withdrawn_record_that_it_names(
    client: Client, installed_url: str, vault: Vault
) -> None:
    """终止公示、停止共享和使用: here at once, and at the platform past whatever was refused there before."""
    made = await scene(installed_url, vault, XIAMEN, lists=())
    application = await acts.ready(client, made)
    mine = "query ($id: ID!) { node(id: $id) { ... on RepairApplication { commitment { id } } } }"
    data = await client.data(mine, {"id": application}, caller=made.sub("subject"))
    promised = data["node"]["commitment"]["id"]
    public = "query ($id: ID!) { node(id: $id) { id } }"
    assert (await client.data(public, {"id": promised}))["node"] is not None
    withdraw = (
        'mutation ($r: ID!) { withdrawCreditRecord(input: { record: $r, reason: "处罚决定已撤销" }) { receipts } }'
    )
    await client.data(withdraw, {"r": made.record_gid}, caller=made.sub("clerk"))
    assert (await client.data(public, {"id": promised}))["node"] is None
    connection = await asyncpg.connect(installed_url)
    try:
        async with connection.transaction():
            while await deliveries.take_up(Transaction(connection, DAY, Actor(None, ()))):
                pass
            told = await connection.fetch(
                "SELECT verb, ends FROM delivery WHERE object_id = $1 ORDER BY id", UUID(promised.partition(":")[2])
            )
    finally:
        await connection.close()
    assert [(one["verb"], one["ends"]) for one in told] == [("publish", False), ("take_down", True)]


async def test_what_a_minor_committed_to_is_kept_back_with_the_record_that_it_names(
    client: Client, installed_url: str, vault: Vault
) -> None:
    """未成年人保护法 103: its words name the decision; the minor sees them on."""
    made = await scene(installed_url, vault, XIAMEN, person=True, lists=())
    application = await acts.ready(client, made)
    mine = "query ($id: ID!) { node(id: $id) { ... on RepairApplication { commitment { id } } } }"
    promised = (await client.data(mine, {"id": application}, caller=made.sub("subject")))["node"]["commitment"]["id"]
    ident = UUID(promised.partition(":")[2])
    in_force = IN_FORCE.replace("{t}", "made").replace(":today", f"DATE '{DAY:%Y-%m-%d}'")
    connection = await asyncpg.connect(installed_url)
    try:
        shown = f"SELECT {in_force} FROM commitment made WHERE id = $1"
        assert await connection.fetchval(shown, ident)
        async with connection.transaction():
            tx = Transaction(connection, DAY, Actor(None, ("operator",)))
            await records.keep_back(tx, made.record, basis="《未成年人保护法（2020年修订）》 103")
        assert not await connection.fetchval(shown, ident)
        last = "SELECT verb FROM outbox_event WHERE object_id = $1 ORDER BY id DESC LIMIT 1"
        assert await connection.fetchval(last, ident) == "take_down"
    finally:
        await connection.close()
    read = "query ($id: ID!) { node(id: $id) { id } }"
    assert (await client.data(read, {"id": promised}, caller=made.sub("subject")))["node"] is not None


async def test_a_failing_may_be_repaired_on_the_last_day_of_its_publication_and_not_after(
    installed_url: str, vault: Vault
) -> None:
    """厦门6, 海沧7: the last day is one of the publication."""
    made = await scene(installed_url, vault, XIAMEN, lists=())
    connection = await asyncpg.connect(installed_url)
    try:
        await connection.execute(_ENDS.format("credit_record"), made.record, "2026-03-18")
        for today, expected in ((date(2026, 3, 18), True), (date(2026, 3, 19), False)):
            case = await load_case(connection, BOOKS, CALENDAR, made.record, today=today)
            assert case.is_repairable is expected
    finally:
        await connection.close()


async def test_once_nothing_is_left_to_repair_neither_correction_nor_decision_is_due(
    client: Client, installed_url: str, vault: Vault
) -> None:
    """厦门6: the publication ended by itself; while an entry rests on the failing both go on."""
    made = await scene(installed_url, vault, XIAMEN, lists=("key_attention",))
    entry = made.entries["key_attention"]
    connection = await asyncpg.connect(installed_url)

    async def due() -> set[str]:
        items = await client.data(_DUE, caller=made.sub("clerk"))
        told = {one["objectId"]: one["kind"] for one in items["dueItems"]["nodes"]}
        return {told.get(made.record_gid, ""), told.get(application, "")} - {""}

    try:
        application = ""
        assert await due() == {"CORRECTION"}
        application = await acts.applied(client, made)
        for record_until, entry_until, left in (
            ("2026-03-18", None, {"CORRECTION", "REPAIR"}), ("2026-03-17", "2026-03-18", {"CORRECTION", "REPAIR"}),
            ("2026-03-18", "2026-03-17", {"CORRECTION", "REPAIR"}), (None, "2026-03-17", {"CORRECTION", "REPAIR"}),
            ("2026-03-17", "2026-03-17", set()),
        ):  # fmt: skip
            await connection.execute(_ENDS.format("credit_record"), made.record, record_until)
            await connection.execute(_ENDS.format("list_entry"), entry, entry_until)
            assert await due() == left
        await connection.execute(_ENDS.format("list_entry"), entry, None)
        await connection.execute(
            "UPDATE list_entry SET state = 'removed', removed_on = '2026-03-16', removal_reason = 'repaired' WHERE id = $1",
            entry,
        )
        assert await due() == set()
    finally:
        await connection.close()


_DUE = "{ dueItems(first: 100, filter: { kind: [CORRECTION, REPAIR] }) { nodes { kind objectId } } }"
_ENDS = "UPDATE {} SET public_until = $2::text::date WHERE id = $1"


@pytest.mark.parametrize("was", ["public_until = '2026-02-01'", "state = 'repaired', repaired_at = now()"])
async def test_a_commitment_comes_down_with_the_failing_whose_days_ran_out_or_whose_repair_was_not_told_of(
    client: Client, installed_url: str, vault: Vault, was: str
) -> None:
    """终止公示、停止共享和使用: no last day is sent with it, and an earlier version told the platform nothing."""
    made = await scene(installed_url, vault, XIAMEN, lists=())
    application = await acts.ready(client, made)
    shown, ended = datetime(2026, 2, 1, 3, tzinfo=UTC), DAY
    connection = await asyncpg.connect(installed_url)
    try:
        promised = await connection.fetchval(
            "SELECT commitment_id FROM repair_application WHERE id::text = $1", application.partition(":")[2]
        )

        async def look(now: datetime) -> list[str]:
            async with connection.transaction():
                await commitments.take_down_ended(Transaction(connection, now, Actor(None, ())))
            rows = await connection.fetch("SELECT verb FROM outbox_event WHERE object_id = $1 ORDER BY id", promised)
            return [row["verb"] for row in rows][-2:]

        before = await look(shown)
        await connection.execute(f"UPDATE credit_record SET {was} WHERE id = $1", made.record)
        assert "take_down" not in before
        assert (await look(ended))[-1] == "take_down"
        assert (await look(ended)).count("take_down") == 1  # once
    finally:
        await connection.close()


_RECEIPTED = """
INSERT INTO outbox_event (id, at, object, object_id, verb, version, subject_id, payload)
SELECT uuidv7(), at, object, object_id, 'deliver', version, subject_id, payload FROM outbox_event WHERE object_id = $1
ORDER BY id DESC LIMIT 1
"""
"""The receipt of what was told, as the worker notes it on the row."""


async def test_a_commitment_is_told_anew_with_its_failing_and_comes_down_with_it_again(
    client: Client, installed_url: str, vault: Vault
) -> None:
    """A failing whose days were made longer after they had run out: the platform has what the portal has, to the end."""
    made = await scene(installed_url, vault, XIAMEN, lists=())
    application = await acts.ready(client, made)
    connection = await asyncpg.connect(installed_url)
    try:
        promised = await connection.fetchval(
            "SELECT commitment_id FROM repair_application WHERE id::text = $1", application.partition(":")[2]
        )

        async def until(day: str) -> str:
            await connection.execute(
                "UPDATE credit_record SET public_until = $2::text::date WHERE id = $1", made.record, day
            )
            for _ in range(2):  # the second time there is nothing to tell
                async with connection.transaction():
                    tx = Transaction(connection, DAY, Actor(None, ()))
                    await commitments.take_down_ended(tx)
                    await commitments.show_again(tx)
                    await connection.execute(_RECEIPTED, promised)
            rows = await connection.fetch("SELECT verb FROM outbox_event WHERE object_id = $1 ORDER BY id", promised)
            return " ".join(row["verb"] for row in rows if row["verb"] in ("publish", "take_down"))

        assert await until("2026-02-01") == "publish take_down"
        assert await until("2029-02-01") == "publish take_down publish"
        assert await until("2026-02-01") == "publish take_down publish take_down"
    finally:
        await connection.close()
