"""Make the virtual environment that Renxin runs in, then run a command in it.

In charge of `.venv`: made when it is missing, made anew when a lock file has changed or the folder has moved,
left alone otherwise. Uses the standard library only. Installs nothing whose hash is not in a lock file, and
builds nothing from source.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "renxin.json"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
PACKAGES = ("api", "domain", "authz")
PARALLEL = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
"""How the tests are run: file by file, since a file shares its databases, and in the order of `tests/conftest.py`; `-n 0`
runs them in one process."""
LINTS = (
    ("-m", "ruff", "check", "."),
    ("-m", "ruff", "format", "--check", "."),
    ("-m", "mypy", "."),
    ("-c", "import sys; from importlinter.cli import lint_imports_command as lint; sys.exit(lint())"),
)
BENCHES = {
    "bench": "tests.bench",
    "bench-gate": "tests.bench.gate",
    "bench-grades": "tests.bench.grades",
    "bench-intake": "tests.bench.intake",
    "bench-ledger": "tests.bench.ledger",
    "bench-peer": "tests.bench.peer",
    "bench-policy": "tests.bench.policy",
}
CLEANED = (
    ".venv",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
    "build",
)
HELP = """\
make …  (or python3 -m api …)

  run           start Renxin: makes .venv and an embedded PostgreSQL, migrates, serves
  test          run the tests; ARGS="-k words" for some of them
  lint          check style, types and import directions
  bench         measure requests per second beside pgbench
  bench-gate    measure what the gate withstands: documents, slow clients, overload
  bench-grades  grade a city of a million subjects beside a plain SQL aggregate; ARGS="--subjects 100000" to try it
  bench-intake  import a generated file beside a raw COPY of the same rows; ARGS="--rows 3326789" for the figure of 十堰
  bench-ledger  tamper with a ledger a thousand times; measure sealing and verifying
  bench-peer    measure requests per second beside another GraphQL server over the same database
  bench-policy  measure activations and lookups; revoke beside 10,000 requests
  lock          pin requirements*.in with hashes; ARGS=--upgrade for newer versions
  clean         remove .venv and caches; data in .renxin stays

python3 -m api also takes the commands of the `renxin` program:
  serve, worker, migrate, demo, import, token, who, verify-report, verify-ledger, export-ledger, adopt-ledger, reseal,
  policy, account, edition, rulebook
(after the first start: .venv/bin/renxin)
"""


class CannotPrepare(Exception):
    """The environment cannot be made; the message says why in one line."""


def main(arguments: Sequence[str]) -> int:
    """Run one command; those that are not in `COMMANDS` belong to `api.cli.main`."""
    name, rest = (arguments[0], list(arguments[1:])) if arguments else ("help", [])
    try:
        if name in COMMANDS:
            return COMMANDS[name](rest)
        return run_cli(list(arguments))
    except CannotPrepare as error:
        print(f"renxin: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def show_help(arguments: list[str]) -> int:
    """Print what one can do."""
    print(HELP, end="")
    return 0


def run(arguments: list[str]) -> int:
    """Serve."""
    return run_cli(["serve", *arguments])


def run_cli(arguments: list[str]) -> int:
    """Become the command-line program."""
    prepare("runtime")
    return become("-m", "api.cli.main", *arguments)


def test(arguments: list[str]) -> int:
    """Become pytest, in two processes with a PostgreSQL each unless the arguments say otherwise."""
    return develop("pytest", [*PARALLEL, *arguments])


def develop(module: str, arguments: list[str]) -> int:
    """Become a module that needs the development packages."""
    prepare("dev")
    os.chdir(ROOT)
    return become("-m", module, *arguments)


def lint(arguments: list[str]) -> int:
    """Run every check, also after one has failed."""
    prepare("dev")
    codes = [subprocess.run([str(PYTHON), *check], cwd=ROOT, check=False).returncode for check in LINTS]
    return int(any(codes))


def lock(arguments: list[str]) -> int:
    """Pin both requirement files; the second holds all of the first."""
    prepare("dev")
    options = ("--generate-hashes", "--strip-extras", "--allow-unsafe", "--no-annotate", "--quiet")
    silent = ("--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links", "--no-emit-options")
    environment = {**os.environ, "CUSTOM_COMPILE_COMMAND": "make lock"}
    for path in LOCKS.values():
        source = path.with_suffix(".in").name
        command = [
            str(PYTHON),
            "-m",
            "piptools",
            "compile",
            *options,
            *silent,
            *arguments,
            "-o",
            path.name,
            source,
        ]
        code = subprocess.run(command, cwd=ROOT, check=False, env=environment).returncode
        if code != 0:
            return code
    return 0


def clean(arguments: list[str]) -> int:
    """Remove what can be made again."""
    for name in CLEANED:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for package in (*PACKAGES, "migrations", "tests"):
        for cache in (ROOT / package).rglob("__pycache__"):
            shutil.rmtree(cache, ignore_errors=True)
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "help": show_help,
    "-h": show_help,
    "--help": show_help,
    "run": run,
    "test": test,
    "lint": lint,
    **{name: partial(develop, module) for name, module in BENCHES.items()},
    "lock": lock,
    "clean": clean,
}


def become(*arguments: str) -> int:
    """Replace this process by the environment's Python."""
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), *arguments])  # noqa: S606


def prepare(level: str) -> None:
    """Bring `.venv` to the state of the lock files; do nothing if it is there.

    Raises: CannotPrepare.
    """
    if is_current(level):
        return
    with folder_locked():
        if not is_current(level):
            build(level)


def is_current(level: str) -> bool:
    """Return whether `.venv` holds what the lock files say, for this place."""
    stamp = read_stamp()
    levels = ("runtime",) if level == "runtime" else ("runtime", "dev")
    return stamp.get("root") == str(ROOT) and all(stamp.get(each) == digest(each) for each in levels)


def read_stamp() -> dict[str, str]:
    """Return what the environment was made from; nothing if it is missing or half made."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and PYTHON.exists() else {}


def digest(level: str) -> str:
    """Return the SHA-256 of a lock file.

    Raises: CannotPrepare if it is missing.
    """
    try:
        return hashlib.sha256(LOCKS[level].read_bytes()).hexdigest()
    except FileNotFoundError:
        raise CannotPrepare(f"{LOCKS[level].name} is missing: this is no complete copy of Renxin.") from None


def build(level: str) -> None:
    """Make the environment; only the development packages are added to one that is there.

    A changed lock means a new environment: a package that is no longer wanted must not stay behind.
    """
    stamp = read_stamp()
    if not (level == "dev" and "dev" not in stamp and is_current("runtime")):
        make_venv()
        stamp = {"root": str(ROOT), "runtime": digest("runtime")}
    STAMP.unlink(missing_ok=True)
    install(LOCKS[level])
    write_launcher()
    if level == "dev":
        stamp["dev"] = digest("dev")
    STAMP.write_text(json.dumps(stamp))


def make_venv() -> None:
    """Make an empty environment in place of whatever is there."""
    if importlib.util.find_spec("ensurepip") is None:
        major, minor = sys.version_info[:2]
        raise CannotPrepare(
            f"this Python has no ensurepip: install the package python{major}.{minor}-venv and try again."
        )
    say("making .venv (once)")
    run_quietly([sys.executable, "-m", "venv", "--clear", str(VENV)], "the virtual environment cannot be made")


def install(lock_file: Path) -> None:
    """Install exactly what the lock file lists."""
    say(f"installing {lock_file.name} into .venv (once; up to a few minutes)")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    run_quietly(
        [*pip, "--only-binary=:all:", "--require-hashes", "-r", str(lock_file)],
        "the packages cannot be installed",
    )


def write_launcher() -> None:
    """Let the environment find this folder's packages, and give it the `renxin` program.

    The program is a shell script: a path in a first line `#!…` must be short and without spaces.
    """
    site_packages = next((VENV / "lib").glob("python*/site-packages"))
    (site_packages / "renxin.pth").write_text(f"{ROOT}\n")
    launcher = VENV / "bin" / "renxin"
    launcher.write_text(f"""#!/bin/sh\nexec "{PYTHON}" -m api.cli.main "$@"\n""")
    launcher.chmod(launcher.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def run_quietly(command: list[str], failure: str) -> None:
    """Run a command; show what it said only if it fails.

    Raises: CannotPrepare.
    """
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr, end="")
        raise CannotPrepare(f"{failure} (see above).")


@contextmanager
def folder_locked() -> Iterator[None]:
    """Keep a second `make` on the same folder waiting."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def say(message: str) -> None:
    """Tell what takes time, on the error stream: the standard output belongs to the command."""
    print(f"renxin: {message}", file=sys.stderr, flush=True)
