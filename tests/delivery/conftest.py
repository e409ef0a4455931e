"""Fixtures of the tests of the push."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.config.settings import Settings
from api.process.assembly import assemble
from authz.activation import assign, upsert_account
from domain.keys import public_key_set
from tests.client import ISSUER, NOW
from tests.delivery.ground import DISTRICT_PLATFORM, PLATFORM, Clock, Ground
from tests.delivery.receiver import Receiver, receiving

KEYS = {"platform-1": Ed25519PrivateKey.from_private_bytes(b"p" * 32)}


@pytest.fixture
async def ground(installed_url: str, settings: Settings, tmp_path: Path) -> AsyncIterator[Ground]:
    """Give a service with the platform's account and keys, nothing of earlier tests waiting."""
    async with _connected(installed_url, settings, tmp_path, PLATFORM, "350200") as made:
        yield made


@pytest.fixture
async def district(installed_url: str, settings: Settings, tmp_path: Path) -> AsyncIterator[Ground]:
    """Give the same, connected to the platform of Haicang."""
    async with _connected(installed_url, settings, tmp_path, DISTRICT_PLATFORM, "350205") as made:
        yield made


@asynccontextmanager
async def _connected(
    installed_url: str, settings: Settings, tmp_path: Path, sub: str, place: str
) -> AsyncIterator[Ground]:
    (tmp_path / "platform.json").write_text(json.dumps(public_key_set(KEYS)))
    connection = await asyncpg.connect(installed_url)
    await connection.execute("DELETE FROM delivery; UPDATE outbox_event SET taken_up_at = at")
    known = await connection.fetchval("SELECT id FROM account WHERE sub = $1", sub)
    if known is None:
        account = await upsert_account(
            connection, issuer=ISSUER, sub=sub, display="信用平台", subject_id=None, now=NOW, kind="machine"
        )
        office = await connection.fetchval(
            "SELECT id FROM office WHERE jurisdiction_id = $1 AND code = 'PLATFORM'", place
        )
        await assign(connection, account, "platform", from_on=NOW.date(), office_id=office, now=NOW)
    await connection.close()
    clock = Clock(NOW)
    changed = replace(settings, platform_account=sub, platform_keys=tmp_path / "platform.json")
    service = assemble(changed, installed_url, clock)
    await service.callers.refresh()
    made = Ground(service, clock, installed_url)
    yield made
    for channel in made.opened:
        await channel.close()
    await service.database.close()


@pytest.fixture
async def district_receiver(district: Ground) -> AsyncIterator[Receiver]:
    """Give the district's platform that receives."""
    async with receiving(district.keys, district.clock) as made:
        yield made


@pytest.fixture
async def receiver(ground: Ground) -> AsyncIterator[Receiver]:
    """Give a platform that receives."""
    async with receiving(ground.keys, ground.clock) as made:
        yield made
