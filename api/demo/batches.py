"""The batches of the demonstration: one of Xinxiang's last quarter, published with its typical case, and an open one."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from api.demo.attachments import CASE, upload_page
from api.demo.scene import Place, Scene
from domain.clock import CHINA
from domain.files import attachments
from domain.installation_rows import credit_list_id, office_id
from domain.lifecycle import create, move
from domain.lists import list_batches
from domain.lists.batch_periods import Period, period_on
from domain.lists.list_batches import MACHINE, Opening

OFFICE: Final[Place] = ("410700", "JCZD")
DOMAIN: Final = "wage_arrears_illegal_employment_grade"
"""The domain of the labour inspection (新乡三.4)."""


async def open_batches(scene: Scene) -> None:
    """Open the batch of the running quarter, and write the one before it as it was handed in and published."""
    running = period_on("quarter", scene.today)
    await _opened(scene, running, scene.at(running.first_day, minutes=30))
    before = running.before
    batch = await _opened(scene, before, scene.at(before.last_day - timedelta(days=20), minutes=30))
    await _published(scene, batch, before)


async def _opened(scene: Scene, period: Period, instant: datetime) -> UUID:
    tx = scene.acting(instant, role="clerk", office=OFFICE)
    opening = Opening(
        office_id=office_id(*OFFICE),
        list_id=credit_list_id(scene.book(OFFICE[0]).id, "black"),
        domain=DOMAIN,
        year=period.year,
        period=period.number,
        extra_reason=None,
    )
    return await list_batches.open_batch(tx, scene.books, scene.calendar, opening)


async def _published(scene: Scene, batch: UUID, period: Period) -> None:
    """Let what was published by the end of the quarter be in the batch."""
    handed_in = scene.at(period.last_day - timedelta(days=3), minutes=100)
    clerk = scene.acting(handed_in, role="clerk", office=OFFICE)
    end = datetime.combine(period.last_day, time(23), CHINA)
    for entry in await scene.connection.fetch(_ENTRIES, *OFFICE, end):
        values = {
            "batch_id": batch,
            "entry_id": entry["id"],
            "subject_id": entry["subject_id"],
            "about_person": entry["about_person"],
            "joined_at": handed_in,
        }
        await create(clerk, "list_batch_entry", "join", values)
    row = await scene.connection.fetchrow("SELECT * FROM list_batch WHERE id = $1", batch)
    for page in CASE:
        draft = await upload_page(clerk, page)
        await attachments.attach(clerk, [draft], to="list_batch", row=row, part=page.part, disclosure="internal")
    changes = {"submitted_at": handed_in, "submitted_by": clerk.actor.account_id}
    await move(clerk, MACHINE, "submit", batch, changes, basis=row["basis"])
    instant = scene.at(period.last_day - timedelta(days=1), minutes=200)
    publisher = scene.acting(instant, role="credit_office", office=("410700", "XYB"))
    done = {"published_at": instant, "published_by": publisher.actor.account_id}
    await move(publisher, MACHINE, "publish", batch, done, basis=row["basis"])
    await attachments.disclose(publisher, "list_batch", batch, "public")


_ENTRIES: Final = """
SELECT entry.* FROM list_entry entry JOIN credit_list list ON list.id = entry.credit_list_id AND list.code = 'black'
JOIN office ON office.id = entry.office_id
WHERE entry.jurisdiction_id = $1 AND office.code = $2 AND entry.published_at <= $3 AND entry.route = 'regular'
ORDER BY entry.id
"""
