"""Why a step of credit repair is refused: each reason with its code, the clause it carries out, and what is missing."""

from __future__ import annotations

from domain.errors import DomainError, InvalidInput


class RepairNotApplicable(DomainError):
    """Only a published negative record can be repaired whose publication runs, or on which a list entry in force rests."""

    code = "REPAIR_NOT_APPLICABLE"
    zh = "只有公示期内的，或者仍为在册名单列入依据的失信信息可以申请信用修复。"


class RepairTooEarly(DomainError):
    """The shortest publication has not run yet: apply from the day in `earliestOn` on."""

    code = "REPAIR_TOO_EARLY"
    zh = "最短公示期尚未届满：请于 earliestOn 所示日期起申请。"


class RepairPending(DomainError):
    """An application for the repair of this record is open or was granted: see `application`."""

    code = "REPAIR_PENDING"
    zh = "该信息的信用修复申请正在办理或已准予：见 application。"


class FindingIncomplete(InvalidInput):
    """The rules in force ask for another condition of law to be found: say which were checked, or that there are none."""

    code = "FINDING_INCOMPLETE"
    zh = "现行规则要求认定法律、行政法规、部门规章的其他条件：请写明所核查的条件，或写明没有其他条件。"


class RepairConditionsNotMet(DomainError):
    """Conditions of the repair are not met or not known to be: see `conditions`; refuse it, or let them be found."""

    code = "REPAIR_CONDITIONS_NOT_MET"
    zh = "信用修复条件未满足或尚未认定：见 conditions；请不予修复或先行认定。"


class AssessmentRequired(InvalidInput):
    """No measure is set for some conditions: see `conditions`, and state in `assessment` how each was judged."""

    code = "ASSESSMENT_REQUIRED"
    zh = "部分条件没有可供衡量的规定：见 conditions；请在 assessment 中写明如何认定。"


class OwnStep(DomainError):
    """Nobody decides what he found or applied for: another person of the office must take this step."""

    code = "OWN_STEP"
    zh = "不得由本人认定或申请的事项自行决定：须由本单位其他人员办理。"


class RepairNotGranted(DomainError):
    """Only a granted repair is told to the platform."""

    code = "REPAIR_NOT_GRANTED"
    zh = "只有准予修复的结果才告知信用平台。"
