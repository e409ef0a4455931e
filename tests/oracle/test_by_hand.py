"""Documents written by hand, each where the line reads rows in another way: the plan and the second evaluator agree."""

from __future__ import annotations

import pytest

from tests.oracle.comparing import compare
from tests.oracle.conftest import Ground
from tests.oracle.documents import Written
from tests.oracle.world import NUMBERS, caller

RECORDS = "totalCount nodes { id title decisionNo subject { id name } office { id } }"
DOCUMENTS = {
    "a connection and what hangs on its rows": "{ creditRecords(first: 100) { totalCount nodes { id title"
    " subject { id name creditRecords(first: 9) { totalCount nodes { id title } } } } } }",
    "a connection under a condition": f"{{ creditRecords(first: 50, filter: {{state: [PUBLISHED]}}) {{ {RECORDS} }} }}",
    "a number alone": "{ creditRecords { totalCount } creditReports { totalCount } listBatches { totalCount }"
    " typicalCases { totalCount } }",
    "entries of one kind out of a ledger of several": "{ changes(first: 100) { totalCount nodes { id verb object } } }",
    "one entry of another kind than is asked for": "{ "
    + " ".join(f'c{number}: node(id: "ChangeEntry:{{access{number}}}") {{ id }}' for number in range(3))
    + " }",
    "who represents an organisation": "{ subjects(first: 100, filter: {kind: [ENTERPRISE]}) { nodes { id"
    " legalRepresentatives(first: 9) { nodes { id } } } } }",
    "who answers for an entry": "{ listEntries(first: 100) { nodes { id"
    " responsiblePersons(first: 9) { nodes { id } } } } }",
    "what else is held about a subject": "{ subjects(first: 100) { nodes { id selfReports(first: 9) { totalCount"
    " nodes { id } } listRemovals(first: 9) { nodes { id } } attachments(first: 9) { nodes { id row } } } } }",
    "what a delivery is about": "{ deliveries(first: 100) { nodes { id row } } }",
    "what the platform was told of an entry": "{ listEntries(first: 100) { nodes { id deliveries(first: 9) { totalCount"
    " nodes { row } } } } }",
    "the days of the calendar": "{ workingDays(first: 50, orderBy: ID_DESC) { nodes { id day } } }",
    "who is found by name": '{ subjects(first: 20, search: "公司") { totalCount nodes { id name } } }',
}
READERS = (
    "the public", "self chen", "clerk-rs", "clerk-jc for 350200.permit", "credit-xm", "partner-bank",
    "partner-bank for 350200.bid", "auditor", "platform",
)  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("what", DOCUMENTS)
def test_what_is_read_is_what_the_rows_say(ground: Ground, what: str, reader: str) -> None:
    accesses = [row["id"] for row in ground.tables["ledger_event"] if row["kind"] == "access"]
    text = DOCUMENTS[what]
    for number in range(3):
        text = text.replace(f"{{access{number}}}", str(accesses[number]))
    ground.run(compare(ground, Written(text, {}, None, []), caller(reader)))


@pytest.mark.parametrize("reader", ["clerk-rs", "clerk-jc", "credit-xm", "partner-bank for 350200.bid", "auditor"])
def test_who_is_asked_for_by_number_is_shown_to_who_may_look_him_up(ground: Ground, reader: str) -> None:
    for number in NUMBERS:
        asked = Written(f'{{ person(idNumber: "{number}") {{ id name }} }}', {}, None, [])
        ground.run(compare(ground, asked, caller(reader)))
