"""What may happen to a subject's statement: it is made beside a contested record, and removed by the subject.

Refuses a statement beside what nobody contests, a second one beside the same thing, one longer than the rulebook
allows, and one that carries other people's personal data as far as a program can tell.
Source: 个人信息保护法 46; the length is a default of the service.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import asyncpg

from domain.errors import DomainError
from domain.lifecycle import Transaction, change, create
from domain.rights.objections.objection import TARGETS
from domain.rights.objections.target import lock_target
from domain.rights.others_data import require_impersonal
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks
from domain.text import require_text

LONGEST: Final = "objection.statement.longest"


class NotContested(DomainError):
    """No objection to this is open or decided: a statement stands only beside what is contested."""

    code = "NOT_CONTESTED"
    zh = "该信息没有异议：声明只能附在有异议的信息旁。"


class StatementStands(DomainError):
    """Your statement stands beside this already: remove it before you make another."""

    code = "STATEMENT_STANDS"
    zh = "该信息旁已有您的声明：请先撤下原声明再重新提交。"


async def make(tx: Transaction, books: Rulebooks, *, noun: str, target_id: UUID, words: str, by_agent: bool) -> UUID:
    """Put a statement of the subject's own beside a contested row; give its id.

    Units: its length is counted in characters, rulebook value "objection.statement.longest".
    Raises: NotFound; NotContested; StatementStands; OthersPersonalData; InvalidInput.
    """
    target = await lock_target(tx, noun, target_id)
    if not await tx.connection.fetchval(_CONTESTED.format(column=target.column), target_id):
        raise NotContested
    longest = rule(books, target.jurisdiction_id, LONGEST, tx.today)
    assert isinstance(longest.value, int)
    plain = require_text("words", words, longest=longest.value)
    await require_impersonal(tx, "words", plain, subject_id=target.subject_id)
    values = {
        "subject_id": target.subject_id,
        "about_person": target.about_person,
        TARGETS[noun]: target_id,
        "words": plain,
        "by_agent": by_agent,
        "made_at": tx.now,
        "made_by": tx.actor.account_id,
    }
    try:
        async with tx.connection.transaction():
            return await create(tx, "subject_statement", "make", values)
    except asyncpg.UniqueViolationError:
        raise StatementStands from None


async def remove(tx: Transaction, statement_id: UUID) -> None:
    """Remove a statement; what it stood beside is shown without it from now on.

    Raises: StateConflict when it has been removed.
    """
    await change(tx, "subject_statement", "remove", statement_id, {"removed_at": tx.now}, unless="removed_at")


_CONTESTED: Final = "SELECT EXISTS (SELECT FROM objection WHERE {column} = $1 AND state <> 'withdrawn')"
