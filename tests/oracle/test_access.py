"""The access log: no answer about a person leaves before its entry is committed; none without an entry.

That each answer leaves exactly the entries of the people it tells about is held by every comparison of `test_oracle`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from api.gate.access import Access, AccessLog
from api.postgres.database import DatabaseAway
from api.process.app import Application
from tests.oracle.conftest import Ground
from tests.oracle.documents import Written
from tests.oracle.world import caller, key

ABOUT_WANG = f'{{ node(id: "Subject:{key("subject", "wang")}") {{ id ... on Subject {{ name }} }} }}'
ABOUT_NOBODY = '{ subject(code: "91350200MA00000011") { name } jurisdictions(first: 5) { nodes { name } } }'


async def noted_when_answered(ground: Ground, text: str) -> list[int]:
    """Send a document to the application itself; count the committed entries at each step of the answer."""
    counted = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": json.dumps({"query": text}).encode(), "more_body": False}

    async def send(message: Any) -> None:
        rows = await ground.owner.fetch(
            "SELECT FROM ledger_event WHERE kind = 'access' AND id <> ALL($1::uuid[])",
            [row["id"] for row in ground.tables["ledger_event"]],
        )
        counted.append(len(rows))

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    await Application(ground.client.service)(scope, receive, send)
    await ground.accesses()
    return counted


def test_the_entry_is_committed_before_the_first_byte_of_the_answer(ground: Ground) -> None:
    assert ground.run(noted_when_answered(ground, ABOUT_WANG)) == [1, 1]


def test_an_answer_about_nobody_leaves_no_entry(ground: Ground) -> None:
    assert ground.run(noted_when_answered(ground, ABOUT_NOBODY)) == [0, 0]


def test_no_entry_no_answer(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(self: AccessLog, entries: Iterable[Access]) -> None:
        raise DatabaseAway

    monkeypatch.setattr(AccessLog, "write", away)
    sending = ground.client.http.post("/graphql", json={"query": ABOUT_WANG})
    response = ground.run(sending)
    assert response.status_code == 503
    assert "data" not in response.json()


def test_an_entry_that_could_not_be_written_withholds_the_answer(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer works beside the request: its failure must reach who waits for the answer."""

    async def away(self: AccessLog, rows: object) -> None:
        raise DatabaseAway

    monkeypatch.setattr(AccessLog, "_insert", away)
    response = ground.run(ground.client.http.post("/graphql", json={"query": ABOUT_WANG}))
    assert (response.status_code, "data" in response.json()) == (503, False)


def test_people_are_noted_through_a_list_whose_other_rows_are_about_organisations(ground: Ground) -> None:
    text = "{ creditLists(first: 100) { nodes { code entries(first: 100) { nodes { id aboutPerson } } } } }"
    answer = json.loads(ground.run(ground.post(Written(text, {}, None, []), caller("credit-xm"))))
    lists = [[row["aboutPerson"] for row in one["entries"]["nodes"]] for one in answer["data"]["creditLists"]["nodes"]]
    assert any(about and not any(about) for about in lists), "no list with organisations alone: the case is not there"
    assert any(any(about) for about in lists)
    shown = {row["id"] for one in answer["data"]["creditLists"]["nodes"] for row in one["entries"]["nodes"]}
    people = {
        row["subject_id"]
        for row in ground.tables["list_entry"]
        if row["about_person"] and f"ListEntry:{row['id']}" in shown
    }
    assert {subject for subject, _ in ground.run(ground.accesses())} == people
