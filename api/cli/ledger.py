"""The commands `renxin verify-ledger`, `export-ledger` and `adopt-ledger`, on the ledger of the service's own database.

A database that is away is the caller's to report.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TextIO

import asyncpg

from api.cli.given_files import Misuse, key_set_at
from api.cli.ledger_telling import HOLDS, MISUSED, held_of, lost_of, tell_ledger
from api.config.settings import Settings
from api.postgres.address import database
from domain.clock import system_clock
from domain.keys import PublicKeys, public_key_set, public_keys, read_signing_keys
from domain.ledger.adoption import Adopted, adopt
from domain.ledger.anchor import FILE_NAME, Anchor
from domain.ledger.check import LedgerReport, Lost, verify
from domain.ledger.export import export_lines, write_export
from domain.lifecycle import Actor, Transaction

PROGRESS_EVERY: Final = 10_000
"""Units: events."""


def verify_ledger(settings: Settings, given: argparse.Namespace) -> int:
    """Verify the ledger of the service's database, with its own keys and its anchor."""
    try:
        held, lost = dict(held_of(given.held)), [*lost_of(given.lost)]
        key_set = key_set_at(settings.signing_keys_dir)
        anchor = _kept(Path(given.anchor)) if given.anchor else settings.data_dir / FILE_NAME
        with database(settings) as url:
            report = asyncio.run(_verified_ledger(url, key_set, anchor, held, lost))
    except Misuse as misuse:
        sys.stderr.write(f"{misuse}\n")
        return MISUSED
    return tell_ledger(report, system_clock(), sys.stdout)


def _kept(anchor: Path) -> Path:
    """Give back the anchor file that somebody names.

    Raises: Misuse.
    """
    if not anchor.is_file():
        raise Misuse(f"{anchor}: no anchor file is there. 此处没有锚定文件。")
    if not anchor.read_bytes().strip():
        raise Misuse(
            f"{anchor}: no checkpoint is in it, so nothing is held against the ledger. 其中没有封存点，无从比对。"
        )
    return anchor


def adopt_ledger(settings: Settings, given: argparse.Namespace) -> int:
    """Adopt a ledger that was restored, in the name of `given.by`, for `given.reason`."""
    keys = public_keys(public_key_set(read_signing_keys(settings.signing_keys_dir)))
    with database(settings) as url:
        done = asyncio.run(_adopted(url, Anchor(settings.data_dir / FILE_NAME), keys, given))
    out = sys.stdout
    out.write(
        "The ledger is adopted and goes on; the adoption is an event of it. 台账已接管并继续，接管本身已记入台账。\n"
    )
    out.write(f"  {done.put_back} checkpoints put back from the anchor 由锚定文件补回封存点 {done.put_back} 个\n")
    if done.lost:
        span = f"{min(done.lost)}-{max(done.lost)}"
        out.write(f"  events of checkpoints {span} are gone: verify with --lost {span} 这些封存点的事件已丢失\n")
    return HOLDS


def export_ledger(settings: Settings, given: argparse.Namespace) -> int:
    """Write an export of the checkpoints into `given.file`, which must not be there yet."""
    path = Path(given.file)
    with database(settings) as url:
        asyncio.run(_exported(url, path, given.first, given.last))
    sys.stdout.write(f"{path}: written, for reading only 已导出，只读\n")
    sys.stdout.write(
        "  It holds signatures, ids and salted hashes; nothing of what an event says. 不含任何事件内容。\n"
    )
    return HOLDS


async def _adopted(url: str, anchor: Anchor, keys: PublicKeys, given: argparse.Namespace) -> Adopted:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            tx = Transaction(connection, system_clock(), Actor(None, ("operator",)))
            return await adopt(tx, anchor, keys, by=given.by, reason=given.reason)
    finally:
        await connection.close()


async def _exported(url: str, path: Path, first: int, last: int | None) -> None:
    connection = await asyncpg.connect(url)
    try:
        await write_export(export_lines(connection, first, last), path)
    finally:
        await connection.close()


async def _verified_ledger(
    url: str, key_set: Mapping[str, Any], anchor: Path, held: Mapping[int, str], lost: Lost
) -> LedgerReport:
    connection = await asyncpg.connect(url)
    try:
        return await verify(connection, key_set, anchor, held=held, lost=lost, progress=_progress(sys.stderr))
    finally:
        await connection.close()


def _progress(err: TextIO) -> Any:
    """Tell people at a terminal how far it has come; say nothing to a pipe."""
    told = 0

    def progress(events: int) -> None:
        nonlocal told
        if err.isatty() and events - told >= PROGRESS_EVERY:
            told = events
            err.write(f"\r  … {events} events 事件")
            err.flush()

    return progress
