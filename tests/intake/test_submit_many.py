"""`submitCreditRecords`: each row of a call is answered for itself, and a call sent twice adds nothing."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import asyncpg
import pytest

from api.config.variables import MIB
from api.execution.mutation import Work
from authz.vocabulary import Scope
from domain.errors import Forbidden
from domain.identifiers import invented_uscc
from tests.client import Client, Serve
from tests.intake.sheets import columns
from tests.removals.ground import Ground

pytestmark = pytest.mark.anyio

CLERK, OTHER = "xiamen-inspection-clerk", "xiamen-approval-clerk"
SUBMIT = """
mutation ($input: SubmitCreditRecordsInput!) { submitCreditRecords(input: $input) {
  receipts rows: results { at: place key outcome record code column messageZh office kind: __typename } } }
"""
ALONE = """mutation ($input: SubmitCreditRecordInput!) { submitCreditRecord(input: $input) {
  creditRecord { id subject { id } } } }"""


async def _item(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetchval(
            "SELECT id FROM catalogue_item WHERE jurisdiction_id = '350200' AND category = 'penalty'"
            " ORDER BY valid_from DESC NULLS LAST LIMIT 1"
        )
        return f"CatalogueItem:{found}"
    finally:
        await connection.close()


def _row(item: str, number: int, **changes: Any) -> dict[str, Any]:
    content = {
        "CF_WFXW": "拖欠劳动者工资", "CF_SY": "未按时足额支付劳动者工资", "CF_YJ": "《保障农民工工资支付条例》第五十三条",
        "CF_CFLB": "警告", "CF_NR": "警告", "CF_CFJGDM": invented_uscc(1, prefix="11"), "CF_SJLYDM": invented_uscc(1, prefix="11"),
    }  # fmt: skip
    return {
        "item": item, "decisionNo": f"多条〔2026〕{number}号", "title": "拖欠劳动者工资", "decidedOn": "2026-03-02",
        "name": f"厦门虚构{number}号多条公司", "code": invented_uscc(80_000 + number), "clientMutationId": f"row-{number}",
        "content": [{"code": code, "value": value} for code, value in content.items()], **changes,
    }  # fmt: skip


async def _send(client: Client, rows: list[dict[str, Any]], caller: str = CLERK) -> dict[str, Any]:
    found = await client.data(SUBMIT, {"input": {"records": rows}}, caller=caller)
    answer: dict[str, Any] = found["submitCreditRecords"]
    return answer


async def test_each_row_stands_or_falls_by_itself(demo_url: str, serve: Serve) -> None:
    item = await _item(demo_url)
    rows = [
        _row(item, 1),
        _row(item, 2, decidedOn="2026-03-19"),
        _row(item, 3, code="91350211M0000XUF46"),
        _row(item, 1, clientMutationId=None),
        _row(item, 4),
    ]
    async with serve(demo_url) as client:
        first = await _send(client, rows)
        assert [row["outcome"] for row in first["rows"]] == ["ADDED", "REFUSED", "REFUSED", "REFUSED", "ADDED"]
        assert [row["code"] for row in first["rows"]] == [
            None,
            "DATE_IN_FUTURE",
            "USCC_CHECK_FAILED",
            "RECORD_EXISTS",
            None,
        ]
        assert first["rows"][3]["record"] == first["rows"][0]["record"]
        assert (first["rows"][1]["at"], first["rows"][1]["kind"]) == (1, "SubmittedRow")
        second = await _send(client, rows)
        assert [row["outcome"] for row in second["rows"]] == ["KNOWN", "REFUSED", "REFUSED", "REFUSED", "KNOWN"]
        assert [row["record"] for row in second["rows"]][::4] == [row["record"] for row in first["rows"]][::4]
        changed = await _send(client, [_row(item, 1, title="另一题名")])
        assert changed["rows"][0]["code"] == "IDEMPOTENCY_CONFLICT"
    connection = await asyncpg.connect(demo_url)
    stored = await connection.fetchval("SELECT count(*) FROM credit_record WHERE decision_no LIKE '多条%'")
    told = await connection.fetchval(
        "SELECT count(*) FROM ledger_event WHERE verb = 'submit' AND object_id IN"
        " (SELECT id FROM credit_record WHERE decision_no LIKE '多条%')"
    )
    await connection.close()
    assert (stored, told, len(first["receipts"])) == (2, 2, 4)


async def test_a_record_names_no_subject_that_its_office_may_not_read(demo_url: str, serve: Serve) -> None:
    """By its global id: alone or among many, a person of another place is answered like one that does not exist."""
    item = await _item(demo_url)
    connection = await asyncpg.connect(demo_url)
    stranger = f"Subject:{await Ground(connection).subject('420300', person=True)}"
    await connection.close()
    async with serve(demo_url) as client:
        named = {"name": None, "code": None, "subject": stranger}
        assert await client.codes(ALONE, {"input": _row(item, 30, **named)}, caller=CLERK) == ["NOT_FOUND"]
        assert (await _send(client, [_row(item, 30, **named)]))["rows"][0]["code"] == "NOT_FOUND"
        first = await client.data(ALONE, {"input": _row(item, 31)}, caller=CLERK)
        own = {**named, "subject": first["submitCreditRecord"]["creditRecord"]["subject"]["id"]}
        assert await client.codes(ALONE, {"input": _row(item, 32, **own)}, caller=CLERK) == []


async def test_whoever_may_read_no_subject_is_refused_the_rows_that_name_one(
    demo_url: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = await _item(demo_url)
    granted = Work.scopes

    def scopes(work: Work, noun: str, action: str) -> tuple[Scope, ...]:
        if (noun, action) == ("subject", "read"):
            raise Forbidden(noun=noun, action=action)
        return granted(work, noun, action)

    named = {"name": None, "code": None, "subject": "Subject:00000000-0000-0000-0000-000000000001"}
    async with serve(demo_url) as client:
        monkeypatch.setattr(Work, "scopes", scopes)
        answer = await _send(client, [_row(item, 33), _row(item, 34, **named)])
    assert [row["code"] for row in answer["rows"]] == [None, "FORBIDDEN"]


async def test_rows_of_another_offices_items_are_refused_one_by_one(demo_url: str, serve: Serve) -> None:
    item = await _item(demo_url)
    async with serve(demo_url) as client:
        answer = await _send(client, [_row(item, 20), _row(item, 21)], "shanghai-clerk")
        assert [row["code"] for row in answer["rows"]] == ["NOT_PRODUCER", "NOT_PRODUCER"]
        assert await client.codes(SUBMIT, {"input": {"records": [_row(item, 22)]}}) == ["FORBIDDEN"]


@pytest.mark.parametrize("count", [0, 501])
async def test_a_call_takes_one_to_five_hundred_rows(demo_url: str, serve: Serve, count: int) -> None:
    row = {"item": "CatalogueItem:x", "decisionNo": "1", "title": "x", "decidedOn": "2026-03-02"}
    async with serve(demo_url) as client:
        assert await client.codes(SUBMIT, {"input": {"records": [row] * count}}, caller=CLERK) == ["TOO_MANY_RECORDS"]


async def test_as_many_records_as_a_call_takes_may_have_all_their_data_items(demo_url: str, serve: Serve) -> None:
    """Machine to machine: the number of values is bounded for whoever asks, not for an office that hands in."""
    item = await _item(demo_url)
    async with serve(demo_url) as client:
        answer = await _send(client, [_row(item, 5_000 + number) for number in range(130)])
        assert [row["outcome"] for row in answer["rows"]] == ["ADDED"] * 130
        many = {"input": {"records": [_row(item, 6_000 + number) for number in range(130)]}}
        assert await client.codes(SUBMIT, many) == ["BODY_TOO_LARGE"]
        assert await client.codes(SUBMIT, many, caller="person-with-consent") == ["BODY_TOO_LARGE"]
        asked = {"f": {"code": ["x"] * 3_001}}
        query = "query ($f: SubjectFilter) { subjects(first: 1, filter: $f) { totalCount } }"
        assert await client.codes(query, asked, caller=CLERK) == ["BODY_TOO_LARGE"]


def test_three_hundred_records_with_every_data_item_fit_a_body() -> None:
    """As the input says of itself; five hundred of them do not, and are refused with the number of bytes allowed."""
    full = [{"code": code, "value": "未按时足额支付劳动者工资并拒不改正"} for code in columns("penalty")]
    rows = [_row("CatalogueItem:00000000-0000-0000-0000-000000000000", number, content=full) for number in range(300)]
    sent = json.dumps({"query": SUBMIT, "variables": {"input": {"records": rows}}}, ensure_ascii=False)
    assert len(sent.encode()) < MIB


async def test_a_data_item_that_is_given_twice_is_refused_and_neither_value_dropped(
    demo_url: str, serve: Serve
) -> None:
    item = await _item(demo_url)
    row = _row(item, 7_000)
    doubled = {**row, "content": [*row["content"], {"code": "CF_SY", "value": "另一事由"}]}
    async with serve(demo_url) as client:
        found = await client.data(SUBMIT, {"input": {"records": [doubled, _row(item, 7_001)]}}, caller=CLERK)
        rows = found["submitCreditRecords"]["rows"]
        assert [(one["outcome"], one["code"]) for one in rows] == [("REFUSED", "INVALID_INPUT"), ("ADDED", None)]


async def test_calls_at_the_same_instant_with_the_same_rows_make_no_second_record(demo_url: str, serve: Serve) -> None:
    item = await _item(demo_url)
    rows = [_row(item, 7_100 + number) for number in range(20)]
    async with serve(demo_url) as client:
        answers = await asyncio.gather(_send(client, rows), _send(client, rows[::-1]), _send(client, rows))
        again = await _send(client, rows)
    forwards = [answers[0]["rows"], answers[1]["rows"][::-1], answers[2]["rows"]]
    for same in zip(*forwards, strict=True):
        assert sorted(row["outcome"] for row in same) == ["ADDED", "KNOWN", "KNOWN"]
        assert len({row["record"] for row in same}) == 1
    assert [row["outcome"] for row in again["rows"]] == ["KNOWN"] * 20
    assert {*again["receipts"]} == {event for answer in answers for event in answer["receipts"]}
    assert len(again["receipts"]) == 40, "each once"


async def test_a_key_in_several_rows_of_a_call_is_carried_out_once(demo_url: str, serve: Serve) -> None:
    item = await _item(demo_url)
    key = {"clientMutationId": "of-several"}
    rows = [
        _row(item, 7_200, **key, decidedOn="2026-03-19"),
        _row(item, 7_200, **key),
        _row(item, 7_200, **key),
        _row(item, 7_201, **key),
    ]
    async with serve(demo_url) as client:
        answer = await _send(client, rows)
        alone = await client.data(ALONE, {"input": rows[1]}, caller=CLERK)
    told = [(row["outcome"], row["code"]) for row in answer["rows"]]
    assert told[1:] == [("ADDED", None), ("KNOWN", None), ("REFUSED", "IDEMPOTENCY_CONFLICT")]
    assert told[0] == ("REFUSED", "DATE_IN_FUTURE"), "what is refused is not remembered"
    assert (
        alone["submitCreditRecord"]["creditRecord"]["id"] == answer["rows"][1]["record"] == answer["rows"][2]["record"]
    )


async def test_a_value_that_cannot_be_stored_refuses_its_row_only(demo_url: str, serve: Serve) -> None:
    item = await _item(demo_url)
    rows = [_row(item, 7_300 + number) for number in range(5)]
    rows[3] |= {"clientMutationId": "x" * 129}
    async with serve(demo_url) as client:
        answer = await _send(client, rows)
    assert [row["code"] for row in answer["rows"]] == [None, None, None, "VALUE_REFUSED", None]
    assert len(answer["receipts"]) == 8


async def test_a_subject_is_named_by_its_id_within_what_the_caller_may_read(demo_url: str, serve: Serve) -> None:
    item = await _item(demo_url)
    async with serve(demo_url) as client:
        [first] = (await _send(client, [_row(item, 7_400)]))["rows"]
        connection = await asyncpg.connect(demo_url)
        subject = await connection.fetchval(
            "SELECT subject_id FROM credit_record WHERE id = $1", first["record"].removeprefix("CreditRecord:")
        )
        foreign = await connection.fetchval(
            "SELECT id FROM subject WHERE jurisdiction_id = '310000' AND is_person ORDER BY id"
        )
        await connection.close()
        unseen = {"id": f"Subject:{foreign}"}
        assert await client.data("query ($id: ID!) { node(id: $id) { id } }", unseen, caller=CLERK) == {"node": None}
        named = {"code": None, "name": None}
        rows = [
            _row(item, 7_401, **named, subject=f"Subject:{subject}"),
            _row(item, 7_402, **named, subject="Subject:00000000-0000-0000-0000-000000000001"),
            _row(item, 7_405, **named, subject=unseen["id"]),
            _row(item, 7_403, subject=f"Subject:{subject}"),
            _row(item, 7_404, **named, subject="CreditRecord:x"),
        ]
        answer = await _send(client, rows)
    codes = [None, "NOT_FOUND", "NOT_FOUND", "SUBJECT_UNCLEAR", "ID_INVALID"]
    assert [row["code"] for row in answer["rows"]] == codes
