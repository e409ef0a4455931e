"""Why a grade, a run, a scoring paper or an archive is refused."""

from __future__ import annotations

from domain.errors import DomainError, Forbidden, InvalidInput


class SchemeNotOpen(DomainError):
    """Nobody evaluates under this scheme: it is planned, a data base, or another layer's and shown as context only."""

    code = "SCHEME_NOT_OPEN"
    zh = "该评价尚在计划中，或仅作为上级参考：不在此办理评价。"


class SchemeOfOtherOffice(Forbidden):
    """Another office evaluates under this scheme: see `offices`."""

    code = "SCHEME_OF_OTHER_OFFICE"
    zh = "该评价由其他单位负责：见 offices。"


class GradeNotOnScale(InvalidInput):
    """The grade is not on the scheme's own scale: use one of `known`."""

    code = "GRADE_NOT_ON_SCALE"
    zh = "该等级不在本评价的等级序列中：请使用 known 所列等级。"


class GradeUnchanged(DomainError):
    """The subject has this grade already: what does not change is not proposed anew."""

    code = "GRADE_UNCHANGED"
    zh = "该主体现行等级与此相同：无变化不再提出。"


class GradeWaiting(DomainError):
    """A proposal about this subject under this scheme waits already: decide on it first."""

    code = "GRADE_WAITING"
    zh = "该主体在本评价下已有待办的评价结果：请先办结。"


class GradeIsComputed(InvalidInput):
    """The scoring of this scheme is loaded: its grades are computed from what is recorded, not entered."""

    code = "GRADE_IS_COMPUTED"
    zh = "该评价的评分细则已载入：等级按记录计算，不得直接录入。"


class GradeNotComputed(InvalidInput):
    """The scoring of this scheme is not loaded: give the grade that the office found, with its basis."""

    code = "GRADE_NOT_COMPUTED"
    zh = "该评价的评分细则未载入，无法计算：请填写评价结果及依据。"


class PaperInvalid(InvalidInput):
    """The scoring paper cannot be used: see `faults`, correct the file and hand it in again."""

    code = "PAPER_INVALID"
    zh = "评分细则文件有误：见 faults，请更正后重新提交。"


class PaperProposerApproves(Forbidden):
    """Whoever proposed a scoring paper does not approve or reject it: another person decides."""

    code = "PAPER_PROPOSER_APPROVES"
    zh = "提出评分细则的人员不得审批：请由他人办理。"


class GradeProposerPublishes(Forbidden):
    """Whoever proposed or determined a grade does not publish or reject it: another person decides."""

    code = "GRADE_PROPOSER_PUBLISHES"
    zh = "提出或认定评价结果的人员不得公布或退回该结果：请由他人办理。"


class GradePublisherAnswers(Forbidden):
    """Whoever published a grade does not look at it again when it is contested: another person answers."""

    code = "GRADE_PUBLISHER_ANSWERS"
    zh = "公布评价结果的人员不得复核其异议：请由他人办理。"


class RunWaiting(DomainError):
    """A run of this scheme waits for its publication already: publish or discard it first."""

    code = "RUN_WAITING"
    zh = "该评价已有待公布的批量评价：请先公布或作废。"


class ArchiveNotOrdered(DomainError):
    """The clause of this scheme orders no integrity archive."""

    code = "ARCHIVE_NOT_ORDERED"
    zh = "该评价的条款未要求建立诚信档案。"
