"""Whether a row stands on a day, said a second time: published, in force, within its term."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.world import Row, Tables

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass
class State:
    """The rows and the day against which scopes are asked."""

    tables: Tables
    today: date


def local_day(instant: datetime) -> date:
    """Give the day in China."""
    return instant.astimezone(CHINA).date()


def image_of(event: Row) -> dict[str, Any]:
    """Give the row as it stood after an event, where the event has it."""
    image = event["image"]
    return {} if image is None else dict(json.loads(image) if isinstance(image, str) else image)


def record_in_force(row: Row, today: date) -> bool:
    """Tell whether a record is published and its term runs."""
    return row["state"] == "published" and (row["public_until"] is None or today <= row["public_until"])


def entry_in_force(row: Row, today: date) -> bool:
    """Tell whether an entry is published, neither removed nor withdrawn, and its term runs."""
    return row["state"] == "published" and (row["public_until"] is None or today <= row["public_until"])


def definition_in_force(row: Row, today: date) -> bool:
    """Tell whether a definition is opened and its days run."""
    begun = row["state"] == "opened" and row["from_on"] <= today
    return begun and (row["until_on"] is None or today <= row["until_on"])


def notice_stands(row: Row, today: date) -> bool:
    """Tell whether a public notice is shown."""
    shown = row["kind"] == "public_notice" and row["state"] == "served" and row["disclosure"] == "public"
    return shown and (row["until_on"] is None or today <= row["until_on"])


def consent_in_force(row: Row, today: date) -> bool:
    """Tell whether a consent stands."""
    return row["revoked_at"] is None and today <= row["until_on"]


def commitment_in_force(tables: Tables, row: Row, today: date) -> bool:
    """Tell whether a commitment is published, neither refused nor withdrawn, and names no failing shown no longer."""
    asked = {one["record_id"] for one in tables["repair_application"] if one["commitment_id"] == row["id"]}
    named = (one for one in tables["credit_record"] if one["id"] in asked)
    stands = row["published_at"] is not None and row["state"] in ("signed", "kept", "broken")
    return stands and all(record_in_force(one, today) and one["disclosure"] != "restricted" for one in named)


def grade_in_force(row: Row, today: date) -> bool:
    """Tell whether a grade is published and neither superseded nor withdrawn; a contested one holds."""
    return row["state"] in ("published", "contested")


def item_in_force(row: Row, today: date) -> bool:
    """Tell whether commitments may be made under an item."""
    begun = row["valid_from"] is None or row["valid_from"] <= today
    return row["state"] == "approved" and begun and (row["valid_to"] is None or today <= row["valid_to"])


def retention_runs(row: Row, today: date) -> bool:
    """Tell whether the retention of an exam entry runs, is for good, or has not been set."""
    return row["retained_until"] is None or bool(today <= row["retained_until"])


def violation_in_force(row: Row, today: date) -> bool:
    """Tell whether an exam violation stands in the file."""
    return row["state"] == "entered" and retention_runs(row, today)


def watch_stands(row: Row, today: date) -> bool:
    """Tell whether an entry of a watch list stands."""
    return row["lifted_at"] is None and bool(today <= row["until_on"])


def watch_runs(row: Row, today: date) -> bool:
    """Tell whether a watch stands."""
    return bool(row["from_on"] <= today and (row["until_on"] is None or today <= row["until_on"]))


def report_in_force(state: State, row: Row) -> bool:
    """Tell whether self-reported information stands: not removed, not found untrue, its commitment neither."""
    promised = next(one for one in state.tables["commitment"] if one["id"] == row["commitment_id"])
    return row["state"] == "reported" and promised["state"] in ("signed", "kept")


def contract_in_force(row: Row, today: date) -> bool:
    """Tell whether a processing contract is approved and its term runs."""
    return row["state"] == "approved" and bool(row["valid_from"] <= today <= row["valid_to"])
