"""What has been applied to a database, as it is noted there: without Tortoise, whose start-up costs more than the question."""

from __future__ import annotations

from pathlib import Path

import asyncpg

VERSIONS = Path(__file__).parent / "versions"


async def is_current(connection: asyncpg.Connection) -> bool:
    """Tell whether every migration of this package has been applied."""
    return known() <= await applied(connection)


async def of_other_versions(connection: asyncpg.Connection) -> set[str]:
    """Give the applied migrations that this version does not know, under whichever number."""
    ours = set(map(words, known()))
    return {name for name in await applied(connection) if words(name) not in ours}


async def applied(connection: asyncpg.Connection) -> set[str]:
    """Give the names of the applied migrations; none where there is no table of them."""
    if await connection.fetchval("SELECT to_regclass('tortoise_migrations')") is None:
        return set()
    return {row["name"] for row in await connection.fetch("SELECT name FROM tortoise_migrations")}


def known() -> set[str]:
    """Give the names of the migrations of this package."""
    return {file.stem for file in VERSIONS.glob("[0-9]*.py")}


def words(name: str) -> str:
    """Give what names a migration: its words; its number only orders it."""
    return name.partition("_")[2]
