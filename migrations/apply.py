"""Bring a database to the newest migration, one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from tortoise import Tortoise
from tortoise.migrations.api import migrate as tortoise_migrate
from tortoise.migrations.schema_generator.state_apps import StateApps

from migrations.config import tortoise_config

VERSIONS = Path(__file__).parent / "versions"
_LOCK = 0x52454E58494E  # "RENXIN"


async def migrate(url: str, *, target: str | None = None) -> None:
    """Apply all migrations, or move to `target` ("renxin.0001_initial"), under an advisory lock.

    Raises: asyncpg.PostgresError as the database reports it; nothing of a failed migration stays.
    """
    guard = await asyncpg.connect(url)
    try:
        await guard.execute("SELECT pg_advisory_lock($1)", _LOCK)
        with _without_query_sets():
            await tortoise_migrate(config=tortoise_config(url.replace("postgresql://", "asyncpg://", 1)), target=target)
    finally:
        await Tortoise.close_connections()
        await guard.close()


@contextmanager
def _without_query_sets() -> Iterator[None]:
    """Keep Tortoise from building query sets for the models of every intermediate state.

    Migrations here are SQL and changes of tables, none asks through models; building them took two thirds of the time.
    """
    build = StateApps._build_initial_querysets
    StateApps._build_initial_querysets = lambda self: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        StateApps._build_initial_querysets = build  # type: ignore[method-assign]


async def is_current(connection: asyncpg.Connection) -> bool:
    """Tell whether every migration of this package has been applied, without Tortoise's start-up cost."""
    if await connection.fetchval("SELECT to_regclass('tortoise_migrations')") is None:
        return False
    applied = {row["name"] for row in await connection.fetch("SELECT name FROM tortoise_migrations")}
    return {file.stem for file in VERSIONS.glob("[0-9]*.py")} <= applied
