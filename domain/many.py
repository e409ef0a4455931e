"""A change of many rows by one statement, with a ledger event and an outbox event for each, as `domain.lifecycle` has.

In charge of those events. The change is an INSERT or UPDATE … RETURNING * whose condition names the states from which it
may start, or a SELECT of the rows that the transaction has changed; its parameters begin at FIRST. Refuses nothing by itself: two people kept apart are compared by who calls.
"""

from __future__ import annotations

from typing import Any, Final

from domain.lifecycle import UNTOLD, Transaction, image

FIRST: Final = 10
"""The first parameter of a change's own values; those before it say who acts, when and under which clause."""

RECEIPTS: Final = 1_000
"""How many events of one statement are given as receipts; all of them are in the ledger."""

TOLD: Final = """
told AS MATERIALIZED (
  SELECT uuidv7() AS event_id, id, {subject} AS subject_id, {image} AS image FROM made
), event AS (
  INSERT INTO ledger_event (id, kind, at, object, object_id, verb, outcome, subject_id, account_id, role, office_id,
                            policy_version, token_id, basis, image, deputy_of_id, agent_of_id)
  SELECT event_id, 'change', $1, '{noun}', id, '{verb}', 'done', subject_id, $2::uuid, $3::text, $4::uuid, $5::int,
         $6::text, $7::text, image, $8::uuid, $9::uuid
  FROM told
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
    subject = "id" if noun == "subject" else "subject_id"
    sent = "" if noun in UNTOLD else SENT.format(noun=noun, verb=verb)
    told = TOLD.format(noun=noun, verb=verb, subject=subject, image=image("made"), receipts=RECEIPTS, sent=sent)
    found = await tx.connection.fetchrow(f"WITH made AS ({change}), {told}", *teller(tx, basis), *values)
    assert found is not None
    tx.events.extend(found["events"] or ())
    return int(found["rows"])


def teller(tx: Transaction, basis: str | None) -> tuple[Any, ...]:
    """Give what every event of this transaction says: parameters 1 to 9 of a statement that tells."""
    actor = tx.actor
    roles = ",".join(actor.roles)
    who = (actor.account_id, roles, actor.office_id, actor.policy_version, actor.token_id)
    return (tx.now, *who, basis, actor.deputy_of_id, actor.agent_of_id)
