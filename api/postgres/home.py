"""The folder of the embedded PostgreSQL: its lock, passwords, port, log and socket path.

Refuses a folder that another living process uses. Secrets are files of mode 0600 that appear whole or not at
all. Changes no mode of any folder that it did not make.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

LOOPBACK = "127.0.0.1"
SOCKET_PATH_BYTES = 107
LOG_BYTES = 10_000_000
PREDECESSOR_SECONDS = 60.0


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot run; the message says why and what to do."""


class PostgresHome:
    """One folder; `cluster` in it holds PostgreSQL's own files."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.cluster = self.path / "cluster"
        self.log = self.path / "postgres.log"
        self.socket_dir = self.path / "socket"

    def make(self) -> None:
        """Make the folder, closed to other accounts, unless it is there."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)

    def take_lock(self) -> int:
        """Lock the folder; wait for a server whose owner has died or let go of it to shut down first.

        The server inherits the lock, so holding it proves that no server of ours is left on the folder.

        Raises: EmbeddedPostgresError if a living process holds it.
        """
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + PREDECESSOR_SECONDS
        while not _try_lock(lock):
            holder = os.pread(lock, 20, 0).decode().strip()
            if is_alive(holder) or time.monotonic() > deadline:
                os.close(lock)
                raise EmbeddedPostgresError(
                    f"The folder {self.path} is in use by process {holder or 'unknown'}: wait until its server answers, "
                    "stop it, or choose another folder with RENXIN_DATA_DIR."
                )
            time.sleep(0.02)
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        return lock

    def is_held(self) -> bool:
        """Tell whether a living process holds the folder."""
        try:
            lock = os.open(self.path / "lock", os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            return not _try_lock(lock) and is_alive(os.pread(lock, 20, 0).decode().strip())
        finally:
            os.close(lock)

    def release_lock(self, lock: int) -> None:
        """Give the lock up, naming nobody: what is left of a killed server may hold it for a moment longer."""
        os.ftruncate(lock, 0)
        os.close(lock)

    def clear_leftovers(self) -> None:
        """Remove the lock files of a killed server, so that a stranger with its old pid is not taken for it.

        Raises: EmbeddedPostgresError if a server that somebody started by hand runs on the cluster.
        """
        pid_file = self.cluster / "postmaster.pid"
        if pid_file.exists():
            pid = pid_file.read_text().split("\n", 1)[0]
            with suppress(OSError):
                if Path(f"/proc/{pid}/cwd").samefile(self.cluster):
                    raise EmbeddedPostgresError(
                        f"A PostgreSQL server that Renxin did not start (process {pid}) runs on "
                        f"{self.cluster}: stop it first."
                    )
            pid_file.unlink()
        for leftover in self.socket_dir.iterdir():
            leftover.unlink()

    def server_is_ready(self) -> bool:
        """Return whether the server says so: the eighth line of its pid file is its state."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def make_password(self, user: str) -> None:
        """Make a random password and keep it."""
        self._replace(f"{user}.password", secrets.token_urlsafe(24))

    def password_file(self, user: str) -> Path:
        """Return where the user's password is kept."""
        return self.path / f"{user}.password"

    def password(self, user: str) -> str:
        """Return the password that was kept.

        Raises: EmbeddedPostgresError if its file is gone.
        """
        path = self.password_file(user)
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            raise EmbeddedPostgresError(
                f"The file {path} is missing: restore it, or move {self.path} away to begin anew."
            ) from None

    def kept_port(self) -> int | None:
        """Return the port of the last start, if there was one."""
        with suppress(OSError, ValueError):
            return int((self.path / "port").read_text())
        return None

    def choose_port(self) -> int:
        """Return the port of the last start if it is free, else another free one, and keep it."""
        with suppress(FileNotFoundError, ValueError):
            kept = int((self.path / "port").read_text())
            if port_is_free(kept):
                return kept
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port: int = probe.getsockname()[1]
        self._replace("port", str(port))
        return port

    def usable_socket_dir(self, port: int) -> Path | None:
        """Return the folder for the Unix socket; None where its path exceeds what the kernel takes."""
        longest = os.fsencode(self.socket_dir / f".s.PGSQL.{port}.lock")
        return self.socket_dir if len(longest) <= SOCKET_PATH_BYTES else None

    def open_log(self) -> IO[bytes]:
        """Open the log for appending; begin a new one when it has grown large."""
        with suppress(FileNotFoundError):
            if self.log.stat().st_size > LOG_BYTES:
                self.log.replace(self.log.with_suffix(".log.1"))
        return os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")

    def log_since(self, position: int) -> str:
        """Return what was logged after `position` bytes."""
        with self.log.open("rb") as log:
            log.seek(position)
            return log.read().decode(errors="replace")

    def _replace(self, name: str, text: str) -> None:
        fresh = self.path / f"{name}.new"
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path / name)


def is_alive(pid: str) -> bool:
    """Return whether a process of that id runs; one that has ended but was not waited for does not."""
    if not pid.isascii() or not pid.isdigit():
        return False
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def port_is_free(port: int) -> bool:
    """Return whether a server could listen on that loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except (OSError, OverflowError):
            return False
    return True


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
