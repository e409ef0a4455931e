"""Every change of state goes through here: compare-and-set, ledger event and outbox event in one transaction.

A machine is a table of moves; a move names the states in which it may start and the state in which it ends. The row is
changed only while it is still in one of the former, so when two people decide at the same instant there is one
decision. Nothing else writes changes into the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.apart import PrincipalActed, beside, one_person
from domain.clock import local_day
from domain.connection import Connection
from domain.errors import Forbidden, StateConflict
from domain.ids import new_id

AUTHORITY = frozenset({"policy_version", "account", "account_key", "assignment", "partner_purpose", "revoked_token"})
"""Nouns of authority: their changes are in the ledger, and are not published through the outbox."""

NEED_TO_KNOW = frozenset({"exam_watch", "discipline_recommendation", "criminal_referral"})
"""Nouns that only one role may see: even in the ledger, their changes and accesses are shown to no office.

Source: 十堰正文 (异常报考人员名单; 党员身份; 移送公安机关); 个人信息保护法 28.
"""

WARNINGS = frozenset(
    {"screening", "risk_warning", "risk_warning_record", "risk_warning_action", "interview", "watch", "major_event"}
)
"""Nouns of early warning 风险预警: they are no credit information, and not published through the outbox (海沧14)."""

UNTOLD = AUTHORITY | NEED_TO_KNOW | WARNINGS | {"exam_violation", "delivery", "encryption_key"}
"""Nouns that have no outbox events. An exam violation becomes known by the credit record that its entry makes."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the account, under which roles, in which office, by which token and policy version."""

    account_id: UUID | None
    roles: tuple[str, ...]
    office_id: UUID | None = None
    jurisdiction_id: str | None = None
    subject_id: UUID | None = None
    token_id: str | None = None
    policy_version: int = 0
    deputy_of_id: UUID | None = None
    """The account in whose place a deputy acts."""
    agent_of_id: UUID | None = None
    """The subject for whom an agent acts."""

    @property
    def hands(self) -> frozenset[UUID]:
        """The accounts that count as acting: the one that acts, and the one in whose place it does."""
        return frozenset(one for one in (self.account_id, self.deputy_of_id) if one is not None)


@dataclass(slots=True)
class Transaction:
    """A database transaction with the instant and the actor of what is done in it."""

    connection: Connection
    now: datetime
    actor: Actor
    events: list[UUID] = field(default_factory=list)
    """Ids of the ledger events written in it: the receipts of an acknowledged change."""
    under: set[UUID] = field(default_factory=set)
    """Merged subjects that were named in it, by id, code or number: see `domain.merging.known`."""

    @property
    def today(self) -> date:
        """The day in China on which it is done."""
        return local_day(self.now)

    def require_account(self) -> UUID:
        """Give the account that acts: somebody must answer for the change.

        Raises: Forbidden.
        """
        if self.actor.account_id is None:
            raise Forbidden
        return self.actor.account_id

    async def people(self) -> frozenset[UUID]:
        """Give the accounts that count as one person with the actor, deputies and principals included."""
        return await one_person(self.connection, self.actor.hands, on=self.today)


@dataclass(frozen=True, slots=True)
class Move:
    """A move of a machine: from which states, to which; without a target the row stays in its state."""

    sources: tuple[str, ...]
    target: str | None


@dataclass(frozen=True, slots=True)
class Machine:
    """The moves of one noun's rows, by verb."""

    noun: str
    moves: Mapping[str, Move]


def machine(noun: str, **moves: tuple[str | tuple[str, ...], str | None]) -> Machine:
    """Declare a machine as a table: verb=(source or sources, target); None as target stays in the state."""
    return Machine(
        noun,
        {
            verb: Move((sources,) if isinstance(sources, str) else sources, target)
            for verb, (sources, target) in moves.items()
        },
    )


async def create(
    tx: Transaction,
    noun: str,
    verb: str,
    values: Mapping[str, Any],
    *,
    reason: str | None = None,
    basis: str | None = None,
) -> UUID:
    """Insert a row and write its ledger and outbox events; give its id.

    `values` maps columns of the noun's table to values; `id` is made when it is not given.
    """
    row = {"id": new_id(), **values}
    columns = ", ".join(row)
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    made = await tx.connection.fetchrow(
        f"INSERT INTO {noun} ({columns}) VALUES ({places}) RETURNING *, {image(noun)} AS image", *row.values()
    )
    assert made is not None
    await _require_apart(tx, noun, made, values)
    await _record(tx, noun, verb, made, reason=reason, basis=basis)
    return UUID(str(row["id"]))


async def move(
    tx: Transaction,
    machine_: Machine,
    verb: str,
    row_id: UUID,
    changes: Mapping[str, Any],
    *,
    reason: str | None = None,
    basis: str | None = None,
) -> dict[str, Any]:
    """Move a row along its machine and write its ledger and outbox events; give the row after it.

    Raises: StateConflict when the row no longer stands in a state from which the move may start.
    """
    step = machine_.moves[verb]
    assigned = {**changes} if step.target is None else {"state": step.target, **changes}
    sets = ", ".join(f"{column} = ${number}" for number, column in enumerate(assigned, start=3))
    row = await tx.connection.fetchrow(
        f"UPDATE {machine_.noun} SET {sets} WHERE id = $1 AND state = ANY($2::text[])"
        f" RETURNING *, {image(machine_.noun)} AS image",
        row_id,
        list(step.sources),
        *assigned.values(),
    )
    if row is None:
        raise StateConflict(verb=verb)
    await _require_apart(tx, machine_.noun, row, changes)
    await _record(tx, machine_.noun, verb, row, reason=reason, basis=basis)
    return dict(row)


async def change(
    tx: Transaction,
    noun: str,
    verb: str,
    row_id: UUID,
    changes: Mapping[str, Any],
    *,
    unless: str,
    reason: str | None = None,
    basis: str | None = None,
) -> dict[str, Any]:
    """Change a row that has no machine, unless its column `unless` is already set; give the row after it.

    Raises: StateConflict when the column is set: somebody else came first.
    """
    sets = ", ".join(f"{column} = ${number}" for number, column in enumerate(changes, start=2))
    row = await tx.connection.fetchrow(
        f"UPDATE {noun} SET {sets} WHERE id = $1 AND {unless} IS NULL RETURNING *, {image(noun)} AS image",
        row_id,
        *changes.values(),
    )
    if row is None:
        raise StateConflict(verb=verb)
    await _require_apart(tx, noun, row, changes)
    await _record(tx, noun, verb, row, reason=reason, basis=basis)
    return dict(row)


async def rewrite(
    tx: Transaction, noun: str, verb: str, row_id: UUID, changes: Mapping[str, Any], *, reason: str | None = None
) -> dict[str, Any]:
    """Change a row that has no machine and that the transaction has locked; give the row after it.

    Raises: StateConflict when there is no such row any more.
    """
    sets = ", ".join(f"{column} = ${number}" for number, column in enumerate(changes, start=2))
    row = await tx.connection.fetchrow(
        f"UPDATE {noun} SET {sets} WHERE id = $1 RETURNING *, {image(noun)} AS image", row_id, *changes.values()
    )
    if row is None:
        raise StateConflict(verb=verb)
    await _require_apart(tx, noun, row, changes)
    await _record(tx, noun, verb, row, reason=reason, basis=None)
    return dict(row)


async def note(tx: Transaction, noun: str, verb: str, content: Mapping[str, Any], *, reason: str | None = None) -> None:
    """Write the ledger and outbox events of a change to something that has no row with an id of ours."""
    row = {
        "id": new_id(),
        "image": await tx.connection.fetchval("SELECT $1::text::jsonb", json.dumps(content)),
    }
    await _record(tx, noun, verb, row, reason=reason, basis=None)


def image(row: str) -> str:
    """Give the SQL of a row's image: all its columns but those whose content must not be copied."""
    return f"to_jsonb({row}) - '{{id_cipher,id_index,name_pinyin,document,signature,policy_text}}'::text[]"


async def _require_apart(tx: Transaction, noun: str, row: Mapping[str, Any], assigned: Iterable[str]) -> None:
    """Require that two steps which different people must take were not taken by, or for, the same person.

    For one account this is a constraint of the table; here it also holds for deputies and those they stand in for.
    Raises: PrincipalActed.
    """
    others = {row[one] for one in beside(noun, row, assigned, tx.actor.account_id)} - {None}
    if not others:
        return
    people = await tx.people()
    if others & people or await tx.connection.fetchval(_FOR, noun, row["id"], others, people):
        raise PrincipalActed


async def _record(
    tx: Transaction, noun: str, verb: str, row: Mapping[str, Any], *, reason: str | None, basis: str | None
) -> None:
    """Write the ledger event and the outbox event of a change in one statement."""
    event = new_id()
    actor = tx.actor
    subject = row["id"] if noun == "subject" else row.get("subject_id")
    values = (
        event,
        tx.now,
        noun,
        row["id"],
        verb,
        subject,
        actor.account_id,
        ",".join(actor.roles),
        actor.office_id,
        basis,
        reason,
        actor.policy_version,
        actor.token_id,
        row["image"],
        actor.deputy_of_id,
        actor.agent_of_id,
    )
    if noun in UNTOLD:
        await tx.connection.execute(_EVENT, *values)
    else:
        await tx.connection.execute(_TOLD_EVENT, *values, row.get("version", 1))
    tx.events.append(event)


_EVENT = """
INSERT INTO ledger_event (id, kind, at, object, object_id, verb, outcome, subject_id, account_id, role, office_id,
                          basis, reason, policy_version, token_id, image, deputy_of_id, agent_of_id)
VALUES ($1, 'change', $2, $3, $4, $5, 'done', $6, $7, $8, $9, $10, $11, $12, $13, $14::jsonb, $15, $16)
"""
_TOLD_EVENT = f"""
WITH event AS ({_EVENT})
INSERT INTO outbox_event (id, at, object, object_id, verb, version, subject_id, payload)
VALUES ($1, $2, $3, $4, $5, $17, $6, $14::jsonb)
"""

_FOR = """
SELECT EXISTS (
  SELECT FROM ledger_event WHERE kind = 'change' AND object = $1 AND object_id = $2
    AND account_id = ANY($3::uuid[]) AND deputy_of_id = ANY($4::uuid[])
)
"""
"""Whether one of the accounts acted on the row in the place of one of the others."""
