"""The server under test: one process, as `renxin serve` runs one, and one that answers without thinking."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import uvicorn
import uvloop

from api.config.settings import load_settings
from api.gate.protocol import GuardedProtocol
from api.process.listening import several
from api.process.serve import application_of

_SPAWN = multiprocessing.get_context("spawn")
_BODY = b'{"data":{' + b" " * 4085 + b"}}"
_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(_BODY), _BODY)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: where, and in which process."""

    address: tuple[str, int]
    pid: int

    def memory(self) -> float:
        """Give its resident memory in MB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def processor(self) -> float:
        """Give the seconds of processor that it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(folder: Path, url: str, *, public_url: str | None = None) -> Iterator[Server]:
    """Run the service over a database in a process of its own."""
    known = {} if public_url is None else {"RENXIN_PUBLIC_URL": public_url}
    with _running(_serve, {"RENXIN_DATA_DIR": str(folder), **known}, url) as server:
        yield server


@contextmanager
def answering_at_once() -> Iterator[Server]:
    """Run a server that sends the same 4 KB for whatever comes: what it takes shows the generator's limit."""
    with _running(_answer, {}, "") as server:
        yield server


@contextmanager
def _running(target: object, given: Mapping[str, str], url: str) -> Iterator[Server]:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=target, args=(theirs, given, url), daemon=True)  # type: ignore[arg-type]
    process.start()
    theirs.close()
    try:
        yield Server(("127.0.0.1", ours.recv()), process.pid or 0)
    finally:
        process.terminate()
        process.join(15)


def end_with_parent() -> None:
    """End this process when the one that started it ends, however that happens."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def _listen() -> socket.socket:
    end_with_parent()
    return socket.create_server(("127.0.0.1", 0), backlog=2_048)


def _serve(owner: Connection, given: Mapping[str, str], url: str) -> None:
    settings = load_settings(given)
    config = uvicorn.Config(
        application_of(settings, url),
        loop="uvloop",
        http=GuardedProtocol,
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=75,
    )
    listening = _listen()
    _Telling(config, owner).run(several(listening))


class _Telling(uvicorn.Server):
    """A server that tells its port when it is ready."""

    def __init__(self, config: uvicorn.Config, owner: Connection) -> None:
        super().__init__(config)
        self._owner = owner

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        assert sockets
        self._owner.send(sockets[0].getsockname()[1])


class _Constant(asyncio.Protocol):
    """Sends the same answer for each piece of input; the generator sends a request in one piece."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer."""
        self._transport.write(_ANSWER)  # type: ignore[attr-defined]


def _answer(owner: Connection, given: Mapping[str, str], url: str) -> None:
    async def run() -> None:
        listening = _listen()
        server = await asyncio.get_running_loop().create_server(_Constant, sock=listening)
        owner.send(listening.getsockname()[1])
        await server.serve_forever()

    uvloop.run(run())
