"""Urgings 督促: a public body or state-owned enterprise is urged to pay wages as it has contracted.

Each is recorded with day, office and result. Whether one must come before an entry on a list is not said.
Refuses: a place whose texts order no urging, another kind of subject. Source: 厦门24.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.credit.refusals import DatesOutOfOrder, PersonalTextInPublic
from domain.credit.terms import binding
from domain.errors import DomainError, NotFound
from domain.ids import new_id
from domain.lifecycle import Transaction, create, machine, move
from domain.lists.list_subject import is_public_body
from domain.privacy import Privacy, column, reference
from domain.registry.enrolment import names_identity
from domain.rulebook.model import Rulebooks
from domain.text import require_text

URGING_STATES = ("issued", "concluded")
MACHINE: Final = machine("urging", conclude=("issued", "concluded"))
_ORDERED: Final = "supervision_notice.subjects"
_LONGEST: Final = 2_000


class NoPublicBody(DomainError):
    """Urgings are for government departments, institutions under them and state-owned enterprises."""

    code = "NO_PUBLIC_BODY"
    zh = "督促对象应为政府部门及其所属事业单位和国有企业。"


class UrgingNotProvided(DomainError):
    """No text of this place has public bodies urged to pay wages: none is issued."""

    code = "URGING_NOT_PROVIDED"
    zh = "本地文件未规定督促政府部门及其所属事业单位和国有企业支付工资：不予登记。"


class Urging(Model):
    """An urging 督促: a public body or state-owned enterprise is urged to pay wages as contracted."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    subject = reference("renxin.Subject", "The public body or state-owned enterprise.")
    jurisdiction = reference("renxin.Jurisdiction", "The division of the office.")
    office = reference("renxin.Office", "The office that urges.")
    state: str = column(fields.TextField, "Issued, or concluded with a result.")
    urged_on: date = column(fields.DateField, "Day of the urging.")
    demand: str = column(fields.TextField, "What is urged: whom to pay, under which contract.", Privacy.CREDIT)
    pay_by_on: date | None = column(fields.DateField, "Day by which to pay; null where none is named.", null=True)
    result: str | None = column(fields.TextField, "What came of it; null until then.", Privacy.CREDIT, null=True)
    concluded_on: date | None = column(fields.DateField, "Day of the result.", null=True)
    issued_by: UUID | None = column(fields.UUIDField, "Account that urged.", Privacy.INTERNAL, null=True)
    concluded_by: UUID | None = column(fields.UUIDField, "Account that noted the result.", Privacy.INTERNAL, null=True)

    class Meta:
        table = "urging"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "urged_on", "id"), name="urging_by_subject"),
            Index(fields=("office_id", "urged_on", "id"), name="urging_by_office"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {URGING_STATES}", name="urging_state_is_known"),
            CheckConstraint(
                check="(state = 'concluded') = (result IS NOT NULL AND concluded_on IS NOT NULL)",
                name="urging_concluded_has_result",
            ),
        )


async def issue(
    tx: Transaction,
    books: Rulebooks,
    *,
    office_id: UUID,
    subject_id: UUID,
    demand: str,
    pay_by_on: date | None = None,
) -> UUID:
    """Urge a public body or state-owned enterprise to pay as contracted; give the urging's id.

    Raises: UrgingNotProvided; NotFound; NoPublicBody; InvalidInput; PersonalTextInPublic; DatesOutOfOrder.
    Source: 厦门24 (督促…按合同约定支付工资).
    """
    jurisdiction = await tx.connection.fetchval("SELECT jurisdiction_id FROM office WHERE id = $1", office_id)
    law = binding(books, jurisdiction, _ORDERED, tx.today)
    if law is None:
        raise UrgingNotProvided
    subject = await tx.connection.fetchrow("SELECT kind, state_owned FROM subject WHERE id = $1", subject_id)
    if subject is None:
        raise NotFound()
    if not is_public_body(subject):
        raise NoPublicBody()
    if pay_by_on is not None and pay_by_on < tx.today:
        raise DatesOutOfOrder("The day to pay by has passed.", zh="支付期限已过。")
    values = {
        "subject_id": subject_id,
        "jurisdiction_id": jurisdiction,
        "office_id": office_id,
        "state": "issued",
        "urged_on": tx.today,
        "demand": _text("demand", demand),
        "pay_by_on": pay_by_on,
        "issued_by": tx.actor.account_id,
    }
    return await create(tx, "urging", "issue", values, basis=law.citation)


async def conclude(tx: Transaction, books: Rulebooks, row: Mapping[str, Any], *, result: str) -> dict[str, Any]:
    """Note what came of an urging; give the row after it.

    Raises: StateConflict; InvalidInput; PersonalTextInPublic.
    """
    changes = {"result": _text("result", result), "concluded_on": tx.today, "concluded_by": tx.actor.account_id}
    law = binding(books, row["jurisdiction_id"], _ORDERED, row["urged_on"])
    return await move(tx, MACHINE, "conclude", row["id"], changes, basis=law.citation if law else None)


def _text(name: str, text: str) -> str:
    plain = require_text(name, text, longest=_LONGEST)
    if names_identity(plain, person_name=None):
        raise PersonalTextInPublic(field=name)
    return plain
