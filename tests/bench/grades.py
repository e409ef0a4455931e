"""`make bench-grades`: a whole city graded anew, beside one plain SQL aggregate over the same facts in the same run.

A PostgreSQL of its own with durable defaults, in a folder that is removed at the end; the facts are generated: five
systems and a kind of enterprise for each subject, complaints of some, findings of a few. Printed are, as medians of
rounds taken in turn, seconds of the server's processor and of the clock for the plain aggregate (how many facts, the
latest day), for the same by kind, for grading, and for
grading with what has changed since the month before written into a table, each with its ratio to the first; the last is
what the aim is set for. One process does each, so that a busy machine tells little in the ratio. `--subjects 100000` is enough to try it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

import asyncpg

from api.postgres.server import EmbeddedPostgres
from authz.activation import install_default
from domain.calendar import calendar_rows
from domain.grade.batch import SETTINGS, Statement, assessed, changed
from domain.grade.scheme import scheme
from domain.installation import install
from domain.installation_rows import office_id
from domain.rulebook.loader import load_rulebooks
from migrations.apply import migrate
from tests.bench import screening
from tests.bench.intake import Spent, spent_since, spent_until_now

NOW: Final = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
TODAY: Final = date(2026, 3, 18)
BEFORE: Final = TODAY - timedelta(days=30)
SHIYAN: Final = "420300"
AIM: Final = 2.0
_PLAIN_NAME: Final = "plain aggregate"
_WRITTEN_NAME: Final = "graded, changes written"


def main(arguments: Sequence[str]) -> int:
    """Measure and print; fail where the aim is missed."""
    parser = argparse.ArgumentParser(prog="make bench-grades", description=__doc__)
    parser.add_argument("--subjects", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--records", type=int, default=1_000_000, help="records beside a screening; 0 leaves it out")
    parser.add_argument("--folder", type=Path, default=Path(".renxin-bench"), help="where those are kept between runs")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder) / "postgres") as server:
        ratio = asyncio.run(measure(server.url, given.subjects, given.rounds))
    screened = given.records == 0 or screening.measure(given.folder, given.records, judged=True)
    return 0 if ratio <= AIM and screened else 1


async def measure(url: str, subjects: int, rounds: int) -> float:
    """Grade as many subjects beside a plain aggregate, and print; give how many times as long it takes, changes written."""
    connection = await asyncpg.connect(url)
    await migrate(url)
    await install_default(connection, NOW)
    await install(connection, load_rulebooks(), calendar_rows())
    await _fill(connection, subjects)
    spent = await _timed(connection, await _statements(connection), rounds)
    plain = median(one.server for one in spent[_PLAIN_NAME])
    ratios = {name: median(one.server for one in found) / plain for name, found in spent.items()}
    for name, found in spent.items():
        server, clock = median(one.server for one in found), median(one.clock for one in found)
        print(f"{name:<26} {server:>7.2f} s of processor, {clock:>7.2f} s; {ratios[name]:.2f} × the plain aggregate")
    for row in await connection.fetch("SELECT new, count(*) AS many FROM changes GROUP BY new ORDER BY new"):
        print(f"changed to {row['new']}: {row['many']:,}")
    await connection.close()
    return ratios[_WRITTEN_NAME]


async def _fill(connection: asyncpg.Connection[Any], subjects: int) -> None:
    """Enter the facts without what guards single rows: references and indexes cost more than the figure itself."""
    started = time.perf_counter()
    for row in await connection.fetch(_REFERENCES):
        await connection.execute(f"ALTER TABLE grade_fact DROP CONSTRAINT {row['conname']}")
    for row in await connection.fetch(_INDEXES):
        await connection.execute(f"DROP INDEX {row['indexname']}")
    await connection.execute(_FACTS, subjects, office_id(SHIYAN, "JC"))
    await connection.execute("VACUUM ANALYZE grade_fact")
    facts = await connection.fetchval("SELECT count(*) FROM grade_fact")
    print(f"{subjects:,} subjects, {facts:,} facts, entered in {time.perf_counter() - started:.0f} s", flush=True)


async def _statements(connection: asyncpg.Connection[Any]) -> Mapping[str, Statement]:
    """Give the statements that are measured; what was published a month ago is a table."""
    books = load_rulebooks()
    before = assessed(scheme(books, SHIYAN, "construction_units", BEFORE), BEFORE)
    await connection.execute("CREATE TABLE published (subject_id uuid, result text)")
    await connection.execute(f"INSERT INTO published {before.text}", *before.values)
    await connection.execute("CREATE TABLE changes (subject_id uuid, old text, new text)")
    await connection.execute("ANALYZE published")
    today = scheme(books, SHIYAN, "construction_units", TODAY)
    graded = assessed(today, TODAY)
    written = changed(today, TODAY, Statement("SELECT subject_id, result FROM published", ()))
    return {
        _PLAIN_NAME: Statement(_PLAIN, (SHIYAN, TODAY)),
        "the same by kind": Statement(_PLAIN.replace("f.subject_id", "f.subject_id, f.kind"), (SHIYAN, TODAY)),
        "graded": Statement(f"SELECT count(result) FROM ({graded.text}) graded", graded.values),
        _WRITTEN_NAME: Statement(f"INSERT INTO changes {written.text}", written.values),
    }


async def _timed(
    connection: asyncpg.Connection[Any], statements: Mapping[str, Statement], rounds: int
) -> Mapping[str, list[Spent]]:
    """Carry the statements out in turn, so that what disturbs the machine disturbs all of them."""
    spent: dict[str, list[Spent]] = {name: [] for name in statements}
    for _ in range(rounds):
        for name, statement in statements.items():
            await connection.execute("TRUNCATE changes")
            async with connection.transaction():
                for setting in (*SETTINGS, "SET LOCAL max_parallel_workers_per_gather = 0"):
                    await connection.execute(setting)
                started = spent_until_now(connection)
                await connection.execute(statement.text, *statement.values)
                spent[name].append(spent_since(started, connection))
    return spent


_REFERENCES: Final = "SELECT conname FROM pg_constraint WHERE conrelid = 'grade_fact'::regclass AND contype = 'f'"
_INDEXES: Final = "SELECT indexname FROM pg_indexes WHERE tablename = 'grade_fact' AND indexname <> 'grade_fact_pkey'"
_PLAIN: Final = """
SELECT count(latest) FROM (
  SELECT f.subject_id, count(*) AS facts, max(f.occurred_on) AS latest
  FROM grade_fact f
  WHERE f.jurisdiction_id = $1 AND f.occurred_on <= $2 AND f.recorded_on <= $2
    AND (f.ended_on IS NULL OR f.ended_on > $2)
  GROUP BY f.subject_id
) plain
"""
_FACTS: Final = """
INSERT INTO grade_fact (id, subject_id, jurisdiction_id, office_id, kind, outcome, code, evidence, occurred_on, state,
                        version, recorded_at, recorded_on)
SELECT gen_random_uuid(), ('00000000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid, '420300', $2::uuid,
       kind, outcome, code, '依据', occurred_on, 'recorded', 1, occurred_on, occurred_on
FROM generate_series(1, $1::int) AS number,
LATERAL (
  SELECT 'labour_system' AS kind, CASE WHEN number % 50 = place THEN 'missing' ELSE 'held' END AS outcome, code,
         date '2023-06-01' + number % 700 AS occurred_on
  FROM unnest(ARRAY['real_name', 'wage_account', 'bank_payment', 'deposit', 'rights_notice']) WITH ORDINALITY
    AS systems(code, place)
  UNION ALL
  SELECT 'enterprise_kind', (ARRAY['local', 'local', 'external', 'dormant'])[number % 4 + 1], NULL,
         date '2023-06-01' + number % 700
  UNION ALL
  SELECT 'arrears_complaint', (ARRAY['verified', 'unfounded', 'open'])[(number + place) % 3 + 1], NULL,
         date '2026-03-18' - (number * 7 + place * 90) % 900
  FROM generate_series(1, CASE WHEN number % 4 = 0 THEN number % 9 ELSE 0 END) AS place
  UNION ALL
  SELECT 'arrears_finding', 'serious', NULL, date '2026-03-18' - number % 400 WHERE number % 200 = 0
) facts
"""

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
