"""The served database of the tests of eligibility: officers, a bank with a purpose, subjects, and what is held of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from authz.activation import grant_purpose
from domain.ids import new_id
from domain.installation_rows import application_item_id, office_id
from domain.lifecycle import create
from tests.client import Client, Serve
from tests.removals.ground import SINCE, Ground

SHANGHAI, XIAMEN, XINXIANG, SHIYAN = "310000", "350200", "410700", "420300"
STAFF = (
    ("sh-clerk", "clerk", (SHANGHAI, "JY")),
    ("sh-reviewer", "reviewer", (SHANGHAI, "JY")),
    ("sh-credit", "credit_office", (SHANGHAI, "HRSS")),
    ("xm-clerk", "clerk", (XIAMEN, "JCZD")),
    ("xx-clerk", "clerk", (XINXIANG, "LDGX")),
    ("sy-clerk", "clerk", (SHIYAN, "JC")),
    ("sh-bank", "partner", (SHANGHAI, "BANK")),
    ("xm-bank", "partner", (XIAMEN, "BANK")),
)
PURPOSES = (
    ((SHANGHAI, "BANK"), "startup_loan"),
    ((SHANGHAI, "BANK"), "training_base"),
    ((SHANGHAI, "BANK"), "bidding"),
)


def purpose_id(jurisdiction: str, item: str) -> UUID:
    """Give the id of an application item."""
    return application_item_id(jurisdiction, item)


async def represent(ground: Ground, unit: UUID, person: UUID | None, since: date, until: date | None = None) -> None:
    """Let a person represent a unit."""
    values = {
        "subject_id": unit, "person_id": person, "about_person": True, "name": "欧阳虚构", "masked_name": "欧阳**",
        "masked_id_number": None, "from_on": since, "to_on": until,
    }  # fmt: skip
    await create(ground.tx(), "legal_representative", "link", values)


async def consent(ground: Ground, person: UUID, place: tuple[str, str], item: str) -> None:
    """Let a person consent to an office for a purpose."""
    values: dict[str, Any] = {
        "id": new_id(), "subject_id": person, "about_person": True, "office_id": office_id(*place),
        "application_item_id": purpose_id(place[0], item), "granted_at": ground.now - timedelta(days=1),
        "until_on": date(2027, 1, 1),
    }  # fmt: skip
    await create(ground.tx(), "consent", "grant", values)


async def graded(
    ground: Ground, subject: UUID, value: str, since: datetime, ended: datetime | None = None, **more: Any
) -> UUID:
    """Give a construction unit a published grade of Shiyan's, from an instant on."""
    values: dict[str, Any] = {
        "id": new_id(), "subject_id": subject, "about_person": False, "jurisdiction_id": SHIYAN,
        "office_id": office_id(SHIYAN, "JC"), "scheme": "construction_units",
        "scheme_name": "施工单位劳动保障守法诚信等级动态评价", "value": value, "evaluated_on": since.date(), "method": "entered",
        "basis": "虚构", "clause": "正文", "push_ordered": False, "disclosure": "government_sharing", "version": 1,
        "proposed_at": since, "published_at": since, "state": "superseded" if ended else "published", "ended_at": ended,
        **more,
    }  # fmt: skip
    return await create(ground.tx(), "grade", "propose", values)


@pytest.fixture(scope="module")
async def ground(installed_url: str) -> AsyncIterator[Ground]:
    """Give the database with its people."""
    connection = await asyncpg.connect(installed_url)
    made = Ground(connection)
    for place in (SHANGHAI, XIAMEN):
        values = {
            "id": office_id(place, "BANK"), "jurisdiction_id": place, "code": "BANK", "name": f"{place}银行(虚构)",
            "aliases": [], "kind": "partner_agency", "roles": [],
        }  # fmt: skip
        await create(made.tx(), "office", "enrol", values)
    for sub, role, office in STAFF:
        await made.officer(sub, role, office=office)
    for office, item in PURPOSES:
        await grant_purpose(connection, office_id(*office), purpose_id(office[0], item), from_on=SINCE)
    yield made
    await connection.close()


@pytest.fixture(scope="module")
async def client(serve: Serve, installed_url: str, ground: Ground) -> AsyncIterator[Client]:
    """Serve the database."""
    async with serve(installed_url) as made:
        yield made
