"""What may happen to a delivery: taken up from the outbox, sent in turn, receipted, given up, sent again.

An attempt is claimed for a while by one worker, under a lock that others skip, and sent outside any transaction, so
that neither a slow platform nor a killed worker holds anything up. Of one row only the earliest waiting event is
claimed. A dead letter holds back the later events of its row, except those that end publication, which pass what it holds
back as well: what was withdrawn or repaired must come down there, whatever went wrong before.
Source: 厦门8 (同步推送), 6 (及时推送信用修复结果), 11, 12, 13.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from domain import lifecycle
from domain.connection import Queryable
from domain.credit.refusals import DateInFuture, DatesOutOfOrder
from domain.delivery.backoff import Backoff, Dice
from domain.delivery.delivery import SHOWN_STATES, TAKES_DOWN
from domain.delivery.receipt import LONGEST_NUMBER, Receipt
from domain.errors import InvalidInput, StateConflict
from domain.ids import new_id
from domain.lifecycle import Transaction, machine
from domain.repair import applications
from domain.text import require_text

BATCH: Final = 500

MACHINE: Final = machine(
    "delivery",
    deliver=("waiting", "delivered"),  # receipted by the platform
    withhold=("waiting", "withheld"),  # nothing that the platform may have, and nothing of the row that it has
    give_up=("waiting", "dead"),  # refused by the platform, or failed too often: a dead letter
    resend=("dead", "waiting"),  # somebody has seen to it
    tell=(("waiting", "dead"), "delivered"),  # the platform was told by other means
)

_RELEASED: Final = {"lease": None, "leased_until": None}

STAMPED: Final = ("credit_record", "commitment", "typical_case", "edition")
"""Nouns whose rows say when the platform took them."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What has not been delivered. Units: `waiting` and `dead` events."""

    waiting: int
    dead: int
    oldest_at: datetime | None
    """When the oldest event that waits happened."""


async def backlog(database: Queryable, *, jurisdiction: str) -> Backlog:
    """Tell what waits for the platform of a place and the places below it, and what nobody took up yet in any."""
    row = await database.fetchrow(_BACKLOG, jurisdiction)
    assert row is not None
    return Backlog(row["waiting"], row["dead"], row["oldest_at"])


async def take_up(tx: Transaction) -> int:
    """Make deliveries of the events that the platform is to be told of, a batch of them; tell how many there were.

    One worker at a time: another waits for the rows and then finds them taken.
    """
    return int(await tx.connection.fetchval(_TAKE_UP, tx.now, BATCH))


async def claim(tx: Transaction, figures: Backoff, *, jurisdiction: str) -> Mapping[str, Any] | None:
    """Claim the next delivery that is due for the platform of a place and the places below it; None without any."""
    for place in await tx.connection.fetch(_PLACES, jurisdiction):  # one by one: each is a walk along an index
        row: Mapping[str, Any] | None = await tx.connection.fetchrow(
            _CLAIM, tx.now, tx.now + figures.lease, new_id(), place["id"]
        )
        if row is not None:
            return row
    return None


async def may_be_known(tx: Transaction, row: Mapping[str, Any]) -> bool:
    """Tell whether the platform may have the content of a row from any event before."""
    return bool(await tx.connection.fetchval(_KNOWN, row["object_id"]))


async def note_shown(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Note that content of the row is about to be sent: from now on the platform may have it."""
    await tx.connection.execute(
        "UPDATE delivery SET shown_at = coalesce(shown_at, $2) WHERE id = $1", row["id"], tx.now
    )


async def deliver(tx: Transaction, row: Mapping[str, Any], receipt: Receipt, *, shown: bool) -> None:
    """Note the receipt, and with it on the row when the platform took it and was told of a repair.

    Raises: StateConflict when it was noted before.
    """
    await _deliver(tx, "deliver", row, receipt, shown=shown)


async def withhold(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Send nothing of an event: the platform may not have it and has nothing to take down.

    Raises: StateConflict.
    """
    await lifecycle.move(tx, MACHINE, "withhold", row["id"], dict(_RELEASED))


async def put_off(
    tx: Transaction, figures: Backoff, row: Mapping[str, Any], *, fault: str, status: int | None, dice: Dice
) -> None:
    """Try a delivery again later, as the platform is away or takes nothing: that says nothing against the event."""
    pause = figures.pause(row["attempts"], dice)
    await tx.connection.execute(_PUT_OFF, row["id"], row["lease"], tx.now + pause, row["failures"], fault, status)


async def fail(
    tx: Transaction, figures: Backoff, row: Mapping[str, Any], *, fault: str, status: int | None, dice: Dice
) -> None:
    """Count a failed attempt, and try again later or give the event up.

    Raises: StateConflict when the delivery has moved on.
    """
    failures = row["failures"] + 1
    if failures >= figures.failures:
        await give_up(tx, row, fault=fault, status=status)
        return
    pause = figures.pause(failures, dice)
    await tx.connection.execute(_PUT_OFF, row["id"], row["lease"], tx.now + pause, failures, fault, status)


async def give_up(tx: Transaction, row: Mapping[str, Any], *, fault: str, status: int | None) -> None:
    """Make an event a dead letter: it needs somebody.

    Raises: StateConflict when the delivery has moved on.
    """
    known = await tx.connection.fetchval("SELECT lease FROM delivery WHERE id = $1 FOR UPDATE", row["id"])
    if known != row["lease"]:
        raise StateConflict(verb="give_up")
    failures = row["failures"] + 1
    changes = {"failures": failures, "fault": fault, "status": status, **_RELEASED}
    await lifecycle.move(tx, MACHINE, "give_up", row["id"], changes)


async def resend(tx: Transaction, delivery_id: UUID) -> dict[str, Any]:
    """Send a dead letter again from its first attempt on; give the row after it.

    Raises: StateConflict for one that is none.
    """
    return await lifecycle.move(tx, MACHINE, "resend", delivery_id, {"failures": 0, "next_at": tx.now})


async def tell(tx: Transaction, row: Mapping[str, Any], *, receipt: str, received_at: datetime) -> None:
    """Note that the platform took an event that reached it by other means, with the number and time of its receipt.

    Raises: InvalidInput; DateInFuture; DatesOutOfOrder; StateConflict for one that is delivered or withheld.
    Source: 厦门8, where no platform is connected.
    """
    number = require_text("receipt", receipt, longest=LONGEST_NUMBER)
    if received_at.tzinfo is None:
        raise InvalidInput("An instant is given with its time zone.", zh="时间须注明时区。", field="receivedAt")
    if received_at > tx.now:
        raise DateInFuture(field="receivedAt")
    if received_at < row["at"]:
        raise DatesOutOfOrder
    await _deliver(tx, "tell", row, Receipt(number, received_at, False), shown=not row["ends"])


async def _deliver(tx: Transaction, verb: str, row: Mapping[str, Any], receipt: Receipt, *, shown: bool) -> None:
    changes = {
        "delivered_at": tx.now, "receipt": receipt.number, "received_at": receipt.received_at, "signed": receipt.signed,
        "fault": None, "status": None, **_RELEASED,
    }  # fmt: skip
    if shown and row["shown_at"] is None:
        changes["shown_at"] = tx.now
    await lifecycle.move(tx, MACHINE, verb, row["id"], changes)
    # by our clock as far as the two disagree: a row is not taken before it was published, nor in the future
    taken_at = min(max(receipt.received_at, row["at"]), tx.now)
    if shown and row["object"] in STAMPED:
        await _stamp(tx, row["object"], row["object_id"], taken_at)
    if (row["object"], row["verb"]) == ("credit_record", "repair"):
        await applications.tell_of_record(tx, row["object_id"], told_at=taken_at)


async def _stamp(tx: Transaction, noun: str, row_id: UUID, taken_at: datetime) -> None:
    """Note on a row when the platform took it, once; a time that was stated by hand stays."""
    known = await tx.connection.fetchrow(f"SELECT platform_at FROM {noun} WHERE id = $1 FOR NO KEY UPDATE", row_id)
    if known is not None and known["platform_at"] is None:
        await lifecycle.change(tx, noun, "deliver", row_id, {"platform_at": taken_at}, unless="platform_at")


def _ends() -> str:
    """Write whether the image of an event's row is one that is no longer shown."""
    cases = " ".join(
        f"WHEN '{noun}' THEN payload ->> 'state' NOT IN ({', '.join(repr(one) for one in states)})"
        for noun, states in SHOWN_STATES.items()
    )
    return f"(verb = '{TAKES_DOWN}' OR CASE object {cases} END)"


UNTAKEN: Final = (
    f"taken_up_at IS NULL AND object IN ({', '.join(repr(one) for one in SHOWN_STATES)})"
    " AND verb <> 'deliver' AND (payload ->> 'published_at') IS NOT NULL"
    " AND (object <> 'grade' OR (payload ->> 'push_ordered')::boolean)"
)
"""Which events of the outbox are to be taken up: of rows that have been published, of grades only those whose clause
orders the push (厦门12, 13; not 14 to 16); an index says the same."""

_TAKE_UP: Final = f"""
WITH fresh AS (
  SELECT id, at, object, object_id, verb, version, payload FROM outbox_event WHERE {UNTAKEN}
  ORDER BY id LIMIT $2 FOR UPDATE
), made AS (
  INSERT INTO delivery (id, at, object, object_id, verb, version, ends, jurisdiction_id, office_id, state, attempts,
                        failures, next_at)
  SELECT id, at, object, object_id, verb, version, {_ends()}, payload ->> 'jurisdiction_id',
         coalesce(payload ->> 'office_id', payload ->> 'publisher_id')::uuid, 'waiting', 0, 0, $1::timestamptz
  FROM fresh
), noted AS (
  UPDATE outbox_event SET taken_up_at = $1 FROM fresh WHERE outbox_event.id = fresh.id
)
SELECT count(*) FROM fresh
"""
_PLACES: Final = "SELECT id FROM jurisdiction WHERE id = $1 OR parent_id = $1 ORDER BY id"
_HERE: Final = "jurisdiction_id IN (SELECT id FROM jurisdiction WHERE id = $1 OR parent_id = $1)"
_CLAIM: Final = """
UPDATE delivery SET attempts = attempts + 1, tried_at = $1, lease = $3, leased_until = $2 WHERE id = (
  SELECT waiting.id FROM delivery waiting
  WHERE waiting.state = 'waiting' AND waiting.jurisdiction_id = $4 AND waiting.next_at <= $1
    AND (waiting.leased_until IS NULL OR waiting.leased_until <= $1)
    AND NOT EXISTS (
      SELECT FROM delivery earlier WHERE earlier.object_id = waiting.object_id AND earlier.id < waiting.id
        AND CASE WHEN waiting.ends THEN earlier.state = 'waiting' AND (earlier.ends OR NOT EXISTS (
                                     SELECT FROM delivery dead
                                     WHERE dead.object_id = earlier.object_id AND dead.id < earlier.id AND dead.state = 'dead'))
                 ELSE earlier.state IN ('waiting', 'dead') END
      OFFSET 0)
  ORDER BY waiting.next_at, waiting.id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING *
"""
_KNOWN: Final = "SELECT EXISTS (SELECT FROM delivery WHERE object_id = $1 AND shown_at IS NOT NULL)"
_PUT_OFF: Final = """
UPDATE delivery SET next_at = $3, failures = $4, fault = $5, status = $6, lease = NULL, leased_until = NULL
WHERE id = $1 AND lease = $2 AND state = 'waiting'
"""
_BACKLOG: Final = f"""
SELECT waiting.count + untaken.count AS waiting, dead.count AS dead, least(waiting.oldest, untaken.oldest) AS oldest_at
FROM (SELECT count(*), min(at) AS oldest FROM delivery WHERE state = 'waiting' AND {_HERE}) waiting,
     (SELECT count(*), min(at) AS oldest FROM outbox_event WHERE {UNTAKEN}) untaken,
     (SELECT count(*) FROM delivery WHERE state = 'dead' AND {_HERE}) dead
"""
