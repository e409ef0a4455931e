"""Starting to serve: an address that cannot be listened at is told before anything is begun."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.config.settings import SettingsError, load_settings
from api.gate.stopping import end_when_hung_up
from api.process.listening import listening_at
from api.process.serve import serve


def test_a_port_that_is_taken_is_named_before_a_database_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings = load_settings({"RENXIN_PORT": str(port), "RENXIN_DATA_DIR": str(tmp_path / "data")})

        with pytest.raises(SettingsError) as refused:
            serve(settings, tell=pytest.fail)

    assert refused.value.faults == (
        f"RENXIN_HOST, RENXIN_PORT: cannot listen at 127.0.0.1 port {port} 无法监听: Address already in use.",
    )
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_host_that_is_none_of_this_machine_is_named() -> None:
    with pytest.raises(SettingsError, match=r"cannot listen at 192\.0\.2\.1 port 8000"):
        listening_at("192.0.2.1", 8000)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_an_address_that_is_free_is_held_and_refuses_clients_until_somebody_serves(host: str) -> None:
    with listening_at(host, 0) as held:
        assert held.get_inheritable()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(held.getsockname()[:2])


@pytest.fixture
def signals() -> Iterator[list[int]]:
    """Note what would end the process, and leave its signals as they were."""
    held = {number: signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGTERM)}
    came: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: came.append(number))
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield came
    for number, handler in held.items():
        signal.signal(number, handler)


def test_a_terminal_that_closes_ends_the_service_as_it_is_ended_otherwise(signals: list[int]) -> None:
    end_when_hung_up()
    assert signal.getsignal(signal.SIGHUP) is not signal.SIG_DFL
    signal.raise_signal(signal.SIGHUP)
    assert signals == [signal.SIGTERM]


def test_a_service_begun_to_outlive_its_terminal_does(signals: list[int]) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    end_when_hung_up()
    signal.raise_signal(signal.SIGHUP)
    assert signals == []
