"""Entities of early warning: screenings, risk warnings, their records and actions, interviews, criminal referrals."""

from __future__ import annotations

from api.declaring.entity import (
    HISTORY,
    OWNER_IS_PERSON,
    Entity,
    Enums,
    Many,
    entity,
    flag,
    from_day,
    newest,
    one_of,
    to_day,
)
from api.declaring.roots import Root, RootMany, by_id
from domain.interview.interview import INTERVIEW_STATES, Interview
from domain.referral.criminal_referral import REFERRAL_OUTCOMES, REFERRAL_STATES, CriminalReferral
from domain.warning.risk_warning import (
    ACTION_KINDS,
    RISK_WARNING_SOURCES,
    RISK_WARNING_STATES,
    RiskWarning,
    RiskWarningAction,
    RiskWarningRecord,
)
from domain.warning.screening import PATTERNS, SCREENING_STATES, Screening

ENUMS: Enums = {
    "ScreeningState": ("Whether the bulletin 筛查通报 of a screening was circulated.", SCREENING_STATES),
    "ScreeningPattern": (
        "What is looked for: SAME_FIELD 在同一领域频繁违法, SEVERAL_FIELDS 在多个领域多次违法、屡禁不止 (海沧14).",
        PATTERNS,
    ),
    "RiskWarningState": (
        "State of a risk warning: OPEN 待处置, ACTED 已采取措施, FOLLOWED_UP 已跟踪, CLOSED 已办结, DISMISSED 已撤除.",
        RISK_WARNING_STATES,
    ),
    "RiskWarningSource": (
        "Where a risk warning comes from: a screening 筛查, or an industry evaluation 行业信用评价结果 (海沧14).",
        RISK_WARNING_SOURCES,
    ),
    "RiskWarningActionKind": ("What was done: inform 告知, interview 约谈, train 培训 (海沧14).", ACTION_KINDS),
    "InterviewState": (
        "State of an interview: INVITED 已通知, HELD 已约谈, REFUSED 拒绝, NOT_APPEARED 未到场, CONCLUDED 已记录成效.",
        INTERVIEW_STATES,
    ),
    "CriminalReferralState": (
        "State of a criminal referral: referred 已移送, accepted 已立案, ended 已了结.",
        REFERRAL_STATES,
    ),
    "CriminalReferralOutcome": (
        "How a case ended: NOT_ACCEPTED 不予立案, WITHDRAWN 撤案, NOT_PROSECUTED 不起诉, ACQUITTED 无罪, CONVICTED 有罪.",
        REFERRAL_OUTCOMES,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "screening": by_id("Screening", "screening 筛查"),
    "screenings": RootMany("Screening", "Screenings 筛查 within your authority, with their bulletins 通报 (海沧14)."),
    "riskWarning": by_id("RiskWarning", "risk warning 风险预警"),
    "riskWarnings": RootMany(
        "RiskWarning", "Risk warnings 风险预警 within your authority: no credit records, in no report (海沧14)."
    ),
    "interview": by_id("Interview", "interview 约谈"),
    "interviews": RootMany("Interview", "Interviews 约谈 within your authority (厦门28, 海沧14, 23)."),
    "criminalReferral": by_id("CriminalReferral", "criminal referral 案件移送"),
    "criminalReferrals": RootMany(
        "CriminalReferral", "Criminal referrals 案件移送 of your office, where that is your task (十堰 行刑衔接)."
    ),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        _screening(),
        _risk_warning(),
        entity(RiskWarningRecord),
        _risk_warning_action(),
        _interview(),
        _criminal_referral(),
    )


def _screening() -> Entity:
    return entity(
        Screening,
        enums={"state": "ScreeningState", "pattern": "ScreeningPattern"},
        manys=HISTORY
        | {"warnings": Many("RiskWarning", "screening_id", "The warnings that it raised, within your authority.")},
        orders=newest("run_at", "run"),
        filters={
            "state": one_of("state", "states.", "ScreeningState"),
            "pattern": one_of("pattern", "patterns.", "ScreeningPattern"),
        },
    )


def _risk_warning() -> Entity:
    return entity(
        RiskWarning,
        enums={"state": "RiskWarningState", "source": "RiskWarningSource", "pattern": "ScreeningPattern"},
        manys=HISTORY
        | {
            "records": Many("RiskWarningRecord", "warning_id", "Exactly the credit records behind it (海沧14)."),
            "actions": Many("RiskWarningAction", "warning_id", "What was done because of it 采取措施."),
            "interviews": Many("Interview", "warning_id", "Interviews 约谈 held because of it."),
        },
        orders=newest("raised_at", "warning"),
        filters={
            "state": one_of("state", "states.", "RiskWarningState"),
            "source": one_of("source", "sources.", "RiskWarningSource"),
            "pattern": one_of("pattern", "patterns.", "ScreeningPattern"),
            "contested": flag("{t}.contested_at IS NOT NULL", "Only what the subject contests, or only the rest."),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _risk_warning_action() -> Entity:
    return entity(
        RiskWarningAction,
        enums={"kind": "RiskWarningActionKind"},
        manys=HISTORY,
        orders=newest("taken_at", "action"),
        filters={"kind": one_of("kind", "kinds of action.", "RiskWarningActionKind")},
    )


def _interview() -> Entity:
    return entity(
        Interview,
        enums={"state": "InterviewState"},
        manys=HISTORY | {"attachments": Many("Attachment", "object_id", "Minutes 约谈记录 of the interview.")},
        orders=newest("invited_at", "invitation"),
        filters={
            "state": one_of("state", "states.", "InterviewState"),
            "invitedFrom": from_day("invited_for", "day of the interview"),
            "invitedTo": to_day("invited_for", "day of the interview"),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _criminal_referral() -> Entity:
    return entity(
        CriminalReferral,
        enums={"state": "CriminalReferralState", "outcome": "CriminalReferralOutcome"},
        orders=newest("referred_at", "referral"),
        filters={"state": one_of("state", "states.", "CriminalReferralState")},
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )
