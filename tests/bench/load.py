"""The loads: HTTP requests, asyncpg calls and pgbench, each from its own process, each with latencies.

The HTTP generator is one epoll loop over raw sockets that sends the next request when an answer is complete;
it checks status and form of every answer and stops at the first that is wrong.
"""

from __future__ import annotations

import asyncio
import os
import random
import select
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import asyncpg
import uvloop

from api.postgres.server import program
from tests.bench.cases import Statement

SESSION = {"role": "renxin_app", "plan_cache_mode": "force_generic_plan", "jit": "off", "timezone": "UTC"}
"""Settings of the sessions of pgbench and asyncpg: those of the service's own."""


AT_ONCE = 65_536
"""Bytes read at once. More than 128 KB would be mapped and unmapped for each answer: 12 µs of the cores under test."""


class WrongAnswer(Exception):
    """The service answered something else than data; the message is the beginning of the answer."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a load came to: requests per second, and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float


def _result(latencies: Sequence[float], seconds: float) -> Result:
    """Sum up latencies in seconds."""
    cuts = statistics.quantiles(latencies, n=100)
    return Result(len(latencies) / seconds, cuts[49] * 1000, cuts[98] * 1000)


def median(results: Sequence[Result]) -> Result:
    """Give the median of several runs, figure by figure."""
    return Result(*(statistics.median(getattr(one, name) for one in results) for name in ("rate", "p50", "p99")))


# -- HTTP


def http(address: tuple[str, int], requests: Sequence[bytes], connections: int, seconds: float) -> Result:
    """Keep that many connections busy with requests picked at random.

    Raises: WrongAnswer.
    """
    poll = select.epoll()
    sockets = [socket.create_connection(address) for _ in range(connections)]
    missing, began, latencies = dict[int, int](), dict[int, float](), list[float]()
    for one in sockets:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll.register(one, select.EPOLLIN)
        missing[one.fileno()] = 0
    pick, now = random.Random(7).choice, time.perf_counter
    start = now()
    for fd in missing:
        began[fd] = now()
        os.write(fd, pick(requests))
    while now() - start < seconds:
        for fd, _ in poll.poll(1):
            missing[fd] = _missing(missing[fd], os.read(fd, AT_ONCE))
            if missing[fd]:
                continue
            instant = now()
            latencies.append(instant - began[fd])
            began[fd] = instant
            os.write(fd, pick(requests))
    elapsed = now() - start
    for one in sockets:
        one.close()
    return _result(latencies, elapsed)


def _missing(missing: int, data: bytes) -> int:
    """Tell how many bytes of an answer are still to come; less than none where its body has not begun."""
    if missing > 0:
        return missing - len(data)
    if missing == 0:
        head = data.find(b"\r\n\r\n")
        length = data.find(b"content-length: ", 0, head)
        if data[9:12] != b"200" or length < 0:
            raise WrongAnswer(data[:500].decode("utf-8", "replace"))
        missing = -int(data[length + 16 : data.index(b"\r", length)])
        data = data[head + 4 :]
    if data and not data.startswith(b'{"data":{'):
        raise WrongAnswer(data[:500].decode("utf-8", "replace"))
    return -missing - len(data) if data else missing


# -- asyncpg


def bare_asyncpg(url: str, statement: Statement, values: Sequence[Any], connections: int, seconds: float) -> Result:
    """Run a statement on that many connections, as nothing but asyncpg calls."""
    return uvloop.run(_bare_asyncpg(url, statement, values, connections, seconds))


async def _bare_asyncpg(
    url: str, statement: Statement, values: Sequence[Any], connections: int, seconds: float
) -> Result:
    latencies: list[float] = []
    all_values = [statement.values_with(value) for value in values]
    sessions = [await asyncpg.connect(url, server_settings=SESSION) for _ in range(connections)]
    start = time.perf_counter()
    end = start + seconds

    async def work(session: asyncpg.Connection[Any], pick: random.Random) -> None:
        began = time.perf_counter()
        while began < end:
            row = await session.fetchrow(statement.text, *pick.choice(all_values))
            assert row
            now = time.perf_counter()
            latencies.append(now - began)
            began = now

    await asyncio.gather(*(work(session, random.Random(seed)) for seed, session in enumerate(sessions)))
    elapsed = time.perf_counter() - start
    for session in sessions:
        await session.close()
    return _result(latencies, elapsed)


# -- pgbench


def pgbench(url: str, statement: Statement, sql: str, numbers: range, connections: int, seconds: float) -> Result:
    """Run a statement in pgbench as a prepared one; `sql` is the varying value, made of the number `:n`."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "script.sql")
        script.write_text(pgbench_script(statement, sql, numbers), encoding="utf-8")
        command = [
            program("pgbench"),
            "-n",
            "-M",
            "prepared",
            "-c",
            str(connections),
            "-j",
            "2",
            "-T",
            str(round(seconds)),
        ]
        command += ["-f", str(script), "--log", f"--log-prefix={folder}/log", "--sampling-rate=0.2"]
        for number, value in enumerate(statement.values):
            command += ["-D", f"v{number}={as_text(value)}"]
        done = subprocess.run(command, env=_environment(url), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        rate = float(next(line for line in done.stdout.splitlines() if line.startswith("tps = ")).split()[2])
        lines = [line for log in Path(folder).glob("log*") for line in log.read_text().splitlines()]
    sampled = _result([int(line.split()[2]) / 1_000_000 for line in lines], 1)
    return Result(rate, sampled.p50, sampled.p99)


def pgbench_script(statement: Statement, sql: str, numbers: range) -> str:
    """Write a statement for pgbench: values become its variables, one of them made of a random number."""
    text = statement.text
    for place in reversed(range(len(statement.values))):
        text = text.replace(f"${place + 1}::", f"{sql if place == statement.place else f' :v{place}'}::")
    steps = (numbers[-1] - numbers[0]) // numbers.step
    return f"\\set n {numbers[0]} + {numbers.step} * random(0, {steps})\n{text};\n"


def as_text(value: Any) -> str:
    """Write a value as PostgreSQL reads it."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, list):
        return "{" + ",".join(map(str, value)) + "}"
    return str(value)


def _environment(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    settings = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
    return {
        **os.environ,
        "PGHOST": query.get("host") or parts.hostname or "",
        "PGPORT": query.get("port") or str(parts.port or 5432),
        "PGUSER": parts.username or "",
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.removeprefix("/"),
        "PGOPTIONS": settings,
    }
