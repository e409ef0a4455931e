"""The anchor: a file outside of the database to which every checkpoint is appended, and nothing else is done.

A database that has been rolled back or rewritten as a whole, even with the signing key, no longer agrees with
the file. It is only as good as its keeping: copy it to where the database's administrators cannot write, or
make it append-only there. A line that a crash has cut is written once more, whole, below.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.canonical import canonical, parse
from domain.ledger.checkpoint import Checkpoint

FILE_NAME: Final = "checkpoints.jsonl"
"""What the file is called in the service's data folder."""

_LINE_BYTES: Final = 65_536
"""No line is longer; a file without line ends is not read into memory."""


class AnchorUnreadable(Exception):
    """The end of the anchor says nothing; the message is its path."""


@dataclass(frozen=True, slots=True)
class Anchored:
    """A line of the file: a checkpoint's number, digest and signature."""

    number: int
    digest: str
    signature: str


@dataclass(frozen=True, slots=True)
class Damaged:
    """A line of the file that says nothing, by its number in the file."""

    line: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """The file of checkpoints."""

    path: Path

    def append(self, checkpoints: Iterable[Checkpoint]) -> None:
        """Append the checkpoints that the file lacks, and return when they are on the disk."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            last = self.last()
            lines = b"".join(_line(one) for one in checkpoints if last is None or one.id > last.number)
            _write_all(file, b"\n" + lines if _is_cut(file) else lines)
            os.fsync(file)
        finally:
            os.close(file)

    def size(self) -> int | None:
        """Give the length of the file in bytes; None when it is not there."""
        return self.path.stat().st_size if self.path.exists() else None

    def last(self) -> Anchored | None:
        """Give the last line that says something; None before the first.

        Raises: AnchorUnreadable when the end of the file says nothing.
        """
        size = self.size()
        if not size:
            return None
        with self.path.open("rb") as file:
            file.seek(max(0, size - _LINE_BYTES))
            tail = file.read()
        found = next((read for line in reversed(tail.split(b"\n")) if (read := _read(line))), None)
        if found is None and b"\n" in tail:
            raise AnchorUnreadable(str(self.path))
        return found

    def lines(self, size: int) -> Iterator[Anchored | Damaged]:
        """Read the first `size` bytes line by line; a cut line is passed over if it stands whole below."""
        cut: tuple[int, bytes] | None = None
        for number, line in enumerate(self._raw_lines(size), start=1):
            text = line.removesuffix(b"\n")
            if cut and not (cut[1] and text.startswith(cut[1])):
                yield Damaged(cut[0])
            read = _read(text)
            cut = (number, text) if read is None and line.endswith(b"\n") else None
            if read:
                yield read
        if cut:
            yield Damaged(cut[0])

    def _raw_lines(self, size: int) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            while size > 0 and (line := file.readline(min(size, _LINE_BYTES))):
                size -= len(line)
                yield line


def _line(checkpoint: Checkpoint) -> bytes:
    members = {"number": checkpoint.id, "digest": checkpoint.digest, "signature": checkpoint.signature}
    return canonical(members).encode() + b"\n"


def _read(line: bytes) -> Anchored | None:
    try:
        members = parse(line)
        read = Anchored(members["number"], members["digest"], members["signature"])
    except (ValueError, KeyError, TypeError):
        return None
    kinds = (type(read.number), type(read.digest), type(read.signature))
    return read if kinds == (int, str, str) and canonical(members).encode() == line else None


def _is_cut(file: int) -> bool:
    """Tell whether the last line lacks its end."""
    size = os.fstat(file).st_size
    return size > 0 and os.pread(file, 1, size - 1) != b"\n"


def _write_all(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]
