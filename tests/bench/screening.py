"""Screening a thousand codes in one request, beside the same lookups in bare SQL: a part of `make bench-grades`.

The same codes, found within the partner's scope, with their entries, records and measures: one by one in bare prepared
statements as a partner would ask the database itself, and all at once. Beside them the domain's own screening, which
decides each, and the whole line of a request: parsed, authorised, decided, logged, answered. A PostgreSQL of its own
with durable defaults, kept between runs; `--quick` shows that it runs, its figures mean nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg

from api.postgres.server import EmbeddedPostgres
from api.process.assembly import assemble
from api.process.in_process import send
from api.process.issuing import builtin_issuer
from authz.activation import assign, grant_purpose, upsert_account
from authz.quota import Quotas
from domain.clock import local_day, system_clock
from domain.eligibility.law import law_of
from domain.eligibility.loading import ENTRIES, MEASURES, PUBLISHED, RECORDS, Asked
from domain.eligibility.names import Match
from domain.eligibility.screening import Candidate, Found, screen
from domain.installation_rows import application_item_id, office_id
from domain.rulebook.loader import load_rulebooks
from tests.bench.data import CODE, OFTEN
from tests.bench.database import Size, ready

PLACE, MATTER, ITEM = "350200", "bidding", "bidding"
BANK: Final = "bench-bank"
MOST: Final = 1_000
AIM: Final = 1.5
ROUNDS: Final = 4
_FOUND = "SELECT t.id, t.is_person, t.name, t.uscc FROM subject t WHERE t.uscc = ANY($1::text[]) AND NOT t.is_person"
_SCREEN = """query ($matter: String!, $them: [ScreenedInput!]!) { eligibilityScreening(matter: $matter, subjects: $them) {
  found subjects { position outcome until citations } } }"""


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured: a database, the codes, and the day."""

    owner: str
    size: Size
    codes: list[str]
    today: date

    async def one_by_one(self, session: asyncpg.Connection[Any]) -> int:
        """Look each code up by itself."""
        found = 0
        for code in self.codes:
            found += len(await self._looked_up(session, [code]))
        return found

    async def at_once(self, session: asyncpg.Connection[Any]) -> int:
        """Look all codes up in one statement per table."""
        return len(await self._looked_up(session, self.codes))

    async def _looked_up(self, session: asyncpg.Connection[Any], codes: list[str]) -> list[Any]:
        subjects: list[Any] = await session.fetch(_FOUND, codes)
        ids = [row["id"] for row in subjects]
        await session.fetch(ENTRIES, ids, PLACE, list(PUBLISHED))
        await session.fetch(RECORDS, ids, PLACE, list(PUBLISHED), False, [])
        await session.fetch(MEASURES, ids, PLACE)
        return subjects

    async def decided(self, session: asyncpg.Connection[Any]) -> int:
        """Look all codes up and decide each, as the service does."""
        books = load_rulebooks()
        law = law_of(books, PLACE, MATTER, self.today)
        by_code = {row["uscc"]: row for row in await session.fetch(_FOUND, self.codes)}
        found = Found({
            position: (Candidate(asked=Asked(row["id"], False, False), name=row["name"], match=Match(1.0, ("code",))),)
            for position, code in enumerate(self.codes)
            if (row := by_code.get(code)) is not None
        })  # fmt: skip
        _, decided = await screen(session, books, law, found, count=len(self.codes), on=self.today)
        return len(decided)


async def medians(bench: Bench) -> dict[str, float]:
    """Measure each way in turn, several times; give the median seconds of each."""
    session = await asyncpg.connect(bench.owner)
    issuer = builtin_issuer(bench.size.settings())
    assert issuer is not None
    token = issuer.mint(BANK, client_id="bench", lifetime=timedelta(hours=1), now=system_clock())
    unlimited = Quotas({}, {})  # the rounds together ask for more than a partner's minute holds
    service = assemble(replace(bench.size.settings(), quotas=unlimited), bench.owner)
    await service.callers.refresh()

    async def request(_: asyncpg.Connection[Any]) -> int:
        them = [{"code": code} for code in bench.codes]
        answer = await send(service, _SCREEN, {"matter": MATTER, "them": them}, token=token, purpose=f"{PLACE}.{ITEM}")
        return int(answer["data"]["eligibilityScreening"]["found"])

    ways: dict[str, Callable[[asyncpg.Connection[Any]], Awaitable[int]]] = {
        "bare SQL, one by one": bench.one_by_one,
        "bare SQL, all at once": bench.at_once,
        "screened in the domain": bench.decided,
        "screened by request": request,
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    try:
        for _ in range(ROUNDS):
            for name, way in ways.items():
                begun = time.perf_counter()
                found = await way(session)
                seconds[name].append(time.perf_counter() - begun)
                if found != len(bench.codes):
                    raise AssertionError(f"{name} found {found} of {len(bench.codes)}")
    finally:
        await session.close()
        await service.database.close()
    return {name: statistics.median(them[1:]) for name, them in seconds.items()}


def told(found: dict[str, float], *, judged: bool) -> bool:
    """Print the figures; tell whether the aim is reached."""
    bare, once = found["bare SQL, one by one"], found["bare SQL, all at once"]
    for name, seconds in found.items():
        print(
            f"  {name:26} {seconds * 1_000:8.1f} ms   ×{seconds / bare:5.2f} of one by one   ×{seconds / once:5.2f} of all at once"
        )
    request = found["screened by request"]
    reached = request <= AIM * bare
    for said, beside in (("each by itself", bare), ("in one statement per table", once)):
        verdict = "reached" if request <= AIM * beside else "missed"
        print(f"  within ×{AIM} of the same lookups in bare SQL, {said}: {verdict}")
    return reached or not judged


async def _prepare(owner: str, issuer: str) -> None:
    connection = await asyncpg.connect(owner)
    try:
        since = date(2020, 1, 1)
        bank = office_id(PLACE, "BENCHBANK")
        await connection.execute(
            "INSERT INTO office (id, jurisdiction_id, code, name, aliases, kind, roles)"
            " VALUES ($1, $2, 'BENCHBANK', '银行(虚构)', '{}', 'partner_agency', '{}') ON CONFLICT DO NOTHING",
            bank,
            PLACE,
        )
        account = await upsert_account(connection, issuer=issuer, sub=BANK, display=BANK)
        await assign(connection, account, "partner", from_on=since, office_id=bank)
        await grant_purpose(connection, bank, application_item_id(PLACE, ITEM), from_on=since)
    finally:
        await connection.close()


def measure(folder: Path, records: int, *, judged: bool) -> bool:
    """Measure a screening over a database of so many records."""
    size = Size(records, folder / f"service_{records}")
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    try:
        owner = ready(server, size)
        asyncio.run(_prepare(owner, size.settings().public_url))
        apart = max(1, size.subjects // (MOST * 2))
        organisations = (n for n in range(1, size.subjects + 1, apart) if n % OFTEN)
        codes = [str(CODE + n) for n, _ in zip(organisations, range(MOST), strict=False)]
        print(f"screening: {len(codes):,} codes at {records:,} records")
        return told(asyncio.run(medians(Bench(owner, size, codes, local_day(system_clock())))), judged=judged)
    finally:
        server.stop()


def main(arguments: list[str]) -> int:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.screening", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, default=Path(".renxin-bench"), help="where the data is kept between runs"
    )
    parser.add_argument("--quick", action="store_true", help="a small database: figures that mean nothing")
    given = parser.parse_args(arguments)
    records = 20_000 if given.quick else 1_000_000
    return 0 if measure(given.folder, records, judged=not given.quick) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
