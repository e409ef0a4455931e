"""Bring a database to the newest migration, one process at a time."""

from __future__ import annotations

import asyncpg
from tortoise import Tortoise
from tortoise.migrations.api import migrate as tortoise_migrate

from migrations.config import tortoise_config

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
