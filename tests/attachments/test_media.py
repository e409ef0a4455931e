"""What a file is, told from its content alone; what is none, broken or would burst is refused."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import DomainError
from domain.files.media import (
    DOCX,
    JPEG,
    MEDIA_TYPES,
    PDF,
    PNG,
    TEXT,
    XLSX,
    ContentDamaged,
    ContentNotAccepted,
    PictureTooLarge,
    recognise,
)
from tests.attachments.samples import chunk, jpeg, office, pdf, png

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
WORKBOOK = office("spreadsheetml.sheet")


def found(content: bytes) -> str:
    return recognise(io.BytesIO(content), len(content))


GOOD = {
    "png": (png(), PNG),
    "png with a text chunk": (png(extra=chunk(b"tEXt", b"Title\0x")), PNG),
    "jpeg": (jpeg(), JPEG),
    "jpeg with a comment": (jpeg(comment=b"from a phone"), JPEG),
    "jpeg padded with zeros": (jpeg() + b"\0" * 20, JPEG),
    "pdf": (pdf(), PDF),
    "docx": (office(), DOCX),
    "xlsx": (WORKBOOK, XLSX),
    "xlsx with printer settings": (office("spreadsheetml.sheet", parts={"xl/printerSettings1.bin": b"x"}), XLSX),
    "text": ("调查笔录：某公司欠薪 < 5 万元\n".encode(), TEXT),
    "text with a mark": ("\ufeff第一行\t第二列\r\n".encode(), TEXT),
    "csv": ("名称,代码\n虚构,1\n".encode(), TEXT),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_is_what_its_content_says(name: str) -> None:
    content, kind = GOOD[name]
    assert found(content) == kind


REFUSED = {
    "svg": (SVG, ContentNotAccepted),
    "svg behind a declaration": (b'<?xml version="1.0"?>\n' + SVG, ContentNotAccepted),
    "html": (HTML, ContentNotAccepted),
    "html in the middle of a text": (b"hello\n" * 20_000 + HTML, ContentNotAccepted),
    "html across two reads": (b"a" * (65_536 - 4) + b"<scr" + b"ipt>", ContentNotAccepted),
    "a mark with blanks": (b"text < sCrIpt >", ContentNotAccepted),
    "an image tag": (b"text <img src=x onerror=alert(1)>", ContentNotAccepted),
    "gbk": ("调查笔录".encode("gbk"), ContentNotAccepted),
    "utf-16": ("调查笔录".encode("utf-16"), ContentNotAccepted),
    "cut in a character": ("调查".encode()[:-1], ContentNotAccepted),
    "a program": (b"\x7fELF\x02\x01\x01" + b"\0" * 60, ContentNotAccepted),
    "gif": (b"GIF89a" + b"\0" * 20, ContentNotAccepted),
    "a control character": (b"a\x00b", ContentNotAccepted),
    "pixel bomb png": (png(60_000, 60_000), PictureTooLarge),
    "pixel bomb jpeg": (jpeg(65_000, 65_000), PictureTooLarge),
    "png without width": (png(0, 5), ContentDamaged),
    "png cut off": (png()[:-5], ContentDamaged),
    "png with something behind its end": (png() + HTML, ContentDamaged),
    "png with an archive behind its end": (png() + WORKBOOK, ContentDamaged),
    "png without picture data": (png()[:33] + chunk(b"IEND", b""), ContentDamaged),
    "png with a wrong checksum": (png()[:40] + b"\x00" + png()[41:], ContentDamaged),
    "png with a digit in the name of a chunk": (png(extra=chunk(b"t1Xt", b"x")), ContentDamaged),
    "png with the checksum of another chunk": (png()[:-16] + b"\0\0\0\0" + png()[-12:], ContentDamaged),
    "png of many chunks": (png(extra=chunk(b"tEXt", b"") * 30_000), ContentDamaged),
    "only the start of a png": (b"\x89PNG\r\n\x1a\n", ContentDamaged),
    "jpeg with something behind its end": (jpeg() + HTML, ContentDamaged),
    "jpeg without a frame": (b"\xff\xd8\xff\xda\x00\x02\xff\xd9", ContentDamaged),
    "jpeg whose scan comes before its frame": (b"\xff\xd8\xff\xda\x00\x02" + jpeg()[2:], ContentDamaged),
    "jpeg whose scan is longer than the file": (jpeg().replace(b"\xff\xda\x00\x08", b"\xff\xda\xff\xff"), ContentDamaged),
    "jpeg with a segment that no marker begins": (jpeg(comment=b"x").replace(b"\xff\xc0", b"\x00\xc0"), ContentDamaged),
    "jpeg that ends before it begins": (b"\xff\xd8\xff\xd9", ContentDamaged),
    "jpeg of empty segments": (b"\xff\xd8" + b"\xff\xfe\x00\x02" * 30_000 + b"\xff\xd9", ContentDamaged),
    "pdf without an end": (b"%PDF-1.7\nhello", ContentDamaged),
    "pdf with something behind its end": (pdf() + HTML, ContentDamaged),
    "pdf with an archive behind its end": (pdf() + WORKBOOK, ContentDamaged),
    "a pdf of no version": (b"%PDF-x" + pdf(), ContentDamaged),
    "an archive of no document": (office("presentationml.presentation"), ContentNotAccepted),
    "a document with macros": (office(parts={"word/vbaProject.bin": b"x"}), ContentNotAccepted),
    "a document with a program": (office(parts={"word/setup.EXE": b"x"}), ContentNotAccepted),
    "a document that leads out": (office(parts={"../../etc/passwd": b"x"}), ContentNotAccepted),
    "a document with a note behind it": (office(comment=HTML), ContentNotAccepted),
    "a document behind something": (HTML + office(), ContentNotAccepted),
    "a document cut off": (office()[:-30], ContentNotAccepted),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_none_or_harmful_is_refused(name: str) -> None:
    content, refusal = REFUSED[name]
    with pytest.raises(refusal):
        found(content)


def test_an_archive_that_would_burst_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = office(parts={f"{number}.xml": b"\0" * 100_000 for number in range(4)})
    assert found(content) == DOCX
    monkeypatch.setattr("domain.files.office_file.MOST_BYTES", 400_000)
    with pytest.raises(ContentNotAccepted):
        found(content)


def test_an_archive_of_too_many_parts_is_refused_without_reading_its_list() -> None:
    content = office(parts={f"p/{number}.xml": b"" for number in range(2_100)})
    with pytest.raises(ContentNotAccepted):
        found(content)


_SEEDS = [content for content, _ in GOOD.values()]


@given(st.sampled_from(_SEEDS), st.data())
def test_a_spoilt_file_is_told_or_refused_and_nothing_else(seed: bytes, data: st.DataObject) -> None:
    spoilt = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(spoilt) - 1))
        match data.draw(st.sampled_from(["set", "cut", "double", "insert"])):
            case "set":
                spoilt[place] = data.draw(st.integers(0, 255))
            case "cut":
                del spoilt[place : place + data.draw(st.integers(1, 40))]
                spoilt = spoilt or bytearray(b"x")
            case "double":
                spoilt[place:place] = spoilt[place : place + 40]
            case "insert":
                spoilt[place:place] = data.draw(st.sampled_from([HTML, SVG, b"\xff\xd9", b"PK\x05\x06", b"\0" * 9]))
    try:
        kind = found(bytes(spoilt))
    except DomainError:
        return
    assert kind in MEDIA_TYPES
    if kind == TEXT:
        assert b"<script" not in bytes(spoilt)
        assert b"<svg" not in bytes(spoilt)


@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_are_told_or_refused(content: bytes) -> None:
    with suppress(DomainError):
        assert found(content) in MEDIA_TYPES
