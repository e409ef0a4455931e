"""Rulebooks and calendar become rows: once, with stable ids, and never over history."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import asyncpg
import pytest

from domain.calendar import calendar_rows
from domain.installation import TABLES, InstallationSummary, install
from domain.installation_rows import (
    application_item_id,
    catalogue_item_id,
    credit_list_id,
    installed_id,
    office_id,
)
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.model import Rulebook, Rulebooks

pytestmark = pytest.mark.anyio

BOOKS = load_rulebooks()
XIAMEN = "cn-xiamen-hrss-2021"


@pytest.fixture
async def connection(installed_url: str) -> AsyncIterator[Any]:
    """A connection to an installed database, whose changes are rolled back."""
    opened = await asyncpg.connect(installed_url)
    transaction = opened.transaction()
    await transaction.start()
    yield opened
    await transaction.rollback()
    await opened.close()


async def again(connection: Any, books: Rulebooks = BOOKS) -> InstallationSummary:
    return await install(connection, books, calendar_rows())


def with_book(book: Rulebook) -> Rulebooks:
    """Give the rulebooks with one of them replaced or added."""
    return replace(BOOKS, books={**BOOKS.books, book.id: book})


def renamed(book: Rulebook, code: str, name: str) -> Rulebook:
    """Give a rulebook in which a catalogue item has another name."""
    items = tuple(replace(item, name=name) if item.code == code else item for item in book.catalogue)
    return replace(book, catalogue=items)


async def use_item(connection: Any, code: str) -> None:
    """Let a record refer to an item of Xiamen's catalogue."""
    await connection.execute(
        "INSERT INTO subject (id, kind, is_person, jurisdiction_id, name, masked_name, name_pinyin, uscc_lenient,"
        " state_owned, registered_at)"
        " VALUES ($1, 'enterprise', false, '350200', '虚构', '虚构', '', false, false, now())",
        installed_id("test", "subject"),
    )
    await connection.execute(
        "INSERT INTO credit_record (id, subject_id, about_person, jurisdiction_id, office_id, item_id, state, version,"
        " decision_no, title, content, harm_removed, dishonest, decided_on, obtained_on, due_provisional, submitted_at,"
        " disclosure) VALUES ($1, $2, false, '350200', $3, $4, 'submitted', 1, '1', '1', '{}', false, false,"
        " '2021-06-01', '2021-06-01', false, now(), 'public')",
        installed_id("test", "record"),
        installed_id("test", "subject"),
        office_id("350200", "JCZD"),
        catalogue_item_id("350200", XIAMEN, code),
    )


async def test_a_second_start_changes_nothing(connection: Any) -> None:
    summary = await again(connection)

    assert summary.unchanged
    assert summary.kept == ()


async def test_two_databases_hold_the_same_rows(connection: Any, database_url: str) -> None:
    other = await asyncpg.connect(database_url)
    try:
        await install(other, BOOKS, calendar_rows())
        for table in (*(one.name for one in TABLES), "working_day"):
            rows = f"SELECT md5(string_agg(t::text, ';' ORDER BY t.id)) FROM {table} t"
            assert await connection.fetchval(rows) == await other.fetchval(rows), table
    finally:
        await other.close()


async def test_processes_that_start_together_install_once(connection: Any, installed_url: str) -> None:
    one, other = await asyncpg.connect(installed_url), await asyncpg.connect(installed_url)
    try:
        await one.execute("DELETE FROM responsibility")
        first, second = await asyncio.gather(again(one), again(other))
    finally:
        await one.close()
        await other.close()

    assert first.added.get("responsibility", 0) + second.added.get("responsibility", 0) == sum(
        len(book.responsibilities) for book in BOOKS.books.values()
    )


async def test_every_office_of_every_rulebook_is_a_row(connection: Any) -> None:
    rows = {row["id"]: row for row in await connection.fetch("SELECT * FROM office")}

    for book in BOOKS.books.values():
        for office in book.offices:
            row = rows[office_id(book.jurisdiction, office.code)]
            assert (row["name"], row["kind"], row["rulebook"]) == (office.name, office.kind, book.id)
            assert tuple(row["aliases"]) == office.aliases


async def test_offices_whose_names_are_alike_stay_apart(connection: Any) -> None:
    names = await connection.fetch(
        "SELECT name FROM office WHERE jurisdiction_id = '410700' AND code IN ('JYB', 'JYJ', 'JCK', 'JCZD')"
    )

    assert {row["name"] for row in names} == {"就业办", "就业局", "监察科", "市劳动保障监察支队"}


async def test_every_division_stands_below_its_parent(connection: Any) -> None:
    parents = dict(await connection.fetch("SELECT id, parent_id FROM jurisdiction"))

    assert (parents["350205"], parents["350200"], parents["350000"]) == ("350200", "350000", "100000")
    assert [code for code, parent in parents.items() if parent is None] == ["100000"]


async def test_a_duty_says_who_leads_and_who_assists(connection: Any) -> None:
    duties = await connection.fetch(
        "SELECT office.code, duty FROM responsibility JOIN office ON office.id = office_id"
        " WHERE responsibility.rulebook = $1 AND responsibility.clause = '8'",
        XIAMEN,
    )

    assert {tuple(row) for row in duties} == {
        ("SP", "落实“双公示”制度"),
        ("JCZD", "落实“双公示”制度"),
        ("BG", "落实“双公示”制度(配合)"),
    }


async def test_permits_and_penalties_carry_the_national_columns(connection: Any) -> None:
    counts = await connection.fetch(
        "SELECT code, jsonb_array_length(data_items) AS columns FROM catalogue_item"
        " WHERE edition = $1 AND double_publicity ORDER BY code",
        XIAMEN,
    )

    assert [tuple(row) for row in counts] == [("penalty", 30), ("permit", 28)]


async def test_producers_are_those_the_rulebook_names(connection: Any) -> None:
    producers = await connection.fetch(
        "SELECT office.code FROM catalogue_producer JOIN office ON office.id = office_id WHERE item_id = $1",
        catalogue_item_id("410700", "cn-xinxiang-hrss-redblack-2019", "hours_contracts_construction_bad"),
    )

    assert {row["code"] for row in producers} == {"LDGX", "JCK"}


async def test_a_list_states_its_longest_publication_only_where_the_text_has_one(connection: Any) -> None:
    years = "SELECT max_publication_years FROM credit_list WHERE id = $1"

    assert await connection.fetchval(years, credit_list_id("cn-xinxiang-hrss-redblack-2019", "black")) == 3
    assert await connection.fetchval(years, credit_list_id(XIAMEN, "labour_serious")) is None


async def test_a_purpose_is_named_by_jurisdiction_and_code(connection: Any) -> None:
    code = await connection.fetchval(
        "SELECT code FROM application_item WHERE id = $1", application_item_id("350200", "procurement")
    )

    assert code == "350200.procurement"


async def test_make_up_days_are_working_days_and_unannounced_years_are_marked(connection: Any) -> None:
    days = {
        row["id"]: (row["working"], row["kind"], row["provisional"])
        for row in await connection.fetch("SELECT * FROM working_day")
    }

    assert days[date(2021, 9, 26)] == (True, "make_up", False)
    assert days[date(2021, 10, 1)] == (False, "holiday", False)
    assert days[date(2028, 1, 3)][2] is True


async def test_a_newer_edition_adds_its_items_and_ends_the_older_ones(connection: Any) -> None:
    old = BOOKS.books[XIAMEN]
    new = replace(
        old,
        id="cn-xiamen-hrss-2022",
        effective_from=date(2022, 1, 1),
        effective_to=date(2022, 12, 31),
        catalogue=tuple(replace(item, valid_from=date(2022, 1, 1)) for item in old.catalogue),
    )

    summary = await again(connection, with_book(new))
    ends = await connection.fetch(
        "SELECT edition, valid_to FROM catalogue_item WHERE jurisdiction_id = '350200' AND code = 'penalty'"
    )

    assert summary.added["catalogue_item"] == len(old.catalogue)
    assert dict(ends) == {XIAMEN: date(2021, 12, 31), "cn-xiamen-hrss-2022": None}
    assert (await again(connection, with_book(new))).unchanged


async def test_an_office_of_a_newer_edition_keeps_its_earlier_names_as_aliases(connection: Any) -> None:
    old = BOOKS.books[XIAMEN]
    offices = tuple(
        replace(office, name="市综合执法支队", aliases=()) if office.code == "JCZD" else office
        for office in old.offices
    )
    new = replace(
        old, id="cn-xiamen-hrss-2022", effective_from=date(2022, 1, 1), offices=offices, catalogue=(), duties=()
    )

    await again(connection, with_book(new))
    row = await connection.fetchrow("SELECT name, aliases FROM office WHERE id = $1", office_id("350200", "JCZD"))

    assert row["name"] == "市综合执法支队"
    assert row["aliases"] == ["市监察支队", "监察支队"]


async def test_an_item_that_nothing_rests_on_follows_its_rulebook(connection: Any) -> None:
    summary = await again(connection, with_book(renamed(BOOKS.books[XIAMEN], "penalty", "行政处罚决定")))

    assert summary.corrected == {"edition_item": 1, "catalogue_item": 1}
    name = "SELECT name FROM catalogue_item WHERE id = $1"
    assert await connection.fetchval(name, catalogue_item_id("350200", XIAMEN, "penalty")) == "行政处罚决定"


async def test_an_item_with_records_keeps_its_meaning_and_is_named(connection: Any) -> None:
    await use_item(connection, "penalty")

    summary = await again(connection, with_book(renamed(BOOKS.books[XIAMEN], "penalty", "行政处罚决定")))

    used = catalogue_item_id("350200", XIAMEN, "penalty")
    assert summary.unchanged
    assert summary.kept[1:] == (f"catalogue_item {used}",)
    assert summary.kept[0].startswith("edition_item ")
    assert await connection.fetchval("SELECT name FROM catalogue_item WHERE id = $1", used) == "行政处罚"


async def test_an_item_with_records_still_takes_the_last_day_its_rulebook_sets(connection: Any) -> None:
    await use_item(connection, "penalty")
    book = BOOKS.books[XIAMEN]
    items = tuple(replace(item, valid_to=date(2025, 12, 31)) for item in book.catalogue)

    summary = await again(connection, with_book(replace(book, catalogue=items)))

    ends = await connection.fetchval(
        "SELECT valid_to FROM catalogue_item WHERE id = $1", catalogue_item_id("350200", XIAMEN, "penalty")
    )
    assert (ends, summary.kept) == (date(2025, 12, 31), ())


async def test_what_an_edition_no_longer_states_is_removed_unless_used(connection: Any) -> None:
    await use_item(connection, "penalty")
    book = BOOKS.books[XIAMEN]
    left = tuple(item for item in book.catalogue if item.code not in ("penalty", "permit"))

    summary = await again(connection, with_book(replace(book, catalogue=left)))

    assert summary.removed == {"catalogue_producer": 1, "catalogue_item": 1, "edition_item": 1}
    assert f"catalogue_item {catalogue_item_id('350200', XIAMEN, 'penalty')}" in summary.kept


async def test_offices_from_elsewhere_are_left_alone(connection: Any) -> None:
    agency = office_id("350200", "AGENCY")
    await connection.execute(
        "INSERT INTO office (id, jurisdiction_id, code, name, aliases, kind, roles)"
        " VALUES ($1, '350200', 'AGENCY', '虚构银行', '{}', 'partner_agency', '{}')",
        agency,
    )

    assert (await again(connection)).unchanged
    assert await connection.fetchval("SELECT name FROM office WHERE id = $1", agency) == "虚构银行"
