"""The name warning of the demonstration: an office gave the firm of the tour another name than it is known by."""

from __future__ import annotations

from typing import Any, Final

from api.demo import stories
from api.demo.names import demo_id
from api.demo.scene import Scene
from domain.lifecycle import Actor, Transaction, create


async def warn_once(scene: Scene) -> None:
    """Note the other name, beside the firm's first record."""
    firm = stories.EXAMPLE
    record = await scene.connection.fetchrow(_RECORD, firm.id)
    assert record is not None
    values: dict[str, Any] = {
        "id": demo_id("name_warning", 1), "subject_id": firm.id, "about_person": False, "jurisdiction_id": record["jurisdiction_id"],
        "office_id": record["office_id"], "record_id": record["id"], "known_name": record["name"],
        "given_name": f"{record['name']}（曾用名，虚构）", "state": "open", "version": 1, "found_at": record["submitted_at"],
    }  # fmt: skip
    actor = Actor(account_id=None, roles=("clerk",), office_id=record["office_id"])
    await create(Transaction(scene.connection, record["submitted_at"], actor), "name_warning", "warn", values)


_RECORD: Final = """
SELECT record.id, record.office_id, record.submitted_at, subject.name, subject.jurisdiction_id
FROM credit_record record JOIN subject ON subject.id = record.subject_id
WHERE record.subject_id = $1 ORDER BY record.submitted_at, record.id LIMIT 1
"""
