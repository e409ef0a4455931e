"""Quotas of subjects and requests: a partner that walks ids is stopped, told so, logged, and reported.

Two services over one database are two processes: what one counts holds for the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from api.demo.batches import DOMAIN
from api.demo.stories import PERSON_WITH_CONSENT
from api.gate.metering import QuotaExceeded
from authz.quota import Limits, Quotas, QuotasInvalid, count, default_quotas, read_quotas
from tests.client import ISSUER, NOW, Client, Serve

pytestmark = pytest.mark.anyio

BANK, PURPOSE, CLERK = "xiamen-bank", "350200.fiscal_subsidy", "xiamen-inspection-clerk"
OTHER_CLERK, LIST_CLERK = "xiamen-approval-clerk", "xinxiang-clerk"
OFFICER = "security-officer"
SUBJECT = "query ($id: ID!) { node(id: $id) { ... on Subject { name } } }"
PAGE = "query ($n: Int!) { subjects(first: $n) { nodes { id name uscc } } }"

Ask = Callable[..., Awaitable[httpx.Response]]


async def ask(
    client: Client, query: str, variables: dict[str, Any] | None = None, *, caller: str | None = BANK
) -> httpx.Response:
    """Send a query, as the bank with its purpose unless said otherwise, and give the whole response."""
    headers = {"accept": "application/graphql-response+json"}
    if caller:
        headers |= {"authorization": f"Bearer {client.token(caller)}", "renxin-purpose": PURPOSE}
    return await client.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)


def code(response: httpx.Response) -> str | None:
    errors = response.json().get("errors")
    return errors[0]["extensions"]["code"] if errors else None


def partner(**limits: int) -> Quotas:
    return Quotas({"partner": Limits(**limits)}, {})


@pytest.fixture
async def owner(demo_url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """Connect as the owner, over a database in which nothing has been counted or reported."""
    connection = await asyncpg.connect(demo_url)
    await connection.execute("DELETE FROM quota_use; DELETE FROM quota_breach")
    yield connection
    await connection.close()


@pytest.fixture
async def ids(owner: asyncpg.Connection[Any]) -> list[str]:
    """The global ids of organisations."""
    rows = await owner.fetch("SELECT id FROM subject WHERE NOT is_person ORDER BY id LIMIT 30")
    return [f"Subject:{row['id']}" for row in rows]


async def used(owner: asyncpg.Connection[Any]) -> dict[str, int]:
    row = await owner.fetchrow("SELECT minute_subjects, minute_requests, day_subjects, day_requests FROM quota_use")
    return dict(row) if row else {}


async def bank_account(owner: asyncpg.Connection[Any]) -> UUID:
    account: UUID = await owner.fetchval("SELECT id FROM account WHERE issuer = $1 AND sub = $2", ISSUER, BANK)
    return account


# -- what counts


async def resolved(
    client: Client, owner: asyncpg.Connection[Any], query: str, variables: dict[str, Any] | None = None
) -> int:
    """Send a query and tell how many subjects it was counted as."""
    before = (await used(owner)).get("day_subjects", 0)
    response = await ask(client, query, variables)
    assert code(response) is None, response.text
    return (await used(owner))["day_subjects"] - before


@pytest.fixture
async def client(serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]) -> AsyncIterator[Client]:
    async with serve(demo_url, quotas=partner(subjects_per_day=10_000)) as made:
        yield made


async def test_each_subject_of_a_page_counts_once(client: Client, owner: asyncpg.Connection[Any]) -> None:
    assert await resolved(client, owner, PAGE, {"n": 7}) == 7
    again = "query ($n: Int!) { a: subjects(first: $n) { nodes { id } } b: subjects(first: $n) { edges { node { name creditRecords(first: 5) { nodes { subject { id } } } } } } }"
    assert await resolved(client, owner, again, {"n": 7}) == 7


async def test_aliases_of_one_subject_are_one_and_of_several_several(
    client: Client, owner: asyncpg.Connection[Any], ids: list[str]
) -> None:
    text = "query ($a: ID!, $b: ID!) { x: node(id: $a) { id } y: node(id: $b) { id } z: node(id: $a) { id } }"
    assert await resolved(client, owner, text, {"a": ids[0], "b": ids[1]}) == 2


async def test_a_person_counts_as_an_organisation_does(client: Client, owner: asyncpg.Connection[Any]) -> None:
    person = "query ($n: String!) { person(idNumber: $n) { id name } }"
    assert await resolved(client, owner, person, {"n": PERSON_WITH_CONSENT.id_number}) == 1


async def test_records_tell_about_their_subjects_whether_these_are_selected_or_not(
    client: Client, owner: asyncpg.Connection[Any]
) -> None:
    answer = (await ask(client, "{ creditRecords(first: 20) { nodes { subject { id } } } }")).json()
    distinct = {node["subject"]["id"] for node in answer["data"]["creditRecords"]["nodes"]}
    assert len(distinct) > 1
    assert await resolved(client, owner, "{ creditRecords(first: 20) { nodes { decidedOn } } }") == len(distinct)


async def test_whoever_is_named_and_not_found_counts(client: Client, owner: asyncpg.Connection[Any]) -> None:
    assert await resolved(client, owner, SUBJECT, {"id": f"Subject:{uuid4()}"}) == 1
    assert await resolved(client, owner, SUBJECT, {"id": f"CreditRecord:{uuid4()}"}) == 1
    assert await resolved(client, owner, '{ subject(code: "91350200M000100Y43") { id } }') == 1
    assert await resolved(client, owner, '{ person(idNumber: "11010519491231002X") { id } }') == 1
    both = "query ($id: ID!) { subjects(first: 3) { nodes { id } } node(id: $id) { id } }"
    assert await resolved(client, owner, both, {"id": f"Subject:{uuid4()}"}) == 4


async def test_whoever_a_filter_names_counts_found_or_not(
    client: Client, owner: asyncpg.Connection[Any], ids: list[str]
) -> None:
    codes = [f"91350200M0001{number:04}X" for number in range(40)]
    by_code = "query ($codes: [String!]) { subjects(first: 1, filter: {code: $codes}) { totalCount } }"
    assert await resolved(client, owner, by_code, {"codes": codes}) == 40
    assert await resolved(client, owner, by_code, {"codes": [codes[0]] * 40}) == 1
    by_subject = "query ($ids: [ID!]) { creditRecords(first: 1, filter: {subject: $ids}) { totalCount } }"
    assert await resolved(client, owner, by_subject, {"ids": ids[:12]}) == 12
    assert await resolved(client, owner, '{ subjects(first: 1, search: "绝无此名") { totalCount } }') == 1


async def test_what_tells_about_nobody_counts_as_a_request_only(client: Client, owner: asyncpg.Connection[Any]) -> None:
    for query in ("{ offices(first: 5) { nodes { name } } }", "{ viewer { roles } }", "{ subjects(first: 1) { totalCount } }",
                  f'{{ node(id: "Office:{uuid4()}") {{ id }} }}', "{ nothing }", "{"):  # fmt: skip
        before = (await used(owner)).get("day_requests", 0)
        await ask(client, query)
        after = await used(owner)
        assert after["day_requests"] == before + 1, query
        assert after["day_subjects"] == 0, query


@pytest.mark.parametrize("caller", [None, CLERK])
async def test_whoever_has_no_quota_is_not_counted(
    caller: str | None, client: Client, owner: asyncpg.Connection[Any]
) -> None:
    assert code(await ask(client, PAGE, {"n": 5}, caller=caller)) is None
    assert await owner.fetchval("SELECT count(*) FROM quota_use") == 0


# -- where it ends


async def test_whoever_walks_ids_is_stopped_at_the_quota_in_every_process(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any], ids: list[str]
) -> None:
    quotas = partner(subjects_per_minute=6)
    async with serve(demo_url, quotas=quotas) as one, serve(demo_url, quotas=quotas) as other:
        answers = [await ask((one, other)[number % 2], SUBJECT, {"id": ids[number]}) for number in range(12)]
        served = [code(answer) is None for answer in answers]
        assert served == [True] * 6 + [False] * 6
        for answer in answers[6:]:
            assert answer.status_code == 429
            assert code(answer) == "QUOTA_EXCEEDED"
            assert "data" not in answer.json()
            told = answer.json()["errors"][0]["extensions"]
            assert (told["counted"], told["period"], told["most"]) == ("subjects", "minute", 6)
            assert answer.headers["retry-after"] == str(told["retryAfter"]) == "60"
        assert code(await ask(one, "{ offices(first: 1) { nodes { name } } }")) is None
        assert (await used(owner))["minute_subjects"] == 6


async def test_walking_what_does_not_exist_is_stopped_as_well(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]
) -> None:
    async with serve(demo_url, quotas=partner(subjects_per_minute=4)) as client:
        answers = [await ask(client, SUBJECT, {"id": f"Subject:{uuid4()}"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2


async def test_requests_at_the_same_instant_do_not_get_past_each_other(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any], ids: list[str]
) -> None:
    quotas = partner(subjects_per_minute=7)
    async with AsyncExitStack() as running:
        clients = [await running.enter_async_context(serve(demo_url, quotas=quotas)) for _ in range(2)]
        answers = await asyncio.gather(
            *(ask(clients[number % 2], SUBJECT, {"id": ids[number]}) for number in range(20))
        )
    assert sum(answer.status_code == 200 for answer in answers) == 7
    assert sum(answer.status_code == 429 for answer in answers) == 13


async def test_an_answer_that_would_go_beyond_is_refused_whole_and_a_smaller_one_is_served(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]
) -> None:
    async with serve(demo_url, quotas=partner(subjects_per_minute=10)) as client:
        assert code(await ask(client, PAGE, {"n": 8})) is None
        assert code(await ask(client, PAGE, {"n": 5})) == "QUOTA_EXCEEDED"
        assert code(await ask(client, PAGE, {"n": 2})) is None
        assert code(await ask(client, PAGE, {"n": 1})) == "QUOTA_EXCEEDED"


async def test_the_next_minute_and_the_next_day_are_new_ones(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any], ids: list[str]
) -> None:
    quotas = partner(subjects_per_minute=2, subjects_per_day=5)

    async def served(later: timedelta) -> int:
        async with serve(demo_url, quotas=quotas, now=NOW + later) as client:
            return sum([(await ask(client, SUBJECT, {"id": ids[number]})).status_code == 200 for number in range(4)])

    assert await served(timedelta()) == 2
    assert await served(timedelta(seconds=59)) == 0
    assert await served(timedelta(minutes=1)) == 2
    assert await served(timedelta(minutes=2)) == 1
    assert await served(timedelta(hours=13)) == 0, "still the same day in China"
    assert await served(timedelta(hours=14)) == 2, "midnight in China"


async def test_after_the_day_is_used_up_it_says_when_the_next_one_begins(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any], ids: list[str]
) -> None:
    async with serve(demo_url, quotas=partner(subjects_per_day=1)) as client:
        await ask(client, SUBJECT, {"id": ids[0]})
        answer = await ask(client, SUBJECT, {"id": ids[1]})
    assert answer.headers["retry-after"] == str(14 * 3600), "10:00 in China"


async def test_requests_have_a_rate_of_their_own(serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]) -> None:
    quotas = partner(requests_per_minute=3)
    async with serve(demo_url, quotas=quotas) as one, serve(demo_url, quotas=quotas) as other:
        answers = [await ask((one, other)[number % 2], "{ viewer { roles } }") for number in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 3
        assert answers[-1].json()["errors"][0]["extensions"]["counted"] == "requests"
        assert code(await ask(one, "{ nothing }")) == "QUOTA_EXCEEDED", "documents that are refused are requests too"


async def test_whoever_has_used_up_its_requests_costs_the_database_nothing_more(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve(demo_url, quotas=partner(requests_per_minute=1)) as client:
        assert [(await ask(client, "{ viewer { roles } }")).status_code for _ in range(2)] == [200, 429]
        monkeypatch.setattr("api.gate.metering.count", _unexpected)
        assert (await ask(client, "{ viewer { roles } }")).status_code == 429


async def test_for_whoever_has_used_up_its_subjects_nothing_is_read_and_nothing_changed(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any], ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve(demo_url, quotas=partner(subjects_per_minute=1)) as client:
        assert [code(await ask(client, PAGE, {"n": 1})) for _ in range(2)] == [None, "QUOTA_EXCEEDED"]
        monkeypatch.setattr("api.execution.service.Service.fetch", _unexpected)
        monkeypatch.setattr("api.gate.metering.count", _unexpected)
        assert code(await ask(client, PAGE, {"n": 1})) == "QUOTA_EXCEEDED"
        assert code(await ask(client, ISSUE, {"s": ids[0]})) == "QUOTA_EXCEEDED"


async def _unexpected(*arguments: Any, **how: Any) -> None:
    raise AssertionError("the database was asked")


async def test_the_figure_of_an_account_takes_the_place_of_its_role(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]
) -> None:
    account = await bank_account(owner)
    quotas = Quotas({"partner": Limits(subjects_per_minute=1)}, {account: Limits(subjects_per_minute=5)})
    async with serve(demo_url, quotas=quotas) as client:
        assert code(await ask(client, PAGE, {"n": 5})) is None
        assert code(await ask(client, PAGE, {"n": 1})) == "QUOTA_EXCEEDED"


async def test_whoever_is_counted_is_so_for_a_document_that_another_has_sent_before(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]
) -> None:
    counted = await owner.fetchval("SELECT id FROM account WHERE issuer = $1 AND sub = $2", ISSUER, CLERK)
    quotas = Quotas({}, {counted: Limits(subjects_per_minute=3)})
    async with serve(demo_url, quotas=quotas) as client:
        asked = [await ask(client, PAGE, {"n": 3}, caller=caller) for caller in (OTHER_CLERK, CLERK, CLERK)]
    assert [code(answer) for answer in asked] == [None, None, "QUOTA_EXCEEDED"]


async def test_two_requests_at_the_same_instant_are_counted_one_after_the_other(
    demo_url: str, owner: asyncpg.Connection[Any]
) -> None:
    account, limits = await bank_account(owner), Limits(subjects_per_minute=100)
    assert await count(owner, account, limits, NOW, subjects=1, requests=1) is None
    first, second = await asyncpg.connect(demo_url), await asyncpg.connect(demo_url)
    begun = first.transaction()
    await begun.start()
    await count(first, account, limits, NOW, subjects=3, requests=1)

    waiting = asyncio.create_task(count(second, account, limits, NOW, subjects=4, requests=1))
    blocked = "SELECT cardinality(pg_blocking_pids($1)) > 0"
    while not await owner.fetchval(blocked, second.get_server_pid()):
        continue
    await begun.commit()
    await waiting

    assert (await used(owner))["minute_subjects"] == 1 + 3 + 4
    await first.close()
    await second.close()


async def test_the_public_is_counted_by_address(serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]) -> None:
    quotas = Quotas({"public": Limits(requests_per_minute=2)}, {})
    async with serve(demo_url, quotas=quotas) as client:
        answers = [await ask(client, "{ __typename }", caller=None) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[-1].headers["retry-after"] == "60"
        assert code(await ask(client, "{ __typename }", caller=CLERK)) is None
        client.service.metering.admit("192.0.2.1", NOW)
        client.service.metering.admit("127.0.0.1", NOW + timedelta(minutes=1))
    assert await owner.fetchval("SELECT count(*) FROM quota_use") == 0


async def test_the_public_is_counted_beside_graphql_too(serve: Serve, demo_url: str) -> None:
    """Reports were verified, templates and attachments asked for, without end: each is a question to the database."""
    async with serve(demo_url, quotas=Quotas({"public": Limits(requests_per_minute=4)}, {})) as client:
        number, item = "RX" + "0" * 25, "01856aa0-0000-7000-8000-000000000000"
        for path in (f"/verify/{number}", f"/templates/{item}.csv", f"/attachments/{item}", f"/verify?number={number}"):
            assert (await client.http.get(path)).status_code in (400, 404)
        for path in (f"/verify/{number}", f"/templates/{item}.csv", f"/attachments/{item}"):
            refused = await client.http.get(path)
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "60"), path
            assert code(refused) == "QUOTA_EXCEEDED"
        headers = {"authorization": f"Bearer {client.token(CLERK)}"}
        assert (await client.http.get(f"/templates/{item}.csv", headers=headers)).status_code == 404
        for path in ("/", "/health/live", "/.well-known/jwks.json"):
            assert (await client.http.get(path)).status_code < 400


async def test_a_list_that_is_taken_as_a_file_counts_whom_it_tells_about(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]
) -> None:
    """It told an account about a whole list, and none of it was counted."""
    account = await owner.fetchval("SELECT id FROM account WHERE issuer = $1 AND sub = $2", ISSUER, LIST_CLERK)
    batch = await owner.fetchval("SELECT id FROM list_batch WHERE state = 'published' AND domain = $1", DOMAIN)

    async def take(client: Client) -> httpx.Response:
        headers = {"authorization": f"Bearer {client.token(LIST_CLERK)}"}
        return await client.http.get(f"/list-batches/{batch}/export", headers=headers)

    async with serve(
        demo_url, quotas=Quotas({}, {account: Limits(subjects_per_day=100, requests_per_day=2)})
    ) as client:
        told = {one["subject"] for one in (await take(client)).json()["entries"]}
        assert told
        assert (await used(owner))["day_subjects"] == len(told)
        assert (await take(client)).status_code == 200
        refused = await take(client)
        assert (refused.status_code, code(refused)) == (429, "QUOTA_EXCEEDED")
    await owner.execute("DELETE FROM quota_use")
    async with serve(demo_url, quotas=Quotas({}, {account: Limits(subjects_per_day=len(told) - 1)})) as client:
        refused = await take(client)
        assert (refused.status_code, code(refused)) == (429, "QUOTA_EXCEEDED")


async def test_whoever_takes_another_address_of_its_line_for_each_request_is_counted_as_one(
    serve: Serve, demo_url: str
) -> None:
    """One line is given 2**64 addresses of IPv6: they also leave no room for the counts of others."""
    async with serve(demo_url, quotas=Quotas({"public": Limits(requests_per_minute=2)}, {})) as client:
        admit = client.service.metering.admit
        admit("2001:db8:0:1::1", NOW)
        admit("2001:db8:0:1:ffff::2", NOW)
        with pytest.raises(QuotaExceeded):
            admit("2001:0DB8::1:1234:0:0:3%eth0", NOW)
        for other in ("2001:db8:0:2::1", "::ffff:192.0.2.1", "::ffff:192.0.2.2", "::1", "no address: at all"):
            admit(other, NOW)
        admit("192.0.2.1", NOW)
        with pytest.raises(QuotaExceeded):
            admit("192.0.2.1", NOW)


# -- changes


ISSUE = 'mutation ($s: ID!) { issueCreditReport(input: {subject: $s, kind: "general"}) { creditReport { number subject { name } } } }'


OPEN_BATCH = """mutation ($list: ID!, $domain: String!) {
  openListBatch(input: {creditList: $list, domain: $domain, year: 2026, period: 1, extraReason: "专项行动"}) {
    listBatch { creditList { entries(first: 9) { nodes { subject { id } } } } } } }"""


async def test_a_report_counts_as_its_subject(client: Client, owner: asyncpg.Connection[Any], ids: list[str]) -> None:
    assert code(await ask(client, ISSUE, {"s": ids[0]})) is None
    assert await used(owner) == {"minute_subjects": 1, "minute_requests": 1, "day_subjects": 1, "day_requests": 1}


async def test_whoever_else_the_payload_of_a_change_tells_about_counts(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]
) -> None:
    clerk = await owner.fetchval("SELECT id FROM account WHERE issuer = $1 AND sub = $2", ISSUER, LIST_CLERK)
    async with serve(demo_url, quotas=Quotas({}, {clerk: Limits(subjects_per_day=1_000)})) as client:
        named = await client.data("{ creditLists(first: 100) { nodes { id code jurisdiction { code } } } }")
        black = next(
            one["id"]
            for one in named["creditLists"]["nodes"]
            if (one["jurisdiction"]["code"], one["code"]) == ("410700", "black")
        )
        opened = await client.data(OPEN_BATCH, {"list": black, "domain": DOMAIN}, caller=LIST_CLERK)
    entries = opened["openListBatch"]["listBatch"]["creditList"]["entries"]["nodes"]
    subjects = {one["subject"]["id"] for one in entries}
    assert len(subjects) > 1
    assert (await used(owner))["day_subjects"] == len(subjects)


async def test_no_report_is_issued_to_whoever_has_used_up_its_quota(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any], ids: list[str]
) -> None:
    before = await owner.fetchval("SELECT count(*) FROM credit_report")
    async with serve(demo_url, quotas=partner(subjects_per_minute=2)) as client:
        answers = [await ask(client, ISSUE, {"s": ids[number]}) for number in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert await owner.fetchval("SELECT count(*) FROM credit_report") == before + 2


async def test_asking_for_reports_about_nobody_is_stopped_as_well(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]
) -> None:
    async with serve(demo_url, quotas=partner(subjects_per_minute=2)) as client:
        answers = [await ask(client, ISSUE, {"s": f"Subject:{uuid4()}"}) for _ in range(3)]
    assert [code(answer) for answer in answers] == ["NOT_FOUND", "NOT_FOUND", "QUOTA_EXCEEDED"]


# -- logged and reported


async def test_every_refusal_stands_in_the_access_log(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any], ids: list[str]
) -> None:
    refusals = (
        "SELECT count(*) FROM ledger_event WHERE kind = 'access' AND outcome = 'refused' AND reason = 'QUOTA_EXCEEDED'"
        " AND account_id = $1 AND object = 'subject'"
    )
    account = await bank_account(owner)
    before = await owner.fetchval(refusals, account)
    async with serve(demo_url, quotas=partner(subjects_per_minute=1)) as client:
        for number in range(4):
            await ask(client, SUBJECT, {"id": ids[number]})
    assert await owner.fetchval(refusals, account) == before + 3


BREACHES = "{ quotaBreaches(first: 10) { totalCount nodes { id accountName role counted period most day state office { name } finding } } }"


async def test_a_breach_is_reported_to_the_security_officers_once_a_day(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any], ids: list[str]
) -> None:
    quotas = partner(subjects_per_minute=1)
    async with serve(demo_url, quotas=quotas) as one, serve(demo_url, quotas=quotas) as other:
        for number in range(6):
            await ask((one, other)[number % 2], SUBJECT, {"id": ids[number]})
        found = await one.data(BREACHES, caller=OFFICER)
        assert await one.codes(BREACHES, caller=BANK, purpose=PURPOSE) == ["FORBIDDEN"]
        assert await one.codes(BREACHES, caller=CLERK) == ["FORBIDDEN"]
    assert found["quotaBreaches"]["totalCount"] == 1
    (breach,) = found["quotaBreaches"]["nodes"]
    assert breach["accountName"] == "鹭岛银行(虚构)"
    assert (breach["role"], breach["counted"], breach["period"], breach["most"]) == ("partner", "SUBJECTS", "MINUTE", 1)
    assert (breach["day"], breach["state"], breach["finding"]) == ("2026-03-18", "REPORTED", None)
    told = await owner.fetchval(
        "SELECT count(*) FROM outbox_event WHERE object = 'quota_breach' AND object_id = $1",
        UUID(breach["id"].partition(":")[2]),
    )
    assert told == 1


async def test_an_officer_reviews_a_breach_once_and_says_what_was_found(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any], ids: list[str]
) -> None:
    review = "mutation ($b: ID!, $f: String!) { reviewQuotaBreach(input: {quotaBreach: $b, finding: $f}) { quotaBreach { state finding } receipts } }"
    async with serve(demo_url, quotas=partner(subjects_per_minute=0)) as client:
        await ask(client, SUBJECT, {"id": ids[0]})
        breach = (await client.data(BREACHES, caller=OFFICER))["quotaBreaches"]["nodes"][0]["id"]
        assert await client.codes(review, {"b": breach, "f": " "}, caller=OFFICER) == ["INVALID_INPUT"]
        assert await client.codes(review, {"b": breach, "f": "好"}, caller=BANK) == ["FORBIDDEN"]
        done = await client.data(review, {"b": breach, "f": "批量核对客户名单，已提醒"}, caller=OFFICER)
        assert done["reviewQuotaBreach"]["quotaBreach"] == {"state": "REVIEWED", "finding": "批量核对客户名单，已提醒"}
        assert len(done["reviewQuotaBreach"]["receipts"]) == 1
        assert await client.codes(review, {"b": breach, "f": "再次"}, caller=OFFICER) == ["STATE_CONFLICT"]
        await owner.execute("DELETE FROM quota_breach")
        officer = await owner.fetchval("SELECT id FROM account WHERE issuer = $1 AND sub = $2", ISSUER, OFFICER)
        own = await owner.fetchval(
            "INSERT INTO quota_breach (id, account_id, account_name, role, counted, period, most, day, reported_at, state)"
            " VALUES ($1, $2, 'x', 'security_officer', 'requests', 'day', 1, $3, $4, 'reported') RETURNING id",
            uuid4(), officer, NOW.date(), NOW,
        )  # fmt: skip
        assert await client.codes(review, {"b": f"QuotaBreach:{own}", "f": "无事"}, caller=OFFICER) == ["OWN_BREACH"]


# -- the figures


def test_the_figures_that_ship_are_those_of_strangers_only() -> None:
    """HC-19, HC-26, XM-30: who is no office of the bureau and no subject is counted."""
    quotas = default_quotas()
    assert set(quotas.roles) == {"partner", "data_user", "association", "processor"}
    assert quotas.accounts == {}
    assert quotas.limits_of(("public",), None) is None


def test_of_several_roles_the_strictest_figure_counts() -> None:
    quotas = read_quotas(
        "[role.a]\nsubjects_per_minute = 5\nrequests_per_day = 1\n[role.b]\nsubjects_per_minute = 3\nsubjects_per_day = 9"
    )
    assert quotas.limits_of(("a", "b", "c"), None) == Limits(3, 9, None, 1)
    assert quotas.limits_of(("c",), None) is None


@pytest.mark.parametrize(
    "text",
    [
        "[role.a", "x = 1", "[other.a]", "[role]\na = 1", "[role.a]\nsubjects_per_hour = 1", "[role.a]\nsubjects_per_day = -1",
        "[role.a]\nsubjects_per_day = true", "[role.a]\nsubjects_per_day = 1.5", '[account."x"]\nsubjects_per_day = 1',
        "[role.public]\nsubjects_per_day = 1",
    ],
)  # fmt: skip
def test_figures_that_cannot_stand_are_refused(text: str) -> None:
    with pytest.raises(QuotasInvalid):
        read_quotas(text)


async def test_a_caller_sees_what_it_has_used(serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]) -> None:
    query = "{ viewer { quotas { counted period most used } } }"
    async with serve(demo_url, quotas=partner(subjects_per_day=50, requests_per_minute=9)) as client:
        await ask(client, PAGE, {"n": 3})
        seen = (await ask(client, query)).json()["data"]["viewer"]["quotas"]
        assert seen == [
            {"counted": "subjects", "period": "day", "most": 50, "used": 3},
            {"counted": "requests", "period": "minute", "most": 9, "used": 1},
        ]
        assert (await ask(client, query, caller=None)).json()["data"]["viewer"]["quotas"] == []


async def test_the_cost_of_an_answer_tells_the_subjects_where_they_are_counted(
    client: Client, owner: asyncpg.Connection[Any]
) -> None:
    headers = {"authorization": f"Bearer {client.token(BANK)}", "renxin-purpose": PURPOSE}
    body = {"query": PAGE, "variables": {"n": 4}, "extensions": {"cost": True}}
    answer = (await client.http.post("/graphql", json=body, headers=headers)).json()
    assert answer["extensions"] == {"cost": {"rows": 4, "most": 20_000, "subjects": 4}}


async def test_a_file_counts_as_its_subject(client: Client, owner: asyncpg.Connection[Any]) -> None:
    rows = await owner.fetch("SELECT id FROM attachment WHERE subject_id IS NOT NULL ORDER BY about_person, id LIMIT 3")
    assert rows
    headers = {"authorization": f"Bearer {client.token(BANK)}", "renxin-purpose": PURPOSE}
    for ident in (*(row["id"] for row in rows), uuid4()):
        await client.http.get(f"/attachments/{ident}", headers=headers)
    found = await used(owner)
    assert (found["day_subjects"], found["day_requests"]) == (len(rows) + 1, len(rows) + 1), "shown or not"


async def test_no_file_is_shown_beyond_the_quota(serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]) -> None:
    async with serve(demo_url, quotas=partner(subjects_per_minute=0)) as client:
        headers = {"authorization": f"Bearer {client.token(BANK)}", "renxin-purpose": PURPOSE}
        answer = await client.http.get(f"/attachments/{uuid4()}", headers=headers)
    assert (answer.status_code, code(answer), answer.headers["retry-after"]) == (429, "QUOTA_EXCEEDED", "60")


async def test_a_row_that_an_explanation_is_asked_about_counts(client: Client, owner: asyncpg.Connection[Any]) -> None:
    query = 'query ($row: ID!) { explainAccess(object: "subject", action: "read", row: $row) { allowed } }'
    assert await resolved(client, owner, query, {"row": f"Subject:{uuid4()}"}) == 1


# -- read again, as authority changed meanwhile


async def asked_again(
    client: Client, owner: asyncpg.Connection[Any], query: str, variables: dict[str, Any]
) -> tuple[int, int]:
    """Send a query under authority that has changed since its caller was read; tell its subjects and requests as counted."""
    headers = {"authorization": f"Bearer {client.token(BANK)}", "renxin-purpose": PURPOSE}
    body = {"query": query, "variables": variables}
    assert code(await client.http.post("/graphql", json=body, headers=headers)) is None
    before = await used(owner)
    await owner.execute("UPDATE authority SET epoch = epoch + 1")
    assert code(await client.http.post("/graphql", json=body, headers=headers)) is None
    after = await used(owner)
    return after["day_subjects"] - before["day_subjects"], after["day_requests"] - before["day_requests"]


async def test_rows_that_are_read_again_count_once(client: Client, owner: asyncpg.Connection[Any]) -> None:
    assert await asked_again(client, owner, PAGE, {"n": 7}) == (7, 1)


async def test_whoever_is_counted_by_the_role_that_it_has_by_now_is_so_from_this_request_on(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]
) -> None:
    role = "UPDATE assignment SET role = $1 FROM account WHERE account.id = account_id AND sub = $2"
    async with serve(demo_url, quotas=Quotas({"reviewer": Limits(subjects_per_day=100)}, {})) as client:
        headers = {"authorization": f"Bearer {client.token(CLERK)}"}
        body = {"query": PAGE, "variables": {"n": 7}}
        assert code(await client.http.post("/graphql", json=body, headers=headers)) is None
        assert await used(owner) == {}
        await owner.execute(role, "reviewer", CLERK)
        await owner.execute("UPDATE authority SET epoch = epoch + 1")
        try:
            assert code(await client.http.post("/graphql", json=body, headers=headers)) is None
        finally:
            await owner.execute(role, "clerk", CLERK)
        after = await used(owner)
        assert (after["day_subjects"], after["day_requests"]) == (7, 1)


async def test_a_question_that_is_asked_again_counts_and_is_told_once(
    client: Client, owner: asyncpg.Connection[Any]
) -> None:
    """Whoever answers it counts and logs by itself, before the statement tells that authority has changed."""
    query = 'query ($row: ID!) { explainAccess(object: "subject", action: "read", row: $row) { allowed } }'
    logged = "SELECT count(*) FROM ledger_event WHERE verb = 'explain' AND subject_id = $1"
    before = await owner.fetchval(logged, PERSON_WITH_CONSENT.id)
    assert await asked_again(client, owner, query, {"row": f"Subject:{PERSON_WITH_CONSENT.id}"}) == (1, 1)
    assert await owner.fetchval(logged, PERSON_WITH_CONSENT.id) == before + 2


async def test_a_question_that_is_refused_again_is_one_attempt(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any]
) -> None:
    """Authority may change between the answer of a resolver and the statement that carries it."""
    query = 'query ($row: ID!) { explainAccess(object: "subject", action: "read", row: $row) { allowed } }'
    body = {"query": query, "variables": {"row": f"Subject:{PERSON_WITH_CONSENT.id}"}}
    logged = (
        "SELECT count(*) FROM ledger_event WHERE kind = 'access' AND outcome = 'refused' AND reason = 'QUOTA_EXCEEDED'"
    )
    async with serve(demo_url, quotas=partner(subjects_per_minute=1)) as client:
        headers = {"authorization": f"Bearer {client.token(BANK)}", "renxin-purpose": PURPOSE}
        assert code(await client.http.post("/graphql", json=body, headers=headers)) is None
        before = await owner.fetchval(logged)
        await owner.execute("UPDATE authority SET epoch = epoch + 1")
        assert code(await client.http.post("/graphql", json=body, headers=headers)) == "QUOTA_EXCEEDED"
        assert await owner.fetchval(logged) == before + 1
        assert client.service.metering.refused["subjects"] == 1


@pytest.mark.parametrize(
    "query",
    [
        "query ($row: ID!) { repairEligibility(record: $row) { mayApply } }",
        """query ($row: ID!) { exemptionEligibility(
          record: $row, exemptionItem: "ExemptionItem:01856aa0-0000-7000-8000-000000000000") { mayBeProposed } }""",
    ],
)
async def test_how_a_repair_or_an_exemption_stands_is_counted(
    serve: Serve, demo_url: str, owner: asyncpg.Connection[Any], query: str
) -> None:
    """Whoever walked the ids of records by them was told about the subjects of all."""
    counted = await owner.fetchval("SELECT id FROM account WHERE issuer = $1 AND sub = $2", ISSUER, CLERK)
    async with serve(demo_url, quotas=Quotas({}, {counted: Limits(subjects_per_minute=2)})) as client:
        rows = [f"CreditRecord:{uuid4()}" for _ in range(3)]
        asked = [await ask(client, query, {"row": row}, caller=CLERK) for row in rows]
    assert [code(answer) for answer in asked] == ["NOT_FOUND", "NOT_FOUND", "QUOTA_EXCEEDED"]
