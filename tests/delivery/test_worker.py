"""The push against a platform that refuses, stalls, cuts, answers late, receipts twice and answers garbage: XM-08b."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.http.metrics import push_written
from api.postgres.database import DatabaseAway
from api.postgres.server import EmbeddedPostgres
from api.pushing.platform import Platform, PlatformNotConnected
from api.pushing.push_channel import ANSWER_BYTES, RECEIPT_TYPE
from api.pushing.push_message import NotComposed, content_of
from domain.canonical import canonical
from domain.commitment import commitments
from domain.delivery import deliveries
from domain.errors import StateConflict
from domain.lifecycle import Transaction
from domain.use.signing import Signer
from tests.client import NOW
from tests.credit.ground import PERSON
from tests.delivery.conftest import KEYS
from tests.delivery.ground import FIGURES, HASTY, PLATFORM, Ground
from tests.delivery.receiver import (
    Misdeed,
    Receiver,
    answer_with,
    cut,
    cut_midway,
    drip,
    hold,
    of_another,
    receiving,
    refuse,
    timed,
    twice,
)

pytestmark = pytest.mark.anyio


async def test_each_channel_has_its_own_time_xm_08b(ground: Ground, receiver: Receiver) -> None:
    record = await ground.publish()
    (before,) = await ground.fetch("SELECT portal_at, platform_at FROM credit_record WHERE id = $1", record)
    ground.clock.move(hours=1)
    await ground.drain(ground.worker(receiver))

    (after,) = await ground.fetch("SELECT portal_at, platform_at FROM credit_record WHERE id = $1", record)
    assert (before["portal_at"], before["platform_at"]) == (NOW, None)
    assert (after["portal_at"], after["platform_at"]) == (NOW, NOW + timedelta(hours=1))


async def test_what_is_delivered_is_told_with_its_receipt(ground: Ground, receiver: Receiver) -> None:
    record = await ground.publish()
    await ground.drain(ground.worker(receiver))

    (row,) = await ground.fetch("SELECT * FROM delivery WHERE object_id = $1", record)
    assert (row["state"], row["receipt"], row["received_at"], row["signed"]) == ("delivered", "回执-0", NOW, False)
    assert (row["attempts"], row["failures"], row["lease"]) == (1, 0, None)
    told = await ground.fetch("SELECT verb FROM ledger_event WHERE object_id = ANY($1::uuid[])", [row["id"], record])
    assert sorted(one["verb"] for one in told) == ["deliver", "deliver", "publish", "submit"]
    (message,) = receiver.log
    assert message["content"]["decisionNo"].startswith("虚构〔2026〕")
    assert message["content"]["subject"]["uscc"] is not None


async def test_people_are_masked_in_what_is_pushed_xm_11b(ground: Ground, receiver: Receiver) -> None:
    record = await ground.publish(person=True)
    await ground.drain(ground.worker(receiver))

    (message,) = receiver.log
    assert message["content"]["subject"]["name"] == "欧阳**"
    assert message["content"]["content"] is None
    sent = json.dumps(message, ensure_ascii=False, default=str)
    assert PERSON["name"] not in sent
    assert PERSON["id_number"] not in sent
    looked = await ground.fetch(
        "SELECT role FROM ledger_event WHERE kind = 'access' AND subject_id = (SELECT subject_id FROM credit_record WHERE id = $1)",
        record,
    )
    assert [one["role"] for one in looked] == ["platform"]


async def test_what_the_platform_may_not_read_is_not_sent(ground: Ground, receiver: Receiver) -> None:
    """A person's penalty is for authorised queries only in Haicang: nothing of it leaves, not even that it is."""
    record = await ground.publish(person=True, place="350205")
    await ground.drain(ground.worker(receiver))

    assert receiver.posts == []
    assert await ground.states(record) == [("publish", "withheld")]


async def test_what_was_withdrawn_before_it_was_sent_is_not_sent_at_all(ground: Ground, receiver: Receiver) -> None:
    record = await ground.publish()
    await ground.withdraw(record)
    await ground.drain(ground.worker(receiver))

    assert receiver.posts == []
    assert await ground.states(record) == [("publish", "withheld"), ("withdraw", "withheld")]


async def test_what_is_withdrawn_is_withdrawn_there_too(ground: Ground, receiver: Receiver) -> None:
    worker, record = ground.worker(receiver), await ground.publish()
    await ground.drain(worker)
    await ground.withdraw(record)
    await ground.drain(worker)

    assert receiver.of(record) == [("publish", True), ("withdraw", False)]
    assert receiver.log[1]["content"] is None


async def test_what_was_withdrawn_between_two_attempts_is_sent_without_content(
    ground: Ground, receiver: Receiver
) -> None:
    worker, record = ground.worker(receiver), await ground.publish()
    receiver.misdeeds = [refuse(503)]
    await ground.drain(worker)
    await ground.withdraw(record)
    await ground.settle(worker)

    assert receiver.of(record) == [("publish", False), ("withdraw", False)]
    (row,) = await ground.fetch("SELECT platform_at FROM credit_record WHERE id = $1", record)
    assert row["platform_at"] is None


MISDEEDS: dict[str, Misdeed] = {
    "refuses with 500": refuse(500),
    "refuses with 503": refuse(503),
    "shuts us out": refuse(401),
    "has another address": refuse(307),
    "cuts": cut,
    "cuts midway": cut_midway,
    "answers late": hold,
    "drips its answer": drip,
    "receipts another event": of_another,
    "receipts twice in one answer": twice,
    "receipts in the future": timed("2026-03-19T10:00:00+08:00"),
    "receipts before it happened": timed("2026-03-17T10:00:00+08:00"),
    "receipts without a zone": timed("2026-03-18T10:00:00"),
    "receipts at no time": timed("今天"),
    "answers nothing": answer_with(200, "application/json", b""),
    "answers no JSON": answer_with(200, "text/html", b"<h1>OK</h1>"),
    "answers another JSON": answer_with(200, "application/json", b"[1, 2]"),
    "answers deep JSON": answer_with(200, "application/json", b"[" * 60_000),
    "answers no UTF-8": answer_with(200, "application/json", b"\xff\xfe\x00"),
    "answers endlessly": answer_with(200, "application/json", b"x" * (ANSWER_BYTES + 1)),
    "signs with an unknown key": answer_with(200, "application/jose", b"e30.e30.AAAA"),
}


SLOW = ("answers late", "drips its answer")


@pytest.mark.parametrize("what", MISDEEDS)
async def test_an_event_arrives_once_whatever_the_platform_does_first(
    ground: Ground, receiver: Receiver, what: str
) -> None:
    receiver.misdeeds = [MISDEEDS[what]]
    record = await ground.publish()
    await ground.drain(ground.worker(receiver, HASTY if what in SLOW else FIGURES))
    (missed,) = await ground.fetch("SELECT state, fault, next_at > $1 AS later FROM delivery", ground.clock.now)
    receiver.held.set()
    await ground.settle(ground.worker(receiver), rounds=2)

    assert (missed["state"], missed["later"]) == ("waiting", True)
    assert missed["fault"] is not None
    assert receiver.of(record) == [("publish", True)]
    assert await ground.states(record) == [("publish", "delivered")]


async def test_a_refused_event_is_a_dead_letter_and_holds_back_its_row_only(ground: Ground, receiver: Receiver) -> None:
    worker, bad, good = ground.worker(receiver), await ground.publish(), await ground.publish()
    await ground.amend(bad, "更正后的名称")
    receiver.misdeeds = [refuse(422)]
    await ground.settle(worker, rounds=3)

    assert await ground.states(bad) == [("publish", "dead"), ("amend", "waiting")]
    assert await ground.states(good) == [("publish", "delivered")]
    assert receiver.of(bad) == []


async def test_a_withdrawal_passes_dead_letters(ground: Ground, receiver: Receiver) -> None:
    worker, record = ground.worker(receiver), await ground.publish()
    await ground.drain(worker)
    await ground.amend(record, "更正后的名称")
    receiver.misdeeds = [refuse(422)]
    await ground.drain(worker)
    await ground.withdraw(record)
    await ground.drain(worker)

    assert receiver.of(record) == [("publish", True), ("withdraw", False)]
    assert await ground.states(record) == [("publish", "delivered"), ("amend", "dead"), ("withdraw", "delivered")]


async def test_a_withdrawal_passes_what_a_dead_letter_holds_back_and_nothing_shows_it_again_hc_07(
    ground: Ground, receiver: Receiver
) -> None:
    """The later amendment could never be sent while the earlier one is dead: it must not keep the record up there."""
    worker, record = ground.worker(receiver), await ground.publish()
    await ground.drain(worker)
    await ground.amend(record, "更正后的名称")
    await ground.amend(record, "再次更正的名称")
    receiver.misdeeds = [refuse(422)]
    await ground.drain(worker)
    await ground.withdraw(record)
    await ground.drain(worker)

    assert receiver.of(record) == [("publish", True), ("withdraw", False)]
    (dead,) = await ground.fetch("SELECT id FROM delivery WHERE object_id = $1 AND state = 'dead'", record)
    async with ground.transaction() as tx:
        await deliveries.resend(tx, dead["id"])
    await ground.drain(worker)
    assert receiver.of(record)[2:] == [("amend", False), ("amend", False)]


async def test_a_withdrawal_waits_for_what_may_still_be_sent(ground: Ground, receiver: Receiver) -> None:
    worker, record = ground.worker(receiver), await ground.publish()
    await ground.drain(worker)
    await ground.amend(record, "更正后的名称")
    receiver.misdeeds = [refuse(503)]
    await ground.drain(worker)
    await ground.withdraw(record)
    await ground.drain(worker)

    assert await ground.states(record) == [("publish", "delivered"), ("amend", "waiting"), ("withdraw", "waiting")]


async def test_a_dead_letter_is_sent_again_by_hand_and_once(ground: Ground, receiver: Receiver) -> None:
    worker, record = ground.worker(receiver), await ground.publish()
    receiver.misdeeds = [refuse(400)]
    await ground.drain(worker)
    (row,) = await ground.fetch("SELECT id FROM delivery WHERE object_id = $1", record)
    async with ground.transaction() as tx:
        await deliveries.resend(tx, row["id"])
    await ground.drain(worker)
    assert receiver.of(record) == [("publish", True)]
    with pytest.raises(StateConflict):
        async with ground.transaction() as tx:
            await deliveries.resend(tx, row["id"])


async def test_an_event_that_fails_too_often_while_others_are_taken_is_a_dead_letter(
    ground: Ground, receiver: Receiver
) -> None:
    worker, _ = ground.worker(receiver), await ground.publish()
    await ground.drain(worker)
    record = await ground.publish()
    for _ in range(FIGURES.failures):
        assert await ground.states(record) in ([], [("publish", "waiting")])
        others = await ground.publish()
        receiver.misdeeds = [refuse(500)]
        await ground.settle(worker, rounds=1)
        assert await ground.states(others) == [("publish", "delivered")]

    assert await ground.states(record) == [("publish", "dead")]


async def test_an_event_that_cannot_be_composed_is_a_dead_letter_though_nothing_is_sent(
    ground: Ground, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is ours to repair, whatever the platform does."""

    async def content_of(*_: object) -> None:
        raise NotComposed

    monkeypatch.setattr("api.process.worker.content_of", content_of)
    record = await ground.publish()
    await ground.settle(ground.worker(receiver), rounds=FIGURES.failures)

    assert (await ground.states(record), receiver.posts) == ([("publish", "dead")], [])


@pytest.mark.parametrize("misdeed", [refuse(500), refuse(503), cut], ids=["broken", "away", "cut"])
async def test_a_platform_that_takes_nothing_makes_no_dead_letters(
    ground: Ground, receiver: Receiver, misdeed: Misdeed
) -> None:
    """Whatever it answers: after a night of it each event would need somebody, the repair of a record like any other."""
    worker, first = ground.worker(receiver), await ground.publish()
    await ground.drain(worker)
    ground.clock.move(seconds=FIGURES.longest_seconds)
    records = [await ground.publish(), await ground.publish()]
    receiver.misdeeds = [misdeed] * (2 * FIGURES.failures + 2)
    await ground.settle(worker, rounds=FIGURES.failures + 4)

    assert [await ground.states(record) for record in (first, *records)] == [[("publish", "delivered")]] * 3


async def test_a_platform_without_a_socket_is_away(ground: Ground) -> None:
    record = await ground.publish()
    async with receiving(ground.keys, ground.clock) as gone:
        pass
    worker = ground.worker(gone)
    await ground.drain(worker)

    (row,) = await ground.fetch("SELECT state, fault, failures FROM delivery WHERE object_id = $1", record)
    assert (row["state"], row["fault"], row["failures"]) == ("waiting", "no_connection", 0)
    assert worker.rest() == FIGURES.first_seconds


def test_pauses_grow_to_the_longest_and_are_shortened_by_chance() -> None:
    pauses = [FIGURES.pause(attempt, lambda: 0.0).total_seconds() for attempt in (1, 2, 3, 4, 100_000)]
    assert pauses == [5, 10, 20, 40, 900]
    assert FIGURES.pause(2, lambda: 1.0).total_seconds() == 5


async def test_workers_together_deliver_everything_once_and_in_order(ground: Ground, receiver: Receiver) -> None:
    dice = random.Random(8)
    expected = {}
    for number in range(12):
        record = await ground.publish()
        expected[record] = [("publish", True)]
        if number % 2:
            await ground.amend(record, f"更正第{number}")
            expected[record].append(("amend", True))
    naughty = [None, None, refuse(500), refuse(503), cut, cut_midway, of_another, twice]
    receiver.misdeeds = [dice.choice(naughty) for _ in range(40)]
    workers = [ground.worker(receiver) for _ in range(2)]
    for _ in range(12):
        await asyncio.gather(*(ground.drain(worker) for worker in workers for _ in range(2)))
        ground.clock.move(seconds=FIGURES.longest_seconds)

    assert {record: receiver.of(record) for record in expected} == expected
    assert len(receiver.log) == len({one["jti"] for one in receiver.log}) == 18
    rows = await ground.fetch("SELECT state FROM delivery")
    assert [row["state"] for row in rows] == ["delivered"] * 18


async def test_what_is_receipted_is_never_sent_again_by_several_workers(ground: Ground, receiver: Receiver) -> None:
    for _ in range(10):
        await ground.publish()
    workers = [ground.worker(receiver) for _ in range(3)]
    await asyncio.gather(*(ground.drain(worker) for worker in workers))
    await ground.settle(workers[0], rounds=2)

    assert len(receiver.posts) == len(set(receiver.posts)) == 10


async def test_what_one_worker_is_claiming_another_passes_over(ground: Ground, receiver: Receiver) -> None:
    for _ in range(2):
        await ground.publish()
    await ground.worker(receiver).take_up()
    async with ground.transaction() as one, ground.transaction() as other:
        await other.connection.execute("SET LOCAL lock_timeout = '2s'")
        claimed = [await deliveries.claim(tx, FIGURES, jurisdiction="350200") for tx in (one, other, other)]

    first, second, third = claimed
    assert first is not None
    assert second is not None
    assert first["id"] != second["id"]
    assert third is None, "the one that is left is being claimed by the first"


async def test_a_worker_that_dies_between_sending_and_receipt_loses_and_doubles_nothing(
    ground: Ground, receiver: Receiver
) -> None:
    record = await ground.publish()
    receiver.misdeeds = [hold]
    dying = asyncio.create_task(ground.drain(ground.worker(receiver)))
    await receiver.arrived.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    other = ground.worker(receiver)
    await ground.drain(other)
    assert await ground.states(record) == [("publish", "waiting")], "its lease has not ended"
    ground.clock.move(seconds=FIGURES.lease_seconds)
    await ground.drain(other)

    assert receiver.of(record) == [("publish", True)]
    assert len(receiver.posts) == 2
    assert await ground.states(record) == [("publish", "delivered")]


async def test_what_another_worker_has_claimed_meanwhile_is_not_given_up(ground: Ground, receiver: Receiver) -> None:
    record = await ground.publish()
    await ground.worker(receiver).take_up()
    async with ground.transaction() as tx:
        slow = await deliveries.claim(tx, FIGURES, jurisdiction="350200")
    assert slow is not None
    ground.clock.move(seconds=FIGURES.lease_seconds)
    async with ground.transaction() as tx:
        assert await deliveries.claim(tx, FIGURES, jurisdiction="350200") is not None
    with pytest.raises(StateConflict):
        async with ground.transaction() as tx:
            await deliveries.give_up(tx, slow, fault="refused", status=400)
    assert await ground.states(record) == [("publish", "waiting")]


async def test_a_database_that_is_lost_before_the_receipt_is_noted_doubles_nothing(
    ground: Ground, receiver: Receiver, postgres: EmbeddedPostgres
) -> None:
    record, name = await ground.publish(), urlsplit(ground.url).path[1:]
    owner = await asyncpg.connect(postgres.superuser_url)

    async def lose(receiver: Receiver, event: str, good: Any) -> Any:
        await owner.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        return good

    receiver.misdeeds = [lose]
    worker = ground.worker(receiver)
    with pytest.raises(DatabaseAway):
        await ground.drain(worker)
    await owner.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    await owner.close()
    await ground.settle(worker, rounds=3)

    assert receiver.of(record) == [("publish", True)]
    assert len(receiver.posts) == 2
    assert await ground.states(record) == [("publish", "delivered")]


async def test_a_worker_goes_on_while_the_database_is_away_and_ends_when_told(
    ground: Ground, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    record = await ground.publish()
    worker = ground.worker(receiver, replace(FIGURES, lanes=1))
    good = worker.service.database.change
    waits: list[float] = []

    def away() -> Any:
        raise DatabaseAway

    async def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 4:
            monkeypatch.setattr(worker.service.database, "change", good)
        await asyncio.sleep(0)

    monkeypatch.setattr(worker.service.database, "change", away)
    with caplog.at_level(logging.INFO, logger="renxin.push"):
        await worker.run(lambda: bool(receiver.log) and len(waits) > 4, wait)

    assert receiver.of(record) == [("publish", True)]
    lines = [record.message for record in caplog.records if "push" in record.message]
    assert lines[0] == "push_interrupted"
    assert 1 <= lines.count("push_interrupted") == lines.count("push_goes_on") <= 2, "of taking up, of delivering, once"


async def test_the_push_goes_on_past_an_event_that_nobody_had_thought_of(
    ground: Ground, receiver: Receiver, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside requests nobody would be told that the push has ended: not of this event, and of no other."""
    odd, record = await ground.publish(), await ground.publish()

    async def composed(platform: Platform, row: Mapping[str, Any], now: datetime) -> Any:
        if row["object_id"] == odd:
            raise RuntimeError("of no kind that is known")
        return await content_of(platform, row, now)

    async def wait(_: float) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr("api.process.worker.content_of", composed)
    with caplog.at_level(logging.INFO, logger="renxin.push"):
        await ground.worker(receiver).run(lambda: bool(receiver.log), wait)

    assert (receiver.of(record), await ground.states(odd)) == ([("publish", True)], [("publish", "waiting")])
    told = [line for line in caplog.records if line.message == "delivery_broke_off"]
    assert [line.__dict__["kind"] for line in told] == ["RuntimeError"]
    assert "known" not in caplog.text


@pytest.mark.parametrize(
    "where", ["api.process.worker.content_of", "domain.delivery.deliveries.deliver"], ids=["before", "after"]
)
async def test_an_event_that_nobody_had_thought_of_is_a_dead_letter_after_as_many_attempts_as_any_xm_08b(
    ground: Ground, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Before it was sent or when its receipt was there: it blocks its row for hours, and the end of publication never."""

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as odd:
        odd.setattr(where, broken)
        worker, record = ground.worker(receiver), await ground.publish()
        await ground.amend(record, "更正后的标题")
        await ground.settle(worker, rounds=FIGURES.failures)

    (row, _) = await ground.fetch("SELECT * FROM delivery WHERE object_id = $1 ORDER BY id", record)
    assert (row["state"], row["fault"], row["attempts"]) == ("dead", "unforeseen", FIGURES.failures)
    assert await ground.states(record) == [("publish", "dead"), ("amend", "waiting")]

    await ground.withdraw(record)
    await ground.settle(worker, rounds=2)
    assert (await ground.states(record))[0] == ("publish", "dead")
    assert (await ground.states(record))[-1] == ("withdraw", "delivered" if receiver.posts else "withheld")


async def test_without_an_address_events_wait(ground: Ground) -> None:
    record = await ground.publish()
    worker = ground.worker(None)
    await worker.take_up()
    with pytest.raises(PlatformNotConnected):
        await worker.step()
    assert await ground.states(record) == [("publish", "waiting")]


@pytest.fixture
async def suspended(ground: Ground) -> AsyncIterator[None]:
    """Suspend the platform's account for one test."""
    await ground.fetch("UPDATE account SET state = 'suspended' WHERE sub = 'city-platform' RETURNING id")
    yield
    await ground.fetch("UPDATE account SET state = 'active' WHERE sub = 'city-platform' RETURNING id")


@pytest.mark.usefixtures("suspended")
async def test_a_suspended_platform_is_sent_nothing(ground: Ground, receiver: Receiver) -> None:
    record = await ground.publish()
    with pytest.raises(PlatformNotConnected):
        await ground.drain(ground.worker(receiver))
    assert receiver.posts == []
    assert await ground.states(record) == [("publish", "waiting")]


async def test_other_places_are_not_this_platforms(ground: Ground, receiver: Receiver) -> None:
    async with ground.transaction() as tx:
        row = await tx.connection.fetchrow(
            "INSERT INTO delivery (id, at, object, object_id, verb, version, ends, jurisdiction_id, office_id, state,"
            " attempts, failures, next_at) SELECT uuidv7(), $1, 'list_entry', uuidv7(), 'publish', 1, false, '410700',"
            " id, 'waiting', 0, 0, $1 FROM office WHERE jurisdiction_id = '410700' LIMIT 1 RETURNING object_id",
            NOW,
        )
    await ground.drain(ground.worker(receiver))
    assert receiver.posts == []
    assert row is not None
    assert await ground.states(row["object_id"]) == [("publish", "waiting")]


@pytest.mark.parametrize(("keys", "state", "signed"), [(KEYS, "delivered", True), ("other", "waiting", None)])
async def test_a_signed_receipt_counts_with_the_platforms_key(
    ground: Ground, receiver: Receiver, keys: Any, state: str, signed: bool | None
) -> None:
    by = KEYS if keys is KEYS else {"platform-1": Ed25519PrivateKey.from_private_bytes(b"x" * 32)}
    signer = Signer(by, "platform-1")
    receiver.sign = lambda receipt: signer.sign(canonical(receipt).encode(), kind=RECEIPT_TYPE)
    record = await ground.publish()
    await ground.drain(ground.worker(receiver))

    (row,) = await ground.fetch("SELECT state, signed FROM delivery WHERE object_id = $1", record)
    assert (row["state"], row["signed"]) == (state, signed)


async def test_logs_hold_neither_what_is_pushed_nor_what_the_platform_writes(
    ground: Ground, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    await ground.publish(person=True)
    receiver.misdeeds = [refuse(500), refuse(422)]
    with caplog.at_level(logging.DEBUG):
        await ground.settle(ground.worker(receiver), rounds=3)
    written = " ".join(str(vars(record)) for record in caplog.records if record.name.startswith("renxin"))
    assert "delivery_missed" in written
    for secret in (PERSON["name"], PERSON["id_number"], "350211198001010010", "eyJ"):
        assert secret not in written


async def test_the_backlog_counts_what_is_not_taken_up_yet(ground: Ground, receiver: Receiver) -> None:
    await ground.publish()
    ground.clock.move(minutes=5)
    await ground.publish()
    before = await deliveries.backlog(ground.service.database, jurisdiction="350200")
    await ground.drain(ground.worker(receiver))
    after = await deliveries.backlog(ground.service.database, jurisdiction="350200")

    assert (before.waiting, before.dead, before.oldest_at) == (2, 0, NOW)
    assert (after.waiting, after.dead, after.oldest_at) == (0, 0, None)


async def test_metrics_tell_the_backlog_and_nothing_while_the_database_is_away(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ground.publish()
    ground.clock.move(minutes=2)
    text = await push_written(ground.service)

    async def away(query: str, *values: object) -> None:
        raise DatabaseAway

    monkeypatch.setattr(ground.service.database, "fetchrow", away)
    assert f'renxin_push_waiting{{process="{os.getpid()}"}} 1\n' in text
    assert f'renxin_push_oldest_seconds{{process="{os.getpid()}"}} 120\n' in text
    assert await push_written(ground.service) == ""


async def test_what_ended_by_the_day_is_looked_for_once_a_day(
    ground: Ground, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []

    async def noted(tx: Transaction) -> int:
        looked.append(tx.today)
        return 0

    monkeypatch.setattr(commitments, "take_down_ended", noted)
    worker = ground.worker(receiver)
    for hours in (0, 1, 24):
        ground.clock.move(hours=hours)
        await ground.drain(worker)
    assert looked == [NOW.date(), ground.clock().date()]


async def test_what_waits_for_a_platform_that_is_not_here_alarms_nobody(
    district: Ground, district_receiver: Receiver
) -> None:
    """It waits as long as nobody connects that platform: whoever looks after this one can do nothing."""
    await district.publish(place="350200")
    await district.drain(district.worker(district_receiver))
    district.clock.move(days=1)
    text = await push_written(district.service)
    for gauge, value in (("connected", 1), ("waiting", 0), ("dead", 0), ("oldest_seconds", 0)):
        assert f'renxin_push_{gauge}{{process="{os.getpid()}"}} {value}\n' in text


async def test_where_no_platform_is_connected_metrics_say_that_and_no_more(ground: Ground) -> None:
    await ground.publish()
    alone = replace(ground.service, settings=replace(ground.service.settings, platform_account=None))
    told = [line for line in (await push_written(alone)).splitlines() if not line.startswith("#")]
    assert told == [f'renxin_push_connected{{process="{os.getpid()}"}} 0']


async def test_the_command_pushes_and_ends_cleanly_when_told(ground: Ground, receiver: Receiver) -> None:
    """`renxin worker` in a process of its own, ended by SIGTERM."""
    record = await ground.publish()
    receiver.clock = lambda: datetime.now(UTC)
    settings = ground.service.settings
    keys = {
        "RENXIN_DATABASE_URL": ground.url,
        "RENXIN_PUBLIC_URL": settings.public_url,
        "RENXIN_PLATFORM_URL": receiver.url,
        "RENXIN_PLATFORM_ACCOUNT": PLATFORM,
        "RENXIN_ENCRYPTION_KEYS": json.dumps(
            {name: base64.b64encode(key).decode() for name, key in settings.encryption_keys.items()}
        ),
        "RENXIN_INDEX_KEY": base64.b64encode(settings.index_key).decode(),
        "RENXIN_CURSOR_KEY": base64.b64encode(b"3" * 32).decode(),
        "RENXIN_SIGNING_KEYS_DIR": str(settings.signing_keys_dir),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.cli.main", "worker", env={**os.environ, **keys}, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(300):
        await receiver.arrived.wait()
        process.send_signal(signal.SIGTERM)
        _, errors = await process.communicate()

    assert process.returncode == 0, errors.decode()
    assert receiver.of(record) == [("publish", True)]
    assert await ground.states(record) == [("publish", "delivered")]
