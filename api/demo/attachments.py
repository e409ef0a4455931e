"""The attachments of the demonstration: pages of evidence with records of the tour, and a draft not yet used.

Rows are written with the rest of the demonstration; their bytes are put in their folder at every start, where
they are missing.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from api.demo import stories
from api.demo.scene import Place, Scene
from domain.files import attachments
from domain.files.media import PNG, TEXT
from domain.files.store import AttachmentStore
from domain.lifecycle import Transaction


@dataclass(frozen=True, slots=True)
class Page:
    """A file: what it is to what it belongs to, its name, type and bytes."""

    part: str
    name: str
    media_type: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes."""
        return hashlib.sha256(self.content).hexdigest()


def _text(name: str, text: str, part: str = "evidence") -> Page:
    return Page(part, name, TEXT, text.encode())


def _picture() -> bytes:
    """Draw a small grey square."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x99" * 64 for _ in range(64))
    head = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


INSPECTION: Final[Place] = ("350200", "JCZD")
EVIDENCE: Final[tuple[tuple[Page, UUID | None], ...]] = (
    (_text("调查笔录.txt", "调查笔录（虚构）：未按期足额支付劳动报酬。\n"), stories.SERIOUS_PENALTY_ID),
    (_text("送达回证.txt", "送达回证（虚构）：已送达，逾期未改正。\n"), stories.OVERDUE_PENALTY_ID),
    (_text("待关联照片说明.txt", "照片说明（虚构）：尚未关联任何记录。\n"), None),
)
"""Pages of evidence, and the records they belong to."""

CASE: Final = (
    _text("以案释法：典型案例.txt", "以案释法（虚构）：某单位拖欠工资被列入黑名单后全额支付。\n", "report"),
    Page("picture", "现场照片.png", PNG, _picture()),
)
"""The typical case of the demonstration's batch."""


def keep_files(store: AttachmentStore) -> None:
    """Put the bytes in their place, as far as they are missing."""
    for page in (*(page for page, _ in EVIDENCE), *CASE):
        if not store.holds(page.digest):
            with store.receive() as incoming:
                incoming.write(page.content)
                store.keep(incoming)


async def attach_all(scene: Scene) -> None:
    """Upload every page of evidence and attach those that belong to a record."""
    for number, (page, record) in enumerate(EVIDENCE, start=1):
        tx = scene.acting(scene.now - timedelta(days=2, minutes=number), role="clerk", office=INSPECTION)
        draft = await upload_page(tx, page)
        if record is not None:
            row = await scene.connection.fetchrow("SELECT * FROM credit_record WHERE id = $1", record)
            await attachments.attach(tx, [draft], to="credit_record", row=row, part=page.part, disclosure="restricted")


async def upload_page(tx: Transaction, page: Page) -> Mapping[str, Any]:
    """Upload a page as a draft and give its row."""
    given = attachments.Upload(name=page.name, media_type=page.media_type, size=len(page.content), digest=page.digest)
    draft = await attachments.upload(tx, given)
    row: Mapping[str, Any] | None = await tx.connection.fetchrow("SELECT * FROM attachment WHERE id = $1", draft)
    assert row is not None
    return row
