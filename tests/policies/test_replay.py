"""Replay over HTTP: real accesses decided again under a draft, row by row, without anything of the rows."""

from __future__ import annotations

import json
from typing import Any

import asyncpg
import pytest

from api.demo.stories import PERSON_WITH_CONSENT, PERSON_WITHOUT_CONSENT
from api.queries.policy_review import asked_by
from authz.replay import Asked
from tests.client import NOW
from tests.policies.conftest import AUDITOR, FIRST, SECOND, Desk

pytestmark = pytest.mark.anyio

BANK, PURPOSE = "xiamen-bank", "350200.fiscal_subsidy"
REPLAY = """
query ($version: ID, $text: String, $days: Int! = 30) { policyReplay(policyVersion: $version, text: $text, days: $days) {
  entries cut undecided refused allowed
  kinds { roles office nouns verb entries refused allowed shownLess shownMore outdated } } }
"""
LOOK = "query ($id: ID!) { node(id: $id) { ... on Subject { name creditRecords(first: 5) { nodes { title } } } } }"
ASK = "query ($number: String!) { person(idNumber: $number) { id name } }"


async def look(desk: Desk, subject: Any, caller: str, purpose: str | None = None) -> Any:
    """Look at a person as a caller."""
    return await desk.client.send(LOOK, {"id": f"Subject:{subject.id}"}, caller=caller, purpose=purpose)


async def replay(desk: Desk, *add: str, remove: tuple[str, ...] = ()) -> dict[str, Any]:
    """Replay the accesses of the last month under a draft with lines added and removed."""
    version = await desk.draft(*add, remove=remove)
    found: dict[str, Any] = (await desk.client.data(REPLAY, {"version": version}, caller=FIRST))["policyReplay"]
    return found


def of_bank(found: dict[str, Any], verb: str = "read") -> list[dict[str, Any]]:
    """Give what becomes of the bank's accesses."""
    return [one for one in found["kinds"] if "鹭岛银行" in (one["office"] or "") and one["verb"] == verb]


def refused_of_bank(found: dict[str, Any]) -> int:
    """Give how many readings of the bank would have been refused."""
    return sum(one["refused"] for one in of_bank(found) if one["nouns"] == ["subject", "credit_record"])


async def test_a_draft_that_changes_nothing_changes_no_access(desk: Desk) -> None:
    await look(desk, PERSON_WITH_CONSENT, BANK, PURPOSE)

    found = await replay(desk)

    assert found["entries"] > 0
    assert (found["refused"], found["allowed"], found["kinds"]) == (0, 0, [])


async def test_accesses_that_a_draft_would_have_refused_are_counted_by_role_and_office(desk: Desk) -> None:
    await look(desk, PERSON_WITH_CONSENT, BANK, PURPOSE)
    await look(desk, PERSON_WITH_CONSENT, "xiamen-approval-clerk", "350200.procurement")

    found = await replay(desk, remove=("p, partner, subject, read, consented",))

    mine = refused_of_bank(found)
    await look(desk, PERSON_WITH_CONSENT, BANK, PURPOSE)
    again = await replay(desk, remove=("p, partner, subject, read, consented",))
    assert (mine, refused_of_bank(again)) == (mine, mine + 1)
    assert mine >= 1
    assert {tuple(one["roles"]) for one in found["kinds"]} == {("partner",)}
    assert found["refused"] == sum(one["refused"] for one in found["kinds"])


async def test_losing_a_noun_of_a_request_refuses_the_whole_of_it(desk: Desk) -> None:
    await look(desk, PERSON_WITH_CONSENT, BANK, PURPOSE)
    removed = ("p, partner, credit_record, read, consented", "p, partner, credit_record, read, published_organisation")

    found = await replay(desk, remove=removed)

    assert any(one["refused"] for one in of_bank(found) if one["nouns"] == ["subject", "credit_record"])


async def test_a_purpose_that_is_demanded_refuses_those_who_named_none(desk: Desk) -> None:
    await look(desk, PERSON_WITH_CONSENT, "xiamen-inspection-clerk")
    await look(desk, PERSON_WITH_CONSENT, "xiamen-inspection-clerk", "350200.procurement")

    found = await replay(desk, remove=("p, officer, request, omit_purpose, any",))

    kinds = [
        one for one in found["kinds"] if one["roles"] == ["clerk"] and one["nouns"] == ["subject", "credit_record"]
    ]
    assert kinds
    assert all(0 < one["refused"] < one["entries"] for one in kinds)


async def test_attempts_that_a_draft_would_have_let_through_are_counted(desk: Desk) -> None:
    number = str(PERSON_WITH_CONSENT.id_number)
    refused = await desk.client.send(ASK, {"number": number}, caller="xiamen-inspection-clerk")
    assert (refused.get("data") or {}).get("person") is None

    found = await replay(desk, "p, officer, subject, lookup_person, own_office")

    kinds = [one for one in found["kinds"] if one["verb"] == "lookup_person"]
    assert [one["roles"] for one in kinds] == [["clerk"]]
    assert kinds[0]["allowed"] >= 1
    assert kinds[0]["nouns"] == ["person"]
    assert found["allowed"] == sum(one["allowed"] for one in found["kinds"])


async def test_a_person_that_was_looked_up_and_read_is_refused_where_looking_up_is_lost(desk: Desk) -> None:
    """Two actions on the same rows, of which the draft takes one away: the whole access goes with it."""
    shown = await desk.client.data(ASK, {"number": str(PERSON_WITH_CONSENT.id_number)}, caller=BANK, purpose=PURPOSE)
    assert shown["person"] is not None

    found = await replay(desk, remove=("p, partner, subject, lookup_person, consented",))

    kinds = [one for one in of_bank(found) if "person" in one["nouns"]]
    assert kinds
    assert all(one["refused"] + one["outdated"] == one["entries"] and one["refused"] for one in kinds)


async def test_an_access_of_who_was_merged_since_is_decided_by_the_rows_of_the_kept_one(
    desk: Desk, demo_url: str
) -> None:
    """The rows went over to the kept subject; the entry of the ledger still names the other."""
    await look(desk, PERSON_WITH_CONSENT, BANK, PURPOSE)
    removed = ("p, partner, subject, read, consented",)
    before = refused_of_bank(await replay(desk, remove=removed))
    connection = await asyncpg.connect(demo_url)
    merged = await connection.fetchval(
        "INSERT INTO subject (id, kind, is_person, jurisdiction_id, name, masked_name, name_pinyin, uscc_lenient,"
        " state_owned, registered_at, merged_into_id) SELECT uuidv7(), kind, is_person, jurisdiction_id, name,"
        " masked_name, '', FALSE, FALSE, registered_at, id FROM subject WHERE id = $1 RETURNING id",
        PERSON_WITH_CONSENT.id,
    )
    names = "kind, at, object, verb, outcome, account_id, role, office_id, purpose, policy_version"
    await connection.execute(
        f"INSERT INTO ledger_event (id, subject_id, {names}) SELECT uuidv7(), $1, {names} FROM ledger_event"
        " WHERE subject_id = $2 AND role = 'partner' AND object = 'subject,credit_record' ORDER BY id DESC LIMIT 1",
        merged,
        PERSON_WITH_CONSENT.id,
    )
    await connection.close()

    assert refused_of_bank(await replay(desk, remove=removed)) == before + 1


async def test_an_agent_s_access_is_decided_for_the_principal_that_the_entry_names(desk: Desk, demo_url: str) -> None:
    """Whoever it acts for today, and whether its agency still stands."""
    connection = await asyncpg.connect(demo_url)
    entry = """INSERT INTO ledger_event (id, subject_id, agent_of_id, account_id, role, kind, at, object, verb, outcome,
        policy_version) SELECT uuidv7(), $1, $1, account.id, 'agent', 'access', $2, 'subject', 'read', 'served', 1
      FROM account WHERE sub = 'xinxiang-agent'"""
    await connection.execute(entry, PERSON_WITHOUT_CONSENT.id, NOW)
    await connection.close()

    found = await replay(desk, remove=("p, subject, subject, read, self",))

    kinds = [one for one in found["kinds"] if one["roles"] == ["agent"]]
    assert [(one["entries"], one["outdated"]) for one in kinds] == [(1, 0)], kinds


async def test_only_those_whose_rows_stand_in_the_relation_are_newly_allowed(desk: Desk) -> None:
    """The bank has no consent of this person: a wider grant by consent lets nothing of it through."""
    answer = await look(desk, PERSON_WITHOUT_CONSENT, BANK, PURPOSE)
    assert answer["data"]["node"] is None
    await desk.client.send(ASK, {"number": str(PERSON_WITHOUT_CONSENT.id_number)}, caller=BANK, purpose=PURPOSE)

    found = await replay(
        desk, "p, partner, subject, lookup_person, consented, allow", "c, partner, internal, clear, consented"
    )

    assert found["allowed"] == 0


async def test_what_would_be_masked_is_told_apart_from_what_would_be_refused(desk: Desk) -> None:
    await look(desk, PERSON_WITH_CONSENT, BANK, PURPOSE)

    less = await replay(desk, remove=("c, partner, person_name, clear, consented",))
    more = await replay(desk, "c, partner, representative_id, masked, consented")

    assert (less["refused"], more["allowed"]) == (0, 0)
    assert any(one["shownLess"] for one in of_bank(less))
    assert any(one["shownMore"] for one in of_bank(more))
    assert not any(one["shownMore"] for one in of_bank(less))


async def test_an_access_whose_ground_is_gone_by_now_is_no_fault_of_the_draft(desk: Desk) -> None:
    await look(desk, PERSON_WITH_CONSENT, BANK, PURPOSE)
    removed = ("p, partner, subject, read, consented",)
    before = refused_of_bank(await replay(desk, remove=removed))
    data = await desk.client.data("{ consents(first: 100) { nodes { id inForce } } }", caller="person-with-consent")
    for consent in data["consents"]["nodes"]:
        if consent["inForce"]:
            await desk.client.data(
                "mutation ($id: ID!) { revokeConsent(input: { consent: $id }) { receipts } }",
                {"id": consent["id"]},
                caller="person-with-consent",
            )

    found = await replay(desk, remove=removed)

    assert refused_of_bank(found) < before
    assert sum(one["outdated"] for one in of_bank(found)) >= 1


async def test_a_replay_shows_no_person_and_nothing_of_any_row(desk: Desk) -> None:
    await look(desk, PERSON_WITH_CONSENT, "xiamen-inspection-clerk")

    found = await replay(desk, remove=("p, officer, subject, read, own_office", "p, officer, subject, read, published"))

    text = json.dumps(found, ensure_ascii=False)
    assert found["kinds"]
    for secret in (str(PERSON_WITH_CONSENT.id), PERSON_WITH_CONSENT.name, str(PERSON_WITH_CONSENT.id_number)):
        assert secret not in text


async def test_only_those_who_read_policies_and_the_log_replay(desk: Desk) -> None:
    given = {"text": "p, public, office, read, any"}

    assert await desk.client.codes(REPLAY, given, caller=AUDITOR) == []
    for caller in (None, "xiamen-credit-office", "xiamen-inspection-approver", "person-with-consent"):
        assert await desk.client.codes(REPLAY, given, caller=caller) == ["FORBIDDEN"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "INVALID_INPUT"),
        ({"text": "p, public, office, read, any", "days": 0}, "INVALID_INPUT"),
        ({"text": "p, public, office, read, any", "days": 91}, "INVALID_INPUT"),
        ({"text": "p, nobody, office, read, any"}, "POLICY_INVALID"),
        ({"version": "PolicyVersion:01856aa0-c807-7228-9361-95da70166965"}, "NOT_FOUND"),
    ],
)
async def test_a_replay_of_nothing_is_refused(desk: Desk, given: dict[str, Any], code: str) -> None:
    assert await desk.client.codes(REPLAY, given, caller=SECOND) == [code]


@pytest.mark.parametrize(
    ("object_", "verb", "asked"),
    [
        ("subject,credit_record", "read", Asked((("subject", "read"), ("credit_record", "read")))),
        ("person,subject", "read", Asked((("subject", "lookup_person"), ("subject", "read")))),
        ("person", "lookup_person", Asked((("subject", "lookup_person"),))),
        ("credit_report", "issue", Asked((("credit_report", "issue"),))),
        ("creditRecords", "read", None),
        ("credit_report", "fly", None),
        ("", "read", None),
    ],
)
def test_an_entry_tells_what_was_asked_or_is_left_undecided(object_: str, verb: str, asked: Asked | None) -> None:
    assert asked_by(object_, verb) == asked
