"""`make bench-intake`: how fast a file of 双公示 penalties goes in, beside a raw COPY of the same rows.

A PostgreSQL of its own with durable defaults, in a folder that is removed at the end. The file is generated: the same
number gives the same bytes. `renxin import` takes it in, a process of its own, whose start counts. Printed are its rate,
that of a raw COPY of the records it made into an empty table with the same indexes, checks and references, that of a raw
COPY of everything it wrote (records, subjects, ledger, outbox), processor time of client and server, and the memory of
the process; and how long Q1 takes over HTTP while a second file goes in, beside how long it takes while none does.
`--rows 3326789` is the figure of 十堰; it takes some 23 GB of disk, and `--copied 500000` copies that many rows of each
table only, into an empty one, which flatters the COPY.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg

from api.postgres.server import EmbeddedPostgres
from authz.activation import install_default
from domain.calendar import calendar_rows
from domain.identifiers import invented_resident_id, invented_uscc
from domain.installation import install
from domain.rulebook.loader import load_rulebooks
from migrations.apply import migrate
from tests.bench import oversight
from tests.bench.cases import Q1, request_of
from tests.bench.load import http
from tests.bench.server import serving

NOW: Final = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
ROWS_PER_SUBJECT: Final = 5
SHOWN: Final = range(10_000_000, 10_002_000)
BESIDE: Final = range(10_002_000, 10_042_000)
"""Rows whose subjects Q1 asks for, and those that go in meanwhile."""

SECONDS: Final = 3.0
STARTED_AFTER: Final = 2.0
LOOKED_AT_EVERY: Final = 0.1
"""In seconds: how long Q1 is asked, after which time beside an import, and how often its sessions are looked at."""

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


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import took, and the memory of its process at most, in MB."""

    spent: Spent
    memory: float


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench-intake", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--copied", type=int, help="rows of each table that are copied raw; 0 leaves the copies out")
    parser.add_argument("--folder", type=Path, help="make the temporary folder in this one")
    parser.add_argument("--file", type=Path, help="write the generated file here, and do nothing else")
    parser.add_argument("--oversight", type=int, metavar="RECORDS", help="measure what is due and counted instead")
    given = parser.parse_args(arguments)
    if given.oversight:
        oversight.measure(Path(".renxin-bench"), (given.oversight // 10, given.oversight))
        return 0
    if given.file:
        generate(given.file, range(given.rows))
        return 0
    with tempfile.TemporaryDirectory(dir=given.folder) as made, EmbeddedPostgres(Path(made) / "postgres") as server:
        folder = Path(made)
        asyncio.run(_prepare(server.url))
        path = folder / "penalties.csv"
        generate(path, range(given.rows))
        imported = asyncio.run(_import(server.url, folder, path))
        path.unlink()
        _tell("renxin import", given.rows, imported.spent)
        print(f"memory of the process at most: {imported.memory:.0f} MB", flush=True)
        if given.copied != 0:
            asyncio.run(_compare(server.url, given.rows, imported.spent, given.copied))
        asyncio.run(_read_beside(server.url, folder))
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


async def _prepare(url: str) -> None:
    await migrate(url)
    connection = await asyncpg.connect(url)
    await install_default(connection, NOW)
    await install(connection, load_rulebooks(), calendar_rows())
    await connection.close()


async def _compare(url: str, rows: int, spent: Spent, copied: int | None) -> None:
    """Copy what the import wrote, and print its rate beside theirs."""
    connection = await asyncpg.connect(url)
    most = min(copied or rows, rows)
    each = [await _copy(connection, table, share=most / rows) for table in TABLES]
    record = each[TABLES.index("credit_record")]
    everything = Spent(*(sum(getattr(one, name) for one in each) for name in ("clock", "client", "server")))
    _tell("raw COPY of the records", most, record)
    _tell("raw COPY of all it wrote", most, everything)
    for name, raw in (("the records", record), ("all it wrote", everything)):
        clock, server = raw.clock / most * rows / spent.clock, raw.server / most * rows / spent.server
        both = (raw.server + raw.client) / most * rows / (spent.server + spent.client)
        print(f"import / COPY of {name}: {clock:.2f}; by processor time {both:.2f}, by the server's alone {server:.2f}")
    await connection.close()


async def _read_beside(url: str, folder: Path) -> None:
    """Ask Q1 at one connection, first alone and then while a file goes in."""
    shown, other = folder / "shown.csv", folder / "beside.csv"
    generate(shown, SHOWN)
    generate(other, BESIDE)
    await _import(url, folder, shown, "--publish")
    codes = [invented_uscc(row // ROWS_PER_SUBJECT + 2, division="420300") for row in SHOWN[::ROWS_PER_SUBJECT]]
    asked = [request_of(Q1, code) for code in codes]
    spawned = multiprocessing.get_context("spawn")
    with serving(folder, url) as server, ProcessPoolExecutor(1, mp_context=spawned) as pool:
        alone = await asyncio.wrap_future(pool.submit(http, server.address, asked, 1, SECONDS))
        importing = asyncio.ensure_future(_import(url, folder, other))
        await asyncio.sleep(STARTED_AFTER)
        busy = await asyncio.wrap_future(pool.submit(http, server.address, asked, 1, SECONDS))
        await importing
    print(f"Q1 at one connection: p50 {alone.p50:.2f} ms, {busy.p50:.2f} ms while a file goes in", flush=True)


async def _import(url: str, folder: Path, path: Path, *flags: str) -> Imported:
    """Hand a file in with `renxin import`; its sessions' processor time is read as long as they last."""
    connection = await asyncpg.connect(url)
    office = await connection.fetchval(_OFFICE)
    command = (sys.executable, "-m", "api.cli.main", "import", str(path), "--office", office, *flags)
    started = time.perf_counter()
    pid = _start(command, {**os.environ, "RENXIN_DATA_DIR": str(folder)})
    ended = asyncio.ensure_future(asyncio.to_thread(_used_by, pid))
    server: dict[int, float] = {}
    memory = 0.0
    while not ended.done():
        memory = _memory(pid) or memory
        for session in await connection.fetch(_SESSIONS, connection.get_server_pid()):
            with suppress(OSError):
                server[session["pid"]] = _processor(session["pid"])
        await asyncio.sleep(LOOKED_AT_EVERY)
    used = await ended
    await connection.close()
    spent = Spent(time.perf_counter() - started, used.ru_utime + used.ru_stime, sum(server.values()))
    return Imported(spent, memory)


def _start(command: tuple[str, ...], environment: dict[str, str]) -> int:
    return os.posix_spawn(command[0], command, environment)


def _memory(pid: int) -> float:
    """Give the memory of a process at most so far, in MB; of one that has just started it is that of this process."""
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    return 0.0


def _used_by(pid: int) -> resource.struct_rusage:
    """Wait for the end of a process, and give what it used."""
    _, status, used = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"renxin import ended with {os.waitstatus_to_exitcode(status)}")
    return used


async def _copy(connection: asyncpg.Connection[Any], table: str, *, share: float) -> Spent:
    """Copy the first rows of a table, a share of all, into an empty one that is indexed, checked and referenced alike."""
    rows = round(share * await connection.fetchval(f"SELECT count(*) FROM {table}"))
    await connection.execute(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)")
    for row in await connection.fetch(_REFERENCES, table):
        await connection.execute(f"ALTER TABLE raw_{table} ADD {row['definition']}")
    with tempfile.TemporaryFile() as kept:
        await connection.copy_from_query(f"SELECT * FROM {table} LIMIT {rows}", output=kept, format="binary")
        kept.seek(0)
        started = spent_until_now(connection)
        await connection.copy_to_table(f"raw_{table}", source=kept, format="binary")
        spent = spent_since(started, connection)
    await connection.execute(f"DROP TABLE raw_{table}")
    return spent


def spent_until_now(*sessions: asyncpg.Connection[Any]) -> Spent:
    """Read the clock, and the processor time of this process and of the server's sessions."""
    server = sum(_processor(session.get_server_pid()) for session in sessions)
    return Spent(time.perf_counter(), time.process_time(), server)


def _processor(pid: int) -> float:
    """Give the seconds of processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
SELECT office.jurisdiction_id || '.' || office.code
FROM catalogue_item item JOIN catalogue_producer producer ON producer.item_id = item.id
JOIN office ON office.id = producer.office_id
WHERE item.jurisdiction_id = '420300' AND item.category = 'penalty' ORDER BY item.valid_from DESC NULLS LAST LIMIT 1
"""
_SESSIONS: Final = """
SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> $1
"""
_REFERENCES: Final = """
SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype = 'f'
"""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
