"""The commitments of the demonstration: items kept by credit offices, signed, refused, waiting for papers, broken.

In charge of a few of each kind: published ones of an organisation and of a person, one of tolerant acceptance
whose papers still may come and one whose term has ended, one that was refused, a broken one with its record.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from api.demo import stories
from api.demo.names import DemoSubject, demo_id, organisations
from api.demo.scene import Place, Scene
from domain.commitment.commitments import party_of
from domain.installation_rows import commitment_item_id, office_id
from domain.lifecycle import create
from domain.masking import mask_name

BROKEN_RECORD: Final = 16
AUTHENTIC: Final = 8
"""The commitment to the authenticity of what the organisation of the tour tells of itself."""
_TEXT: Final = "承诺所提交材料真实有效，依法履行义务，自愿接受监督；违反承诺的，自愿接受约束和惩戒。"
_SIGNER: Final = "法定虚构"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """An item that a credit office keeps."""

    number: int
    office: Place
    code: str
    name: str
    kind: str
    clause: str
    days: int | None = None
    state: str = "approved"

    @property
    def id(self) -> UUID:
        """The id of the item."""
        return demo_id("commitment_item", self.number)


_APPROVAL: Final = _Item(
    number=1,
    office=("350200", "SP"),
    code="dispatch_permit",
    name="劳务派遣经营许可告知承诺",
    kind="notification",
    clause="11",
)
_TOLERANT: Final = _Item(
    number=2, office=("350205", "RSJ"), code="agency_permit", name="人力资源服务许可容缺受理", kind="tolerant_acceptance", clause="12", days=10
)  # fmt: skip
_LOAN: Final = _Item(
    number=3,
    office=("310000", "JY"),
    code="startup_loan",
    name="创业担保贷款申请告知承诺",
    kind="notification",
    clause="5(四)",
)
_WAGES: Final = _Item(
    number=4,
    office=("350200", "JCZD"),
    code="wages",
    name="按时足额支付工资信用承诺",
    kind="general",
    clause="11",
    state="proposed",
)
ITEMS: Final = (_APPROVAL, _TOLERANT, _LOAN, _WAGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A commitment: by whom, under which item, so many days ago, and what became of it."""

    number: int
    subject: DemoSubject
    item: UUID
    office: Place
    days: int
    published: bool = False
    disclosure: str = "public"
    more: dict[str, Any] = field(default_factory=dict)


async def commit_all(scene: Scene) -> None:
    """Enter the items and the commitments."""
    for item in ITEMS:
        await _enter(scene, item)
    for made in _made(scene):
        await _sign(scene, made)


def _made(scene: Scene) -> list[_Made]:
    haicang = [one for one in organisations() if one.jurisdiction == "350205" and one.kind == "enterprise"][:2]
    refuser = next(one for one in organisations() if one.jurisdiction == "350200" and one.number > 100)
    found = scene.ago(210)
    broken = {
        "state": "broken", "version": 2, "breach_ground": "untrue", "found_on": found, "found_at": scene.at(found, minutes=200), "finding": "经营场所承诺不实",
        "found_by": demo_id("account", 2), "record_id": demo_id("credit_record", BROKEN_RECORD),
    }  # fmt: skip
    exam = commitment_item_id("cn-shiyan-hrss-15333", "exam_registration")
    authentic = commitment_item_id("cn-xiamen-hrss-2021", "self_report_authenticity")
    return [
        _Made(number=1, subject=stories.EXAMPLE, item=_APPROVAL.id, office=_APPROVAL.office, days=60, published=True),
        _Made(number=2, subject=stories.PERSON_WITH_CONSENT, item=_APPROVAL.id, office=_APPROVAL.office, days=45, published=True),
        _Made(number=3, subject=refuser, item=_APPROVAL.id, office=_APPROVAL.office, days=30, disclosure="restricted",
              more={"state": "refused"}),
        _Made(number=4, subject=haicang[0], item=_TOLERANT.id, office=_TOLERANT.office, days=3, more=_missing(scene, 3)),
        _Made(number=5, subject=haicang[1], item=_TOLERANT.id, office=_TOLERANT.office, days=40, more=_missing(scene, 40)),
        _Made(number=6, subject=stories.PERSON_OF_SHANGHAI, item=_LOAN.id, office=_LOAN.office, days=300, more=broken),
        _Made(number=7, subject=stories.CANDIDATE, item=exam, office=("420300", "HRSS"), days=20, disclosure="authorised_query"),
        _Made(number=AUTHENTIC, subject=stories.EXAMPLE, item=authentic, office=("350200", "JC"), days=10, published=True),
    ]  # fmt: skip


def _missing(scene: Scene, days: int) -> dict[str, Any]:
    due = scene.calendar.add_term(scene.ago(days), 10, "working_day")
    return {
        "missing": "经营场所证明原件",
        "supplement_due_on": due.day,
        "supplement_provisional": due.provisional,
    }


async def _enter(scene: Scene, item: _Item) -> None:
    """Enter an item: one person has proposed it, another approved it; both have left since."""
    jurisdiction, _ = item.office
    proposed_at = scene.at(scene.ago(500), minutes=item.number * 13)
    approved = item.state == "approved"
    values = {
        "id": item.id, "jurisdiction_id": jurisdiction, "edition": "演示版", "code": item.code, "name": item.name, "kind": item.kind,
        "matter_kind": "approval", "parties": ["natural_person", "legal_person", "other_organisation"], "text": None,
        "supplement_term": item.days, "supplement_unit": "working_day" if item.days else None, "disclosure": "public",
        "person_disclosure": "public", "clause": item.clause, "state": item.state, "proposed_by": demo_id("account", 1),
        "proposed_at": proposed_at, "decided_by": demo_id("account", 2) if approved else None,
        "decided_at": proposed_at if approved else None,
    }  # fmt: skip
    acting = scene.acting(proposed_at)
    await create(acting, "commitment_item", "propose", values)
    taker = {"id": demo_id("commitment_item_office", item.number), "commitment_item_id": item.id}
    await acting.connection.execute(
        "INSERT INTO commitment_item_office (id, commitment_item_id, office_id) VALUES ($1, $2, $3)",
        *taker.values(),
        office_id(*item.office),
    )


async def _sign(scene: Scene, made: _Made) -> None:
    jurisdiction, _ = made.office
    day = scene.ago(made.days)
    entered_at = scene.at(day, minutes=made.number * 17)
    clerk = scene.acting(entered_at, role="clerk", office=made.office)
    refused = made.more.get("state") == "refused"
    person = made.subject.is_person
    values = {
        "id": demo_id("commitment", made.number), "commitment_item_id": made.item, "subject_id": made.subject.id, "about_person": person,
        "party": party_of(made.subject.kind), "jurisdiction_id": jurisdiction, "office_id": office_id(*made.office),
        "matter_no": f"受〔{day.year}〕{made.number}号", "state": "signed", "version": 1, "entered_at": entered_at,
        "taken_in_by": clerk.actor.account_id, "disclosure": made.disclosure, "supplement_provisional": False,
        **({} if refused else _signature(day, person=person)), **_published(made, entered_at), **made.more,
    }  # fmt: skip
    await create(clerk, "commitment", "refuse" if refused else "sign", values)


def _signature(day: date, *, person: bool) -> dict[str, Any]:
    by_hand = {"signature_method": "handwritten", "signer": "in_person"}
    by_seal = {
        "signature_method": "seal",
        "signer": "legal_representative",
        "signer_name": _SIGNER,
        "masked_name": mask_name(_SIGNER),
    }
    return {
        "text": _TEXT,
        "text_digest": hashlib.sha256(_TEXT.encode()).hexdigest(),
        "signed_on": day,
        "evidence": "承诺书档案",
        **(by_hand if person else by_seal),
    }


def _published(made: _Made, entered_at: datetime) -> dict[str, Any]:
    return dict.fromkeys(("published_at", "portal_at", "platform_at"), entered_at) if made.published else {}
