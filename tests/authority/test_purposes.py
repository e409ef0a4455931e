"""Which purposes 用途 a caller may name is told by the service itself: `viewer { purposes }`."""

from __future__ import annotations

import pytest

from tests.client import Client

pytestmark = pytest.mark.anyio

LISTED = "{ viewer { purposes { code name } } }"
NAMED = "{ viewer { purpose } }"
ALL = "{ applicationItems(first: 100) { nodes { code name } } }"


@pytest.mark.parametrize("caller", ["xiamen-bank", "shanghai-bank", "xiamen-inspection-clerk", "haicang-clerk"])
async def test_what_is_listed_is_what_is_not_refused(client: Client, caller: str) -> None:
    """A partner had to try the code of every application item, and was refused with PURPOSE_NOT_GRANTED."""
    items = (await client.data(ALL))["applicationItems"]["nodes"]
    taken = [item for item in items if not await client.codes(NAMED, caller=caller, purpose=item["code"])]
    assert (await client.data(LISTED, caller=caller))["viewer"]["purposes"] == sorted(
        taken, key=lambda one: one["code"]
    )
    assert taken
    assert len(taken) < len(items)


@pytest.mark.parametrize("caller", [None, "person-with-consent", "organisation-agent", "auditor", "security-officer"])
async def test_to_whom_a_purpose_opens_nothing_none_is_listed(client: Client, caller: str | None) -> None:
    assert (await client.data(LISTED, caller=caller))["viewer"]["purposes"] == []
