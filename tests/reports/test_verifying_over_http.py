"""Whoever holds a report verifies it by its number: a person on a small page, a program in JSON (XM-25)."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from api.demo import known
from domain.use.report_number import new_number
from tests.client import NOW, Client, Serve
from tests.http.answers import codes

pytestmark = pytest.mark.anyio

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
ISSUE = """mutation ($subject: ID!) { issueCreditReport(input: { subject: $subject, kind: "general" }) {
  creditReport { number digest } } }"""


async def looked_up(client: Client, address: str) -> httpx.Response:
    """Open an address as a browser does."""
    page = await client.http.get(address, headers=BROWSER)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    return page


async def test_a_report_is_found_as_its_number_is_written_or_typed_into_the_page(client: Client) -> None:
    issued = await client.data(
        ISSUE, {"subject": known.EXAMPLE_ORGANISATION}, caller="xiamen-inspection-clerk", purpose=known.PURPOSE
    )
    report = issued["issueCreditReport"]["creditReport"]
    number = report["number"]
    spaced = f" {number[:8].lower()} {number[8:]} "
    told = (await client.http.get(f"/verify/{number}")).json()
    assert told == {
        "number": number,
        "digest": report["digest"],
        "documentStatus": "VALID",
        "contentStatus": "CURRENT",
    }
    for answer in (
        await client.http.get(f"/verify/{spaced}"),
        await client.http.get("/verify", params={"number": spaced}),
    ):
        assert answer.json() == told
    for address in (f"/verify/{number}", f"/verify?number={number}"):
        page = await looked_up(client, address)
        assert page.status_code == 200
        assert report["digest"] in page.text
        assert "<form" not in page.text
        assert '<a href="/verify">' in page.text, "the next report is looked up from here"


@pytest.mark.parametrize("address", ["/verify", "/verify/", "/verify?number=", "/verify/%20"])
async def test_without_a_number_a_person_is_asked_for_it_and_a_program_told(client: Client, address: str) -> None:
    page = await looked_up(client, address)
    assert page.status_code == 200
    assert '<form action="/verify">' in page.text
    assert 'role="alert"' not in page.text, "nobody has done anything wrong yet"
    told = await client.http.get(address)
    assert (told.status_code, codes(told)) == (400, ["REPORT_NUMBER_MISSING"])


@pytest.mark.parametrize("written", ["RX1", "350203199001011234", "%3Cscript%3E", "RX" + "1" * 25, "A" * 300])
async def test_a_slip_is_told_before_anything_is_looked_up_and_nothing_is_repeated(
    client: Client, written: str
) -> None:
    page = await looked_up(client, f"/verify/{written}")
    assert page.status_code == 400
    assert "编号有误" in page.text
    assert "<form" in page.text
    assert written not in page.text
    assert "<script" not in page.text
    told = await client.http.get(f"/verify/{written}")
    assert (told.status_code, codes(told)) == (400, ["REPORT_NUMBER_MALFORMED"])


async def test_a_number_of_no_report_is_unknown_to_both(client: Client) -> None:
    number = new_number("350200", NOW.date())
    page = await looked_up(client, f"/verify/{number}")
    assert (page.status_code, "没有该编号的报告" in page.text) == (404, True)
    told = await client.http.get(f"/verify/{number}")
    assert (told.status_code, codes(told)) == (404, ["NOT_FOUND"])


async def test_a_person_is_told_in_words_that_the_service_is_busy(serve: Serve, installed_url: str) -> None:
    async with serve(installed_url, max_requests=1) as narrow:
        with narrow.service.gate.entered():
            page = await looked_up(narrow, f"/verify/{new_number('350200', NOW.date())}")
    assert (page.status_code, page.headers["retry-after"]) == (503, "2")
    assert "服务繁忙" in page.text


async def test_a_fault_of_ours_is_numbered_for_a_person_and_a_program(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*arguments: Any) -> None:
        raise RuntimeError(arguments)

    monkeypatch.setattr("api.http.public.status_of", crash)
    number = new_number("350200", NOW.date())
    told = await client.http.get(f"/verify/{number}")
    [extensions] = [error["extensions"] for error in told.json()["errors"]]
    assert (told.status_code, extensions["code"]) == (500, "INTERNAL")
    assert extensions["correlation"]
    page = await looked_up(client, f"/verify/{number}")
    assert page.status_code == 500
    assert "服务内部出错" in page.text
    assert re.search(r"<code>[0-9a-f]{32}</code>", page.text), "asked for it when the fault is reported"
    assert number not in told.text + page.text
