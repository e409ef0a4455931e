"""Nothing hidden can be noticed: worlds that differ in a hidden value only give the same bytes."""

from __future__ import annotations

import dataclasses
import json
import random
from typing import Any

import pytest

from api.schema import schema
from tests.oracle.computed import COMPUTED
from tests.oracle.conftest import Ground, TooLarge
from tests.oracle.documents import Writer, Written
from tests.oracle.meaning import NOUNS
from tests.oracle.secrets import SECRETS, Secret
from tests.oracle.world import CALLERS, NOBODY, NOW, NUMBERS, Caller, Row, key

MISSING = "00000000-0000-7000-8000-000000000000"


Asked = tuple[Written, Caller]

SETS = 5
SET = 30
"""Random documents are written in sets, and the secrets take turns with them: reading one costs more than its answer."""


@dataclasses.dataclass
class World:
    """The served world as it stands, before anything hidden is changed: what it answers is asked once."""

    ground: Ground
    told: dict[tuple[str, str, Caller], bytes] = dataclasses.field(default_factory=dict)
    sets: dict[int, list[Written]] = dataclasses.field(default_factory=dict)

    def random(self, secret: Secret) -> list[Written]:
        """Give the random documents of a secret's turn."""
        turn = SECRETS.index(secret) % SETS
        if turn not in self.sets:
            dice = [random.Random(1_000 * turn + number) for number in range(SET)]
            self.sets[turn] = [Writer(schema._schema, self.ground.pools, one, 14).document() for one in dice]
        return self.sets[turn]

    async def answers(self, asked: list[Asked]) -> list[bytes]:
        """Give the answers of the world as it stands."""
        bodies = []
        for written, caller in asked:
            key = written.text, json.dumps(written.variables), caller
            if key not in self.told:
                [self.told[key]] = await answers(self.ground, [(written, caller)])
            bodies.append(self.told[key])
        return bodies

    async def both(self, secret: Secret, row: Row, asked: list[Asked]) -> tuple[list[bytes], list[bytes]]:
        """Give the answers of the world as it stands, and of the one in which a secret is another."""
        before = await self.answers(asked)
        await secret.change(self.ground.owner, row)
        try:
            return before, await answers(self.ground, asked)
        finally:
            await secret.undo(self.ground.owner, row)


@pytest.fixture(scope="module")
def unchanged(ground: Ground) -> World:
    """Give the world as it stands."""
    return World(ground)


def aimed(secret: Secret) -> list[Written]:
    """Give the documents that look for a secret."""
    return [Written(text, {}, None, []) for text in secret.asked]


async def answers(ground: Ground, asked: list[Asked]) -> list[bytes]:
    """Send documents and give the bodies; a document that is too large counts as its refusal."""
    bodies = []
    for written, caller in asked:
        if "ccess" in written.text:  # it may ask for the access log, which tells of the answers before it
            await ground.accesses()
        try:
            bodies.append(await ground.post(written, caller))
        except TooLarge:
            bodies.append(b"too large")
    return bodies


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret.name)
def test_a_hidden_value_changes_no_byte_of_any_answer(unchanged: World, secret: Secret) -> None:
    meaning = unchanged.ground.naive.meaning
    row = secret.row(meaning)
    others = [caller for caller in CALLERS if secret.hidden(meaning, caller, row)]
    assert others
    targeted = [(written, caller) for written in aimed(secret) for caller in others]
    spread = [(written, others[number % len(others)]) for number, written in enumerate(unchanged.random(secret))]
    asked = [*targeted, *spread]
    before, after = unchanged.ground.run(unchanged.both(secret, row, asked))
    for (written, caller), one, other in zip(asked, before, after, strict=True):
        assert one == other, f"{caller.name}: {written.text} {written.variables}"


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret.name)
def test_the_same_value_is_noticed_by_whoever_may_see_it(unchanged: World, secret: Secret) -> None:
    """The test above could not fail if its documents found nothing."""
    meaning = unchanged.ground.naive.meaning
    row = secret.row(meaning)
    entitled = [caller for caller in CALLERS if not secret.hidden(meaning, caller, row)]
    asked = [(written, caller) for written in aimed(secret) for caller in entitled]
    before, after = unchanged.ground.run(unchanged.both(secret, row, asked))
    assert before != after or not entitled


def foreign(ground: Ground, caller: Caller) -> list[tuple[str, str]]:
    """Give a type and id for each noun of which some row is closed to a caller that may read others."""
    meaning = ground.naive.meaning
    found = []
    for name, noun in NOUNS.items():
        scopes = meaning.open_scopes(caller, noun, "read")
        rows = [row for row in meaning.rows_of(noun) if noun != "subject" or meaning.kept(row) is row]  # not merged
        closed = [row for row in rows if not meaning.within(caller, noun, scopes, row)]
        found += [(name, f"{name}:{row['id']}") for row in closed[:2]]
    return found


ROOTS = {"CreditRecord": "creditRecord", "ListEntry": "listEntry", "RecordImport": "recordImport"}


@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.name)
def test_foreign_and_missing_rows_answer_alike(ground: Ground, caller: Caller) -> None:
    async def different() -> list[Any]:
        found = []
        for name, ident in foreign(ground, caller):
            for root in ("node", *([ROOTS[name]] if name in ROOTS else [])):
                text = f"query ($id: ID!) {{ {root}(id: $id) {{ __typename id ... on {name} {{ again: id }} }} }}"
                asked = [(Written(text, {"id": one}, None, []), caller) for one in (ident, f"{name}:{MISSING}")]
                bodies = await answers(ground, asked)
                if bodies[0] != bodies[1]:
                    found.append((ident, *bodies))
        return found

    assert ground.run(different()) == []


@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.name)
def test_people_and_reports_of_others_answer_like_none(ground: Ground, caller: Caller) -> None:
    meaning = ground.naive.meaning
    people = meaning.open_scopes(caller, "subject", "lookup_person")
    numbers = [
        number
        for number, subject in NUMBERS.items()
        if not meaning.within(
            caller, "subject", people, next(row for row in meaning.tables["subject"] if row["id"] == subject)
        )
    ]
    reports = meaning.open_scopes(caller, "credit_report", "read")
    closed = [
        row["number"]
        for row in meaning.tables["credit_report"]
        if not meaning.within(caller, "credit_report", reports, row)
    ]
    person = "query ($it: String!) { person(idNumber: $it) { id name } }"
    report = "query ($it: String!) { creditReport(number: $it) { id subject { id } documentStatus } }"
    asked = [(Written(person, {"it": one}, None, []), caller) for one in (NOBODY[0], *numbers)]
    other = [(Written(report, {"it": one}, None, []), caller) for one in ("R2026-9999", *closed)]
    assert len(set(ground.run(answers(ground, asked)))) == 1
    assert len(set(ground.run(answers(ground, other)))) == 1


def test_a_change_of_what_a_report_cannot_show_does_not_change_the_status_of_its_content(ground: Ground) -> None:
    current = next(
        row
        for row in ground.tables["credit_report"]
        if COMPUTED["CreditReport", "contentStatus"](ground.naive.meaning, row) == "current"
    )
    hidden = {
        **SECRETS[5].row(ground.naive.meaning),
        "id": key("record", "internal"),
        "subject_id": current["subject_id"],
        "about_person": current["about_person"],
    }
    adding = dataclasses.replace(SECRETS[5], row=lambda meaning: hidden)
    text = f'{{ creditReport(number: "{current["number"]}") {{ contentStatus }} }}'
    readers = [
        one for one in CALLERS if reads(ground, one, current) and SECRETS[5].hidden(ground.naive.meaning, one, hidden)
    ]
    assert readers

    async def before_and_after() -> tuple[list[bytes], list[bytes]]:
        asked = [(Written(text, {}, None, []), one) for one in readers]
        before = await answers(ground, asked)
        await adding.change(ground.owner, hidden)
        await ground.owner.execute(
            "INSERT INTO ledger_event (id, kind, at, object, object_id, verb, outcome, subject_id, role, policy_version)"
            " VALUES ($1, 'change', $2, 'credit_record', $3, 'submit', 'done', $4, 'clerk', 1)",
            key("change", "internal"),
            NOW,
            hidden["id"],
            hidden["subject_id"],
        )
        known = [row["id"] for row in ground.tables["ledger_event"]]
        after = [await ground.post(*one) for one in asked]
        await ground.owner.execute("DELETE FROM ledger_event WHERE id <> ALL($1::uuid[])", known)
        await adding.undo(ground.owner, hidden)
        return before, after

    before, after = ground.run(before_and_after())
    assert before == after


def reads(ground: Ground, caller: Caller, report: Row) -> bool:
    """Tell whether a caller may read a report."""
    meaning = ground.naive.meaning
    return meaning.within(caller, "credit_report", meaning.open_scopes(caller, "credit_report", "read"), report)
