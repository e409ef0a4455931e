"""The list of acts of the demonstration that go unpunished in Haicang, and an exemption that waits for its signature.

In charge of one act on the list and one proposed for it, kept by 海沧区人社局, and of proposing to exempt the first
minor penalty of that office that meets the conditions (海沧2).
"""

from __future__ import annotations

from typing import Final

from api.demo.scene import Place, Scene
from domain.exemption import exemptions, items
from domain.installation_rows import catalogue_item_id, office_id

OFFICE: Final[Place] = ("350205", "RSJ")
_ACTS: Final = (
    ("employment_filing", "未按时办理劳动用工备案", "逾期十日以内，责令后三日内补办"),
    ("agency_notice", "人力资源服务机构未在服务场所明示规定事项", "责令后当日改正"),
)


async def exempt_some(scene: Scene) -> None:
    """Put an act on the list, propose another, and propose an exemption under the first."""
    clerk = scene.acting(scene.at(scene.ago(90), minutes=30), role="clerk", office=OFFICE)
    book = scene.book(OFFICE[0])
    first, *_ = [
        await items.propose(
            clerk,
            scene.books,
            items.Proposal(
                jurisdiction_id=OFFICE[0],
                office_id=office_id(*OFFICE),
                catalogue_item_id=catalogue_item_id(OFFICE[0], book.id, "penalty"),
                code=code,
                industry="人力资源",
                act=act,
                minor_when=minor_when,
                most_earlier=0,
                window_months=12,
                legal_basis="行政处罚法33（虚构清单）",
            ),
        )
        for code, act, minor_when in _ACTS
    ]
    approver = scene.acting(scene.at(scene.ago(85), minutes=30), role="approver", office=OFFICE)
    await items.approve(approver, first)
    clerk = scene.acting(scene.at(scene.ago(4), minutes=30), role="clerk", office=OFFICE)
    for row in await scene.connection.fetch(_MINOR, office_id(*OFFICE)):
        case = await exemptions.load_case(scene.connection, scene.books, row["id"], first, today=clerk.today)
        if case.is_exemptible and not case.unmet:
            grounds = "首次发生，责令后三日内改正（虚构）"
            await exemptions.propose(clerk, scene.books, record_id=row["id"], item_id=first, grounds=grounds)
            return


_MINOR: Final = """
SELECT id FROM credit_record WHERE office_id = $1 AND severity = 'minor' AND NOT about_person ORDER BY decision_no
"""
