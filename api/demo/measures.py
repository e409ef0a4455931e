"""A measure of the demonstration: an organisation on Xinxiang's black list, as an office of the bureau acts upon it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from api.demo.scene import Place, Scene
from domain.installation_rows import office_id
from domain.measure import measures
from domain.measure.measures import Wanted

OFFICE: Final[Place] = ("410700", "LDGX")


async def apply_some(scene: Scene) -> None:
    """Apply a measure because of the first entry that another office's finding put on the black list."""
    entry = await scene.connection.fetchval(
        "SELECT entry.id FROM list_entry entry JOIN credit_list list ON list.id = entry.credit_list_id"
        " WHERE entry.jurisdiction_id = '410700' AND list.code = 'black' AND entry.state = 'published'"
        " AND NOT entry.about_person AND (entry.public_until IS NULL OR entry.public_until > $1)"
        " AND entry.published_at < $2 ORDER BY entry.id DESC LIMIT 1",
        scene.today,
        scene.now - timedelta(days=30),
    )
    acting = scene.acting(scene.now - timedelta(days=2), role="reviewer", office=OFFICE)
    wanted = Wanted(
        noun="list_entry",
        ground_id=entry,
        office_id=office_id(*OFFICE),
        code="administrative",
        reason="该单位在黑名单公开期内，列为日常监管重点对象（虚构）",
    )
    await measures.apply(acting, scene.books, wanted)
