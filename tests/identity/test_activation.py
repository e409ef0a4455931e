"""Changes of authority: what is written, by whom it may be written, and that each of them moves the epoch."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest

from authz import activation
from authz.activation import (
    SHIPPED,
    RoleUnknown,
    activate,
    assign,
    bump_epoch,
    grant_purpose,
    install_default,
    revoke_token,
    upsert_account,
)
from authz.authority import AuthorityMissing, read_active, read_epoch
from authz.caller import Callers
from authz.lines import PolicyInvalid, PolicyLine, default_lines, digest
from domain.errors import InvalidInput
from tests.identity.conftest import NOW, Places
from tests.identity.tokens import NAME, Keys, claims, reader, token

pytestmark = pytest.mark.anyio

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
Connection: TypeAlias = "asyncpg.Connection[Any]"

SMALL = (
    PolicyLine(1, "p", ("public", "office", "read", "any")),
    PolicyLine(2, "p", ("clerk", "office", "read", "any")),
)


async def test_the_first_start_activates_the_shipped_policy_line_by_line(bare: Connection) -> None:
    version = await install_default(bare, NOW)

    assert (version, await read_active(bare)) == (1, (1, 1, default_lines()))
    row = await bare.fetchrow("SELECT note, activated_at FROM policy_version")
    assert tuple(row) == (SHIPPED, NOW)


async def test_a_second_start_changes_nothing(connection: Connection) -> None:
    before = await read_active(connection)

    assert await install_default(connection, NOW + DAY) == 1
    assert await read_active(connection) == before


async def test_a_newer_shipped_policy_replaces_an_older_shipped_one(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activation, "default_lines", lambda: SMALL)

    assert await install_default(connection, NOW) == 2
    assert await read_active(connection) == (2, 2, SMALL)


async def test_a_newer_shipped_policy_does_not_replace_what_an_operator_activated(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await activate(connection, default_lines()[:-1], "平台不再接收身份证号", NOW)
    monkeypatch.setattr(activation, "default_lines", lambda: SMALL)

    assert await install_default(connection, NOW) == 2
    assert (await read_active(connection))[2] == default_lines()[:-1]


async def test_two_processes_that_start_at_once_install_one_version(database_url: str) -> None:
    first, second = [await asyncpg.connect(database_url) for _ in range(2)]
    try:
        versions = await asyncio.gather(install_default(first, NOW), install_default(second, NOW))
        assert list(versions) == [1, 1]
        assert await read_epoch(first) == (1, 1)
    finally:
        await first.execute("DELETE FROM authority; DELETE FROM policy_row; DELETE FROM policy_version")
        await first.close()
        await second.close()


async def test_going_back_is_a_new_version(connection: Connection) -> None:
    await activate(connection, SMALL, "试行", NOW)

    assert await activate(connection, default_lines(), "恢复", NOW) == 3
    assert await read_active(connection) == (3, 3, default_lines())


BAD_LINES = {
    "an unknown object": ("p", ("clerk", "salary", "read", "any")),
    "an unknown action": ("p", ("clerk", "office", "delete", "any")),
    "an action of another object": ("p", ("clerk", "office", "publish", "any")),
    "an unknown scope": ("p", ("clerk", "office", "read", "everything")),
    "an effect that is none": ("p", ("clerk", "office", "read", "any", "perhaps")),
    "a cell too many": ("p", ("clerk", "office", "read", "any", "allow", "x")),
    "a cell too few": ("p", ("clerk", "office", "read")),
    "an unknown class": ("c", ("clerk", "salary", "clear", "any")),
    "the secret class": ("c", ("clerk", "secret", "clear", "any")),
    "an unknown level": ("c", ("clerk", "credit", "blurred", "any")),
    "an unknown scope of a clearance": ("c", ("clerk", "credit", "clear", "1=1")),
    "an unknown parent": ("g", ("clerk", "emperor")),
    "an unknown heir": ("g", ("emperor", "clerk")),
    "an unknown kind": ("x", ("clerk", "office", "read", "any")),
    "an expression": ("p", ("clerk", "office", "read", "any || true")),
    "a second row in a cell": ("p", ("clerk", "office", "read", "any\np, public, subject, read, any")),
}


@pytest.mark.parametrize("kind", BAD_LINES)
async def test_a_policy_with_a_word_that_nobody_knows_is_refused_whole(connection: Connection, kind: str) -> None:
    before = await read_active(connection)
    lines = [*default_lines(), PolicyLine(9_999, *BAD_LINES[kind])]

    with pytest.raises(PolicyInvalid) as refused:
        await activate(connection, lines, "x", NOW)

    assert refused.value.extensions == {"line": 9_999}
    assert await read_active(connection) == before
    assert await connection.fetchval("SELECT count(*) FROM policy_version") == 1


async def test_two_lines_with_one_number_are_refused(connection: Connection) -> None:
    with pytest.raises(PolicyInvalid):
        await activate(connection, [SMALL[0], SMALL[0]], "x", NOW)


@pytest.mark.parametrize("note", ["", " \n", SHIPPED])
async def test_a_version_says_what_it_changes_and_does_not_pretend_to_be_shipped(
    connection: Connection, note: str
) -> None:
    with pytest.raises(PolicyInvalid):
        await activate(connection, SMALL, note, NOW)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE policy_row SET cells[4] = 'any' WHERE cells[1] = 'partner' AND cells[4] = 'consented'",
        "DELETE FROM policy_row WHERE line = (SELECT max(line) FROM policy_row)",
        "UPDATE policy_row SET line = -line",
        "DELETE FROM policy_row",
    ],
    ids=["changed", "deleted", "reordered", "emptied"],
)
async def test_a_policy_whose_rows_were_changed_by_hand_is_not_taken_over(
    connection: Connection, tampering: str
) -> None:
    callers = Callers(connection, reader(Keys([])))
    await callers.refresh()
    await activate(connection, default_lines(), "同前", NOW)
    await connection.execute(tampering)
    grants, epoch = callers.grants, callers.epoch

    with pytest.raises(PolicyInvalid):
        await callers.refresh()

    assert (callers.grants, callers.epoch) == (grants, epoch)
    assert epoch < (await read_epoch(connection))[0]


@pytest.mark.parametrize(
    "act", [read_epoch, read_active, bump_epoch, lambda rows: Callers(rows, reader(Keys([]))).refresh()]
)
async def test_before_the_first_start_there_is_no_authority(
    bare: Connection, act: Callable[[Any], Awaitable[Any]]
) -> None:
    with pytest.raises(AuthorityMissing, match="start the service once"):
        await act(bare)


async def test_every_change_of_authority_moves_the_epoch(connection: Connection, places: Places) -> None:
    account = await upsert_account(connection, issuer=NAME, sub="a", display="x")
    changes: tuple[Callable[[], Awaitable[Any]], ...] = (
        lambda: bump_epoch(connection),
        lambda: activate(connection, SMALL, "x", NOW),
        lambda: upsert_account(connection, issuer=NAME, sub="b", display="x"),
        lambda: upsert_account(connection, issuer=NAME, sub="b", display="y"),
        lambda: assign(connection, account, "clerk", office_id=places.bank, from_on=TODAY),
        lambda: assign(connection, account, "clerk", office_id=places.bank, from_on=TODAY, to_on=TODAY),
        lambda: grant_purpose(connection, places.bank, places.items["900200.b"], from_on=TODAY),
        lambda: grant_purpose(connection, places.bank, places.items["900200.b"], from_on=TODAY, to_on=TODAY),
        lambda: revoke_token(connection, "t", NOW + DAY, NOW),
    )
    epochs = [(await read_epoch(connection))[0]]

    for change in changes:
        await change()
        epochs.append((await read_epoch(connection))[0])

    assert epochs == list(range(epochs[0], epochs[0] + len(changes) + 1))


async def test_every_change_of_authority_leaves_its_event_in_the_same_transaction(
    connection: Connection, places: Places
) -> None:
    account = await upsert_account(connection, issuer=NAME, sub="a", display="x")
    place: Any = {"office_id": places.bank, "from_on": TODAY}
    item = places.items["900200.b"]
    changes: dict[str, Callable[[], Awaitable[Any]]] = {
        "supersede policy_version, activate policy_version": lambda: activate(connection, SMALL, "试行", NOW),
        "register account": lambda: upsert_account(connection, issuer=NAME, sub="b", display="y"),
        "grant assignment": lambda: assign(connection, account, "clerk", **place),
        "renew assignment": lambda: assign(connection, account, "clerk", to_on=TODAY, **place),
        "grant partner_purpose": lambda: grant_purpose(connection, places.bank, item, from_on=TODAY),
        "revoke revoked_token": lambda: revoke_token(connection, "t", NOW + DAY, NOW),
    }
    told = {}
    for expected, change in changes.items():
        known = {row["id"] for row in await connection.fetch("SELECT id FROM ledger_event")}
        async with connection.transaction():
            await change()
        rows = await connection.fetch("SELECT id, verb, object, role, image FROM ledger_event ORDER BY id")
        new = [row for row in rows if row["id"] not in known]
        told[expected] = ", ".join(f"{row['verb']} {row['object']}" for row in new)
        assert all(row["image"] and row["role"] == "operator" for row in new)

    assert told == {expected: expected for expected in changes}


async def test_a_change_that_changes_nothing_leaves_no_event(connection: Connection, places: Places) -> None:
    async def change() -> None:
        account = await upsert_account(connection, issuer=NAME, sub="a", display="x", kind="machine")
        await assign(connection, account, "partner", office_id=places.bank, from_on=TODAY)
        await grant_purpose(connection, places.bank, places.items["900200.b"], from_on=TODAY)
        await revoke_token(connection, "t", NOW + DAY, NOW)

    await change()
    before = await connection.fetchval("SELECT count(*) FROM ledger_event")
    await change()

    assert await connection.fetchval("SELECT count(*) FROM ledger_event") == before


async def test_a_policy_leaves_the_ledger_no_copy_of_its_text_but_its_digest(connection: Connection) -> None:
    image = await connection.fetchval(
        "SELECT image FROM ledger_event WHERE object = 'policy_version' AND verb = 'activate'"
    )

    assert json.loads(image)["digest"] == digest(default_lines())
    assert "policy_text" not in json.loads(image)


async def test_a_token_is_revoked_once_however_often_it_is_revoked(connection: Connection) -> None:
    await revoke_token(connection, "t", NOW + DAY, NOW)
    before = await read_epoch(connection)

    await revoke_token(connection, "t", NOW + 2 * DAY, NOW + DAY)

    assert await read_epoch(connection) == before
    rows = await connection.fetch("SELECT id, revoked_at, expires_at FROM revoked_token")
    assert [tuple(row) for row in rows] == [("t", NOW, NOW + DAY)]


async def test_an_account_that_is_made_again_is_brought_up_to_date(connection: Connection) -> None:
    first = await upsert_account(connection, issuer=NAME, sub="a", display="旧名")

    assert await upsert_account(connection, issuer=NAME, sub="a", display="新名") == first
    assert await connection.fetchval("SELECT display FROM account WHERE id = $1", first) == "新名"


async def test_a_role_assigned_again_from_the_same_day_is_one_assignment_with_a_new_end(
    connection: Connection, places: Places
) -> None:
    account = await upsert_account(connection, issuer=NAME, sub="a", display="x")
    first = await assign(connection, account, "clerk", office_id=places.bank, from_on=TODAY)

    assert await assign(connection, account, "clerk", office_id=places.bank, from_on=TODAY, to_on=TODAY) == first
    rows = await connection.fetch("SELECT to_on FROM assignment WHERE account_id = $1", account)
    assert [row["to_on"] for row in rows] == [TODAY]


@pytest.mark.parametrize("role", ["emperor", "officer", "Clerk", ""])
async def test_a_role_that_nobody_knows_is_not_assigned(connection: Connection, role: str) -> None:
    account = await upsert_account(connection, issuer=NAME, sub="a", display="x")

    with pytest.raises(RoleUnknown):
        await assign(connection, account, role, from_on=TODAY)


async def test_days_in_the_wrong_order_are_refused(connection: Connection, places: Places) -> None:
    account = await upsert_account(connection, issuer=NAME, sub="a", display="x")

    with pytest.raises(InvalidInput):
        await assign(connection, account, "clerk", from_on=TODAY, to_on=TODAY - DAY)
    with pytest.raises(InvalidInput):
        await grant_purpose(connection, places.bank, places.items["900200.b"], from_on=TODAY, to_on=TODAY - DAY)


async def test_the_role_that_serves_requests_reads_callers_and_revokes_tokens(
    connection: Connection, places: Places
) -> None:
    account = await upsert_account(connection, issuer=NAME, sub="clerk-1", display="x")
    await assign(connection, account, "clerk", office_id=places.supervision, from_on=TODAY)
    await connection.execute("SET LOCAL ROLE renxin_app")
    callers = Callers(connection, reader(Keys(["ed1"])))

    await callers.refresh()
    caller = await callers.resolve(f"Bearer {token(body=claims())}", "900200.b", now=NOW)
    await revoke_token(connection, "t-1", NOW + DAY, NOW)

    assert caller.purpose_code == "900200.b"
    assert (await read_epoch(connection))[0] == caller.epoch + 1


@pytest.mark.parametrize(
    "act",
    [
        lambda connection, account: activate(connection, SMALL, "x", NOW),
        lambda connection, account: assign(connection, account, "auditor", from_on=TODAY),
        lambda connection, account: connection.execute("UPDATE account SET subject_id = NULL"),
        lambda connection, account: connection.execute("UPDATE policy_version SET origin = 'shipped'"),
        lambda connection, account: connection.execute("UPDATE authority SET policy_state = 'rejected'"),
        lambda connection, account: connection.execute("UPDATE assignment SET origin = 'operator'"),
        lambda connection, account: connection.execute("UPDATE assignment SET account_id = $1", account),
        lambda connection, account: connection.execute("DELETE FROM revoked_token"),
        lambda connection, account: connection.execute("UPDATE policy_row SET kind = 'p'"),
    ],
    ids=[
        "activate",
        "assign",
        "let an account be another subject",
        "call a version shipped",
        "point to a version that is not active",
        "call an assignment the operator's",
        "give an assignment to another account",
        "take a revocation back",
        "change a line",
    ],
)
async def test_the_role_that_serves_requests_cannot_give_authority(
    connection: Connection, act: Callable[[Any, UUID], Awaitable[Any]]
) -> None:
    account = await upsert_account(connection, issuer=NAME, sub="a", display="x")
    await connection.execute("SET LOCAL ROLE renxin_app")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await act(connection, account)


class Slow:
    """Rows that come only when the test lets them, and count how often the epoch is read."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.read = asyncio.Event()
        self.let = asyncio.Event()
        self.epochs = 0

    async def fetch(self, query: str, /, *args: Any) -> Any:
        return await self.connection.fetch(query, *args)

    async def fetchrow(self, query: str, /, *args: Any) -> Any:
        self.epochs += 1
        row = await self.connection.fetchrow(query, *args)
        self.read.set()
        await self.let.wait()
        return row


async def test_requests_that_find_the_epoch_moved_together_share_one_reading_begun_after_them(
    connection: Connection,
) -> None:
    rows = Slow(connection)
    callers = Callers(rows, reader(Keys([])))
    early = asyncio.create_task(callers.refresh())
    await rows.read.wait()
    epoch = await bump_epoch(connection)
    late = [asyncio.create_task(callers.refresh()) for _ in range(10)]
    await asyncio.sleep(0)

    rows.let.set()
    await asyncio.gather(early, *late)

    assert (callers.epoch, rows.epochs) == (epoch, 2)
