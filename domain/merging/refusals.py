"""What a merge of subjects, or its undoing, is refused with."""

from __future__ import annotations

from domain.errors import DomainError, InvalidInput


class SubjectsAreOne(InvalidInput):
    """The two are one subject already: name the subject that is kept and another that goes into it."""

    code = "SUBJECTS_ARE_ONE"
    zh = "两者已是同一主体：请分别指明保留的主体和被并入的主体。"


class SubjectKindsDiffer(DomainError):
    """Subjects of two kinds are not one: a person is no organisation, and an organisation keeps its kind."""

    code = "SUBJECT_KINDS_DIFFER"
    zh = "两个主体的类型不同，不能合并。"


class SubjectMergedAlready(DomainError):
    """One of the two has been merged meanwhile: see `merge`, and name the subject that was kept."""

    code = "SUBJECT_MERGED_ALREADY"
    zh = "其中一个主体已被并入其他主体：见 merge，请改为指明被保留的主体。"


class KeptWithoutCode(DomainError):
    """The subject to be kept has no code and the other one has: keep the one with the code."""

    code = "KEPT_WITHOUT_CODE"
    zh = "拟保留的主体没有统一社会信用代码而另一主体有：请保留有代码的主体。"


class SubjectsOfTwoPlaces(DomainError):
    """No credit office answers for both subjects: their divisions must be one, or one of them the other's upper one."""

    code = "SUBJECTS_OF_TWO_PLACES"
    zh = "没有信用主管部门同时负责两个主体：两者的登记地应相同，或者为上下级。"


class MergePending(DomainError):
    """A merge of this subject is proposed already: see `merge`, await its decision or withdraw it."""

    code = "MERGE_PENDING"
    zh = "该主体的合并已提出：见 merge，请等待决定或先撤回。"


class MergeProposerDecides(DomainError):
    """Whoever proposed a merge does not decide it: leave the decision to another person."""

    code = "MERGE_PROPOSER_DECIDES"
    zh = "提出合并的人员不得作出决定：请由他人办理。"


class UnmergeProposerDecides(DomainError):
    """Whoever proposed to undo a merge does not decide that: leave the decision to another person."""

    code = "UNMERGE_PROPOSER_DECIDES"
    zh = "提出撤销合并的人员不得作出决定：请由他人办理。"


class SubjectRowsConflict(DomainError):
    """Both subjects have what one subject has once: see `conflicts`, withdraw or end one of each pair, then approve."""

    code = "SUBJECT_ROWS_CONFLICT"
    zh = "两个主体各有一份同一主体只能有一份的数据：见 conflicts，请先撤回或终止其一，再予核准。"


class MergedLater(DomainError):
    """The kept subject was merged into another one since: undo that first, see `merge`."""

    code = "MERGED_LATER"
    zh = "被保留的主体此后又并入了其他主体：请先撤销该合并，见 merge。"
