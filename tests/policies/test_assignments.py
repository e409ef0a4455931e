"""Assignments over HTTP: two officers grant a role, one ends it, and no request is answered under what has ended."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.client import NOW, Serve
from tests.policies.conftest import AUDITOR, FIRST, SECOND, Desk

pytestmark = pytest.mark.anyio

SHOWN = "assignment { id state role fromOn toOn account { id } proposedBy { sub } approvedBy { sub } }"
REGISTER = "mutation ($input: RegisterAccountInput!) { registerAccount(input: $input) { account { id display kind } receipts } }"
PROPOSE = f"mutation ($input: ProposeAssignmentInput!) {{ proposeAssignment(input: $input) {{ {SHOWN} receipts }} }}"
APPROVE = f"mutation ($input: ApproveAssignmentInput!) {{ approveAssignment(input: $input) {{ {SHOWN} receipts }} }}"
REJECT = f"mutation ($input: RejectAssignmentInput!) {{ rejectAssignment(input: $input) {{ {SHOWN} receipts }} }}"
END = f"mutation ($input: EndAssignmentInput!) {{ endAssignment(input: $input) {{ {SHOWN} receipts }} }}"
MINE = "{ viewer { roles } recordImports(first: 1) { totalCount } }"

_numbers = iter(range(1_000))


async def register(desk: Desk, **more: str) -> tuple[str, str]:
    """Register an account; give its sub and its global id."""
    sub = f"newcomer-{next(_numbers)}"
    assert desk.client.service.issuer is not None
    given = {"issuer": desk.client.service.settings.public_url, "sub": sub, "display": "新人", "kind": "person", **more}
    made = await desk.send(REGISTER, FIRST, **given)
    ident: str = made["account"]["id"]
    return sub, ident


async def office(desk: Desk) -> str:
    """Give the global id of Xiamen's inspection."""
    data = await desk.client.data(
        '{ offices(first: 1, filter: { jurisdiction: ["Jurisdiction:350200"], code: ["JCZD"] }) { nodes { id } } }'
    )
    ident: str = data["offices"]["nodes"][0]["id"]
    return ident


async def propose(desk: Desk, account: str, role: str = "clerk", caller: str = FIRST, **more: Any) -> dict[str, Any]:
    """Propose a role in Xiamen's inspection."""
    given = {"account": account, "role": role, "office": await office(desk), "reason": "新到岗", **more}
    return await desk.send(PROPOSE, caller, **given)


async def test_a_role_is_proposed_by_one_approved_by_another_and_holds_for_the_next_request(desk: Desk) -> None:
    sub, account = await register(desk)
    made = await propose(desk, account)
    assert made["assignment"]["state"] == "PROPOSED"
    assert await desk.client.codes(MINE, caller=sub) == ["NO_ROLE"]

    approved = await desk.send(APPROVE, SECOND, assignment=made["assignment"]["id"])

    assert approved["assignment"]["state"] == "GRANTED"
    assert approved["assignment"]["proposedBy"]["sub"] == FIRST
    assert approved["assignment"]["approvedBy"]["sub"] == SECOND
    assert len(approved["receipts"]) == 1
    data = await desk.client.data(MINE, caller=sub)
    assert data["viewer"]["roles"] == ["clerk"]


@pytest.mark.parametrize("last", ["9999-12-31", "9999-12-30"])
async def test_the_last_day_there_is_is_kept_and_told_as_a_day(desk: Desk, last: str) -> None:
    """As forms write what is held without an end 长期: a database that took it for infinity would tell no day."""
    _, account = await register(desk)

    made = await propose(desk, account, toOn=last)

    assert made["assignment"]["toOn"] == last
    one = await desk.client.data(
        "query ($id: ID!) { node(id: $id) { ... on Assignment { toOn } } }",
        {"id": made["assignment"]["id"]},
        caller=FIRST,
    )
    assert one["node"]["toOn"] == last


@pytest.mark.parametrize(
    "named",
    [
        {"display": "安全管理员\u200b"},
        {"display": "安全\u202e员理管"},
        {"display": "\u3164"},
        {"display": "市监察支队\u2028经办"},
        {"sub": "security-officer "},
        {"sub": " security-officer"},
        {"sub": "security\u200b-officer"},
        {"sub": "security\u00adofficer"},
        {"issuer": "https://sso.example.gov.cn\u2060"},
    ],
)
async def test_no_account_is_registered_under_what_is_not_seen(desk: Desk, named: dict[str, str]) -> None:
    """A second officer approves by what is shown: one account must not look like another one."""
    given = {"issuer": "https://sso.example.gov.cn", "sub": "lookalike", "display": "新人", **named}

    refused = await desk.send(REGISTER, FIRST, **given)

    assert refused["code"] == "INVALID_INPUT"
    assert refused["error"]["extensions"]["field"] == next(iter(named))
    assert not any(value in str(refused["error"]) for value in named.values())


async def test_nobody_proposes_or_approves_a_role_for_himself_and_no_proposer_approves(desk: Desk) -> None:
    own = await desk.account_of(FIRST)
    _, account = await register(desk)
    made = (await propose(desk, account))["assignment"]["id"]
    for_second = await propose(desk, await desk.account_of(SECOND), role="auditor", office=None)

    assert (await propose(desk, own, role="auditor", office=None))["code"] == "OFFICER_BENEFITS"
    assert await desk.code(APPROVE, FIRST, assignment=made) == "SECOND_OFFICER_NEEDED"
    assert await desk.code(APPROVE, SECOND, assignment=for_second["assignment"]["id"]) == "OFFICER_BENEFITS"


@pytest.mark.parametrize("role", ["clerk", "credit_office", "partner"])
async def test_a_security_officer_is_given_no_role_that_sees_content(desk: Desk, role: str) -> None:
    assert (await propose(desk, await desk.account_of(SECOND), role=role))["code"] == "ROLES_INCOMPATIBLE"


async def test_nobody_who_sees_content_becomes_a_security_officer(desk: Desk) -> None:
    clerk = await desk.account_of("xiamen-inspection-clerk")

    assert (await propose(desk, clerk, role="security_officer", office=None))["code"] == "ROLES_INCOMPATIBLE"


async def test_two_roles_that_may_not_meet_are_not_proposed_side_by_side_either(desk: Desk) -> None:
    _, account = await register(desk)
    first = await propose(desk, account, role="security_officer", office=None)
    assert first["assignment"]["state"] == "PROPOSED"

    assert (await propose(desk, account))["code"] == "ROLES_INCOMPATIBLE"


async def test_nor_are_they_given_to_two_accounts_of_one_person(desk: Desk) -> None:
    """He would change the policy with the one what he sees with the other."""
    (_, one), (_, other), (_, another) = [await register(desk, person=who) for who in ("工号71", "工号71", "工号72")]
    first = (await propose(desk, one, role="security_officer", office=None))["assignment"]["id"]

    assert (await propose(desk, other))["code"] == "ROLES_INCOMPATIBLE"
    assert (await propose(desk, another))["assignment"]["state"] == "PROPOSED"

    await desk.send(REJECT, FIRST, assignment=first, reason="撤回")
    assert (await propose(desk, other))["assignment"]["state"] == "PROPOSED"
    assert (await propose(desk, one, role="security_officer", office=None))["code"] == "ROLES_INCOMPATIBLE"


async def test_what_became_incompatible_with_a_proposed_role_meanwhile_is_asked_again_when_it_is_approved(
    desk: Desk, demo_url: str
) -> None:
    _, account = await register(desk)
    made = await propose(desk, account, role="security_officer", office=None)
    connection = await asyncpg.connect(demo_url)
    by_hand = """INSERT INTO assignment (id, account_id, role, office_id, from_on, origin)
      VALUES (uuidv7(), $1, 'clerk', $2, '2026-03-01', 'operator')"""
    ids = UUID(account.partition(":")[2]), UUID((await office(desk)).partition(":")[2])
    await connection.execute(by_hand, *ids)
    await connection.close()

    assert await desk.code(APPROVE, SECOND, assignment=made["assignment"]["id"]) == "ROLES_INCOMPATIBLE"


async def test_a_caller_that_a_process_knows_has_the_next_role_at_once_and_the_ended_one_no_more(
    desk: Desk, serve: Serve, demo_url: str
) -> None:
    """Under one and the same token: a process that keeps its caller is told by the epoch alone."""
    sub, account = await register(desk)
    first = (await propose(desk, account))["assignment"]["id"]
    await desk.send(APPROVE, SECOND, assignment=first)
    second = (await propose(desk, account, role="reviewer"))["assignment"]["id"]
    async with serve(demo_url) as other:
        headers = {"authorization": f"Bearer {other.token(sub)}"}

        async def roles() -> Any:
            answer = await other.http.post("/graphql", json={"query": "{ viewer { roles } }"}, headers=headers)
            return answer.json()["data"]["viewer"]["roles"]

        assert await roles() == ["clerk"]
        await desk.send(APPROVE, SECOND, assignment=second)
        assert await roles() == ["clerk", "reviewer"]
        await desk.send(END, SECOND, assignment=first, reason="调岗")
        assert await roles() == ["reviewer"]


async def test_an_assignment_that_is_ended_holds_for_no_request_of_any_process(
    desk: Desk, serve: Serve, demo_url: str
) -> None:
    sub, account = await register(desk)
    made = (await propose(desk, account))["assignment"]["id"]
    await desk.send(APPROVE, SECOND, assignment=made)
    async with serve(demo_url) as other:
        assert await other.codes(MINE, caller=sub) == []

        ended = await desk.send(END, SECOND, assignment=made, reason="离岗")

        assert await other.codes(MINE, caller=sub) == ["NO_ROLE"]
        assert await desk.client.codes(MINE, caller=sub) == ["NO_ROLE"]
    assert ended["assignment"]["state"] == "ENDED"


async def test_a_proposal_whose_last_day_went_by_is_not_approved_any_more(
    desk: Desk, serve: Serve, demo_url: str
) -> None:
    """It would be told as granted, and nobody could do anything by it."""
    _, account = await register(desk)
    made = (await propose(desk, account, toOn="2026-03-18"))["assignment"]["id"]
    async with serve(demo_url, now=NOW + timedelta(days=1)) as tomorrow:
        later = Desk(tomorrow)
        assert await later.code(APPROVE, SECOND, assignment=made) == "ASSIGNMENT_OVER"
        assert await later.code(REJECT, SECOND, assignment=made, reason="已过期") is None
        assert await later.code(APPROVE, SECOND, assignment=made) == "STATE_CONFLICT"


async def test_an_assignment_is_given_a_last_day_but_never_a_later_one(desk: Desk) -> None:
    sub, account = await register(desk)
    made = (await propose(desk, account, toOn="2026-06-30"))["assignment"]["id"]
    await desk.send(APPROVE, SECOND, assignment=made)

    assert await desk.code(END, FIRST, assignment=made, lastOn="2026-07-01", reason="x") == "INVALID_INPUT"
    shortened = await desk.send(END, FIRST, assignment=made, lastOn="2026-03-18", reason="调岗")

    assert (shortened["assignment"]["state"], shortened["assignment"]["toOn"]) == ("GRANTED", "2026-03-18")
    assert await desk.client.codes(MINE, caller=sub) == []


async def test_a_role_from_a_later_day_is_not_held_before(desk: Desk) -> None:
    sub, account = await register(desk)
    made = (await propose(desk, account, fromOn="2026-03-19"))["assignment"]["id"]
    await desk.send(APPROVE, SECOND, assignment=made)

    assert await desk.client.codes(MINE, caller=sub) == ["NO_ROLE"]


async def test_approvals_and_rejections_at_once_leave_one_decision(desk: Desk) -> None:
    for _ in range(3):
        _, account = await register(desk)
        made = (await propose(desk, account))["assignment"]["id"]

        codes = await asyncio.gather(
            desk.code(APPROVE, SECOND, assignment=made),
            desk.code(REJECT, FIRST, assignment=made, reason="x"),
            desk.code(APPROVE, SECOND, assignment=made),
            desk.code(REJECT, SECOND, assignment=made, reason="x"),
        )

        assert sorted(code or "" for code in codes) == ["", "STATE_CONFLICT", "STATE_CONFLICT", "STATE_CONFLICT"]


async def test_what_is_not_proposed_is_neither_approved_nor_rejected_and_what_is_not_granted_not_ended(
    desk: Desk,
) -> None:
    _, account = await register(desk)
    made = (await propose(desk, account))["assignment"]["id"]

    assert await desk.code(END, FIRST, assignment=made, reason="x") == "STATE_CONFLICT"
    assert await desk.code(REJECT, FIRST, assignment=made, reason="撤回提议") is None
    assert await desk.code(APPROVE, SECOND, assignment=made) == "STATE_CONFLICT"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"role": "emperor"}, "ROLE_UNKNOWN"),
        ({"role": "officer"}, "ROLE_UNKNOWN"),
        ({"role": "subject"}, "ROLE_NOT_GRANTED"),
        ({"role": "public"}, "ROLE_NOT_GRANTED"),
        ({"fromOn": "2026-05-02", "toOn": "2026-05-01"}, "INVALID_INPUT"),
        ({"fromOn": "2026-03-01", "toOn": "2026-03-17"}, "ASSIGNMENT_OVER"),
        ({"reason": " "}, "INVALID_INPUT"),
        ({"office": "Office:01856aa0-c807-7228-9361-95da70166965"}, "NOT_FOUND"),
        ({"account": "Account:01856aa0-c807-7228-9361-95da70166965"}, "NOT_FOUND"),
        ({"account": "Office:01856aa0-c807-7228-9361-95da70166965"}, "ID_INVALID"),
    ],
)
async def test_a_proposal_that_makes_no_sense_is_refused(desk: Desk, given: dict[str, Any], code: str) -> None:
    _, account = await register(desk)

    assert (await propose(desk, **{"account": account, **given})).get("code") == code


async def test_the_same_role_in_the_same_office_is_not_held_twice_at_a_time(desk: Desk) -> None:
    _, account = await register(desk)
    await propose(desk, account, fromOn="2026-04-01", toOn="2026-04-30")

    assert (await propose(desk, account, fromOn="2026-04-30"))["code"] == "ASSIGNMENT_EXISTS"
    assert (await propose(desk, account, fromOn="2026-05-01"))["assignment"]["state"] == "PROPOSED"


async def test_an_account_is_registered_once(desk: Desk) -> None:
    sub, _ = await register(desk, kind="machine")
    issuer = desk.client.service.settings.public_url

    assert await desk.code(REGISTER, FIRST, issuer=issuer, sub=sub, display="又一次") == "ACCOUNT_EXISTS"
    assert await desk.code(REGISTER, FIRST, issuer=issuer, sub="x", display="x", kind="robot") == "INVALID_INPUT"
    assert await desk.code(REGISTER, FIRST, issuer=issuer, sub="a\nb", display="x") == "INVALID_INPUT"


async def test_what_is_read_as_an_enumeration_is_taken_as_one(desk: Desk) -> None:
    sub, ident = await register(desk, kind="MACHINE")
    found = await desk.client.data(
        "query ($sub: [String!]) { accounts(first: 9, filter: {sub: $sub}) { nodes { id kind } } }",
        {"sub": [sub]},
        caller=FIRST,
    )
    assert found["accounts"]["nodes"] == [{"id": ident, "kind": "MACHINE"}]


async def test_nobody_else_registers_proposes_approves_or_ends(desk: Desk) -> None:
    _, account = await register(desk)
    made = (await propose(desk, account))["assignment"]["id"]
    for caller in (AUDITOR, "xiamen-inspection-approver", "xiamen-credit-office", "person-with-consent", "xiamen-bank"):
        assert await desk.code(REGISTER, caller, issuer="i", sub="s", display="d") == "FORBIDDEN"
        assert (await propose(desk, account, caller=caller))["code"] == "FORBIDDEN"
        assert await desk.code(APPROVE, caller, assignment=made) == "FORBIDDEN"
        assert await desk.code(REJECT, caller, assignment=made, reason="x") == "FORBIDDEN"
        assert await desk.code(END, caller, assignment=made, reason="x") == "FORBIDDEN"


async def test_accounts_of_subjects_are_neither_listed_nor_given_roles(desk: Desk, demo_url: str) -> None:
    connection = await asyncpg.connect(demo_url)
    try:
        row = await connection.fetchrow(
            "SELECT account.id, assignment.id AS held FROM account JOIN assignment ON account_id = account.id"
            " WHERE account.sub = 'person-with-consent'"
        )
    finally:
        await connection.close()
    data = await desk.client.data("{ accounts(first: 100) { nodes { sub display } } }", caller=FIRST)
    subs = {one["sub"] for one in data["accounts"]["nodes"]}

    assert {FIRST, "xiamen-bank"} <= subs
    assert not subs & {"person-with-consent", "person-without-consent", "organisation-agent", "organisation-itself"}
    assert (await desk.client.data(f'{{ assignment(id: "Assignment:{row["held"]}") {{ id }} }}', caller=FIRST))[
        "assignment"
    ] is None
    assert await desk.code(END, FIRST, assignment=f"Assignment:{row['held']}", reason="x") == "NOT_FOUND"
    assert (await propose(desk, f"Account:{row['id']}"))["code"] == "NOT_FOUND"
