"""Run one PostgreSQL program for an owner process, and end it when the owner is gone.

Started by `api.postgres.supervised` as a program of its own (standard library only, its own session, so that the
Ctrl-C meant for the owner does not reach PostgreSQL). Three ways to notice that the owner is gone: the
pipe from the owner closes, the parent process changes, a signal arrives; then PostgreSQL is asked for a
fast shutdown. If this process itself is killed, the kernel asks PostgreSQL for it.

Refuses to run anything as uid 0, as PostgreSQL does: root is first mapped to an ordinary uid in a user
namespace (files stay root's, and folders of mode 0700 stay reachable), or, where namespaces are not
allowed, exchanged for an unprivileged account. Never changes a mode; changes an owner only inside the
given folder, and only for that account.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import pwd
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
UID_INSIDE = 1000
ACCOUNTS = ("postgres", "nobody")
LOOK_SECONDS = 1.0
FAST_SHUTDOWN_SECONDS = 30.0
IMMEDIATE_SHUTDOWN_SECONDS = 10.0
EXIT_REFUSED = 3


class Refused(Exception):
    """The program cannot be run here; the message says why and what to do."""


class Stop:
    """The three ways to notice that the program is to stop."""

    def __init__(self, owner: int, owner_pipe: int, wakeup: int) -> None:
        self._owner, self._owner_pipe, self._wakeup = owner, owner_pipe, wakeup

    def comes_within(self, seconds: float) -> bool:
        """Wait that long at most, or until a child ends; tell whether the owner is gone or a signal says to stop."""
        ready, _, _ = select.select([self._owner_pipe, self._wakeup], [], [], seconds)
        told = self._wakeup in ready and set(os.read(self._wakeup, 512)) != {signal.SIGCHLD}
        return told or self._owner_pipe in ready or os.getppid() != self._owner


def main(arguments: Sequence[str]) -> int:
    """Run the given program until it ends or the owner is gone; return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--owner-pipe", type=int, required=True)
    parser.add_argument("--keep-open", type=int, required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("program", nargs="+")
    given = parser.parse_args(arguments)
    stop = Stop(os.getppid(), given.owner_pipe, catch_signals())
    try:
        leave_root(given.home)
        check_reachable(given.home, Path(given.program[0]))
        return keep(given.program, stop, keep_open=given.keep_open)
    except (Refused, OSError) as refusal:
        print(f"renxin: {refusal}", file=sys.stderr, flush=True)
        return EXIT_REFUSED


def catch_signals() -> int:
    """Turn every signal that matters into a byte on a pipe; return the pipe's reading end."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    return reading


def leave_root(home: Path) -> None:
    """Stop being uid 0, in the way that keeps `home` usable."""
    if os.geteuid() != 0:
        return
    owner = home.stat().st_uid
    if owner == 0 and namespace_is_possible():
        enter_namespace()
    else:
        account = unprivileged_account() if owner == 0 else account_of(owner)
        hand_over(home, account)
        become(account)


def namespace_is_possible() -> bool:
    """Try a user namespace in a throw-away process: a failed attempt cannot be undone."""
    trial = os.fork()
    if trial == 0:
        try:
            enter_namespace()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(trial, 0)[1] == 0


def enter_namespace() -> None:
    """Map the present user to an ordinary uid in a new user namespace.

    Raises: OSError where the kernel or the container does not allow it.
    """
    uid, gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are not allowed")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{UID_INSIDE} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{UID_INSIDE} {gid} 1")


def unprivileged_account() -> pwd.struct_passwd:
    """Return the first account of `ACCOUNTS` that this machine has."""
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Refused("PostgreSQL refuses to run as root and there is no unprivileged account: run as a plain user")


def account_of(uid: int) -> pwd.struct_passwd:
    """Return the account with that uid.

    Raises: Refused where there is none.
    """
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise Refused(f"the data folder belongs to uid {uid}, which is no account of this machine") from None


def hand_over(home: Path, account: pwd.struct_passwd) -> None:
    """Make `account` the owner of `home` and of everything in it, also of what root has added since."""
    paths = [home, *(Path(folder, name) for folder, down, files in os.walk(home) for name in (*down, *files))]
    for path in paths:
        if path.lstat().st_uid != account.pw_uid:
            os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def become(account: pwd.struct_passwd) -> None:
    """Exchange root for `account`, for good."""
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def check_reachable(home: Path, program: Path) -> None:
    """Refuse, with the name of the account, where folders in between are closed to it.

    Raises: Refused.
    """
    for path, mode in ((home, os.W_OK | os.X_OK), (program, os.X_OK)):
        if not os.access(path, mode):
            raise Refused(
                f"PostgreSQL refuses to run as root, and uid {os.geteuid()}, as which it would run, cannot "
                f"reach {path}: run as a plain user, move the folder to where that uid may enter, or set "
                "RENXIN_DATABASE_URL to a server of your own"
            )


def start(program: Sequence[str], *, keep_open: int) -> subprocess.Popen[bytes]:
    """Start the program so that the kernel tells it to shut down fast when this process dies."""
    supervisor = os.getpid()
    libc = ctypes.CDLL(None, use_errno=True)

    def tie_to_supervisor() -> None:
        if sys.platform == "linux":
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
        if os.getppid() != supervisor:
            os._exit(EXIT_REFUSED)

    # One thread only, and the function above allocates nothing that a fork could leave locked.
    return subprocess.Popen(program, pass_fds=(keep_open,), preexec_fn=tie_to_supervisor)  # noqa: PLW1509


def keep(program: Sequence[str], stop: Stop, *, keep_open: int) -> int:
    """Run the program until it ends or is to stop; give its exit code."""
    child = start(program, keep_open=keep_open)
    while child.poll() is None:
        if stop.comes_within(LOOK_SECONDS):
            return shut_down(child)
    return child.returncode


def shut_down(child: subprocess.Popen[bytes]) -> int:
    """Ask for a fast shutdown, then insist."""
    steps = (
        (signal.SIGINT, FAST_SHUTDOWN_SECONDS),
        (signal.SIGQUIT, IMMEDIATE_SHUTDOWN_SECONDS),
        (signal.SIGKILL, IMMEDIATE_SHUTDOWN_SECONDS),
    )
    for number, patience in steps:
        child.send_signal(number)
        deadline = time.monotonic() + patience
        while child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        if child.poll() is not None:
            break
    return child.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
