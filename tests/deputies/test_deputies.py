"""Deputies 代理人 during leave over HTTP: who puts them in force, what they may, under whose names, and when it ends."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.client import Serve
from tests.deputies.conftest import (
    APPROVE,
    COLLEAGUE,
    DEPUTY,
    END,
    OTHER_DEPUTY,
    PRINCIPAL,
    PROPOSE_ROLE,
    REJECT,
    Bureau,
    standing_in,
)
from tests.policies.conftest import AUDITOR, FIRST, SECOND

pytestmark = pytest.mark.anyio

ME = "{ viewer { roles officeId deputyOf { account display until } agentOf } }"
LAST_ON = "2026-03-31"


@pytest.fixture
async def owner(demo_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(demo_url)
    yield connection
    await connection.close()


@pytest.fixture
async def in_force(bureau: Bureau) -> AsyncIterator[str]:
    """Give a clerk of the inspection who stands in for the credit office's first, and end it."""
    assignment = await bureau.put_in_force(DEPUTY)
    yield assignment
    await bureau.end(assignment)


async def roles(bureau: Bureau, caller: str, office: str | None) -> list[str] | str:
    """Give the roles that a caller wears, or the code it is refused with."""
    answer = await bureau.client.send(ME, caller=caller, office=office)
    if "errors" in answer:
        return str(answer["errors"][0]["extensions"]["code"])
    worn: list[str] = answer["data"]["viewer"]["roles"]
    return worn


# -- how one comes and goes


async def test_a_deputy_is_proposed_by_one_officer_and_approved_by_another(bureau: Bureau) -> None:
    made = await bureau.propose(DEPUTY)
    assignment, header = made["assignment"]["id"], standing_in(PRINCIPAL, bureau)

    assert made["assignment"]["deputyOf"] == {"id": bureau.accounts[PRINCIPAL], "sub": PRINCIPAL}
    assert await roles(bureau, DEPUTY, header) == "OFFICE_NOT_HELD"
    assert (await bureau.send(APPROVE, FIRST, input={"assignment": assignment}))["code"] == "SECOND_OFFICER_NEEDED"
    assert (await bureau.send(APPROVE, DEPUTY, input={"assignment": assignment}))["code"] == "FORBIDDEN"

    approved = await bureau.send(APPROVE, SECOND, input={"assignment": assignment})

    assert (approved["assignment"]["state"], len(approved["receipts"])) == ("GRANTED", 1)
    assert await roles(bureau, DEPUTY, header) == ["credit_office"]
    await bureau.end(assignment)


async def test_nobody_makes_himself_a_deputy(bureau: Bureau) -> None:
    made = await bureau.propose(FIRST, SECOND, office=None)
    theirs = (await bureau.propose(SECOND, FIRST, office=None))["assignment"]["id"]

    assert made["code"] == "OFFICER_BENEFITS"
    assert (await bureau.send(APPROVE, SECOND, input={"assignment": theirs}))["code"] == "OFFICER_BENEFITS"
    await bureau.send(REJECT, FIRST, input={"assignment": theirs, "reason": "x"})


async def test_a_deputy_that_is_ended_acts_in_no_request_of_any_process(
    bureau: Bureau, serve: Serve, demo_url: str
) -> None:
    assignment, header = await bureau.put_in_force(DEPUTY), standing_in(PRINCIPAL, bureau)
    async with serve(demo_url) as other:
        asked = [other.send(ME, caller=DEPUTY, office=header) for _ in range(5)]
        assert [one["data"]["viewer"]["roles"] for one in await asyncio.gather(*asked)] == [["credit_office"]] * 5

        await bureau.send(END, SECOND, input={"assignment": assignment, "reason": "提前返岗"})

        refused = await asyncio.gather(*(other.codes(ME, caller=DEPUTY, office=header) for _ in range(20)))
        assert refused == [["OFFICE_NOT_HELD"]] * 20
    assert await roles(bureau, DEPUTY, header) == "OFFICE_NOT_HELD"


async def test_a_change_is_not_made_by_a_deputy_that_is_ended_meanwhile(bureau: Bureau, in_force: str) -> None:
    """Whichever comes first: what was proposed before the end stands, nothing is proposed after it."""
    header = standing_in(PRINCIPAL, bureau)
    await bureau.propose_item(DEPUTY, office=header)

    async def attempt() -> bool:
        try:
            await bureau.propose_item(DEPUTY, office=header)
        except AssertionError:
            return False
        return True

    done, _ = await asyncio.gather(asyncio.gather(*(attempt() for _ in range(4))), bureau.end(in_force))

    assert await attempt() is False
    assert sorted(done, reverse=True) == done or not all(done)


# -- what it may


async def test_a_deputy_wears_the_roles_of_the_principal_and_its_own_never_together(
    bureau: Bureau, in_force: str
) -> None:
    header = standing_in(PRINCIPAL, bureau)

    assert await roles(bureau, DEPUTY, None) == ["clerk"]
    assert await roles(bureau, DEPUTY, "JCZD") == ["clerk"]
    assert await roles(bureau, DEPUTY, header) == ["credit_office"]
    assert await roles(bureau, DEPUTY, "JC") == ["credit_office"]
    assert await roles(bureau, DEPUTY, in_force) == ["credit_office"]
    assert await roles(bureau, DEPUTY, bureau.accounts[COLLEAGUE]) == "OFFICE_NOT_HELD"
    assert await roles(bureau, PRINCIPAL, bureau.accounts[DEPUTY]) == "OFFICE_NOT_HELD"


async def test_the_viewer_and_an_explanation_say_whose_deputy_it_is(bureau: Bureau, in_force: str) -> None:
    header = standing_in(PRINCIPAL, bureau)
    told = {"account": bureau.accounts[PRINCIPAL], "display": "厦门监察处(局信用办)", "until": LAST_ON}
    explain = """query ($account: ID, $office: String) {
      explainAccess(object: "commitment_item", action: "propose", account: $account, office: $office) {
        allowed roles deputyOf { account display until } } }"""

    own = (await bureau.client.data(ME, caller=DEPUTY))["viewer"]
    viewer = (await bureau.client.data(ME, caller=DEPUTY, office=header))["viewer"]
    mine = await bureau.client.data(explain, caller=DEPUTY, office=header)
    asked = {"account": bureau.accounts[DEPUTY], "office": header}
    theirs = await bureau.client.data(explain, asked, caller=FIRST)

    assert (own["deputyOf"], viewer["deputyOf"]) == (None, told)
    assert mine["explainAccess"] == {"allowed": True, "roles": ["credit_office"], "deputyOf": told}
    assert theirs == mine


async def test_a_deputy_has_nothing_of_a_principal_that_is_suspended_or_holds_the_role_no_more(
    bureau: Bureau, in_force: str, owner: asyncpg.Connection[Any]
) -> None:
    header, account = standing_in(PRINCIPAL, bureau), UUID(bureau.accounts[PRINCIPAL].removeprefix("Account:"))

    async def worn_while(change: str, back: str) -> list[str] | str:
        await owner.execute(change, account)
        await owner.execute("UPDATE authority SET epoch = epoch + 1")
        found = await roles(bureau, DEPUTY, header)
        await owner.execute(back, account)
        await owner.execute("UPDATE authority SET epoch = epoch + 1")
        return found

    suspended = await worn_while(
        "UPDATE account SET state = 'suspended' WHERE id = $1", "UPDATE account SET state = 'active' WHERE id = $1"
    )
    ended = await worn_while(
        "UPDATE assignment SET to_on = '2026-03-17' WHERE account_id = $1 AND deputy_of_id IS NULL",
        "UPDATE assignment SET to_on = NULL WHERE account_id = $1 AND deputy_of_id IS NULL",
    )

    assert (suspended, ended) == ("OFFICE_NOT_HELD", "OFFICE_NOT_HELD")
    assert await roles(bureau, DEPUTY, header) == ["credit_office"]


# -- one person is not two


async def test_a_deputy_does_not_approve_what_the_principal_proposed(bureau: Bureau, in_force: str) -> None:
    item = await bureau.propose_item(PRINCIPAL)

    assert await bureau.approve_item(DEPUTY, item, office=standing_in(PRINCIPAL, bureau)) == "PRINCIPAL_ACTED"
    assert await bureau.approve_item(COLLEAGUE, item) is None


async def test_a_principal_does_not_approve_what_the_deputy_proposed_for_it(bureau: Bureau, in_force: str) -> None:
    item = await bureau.propose_item(DEPUTY, office=standing_in(PRINCIPAL, bureau))

    assert await bureau.approve_item(PRINCIPAL, item) == "PRINCIPAL_ACTED"
    assert await bureau.approve_item(COLLEAGUE, item) is None


async def test_two_deputies_of_one_principal_are_one_person(bureau: Bureau, in_force: str) -> None:
    second, header = await bureau.put_in_force(OTHER_DEPUTY), standing_in(PRINCIPAL, bureau)
    item = await bureau.propose_item(DEPUTY, office=header)

    assert await bureau.approve_item(OTHER_DEPUTY, item, office=header) == "PRINCIPAL_ACTED"
    await bureau.end(second)


async def test_a_deputy_does_not_approve_in_the_principals_name_what_it_proposed_for_another(
    bureau: Bureau, in_force: str
) -> None:
    for_colleague = await bureau.put_in_force(DEPUTY, COLLEAGUE)
    item = await bureau.propose_item(DEPUTY, office=standing_in(COLLEAGUE, bureau))

    refused = await bureau.approve_item(DEPUTY, item, office=standing_in(PRINCIPAL, bureau))

    assert refused not in (None, "FORBIDDEN", "NOT_FOUND")
    await bureau.end(for_colleague)


async def test_whoever_acts_for_whom_two_steps_of_two_people_are_never_of_one(bureau: Bureau, in_force: str) -> None:
    """Every two ways to act, each of them first: refused where somebody acted, or was acted for, in both, or stands in
    for who did."""
    others = [await bureau.put_in_force(DEPUTY, COLLEAGUE), await bureau.put_in_force(OTHER_DEPUTY)]
    stand = {(DEPUTY, PRINCIPAL), (DEPUTY, COLLEAGUE), (OTHER_DEPUTY, PRINCIPAL)}
    ways = [(PRINCIPAL, None), (COLLEAGUE, None), *sorted(stand)]
    wrong = []
    for first, second in itertools.product(ways, ways):
        headers = [standing_in(principal, bureau) if principal else None for _, principal in (first, second)]
        item = await bureau.propose_item(first[0], office=headers[0])
        refused = await bureau.approve_item(second[0], item, office=headers[1]) is not None
        one = {*second, *(two for pair in stand if {*pair} & {*second} for two in pair)}
        if refused != bool(({*first} & one) - {None}):
            wrong.append((first, second, refused))
    assert wrong == []
    for made in others:
        await bureau.end(made)


async def test_in_its_own_name_a_deputy_does_not_decide_what_its_principal_proposed(bureau: Bureau) -> None:
    """Nor the other way; when it stands in no longer they are two people again."""
    standing = await bureau.put_in_force(COLLEAGUE)
    by_principal, by_deputy = await bureau.propose_item(PRINCIPAL), await bureau.propose_item(COLLEAGUE)

    assert await bureau.approve_item(COLLEAGUE, by_principal) == "PRINCIPAL_ACTED"
    assert await bureau.approve_item(PRINCIPAL, by_deputy) == "PRINCIPAL_ACTED"
    await bureau.end(standing)
    assert await bureau.approve_item(COLLEAGUE, by_principal) is None
    assert await bureau.approve_item(PRINCIPAL, by_deputy) is None


async def test_a_deputy_approves_what_neither_it_nor_its_principal_proposed(bureau: Bureau, in_force: str) -> None:
    item = await bureau.propose_item(COLLEAGUE)

    assert await bureau.approve_item(DEPUTY, item, office=standing_in(PRINCIPAL, bureau)) is None


# -- both names


async def test_the_ledger_and_the_history_name_the_deputy_and_the_principal(
    bureau: Bureau, in_force: str, owner: asyncpg.Connection[Any]
) -> None:
    item = await bureau.propose_item(DEPUTY, office=standing_in(PRINCIPAL, bureau))
    changes = """query ($row: [ID!]) { changes(first: 5, filter: { objectId: $row }) {
      nodes { verb who whoZh accountId deputyOfId } } }"""

    [told] = (await bureau.client.data(changes, {"row": [item]}, caller=AUDITOR))["changes"]["nodes"]

    deputy, principal = bureau.accounts[DEPUTY], bureau.accounts[PRINCIPAL]
    assert told["who"] == "厦门市监察支队 经办 for 厦门监察处(局信用办)"
    assert told["whoZh"] == "厦门市监察支队 经办 代 厦门监察处(局信用办)"
    assert (f"Account:{told['accountId']}", f"Account:{told['deputyOfId']}") == (deputy, principal)
    row = await owner.fetchrow(
        "SELECT * FROM commitment_item WHERE id = $1", UUID(item.removeprefix("CommitmentItem:"))
    )
    assert row is not None
    assert f"Account:{row['proposed_by']}" == deputy


async def test_the_access_log_says_that_a_deputy_looked(bureau: Bureau, in_force: str) -> None:
    """The person reads that it was a deputy of which office; officers of security read who for whom."""
    found = await bureau.client.data("{ me { id } }", caller="person-with-consent")
    look = "query ($id: ID!) { node(id: $id) { ... on Subject { name } } }"
    await bureau.client.data(look, {"id": found["me"]["id"]}, caller=DEPUTY, office=standing_in(PRINCIPAL, bureau))
    log = "{ accessLog(first: 1) { nodes { who sentence sentenceZh office { code } } } }"

    [officers] = (await bureau.client.data(log, caller=AUDITOR))["accessLog"]["nodes"]
    mine = await bureau.client.data(
        "{ accessLog(first: 5) { nodes { who sentence sentenceZh } } }", caller="person-with-consent"
    )

    assert officers["who"] == "厦门市监察支队 经办 for 厦门监察处(局信用办)"
    told = next(one for one in mine["accessLog"]["nodes"] if "代理人" in one["sentenceZh"])
    assert told["who"] is None
    assert "（由代理人代为办理）查询了信用信息" in told["sentenceZh"]
    assert "(by a deputy) looked at credit information" in told["sentence"]


async def test_an_agent_is_named_with_its_principal_in_the_same_way(
    bureau: Bureau, owner: asyncpg.Connection[Any]
) -> None:
    """What an organisation's agent does is sealed with the organisation, and no account of a subject is named."""
    agent = "organisation-agent"
    mine = await bureau.client.data(
        "{ viewer { agentOf subjectId } me { creditRecords(first: 1) { nodes { id } } } }", caller=agent
    )
    record = mine["me"]["creditRecords"]["nodes"][0]["id"]
    file = """mutation ($input: FileSubjectRequestInput!) {
      fileSubjectRequest(input: $input) { receipts subjectRequest { id } } }"""

    filed = await bureau.send(file, agent, input={"kind": "ACCESS", "words": "请说明。", "record": record})

    event = await owner.fetchrow(
        "SELECT deputy_of_id, agent_of_id, subject_id FROM ledger_event WHERE id = $1", UUID(filed["receipts"][0])
    )
    assert event is not None
    assert mine["viewer"]["agentOf"] == mine["viewer"]["subjectId"] == f"Subject:{event['agent_of_id']}"
    assert (event["deputy_of_id"], event["agent_of_id"]) == (None, event["subject_id"])
    row = {"row": [filed["subjectRequest"]["id"]]}
    told = await bureau.client.data(
        "query ($row: [ID!]) { changes(first: 1, filter: { objectId: $row }) { nodes { who } } }", row, caller=AUDITOR
    )
    assert told["changes"]["nodes"] == [{"who": None}]


# -- who cannot be one


async def test_a_deputy_has_no_deputy(bureau: Bureau, in_force: str) -> None:
    """民法典 169: neither does somebody stand in for the deputy, nor the principal's place go to one who has a deputy."""
    chained = await bureau.propose(OTHER_DEPUTY, DEPUTY, office=None)
    behind = await bureau.propose(PRINCIPAL, COLLEAGUE)
    later = await bureau.propose(OTHER_DEPUTY, DEPUTY, office=None, fromOn="2026-04-01", toOn="2026-04-02")

    assert (chained["code"], behind["code"]) == ("DEPUTY_HAS_DEPUTY", "DEPUTY_HAS_DEPUTY")
    assert later["code"] == "PRINCIPAL_HOLDS_NOTHING"


@pytest.mark.parametrize(
    ("deputy", "principal", "changes", "code"),
    [
        (PRINCIPAL, PRINCIPAL, {}, "INVALID_INPUT"),
        (DEPUTY, COLLEAGUE, {"office": None}, "PRINCIPAL_HOLDS_NOTHING"),
        (DEPUTY, OTHER_DEPUTY, {}, "PRINCIPAL_HOLDS_NOTHING"),
        (DEPUTY, COLLEAGUE, {"toOn": "2026-03-17"}, "INVALID_INPUT"),
        (DEPUTY, COLLEAGUE, {"fromOn": "2026-03-10", "toOn": "2026-03-17"}, "ASSIGNMENT_OVER"),
        (DEPUTY, COLLEAGUE, {"reason": " "}, "INVALID_INPUT"),
        (DEPUTY, COLLEAGUE, {"principal": "Account:01856aa0-c807-7228-9361-95da70166965"}, "NOT_FOUND"),
        (DEPUTY, COLLEAGUE, {"account": "Account:01856aa0-c807-7228-9361-95da70166965"}, "NOT_FOUND"),
        (DEPUTY, FIRST, {"office": None}, "ROLES_INCOMPATIBLE"),
    ],
)
async def test_what_cannot_stand_is_not_proposed(
    bureau: Bureau, deputy: str, principal: str, changes: dict[str, Any], code: str
) -> None:
    made = await bureau.propose(deputy, principal, SECOND, **changes)

    assert made.get("code") == code


async def test_nobody_stands_in_for_himself_by_another_account(bureau: Bureau, owner: asyncpg.Connection[Any]) -> None:
    known = "UPDATE account SET person = $2 WHERE sub = ANY($1::text[])"
    await owner.execute(known, [DEPUTY, PRINCIPAL], "digest of one")
    one = await bureau.propose(DEPUTY)
    await owner.execute(known, [PRINCIPAL], "digest of another")
    two = await bureau.propose(DEPUTY)
    await owner.execute(known, [DEPUTY, PRINCIPAL], None)

    assert one["code"] == "INVALID_INPUT"
    assert two["assignment"]["state"] == "PROPOSED"
    await bureau.send(REJECT, FIRST, input={"assignment": two["assignment"]["id"], "reason": "x"})


async def test_who_sees_content_by_another_account_stands_in_for_no_officer(
    bureau: Bureau, owner: asyncpg.Connection[Any]
) -> None:
    """The auditor sees none; with the account of a clerk he does."""
    made = await bureau.propose(AUDITOR, FIRST, SECOND, office=None)
    await bureau.send(REJECT, FIRST, input={"assignment": made["assignment"]["id"], "reason": "x"})
    await owner.execute("UPDATE account SET person = 'digest' WHERE sub = ANY($1::text[])", [AUDITOR, DEPUTY])
    refused = await bureau.propose(AUDITOR, FIRST, SECOND, office=None)
    await owner.execute("UPDATE account SET person = NULL")

    assert made["assignment"]["state"] == "PROPOSED"
    assert refused["code"] == "ROLES_INCOMPATIBLE"


async def test_no_officer_gives_a_role_to_whom_he_stands_in_for_by_another_account(
    bureau: Bureau, owner: asyncpg.Connection[Any]
) -> None:
    role = {"account": bureau.accounts[AUDITOR], "role": "exam_institute", "reason": "x"}
    standing = await bureau.put_in_force(OTHER_DEPUTY, AUDITOR, office=None)
    await owner.execute("UPDATE account SET person = 'digest' WHERE sub = ANY($1::text[])", [FIRST, OTHER_DEPUTY])
    refused = await bureau.send(PROPOSE_ROLE, FIRST, input=role)
    await owner.execute("UPDATE account SET person = NULL")
    await bureau.end(standing)

    assert refused["code"] == "OFFICER_BENEFITS"


async def test_the_same_deputy_is_proposed_once_for_a_day(bureau: Bureau, in_force: str) -> None:
    assert (await bureau.propose(DEPUTY, toOn="2026-03-18"))["code"] == "ASSIGNMENT_EXISTS"


async def test_a_role_that_its_deputy_must_not_have_is_not_given_to_a_principal(
    bureau: Bureau, owner: asyncpg.Connection[Any]
) -> None:
    """An auditor may become a security officer; not while somebody who sees content stands in for it."""
    role = {"account": bureau.accounts[AUDITOR], "role": "security_officer", "reason": "x"}
    standing = await bureau.put_in_force(DEPUTY, AUDITOR, office=None)

    refused = await bureau.send(PROPOSE_ROLE, FIRST, input=role)
    await bureau.end(standing)
    free = await bureau.send(PROPOSE_ROLE, FIRST, input=role)

    assert refused["code"] == "ROLES_INCOMPATIBLE"
    assert free["assignment"]["state"] == "PROPOSED"

    by_hand = """INSERT INTO assignment (id, account_id, role, deputy_of_id, from_on, to_on, origin)
      VALUES (uuidv7(), $1, 'deputy', $2, '2026-03-01', '2026-03-31', 'operator') RETURNING id"""
    pair = (UUID(bureau.accounts[one].removeprefix("Account:")) for one in (DEPUTY, AUDITOR))
    written = await owner.fetchval(by_hand, *pair)
    approved = await bureau.send(APPROVE, SECOND, input={"assignment": free["assignment"]["id"]})
    await owner.execute("DELETE FROM assignment WHERE id = $1", written)
    assert approved["code"] == "ROLES_INCOMPATIBLE", "somebody stands in for it since it was proposed"
    await bureau.send(REJECT, FIRST, input={"assignment": free["assignment"]["id"], "reason": "x"})


async def test_what_a_deputy_must_be_is_asked_again_when_it_is_approved(
    bureau: Bureau, owner: asyncpg.Connection[Any]
) -> None:
    made = await bureau.propose(DEPUTY)
    held = "UPDATE assignment SET to_on = $2 WHERE account_id = $1 AND deputy_of_id IS NULL"
    principal = UUID(bureau.accounts[PRINCIPAL].removeprefix("Account:"))

    await owner.execute(held, principal, date(2026, 3, 17))
    left = await bureau.send(APPROVE, SECOND, input={"assignment": made["assignment"]["id"]})
    await owner.execute(held, principal, None)

    assert left["code"] == "PRINCIPAL_HOLDS_NOTHING"
    await bureau.send(REJECT, FIRST, input={"assignment": made["assignment"]["id"], "reason": "x"})


async def test_an_officer_who_stands_in_for_somebody_gives_him_no_role(bureau: Bureau) -> None:
    """What the principal gains its deputy gains."""
    standing = await bureau.propose(SECOND, AUDITOR, office=None)
    role = {"account": bureau.accounts[AUDITOR], "role": "security_officer", "reason": "x"}

    assert (await bureau.send(PROPOSE_ROLE, SECOND, input=role))["code"] == "OFFICER_BENEFITS"
    await bureau.send(REJECT, FIRST, input={"assignment": standing["assignment"]["id"], "reason": "x"})
