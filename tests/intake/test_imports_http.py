"""Imports over HTTP: any form of file, a trial, the refused rows handed back to the office alone."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from api.execution import standing
from api.http import imports
from authz.activation import bump_epoch
from authz.caller import Caller
from tests.client import Client, Serve
from tests.intake.sheets import penalty, sheet
from tests.intake.test_formats import ndjson, workbook

pytestmark = pytest.mark.anyio

RECORDS = (
    "query ($id: ID!) { recordImport(id: $id) { records(first: 5) { totalCount nodes {"
    " decisionNo decidedOn recordImport { id } } } } }"
)
CLERK = "xiamen-inspection-clerk"
CSV, NDJSON = "text/csv; charset=utf-8", "application/x-ndjson"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def _post(
    client: Client,
    file: io.BytesIO,
    kind: str = CSV,
    query: str = "",
    caller: str | None = CLERK,
    packed: str = "identity",
) -> Any:
    said = {"content-type": kind, "content-encoding": packed}
    headers = {**said, **({"authorization": f"Bearer {client.token(caller)}"} if caller else {})}
    return await client.http.post(f"/imports{query}", content=file.getvalue(), headers=headers)


async def _refused(client: Client, import_id: str, caller: str | None = CLERK) -> Any:
    headers = {"authorization": f"Bearer {client.token(caller)}"} if caller else {}
    return await client.http.get(f"/imports/{import_id}/refused", headers=headers)


@pytest.mark.parametrize("item", ["none", "%00", "%ED%A0%80", "a" * 5_000])
async def test_an_item_that_no_catalogue_has_is_not_found(demo_url: str, serve: Serve, item: str) -> None:
    async with serve(demo_url) as client:
        answer = await _post(client, sheet("penalty", [penalty(70_009)]), query=f"?item={item}")
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (404, "NOT_FOUND")


async def _times_handed_back(url: str) -> int:
    """Give how often it was noted that refused rows were handed back as a file."""
    connection = await asyncpg.connect(url)
    handed = "SELECT count(*) FROM ledger_event WHERE kind = 'access' AND object = 'refused_row' AND verb = 'read'"
    found: int = await connection.fetchval(handed)
    await connection.close()
    return found


async def test_a_file_is_taken_judged_and_handed_back(demo_url: str, serve: Serve) -> None:
    async with serve(demo_url) as client:
        rows = [penalty(70_001), penalty(70_002, CF_SY="")]
        trial = await _post(client, ndjson(rows), NDJSON, "?dryRun=true")
        assert trial.status_code == 201
        assert [trial.json()[name] for name in ("dryRun", "rowsAdded", "rowsRefused")] == [True, 1, 1]
        taken = await _post(client, workbook(rows), XLSX)
        assert [taken.json()[name] for name in ("state", "rowsAdded", "rowsRefused")] == ["completed", 1, 1]
        packed = io.BytesIO(gzip.compress(sheet("penalty", rows).getvalue()))
        assert (await _post(client, packed, "application/gzip")).json()["rowsKnown"] == 1
        noted = await _times_handed_back(demo_url)
        back = await _refused(client, taken.json()["id"])
        assert (back.status_code, back.headers["cache-control"]) == (200, "no-store")
        assert await _times_handed_back(demo_url) == noted + 1
        assert "CF_SY：" in back.text
        told = await client.data(
            "query ($id: ID!) { recordImport(id: $id) { state dryRun rowsTotal rowsRefused"
            " refusedRows(first: 5) { nodes { line columnCode code reason reasonZh } } } }",
            {"id": taken.json()["id"]},
            caller=CLERK,
        )
        found = told["recordImport"]
        assert (found["dryRun"], found["rowsTotal"], found["refusedRows"]["nodes"][0]["columnCode"]) == (
            False,
            2,
            "CF_SY",
        )


async def test_an_import_leads_to_the_records_that_came_with_it(demo_url: str, serve: Serve) -> None:
    """What was known already came with an earlier one."""
    async with serve(demo_url) as client:
        first = await _post(client, ndjson([penalty(72_001)]), NDJSON)
        again = await _post(client, ndjson([penalty(72_001), penalty(72_002), penalty(72_003)]), NDJSON)
        made = [
            (await client.data(RECORDS, {"id": one.json()["id"]}, caller=CLERK))["recordImport"]["records"]
            for one in (first, again)
        ]
        assert [one["totalCount"] for one in made] == [1, 2]
        back = [{row["recordImport"]["id"] for row in one["nodes"]} for one in made]
        assert back == [{one.json()["id"]} for one in (first, again)]
        numbers = [row["decisionNo"] for one in made for row in one["nodes"]]
        assert numbers == [penalty(number)["CF_WSH"] for number in (72_001, 72_003, 72_002)]


@pytest.mark.parametrize("caller", [None, "xiamen-approval-clerk", "xiamen-bank"])
async def test_refused_rows_are_handed_back_to_their_office_alone(
    demo_url: str, serve: Serve, caller: str | None
) -> None:
    async with serve(demo_url) as client:
        taken = await _post(client, sheet("penalty", [penalty(71_001, CF_SY="")]))
        assert (await _refused(client, taken.json()["id"])).status_code == 200
        foreign = await _refused(client, taken.json()["id"], caller)
        missing = await _refused(client, "0192f0c1-0000-7000-8000-000000000000", caller)
        assert foreign.status_code in (403, 404)
        assert (await _refused(client, "nonsense", caller)).status_code == 404
        assert (foreign.status_code, foreign.text) == (missing.status_code, missing.text)


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "text/plain", ""])
async def test_another_content_type_is_refused_before_the_body_is_read(demo_url: str, serve: Serve, kind: str) -> None:
    async with serve(demo_url) as client:
        answer = await _post(client, sheet("penalty", [penalty(1)]), kind)
        refusal = answer.json()["errors"][0]["extensions"]["code"]
        assert (answer.status_code, refusal) == (415, "CONTENT_TYPE_NOT_A_FILE")


async def test_a_file_packed_in_another_way_is_refused_before_it_is_read(demo_url: str, serve: Serve) -> None:
    async with serve(demo_url) as client:
        answer = await _post(client, sheet("penalty", [penalty(1)]), packed="br")
        refusal = answer.json()["errors"][0]["extensions"]["code"]
        assert (answer.status_code, refusal) == (415, "CONTENT_TYPE_NOT_A_FILE")


_MOVE = """UPDATE assignment SET office_id = office.id FROM account, office
WHERE account.id = account_id AND account.sub = $1 AND office.jurisdiction_id = '350200' AND office.code = $2"""


async def test_a_file_goes_in_for_no_other_office_than_its_sender_had_when_it_began(
    demo_url: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, stands, asked = await asyncpg.connect(demo_url), standing.stands, list[bool]()

    async def after_a_move(session: Any, caller: Caller) -> bool:
        if not asked:
            await connection.execute(_MOVE, CLERK, "SP")
            await bump_epoch(connection)
        asked.append(await stands(session, caller))
        return asked[-1]

    monkeypatch.setattr(imports, "stands", after_a_move)
    async with serve(demo_url) as client:
        refused = await _post(client, sheet("penalty", [penalty(72_001)]))
    await connection.execute(_MOVE, CLERK, "JCZD")
    await bump_epoch(connection)
    await connection.close()
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    assert asked == [False]


Refused = tuple[int, str, int]
"""The status, the code and how many pieces of the body were read."""


async def _post_in_pieces(client: Client, caller: str, query: str = "", length: str | None = None) -> Refused:
    """Hand in a body of 2,000 bytes in pieces of 500, which may say how long it is."""
    read = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(4):
            read += 1
            yield b"x" * 500

    headers = {"content-type": CSV, "authorization": f"Bearer {client.token(caller)}"}
    said = {"content-length": length} if length else {}
    answer = await client.http.post(f"/imports{query}", content=pieces(), headers={**headers, **said})
    return answer.status_code, answer.json()["errors"][0]["extensions"]["code"], read


async def test_a_body_beyond_the_limit_is_refused_as_soon_as_it_is_and_unread_where_it_says_so(
    demo_url: str, serve: Serve
) -> None:
    async with serve(demo_url, max_import_bytes=1024) as client:
        assert await _post_in_pieces(client, CLERK) == (413, "FILE_TOO_LARGE", 3)
        assert await _post_in_pieces(client, CLERK, length="2000") == (413, "FILE_TOO_LARGE", 0)


@pytest.mark.parametrize(
    ("caller", "query"),
    [("xiamen-inspection-reviewer", ""), ("xiamen-bank", ""), ("auditor", ""), (CLERK, "?publish=true")],
)
async def test_of_who_may_not_hand_in_or_publish_nothing_is_read(
    demo_url: str, serve: Serve, caller: str, query: str
) -> None:
    async with serve(demo_url) as client:
        assert await _post_in_pieces(client, caller, query) == (403, "FORBIDDEN", 0)


async def test_a_file_whose_sender_is_stopped_while_it_arrives_is_not_taken(demo_url: str, serve: Serve) -> None:
    database = await asyncpg.connect(demo_url)
    content = ndjson([penalty(70_050)]).getvalue()

    async def stopped_meanwhile() -> AsyncIterator[bytes]:
        yield content[:100]
        await database.execute("UPDATE account SET state = 'suspended' WHERE sub = $1", CLERK)
        await bump_epoch(database)
        yield content[100:]

    imports = "SELECT count(*) FROM record_import"
    try:
        async with serve(demo_url) as client:
            before = await database.fetchval(imports)
            headers = {"content-type": NDJSON, "authorization": f"Bearer {client.token(CLERK)}"}
            response = await client.http.post("/imports", content=stopped_meanwhile(), headers=headers)
            assert response.status_code == 401
            assert await database.fetchval(imports) == before
    finally:
        await database.execute("UPDATE account SET state = 'active' WHERE sub = $1", CLERK)
        await bump_epoch(database)
        await database.close()


def _stopping_at(turn: int, client: Client, monkeypatch: pytest.MonkeyPatch, *, wait: bool) -> None:
    """Have the server asked to stop as a transaction of an import begins: the first begins it, others take its blocks."""
    stands, turns = standing.stands, list[None]()

    async def asked(session: Any, caller: Caller) -> bool:
        turns.append(None)
        if len(turns) == turn:
            client.service.stopping.set()
            if wait:
                await asyncio.Event().wait()
        return await stands(session, caller)

    monkeypatch.setattr(imports, "stands", asked)
    monkeypatch.setattr("api.gate.stopping.FINISH_SECONDS", 0.01 if wait else 60.0)


async def test_one_account_takes_no_more_than_its_places_and_gives_them_back(
    demo_url: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that sends file after file keeps nobody else from handing in, and is told when it may again."""
    async with serve(demo_url) as client:
        headers = {"content-type": CSV, "authorization": f"Bearer {client.token(CLERK)}"}
        sent, goes_on = asyncio.Semaphore(0), asyncio.Event()

        async def slow(number: int) -> AsyncIterator[bytes]:
            sent.release()
            await goes_on.wait()
            yield sheet("penalty", [penalty(74_000 + number)]).getvalue()

        waiting = [
            asyncio.create_task(client.http.post("/imports", content=slow(number), headers=headers))
            for number in range(imports.MOST_OF_ONE)
        ]
        for _ in waiting:
            await sent.acquire()
        refused = await _post(client, sheet("penalty", [penalty(74_010)]))
        other = await _post(client, sheet("penalty", [penalty(74_011)]), caller="xiamen-approval-clerk")
        goes_on.set()
        taken = [await one for one in waiting]
        again = await _post(client, sheet("penalty", [penalty(74_010)]))
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
    assert refused.json()["errors"][0]["extensions"]["code"] == "IMPORTS_UNDER_WAY"
    assert [one.status_code for one in taken] == [201] * imports.MOST_OF_ONE
    assert other.json().get("errors", [{}])[0].get("extensions", {}).get("code") != "IMPORTS_UNDER_WAY"
    assert (again.status_code, again.json()["rowsAdded"]) == (201, 1)


def test_all_accounts_together_hold_so_many_places_and_a_refusal_holds_none() -> None:
    places, accounts = imports.Places(), [UUID(int=number) for number in range(imports.MOST_AT_ONCE + 1)]
    with ExitStack() as held:
        for one in accounts[:-1]:
            held.enter_context(places.held(one))
        with pytest.raises(imports.ImportsUnderWay), places.held(accounts[-1]):
            pytest.fail("a place beyond the last")
    with places.held(accounts[-1]):
        assert dict(places.taken) == {accounts[-1]: 1}
    assert not places.taken


async def _how_it_stands(url: str, file: io.BytesIO) -> list[tuple[str, int]]:
    connection = await asyncpg.connect(url)
    digest = hashlib.sha256(file.getvalue()).hexdigest()
    rows = await connection.fetch("SELECT state, rows_added FROM record_import WHERE file_digest = $1", digest)
    await connection.close()
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("turn", "left"),
    [(1, []), (2, [("void", 0)]), (3, [("interrupted", 2)])],
    ids=["before it begins", "in its first block", "behind its last block"],
)
async def test_who_hands_in_a_file_is_told_that_the_service_stops_and_the_same_file_goes_on(
    demo_url: str, serve: Serve, monkeypatch: pytest.MonkeyPatch, turn: int, left: list[tuple[str, int]]
) -> None:
    """XM-08a: an import that would not end in time is broken off and marked while its client can still be told."""
    file = sheet("penalty", [penalty(73_000 + 2 * turn), penalty(73_001 + 2 * turn)])
    async with serve(demo_url) as client:
        with monkeypatch.context() as patch:
            _stopping_at(turn, client, patch, wait=True)
            stopped = await _post(client, file)
    assert (stopped.status_code, stopped.headers["retry-after"]) == (503, "10")
    assert stopped.json()["errors"][0]["extensions"]["code"] == "IMPORT_STOPPED"
    assert await _how_it_stands(demo_url, file) == left, "before the process has ended"
    async with serve(demo_url) as client:
        taken = await _post(client, file)
    assert (taken.status_code, taken.json()["state"], taken.json()["rowsAdded"]) == (201, "completed", 2)
    assert len(await _how_it_stands(demo_url, file)) == (2 if left[:1] == [("void", 0)] else 1)


async def test_an_import_that_ends_in_time_is_ended_and_answered_though_the_service_stops(
    demo_url: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve(demo_url) as client:
        _stopping_at(1, client, monkeypatch, wait=False)
        taken = await _post(client, sheet("penalty", [penalty(73_100)]))
    assert (taken.status_code, taken.json()["state"], taken.json()["rowsAdded"]) == (201, "completed", 1)


async def test_a_file_that_still_arrives_when_the_service_stops_is_not_taken(
    demo_url: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.gate.stopping.FINISH_SECONDS", 0.01)
    file = ndjson([penalty(73_200)])
    async with serve(demo_url) as client:

        async def never_whole() -> AsyncIterator[bytes]:
            yield file.getvalue()[:100]
            client.service.stopping.set()
            await asyncio.Event().wait()

        headers = {"content-type": NDJSON, "authorization": f"Bearer {client.token(CLERK)}"}
        stopped = await client.http.post("/imports", content=never_whole(), headers=headers)
    assert (stopped.status_code, stopped.json()["errors"][0]["extensions"]["code"]) == (503, "IMPORT_STOPPED")
    assert await _how_it_stands(demo_url, file) == []
