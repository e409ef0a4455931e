"""The fence: authority that changes between planning and execution, or in another process, holds at once."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

import api.execution.change
from api.execution.job import reader_of
from api.execution.service import Service
from api.execution.standing import stands
from api.planning.reader import Reader
from authz.activation import activate, assign, bump_epoch
from authz.lines import PolicyLine, default_lines
from tests.client import Client, Serve
from tests.oracle.conftest import Ground
from tests.oracle.documents import Written
from tests.oracle.world import NOW, SINCE, TODAY, caller, key

TEXT = "{ creditRecords(first: 100) { totalCount nodes { id decisionNo } } }"
ASKED = Written(TEXT, {}, None, [])


async def ask(ground: Ground, name: str, client: Client | None = None) -> Any:
    """Ask for the records as a caller."""
    return json.loads(await ground.post(ASKED, caller(name), client=client))


async def end_of_clerk(ground: Ground, *, ended: bool) -> None:
    """End the assignment of a clerk, or let it last again."""
    await assigned(ground, "clerk", ended=ended)


async def reviewing_clerk(ground: Ground, *, ended: bool) -> None:
    """Let the clerk be a reviewer as well, or end that."""
    await assigned(ground, "reviewer", ended=ended)


async def assigned(ground: Ground, role: str, *, ended: bool) -> None:
    """Assign a role to the clerk in its office, or let the assignment have ended yesterday."""
    account = await ground.owner.fetchval("SELECT id FROM account WHERE sub = 'clerk-rs'")
    last = TODAY - timedelta(days=1) if ended else None
    await assign(ground.owner, UUID(str(account)), role, from_on=SINCE, to_on=last, office_id=key("office", "XMRS"))


def before_each_fetch(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[], Awaitable[object]], times: int
) -> list[bool]:
    """Change something between planning and execution, so many times; tell of each execution whether it gave a row."""
    fetch, given = Service.fetch, list[bool]()

    async def changed(self: Service, text: str, values: list[Any]) -> asyncpg.Record | None:
        if len(given) < times:
            await change()
        row = await fetch(self, text, values)
        given.append(row is not None)
        return row

    monkeypatch.setattr(Service, "fetch", changed)
    return given


def test_what_was_planned_before_a_change_gives_nothing_and_is_planned_anew(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ground.run(ask(ground, "clerk-rs"))
    given = before_each_fetch(monkeypatch, lambda: bump_epoch(ground.owner), 1)
    assert ground.run(ask(ground, "clerk-rs")) == before
    assert given == [False, True]


def test_an_assignment_that_ends_between_planning_and_execution_shows_nothing(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = before_each_fetch(monkeypatch, lambda: end_of_clerk(ground, ended=True), 1)
    answer = ground.run(ask(ground, "clerk-rs"))
    monkeypatch.undo()
    ground.run(end_of_clerk(ground, ended=False))
    assert given == [False]
    assert answer.keys() == {"errors"}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["NO_ROLE"]


def test_a_role_that_begins_between_planning_and_execution_may_hold_its_caller_to_trusted_documents(
    ground: Ground, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def held_to() -> Any:
        async with serve(ground.url, trusted_only=("reviewer",)) as strict:
            before = await ask(ground, "clerk-rs", strict)
            given = before_each_fetch(monkeypatch, lambda: reviewing_clerk(ground, ended=False), 1)
            answer = await ask(ground, "clerk-rs", strict)
            monkeypatch.undo()
            await reviewing_clerk(ground, ended=True)
            return before, given, answer

    before, given, answer = ground.run(held_to())
    assert before["data"]["creditRecords"]["totalCount"] > 0
    assert given == [False]
    assert answer.keys() == {"errors"}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["DOCUMENT_NOT_TRUSTED"]


def test_authority_that_never_settles_shows_nothing(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    before_each_fetch(monkeypatch, lambda: bump_epoch(ground.owner), 100)
    answer = ground.run(ask(ground, "the public"))
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["AUTHORITY_UNSETTLED"]


def test_a_statement_of_an_old_epoch_gives_no_row_in_any_process(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch, sent = Service.fetch, list[tuple[str, list[Any]]]()

    async def kept(self: Service, text: str, values: list[Any]) -> asyncpg.Record | None:
        sent.append((text, values))
        return await fetch(self, text, values)

    monkeypatch.setattr(Service, "fetch", kept)
    ground.run(ask(ground, "clerk-jc"))
    monkeypatch.undo()
    assert ground.run(ground.client.service.fetch(*sent[0])) is not None
    ground.run(bump_epoch(ground.owner))
    assert ground.run(ground.client.service.fetch(*sent[0])) is None


def test_a_change_made_beside_one_process_holds_for_the_next_request_in_another(ground: Ground, serve: Serve) -> None:
    async def both() -> tuple[Any, Any, Any]:
        async with serve(ground.url) as other:
            warm = await ask(ground, "clerk-rs", other)
            await end_of_clerk(ground, ended=True)
            cold = await ask(ground, "clerk-rs", other), await ask(ground, "clerk-rs")
            await end_of_clerk(ground, ended=False)
            return warm, cold, await ask(ground, "clerk-rs", other)

    warm, cold, after = ground.run(both())
    assert all(answer.keys() == {"errors"} for answer in cold)
    assert warm == after
    assert warm["data"]["creditRecords"]["totalCount"] > 0


def test_what_a_caller_is_planned_by_is_the_policy_it_was_read_under(ground: Ground) -> None:
    async def activated() -> tuple[Reader, Reader]:
        service = ground.client.service
        await service.callers.refresh()
        before = service.callers.public
        lines = [line for line in default_lines() if line.cells[:3] != ("public", "credit_record", "read")]
        await activate(ground.owner, lines, "the public sees no records", NOW)
        await service.callers.refresh()
        found = reader_of(service, before), reader_of(service, service.callers.public)
        await activate(ground.owner, default_lines(), "as it was", NOW)
        return found

    before, after = ground.run(activated())
    assert [bool(one.scopes("credit_record", "read")) for one in (before, after)] == [True, False]


def test_a_change_under_way_for_who_may_no_longer_is_not_made(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    known = stands

    async def ended_before(*session: Any, **how: Any) -> bool:
        await end_of_clerk(ground, ended=True)
        return await known(*session, **how)

    monkeypatch.setattr(api.execution.change, "stands", ended_before)
    text = (
        f'mutation {{ cancelActivity(input: {{activity: "Activity:{UUID(int=1)}", reason: "天气"}}) {{ receipts }} }}'
    )
    answer = json.loads(ground.run(ground.post(Written(text, {}, None, []), caller("clerk-rs"))))
    monkeypatch.undo()
    ground.run(end_of_clerk(ground, ended=False))
    assert answer["data"] == {"cancelActivity": None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["NO_ROLE"]


def test_a_policy_that_is_activated_holds_for_the_next_request(ground: Ground, serve: Serve) -> None:
    lines = default_lines()
    closed = tuple(line for line in lines if line.cells != ("public", "credit_record", "read", "published"))
    masked = tuple(
        PolicyLine(line.number, line.kind, ("public", "credit", "masked", "published"))
        if line.cells == ("public", "credit", "clear", "published")
        else line
        for line in lines
    )

    async def under(policy: tuple[PolicyLine, ...], note: str) -> Any:
        await activate(ground.owner, policy, note, NOW)
        return await ask(ground, "the public")

    before = ground.run(ask(ground, "the public"))["data"]["creditRecords"]["nodes"]
    hidden = ground.run(under(masked, "the public sees no numbers of decisions"))["data"]["creditRecords"]["nodes"]
    refused = ground.run(under(closed, "the public sees no records"))
    again = ground.run(under(lines, "as it was"))["data"]["creditRecords"]["nodes"]
    assert hidden == [{**row, "decisionNo": None} for row in before]
    assert refused["data"] == {"creditRecords": None}
    assert again == before
