"""Quick statements share sessions: each caller gets the answer to what it asked, whatever happens to the others.

A mistake here would show one caller the answer of another. So answers hold what they were asked for, and are compared.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from asyncpg.pgproto.pgproto import UUID as DriversUUID
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api.config.settings import PIPELINES
from api.postgres import pipelines, wire
from api.postgres.database import Database, DatabaseAway, Planned, TooSlow, ValueRefused
from api.postgres.pipelines import Pipelines

pytestmark = pytest.mark.anyio

ECHO = "SELECT convert_to($1::text, 'UTF8'), pg_backend_pid()::text"
NONE = "SELECT ''::bytea, $1::text WHERE FALSE"
LOCKED = "SELECT convert_to($1::text || coalesce(pg_advisory_xact_lock_shared(1)::text, ''), 'UTF8'), NULL::text"
"""Answers once nobody holds the lock any more."""


@pytest.fixture
async def database(installed_url: str) -> AsyncIterator[Database]:
    """Give the sessions of a process; one beside the pipelines."""
    async with opened(installed_url) as made:
        yield made


@asynccontextmanager
async def opened(url: str, *, size: int = 1, timeout_ms: int = 10_000) -> AsyncIterator[Database]:
    made = Database(url, size=size, statement_timeout_ms=timeout_ms)
    try:
        yield made
    finally:
        await made.close()


@asynccontextmanager
async def holding(url: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """Hold the lock for as long as this lasts; give the session, which may let go of it before."""
    holder: asyncpg.Connection[Any] = await asyncpg.connect(url)
    try:
        await holder.execute("SELECT pg_advisory_lock(1)")
        yield holder
    finally:
        await holder.close()


async def known(database: Database, *texts: str) -> None:
    """Make statements known as quick, and open all pipelines."""
    for text in texts:
        database.pipelines.quick.note(text, 0)
    while len(database.pipelines) < PIPELINES:
        database.pipelines.quick.note(ECHO, 0)
        await database.fetch_planned(ECHO, ["opening"])


async def echo(database: Database, asked: str) -> Planned:
    row = await database.fetch_planned(ECHO, [asked])
    assert row is not None
    return row


async def waiting(url: str, count: int) -> list[int]:
    """Wait until that many sessions wait for the lock; give their processes."""
    watcher = await asyncpg.connect(url)
    while True:
        rows = await watcher.fetch(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        if len(rows) >= count:
            await watcher.close()
            return [row["pid"] for row in rows]


# -- which way a statement goes


async def test_a_statement_that_was_quick_in_a_session_of_its_own_shares_one_afterwards(database: Database) -> None:
    first = await echo(database, "a")
    later = [await echo(database, str(number)) for number in range(2 * PIPELINES)]

    assert [data for data, _ in later] == [str(number).encode() for number in range(2 * PIPELINES)]
    assert first[1] not in {pid for _, pid in later}
    assert len(database.pipelines) == PIPELINES


async def test_a_statement_that_proves_slow_runs_in_a_session_of_its_own_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = (await echo(database, "a"))[1]
    await known(database)
    monkeypatch.setattr(pipelines, "QUICK_SECONDS", 0.0)

    assert [(await echo(database, "b"))[1] == alone for _ in range(5)] == [False, False, False, True, True]


async def test_a_statement_that_is_late_once_in_a_while_is_not_slow(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await known(database)
    for _ in range(5):
        for limit in (0.0, 0.0, 10.0):
            monkeypatch.setattr(pipelines, "QUICK_SECONDS", limit)
            await echo(database, "a")

    assert ECHO in database.pipelines.quick


async def test_a_statement_that_is_too_long_for_the_driver_to_keep_runs_in_a_session_of_its_own(
    database: Database,
) -> None:
    long = ECHO + " " * 16_000
    rows = [await database.fetch_planned(long, ["a"]) for _ in range(3)]

    assert {row[0] for row in rows if row} == {b"a"}
    assert len(database.pipelines) == 0


async def test_nothing_is_sent_behind_a_statement_that_proves_slow(
    installed_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(installed_url) as database:
        await known(database, LOCKED)
        async with holding(installed_url):
            monkeypatch.setattr(pipelines, "STUCK_SECONDS", 0.0)
            slow = [asyncio.ensure_future(database.fetch_planned(LOCKED, [f"{n}"])) for n in range(PIPELINES)]
            await waiting(installed_url, PIPELINES)
            assert (await echo(database, "meanwhile"))[0] == b"meanwhile"
        assert [row[0] for row in await asyncio.gather(*slow) if row] == [b"0", b"1", b"2", b"3"]


async def test_what_comes_beyond_the_room_of_all_pipelines_takes_a_session_of_its_own(installed_url: str) -> None:
    room = PIPELINES * pipelines.MOST_UNDER_WAY
    async with opened(installed_url) as database:
        await known(database, LOCKED)
        async with holding(installed_url):
            asked = [asyncio.ensure_future(database.fetch_planned(LOCKED, [f"{n}"])) for n in range(room)]
            await waiting(installed_url, PIPELINES)

            assert (await echo(database, "beyond"))[0] == b"beyond"
            assert not any(one.done() for one in asked)
        assert [row[0] for row in await asyncio.gather(*asked) if row] == [f"{n}".encode() for n in range(room)]


# -- each gets its own answer


async def test_of_many_statements_at_once_each_gets_its_own_answer(database: Database) -> None:
    await known(database, ECHO, NONE)
    asked = [f"{number}:" + "汉" * (number * 997 % 90_000) for number in range(400)]

    async def ask(text: str) -> None:
        database.pipelines.quick.note(NONE, 0)
        database.pipelines.quick.note(ECHO, 0)
        assert await database.fetch_planned(NONE, [text]) is None
        assert (await echo(database, text))[0] == text.encode()

    await asyncio.gather(*map(ask, asked))


async def test_one_whose_request_is_given_up_leaves_its_answer_to_nobody(installed_url: str) -> None:
    async with opened(installed_url) as database:
        await known(database, LOCKED)
        async with holding(installed_url):
            asked = [asyncio.ensure_future(database.fetch_planned(LOCKED, [f"{n}"])) for n in range(20)]
            await waiting(installed_url, PIPELINES)
            for one in asked[::2]:
                one.cancel()
            later = [asyncio.ensure_future(database.fetch_planned(LOCKED, [f"later {n}"])) for n in range(4)]
        assert [row[0] for row in await asyncio.gather(*asked[1::2]) if row] == [b"%d" % n for n in range(1, 20, 2)]
        assert [row[0] for row in await asyncio.gather(*later) if row] == [b"later %d" % n for n in range(4)]
        assert len(database.pipelines) == PIPELINES, "none had to be ended"


async def test_a_statement_that_is_refused_takes_nobody_with_it(database: Database) -> None:
    number = "SELECT convert_to(($1::text::integer)::text, 'UTF8'), NULL::text"
    await known(database, number)

    async def ask(n: int) -> None:
        database.pipelines.quick.note(number, 0)
        if n % 3:
            assert await database.fetch_planned(number, [f"{n}"]) == (b"%d" % n, None)
        else:
            with pytest.raises(ValueRefused):
                await database.fetch_planned(number, ["no number"])

    await asyncio.gather(*map(ask, range(60)))
    assert len(database.pipelines) == PIPELINES


# -- sessions that are lost


async def test_statements_under_way_in_a_session_that_is_lost_are_asked_again(installed_url: str) -> None:
    async with opened(installed_url) as database:
        await known(database, LOCKED)
        async with holding(installed_url) as holder:
            asked = [asyncio.ensure_future(database.fetch_planned(LOCKED, [f"{n}"])) for n in range(12)]
            for pid in await waiting(installed_url, PIPELINES):
                await holder.execute("SELECT pg_terminate_backend($1)", pid)
            await waiting(installed_url, 1)
            assert len(database.pipelines) == 0
        assert [row[0] for row in await asyncio.gather(*asked) if row] == [f"{n}".encode() for n in range(12)]
        await known(database)
        assert (await echo(database, "again"))[0] == b"again"


async def test_a_statement_that_takes_longer_than_it_may_is_given_up_and_those_behind_it_are_not(
    installed_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(installed_url, timeout_ms=200) as database:
        await known(database, LOCKED)
        monkeypatch.delattr(Database, "_fetch_in_session")  # it would only take as long again
        async with holding(installed_url):
            slow = [asyncio.ensure_future(database.fetch_planned(LOCKED, [f"{n}"])) for n in range(PIPELINES)]
            behind = [asyncio.ensure_future(echo(database, f"{n}")) for n in range(PIPELINES)]
            given_up = await asyncio.gather(*slow, return_exceptions=True)
            assert [row[0] for row in await asyncio.gather(*behind)] == [b"0", b"1", b"2", b"3"]
        assert [type(one) for one in given_up] == [TooSlow] * PIPELINES


async def test_a_server_that_is_silent_is_taken_for_lost(installed_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(installed_url) as database:
        monkeypatch.setattr(database.pipelines, "_patience", 0.1)
        await known(database, LOCKED)
        async with holding(installed_url):
            with pytest.raises(DatabaseAway):
                await database.fetch_planned(LOCKED, ["a"])
        assert len(database.pipelines) == PIPELINES - 1


async def test_while_no_pipeline_can_be_opened_statements_run_in_sessions_of_their_own(
    installed_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(installed_url) as database:
        alone = (await echo(database, "a"))[1]
        tried = 0

        async def full() -> asyncpg.Connection[Any]:
            nonlocal tried
            tried += 1
            raise DatabaseAway

        connect = database.pipelines._connect
        monkeypatch.setattr(database.pipelines, "_connect", full)
        assert {(await echo(database, "b"))[1] for _ in range(5)} == {alone}
        assert tried == 1
        monkeypatch.setattr(database.pipelines, "_connect", connect)
        monkeypatch.setattr(database.pipelines, "_not_before", 0.0)
        assert (await echo(database, "c"))[1] != alone


async def test_a_session_that_says_what_answers_nothing_is_ended(database: Database) -> None:
    await known(database)
    [one, *others] = database.pipelines._open
    one.data_received(b"Z\0\0\0\5I")

    assert database.pipelines._open == others
    assert (await echo(database, "a"))[0] == b"a"


# -- what a session keeps


async def test_a_session_keeps_a_bounded_number_of_statements(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipelines, "MOST_KEPT", 3)
    counting = [
        f"SELECT convert_to($1::text, 'UTF8'), (SELECT count(*)::text FROM pg_prepared_statements) /* {n} */"
        for n in range(20)
    ]
    counts = set()
    for text in counting * 2:
        await known(database, text)
        row = await database.fetch_planned(text, [text])
        assert row is not None
        assert row[0] == text.encode()
        counts.add(int(row[1] or ""))
    assert max(counts) <= 3 + 1, "one goes as another comes"


async def test_a_statement_whose_result_has_another_type_by_now_is_prepared_anew(
    installed_url: str, database: Database
) -> None:
    owner = await asyncpg.connect(installed_url)
    await owner.execute("CREATE TABLE changing AS SELECT '\\x61'::bytea AS data, 'told'::text AS told")
    await owner.execute("GRANT SELECT ON changing TO renxin_app")
    text = "SELECT data, told FROM changing"
    rows = [await database.fetch_planned(text, []) for _ in range(2 * PIPELINES)]
    await owner.execute("ALTER TABLE changing ALTER told TYPE varchar(20)")
    rows += [await database.fetch_planned(text, []) for _ in range(4 * PIPELINES)]
    shared = [await database.pipelines.row(text, []) for _ in range(PIPELINES)]
    await owner.execute("DROP TABLE changing")
    await owner.close()

    assert set(rows) == {(b"a", "told")}
    assert shared == [(b"a", b"told")] * PIPELINES


async def test_nothing_can_be_written_in_a_pipeline(database: Database) -> None:
    asked = "SELECT convert_to(current_setting('transaction_read_only'), 'UTF8'), NULL::text"
    await known(database, asked)

    assert await database.pipelines.row(asked, []) == (b"on", None)


async def test_when_the_process_ends_no_session_is_left(installed_url: str) -> None:
    async with opened(installed_url) as database:
        await known(database)
        pids = {(await echo(database, "a"))[1] for _ in range(PIPELINES)}
    watcher = await asyncpg.connect(installed_url)
    while await watcher.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid::text = ANY($1)", list(pids)):
        pass
    await watcher.close()
    assert len(database.pipelines) == 0


# -- values and answers on the wire

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
VALUES = {
    "text": TEXTS,
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "uuid": st.uuids() | st.uuids().map(lambda one: DriversUUID(one.bytes)),
    "boolean": st.booleans(),
    "bytea": st.binary(),
    "date": DAYS,
    "timestamptz": st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - aware by timezones
}
KINDS = {**VALUES, **{f"{kind}[]": st.lists(st.none() | values) for kind, values in VALUES.items()}}


SENT = st.one_of([st.tuples(st.just(kind), st.none() | values) for kind, values in KINDS.items()])


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=SENT)
@example(("text[]", ['a"b', "c\\d", "NULL", "", "{e}", "f,g", " h ", None]))
async def test_a_value_arrives_as_the_driver_sends_it(database: Database, sent: tuple[str, object]) -> None:
    kind, value = sent
    text = f"SELECT ''::bytea, ($1::{kind})::text"
    database.pipelines.quick.drop(text)
    sent_by_driver = await database.fetch_planned(text, [value])
    database.pipelines.quick.note(text, 0)
    row = await database.pipelines.row(text, [value])

    assert row is not None
    assert sent_by_driver == (row[0], row[1] if row[1] is None else row[1].decode())


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "a\0b"), ("text", "\ud800"), ("text[]", ["a", "\0"]), ("bigint", 2**70), ("integer", 2**31),
        ("double precision", 1.5), ("text[]", [["a"]]), ("text", {"a": 1}),
    ],
    ids=repr,
)  # fmt: skip
async def test_a_value_that_cannot_be_sent_here_is_judged_where_it_always_was(
    database: Database, kind: str, value: object
) -> None:
    text = f"SELECT convert_to(($1::{kind})::text, 'UTF8'), NULL::text"
    outcomes: list[object] = []
    for known_as_quick in (False, True):
        database.pipelines.quick.drop(text)
        if known_as_quick:
            database.pipelines.quick.note(text, 0)
        [outcome] = await asyncio.gather(database.fetch_planned(text, [value]), return_exceptions=True)
        outcomes.append(outcome if isinstance(outcome, tuple) else type(outcome))
    assert outcomes[0] == outcomes[1]


def message(kind: bytes, content: bytes) -> bytes:
    return kind + (len(content) + 4).to_bytes(4) + content


def row_of(columns: Sequence[bytes | None]) -> bytes:
    sizes = [b"\xff\xff\xff\xff" if one is None else len(one).to_bytes(4) + one for one in columns]
    return message(b"D", len(columns).to_bytes(2) + b"".join(sizes))


BOUND, COMPLETE, READY = message(b"2", b""), message(b"C", b"SELECT 1\0"), message(b"Z", b"I")
ERROR = message(b"E", b"SERROR\0C22P02\0Mquoted\0\0")
ROWS = st.lists(st.none() | st.binary(max_size=40), min_size=1, max_size=3).map(tuple)


@given(
    answers=st.lists(st.none() | ROWS | st.just(wire.Refused("22P02")), max_size=6), cuts=st.lists(st.integers(0, 400))
)
def test_answers_are_the_same_wherever_the_stream_is_cut(
    answers: list[wire.Row | wire.Refused | None], cuts: list[int]
) -> None:
    def written(one: wire.Row | wire.Refused | None) -> bytes:
        if isinstance(one, wire.Refused):
            return ERROR + READY
        return BOUND + (b"" if one is None else row_of(one)) + COMPLETE + READY

    stream = b"".join(map(written, answers))
    places = sorted({min(cut, len(stream)) for cut in cuts} | {0, len(stream)})
    reader = wire.Answers()
    found = [one for a, b in pairwise(places) for one in reader.feed(stream[a:b])]

    assert found == answers


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(row_of([b"a"]) + row_of([b"b"]), id="two rows"),
        pytest.param(message(b"D", b"\0\1\0\0\0\5abc"), id="a column longer than its row"),
        pytest.param(message(b"D", b"\0\1\0\0\0\1abc"), id="a row longer than its columns"),
        pytest.param(message(b"T", b"\0\0"), id="a description nobody asked for"),
        pytest.param(b"D\0\0\0\1", id="a message shorter than its length"),
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n", id="another protocol"),
    ],
)
def test_a_stream_that_answers_nothing_is_not_read_on(stream: bytes) -> None:
    with pytest.raises(wire.Unexpected):
        wire.Answers().feed(stream)


def test_pipelines_are_opened_once_each_however_many_statements_come_at_once() -> None:
    async def run() -> int:
        opened = 0

        async def connect() -> asyncpg.Connection[Any]:
            nonlocal opened
            opened += 1
            await asyncio.sleep(0)
            raise DatabaseAway

        made = Pipelines(connect, 1)
        made.quick.note(ECHO, 0)
        await asyncio.gather(*(made.row(ECHO, [UUID(int=n)]) for n in range(10)), return_exceptions=True)
        return opened

    assert asyncio.run(run()) == 1
