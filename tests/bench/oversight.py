"""What is due, counted and scored, at one number of records and at ten times as many: a part of `make bench-intake`.

A fifth of the records of each size are handed in and published nowhere, so that the backlog grows with the records.
Each question is asked by whole requests in this process, several times in turn; printed are the medians at both
sizes and how much the larger one takes of the smaller. A PostgreSQL of its own with durable defaults, kept between
runs. The tally of quality is counted before anything is asked, and how long that takes is told.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg

from api.postgres.server import EmbeddedPostgres
from api.process.assembly import assemble
from api.process.in_process import send
from api.process.issuing import builtin_issuer
from authz.activation import assign, upsert_account
from authz.quota import Quotas
from domain.clock import local_day, system_clock
from domain.installation_rows import office_id
from domain.oversight import quality_tally
from tests.bench.data import CLERK
from tests.bench.database import Size, ready

PLACE: Final = "350200"
WATCHER: Final = "bench-credit-office"
ROUNDS: Final = 9
_ITEM: Final = "id kind objectId dueOn late timeliness termStatus basis office { name } deadline { quote }"
_PERIOD: Final = f'jurisdiction: "{PLACE}", from: "{{first}}", to: "{{last}}"'
QUESTIONS: Final = {
    "what is due, 20": f"query ($after: String) {{ dueItems(first: 20, after: $after) {{ nodes {{ {_ITEM} }} pageInfo {{ endCursor }} }} }}",
    "what is late, 100": f"{{ dueItems(first: 100, filter: {{late: true}}) {{ nodes {{ {_ITEM} }} }} }}",
    "severities to determine, 20": f"{{ dueItems(first: 20, filter: {{kind: [SEVERITY]}}) {{ nodes {{ {_ITEM} }} }} }}",
    "how much is due": "{ dueItems(first: 1) { totalCount } }",
    "quality of a quarter": f"{{ qualityFigures({_PERIOD}) {{ office countedAt publicationTimeliness {{ part whole rate }} }} }}",
    "score card of a quarter": f"{{ scoreCard({_PERIOD}) {{ rows {{ office rank score }} }} }}",
    "coverage of archives": f'{{ archiveCoverage(jurisdiction: "{PLACE}") {{ rows {{ scheme }} }} }}',
}
_BACKLOG: Final = """
UPDATE credit_record SET state = 'submitted', portal_at = NULL, platform_at = NULL, published_at = NULL,
  publication_due_on = CASE WHEN item.double_publicity THEN decided_on + 9 END,
  severity = CASE WHEN get_byte(uuid_send(credit_record.id), 15) < 8 THEN NULL ELSE coalesce(severity, 'general') END
FROM catalogue_item item WHERE item.id = credit_record.item_id AND state IN ('submitted', 'published')
  AND get_byte(uuid_send(credit_record.id), 14) % 5 = 0
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was measured at one size: seconds by who asked what, how much was due, seconds of the tally."""

    seconds: Mapping[str, float]
    open_duties: int
    counting: float


def measure(folder: Path, sizes: tuple[int, int]) -> None:
    """Measure two sizes and print them side by side."""
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    try:
        smaller, larger = (asyncio.run(_asked(server, Size(size, folder / f"service_{size}"))) for size in sizes)
    finally:
        server.stop()
    print(f"oversight at {sizes[0]:,} and {sizes[1]:,} records: milliseconds, and how many times as long")
    for name, seconds in smaller.seconds.items():
        print(
            f"  {name:48} {seconds * 1_000:8.1f} {larger.seconds[name] * 1_000:8.1f}  ×{larger.seconds[name] / seconds:5.2f}"
        )
    print(f"  open duties of the place: {smaller.open_duties:,} and {larger.open_duties:,}")
    print(f"  the tally of quality was counted in {smaller.counting:.1f} s and {larger.counting:.1f} s beside requests")


async def _asked(server: EmbeddedPostgres, size: Size) -> Answers:
    owner = await asyncio.to_thread(ready, server, size)
    counting = await _prepare(owner, size.settings().public_url)
    issuer = builtin_issuer(size.settings())
    assert issuer is not None
    service = assemble(replace(size.settings(), quotas=Quotas({}, {})), owner)
    await service.callers.refresh()
    seconds: dict[str, float] = {}
    open_duties = 0
    try:
        for who, sub in (("office", CLERK), ("credit office", WATCHER)):
            token = issuer.mint(sub, client_id="bench", lifetime=timedelta(hours=1), now=system_clock())
            for name, text in QUESTIONS.items():
                taken, answer = [], {}
                for _ in range(ROUNDS):
                    begun = time.perf_counter()
                    answer = await send(service, _dated(text), {}, token=token)
                    taken.append(time.perf_counter() - begun)
                assert "errors" not in answer, answer
                seconds[f"{name} ({who})"] = statistics.median(taken)
                if name == "how much is due":
                    open_duties = answer["data"]["dueItems"]["totalCount"]
    finally:
        await service.database.close()
    return Answers(seconds, open_duties, counting)


def _dated(text: str) -> str:
    today = local_day(system_clock())
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    return text.replace("{first}", first.isoformat()).replace("{last}", today.isoformat())


async def _prepare(owner: str, issuer: str) -> float:
    """Leave a backlog, once; give somebody the watch over the place; count the tally, and give how long that took."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(owner)
    try:
        if not await connection.fetchval(
            "SELECT EXISTS (SELECT FROM credit_record WHERE publication_due_on IS NOT NULL)"
        ):
            await connection.execute(_BACKLOG)
            await connection.execute("VACUUM ANALYZE credit_record")
        account = await upsert_account(connection, issuer=issuer, sub=WATCHER, display=WATCHER)
        await assign(connection, account, "credit_office", from_on=date(2020, 1, 1), office_id=office_id(PLACE, "JC"))
        begun = time.perf_counter()
        await quality_tally.count(connection, system_clock())
        return time.perf_counter() - begun
    finally:
        await connection.close()


def main(arguments: list[str]) -> int:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.oversight", description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000, help="records of the larger size")
    parser.add_argument(
        "--folder", type=Path, default=Path(".renxin-bench"), help="where the data is kept between runs"
    )
    given = parser.parse_args(arguments)
    measure(given.folder, (given.records // 10, given.records))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
