"""Bring a database to the newest migration, one process at a time."""

from __future__ import annotations

from pathlib import Path

import asyncpg
from tortoise import Tortoise
from tortoise.migrations.api import migrate as tortoise_migrate

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
        await tortoise_migrate(config=tortoise_config(url.replace("postgresql://", "asyncpg://", 1)), target=target)
    finally:
        await Tortoise.close_connections()
        await guard.close()


async def is_current(connection: asyncpg.Connection) -> bool:
    """Tell whether every migration of this package has been applied, without Tortoise's start-up cost."""
    if await connection.fetchval("SELECT to_regclass('tortoise_migrations')") is None:
        return False
    applied = {row["name"] for row in await connection.fetch("SELECT name FROM tortoise_migrations")}
    return {file.stem for file in VERSIONS.glob("[0-9]*.py")} <= applied
