"""People of the five cities who act over HTTP: clerks and reviewers of offices, the credit office, subjects, others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

from authz.activation import assign, grant_purpose, upsert_account
from domain.ids import new_id
from domain.installation_rows import application_item_id, office_id
from tests.client import ISSUER, NOW
from tests.commitments.ground import HAICANG, SHANGHAI, SHIYAN, XIAMEN, XINXIANG, Ground, make_ground

SINCE = date(2020, 1, 1)


@dataclass(frozen=True)
class City:
    """A jurisdiction: the office that takes commitments, another one, the credit office, a purpose, a partner's."""

    jurisdiction: str
    office: str
    other: str
    credit_office: str
    purpose: str | None
    records_kept: bool
    """Whether the rulebook enters a kept commitment into the record."""
    records_broken: bool
    bars: bool
    """Whether the rulebook takes simplified procedures away."""


CITIES = {
    "xiamen": City(XIAMEN, "SP", "JCZD", "JC", "procurement", records_kept=True, records_broken=True, bars=True),
    "haicang": City(HAICANG, "RSJ", "JYJ", "QXYB", "procurement", records_kept=True, records_broken=True, bars=False),
    "xinxiang": City(XINXIANG, "JCZD", "LDGX", "XYB", None, records_kept=False, records_broken=False, bars=False),
    "shiyan": City(SHIYAN, "HRSS", "JC", "HRSS", "bidding", records_kept=False, records_broken=False, bars=False),
    "shanghai": City(SHANGHAI, "JY", "ZFZD", "HRSS", "bidding", records_kept=False, records_broken=True, bars=True),
}


@dataclass(frozen=True)
class Town:
    """A city with its subjects."""

    city: City
    firm: UUID
    person: UUID
    stranger: UUID


async def settle(url: str) -> dict[str, Town]:
    """Enter subjects of every city and give everybody an account: `<city>-<who>`."""
    connection = await asyncpg.connect(url)
    try:
        ground = make_ground(connection, now=NOW)
        return {name: await _settle(ground, name, city, number) for number, (name, city) in enumerate(CITIES.items())}
    finally:
        await connection.close()


async def _settle(ground: Ground, name: str, city: City, number: int) -> Town:
    connection = ground.tx.connection
    async with connection.transaction():
        where = city.jurisdiction
        firm = await ground.organisation(number + 50, jurisdiction=where)
        person, stranger = [await ground.person(number * 10 + one, jurisdiction=where) for one in (50, 51)]
        agency = new_id()
        await connection.execute(
            "INSERT INTO office (id, jurisdiction_id, code, name, aliases, kind, roles)"
            " VALUES ($1, $2, 'BANK', '虚构银行', '{}', 'partner_agency', '{}')",
            agency,
            where,
        )
        if city.purpose:
            await grant_purpose(connection, agency, application_item_id(where, city.purpose), from_on=SINCE)
        seats: dict[str, tuple[str, UUID | None]] = {
            "clerk": ("clerk", office_id(where, city.office)),
            "second-clerk": ("clerk", office_id(where, city.office)),
            "reviewer": ("reviewer", office_id(where, city.office)),
            "second-reviewer": ("reviewer", office_id(where, city.office)),
            "other-clerk": ("clerk", office_id(where, city.other)),
            "other-reviewer": ("reviewer", office_id(where, city.other)),
            "credit-a": ("credit_office", office_id(where, city.credit_office)),
            "credit-b": ("credit_office", office_id(where, city.credit_office)),
            "bank": ("partner", agency),
            "auditor": ("auditor", None),
            "security": ("security_officer", None),
        }
        for who, (role, office) in seats.items():
            await seat(ground, f"{name}-{who}", role, office=office)
        for who, subject in {"firm": firm, "person": person, "stranger": stranger}.items():
            await seat(ground, f"{name}-{who}", "subject", subject=subject)
    return Town(city, firm, person, stranger)


async def seat(ground: Ground, sub: str, role: str, *, office: UUID | None = None, subject: UUID | None = None) -> None:
    """Give somebody an account with a role."""
    connection = ground.tx.connection
    account = await upsert_account(connection, issuer=ISSUER, sub=sub, display=sub, subject_id=subject)
    await assign(connection, account, role, from_on=SINCE, office_id=office)
