"""Around batches: previews and differences, what is expected of whom, files for the portal with their recall."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.execution.service import Service
from authz.activation import bump_epoch
from domain.installation_rows import office_id
from tests.batches.desk import WAGES, XINXIANG, carries_case, do, entry, list_id, opened, states
from tests.batches.test_batches import handed_in, published
from tests.client import NOW, Client, Serve
from tests.removals.ground import Ground

pytestmark = pytest.mark.anyio

PREVIEW = """query ($id: ID!) { listBatchPreview(batch: $id) { entries organisations people awaits { step entries }
  unready previous entered left stillThere } }"""
DUTIES = """query ($j: String!, $from: Date!, $to: Date!) { listBatchDuties(jurisdiction: $j, from: $from, to: $to) {
  creditList domain year period offices officeNames batch state status dueOn late afterPeriod } }"""
TALLY = """query ($j: String!, $from: Date!, $to: Date!) { listBatchTally(jurisdiction: $j, from: $from, to: $to) {
  office officeName expected handedIn published late afterPeriod missing extra } }"""


async def preview(client: Client, batch: str, *, caller: str = "xx-clerk") -> dict[str, Any]:
    found: dict[str, Any] = (await client.data(PREVIEW, {"id": batch}, caller=caller))["listBatchPreview"]
    return found


# -- preview


async def test_a_preview_counts_and_names_what_is_not_ready(client: Client, ground: Ground) -> None:
    batch = await opened(client)
    ready, person, behind = await entry(ground), await entry(ground, person=True), await entry(ground, state="attested")
    assert (await do(client, "xx-clerk", "fillListBatch", listBatch=batch, add=[ready, person, behind]))["code"] is None
    found = await preview(client, batch)
    assert (found["entries"], found["organisations"], found["people"]) == (3, 2, 1)
    assert found["unready"] == [behind]
    assert {one["step"]: one["entries"] for one in found["awaits"]}["submit"] == 2
    assert await preview(client, batch, caller="xx-leader") == found
    for caller in ("xx-credit", "xx-labour", "xm-credit"):
        assert await client.codes(PREVIEW, {"id": batch}, caller=caller) == ["NOT_FOUND"], (
            "not handed in, or not theirs"
        )
    assert await client.codes(PREVIEW, {"id": batch}) == ["FORBIDDEN"]


async def test_differences_tell_who_enters_who_left_and_who_is_still_there(client: Client, ground: Ground) -> None:
    first = await published(client, ground, [await entry(ground, "red") for _ in range(3)], code="red")
    places = "query ($id: ID!) { listBatch(id: $id) { places(first: 9) { nodes { entry { id subject { id } } } } } }"
    nodes = (await client.data(places, {"id": first}))["listBatch"]["places"]["nodes"]
    stays, leaves, again = (one["entry"] for one in nodes)
    await ground.connection.execute(
        "UPDATE list_entry SET state = 'removed', removed_on = $1, removal_reason = 'verified_violation' WHERE id = ANY($2::uuid[])",
        NOW.date() + timedelta(days=1),
        [UUID(one["id"].partition(":")[2]) for one in (leaves, again)],
    )
    fresh = await entry(ground, "red")
    back = await entry(ground, "red", subject_id=UUID(again["subject"]["id"].partition(":")[2]))
    second = await handed_in(client, ground, [fresh, back], code="red")
    found = await preview(client, second, caller="xx-credit")
    assert found["previous"] == first
    assert found["entered"] == [fresh]
    assert found["left"] == [leaves["id"]]
    assert set(found["stillThere"]) >= {stays["id"], again["id"]}


# -- what is expected of whom


async def test_xx_16_xx_20_missing_and_late_batches_of_each_office_can_be_counted(
    serve: Serve, ground: Ground, installed_url: str, client: Client
) -> None:
    span = {"j": XINXIANG, "from": "2024-01-01", "to": "2024-12-31"}
    given = {"creditList": list_id(XINXIANG, "red"), "domain": WAGES, "year": 2024}
    for period in (1, 2):
        made = await do(client, "xx-clerk", "openListBatch", **given, period=period)
        batch = made["listBatch"]["id"]
        await do(client, "xx-clerk", "submitListBatch", listBatch=batch, nothingToList=True)
    assert made["code"] is None
    inspection = f"Office:{office_id(XINXIANG, 'JCZD')}"
    tally = {one["office"]: one for one in (await client.data(TALLY, span, caller="xx-credit"))["listBatchTally"]}
    own = tally[inspection]
    assert own["officeName"] == "市劳动保障监察支队"
    assert (own["expected"], own["handedIn"], own["missing"], own["afterPeriod"]) == (8, 2, 6, 2), (
        "two lists, four quarters"
    )
    assert own["late"] == 0, "no last day is set: nothing is late, it is told that it came after the quarter"
    named = {
        f"Office:{office_id(XINXIANG, code)}" for code in ("JYB", "LDGX", "JCK", "SB", "JCZD", "JYJ", "CYDB", "KS")
    }
    assert set(tally) == named, "其它科室 is nobody in particular"
    assert [one["office"] for one in (await client.data(TALLY, span, caller="xx-clerk"))["listBatchTally"]] == [
        inspection
    ]
    assert await client.codes(TALLY, span, caller="xm-credit") == ["NOT_FOUND"]
    assert await client.codes(TALLY, span) == ["FORBIDDEN"]


async def test_a_running_quarter_is_awaited_and_a_past_one_missing(client: Client) -> None:
    span = {"j": XINXIANG, "from": "2025-07-01", "to": "2026-12-31"}
    found = (await client.data(DUTIES, span, caller="xx-credit"))["listBatchDuties"]
    labour = [
        one for one in found if one["domain"] == "labour_dispatch" and one["creditList"] == list_id(XINXIANG, "red")
    ]
    assert {(one["year"], one["period"]): one["status"] for one in labour} == {
        (2026, 1): "awaited", (2025, 4): "missing", (2025, 3): "missing",
    }  # fmt: skip
    assert all(one["dueOn"] is None and not one["late"] for one in found)
    assert all(one["state"] == one["status"].upper() for one in found)


async def test_a_domain_of_two_offices_is_answered_by_either(client: Client) -> None:
    given = {
        "creditList": list_id(XINXIANG, "red"),
        "domain": "hours_contracts_construction",
        "year": 2023,
        "period": 1,
    }
    batch = (await do(client, "xx-inspection", "openListBatch", **given))["listBatch"]["id"]
    await do(client, "xx-inspection", "submitListBatch", listBatch=batch, nothingToList=True)
    span = {"j": XINXIANG, "from": "2023-01-01", "to": "2023-03-31"}
    found = (await client.data(DUTIES, span, caller="xx-labour"))["listBatchDuties"]
    by_list = {one["creditList"]: one for one in found}
    assert by_list[list_id(XINXIANG, "red")]["status"] == "submitted"
    assert by_list[list_id(XINXIANG, "red")]["state"] == "SUBMITTED"
    assert by_list[list_id(XINXIANG, "black")]["status"] == "missing"
    assert len(by_list[list_id(XINXIANG, "red")]["offices"]) == 2
    assert by_list[list_id(XINXIANG, "red")]["officeNames"] == ["劳动关系科", "监察科"]


@pytest.mark.parametrize("span", [("2019-01-01", "2026-01-01"), ("2026-01-01", "2025-01-01")])
async def test_a_span_too_long_or_backwards_is_refused(client: Client, span: tuple[str, str]) -> None:
    given = {"j": XINXIANG, "from": span[0], "to": span[1]}
    assert await client.codes(DUTIES, given, caller="xx-credit") == ["SPAN_TOO_LONG"]


async def test_nothing_is_expected_before_the_rulebook_was_in_force(client: Client) -> None:
    span = {"j": XINXIANG, "from": "2018-01-01", "to": "2019-12-31"}
    found = (await client.data(DUTIES, span, caller="xx-credit"))["listBatchDuties"]
    assert {(one["year"], one["period"]) for one in found} == {(2019, 2), (2019, 3), (2019, 4)}


# -- the file for the portal


async def export(client: Client, batch: str, *, caller: str | None = "xx-credit", form: str = "json") -> httpx.Response:
    headers = {"authorization": f"Bearer {client.token(caller)}"} if caller else {}
    return await client.http.get(f"/list-batches/{batch.partition(':')[2]}/export?format={form}", headers=headers)


async def test_the_file_holds_what_is_public_people_masked_and_recalls_what_has_left(
    client: Client, ground: Ground
) -> None:
    firm, person, inside, gone = (
        await entry(ground),
        await entry(ground, person=True),
        await entry(ground, disclosure="government_sharing"),
        await entry(ground),
    )
    batch = await published(client, ground, [firm, person, inside, gone])
    query = 'mutation ($id: ID!) { withdrawListEntry(input: { listEntry: $id, reason: "有误" }) { receipts } }'
    assert await client.codes(query, {"id": gone}, caller="xx-clerk") == []

    count = "SELECT count(*) FROM ledger_event WHERE kind = 'access' AND verb = 'export'"
    before = await ground.connection.fetchval(count)
    response = await export(client, batch)
    assert response.status_code == 200
    assert response.headers["content-disposition"].startswith("attachment;")
    told = response.json()
    assert {one["id"] for one in told["entries"]} == {firm, person}
    shown = next(one for one in told["entries"] if one["id"] == person)
    assert (shown["subject"], shown["reason"]) == ("欧阳**", None)
    assert shown["masked_id_number"].count("*") == 13
    assert told["recalled"] == [{"id": gone, "left_on": "2026-03-18", "why": "withdrawn"}]
    assert "欧阳虚构" not in response.text
    assert await ground.connection.fetchval(count) == before + 1, "the person sees who took it"

    rows = list(csv.DictReader(io.StringIO((await export(client, batch, form="csv")).content.decode("utf-8-sig"))))
    assert [row["action"] for row in rows].count("recall") == 1
    assert next(row for row in rows if row["action"] == "recall") | {} == {
        **dict.fromkeys(rows[0], ""), "action": "recall", "id": gone, "left_on": "2026-03-18", "why": "withdrawn",
    }  # fmt: skip


async def test_the_file_marks_what_is_disputed_and_carries_the_subject_s_own_words(
    client: Client, ground: Ground
) -> None:
    """河南省社会信用条例41 (异议标注); XX-10."""
    contested, other = await entry(ground), await entry(ground)
    batch = await published(client, ground, [contested, other])
    subject = (await ground.row("list_entry", contested))["subject_id"]
    firm = await ground.agent(f"agent-{subject}", subject)
    filing = 'mutation ($id: ID!) { fileObjection(input: { entry: $id, ground: "错误", statement: "已付清。" }) { receipts } }'
    words = 'mutation ($id: ID!) { makeSubjectStatement(input: { entry: $id, words: "工资已付清。" }) { receipts } }'
    for mutation in (filing, words):
        assert await client.codes(mutation, {"id": contested}, caller=firm) == []

    told = {one["id"]: one for one in (await export(client, batch)).json()["entries"]}
    assert (told[contested]["disputed"], told[contested]["subject_statement"]) == (True, "工资已付清。")
    assert (told[other]["disputed"], told[other]["subject_statement"]) == (False, None)
    rows = csv.DictReader(io.StringIO((await export(client, batch, form="csv")).content.decode("utf-8-sig")))
    assert {row["id"]: row["disputed"] for row in rows} == {contested: "true", other: "false"}


async def test_a_withdrawn_batch_is_recalled_whole(client: Client, ground: Ground) -> None:
    entries = [await entry(ground) for _ in range(2)]
    batch = await published(client, ground, entries)
    assert (await do(client, "xx-credit", "withdrawListBatch", listBatch=batch, reason="有误"))["code"] is None
    told = (await export(client, batch)).json()
    assert told["entries"] == []
    assert {one["id"] for one in told["recalled"]} == set(entries)
    assert told["batch"]["state"] == "withdrawn"


async def test_a_formula_stays_text(client: Client, ground: Ground) -> None:
    batch = await published(client, ground, [await entry(ground, reason='=HYPERLINK("http://x")')])
    text = (await export(client, batch, form="csv")).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert "\n=HYPERLINK" not in text


@pytest.mark.parametrize(
    ("caller", "status", "code"),
    [(None, 403, "FORBIDDEN"), ("xx-labour", 404, "NOT_FOUND"), ("xm-credit", 404, "NOT_FOUND"), ("xx-leader", 404, "NOT_FOUND")],
)  # fmt: skip
async def test_who_may_not_take_the_file(
    client: Client, ground: Ground, caller: str | None, status: int, code: str
) -> None:
    batch = await published(client, ground, [await entry(ground)])
    response = await export(client, batch, caller=caller)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (status, code)


async def test_a_batch_not_published_and_a_format_not_known_are_refused(client: Client, ground: Ground) -> None:
    batch = await handed_in(client, ground, [await entry(ground)])
    assert (await export(client, batch)).status_code == 404
    assert (
        json.loads((await export(client, batch, form="xml")).text)["errors"][0]["extensions"]["code"]
        == "EXPORT_FORMAT_UNKNOWN"
    )
    assert (await export(client, "ListBatch:x")).status_code == 404


async def test_more_than_a_page_is_exported(client: Client, ground: Ground) -> None:
    entries = [await entry(ground) for _ in range(103)]
    batch = await opened(client)
    assert (await do(client, "xx-clerk", "fillListBatch", listBatch=batch, add=entries))["code"] is None
    await carries_case(client, ground, batch)
    assert (await do(client, "xx-clerk", "submitListBatch", listBatch=batch))["code"] is None
    assert (await do(client, "xx-credit", "publishListBatch", listBatch=batch))["code"] is None
    assert set(await states(ground, entries)) == {"published"}
    assert {one["id"] for one in (await export(client, batch)).json()["entries"]} == set(entries)
    assert date.fromisoformat("2026-03-18") == ground.tx().today


async def test_what_the_public_may_see_is_exported_only_as_one_authority_has_it(
    client: Client, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = await handed_in(client, ground, [await entry(ground)])
    assert (await do(client, "xx-credit", "publishListBatch", listBatch=batch))["code"] is None

    async def fenced(*_: Any) -> None:
        """Give no row, as a statement does whose epoch has passed."""

    monkeypatch.setattr(Service, "fetch", fenced)
    refused = await export(client, batch)
    assert refused.json()["errors"][0]["extensions"]["code"] == "AUTHORITY_UNSETTLED"


async def test_who_is_stopped_in_the_middle_of_it_exports_nothing(
    client: Client, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Security, E (stale policy): a list is read under the authority that is current, not the one it was asked under."""
    batch = await opened(client)
    known = Service.caller_of

    async def stopped_then(service: Service, *asked: Any) -> Any:
        caller = await known(service, *asked)
        await ground.connection.execute("UPDATE account SET state = 'suspended' WHERE sub = 'xx-credit'")
        await bump_epoch(ground.connection)
        return caller

    monkeypatch.setattr(Service, "caller_of", stopped_then)
    refused = await export(client, batch)
    monkeypatch.undo()
    await ground.connection.execute("UPDATE account SET state = 'active' WHERE sub = 'xx-credit'")
    await bump_epoch(ground.connection)
    await client.service.callers.refresh()
    assert refused.status_code == 401
