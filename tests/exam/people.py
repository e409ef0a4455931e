"""People of the exam files who act over HTTP: officers of 十堰 and 厦门, the institute, candidates, a bank, others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import asyncpg

from authz.activation import assign, grant_purpose, upsert_account
from domain.identifiers import invented_resident_id
from domain.ids import new_id
from domain.installation_rows import application_item_id, office_id
from domain.registry import enrolment
from domain.vault import Vault
from tests.client import ISSUER, NOW
from tests.exam.ground import HAICANG, INSTITUTE, SHIYAN, SHIYAN_OFFICE, XIAMEN, XIAMEN_OFFICE, Room, make_room

SINCE = date(2020, 1, 1)
BANK_PURPOSE = "fiscal_subsidy"


@dataclass(frozen=True)
class Town:
    """The candidates, and the bank that asks about them."""

    candidates: tuple[UUID, ...]
    claimant: UUID
    servant: UUID
    bank: UUID


async def settle(url: str, vault: Vault) -> Town:
    """Enter candidates and give everybody an account."""
    connection = await asyncpg.connect(url)
    try:
        room = replace(make_room(connection, now=NOW), vault=vault)
        async with connection.transaction():
            return await _settle(room)
    finally:
        await connection.close()


async def _settle(room: Room) -> Town:
    bank = new_id()
    await room.tx.connection.execute(
        "INSERT INTO office (id, jurisdiction_id, code, name, aliases, kind, roles)"
        " VALUES ($1, $2, 'BANK', '虚构银行', '{}', 'partner_agency', '{}')",
        bank,
        XIAMEN,
    )
    await grant_purpose(room.tx.connection, bank, application_item_id(XIAMEN, BANK_PURPOSE), from_on=SINCE)
    candidates = tuple([await _person(room, number) for number in range(12)])
    claimant, servant = await _person(room, 20, jurisdiction=XIAMEN), await _person(room, 21, jurisdiction=HAICANG)
    for sub, role, office in _SEATS:
        await _account(room, sub, role, office=office)
    await _account(room, "bank", "partner", office=bank)
    for number, candidate in enumerate(candidates):
        await _account(room, f"candidate-{number}", "subject", subject=candidate)
    await _account(room, "claimant", "subject", subject=claimant)
    await _account(room, "servant", "subject", subject=servant)
    return Town(candidates, claimant, servant, bank)


async def _person(room: Room, number: int, *, jurisdiction: str = SHIYAN) -> UUID:
    return await enrolment.enrol_person(
        room.tx,
        room.vault,
        id_number=invented_resident_id(750 + number),
        name="欧阳虚构",
        jurisdiction_id=jurisdiction,
    )


_CLAIMS = office_id(XIAMEN, "SB")
_SEATS = (
    ("clerk", "clerk", SHIYAN_OFFICE),
    ("second-clerk", "clerk", SHIYAN_OFFICE),
    ("reviewer", "reviewer", SHIYAN_OFFICE),
    ("approver", "approver", SHIYAN_OFFICE),
    ("watcher", "exam_watcher", SHIYAN_OFFICE),
    ("party-officer", "discipline_officer", SHIYAN_OFFICE),
    ("credit-office", "credit_office", SHIYAN_OFFICE),
    ("institute", "exam_institute", INSTITUTE),
    ("second-institute", "exam_institute", INSTITUTE),
    ("institute-clerk", "clerk", INSTITUTE),
    ("other-clerk", "clerk", office_id(SHIYAN, "JC")),
    ("other-approver", "approver", office_id(SHIYAN, "JC")),
    ("other-watcher", "exam_watcher", office_id(SHIYAN, "JC")),
    ("xiamen-clerk", "clerk", XIAMEN_OFFICE),
    ("xiamen-approver", "approver", XIAMEN_OFFICE),
    ("xiamen-second-approver", "approver", XIAMEN_OFFICE),
    ("claims-clerk", "clerk", _CLAIMS),
    ("claims-reviewer", "reviewer", _CLAIMS),
    ("claims-other", "reviewer", office_id(XIAMEN, "JCZD")),
    ("xiamen-credit-office", "credit_office", office_id(XIAMEN, "JC")),
    ("haicang-clerk", "clerk", office_id(HAICANG, "RSJ")),
    ("archive-clerk", "clerk", office_id(HAICANG, "QXYB")),
    ("archive-reviewer", "reviewer", office_id(HAICANG, "QXYB")),
    ("haicang-credit-office", "credit_office", office_id(HAICANG, "RSJ")),
    ("auditor", "auditor", None),
    ("security", "security_officer", None),
)
"""Account, role, office."""


async def _account(room: Room, sub: str, role: str, *, office: UUID | None = None, subject: UUID | None = None) -> None:
    account = await upsert_account(room.tx.connection, issuer=ISSUER, sub=sub, display=sub, subject_id=subject)
    await assign(room.tx.connection, account, role, from_on=SINCE, office_id=office)
