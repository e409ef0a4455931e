"""Fields that no column holds, computed a second time from their descriptions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.oracle.scopes import State, consent_in_force, entry_in_force, local_day, record_in_force
from tests.oracle.world import Row


def _publication_timeliness(state: State, row: Row) -> str:
    due = row["publication_due_on"]
    if due is None:
        return "none_set"
    if row["portal_at"] is None or row["platform_at"] is None:
        return "overdue" if state.today > due else "pending"
    return "timely" if local_day(max(row["portal_at"], row["platform_at"])) <= due else "late"


def _collection_timeliness(state: State, row: Row) -> str:
    due = row["collection_due_on"]
    if due is None:
        return "none_set"
    return "timely" if local_day(row["submitted_at"]) <= due else "late"


def _document_status(state: State, row: Row) -> str:
    if row["revoked_at"] is not None:
        return "revoked"
    return "expired" if row["valid_until"] < state.today else "valid"


def _may_be_in_a_report(event: Row) -> bool:
    if event["object"] not in ("credit_record", "list_entry"):
        return False
    image = event["image"] or {}
    image = json.loads(image) if isinstance(image, str) else image
    return image.get("published_at") is not None and image.get("disclosure") not in (None, "restricted", "internal")


def _content_status(state: State, row: Row) -> str:
    changed = any(
        event["kind"] == "change"
        and event["subject_id"] == row["subject_id"]
        and (event["at"], event["id"]) > (row["issued_at"], row["id"])
        and (event["object"] in ("subject", "legal_representative") or _may_be_in_a_report(event))
        for event in state.tables["ledger_event"]
    )
    ended = any(
        other["subject_id"] == row["subject_id"]
        and other["published_at"] is not None
        and other["disclosure"] not in ("restricted", "internal")
        and other["public_until"] is not None
        and local_day(row["issued_at"]) <= other["public_until"] < state.today
        for other in (*state.tables["credit_record"], *state.tables["list_entry"])
    )
    return "superseded" if changed or ended else "current"


COMPUTED: dict[tuple[str, str], Callable[[State, Row], Any]] = {
    ("Jurisdiction", "code"): lambda state, row: row["id"],
    ("CreditRecord", "inForce"): lambda state, row: record_in_force(row, state.today),
    ("CreditRecord", "publicationTimeliness"): _publication_timeliness,
    ("CreditRecord", "collectionTimeliness"): _collection_timeliness,
    ("ListEntry", "inForce"): lambda state, row: entry_in_force(row, state.today),
    ("Consent", "inForce"): lambda state, row: consent_in_force(row, state.today),
    ("CreditReport", "documentStatus"): _document_status,
    ("CreditReport", "contentStatus"): _content_status,
}
"""Fields that no column holds."""
