"""The demonstration loads on whatever day it is first run: terms of law that begin later do not stop it."""

from __future__ import annotations

import asyncio
from datetime import datetime

import asyncpg
import pytest

from api.config.settings import Settings
from api.demo.loading import is_loaded, load_demo
from api.postgres.server import EmbeddedPostgres
from api.process.assembly import assemble
from tests.client import ISSUER
from tests.conftest import lend


@pytest.mark.parametrize(
    "day",
    [
        "2026-12-20",  # penalties of the last months fall under Order 36: a minor one is shown for three months at most
        "2027-06-01",  # five working days lie across the holidays of May
        "2028-09-15",  # the measures of Shanghai have ended (15)
    ],
)
@pytest.mark.usefixtures("_installed")
def test_the_demonstration_loads_on_a_later_day(postgres: EmbeddedPostgres, settings: Settings, day: str) -> None:
    now = datetime.fromisoformat(f"{day}T04:00:00+00:00")

    async def load(url: str) -> bool:
        service = assemble(settings, url, lambda: now)
        connection = await asyncpg.connect(url)
        try:
            await load_demo(
                connection, vault=service.vault, books=service.books, calendar=service.calendar, now=now, issuer=ISSUER
            )
            return await is_loaded(connection)
        finally:
            await connection.close()
            await service.database.close()

    for url in lend(postgres, "installed", "later"):
        assert asyncio.run(load(url))
