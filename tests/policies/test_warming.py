"""A version is expanded in every process before it becomes active, so that no request waits for Casbin then."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest

from authz import expanding
from authz.grants import Grants, expand
from authz.lines import PolicyLine, default_lines
from authz.warming import run_warming
from tests.client import Serve
from tests.policies.conftest import ACTIVATE, APPROVE, FIRST, GOOD, PROPOSE, ROLL_BACK, SECOND, Desk

pytestmark = pytest.mark.anyio


async def test_another_process_has_expanded_what_is_activated_and_what_is_gone_back_to(
    desk: Desk, serve: Serve, demo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expanded: list[int] = []

    async def noted(version: int, lines: Sequence[PolicyLine]) -> Grants:
        expanded.append(version)
        return await expanding.expanded_beside(version, lines)

    first = await desk.active()
    version = await desk.draft(GOOD)
    assert await desk.code(PROPOSE, FIRST, policyVersion=version) is None
    async with serve(demo_url) as other:
        await other.data("{ __typename }", caller="xiamen-credit-office")
        monkeypatch.setattr("authz.caller.expanded_beside", noted)
        await other.service.callers.warm()
        assert len(expanded) == 1
        assert await desk.code(APPROVE, SECOND, policyVersion=version) is None
        await other.service.callers.warm()
        assert await desk.code(ACTIVATE, SECOND, policyVersion=version) is None
        expanded.clear()
        await other.data("{ viewer { policyVersion } }", caller="xiamen-credit-office")
        active = await desk.active()
        assert other.service.callers.grants.version == active["number"]
        assert active["number"] not in expanded

        asked: list[str] = []
        monkeypatch.setattr(expanding, "_shared", lambda key, lines: asked.append(key))
        assert await desk.code(ROLL_BACK, FIRST, policyVersion=first["id"], reason="试行结束") is None
        await other.data("{ viewer { policyVersion } }", caller="xiamen-credit-office")
        assert asked == []


async def test_who_asks_for_what_is_being_expanded_waits_for_the_same_expansion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[int] = []

    def counted(version: int, lines: Sequence[PolicyLine]) -> Grants:
        begun.append(version)
        return expand(version, lines)

    monkeypatch.setattr(expanding, "expand", counted)
    monkeypatch.setattr(expanding, "FEW", 1_000_000)
    lines = [*default_lines(), PolicyLine(90_001, "r", ("waiting", "一起等"))]
    impatient = asyncio.ensure_future(expanding.expanded_beside(1, lines))
    patient = [asyncio.ensure_future(expanding.expanded_beside(version, lines)) for version in (2, 3)]
    await asyncio.sleep(0)
    impatient.cancel()
    grants = await asyncio.gather(*patient)
    assert [one.version for one in grants] == [2, 3]
    assert len(begun) == 1


async def test_a_look_that_fails_is_not_the_last() -> None:
    looked = asyncio.Event()

    class Away:
        """A database that is away at first."""

        looks = 0

        async def warm(self) -> None:
            self.looks += 1
            if self.looks == 1:
                raise OSError
            looked.set()

    away = Away()
    task = asyncio.create_task(run_warming(away, every=0))
    await asyncio.wait_for(looked.wait(), 5)
    assert away.looks >= 2
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_looks_that_fail_one_after_the_other_are_one_line_and_their_end_another(
    caplog: pytest.LogCaptureFixture,
) -> None:
    looked = asyncio.Event()
    outcomes = iter([OSError(), OSError(), OSError(), None, OSError()])

    class Flickering:
        async def warm(self) -> None:
            outcome = next(outcomes, looked)
            if isinstance(outcome, OSError):
                raise outcome
            if outcome is looked:
                looked.set()

    task = asyncio.create_task(run_warming(Flickering(), every=0))
    await asyncio.wait_for(looked.wait(), 5)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert [record.getMessage() for record in caplog.records] == [
        "policies_not_warmed",
        "policies_warmed_again",
    ] * 2
