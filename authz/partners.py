"""Partner agencies 合作单位 with the purposes 用途 they may name, entered from the console by who runs the machine.

Each step is an event of the ledger. Refuses a division or a purpose that does not exist, and an office that is no partner
agency. Source: 厦门4.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from authz.activation import OPERATOR, grant_purpose
from domain import lifecycle
from domain.connection import Connection
from domain.errors import NotFound
from domain.lifecycle import Transaction

PARTNER = "partner_agency"


async def enter_partner(
    connection: Connection,
    *,
    jurisdiction: str,
    code: str,
    name: str,
    purposes: tuple[str, ...],
    from_on: date,
    to_on: date | None,
    now: datetime,
) -> UUID:
    """Enter a partner agency unless it is there, and grant it purposes from a day until a day; give its id.

    Raises: NotFound for a division or a purpose that does not exist, or an office that is no partner agency.
    """
    async with connection.transaction():
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM jurisdiction WHERE id = $1)", jurisdiction):
            raise NotFound("There is no such division.", zh="没有该区划。")
        office = await connection.fetchrow(_OFFICE, jurisdiction, code)
        if office is not None and office["kind"] != PARTNER:
            raise NotFound("The office of this code is no partner agency.", zh="该代码的单位不是合作单位。")
        values: dict[str, Any] = {
            "jurisdiction_id": jurisdiction, "code": code, "name": name, "aliases": [], "kind": PARTNER, "roles": [],
        }  # fmt: skip
        made = Transaction(connection, now, OPERATOR)
        office_id = office["id"] if office else await lifecycle.create(made, "office", "enrol", values)
        for purpose in purposes:
            item = await connection.fetchval("SELECT id FROM application_item WHERE code = $1", purpose)
            if item is None:
                raise NotFound("There is no such purpose.", zh="没有该应用事项。")
            await grant_purpose(connection, office_id, item, from_on=from_on, to_on=to_on, now=now)
    return UUID(str(office_id))


_OFFICE = "SELECT id, kind FROM office WHERE jurisdiction_id = $1 AND code = $2"
