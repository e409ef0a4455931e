"""The backup of the README, pasted while the embedded database is written to: what it gives is started again."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path

import asyncpg

from api.postgres.server import EmbeddedPostgres

README = Path(__file__).resolve().parents[2] / "README.md"


def _commands() -> str:
    (block,) = re.findall(r"<!-- backup -->\n```sh\n(.*?)```\n<!-- /backup -->", README.read_text("utf-8"), re.DOTALL)
    assert isinstance(block, str)
    return block


async def _write(url: str, first: int, last: int) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE IF NOT EXISTS noted (number int)")
    await connection.execute("INSERT INTO noted SELECT generate_series($1::int, $2::int)", first, last)
    await connection.close()


async def _written(url: str) -> list[int]:
    connection = await asyncpg.connect(url)
    found = await connection.fetch("SELECT number FROM noted ORDER BY number")
    await connection.close()
    return [row["number"] for row in found]


def test_what_the_readme_backs_up_while_it_runs_is_all_that_a_new_folder_needs(memory: Path) -> None:
    home = memory / "backed-up"
    data = home / ".renxin"
    for folder in ("attachments/incoming", "keys/signing"):
        (data / folder).mkdir(parents=True)
        (data / folder / "kept").write_text(folder)
    (data / "checkpoints.jsonl").write_text("{}\n")
    (home / ".venv").symlink_to(sys.prefix)
    with EmbeddedPostgres(data / "postgres", options={"shared_buffers": "16MB"}) as server:
        asyncio.run(_write(server.url, 1, 3))
        subprocess.run(["/bin/sh", "-euc", _commands()], cwd=home, check=True)
        asyncio.run(_write(server.url, 4, 5))
    restored = home / "backup"
    kept = {str(path.relative_to(restored)) for path in restored.rglob("kept")}
    assert kept == {"attachments/incoming/kept", "keys/signing/kept"}
    assert (restored / "checkpoints.jsonl").read_text() == "{}\n"
    with EmbeddedPostgres(restored / "postgres", options={"shared_buffers": "16MB"}) as server:
        assert asyncio.run(_written(server.url)) == [1, 2, 3]


def test_the_anchor_is_copied_before_the_database() -> None:
    """An anchor that knows of a checkpoint which the database lacks is LEDGER_REPLACED, and the service does not start."""
    commands = _commands()
    assert commands.index("checkpoints.jsonl") < commands.index("--pgdata") < commands.index("/attachments")
