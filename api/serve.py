"""`renxin serve`: start what is needed, serve until told to stop, leave nothing running."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import socket
import sys
import threading
import time
import unicodedata
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from uvicorn.supervisors import Multiprocess

from api.app import Application
from api.assembly import assemble
from api.demo import loading as demo
from api.logs import log_config
from api.postgres.address import database_url, made_database
from api.protocol import GuardedProtocol
from api.settings import Settings, SettingsError, load_settings
from api.start import prepare
from api.stopping import GRACE_SECONDS, end_when_hung_up
from domain.clock import system_clock

COLLECTIONS = 20_000, 20, 20
"""How many objects come until the collector looks for cycles. With Python's 700 it went again and again over what two hundred
requests under way hold: a twelfth of the service's time under overload."""

OPEN_FILES = 65_536
ACCEPTED_AT_ONCE = 16
LOOKED_AT_EVERY = 0.1
"""Seconds."""


def application() -> Application:
    """Make the application of one worker process from the environment, for uvicorn."""
    settings = load_settings(os.environ)
    return application_of(settings, database_url(settings))


def application_of(settings: Settings, url: str) -> Application:
    """Make the application of one process over a database."""
    made = Application(assemble(settings, url))
    gc.collect()
    gc.set_threshold(*COLLECTIONS)
    gc.freeze()  # schema, rulebooks and code stay for ever: collections in the middle of requests pass them over
    return made


class _Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Start, then tell."""
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started:
            self._ready()


def serve(settings: Settings, *, tell: Callable[[str], None]) -> int:
    """Serve until SIGINT, SIGTERM or SIGHUP; give the exit code.

    Raises: SettingsError, before anything else is begun, where nothing can listen at the address.
    """
    listening = listening_at(settings.host, settings.port)
    end_when_hung_up()
    with made_database(settings) as url:
        asyncio.run(prepare(settings, url, now=system_clock(), tell=tell))
        _allow_open_files()
        config = uvicorn.Config(
            "api.serve:application",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            loop="uvloop",
            http=GuardedProtocol,
            ws="none",
            access_log=False,
            log_config=log_config(settings.log_level),
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=GRACE_SECONDS,
            h11_max_incomplete_event_size=64 * 1024,
        )
        sockets = several(listening)
        if settings.workers == 1:
            _Server(config, lambda: _announce(settings)).run(sockets)
        else:
            told = (listening.getsockname()[:2], lambda: _announce(settings))
            threading.Thread(target=when_served, args=told, daemon=True).start()
            Multiprocess(config, sockets).run()
    return 0


def listening_at(host: str, port: int) -> socket.socket:
    """Give a socket bound to the address, which refuses clients until the service is ready.

    Raises: SettingsError.
    """
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        told = f"RENXIN_HOST, RENXIN_PORT: cannot listen at {host} port {port} 无法监听: {error.strerror}."
        raise SettingsError((told,)) from error
    listening.set_inheritable(True)  # to the processes of RENXIN_WORKERS
    return listening


def when_served(address: tuple[str, int], do: Callable[[], None]) -> None:
    """Wait until a process listens at an address, then do something: processes listen when they are ready."""
    while True:
        with suppress(OSError), socket.create_connection(address):
            break
        time.sleep(LOOKED_AT_EVERY)
    do()


def several(listening: socket.socket) -> list[socket.socket]:
    """Give a listening socket several times over: the loop accepts one connection of each in a round.

    With one, a busy process takes in fifty new clients a second, and the others wait for as long as it takes.
    """
    return [listening, *(listening.dup() for _ in range(ACCEPTED_AT_ONCE - 1))]


def _allow_open_files() -> None:
    """Allow more open files, as far as the system lets this user have them: each connection is one."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(most, OPEN_FILES)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _announce(settings: Settings) -> None:
    print(f"Renxin 人信 is ready at {settings.public_url}/graphql", flush=True)
    if settings.demo and settings.builtin_issuer:
        print(caller_table(), flush=True)
        print("A token for one of them: renxin token <caller>", flush=True)
    sys.stdout.flush()


def caller_table() -> str:
    """Write the demonstration callers as a table for the terminal."""
    rows = [("caller", "roles", "who 谁"), *((one.sub, ",".join(one.roles), one.display) for one in demo.CALLERS)]
    widths = [max(_width(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        "  " + "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
