"""Mutations of interviews: invited, held with minutes, refused, missed, invited again, concluded with their effect."""

from __future__ import annotations

from datetime import date

import strawberry

from api.commands.attachments import attach_drafts
from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from domain.errors import InvalidInput
from domain.interview import interviews

_PAYLOAD = {"interview": "Interview"}


@strawberry.input(description="Whom to invite 通知约谈, because of an entry or a warning: one of the two.")
class InviteInterviewInput:
    entry: strawberry.ID | None = optional("Global id of the list entry that your office recognised (谁认定、谁约谈).")
    warning: strawberry.ID | None = optional("Global id of the risk warning that your office acts on.")
    invited_for: date = required("Day of the interview; today or later.")
    agenda: str = required("What it is about, and the duties urged. No personal data of others.")
    client_mutation_id: str | None = optional(KEY)


@mutation("inviteInterview", noun="interview", verb="invite", input=InviteInterviewInput, payload=_PAYLOAD)
async def invite_interview(work: Work, given: InviteInterviewInput) -> Changed:
    """Invite a subject to an interview: about an entry, only the office that recognised it does (厦门28, 海沧14, 23)."""
    scopes = work.scopes("interview", "invite")
    work.office()
    if (given.entry is None) == (given.warning is None):
        raise InvalidInput(
            "Name one ground: an entry or a warning.", zh="请指明一项事由：列入或预警。", fields=["entry", "warning"]
        )
    if given.entry is not None:
        entry = local_id(given.entry, "ListEntry")
        await work.require("list_entry", entry, work.scopes("list_entry", "read"))
        made = await interviews.invite_about_entry(
            work.tx, work.job.service.books, entry, invited_for=given.invited_for, agenda=given.agenda
        )
    else:
        row = await work.lock("risk_warning", local_id(given.warning, "RiskWarning"), "act")
        made = await interviews.invite_about_warning(
            work.tx, row["id"], invited_for=given.invited_for, agenda=given.agenda
        )
    await work.require("interview", made, scopes)
    return Changed({"interview": made})


@strawberry.input(description="For which day to invite again.")
class ReinviteInterviewInput:
    interview: strawberry.ID = required("Global id of the interview.")
    invited_for: date = required("New day of the interview; today or later.")
    client_mutation_id: str | None = optional(KEY)


@mutation("reinviteInterview", noun="interview", verb="reinvite", input=ReinviteInterviewInput, payload=_PAYLOAD)
async def reinvite_interview(work: Work, given: ReinviteInterviewInput) -> Changed:
    """Invite anew who refused or did not appear (厦门28)."""
    row = await work.lock("interview", local_id(given.interview, "Interview"), "reinvite")
    await interviews.reinvite(work.tx, row["id"], invited_for=given.invited_for)
    return Changed({"interview": row["id"]})


@strawberry.input(description="What was said in an interview 约谈.")
class HoldInterviewInput:
    interview: strawberry.ID = required("Global id of the interview.")
    held_on: date = required("Day on which it was held.")
    undertakings: str = required("What the subject undertook. No personal data of others.")
    minutes: list[strawberry.ID] = required("Minutes 约谈记录: global ids of your attachment drafts, one at least.")
    client_mutation_id: str | None = optional(KEY)


@mutation("holdInterview", noun="interview", verb="hold", input=HoldInterviewInput, payload=_PAYLOAD)
async def hold_interview(work: Work, given: HoldInterviewInput) -> Changed:
    """Note that an interview was held, with its minutes and what was undertaken (厦门28, 海沧23)."""
    row = await work.lock("interview", local_id(given.interview, "Interview"), "hold")
    minutes = await attach_drafts(work, given.minutes, to="interview", row=row, part="report")
    await interviews.hold(work.tx, row["id"], held_on=given.held_on, undertakings=given.undertakings, minutes=minutes)
    return Changed({"interview": row["id"]})


@strawberry.input(description="Which interview did not come about, and why.")
class MissedInterviewInput:
    interview: strawberry.ID = required("Global id of the interview.")
    reason: str = required("What was said or noted. No personal data of others.")
    client_mutation_id: str | None = optional(KEY)


@mutation("declineInterview", noun="interview", verb="decline", input=MissedInterviewInput, payload=_PAYLOAD)
async def decline_interview(work: Work, given: MissedInterviewInput) -> Changed:
    """Note that the subject refused the interview (厦门28)."""
    row = await work.lock("interview", local_id(given.interview, "Interview"), "decline")
    await interviews.decline(work.tx, row["id"], reason=given.reason)
    return Changed({"interview": row["id"]})


@mutation("missInterview", noun="interview", verb="miss", input=MissedInterviewInput, payload=_PAYLOAD)
async def miss_interview(work: Work, given: MissedInterviewInput) -> Changed:
    """Note that the subject did not appear on the day (厦门28)."""
    row = await work.lock("interview", local_id(given.interview, "Interview"), "miss")
    await interviews.miss(work.tx, row["id"], reason=given.reason)
    return Changed({"interview": row["id"]})


@strawberry.input(description="What came of an interview.")
class ConcludeInterviewInput:
    interview: strawberry.ID = required("Global id of the interview.")
    effect: str = required("Duties fulfilled, effects removed 履行义务、消除不良影响. No personal data of others.")
    client_mutation_id: str | None = optional(KEY)


@mutation("concludeInterview", noun="interview", verb="conclude", input=ConcludeInterviewInput, payload=_PAYLOAD)
async def conclude_interview(work: Work, given: ConcludeInterviewInput) -> Changed:
    """Note the effect of an interview that was held, refused or missed, and conclude it (厦门28, 海沧23)."""
    row = await work.lock("interview", local_id(given.interview, "Interview"), "conclude")
    await interviews.conclude(work.tx, row["id"], effect=given.effect)
    return Changed({"interview": row["id"]})
