"""The attachments of the demonstration: pages of evidence with records of the tour, and a draft not yet used.

Rows are written with the rest of the demonstration; their bytes are put in their folder at every start, where
they are missing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from api import demo_stories as stories
from api.demo_scene import Place, Scene
from domain.files import attachments
from domain.files.media import TEXT
from domain.files.store import AttachmentStore


@dataclass(frozen=True, slots=True)
class _Page:
    """A file of text, who has it, and the record it belongs to, if it does."""

    office: Place
    record: UUID | None
    name: str
    text: str

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return self.text.encode()


_INSPECTION: Final = ("350200", "JCZD")
PAGES: Final = (
    _Page(_INSPECTION, stories.SERIOUS_PENALTY_ID, "调查笔录.txt", "调查笔录（虚构）：未按期足额支付劳动报酬。\n"),
    _Page(_INSPECTION, stories.OVERDUE_PENALTY_ID, "送达回证.txt", "送达回证（虚构）：已送达，逾期未改正。\n"),
    _Page(_INSPECTION, None, "待关联照片说明.txt", "照片说明（虚构）：尚未关联任何记录。\n"),
)


def keep_files(store: AttachmentStore) -> None:
    """Put the bytes in their place, as far as they are missing."""
    for page in PAGES:
        if not store.holds(hashlib.sha256(page.content).hexdigest()):
            with store.receive() as incoming:
                incoming.write(page.content)
                store.keep(incoming)


async def attach_all(scene: Scene) -> None:
    """Upload every page and attach those that belong to a record."""
    for number, page in enumerate(PAGES, start=1):
        tx = scene.acting(scene.now - timedelta(days=2, minutes=number), role="clerk", office=page.office)
        given = attachments.Upload(
            name=page.name,
            media_type=TEXT,
            size=len(page.content),
            digest=hashlib.sha256(page.content).hexdigest(),
        )
        draft = await attachments.upload(tx, given)
        if page.record is not None:
            row = await scene.connection.fetchrow("SELECT * FROM credit_record WHERE id = $1", page.record)
            rows = await scene.connection.fetch("SELECT * FROM attachment WHERE id = $1", draft)
            await attachments.attach(tx, rows, to="credit_record", row=row, part="evidence", disclosure="restricted")
