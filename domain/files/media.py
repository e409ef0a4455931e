"""What a file is, found in its content alone: PNG, JPEG, PDF, DOCX, XLSX, or plain text in UTF-8.

In charge of the first look at bytes that strangers hand in. Nothing is decoded or unpacked: structures are
walked, sizes read. Refuses whatever is none of these (SVG and HTML among them), is cut off or goes on behind
its end, or would burst when it is opened. What a client says about its file is not asked.
Source: PNG (W3C) 5; ITU-T T.81 annex B; ISO 32000 7.5; ECMA-376 part 2.
"""

from __future__ import annotations

import codecs
import re
import struct
import zlib
from typing import BinaryIO, Final

from domain.errors import InvalidInput
from domain.files.office_file import office_type
from domain.text import writable

PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
PDF: Final = "application/pdf"
TEXT: Final = "text/plain"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDINGS: Final = {
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    PDF: (".pdf",),
    TEXT: (".txt", ".csv", ".md"),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
}
"""Media types that are taken, with the endings of names that agree with them."""

MEDIA_TYPES: Final = tuple(ENDINGS)
PICTURES: Final = (PNG, JPEG)

MOST_PIXELS: Final = 100_000_000
_MOST_PARTS: Final = 20_000
"""Chunks of a PNG, or segments of a JPEG: walking one takes microseconds."""

_STEP: Final = 1 << 16


class ContentNotAccepted(InvalidInput):
    """The content is of no kind that is taken: send PNG, JPEG, PDF, DOCX, XLSX without macros, or UTF-8 text."""

    code = "CONTENT_NOT_ACCEPTED"
    zh = "文件内容不属于可接收的类型：请提交 PNG、JPEG、PDF、不含宏的 DOCX、XLSX 或 UTF-8 纯文本。"


class ContentDamaged(InvalidInput):
    """The content is not whole, or goes on behind its end: save the file anew and send it again."""

    code = "CONTENT_DAMAGED"
    zh = "文件内容不完整或结尾之后另有内容：请重新保存后提交。"


class PictureTooLarge(InvalidInput):
    """The picture has more than 100 million pixels: scale it down."""

    code = "PICTURE_TOO_LARGE"
    zh = "图片超过一亿像素：请缩小后提交。"


def recognise(file: BinaryIO, size: int) -> str:
    """Give the media type of a file from its content.

    Raises: ContentNotAccepted; ContentDamaged; PictureTooLarge.
    """
    file.seek(0)
    start = file.read(16)
    try:
        if start.startswith(_PNG_START):
            return _png(file, size)
        if start.startswith(b"\xff\xd8\xff"):
            return _jpeg(file, size)
        if start.startswith(b"%PDF-"):
            return _pdf(file, size)
        if start.startswith(b"PK\x03\x04"):
            return _office(file, size)
    except struct.error:
        raise ContentDamaged from None
    return _text(file)


def is_picture(media_type: str) -> bool:
    """Tell whether a media type is a picture's."""
    return media_type in PICTURES


# -- PNG

_PNG_START: Final = b"\x89PNG\r\n\x1a\n"


def _png(file: BinaryIO, size: int) -> str:
    place, data = 8, False
    for number in range(_MOST_PARTS):
        file.seek(place)
        length, kind = struct.unpack(">I4s", file.read(8))
        place += 12 + length
        if place > size or not kind.isalpha() or (number == 0) != (kind == b"IHDR"):
            raise ContentDamaged
        head = _checked_chunk(file, kind, length)
        if number == 0:
            width, height = struct.unpack(">II", head[:8])
            _admit_pixels(width, height)
        data = data or kind == b"IDAT"
        if kind == b"IEND":
            if place != size or length or not data:
                raise ContentDamaged
            return PNG
    raise ContentDamaged


def _checked_chunk(file: BinaryIO, kind: bytes, length: int) -> bytes:
    """Read a chunk past its checksum and give its first bytes."""
    total, left, head = zlib.crc32(kind), length, b""
    while left and (piece := file.read(min(left, _STEP))):
        head = head or piece[:32]
        total = zlib.crc32(piece, total)
        left -= len(piece)
    if struct.unpack(">I", file.read(4))[0] != total:
        raise ContentDamaged
    return head


def _admit_pixels(width: int, height: int) -> None:
    if width == 0 or height == 0:
        raise ContentDamaged
    if width * height > MOST_PIXELS:
        raise PictureTooLarge


# -- JPEG

_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg(file: BinaryIO, size: int) -> str:
    file.seek(2)
    framed = False
    for _ in range(_MOST_PARTS):
        marker = _marker(file)
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if length < 2 or file.tell() + length - 2 > size:
            raise ContentDamaged
        if marker in _FRAMES:
            _, height, width = struct.unpack(">BHH", file.read(5))
            _admit_pixels(width, height)
            framed = True
            length -= 5
        if marker == 0xDA:
            if framed and _tail(file, size, 64).rstrip(b"\0").endswith(b"\xff\xd9"):
                return JPEG
            raise ContentDamaged
        file.seek(length - 2, 1)
    raise ContentDamaged


def _marker(file: BinaryIO) -> int:
    """Read the next marker, past the bytes that fill up before it."""
    if file.read(1) != b"\xff":
        raise ContentDamaged
    for _ in range(16):
        (marker,) = struct.unpack("B", file.read(1))
        if marker == 0xFF:
            continue
        if marker in (0x00, 0xD8, 0xD9):
            break
        return int(marker)
    raise ContentDamaged


# -- PDF

_PDF_START: Final = re.compile(rb"%PDF-[12]\.[0-9]")


def _pdf(file: BinaryIO, size: int) -> str:
    file.seek(0)
    end = b""
    if _PDF_START.match(file.read(8)):
        end = _tail(file, size, 2048).rstrip(b"\0\t\n\x0c\r ")
    if not end.endswith(b"%%EOF") or b"startxref" not in end:
        raise ContentDamaged
    return PDF


def _tail(file: BinaryIO, size: int, length: int) -> bytes:
    file.seek(max(0, size - length))
    return file.read(length)


# -- Office


def _office(file: BinaryIO, size: int) -> str:
    found = office_type(file, size)
    if found not in (DOCX, XLSX):
        raise ContentNotAccepted
    return found


# -- text

_MARKUP: Final = re.compile(
    r"<[\s/]*(?:!doctype|\?xml|html|head|body|script|svg|iframe|object|embed|style|link|meta|img|a\s)", re.IGNORECASE
)
_LONGEST_MARK: Final = 64


def _text(file: BinaryIO) -> str:
    """Pass plain text: UTF-8 without control characters, and no markup that a browser could run."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    before = ""
    try:
        while piece := file.read(_STEP):
            text = decoder.decode(piece)
            if not writable(text) or _MARKUP.search(before + text):
                raise ContentNotAccepted
            before = text[-_LONGEST_MARK:]
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise ContentNotAccepted from None
    return TEXT
