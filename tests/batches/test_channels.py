"""Lists for channels outside the internet: what may be shown today, and what is to be taken down."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest

from tests.batches.desk import list_id
from tests.client import NOW, Client
from tests.removals.ground import Ground

pytestmark = pytest.mark.anyio

HAICANG = "350205"
DEFAULTERS = list_id(HAICANG, "enforcement_defaulter")
IMPORTED: dict[str, Any] = {
    "route": "imported", "source": "人民法院（虚构）", "source_no": "（2026）闽执1号", "obtained_on": NOW.date() - timedelta(days=100),
}  # fmt: skip


async def listed(ground: Ground, *, person: bool = False, **more: Any) -> str:
    subject = await ground.subject(HAICANG, person=person)
    entry = await ground.entry(HAICANG, "enforcement_defaulter", "QXYB", subject, **IMPORTED, **more)
    return f"ListEntry:{entry}"


async def taken(
    client: Client,
    credit_list: str = DEFAULTERS,
    *,
    caller: str | None = "hc-credit",
    channel: str = "地铁",
    more: str = "",
) -> httpx.Response:
    headers = {"authorization": f"Bearer {client.token(caller)}"} if caller else {}
    address = f"/credit-lists/{credit_list.partition(':')[2]}/export?channel={quote(channel)}{more}"
    return await client.http.get(address, headers=headers)


def code(response: httpx.Response) -> str:
    found: str = response.json()["errors"][0]["extensions"]["code"]
    return found


async def test_hc_25b_a_channel_shows_no_longer_what_has_left_and_is_told_to_take_it_down(
    client: Client, ground: Ground
) -> None:
    stays, leaves = await listed(ground), await listed(ground)
    person = await listed(ground, person=True, disclosure="authorised_query")
    over = await listed(ground, until=NOW.date() - timedelta(days=1))
    before = (await taken(client)).json()
    assert {stays, leaves} <= {one["id"] for one in before["entries"]}
    assert not {person, over} & {one["id"] for one in before["entries"]}
    assert (before["list"]["channel"], before["list"]["namedInText"], before["list"]["clause"]) == ("地铁", True, "25")
    assert {"id": over, "left_on": "2026-03-18", "why": "expired"} in before["recalled"]
    assert person not in {one["id"] for one in before["recalled"]}, "it was never shown"

    end = 'mutation ($id: ID!) { endListEntry(input: { listEntry: $id, reason: "已履行，来源删除" }) { receipts } }'
    assert await client.codes(end, {"id": leaves}, caller="hc-credit") == []
    after = (await taken(client)).json()
    assert leaves not in {one["id"] for one in after["entries"]}
    assert {"id": leaves, "left_on": "2026-03-18", "why": "ended_by_source"} in after["recalled"]
    notice = await ground.connection.fetchval(
        "SELECT payload FROM outbox_event WHERE object_id = $1 AND verb = 'recall'", UUID(leaves.partition(":")[2])
    )
    assert json.loads(notice) == {
        "entry": leaves, "channels": ["地铁", "公交", "BRT", "社区"], "leftOn": "2026-03-18", "why": "ended_by_source",
    }  # fmt: skip


async def test_hc_25b_recalls_are_told_from_a_day_on(client: Client, ground: Ground) -> None:
    long_ago = await listed(ground, until=date(2026, 1, 31))
    recalls = [
        (await taken(client, more=more)).json()["recalled"] for more in ("&since=2026-02-01", "&since=2026-02-02")
    ]
    assert [long_ago in {one["id"] for one in found} for found in recalls] == [True, False]
    for no_day in ("1.2.2026", "20260201", "2026-W05-7"):
        assert (await taken(client, more=f"&since={no_day}")).status_code == 400


async def test_hc_25b_the_text_s_channels_are_open_and_a_blank_one_is_none(client: Client) -> None:
    other = await taken(client, channel="电梯广告")
    assert (other.status_code, other.json()["list"]["namedInText"]) == (200, False)
    for channel in (" ", "电" * 51):
        refused = await taken(client, channel=channel)
        assert (refused.status_code, code(refused)) == (400, "EXPOSURE_CHANNEL_UNKNOWN")
    none = await taken(client, list_id("410700", "black"), caller="xx-credit")
    assert (code(none), none.json()["errors"][0]["extensions"]["channels"]) == ("EXPOSURE_CHANNEL_UNKNOWN", [])


@pytest.mark.parametrize(
    ("caller", "status"), [(None, 403), ("xm-credit", 404), ("xx-leader", 404)], ids=["public", "parent", "elsewhere"]
)
async def test_who_may_not_take_a_channel_s_file(client: Client, caller: str | None, status: int) -> None:
    assert (await taken(client, caller=caller)).status_code == status
    assert (await taken(client, "CreditList:01856aa0-0000-7000-8000-000000000000", caller=caller)).status_code == status
