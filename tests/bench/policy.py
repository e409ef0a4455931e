"""`make bench-policy`: what policies cost on this machine, and that none is answered under after its end.

Looking up a grant; expanding what ships, 1,000 and 10,000 lines; activating a version of 1,000 lines while a server
process answers; and 10,000 requests to a second process's service between revocations by the first, with nothing
that would notify it. A PostgreSQL of its own with durable defaults, in a folder that is removed at the end.
`--quick` shows that it runs; its figures mean nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
import timeit
from collections import Counter
from collections.abc import Awaitable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx

from api.config.settings import Settings, load_settings
from api.demo.callers import CALLERS
from api.postgres.server import EmbeddedPostgres
from api.process.assembly import assemble
from api.process.in_process import send
from api.process.issuing import builtin_issuer
from api.process.start import prepare
from authz.activation import activate
from authz.grants import default_grants, expand
from authz.lines import PolicyLine, default_lines, write
from authz.vocabulary import ACTIONS, Scope
from domain.clock import system_clock
from domain.privacy import Privacy
from tests.bench import load
from tests.bench.server import end_with_parent, serving

FIRST, SECOND = "security-officer", "second-security-officer"
LOOKUP_US, ACTIVATION_S, SLOWER = 2.0, 2.0, 1.1
CONNECTIONS = 4
REQUESTS: Final = 10_000
EACH: Final = 100
"""Requests between two changes of the policy."""

PARTS: Final = ("lookups", "revocations", "activations")
AT_ONCE: Final = 5
ROUNDS: Final = 9

_DRAFT = """mutation ($text: String!) { draftPolicyVersion(input: { note: "bench", text: $text })
  { policyVersion { id } } }"""
_PROPOSE = "mutation ($id: ID!) { proposePolicyVersion(input: { policyVersion: $id }) { receipts } }"
_APPROVE = "mutation ($id: ID!) { approvePolicyVersion(input: { policyVersion: $id }) { receipts } }"
_ACTIVATE = "mutation ($id: ID!) { activatePolicyVersion(input: { policyVersion: $id }) { receipts } }"
_QUESTION = b'{"query":"{ subjects(first: 5) { nodes { name creditRecords(first: 5) { nodes { title } } } } }"}'
_LOG = "{ accessLog(first: 1) { totalCount } }"
_GRANT = PolicyLine(90_001, "p", ("credit_office", "access_entry", "read", "own_office"))


@dataclass(slots=True)
class Bench:
    """One run: where, how long, and what was found."""

    folder: Path
    settings: Settings
    url: str
    quick: bool
    aims: list[tuple[str, float, str, float, bool]] = field(default_factory=list)

    def reach(self, name: str, reached: float, aim: float, unit: str) -> None:
        """Note a figure that is to be at most an aim."""
        self.aims.append((name, reached, unit, aim, reached <= aim))
        print(f"{name}: {reached:.3f} {unit} (aim {aim})", flush=True)

    # -- in memory

    def lookups(self) -> None:
        """Look grants up: for one role, for two, and a clearance."""
        privacy, scope = Privacy.PERSON_NAME, Scope.PUBLISHED
        grants, number = default_grants(), 20_000 if self.quick else 1_000_000
        asked = {
            "grant lookup, one role": lambda: grants.scopes(("clerk",), "credit_record", "read"),
            "grant lookup, two roles": lambda: grants.scopes(("clerk", "reviewer"), "credit_record", "read"),
            "clearance lookup": lambda: grants.level(("clerk",), privacy, scope),
        }
        for name, ask in asked.items():
            seconds = min(timeit.repeat(ask, timer=time.process_time, number=number, repeat=5))
            self.reach(name, seconds / number * 1e6, LOOKUP_US, "us")

    def expansions(self) -> None:
        """Expand policies of three sizes."""
        for name, lines in (
            ("what ships", default_lines()),
            ("1,000 lines", many(1_000)),
            ("10,000 lines", many(10_000)),
        ):
            began = time.perf_counter()
            expand(1, lines)
            print(f"expansion of {name} ({len(lines)}): {time.perf_counter() - began:.2f} s", flush=True)

    # -- activation while requests go on

    async def activations(self, workers: ProcessPoolExecutor) -> None:
        """Activate versions of 1,000 lines by two officers, over HTTP, in the server process that answers others."""
        seconds, taken, ratios = (1.0 if self.quick else 1.5), list[float](), list[float]()
        with serving(self.folder, self.url, public_url=self.settings.public_url) as server:
            host, port = server.address
            request = _request(server.address, _QUESTION)

            def loaded() -> Awaitable[load.Result]:
                loop = asyncio.get_running_loop()
                return loop.run_in_executor(workers, load.http, server.address, [request], CONNECTIONS, seconds)

            async with httpx.AsyncClient(base_url=f"http://{host}:{port}", timeout=120) as http:
                officers = Officers(http, self.settings)
                await loaded()
                for number in range(1 if self.quick else ROUNDS):
                    version = await officers.approve(number, 1_000)
                    before, under_way = await loaded(), loaded()
                    await asyncio.sleep(seconds / 3)
                    began = time.perf_counter()
                    await officers.do(_ACTIVATE, SECOND, id=version)
                    taken.append(time.perf_counter() - began)
                    busy, after = await under_way, await loaded()
                    ratios.append(2 * busy.p50 / (before.p50 + after.p50))
                    print(
                        f"  p50 {before.p50:.2f} ms, meanwhile {busy.p50:.2f} ms, after it {after.p50:.2f} ms;"
                        f" p99 {before.p99:.2f}, {busy.p99:.2f}, {after.p99:.2f} ms; activation {taken[-1]:.2f} s"
                    )
                began = time.perf_counter()
                version = await officers.approve(0, 10_000)
                begun = time.perf_counter()
                await officers.do(_ACTIVATE, SECOND, id=version)
                print(
                    f"10,000 lines: {begun - began:.1f} s from draft to approval,"
                    f" {time.perf_counter() - begun:.1f} s to activate"
                )
        self.reach("activation of 1,000 lines, the longest", max(taken), ACTIVATION_S, "s")
        self.reach("p50 while it happens, times the quiet one", statistics.median(ratios), SLOWER, "x")

    # -- nothing under a revoked policy

    async def revocations(self) -> None:
        """Grant and revoke beside a second service; every request after a change must be answered under it."""
        service = assemble(self.settings, self.url)
        await service.callers.refresh()
        owner = await asyncpg.connect(self.url)
        token = _token(self.settings, next(one.sub for one in CALLERS if "credit_office" in one.roles))
        total, wrong, granted, others = 400 if self.quick else REQUESTS, 0, False, Counter[str]()
        for _ in range(total // EACH):
            granted = not granted
            lines = [*default_lines(), _GRANT] if granted else list(default_lines())
            await activate(owner, lines, "bench", system_clock())
            answers = [
                answer
                for _ in range(EACH // AT_ONCE)
                for answer in await asyncio.gather(*(send(service, _LOG, {}, token=token) for _ in range(AT_ONCE)))
            ]
            codes = [next((one["extensions"]["code"] for one in answer.get("errors", ())), None) for answer in answers]
            wrong += codes.count("FORBIDDEN" if granted else None)
            others.update(code for code in codes if code not in (None, "FORBIDDEN"))
        await owner.close()
        await service.database.close()
        if others:
            print(f"refused for other reasons: {dict(others)}")
        self.reach(f"of {total:,} requests, answered under a policy that had ended", wrong, 0, "")


@dataclass(frozen=True, slots=True)
class Officers:
    """Two officers, each with a token, over HTTP."""

    http: httpx.AsyncClient
    settings: Settings

    async def approve(self, number: int, size: int) -> str:
        """Take a version of so many lines, or a few more, from draft to approval; give its id. `number` makes it unlike others."""
        lines = [*default_lines(), *spare(max(size - len(default_lines()), 1) + number)]
        made = await self.do(_DRAFT, FIRST, text=write(lines))
        version: str = made["draftPolicyVersion"]["policyVersion"]["id"]
        await self.do(_PROPOSE, FIRST, id=version)
        await self.do(_APPROVE, SECOND, id=version)
        return version

    async def do(self, mutation: str, caller: str, /, **variables: Any) -> dict[str, Any]:
        """Send a mutation that must succeed; give its data."""
        response = await self.http.post(
            "/graphql",
            json={"query": mutation, "variables": variables},
            headers={"authorization": f"Bearer {_token(self.settings, caller)}"},
        )
        answer = response.json()
        if answer.get("errors"):
            raise RuntimeError(answer["errors"][0]["message"])
        data: dict[str, Any] = answer["data"]
        return data


def many(count: int) -> list[PolicyLine]:
    """Give a policy of unlike lines: roles of its own, each with cells picked at random."""
    cells = [(noun, action, scope.value) for noun, actions in ACTIONS.items() for action in actions for scope in Scope]
    dice, lines = random.Random(count), list[tuple[str, tuple[str, ...]]]()
    for number in range(max(10, count // 400)):
        role = f"bench_{number}"
        lines.append(("r", (role, "bench")))
        lines += [("p", (role, *cell)) for cell in dice.sample(cells, min(len(cells), count // max(10, count // 400)))]
    return [PolicyLine(number, *line) for number, line in enumerate(lines[:count], start=1)]


def spare(count: int) -> list[PolicyLine]:
    """Give lines that a policy may have beside those that ship, breaking no invariant: reading by a role nobody holds."""
    nouns = ["jurisdiction", "office", "catalogue_item", "credit_list", "working_day", "application_item"]
    cells = [
        (noun, "read", scope) for scope in ("any", "own_office", "own_jurisdiction", "own_bureau") for noun in nouns
    ]
    lines = list[tuple[str, tuple[str, ...]]]()
    for number in range(1 + count // (1 + len(cells))):
        lines += [("r", (f"bench_{number}", "bench")), *(("p", (f"bench_{number}", *cell)) for cell in cells)]
    return [PolicyLine(10_000 + number, *line) for number, line in enumerate(lines[:count])]


def _token(settings: Settings, sub: str) -> str:
    issuer = builtin_issuer(settings)
    assert issuer is not None
    return issuer.mint(sub, client_id="bench", lifetime=timedelta(hours=1), now=system_clock())


def _request(address: tuple[str, int], body: bytes) -> bytes:
    host = f"{address[0]}:{address[1]}"
    return (
        f"POST /graphql HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n"
        f"accept: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    ).encode() + body


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; give 1 when an aim was missed."""
    parser = argparse.ArgumentParser(prog="make bench-policy", description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="a part of it")
    parser.add_argument("--quick", action="store_true", help="only show that it runs")
    given = parser.parse_args(arguments)
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = load_settings({"RENXIN_DATA_DIR": name, "RENXIN_PUBLIC_URL": "http://renxin.bench"})
        with (
            EmbeddedPostgres(folder / "postgres") as postgres,
            ProcessPoolExecutor(1, mp_context=context, initializer=end_with_parent) as workers,
        ):
            asyncio.run(prepare(replace(settings, demo=True), postgres.url, now=system_clock(), tell=print))
            bench = Bench(folder, settings, postgres.url, given.quick)
            parts = [given.only] if given.only else PARTS
            if "lookups" in parts:
                bench.lookups()
                bench.expansions()
            if "revocations" in parts:
                asyncio.run(bench.revocations())
            if "activations" in parts:
                asyncio.run(bench.activations(workers))
    for name, reached, unit, aim, good in bench.aims:
        print(f"  {name:<58} {reached:8.3f} {unit:<2} aim {aim:6.2f}   {'reached' if good else 'missed'}")
    return 0 if given.quick or all(good for *_, good in bench.aims) else 1


if __name__ == "__main__":
    sys.exit(main())
