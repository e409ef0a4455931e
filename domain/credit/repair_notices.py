"""Serving a notice of the rights of credit repair, and asking for it before a penalty is published.

A notice is served on or after the day of the decision, and once for each version of a record. Publishing a
penalty whose subject was not told is refused: the two duties stand in one clause, and a notice that the service
made up by itself would tell nobody. It may be served in the act of publishing (两书同达). A notice served too late
is noted all the same, and shown as late. Refuses: a record that is no penalty, a day to come.
Source: 厦门2; 海沧1; 国办发〔2025〕22号.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.credit import terms
from domain.credit.item import Item, load_item
from domain.credit.notice_text import Told, notice_text
from domain.credit.refusals import DateInFuture, DatesOutOfOrder, citing
from domain.credit.repair_notice import NOTICE_CHANNELS
from domain.errors import DomainError, InvalidInput, NotFound
from domain.lifecycle import Transaction, create
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks

PATH: Final = "notice.repair_rights.required_for"


class RepairNoticeMissing(DomainError):
    """The subject has not been told of its rights of credit repair: serve the notice, or hand it in with this."""

    code = "REPAIR_NOTICE_MISSING"
    zh = "尚未告知行政相对人信用修复权益：请先送达告知书，或在公示时一并填写送达情况；办理期限继续计算。"


class RepairNoticeServed(DomainError):
    """This version of the record has its notice already."""

    code = "REPAIR_NOTICE_SERVED"
    zh = "该记录的这一版本已送达信用修复告知书。"


class RepairNoticeNotApplicable(InvalidInput):
    """Only a penalty that stands has a notice of the rights of repair: name such a record."""

    code = "REPAIR_NOTICE_NOT_APPLICABLE"
    zh = "只有有效的行政处罚才有信用修复告知：请指明此类记录。"


@dataclass(frozen=True, slots=True)
class Service:
    """How a notice was served 送达: on which day, in which way."""

    served_on: date
    channel: str


async def serve(tx: Transaction, books: Rulebooks, record_id: UUID, service: Service) -> UUID:
    """Note that the subject of a penalty was told of its rights; give the notice's id.

    Raises: NotFound; RepairNoticeNotApplicable; RepairNoticeServed; InvalidInput; DateInFuture; DatesOutOfOrder.
    """
    row = await tx.connection.fetchrow(_RECORD, record_id)
    if row is None:
        raise NotFound()
    if row["category"] != "penalty" or row["state"] not in ("submitted", "published"):
        raise RepairNoticeNotApplicable()
    if await tx.connection.fetchval(_SERVED_VERSION, record_id, row["version"]):  # only now that the row is locked
        raise RepairNoticeServed()
    item = await load_item(tx, row["item_id"], office_id=row["office_id"])
    check_service(service, decided_on=row["decided_on"], today=tx.today)
    values = {
        "record_id": record_id,
        "subject_id": row["subject_id"],
        "about_person": row["about_person"],
        "jurisdiction_id": row["jurisdiction_id"],
        "office_id": row["office_id"],
        "version": row["version"],
        "served_on": service.served_on,
        "channel": service.channel,
        "content": notice_text(books, _told(books, item, row), on=service.served_on),
        "noted_at": tx.now,
        "served_by": tx.actor.account_id,
    }
    answer = required_by(books, row["jurisdiction_id"], row["decided_on"])
    return await create(tx, "repair_notice", "serve", values, basis=answer.citation if answer else None)


async def require_notice(tx: Transaction, books: Rulebooks, row: Mapping[str, Any], *, on: date) -> None:
    """Pass a record whose subject was told of its rights by a day, or need not be told.

    Raises: RepairNoticeMissing with the clause.
    """
    if not row["repair_notice_required"]:
        return
    if await tx.connection.fetchval(_SERVED, row["id"], on):
        return
    answer = required_by(books, row["jurisdiction_id"], row["decided_on"])
    raise citing(RepairNoticeMissing, answer.citation if answer else "")


def required_by(books: Rulebooks, jurisdiction: str, on: date) -> RuleAnswer | None:
    """Give the rule that asks for the notice, or for serving it together with the decision; none where none does."""
    for path in (PATH, "notice.repair_rights.served_together"):
        answer = rule(books, jurisdiction, path, on)
        if answer.layer is not None and answer.layer.relation != "sister":
            return answer
    return None


def _told(books: Rulebooks, item: Item, row: Mapping[str, Any]) -> Told:
    """Give what a notice about a record tells of; `row` has the columns of the record and `office_name`."""
    last = terms.public_until(books, item, severity=row["severity"], decided_on=row["decided_on"])
    return Told(
        jurisdiction=row["jurisdiction_id"],
        office_name=row["office_name"],
        decision_no=row["decision_no"],
        title=row["title"],
        severity=row["severity"],
        decided_on=row["decided_on"],
        special_fields=tuple(row["special_fields"]),
        public_until=row["public_until"] or last,
    )


def check_service(service: Service, *, decided_on: date, today: date) -> None:
    """Pass a way of serving that there is, on a day that has come and is no earlier than the decision.

    Raises: InvalidInput; DateInFuture; DatesOutOfOrder.
    """
    if service.channel not in NOTICE_CHANNELS:
        raise InvalidInput("There is no such way of serving.", zh="没有这种送达方式。", channels=list(NOTICE_CHANNELS))
    if service.served_on > today:
        raise DateInFuture(field="served_on")
    if service.served_on < decided_on:
        raise DatesOutOfOrder(field="served_on")


_RECORD: Final = """
SELECT record.*, item.category, office.name AS office_name
FROM credit_record record
JOIN catalogue_item item ON item.id = record.item_id
JOIN office ON office.id = record.office_id
WHERE record.id = $1 FOR NO KEY UPDATE OF record
"""

_SERVED_VERSION: Final = "SELECT EXISTS (SELECT FROM repair_notice WHERE record_id = $1 AND version = $2)"
_SERVED: Final = "SELECT EXISTS (SELECT FROM repair_notice WHERE record_id = $1 AND served_on <= $2)"
