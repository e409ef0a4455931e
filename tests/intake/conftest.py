"""Ground of the import tests: an office's desk in a transaction of the request role that is rolled back."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.calendar import working_calendar
from domain.lifecycle import Actor, Transaction
from domain.oversight.imports import Importing, ImportSummary
from domain.oversight.placing import Wanted
from domain.rulebook.loader import load_rulebooks
from domain.vault import Vault

NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)


class Desk:
    """An office's desk, where files are handed in."""

    def __init__(self, tx: Transaction, office_id: UUID) -> None:
        self.tx = tx
        self.office_id = office_id
        self.vault = Vault({"k1": b"1" * 32}, "k1", b"2" * 32)

    async def hand_in(
        self, file: io.BytesIO, *, rows_at_once: int = 10_000, trial: bool = False, **options: Any
    ) -> ImportSummary:
        """Import a file, in savepoints; with `trial` in one that is given up."""
        progress = options.pop("progress", None)
        outer = self.tx.connection.transaction()
        await outer.start()
        importing = Importing(
            self._transact,
            self.vault,
            load_rulebooks(),
            working_calendar(),
            trial=self.tx if trial else None,
            rows_at_once=rows_at_once,
        )
        try:
            summary = await importing.take(file, Wanted(office_id=self.office_id, **options), progress=progress)
        except BaseException:
            await outer.rollback()
            raise
        await (outer.rollback() if trial else outer.commit())
        return summary

    @asynccontextmanager
    async def _transact(self) -> AsyncIterator[Transaction]:
        async with self.tx.connection.transaction():
            yield self.tx

    async def of(self, jurisdiction: str, code: str) -> Desk:
        """Give the desk of another office."""
        found = await self.tx.connection.fetchval(
            "SELECT id FROM office WHERE jurisdiction_id = $1 AND code = $2", jurisdiction, code
        )
        return Desk(self.tx, found)

    async def refusals(self, summary: ImportSummary) -> list[tuple[int, str | None, str]]:
        """List line, column and code of every refused row."""
        rows = await self.tx.connection.fetch(
            "SELECT line, column_code, code FROM refused_row WHERE record_import_id = $1"
            " ORDER BY line, column_code, code",
            summary.import_id,
        )
        return [(row["line"], row["column_code"], row["code"]) for row in rows]

    async def records(self) -> list[asyncpg.Record]:
        """List all records by decision number."""
        found: list[asyncpg.Record] = await self.tx.connection.fetch("SELECT * FROM credit_record ORDER BY decision_no")
        return found

    async def count(self, table: str) -> int:
        """Count the rows of a table."""
        return int(await self.tx.connection.fetchval(f"SELECT count(*) FROM {table}"))


@pytest.fixture
async def desk(installed_url: str) -> AsyncIterator[Desk]:
    """Give the desk of Xiamen's labour inspection, which hands in penalties."""
    connection = await asyncpg.connect(installed_url)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SET LOCAL ROLE renxin_app")
    plain = Desk(Transaction(connection, NOW, Actor(None, ("clerk",), policy_version=1)), UUID(int=0))
    yield await plain.of("350200", "JCZD")
    await transaction.rollback()
    await connection.close()
