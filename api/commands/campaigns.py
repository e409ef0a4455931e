"""Mutations of campaigns: opened and closed by who watches a place, records and cases tagged by their offices."""

from __future__ import annotations

from datetime import date

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from domain.culture import campaigns
from domain.errors import InvalidInput

NOUN = campaigns.NOUN
TAG = campaigns.TAG
PAYLOAD = {"campaign": "Campaign"}
TAGGED = {"campaignTag": "CampaignTag"}


@strawberry.input(description="A campaign 专项治理行动: topics, period, offices.")
class OpenCampaignInput:
    name: str = required("What it is called, up to 200 characters.")
    topics: list[str] = required("Topics 主题 in the words of the rulebook (厦门19: 3, 海沧15: 10).")
    from_on: date = required("First day.")
    to_on: date = required("Last day.")
    offices: list[str] | None = optional("Codes of the offices that take part; those the rulebook names unless given.")
    client_mutation_id: str | None = optional(KEY)


@mutation("openCampaign", noun=NOUN, verb="open", input=OpenCampaignInput, payload=PAYLOAD)
async def open_campaign(work: Work, given: OpenCampaignInput) -> Changed:
    """Open a campaign in your place (厦门19, 海沧15, 十堰)."""
    scopes = work.scopes(NOUN, "open")
    office_id, jurisdiction_id = work.place()
    opening = campaigns.Opening(
        jurisdiction_id=jurisdiction_id,
        office_id=office_id,
        name=given.name,
        topics=given.topics,
        from_on=given.from_on,
        to_on=given.to_on,
        office_codes=given.offices,
    )
    made = await campaigns.open_campaign(work.tx, work.job.service.books, opening)
    await work.require(NOUN, made, scopes)
    return Changed({"campaign": made})


@strawberry.input(description="Which campaign to close, and what came of it.")
class CloseCampaignInput:
    campaign: strawberry.ID = required("Global id of the campaign.")
    summary: str = required("What came of it. Nothing personal.")
    client_mutation_id: str | None = optional(KEY)


@mutation("closeCampaign", noun=NOUN, verb="close", input=CloseCampaignInput, payload=PAYLOAD)
async def close_campaign(work: Work, given: CloseCampaignInput) -> Changed:
    """Close a campaign of your place; its tags stay (厦门19, 海沧15)."""
    row = await work.lock(NOUN, local_id(given.campaign, "Campaign"), "close")
    await campaigns.close(work.tx, row, summary=given.summary)
    return Changed({"campaign": row["id"]})


@strawberry.input(description="A record or case of your office, one of the two, and the topic it belongs to.")
class TagForCampaignInput:
    campaign: strawberry.ID = required("Global id of the campaign.")
    record: strawberry.ID | None = optional("Global id of a credit record of your office.")
    typical_case: strawberry.ID | None = optional("Global id of a typical case of your office.")
    topic: str = required("Topic 主题 of the campaign.")
    client_mutation_id: str | None = optional(KEY)


@mutation("tagForCampaign", noun=TAG, verb="tag", input=TagForCampaignInput, payload=TAGGED)
async def tag_for_campaign(work: Work, given: TagForCampaignInput) -> Changed:
    """Put a record or case of your office under a running campaign; it changes nothing of the record (厦门19, 海沧15)."""
    scopes = work.scopes(TAG, "tag")
    office, campaign = work.office(), local_id(given.campaign, "Campaign")
    if (given.record is None) == (given.typical_case is None):
        raise InvalidInput(
            "Name one row: either a record or a case.", zh="请指明一项：记录或案例。", fields=["record", "typicalCase"]
        )
    if given.record is not None:
        noun, ident = "credit_record", local_id(given.record, "CreditRecord")
    else:
        noun, ident = "typical_case", local_id(given.typical_case, "TypicalCase")
    await work.require(noun, ident, scopes)
    made = await campaigns.tag(work.tx, campaign, noun, {"id": ident, "office_id": office}, topic=given.topic)
    await work.require(TAG, made, scopes)
    return Changed({"campaignTag": made})


@strawberry.input(description="Which tag to take off.")
class UntagFromCampaignInput:
    campaign_tag: strawberry.ID = required("Global id of the tag.")
    client_mutation_id: str | None = optional(KEY)


@mutation("untagFromCampaign", noun=TAG, verb="untag", input=UntagFromCampaignInput, payload=TAGGED)
async def untag_from_campaign(work: Work, given: UntagFromCampaignInput) -> Changed:
    """Take a tag of your office off; what was counted as of a past day stays counted then (厦门19)."""
    row = await work.lock(TAG, local_id(given.campaign_tag, "CampaignTag"), "untag")
    await campaigns.untag(work.tx, row["id"])
    return Changed({"campaignTag": row["id"]})
