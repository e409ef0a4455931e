"""The anchor: a file outside of the database to which every checkpoint is appended, and nothing else is done.

A database that has been rolled back or rewritten as a whole, even with the signing key, no longer agrees with
the file. It is only as good as its keeping: copy it to where the database's administrators cannot write, or
make it append-only there. A line that a crash has cut is written once more, whole, below.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.canonical import canonical, parse
from domain.checkpoint import Checkpoint

_LINE_BYTES: Final = 65_536
"""No line is longer; a file without line ends is not read into memory."""


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
        """Append checkpoints and return when they are on the disk."""
        lines = b"".join(_line(one) for one in checkpoints)
        file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":
                lines = b"\n" + lines
            _write_all(file, lines)
            os.fsync(file)
        finally:
            os.close(file)

    def size(self) -> int | None:
        """Give the length of the file in bytes; None when it is not there."""
        return self.path.stat().st_size if self.path.exists() else None

    def last(self) -> Anchored | None:
        """Give the last line that says something."""
        size = self.size()
        if not size:
            return None
        with self.path.open("rb") as file:
            file.seek(max(0, size - _LINE_BYTES))
            tail = file.read().split(b"\n")
        return next((read for line in reversed(tail) if (read := _read(line))), None)

    def lines(self, size: int) -> Iterator[Anchored | Damaged]:
        """Read the first `size` bytes line by line; a cut line that stands whole below it is passed over."""
        cut: tuple[int, bytes] | None = None
        for number, line in enumerate(self._raw_lines(size), start=1):
            if cut and not line.startswith(cut[1]):
                yield Damaged(cut[0])
            read = _read(line)
            cut = None if read else (number, line)
            if read:
                yield read
        if cut and cut[1]:
            yield Damaged(cut[0])

    def _raw_lines(self, size: int) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            while size > 0 and (line := file.readline(min(size, _LINE_BYTES))):
                size -= len(line)
                yield line.removesuffix(b"\n")


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


def _write_all(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]
