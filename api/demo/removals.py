"""The removals of the demonstration: one applied for, one carried through and not yet announced, one proposed."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from api.demo.scene import Place, Scene
from domain.lists import removals

_STATEMENTS: Final = {
    "积极纠错": "已足额支付全部拖欠工资（虚构）",
    "挽回社会影响": "已公开道歉并逐一取得劳动者谅解（虚构）",
    "取得较大成效": "连续六个月无新的投诉（虚构）",
}


async def remove_some(scene: Scene) -> None:
    """Open the removals and take them as far as they have come."""
    black = await _in_force(scene, "410700", "black", "JCZD")
    await _applied(scene, black[0])
    await _carried_through(scene, black[1], ("410700", "JCZD"))
    attention = await _in_force(scene, "350205", "key_attention", "RSJ")
    tx = scene.acting(scene.now - timedelta(days=3), role="reviewer", office=("350205", "RSJ"))
    await removals.propose(tx, scene.books, attention[0], statement="整改完毕，十二个月内无新的违法记录（虚构）")


async def _applied(scene: Scene, entry: UUID) -> UUID:
    tx = scene.acting(scene.now - timedelta(days=9))
    return await removals.apply(
        tx, scene.books, scene.calendar, entry, statements=_STATEMENTS, corrected_on=None, evidence=1
    )


async def _carried_through(scene: Scene, entry: UUID, office: Place) -> None:
    removal = await _applied(scene, entry)
    reviewer = scene.acting(scene.now - timedelta(days=6), role="reviewer", office=office)
    await removals.review(
        reviewer, scene.books, await removals.read(reviewer, removal), opinion="情况属实", bars_found=None
    )
    await removals.file(reviewer, scene.books, await removals.read(reviewer, removal))
    approver = scene.acting(scene.now - timedelta(days=4), role="approver", office=office)
    await removals.remove(approver, scene.books, await removals.read(approver, removal))


async def _in_force(scene: Scene, jurisdiction: str, code: str, office: str) -> list[UUID]:
    """List the entries of organisations on a list that are in force, by an office."""
    rows = await scene.connection.fetch(
        "SELECT entry.id FROM list_entry entry JOIN credit_list list ON list.id = entry.credit_list_id"
        " JOIN office ON office.id = entry.office_id WHERE entry.jurisdiction_id = $1 AND list.code = $2"
        " AND office.code = $3 AND entry.state = 'published' AND NOT entry.about_person"
        " AND (entry.public_until IS NULL OR entry.public_until > $4) AND entry.published_at < $5 ORDER BY entry.id",
        jurisdiction,
        code,
        office,
        scene.today,
        scene.now - timedelta(days=30),
    )
    return [row["id"] for row in rows]
