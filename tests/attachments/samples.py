"""Small files of every kind, made here byte by byte, and ways to spoil them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

_MAIN = "application/vnd.openxmlformats-officedocument."


def png(width: int = 2, height: int = 2, *, extra: bytes = b"") -> bytes:
    """A picture; its pixels need not be there."""
    rows = b"".join(b"\0" + b"\x80" * 3 * min(width, 4) for _ in range(min(height, 4)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg(width: int = 16, height: int = 16, *, comment: bytes = b"") -> bytes:
    """The skeleton of a JPEG: frame, scan, end."""
    note = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment if comment else b""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">HB", 8, 1) + b"\x01\x00\x00\x3f\x00" + b"\x12\x34\x56"
    return b"\xff\xd8" + note + frame + scan + b"\xff\xd9"


def pdf(body: bytes = b"") -> bytes:
    """The skeleton of a PDF."""
    return b"%PDF-1.4\n" + body + b"trailer<</Size 1>>\nstartxref\n9\n%%EOF\n"


def office(
    kind: str = "wordprocessingml.document", *, parts: dict[str, bytes] | None = None, comment: bytes = b""
) -> bytes:
    """A document or workbook with the parts it must have, and others."""
    listing = f'<Types><Override PartName="/main.xml" ContentType="{_MAIN}{kind}.main+xml"/></Types>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", listing)
        for name, content in (parts or {"main.xml": b"<main/>"}).items():
            archive.writestr(name, content)
        archive.comment = comment
    return made.getvalue()
