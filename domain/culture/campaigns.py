"""Opening and closing campaigns, tagging records and cases, and how far a campaign has come as of a day.

Topics and offices are the rulebook's. Refuses topics it does not have, offices that are not named, tags outside the
period, a second tag of one campaign. What is counted is tags and activities held, so that nothing of a record is read.
Source: 厦门19; 海沧15; 十堰正文.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from domain.connection import Connection
from domain.credit.public_text import public_text
from domain.credit.terms import binding
from domain.culture.refusals import CampaignNotRunning, CampaignOfOthers, TaggedAlready, TopicUnknown
from domain.errors import InvalidInput, NotFound
from domain.lifecycle import Transaction, change, create, machine, move
from domain.rights.others_data import impersonal
from domain.rulebook.model import Rulebooks
from domain.text import require_text

NOUN: Final = "campaign"
TAG: Final = "campaign_tag"
TOPICS: Final = "campaign.topics"
MACHINE: Final = machine(NOUN, close=("opened", "closed"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A campaign as it is opened; without `office_codes` those that the rulebook names take part."""

    jurisdiction_id: str
    office_id: UUID
    name: str
    topics: Sequence[str]
    from_on: date
    to_on: date
    office_codes: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """What an office has under a topic of a campaign: activities stand under no topic. Units: rows."""

    office_id: UUID
    topic: str | None
    records: int
    cases: int
    activities: int


async def open_campaign(tx: Transaction, books: Rulebooks, given: Opening) -> UUID:
    """Open a campaign; give its id.

    Raises: TopicUnknown; PersonalTextInPublic; InvalidInput.
    """
    law = binding(books, given.jurisdiction_id, TOPICS, tx.today)
    known = [str(one) for one in law.value] if law is not None and isinstance(law.value, tuple) else []
    topics = [require_text("topics", one, longest=100) for one in dict.fromkeys(given.topics)]
    if law is None or not topics or (not law.open_ended and not set(topics) <= set(known)):
        raise TopicUnknown(known=known)
    if given.to_on < given.from_on:
        raise InvalidInput("The last day lies before the first.", zh="结束日期早于开始日期。", field="toOn")
    codes = list(dict.fromkeys(given.office_codes if given.office_codes is not None else law.actors))
    offices = books.books[books.heads[given.jurisdiction_id]].offices_by_code
    if not set(codes) <= offices.keys():
        raise InvalidInput(
            "The place has no such office: use its code.", zh="本地没有该单位：请使用单位代码。", field="offices"
        )
    # a text that says 各有关单位 names nobody in particular: every office of the place takes part
    is_open = any(offices[one].form == "group" for one in codes)
    values = {
        "jurisdiction_id": given.jurisdiction_id,
        "office_id": given.office_id,
        "name": public_text("name", given.name, longest=200),
        "topics": topics,
        "office_codes": [] if is_open else codes,
        "from_on": given.from_on,
        "to_on": given.to_on,
        "basis": law.citation,
        "state": "opened",
        "opened_by": tx.actor.account_id,
        "opened_at": tx.now,
    }
    return await create(tx, NOUN, "open", values, basis=law.citation)


async def close(tx: Transaction, row: Mapping[str, Any], *, summary: str) -> dict[str, Any]:
    """Close a campaign with what came of it; give the row after it.

    Raises: OthersPersonalData; InvalidInput; StateConflict.
    """
    said = impersonal("summary", summary, longest=5_000)
    changes = {"summary": said, "closed_by": tx.actor.account_id, "closed_at": tx.now}
    return await move(tx, MACHINE, "close", row["id"], changes, basis=row["basis"])


async def require_running(tx: Transaction, campaign_id: UUID, *, office_id: UUID, on: date) -> Mapping[str, Any]:
    """Lock a campaign of the office's place in which it takes part and which runs on a day.

    Raises: NotFound for one of another place; CampaignNotRunning; CampaignOfOthers.
    """
    row: Mapping[str, Any] | None = await tx.connection.fetchrow(_RUNNING, campaign_id, office_id)
    if row is None:
        raise NotFound
    if row["state"] != "opened" or not row["from_on"] <= on <= row["to_on"]:
        raise CampaignNotRunning
    if row["office_codes"] and row["code"] not in row["office_codes"]:
        raise CampaignOfOthers(offices=list(row["office_codes"]))
    return row


async def tag(tx: Transaction, campaign_id: UUID, noun: str, row: Mapping[str, Any], *, topic: str) -> UUID:
    """Put a record or case of the actor's office under a topic of a running campaign; give the tag's id.

    Raises: NotFound; CampaignNotRunning; CampaignOfOthers; TopicUnknown; TaggedAlready.
    """
    campaign = await require_running(tx, campaign_id, office_id=row["office_id"], on=tx.today)
    if topic not in campaign["topics"]:
        raise TopicUnknown(known=list(campaign["topics"]))
    column = COLUMNS[noun]
    known = await tx.connection.fetchval(_TAGGED[column], campaign_id, row["id"])
    if known is not None:
        raise TaggedAlready(tag=f"CampaignTag:{known}")
    values = {
        "campaign_id": campaign_id,
        "jurisdiction_id": campaign["jurisdiction_id"],
        "office_id": row["office_id"],
        column: row["id"],
        "topic": topic,
        "tagged_by": tx.actor.account_id,
        "tagged_at": tx.now,
    }
    return await create(tx, TAG, "tag", values, basis=campaign["basis"])


async def untag(tx: Transaction, tag_id: UUID) -> dict[str, Any]:
    """Take a tag off; give the row after it.

    Raises: StateConflict when it was taken off.
    """
    return await change(tx, TAG, "untag", tag_id, {"untagged_at": tx.now}, unless="untagged_at")


async def progress(connection: Connection, campaign_id: UUID, *, end: datetime) -> tuple[Progress, ...]:
    """Count what stands under a campaign before an instant, by office and topic."""
    rows = await connection.fetch(_PROGRESS, campaign_id, end)
    return tuple(
        Progress(UUID(str(row["office_id"])), row["topic"], row["records"], row["cases"], row["activities"])
        for row in rows
    )


COLUMNS: Final = {"credit_record": "record_id", "typical_case": "case_id"}
"""What may be tagged, and the column that says so."""

_RUNNING: Final = """
SELECT campaign.*, mine.code FROM campaign JOIN office mine ON mine.jurisdiction_id = campaign.jurisdiction_id
WHERE campaign.id = $1 AND mine.id = $2 FOR NO KEY UPDATE OF campaign
"""
_TAGGED: Final = {
    column: f"SELECT id FROM campaign_tag WHERE campaign_id = $1 AND {column} = $2 AND untagged_at IS NULL"
    for column in COLUMNS.values()
}
_PROGRESS: Final = """
SELECT office_id, topic, count(record_id) AS records, count(case_id) AS cases, 0 AS activities FROM campaign_tag
WHERE campaign_id = $1 AND tagged_at < $2 AND (untagged_at IS NULL OR untagged_at >= $2)
GROUP BY office_id, topic
UNION ALL
SELECT office_id, NULL, 0, 0, count(*) FROM activity
WHERE campaign_id = $1 AND state = 'held' AND ended_at < $2 GROUP BY office_id
ORDER BY office_id, topic
"""
