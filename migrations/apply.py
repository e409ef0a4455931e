"""Bring a database to the newest migration, one process at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
from tortoise import Tortoise, models
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
        await _renumber(guard)
        with _nothing_to_query():
            await tortoise_migrate(config=tortoise_config(url.replace("postgresql://", "asyncpg://", 1)), target=target)
    finally:
        await Tortoise.close_connections()
        await guard.close()


async def _renumber(connection: asyncpg.Connection) -> None:
    """Note under today's numbers what was applied under others: words name a migration, its number orders it.

    Branches that come together give migrations other numbers; a database of the days before has the old ones.
    """
    today = {_words(name): name for name in _known()}
    async with connection.transaction():
        for name in await _applied(connection):
            number = today.get(_words(name), name)
            await connection.execute("UPDATE tortoise_migrations SET name = $2 WHERE name = $1", name, number)


_PREPARATIONS: tuple[tuple[Any, str, Callable[..., Any]], ...] = (
    (StateApps, "_build_initial_querysets", lambda apps: None),
    (models, "get_filters_for_field", lambda **field: {}),
)
"""What Tortoise does for queries with the models of every intermediate state, and what is done instead."""


@contextmanager
def _nothing_to_query() -> Iterator[None]:
    """Keep Tortoise from preparing queries: migrations are SQL and changes of tables, none asks through models.

    It took five sixths of the time.
    """
    before = [getattr(owner, name) for owner, name, _ in _PREPARATIONS]
    for owner, name, instead in _PREPARATIONS:
        setattr(owner, name, instead)
    try:
        yield
    finally:
        for (owner, name, _), original in zip(_PREPARATIONS, before, strict=True):
            setattr(owner, name, original)


async def is_current(connection: asyncpg.Connection) -> bool:
    """Tell whether every migration of this package has been applied, without Tortoise's start-up cost."""
    return _known() <= await _applied(connection)


async def of_other_versions(connection: asyncpg.Connection) -> set[str]:
    """Give the applied migrations that this version does not know, under whichever number."""
    known = set(map(_words, _known()))
    return {name for name in await _applied(connection) if _words(name) not in known}


async def _applied(connection: asyncpg.Connection) -> set[str]:
    if await connection.fetchval("SELECT to_regclass('tortoise_migrations')") is None:
        return set()
    return {row["name"] for row in await connection.fetch("SELECT name FROM tortoise_migrations")}


def _known() -> set[str]:
    return {file.stem for file in VERSIONS.glob("[0-9]*.py")}


def _words(name: str) -> str:
    return name.partition("_")[2]
