"""Self-reported information of the demonstration: what one organisation of 厦门 tells of itself, not verified."""

from __future__ import annotations

from typing import Any, Final

from api.demo import stories
from api.demo.commitments import AUTHENTIC
from api.demo.names import demo_id
from api.demo.scene import Place, Scene
from domain.installation_rows import office_id
from domain.lifecycle import Actor, Transaction, create

OFFICE: Final[Place] = ("350200", "JC")


async def tell_some(scene: Scene) -> None:
    """Enter what the organisation of the tour tells of itself, under its commitment to its truth."""
    firm = stories.EXAMPLE
    reported_at = scene.at(scene.ago(10), minutes=AUTHENTIC * 17)
    values: dict[str, Any] = {
        "id": demo_id("self_report", 1), "subject_id": firm.id, "about_person": False, "jurisdiction_id": OFFICE[0],
        "office_id": office_id(*OFFICE), "kind": "资质证照", "title": "人力资源服务许可证", "text": "许可证在有效期内，业务范围未变更。",
        "state": "reported", "version": 1, "disclosure": "public", "commitment_id": demo_id("commitment", AUTHENTIC), "by_agent": False,
        "reported_at": reported_at,
    }  # fmt: skip
    actor = Actor(account_id=None, roles=("subject",), subject_id=firm.id)
    await create(Transaction(scene.connection, reported_at, actor), "self_report", "report", values, basis="20")
