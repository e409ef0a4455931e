"""`make bench`: the read path measured on this machine, beside the same statements without a service.

One process, 16 connections, HTTP over loopback, durable defaults, authority on. Prints as it goes, and at the
end which of the aims were reached; a run on a machine that is busy with something else says so.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import platform
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from api.postgres.server import EmbeddedPostgres
from api.process.assembly import assemble
from api.process.issuing import builtin_issuer
from domain.clock import system_clock
from tests.bench import database, load, plans
from tests.bench.cases import Q1, QUERIES, Case, Observer, Query
from tests.bench.data import CLERK
from tests.bench.database import Size
from tests.bench.load import Result, median
from tests.bench.server import Server, answering_at_once, end_with_parent, serving

CONNECTIONS = 16
AIMS = {"Q1": 0.55, "Q2": 0.95, "Q3": 0.18}
"""The least share of pgbench's rate, for the public."""

GROWTH_AIM = 1.3
MEMORY_AIM = 200
MOST_REQUESTS = 10_000
WARM_UP = 0.5
"""Seconds of load before the first measurement: sessions are opened and plans made in them."""

QUIET = 0.9
"""The share of idle processor time above which the machine counts as quiet."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure, and for how long."""

    folder: Path
    sizes: tuple[Size, ...]
    seconds: float
    rounds: int
    callers: tuple[str, ...]
    queries: tuple[Query, ...]
    judged: bool
    """Whether the figures mean anything."""


@dataclass(slots=True)
class Bench:
    """One run: its workers, its findings."""

    plan: Plan
    workers: ProcessPoolExecutor
    idle: list[float] = field(default_factory=list)
    aims: list[tuple[str, float, float, bool]] = field(default_factory=list)
    """Name, what was reached, the aim, and whether it was reached."""

    def run(self) -> None:
        """Measure everything and print it."""
        plan = self.plan
        print(_machine(), flush=True)
        with EmbeddedPostgres(plan.folder / "postgres") as postgres, ExitStack() as running:
            urls = [database.ready(postgres, size) for size in plan.sizes]
            cases = asyncio.run(_cases(urls[-1], plan))
            servers = [
                running.enter_context(serving(size.folder, url)) for size, url in zip(plan.sizes, urls, strict=True)
            ]
            self._limit_of_the_generator(cases[0])
            self._rates(cases, servers[-1], urls[-1])
            growing = asyncio.run(_growing(urls, plan))
            self._growth(growing, servers)
            self._memory(servers[-1])
            self._index_only(urls[-1], growing[-1])
        if plan.judged:
            self._verdict()

    def _limit_of_the_generator(self, case: Case) -> None:
        with answering_at_once() as server:
            result = self._http(server, case, CONNECTIONS)
        print(f"the load generator reaches {result.rate:,.0f} requests/s with a constant answer of 4 KB\n", flush=True)

    def _rates(self, cases: Sequence[Case], server: Server, url: str) -> None:
        for case in cases:
            print(f"{case.query.name} {case.query.title}, {case.caller}", flush=True)
            values = [case.query.value(number) for number in case.numbers]
            found: dict[str, list[Result]] = {"service": [], "asyncpg": [], "pgbench": []}
            self._warm_up(server, case)
            for _ in range(self.plan.rounds):
                found["service"].append(self._http(server, case, CONNECTIONS))
                found["asyncpg"].append(self._asyncpg(url, case, values))
                found["pgbench"].append(self._pgbench(url, case))
            middle = {name: median(results) for name, results in found.items()}
            for name, result in middle.items():
                share = result.rate / middle["pgbench"].rate
                print(
                    f"  {name}  {result.rate:>9,.0f}/s   p50 {result.p50:6.2f} ms   p99 {result.p99:6.2f} ms   {share:5.2f}"
                )
            if case.caller == "public":
                share = middle["service"].rate / middle["pgbench"].rate
                aim = AIMS[case.query.name]
                self.aims.append((f"{case.query.name} beside pgbench", share, aim, share >= aim))

    def _growth(self, cases: Sequence[Case], servers: Sequence[Server]) -> None:
        found: list[list[Result]] = [[] for _ in cases]
        for case, server in zip(cases, servers, strict=True):
            self._warm_up(server, case)
        for _ in range(self.plan.rounds):
            for results, case, server in zip(found, cases, servers, strict=True):
                results.append(self._http(server, case, 1))
        middle = [median(results).p50 for results in found]
        print("\nQ1 at one connection, p50 by number of records")
        for size, p50 in zip(self.plan.sizes, middle, strict=True):
            print(f"  {size.records:>9,}  {p50:6.2f} ms")
        growth = middle[-1] / middle[0]
        self.aims.append(("growth of Q1", growth, GROWTH_AIM, growth <= GROWTH_AIM))

    def _memory(self, server: Server) -> None:
        memory = server.memory()
        self.aims.append(("memory of the process, MB", memory, MEMORY_AIM, memory <= MEMORY_AIM))

    def _index_only(self, url: str, case: Case) -> None:
        scans = asyncio.run(plans.scans(url, case.statement, "credit_record"))
        print("\nQ1 reads credit_record by " + "; ".join(scans))
        reached = all(scan.startswith("Index Only Scan") for scan in scans)
        self.aims.append(("share of index-only scans in Q1", float(reached), 1, reached))

    def _verdict(self) -> None:
        print()
        for name, reached, aim, good in self.aims:
            print(f"  {name:<34} {reached:8.2f}   aim {aim:7.2f}   {'reached' if good else 'missed'}")
        calm = sum(share >= QUIET for share in self.idle) / len(self.idle)
        if calm < QUIET:
            print(f"  noisy: before {1 - calm:.0%} of the measurements the machine was busy with something else")

    # -- loads

    def _warm_up(self, server: Server, case: Case) -> None:
        self.workers.submit(load.http, server.address, case.requests, CONNECTIONS, WARM_UP).result()

    def _http(self, server: Server, case: Case, connections: int) -> Result:
        with self._watched():
            job = self.workers.submit(load.http, server.address, case.requests, connections, self.plan.seconds)
            return job.result()

    def _asyncpg(self, url: str, case: Case, values: Sequence[str]) -> Result:
        with self._watched():
            job = self.workers.submit(load.bare_asyncpg, url, case.statement, values, CONNECTIONS, self.plan.seconds)
            return job.result()

    def _pgbench(self, url: str, case: Case) -> Result:
        with self._watched():
            return load.pgbench(url, case.statement, case.query.sql, case.numbers, CONNECTIONS, self.plan.seconds)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        before = _processor_time()
        time.sleep(0.5)
        after = _processor_time()
        self.idle.append((after[0] - before[0]) / max(1, after[1] - before[1]))
        yield


def _processor_time() -> tuple[int, int]:
    """Give idle and total processor time of the machine so far, in ticks."""
    ticks = [int(one) for one in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)


async def _cases(url: str, plan: Plan) -> list[Case]:
    """Make the cases of all queries and callers over the largest database."""
    size = plan.sizes[-1]
    settings = size.settings()
    issuer = builtin_issuer(settings)
    assert issuer is not None
    token = issuer.mint(CLERK, client_id="bench", lifetime=timedelta(hours=12), now=system_clock())
    observer = Observer(assemble(settings, url))
    tokens = {"public": None, "clerk": token}
    try:
        await observer.service.callers.refresh()
        return [
            await observer.case(query, caller=caller, token=tokens[caller], subjects=size.subjects, most=MOST_REQUESTS)
            for query in plan.queries
            for caller in plan.callers
        ]
    finally:
        await observer.close()


async def _growing(urls: Sequence[str], plan: Plan) -> list[Case]:
    """Make the case of Q1 for each size."""
    cases = []
    for url, size in zip(urls, plan.sizes, strict=True):
        observer = Observer(assemble(size.settings(), url))
        try:
            await observer.service.callers.refresh()
            cases.append(
                await observer.case(Q1, caller="public", token=None, subjects=size.subjects, most=MOST_REQUESTS)
            )
        finally:
            await observer.close()
    return cases


def _machine() -> str:
    cpus = Path("/proc/cpuinfo").read_text()
    name = next((line.split(":")[1].strip() for line in cpus.splitlines() if line.startswith("model name")), "?")
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{os.cpu_count()} × {name}, {pages:.0f} GB, Python {platform.python_version()}, PostgreSQL 18 (embedded)"


def _plan(arguments: Sequence[str]) -> Plan:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, default=Path(".renxin-bench"), help="where the data is kept between runs"
    )
    parser.add_argument("--fresh", action="store_true", help="make the data anew")
    parser.add_argument(
        "--quick", action="store_true", help="a smoke test: little data, short loads, figures without meaning"
    )
    parser.add_argument("--seconds", type=float, default=3, help="length of one load (default 3)")
    parser.add_argument(
        "--rounds", type=int, default=3, help="loads of each kind, of which the median counts (default 3)"
    )
    parser.add_argument("--caller", choices=("public", "clerk", "both"), default="both")
    parser.add_argument("--query", choices=[query.name for query in QUERIES], help="only this one")
    given = parser.parse_args(arguments)
    if given.fresh:
        shutil.rmtree(given.folder, ignore_errors=True)
    callers = ("public", "clerk") if given.caller == "both" else (given.caller,)
    queries = tuple(query for query in QUERIES if given.query in (None, query.name))
    folder = given.folder.absolute()
    records = (1_000, 5_000) if given.quick else (10_000, 100_000, 1_000_000)
    sizes = tuple(Size(each, folder / f"service_{each}") for each in records)
    seconds, rounds = (1, 1) if given.quick else (given.seconds, given.rounds)
    return Plan(folder, sizes, seconds, rounds, callers, queries, judged=not given.quick)


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark; give the exit code."""
    if not sys.platform.startswith("linux"):
        print("make bench reads /proc and uses epoll: it runs on Linux only", file=sys.stderr)
        return 2
    plan = _plan(arguments)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    spawn = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(1, mp_context=spawn, initializer=end_with_parent) as workers:
            Bench(plan, workers).run()
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
