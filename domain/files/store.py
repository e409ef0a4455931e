"""The bytes of attachments: a folder of files named by their digest, apart from the rows of the database.

A file is written beside its place, synced, moved there, and the folder synced, all before its row is committed:
a row never names bytes that could be lost. What no row names is swept: first set aside, and deleted a day later
if still no row names it, so that an upload under way at that moment loses nothing. Refuses to give bytes whose
digest is no longer their name.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from domain.errors import DomainError

KEPT_SECONDS: Final = 86_400
"""How long a file that no row names stays in its place, and then aside, before it is gone."""

_STEP: Final = 1 << 20
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class StorageUnavailable(DomainError):
    """The file could not be stored: nothing was done; try again, and tell those who run the service."""

    code = "STORAGE_UNAVAILABLE"
    zh = "文件无法保存：未作任何改动，请稍后重试并告知运行方。"


class AttachmentUnreadable(DomainError):
    """The bytes of the attachment are missing or were altered, and are not shown: tell those who run the service."""

    code = "ATTACHMENT_UNREADABLE"
    zh = "附件内容缺失或被改动，不予提供：请告知运行方。"


class Incoming:
    """A file that is being received: its size and digest grow with it."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path = path
        self.file = file
        self.size = 0
        self._hash = hashlib.sha256()

    @property
    def digest(self) -> str:
        """SHA-256 of what was received, hexadecimal."""
        return self._hash.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Take the next bytes.

        Raises: StorageUnavailable.
        """
        try:
            self.file.write(chunk)
        except OSError:
            raise StorageUnavailable from None
        self.size += len(chunk)
        self._hash.update(chunk)


class AttachmentStore:
    """The folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._incoming = folder / "incoming"
        self._aside = folder / "aside"

    @contextmanager
    def receive(self) -> Iterator[Incoming]:
        """Open a file to receive bytes in; it is gone at the end unless it was kept.

        Raises: StorageUnavailable.
        """
        try:
            self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._incoming / uuid4().hex
            file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        except OSError:
            raise StorageUnavailable from None
        try:
            yield Incoming(path, file)
        finally:
            with suppress(OSError):  # a full disk may fail once more
                file.close()
            path.unlink(missing_ok=True)

    def keep(self, incoming: Incoming) -> str:
        """Put what was received in its place for good and give its digest.

        Raises: StorageUnavailable.
        """
        place = self._place(incoming.digest)
        try:
            incoming.file.flush()
            os.fsync(incoming.file.fileno())
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            incoming.path.rename(place)
            _sync_folder(place.parent)
            _sync_folder(self.folder)
        except OSError:
            raise StorageUnavailable from None
        return incoming.digest

    def open(self, digest: str) -> BinaryIO:
        """Open the bytes with a digest, compared with it before they are given.

        Raises: AttachmentUnreadable.
        """
        for path in (self._place(digest), self._aside / digest):
            with suppress(OSError):
                file = path.open("rb")
                if _digest_of(file) == digest:
                    file.seek(0)
                    return file
                file.close()
        raise AttachmentUnreadable

    def holds(self, digest: str) -> bool:
        """Tell whether bytes with a digest are there, altered or not."""
        return self._place(digest).exists() or (self._aside / digest).exists()

    # -- sweeping

    def unnamed(self, is_named: Callable[[str], bool], *, now: float) -> list[str]:
        """Give the digests of files that have lain in their place for a day without a row that names them."""
        return [
            path.name
            for path in self.folder.glob("[0-9a-f][0-9a-f]/*")
            if _DIGEST.fullmatch(path.name) and _age(path, now) > KEPT_SECONDS and not is_named(path.name)
        ]

    def set_aside(self, digest: str, *, now: float) -> None:
        """Set a file aside; until it is deleted it can still be read and put back."""
        with suppress(FileNotFoundError):
            self._aside.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._place(digest).rename(self._aside / digest)
            os.utime(self._aside / digest, (now, now))

    def settle(self, is_named: Callable[[str], bool], *, now: float) -> None:
        """Put back what a row names after all, delete what was set aside a day ago, and parts of broken uploads."""
        for path in self._aside.glob("*"):
            if is_named(path.name):
                self._place(path.name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.rename(self._place(path.name))
            elif _age(path, now) > KEPT_SECONDS:
                path.unlink(missing_ok=True)
        for path in self._incoming.glob("*"):
            if _age(path, now) > KEPT_SECONDS:
                path.unlink(missing_ok=True)

    def digests(self) -> list[str]:
        """List the digests of all files, in their place or aside."""
        found = [*self.folder.glob("[0-9a-f][0-9a-f]/*"), *self._aside.glob("*")]
        return [path.name for path in found if _DIGEST.fullmatch(path.name)]

    def _place(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest


def _age(path: Path, now: float) -> float:
    with suppress(FileNotFoundError):
        return now - path.stat().st_mtime
    return 0.0


def _digest_of(file: BinaryIO) -> str:
    found = hashlib.sha256()
    while piece := file.read(_STEP):
        found.update(piece)
    return found.hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
