"""Where the database is: the one of the settings, or the embedded one, which is run where none runs already.

In charge of its address as its owner, and of what is in it only whether it is of this version and under these keys, so
that a command which needs the database alone does not load the service. Refuses an embedded database that does not run, where it is not to be started.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from api.config.settings import Settings
from api.postgres.database_keys import require_keys
from api.postgres.database_version import require_current
from api.postgres.home import EmbeddedPostgresError
from api.postgres.server import EmbeddedPostgres


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Give the URL of a database that is there, as its owner, running the embedded one where none runs already.

    Raises: EmbeddedPostgresError where there is none: a command in another folder than the service's makes none there.
    """
    if settings.database_url is None and not (settings.postgres_dir / "cluster").exists():
        raise EmbeddedPostgresError(
            f"There is none in {settings.data_dir} 此目录没有数据库: start the service there once, or name its folder with"
            " RENXIN_DATA_DIR."
        )
    with made_database(settings) as url:
        yield url


@contextmanager
def current_database(settings: Settings) -> Iterator[str]:
    """Give the URL of a database that is there, of this version of the software, and under the keys of the settings.

    Raises: EmbeddedPostgresError; DatabaseOfOtherVersion; DatabaseNotMigrated; SettingsError for keys of another database;
    what the database reports.
    """
    with database(settings) as url:
        asyncio.run(_require_ours(settings, url))
        yield url


async def _require_ours(settings: Settings, url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await require_current(connection)
        await require_keys(connection, settings)
    finally:
        await connection.close()


@contextmanager
def made_database(settings: Settings) -> Iterator[str]:
    """Give the URL of the database as its owner, making the embedded one where there is none.

    One that starts or recovers under another process is waited for: an import handed in just then is not refused.
    """
    if settings.database_url is not None:
        yield settings.database_url
        return
    server = EmbeddedPostgres(settings.postgres_dir)
    running = server.awaited_url()
    if running is not None:
        yield running
        return
    with server:
        yield server.url


def database_url(settings: Settings) -> str:
    """Give the URL of the database as its owner: the one in the settings, or the embedded one that runs.

    Raises: EmbeddedPostgresError when the embedded one does not run.
    """
    if settings.database_url is not None:
        return settings.database_url
    running = EmbeddedPostgres(settings.postgres_dir).awaited_url()
    if running is None:
        raise EmbeddedPostgresError("The embedded PostgreSQL does not run: start the service with `renxin serve`.")
    return running
