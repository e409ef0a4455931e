"""Facts of the demonstration that grades rest on: a builder of 十堰 that keeps all five systems, and one with complaints."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from api.demo.names import organisation, organisations
from api.demo.scene import Place, Scene
from domain.grade import facts
from domain.grade.facts import Told
from domain.installation_rows import office_id

OFFICE: Final[Place] = ("420300", "JC")
SYSTEMS: Final = ("real_name", "wage_account", "bank_payment", "deposit", "rights_notice")
EXEMPLARY: Final = organisation(51)
COMPLAINED_ABOUT: Final = organisations()[8]


async def record_grade_facts(scene: Scene) -> None:
    """Record what is known of two builders: one has kept A for two years, the other has arrears without a grade."""
    for builder in (EXEMPLARY, COMPLAINED_ABOUT):
        since = scene.ago(900)
        for system in SYSTEMS:
            await _record(scene, builder.id, Told(kind="labour_system", outcome="held", code=system, occurred_on=since))
        await _record(scene, builder.id, Told(kind="enterprise_kind", outcome="local", occurred_on=since))
    paid = Told(kind="wage_deposit", outcome="reduced", amount=200_000, occurred_on=scene.ago(400))
    await _record(scene, EXEMPLARY.id, paid)
    for number, days in enumerate((300, 120, 30), start=1):
        complaint = Told(
            kind="arrears_complaint",
            outcome="verified" if number == 1 else "unfounded",
            number=f"十劳监投〔虚构〕{number}号",
            occurred_on=scene.ago(days),
        )
        await _record(scene, COMPLAINED_ABOUT.id, complaint)


async def _record(scene: Scene, subject: UUID, told: Told) -> None:
    acting = scene.acting(scene.at(_day(scene, told.occurred_on), minutes=30), role="clerk", office=OFFICE)
    await facts.record(acting, scene.books, subject, told, office_id=office_id(*OFFICE))


def _day(scene: Scene, day: date) -> date:
    return min(day, scene.today)
