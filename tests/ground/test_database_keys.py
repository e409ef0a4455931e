"""Keys and their database: other ones are refused before anybody is told wrongly, older ones can be put away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import asyncpg
import pytest

from api.cli.main import main
from api.cli.reseal import reseal_command
from api.config.key_files import keep_signing_keys
from api.config.settings import Settings, SettingsError
from api.demo.stories import PERSON_WITHOUT_CONSENT
from api.postgres.database_keys import open_vault, require_keys
from api.process.start import prepare
from domain.keys_fit import Fit
from domain.oversight.staging import ROW_SEAL
from domain.vault import Vault, key_id_of
from tests.client import NOW

pytestmark = pytest.mark.anyio

OTHER = bytes(range(32))


async def _require(url: str, settings: Settings) -> str:
    """Require the keys of settings; give what is told of faults."""
    connection = await asyncpg.connect(url)
    try:
        return await _told(connection, settings)
    finally:
        await connection.close()


async def _told(connection: asyncpg.Connection, settings: Settings) -> str:
    try:
        await require_keys(connection, settings)
    except SettingsError as refused:
        return "\n".join(refused.faults)
    return ""


async def _fits(connection: asyncpg.Connection) -> None:
    """Pass the server of our tests, which keeps nothing on disk."""


def _current_first(settings: Settings, keys: Mapping[str, bytes]) -> Settings:
    return replace(settings, encryption_keys={**keys, **settings.encryption_keys})


async def test_a_database_is_used_with_its_own_keys_and_with_a_new_one_before_them(
    demo_url: str, settings: Settings
) -> None:
    assert await _require(demo_url, settings) == ""
    assert await _require(demo_url, _current_first(settings, {"newer": OTHER})) == ""


async def test_with_another_index_key_nobody_would_be_found_so_that_nothing_is_begun(
    demo_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(settings, index_key=OTHER)
    told = await _require(demo_url, other)
    assert told.startswith("RENXIN_INDEX_KEY: got another key")
    assert "\n" not in told
    monkeypatch.setattr("api.process.start.require_fit", _fits)
    with pytest.raises(SettingsError):
        await prepare(other, demo_url, now=NOW, tell=lambda text: None)


async def test_an_encryption_key_that_is_missing_or_another_of_its_name_is_named(
    demo_url: str, settings: Settings
) -> None:
    (key_id,) = settings.encryption_keys
    for keys in ({"k2": OTHER}, {key_id: OTHER}):
        told = await _require(demo_url, replace(settings, encryption_keys=keys))
        assert told.startswith(f"RENXIN_ENCRYPTION_KEYS: lacks the key {key_id}")
        assert "\n" not in told


ALTERED = {
    "its ciphertext": "id_cipher = set_byte(id_cipher, length(id_cipher) - 1, get_byte(id_cipher, length(id_cipher) - 1) # 1)",
    "its format": "id_cipher = set_byte(id_cipher, 0, 77)",
    "the id of its key": "id_cipher = set_byte(id_cipher, 2, 90)",
    "that id, no text any more": "id_cipher = set_byte(id_cipher, 2, 255)",
    "nearly all of it": "id_cipher = substring(id_cipher FROM 1 FOR 1)",
    "its index": "id_index = set_byte(id_index, 31, get_byte(id_index, 31) # 1)",
}


@pytest.mark.parametrize("altered", ALTERED.values(), ids=ALTERED)
async def test_what_was_altered_where_it_is_stored_is_told_and_no_other_keys_are_asked_for(
    demo_url: str, settings: Settings, altered: str
) -> None:
    async with _altered(demo_url, altered, persons=1) as connection:
        assert await require_keys(connection, settings) == 1


async def test_the_start_tells_of_what_was_altered_and_goes_on(
    demo_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def one_altered(*given: Any) -> Fit:
        return Fit(frozenset(), 1)

    told: list[str] = []
    monkeypatch.setattr("api.process.start.require_fit", _fits)
    monkeypatch.setattr("api.postgres.database_keys.look", one_altered)
    await prepare(replace(settings, demo=False), demo_url, now=NOW, tell=told.append)
    assert len([one for one in told if one.startswith("identity numbers that were altered")]) == 1


async def test_an_older_key_under_which_some_numbers_still_are_is_asked_for(demo_url: str, settings: Settings) -> None:
    newer = _current_first(settings, {"newer": OTHER})
    sealed = open_vault(newer).seal("not one of ours")
    async with _altered(demo_url, f"id_cipher = '\\x{sealed.hex()}'", persons=2) as connection:
        assert (await _told(connection, settings)).startswith("RENXIN_ENCRYPTION_KEYS: lacks the key newer")
        assert await _told(connection, newer) == ""


@asynccontextmanager
async def _altered(url: str, change: str, *, persons: int) -> AsyncIterator[asyncpg.Connection]:
    """Give a session that sees the first few persons altered, and nobody else does."""
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        which = f"SELECT id FROM subject WHERE id_index IS NOT NULL ORDER BY id_index LIMIT {persons}"
        assert await connection.execute(f"UPDATE subject SET {change} WHERE id IN ({which})") == f"UPDATE {persons}"
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


async def test_the_key_that_sealed_the_ledger_last_is_asked_for(
    installed_url: str, settings: Settings, tmp_path: Path
) -> None:
    connection = await asyncpg.connect(installed_url)
    own = keep_signing_keys(settings.signing_keys_dir)
    (key_id,) = (path.stem for path in own.glob("*.pem"))
    await connection.execute(
        "INSERT INTO ledger_checkpoint (id, from_xid, to_xid, size, leaves, root, previous, digest, key_id, signature,"
        " sealed_at, nodes) VALUES (1, 1, 2, 0, '', '', '', '', $1, '', $2, '')",
        key_id,
        NOW,
    )
    await connection.close()
    assert await _require(installed_url, settings) == ""
    other = replace(settings, signing_keys_dir=keep_signing_keys(tmp_path / "signing"))
    assert f"RENXIN_SIGNING_KEYS_DIR: lacks the key {key_id}" in await _require(installed_url, other)


async def test_a_database_that_holds_nothing_yet_takes_any_keys(
    unmigrated_url: str, database_url: str, settings: Settings
) -> None:
    for url in (unmigrated_url, database_url):
        assert await _require(url, replace(settings, index_key=OTHER)) == ""


async def test_a_command_with_another_key_writes_nothing(
    demo_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other = replace(settings, index_key=OTHER, database_url=demo_url)
    monkeypatch.setattr("api.cli.main.load_settings", lambda _: other)
    assert await anyio.to_thread.run_sync(main, ["import", __file__, "--office", "350200.SP"]) == 3
    assert "RENXIN_INDEX_KEY" in capsys.readouterr().err


async def test_an_older_key_can_be_put_away_once_what_it_sealed_is_sealed_anew(
    demo_url: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """Source: Personal Information Protection Law 51."""
    older = open_vault(settings)
    newer = replace(_current_first(settings, {"newer": OTHER}), database_url=demo_url)
    connection = await asyncpg.connect(demo_url)
    refused = await connection.fetchval(_A_REFUSED_ROW, older.seal('{"A": "1"}', bound_to=ROW_SEAL))
    before = await connection.fetchval("SELECT count(*) FROM subject WHERE id_cipher IS NOT NULL")

    assert await anyio.to_thread.run_sync(reseal_command, newer) == 0
    assert "under newer: older keys may be put away" in capsys.readouterr().out

    alone = Vault({"newer": OTHER}, "newer", settings.index_key)
    number = await connection.fetchval("SELECT id_cipher FROM subject WHERE id = $1", PERSON_WITHOUT_CONSENT.id)
    assert alone.open(number) == PERSON_WITHOUT_CONSENT.id_number
    cells = await connection.fetchval("SELECT cells_cipher FROM refused_row WHERE id = $1", refused)
    assert alone.open(cells, bound_to=ROW_SEAL) == '{"A": "1"}'
    assert await _require(demo_url, replace(newer, encryption_keys={"newer": OTHER})) == ""
    events = await connection.fetch("SELECT image, role FROM ledger_event WHERE object = 'encryption_key' ORDER BY at")
    assert [event["role"] for event in events] == ["operator"] * 2
    assert f'"values": {before}' in events[0]["image"]
    assert '"refused_row.cells_cipher"' in events[1]["image"]

    assert await anyio.to_thread.run_sync(reseal_command, newer) == 0  # and nothing more to be done
    assert await connection.fetchval("SELECT count(*) FROM ledger_event WHERE object = 'encryption_key'") == 2
    await connection.close()


async def test_what_cannot_be_sealed_anew_stays_and_is_told_with_its_key(
    demo_url: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = Vault({"gone": OTHER[::-1]}, "gone", settings.index_key)
    newest = replace(_current_first(settings, {"newest": OTHER[::-1], "newer": OTHER}), database_url=demo_url)
    connection = await asyncpg.connect(demo_url)
    kept = await connection.fetchval(_A_REFUSED_ROW, gone.seal("{}", bound_to=ROW_SEAL))
    assert await anyio.to_thread.run_sync(reseal_command, newest) == 1
    assert "1 values are left under gone" in capsys.readouterr().err
    cells = await connection.fetchval("SELECT cells_cipher FROM refused_row WHERE id = $1", kept)
    assert key_id_of(cells) == "gone"
    await connection.close()


_A_REFUSED_ROW = """
WITH made AS (
  INSERT INTO record_import (id, office_id, jurisdiction_id, item_id, state, file_digest, rows_read, rows_added, rows_known,
                             rows_refused, part_lines, started_at)
  SELECT uuidv7(), office.id, office.jurisdiction_id, (SELECT id FROM catalogue_item LIMIT 1), 'completed', '', 1, 0, 0, 1,
         '{}', now()
  FROM office LIMIT 1 RETURNING id, office_id
)
INSERT INTO refused_row (id, record_import_id, office_id, line, code, reason, reason_zh, cells_cipher)
SELECT uuidv7(), id, office_id, 2, 'X', 'x', 'x', $1 FROM made RETURNING id
"""
