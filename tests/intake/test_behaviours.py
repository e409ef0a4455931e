"""A file may say which dishonest behaviour a row cites: one of the list in force on the day of its decision."""

from __future__ import annotations

from datetime import date

import pytest

from tests.edition.ground import approved, behaviour
from tests.intake.conftest import Desk
from tests.intake.sheets import columns, penalty, sheet

pytestmark = pytest.mark.anyio

CODES = [*columns("penalty"), "RX_SXXW"]
TODAY = date(2026, 3, 18)


async def test_a_row_cites_a_behaviour_of_the_list_of_its_day(desk: Desk) -> None:
    """XM-01a, XX-18: as a record handed in by itself; the column may be left out, and a row may leave it empty."""
    for label, first, last in (("一", date(2026, 2, 1), date(2026, 3, 5)), ("二", date(2026, 3, 6), date(2026, 4, 30))):
        listed = behaviour("arrears", items=["penalty"]), behaviour("claims", items=["benefit_claimant"])
        await approved(
            desk.tx.connection, *listed, label=label, kind="behaviours", first=first, last=last, on=TODAY
        )  # fmt: skip
    rows = [
        penalty(1, RX_SXXW="arrears"),
        penalty(2, RX_SXXW="arrears", CF_JDRQ="2026/03/06"),
        penalty(3, RX_SXXW="claims"),
        penalty(4, RX_SXXW="arrears", CF_JDRQ="2026/01/31"),
        penalty(5, RX_SXXW="arrears 2"),
        penalty(6),
    ]
    summary = await desk.hand_in(sheet("penalty", rows, codes=CODES))
    assert await desk.refusals(summary) == [(line, "RX_SXXW", "BEHAVIOUR_NOT_LISTED") for line in (4, 5, 6)]
    cited = await desk.tx.connection.fetch(
        "SELECT record.decision_no, item.code, edition.label FROM credit_record record"
        " LEFT JOIN edition_item item ON item.id = record.behaviour_id LEFT JOIN edition ON edition.id = item.edition_id"
        " ORDER BY record.decision_no"
    )
    assert [(row["code"], row["label"]) for row in cited] == [("arrears", "一"), ("arrears", "二"), (None, None)]


async def test_the_same_row_with_another_behaviour_is_another_version_and_refused(desk: Desk) -> None:
    """XM-01a: what a record cites is part of it, so that a file handed in again with another does not pass for known."""
    await approved(
        desk.tx.connection, behaviour("arrears"), behaviour("other"), label="一", kind="behaviours",
        first=date(2026, 2, 1), on=TODAY,
    )  # fmt: skip
    await desk.hand_in(sheet("penalty", [penalty(1, RX_SXXW="arrears")], codes=CODES))
    again = [penalty(1, RX_SXXW="arrears"), penalty(2, RX_SXXW="other"), penalty(2, RX_SXXW="arrears")]
    summary = await desk.hand_in(sheet("penalty", again, codes=CODES))
    assert (summary.rows_known, summary.rows_added) == (1, 1)
    assert await desk.refusals(summary) == [(4, None, "RECORD_EXISTS")]
    summary = await desk.hand_in(sheet("penalty", [penalty(1, RX_SXXW="other")], codes=CODES))
    assert await desk.refusals(summary) == [(2, None, "RECORD_EXISTS")]
