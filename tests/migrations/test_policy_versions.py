"""Policies of an installation that is older than versions with a state are carried over by the migration."""

from __future__ import annotations

import asyncio

import asyncpg

from authz.authority import read_active
from authz.lines import PolicyLine, digest
from migrations.apply import migrate

OLD = (PolicyLine(2, "p", ("public", "office", "read", "any")), PolicyLine(5, "g", ("subject", "public")))

WRITE = """
INSERT INTO policy_version (id, note, digest, activated_at) VALUES (1, 'The default policy as shipped.', 'x', now());
INSERT INTO policy_version (id, note, digest, activated_at) VALUES (2, '试行', '{digest}', now());
INSERT INTO policy_row (id, version_id, line, kind, cells) VALUES
  (uuidv7(), 2, 2, 'p', '{{public,office,read,any}}'), (uuidv7(), 2, 5, 'g', '{{subject,public}}');
INSERT INTO authority (id, policy_version_id, epoch) VALUES (1, 2, 7);
INSERT INTO account (id, issuer, sub, display) VALUES (uuidv7(), 'i', 's', 'd');
INSERT INTO assignment (id, account_id, role, from_on) SELECT uuidv7(), id, 'clerk', '2026-01-01' FROM account;
"""


async def _run(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def _carried_over(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        assert await read_active(connection) == (7, 2, OLD)
        rows = await connection.fetch("SELECT number, state, origin, policy_text FROM policy_version ORDER BY number")
        assert [tuple(row) for row in rows] == [
            (1, "superseded", "shipped", ""),
            (2, "active", "operator", "p, public, office, read, any\ng, subject, public\n"),
        ]
        assert await connection.fetchval("SELECT array_agg(state || ' ' || origin) FROM assignment") == [
            "granted operator"
        ]
    finally:
        await connection.close()


def test_versions_their_lines_and_the_epoch_are_carried_over_and_back(unmigrated_url: str) -> None:
    asyncio.run(migrate(unmigrated_url, target="renxin.0003_decision_once"))
    asyncio.run(_run(unmigrated_url, WRITE.format(digest=digest(OLD))))

    asyncio.run(migrate(unmigrated_url, target="renxin.0006_two_officers"))
    asyncio.run(migrate(unmigrated_url, target="renxin.0003_decision_once"))
    asyncio.run(migrate(unmigrated_url))
    asyncio.run(_carried_over(unmigrated_url))
