"""`make bench-peer`: the read path beside another GraphQL server over the same database, in turns, in one run.

A file in `tests/bench/peers` says how a peer is started and how it is asked the same three queries; whoever measures
brings its program: `ARGS="--program '/somewhere/node /somewhere/postgraphile'"`. The peer has no authority: it shows
views of what the anonymous public may see (`views.sql`), and is spared what the service decides for each request. Before
anything is measured both must have given the same answers. `--quick` shows that it runs; its figures mean nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx

from api.postgres.server import EmbeddedPostgres
from tests.bench import database, load
from tests.bench.cases import Q1, Q2, Q3, Query, request_of
from tests.bench.database import Size
from tests.bench.load import Result, median
from tests.bench.server import Server, end_with_parent, serving

PEERS: Final = Path(__file__).with_name("peers")
CONNECTIONS: Final = 16
COMPARED: Final = 50
"""Of so many values the answers are compared before anything is measured."""
MOST_PAGES: Final = 200
START_S: Final = 60

_PAGES = (
    "query ($after: String) { subjects(first: 50, after: $after, filter: {kind: [ENTERPRISE, INDIVIDUAL_BUSINESS]})"
)
_PAGES += " { pageInfo { endCursor } } }"


class Differs(Exception):
    """Service and peer do not answer the same; the message names the query and the value."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another server: what follows its program on the command line, and how it is asked."""

    command: tuple[str, ...]
    environment: dict[str, str]
    queries: dict[str, str]
    """By name; `pages` gives the cursor of a page of 50 subjects."""

    @classmethod
    def named(cls, name: str) -> Peer:
        """Read the file of a peer."""
        given = tomllib.loads((PEERS / f"{name}.toml").read_text("utf-8"))
        return cls(tuple(given["command"]), given["environment"], given["queries"])

    @contextmanager
    def running(self, program: Sequence[str], url: str) -> Iterator[Server]:
        """Run it over a database until the context ends."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port: int = free.getsockname()[1]
        command = [*program, *(part.format(database=url, port=port) for part in self.command)]
        process = subprocess.Popen(command, env=os.environ | self.environment, stdout=subprocess.DEVNULL)
        try:
            _wait(process, command, port)
            yield Server(("127.0.0.1", port), process.pid)
        finally:
            process.terminate()
            process.wait(15)


def _wait(process: subprocess.Popen[bytes], command: Sequence[str], port: int) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        with suppress(httpx.TransportError):
            _ask(("127.0.0.1", port), "{ __typename }", {})
            return
        time.sleep(0.2)
    raise TimeoutError(f"the peer does not answer: {shlex.join(command)}")


def _ask(address: tuple[str, int], text: str, variables: dict[str, Any]) -> Any:
    asked = {"query": text, "variables": variables}
    answer = httpx.post("http://{}:{}/graphql".format(*address), json=asked, timeout=30).json()
    if "errors" in answer:
        raise Differs(f"errors: {answer['errors']}")
    return answer["data"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as both are asked it, with the values of its variable for either, in the same order."""

    ours: Query
    theirs: Query
    values: tuple[tuple[str, str], ...]

    def require_same(self, service: Server, peer: Server) -> None:
        """Compare the first answers.

        Raises: Differs.
        """
        for of_service, of_peer in self.values[:COMPARED]:
            answers = (
                _ask(service.address, self.ours.text, {self.ours.variable: of_service}),
                _ask(peer.address, self.theirs.text, {self.theirs.variable: of_peer}),
            )
            if plain(answers[0]) != plain(answers[1]):
                raise Differs(f"{self.ours.name} {of_service}: {answers}")

    def requests(self) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """Give the requests to the service and to the peer."""
        return (
            tuple(request_of(self.ours, value) for value, _ in self.values),
            tuple(request_of(self.theirs, value) for _, value in self.values),
        )


def plain(answer: Any, name: str = "") -> Any:
    """Give an answer without what is each server's own: the form of ids, cursors and instants."""
    if isinstance(answer, dict):
        return {key: plain(value, key) for key, value in answer.items() if key != "endCursor"}
    if isinstance(answer, list):
        return [plain(value) for value in answer]
    if name == "id":
        return answer.rpartition(":")[2]
    return datetime.fromisoformat(answer) if name.endswith("At") and answer else answer


def _all_asked(peer: Peer, service: Server, other: Server, subjects: int) -> list[Asked]:
    """Make the three queries; the cursors of the second are of the same pages."""
    pages = tuple(zip(_cursors(service, _PAGES), _cursors(other, peer.queries["pages"]), strict=True))
    asked = []
    for query in (Q1, Q2, Q3):
        codes = tuple((query.value(number), query.value(number)) for number in query.numbers(subjects))
        theirs = replace(query, text=peer.queries[query.name])
        asked.append(Asked(query, theirs, pages if query is Q2 else codes))
    return asked


def _cursors(server: Server, text: str) -> list[str]:
    """Walk pages of subjects, and give the cursors after which there is another."""
    found: list[str] = []
    while len(found) <= MOST_PAGES:
        page = _ask(server.address, text, {"after": found[-1] if found else None})["subjects"]["pageInfo"]
        if not page["endCursor"]:
            break
        found.append(page["endCursor"])
    return found[:-2]


def measure(peer: Peer, program: Sequence[str], folder: Path, records: int, seconds: float, rounds: int) -> None:
    """Compare answers, then rates in turns, and print them.

    Raises: Differs.
    """
    size = Size(records, folder / f"service_{records}")
    spawn = multiprocessing.get_context("spawn")
    with EmbeddedPostgres(folder / "postgres") as postgres:
        url = database.ready(postgres, size)
        asyncio.run(_show(url))
        with (
            ProcessPoolExecutor(1, mp_context=spawn, initializer=end_with_parent) as workers,
            serving(size.folder, url) as service,
            peer.running(program, url) as other,
        ):
            for asked in _all_asked(peer, service, other, size.subjects):
                asked.require_same(service, other)
                loads = tuple(zip((service, other), asked.requests(), strict=True))
                found: tuple[list[Result], list[Result]] = ([], [])
                for _ in range(rounds + 1):  # the first warms up
                    for results, (server, requests) in zip(found, loads, strict=True):
                        job = workers.submit(load.http, server.address, requests, CONNECTIONS, seconds)
                        results.append(job.result())
                _tell(asked.ours, *(median(results[1:]) for results in found))
            print(f"memory, MB: service {service.memory():.0f}, peer {other.memory():.0f}")


async def _show(url: str) -> None:
    """Make the views of the peer."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute((PEERS / "views.sql").read_text("utf-8"))
    finally:
        await connection.close()


def _tell(query: Query, service: Result, peer: Result) -> None:
    print(
        f"{query.name} {query.title}: service {service.rate:,.0f}/s, p50 {service.p50:.1f}, p99 {service.p99:.1f} ms;"
        f" peer {peer.rate:,.0f}/s, p50 {peer.p50:.1f}, p99 {peer.p99:.1f} ms; {service.rate / peer.rate:.1f} times",
        flush=True,
    )


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark; give the exit code."""
    parser = argparse.ArgumentParser(prog="make bench-peer", description=__doc__)
    parser.add_argument("--peer", default="postgraphile", choices=[path.stem for path in PEERS.glob("*.toml")])
    parser.add_argument("--program", required=True, type=shlex.split, help="how the peer is run, as one would type it")
    parser.add_argument("--folder", type=Path, default=Path(".renxin-bench"), help="that of `make bench`")
    parser.add_argument("--seconds", type=float, default=5, help="length of one load (default 5)")
    parser.add_argument("--rounds", type=int, default=5, help="loads of each, of which the median counts (default 5)")
    parser.add_argument("--quick", action="store_true", help="a smoke test: little data, short loads")
    given = parser.parse_args(arguments)
    records, seconds, rounds = (5_000, 2, 1) if given.quick else (1_000_000, given.seconds, given.rounds)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    measure(Peer.named(given.peer), given.program, given.folder.absolute(), records, seconds, rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
