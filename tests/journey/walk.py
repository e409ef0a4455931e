"""A walk through a city's procedures over HTTP, on the days it takes: who may take a step takes it, nobody else can.

Staff are given by `sub`: role, jurisdiction, office. Everybody of the cast who does not have a step in hand tries it
first; what is refused must leave nothing in the ledger.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from graphql import GraphQLNonNull, GraphQLObjectType

from api.schema import schema
from authz.activation import assign, upsert_account
from domain.installation_rows import catalogue_item_id, office_id
from domain.lifecycle import Actor, Transaction
from domain.registry.enrolment import enrol_organisation
from domain.rulebook.loader import load_rulebooks
from tests.client import ISSUER, NOW, Client, Serve

BOOKS = load_rulebooks()
SINCE = date(2019, 1, 1)

Seat = tuple[str, str, str]
"""Role, jurisdiction, office."""

NOT_YOURS = frozenset(
    {
        "FORBIDDEN",
        "NOT_FOUND",
        "NOT_PRODUCER",
        "NOT_LIST_OWNER",
        "STEP_NOT_YOURS",
        "STEP_OF_ANOTHER_OFFICE",
        "OWN_APPROVAL",
        "OWN_STEP",
        "OWN_ACT_DECIDED",
        "VERIFIER_DECIDES",
        "COMMITMENT_ITEM_NOT_YOURS",
    }
)
"""How the wrong person is refused."""

OUT_OF_ORDER = frozenset(
    {"STEP_OUT_OF_ORDER", "STATE_CONFLICT", "NOT_FOUND", "OBJECTION_PENDING", "REPAIR_NOT_GRANTED"}
)
"""How a step is refused whose turn has not come, or is over; what the office cannot see yet, it does not find."""


@dataclass(frozen=True)
class Act:
    """A mutation with what it is given, by whom."""

    caller: str | None
    mutation: str
    given: Mapping[str, Any]


def act(caller: str | None, mutation: str, /, **given: Any) -> Act:
    """Name an act."""
    return Act(caller, mutation, given)


@dataclass
class Walk:
    """A walk: where it goes, who comes along, and the client of the day it is at."""

    serve: Serve
    url: str
    shown: Mapping[str, str]
    """What is asked of each part of a payload."""
    cast: list[str | None] = field(default_factory=lambda: [None])
    client: Client | None = None

    @asynccontextmanager
    async def on(self, day: str, at: str = "10:00") -> AsyncIterator[None]:
        """Be at a day, at an hour of China."""
        async with self.serve(self.url, now=datetime.fromisoformat(f"{day}T{at}+08:00")) as client:
            self.client = client
            yield

    # -- acts

    async def do(self, caller: str | None, mutation: str, /, **given: Any) -> dict[str, Any]:
        """Do what must succeed and give its payload."""
        answer = await self._send(act(caller, mutation, **given))
        assert "errors" not in answer, (caller, mutation, answer["errors"])
        payload: dict[str, Any] = answer["data"][mutation]
        assert payload["receipts"], "every change has its receipt"
        return payload

    async def refused(self, caller: str | None, mutation: str, /, **given: Any) -> str:
        """Try what must be refused; give the code."""
        found: str = (await self.refusal(caller, mutation, **given))["code"]
        return found

    async def refusal(self, caller: str | None, mutation: str, /, **given: Any) -> dict[str, Any]:
        """Try what must be refused and changes nothing; give what the refusal says."""
        before = await self._written()
        answer = await self._send(act(caller, mutation, **given))
        assert answer.get("errors"), (caller, mutation, answer)
        assert await self._written() == before, (caller, mutation, "what is refused changes nothing")
        found: dict[str, Any] = answer["errors"][0]["extensions"]
        return found

    async def only(self, hands: Iterable[str], mutation: str, /, **given: Any) -> dict[str, Any]:
        """See that everybody else is refused, then let the first of those who have it in hand do it."""
        may = list(hands)
        before = await self._written()
        for caller in self.cast:
            if caller in may:
                continue
            answer = await self._send(act(caller, mutation, **given))
            assert answer.get("errors"), (caller, mutation, answer)
            assert answer["errors"][0]["extensions"]["code"] in NOT_YOURS, (caller, mutation, answer["errors"])
        assert await self._written() == before, (mutation, "what is refused changes nothing")
        return await self.do(may[0], mutation, **given)

    async def not_now(self, *acts: Act) -> None:
        """See that steps are refused whose turn it is not, even to those in whose hands they lie."""
        for one in acts:
            code = await self.refused(one.caller, one.mutation, **one.given)
            assert code in OUT_OF_ORDER, (one.caller, one.mutation, code)

    async def see(self, caller: str | None, gid: str, fields: str, *, purpose: str | None = None) -> Any:
        """Read a row as somebody: null where it is not shown, or where his role shows him no such rows."""
        kind = gid.partition(":")[0]
        document = f"query ($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {fields} }} }} }}"
        answer = await self._at().send(document, {"id": gid}, caller=caller, purpose=purpose)
        assert [one["extensions"]["code"] for one in answer.get("errors", [])] in ([], ["FORBIDDEN"]), answer
        return answer["data"]["node"]

    async def ask(
        self, caller: str | None, document: str, variables: Any = None, *, purpose: str | None = None
    ) -> dict[str, Any]:
        """Ask a query that must succeed."""
        return await self._at().data(document, variables, caller=caller, purpose=purpose)

    async def import_file(self, caller: str | None, body: bytes, kind: str = "text/csv") -> tuple[int, dict[str, Any]]:
        """Hand a file in; give the HTTP status and what was answered."""
        client = self._at()
        headers = {"content-type": kind}
        if caller:
            headers["authorization"] = f"Bearer {client.token(caller)}"
        response = await client.http.post("/imports", content=body, headers=headers)
        assert response.status_code < 500, response.text
        return response.status_code, response.json()

    async def _send(self, one: Act) -> dict[str, Any]:
        mutations = schema._schema.mutation_type
        assert mutations is not None
        chosen = mutations.fields[one.mutation]
        kind, payload = chosen.args["input"].type, chosen.type
        assert isinstance(kind, GraphQLNonNull)
        assert isinstance(payload, GraphQLObjectType)
        parts = " ".join(f"{part} {{ {fields} }}" for part, fields in self.shown.items() if part in payload.fields)
        document = f"mutation ($input: {kind}) {{ {one.mutation}(input: $input) {{ receipts {parts} }} }}"
        return await self._at().send(document, {"input": dict(one.given)}, caller=one.caller)

    def _at(self) -> Client:
        assert self.client is not None, "be at a day first"
        return self.client

    # -- the ground

    async def sql(self, query: str, *values: Any) -> Any:
        """Ask the database for one value, as its owner."""
        owner = await asyncpg.connect(self.url)
        try:
            return await owner.fetchval(query, *values)
        finally:
            await owner.close()

    async def record(self, number: str) -> str:
        """Give the global id of the record of a decision."""
        return f"CreditRecord:{await self.sql('SELECT id FROM credit_record WHERE decision_no = $1', number)}"

    async def _written(self) -> int:
        """Count the changes in the ledger; accesses are logged also when they are refused."""
        found: int = await self.sql("SELECT count(*) FROM ledger_event WHERE kind = 'change'")
        return found

    async def hire(self, staff: Mapping[str, Seat]) -> None:
        """Give the staff its accounts; two watchers who may do nothing come along."""
        owner = await asyncpg.connect(self.url)
        try:
            for sub, (role, jurisdiction, office) in staff.items():
                account = await upsert_account(owner, issuer=ISSUER, sub=sub, display=f"虚构{sub}")
                await assign(owner, account, role, from_on=SINCE, office_id=office_id(jurisdiction, office))
            for sub, role in (("auditor", "auditor"), ("security-officer", "security_officer")):
                await assign(
                    owner, await upsert_account(owner, issuer=ISSUER, sub=sub, display=sub), role, from_on=SINCE
                )
        finally:
            await owner.close()
        self.cast += [*staff, "auditor", "security-officer"]

    async def enrol(self, code: str, name: str, jurisdiction: str, *, sub: str) -> str:
        """Enter an organisation that nobody has named yet, with an account. Give its global id."""
        owner = await asyncpg.connect(self.url)
        try:
            async with owner.transaction():
                tx = Transaction(owner, NOW, Actor(None, ("clerk",)))
                await enrol_organisation(tx, uscc=code, name=name, jurisdiction_id=jurisdiction)
        finally:
            await owner.close()
        return await self.account_of(code, sub)

    async def account_of(self, code: str, sub: str) -> str:
        """Give an organisation an account; it comes along. Give the organisation's global id."""
        return await self._account(await self.sql("SELECT id FROM subject WHERE uscc = $1", code), sub)

    async def account_of_person(self, violation: str, sub: str) -> str:
        """Give the candidate of an exam violation an account; it comes along. Give the person's global id."""
        found = "SELECT subject_id FROM exam_violation WHERE id = $1::text::uuid"
        return await self._account(await self.sql(found, violation.partition(":")[2]), sub)

    async def _account(self, subject: UUID, sub: str) -> str:
        owner = await asyncpg.connect(self.url)
        try:
            account = await upsert_account(owner, issuer=ISSUER, sub=sub, display="经办人", subject_id=subject)
            await assign(owner, account, "subject", from_on=SINCE)
        finally:
            await owner.close()
        self.cast.append(sub)
        return f"Subject:{subject}"


def item_id(jurisdiction: str, code: str) -> str:
    """Give the global id of a catalogue item of the rulebook in force."""
    return f"CatalogueItem:{catalogue_item_id(jurisdiction, BOOKS.heads[jurisdiction], code)}"
