"""Rows that many tests start from: subjects, a partner agency, a purpose granted to it, an actor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from domain.ids import new_id
from domain.lifecycle import Actor, Transaction

PROCUREMENT = "350200.procurement"


@dataclass(frozen=True, slots=True)
class Parties:
    """Ids of the rows of one test; nobody else's test knows them."""

    company: UUID
    person: UUID
    agency: UUID
    other_agency: UUID
    bureau_office: UUID
    purpose: UUID
    other_purpose: UUID


async def app_connection(url: str) -> asyncpg.Connection[Any]:
    """Connect as requests do: under the request role."""
    settings = {"role": "renxin_app", "timezone": "UTC"}
    return await asyncpg.connect(url, server_settings=settings)


@asynccontextmanager
async def transaction(
    connection: asyncpg.Connection[Any], now: datetime, actor: Actor | None = None
) -> AsyncIterator[Transaction]:
    """Open a transaction of the domain."""
    async with connection.transaction():
        yield Transaction(connection, now, actor or Actor(account_id=None, roles=("partner",), policy_version=1))


async def make_parties(owner: asyncpg.Connection[Any]) -> Parties:
    """Make a company, a person, two agencies and an office; one purpose is granted to both agencies for good."""
    parties = Parties(
        company=await make_subject(owner, "enterprise"),
        person=await make_subject(owner, "natural_person"),
        agency=await make_office(owner, "partner_agency"),
        other_agency=await make_office(owner, "partner_agency"),
        bureau_office=await make_office(owner, "bureau_office"),
        purpose=await owner.fetchval("SELECT id FROM application_item WHERE code = $1", PROCUREMENT),
        other_purpose=await owner.fetchval("SELECT id FROM application_item WHERE code = '350200.bidding'"),
    )
    for agency in (parties.agency, parties.other_agency):
        await grant_purpose(owner, agency, parties.purpose, date(2021, 1, 1), None)
    return parties


async def make_subject(owner: asyncpg.Connection[Any], kind: str, jurisdiction: str = "350200") -> UUID:
    """Make a subject with an invented name."""
    subject = new_id()
    await owner.execute(
        "INSERT INTO subject (id, kind, is_person, jurisdiction_id, name, masked_name, name_pinyin, uscc_lenient,"
        " state_owned, registered_at) VALUES ($1, $2, $2 = 'natural_person', $3, $4, '虚*', '', false, false, now())",
        subject,
        kind,
        jurisdiction,
        f"虚构主体{subject.hex[-6:]}",
    )
    return subject


async def make_office(owner: asyncpg.Connection[Any], kind: str) -> UUID:
    """Make an office in Xiamen."""
    office = new_id()
    await owner.execute(
        "INSERT INTO office (id, jurisdiction_id, code, name, aliases, kind, roles)"
        " VALUES ($1, '350200', $2, $3, '{}', $4, '{}')",
        office,
        f"T{office.hex[-8:]}",
        f"虚构单位{office.hex[-6:]}",
        kind,
    )
    return office


async def grant_purpose(
    owner: asyncpg.Connection[Any], office: UUID, purpose: UUID, from_on: date, to_on: date | None
) -> None:
    """Grant a purpose to an agency from a day to a day."""
    await owner.execute(
        "INSERT INTO partner_purpose (id, office_id, application_item_id, from_on, to_on) VALUES ($1, $2, $3, $4, $5)",
        new_id(),
        office,
        purpose,
        from_on,
        to_on,
    )
