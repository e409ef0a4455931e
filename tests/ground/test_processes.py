"""Several processes: those that serve go on, whatever becomes of one that is started beside them."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from uvicorn.config import STARTUP_FAILURE

from api.process.processes import Processes


class Child:
    """A process as its parent sees it."""

    def __init__(
        self, config: Any = None, sockets: Any = None, *, exitcode: int | None = None, ready: bool = False
    ) -> None:
        self.exitcode = exitcode
        self.ready = ready
        self.started = False

    def start(self) -> None:
        """Note that it was started."""
        self.started = True

    def is_alive(self, timeout: float) -> bool:
        """Tell whether it runs."""
        return self.exitcode is None

    def is_ready(self, timeout: float) -> bool:
        """Tell whether it serves."""
        return self.ready

    def kill(self) -> None:
        """Kill it, though it has ended."""

    def join(self) -> None:
        """Wait for its end."""


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """Leave signals as they were."""
    numbers = [one for one in signal.valid_signals() if one not in (signal.SIGKILL, signal.SIGSTOP)]
    held = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in held.items():
        if signal.getsignal(number) is not handler:
            signal.signal(number, handler)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr("api.process.processes.Process", Child)
    return []


def _parent(told: list[str], *children: Child) -> Processes:
    made = Processes(uvicorn.Config("nobody:nothing", workers=2), [], lambda: told.append("ready"))
    _children(made).extend(children)
    return made


def _children(parent: Any) -> list[Child]:
    children: list[Child] = parent.processes
    return children


def test_that_they_serve_is_told_once_and_not_before_one_does(told: list[str]) -> None:
    first, second = Child(), Child()
    parent = _parent(told, first, second)
    parent.keep_subprocess_alive()
    assert told == []
    second.ready = True
    for _ in range(2):
        parent.keep_subprocess_alive()
    assert told == ["ready"]


def test_where_none_has_ever_served_one_that_cannot_start_ends_them_all(told: list[str]) -> None:
    parent = _parent(told, Child(), Child(exitcode=STARTUP_FAILURE))
    parent.keep_subprocess_alive()
    assert parent.should_exit.is_set()


def test_one_that_cannot_start_while_others_have_served_is_tried_again(told: list[str]) -> None:
    serving, replaced = Child(ready=True), Child()
    parent = _parent(told, serving, replaced)
    parent.keep_subprocess_alive()
    for exitcode in (-signal.SIGKILL, STARTUP_FAILURE, STARTUP_FAILURE):
        replaced.exitcode = exitcode
        parent.keep_subprocess_alive()
        kept, replaced = _children(parent)
        assert kept is serving
        assert (replaced.started, replaced.exitcode) == (True, None)
    assert not parent.should_exit.is_set()


def test_while_they_are_asked_to_stop_none_is_started_anew(told: list[str]) -> None:
    ended = Child(exitcode=0)
    parent = _parent(told, Child(ready=True), ended)
    parent.should_exit.set()
    parent.keep_subprocess_alive()
    assert _children(parent)[1] is ended


def test_a_terminal_that_closes_ends_them_unless_they_were_begun_to_outlive_it(told: list[str]) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    parent = _parent(told)
    signal.raise_signal(signal.SIGHUP)
    parent.handle_signals()
    assert parent.should_exit.is_set()

    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    parent = _parent(told)
    signal.raise_signal(signal.SIGHUP)
    parent.handle_signals()
    assert not parent.should_exit.is_set()
