"""Changes of authority by the owner of the database: policies installed, accounts and assignments made, tokens revoked.

In charge of what is done at installation and from the console, without a second officer, and of the one step that
makes a version the active one. Each change moves the epoch and writes its ledger event in the same transaction, so
that every statement planned before it is refused. Refuses a policy that does not expand. A version never changes
once proposed; going back is activating the old lines as a new version.

Officers change policies and assignments through `authz.versions` and `authz.appointments`; the role that serves
requests can write nothing of what is here but revocations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from authz.account import ASSIGNMENT
from authz.authority import AuthorityMissing, expanded
from authz.lines import PolicyInvalid, PolicyLine, default_lines, default_text, digest, write
from authz.policy import VERSION
from authz.vocabulary import ROLES
from domain import lifecycle
from domain.connection import Connection
from domain.errors import InvalidInput
from domain.ids import new_id
from domain.lifecycle import Actor, Transaction

SHIPPED = "The default policy as shipped."
"""The note of a version that came with the package; only such a one is replaced when a newer one ships."""

OPERATOR = Actor(None, ("operator",))
"""Who acts at installation and from the console."""


class RoleUnknown(InvalidInput):
    """There is no role of this name: choose one of those the policy knows."""

    code = "ROLE_UNKNOWN"
    zh = "没有该名称的角色：请选择权限策略中已有的角色。"


class PrincipalUnclear(InvalidInput):
    """An authorised agent is assigned for exactly one principal; other roles have none: name it, or leave it out."""

    code = "PRINCIPAL_UNCLEAR"
    zh = "委托代理人须指明一个委托人，其他角色没有委托人：请补填或去掉。"


class DaysOutOfOrder(InvalidInput):
    """The last day lies before the first: correct one of them."""

    zh = "截止日早于起始日：请更正。"


# -- policies


async def install_default(connection: Connection, now: datetime) -> int:
    """Bring in the policy that ships with the package; give the number of the version then active.

    On the first start it becomes version 1 under epoch 1. Later it is activated as a new version only when it
    differs from the active one and that one was shipped too: what an officer or operator activated stays.
    """
    lines = default_lines()
    async with connection.transaction():
        await _one_at_a_time(connection)
        active = await connection.fetchrow(
            "SELECT version.number, version.origin, version.digest FROM authority"
            " JOIN policy_version version ON version.id = authority.version_id"
        )
        if active is not None and (active["origin"] != "shipped" or active["digest"] == digest(lines)):
            return int(active["number"])
        tx = Transaction(connection, now, OPERATOR)
        return await _bring_in(tx, lines, default_text(), note=SHIPPED, origin="shipped")


async def activate(connection: Connection, lines: Sequence[PolicyLine], note: str, now: datetime) -> int:
    """Write a policy as a new version and make it the active one, as the operator; give its number.

    `note` says what it changes and why.
    Raises: PolicyInvalid for lines that cannot stand, and for a note that is blank or that of the shipped
    policy; nothing is written then.
    """
    if not note.strip() or note == SHIPPED:
        raise PolicyInvalid("A policy version needs a note of its own: say what it changes and why.")
    async with connection.transaction():
        await _one_at_a_time(connection)
        tx = Transaction(connection, now, OPERATOR)
        return await _bring_in(tx, lines, write(lines), note=note, origin="operator")


async def make_active(tx: Transaction, version_id: UUID, *, reason: str | None = None) -> int:
    """Make an approved version the active one in place of the one that is; give its number.

    Raises: StateConflict when it is not approved.
    """
    await _supersede(tx)
    row = await lifecycle.move(tx, VERSION, "activate", version_id, {"activated_at": tx.now}, reason=reason)
    epoch = await tx.connection.fetchval(
        "UPDATE authority SET version_id = $1, policy_version = $2, epoch = epoch + 1 WHERE id = 1 RETURNING epoch",
        version_id,
        row["number"],
    )
    if epoch is None:
        raise AuthorityMissing
    return int(row["number"])


async def write_rows(tx: Transaction, version_id: UUID, lines: Sequence[PolicyLine]) -> None:
    """Write the lines of a version; they are never changed again."""
    await tx.connection.execute(
        "INSERT INTO policy_row (id, version_id, line, kind, cells)"
        " SELECT id, $1, line, kind, string_to_array(cells, chr(31))"
        " FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::text[]) AS given (id, line, kind, cells)",
        version_id,
        [new_id() for _ in lines],
        [line.number for line in lines],
        [line.kind for line in lines],
        ["\x1f".join(line.cells) for line in lines],
    )


async def next_number(tx: Transaction) -> int:
    """Give the number of the next version; whoever asks holds the row of authority."""
    return int(await tx.connection.fetchval("SELECT coalesce(max(number), 0) + 1 FROM policy_version"))


async def bump_epoch(connection: Connection) -> int:
    """Move the epoch, so that everything planned before is refused; give the new one."""
    epoch = await connection.fetchval("UPDATE authority SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch")
    if epoch is None:
        raise AuthorityMissing
    return int(epoch)


async def _one_at_a_time(connection: Connection) -> None:
    """Keep other activations waiting until this transaction ends; readers go on."""
    await connection.execute("LOCK TABLE authority IN SHARE ROW EXCLUSIVE MODE")


async def _supersede(tx: Transaction) -> None:
    active = await tx.connection.fetchval("SELECT version_id FROM authority WHERE id = 1")
    if active is not None:
        await lifecycle.move(tx, VERSION, "supersede", UUID(str(active)), {"superseded_at": tx.now})


async def _bring_in(tx: Transaction, lines: Sequence[PolicyLine], text: str, *, note: str, origin: str) -> int:
    number = await next_number(tx)
    expanded(number, tuple(lines))
    base = await tx.connection.fetchval("SELECT version_id FROM authority WHERE id = 1")
    await _supersede(tx)
    version_id = await lifecycle.create(
        tx,
        "policy_version",
        "activate",
        {
            "number": number, "state": "active", "origin": origin, "note": note, "policy_text": text,
            "digest": digest(lines), "base_id": base, "authors": [], "beneficiaries": [], "drafted_at": tx.now,
            "activated_at": tx.now,
        },
        reason=note,
    )  # fmt: skip
    await write_rows(tx, version_id, lines)
    await tx.connection.execute(
        "INSERT INTO authority (id, version_id, policy_version, epoch) VALUES (1, $1, $2, 1)"
        " ON CONFLICT (id) DO UPDATE SET version_id = excluded.version_id,"
        " policy_version = excluded.policy_version, epoch = authority.epoch + 1",
        version_id,
        number,
    )
    return number


# -- tokens


async def revoke_token(
    connection: Connection,
    jti: str,
    expires_at: datetime,
    now: datetime,
    *,
    actor: Actor = OPERATOR,
    reason: str | None = None,
    events: list[UUID] | None = None,
) -> None:
    """Refuse a token from now on; a second time changes nothing."""
    async with connection.transaction():
        revoked = await connection.fetchval(
            "INSERT INTO revoked_token (id, revoked_at, expires_at) VALUES ($1, $2, $3)"
            " ON CONFLICT DO NOTHING RETURNING id",
            jti,
            now,
            expires_at,
        )
        if revoked is not None:
            image = {"id": jti, "expires_at": expires_at.isoformat()}
            tx = Transaction(connection, now, actor, [] if events is None else events)
            await lifecycle.note(tx, "revoked_token", "revoke", image, reason=reason)
            await bump_epoch(connection)


# -- accounts, assignments, purposes


async def upsert_account(
    connection: Connection,
    *,
    issuer: str,
    sub: str,
    display: str,
    subject_id: UUID | None = None,
    kind: str = "person",
    now: datetime | None = None,
) -> UUID:
    """Make the account of an issuer's subject, or bring what is known of it up to date; give its id.

    `kind` is person or machine.
    """
    given = {"display": display, "subject_id": subject_id, "kind": kind}
    async with connection.transaction():
        await bump_epoch(connection)
        tx = await _by_operator(connection, now)
        known = await connection.fetchrow(
            "SELECT id, display, subject_id, kind FROM account WHERE issuer = $1 AND sub = $2 FOR UPDATE", issuer, sub
        )
        if known is None:
            return await lifecycle.create(tx, "account", "register", {"issuer": issuer, "sub": sub, **given})
        account = UUID(str(known["id"]))
        if not _holds(known, given):
            await lifecycle.rewrite(tx, "account", "register", account, given)
        return account


async def assign(
    connection: Connection,
    account_id: UUID,
    role: str,
    *,
    from_on: date,
    to_on: date | None = None,
    office_id: UUID | None = None,
    jurisdiction_id: str | None = None,
    principal_id: UUID | None = None,
    now: datetime | None = None,
) -> UUID:
    """Assign a role to an account from a day until a day, both included; give the id of the assignment.

    The same role in the same place from the same day is one assignment, whose last day is set anew. Without a
    jurisdiction the office's own counts. An agent is assigned for a principal, and nobody else is.
    Raises: RoleUnknown; PrincipalUnclear; InvalidInput for days in the wrong order.
    """
    if (role == "agent") != (principal_id is not None):
        raise PrincipalUnclear
    require_order(from_on, to_on)
    async with connection.transaction():
        await bump_epoch(connection)
        await require_role(connection, role)
        tx = await _by_operator(connection, now)
        known = await connection.fetchrow(
            "SELECT id, to_on, state FROM assignment WHERE account_id = $1 AND role = $2"
            " AND office_id IS NOT DISTINCT FROM $3 AND jurisdiction_id IS NOT DISTINCT FROM $4"
            " AND subject_id IS NOT DISTINCT FROM $5 AND from_on = $6 AND origin = 'operator' FOR UPDATE",
            account_id,
            role,
            office_id,
            jurisdiction_id,
            principal_id,
            from_on,
        )
        if known is None:
            values = {
                "account_id": account_id, "role": role, "office_id": office_id, "jurisdiction_id": jurisdiction_id,
                "subject_id": principal_id, "from_on": from_on, "to_on": to_on, "state": "granted", "origin": "operator",
            }  # fmt: skip
            return await lifecycle.create(tx, "assignment", "grant", values)
        assignment = UUID(str(known["id"]))
        if not _holds(known, {"to_on": to_on, "state": "granted"}):
            await lifecycle.move(tx, ASSIGNMENT, "renew", assignment, {"to_on": to_on})
        return assignment


async def grant_purpose(
    connection: Connection,
    office_id: UUID,
    application_item_id: UUID,
    *,
    from_on: date,
    to_on: date | None = None,
    now: datetime | None = None,
) -> UUID:
    """Grant a purpose to a partner agency from a day until a day, both included; give the id of the grant.

    A grant of the same purpose from the same day is the same grant, whose last day is set anew.
    Raises: InvalidInput for days in the wrong order.
    """
    require_order(from_on, to_on)
    async with connection.transaction():
        await bump_epoch(connection)
        tx = await _by_operator(connection, now)
        place = {"office_id": office_id, "application_item_id": application_item_id, "from_on": from_on}
        known = await connection.fetchrow(
            "SELECT id, to_on FROM partner_purpose"
            " WHERE office_id = $1 AND application_item_id = $2 AND from_on = $3 FOR UPDATE",
            *place.values(),
        )
        if known is None:
            return await lifecycle.create(tx, "partner_purpose", "grant", {**place, "to_on": to_on})
        grant = UUID(str(known["id"]))
        if not _holds(known, {"to_on": to_on}):
            await lifecycle.rewrite(tx, "partner_purpose", "grant", grant, {"to_on": to_on})
        return grant


async def require_role(connection: Connection, role: str) -> None:
    """Require that an account can hold a role: one of the vocabulary, or of the active policy's own.

    Raises: RoleUnknown.
    """
    if role not in ROLES and not await connection.fetchval(
        "SELECT EXISTS (SELECT FROM authority JOIN policy_row line ON line.version_id = authority.version_id"
        " WHERE line.kind = 'r' AND line.cells[1] = $1)",
        role,
    ):
        raise RoleUnknown


def require_order(from_on: date, to_on: date | None) -> None:
    """Require that a last day does not lie before the first.

    Raises: InvalidInput.
    """
    if to_on is not None and to_on < from_on:
        raise DaysOutOfOrder


def _holds(row: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    return all(row[name] == value for name, value in given.items())


async def _by_operator(connection: Connection, now: datetime | None) -> Transaction:
    """Give the transaction of an operator, at an instant or at that of the database."""
    return Transaction(connection, now or await connection.fetchval("SELECT now()"), OPERATOR)
