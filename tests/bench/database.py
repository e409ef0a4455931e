"""The databases of the benchmark: one embedded server with durable defaults, one database per size, kept between runs."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from api.postgres import OWNER, EmbeddedPostgres
from migrations.apply import VERSIONS, migrate
from tests.bench import data


def ready(server: EmbeddedPostgres, *, records: int, issuer: str) -> str:
    """Give the owner's address of a database with that many records, making it unless it is there as it should be."""
    return asyncio.run(_ready(server, records, issuer))


async def _ready(server: EmbeddedPostgres, records: int, issuer: str) -> str:
    name, made_of = f"bench_{records}", _digest(issuer)
    owner, superuser = _named(server.url, name), _named(server.superuser_url, name)
    connection = await asyncpg.connect(server.superuser_url)
    try:
        present = await connection.fetchval(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", name
        )
        if present == made_of:
            return owner
        print(f"making {records:,} records (once)", flush=True)
        await connection.execute(f"DROP DATABASE IF EXISTS {name}")
        await connection.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
        await migrate(owner)
        await data.fill(owner, superuser, records=records, issuer=issuer)
        await connection.execute(f"COMMENT ON DATABASE {name} IS '{made_of}'")
    finally:
        await connection.close()
    return owner


def _named(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _digest(issuer: str) -> str:
    """Tell what the data is made by; when that changes, it is made anew."""
    sources = [Path(data.__file__), *sorted(VERSIONS.glob("*.py"))]
    return hashlib.sha256(issuer.encode() + b"".join(source.read_bytes() for source in sources)).hexdigest()
