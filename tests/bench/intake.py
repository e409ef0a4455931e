"""`make bench-intake`: how fast a file of 双公示 penalties goes in, beside a raw COPY of the same rows.

A PostgreSQL of its own with durable defaults, in a folder that is removed at the end. The file is generated: the same
number gives the same bytes. Printed are the rate of the import, that of a raw COPY of the records it made into an empty
table with the same indexes, checks and references, that of a raw COPY of everything it wrote (records, subjects, ledger,
outbox), processor time of client and server, and the memory of the process; and how long Q1 takes over HTTP while a
second file goes in, beside how long it takes while none does. `--rows 3326789` is the figure of 十堰.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from api.postgres.server import EmbeddedPostgres
from authz.activation import install_default
from domain.calendar import calendar_rows, working_calendar
from domain.identifiers import invented_resident_id, invented_uscc
from domain.installation import install
from domain.lifecycle import Actor, Transaction
from domain.oversight.imports import Importing, ImportSummary, Transact, Wanted
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.model import Rulebooks
from domain.vault import Vault
from migrations.apply import migrate
from tests.bench.cases import Q1, request_of
from tests.bench.load import http
from tests.bench.server import serving

NOW: Final = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
ROWS_PER_SUBJECT: Final = 5
SHOWN: Final = range(10_000_000, 10_002_000)
BESIDE: Final = range(10_002_000, 10_022_000)
"""Rows whose subjects Q1 asks for, and those that go in meanwhile."""

SECONDS: Final = 3.0
TABLES: Final = ("subject", "credit_record", "ledger_event", "outbox_event")
_ORGAN: Final = invented_uscc(1, prefix="11", division="420300")
_COLUMNS: Final = (
    "CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_XDR_ZJLX", "CF_XDR_ZJHM", "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ",
    "CF_CFLB", "CF_NR", "CF_NR_FK", "CF_JDRQ", "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds on the clock, and of processor in the client and in the server's session."""

    clock: float
    client: float
    server: float


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench-intake", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--file", type=Path, help="write the generated file here, and do nothing else")
    given = parser.parse_args(arguments)
    if given.file:
        generate(given.file, range(given.rows))
        return 0
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres") as server:
        path = Path(folder) / "penalties.csv"
        generate(path, range(given.rows))
        asyncio.run(_measure(server.url, path, given.rows))
        asyncio.run(_read_beside(server.url, Path(folder)))
    return 0


def generate(path: Path, rows: range) -> None:
    """Write a file of penalties about invented parties; a tenth of them are natural persons."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows(_rows(rows))


def _rows(rows: range) -> Iterator[tuple[str, ...]]:
    for number in rows:
        subject, day = number // ROWS_PER_SUBJECT, date(2021, 1, 1) + timedelta(days=number * 7 % 1_800)
        fine = number % 20 + 1
        if subject % 10 == 9:
            party = ("虚构甲", "自然人", "", "身份证", invented_resident_id(subject, division="420300"))
        else:
            code = invented_uscc(subject + 2, division="420300")
            party = (f"十堰虚构{subject}号建设工程有限公司", "法人及非法人组织", code, "", "")
        yield (
            *party, f"十人社监罚〔{day.year}〕{number}号", "拖欠劳动者工资", f"未按时足额支付{number % 30 + 1}名劳动者工资",
            "《保障农民工工资支付条例》第五十三条", "罚款;警告", f"罚款人民币{fine}万元", f"{fine}.000000", f"{day:%Y/%m/%d}",
            "劳动保障监察支队", _ORGAN, "劳动保障监察支队", _ORGAN,
        )  # fmt: skip


async def _measure(url: str, path: Path, rows: int) -> None:
    connection = await asyncpg.connect(url)
    await migrate(url)
    await install_default(connection, NOW)
    books = load_rulebooks()
    await install(connection, books, calendar_rows())
    office = await connection.fetchval(_OFFICE)
    beside = await asyncpg.connect(url)
    started = spent_until_now(connection, beside)
    summary = await _import((connection, beside), path, office, books)
    spent = spent_since(started, connection, beside)
    print(f"import: {summary.rows_added:,} of {rows:,} rows, {summary.rows_refused} refused", flush=True)
    _tell("import", rows, spent)
    copied = [await _copy(connection, table) for table in TABLES]
    record = copied[TABLES.index("credit_record")]
    everything = Spent(*(sum(getattr(one, name) for one in copied) for name in ("clock", "client", "server")))
    _tell("raw COPY of the records", rows, record)
    _tell("raw COPY of all it wrote", rows, everything)
    print(
        f"import / COPY of the records: {record.clock / spent.clock:.2f}"
        f" (by the server's processor time {record.server / spent.server:.2f});"
        f" import / COPY of all it wrote: {everything.clock / spent.clock:.2f} ({everything.server / spent.server:.2f})"
    )
    print(f"memory of the process at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    await connection.close()


async def _read_beside(url: str, folder: Path) -> None:
    """Ask Q1 at one connection, first alone and then while a file goes in."""
    shown, other = folder / "shown.csv", folder / "beside.csv"
    generate(shown, SHOWN)
    generate(other, BESIDE)
    connection = await asyncpg.connect(url)
    office = await connection.fetchval(_OFFICE)
    beside, books = await asyncpg.connect(url), load_rulebooks()
    await _import((connection, beside), shown, office, books, publish=True)
    codes = [invented_uscc(row // ROWS_PER_SUBJECT + 2, division="420300") for row in SHOWN[::ROWS_PER_SUBJECT]]
    asked = [request_of(Q1, code) for code in codes]
    spawned = multiprocessing.get_context("spawn")
    with serving(folder / "service", url) as server, ProcessPoolExecutor(1, mp_context=spawned) as pool:
        alone = await asyncio.wrap_future(pool.submit(http, server.address, asked, 1, SECONDS))
        meanwhile = asyncio.wrap_future(pool.submit(http, server.address, asked, 1, SECONDS))
        await _import((connection, beside), other, office, books)
        busy = await meanwhile
    print(f"Q1 at one connection: p50 {alone.p50:.2f} ms, {busy.p50:.2f} ms while a file goes in", flush=True)
    await connection.close()


async def _import(
    sessions: Sequence[asyncpg.Connection[Any]],
    path: Path,
    office: UUID,
    books: Rulebooks,
    *,
    publish: bool = False,
) -> ImportSummary:
    def on(session: asyncpg.Connection[Any]) -> Transact:
        @asynccontextmanager
        async def transact() -> AsyncIterator[Transaction]:
            async with session.transaction():
                yield Transaction(session, NOW, Actor(None, ("clerk",), policy_version=1))

        return transact

    vault = Vault({"k1": b"1" * 32}, "k1", b"2" * 32)
    first, *beside = map(on, sessions)
    importing = Importing(first, vault, books, working_calendar(), beside=beside)
    for session in sessions:
        await session.execute("SET ROLE renxin_app")
    with path.open("rb") as file:
        summary = await importing.take(file, Wanted(office_id=office, publish=publish))
    for session in sessions:
        await session.execute("RESET ROLE")
    return summary


async def _copy(connection: asyncpg.Connection[Any], table: str) -> Spent:
    """Copy the rows of a table into an empty one that is indexed, checked and referenced alike."""
    await connection.execute(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)")
    for row in await connection.fetch(_REFERENCES, table):
        await connection.execute(f"ALTER TABLE raw_{table} ADD {row['definition']}")
    with tempfile.TemporaryFile() as kept:
        await connection.copy_from_table(table, output=kept, format="binary")
        kept.seek(0)
        started = spent_until_now(connection)
        await connection.copy_to_table(f"raw_{table}", source=kept, format="binary")
        spent = spent_since(started, connection)
    await connection.execute(f"DROP TABLE raw_{table}")
    return spent


def spent_until_now(*sessions: asyncpg.Connection[Any]) -> Spent:
    """Read the clock, and the processor time of this process and of the server's sessions."""
    ticks = 0
    for session in sessions:
        fields = Path(f"/proc/{session.get_server_pid()}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return Spent(time.perf_counter(), time.process_time(), ticks / 100)


def spent_since(started: Spent, *sessions: asyncpg.Connection[Any]) -> Spent:
    """Give what was spent since."""
    now = spent_until_now(*sessions)
    return Spent(now.clock - started.clock, now.client - started.client, now.server - started.server)


def _tell(name: str, rows: int, spent: Spent) -> None:
    micros = 1_000_000 / rows
    print(
        f"{name:<26} {rows / spent.clock:>8,.0f} rows/s;"
        f" µs a row: client {spent.client * micros:.0f}, server {spent.server * micros:.0f}",
        flush=True,
    )


_OFFICE: Final = """
SELECT producer.office_id FROM catalogue_item item JOIN catalogue_producer producer ON producer.item_id = item.id
WHERE item.jurisdiction_id = '420300' AND item.category = 'penalty' ORDER BY item.valid_from DESC NULLS LAST LIMIT 1
"""
_REFERENCES: Final = """
SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype = 'f'
"""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
