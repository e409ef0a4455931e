"""The public commitment of a subject that asks for repair: that its papers are true, that it bears the consequences.

Its words are the rulebook's; the subject confirms both elements and signs. It is a commitment like any other,
under the item credit_repair, published when it is signed, and may be found broken like any other.
Refuses a commitment without one of its elements.
Source: 信用修复管理办法 (公开作出信用承诺,承诺内容应包括所提交材料真实有效,并明确愿意承担违反承诺的相应责任).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.calendar import WorkingCalendar
from domain.commitment import commitments
from domain.commitment.commitments import Matter, Signature
from domain.errors import InvalidInput
from domain.lifecycle import Transaction
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks

PATH: Final = "repair.commitment.text"
ITEM: Final = "credit_repair"


class CommitmentIncomplete(InvalidInput):
    """The commitment says that what was handed in is true and that the subject bears the consequences: confirm both."""

    code = "COMMITMENT_INCOMPLETE"
    zh = "信用承诺须包括所提交材料真实有效，并明确愿意承担违反承诺的相应责任：请逐项确认。"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the subject confirms, and how it signs."""

    papers_true: bool
    consequences_accepted: bool
    signature: Signature


def commitment_text(books: Rulebooks, record: Mapping[str, Any], *, on: date) -> str:
    """Write the commitment for a record; it names the decision, not the subject."""
    answer = rule(books, record["jurisdiction_id"], PATH, on)
    return str(answer.value).replace("{decision_no}", record["decision_no"])


async def sign(
    tx: Transaction,
    books: Rulebooks,
    calendar: WorkingCalendar,
    record: Mapping[str, Any],
    application_id: UUID,
    confirmed: Confirmed,
) -> UUID:
    """Sign and publish the commitment of an application; give its id.

    Raises: CommitmentIncomplete; what `commitments.sign` raises.
    """
    if not (confirmed.papers_true and confirmed.consequences_accepted):
        raise CommitmentIncomplete()
    item = await commitments.named_item(tx, books, jurisdiction=record["jurisdiction_id"], code=ITEM)
    matter = Matter(
        item_id=item, subject_id=record["subject_id"], office_id=record["office_id"], matter_no=str(application_id)
    )
    text = commitment_text(books, record, on=tx.today)
    made = await commitments.sign(tx, books, calendar, matter, text=text, signature=confirmed.signature)
    await commitments.publish(tx, made)
    return made
