"""What a file handed in is, told by its content: CSV, NDJSON or XLSX, and either of them packed by gzip.

Refuses what is damaged or unpacks to more than anybody hands in.
Source: RFC 1952 (gzip); RFC 4180 (CSV); ISO/IEC 29500 (XLSX); [MS-CFB] 2.2, [MS-OFFCRYPTO] 2.3.4.4 (a workbook with a password).
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from os import SEEK_END
from typing import IO, Final, cast

from domain.errors import DomainError

CSV: Final = "csv"
NDJSON: Final = "ndjson"
XLSX: Final = "xlsx"
MOST_UNPACKED: Final = 4 << 30
"""Units: bytes. 十堰's three million rows are about 1.2 GB."""

MOST_EXPANDED: Final = 100
UNASKED: Final = 64 << 20
"""A packed file may unpack to a hundred times its length: rows of text do to ten or twenty times, what is made to keep a
reader busy to a thousand. Up to so many bytes nobody asks, as so many may be handed in unpacked."""

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a workbook of the old form begins, and one of the new form inside a password."""

_BLANKS: Final = b" \t\r\n"
_JSON: Final = (b"{", b"[")
"""Of both no header begins; a list of rows is told that it is no NDJSON."""

_MARK: Final = b"\xef\xbb\xbf"
MARKS_OF_WIDE: Final = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
"""How a text in UTF-16 begins: without its mark it is not told from noise."""

_PIECE: Final = 1 << 20


class FileDamaged(DomainError):
    """The file is damaged or is not what its first bytes say: make it anew and hand it in again."""

    code = "FILE_DAMAGED"
    zh = "文件已损坏或与其格式不符：请重新生成后提交。"


class WorkbookOldOrLocked(DomainError):
    """The file is a workbook of the old form (.xls) or one with a password: save it as .xlsx without one, or as CSV."""

    code = "WORKBOOK_OLD_OR_LOCKED"
    zh = "文件是旧版Excel工作簿（.xls）或者设有密码：请取消密码并另存为.xlsx或CSV后提交。"


class FileTooLong(DomainError):
    """The file unpacks to more than this service takes at once: divide it."""

    code = "FILE_TOO_LONG"
    zh = "文件解压后超过上限：请拆分后分别提交。"


def unpacked(file: IO[bytes]) -> IO[bytes]:
    """Give a file that can be read twice as it is, or unpacked as it is read."""
    file.seek(0)
    is_packed = file.read(2) == _GZIP
    file.seek(0)
    return cast("IO[bytes]", gzip.GzipFile(fileobj=file, mode="rb")) if is_packed else file


def form_of(file: IO[bytes]) -> str:
    """Tell what an unpacked file is.

    Raises: FileDamaged; WorkbookOldOrLocked.
    """
    with readable():
        file.seek(0)
        first = file.read(4096)
        file.seek(0)
    if first.startswith(_ZIP):
        return XLSX
    if first.startswith(_COMPOUND):
        raise WorkbookOldOrLocked
    wide = wide_encoding_of(file)
    if wide:
        first = first[2:].decode(wide, "ignore").encode()
    return NDJSON if first.removeprefix(_MARK).lstrip(_BLANKS).startswith(_JSON) else CSV


def wide_encoding_of(file: IO[bytes]) -> str | None:
    """Name the encoding of an unpacked text in UTF-16 by its mark; None without one.

    Raises: FileDamaged.
    """
    with readable():
        file.seek(0)
        first = file.read(2)
    return next((encoding for encoding, mark in MARKS_OF_WIDE.items() if first == mark), None)


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the bytes of an unpacked file.

    Raises: FileDamaged; FileTooLong.
    """
    size, most = 0, _most_unpacked(file)
    with readable():
        file.seek(0)
        while piece := file.read(_PIECE):
            size += len(piece)
            if size > most:
                raise FileTooLong(most=most)
            yield piece


def _most_unpacked(file: IO[bytes]) -> int:
    """Give how many bytes a file may have, unpacked."""
    unpacking: object = file
    if not isinstance(unpacking, gzip.GzipFile) or unpacking.fileobj is None:
        return MOST_UNPACKED
    packed = cast("IO[bytes]", unpacking.fileobj)
    here = packed.tell()
    length = packed.seek(0, SEEK_END)
    packed.seek(here)
    return min(MOST_UNPACKED, max(UNASKED, MOST_EXPANDED * length))


@contextmanager
def readable() -> Iterator[None]:
    """Read what may be damaged.

    Raises: FileDamaged.
    """
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise FileDamaged from None
