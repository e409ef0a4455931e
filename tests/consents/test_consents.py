"""Consents: who may be trusted with one, how long it stands, how it ends (上海市社会信用条例17)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias
from uuid import uuid4

import asyncpg
import pytest

from domain.errors import NotFound, StateConflict
from domain.identifiers import resident_id_check_character
from domain.lifecycle import Actor
from domain.rights import consents
from domain.rights.consents import ConsentEndsInPast, ConsentStands, ConsentTooLong, GuardianConsents
from domain.rulebook.loader import load_rulebooks
from domain.use.partner import OfficeNotPartner, PurposeNotGrantedToOffice
from domain.vault import Vault
from tests.parties import Parties, app_connection, grant_purpose, make_parties, transaction

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 18)
BOOKS = load_rulebooks()
NEXT_YEAR = date(2027, 3, 18)
Connection: TypeAlias = "asyncpg.Connection[Any]"


@pytest.fixture
async def owner(installed_url: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(installed_url)
    yield connection
    await connection.close()


@pytest.fixture
async def app(installed_url: str) -> AsyncIterator[Connection]:
    connection = await app_connection(installed_url)
    yield connection
    await connection.close()


@pytest.fixture
async def parties(owner: Connection) -> Parties:
    return await make_parties(owner)


async def granted(app: Connection, parties: Parties, *, now: datetime = NOW, **changes: Any) -> Any:
    given = {
        "subject_id": parties.person,
        "office_id": parties.agency,
        "application_item_id": parties.purpose,
        "until_on": NEXT_YEAR,
    }
    async with transaction(app, now) as tx:
        return await consents.grant(tx, **{**given, **changes})


async def test_a_person_consents_to_one_agency_for_one_purpose(app: Connection, parties: Parties) -> None:
    consent = await granted(app, parties)
    assert await consents.standing(app, parties.person, parties.agency, parties.purpose, TODAY) == consent
    assert await consents.standing(app, parties.person, parties.other_agency, parties.purpose, TODAY) is None
    assert await consents.standing(app, parties.person, parties.agency, parties.other_purpose, TODAY) is None
    assert await consents.standing(app, parties.company, parties.agency, parties.purpose, TODAY) is None


@pytest.fixture
def vault() -> Vault:
    return Vault({"k1": bytes(32)}, "k1", bytes(32))


BIRTHDAYS = {
    "thirteen": (date(2012, 9, 1), False),
    "fourteen today": (date(2012, 3, 18), False),  # one has an age the day after its birthday
    "fourteen since yesterday": (date(2012, 3, 17), True),
    "of age": (date(1990, 1, 1), True),
}


@pytest.mark.parametrize(("born_on", "may"), BIRTHDAYS.values(), ids=BIRTHDAYS)
async def test_a_child_does_not_consent_for_itself(
    born_on: date, may: bool, owner: Connection, app: Connection, parties: Parties, vault: Vault
) -> None:
    """XM-05a, 个人信息保护法31: a parent or guardian does, as the child's agent; organisations have no age."""
    number = f"350200{born_on:%Y%m%d}001"
    sealed = vault.seal(number + resident_id_check_character(number))
    await owner.execute("UPDATE subject SET id_cipher = $2 WHERE id = $1", parties.person, sealed)
    itself, guardian = [Actor(account_id=None, roles=("subject",), agent_of_id=one) for one in (None, parties.person)]
    async with transaction(app, NOW, itself) as tx:
        asked = consents.require_of_age(tx, vault, BOOKS, parties.person)
        if may:
            await asked
        else:
            with pytest.raises(GuardianConsents) as refused:
                await asked
            assert "31" in str(refused.value.extensions["citation"])
        await consents.require_of_age(tx, vault, BOOKS, parties.company)
    async with transaction(app, NOW, guardian) as tx:
        await consents.require_of_age(tx, vault, BOOKS, parties.person)


async def test_an_organisation_may_consent(app: Connection, parties: Parties) -> None:
    consent = await granted(app, parties, subject_id=parties.company)
    assert not await app.fetchval("SELECT about_person FROM consent WHERE id = $1", consent)


async def test_a_consent_leaves_one_event_in_the_ledger_and_one_to_be_told(app: Connection, parties: Parties) -> None:
    consent = await granted(app, parties)
    for table in ("ledger_event", "outbox_event"):
        rows = await app.fetch(f"SELECT object, verb, subject_id FROM {table} WHERE object_id = $1", consent)
        assert [tuple(row) for row in rows] == [("consent", "grant", parties.person)]


async def test_a_consent_stands_on_its_last_day_and_not_after(app: Connection, parties: Parties) -> None:
    consent = await granted(app, parties, until_on=TODAY)
    found = [
        await consents.standing(app, parties.person, parties.agency, parties.purpose, day)
        for day in (TODAY, TODAY + timedelta(days=1))
    ]
    assert found == [consent, None]


async def test_the_last_day_is_counted_in_china(app: Connection, parties: Parties) -> None:
    after_midnight_in_china = datetime(2026, 3, 17, 16, 30, tzinfo=UTC)
    with pytest.raises(ConsentEndsInPast):
        await granted(app, parties, now=after_midnight_in_china, until_on=date(2026, 3, 17))
    await granted(app, parties, now=after_midnight_in_china, until_on=TODAY)


@pytest.mark.parametrize(
    ("until_on", "error"),
    [
        (TODAY - timedelta(days=1), ConsentEndsInPast),
        (date(2127, 1, 1), ConsentTooLong),
        (date.max, ConsentTooLong),
    ],
)
async def test_a_consent_for_an_impossible_time_is_refused(
    app: Connection, parties: Parties, until_on: date, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await granted(app, parties, until_on=until_on)


async def test_a_consent_of_a_hundred_years_is_accepted(app: Connection, parties: Parties) -> None:
    consent = await granted(app, parties, now=datetime(2024, 2, 29, 2, tzinfo=UTC), until_on=date(2124, 2, 29))
    assert await app.fetchval("SELECT until_on FROM consent WHERE id = $1", consent) == date(2124, 2, 29)


async def test_an_office_of_the_bureau_needs_no_consent_and_gets_none(app: Connection, parties: Parties) -> None:
    with pytest.raises(OfficeNotPartner):
        await granted(app, parties, office_id=parties.bureau_office)


async def test_a_purpose_that_is_not_granted_to_the_agency_is_refused(
    owner: Connection, app: Connection, parties: Parties
) -> None:
    with pytest.raises(PurposeNotGrantedToOffice):
        await granted(app, parties, application_item_id=parties.other_purpose)
    await grant_purpose(owner, parties.agency, parties.other_purpose, date(2020, 1, 1), TODAY - timedelta(days=1))
    with pytest.raises(PurposeNotGrantedToOffice):
        await granted(app, parties, application_item_id=parties.other_purpose)
    await grant_purpose(owner, parties.agency, parties.other_purpose, TODAY, TODAY)
    await granted(app, parties, application_item_id=parties.other_purpose)


async def test_the_purposes_of_an_agency_are_told_with_their_last_day(
    owner: Connection, app: Connection, parties: Parties
) -> None:
    async def told(today: date) -> dict[str, date | None]:
        return {row["code"]: row["until"] for row in await consents.purposes_of(app, parties.agency, today)}

    before = await told(TODAY)
    await grant_purpose(owner, parties.agency, parties.other_purpose, TODAY, TODAY + timedelta(days=9))
    await grant_purpose(owner, parties.agency, parties.other_purpose, TODAY - timedelta(days=9), TODAY)
    other = await owner.fetchval("SELECT code FROM application_item WHERE id = $1", parties.other_purpose)
    assert await told(TODAY) == {**before, other: TODAY + timedelta(days=9)}
    assert await told(TODAY + timedelta(days=10)) == before == {next(iter(before)): None}


async def test_only_agencies_that_are_there_have_purposes(app: Connection, parties: Parties) -> None:
    with pytest.raises(OfficeNotPartner):
        await consents.purposes_of(app, parties.bureau_office, TODAY)
    with pytest.raises(NotFound):
        await consents.purposes_of(app, uuid4(), TODAY)


@pytest.mark.parametrize("missing", ["subject_id", "office_id", "application_item_id"])
async def test_what_does_not_exist_is_not_found(app: Connection, parties: Parties, missing: str) -> None:
    unknown: dict[str, Any] = {missing: uuid4()}
    with pytest.raises(NotFound):
        await granted(app, parties, **unknown)


async def test_a_second_consent_beside_one_that_stands_is_refused(app: Connection, parties: Parties) -> None:
    first = await granted(app, parties)
    with pytest.raises(ConsentStands):
        await granted(app, parties)
    await granted(app, parties, office_id=parties.other_agency)
    async with transaction(app, NOW) as tx:
        await consents.revoke(tx, first)
    assert await granted(app, parties) != first


async def test_of_two_consents_given_at_once_one_stands(installed_url: str, app: Connection, parties: Parties) -> None:
    other = await app_connection(installed_url)
    try:
        outcomes = await asyncio.gather(granted(app, parties), granted(other, parties), return_exceptions=True)
    finally:
        await other.close()
    assert sorted(type(one).__name__ for one in outcomes) == ["ConsentStands", "UUID"]


async def test_a_revoked_consent_opens_nothing_and_is_not_revoked_twice(app: Connection, parties: Parties) -> None:
    consent = await granted(app, parties)
    async with transaction(app, NOW) as tx:
        await consents.revoke(tx, consent)
    assert await consents.standing(app, parties.person, parties.agency, parties.purpose, TODAY) is None
    with pytest.raises(StateConflict):
        async with transaction(app, NOW) as tx:
            await consents.revoke(tx, consent)
    verbs = await app.fetch("SELECT verb FROM ledger_event WHERE object_id = $1 ORDER BY id", consent)
    assert [row["verb"] for row in verbs] == ["grant", "revoke"]
