"""The case files: who submits to which list and domain, how long an entry is published, until when one may answer."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from domain.calendar import working_calendar
from domain.errors import DomainError
from domain.installation_rows import credit_list_id, office_id
from domain.lifecycle import Actor, Transaction
from domain.lists.list_kind import ListKind, kind_of, require_owner
from domain.lists.list_notices import answer_due
from domain.lists.list_terms import check_until, cited, limit_of
from domain.lists.list_way import OF
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.lookup import list_kind
from domain.rulebook.procedure import procedure

pytestmark = pytest.mark.anyio

BOOKS = load_rulebooks()
FOLDER = Path(__file__).parent


def cases(name: str) -> list[Any]:
    """Read a case file."""
    found = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))["case"]
    return [pytest.param(case, id=f"{case.get('requirement', '第45号令')}: {case['what']}") for case in found]


def kind(case: dict[str, Any]) -> ListKind:
    """Give the list of a case."""
    book = BOOKS.books[BOOKS.heads[case["jurisdiction"]]]
    rule = list_kind(book, case["list"])
    assert rule is not None
    ident = credit_list_id(book.id, rule.code)
    row = {"rulebook": book.id, "code": rule.code, "name": rule.name, "polarity": rule.polarity}
    return kind_of(BOOKS, {"id": ident, "jurisdiction_id": case["jurisdiction"], **row})


@pytest.fixture(scope="module")
async def tx(installed_url: str) -> AsyncIterator[Transaction]:
    connection = await asyncpg.connect(installed_url)
    yield Transaction(connection, datetime(2026, 3, 18, 2, tzinfo=UTC), Actor(None, ("clerk",)))
    await connection.close()


@pytest.mark.parametrize("case", cases("owners"))
async def test_only_its_owners_submit_to_a_list_and_domain(case: dict[str, Any], tx: Transaction) -> None:
    elsewhere, _, code = case["office"].rpartition("/")
    office = office_id(elsewhere or case["jurisdiction"], code)
    if "refused" in case:
        with pytest.raises(DomainError) as refused:
            await require_owner(tx, kind(case), office=office, domain=case.get("domain"))
        assert refused.value.code == case["refused"]
    else:
        await require_owner(tx, kind(case), office=office, domain=case.get("domain"))


@pytest.mark.parametrize("case", cases("terms"))
def test_an_entry_is_published_no_longer_than_the_rulebook_allows(case: dict[str, Any]) -> None:
    if "refused" not in case:
        assert _last_day(case) == case["then"]
        return
    with pytest.raises(DomainError) as refused:
        _last_day(case)
    assert refused.value.code == case["refused"]
    assert refused.value.extensions.get("latest") == (case["latest"].isoformat() if "latest" in case else None)


def _last_day(case: dict[str, Any]) -> date | bool:
    """Give the last day of publication; False where none is set."""
    days = {"published_on": case["published"], "decided_on": case["decided"]}
    law = cited(case.get("basis"), case.get("level"))
    if "until" in case:
        check_until(BOOKS, kind(case), case["until"], law, **days)
        last: date = case["until"]
        return last
    limit = limit_of(BOOKS, kind(case), **days)
    return limit.until if limit else False


@pytest.mark.parametrize("case", cases("notices"))
def test_a_notice_is_answered_within_working_days_where_a_term_is_set(case: dict[str, Any]) -> None:
    of = kind(case)
    way = procedure(BOOKS, of.jurisdiction_id, OF, case["served"], of.concerns("regular"))
    due = answer_due(BOOKS, working_calendar(), way, of.jurisdiction_id, case["served"])
    assert (due.on or False) == case["due"]
    assert due.provisional is case.get("provisional", False)


def test_the_case_files_have_the_days_that_go_wrong() -> None:
    days = {case.values[0]["published"] for case in cases("terms")}
    served = {case.values[0]["served"] for case in cases("notices")}
    assert date(2020, 2, 29) in days
    assert {date(2024, 2, 29), date(2026, 12, 29)} <= served
