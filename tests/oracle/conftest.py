"""The world of the oracle, served over HTTP, beside the second evaluator of the same rows."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest

from api.config.settings import Settings
from api.postgres.server import EmbeddedPostgres
from api.schema import schema
from domain.vault import Vault
from tests.client import ISSUER, Client, Serve
from tests.conftest import lend
from tests.oracle import world
from tests.oracle.documents import Written
from tests.oracle.due_rows import due_items
from tests.oracle.meaning import Meaning
from tests.oracle.merge_rows import candidates
from tests.oracle.naive import Naive
from tests.oracle.policy import default_policy, privacy_classes
from tests.oracle.pools import Pools
from tests.oracle.sections import rows
from tests.oracle.warning_rows import watched_changes
from tests.oracle.world import Caller, Tables

Result = TypeVar("Result")


_TOO_LARGE = (b'"DOCUMENT_TOO_LARGE"', b'"TOO_MANY_ROWS"')


class TooLarge(Exception):
    """A random document was larger than the service takes."""


@dataclass
class Ground:
    """The served world: what sends documents to it, and what answers them a second time."""

    runner: asyncio.Runner
    client: Client
    owner: asyncpg.Connection[Any]
    tables: Tables
    naive: Naive
    pools: Pools
    url: str

    def _repr_pretty_(self, printer: Any, cycle: object) -> None:
        """Say nothing of the rows: a falsifying example would be longer than it may be."""
        printer.text("the served world")

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run something to its end."""
        return self.runner.run(work)

    async def post(self, written: Written, caller: Caller, *, client: Client | None = None) -> bytes:
        """Send a document as a caller and give the body of the response."""
        to = client or self.client
        headers = {**caller.headers, **({"authorization": to.bearer(caller.sub)} if caller.sub else {})}
        body = {"query": written.text, "variables": written.variables, "operationName": written.operation}
        answer = await to.post(body, headers)
        if b'"data"' not in answer and any(code in answer for code in _TOO_LARGE):
            raise TooLarge
        return answer

    async def read_again(self, *tables: str) -> None:
        """Read tables again that were changed beside the service."""
        self.tables.update(await world.read(self.url, *tables))
        self.tables["due_item"] = due_items(self.tables)
        self.tables["watched_change"] = watched_changes(self.tables)
        self.tables["subject_merge_candidate"] = candidates(self.tables)
        self.naive.index()

    async def accesses(self) -> list[tuple[UUID | None, str]]:
        """Take the access entries written since the world was made: subject and outcome of each."""
        known = [row["id"] for row in self.tables["ledger_event"]]
        rows = await self.owner.fetch(
            "DELETE FROM ledger_event WHERE id <> ALL($1::uuid[]) AND kind = 'access' RETURNING subject_id, outcome",
            known,
        )
        return [(row["subject_id"], row["outcome"]) for row in rows]


@functools.cache
def _classes() -> dict[tuple[str, str], str]:
    return privacy_classes(schema.as_str())


@pytest.fixture(scope="session")
def _world(postgres: EmbeddedPostgres, _migrated: str, settings: Settings) -> Iterator[str]:
    """Give the name of a database with the world in it, to be copied."""
    vault = Vault(settings.encryption_keys, next(iter(settings.encryption_keys)), settings.index_key)
    made = rows(vault)
    for url in lend(postgres, _migrated, "template"):
        asyncio.run(world.write(url, made.tables, ISSUER))
        yield urlsplit(url).path.removeprefix("/")


@pytest.fixture(scope="module")
def world_url(postgres: EmbeddedPostgres, _world: str) -> Iterator[str]:
    """Give the URL of a database with the world, of the module's own."""
    yield from lend(postgres, _world, "world")


@pytest.fixture(scope="module")
def ground(world_url: str, serve: Serve) -> Iterator[Ground]:
    """Serve the world."""
    with asyncio.Runner() as runner:
        tables = runner.run(world.read(world_url))
        tables["due_item"] = due_items(tables)
        tables["watched_change"] = watched_changes(tables)
        tables["subject_merge_candidate"] = candidates(tables)
        meaning = Meaning(tables, world.TODAY, default_policy(), _classes())
        owner = runner.run(asyncpg.connect(world_url))
        serving = serve(world_url)
        client = runner.run(serving.__aenter__())
        yield Ground(runner, client, owner, tables, Naive(schema._schema, meaning), Pools(tables), world_url)
        runner.run(serving.__aexit__(None, None, None))
        runner.run(owner.close())
