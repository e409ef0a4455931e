"""What all tests share: one embedded PostgreSQL, databases copied from migrated templates, a frozen clock.

Each test module may have databases of its own: `database_url` is migrated and empty, `installed_url` also has the
rulebook rows and the default policy, `demo_url` the demonstration data. `serve` makes the application over one of
them, and `Client` (`tests.client`) speaks to it; `client` is one that speaks to the demonstration, where a folder or
module has no other.
"""

from __future__ import annotations

import asyncio
import gc
import shutil
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import httpx
import hypothesis
import pytest

from api.config.settings import Settings, load_settings
from api.postgres.server import EmbeddedPostgres
from api.process.app import Application
from api.process.assembly import assemble
from authz.activation import install_default
from domain.calendar import calendar_rows
from domain.installation import install
from domain.rulebook.loader import load_rulebooks
from migrations.apply import migrate
from tests import asking, refusing, turns
from tests.client import ISSUER, NOW, Client, Serve

hypothesis.settings.register_profile(
    "renxin", hypothesis.settings.default, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("renxin")
"""No test may depend on how fast the machine is."""

_MEMORY = Path("/dev/shm")
_ENOUGH = 4 * 2**30
"""Free memory from which on the databases of a session are kept there. Units: bytes."""

_FAST = {"shared_buffers": "64MB", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio."""
    return "asyncio"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Let collections of garbage pass over what stays for ever: code, schema and rulebooks, as in a server."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    items.sort(key=turns.turn)


@pytest.fixture(autouse=True)
def _asked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Watch what mutations ask in the tests that carry them out for that."""
    with asking.watched() if request.node.nodeid.partition("[")[0] in asking.WATCHED else nullcontext():
        yield


@pytest.fixture(autouse=True)
def _refused() -> Iterator[None]:
    """Watch with which codes mutations are refused."""
    with refusing.watched():
        yield


@pytest.fixture(scope="session")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder for databases: in memory where there is enough, so that no test waits for a disk."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ENOUGH
    with tempfile.TemporaryDirectory(dir=_MEMORY if roomy else tmp_path_factory.getbasetemp()) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres(memory: Path) -> Iterator[EmbeddedPostgres]:
    """Run one PostgreSQL for the whole session; its durability is off, for these tests kill no server."""
    server = EmbeddedPostgres(memory / "data", options=_FAST)
    server.start()
    yield server
    server.stop()


def _named(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _order(postgres: EmbeddedPostgres, statement: str) -> None:
    async def carry_out() -> None:
        connection = await asyncpg.connect(postgres.superuser_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(carry_out())


def _copy(postgres: EmbeddedPostgres, template: str, name: str) -> str:
    _order(postgres, f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER renxin STRATEGY FILE_COPY')
    return _named(postgres.url, name)


def lend(postgres: EmbeddedPostgres, template: str, kind: str) -> Iterator[str]:
    """Give the URL of a copy that is dropped afterwards."""
    name = f"{kind}_{uuid4().hex[:12]}"
    yield _copy(postgres, template, name)
    _order(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def _migrated(postgres: EmbeddedPostgres) -> str:
    asyncio.run(migrate(postgres.url))
    return urlsplit(postgres.url).path.removeprefix("/")


@pytest.fixture(scope="session")
def _installed(postgres: EmbeddedPostgres, _migrated: str) -> str:
    async def fill(url: str) -> None:
        connection = await asyncpg.connect(url)
        try:
            await install_default(connection, NOW)
            await install(connection, load_rulebooks(), calendar_rows())
        finally:
            await connection.close()

    asyncio.run(fill(_copy(postgres, _migrated, "installed")))
    return "installed"


@pytest.fixture(scope="session")
def _demonstrated(postgres: EmbeddedPostgres, _installed: str, settings: Settings) -> str:
    from api.demo.attachments import keep_files
    from api.demo.loading import ensure_callers, load_demo
    from api.demo.reports import issue_reports

    async def fill(url: str) -> None:
        service = assemble(settings, url, lambda: NOW)
        connection = await asyncpg.connect(url)
        try:
            await load_demo(
                connection, vault=service.vault, books=service.books, calendar=service.calendar, now=NOW, issuer=ISSUER
            )
            await ensure_callers(connection, ISSUER)
            await issue_reports(service)
            keep_files(service.attachments)
        finally:
            await connection.close()
            await service.database.close()

    asyncio.run(fill(_copy(postgres, _installed, "demonstrated")))
    return "demonstrated"


@pytest.fixture(scope="module")
def database_url(postgres: EmbeddedPostgres, _migrated: str) -> Iterator[str]:
    """Give the URL of an empty, migrated database of the module's own."""
    yield from lend(postgres, _migrated, "empty")


@pytest.fixture(scope="module")
def unmigrated_url(postgres: EmbeddedPostgres) -> Iterator[str]:
    """Give the URL of a database with nothing in it, not even tables, of the module's own."""
    yield from lend(postgres, "template0", "unmigrated")


@pytest.fixture(scope="module")
def installed_url(postgres: EmbeddedPostgres, _installed: str) -> Iterator[str]:
    """Give the URL of a database with rulebook rows and the default policy, of the module's own."""
    yield from lend(postgres, _installed, "installed")


@pytest.fixture(scope="module")
def demo_url(postgres: EmbeddedPostgres, _demonstrated: str) -> Iterator[str]:
    """Give the URL of a database with the demonstration data, of the module's own."""
    yield from lend(postgres, _demonstrated, "demo")


@pytest.fixture(scope="session")
def settings_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of keys and attachments."""
    return tmp_path_factory.mktemp("settings")


@pytest.fixture(scope="session")
def settings(settings_folder: Path) -> Settings:
    """Give settings with keys of the session's own."""
    (settings_folder / "quotas.toml").write_text("")
    patient = {"RENXIN_MAX_WAIT_MS": "60000", "RENXIN_QUOTAS": str(settings_folder / "quotas.toml")}
    return load_settings({"RENXIN_DATA_DIR": str(settings_folder), "RENXIN_PUBLIC_URL": ISSUER, **patient})


@pytest.fixture(scope="session")
def serve(settings: Settings) -> Serve:
    """Give a context manager that serves a database: `async with serve(url) as client`."""

    @asynccontextmanager
    async def serving(url: str, *, now: datetime = NOW, **changes: Any) -> AsyncIterator[Client]:
        service = assemble(replace(settings, **changes), url, lambda: now)
        await service.callers.refresh()
        application = Application(service)
        try:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url=ISSUER) as http:
                yield Client(http, application)
        finally:
            await service.database.close()

    return serving


@pytest.fixture(scope="module")
async def client(serve: Serve, demo_url: str) -> AsyncIterator[Client]:
    """Serve the demonstration data."""
    async with serve(demo_url) as made:
        yield made
