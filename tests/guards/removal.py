"""Taking guards out, one at a time, and running the tests that must fail then.

In charge of the server that the runs share, of a process for all guards with tests in the same file, and of what
became of each. What cannot be taken out of a loaded process is taken out of a copy of the tree, which is loaded anew; nothing
is taken out in place. There a test counts as failed only where the same tests, run in the same way in the whole tree, pass.
A guard without which no test failed is a survivor; one whose run broke says nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import TextIO

from api.postgres.server import EmbeddedPostgres
from tests.guards import preparation, session
from tests.guards.guard import ROOT, Cut, Guard
from tests.guards.keeping import tidy

SECONDS = 300.0
"""How long a guard is waited for."""
_FAST = {"shared_buffers": "64MB", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".renxin*", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a guard: killed, survived or broken, and the first test that failed."""

    guard: Guard
    verdict: str
    test: str
    seconds: float


@dataclass(slots=True)
class Ground:
    """A copy of the tree and a server with databases made by all of it."""

    tree: Path
    folder: Path
    whole: dict[tuple[str, ...], session.Told] = field(default_factory=dict)
    """By the tests that were run in the whole tree, what became of them there."""

    def judge(self, chosen: Sequence[Guard]) -> Iterator[Outcome]:
        """Judge guards by the first file of their tests, those that survive by the next one, and so on."""
        left = {guard.name: list(_by_file(guard)) for guard in chosen}
        known = {guard.name: guard for guard in chosen}
        while left:
            asked = [parts.pop(0) for parts in left.values()]
            for outcome in self._by_files(asked):
                name = outcome.guard.name
                if outcome.verdict != session.SURVIVED or not left[name]:
                    del left[name]
                    yield replace(outcome, guard=known[name])

    def _by_files(self, asked: Sequence[Guard]) -> Iterator[Outcome]:
        """Judge guards that name tests of one file each, those of the same file together."""
        for _, each in groupby(sorted(asked, key=file_of), key=file_of):
            waiting = {guard.name: guard for guard in each}
            while waiting:
                anew = []
                for told in self._forked(list(waiting.values())):
                    guard = waiting.pop(told.name)
                    if told.verdict == session.ANEW and guard.cuts:
                        anew.append(guard)
                    else:
                        verdict = session.BROKEN if told.verdict == session.ANEW else told.verdict
                        yield Outcome(guard, verdict, told.test, told.seconds)
                yield from map(self._anew, anew)

    def prepare(self) -> None:
        """Make the databases by code with all its guards."""
        done = self._pytest("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.guards.preparation", _FILLING)
        if done.returncode != 0:
            raise RuntimeError(f"the databases could not be made: {done.stdout}{done.stderr}")

    def _forked(self, asked: Sequence[Guard]) -> Iterator[session.Told]:
        """Judge guards in a process forked from this one; where it ends before its time, the next one is to blame."""
        said, left, told = self.folder / "said", [guard.name for guard in asked], None
        with said.open("w") as file, said.open() as output:
            child = os.fork()
            if child == 0:
                _be_the_child(asked, file.fileno())
            for line in _lines(child, output):
                if heard := session.heard(line):
                    left.remove(heard.name)
                    told = heard
                    yield heard
        asyncio.run(tidy())
        is_spoiled = told is not None and told.verdict == session.ANEW and told.test
        if left and not is_spoiled:
            yield session.Told(left[0], session.ANEW)

    def _anew(self, guard: Guard) -> Outcome:
        begun = time.monotonic()
        with self._without(guard.cuts):
            told = self._loaded_anew(guard)
        if told.verdict == session.KILLED and (beside := self._in_the_whole_tree(guard)).verdict != session.SURVIVED:
            told = session.Told(guard.name, session.BROKEN, f"with the guard as well {beside.verdict}: {beside.test}")
        return Outcome(guard, told.verdict, told.test, round(time.monotonic() - begun, 1))

    def _in_the_whole_tree(self, guard: Guard) -> session.Told:
        """Tell what becomes of a guard's tests where nothing is taken out, once for the same tests."""
        if guard.tests not in self.whole:
            self.whole[guard.tests] = self._loaded_anew(guard)
        return self.whole[guard.tests]

    def _loaded_anew(self, guard: Guard) -> session.Told:
        """Run a guard's tests, until one fails, in a process that loads the tree as it is."""
        try:
            done = self._pytest("-m", "tests.guards.session", guard.name, *guard.tests)
        except subprocess.TimeoutExpired:
            return session.Told(guard.name, session.BROKEN, f"no answer in {SECONDS:.0f} s")
        finally:
            asyncio.run(tidy())
        told = [one for line in done.stdout.splitlines() if (one := session.heard(line))]
        return told[0] if told else session.Told(guard.name, session.BROKEN, (done.stdout + done.stderr)[-200:].strip())

    def _pytest(self, *command: str) -> subprocess.CompletedProcess[str]:
        place = {"PYTHONPATH": str(self.tree), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            [sys.executable, *command], cwd=self.tree, env={**os.environ, **place}, capture_output=True, text=True,
            timeout=SECONDS, check=False,
        )  # fmt: skip

    @contextmanager
    def _without(self, cuts: Sequence[Cut]) -> Iterator[None]:
        before = {cut.file: (self.tree / cut.file).read_text("utf-8") for cut in cuts}
        after = dict(before)
        for cut in cuts:
            after[cut.file] = after[cut.file].replace(cut.text, cut.without, 1)
        try:
            for name, text in after.items():
                (self.tree / name).write_text(text, "utf-8")
            yield
        finally:
            for name, text in before.items():
                (self.tree / name).write_text(text, "utf-8")


_FILLING = "tests/guards/filling.py"


def _made_of() -> str:
    """Give a digest of what the databases are made of."""
    found = [*ROOT.glob("migrations/versions/*.py"), *ROOT.glob("domain/rulebooks/*.toml"), *ROOT.glob("api/demo/*")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(found) if path.is_file())).hexdigest()


def file_of(guard: Guard) -> str:
    """Give the file of the first test of a guard."""
    return guard.tests[0].partition("::")[0]


def _by_file(guard: Guard) -> Iterator[Guard]:
    """Give the guard once for each file of its tests, with those alone, in the order in which they are named."""
    for file in dict.fromkeys(test.partition("::")[0] for test in guard.tests):
        yield replace(guard, tests=tuple(test for test in guard.tests if test.partition("::")[0] == file))


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """Copy the tree into a folder and make the databases there, unless they are there from another time."""
    tree, mark, made_of = folder / "tree", folder / "made-of", _made_of()
    if not mark.exists() or mark.read_text() != made_of:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(ROOT, tree, ignore=_LEFT_OUT)
    os.environ[preparation.VARIABLE] = str(folder)
    with EmbeddedPostgres(folder / "postgres", options=_FAST) as server:
        addresses = {"url": server.url, "superuser_url": server.superuser_url, "log_path": str(server.log_path)}
        (folder / preparation.SERVER).write_text(json.dumps(addresses))
        asyncio.run(tidy())  # a run that was broken off leaves its databases
        made = Ground(tree, folder)
        if not mark.exists():
            made.prepare()
            mark.write_text(made_of)
        yield made


def _be_the_child(asked: Sequence[Guard], output: int) -> None:
    """Judge guards in this process, and end it."""
    try:
        os.dup2(output, 1)
        os.dup2(output, 2)
        session.judge(asked)
    finally:
        os._exit(0)


def _lines(child: int, output: TextIO) -> Iterator[str]:
    """Give the lines that a process writes until it ends; end it when it says nothing for too long."""
    until, begun = time.monotonic() + SECONDS, ""
    while True:
        is_over = bool(os.waitpid(child, os.WNOHANG)[0])
        *whole, begun = (begun + output.read()).split("\n")
        yield from whole
        if is_over:
            return
        if whole:
            until = time.monotonic() + SECONDS
        if time.monotonic() > until:
            os.kill(child, 9)
        time.sleep(0.1)
