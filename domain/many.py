"""A change of many rows by one statement, with a ledger event and an outbox event for each, as `domain.lifecycle` has.

In charge of those events, all of which `LEDGERED` writes. The change is an INSERT or UPDATE … RETURNING * whose condition
names the states from which it may start, or a SELECT of the rows that the transaction has changed; its parameters begin at
FIRST. Refuses nothing by itself: two people kept apart are compared by who calls.
"""

from __future__ import annotations

from typing import Any, Final

from domain.lifecycle import UNTOLD, Transaction, image

FIRST: Final = 10
"""The first parameter of a change's own values; those before it say who acts, when and under which clause."""

RECEIPTS: Final = 1_000
"""How many events of one statement are given as receipts; all of them are in the ledger."""

LEDGERED: Final = """INSERT INTO ledger_event (
    id, kind, at, object, object_id, verb, outcome, subject_id, account_id, role, office_id, policy_version, token_id, basis,
    image, deputy_of_id, agent_of_id)
  SELECT {event}, 'change', $1::timestamptz, '{noun}', id, {verb}, 'done', {subject}, $2::uuid, $3::text, $4::uuid, $5::int,
         $6::text, $7::text, {image}, $8::uuid, $9::uuid
  FROM {rows}"""
"""A ledger event of each row; what stands in braces is SQL, but for the noun."""

TOLD: Final = """
told AS MATERIALIZED (
  SELECT uuidv7() AS event_id, id, {subject} AS subject_id, {image} AS image FROM made
), event AS (
  {ledgered}
){sent}
SELECT count(*)::int AS rows, (array_agg(event_id))[1:{receipts}] AS events FROM told
"""

SENT: Final = """, sent AS (
  INSERT INTO outbox_event (id, at, object, object_id, verb, version, subject_id, payload)
  SELECT event_id, $1, '{noun}', id, '{verb}', coalesce((image ->> 'version')::int, 1), subject_id, image FROM told
)"""
"""What is told outside, where anybody outside is told of the noun."""


async def enact(tx: Transaction, noun: str, verb: str, change: str, *values: Any, basis: str | None) -> int:
    """Carry out a change of many rows of a noun and write their events; tell how many rows it changed."""
    events = LEDGERED.format(
        event="event_id", noun=noun, verb=f"'{verb}'", subject="subject_id", image="image", rows="told"
    )
    sent = "" if noun in UNTOLD else SENT.format(noun=noun, verb=verb)
    told = TOLD.format(subject=_subject(noun), image=image("made"), receipts=RECEIPTS, ledgered=events, sent=sent)
    found = await tx.connection.fetchrow(f"WITH made AS ({change}), {told}", *teller(tx, basis), *values)
    assert found is not None
    tx.events.extend(found["events"] or ())
    return int(found["rows"])


async def note(tx: Transaction, noun: str, verb: str, change: str, *values: Any, basis: str | None) -> None:
    """Carry out a change of many rows and write their ledger events only: the outbox tells of them as of one thing."""
    events = LEDGERED.format(
        event="uuidv7()", noun=noun, verb=f"'{verb}'", subject=_subject(noun), image=image("made"), rows="made"
    )
    await tx.connection.execute(f"WITH made AS ({change}) {events}", *teller(tx, basis), *values)


def teller(tx: Transaction, basis: str | None) -> tuple[Any, ...]:
    """Give what every event of this transaction says: parameters 1 to 9 of a statement that tells."""
    actor = tx.actor
    roles = ",".join(actor.roles)
    who = (actor.account_id, roles, actor.office_id, actor.policy_version, actor.token_id)
    return (tx.now, *who, basis, actor.deputy_of_id, actor.agent_of_id)


def _subject(noun: str) -> str:
    return "id" if noun == "subject" else "subject_id"
