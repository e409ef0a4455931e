"""`renxin serve`: start what is needed, serve until told to stop, leave nothing running."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
from collections.abc import Callable

import uvicorn

from api.config.settings import Settings, load_settings
from api.demo.caller_table import caller_table
from api.gate.protocol import GuardedProtocol
from api.gate.stopping import GRACE_SECONDS, end_when_hung_up
from api.postgres.address import database_url, made_database
from api.process.app import Application
from api.process.assembly import assemble
from api.process.listening import listening_at, several
from api.process.logs import log_config
from api.process.processes import Processes
from api.process.start import prepare
from domain.clock import system_clock

COLLECTIONS = 20_000, 20, 20
"""How many new objects set off a garbage collection, by generation. At Python's default of 700 the collector went over and over
what two hundred concurrent requests hold: a twelfth of the service's time under overload."""

OPEN_FILES = 65_536


def serve(settings: Settings, *, tell: Callable[[str], None]) -> int:
    """Serve until SIGINT, SIGTERM or SIGHUP; give the exit code.

    Raises: SettingsError, before anything else is begun, where nothing can listen at the address.
    """
    listening = listening_at(settings.host, settings.port)
    end_when_hung_up()
    with made_database(settings) as url:
        asyncio.run(prepare(settings, url, now=system_clock(), tell=tell))
        _allow_open_files()
        config = _config(settings)
        sockets = several(listening)
        if settings.workers == 1:
            _Server(config, lambda: _announce(settings)).run(sockets)
        else:
            Processes(config, sockets, lambda: _announce(settings)).run()
    return 0


def _allow_open_files() -> None:
    """Allow more open files, as far as the system lets this user have them: each connection is one."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(most, OPEN_FILES)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _config(settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        "api.process.serve:application",
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
    )


def _announce(settings: Settings) -> None:
    print(f"Renxin 人信 is ready at {settings.public_url}/graphql", flush=True)
    if settings.demo and settings.builtin_issuer:
        print(caller_table(), flush=True)
        print("A token for one of them: renxin token <caller>", flush=True)


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


def application() -> Application:
    """Make the application of one worker process from the environment, for uvicorn."""
    end_when_hung_up()
    settings = load_settings(os.environ)
    return application_of(settings, database_url(settings))


def application_of(settings: Settings, url: str) -> Application:
    """Make the application of one process over a database."""
    made = Application(assemble(settings, url))
    gc.collect()
    gc.set_threshold(*COLLECTIONS)
    gc.freeze()  # schema, rulebooks and code stay for ever: collections in the middle of requests pass them over
    return made
