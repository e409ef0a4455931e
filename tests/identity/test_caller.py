"""Who calls: what an account may wear today, what it may name as purpose, and when that ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from authz.activation import PrincipalUnclear, activate, assign, bump_epoch, grant_purpose, revoke_token, upsert_account
from authz.assigned import NoRole, OfficeNotHeld, PurposeNotGranted, PurposeUnknown
from authz.caller import PUBLIC, Caller, Callers
from authz.lines import default_lines
from authz.rows import NEEDS
from authz.token import Fault, TokenInvalid
from domain.ids import new_id
from domain.lifecycle import Actor
from tests.identity.conftest import NOW, Places
from tests.identity.tokens import NAME, Keys, claims, reader, token

pytestmark = pytest.mark.anyio

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


class Counting:
    """A reader of rows that counts its statements."""

    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self.connection = connection
        self.statements = 0
        self.before_purpose: Callable[[], Awaitable[None]] | None = None

    async def fetch(self, query: str, /, *args: Any) -> Any:
        self.statements += 1
        return await self.connection.fetch(query, *args)

    async def fetchrow(self, query: str, /, *args: Any) -> Any:
        self.statements += 1
        if self.before_purpose and "application_item" in query:
            await self.before_purpose()
        return await self.connection.fetchrow(query, *args)


class World:
    """A database, a process's callers over it, and an account to give roles to."""

    def __init__(self, connection: asyncpg.Connection[Any], account: UUID) -> None:
        self.connection = connection
        self.account = account
        self.rows = Counting(connection)
        self.callers = Callers(self.rows, reader(Keys(["ed1"])))

    async def wears(
        self, role: str, office: UUID | None = None, *, since: date = TODAY, until: date | None = None
    ) -> None:
        await assign(self.connection, self.account, role, office_id=office, from_on=since, to_on=until)

    async def resolve(
        self,
        purpose: str | None = None,
        *,
        office: str | None = None,
        jti: str = "t-1",
        now: datetime = NOW,
        sub: str = "clerk-1",
    ) -> Caller:
        times = {"iat": int(now.timestamp()), "exp": int(now.timestamp()) + 3600}
        text = token(body=claims(jti=jti, sub=sub, **times))
        return await self.callers.resolve(f"Bearer {text}", purpose, office=office, now=now)


@pytest.fixture
async def world(connection: asyncpg.Connection[Any]) -> World:
    """Give a world whose account holds no role yet."""
    account = await upsert_account(connection, issuer=NAME, sub="clerk-1", display="市监察支队经办")
    made = World(connection, account)
    await made.callers.refresh()
    return made


async def test_without_a_token_the_caller_is_the_public_of_the_current_epoch(world: World) -> None:
    world.rows.statements = 0

    caller = await world.callers.resolve(None, "900200.b", office="JCZD", now=NOW)

    assert caller == replace(PUBLIC, epoch=world.callers.epoch, policy_version=world.callers.grants.version)
    assert (caller.anonymous, caller.roles, caller.purpose_code) == (True, ("public",), None)
    assert world.callers.epoch > 0
    assert world.rows.statements == 0


async def test_before_the_first_refresh_the_public_stands_under_no_epoch(world: World) -> None:
    assert (await Callers(world.rows, reader(Keys([]))).resolve(None, None, now=NOW)).epoch == 0


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "Token x", "{token}", "Bearer,{token}", "Basic {token}"]
)
async def test_a_header_that_brings_no_bearer_token_is_refused(world: World, header: str) -> None:
    with pytest.raises(TokenInvalid):
        await world.callers.resolve(header.replace("{token}", token()), None, now=NOW)


async def test_the_scheme_may_be_written_in_any_case(world: World, places: Places) -> None:
    await world.wears("clerk", places.supervision)

    assert (await world.callers.resolve(f"bearer {token()}", None, now=NOW)).roles == ("clerk",)


async def test_an_officer_acts_with_all_roles_of_the_office_in_its_division(world: World, places: Places) -> None:
    await world.wears("reviewer", places.supervision)
    await world.wears("clerk", places.supervision)

    caller = await world.resolve()

    assert caller == Caller(
        account_id=world.account,
        roles=("clerk", "reviewer"),
        office_id=places.supervision,
        jurisdiction_id="900200",
        token_id="t-1",
        display="市监察支队经办",
        epoch=world.callers.epoch,
        policy_version=1,
    )


async def test_an_account_that_nobody_knows_has_no_role(world: World) -> None:
    with pytest.raises(NoRole):
        await world.resolve(sub="stranger")


async def test_the_same_subject_of_another_issuer_is_another_account(
    world: World, connection: asyncpg.Connection[Any], places: Places
) -> None:
    other = await upsert_account(connection, issuer="https://other.example", sub="stranger", display="x")
    await assign(connection, other, "clerk", office_id=places.supervision, from_on=TODAY)

    with pytest.raises(NoRole):
        await world.resolve(sub="stranger")


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (TODAY - DAY, TODAY, True),
        (TODAY - DAY, TODAY - DAY, False),
        (TODAY + DAY, None, False),
    ],
)
async def test_an_assignment_counts_on_its_days_only(
    world: World, places: Places, since: date, until: date | None, holds: bool
) -> None:
    await world.wears("clerk", places.supervision, since=since, until=until)

    if holds:
        assert (await world.resolve()).roles == ("clerk",)
    else:
        with pytest.raises(NoRole):
            await world.resolve()


async def test_an_assignment_ends_at_midnight_in_china_for_a_caller_that_was_known(
    world: World, places: Places
) -> None:
    await world.wears("clerk", places.supervision, until=TODAY)
    last_minute = datetime.fromisoformat("2026-03-02T23:59:00+08:00")
    seconds = int(last_minute.timestamp())
    header = f"Bearer {token(body=claims(iat=seconds, exp=seconds + 3600))}"
    assert (await world.callers.resolve(header, None, now=last_minute)).roles == ("clerk",)

    with pytest.raises(NoRole):
        await world.callers.resolve(header, None, now=last_minute + timedelta(minutes=1))


async def test_a_token_expires_for_a_caller_that_was_known(world: World, places: Places) -> None:
    await world.wears("clerk", places.supervision)
    header = f"Bearer {token(body=claims(exp=int(NOW.timestamp()) + 60))}"
    await world.callers.resolve(header, None, now=NOW)

    with pytest.raises(TokenInvalid) as refused:
        await world.callers.resolve(header, None, now=NOW + timedelta(seconds=90))

    assert refused.value.reason is Fault.EXPIRED


async def test_a_role_that_the_policy_does_not_know_gives_nothing(
    world: World, connection: asyncpg.Connection[Any], places: Places
) -> None:
    await world.wears("clerk", places.supervision)
    await connection.execute("UPDATE assignment SET role = 'superuser'")

    with pytest.raises(NoRole):
        await world.resolve()


async def test_with_two_offices_the_oldest_assignment_decides_unless_the_header_chooses(
    world: World, places: Places
) -> None:
    await world.wears("reviewer", places.employment)
    await world.wears("clerk", places.supervision, since=TODAY - DAY)

    chosen = {
        header: ((caller := await world.resolve(office=header)).office_id, caller.roles)
        for header in (None, "JYZX", "JCZD", f"Office:{places.employment}")
    }

    supervision, employment = (places.supervision, ("clerk",)), (places.employment, ("reviewer",))
    assert chosen == {
        None: supervision,
        "JYZX": employment,
        "JCZD": supervision,
        f"Office:{places.employment}": employment,
    }


@pytest.mark.parametrize("header", ["BANK", "", "none", "jczd", "JCZD\0", "Office:", "Office:x"])
async def test_an_office_in_which_the_account_holds_no_role_is_refused(
    world: World, places: Places, header: str
) -> None:
    await world.wears("clerk", places.supervision)

    with pytest.raises(OfficeNotHeld):
        await world.resolve(office=header)


async def test_a_code_that_means_two_of_the_offices_does_not_choose(world: World, places: Places) -> None:
    await world.wears("clerk", places.supervision)
    await world.wears("clerk", places.district_office)

    with pytest.raises(OfficeNotHeld):
        await world.resolve(office="JCZD")
    assert (await world.resolve(office=f"Office:{places.district_office}")).jurisdiction_id == "900205"


async def test_roles_of_the_person_and_of_an_office_are_never_worn_together(world: World, places: Places) -> None:
    await world.wears("partner", places.bank, since=TODAY - DAY)
    await world.wears("subject")

    assert (await world.resolve()).roles == ("partner",)
    assert (await world.resolve(office="none")).roles == ("subject",)


async def test_a_person_carries_the_subject_it_is(
    world: World, connection: asyncpg.Connection[Any], places: Places
) -> None:
    person = await _person(connection)
    await upsert_account(connection, issuer=NAME, sub="clerk-1", display="虚构", subject_id=person)
    await world.wears("subject")

    assert (await world.resolve()).subject_id == person


async def test_an_agent_carries_the_principal_it_acts_for_and_never_two_at_once(
    world: World, connection: asyncpg.Connection[Any], places: Places
) -> None:
    """Role `agent`: the roles of two principals, of an office and of the person itself are told apart."""
    first, second, itself = [await _person(connection) for _ in range(3)]
    await upsert_account(connection, issuer=NAME, sub="clerk-1", display="虚构", subject_id=itself)
    for principal in (first, second):
        await assign(connection, world.account, "agent", principal_id=principal, from_on=TODAY)
    await world.wears("subject")

    assert (await world.resolve()).roles == ("agent",)
    for principal in (first, second):
        caller = await world.resolve(office=f"Subject:{principal}")
        assert (caller.roles, caller.subject_id, caller.to_actor().subject_id) == (("agent",), principal, principal)
    own = await world.resolve(office="none")
    assert (own.roles, own.subject_id) == (("subject",), itself)
    with pytest.raises(OfficeNotHeld):
        await world.resolve(office=f"Subject:{itself}")


async def test_an_agency_that_has_ended_gives_nothing(
    world: World, connection: asyncpg.Connection[Any], places: Places
) -> None:
    principal = await _person(connection)
    await assign(connection, world.account, "agent", principal_id=principal, from_on=TODAY - DAY, to_on=TODAY - DAY)

    with pytest.raises(NoRole):
        await world.resolve()


@pytest.mark.parametrize(("role", "principal"), [("agent", None), ("clerk", new_id()), ("subject", new_id())])
async def test_only_an_agent_has_a_principal_and_no_agent_is_without(
    world: World, role: str, principal: UUID | None
) -> None:
    with pytest.raises(PrincipalUnclear):
        await assign(world.connection, world.account, role, principal_id=principal, from_on=TODAY)


async def test_an_agent_may_what_its_principal_may(world: World) -> None:
    grants = world.callers.grants
    assert grants.roles["agent"] == grants.roles["subject"]


async def _person(connection: asyncpg.Connection[Any]) -> UUID:
    person = new_id()
    values = {
        "id": person,
        "kind": "natural_person",
        "is_person": True,
        "name": "虚构",
        "jurisdiction_id": "900200",
    }
    required = await connection.fetch(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = 'subject' AND is_nullable = 'NO' AND column_default IS NULL"
    )
    fillers: dict[str, Any] = {"text": "x", "character varying": "x", "boolean": False, "bytea": b"x"}
    fillers |= {"timestamp with time zone": NOW, "date": TODAY, "ARRAY": []}
    for row in required:
        values.setdefault(row["column_name"], fillers.get(row["data_type"]))
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    await connection.execute(f"INSERT INTO subject ({', '.join(values)}) VALUES ({places})", *values.values())
    return person


async def test_a_partner_may_name_a_purpose_that_is_granted_to_its_office(
    world: World, connection: asyncpg.Connection[Any], places: Places
) -> None:
    await world.wears("partner", places.bank)
    await grant_purpose(connection, places.bank, places.items["900900.d"], from_on=TODAY)

    caller = await world.resolve("900900.d")

    named = (caller.purpose_id, caller.purpose_code, caller.purpose_name)
    assert named == (places.items["900900.d"], "900900.d", "事项900900.d")


@pytest.mark.parametrize("days", [(1, None), (-2, -1)], ids=["from tomorrow", "until yesterday"])
async def test_a_grant_of_a_purpose_counts_on_its_days_only(
    world: World, connection: asyncpg.Connection[Any], places: Places, days: tuple[int, int | None]
) -> None:
    await world.wears("partner", places.bank)
    since, until = (None if day is None else TODAY + day * DAY for day in days)
    assert since is not None
    await grant_purpose(connection, places.bank, places.items["900200.b"], from_on=since, to_on=until)

    with pytest.raises(PurposeNotGranted):
        await world.resolve("900200.b")


async def test_a_purpose_granted_to_one_partner_is_not_granted_to_another(
    world: World, connection: asyncpg.Connection[Any], places: Places
) -> None:
    await world.wears("partner", places.bank)
    await grant_purpose(connection, places.employment, places.items["900200.b"], from_on=TODAY)

    with pytest.raises(PurposeNotGranted):
        await world.resolve("900200.b")


@pytest.mark.parametrize(
    ("code", "granted"), [("900000.a", True), ("900200.b", True), ("900205.c", False), ("900900.d", False)]
)
async def test_an_officer_may_name_the_purposes_of_its_division_and_those_above(
    world: World, places: Places, code: str, granted: bool
) -> None:
    await world.wears("clerk", places.supervision)

    if granted:
        assert (await world.resolve(code)).purpose_id == places.items[code]
    else:
        with pytest.raises(PurposeNotGranted):
            await world.resolve(code)


async def test_a_grant_to_partners_opens_nothing_to_an_officer_of_the_same_office(
    world: World, connection: asyncpg.Connection[Any], places: Places
) -> None:
    await world.wears("clerk", places.supervision)
    await grant_purpose(connection, places.supervision, places.items["900900.d"], from_on=TODAY)

    with pytest.raises(PurposeNotGranted):
        await world.resolve("900900.d")


async def test_a_partner_may_not_name_a_purpose_of_its_division_that_nobody_granted(
    world: World, places: Places
) -> None:
    await world.wears("partner", places.bank)

    with pytest.raises(PurposeNotGranted):
        await world.resolve("900200.b")


async def test_for_a_role_without_purposes_a_purpose_opens_nothing(world: World, places: Places) -> None:
    await world.wears("auditor")

    assert (await world.resolve("900200.b")).purpose_id is None


@pytest.mark.parametrize("role", ["clerk", "partner", "auditor"])
@pytest.mark.parametrize("code", ["900200.x", "", "900200.b\0", "900200.B", "%", "x" * 10_000, "\ud83d"])
async def test_a_purpose_that_does_not_exist_is_refused_for_everybody(
    world: World, places: Places, role: str, code: str
) -> None:
    await world.wears(role, places.bank)

    with pytest.raises(PurposeUnknown):
        await world.resolve(code)


async def test_a_known_caller_costs_no_statement(world: World, places: Places) -> None:
    await world.wears("clerk", places.supervision)
    first = await world.resolve("900200.b", office="JCZD")
    world.rows.statements = 0

    assert await world.resolve("900200.b", office="JCZD") is first
    assert world.rows.statements == 0


async def test_what_is_kept_of_one_request_is_not_given_to_another(
    world: World, connection: asyncpg.Connection[Any], places: Places
) -> None:
    await world.wears("clerk", places.supervision)
    await world.wears("clerk", places.employment, since=TODAY)
    other = await upsert_account(connection, issuer=NAME, sub="clerk-2", display="y")
    await assign(connection, other, "approver", office_id=places.bank, from_on=TODAY)
    plain = await world.resolve(office="JCZD")

    others = [
        await world.resolve("900200.b", office="JCZD"),
        await world.resolve(office="JYZX"),
        await world.resolve(office="JCZD", jti="t-2"),
        await world.resolve(sub="clerk-2"),
    ]

    told = [(one.account_id, one.purpose_code, one.office_id, one.token_id) for one in (plain, *others)]
    assert told == [
        (world.account, None, places.supervision, "t-1"),
        (world.account, "900200.b", places.supervision, "t-1"),
        (world.account, None, places.employment, "t-1"),
        (world.account, None, places.supervision, "t-2"),
        (other, None, places.bank, "t-1"),
    ]


async def test_a_second_process_refuses_a_revoked_token_once_its_fence_has_moved(
    world: World, connection: asyncpg.Connection[Any], places: Places
) -> None:
    await world.wears("clerk", places.supervision)
    second = World(connection, world.account)
    await second.callers.refresh()
    known = await second.resolve()

    await revoke_token(connection, "t-1", NOW + timedelta(hours=1), NOW)
    stale = await second.resolve()
    await second.callers.refresh()

    assert stale is known
    assert stale.epoch < second.callers.epoch
    with pytest.raises(TokenInvalid) as refused:
        await second.resolve()
    assert refused.value.reason is Fault.REVOKED
    assert (await second.resolve(jti="t-2")).roles == ("clerk",)


async def test_a_role_that_was_ended_is_gone_once_the_fence_has_moved(world: World, places: Places) -> None:
    await world.wears("clerk", places.supervision, since=TODAY - DAY)
    await world.resolve()

    await world.wears("clerk", places.supervision, since=TODAY - DAY, until=TODAY - DAY)
    await world.callers.refresh()

    with pytest.raises(NoRole):
        await world.resolve()


async def test_a_caller_read_while_the_epoch_moved_is_not_kept(world: World, places: Places) -> None:
    await world.wears("clerk", places.supervision)
    await world.callers.refresh()

    async def move() -> None:
        await bump_epoch(world.connection)
        await world.callers.refresh()

    world.rows.before_purpose = move
    stale = await world.resolve("900200.b")
    world.rows.before_purpose = None

    assert stale.epoch < world.callers.epoch
    assert (await world.resolve("900200.b")).epoch == world.callers.epoch


async def test_a_new_caller_tells_a_process_that_the_epoch_has_moved(
    world: World, connection: asyncpg.Connection[Any], places: Places
) -> None:
    await world.wears("clerk", places.supervision)
    await world.callers.refresh()
    epoch = await bump_epoch(connection)

    caller = await world.resolve()

    assert (caller.epoch, world.callers.epoch, world.callers.public.epoch) == (epoch, epoch, epoch)


async def test_a_new_policy_version_is_expanded_and_old_callers_keep_their_own_grants(
    world: World, connection: asyncpg.Connection[Any], places: Places
) -> None:
    await world.wears("clerk", places.supervision)
    old = await world.resolve()
    without = [line for line in default_lines() if line.cells[:2] != ("clerk", "credit_record")]

    await activate(connection, without, "经办不再报送", NOW)
    await world.callers.refresh()
    new = await world.resolve()

    def submits(caller: Caller) -> bool:
        return bool(world.callers.grants_of(caller).scopes(caller.roles, "credit_record", "submit"))

    assert (submits(old), submits(new)) == (True, False)
    assert world.callers.grants_of(new) is world.callers.grants
    assert old.signature != new.signature


async def test_a_refresh_that_finds_nothing_new_keeps_what_is_known(world: World, places: Places) -> None:
    await world.wears("clerk", places.supervision)
    first = await world.resolve()

    await world.callers.refresh()

    assert await world.resolve() is first


async def test_of_more_callers_than_there_is_room_for_the_least_recently_seen_is_forgotten(
    world: World, places: Places
) -> None:
    await world.wears("clerk", places.supervision)
    small = Callers(world.rows, reader(Keys(["ed1"])), capacity=2)
    await small.refresh()
    headers = [f"Bearer {token(body=claims(jti=f't-{number}'))}" for number in range(3)]

    first = [await small.resolve(headers[number], None, now=NOW) for number in (0, 1, 0, 2)]
    again = [await small.resolve(headers[number], None, now=NOW) for number in (0, 2, 1)]

    assert (first[0] is first[2] is again[0], first[3] is again[1], first[1] is again[2]) == (True, True, False)


def test_the_signature_tells_what_is_present_and_no_value() -> None:
    one = Caller(roles=("reviewer", "clerk"), office_id=new_id(), jurisdiction_id="350200", policy_version=3)
    same = Caller(roles=("clerk", "reviewer"), office_id=new_id(), jurisdiction_id="350205", policy_version=3)
    different = (
        replace(one, policy_version=4),
        replace(one, roles=("clerk",)),
        replace(one, office_id=None),
        replace(one, jurisdiction_id=None),
        replace(one, subject_id=new_id()),
        replace(one, purpose_id=new_id()),
    )

    assert one.signature == same.signature
    assert len({hash(each.signature) for each in (one, *different)}) == 7


def test_a_caller_binds_all_that_scopes_need() -> None:
    office, subject, purpose = new_id(), new_id(), new_id()
    caller = Caller(
        roles=("clerk",), office_id=office, jurisdiction_id="350200", subject_id=subject, purpose_id=purpose
    )

    bound = caller.bindings(TODAY)

    expected = {
        "office": office,
        "jurisdiction": "350200",
        "subject": subject,
        "purpose": purpose,
        "today": TODAY,
    }
    assert bound == expected
    assert {name for names in NEEDS.values() for name in names} <= bound.keys()


def test_a_caller_acts_under_its_own_name() -> None:
    account, office, subject = new_id(), new_id(), new_id()
    caller = Caller(
        roles=("clerk",),
        account_id=account,
        office_id=office,
        jurisdiction_id="350200",
        subject_id=subject,
        token_id="t-1",
        policy_version=3,
    )

    assert caller.to_actor() == Actor(account, ("clerk",), office, "350200", subject, "t-1", 3)


def test_a_caller_does_not_print_who_it_is() -> None:
    subject = new_id()
    caller = Caller(roles=("subject",), subject_id=subject, token_id="t-secret", display="王虚构")

    assert not any(word in repr(caller) for word in (str(subject), "t-secret", "王虚构"))
