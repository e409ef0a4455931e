"""An invented person sent through every kind of request and failure: no log line and no error names them.

Logs are taken as they are written, of every logger at its lowest level, with every value that hangs on a record.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

import asyncpg
import httpx
import pytest

from api.execution.job import Job
from api.postgres.server import EmbeddedPostgres
from domain.credit import records
from domain.identifiers import invented_resident_id
from tests.client import Client, Serve
from tests.http.answers import JSON, RESPONSE_JSON
from tests.intake.sheets import person, sheet

pytestmark = pytest.mark.anyio

NAME = "衡澜灏"
NUMBER = invented_resident_id(7_777_777)
WRONG_NUMBER = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")
TELLING = frozenset(
    {
        written
        for text in (NAME, NUMBER, WRONG_NUMBER, NUMBER[6:17])
        for written in (text, quote(text), ascii(text).strip("'"), json.dumps(text).strip('"'), text.encode().hex())
    }
)
OWN = frozenset({"httpx", "httpcore"})
"""Loggers of the client in these tests: what they tell is not told by the service."""


class Recorder(logging.Handler):
    """Keeps every log record as text, with whatever hangs on it."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] not in OWN:
            formatted = logging.Formatter().format(record)
            self.lines.append(f"{record.name} {formatted} {record.__dict__!r}")


@pytest.fixture
def log() -> Iterator[Recorder]:
    """Record all loggers at their lowest level."""
    recorder, root = Recorder(), logging.getLogger()
    loggers = [root, *(one for one in map(logging.getLogger, root.manager.loggerDict) if one.name not in OWN)]
    before = [(one, one.level, one.propagate, one.disabled) for one in loggers]
    for one in loggers:
        one.setLevel(logging.DEBUG)
        one.propagate, one.disabled = True, False
    root.addHandler(recorder)
    logging.getLogger("asyncpg.pool").debug("recorded")
    assert recorder.lines
    yield recorder
    root.removeHandler(recorder)
    for one, level, propagate, disabled in before:
        one.setLevel(level)
        one.propagate, one.disabled = propagate, disabled


@pytest.fixture(scope="module")
async def client(serve: Serve, demo_url: str) -> AsyncIterator[Client]:
    async with serve(demo_url) as made:
        yield made


@pytest.fixture(scope="module")
async def item(demo_url: str) -> str:
    """A catalogue item that the inspection of Xiamen produces about people."""
    connection = await asyncpg.connect(demo_url)
    try:
        found = await connection.fetchval(
            "SELECT 'CatalogueItem:' || item_id FROM catalogue_producer"
            " JOIN assignment ON assignment.office_id = catalogue_producer.office_id"
            " JOIN account ON account.id = account_id JOIN catalogue_item ON catalogue_item.id = item_id"
            " WHERE sub = 'xiamen-inspection-clerk' AND catalogue_item.code = 'penalty'"
        )
    finally:
        await connection.close()
    return str(found)


def tells(text: str) -> list[str]:
    return [one for one in TELLING if one in text]


def errors_of(response: httpx.Response) -> str:
    try:
        answer = response.json()
    except ValueError:
        return response.text
    return "" if "errors" not in answer else json.dumps(answer["errors"], ensure_ascii=False)


CLERK, BANK = "xiamen-inspection-clerk", "xiamen-bank"
SUBMIT = "mutation($i: SubmitCreditRecordInput!) { submitCreditRecord(input: $i) { receipts } }"
LOOKUP = "query($n: String!) { person(idNumber: $n) { id } }"


def submission(item: str, **changes: Any) -> dict[str, Any]:
    row = person(7_777, NAME, CF_XDR_ZJHM=NUMBER)
    given = {
        "item": item,
        "decisionNo": row["CF_WSH"],
        "title": "虚构处罚",
        "decidedOn": "2026-03-02",
        "name": NAME,
        "idNumber": NUMBER,
        "content": [{"code": code, "value": value} for code, value in row.items() if value],
    }
    return {"query": SUBMIT, "variables": {"i": {**given, **changes}}}


def requests(item: str) -> Iterator[tuple[str | None, dict[str, Any], dict[str, str]]]:
    """Give requests that carry the person: by whom, which body, which headers."""
    purpose = {"renxin-purpose": "350200.fiscal_subsidy"}
    for number in (NUMBER, WRONG_NUMBER, NAME, f"{NUMBER}\x00", int(NUMBER[:17]), [NUMBER], {NAME: NUMBER}, None):
        for caller in (None, CLERK, BANK, "person-with-consent"):
            yield caller, {"query": LOOKUP, "variables": {"n": number}}, purpose
    yield None, {"query": LOOKUP, "variables": {NAME: NUMBER}}, {}
    yield None, {"query": LOOKUP, "variables": NUMBER}, {}
    yield None, {"query": LOOKUP, "operationName": NAME, "variables": {}}, {}
    yield None, {"query": LOOKUP, "extensions": NAME}, {}
    yield None, {"query": "{ __typename }", NAME: NUMBER}, {}
    for literal in (f'"{NAME}"', f'"{NUMBER}"', NUMBER[:17], f'["{NUMBER}"]', f'{{a: "{NAME}"}}', f'"""{NAME}'):
        for field in ("person(idNumber: %s) { id }", "subjects(first: %s) { totalCount }", "node(id: %s) { id }",
                      "subjects(first: 1, search: %s) { nodes { id } }", "viewer { can(object: %s, action: %s) { allowed } }",
                      "rule(jurisdiction: %s, path: %s) { value }", "rulebook(id: %s) { id }", "creditReport(number: %s) { id }",
                      "creditRecords(first: 1, filter: {decidedFrom: %s}) { totalCount }",
                      "subjects(first: 1, after: %s) { nodes { id } }", "subjects(first: 1, orderBy: %s) { totalCount }"):  # fmt: skip
            yield CLERK, {"query": "{ " + field.replace("%s", literal) + " }"}, purpose
    yield None, {"query": f"{{ {NAME} }}"}, {}
    yield None, {"query": f'{{ "{NAME}" }}'}, {}
    yield None, {"query": f"# {NAME}\n{{ nothing }}"}, {}
    yield None, {"query": f'query Q($n: String = "{NUMBER}") {{ nothing(n: $n) }}'}, {}
    for header in (
        "renxin-purpose",
        "renxin-office",
        "x-forwarded-for",
        "cookie",
        "user-agent",
        "accept",
        "content-type",
    ):
        for caller in (None, CLERK):
            yield caller, {"query": "{ __typename }"}, {header: quote(NAME)}
            yield caller, {"query": "{ __typename }"}, {header: NUMBER}
    yield None, {"query": "{ __typename }"}, {"authorization": f"Bearer {NUMBER}"}
    yield None, {"query": "{ __typename }"}, {"authorization": f"Basic {NUMBER}"}
    yield CLERK, submission(item), {}
    yield CLERK, submission(item), {}
    yield CLERK, submission(item, name="虚构别名"), {}
    yield CLERK, submission(item, idNumber=WRONG_NUMBER), {}
    yield CLERK, submission(item, idNumber=None), {}
    yield CLERK, submission(item, code=NUMBER), {}
    yield CLERK, submission(item, code=NUMBER, idNumber=None), {}
    yield CLERK, submission(item, title=f"关于{NAME}"), {}
    yield CLERK, submission(item, title=f"{NAME}\x00", decisionNo=f"{NUMBER}-2"), {}
    yield CLERK, submission(item, decisionNo=NUMBER * 100), {}
    yield CLERK, submission(item, decidedOn=NUMBER), {}
    yield CLERK, submission(item, severity=NAME), {}
    yield CLERK, submission(item, subject=f"Subject:{NUMBER}"), {}
    yield CLERK, submission(item, clientMutationId=NAME * 200), {}
    yield CLERK, submission(item, clientMutationId=f"{NUMBER}\x00"), {}
    yield CLERK, submission(item, content=[{"code": NAME, "value": NUMBER}]), {}
    yield CLERK, submission(NUMBER), {}
    yield BANK, submission(item), {}
    yield None, submission(item), {}


async def test_no_log_line_and_no_error_names_a_person(
    client: Client, item: str, log: Recorder, postgres: EmbeddedPostgres
) -> None:
    """SH-12a, HC-06a: what is held about people leaks nowhere."""
    sent = entered = 0
    for caller, body, extra in requests(item):
        headers = {"accept": RESPONSE_JSON, "content-type": JSON, **extra}
        if caller:
            headers["authorization"] = f"Bearer {client.token(caller)}"
        response = await client.http.post("/graphql", content=json.dumps(body).encode(), headers=headers)
        assert response.status_code < 500, body
        assert not tells(errors_of(response)), (body, response.text)
        assert not tells(str(response.headers)), body
        sent += 1
        entered += '"receipts": [' in response.text or '"receipts":[' in response.text
    for address in (
        f"/graphql?query={quote('{ person(idNumber: ' + NUMBER[:17] + ') { id } }')}",
        f"/graphql?query={quote(NAME)}",
        f"/graphql?query=%7Bx%7D&variables={quote(NAME)}",
        f"/verify/{NUMBER}",
        f"/verify/{quote(NAME)}",
        f"/static/{quote(NAME)}",
        f"/{quote(NAME)}/{NUMBER}",
    ):
        response = await client.http.get(address)
        assert response.status_code < 500
        assert not tells(errors_of(response)), (address, response.text)
        sent += 1
    assert sent > 150
    assert entered, "the person got as far as the database"
    assert not [line for line in log.lines if tells(line)]
    assert not tells(postgres.log_path.read_text())


async def test_no_body_that_breaks_off_or_is_garbled_names_a_person(client: Client, log: Recorder) -> None:
    whole = json.dumps({"query": LOOKUP, "variables": {"n": NUMBER, "x": NAME}}, ensure_ascii=False).encode()
    for body in (
        *(whole[:end] for end in range(0, len(whole), 7)),
        whole[::-1],
        whole + whole,
        whole.decode().encode("gbk"),
    ):
        response = await client.http.post("/graphql", content=body, headers={"content-type": JSON})
        assert response.status_code < 500
        assert not tells(response.text)
    assert not [line for line in log.lines if tells(line)]


async def test_no_file_that_is_handed_in_is_told_of_in_a_log(client: Client, log: Recorder) -> None:
    rows = [
        person(1, NAME, CF_XDR_ZJHM=NUMBER),
        person(2, NAME, CF_XDR_ZJHM=WRONG_NUMBER),
        person(3, "虚构别名", CF_XDR_ZJHM=NUMBER),
    ]
    file = sheet("penalty", rows).getvalue()
    for content in (file, file[:-40], file.replace(b",", b";"), NAME.encode(), b"\x00" + file):
        headers = {"authorization": f"Bearer {client.token(CLERK)}", "content-type": "text/csv"}
        response = await client.http.post("/imports", content=content, headers=headers)
        assert response.status_code < 500, response.text
        assert not tells(errors_of(response)), response.text
    assert not [line for line in log.lines if tells(line)]


class Crash(Exception):
    """What a bug raises: a message full of what it was working on."""


async def test_a_crash_in_the_middle_is_logged_without_what_it_was_about(
    client: Client, item: str, log: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*arguments: Any, **given: Any) -> Any:
        local = NAME + NUMBER
        raise Crash(local, arguments, given) from ValueError(NUMBER)

    headers = {"authorization": f"Bearer {client.token(CLERK)}", "accept": RESPONSE_JSON}
    with monkeypatch.context() as patched:
        patched.setattr(records, "submit", crash)
        submitted = await client.http.post("/graphql", json=submission(item), headers=headers)
    with monkeypatch.context() as patched:
        patched.setattr("api.execution.service.Service.fetch", crash)
        read = await client.http.post("/graphql", json={"query": LOOKUP, "variables": {"n": NUMBER}}, headers=headers)
    with monkeypatch.context() as patched:
        patched.setattr(Job, "selection", lambda job: (_ for _ in ()).throw(Crash(NAME, NUMBER)))
        planned = await client.http.post("/graphql", json=submission(item), headers=headers)
    for response in (submitted, read, planned):
        assert "INTERNAL" in response.text
        assert "correlation" in response.text
        assert not tells(response.text)
    crashes = [line for line in log.lines if "internal error" in line]
    assert len(crashes) == 3
    assert all("'correlation'" in line for line in crashes)
    assert not [line for line in log.lines if tells(line)]
