"""Every case of `cases.toml`, handed in on a real database by the functions that requests use."""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.credit.records import Submission
from domain.errors import DomainError
from tests.credit.ground import ORGANISATION, PERSON, Clerk, item_of

pytestmark = pytest.mark.anyio

CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))["case"]
_FIELDS = {entry.name for entry in fields(Submission)} - {"content"}


@pytest.mark.parametrize("case", CASES, ids=[f"{case['requirement']}: {case['name']}" for case in CASES])
async def test_the_rulebooks_decide(
    case: dict[str, Any], clerk_of: Callable[[str, str, str], Awaitable[Clerk]]
) -> None:
    clerk = await _clerk(case, clerk_of)
    if "refused" in case:
        with pytest.raises(DomainError) as refused:
            await _hand_in(clerk, case)
        assert refused.value.code == case["refused"]
        return
    record_id = await _hand_in(clerk, case)
    row = await clerk.row(record_id)
    expected = {column: _expected(value) for column, value in case.get("then", {}).items()}
    assert {column: row[column] for column in expected} == expected
    if "publish" in case:
        await _publish(clerk, record_id, dict(case["publish"]))


async def _clerk(case: dict[str, Any], clerk_of: Callable[[str, str, str], Awaitable[Clerk]]) -> Clerk:
    """Find the clerk; an office of another jurisdiction than the item's is written 350205/RSJ."""
    elsewhere, _, office = case["office"].rpartition("/")
    clerk = await clerk_of(elsewhere or case["jurisdiction"], office, case["item"])
    if elsewhere:
        clerk.item = await item_of(clerk.tx, case["jurisdiction"], case["item"], clerk.office_id)
    if "today" in case:
        clerk.tx = replace(clerk.tx, now=datetime.combine(case["today"], time(2), UTC))
    return clerk


async def _hand_in(clerk: Clerk, case: dict[str, Any]) -> UUID:
    given: dict[str, Any] = {name: case[name] for name in case.keys() & _FIELDS}
    given |= PERSON if case.get("subject") == "person" else ORGANISATION
    if "basis_level" in case:
        given["legal_basis_level"] = case["basis_level"]
        given.setdefault("legal_basis", "虚构的依据")
    return await clerk.hand_in(content=dict.fromkeys(case.get("leave_out", ()), ""), **given)


async def _publish(clerk: Clerk, record_id: UUID, wanted: dict[str, Any]) -> None:
    refused = wanted.pop("refused", None)
    necessity = wanted.pop("necessity", None)
    if refused is not None:
        with pytest.raises(DomainError) as error:
            await clerk.publish(record_id, necessity=necessity)
        assert error.value.code == refused
        return
    image = await clerk.publish(record_id, necessity=necessity)
    assert {column: image[column] for column in wanted} == {c: _expected(v) for c, v in wanted.items()}


def _expected(value: Any) -> Any:
    """Read an empty text as null."""
    return None if value == "" else value
