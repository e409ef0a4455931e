"""Why a case, an activity, a campaign or an entry of the portal's column is refused."""

from __future__ import annotations

from domain.errors import DomainError, Forbidden, InvalidInput


class CaseProposerDecides(Forbidden):
    """You proposed this case yourself: another person of the office decides."""

    code = "CASE_PROPOSER_DECIDES"
    zh = "提出人不得自行审定典型案例：请由本单位其他人员办理。"


class CaseKindUnknown(InvalidInput):
    """The rulebook of this place has no such kind or field of typical cases: use one of `known`."""

    code = "CASE_KIND_UNKNOWN"
    zh = "本地规则没有此类典型案例或领域：请使用 known 所列。"


class CaseNamesSubject(InvalidInput):
    """The text names the subject: leave the name out; it is shown through the record for as long as that is public."""

    code = "CASE_NAMES_SUBJECT"
    zh = "案例文字中写有主体名称：请删去，主体仅随其公示信息显示。"


class CaseUnfounded(DomainError):
    """The record or entry that the case tells of is not published today: a case names nobody beyond what is public."""

    code = "CASE_UNFOUNDED"
    zh = "案例所涉记录或列入未在公示期内：典型案例不得点名。"


class ActivityKindUnknown(InvalidInput):
    """The rulebook of this place has no such kind of activity or publicity day: use one of `known`."""

    code = "ACTIVITY_KIND_UNKNOWN"
    zh = "本地规则没有此类活动或宣传日：请使用 known 所列。"


class ActivityNotHeld(DomainError):
    """The activity has not been held, or not yet: its day must have come first."""

    code = "ACTIVITY_NOT_HELD"
    zh = "活动尚未举办或日期未到：不能办理。"


class MaterialMissing(InvalidInput):
    """Material for the library needs at least one attachment."""

    code = "MATERIAL_MISSING"
    zh = "宣传素材须至少提交一个附件。"


class NotTraining(DomainError):
    """Attendance is recorded of trainings that were held: this is none."""

    code = "ACTIVITY_NOT_TRAINING"
    zh = "仅对已举办的培训登记参加人：此活动不是培训。"


class AttendanceRecorded(DomainError):
    """The subject's attendance of this training is recorded already: see `attendance`."""

    code = "ATTENDANCE_RECORDED"
    zh = "该主体参加此次培训已登记：见 attendance。"


class AttendanceUnfit(InvalidInput):
    """The attendance is another subject's, or the application is decided: choose an open application of that subject."""

    code = "ATTENDANCE_UNFIT"
    zh = "参加人与修复申请不符，或申请已办结：请选择该主体未办结的申请。"


class TopicUnknown(InvalidInput):
    """The rulebook of this place names no such topic of campaigns: use one of `known`."""

    code = "CAMPAIGN_TOPIC_UNKNOWN"
    zh = "本地规则没有此专项治理主题：请使用 known 所列。"


class CampaignNotRunning(DomainError):
    """The campaign is closed, or its period has not begun or is over."""

    code = "CAMPAIGN_NOT_RUNNING"
    zh = "该专项行动已结束或不在行动期间。"


class CampaignOfOthers(DomainError):
    """The campaign names its offices, and yours is not among them: see `offices`."""

    code = "CAMPAIGN_OF_OTHERS"
    zh = "本单位不是该专项行动的责任单位：见 offices。"


class TaggedAlready(DomainError):
    """It carries the tag of this campaign already: see `tag`."""

    code = "TAGGED_ALREADY"
    zh = "已标注为该专项行动：见 tag。"


class PortalProposerDecides(Forbidden):
    """You proposed this entry yourself: another person decides on it."""

    code = "PORTAL_PROPOSER_DECIDES"
    zh = "提出人不得自行审定专栏内容：请由其他人员办理。"


class PortalCaseNeeded(InvalidInput):
    """An entry of the kind typical case names a case that is published, and no other entry names one."""

    code = "PORTAL_CASE_NEEDED"
    zh = "典型案例类内容须指明一个已公布的案例，其他类别不得填写。"
