"""However its number is typed, a decision is one: of one office and of two, in a file, by a call and by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from api.entities.index import ENTITIES
from domain.credit.refusals import DecisionAlreadyProvided
from domain.credit.submission import submit
from domain.decision_number import ONCE, compared, folded
from migrations.apply import migrate
from tests.intake.conftest import Desk
from tests.intake.sheets import penalty, sheet
from tests.intake.test_both_ways import BOOKS, CALENDAR, _called, _item, _submitted

pytestmark = pytest.mark.anyio

TYPED = (
    "厦人社监罚（2026）1号",
    "厦人社监罚(2026)1号",
    "厦人社监罚[2026]1号",
    "厦人社监罚［２０２６］１号",
    "厦人社监罚【2026】1号",
    "厦人社监罚 〔2026〕 1 号",
    "厦人社监罚〔2026〕\u00a01\u3000号",
)
OTHERS = ("厦人社监罚〔2026〕01号", "厦人社监罚〔2026〕11号", "厦人社监罚〔2025〕1号", "厦人社监罚a〔2026〕1号")


@pytest.mark.parametrize("typed", TYPED)
async def test_the_decision_of_another_office_is_known_however_it_is_typed_xm_08a(desk: Desk, typed: str) -> None:
    """厦门8 (谁产生,谁提供、谁负责): otherwise both records would count against the party."""
    inspection, bureau = await desk.of("420300", "JC"), await desk.of("420300", "HRSS")
    await inspection.hand_in(sheet("penalty", [penalty(1)]))
    summary = await bureau.hand_in(sheet("penalty", [penalty(1, CF_WSH=typed)]))
    assert await desk.refusals(summary) == [(2, None, "DECISION_ALREADY_PROVIDED")]
    called = _called(penalty(1, CF_WSH=typed), await _item(bureau), bureau.office_id)
    [found] = await _submitted(bureau, [called])
    assert found.refused is not None
    assert found.refused.code == "DECISION_ALREADY_PROVIDED"
    with pytest.raises(DecisionAlreadyProvided):
        await submit(bureau.tx, bureau.vault, BOOKS, CALENDAR, called)


async def test_typed_otherwise_in_one_file_it_is_taken_once(desk: Desk) -> None:
    rows = [penalty(1, CF_WSH=typed) for typed in ("厦人社监罚〔2026〕1号", *TYPED)]
    summary = await desk.hand_in(sheet("penalty", rows))
    assert summary.rows_added == 1
    assert [row["decision_no"] for row in await desk.records()] == ["厦人社监罚〔2026〕1号"], "as it was written"


async def test_other_numbers_are_other_decisions(desk: Desk) -> None:
    rows = [penalty(1, CF_WSH=typed) for typed in ("厦人社监罚〔2026〕1号", *OTHERS)]
    assert (await desk.hand_in(sheet("penalty", rows))).rows_added == 1 + len(OTHERS)


async def test_what_was_withdrawn_leaves_its_number_however_it_is_typed(desk: Desk) -> None:
    item = await _item(desk)
    first = _called(penalty(1), item, desk.office_id)
    record = await submit(desk.tx, desk.vault, BOOKS, CALENDAR, first)
    await desk.tx.connection.execute(
        "UPDATE credit_record SET state = 'withdrawn', withdrawn_at = now() WHERE id = $1", record
    )
    again = _called(penalty(1, CF_WSH=TYPED[0]), item, desk.office_id)
    assert await submit(desk.tx, desk.vault, BOOKS, CALENDAR, again) != record


async def test_what_stands_twice_already_is_known_in_either_form(desk: Desk) -> None:
    """A growing list still has both rows: neither says otherwise than what is here."""
    told_otherwise = {"CF_SY": "另一事由"}
    await desk.hand_in(sheet("penalty", [penalty(1), penalty(1, CF_WSH="旧1号", **told_otherwise)]))
    await desk.tx.connection.execute(
        "UPDATE credit_record SET decision_no = $1::varchar, stands_twice = true,"
        " content = jsonb_set(content, '{CF_WSH}', to_jsonb($1::varchar)) WHERE decision_no = '旧1号'",
        TYPED[0],
    )
    again = await desk.hand_in(
        sheet("penalty", [penalty(1), penalty(1, CF_WSH=TYPED[0], **told_otherwise), penalty(2)])
    )
    assert (again.rows_known, again.rows_added, await desk.refusals(again)) == (2, 1, [])


@pytest.mark.parametrize("typed", TYPED)
async def test_a_call_may_type_the_number_otherwise_than_its_sheet(desk: Desk, typed: str) -> None:
    called = replace(_called(penalty(1), await _item(desk), desk.office_id), decision_no=typed)
    [found] = await _submitted(desk, [called])
    assert found.refused is None
    [row] = await desk.records()
    written = await desk.tx.connection.fetchval("SELECT content ->> 'CF_WSH' FROM credit_record")
    assert (row["decision_no"], written) == (typed, penalty(1)["CF_WSH"]), "each as written"


async def test_a_call_names_the_decision_of_its_sheet(desk: Desk) -> None:
    called = replace(_called(penalty(1), await _item(desk), desk.office_id), decision_no=OTHERS[0])
    [found] = await _submitted(desk, [called])
    assert found.refused is not None
    assert found.refused.code == "DATA_ITEM_INVALID"


@pytest.mark.parametrize("number", [*TYPED, *OTHERS, "厦{1}—〖2〗­号", "ﬁ①㈠ ½", "e\u0301 \ufdfa", "\t\u200b"])
async def test_a_number_is_folded_here_as_in_the_database(desk: Desk, number: str) -> None:
    assert folded(number) == await desk.tx.connection.fetchval(f"SELECT {compared('$1::text')}", number)


UNIQUE = {
    "credit_record_decision_is_unique": ("credit_record", "(({}), subject_id, item_id)", "decision_no", ONCE),
    "list_entry_decision_is_unique": ("list_entry", "(credit_list_id, subject_id, ({}))", "decision_no", ONCE),
    "commitment_is_made_once": (
        "commitment",
        "(office_id, commitment_item_id, subject_id, ({}))",
        "matter_no",
        "state NOT IN ('refused', 'withdrawn')",
    ),
    "grade_fact_number_stands_once": (
        "grade_fact",
        "(office_id, kind, ({}))",
        "number",
        "state = 'recorded' AND number IS NOT NULL",
    ),
    "processing_contract_is_entered_once": (
        "processing_contract",
        "(office_id, ({}))",
        "number",
        "state <> 'rejected'",
    ),
    "integrity_complaint_is_entered_once": ("integrity_complaint", "(jurisdiction_id, ({}))", "ticket", "TRUE"),
    "government_contract_is_surveyed_once": ("government_contract", "(office_id, ({}))", "number", "TRUE"),
}


@pytest.mark.parametrize("index", UNIQUE)
async def test_the_index_is_over_what_is_compared(database_url: str, index: str) -> None:
    table, columns, number, of = UNIQUE[index]
    connection: asyncpg.Connection[Any] = await asyncpg.connect(database_url)
    try:
        await connection.execute(f"CREATE TEMP TABLE probe (LIKE {table})")
        await connection.execute(f"CREATE UNIQUE INDEX probed ON probe {columns.format(compared(number))} WHERE {of}")
        defined = "SELECT split_part(pg_get_indexdef($1::text::regclass), ' USING ', 2)"
        live = await connection.fetchval(defined, index)
        assert live == await connection.fetchval(defined, "probed")
    finally:
        await connection.close()


async def test_the_planner_knows_how_rare_a_number_is(database_url: str) -> None:
    """Of a partial index it knows nothing: it would read every row of an office to fill a page with one."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(database_url)
    try:
        await connection.execute("CREATE TEMP TABLE probe (LIKE credit_record)")
        await connection.execute(f"CREATE STATISTICS probed ON ({compared('decision_no')}) FROM probe")
        told = "SELECT pg_get_statisticsobjdef_expressions(oid) FROM pg_statistic_ext WHERE stxname = $1"
        live = await connection.fetchval(told, "credit_record_number_compared")
        assert live == await connection.fetchval(told, "probed") is not None
    finally:
        await connection.close()


_BEFORE = """
INSERT INTO jurisdiction (id, name, level) VALUES ('350200', '厦门市', 'city');
INSERT INTO office (id, jurisdiction_id, code, name, aliases, kind, roles)
  VALUES ('00000000-0000-7000-8000-000000000001', '350200', 'A', '处', '{}', 'bureau_office', '{}');
INSERT INTO subject (id, kind, is_person, jurisdiction_id, name, masked_name, name_pinyin, uscc_lenient, state_owned,
  registered_at)
  VALUES ('00000000-0000-7000-8000-000000000003', 'enterprise', false, '350200', '虚构', '虚*', '', false, false, now());
INSERT INTO catalogue_item (id, jurisdiction_id, edition, code, name, category, polarity, subject_kinds, severity_required,
  double_publicity, disclosure, person_disclosure, data_items, clause)
  VALUES ('00000000-0000-7000-8000-000000000004', '350200', '2021', 'x', '事项', 'penalty', 'negative', '{organisation}', false,
  false, 'public', 'public', '{}', '8');
"""
_RECORD = """
INSERT INTO credit_record (id, subject_id, about_person, jurisdiction_id, office_id, item_id, state, version, decision_no,
  title, harm_removed, dishonest, content, decided_on, obtained_on, due_provisional, submitted_at, disclosure, withdrawn_at)
VALUES (gen_random_uuid(), '00000000-0000-7000-8000-000000000003', false, '350200', '00000000-0000-7000-8000-000000000001',
  '00000000-0000-7000-8000-000000000004', $3::text, 1, $1, '标题', false, false, '{}', '2026-01-05', '2026-01-05', false,
  $2::timestamptz, 'public', CASE WHEN $3::text = 'withdrawn' THEN $2::timestamptz END)
"""
_CONTRACT = """
INSERT INTO government_contract (id, jurisdiction_id, office_id, subject_id, field, number, title, signed_on, fulfilment,
  basis, version, surveyed_at)
VALUES (uuidv7(), '350200', '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000003', '招商', $1,
  '投资协议', '2026-01-05', 'fulfilled', '海沧24', 1, now())
"""


async def test_what_stands_twice_already_is_marked_and_stays(unmigrated_url: str) -> None:
    await migrate(unmigrated_url, target="renxin.0067_persons_told_by_tokens")
    connection: asyncpg.Connection[Any] = await asyncpg.connect(unmigrated_url)
    await connection.execute(_BEFORE)
    day = await connection.fetchval("SELECT timestamptz '2026-02-01T00:00Z'")
    states = {
        "A〔2026〕1号": "withdrawn",
        "A（2026）1号": "submitted",
        "A [2026] 1号": "submitted",
        "B1号": "submitted",
    }
    for number, state in states.items():
        await connection.execute(_RECORD, number, day, state)
        day = day.replace(day=day.day + 1)
    for number in ("合〔2026〕1号", "合(2026)1号", "合2号"):
        await connection.execute(_CONTRACT, number)
    await connection.close()

    await migrate(unmigrated_url)

    connection = await asyncpg.connect(unmigrated_url)
    rows = await connection.fetch("SELECT decision_no, stands_twice FROM credit_record ORDER BY submitted_at")
    assert {row["decision_no"]: row["stands_twice"] for row in rows} == {
        number: number == "A [2026] 1号" for number in states
    }
    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute(_RECORD, "A{2026}1号", day, "submitted")
    assert await connection.fetchval("SELECT count(*) FROM government_contract") == 3
    for number in ("合（2026）1号", "合 2号"):
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(_CONTRACT, number)
    await connection.close()


async def test_a_decision_is_found_by_its_number_in_an_index(desk: Desk) -> None:
    """However many records there are, and in whichever of the three ways one stands."""
    found = ENTITIES["CreditRecord"].filters["decisionNo"].sql.replace("{t}", "t").replace("{v}", "'{A}'::text[]")
    await desk.tx.connection.execute("SET LOCAL enable_seqscan = off")
    lines = await desk.tx.connection.fetch(f"EXPLAIN SELECT id FROM credit_record t WHERE {found}")
    plan = "\n".join(line[0] for line in lines)
    for index in ("credit_record_decision_is_unique", "credit_record_stands_twice", "credit_record_withdrawn"):
        assert f"Bitmap Index Scan on {index}" in plan
