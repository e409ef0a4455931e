"""What has left since it was handed out: entries that were shown and no longer are, by id, day and reason.

The portal that took a batch, or a channel outside the internet that took a list, takes these down; where a list has
such channels, each that ends by an act is announced to them in the same transaction.
Source: 河南省社会信用条例37; 海沧25; 新乡四(四).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.connection import Connection
from domain.delivery.delivery import TAKES_DOWN
from domain.lifecycle import Transaction
from domain.lists.list_kind import ListKind
from domain.outbox import announce


@dataclass(frozen=True, slots=True)
class Recalled:
    """An entry that is shown no longer, the day from which it is not, and the reason of removal."""

    entry_id: UUID
    left_on: date
    why: str


async def recalled(connection: Connection, batch_id: UUID, today: date) -> list[Recalled]:
    """List the entries of a batch that were published and are in force no longer."""
    return [Recalled(*row) for row in await connection.fetch(_OF_BATCH, batch_id, today)]


async def left_list(connection: Connection, list_id: UUID, since: date, today: date) -> list[Recalled]:
    """List the entries of a list that the public could see and that have left it on a day or later."""
    return [Recalled(*row) for row in await connection.fetch(_OF_LIST, list_id, today, since)]


async def recall(tx: Transaction, kind: ListKind, entry: Mapping[str, Any], why: str) -> None:
    """Announce to the channels of a list that one of its entries, that the public could see, is to be taken down."""
    channels = kind.rule.exposure_channels
    if not channels or entry["state"] != "published" or entry["disclosure"] != "public":
        return
    notice = {
        "entry": f"ListEntry:{entry['id']}",
        "channels": list(channels),
        "leftOn": tx.today.isoformat(),
        "why": why,
    }
    await announce(tx, "list_entry", "recall", object_id=entry["id"], subject_id=entry["subject_id"], payload=notice)


WITHHELD: Final = "kept_back"
"""Why an entry is shown no longer that tells of an act of a minor and stays on its list."""

_TAKEN_DOWN: Final = f"""
LEFT JOIN LATERAL (
  SELECT (told.at AT TIME ZONE 'Asia/Shanghai')::date AS left_on FROM outbox_event told
  WHERE told.object_id = entry.id AND told.verb = '{TAKES_DOWN}' ORDER BY told.id LIMIT 1
) down ON TRUE
"""
_GONE: Final = "entry.published_at IS NOT NULL AND (entry.state <> 'published' OR entry.public_until < $2)"
_LEFT_ON: Final = "least(down.left_on, entry.removed_on, entry.public_until + 1)"
_LEFT: Final = f"""
SELECT entry.id, {_LEFT_ON} AS left_on,
  CASE WHEN down.left_on <= least(entry.removed_on, entry.public_until + 1, 'infinity') THEN '{WITHHELD}'
       WHEN entry.removed_on <= coalesce(entry.public_until, entry.removed_on) THEN entry.removal_reason
       ELSE 'expired' END AS why
"""
_OF_BATCH: Final = f"""{_LEFT}
FROM list_batch_entry place JOIN list_entry entry ON entry.id = place.entry_id {_TAKEN_DOWN}
WHERE place.batch_id = $1 AND place.dropped_at IS NULL AND ({_GONE} OR down.left_on IS NOT NULL) ORDER BY entry.id
"""
_OF_LIST: Final = f"""{_LEFT}
FROM list_entry entry {_TAKEN_DOWN} WHERE entry.credit_list_id = $1
  AND (entry.disclosure = 'public' AND {_GONE} OR down.left_on IS NOT NULL) AND {_LEFT_ON} >= $3 ORDER BY entry.id
"""
