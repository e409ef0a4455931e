"""The embedded PostgreSQL: safe defaults, recovery, and no server that outlives its owner."""

from __future__ import annotations

import asyncio
import os
import pwd
import re
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.config.settings import load_settings
from api.postgres import supervisor as postgres_supervisor
from api.postgres.address import database
from api.postgres.home import EmbeddedPostgresError, PostgresHome
from api.postgres.memory import shared_buffers
from api.postgres.server import OPTIONS, EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[2]
SMALL = {"shared_buffers": "16MB"}
END_SECONDS = 60.0
OWNER = """
import signal
import sys
from pathlib import Path
from api.postgres.server import EmbeddedPostgres
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell begins jobs in the background without it
server = EmbeddedPostgres(Path(sys.argv[1]), options={"shared_buffers": "16MB"})
server.start()
print("ready", flush=True)
sys.stdin.read()
server.stop()
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to stop being root")


@pytest.fixture(scope="module")
def home(memory: Path) -> Path:
    """A folder with a cluster that no server runs on, inside a folder closed to others."""
    closed = memory / "closed"
    closed.mkdir(mode=0o700)
    with EmbeddedPostgres(closed / "data" / "postgres", options=SMALL):
        pass
    return closed / "data" / "postgres"


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(home, options=SMALL) as running:
        yield running


@pytest.fixture
def owner(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that owns a running server; its standard input keeps it running."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate()


def ask(url: str, statement: str, *values: object) -> Any:
    async def run() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement, *values)
        finally:
            await connection.close()

    return asyncio.run(run())


def postmaster(home: Path) -> int:
    return int((home / "cluster" / "postmaster.pid").read_text().split("\n", 1)[0])


def processes_of(home: Path) -> list[int]:
    """Every process that works in the cluster's folder or was started on it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if str(home) in (entry / "cmdline").read_text() or (entry / "cwd").samefile(home / "cluster"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def wait_for_end(handles: list[int]) -> bool:
    """Return whether all processes ended in time."""
    for handle in handles:
        ended, _, _ = select.select([handle], [], [], END_SECONDS)
        os.close(handle)
        if not ended:
            return False
    return True


def another_is_ready(home: Path, ended: int) -> bool:
    """Return whether another server than the one that ended became ready in time."""

    def is_ready() -> bool:
        with suppress(OSError, ValueError):  # its lock file goes, and is written anew
            return PostgresHome(home).server_is_ready() and postmaster(home) != ended
        return False

    return happens_in_time(is_ready)


def happens_in_time(condition: Callable[[], bool]) -> bool:
    """Return whether something that other processes do came about in time."""
    deadline = time.monotonic() + END_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_second_start_finds_the_same_address_and_the_data(home: Path) -> None:
    with EmbeddedPostgres(home, options=SMALL) as first:
        url = first.url
        ask(url, "CREATE TABLE kept AS SELECT 7 AS n")
    with EmbeddedPostgres(home, options=SMALL) as second:
        assert second.url == url
        assert ask(second.url, "SELECT n FROM kept") == 7
        ask(second.url, "DROP TABLE kept")


def test_the_owner_is_no_superuser_yet_can_migrate(server: EmbeddedPostgres) -> None:
    assert ask(server.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert ask(server.url, "SELECT current_user::text") == "renxin"
    ask(server.url, "CREATE ROLE ground_test")
    ask(server.url, "DROP ROLE ground_test")
    ask(server.url, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    assert len(ask(server.url, "SELECT show_trgm('信用厦门')")) == 5, "the locale hides Chinese from pg_trgm"


def test_the_locale_is_builtin_utf8(server: EmbeddedPostgres) -> None:
    row = ask(
        server.url,
        "SELECT ARRAY[datlocprovider::text, datlocale, pg_encoding_to_char(encoding)] FROM pg_database"
        " WHERE datname = current_database()",
    )
    assert row == ["b", "C.UTF-8", "UTF8"]


def test_passwords_are_scram_random_and_required(server: EmbeddedPostgres, home: Path) -> None:
    hashes = ask(server.superuser_url, "SELECT array_agg(left(rolpassword, 14)) FROM pg_authid WHERE rolcanlogin")
    assert hashes == ["SCRAM-SHA-256$"] * 2
    methods = ask(server.superuser_url, "SELECT array_agg(DISTINCT auth_method) FROM pg_hba_file_rules")
    assert methods == ["scram-sha-256"]
    files = list(home.glob("*.password"))
    assert len({path.read_text() for path in files}) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    with pytest.raises(asyncpg.InvalidPasswordError):
        ask(server.url.replace("renxin:", "renxin:x"), "SELECT 1")


@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit", "data_checksums"])
def test_an_acknowledged_write_survives_a_power_cut(server: EmbeddedPostgres, name: str) -> None:
    assert ask(server.url, "SELECT current_setting($1)", name) == "on"


def test_the_server_listens_on_this_machine_only(server: EmbeddedPostgres) -> None:
    assert ask(server.url, "SELECT current_setting('listen_addresses')") == "127.0.0.1"
    if server.socket_url is not None:
        assert ask(server.socket_url, "SELECT inet_server_addr() IS NULL") is True


def test_the_log_holds_no_values_of_statements(server: EmbeddedPostgres) -> None:
    for statement in ("SELECT $1::text::date", "SELECT 1 / ($1::text = '')::int"):
        with pytest.raises(asyncpg.PostgresError):
            ask(server.url, statement, "张三 350200199001011234")
    with pytest.raises(asyncpg.PostgresError):
        ask(server.url, "SELECT '350200199001011234'::uuid")
    log = server.log_path.read_text()
    assert "350200199001011234" not in log
    assert server.url.split(":")[2].split("@")[0] not in log


def test_folders_above_keep_their_modes(home: Path) -> None:
    above = [home.parent, *home.parent.parents]
    before = [path.stat().st_mode for path in above]
    with EmbeddedPostgres(home, options=SMALL):
        pass
    assert [path.stat().st_mode for path in above] == before
    assert stat.S_IMODE(home.parent.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_postgres_outlives_its_owner(owner: subprocess.Popen[str], home: Path, number: int) -> None:
    handles = [os.pidfd_open(pid) for pid in processes_of(home)]
    assert len(handles) > 3, "owner, supervisor, postmaster and its workers"
    os.killpg(owner.pid, number)
    assert wait_for_end(handles)
    assert processes_of(home) == []


def supervisor_of(owner: subprocess.Popen[str]) -> int:
    """Find the one process that the owner's threads have started and that still runs."""
    started = [path.read_text().split() for path in Path(f"/proc/{owner.pid}/task").glob("*/children")]
    (supervisor,) = [int(pid) for pids in started for pid in pids]
    return supervisor


def test_no_postgres_outlives_its_supervisor_and_both_are_there_again(owner: subprocess.Popen[str], home: Path) -> None:
    killed = postmaster(home)
    server = os.pidfd_open(killed)
    log = home / "postgres.log"
    told_before = log.stat().st_size
    os.kill(supervisor_of(owner), signal.SIGKILL)
    assert wait_for_end([server])
    assert "database system is shut down" in log.read_text()[told_before:], "not a crash"
    assert another_is_ready(home, killed)
    ends_with_its_owner(owner, home)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_server_that_ends_unasked_is_there_again_and_still_ends_with_its_owner(
    owner: subprocess.Popen[str], home: Path, number: int
) -> None:
    url = EmbeddedPostgres(home).running_url()
    assert url is not None
    ask(url, "CREATE TABLE before_the_end AS SELECT 7 AS n")
    for _ in range(2):
        stopped = postmaster(home)
        handle = os.pidfd_open(stopped)
        os.kill(stopped, number)
        assert wait_for_end([handle])
        assert another_is_ready(home, stopped)
        assert ask(url, "SELECT n FROM before_the_end") == 7
    ask(url, "DROP TABLE before_the_end")
    ends_with_its_owner(owner, home)


def test_a_server_that_cannot_recover_is_there_again_as_soon_as_it_can(
    owner: subprocess.Popen[str], home: Path
) -> None:
    """As when its disk is full: it ends with an error until there is room."""
    needed, taken, log = home / "cluster" / "global" / "pg_control", home / "taken", home / "postgres.log"
    told_before = log.stat().st_size
    killed = postmaster(home)
    needed.rename(taken)
    try:
        os.kill(killed, signal.SIGKILL)
        assert happens_in_time(lambda: log.read_text()[told_before:].count(needed.name) >= 2)
    finally:
        taken.rename(needed)
    assert another_is_ready(home, killed)
    ends_with_its_owner(owner, home)


def ends_with_its_owner(owner: subprocess.Popen[str], home: Path) -> None:
    """Kill the owner, and see that nothing is left running."""
    handles = [os.pidfd_open(pid) for pid in processes_of(home)]
    os.killpg(owner.pid, signal.SIGKILL)
    assert wait_for_end(handles)
    assert processes_of(home) == []


def test_ctrl_c_reaches_the_owner_and_not_postgres(owner: subprocess.Popen[str], home: Path) -> None:
    assert os.getpgid(owner.pid) != os.getpgid(postmaster(home))


def test_a_start_after_a_crash_recovers(owner: subprocess.Popen[str], home: Path) -> None:
    pids = [owner.pid, *processes_of(home)]
    handles = [os.pidfd_open(pid) for pid in pids]
    for handle in handles:
        with suppress(ProcessLookupError):  # some end with the one before
            signal.pidfd_send_signal(handle, signal.SIGKILL)
    assert wait_for_end(handles)
    assert (home / "cluster" / "postmaster.pid").exists(), "a crash leaves it"
    (home / "cluster" / "postmaster.pid").write_text(f"{os.getpid()}\n/elsewhere\n0\n1\n\n\n0\nready\n")
    with EmbeddedPostgres(home, options=SMALL) as server:
        assert ask(server.url, "SELECT 1") == 1


def test_a_second_process_is_told_who_uses_the_folder(owner: subprocess.Popen[str], home: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match=f"in use by process {owner.pid}:"):
        EmbeddedPostgres(home).start()
    assert owner.poll() is None
    assert processes_of(home), "the refusal does not disturb the server that runs"


def test_a_command_waits_for_a_server_that_recovers_under_another_process(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(load_settings({}), data_dir=home.parent)
    assert settings.postgres_dir == home
    waited: list[float] = []
    with EmbeddedPostgres(home, options=SMALL), monkeypatch.context() as patched:
        ready = PostgresHome.server_is_ready
        patched.setattr(PostgresHome, "server_is_ready", lambda self: len(waited) > 2 and ready(self))
        patched.setattr("api.postgres.server.time.sleep", waited.append)
        with database(settings) as url:
            assert ask(url, "SELECT 1") == 1
    assert len(waited) == 3
    assert not PostgresHome(home).is_held()


def test_a_command_makes_no_database_in_another_folder(tmp_path: Path) -> None:
    settings = replace(load_settings({}), data_dir=tmp_path)
    with pytest.raises(EmbeddedPostgresError, match="There is none in"), database(settings):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_start_waits_for_what_is_left_of_the_server_stopped_before(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedPostgres(home, options=SMALL) as server:
        assert server._lock is not None
        command = (sys.executable, "-c", "input()")
        left = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, pass_fds=(server._lock,))

    def end_it(_: float) -> None:
        left.kill()
        left.wait()

    with monkeypatch.context() as patched:
        patched.setattr("api.postgres.home.time.sleep", end_it)
        lock = PostgresHome(home).take_lock()
    assert left.returncode == -signal.SIGKILL, "the lock was waited for"
    os.close(lock)
    left.communicate()


def test_an_interrupted_first_start_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "cluster.new" / "base").mkdir(parents=True)
    with EmbeddedPostgres(tmp_path, options=SMALL) as server:
        assert ask(server.url, "SELECT 1") == 1
    assert not (tmp_path / "cluster.new").exists()


def test_another_port_is_taken_where_the_last_one_is_in_use(home: Path, tmp_path: Path) -> None:
    with EmbeddedPostgres(home, options=SMALL) as first:
        (tmp_path / "port").write_text((home / "port").read_text())
        assert PostgresHome(tmp_path).choose_port() != int((home / "port").read_text())
        assert ask(first.url, "SELECT 1") == 1


def test_a_path_too_long_for_a_socket_is_served_over_tcp_alone(tmp_path: Path) -> None:
    assert PostgresHome(Path("/short")).usable_socket_dir(54321) == Path("/short/socket")
    assert PostgresHome(Path("/" + "long" * 24)).usable_socket_dir(54321) is None


def test_a_refused_option_is_explained(home: Path) -> None:
    server = EmbeddedPostgres(home, options={"shared_buffers": "much"})
    with pytest.raises(EmbeddedPostgresError, match="shared_buffers"):
        server.start()
    with EmbeddedPostgres(home, options=SMALL) as again:
        assert ask(again.url, "SELECT 1") == 1


@pytest.mark.parametrize(
    ("limit", "kept"),
    [("268435456", "128MB"), ("4294967296", "512MB"), ("9223372036854775807", None), ("max", None), ("", None)],
)
def test_pages_are_kept_in_an_eighth_of_the_memory_of_the_container_or_machine(
    tmp_path: Path, limit: str, kept: str | None
) -> None:
    told = tmp_path / "memory.max"
    told.write_text(f"{limit}\n")
    assert shared_buffers(told) == (kept or shared_buffers(tmp_path / "no container"))
    assert 128 <= int(shared_buffers(told).removesuffix("MB")) <= 1_024


def test_a_database_of_its_own_is_tuned_as_the_embedded_one() -> None:
    told = dict(re.findall(r"^ +- --(\w+)=(\S+)$", (ROOT / "compose.yaml").read_text(encoding="utf-8"), re.MULTILINE))
    assert told.pop("shared_buffers") == "256MB"
    assert told.items() <= OPTIONS.items()
    assert {name for name in OPTIONS if name.startswith("log_")} - told.keys() == {"log_checkpoints"}, (
        "no value is logged"
    )


def test_a_lost_password_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match=r"renxin\.password"):
        PostgresHome(tmp_path).password("renxin")


def supervise(home: Path, *program: str, prelude: str = "") -> subprocess.CompletedProcess[str]:
    """Run the supervisor as `api.postgres.server` does, with a patch in front."""
    reading, writing = os.pipe()
    source = f"import sys\nimport api.postgres.supervisor as s\n{prelude}\nsys.exit(s.main(sys.argv[1:]))"
    arguments = [f"--owner-pipe={reading}", f"--keep-open={reading}", f"--home={home}", "--", *program]
    try:
        return subprocess.run(
            [sys.executable, "-c", source, *arguments],
            capture_output=True,
            text=True,
            cwd=ROOT,
            pass_fds=(reading,),
            check=False,
        )
    finally:
        os.close(reading)
        os.close(writing)


NO_NAMESPACES = "s.namespace_is_possible = lambda: False"


@as_root
def test_root_becomes_an_ordinary_uid_and_keeps_its_files(tmp_path: Path) -> None:
    if not postgres_supervisor.namespace_is_possible():
        pytest.skip("this machine allows no user namespaces")
    done = supervise(tmp_path, "/usr/bin/id", "-u")
    assert done.stdout.strip() == str(postgres_supervisor.UID_INSIDE)
    assert tmp_path.stat().st_uid == 0


@as_root
def test_root_without_namespaces_becomes_an_unprivileged_account() -> None:
    account = postgres_supervisor.unprivileged_account()
    home = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    try:
        done = supervise(home, "/usr/bin/id", "-u", prelude=NO_NAMESPACES)
        assert pwd.getpwuid(int(done.stdout)).pw_name == account.pw_name
        assert home.stat().st_uid == account.pw_uid
        again = supervise(home, "/usr/bin/id", "-u")
        assert again.stdout == done.stdout, "the folder's owner is kept"
    finally:
        home.rmdir()


@as_root
def test_a_folder_that_the_account_cannot_reach_is_refused_in_words(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "home").mkdir()
    done = supervise(closed / "home", "/usr/bin/id", prelude=NO_NAMESPACES)
    assert done.returncode == postgres_supervisor.EXIT_REFUSED
    assert f"cannot reach {closed / 'home'}" in done.stderr
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
