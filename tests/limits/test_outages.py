"""What fails again and again in the background is told when it begins and when it is over, not every second; it goes on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from api.process.logs import JsonLines
from api.process.worker import Worker
from domain.clock import system_clock
from domain.delivery.backoff import default_backoff
from domain.files.store import AttachmentStore
from domain.files.sweep import run_sweeper
from domain.ledger.anchor import Anchor
from domain.ledger.seal import run_sealer
from domain.outage import REMIND_SECONDS, Outage
from domain.oversight.quality_tally import run_tally

NOBODY: Any = None
LOG = logging.getLogger("renxin.ledger")


class Watch:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str | None, int, int | None]]:
    lines = [
        (one.message, getattr(one, "kind", None), one.__dict__["count"], getattr(one, "seconds", None))
        for one in caplog.records
    ]
    caplog.clear()
    return lines


def test_an_outage_is_a_line_when_it_begins_and_a_line_with_its_length_when_it_is_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = Watch()
    outage = Outage(LOG, "not_sealed", "sealed_again", seconds=watch)
    outage.went_well()
    assert told(caplog) == []
    for _ in range(100):
        outage.failed(OSError("a secret"))
        watch.now += 5
    assert told(caplog) == [("not_sealed", "OSError", 1, None)]
    outage.went_well()
    outage.went_well()
    assert told(caplog) == [("sealed_again", None, 100, 500)]
    outage.failed(OSError())
    assert told(caplog) == [("not_sealed", "OSError", 1, None)]


def test_a_failure_of_another_kind_is_told_and_whatever_goes_on_is_told_again_after_an_hour(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = Watch()
    outage = Outage(LOG, "not_sealed", "sealed_again", seconds=watch)
    outage.failed(OSError())
    outage.failed(TimeoutError())
    outage.failed(OSError())
    assert told(caplog) == [("not_sealed", "OSError", 1, None), ("not_sealed", "TimeoutError", 2, None)]
    watch.now += REMIND_SECONDS
    outage.failed(OSError())
    assert told(caplog) == [("not_sealed", "OSError", 4, None)]


def test_where_some_of_it_fails_while_some_goes_well_it_is_over_when_nothing_has_failed_for_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = Watch()
    outage = Outage(LOG, "not_sealed", "sealed_again", quiet=10, seconds=watch)
    for _ in range(3):
        outage.failed(OSError())
        watch.now += 5
        outage.went_well()
        watch.now += 5
        outage.went_well()
    assert told(caplog) == [("not_sealed", "OSError", 1, None)]
    watch.now += 5
    outage.went_well()
    outage.went_well()
    assert told(caplog) == [("sealed_again", None, 3, 25)], "until it went well, not until that was told"


def test_whatever_fails_is_told_with_where_and_is_not_the_last_go(caplog: pytest.LogCaptureFixture) -> None:
    outage = Outage(LOG, "not_sealed", "sealed_again")
    for error in (ZeroDivisionError("a secret"), None):
        with outage:
            if error is not None:
                raise error
    first, over = caplog.records
    assert (first.getMessage(), first.__dict__["kind"], over.getMessage()) == (
        "not_sealed",
        "ZeroDivisionError",
        "sealed_again",
    )
    assert [one.partition(":")[0] for one in first.__dict__["frames"]] == [
        test_whatever_fails_is_told_with_where_and_is_not_the_last_go.__name__
    ]
    assert "secret" not in JsonLines().format(first)


def test_what_is_cancelled_ends(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(asyncio.CancelledError), Outage(LOG, "not_sealed", "sealed_again"):
        raise asyncio.CancelledError
    assert not caplog.records


class Unexpected:
    """What a work asks for first: fails as nobody thought of, once, and is asked again."""

    def __init__(self) -> None:
        self.asked, self.again = 0, asyncio.Event()

    async def connect(self, **_: object) -> Any:
        self.asked += 1
        if self.asked == 1:
            raise ZeroDivisionError
        self.again.set()
        await asyncio.Event().wait()

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Any]:
        yield await self.connect()


def _sealer(first: Unexpected, folder: Path) -> Coroutine[Any, Any, None]:
    return run_sealer(first.connect, NOBODY, Anchor(folder / "anchor"), clock=system_clock, interval=0)


def _sweeper(first: Unexpected, folder: Path) -> Coroutine[Any, Any, None]:
    return run_sweeper(first.connect, AttachmentStore(folder), system_clock, interval=0)


def _tally(first: Unexpected, folder: Path) -> Coroutine[Any, Any, None]:
    return run_tally(first.connect, system_clock, interval=0)


async def _push(first: Unexpected, folder: Path) -> None:
    service: Any = SimpleNamespace(database=first, clock=system_clock)
    figures = replace(default_backoff(), idle_seconds=0)
    await Worker(service, None, figures).run(lambda: False, asyncio.sleep)


@pytest.mark.anyio
@pytest.mark.parametrize("work", [_sealer, _sweeper, _tally, _push])
async def test_no_work_beside_requests_ends_of_an_error_that_nobody_thought_of(
    work: Callable[[Unexpected, Path], Coroutine[Any, Any, None]], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = Unexpected()
    task = asyncio.create_task(work(first, tmp_path))
    asked_again = asyncio.create_task(first.again.wait())
    await asyncio.wait({task, asked_again}, return_when=asyncio.FIRST_COMPLETED)
    assert first.again.is_set(), "it ended"
    for one in (task, asked_again):
        one.cancel()
    await asyncio.gather(task, asked_again, return_exceptions=True)
    assert [one.__dict__["kind"] for one in caplog.records] == ["ZeroDivisionError"]
