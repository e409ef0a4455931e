"""The monthly reports of the demonstration: one office handed in the report of the month before last, and nobody any since."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from api.demo.scene import Scene
from domain.installation_rows import office_id
from domain.oversight import progress_reports

_OFFICE: Final = ("350200", "JCZD")
_SAID: Final = "本月双公示信息按时公示，办理异议一件、信用修复一件，开展信用承诺宣传一场（虚构）。"


async def report_once(scene: Scene) -> None:
    """Hand in one report, in time: from its month on the place owes them here (厦门9)."""
    last_month = scene.today.replace(day=1) - timedelta(days=1)
    month = last_month.replace(day=1) - timedelta(days=1)
    written, handed = (scene.at(last_month.replace(day=day), minutes=30) for day in (2, 4))
    clerk = scene.acting(written, role="clerk", office=_OFFICE)
    made = await progress_reports.draft(
        clerk, scene.books, scene.calendar, office_id(*_OFFICE), cycle="month", year=month.year, place=month.month
    )
    row = await scene.connection.fetchrow("SELECT * FROM progress_report WHERE id = $1", made)
    assert row is not None
    completed = await progress_reports.complete(clerk, row, narrative=_SAID)
    await progress_reports.hand_in(scene.acting(handed, role="reviewer", office=_OFFICE), completed)
