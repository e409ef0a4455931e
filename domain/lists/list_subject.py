"""Whom an entry is about: found or entered by code, identity number or id, where the list admits its kind.

Government departments, institutions and state-owned enterprises are subjects like any other.
Source: 厦门24; 新乡三 (企事业单位、社会组织、个人等各类社会主体).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.credit.party import PERSON
from domain.credit.refusals import SubjectKindNotAllowed, SubjectUnclear, citing
from domain.credit.terms import KEPT_BACK, keeps_back
from domain.errors import NotFound
from domain.identifiers import read_resident_id, read_uscc
from domain.lifecycle import Transaction
from domain.lists.list_kind import ListKind
from domain.masking import patterns
from domain.registry import birthday, enrolment
from domain.rulebook.model import Rulebooks
from domain.vault import Vault

_PUBLIC: Final = ("government_organ", "public_institution")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Whom an entry is about: named by exactly one of code, identity number, subject; the name with the first two."""

    name: str | None = None
    uscc: str | None = None
    id_number: str | None = None
    subject_id: UUID | None = None
    state_owned: bool = False


async def admit_subject(
    tx: Transaction, vault: Vault, books: Rulebooks, kind: ListKind, named: Named
) -> Mapping[str, Any]:
    """Find or enter the subject, and pass it where the list admits its kind; give its row.

    Raises: SubjectUnclear; SubjectKindNotAllowed; NotFound; what `enrolment` raises.
    Source: 厦门24 (public bodies and state-owned enterprises are no exception); 新乡三.
    """
    if [named.uscc, named.id_number, named.subject_id].count(None) != 2:
        raise SubjectUnclear()
    if named.subject_id is None:
        if named.name is None:
            raise SubjectUnclear()
        told = read_uscc(named.uscc).kind if named.uscc is not None else PERSON
        _admit_kind(kind, told)
    subject_id = named.subject_id or await _enrol(tx, vault, books, kind, named)
    row: Mapping[str, Any] | None = await tx.connection.fetchrow("SELECT * FROM subject WHERE id = $1", subject_id)
    if row is None:
        raise NotFound()
    _admit_kind(kind, row["kind"])
    return row


async def disclosure_of(
    tx: Transaction, vault: Vault, books: Rulebooks, kind: ListKind, subject: Mapping[str, Any], *, acted_on: date
) -> str:
    """Say how far an entry about a subject is shown: one for what a minor did to its office and the person alone.

    `acted_on` is the day of the act, or the earliest known that stands for it.
    Source: 未成年人保护法 103 (不得披露有关案件中未成年人的…可能识别出其身份的信息).
    """
    usual = kind.disclosure_of(person=subject["is_person"])
    if not subject["is_person"] or kind.polarity != "negative":
        return usual
    born_on = await birthday.born_on(tx, vault, subject["id"])
    law = keeps_back(books, kind.jurisdiction_id, "list", born_on=born_on, on=acted_on, today=tx.today)
    return usual if law is None else KEPT_BACK


def is_public_body(subject: Mapping[str, Any]) -> bool:
    """Tell of a government department, an institution under one or a state-owned enterprise (厦门24)."""
    return subject["kind"] in _PUBLIC or bool(subject["state_owned"])


async def _enrol(tx: Transaction, vault: Vault, books: Rulebooks, kind: ListKind, named: Named) -> UUID:
    assert named.name is not None
    if named.uscc is not None:
        return await enrolment.enrol_organisation(
            tx,
            uscc=named.uscc,
            name=named.name,
            jurisdiction_id=kind.jurisdiction_id,
            state_owned=named.state_owned,
        )
    number = read_resident_id(named.id_number, today=tx.today).number
    return await enrolment.enrol_person(
        tx,
        vault,
        id_number=number,
        name=named.name,
        jurisdiction_id=kind.jurisdiction_id,
        patterns=patterns(books, kind.jurisdiction_id, tx.today),
    )


def _admit_kind(kind: ListKind, subject_kind: str) -> None:
    if subject_kind not in kind.rule.subject_kinds:
        raise citing(SubjectKindNotAllowed, kind.citation)
