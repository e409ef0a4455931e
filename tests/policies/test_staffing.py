"""Two people who govern are always left: what would take one of the last two away is refused, two at once as well."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from authz.staffing import SignIn, read_staff
from domain.clock import local_day
from tests.client import NOW
from tests.policies.conftest import APPROVE, FIRST, PROPOSE, ROLL_BACK, SECOND, Desk
from tests.policies.test_assignments import APPROVE as APPROVE_ASSIGNMENT
from tests.policies.test_assignments import END, propose, register

pytestmark = pytest.mark.anyio

TODAY = local_day(NOW)
ACCOUNT = "{ account { id } receipts }"
SUSPEND = f"mutation ($input: SuspendAccountInput!) {{ suspendAccount(input: $input) {ACCOUNT} }}"
BIND = f"mutation ($input: BindAccountInput!) {{ bindAccount(input: $input) {ACCOUNT} }}"
HELD = """
{ assignments(first: 100, filter: { state: GRANTED, role: ["security_officer"] }) { nodes { id account { sub } } } }
"""
CHECK = "query ($id: ID!) { policyCheck(policyVersion: $id) { passed findings { code severity textZh } } }"
LACKING = "OFFICERS_LACKING"

OWN_ROLE = ("r, policy_approver, 复核员", "g, policy_approver, auditor")
APPROVING = tuple(f"p, policy_approver, policy_version, {verb}, any" for verb in ("approve", "activate"))
OFFICERS = "p, security_officer, policy_version, approve, any"


@pytest.fixture
async def desk(desk: Desk, demo_url: str) -> Any:
    """Give the desk, and put its officers back as they were."""
    connection = await asyncpg.connect(demo_url)
    known = [row["id"] for row in await connection.fetch("SELECT id FROM assignment WHERE state = 'granted'")]
    yield desk
    await connection.execute("UPDATE account SET state = 'active', binding = 'none', person = NULL")
    await connection.execute("UPDATE assignment SET state = 'granted', to_on = NULL WHERE id = ANY($1)", known)
    await connection.execute(
        "UPDATE assignment SET state = 'ended' WHERE state = 'granted' AND id <> ALL($1)"
        " AND role IN ('security_officer', 'policy_approver')",
        known,
    )
    await connection.execute("UPDATE authority SET epoch = epoch + 1")
    await connection.close()


async def held_by(desk: Desk, sub: str, caller: str = FIRST) -> str:
    """Give the assignment by which somebody is a security officer."""
    data = await desk.client.data(HELD, caller=caller)
    return next(str(one["id"]) for one in data["assignments"]["nodes"] if one["account"]["sub"] == sub)


async def officer(desk: Desk, **days: Any) -> str:
    """Appoint another security officer; give its sub."""
    sub, account = await register(desk)
    made = await propose(desk, account, role="security_officer", office=None, **days)
    assert await desk.code(APPROVE_ASSIGNMENT, SECOND, assignment=made["assignment"]["id"]) is None
    return sub


async def end(desk: Desk, sub: str, caller: str = FIRST, **more: Any) -> dict[str, Any]:
    """End the role of an officer."""
    return await desk.send(END, caller, assignment=await held_by(desk, sub, caller), reason="调离", **more)


async def write(url: str, text: str, *values: Any) -> None:
    """Change something as the owner of the database, where no mutation leads."""
    connection = await asyncpg.connect(url)
    await connection.execute(text, *values)
    await connection.execute("UPDATE authority SET epoch = epoch + 1")
    await connection.close()


@pytest.mark.parametrize("whom", [FIRST, SECOND])
async def test_of_two_officers_neither_is_ended_or_suspended_by_the_other_or_by_himself(desk: Desk, whom: str) -> None:
    refused = await end(desk, whom)
    assert refused["code"] == LACKING
    assert refused["error"]["extensions"]["invariant"] == "two_people_change_policies"
    assert refused["error"]["extensions"]["fromOn"] == TODAY.isoformat()
    assert "不足两人" in refused["error"]["extensions"]["messageZh"]
    account = await desk.account_of(whom)
    assert await desk.code(SUSPEND, FIRST, account=account, reason="离岗") == LACKING
    assert await held_by(desk, whom)


async def test_a_last_day_to_come_is_refused_as_an_end_at_once_is(desk: Desk) -> None:
    last = TODAY + timedelta(days=30)
    refused = await end(desk, SECOND, lastOn=last.isoformat())
    assert refused["error"]["extensions"]["fromOn"] == (last + timedelta(days=1)).isoformat()


async def test_of_three_officers_one_is_ended_and_then_none(desk: Desk) -> None:
    third = await officer(desk)
    assert "code" not in await end(desk, SECOND)
    assert (await end(desk, third))["code"] == LACKING
    assert (await end(desk, FIRST, third))["code"] == LACKING


async def test_who_serves_until_tomorrow_is_no_successor(desk: Desk) -> None:
    last = TODAY + timedelta(days=1)
    await officer(desk, toOn=last.isoformat())
    refused = await end(desk, SECOND)
    assert (refused["code"], refused["error"]["extensions"]["fromOn"]) == (
        LACKING,
        (last + timedelta(days=1)).isoformat(),
    )


async def test_who_begins_later_is_none_today(desk: Desk) -> None:
    await officer(desk, fromOn=(TODAY + timedelta(days=1)).isoformat())
    assert (await end(desk, SECOND))["error"]["extensions"]["fromOn"] == TODAY.isoformat()


@pytest.mark.parametrize(
    "change",
    ["person = 'one'", "kind = 'machine'", "state = 'suspended'", "issuer = 'https://sso-of-before.example.gov.cn'"],
)
async def test_another_account_a_machine_who_is_suspended_and_who_cannot_sign_in_are_no_second_person(
    desk: Desk, demo_url: str, change: str
) -> None:
    third = await officer(desk)
    whose = [third, FIRST] if "person" in change else [third]
    await write(demo_url, f"UPDATE account SET {change} WHERE sub = ANY($1)", whose)
    assert (await end(desk, SECOND))["code"] == LACKING


async def test_who_is_known_as_a_person_signs_in_by_another_issuer_that_names_people(desk: Desk, demo_url: str) -> None:
    await write(demo_url, "UPDATE account SET person = sub WHERE sub = $1", FIRST)
    connection = await asyncpg.connect(demo_url)
    grants, nowhere = desk.client.service.callers.grants, frozenset({"https://sso.example.gov.cn"})
    named, unnamed = [
        await read_staff(connection, grants, SignIn(nowhere, names_people=known), today=TODAY)
        for known in (True, False)
    ]
    await connection.close()
    assert ({one.person for one in named.serving}, unnamed.serving) == ({FIRST}, ())


async def test_officers_of_an_issuer_that_is_accepted_no_more_are_ended_by_whoever_is_left(
    desk: Desk, demo_url: str
) -> None:
    """They do nothing any more, so that nobody is taken away by it."""
    third, fourth = await officer(desk), await officer(desk)
    gone = "UPDATE account SET issuer = 'https://sso-of-before.example.gov.cn' WHERE sub = $1"
    await write(demo_url, gone, fourth)
    assert "code" not in await end(desk, SECOND, third)
    assert "code" not in await end(desk, fourth, third)
    assert (await end(desk, FIRST, third))["code"] == LACKING


async def test_other_roles_and_accounts_end_as_ever(desk: Desk) -> None:
    _, account = await register(desk)
    made = (await propose(desk, account))["assignment"]["id"]
    assert await desk.code(APPROVE_ASSIGNMENT, SECOND, assignment=made) is None
    assert await desk.code(END, FIRST, assignment=made, reason="调离") is None
    assert await desk.code(SUSPEND, FIRST, account=account, reason="离岗") is None


async def test_officers_who_take_each_other_away_at_once_leave_two(desk: Desk, demo_url: str) -> None:
    """Of three each takes the next one away at the same instant: one of them is in time."""
    third = await officer(desk)
    people = (FIRST, SECOND, third)
    rows = {sub: await held_by(desk, sub) for sub in people}
    accounts = {sub: await desk.account_of(sub) for sub in people}
    steps = [
        desk.client.send(END, {"input": {"assignment": rows[SECOND], "reason": "调离"}}, caller=FIRST),
        desk.client.send(SUSPEND, {"input": {"account": accounts[third], "reason": "离岗"}}, caller=SECOND),
        desk.client.send(END, {"input": {"assignment": rows[FIRST], "reason": "调离"}}, caller=third),
    ]
    answers = await asyncio.gather(*steps)
    done = [answer for answer in answers if "errors" not in answer]
    connection = await asyncpg.connect(demo_url)
    left = await connection.fetchval(
        "SELECT count(*) FROM assignment held JOIN account ON account.id = held.account_id"
        " WHERE held.role = 'security_officer' AND held.state = 'granted' AND account.state = 'active'"
    )
    await connection.close()
    assert (len(done), left) == (1, 2)


async def test_who_governs_binds_its_own_account_only_and_never_one_of_the_last_two(desk: Desk) -> None:
    """Bound for good by another, it could be locked out: nobody knows whether its issuer gives such tokens."""
    given = {"binding": "dpop", "reason": "加固"}
    assert await desk.code(BIND, FIRST, account=await desk.account_of(SECOND), **given) == "BIND_YOUR_OWN"
    assert await desk.code(BIND, FIRST, account=await desk.account_of(FIRST), **given) == LACKING
    third = await officer(desk)
    assert await desk.code(BIND, FIRST, account=await desk.account_of(third), **given) == "BIND_YOUR_OWN"
    # done, and no more told to a token that is not bound
    assert await desk.code(BIND, third, account=await desk.account_of(third), **given) == "DONE_UNREAD"


# -- versions


async def test_a_version_under_which_too_few_people_would_govern_is_not_proposed(desk: Desk) -> None:
    """Approving goes to a role that nobody holds: no invariant of the table alone would notice."""
    version = await desk.draft(*OWN_ROLE, *APPROVING, remove=(OFFICERS,))
    told = (await desk.client.data(CHECK, {"id": version}, caller=FIRST))["policyCheck"]
    assert not told["passed"]
    found = next(one for one in told["findings"] if one["code"] == "officers_too_few")
    assert (found["severity"], "不足两人" in found["textZh"]) == ("error", True)
    assert await desk.code(PROPOSE, FIRST, policyVersion=version) == LACKING


async def test_what_people_are_there_is_asked_again_at_the_approval_and_when_going_back(
    desk: Desk, demo_url: str
) -> None:
    """Going back only takes away and needs one officer; it is refused all the same where nobody could approve then."""
    await desk.put_in_force(*OWN_ROLE, *APPROVING)
    made = [await register(desk) for _ in range(2)]
    people = [UUID(account.partition(":")[2]) for _, account in made]
    await write(
        demo_url,
        "INSERT INTO assignment (id, account_id, role, from_on, origin)"
        " SELECT uuidv7(), one, 'policy_approver', '2026-01-01', 'operator' FROM unnest($1::uuid[]) one",
        people,
    )
    turn = "UPDATE assignment SET state = $2, to_on = NULL WHERE account_id = ANY($1)"
    version = await desk.draft(remove=(OFFICERS,))
    assert await desk.code(PROPOSE, FIRST, policyVersion=version) is None

    await write(demo_url, turn, people, "ended")
    assert await desk.code(APPROVE, SECOND, policyVersion=version, activate=True) == LACKING
    await write(demo_url, turn, people, "granted")
    assert await desk.code(APPROVE, SECOND, policyVersion=version, activate=True) is None

    both = await desk.draft(OFFICERS)
    assert await desk.code(PROPOSE, FIRST, policyVersion=both) is None
    assert await desk.code(APPROVE, made[0][0], policyVersion=both, activate=True) is None
    await write(demo_url, turn, people, "ended")
    assert await desk.code(ROLL_BACK, FIRST, policyVersion=version, reason="试行结束") == LACKING
    await write(demo_url, turn, people, "granted")
    assert await desk.code(ROLL_BACK, FIRST, policyVersion=version, reason="试行结束") is None
