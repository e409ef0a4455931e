"""What was stored about acts of minors before the law was carried out is found, told of and kept back: 未成年人保护法 103."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import anyio
import asyncpg
import pytest

from api.cli.main import main
from api.cli.minors import minors_command
from api.config.settings import Settings
from api.demo import known
from api.demo.stories import PERSON_WITH_CONSENT
from api.postgres.database_keys import open_vault
from domain.calendar import WorkingCalendar
from domain.credit import keeping_back, records
from domain.identifiers import resident_id_check_character
from domain.ids import new_id
from domain.lifecycle import Transaction
from domain.lists import batch_recall
from domain.lists.list_way import load_entry
from domain.rulebook.model import Rulebooks
from domain.vault import NUMBER_SEAL, Vault
from tests.client import Client
from tests.credit.ground import Clerk
from tests.repair.ground import HAICANG, XIAMEN, XINXIANG, Scene, enter

pytestmark = pytest.mark.anyio

DAY = date(2026, 3, 2)
MINOR, ADULT = "20080302", "20080301"
"""Who has its eighteenth birthday on that day, and who had it the day before."""


def number_of(born: str, sequence: int = 3) -> str:
    """Give the number of somebody born on a day."""
    first_17 = f"350200{born}{sequence:03d}"
    return first_17 + resident_id_check_character(first_17)


@pytest.fixture
def back(tx: Transaction, vault: Vault, books: Rulebooks) -> Any:
    """Find, or keep back, within the transaction of the test."""

    @asynccontextmanager
    async def transact() -> AsyncIterator[Transaction]:
        yield tx

    async def carry_out(what: Any) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
        found = await what(transact, vault, books)
        return dict(found.of_minors), dict(found.unread)

    return carry_out


async def _stored(clerk: Clerk, born: str, number: int, *, published: bool = True) -> UUID:
    """Give a penalty as it stood before the law was carried out: shown to everybody."""
    party = {"uscc": None, "id_number": number_of(born), "name": "虚构少"}
    record = await clerk.hand_in(**party, severity="serious", decision_no=f"旧〔2026〕{number}号", decided_on=DAY)
    if published:
        await clerk.publish(record)
    await clerk.tx.connection.execute(
        "UPDATE credit_record SET disclosure = 'public', publication_due_on = $2 WHERE id = $1",
        record,
        date(2026, 3, 11),
    )
    return record


async def _events(tx: Transaction, row: UUID) -> list[Mapping[str, Any]]:
    return list(
        await tx.connection.fetch("SELECT basis FROM ledger_event WHERE object_id = $1 AND verb = 'take_down'", row)
    )


async def test_a_penalty_of_a_minor_that_is_shown_is_found_and_kept_back_once(inspector: Clerk, back: Any) -> None:
    minors = [await _stored(inspector, MINOR, 1), await _stored(inspector, MINOR, 2, published=False)]
    adults = await _stored(inspector, ADULT, 3)
    here = ("credit_record", "350200")
    assert await back(keeping_back.find) == ({here: 2}, {})
    assert [(await inspector.row(one))["disclosure"] for one in minors] == ["public"] * 2
    assert await _events(inspector.tx, minors[0]) == []

    assert await back(keeping_back.keep_back) == ({here: 2}, {})
    for one in minors:
        row = await inspector.row(one)
        assert (row["disclosure"], row["publication_due_on"]) == ("restricted", None)
        [event] = await _events(inspector.tx, one)
        assert event["basis"].startswith("《未成年人保护法")
        told = "SELECT verb FROM outbox_event WHERE object_id = $1 ORDER BY id DESC LIMIT 1"
        assert await inspector.tx.connection.fetchval(told, one) == "take_down"
    assert (await inspector.row(adults))["disclosure"] == "public"
    assert await back(keeping_back.keep_back) == ({}, {})
    assert len(await _events(inspector.tx, minors[0])) == 1


async def test_it_goes_on_block_by_block_to_the_last(
    inspector: Clerk, back: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_back, "BLOCK", 2)
    for number in range(5):
        await _stored(inspector, MINOR, number)
    assert await back(keeping_back.keep_back) == ({("credit_record", "350200"): 5}, {})


async def test_what_speaks_for_a_minor_was_withdrawn_or_is_no_matter_of_age_stays(
    inspector: Clerk, back: Any, books: Rulebooks, clerk_of: Callable[[str, str, str], Awaitable[Clerk]]
) -> None:
    withdrawn = await _stored(inspector, MINOR, 1)
    await records.withdraw(inspector.tx, books, withdrawn, reason="决定撤销")
    exams = await clerk_of("410700", "KS", "recruitment_exam_good")
    await exams.hand_in(
        id_number=number_of(MINOR), name="虚构少", uscc=None, decided_on=DAY,
        legal_basis="《公务员法》", legal_basis_level="law",
    )  # fmt: skip
    permits = await clerk_of("350200", "SP", "permit")
    await permits.hand_in(id_number=number_of(MINOR), name="虚构少", uscc=None, decided_on=DAY)
    assert await back(keeping_back.find) == ({}, {})


async def test_an_entry_for_what_a_minor_did_is_kept_back_and_recalled(
    inspector: Clerk, back: Any, books: Rulebooks
) -> None:
    """By the earliest day of what it rests on, though it was listed as an adult; one of honour stays."""
    tx = inspector.tx
    entries, rows_of = {}, {}
    for number, born in enumerate((MINOR, ADULT)):
        record = await _stored(inspector, born, number)
        rows_of[born] = await inspector.row(record)
        made = Scene(XIAMEN, rows_of[born]["subject_id"], record, person=True)
        entries[born] = await enter(tx, made, "key_attention", person=True)
    minor = replace(made, city=XINXIANG, subject=rows_of[MINOR]["subject_id"], record=rows_of[MINOR]["id"])
    honour = await enter(tx, minor, "red", person=True)
    exposed = await enter(tx, replace(minor, city=HAICANG), "enforcement_defaulter", person=True)
    kept = {("credit_record", "350200"): 1, ("list_entry", "350200"): 1, ("list_entry", "350205"): 1}
    assert await back(keeping_back.keep_back) == (kept, {})
    recalled = "SELECT payload ->> 'why' FROM outbox_event WHERE object_id = $1 AND verb = 'recall'"
    assert await tx.connection.fetchval(recalled, exposed) == "kept_back"
    assert (await load_entry(tx, books, honour))[0]["disclosure"] == "public"
    rows = [(await load_entry(tx, books, entries[born]))[0] for born in (MINOR, ADULT)]
    assert [row["disclosure"] for row in rows] == ["restricted", "public"]
    assert len(await _events(tx, entries[MINOR])) == 1
    gone = await batch_recall.left_list(tx.connection, rows[0]["credit_list_id"], date.min, tx.today)
    assert [(one.entry_id, one.left_on, one.why) for one in gone] == [(entries[MINOR], tx.today, "kept_back")]


async def test_an_entry_that_rests_on_nothing_is_judged_by_its_decision_or_collection(
    inspector: Clerk, back: Any, books: Rulebooks
) -> None:
    """As one that was taken over from a court: by the earlier of both."""
    tx = inspector.tx
    whose = {
        born: (await inspector.row(await _stored(inspector, born, n)))["subject_id"]
        for n, born in enumerate((MINOR, ADULT))
    }
    aside = Scene(XIAMEN, whose[ADULT], new_id(), person=True)
    told: tuple[dict[str, Any], ...] = (
        {"decided_on": DAY},
        {"decided_on": date(2026, 3, 3)},
        {"decided_on": date(2026, 3, 3), "collected_at": datetime(2026, 3, 2, 15, 59, tzinfo=UTC)},
    )
    decided, later, collected = [
        await enter(tx, aside, "key_attention", person=True, subject_id=whose[MINOR], **days) for days in told
    ]
    assert (await back(keeping_back.keep_back))[0]["list_entry", "350200"] == 2
    shown = [(await load_entry(tx, books, one))[0]["disclosure"] for one in (decided, later, collected)]
    assert shown == ["restricted", "public", "restricted"]


async def test_a_number_that_cannot_be_opened_is_counted_and_the_rest_goes_on(inspector: Clerk, back: Any) -> None:
    broken = (await inspector.row(await _stored(inspector, ADULT, 1)))["subject_id"]
    await inspector.tx.connection.execute(
        "UPDATE subject SET id_cipher = set_byte(id_cipher, 20, get_byte(id_cipher, 20) # 1) WHERE id = $1", broken
    )
    await _stored(inspector, MINOR, 2)
    assert await back(keeping_back.keep_back) == ({("credit_record", "350200"): 1}, {"credit_record": 1})


async def test_a_published_record_that_an_amendment_keeps_back_comes_down_at_the_platform(
    inspector: Clerk, books: Rulebooks, calendar: WorkingCalendar
) -> None:
    party = {"uscc": None, "id_number": number_of(MINOR), "name": "虚构少"}
    later = {"severity": "serious", "decided_on": date(2026, 3, 3)}
    record = await inspector.hand_in(**party, **later)
    await inspector.publish(record)
    assert (await inspector.row(record))["disclosure"] == "public"
    amended = await records.amend(
        inspector.tx, inspector.vault, books, calendar, record, changes={"decided_on": DAY}, reason="日期有误"
    )
    assert amended["disclosure"] == "restricted"
    assert len(await _events(inspector.tx, record)) == 1
    await records.amend(
        inspector.tx, inspector.vault, books, calendar, record, changes={"title": "另一标题"}, reason="有误"
    )
    assert len(await _events(inspector.tx, record)) == 1


READ = "query ($number: String!) { creditReport(number: $number) { contentStatus } }"


async def test_the_command_tells_by_default_keeps_back_if_asked_and_names_nobody(
    client: Client,
    demo_url: str,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An agency's report that tells of it is not given again."""
    here = replace(settings, database_url=demo_url)
    issued = await client.data(
        'mutation ($s: ID!) { issueCreditReport(input: { subject: $s, kind: "person" }) { creditReport { number } } }',
        {"s": known.PERSON_WITH_CONSENT}, caller="xiamen-bank", purpose=known.PURPOSE,
    )  # fmt: skip
    report = {"number": issued["issueCreditReport"]["creditReport"]["number"]}
    assert await anyio.to_thread.run_sync(minors_command, here, Namespace(keep_back=True)) == 0
    assert (await client.data(READ, report, caller="xiamen-bank", purpose=known.PURPOSE))["creditReport"]

    connection = await asyncpg.connect(demo_url)
    sealed = open_vault(settings).seal(number_of("20200101"), bound_to=NUMBER_SEAL)
    await connection.execute("UPDATE subject SET id_cipher = $2 WHERE id = $1", PERSON_WITH_CONSENT.id, sealed)
    capsys.readouterr()
    monkeypatch.setattr("api.cli.main.load_settings", lambda _: here)
    assert await anyio.to_thread.run_sync(main, ["minors"]) == 1
    told = capsys.readouterr().out
    assert "350200: 1 credit records 信用信息 of minors shown to others 仍对外展示" in told
    assert "With --keep-back they are kept back" in told
    assert PERSON_WITH_CONSENT.name not in told
    assert await anyio.to_thread.run_sync(main, ["minors", "--keep-back"]) == 0
    assert "of minors kept back 已不予披露" in capsys.readouterr().out
    assert await anyio.to_thread.run_sync(main, ["minors"]) == 0
    assert "Nothing of minors is shown" in capsys.readouterr().out
    event = await connection.fetchrow(
        "SELECT role, account_id FROM ledger_event WHERE verb = 'take_down' AND object = 'credit_record'"
    )
    assert tuple(event) == ("operator", None)
    await connection.close()
    assert (await client.data(READ, report, caller="xiamen-bank", purpose=known.PURPOSE))["creditReport"] is None
