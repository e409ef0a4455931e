"""A database of one's own: what does not fit is told before anything is changed in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import urlsplit

import asyncpg
import pytest

from api.postgres.database_fit import DatabaseUnfit, require_fit, require_rights, told_too_much
from api.postgres.server import EmbeddedPostgres
from domain.ids import new_id
from migrations.apply import migrate

pytestmark = pytest.mark.anyio

Made = Callable[[str], AbstractAsyncContextManager[str]]
UTF8 = "ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"


@pytest.fixture
def database(postgres: EmbeddedPostgres) -> Made:
    """Make an empty database as it is said, for as long as it is asked."""

    @asynccontextmanager
    async def made(how: str) -> AsyncIterator[str]:
        name = f"fit_{new_id().hex}"
        owner = await asyncpg.connect(postgres.superuser_url)
        try:
            await owner.execute(f"CREATE DATABASE {name} OWNER renxin TEMPLATE template0 {how}")
            yield urlsplit(postgres.superuser_url)._replace(path=f"/{name}").geturl()
        finally:
            await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
            await owner.close()

    return made


async def _faults(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        for name in ("fsync", "full_page_writes"):  # the server of our tests has them off
            assert await connection.fetchval("SELECT current_setting($1)", name) == "off"
        with pytest.raises(DatabaseUnfit) as refused:
            await require_fit(connection)
        return "\n".join(fault for fault in refused.value.faults if " is off: " not in fault)
    finally:
        await connection.close()


async def test_a_database_that_cannot_hold_chinese_or_not_search_it_is_refused(database: Made) -> None:
    async with database("ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'") as url:
        assert (await _faults(url)).startswith("The database is not in UTF-8")
    async with database("ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C'") as url:
        assert (await _faults(url)).startswith("The locale of the database knows no Chinese letters")
        held = await asyncpg.connect(url)
        await held.execute("CREATE TABLE subject ()")  # what is installed goes on
        await held.close()
        assert await _faults(url) == ""
    async with database(UTF8) as url:
        assert await _faults(url) == ""


async def test_a_server_whose_own_log_could_quote_what_was_sent_is_told_of(database: Made) -> None:
    """Source: Personal Information Protection Law 51."""
    async with database(UTF8) as url:
        connection = await asyncpg.connect(url)
        try:
            assert await told_too_much(connection) == []  # the embedded server quotes nothing
            await connection.execute("SET log_min_messages = warning; SET log_parameter_max_length = -1")
            assert await told_too_much(connection) == ["log_min_messages", "log_parameter_max_length"]
        finally:
            await connection.close()


async def test_what_a_role_may_not_is_told_before_anything_is_changed(database: Made) -> None:
    async with database(UTF8) as url:
        connection = await asyncpg.connect(url)
        try:
            await require_rights(connection)
            await connection.execute("CREATE ROLE fit_guest; SET ROLE fit_guest")
            with pytest.raises(DatabaseUnfit, match="make it the owner"):
                await require_rights(connection)
        finally:
            await connection.execute("RESET ROLE")
            await connection.execute("DROP ROLE IF EXISTS fit_guest")
            await connection.close()


async def test_what_the_database_says_to_a_migration_comes_as_it_says_it(database: Made) -> None:
    async with database("ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'") as url:
        with pytest.raises(asyncpg.PostgresError):
            await migrate(url)
