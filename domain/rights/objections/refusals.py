"""Why an objection, or a step of one, is refused: the reasons, each with its code.

Messages name no person and quote nothing that was handed in; an earlier objection is pointed to by its id.
"""

from __future__ import annotations

from domain.errors import DomainError, InvalidInput


class ObjectionPending(DomainError):
    """An objection on this ground is already open: await its decision or withdraw it; see `first`."""

    code = "OBJECTION_PENDING"
    zh = "对该信息的同一异议正在办理：请等待处理结果或撤回原异议，见 first。"


class ObjectionDecided(DomainError):
    """An objection on this ground has been decided: state the facts that are new since then; see `first`."""

    code = "OBJECTION_DECIDED"
    zh = "对该信息的同一异议已作出处理：请说明此后出现的新事实，见 first。"


class GroundUnknown(InvalidInput):
    """The rulebooks of the place do not know this ground: use one of `known`."""

    code = "OBJECTION_GROUND_UNKNOWN"
    zh = "本地规则没有这一异议事由：请使用 known 所列的事由。"


class NothingToContest(DomainError):
    """What is contested has been withdrawn or removed: there is nothing left to correct."""

    code = "NOTHING_TO_CONTEST"
    zh = "所指信息已撤回或移出：没有可更正的内容。"


class VerifierDecides(DomainError):
    """Whoever verified an objection does not decide it: leave the decision to another person."""

    code = "VERIFIER_DECIDES"
    zh = "核查人不得作出处理决定：请由他人处理。"


class OwnActDecided(DomainError):
    """You handed in, changed or published what is contested: leave the decision to another person, or state why
    nobody else can decide."""

    code = "OWN_ACT_DECIDED"
    zh = "您曾提交、更正或公示该信息：请由他人处理；确无他人可办的，请说明理由。"


class CorrectionUnclear(InvalidInput):
    """Say what is corrected exactly where something is: with the outcome `amended`, and with no other."""

    code = "CORRECTION_UNCLEAR"
    zh = "处理结果为更正时须写明更正内容，其他结果不得填写：请更正。"


class ClockDoesNotStop(DomainError):
    """No law of the place lets the clock stop for this: the term goes on; see `known`."""

    code = "CLOCK_DOES_NOT_STOP"
    zh = "没有法律规定此种情形不计入办理时间：期限继续计算，见 known。"


class ClockStands(DomainError):
    """The clock stands still for an appraisal: end that before the next step."""

    code = "CLOCK_STANDS"
    zh = "因鉴定等事项暂不计时：请先结束该期间再办理下一步骤。"


class ClockRuns(DomainError):
    """The clock runs: there is nothing to end."""

    code = "CLOCK_RUNS"
    zh = "期限正在计算：没有可结束的期间。"


class PauseTooLate(DomainError):
    """A term has run out already: a time before today cannot be taken out of it any more."""

    code = "PAUSE_TOO_LATE"
    zh = "期限已经届满：不得再追溯扣除今天以前的时间。"


class NotTheObjector(DomainError):
    """Only who filed an objection withdraws it, and only before it is decided."""

    code = "NOT_THE_OBJECTOR"
    zh = "异议只能由提出人在处理决定作出之前撤回。"


class ReviewNotProvided(DomainError):
    """No law loaded for this place lets a higher authority review this outcome: object again with new facts, put a
    statement beside it, or use the remedies that other laws give."""

    code = "REVIEW_NOT_PROVIDED"
    zh = "本地已载入的法律没有规定对该处理结果的复核：有新的事实可再次提出异议，也可附注声明，或依其他法律寻求救济。"


class ObjectionWithdrawn(DomainError):
    """The objection has been withdrawn already: nothing is left to do; file another one to contest it again."""

    code = "OBJECTION_WITHDRAWN"
    zh = "异议已经撤回，无需再办；仍有异议的，请另行提出。"


class OthersPersonalData(InvalidInput):
    """The text carries an identity number, a telephone number, an address of electronic mail, or the name of
    another person known here: leave it out."""

    code = "OTHERS_PERSONAL_DATA"
    zh = "文字中含有身份证号、电话号码、电子邮箱或他人姓名：请删去。"
