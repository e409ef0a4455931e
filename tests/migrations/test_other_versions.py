"""A database that another version of the software has migrated: an older one is brought here, a newer one is left alone."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg
import pytest
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey

from api.config.settings import Settings
from api.postgres.database_version import DatabaseOfOtherVersion
from api.process.start import prepare
from migrations.applied import VERSIONS, is_current
from migrations.apply import migrate

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 23, tzinfo=UTC)


async def _run(url: str, sql: str, *values: object) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql, *values)
    finally:
        await connection.close()


async def _noted(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return [row["name"] for row in await connection.fetch("SELECT name FROM tortoise_migrations ORDER BY id")]
    finally:
        await connection.close()


async def test_what_was_applied_under_another_number_is_not_applied_again(database_url: str) -> None:
    before = await _noted(database_url)
    renumber = "UPDATE tortoise_migrations SET name = $2 WHERE name = $1"
    await _run(database_url, renumber, "0059_violations_told_by_listings", "0058_violations_told_by_listings")
    await migrate(database_url)
    assert await _noted(database_url) == before


async def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(
    installed_url: str, settings: Settings
) -> None:
    await _run(
        installed_url,
        "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('renxin', '9999_of_the_future', now())",
    )
    before = await _noted(installed_url)
    with pytest.raises(DatabaseOfOtherVersion) as refused:
        await prepare(settings, installed_url, now=NOW, tell=lambda text: None)
    assert refused.value.extensions == {"migrations": ["9999_of_the_future"]}
    assert await _noted(installed_url) == before


async def test_a_database_without_tables_is_not_current(unmigrated_url: str) -> None:
    connection = await asyncpg.connect(unmigrated_url)
    try:
        assert not await is_current(connection)
    finally:
        await connection.close()


async def test_a_kill_right_after_a_migration_leaves_it_noted(
    unmigrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its changes are committed, and the process ends before it does anything more."""

    def killed(progress: object, event: str, key: MigrationKey) -> None:
        if event == "apply_done":
            raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(MigrationExecutor, "_emit", staticmethod(killed))
        with pytest.raises(SystemExit):
            await migrate(unmigrated_url)
    assert len(await _noted(unmigrated_url)) == 1
    await migrate(unmigrated_url)
    assert len(await _noted(unmigrated_url)) == len(list(VERSIONS.glob("[0-9]*.py")))


def test_no_two_migrations_have_the_same_words() -> None:
    words = [file.stem.partition("_")[2] for file in VERSIONS.glob("[0-9]*.py")]
    assert sorted(words) == sorted(set(words))
