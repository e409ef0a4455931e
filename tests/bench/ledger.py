"""`make bench-ledger`: what the ledger does on this machine, and that no tampering goes unnoticed.

A PostgreSQL of its own with durable defaults, in a folder that is removed at the end. Prints a table: random
tamperings located, sealing while events arrive, sealing and verifying at two sizes with the memory it took, queries of
the changes among many events. Linux only. `--quick` shows that it runs; its figures mean nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncpg

from api.postgres.server import EmbeddedPostgres
from domain.keys import public_keys
from domain.ledger.check import verify
from domain.ledger.export import export_lines, write_export
from domain.ledger.offline import Held, check_offline
from domain.ledger.seal import run_sealer
from migrations.apply import migrate
from tests.ledger.book import Book, open_book
from tests.ledger.vandals import tamper

IN_ONE_TRANSACTION: Final = 500
ARRIVING: Final = 2_000
"""Events that arrive in a second while it is sealed."""

AT_ONCE: Final = 50
"""Of them, so many in one transaction."""

_FILL: Final = """
INSERT INTO ledger_event (id, kind, at, object, object_id, verb, outcome, subject_id, account_id, role, office_id,
                          purpose, basis, reason, policy_version, token_id, image)
SELECT uuidv7(), CASE WHEN n % 4 = 0 THEN 'change' ELSE 'access' END, $2::timestamptz + (n - $1) * interval '1 microsecond',
       CASE WHEN n % 4 > 0 THEN 'subject' WHEN n % 4000 = 0 THEN 'credit_list' ELSE 'credit_record' END,
       CASE WHEN n % 4 = 0 THEN md5((n / 20)::text)::uuid END,
       CASE WHEN n % 4 > 0 THEN 'read' WHEN n % 40 = 0 THEN 'withdraw' ELSE 'publish' END,
       CASE WHEN n % 4 = 0 THEN 'done' ELSE 'served' END, md5((n / 50)::text)::uuid, md5((n % 400)::text)::uuid, 'clerk',
       NULL, NULL, CASE WHEN n % 100 = 0 THEN '厦门8' END, NULL, 1, md5(n::text),
       CASE WHEN n % 4 = 0 THEN jsonb_build_object('title', '行政处罚' || n, 'version', n % 3, 'content', repeat('罚款', 100)) END
FROM generate_series($1::bigint, $1 + $3 - 1) n
"""

QUERIES: Final = {
    "by row": "object_id = md5('7')::uuid",
    "by actor": "account_id = md5('8')::uuid",
    "by a rare noun": "object = 'credit_list'",
    "by noun": "object = 'credit_record'",
    "by legal basis": "basis = '厦门8'",
    "by day": "at >= $1 AND at < $1 + interval '1 second'",
    "about a subject": "subject_id = md5('9')::uuid",
}
"""Pages of 20 changes, as plans ask for them."""


def main(arguments: Sequence[str]) -> int:
    """Measure; give 1 when a tampering was not located."""
    if arguments[:1] == ["--child"]:
        return asyncio.run(_child(*arguments[1:]))
    parser = argparse.ArgumentParser(prog="make bench-ledger", description=__doc__)
    parser.add_argument(
        "--events", type=int, default=200_000, help="events of the larger ledger (the smaller: a tenth)"
    )
    parser.add_argument("--tamperings", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long events arrive while it is sealed")
    parser.add_argument(
        "--verify", type=int, metavar="EVENTS", help="only fill a ledger of so many events, seal and verify it"
    )
    parser.add_argument("--quick", action="store_true", help="does it run at all")
    given = parser.parse_args(arguments)
    if given.quick:
        given.events, given.tamperings, given.seconds = 5_000, 40, 2.0
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres") as server:
        asyncio.run(migrate(server.url))
        return asyncio.run(_measure(server.url, Path(folder), given))


async def _measure(url: str, folder: Path, given: argparse.Namespace) -> int:
    book = await open_book(url, folder)
    if given.verify:
        await _large(book, folder, given.verify)
        return 0
    started = time.perf_counter()
    missed = await tamper(book, given.tamperings)
    _tell("tamperings located", f"{given.tamperings - len(missed)} of {given.tamperings}", started)
    for turn, done, report in missed:
        print(f"  not located: {turn} {done} {report.findings}", flush=True)
    await _empty(book)
    await _while_arriving(book, given.seconds)
    for events in (given.events // 10, given.events):
        await _empty(book)
        await _one_size(book, folder, events)
    await _queries(book, given.events)
    await book.app.close()
    await book.owner.close()
    return int(bool(missed))


async def _large(book: Book, folder: Path, events: int) -> None:
    """Verify a ledger that is filled without the indexes for queries, which neither sealing nor verifying needs."""
    for row in await book.owner.fetch(_FOR_QUERIES):
        await book.owner.execute(f'DROP INDEX "{row["indexname"]}"')
    await _one_size(book, folder, events, ("verify",))
    await book.app.close()
    await book.owner.close()


async def _empty(book: Book) -> None:
    await book.owner.execute("TRUNCATE ledger_event, ledger_checkpoint")
    book.anchor.path.unlink(missing_ok=True)


async def _while_arriving(book: Book, seconds: float) -> None:
    """Let events arrive, in transactions of fifty, while another session seals; tell how far it was behind."""
    sealer = asyncio.create_task(
        run_sealer(lambda: asyncpg.connect(book.url), book.signer, book.anchor, clock=lambda: datetime.now(UTC))
    )
    behind, written, started = 0.0, 0, time.perf_counter()
    watcher = await asyncpg.connect(book.url)
    while (passed := time.perf_counter() - started) < seconds:
        while written < ARRIVING * passed:
            await book.owner.execute(_FILL, written, datetime.now(UTC), AT_ONCE)
            written += AT_ONCE
        oldest = await watcher.fetchval(_OLDEST_UNSEALED)
        behind = max(behind, (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0)
        await asyncio.sleep(0.05)
    rate = written / (time.perf_counter() - started)
    sealer.cancel()
    with suppress(asyncio.CancelledError):
        await sealer
    await watcher.close()
    print(f"{'sealing while events arrive':34} {rate:,.0f} events/s, at most {behind:.1f} s behind", flush=True)


async def _one_size(
    book: Book, folder: Path, events: int, kinds: Sequence[str] = ("verify", "export", "offline")
) -> None:
    """Fill a ledger, seal it, verify it, export it, verify the export: each with its rate, and the memory it took."""
    started = time.perf_counter()
    for first in range(0, events, IN_ONE_TRANSACTION):
        await book.owner.execute(_FILL, first, datetime.now(UTC), min(IN_ONE_TRANSACTION, events - first))
    _tell(f"appended {events:,}", "", started, events)
    started = time.perf_counter()
    made = await book.seal_all()
    _tell(f"sealed {events:,}", f"{len(made)} checkpoints", started, events)
    keys = folder / "jwks.json"
    keys.write_text(json.dumps(book.signer.public_jwks()))
    path = folder / f"{events}.jsonl"
    for what in kinds:
        target = "" if what == "offline" else book.url
        done = subprocess.run(  # noqa: ASYNC221 - nothing else runs here
            [sys.executable, "-m", "tests.bench.ledger", "--child", what, target, str(keys), str(book.anchor.path), str(path)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        seconds, megabytes = done.stdout.split()
        print(f"{f'{what} {events:,}':34} {events / float(seconds):,.0f} events/s, {megabytes} MB at most", flush=True)


async def _child(what: str, url: str, keys: str, anchor: str, path: str) -> int:
    """Do one thing in a process of its own; tell the seconds it took and its greatest memory."""
    started = time.perf_counter()
    key_set = json.loads(Path(keys).read_text())  # noqa: ASYNC240 - nothing else runs here
    if what == "offline":
        assert check_offline(Path(path), public_keys(key_set), Held()).sound
    else:
        connection = await asyncpg.connect(url)
        if what == "verify":
            assert (await verify(connection, key_set, Path(anchor))).sound
        else:
            await write_export(export_lines(connection, 1, None), Path(path))
        await connection.close()
    print(time.perf_counter() - started, _most_megabytes())
    return 0


def _most_megabytes() -> int:
    """Give the greatest memory of this process; what `getrusage` tells is that of its parent, if greater."""
    status = Path("/proc/self/status").read_text()
    [most] = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")]
    return most // 1024


async def _queries(book: Book, events: int) -> None:
    """Ask for the latest changes in each of the ways in which auditors do."""
    await book.owner.execute("VACUUM ANALYZE ledger_event")
    await book.owner.execute("SET plan_cache_mode = force_generic_plan")
    middle = await book.owner.fetchval("SELECT min(at) + (max(at) - min(at)) / 2 FROM ledger_event")
    for name, condition in QUERIES.items():
        text = (
            f"EXPLAIN (ANALYZE, FORMAT JSON) SELECT id, verb, image ->> 'version' FROM ledger_event"
            f" WHERE kind = 'change' AND {condition} ORDER BY at DESC, id DESC LIMIT 20"
        )
        values = [middle] if "$1" in condition else []
        times = [json.loads(await book.owner.fetchval(text, *values))[0]["Execution Time"] for _ in range(5)]
        print(f"{f'20 changes {name} of {events:,}':34} {sorted(times)[2]:.2f} ms", flush=True)


def _tell(what: str, result: str, started: float, events: int = 0) -> None:
    passed = time.perf_counter() - started
    rate = f"{events / passed:,.0f} events/s" if events else f"{passed:.0f} s"
    print(f"{what:34} {rate}{', ' if result else ''}{result}", flush=True)


_FOR_QUERIES: Final = """
SELECT indexname FROM pg_indexes
WHERE tablename = 'ledger_event' AND indexname NOT IN ('ledger_event_by_xid', 'ledger_event_pkey')
"""

_OLDEST_UNSEALED: Final = """
SELECT min(at) FROM ledger_event
WHERE xid >= (SELECT coalesce(max(to_xid), 0) FROM ledger_checkpoint)::text::xid8
"""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
