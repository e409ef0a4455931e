"""Records of the made-up quarter, written as the case file tells them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from domain.clock import CHINA
from domain.ids import new_id
from domain.installation_rows import catalogue_item_id, office_id
from tests.commitments.ground import Ground

NUMBERS = count(1)
EDITION = {"350205": "cn-xiamen-haicang-2021", "350200": "cn-xiamen-hrss-2021", "420300": "cn-shiyan-hrss-15333"}


def noon(day: date | None) -> datetime | None:
    """Give noon of a day in China."""
    return None if day is None else datetime.combine(day, time(12), CHINA)


async def enter(ground: Ground, place: str, told: Mapping[str, Any], subject: UUID) -> UUID:
    """Write a record as a case tells it, past the domain: only the days matter."""
    content = {item["code"]: "有" for item in await _required(ground, place, told["item"])}
    for code in told.get("missing", ()):
        content.pop(code)
    submitted = noon(told["submitted"])
    assert submitted is not None
    row = {
        "id": new_id(), "subject_id": subject, "about_person": False, "jurisdiction_id": place,
        "office_id": office_id(place, told["office"]), "item_id": catalogue_item_id(place, EDITION[place], told["item"]),
        "state": "withdrawn" if "withdrawn" in told else "published" if "portal" in told else "submitted", "version": 1,
        "decision_no": f"案{next(NUMBERS)}号", "title": "案例", "severity": told.get("severity"), "harm_removed": False,
        "dishonest": False, "content": json.dumps(content), "decided_on": told["submitted"] - timedelta(days=1), "obtained_on": told["submitted"],
        "collection_due_on": told.get("collect_by"), "publication_due_on": told.get("due"), "due_provisional": False,
        "submitted_at": submitted, "portal_at": noon(told.get("portal")), "platform_at": noon(told.get("platform")),
        "published_at": noon(told.get("portal")), "disclosure": "public", "special_fields": [], "repair_notice_required": False,
        "withdrawn_at": noon(told.get("withdrawn")), "withdrawal_reason": "误报" if "withdrawn" in told else None,
    }  # fmt: skip
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    await ground.tx.connection.execute(f"INSERT INTO credit_record ({', '.join(row)}) VALUES ({places})", *row.values())
    return UUID(str(row["id"]))


async def _required(ground: Ground, place: str, item: str) -> list[dict[str, Any]]:
    items = await ground.tx.connection.fetchval(
        "SELECT data_items FROM catalogue_item WHERE id = $1", catalogue_item_id(place, EDITION[place], item)
    )
    found: list[dict[str, Any]] = [one for one in json.loads(items) if one["required"] in ("always", "organisation")]
    return found
