"""Why a step of a list is refused: the reasons, each with its code.

Messages cite the clause that is carried out; they name no person.
"""

from __future__ import annotations

from domain.errors import DomainError, Forbidden


class ListNotDescribed(DomainError):
    """No loaded rulebook describes this list any more: its entries cannot go on until one does."""

    code = "LIST_NOT_DESCRIBED"
    zh = "已加载的规则文件中没有该名单：在其规则恢复之前，条目不能继续办理。"


class ListImported(DomainError):
    """The list is kept elsewhere: its entries are imported from their source, not collected here."""

    code = "LIST_IMPORTED"
    zh = "该名单由其他机关认定：只能从来源导入，不能在此列入。"


class ListNotImported(DomainError):
    """The list is kept here: its entries are collected and decided, not imported."""

    code = "LIST_NOT_IMPORTED"
    zh = "该名单由本地认定：应按程序列入，不能导入。"


class ListNotOpen(DomainError):
    """The list is not open: its office has no definition in force with the parts it must have."""

    code = "LIST_NOT_OPEN"
    zh = "名单尚未开设：本单位没有具备必备要素的有效名单定义。"


class PartMissing(DomainError):
    """The definition lacks a part that it must have: write it, with where it is written."""

    code = "PART_MISSING"
    zh = "名单定义缺少必备要素：请补填内容及其依据。"


class StandardNotNational(DomainError):
    """The standard must be a national unified one: cite a national law, regulation, rule or policy."""

    code = "STANDARD_NOT_NATIONAL"
    zh = "认定标准应为国家统一标准：请引用国家法律、行政法规、部门规章或国家政策。"


class NotListOwner(DomainError):
    """This office does not own the list or domain: only its responsible offices submit to it."""

    code = "NOT_LIST_OWNER"
    zh = "本单位不是该名单（领域）的责任单位：只能由责任单位报送。"


class DomainRequired(DomainError):
    """The list is divided into domains: name the one that the entry belongs to."""

    code = "DOMAIN_REQUIRED"
    zh = "该名单分领域报送：请指明所属领域。"


class DomainUnknown(DomainError):
    """The list has no such domain: leave it out, or name one of those it has."""

    code = "DOMAIN_UNKNOWN"
    zh = "该名单没有此领域：请更正或不填。"


class RouteNotOffered(DomainError):
    """The rulebook of this division does not provide for this route onto its lists."""

    code = "ROUTE_NOT_OFFERED"
    zh = "本地规则未规定此种列入方式。"


class BehaviourRequired(DomainError):
    """An entry cites a defined behaviour and its legal or policy basis: state both."""

    code = "BEHAVIOUR_REQUIRED"
    zh = "列入须注明界定的行为及其法律或政策依据：请补填。"


class BehaviourUndefined(DomainError):
    """The definition of the list does not name this behaviour: use one of those it defines."""

    code = "BEHAVIOUR_UNDEFINED"
    zh = "名单定义中没有该行为：请使用已界定的行为。"


class ConditionRequired(DomainError):
    """The law lists only on its conditions: state which is met, and that what comes before has happened."""

    code = "CONDITION_REQUIRED"
    zh = "须符合法定列入情形：请指明所符合的情形，并确认法定前置程序已经完成。"


class CapacityUnknown(DomainError):
    """The law does not list persons in this capacity with a unit: use one of those it names."""

    code = "CAPACITY_UNKNOWN"
    zh = "规则未规定以该身份随单位列入：请使用规则规定的责任身份。"


class UnitEntryUnfit(DomainError):
    """The unit's entry must be on the same list, of the same office, about an organisation, and not ended."""

    code = "UNIT_ENTRY_UNFIT"
    zh = "所随的单位条目须为同一名单、同一认定单位、关于单位且未结束。"


class UnitNotPublished(DomainError):
    """A person is published with the unit for which it answers: publish the unit's entry first."""

    code = "UNIT_NOT_PUBLISHED"
    zh = "责任人员随单位公布：请先公布单位的条目。"


class ListEntryUnderWay(DomainError):
    """Your office already has an entry about this subject under way on this list: go on with that one."""

    code = "LIST_ENTRY_UNDER_WAY"
    zh = "本单位对该主体在该名单上已有办理中的条目：请继续办理该条目。"


class ListEntryExists(DomainError):
    """There is an entry with this decision number about this subject on the list already."""

    code = "LIST_ENTRY_EXISTS"
    zh = "该名单上已有该主体同一文号的条目。"


class EvidenceUnfit(DomainError):
    """Evidence is a record about the same subject that has been neither withdrawn nor repaired."""

    code = "EVIDENCE_UNFIT"
    zh = "证据应为同一主体且未撤回、未修复的信用记录。"


class EvidenceFallen(DomainError):
    """None of the records that the entry rests on stands any more: withdraw it, or add what it rests on now."""

    code = "EVIDENCE_FALLEN"
    zh = "该列入所依据的信用记录均已撤回或修复：请撤回该列入，或补充现有依据。"


class AttestationIncomplete(DomainError):
    """The officer vouches for truth, accuracy and legality: all of them, or the entry does not go on."""

    code = "ATTESTATION_INCOMPLETE"
    zh = "经办人须对真实性、准确性、合法性逐项负责：缺一不可。"


class AttestationGiven(DomainError):
    """This office has attested the entry already in this round."""

    code = "ATTESTATION_GIVEN"
    zh = "本单位在本轮已作出承诺。"


class AttestedAlready(DomainError):
    """An office has vouched for the entry as it is: have it returned before it is changed."""

    code = "ATTESTED_ALREADY"
    zh = "已有单位对该条目负责确认：退回后方可修改。"


class OwnApproval(Forbidden):
    """Nobody approves or publishes what he handed in or approved himself: another person takes this step."""

    code = "OWN_APPROVAL"
    zh = "不得审批或发布本人经办、审批过的条目：请由他人办理此步骤。"


class StepNotYours(Forbidden):
    """The procedure lays this step in other hands: see `by`."""

    code = "STEP_NOT_YOURS"
    zh = "程序规定此步骤由他人办理：见 by。"


class NotReturnable(DomainError):
    """An entry is returned by whom the next step of approval is with: none is due now."""

    code = "NOT_RETURNABLE"
    zh = "退回由下一审批步骤的办理人作出：目前没有待审批的步骤。"


class DecisionNumberMissing(DomainError):
    """A decision has a number by which the subject can refer to it: state it."""

    code = "DECISION_NUMBER_MISSING"
    zh = "认定决定须有文号：请填写。"


class NoticeContentMissing(DomainError):
    """The notice must contain what the law asks for: fill in what is missing."""

    code = "NOTICE_CONTENT_MISSING"
    zh = "告知书缺少法定内容：请补填。"


class NoticeTermRuns(DomainError):
    """The term of the notice still runs: wait for the day after its last one."""

    code = "NOTICE_TERM_RUNS"
    zh = "告知（公示）期限尚未届满：请在期满后办理。"


class PublicationTooLong(DomainError):
    """The publication is longer than the rulebook allows: shorten it, or cite the law that sets another."""

    code = "PUBLICATION_TOO_LONG"
    zh = "公开期限超过规定：请缩短，或引用另有规定的法律、法规、国家政策及其层级。"


class ExtensionUnfounded(DomainError):
    """Nothing allows this extension: it needs a longer last day and a law, or an entry that still stands."""

    code = "EXTENSION_UNFOUNDED"
    zh = "延长公开缺少依据：须晚于现有截止日，并有法律依据或仍在名单上的条目。"


class RemovalReasonUnfit(DomainError):
    """An entry is not removed for this reason: the source ends what it handed over, a wrong one is withdrawn."""

    code = "REMOVAL_REASON_UNFIT"
    zh = "不适用该移出原因：导入的条目由来源终止，有误的条目应撤回。"
