"""Why a credit record is refused: the reasons, each with its code, shared by single submissions and imports.

Messages cite the clause that is carried out; they name no person and no value, and of another office's
data nothing but the office that answers for it.
"""

from __future__ import annotations

from typing import TypeVar

from domain.errors import DomainError, default_message


class NotProducer(DomainError):
    """This office is not a producer of the catalogue item: only the office that produces the information
    provides and answers for it."""

    code = "NOT_PRODUCER"
    zh = "本单位不是该目录条目的信源单位：谁产生、谁提供、谁负责。"


class ItemNotInForce(DomainError):
    """The catalogue item was not in force on the day of the decision: choose the item that then was."""

    code = "ITEM_NOT_IN_FORCE"
    zh = "该目录条目在决定日期不在有效期内：请选用当时有效版本的条目。"


class DayOfAnotherEdition(DomainError):
    """The item's edition did not hold on that day: withdraw the record and hand it in anew, under the one that did."""

    code = "DAY_OF_ANOTHER_EDITION"
    zh = "记录所依目录版本在该日不在有效期内：请撤回该记录，并按当日有效的版本重新报送。"


class SubjectKindNotAllowed(DomainError):
    """The catalogue item does not admit this kind of subject."""

    code = "SUBJECT_KIND_NOT_ALLOWED"
    zh = "该目录条目不适用于此类信用主体。"


class SubjectUnclear(DomainError):
    """Name the subject by exactly one of its code, identity number or subject id, together with its name."""

    code = "SUBJECT_UNCLEAR"
    zh = "请以统一社会信用代码、身份证号或主体标识中的一项指明信用主体，并填写名称（姓名）。"


class DocumentNotSupported(DomainError):
    """Nobody is known by this document, whose number changes: give the number of 身份证, 居住证 or 永久居留身份证."""

    code = "DOCUMENT_NOT_SUPPORTED"
    zh = "该类证件的号码会变更，不能据以识别自然人：请填写居民身份证、港澳台居民居住证或外国人永久居留身份证号码；没有的，由本单位另行保存。"


class NumberNeeded(DomainError):
    """A penalty, an exam violation or an imported listing of a person is handed in under its identity number, which tells its age, not under the subject's id."""

    code = "NUMBER_NEEDED"
    zh = "对自然人的行政处罚、考试违纪信息和导入的失信名单条目须以身份证件号码指明当事人，据以核对年龄（行政处罚法30、未成年人保护法103），不能只用主体标识。"


class ChildPunished(DomainError):
    """The party was under fourteen on the day of the decision, and a child is not punished (行政处罚法30): check the number."""

    code = "CHILD_PUNISHED"
    zh = "当事人在作出决定时不满十四周岁，依法不予行政处罚（行政处罚法30）：不予归集，请核对身份证件号码。"


class DataItemMissing(DomainError):
    """A data item that the catalogue item requires is missing: fill it in."""

    code = "DATA_ITEM_MISSING"
    zh = "缺少目录条目要求的数据项：请补填。"


class DataItemInvalid(DomainError):
    """A data item is not written as the catalogue item requires: correct it."""

    code = "DATA_ITEM_INVALID"
    zh = "数据项的格式或取值不符合目录要求：请更正。"


class DataItemUnknown(DomainError):
    """The catalogue item has no such data item: remove it or choose another item."""

    code = "DATA_ITEM_UNKNOWN"
    zh = "该目录条目没有此数据项：请删除或改选条目。"


class SeverityUnknown(DomainError):
    """The rulebook of this jurisdiction does not know this severity: use one of its words."""

    code = "SEVERITY_UNKNOWN"
    zh = "本地规则没有此失信程度：请使用本地规则规定的类别。"


class SeverityNotApplicable(DomainError):
    """Only information that speaks against the subject has a severity: leave it out."""

    code = "SEVERITY_NOT_APPLICABLE"
    zh = "只有失信信息才有失信程度：请勿填写。"


class SeverityMissing(DomainError):
    """The record has no severity and may not be published before its office has determined one; the term
    goes on."""

    code = "SEVERITY_MISSING"
    zh = "尚未明确失信程度，不得公示；请信源单位先予明确，办理期限继续计算。"


class SeverityBasisInsufficient(DomainError):
    """Serious dishonest conduct must rest on a law, a regulation or a policy document of the central
    authorities: state such a basis and its level, or another severity."""

    code = "SEVERITY_BASIS_INSUFFICIENT"
    zh = "严重失信行为的认定应当以法律、法规或者党中央、国务院政策文件为依据：请补填依据及层级，或改填程度。"


class LegalBasisMissing(DomainError):
    """This kind of record is taken only with its legal basis: cite the law, regulation or national rule, and state its level."""

    code = "LEGAL_BASIS_MISSING"
    zh = "此类信息须注明法律、法规或国家规定的依据及其层级：请补填。"


class RecordExists(DomainError):
    """Your office has already handed in this decision about this subject: amend that record instead."""

    code = "RECORD_EXISTS"
    zh = "本单位已提供过该主体的这一决定：请更正原记录。"


class DecisionAlreadyProvided(DomainError):
    """Another office has already provided this decision and answers for it: turn to that office."""

    code = "DECISION_ALREADY_PROVIDED"
    zh = "该决定已由其他信源单位提供并由其负责：请与该单位联系。"


class RecordHasProcedure(DomainError):
    """This kind of information is entered by a procedure of its own, not handed in: see `noun`."""

    code = "RECORD_HAS_PROCEDURE"
    zh = "此类信息须经专门程序记入，不能直接报送：见 noun。"


class DateInFuture(DomainError):
    """The day lies in the future: give the day on which it happened."""

    code = "DATE_IN_FUTURE"
    zh = "日期晚于今天：请填写实际发生日期。"


class DatesOutOfOrder(DomainError):
    """The days are out of order: a case is closed, and information obtained, no earlier than the decision."""

    code = "DATES_OUT_OF_ORDER"
    zh = "日期先后有误：办结日期、获取日期不得早于决定日期。"


class ReasonRequired(DomainError):
    """A reason is required: say why, in words that may be read by the subject."""

    code = "REASON_REQUIRED"
    zh = "须说明理由：请用可向信用主体公开的文字说明。"


class PersonalTextInPublic(DomainError):
    """This text is shown in public: it may not name the person concerned or carry an identity number, a telephone number or an address of mail of a person."""

    code = "PERSONAL_TEXT_IN_PUBLIC"
    zh = "该文字将予公开：不得出现当事人姓名、身份证号，以及个人的电话号码、电子邮箱。"


class NothingToAmend(DomainError):
    """The amendment changes nothing."""

    code = "NOTHING_TO_AMEND"
    zh = "更正内容与原记录相同。"


class NecessityRequired(DomainError):
    """A minor failing is not published unless the authority in charge finds it necessary: state why it is."""

    code = "NECESSITY_REQUIRED"
    zh = "轻微失信信息原则上不公示；行业主管部门认为确有必要公示的，请说明必要性。"


Refusal = TypeVar("Refusal", bound=DomainError)


def citing(kind: type[Refusal], clause: str, **extensions: object) -> Refusal:
    """Make a refusal that names the clause it carries out."""
    return kind(
        f"{default_message(kind)} Source: {clause}.",
        zh=f"{kind.zh}依据：{clause}。",
        citation=clause,
        **extensions,
    )
