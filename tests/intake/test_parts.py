"""Large files in parts: two sessions side by side leave what one would, and a cut loses and doubles nothing."""

from __future__ import annotations

import io

import asyncpg
import pytest

from api.postgres.database import LOST
from domain.calendar import working_calendar
from domain.identifiers import invented_uscc
from domain.lifecycle import Actor, Transaction
from domain.oversight.imports import Importing, ImportSummary, mark_left
from domain.oversight.parts import part_of
from domain.oversight.placing import Wanted
from domain.rulebook.loader import load_rulebooks
from domain.vault import Vault
from tests.intake.conftest import NOW, Desk
from tests.intake.sheets import penalty, sheet
from tests.intake.test_imports_survive import Session, _connect

pytestmark = pytest.mark.anyio

BOOKS = load_rulebooks()
CODES = [invented_uscc(number) for number in range(700, 708)]


def _file(first: int) -> io.BytesIO:
    """Write eighty rows about eight parties: two are refused, one stands twice, alike."""
    rows = [penalty(first + number, CF_XDR_SHXYM=CODES[number % 8]) for number in range(77)]
    faulty = [penalty(first + 90 + number, CF_XDR_SHXYM=CODES[number], CF_SY="") for number in range(2)]
    return sheet("penalty", [*rows[:40], *faulty, *rows[40:], rows[7]])


async def _in_parts(first: Session, other: Session, file: io.BytesIO) -> ImportSummary:
    importing = Importing(
        first.transact,
        Vault({"k1": b"1" * 32}, "k1", b"2" * 32),
        BOOKS,
        working_calendar(),
        beside=(other.transact,),
        rows_at_once=5,
        parted_from=20,
    )
    return await importing.take(file, Wanted(office_id=first.office_id))


async def _sessions(url: str, desk: Desk, *, cut_in: int | None = None) -> tuple[Session, Session]:
    first = Session(await _connect(url), desk.office_id)
    other = Session(await _connect(url), desk.office_id, cut_in=cut_in)
    if cut_in is not None:
        other.cutter = await asyncpg.connect(url)
    return first, other


def test_a_party_is_in_one_part_however_its_code_is_written() -> None:
    code = CODES[0]
    assert len({part_of([1, 2], ["", written, ""], 2) for written in (code, code.lower(), f" {code}\t")}) == 1
    assert {part_of([1, 2], ["", one, ""], 2) for one in CODES} == {0, 1}
    assert part_of([1, 2], ["", "", code], 2) == part_of([1], ["", code], 2)
    assert [part_of([1, 2], cells, 2) for cells in ([], [""], ["a", " ", ""], ["\ud800"])] == [0, 0, 0, 0]


async def test_two_sessions_take_what_one_takes_xm_08a(installed_url: str, desk: Desk) -> None:
    """XM-08a: records, refusals and the count of both are those of one session; a repetition adds nothing."""
    first, other = await _sessions(installed_url, desk)
    summary = await _in_parts(first, other, _file(20_000))
    told = (summary.state, summary.rows_read, summary.rows_added, summary.rows_known, summary.rows_refused)
    assert told == ("completed", 80, 77, 1, 2)
    assert other.opened > 5, "the other session took its part"
    row = await first.connection.fetchrow("SELECT * FROM record_import WHERE id = $1", summary.import_id)
    assert row is not None
    assert row["last_line"] == max(row["part_lines"]) == 81
    assert len(row["part_lines"]) == 2
    again = await _in_parts(other, first, _file(20_000))
    assert (again.rows_added, again.rows_known, again.rows_refused) == (0, 78, 2)
    await first.connection.close()
    await other.connection.close()


@pytest.mark.parametrize("cut_in", [2, 3, 5])
async def test_parts_go_on_each_behind_its_own_line_xm_08a(installed_url: str, desk: Desk, cut_in: int) -> None:
    """XM-08a: one of the two sessions is cut; one session alone carries both parts on, and nothing is read twice."""
    file = _file(30_000 + cut_in * 1_000)
    first, other = await _sessions(installed_url, desk, cut_in=cut_in)
    with pytest.raises(LOST):
        await _in_parts(first, other, file)
    assert other.cutter is not None
    for session in (first, other):
        process = session.connection.get_server_pid()
        session.connection.terminate()
        await other.cutter.execute("SELECT pg_terminate_backend($1, 30000)", process)  # its end is waited for
    left = await _connect(installed_url)
    async with left.transaction():
        assert await mark_left(Transaction(left, NOW, Actor(None, ("operator",))), BOOKS) == 1
    row = await left.fetchrow("SELECT * FROM record_import ORDER BY id DESC LIMIT 1")
    assert row is not None
    summary = await Session(left, desk.office_id).hand_in(file)
    assert (summary.import_id == row["id"]) is (row["state"] == "interrupted")
    told = (summary.state, summary.rows_read, summary.rows_added, summary.rows_known, summary.rows_refused)
    assert told == ("completed", 80, 77, 1, 2)
    counts = await left.fetchrow(_WRITTEN, summary.import_id)
    assert counts is not None
    assert tuple(counts) == (77, 77, 2)
    await left.close()
    await other.cutter.close()


_WRITTEN = """
SELECT (SELECT count(*)::int FROM credit_record WHERE import_id = $1),
  (SELECT count(*)::int FROM ledger_event event JOIN credit_record record ON record.id = event.object_id
   WHERE record.import_id = $1 AND event.verb = 'submit'),
  (SELECT count(*)::int FROM refused_row WHERE record_import_id = $1)
"""
