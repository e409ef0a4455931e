"""Editions of the demonstration: Xiamen's compendium and behaviours in force, its next catalogue waiting for approval."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from api.demo.scene import Place, Scene
from domain.edition import editions, reading
from domain.edition.editions import Draft
from domain.edition.items import Given
from domain.installation_rows import edition_id

OFFICE: Final[Place] = ("350200", "JC")
_ISSUER: Final = "厦门市人力资源和社会保障局"

POLICIES: Final = (
    Given(1, {"code": "gzyd-2021", "name": "2021年社会信用体系建设工作要点", "doc_no": "厦人社办〔2021〕38号", "issuer": _ISSUER,
              "issued_on": "2021-04-29", "valid_from": "2021-01-01", "valid_to": "2021-12-31"}, {}),
    Given(2, {"code": "bzgz-2019", "name": "保障农民工工资支付条例", "doc_no": "国务院令第724号", "issuer": "国务院",
              "issued_on": "2019-12-30", "valid_from": "2020-05-01"}, {}),
)  # fmt: skip
BEHAVIOURS: Final = (
    Given(1, {"code": "wage_arrears", "name": "无故拖欠农民工工资", "legal_basis": "《保障农民工工资支付条例》48",
              "basis_level": "administrative_regulation", "severity": "serious", "policies": "bzgz-2019", "office": "JCZD",
              "items": "penalty"}, {}),
    Given(2, {"code": "late_filing", "name": "未按时报送劳动用工书面审查材料(虚构)", "legal_basis": "《劳动保障监察条例》30",
              "basis_level": "administrative_regulation", "severity": "minor", "office": "JCZD", "items": "penalty"}, {}),
)  # fmt: skip


async def keep_lists(scene: Scene) -> None:
    """Bring the compendium and the behaviours into force half a year ago, and propose a catalogue for next year."""
    other = await scene.connection.fetchval("SELECT id FROM account WHERE sub = 'xiamen-credit-office'")
    began = scene.ago(180)
    for kind, given in (("policies", POLICIES), ("behaviours", BEHAVIOURS)):
        author = scene.acting(scene.at(scene.ago(200), minutes=30), role="credit_office", office=OFFICE)
        drafted = Draft(jurisdiction_id=OFFICE[0], kind=kind, label=f"{began.year}年版", valid_from=began, given=given)
        made = await editions.draft(author, scene.books, drafted)
        await editions.propose(author, scene.books, made)
        approver = scene.acting(scene.at(scene.ago(195), minutes=90), role="credit_office", office=OFFICE)
        approver.actor = replace(approver.actor, account_id=other)
        await editions.approve(approver, scene.books, made)
    author = scene.acting(scene.now - timedelta(days=1), role="credit_office", office=OFFICE)
    present = edition_id(scene.books.heads[OFFICE[0]], "catalogue")
    drafted = Draft(
        jurisdiction_id=OFFICE[0], kind="catalogue", label=f"{scene.today.year + 1}年版",
        valid_from=scene.today.replace(year=scene.today.year + 1, month=1, day=1),
        given=await reading.as_given(author, present), source="权责清单、政务资源目录(虚构)",
    )  # fmt: skip
    made = await editions.draft(author, scene.books, drafted)
    await editions.propose(author, scene.books, made)
