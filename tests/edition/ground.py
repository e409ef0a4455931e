"""What the tests of editions start from: people of credit offices, items of a catalogue, a transaction on any day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import asyncpg

from domain.clock import CHINA
from domain.edition import editions
from domain.edition.editions import Draft
from domain.edition.items import Given
from domain.lifecycle import Actor, Transaction
from domain.rulebook.loader import load_rulebooks

BOOKS = load_rulebooks()
XIAMEN, HAICANG, SHANGHAI, XINXIANG = "350200", "350205", "310000", "410700"
FIRST, SECOND, THIRD = (UUID(int=number) for number in range(401, 404))


@asynccontextmanager
async def acting(
    connection: asyncpg.Connection[Any], who: UUID, on: date, *, office_id: UUID | None = None
) -> AsyncIterator[Transaction]:
    """Open a transaction in which somebody acts on a day."""
    async with connection.transaction():
        yield Transaction(
            connection,
            datetime.combine(on, time(10), CHINA),
            Actor(account_id=who, roles=("credit_office",), office_id=office_id),
        )


def catalogue_item(code: str, name: str = "行政处罚", **more: Any) -> Given:
    """Give an item of a catalogue."""
    return Given(
        1,
        {
            "code": code, "name": name, "category": "penalty", "polarity": "negative", "disclosure": "public",
            "person_disclosure": "restricted", "producers": ["JCZD"],
            "data_items": [{"code": "CONTENT", "name": "内容", "required": "always"}], **more,
        },
        {},
    )  # fmt: skip


def behaviour(code: str, **more: Any) -> Given:
    """Give a dishonest behaviour."""
    values = {
        "code": code,
        "name": "拖欠工资",
        "legal_basis": "《保障农民工工资支付条例》48",
        "basis_level": "administrative_regulation",
    }
    return Given(1, {**values, **more}, {})


async def approved(
    connection: asyncpg.Connection[Any],
    *given: Given,
    label: str,
    first: date,
    on: date,
    last: date | None = None,
    jurisdiction: str = XIAMEN,
    kind: str = "catalogue",
    office_id: UUID | None = None,
    by: UUID | None = None,
) -> UUID:
    """Draft, propose and approve an edition on a day, in the name of an office; give its id."""
    drafted = Draft(
        jurisdiction_id=jurisdiction, kind=kind, label=label, valid_from=first, valid_to=last, given=given, office_id=office_id
    )  # fmt: skip
    async with acting(connection, FIRST, on, office_id=by) as tx:
        made = await editions.draft(tx, BOOKS, drafted)
        await editions.propose(tx, BOOKS, made)
    async with acting(connection, SECOND, on, office_id=by) as tx:
        await editions.approve(tx, BOOKS, made)
    return made
