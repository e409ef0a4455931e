"""Bring a database to the newest migration, one process at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from tortoise import Tortoise, models
from tortoise.exceptions import OperationalError
from tortoise.migrations.api import migrate as tortoise_migrate
from tortoise.migrations.migration import Migration
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps

from migrations.applied import applied, known, words
from migrations.config import tortoise_config

_LOCK = 0x52454E58494E  # "RENXIN"


async def migrate(url: str, *, target: str | None = None) -> None:
    """Apply all migrations, or move to `target` ("renxin.0001_initial"), under an advisory lock.

    Raises: asyncpg.PostgresError as the database reports it; nothing of a failed migration stays.
    """
    guard = await asyncpg.connect(url)
    try:
        await guard.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await _renumber(guard)
        with _our_way():
            await tortoise_migrate(config=tortoise_config(url.replace("postgresql://", "asyncpg://", 1)), target=target)
    except OperationalError as wrapped:
        raise wrapped.__cause__ or wrapped from None
    finally:
        await Tortoise.close_connections()
        await guard.close()


async def _renumber(connection: asyncpg.Connection) -> None:
    """Note under today's numbers what was applied under others: words name a migration, its number orders it.

    Branches that come together give migrations other numbers; a database of the days before has the old ones.
    """
    today = {words(name): name for name in known()}
    async with connection.transaction():
        for name in await applied(connection):
            number = today.get(words(name), name)
            await connection.execute("UPDATE tortoise_migrations SET name = $2 WHERE name = $1", name, number)


_apply = Migration.apply
_note_applied = MigrationRecorder.record_applied


async def _apply_and_note(
    migration: Migration, state: State, *, schema_editor: BaseSchemaEditor | None = None, **how: bool
) -> State:
    """Apply a migration and note it in one transaction: after a kill between the two it was applied anew, and failed.

    Without an editor nothing is applied: Tortoise wants to know the state only.
    """
    after = await _apply(migration, state, schema_editor=schema_editor, **how)
    if schema_editor is not None:
        await _note_applied(MigrationRecorder(schema_editor.client), migration.app_label, migration.name)
    return after


async def _is_noted(recorder: MigrationRecorder, app: str, name: str) -> None:
    """Do nothing, as the migration has been noted with its changes."""


_OURS: tuple[tuple[Any, str, Callable[..., Any]], ...] = (
    (StateApps, "_build_initial_querysets", lambda apps: None),
    (models, "get_filters_for_field", lambda **field: {}),
    (Migration, "apply", _apply_and_note),
    (MigrationRecorder, "record_applied", _is_noted),
)
"""What Tortoise does otherwise: it prepares queries with the models of every intermediate state, which took five sixths of
the time although migrations are SQL and changes of tables; and it notes a migration after its transaction."""


@contextmanager
def _our_way() -> Iterator[None]:
    """Have Tortoise migrate as `_OURS` says."""
    before = [getattr(owner, name) for owner, name, _ in _OURS]
    for owner, name, instead in _OURS:
        setattr(owner, name, instead)
    try:
        yield
    finally:
        for (owner, name, _), original in zip(_OURS, before, strict=True):
            setattr(owner, name, original)
