"""Policy versions, assignments and revocations in the database: what authority is, and every change of it.

In charge of the tables behind authority and of its epoch: each change here moves the epoch in the same
transaction, so that every statement planned before it is refused. Refuses a policy that does not expand. A
version never changes once written; going back is activating the old lines as a new version.

Policy versions, accounts and assignments are written as the owner of the database, at start and from the
command line; the role that serves requests may only move the epoch and revoke tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol, TypeAlias
from uuid import UUID

import asyncpg

from authz.grants import Grants, PolicyInvalid, PolicyLine, default_lines, digest, expand
from authz.vocabulary import ROLES
from domain.errors import InvalidInput
from domain.ids import new_id

SHIPPED = "The default policy as shipped."
"""The note of a version that came with the package; only such a one is replaced when a newer one ships."""

Connection: TypeAlias = "asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]"


class Reader(Protocol):
    """A connection or a pool: whatever reads rows."""

    async def fetch(self, query: str, /, *args: Any) -> Any:
        """Give all rows."""
        ...

    async def fetchrow(self, query: str, /, *args: Any) -> Any:
        """Give the first row, or None."""
        ...


class RoleUnknown(InvalidInput):
    """There is no role of this name: choose one of those the policy knows."""

    code = "ROLE_UNKNOWN"
    zh = "没有该名称的角色：请选择权限策略中已有的角色。"


class AuthorityMissing(RuntimeError):
    """The database has no active policy: bring it to the newest migration and start the service once."""

    def __str__(self) -> str:
        """Give the message."""
        return str(self.__doc__)


async def read_epoch(reader: Reader) -> tuple[int, int]:
    """Give the epoch and the number of the active policy version.

    Raises: AuthorityMissing before the first start.
    """
    row = await reader.fetchrow("SELECT epoch, policy_version_id FROM authority WHERE id = 1")
    if row is None:
        raise AuthorityMissing
    return row["epoch"], row["policy_version_id"]


async def read_lines(reader: Reader, version: int) -> tuple[PolicyLine, ...]:
    """Give the lines of a policy version.

    Raises: PolicyInvalid when they are not those the version was written with.
    """
    rows = await reader.fetch(
        "SELECT version.digest, line.line, line.kind, line.cells FROM policy_version version"
        " LEFT JOIN policy_row line ON line.version_id = version.id WHERE version.id = $1 ORDER BY line.line",
        version,
    )
    lines = tuple(PolicyLine(row["line"], row["kind"], tuple(row["cells"])) for row in rows if row["kind"])
    if not rows or digest(lines) != rows[0]["digest"]:
        raise PolicyInvalid(f"The rows of policy version {version} are not those it was written with.")
    return lines


async def read_active(reader: Reader) -> tuple[int, int, tuple[PolicyLine, ...]]:
    """Give the epoch, the number of the active policy version and its lines.

    Raises: AuthorityMissing; PolicyInvalid.
    """
    epoch, version = await read_epoch(reader)
    return epoch, version, await read_lines(reader, version)


@lru_cache(maxsize=8)
def expanded(version: int, lines: tuple[PolicyLine, ...]) -> Grants:
    """Expand a policy version, once in a process, as a version never changes.

    Raises: PolicyInvalid for lines that cannot stand.
    """
    return expand(version, lines)


async def install_default(connection: Connection, now: datetime) -> int:
    """Bring in the policy that ships with the package; give the number of the version then active.

    On the first start it becomes version 1 under epoch 1. Later it is activated as a new version only when it
    differs from the active one and that one was shipped too: what an operator activated stays.
    """
    lines = default_lines()
    async with connection.transaction():
        await _one_at_a_time(connection)
        active = await connection.fetchrow(
            "SELECT version.id, version.note, version.digest FROM authority"
            " JOIN policy_version version ON version.id = authority.policy_version_id"
        )
        if active is not None and (active["note"] != SHIPPED or active["digest"] == digest(lines)):
            return int(active["id"])
        return await _activate(connection, lines, SHIPPED, now)


async def activate(connection: Connection, lines: Sequence[PolicyLine], note: str, now: datetime) -> int:
    """Write a policy as a new version and make it the active one; give its number.

    `note` says what it changes and why.
    Raises: PolicyInvalid for lines that cannot stand, and for a note that is blank or that of the shipped
    policy; nothing is written then.
    """
    if not note.strip() or note == SHIPPED:
        raise PolicyInvalid("A policy version needs a note of its own: say what it changes and why.")
    async with connection.transaction():
        await _one_at_a_time(connection)
        return await _activate(connection, lines, note, now)


async def bump_epoch(connection: Connection) -> int:
    """Move the epoch, so that everything planned before is refused; give the new one."""
    epoch = await connection.fetchval("UPDATE authority SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch")
    if epoch is None:
        raise AuthorityMissing
    return int(epoch)


async def revoke_token(connection: Connection, jti: str, expires_at: datetime, now: datetime) -> None:
    """Refuse a token from now on; a second time changes nothing."""
    await connection.execute(
        """
        WITH revoked AS (
          INSERT INTO revoked_token (id, revoked_at, expires_at) VALUES ($1, $2, $3)
          ON CONFLICT DO NOTHING RETURNING id
        )
        UPDATE authority SET epoch = epoch + 1 WHERE id = 1 AND EXISTS (SELECT FROM revoked)
        """,
        jti,
        now,
        expires_at,
    )


async def upsert_account(
    connection: Connection, *, issuer: str, sub: str, display: str, subject_id: UUID | None = None
) -> UUID:
    """Make the account of an issuer's subject, or bring what is known of it up to date; give its id."""
    async with connection.transaction():
        account = await connection.fetchval(
            "INSERT INTO account (id, issuer, sub, display, subject_id) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (issuer, sub) DO UPDATE"
            " SET display = excluded.display, subject_id = excluded.subject_id RETURNING id",
            new_id(),
            issuer,
            sub,
            display,
            subject_id,
        )
        await bump_epoch(connection)
    return UUID(str(account))


async def assign(
    connection: Connection,
    account_id: UUID,
    role: str,
    *,
    from_on: date,
    to_on: date | None = None,
    office_id: UUID | None = None,
    jurisdiction_id: str | None = None,
) -> UUID:
    """Assign a role to an account from a day until a day, both included; give the id of the assignment.

    The same role in the same place from the same day is one assignment, whose last day is set anew. Without a
    jurisdiction the office's own counts.
    Raises: RoleUnknown; InvalidInput for days in the wrong order.
    """
    if role not in ROLES:
        raise RoleUnknown
    _in_order(from_on, to_on)
    place = (account_id, role, office_id, jurisdiction_id, from_on)
    async with connection.transaction():
        await bump_epoch(connection)
        known = await connection.fetchval(
            "UPDATE assignment SET to_on = $6 WHERE account_id = $1 AND role = $2"
            " AND office_id IS NOT DISTINCT FROM $3 AND jurisdiction_id IS NOT DISTINCT FROM $4"
            " AND from_on = $5 RETURNING id",
            *place,
            to_on,
        )
        if known is not None:
            return UUID(str(known))
        made = new_id()
        await connection.execute(
            "INSERT INTO assignment (id, account_id, role, office_id, jurisdiction_id, from_on, to_on)"
            " VALUES ($7, $1, $2, $3, $4, $5, $6)",
            *place,
            to_on,
            made,
        )
        return made


async def grant_purpose(
    connection: Connection,
    office_id: UUID,
    application_item_id: UUID,
    *,
    from_on: date,
    to_on: date | None = None,
) -> UUID:
    """Grant a purpose to a partner agency from a day until a day, both included; give the id of the grant.

    A grant of the same purpose from the same day is the same grant, whose last day is set anew.
    Raises: InvalidInput for days in the wrong order.
    """
    _in_order(from_on, to_on)
    async with connection.transaction():
        grant = await connection.fetchval(
            "INSERT INTO partner_purpose (id, office_id, application_item_id, from_on, to_on)"
            " VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (office_id, application_item_id, from_on) DO UPDATE"
            " SET to_on = excluded.to_on RETURNING id",
            new_id(),
            office_id,
            application_item_id,
            from_on,
            to_on,
        )
        await bump_epoch(connection)
    return UUID(str(grant))


async def _one_at_a_time(connection: Connection) -> None:
    """Keep other activations waiting until this transaction ends; readers go on."""
    await connection.execute("LOCK TABLE authority IN SHARE ROW EXCLUSIVE MODE")


async def _activate(connection: Connection, lines: Sequence[PolicyLine], note: str, now: datetime) -> int:
    if len({line.number for line in lines}) != len(lines):
        raise PolicyInvalid("Two lines have the same number.")
    version = int(await connection.fetchval("SELECT coalesce(max(id), 0) + 1 FROM policy_version"))
    expanded(version, tuple(lines))
    await connection.execute(
        "INSERT INTO policy_version (id, note, digest, activated_at) VALUES ($1, $2, $3, $4)",
        version,
        note,
        digest(lines),
        now,
    )
    await connection.executemany(
        "INSERT INTO policy_row (id, version_id, line, kind, cells) VALUES ($1, $2, $3, $4, $5)",
        [(new_id(), version, line.number, line.kind, list(line.cells)) for line in lines],
    )
    await connection.execute(
        "INSERT INTO authority (id, policy_version_id, epoch) VALUES (1, $1, 1)"
        " ON CONFLICT (id) DO UPDATE"
        " SET policy_version_id = excluded.policy_version_id, epoch = authority.epoch + 1",
        version,
    )
    return version


def _in_order(from_on: date, to_on: date | None) -> None:
    if to_on is not None and to_on < from_on:
        raise InvalidInput("The last day lies before the first: correct one of them.", zh="截止日早于起始日：请更正。")
