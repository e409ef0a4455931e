"""What one person proposes and another decides, driven by random people: an item, an act, a definition, a request.

The real domain functions are driven against a naive model of two states and a last day; after each move the row and the
ledger are held against it. And two people who decide at the same instant leave one decision, whichever the noun.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.calendar import working_calendar
from domain.commitment import items as commitment_items
from domain.errors import DomainError
from domain.exemption import items as exemption_items
from domain.identifiers import invented_uscc
from domain.installation_rows import catalogue_item_id, credit_list_id, office_id
from domain.lifecycle import Actor, Transaction
from domain.lists import list_definitions
from domain.lists.list_definitions import Draft, Written
from domain.registry import enrolment
from domain.rights import subject_requests
from domain.rights.subject_requests import Asked
from domain.rulebook.loader import load_rulebooks

BOOKS, CALENDAR = load_rulebooks(), working_calendar()
HAICANG, XIAMEN = "350205", "350200"
PEOPLE = tuple(UUID(int=number) for number in range(301, 304))
START = date(2026, 3, 18)
NUMBERS = itertools.count(1)
MOVES = ("approve", "reject", "end", "end too early", "silent")

Acts = dict[str, Callable[[Transaction, UUID], Awaitable[Any]]]


@dataclass(frozen=True)
class Noun:
    """A noun: how it is proposed and decided, what its states are called, and how the proposer is refused."""

    table: str
    propose: Callable[[Transaction], Awaitable[UUID]]
    acts: Acts
    begins: str
    verbs: tuple[str, str, str]
    """What proposing, approving and rejecting are called here."""
    states: tuple[str, str]
    own: str
    anybody_rejects: bool = False


async def _item(tx: Transaction) -> UUID:
    return await commitment_items.propose(
        tx,
        commitment_items.Proposal(
            jurisdiction_id=XIAMEN, edition="2026年版", code=f"驱动{next(NUMBERS)}", name="许可告知承诺", kind="notification",
            matter_kind="approval", parties=["legal_person"], offices=[office_id(XIAMEN, "SP")], clause="11", disclosure="public",
            person_disclosure="restricted",
        ),
    )  # fmt: skip


async def _act(tx: Transaction) -> UUID:
    penalty = catalogue_item_id(HAICANG, BOOKS.books[BOOKS.heads[HAICANG]].id, "penalty")
    proposal = exemption_items.Proposal(
        jurisdiction_id=HAICANG, office_id=office_id(HAICANG, "RSJ"), catalogue_item_id=penalty, code=f"驱动{next(NUMBERS)}",
        industry="人力资源", act="未及时备案", minor_when="三日内补办", most_earlier=0, window_months=12, legal_basis="《办法》第三条",
    )  # fmt: skip
    return await exemption_items.propose(tx, BOOKS, proposal)


async def _definition(tx: Transaction) -> UUID:
    book = BOOKS.books[BOOKS.heads[XIAMEN]]
    written = Written("拖欠劳动报酬", "《条例》第四十八条")
    parts = dict.fromkeys(("standard", "procedure", "measures"), written)
    return await list_definitions.draft(
        tx,
        BOOKS,
        Draft(office_id=office_id(XIAMEN, "JCZD"), list_id=credit_list_id(book.id, "serious_dishonesty"), parts=parts),
    )


async def _request(tx: Transaction) -> UUID:
    firm = await enrolment.enrol_organisation(
        tx, uscc=invented_uscc(610_000 + next(NUMBERS)), name="虚构驱动有限公司", jurisdiction_id=XIAMEN
    )
    asked = Asked(subject_id=firm, kind="correction", words="请更正。", office_id=office_id(XIAMEN, "JCZD"))
    return await subject_requests.file(tx, BOOKS, CALENDAR, asked)


def _kept(module: Any) -> Acts:
    return {
        "approve": module.approve,
        "reject": lambda tx, row: module.reject(tx, row, reason="不符合要求"),
        "silent": lambda tx, row: module.reject(tx, row, reason=" "),
        "end": lambda tx, row: module.end(tx, row, valid_to=tx.today, reason="不再使用"),
        "end too early": lambda tx, row: module.end(tx, row, valid_to=tx.today - timedelta(days=1), reason="不再使用"),
    }


NOUNS = {
    "commitment_item": Noun("commitment_item", _item, _kept(commitment_items), "proposed", ("propose", "approve", "reject"),
                            ("approved", "rejected"), "PROPOSER_DECIDES"),
    "exemption_item": Noun("exemption_item", _act, _kept(exemption_items), "proposed", ("propose", "approve", "reject"),
                           ("approved", "rejected"), "EXEMPTION_PROPOSER_DECIDES"),
    "list_definition": Noun(
        "list_definition", _definition,
        {
            "approve": lambda tx, row: list_definitions.open_definition(tx, BOOKS, row),
            "reject": lambda tx, row: list_definitions.discard(tx, row, reason="另行起草"),
            "silent": lambda tx, row: list_definitions.discard(tx, row, reason=" "),
        },
        "drafted", ("draft", "open", "discard"), ("opened", "discarded"), "OWN_APPROVAL", anybody_rejects=True,
    ),
    "subject_request": Noun(
        "subject_request", _request,
        {
            "approve": lambda tx, row: subject_requests.grant(tx, row, answer="已更正"),
            "reject": lambda tx, row: subject_requests.refuse(tx, row, answer="与文书一致"),
            "silent": lambda tx, row: subject_requests.refuse(tx, row, answer=" "),
        },
        "filed", ("file", "grant", "refuse"), ("granted", "refused"), "ANSWER_BY_FILER",
    ),
}  # fmt: skip


@dataclass
class Model:
    """What a jurist would expect of it."""

    noun: Noun
    proposer: UUID
    state: str
    ended: bool = False
    log: list[str] = field(default_factory=list)

    def take(self, who: UUID, move: str) -> str | None:
        """Give the code by which a move is refused, or None where it is taken."""
        if move == "silent":
            return "INVALID_INPUT"
        if move.startswith("end"):
            return self._end(move)
        decides = 0 if move == "approve" else 1
        own = who == self.proposer and not (decides == 1 and self.noun.anybody_rejects)
        if self.state != self.noun.begins:
            stands_first = self.noun.table == "list_definition"  # there the state is looked at before the person
            return self.noun.own if own and not stands_first else "STATE_CONFLICT"
        if own:
            return self.noun.own
        self.state = self.noun.states[decides]
        self.log.append(self.noun.verbs[1 + decides])
        return None

    def _end(self, move: str) -> str | None:
        if self.state != "approved" or move == "end too early":
            return "INVALID_INPUT"
        if self.ended:
            return "STATE_CONFLICT"
        self.ended = True
        self.log.append("end")
        return None


def _tx(connection: Any, who: UUID, day: date = START) -> Transaction:
    return Transaction(connection, datetime(day.year, day.month, day.day, 2, tzinfo=UTC), Actor(who, ("approver",)))


@given(
    st.sampled_from(sorted(NOUNS)),
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(MOVES), st.integers(0, 3)), max_size=8),
    st.sampled_from([START, date(2028, 2, 28), date(2026, 9, 25), date(2026, 12, 30)]),
)
@example(
    "commitment_item",
    [(PEOPLE[0], "approve", 0), (PEOPLE[1], "approve", 0), (PEOPLE[2], "end", 1), (PEOPLE[1], "end", 1)],
    START,
)
@example(
    "exemption_item", [(PEOPLE[1], "reject", 0), (PEOPLE[2], "approve", 0), (PEOPLE[2], "end", 0)], date(2028, 2, 28)
)
@example("list_definition", [(PEOPLE[0], "approve", 0), (PEOPLE[0], "reject", 0), (PEOPLE[1], "approve", 0)], START)
@example("subject_request", [(PEOPLE[0], "approve", 0), (PEOPLE[1], "reject", 0), (PEOPLE[0], "approve", 0)], START)
@settings(max_examples=16, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_sequence_of_moves_lets_a_proposer_decide_or_a_decision_be_taken_twice(
    installed_url: str, name: str, taken: list[tuple[UUID, str, int]], start: date
) -> None:
    """XM-03, HC-03, XM-11b, HC-02; PIPL 46, 50: items, acts, definitions and requests; a leap day among the days."""
    asyncio.run(_played(installed_url, NOUNS[name], taken, start))


async def _played(url: str, noun: Noun, taken: list[tuple[UUID, str, int]], day: date) -> None:
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        made = await noun.propose(_tx(connection, PEOPLE[0], day))
        model = Model(noun, PEOPLE[0], noun.begins, log=[noun.verbs[0]])
        for who, move, days in taken:
            day += timedelta(days=days)
            if move in noun.acts:
                expected = model.take(who, move)
                assert await _tried(_tx(connection, who, day), noun.acts[move], made) == expected, (who, move)
                await _compare(connection, model, made)
    finally:
        await transaction.rollback()
        await connection.close()


async def _tried(tx: Transaction, act: Callable[[Transaction, UUID], Awaitable[Any]], made: UUID) -> str | None:
    """Take a step in a transaction of its own; give the code that refused it."""
    savepoint = tx.connection.transaction()
    await savepoint.start()
    try:
        await act(tx, made)
    except DomainError as error:
        await savepoint.rollback()
        return error.code
    await savepoint.commit()
    return None


async def _compare(connection: Any, model: Model, made: UUID) -> None:
    row = await connection.fetchrow(f"SELECT * FROM {model.noun.table} WHERE id = $1", made)
    assert row["state"] == model.state
    assert (dict(row).get("valid_to") is not None) is model.ended
    logged = await connection.fetch(
        "SELECT verb FROM ledger_event WHERE object_id = $1 AND kind = 'change' ORDER BY at, id", made
    )
    assert [one["verb"] for one in logged] == model.log


@pytest.mark.parametrize("name", sorted(NOUNS))
def test_people_who_decide_at_the_same_instant_leave_one_decision(installed_url: str, name: str) -> None:
    """Four at once, two for and two against: one is taken, the others are told that somebody was faster."""
    noun = NOUNS[name]

    async def decided(made: UUID, who: UUID, move: str) -> str | None:
        connection = await asyncpg.connect(installed_url)
        try:
            return await _tried(_tx(connection, who), noun.acts[move], made)
        finally:
            await connection.close()

    async def at_once() -> tuple[list[str | None], list[str]]:
        connection = await asyncpg.connect(installed_url)
        try:
            async with connection.transaction():
                made = await noun.propose(_tx(connection, PEOPLE[0]))
            deciders = zip((UUID(int=number) for number in range(401, 405)), ("approve", "reject") * 2, strict=True)
            came = await asyncio.gather(*(decided(made, who, move) for who, move in deciders))
            logged = await connection.fetch(
                "SELECT verb FROM ledger_event WHERE object_id = $1 AND kind = 'change' ORDER BY at, id", made
            )
            return list(came), [one["verb"] for one in logged]
        finally:
            await connection.close()

    came, log = asyncio.run(at_once())
    assert sorted(came, key=str) == [None, *["STATE_CONFLICT"] * 3]
    assert log in [[noun.verbs[0], noun.verbs[1]], [noun.verbs[0], noun.verbs[2]]]
