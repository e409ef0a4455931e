"""Cursors: good for the connection, order, filter and caller they were given to, and for nothing else."""

from __future__ import annotations

import base64
import json
import re
import string
from typing import Any

import pytest

from tests.oracle.conftest import Ground
from tests.oracle.documents import Written
from tests.oracle.world import caller

PAGE = """
query Page($after: String, $filter: CreditRecordFilter, $order: CreditRecordOrder) {
  creditRecords(first: 2, after: $after, filter: $filter, orderBy: $order) { edges { cursor node { id } } }
}
"""
FILTER = {"state": ["PUBLISHED"]}


async def page(ground: Ground, name: str = "clerk-jc", text: str = PAGE, **variables: Any) -> Any:
    """Ask for a page as a caller."""
    return json.loads(await ground.post(Written(text, variables, None, []), caller(name)))


def codes(answer: Any) -> list[str]:
    """Give the codes of an answer's errors."""
    return [error["extensions"]["code"] for error in answer.get("errors", [])]


@pytest.fixture
def cursor(ground: Ground) -> str:
    """Give the cursor of the first row of a page."""
    answer = ground.run(page(ground, filter=FILTER))
    found: str = answer["data"]["creditRecords"]["edges"][0]["cursor"]
    return found


def test_a_cursor_leads_on_in_its_own_connection(ground: Ground, cursor: str) -> None:
    first = ground.run(page(ground, filter=FILTER))["data"]["creditRecords"]["edges"]
    second = ground.run(page(ground, filter=FILTER, after=cursor))["data"]["creditRecords"]["edges"]
    assert second[0] == first[1]


def test_a_cursor_is_good_under_another_alias_and_for_another_page_size(ground: Ground, cursor: str) -> None:
    text = PAGE.replace("creditRecords(first: 2", "again: creditRecords(first: 5")
    assert codes(ground.run(page(ground, text=text, filter=FILTER, after=cursor))) == []


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("clerk-rs", {}),
        ("clerk-jc for 350200.permit", {}),
        ("the public", {}),
        ("clerk-jc", {"order": "DECIDED_ON_ASC"}),
        ("clerk-jc", {"order": "SUBMITTED_AT_DESC"}),
        ("clerk-jc", {"filter": {"state": ["WITHDRAWN"]}}),
        ("clerk-jc", {"filter": {"state": ["PUBLISHED"], "inForce": True}}),
        ("clerk-jc", {"filter": None}),
    ],
)
def test_a_cursor_of_another_caller_order_or_filter_is_refused(
    ground: Ground, cursor: str, name: str, changes: dict[str, Any]
) -> None:
    asked: dict[str, Any] = {"filter": FILTER, "after": cursor, **changes}
    assert codes(ground.run(page(ground, name, **asked))) == ["CURSOR_INVALID"]


@pytest.mark.parametrize(
    "text",
    [
        "query ($after: String) { listEntries(first: 2, after: $after) { edges { cursor } } }",
        "query ($after: String) { subjects(first: 9) { nodes { creditRecords(first: 2, after: $after)"
        " { edges { cursor } } } } }",
    ],
)
def test_a_cursor_of_another_connection_is_refused(ground: Ground, text: str) -> None:
    given = ground.run(page(ground))["data"]["creditRecords"]["edges"][0]["cursor"]
    assert codes(ground.run(page(ground, text=text, after=given))) == ["CURSOR_INVALID"]


def test_a_cursor_of_a_search_is_bound_to_its_words(ground: Ground) -> None:
    text = "query ($after: String, $search: String) { subjects(first: 1, after: $after, search: $search) { edges { cursor } } }"
    given = ground.run(page(ground, text=text, search="虚构"))["data"]["subjects"]["edges"][0]["cursor"]
    assert codes(ground.run(page(ground, text=text, search="虚构", after=given))) == []
    assert codes(ground.run(page(ground, text=text, search="甲辛", after=given))) == ["CURSOR_INVALID"]


def test_every_changed_character_is_refused(ground: Ground, cursor: str) -> None:
    letters = string.ascii_letters + string.digits + "-_="

    async def refused() -> list[str]:
        kept = []
        for place, letter in enumerate(cursor):
            others = letters if place >= len(cursor) - 4 else letters[(letters.index(letter) + 7) % 64]
            for other in set(others) - {letter}:
                changed = cursor[:place] + other + cursor[place + 1 :]
                if codes(await page(ground, filter=FILTER, after=changed)) != ["CURSOR_INVALID"]:
                    kept.append(changed)
        return kept

    assert ground.run(refused()) == []


@pytest.mark.parametrize("changed", ["{}=", "{}\n", " {}", "{}AAAA", "{}{}", "", "=", "游标", "\x00"])
def test_a_cursor_with_anything_around_it_is_refused(ground: Ground, cursor: str, changed: str) -> None:
    assert codes(ground.run(page(ground, filter=FILTER, after=changed.replace("{}", cursor)))) == ["CURSOR_INVALID"]


def test_a_cursor_holds_a_day_and_an_id_and_nothing_about_anybody(ground: Ground, cursor: str) -> None:
    body = base64.urlsafe_b64decode(cursor)[12:].decode()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d\|[0-9a-f-]{36}", body)
