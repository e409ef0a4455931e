"""What may happen to a subject's request: it is filed, granted or refused with an answer, or withdrawn.

Refuses a second request of the same kind about the same thing while one is open, a record that is not the
subject's, an office that keeps nothing here, and an answer by the person who filed it.
Source: 个人信息保护法 24 (说明; 拒绝仅通过自动化决策), 45 (查阅、复制), 46 (更正、补充), 47 (删除), 48 (解释说明),
50 (拒绝的应当说明理由).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from domain.calendar import OutsideCalendar, WorkingCalendar
from domain.errors import DomainError, InvalidInput, NotFound
from domain.lifecycle import Transaction, create, machine, move
from domain.rights.subject_request import REQUEST_KINDS
from domain.rulebook.answer import RuleStatus
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks
from domain.text import require_text

MACHINE: Final = machine(
    "subject_request",
    grant=("filed", "granted"),
    refuse=("filed", "refused"),
    withdraw=("filed", "withdrawn"),
)

OF_ALL: Final = ("access", "explanation_of_rules")
"""What may be asked for of everything that is held at once: who holds something is what the subject does not know yet."""

LONGEST: Final = 2_000
"""Characters of a request or an answer; no law limits them."""


class RequestPending(DomainError):
    """A request of this kind about the same thing is open already: see `request`, await its answer or withdraw it."""

    code = "REQUEST_PENDING"
    zh = "同一事项的同类请求正在办理：请等待答复或先撤回（见 request）。"


class RequestNotForOffice(InvalidInput):
    """The office keeps no credit information here: name a bureau office, or the record that the request is about."""

    code = "REQUEST_NOT_FOR_OFFICE"
    zh = "该单位在本系统不持有信用信息：请填写人社单位，或指明所涉信用记录。"


class AnswerByFiler(DomainError):
    """Whoever filed the request cannot answer it: another officer must."""

    code = "ANSWER_BY_FILER"
    zh = "提出请求的人不能作出答复：须由其他经办人员办理。"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it is filed: of which kind, about which record or to which office, in which words."""

    subject_id: UUID
    kind: str
    words: str
    record_id: UUID | None = None
    office_id: UUID | None = None


async def file(tx: Transaction, books: Rulebooks, calendar: WorkingCalendar, asked: Asked) -> UUID:
    """File a request and give its id.

    Raises: InvalidInput; NotFound for a record that is not about the subject; RequestNotForOffice; RequestPending.
    Source: the rule `subject_request.<kind>` gives the basis, `deadline.subject_request.<kind>` the term if any.
    """
    if asked.kind not in REQUEST_KINDS:
        raise InvalidInput("There is no such kind of request.", zh="没有这一请求类型。", kinds=list(REQUEST_KINDS))
    words = require_text("words", asked.words, longest=LONGEST)
    office = await _office(tx, books, asked)
    subject = await tx.connection.fetchrow("SELECT is_person FROM subject WHERE id = $1 FOR UPDATE", asked.subject_id)
    if subject is None:
        raise NotFound
    pending = await tx.connection.fetchval(_PENDING, asked.subject_id, asked.kind, asked.record_id, office["id"])
    if pending is not None:
        raise RequestPending(request=f"SubjectRequest:{pending}")
    due_on, provisional = _due(books, calendar, office["jurisdiction_id"], asked.kind, tx)
    basis = _basis(books, office["jurisdiction_id"], asked.kind, tx) if subject["is_person"] else None
    values = {
        "subject_id": asked.subject_id,
        "about_person": subject["is_person"],
        "jurisdiction_id": office["jurisdiction_id"],
        "office_id": office["id"],
        "record_id": asked.record_id,
        "kind": asked.kind,
        "words": words,
        "state": "filed",
        "basis": basis,
        "filed_at": tx.now,
        "filed_by": tx.actor.account_id,
        "due_on": due_on,
        "due_provisional": provisional,
    }
    return await create(tx, "subject_request", "file", values, basis=basis)


async def grant(tx: Transaction, request_id: UUID, *, answer: str) -> dict[str, Any]:
    """Grant a request with the office's answer; give the row after it.

    Raises: InvalidInput; AnswerByFiler; StateConflict.
    """
    return await _answer(tx, "grant", request_id, answer)


async def refuse(tx: Transaction, request_id: UUID, *, answer: str) -> dict[str, Any]:
    """Refuse a request, saying why; give the row after it.

    Raises: InvalidInput; AnswerByFiler; StateConflict.
    Source: 个人信息保护法 50 (应当说明理由; 可以依法向人民法院提起诉讼).
    """
    return await _answer(tx, "refuse", request_id, answer)


async def withdraw(tx: Transaction, request_id: UUID) -> dict[str, Any]:
    """Withdraw a request that is not answered yet; give the row after it.

    Raises: StateConflict.
    """
    return await move(tx, MACHINE, "withdraw", request_id, {"ended_at": tx.now})


async def _answer(tx: Transaction, verb: str, request_id: UUID, answer: str) -> dict[str, Any]:
    text = require_text("answer", answer, longest=LONGEST)
    row = await tx.connection.fetchrow("SELECT filed_by, basis FROM subject_request WHERE id = $1", request_id)
    if row is None:
        raise NotFound
    if row["filed_by"] is not None and row["filed_by"] == tx.actor.account_id:
        raise AnswerByFiler
    changes = {"answer": text, "answered_by": tx.actor.account_id, "ended_at": tx.now}
    return await move(tx, MACHINE, verb, request_id, changes, basis=row["basis"])


async def _office(tx: Transaction, books: Rulebooks, asked: Asked) -> Any:
    """Find the office that answers: the record's, else the one named, else that of the subject's place for all that is held.

    Raises: NotFound; RequestNotForOffice; InvalidInput where one must be named.
    Source: 个人信息保护法 45, 48 (the right does not depend on knowing who keeps what); which office is ours.
    """
    if asked.record_id is not None:
        found = await tx.connection.fetchrow(_OFFICE_OF_RECORD, asked.record_id, asked.subject_id)
        if found is None:
            raise NotFound
        return found
    if asked.office_id is not None:
        found = await tx.connection.fetchrow(_OFFICE, asked.office_id)
        if found is None:
            raise RequestNotForOffice
        return found
    found = await _office_of_place(tx, books, asked.subject_id) if asked.kind in OF_ALL else None
    if found is None:
        raise InvalidInput("Name the record, or the office, that the request is about.", zh="请填写所涉记录或单位。")
    return found


async def _office_of_place(tx: Transaction, books: Rulebooks, subject_id: UUID) -> Any:
    """Find the credit office 信用办 of a subject's place; where that is no office of the bureau, the bureau 局 itself.

    Source: 个人信息保护法 73 (who decides on purpose and manner is the handler 处理者: Xinxiang's 市信用办 only publishes).
    """
    found = await tx.connection.fetchrow(_CREDIT_OFFICE, subject_id)
    if found is not None:
        return found
    place = await tx.connection.fetchval("SELECT jurisdiction_id FROM subject WHERE id = $1", subject_id)
    head = books.heads.get(place)
    named = [one.code for one in books.books[head].offices if one.form == "bureau"] if head is not None else []
    return await tx.connection.fetchrow(_BUREAU, place, named)


def _due(
    books: Rulebooks, calendar: WorkingCalendar, jurisdiction: str, kind: str, tx: Transaction
) -> tuple[Any, bool]:
    """Give the last day for the answer and whether it is provisional; nothing where no law sets days."""
    path = f"deadline.subject_request.{kind}"
    answer = rule(books, jurisdiction, path, tx.today) if path in books.known_paths else None
    if answer is None or not answer.binding or not isinstance(answer.value, int) or answer.unit is None:
        return None, False
    try:
        last = calendar.add_term(tx.today, answer.value, answer.unit)
    except OutsideCalendar:
        return None, False
    return last.day, last.provisional


def _basis(books: Rulebooks, jurisdiction: str, kind: str, tx: Transaction) -> str | None:
    """Name the law that grants the right, where one is loaded and in force."""
    answer = rule(books, jurisdiction, f"subject_request.{kind}", tx.today)
    return answer.citation if answer.status is RuleStatus.SAYS else None


_OFFICE_OF_RECORD: Final = """
SELECT office.id, office.jurisdiction_id FROM credit_record record JOIN office ON office.id = record.office_id
WHERE record.id = $1 AND record.subject_id = $2 AND record.disclosure <> 'internal'
"""
_OFFICE: Final = "SELECT id, jurisdiction_id FROM office WHERE id = $1 AND kind = 'bureau_office'"
_CREDIT_OFFICE: Final = """
SELECT office.id, office.jurisdiction_id FROM subject
JOIN jurisdiction place ON place.id = subject.jurisdiction_id
JOIN office ON office.jurisdiction_id IN (place.id, place.parent_id)
WHERE subject.id = $1 AND office.kind = 'bureau_office' AND 'credit_office' = ANY(office.roles)
ORDER BY office.jurisdiction_id <> place.id, office.code LIMIT 1
"""
_BUREAU: Final = """
SELECT id, jurisdiction_id FROM office
WHERE jurisdiction_id = $1 AND code = ANY($2::text[]) AND kind = 'bureau_office' ORDER BY code LIMIT 1
"""
_PENDING: Final = """
SELECT id FROM subject_request
WHERE subject_id = $1 AND kind = $2 AND record_id IS NOT DISTINCT FROM $3 AND office_id = $4 AND state = 'filed'
"""
