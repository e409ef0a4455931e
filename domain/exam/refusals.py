"""Why a step in an exam file is refused: each reason with its code. Messages name no person."""

from __future__ import annotations

from domain.errors import DomainError, InvalidInput


class ExamFileUnknown(DomainError):
    """No rulebook loaded for this division keeps an integrity file of exams: nothing can be recorded here."""

    code = "EXAM_FILE_UNKNOWN"
    zh = "本地已载入的规则没有设立人事考试诚信档案：无法在此记录。"


class CandidateNotPerson(InvalidInput):
    """A candidate is a natural person."""

    code = "CANDIDATE_NOT_PERSON"
    zh = "考生应为自然人。"


class ViolationExists(DomainError):
    """Your office has recorded this candidate's violation in this exam already."""

    code = "EXAM_VIOLATION_EXISTS"
    zh = "本单位已记录该考生在该次考试中的违纪行为。"


class WitnessMissing(InvalidInput):
    """A refusal to sign needs the name of a witness; a signature has none."""

    code = "WITNESS_MISSING"
    zh = "考生拒绝签字的须写明见证人；已签字的不填见证人。"


class DeciderRecorded(DomainError):
    """Who recorded a violation does not decide on it: let another person."""

    code = "DECIDER_RECORDED"
    zh = "记录人不得自行作出处理决定：请由其他人员办理。"


class RetentionNotSet(InvalidInput):
    """No loaded rule says how long an exam entry is kept here: leave the retention out."""

    code = "RETENTION_NOT_SET"
    zh = "已载入的规则未规定记录期限：请勿填写期限。"


class RetentionMissing(InvalidInput):
    """The rule knows a term and a retention for good: say which of them the decision takes."""

    code = "RETENTION_MISSING"
    zh = "请写明记入诚信档案库的期限：有期限或者长期。"


class WatchEnds(InvalidInput):
    """A watch ends on a day, today or later and within a year: name it."""

    code = "WATCH_END_INVALID"
    zh = "防控名单须写明截止日期，不早于今天且不超过一年。"


class WatchNotProvided(DomainError):
    """No text of this place has unusual applicants for exams watched: nobody is entered."""

    code = "EXAM_WATCH_NOT_PROVIDED"
    zh = "本地文件未规定异常报考人员名单：不予登记。"


class BulletinNotForExam(DomainError):
    """The rulebook does not order bulletins for this kind of exam."""

    code = "BULLETIN_NOT_FOR_EXAM"
    zh = "规则未规定对此类考试进行通报。"


class BulletinEmpty(DomainError):
    """No entry of that kind of exam was made in that time and stands: there is nothing to tell."""

    code = "BULLETIN_EMPTY"
    zh = "该时段没有可通报的记录。"


class NotDecided(DomainError):
    """Nothing is recommended before the violation has been decided."""

    code = "VIOLATION_NOT_DECIDED"
    zh = "违纪行为作出处理决定前不得提出建议。"


class RecommendationNotProvided(DomainError):
    """No text of this place has discipline recommended to a candidate's unit: nothing is recommended."""

    code = "DISCIPLINE_RECOMMENDATION_NOT_PROVIDED"
    zh = "本地文件未规定向考生所在单位提出处分建议：不予登记。"
