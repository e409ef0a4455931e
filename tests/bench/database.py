"""The databases of the benchmark: one embedded server with durable defaults, one database per size, kept between runs."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from api.config.settings import Settings, load_settings
from api.postgres.server import OWNER, EmbeddedPostgres
from migrations.applied import VERSIONS
from migrations.apply import migrate
from tests.bench import data


@dataclass(frozen=True, slots=True)
class Size:
    """A size of database: how many records, and the folder of the service that runs over it."""

    records: int
    folder: Path

    @property
    def subjects(self) -> int:
        """How many subjects there are."""
        return self.records // data.RECORDS_PER_SUBJECT

    def settings(self) -> Settings:
        """Give the settings of the service over it; keys are made where they are missing."""
        return load_settings({"RENXIN_DATA_DIR": str(self.folder)})


def ready(server: EmbeddedPostgres, size: Size) -> str:
    """Give the owner's address of the database of a size, making it unless it is there as it should be."""
    return asyncio.run(_ready(server, size))


async def _ready(server: EmbeddedPostgres, size: Size) -> str:
    records = size.records
    name, made_of = f"bench_{records}", _digest()
    owner, superuser = _named(server.url, name), _named(server.superuser_url, name)
    connection = await asyncpg.connect(server.superuser_url)
    try:
        present = await connection.fetchval(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", name
        )
        if present == made_of:
            return owner
        print(f"making {records:,} records (once)", flush=True)
        shutil.rmtree(size.folder, ignore_errors=True)  # the ledger's anchor there is of the old database
        await connection.execute(f"DROP DATABASE IF EXISTS {name}")
        await connection.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
        await migrate(owner)
        await data.fill(owner, superuser, records=records, issuer=size.settings().public_url)
        await connection.execute(f"COMMENT ON DATABASE {name} IS '{made_of}'")
    finally:
        await connection.close()
    return owner


def _named(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _digest() -> str:
    """Tell what the data is made by; when that changes, it is made anew."""
    sources = [Path(data.__file__), *sorted(VERSIONS.glob("*.py"))]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
