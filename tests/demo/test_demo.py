"""The demonstration: the same everywhere, invented throughout, and rich enough to tell something."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from api.config.settings import Settings
from api.demo import stories
from api.demo.loading import CALLERS, ensure_callers, is_loaded, load_demo
from api.demo.matters import drawn_deeds
from api.demo.names import PLACES, organisations, people
from api.demo.records import Deed
from api.demo.rights import PARTNERS, XIAMEN_BANK, XIAMEN_PURPOSE
from api.demo.scene import Scene
from api.demo.stories import told_deeds
from api.process.assembly import assemble
from authz.vocabulary import ROLES
from domain.calendar import working_calendar
from domain.credit.records import Submission, amend, submit
from domain.credit.refusals import DecisionAlreadyProvided, NotProducer, RecordExists
from domain.identifiers import is_resident_id, is_uscc, subject_kind
from domain.installation_rows import application_item_id, catalogue_item_id, office_id
from domain.lifecycle import Actor, Transaction
from domain.masking import mask_name
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.lookup import severities
from domain.vault import Vault
from tests.client import ISSUER, NOW
from tests.conftest import _copy

pytestmark = pytest.mark.anyio

BOOKS = load_rulebooks()
VAULT = Vault({"other": b"7" * 32}, "other", b"8" * 32)
LEAP_DAY = datetime(2024, 2, 29, 3, 0, tzinfo=UTC)

UNSTABLE = (
    "id_cipher", "id_index", "account_id", "submitted_by", "taken_in_by", "collected_by", "attested_by", "reviewed_by", "decided_by",
    "published_by", "returned_by", "recorded_by",
)  # fmt: skip
"""Sealed with keys of the database, or made by accounts of its own."""
STABLE_TABLES = (
    "subject",
    "legal_representative",
    "credit_record",
    "list_entry",
    "list_evidence",
    "consent",
    "commitment_item",
    "commitment",
    "exam_violation",
    "exam_watch",
    "discipline_recommendation",
    "self_report",
    "office",
)
ID_NUMBER = "(^|[^0-9A-Za-z])[0-9]{17}[0-9Xx]([^0-9A-Za-z]|$)"


@pytest.fixture
async def connection(demo_url: str) -> AsyncIterator[Any]:
    """A connection to the demonstration, whose changes are rolled back."""
    opened = await asyncpg.connect(demo_url)
    transaction = opened.transaction()
    await transaction.start()
    yield opened
    await transaction.rollback()
    await opened.close()


@pytest.fixture(scope="module")
def leap_day_url(postgres: Any, _installed: str) -> str:
    """A database of its own, for a demonstration of another day."""
    return _copy(postgres, _installed, "leap_day")


@asynccontextmanager
async def loaded(url: str, now: datetime) -> AsyncIterator[Any]:
    """A connection to a database into which the demonstration is loaded, with other keys; it is rolled back."""
    opened = await asyncpg.connect(url)
    transaction = opened.transaction()
    await transaction.start()
    try:
        await load(opened, now)
        yield opened
    finally:
        await transaction.rollback()
        await opened.close()


async def load(connection: Any, now: datetime = NOW) -> None:
    await load_demo(connection, vault=VAULT, books=BOOKS, calendar=working_calendar(), now=now, issuer=ISSUER)


def scene_of(connection: Any) -> Scene:
    return Scene(connection=connection, vault=VAULT, books=BOOKS, calendar=working_calendar(), now=NOW)


async def digest(connection: Any, table: str) -> str:
    """Give a digest of what a table holds, without what belongs to one database only."""
    left_out = "".join(f" - '{column}'" for column in UNSTABLE)
    text = f"(to_jsonb(t){left_out})::text"
    return str(await connection.fetchval(f"SELECT md5(string_agg({text}, ';' ORDER BY t.id)) FROM {table} t"))


def submission_of(deed: Deed) -> Submission:
    """Give what the office of a record would hand in a second time."""
    book = BOOKS.heads[deed.jurisdiction]
    stated = deed.statement
    number = deed.subject.id_number
    return Submission(
        office_id=office_id(deed.jurisdiction, deed.office),
        item_id=catalogue_item_id(deed.jurisdiction, book, deed.item),
        decision_no=deed.decision_no,
        title=stated.title,
        decided_on=stated.decided_on,
        subject_id=deed.subject.id if number is None else None,
        id_number=number,
        name=deed.subject.name,
        obtained_on=stated.obtained_on,
        closed_on=stated.closed_on,
        severity=stated.severity,
        procedure=stated.procedure,
        harm_removed=stated.harm_removed,
        condition_met=stated.condition_met,
        through="exam_violation" if deed.item == "exam_violation" else None,
        legal_basis=stated.legal_basis,
        legal_basis_level=stated.legal_basis_level,
        content=stated.content,
    )


def acting(connection: Any) -> Transaction:
    return Transaction(connection, NOW, Actor(account_id=None, roles=("clerk",)))


async def test_loading_it_again_changes_nothing(connection: Any) -> None:
    tables = (*STABLE_TABLES, "ledger_event", "outbox_event", "account", "assignment", "partner_purpose")
    before = [await digest(connection, table) for table in tables]

    await load(connection)
    await ensure_callers(connection, ISSUER)

    assert await is_loaded(connection)
    assert [await digest(connection, table) for table in tables] == before


async def test_two_processes_that_load_it_together_load_it_once(installed_url: str) -> None:
    one, other = await asyncpg.connect(installed_url), await asyncpg.connect(installed_url)
    try:
        await asyncio.gather(load(one), load(other))
        assert await one.fetchval("SELECT count(*) FROM subject WHERE merged_into_id IS NULL") == len(
            organisations()
        ) + len(people())
    finally:
        await one.close()
        await other.close()


async def test_it_is_the_same_in_another_database_with_other_keys(connection: Any, installed_url: str) -> None:
    other = await asyncpg.connect(installed_url)
    try:
        await load(other)
        for table in STABLE_TABLES:
            assert await digest(connection, table) == await digest(other, table), table
    finally:
        await other.close()


async def test_it_loads_on_a_leap_day_and_nothing_lies_in_the_future(
    leap_day_url: str,
) -> None:
    async with loaded(leap_day_url, LEAP_DAY) as connection:
        latest = await connection.fetchval(
            "SELECT greatest(max(submitted_at), max(published_at), max(withdrawn_at)) FROM credit_record"
        )
        events = await connection.fetchval("SELECT max(at) FROM ledger_event WHERE object <> 'policy_version'")

    assert latest <= LEAP_DAY
    assert events <= LEAP_DAY


async def test_every_organisation_says_that_it_is_invented(connection: Any) -> None:
    rows = await connection.fetch("SELECT name, uscc, kind FROM subject WHERE NOT is_person")

    assert len(rows) >= 300
    for row in rows:
        assert "虚构" in row["name"]
        assert is_uscc(row["uscc"])
        assert subject_kind(row["uscc"]) == row["kind"]


async def test_every_person_and_partner_says_that_it_is_invented(connection: Any) -> None:
    named = [row["name"] for row in await connection.fetch("SELECT name FROM subject WHERE is_person")]
    named += [row["name"] for row in await connection.fetch("SELECT name FROM legal_representative")]
    named += [row["name"] for row in await connection.fetch("SELECT name FROM office WHERE rulebook IS NULL")]

    assert [name for name in named if "虚构" not in name] == []


async def test_there_are_subjects_of_every_kind_in_every_jurisdiction(connection: Any) -> None:
    places = await connection.fetch("SELECT DISTINCT jurisdiction_id, is_person FROM subject")
    kinds = await connection.fetch("SELECT DISTINCT kind FROM subject")

    assert len(places) == 2 * 5
    assert len(kinds) == 9
    assert await connection.fetchval("SELECT count(*) FROM subject WHERE state_owned") > 3


async def test_people_are_masked_and_their_numbers_sealed(connection: Any) -> None:
    rows = await connection.fetch("SELECT * FROM subject WHERE is_person")

    assert len(rows) == 60
    for row in rows:
        assert row["masked_name"] == mask_name(row["name"]) != row["name"]
        assert row["masked_id_number"].count("*") == 13
        assert len(row["id_cipher"]) > 40
        assert len(row["id_index"]) == 32
        assert row["name_pinyin"] == ""


async def test_the_service_finds_a_person_by_the_number(demo_url: str, settings: Settings) -> None:
    service = assemble(settings, demo_url, lambda: NOW)
    opened = await asyncpg.connect(demo_url)
    try:
        for one in people():
            assert is_resident_id(one.id_number)
            row = await opened.fetchrow(
                "SELECT id, id_cipher FROM subject WHERE id_index = $1",
                service.vault.blind_index(one.id_number or ""),
            )
            assert row["id"] == one.id
            assert service.vault.open(row["id_cipher"]) == one.id_number
    finally:
        await opened.close()


async def test_no_identity_number_stands_in_clear_anywhere(connection: Any) -> None:
    columns = await connection.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND data_type IN ('text', 'character varying', 'jsonb', 'ARRAY')"
    )

    assert len(columns) > 100
    found = [
        f"{table}.{column}"
        for table, column in columns
        if await connection.fetchval(f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}"::text ~ $1)', ID_NUMBER)
    ]
    assert found == []


async def test_every_record_would_be_taken_by_the_service(connection: Any) -> None:
    scene = scene_of(connection)
    deeds = [*await told_deeds(scene), *await drawn_deeds(scene)]

    people = {deed.subject.id: deed.subject.id_number for deed in deeds if deed.subject.id_number is not None}
    for subject, number in people.items():  # found by a number under the key of this loading
        await connection.execute("UPDATE subject SET id_index = $2 WHERE id = $1", subject, VAULT.blind_index(number))
    withdrawn = {row["id"] for row in await connection.fetch("SELECT id FROM credit_record WHERE state = 'withdrawn'")}
    for deed in (*deeds[:40], *deeds[40::5]):
        if deed.id in withdrawn:  # handed in again, it is taken
            continue
        with pytest.raises(RecordExists) as refused:
            await submit(acting(connection), VAULT, BOOKS, working_calendar(), submission_of(deed))
        assert refused.value.extensions["record_id"] == str(deed.id)


async def test_the_severities_are_those_the_jurisdiction_knew_on_that_day(connection: Any) -> None:
    rows = await connection.fetch("SELECT jurisdiction_id, decided_on, severity FROM credit_record")
    used = {(row["jurisdiction_id"], row["severity"]) for row in rows}

    for row in rows:
        known = [one.code for one in severities(BOOKS, row["jurisdiction_id"], row["decided_on"])]
        assert row["severity"] is None or row["severity"] in known
    assert {("350200", "minor"), ("350200", "serious"), ("350205", "minor"), ("350205", "serious")} <= used
    assert {("310000", "general"), ("310000", "serious")} <= used


async def test_records_of_every_state_and_fate_are_there(connection: Any) -> None:
    told = dict(
        await connection.fetchrow(
            """
            SELECT count(*) FILTER (WHERE state = 'submitted') AS submitted,
              count(*) FILTER (WHERE state = 'withdrawn' AND withdrawal_reason <> '') AS withdrawn,
              count(*) FILTER (WHERE state = 'published' AND public_until < $1) AS expired,
              count(*) FILTER (WHERE state = 'published' AND coalesce(public_until >= $1, true)) AS in_force,
              count(*) FILTER (WHERE version > 1) AS amended,
              count(*) FILTER (WHERE portal_at::date <= publication_due_on
                AND platform_at::date <= publication_due_on) AS timely,
              count(*) FILTER (WHERE platform_at::date > publication_due_on) AS late,
              count(*) FILTER (WHERE portal_at::date <= publication_due_on
                AND platform_at::date > publication_due_on) AS late_on_one_channel,
              count(*) FILTER (WHERE state = 'submitted' AND publication_due_on < $1) AS overdue,
              count(*) FILTER (WHERE submitted_at::date > collection_due_on) AS collected_late,
              count(*) FILTER (WHERE severity IS NULL AND state = 'submitted' AND publication_due_on IS NOT NULL)
                AS undetermined,
              count(*) FILTER (WHERE about_person AND disclosure = 'public') AS public_people
            FROM credit_record
            """,
            NOW.date(),
        )
    )

    assert [name for name, count in told.items() if count < 3] == []


async def test_lists_hold_entries_in_force_ended_and_removed_with_evidence(connection: Any) -> None:
    rows = await connection.fetch(
        "SELECT entry.*, list.polarity, subject.kind, EXISTS (SELECT FROM list_evidence WHERE entry_id = entry.id)"
        " AS evident FROM list_entry entry JOIN credit_list list ON list.id = credit_list_id"
        " JOIN subject ON subject.id = subject_id"
    )

    assert {row["polarity"] for row in rows} == {"positive", "negative"}
    assert {row["removal_reason"] for row in rows} >= {"repaired", "early_removal", "standard_met", None}
    assert any(row["state"] == "published" and (row["public_until"] or NOW.date()) < NOW.date() for row in rows)
    assert any(row["route"] == "imported" and row["source"] for row in rows)
    assert {row["kind"] for row in rows} >= {"government_organ", "enterprise", "natural_person"}
    assert any(row["published_at"] is None for row in rows)
    assert sum(row["evident"] for row in rows) > 30


async def test_every_city_has_an_entry_under_way_and_one_that_went_its_whole_way(connection: Any) -> None:
    rows = await connection.fetch(
        "SELECT jurisdiction_id, state, attested_by, decided_by, published_by FROM list_entry"
        " WHERE collected_by IS NOT NULL"
    )
    whole = {row["jurisdiction_id"] for row in rows if row["state"] == "published" and row["attested_by"]}
    under_way = {row["jurisdiction_id"] for row in rows if row["published_by"] is None}
    assert whole == under_way == {"350200", "350205", "410700", "420300", "310000"}
    assert all(row["attested_by"] != row["decided_by"] for row in rows if row["decided_by"])


async def test_evidence_is_a_published_record_of_the_same_subject(connection: Any) -> None:
    wrong = await connection.fetchval(
        "SELECT count(*) FROM list_evidence proof JOIN list_entry entry ON entry.id = entry_id"
        " JOIN credit_record record ON record.id = record_id WHERE record.subject_id <> entry.subject_id"
        " OR proof.subject_id <> entry.subject_id OR record.published_at IS NULL"
        " OR record.published_at::date > entry.decided_on"
    )

    assert wrong == 0


async def test_representatives_change_and_may_be_subjects_themselves(connection: Any) -> None:
    rows = await connection.fetch(
        "SELECT person_id, from_on, to_on FROM legal_representative WHERE subject_id = $1 ORDER BY from_on",
        stories.EXAMPLE.id,
    )

    assert [row["to_on"] is None for row in rows] == [False, True]
    assert (rows[1]["from_on"] - rows[0]["to_on"]).days == 1
    assert rows[1]["person_id"] == stories.REPRESENTATIVE.id


async def test_two_offices_compete_for_one_record(connection: Any) -> None:
    scene = scene_of(connection)
    deed = next(one for one in await told_deeds(scene) if one.number == stories.COMPETED_RECORD)
    other = replace(submission_of(deed), office_id=office_id("350200", "SP"))

    with pytest.raises(DecisionAlreadyProvided) as refused:
        await submit(acting(connection), VAULT, BOOKS, working_calendar(), other)
    assert refused.value.extensions["office"] == "市监察支队"


async def test_xinxiang_has_a_domain_with_two_owners_and_one_record_of_it(connection: Any) -> None:
    scene = scene_of(connection)
    deed = next(one for one in await told_deeds(scene) if one.subject.number == 31)

    with pytest.raises(DecisionAlreadyProvided):
        await submit(
            acting(connection),
            VAULT,
            BOOKS,
            working_calendar(),
            replace(submission_of(deed), office_id=office_id("410700", "JCK")),
        )


async def test_an_office_that_the_rulebook_does_not_name_could_not_have_handed_it_in(connection: Any) -> None:
    deed = next(one for one in await told_deeds(scene_of(connection)) if one.number == stories.SERIOUS_PENALTY)

    with pytest.raises(NotProducer):
        await submit(
            acting(connection),
            VAULT,
            BOOKS,
            working_calendar(),
            replace(submission_of(deed), office_id=office_id("350200", "SP")),
        )


async def test_the_records_can_be_amended_further(connection: Any) -> None:
    row = await amend(
        acting(connection),
        VAULT,
        BOOKS,
        working_calendar(),
        stories.SERIOUS_PENALTY_ID,
        changes={"content": {"CF_NR_FK": "1.00"}},
        reason="再次更正",
    )

    assert row["version"] == 3


async def test_one_consent_stands_one_has_ended_one_is_revoked_and_one_was_never_given(connection: Any) -> None:
    rows = await connection.fetch(
        "SELECT subject_id, until_on >= $3 AND revoked_at IS NULL AS stands FROM consent"
        " WHERE office_id = $1 AND application_item_id = $2",
        office_id(*XIAMEN_BANK),
        application_item_id(*XIAMEN_PURPOSE),
        NOW.date(),
    )
    consents = dict(rows)

    assert consents[stories.PERSON_WITH_CONSENT.id] is True
    assert consents[stories.PERSON_WITH_EXPIRED_CONSENT.id] is False
    assert consents[stories.PERSON_WITH_REVOKED_CONSENT.id] is False
    assert stories.PERSON_WITHOUT_CONSENT.id not in consents


async def test_every_role_has_a_caller_and_every_office_of_a_caller_exists(connection: Any) -> None:
    offices = {row["id"] for row in await connection.fetch("SELECT id FROM office")}
    subjects = {row["id"] for row in await connection.fetch("SELECT id FROM subject")}

    assert {role for caller in CALLERS for role in caller.roles} == set(ROLES) - {"public"}
    assert {office_id(*caller.office) for caller in CALLERS if caller.office} <= offices
    assert {caller.subject.id for caller in CALLERS if caller.subject} <= subjects
    assert {office_id(*agency) for agency in PARTNERS} <= offices
    assert len({caller.sub for caller in CALLERS}) == len(CALLERS)


async def test_every_place_of_the_five_documents_has_somebody_whom_its_records_are_about() -> None:
    assert {caller.subject.jurisdiction for caller in CALLERS if caller.subject} == set(PLACES)


async def test_every_jurisdiction_has_a_clerk_a_reviewer_and_a_credit_office(connection: Any) -> None:
    held = {(caller.office[0], role) for caller in CALLERS if caller.office for role in caller.roles}

    assert {(place, role) for place in BOOKS.heads for role in ("clerk", "reviewer", "credit_office")} - held == {
        (place, role) for place in ("100000", "410000") for role in ("clerk", "reviewer", "credit_office")
    }
