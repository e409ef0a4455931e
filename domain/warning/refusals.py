"""Why a screening is not run, or a step of a risk warning not taken."""

from __future__ import annotations

from domain.errors import DomainError, Forbidden, InvalidInput


class ScreeningNotProvided(DomainError):
    """No rule of this place provides for screenings and warnings: none is made on our own authority."""

    code = "SCREENING_NOT_PROVIDED"
    zh = "本地规则未规定筛查预警：不得自行开展。"


class ParametersMissing(InvalidInput):
    """No rule sets these numbers: name those in `missing`; they are kept with the run."""

    code = "PARAMETERS_MISSING"
    zh = "规则未规定这些数值：请给出 missing 所列参数，将随本次筛查保存。"


class ParameterSet(InvalidInput):
    """A rule sets this number: leave it out, or give the value in `value`."""

    code = "PARAMETER_SET"
    zh = "规则已规定该数值：请不填，或填 value 所示数值。"


class ScreeningTooWide(InvalidInput):
    """The screening finds more enterprises than one bulletin takes: raise the counts or shorten the window."""

    code = "SCREENING_TOO_WIDE"
    zh = "筛查命中企业过多，无法一次通报：请提高次数或缩短时间范围。"


class WarningSubject(InvalidInput):
    """Risk warnings are about enterprises: this subject is none."""

    code = "WARNING_SUBJECT"
    zh = "风险预警的对象为企业：该主体不是企业。"


class ContestUnanswered(DomainError):
    """The subject has contested the warning: answer that first."""

    code = "CONTEST_UNANSWERED"
    zh = "主体已对预警提出异议：请先予答复。"


class WarningEnded(DomainError):
    """The warning was closed or dismissed: nothing more is done about it."""

    code = "WARNING_ENDED"
    zh = "该预警已办结或已撤除：不再办理。"


class OwnWarning(Forbidden):
    """Whoever raised a warning does not answer what the subject says against it: another person of the office does."""

    code = "OWN_WARNING"
    zh = "发出预警的人员不得答复主体对该预警的异议：请由本单位其他人员答复。"


class ActionAwaited(DomainError):
    """An action has not been followed up: note what came of it first."""

    code = "ACTION_AWAITED"
    zh = "已采取的措施尚未跟踪反馈：请先记录结果。"
