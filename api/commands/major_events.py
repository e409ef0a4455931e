"""Mutations of major dishonesty events: reported, handled, fed back."""

from __future__ import annotations

from datetime import date

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.commands.people import named_subject
from api.execution.mutation import Changed, Work, mutation
from domain.event import major_events

_PAYLOAD = {"majorEvent": "MajorEvent"}


@strawberry.input(description="A major dishonesty event 重大失信事件, and where it came from (海沧15).")
class ReportMajorEventInput:
    source: str = required("Where it came from, as the rule names it: 上级通报, 媒体曝光 or 监督检查.")
    source_document: str = required("The notice, report or inspection, by name, number and day.")
    facts: str = required("What is said to have happened.")
    learned_on: date = required("Day on which your office learned of it.")
    subject: strawberry.ID | None = optional("Global id of whom it is about, where that is known.")
    client_mutation_id: str | None = optional(KEY)


@mutation("reportMajorEvent", noun="major_event", verb="report", input=ReportMajorEventInput, payload=_PAYLOAD)
async def report_major_event(work: Work, given: ReportMajorEventInput) -> Changed:
    """Enter an event that came up from above, in the press or in an inspection (海沧15)."""
    scopes = work.scopes("major_event", "report")
    office_id, jurisdiction_id = work.place()
    subject = None if given.subject is None else await named_subject(work, given.subject)
    event = major_events.Reported(
        office_id=office_id,
        jurisdiction=jurisdiction_id,
        source=given.source,
        source_document=given.source_document,
        facts=given.facts,
        learned_on=given.learned_on,
        subject_id=subject,
    )
    made = await major_events.report(work.tx, work.job.service.books, event)
    await work.require("major_event", made, scopes)
    return Changed({"majorEvent": made})


@strawberry.input(description="What was done about an event.")
class HandleMajorEventInput:
    event: strawberry.ID = required("Global id of the event.")
    handling: str = required("What was done about it.")
    client_mutation_id: str | None = optional(KEY)


@mutation("handleMajorEvent", noun="major_event", verb="handle", input=HandleMajorEventInput, payload=_PAYLOAD)
async def handle_major_event(work: Work, given: HandleMajorEventInput) -> Changed:
    """Note what your office did about an event (海沧15)."""
    row = await work.lock("major_event", local_id(given.event, "MajorEvent"), "handle")
    await major_events.handle(work.tx, row["id"], handling=given.handling)
    return Changed({"majorEvent": row["id"]})


@strawberry.input(description="What was fed back about an event, and to whom.")
class FeedBackMajorEventInput:
    event: strawberry.ID = required("Global id of the event.")
    to: str = required("To whom it is fed back, e.g. the office that gave the notice.")
    feedback: str = required("What is fed back.")
    client_mutation_id: str | None = optional(KEY)


@mutation("feedBackMajorEvent", noun="major_event", verb="feed_back", input=FeedBackMajorEventInput, payload=_PAYLOAD)
async def feed_back_major_event(work: Work, given: FeedBackMajorEventInput) -> Changed:
    """Feed back to the source what became of an event, after it was handled (海沧15 反馈机制)."""
    row = await work.lock("major_event", local_id(given.event, "MajorEvent"), "feed_back")
    await major_events.feed_back(work.tx, row["id"], to=given.to, feedback=given.feedback)
    return Changed({"majorEvent": row["id"]})
