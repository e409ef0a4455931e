"""DOCX and XLSX: told from other archives by the parts they declare, without unpacking more than that list.

Refuses archives that are more than one thing (bytes before the first part or behind the last), encrypted, with
macros or embedded programs, with paths that lead out, or that would burst when they are opened.
Source: ECMA-376 part 2 (parts, `[Content_Types].xml`); APPNOTE.TXT 4.3.16.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from io import BytesIO
from typing import IO, BinaryIO, Final

MOST_PARTS: Final = 2_000
MOST_BYTES: Final = 256 << 20
"""What the parts may take together when they are unpacked."""

_LONGEST_LIST: Final = 1 << 20
_LISTING: Final = "[Content_Types].xml"
_END: Final = struct.Struct("<4s4H2LH")
_SAFE_NAME: Final = re.compile(r"[^/\\:\x00-\x1f][^\\:\x00-\x1f]*")
_PROGRAMS: Final = re.compile(r"vbaProject|macrosheets|activeX|oleObject|\.(?:bat|com|dll|exe|js|vbs)$", re.IGNORECASE)
_MAIN: Final = re.compile(
    rb'ContentType="(application/vnd\.openxmlformats-officedocument\.'
    rb'(?:wordprocessingml\.document|spreadsheetml\.sheet))\.main\+xml"'
)


def office_type(file: BinaryIO, size: int) -> str | None:
    """Give the media type of a document or workbook; None for any other archive."""
    if not _ends_well(file, size):
        return None
    try:
        with zipfile.ZipFile(file) as archive:
            return _declared(archive) if _is_harmless(archive) else None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        return None


def _ends_well(file: BinaryIO, size: int) -> bool:
    """Tell whether the archive ends with a plain directory of a size that can be read, and with nothing behind it."""
    if size < _END.size:
        return False
    file.seek(size - _END.size)
    sign, disks, here, count, length, start, comment = _fields(file.read(_END.size))
    plain = sign == b"PK\x05\x06" and disks == 0 and comment == 0 and here == count
    return plain and 0 < count <= MOST_PARTS and length <= _LONGEST_LIST and start + length + _END.size == size


def _fields(end: bytes) -> tuple[bytes, int, int, int, int, int, int]:
    sign, disk, other, here, count, length, start, comment = _END.unpack(end)
    return sign, disk | other, here, count, length, start, comment


def _is_harmless(archive: zipfile.ZipFile) -> bool:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    return (
        len(names) == len(parts)
        and min(part.header_offset for part in parts) == 0
        and sum(part.file_size for part in parts) <= MOST_BYTES
        and not any(part.flag_bits & 0x1 for part in parts)
        and all(_SAFE_NAME.fullmatch(name) and ".." not in name.split("/") for name in names)
        and not any(_PROGRAMS.search(name) for name in names)
    )


def _declared(archive: zipfile.ZipFile) -> str | None:
    """Read of what kind its main part is, if it has exactly one."""
    with _listing(archive) as listing:
        text = listing.read(_LONGEST_LIST)
    mains = set(_MAIN.findall(text))
    if len(mains) != 1 or b"macroEnabled" in text:
        return None
    return bytes(mains.pop()).decode()


def _listing(archive: zipfile.ZipFile) -> IO[bytes]:
    known = _LISTING in archive.namelist()
    return archive.open(_LISTING) if known else BytesIO()
