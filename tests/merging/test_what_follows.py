"""What follows a merge outside the rows themselves: accounts, the access log, reports, searches, what is made since."""

from __future__ import annotations

import asyncpg
import pytest

from api.demo import known, stories
from tests.merging.conftest import CLERK, CREDIT, FOREIGN, Party, Town

pytestmark = pytest.mark.anyio

ME = """{ me { id creditRecords(first: 50) { totalCount } accessLog(first: 1) { totalCount } }
  accessLog(first: 1) { totalCount } }"""
ISSUE = """mutation ($subject: ID!) { issueCreditReport(input: { subject: $subject, kind: "general" }) {
  creditReport { id number documentStatus contentStatus subject { id } } } }"""
REPORT = "query ($n: String!) { creditReport(number: $n) { documentStatus contentStatus subject { id } } }"
FIND = "query ($s: String!) { subjects(search: $s, first: 9) { totalCount nodes { id name } } }"
FILTERED = """query ($code: [String!], $id: [ID!]) { subjects(first: 9, filter: {code: $code}) { nodes { id } }
  creditRecords(first: 9, filter: {subject: $id}) { nodes { id } } }"""
WHY_READ = """query ($row: ID!) { node(id: $row) { id }
  why: explainAccess(object: "subject", action: "read", row: $row) { allowed relations { scope holds } } }"""
AMEND = "mutation ($input: AmendCreditRecordInput!) { amendCreditRecord(input: $input) { receipts } }"


async def test_the_account_and_the_access_log_of_a_person_follow(town: Town) -> None:
    kept = await town.person()
    was = stories.PERSON_WITH_CONSENT
    merged = Party(f"Subject:{was.id}", was.name, None, was.id_number)
    before = await town.client.data(ME, caller="person-with-consent")
    merge = await town.merge(kept, merged)
    since = await town.client.data(ME, caller="person-with-consent")
    assert since["me"]["id"] == kept.id
    assert since["me"]["creditRecords"]["totalCount"] == before["me"]["creditRecords"]["totalCount"] + 1
    for log in (since, since["me"]):
        assert log["accessLog"]["totalCount"] > before["accessLog"]["totalCount"] > 0, (
            "who looked at the old one is told"
        )
    await town.unmerge(merge)
    after = await town.client.data(ME, caller="person-with-consent")
    assert (after["me"]["id"], after["me"]["creditRecords"]) == (merged.id, before["me"]["creditRecords"])


async def test_a_report_stays_as_issued_and_is_told_to_be_superseded(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    issued = {}
    for one in (kept, merged):
        answer = await town.client.data(ISSUE, {"subject": one.id}, caller=CLERK, purpose=known.PURPOSE)
        issued[one.id] = answer["issueCreditReport"]["creditReport"]
        assert issued[one.id]["contentStatus"] == "CURRENT"
    documents = "SELECT number, document, signature, digest FROM credit_report WHERE number = ANY($1) ORDER BY number"
    numbers = [one["number"] for one in issued.values()]
    before = [tuple(row) for row in await town.owner.fetch(documents, numbers)]
    await town.merge(kept, merged)
    for number in numbers:
        found = (await town.client.data(REPORT, {"n": number}, caller=CLERK))["creditReport"]
        assert found == {"documentStatus": "VALID", "contentStatus": "SUPERSEDED", "subject": {"id": kept.id}}
    assert [tuple(row) for row in await town.owner.fetch(documents, numbers)] == before
    answer = await town.client.data(ISSUE, {"subject": merged.id}, caller=CLERK, purpose=known.PURPOSE)
    assert answer["issueCreditReport"]["creditReport"]["subject"] == {"id": kept.id}


async def test_searches_and_filters_find_the_kept_one_alone(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    merge = await town.merge(kept, merged)
    for name in (kept.name, merged.name):
        found = (await town.client.data(FIND, {"s": name}, caller=CREDIT))["subjects"]
        assert (found["totalCount"], found["nodes"]) == (1, [{"id": kept.id, "name": kept.name}])
    found = await town.client.data(FILTERED, {"code": [merged.code], "id": [merged.id]}, caller=CLERK)
    assert found["subjects"]["nodes"] == [{"id": kept.id}]
    assert {row["id"] for row in found["creditRecords"]["nodes"]} == {*kept.records, *merged.records}
    await town.unmerge(merge)
    for one in (kept, merged):
        found = (await town.client.data(FIND, {"s": one.name}, caller=CREDIT))["subjects"]
        assert found["nodes"] == [{"id": one.id, "name": one.name}]


async def test_an_explanation_of_the_merged_one_is_that_of_the_kept_one(town: Town) -> None:
    """As the line reads it: what was shown under the old id was explained as not allowed."""
    kept, merged = await town.firm(), await town.firm()
    merge = await town.merge(kept, merged)
    for caller in (CLERK, FOREIGN, None):
        told = [(await town.client.data(WHY_READ, {"row": one.id}, caller=caller)) for one in (kept, merged)]
        assert told[0] == told[1]
        assert told[0]["why"]["allowed"] == (told[0]["node"] is not None)
    assert told[0]["why"]["allowed"]
    await town.unmerge(merge)
    assert (await town.client.data(WHY_READ, {"row": merged.id}, caller=CLERK))["why"]["allowed"]


async def test_what_hangs_on_a_row_that_goes_back_goes_with_it(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    merge = await town.merge(kept, merged)
    for one in (*kept.records, *merged.records):
        given = {"record": one, "title": "更正后的题名", "reason": "笔误"}
        await town.client.data(AMEND, {"input": given}, caller=CLERK)
    await town.unmerge(merge)
    for party in (kept, merged):
        versions = "SELECT DISTINCT subject_id FROM credit_record_version WHERE record_id = $1"
        rows = await town.owner.fetch(versions, party.records[0].removeprefix("CreditRecord:"))
        assert [f"Subject:{row['subject_id']}" for row in rows] == [party.id]


async def test_each_row_that_goes_over_has_its_event(town: Town) -> None:
    kept, merged = await town.firm(), await town.firm()
    await town.merge(kept, merged)
    row_id = merged.records[0].removeprefix("CreditRecord:")
    for table, image in (("ledger_event", "image"), ("outbox_event", "payload")):
        [event] = await town.owner.fetch(f"SELECT * FROM {table} WHERE object_id = $1 AND verb = 'merge'", row_id)
        assert (f"Subject:{event['subject_id']}", event["object"]) == (kept.id, "credit_record")
        assert kept.id.removeprefix("Subject:") in event[image]
    with pytest.raises(asyncpg.UniqueViolationError):
        await town.owner.execute(
            "INSERT INTO subject_merge SELECT (jsonb_populate_record(m, jsonb_build_object('id', uuidv7()))).*"
            " FROM subject_merge m WHERE m.merged_id = $1",
            merged.id.removeprefix("Subject:"),
        )
