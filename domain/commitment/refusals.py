"""Why a commitment, an item or a result is refused: each reason with its code. Messages name no person."""

from __future__ import annotations

from domain.errors import DomainError, InvalidInput


class ItemNotYours(DomainError):
    """Your office takes no commitments under this item: the item names the offices that do."""

    code = "COMMITMENT_ITEM_NOT_YOURS"
    zh = "本单位不是该承诺事项的责任单位：请由事项列明的单位办理。"


class ItemNotUsable(DomainError):
    """The commitment item is not approved, or not in force on that day, or not of this division."""

    code = "COMMITMENT_ITEM_NOT_USABLE"
    zh = "该承诺事项未经核准、当日不在有效期内或不适用于本地：请选用有效事项。"


class PartyNotAdmitted(DomainError):
    """The item admits no commitment of this kind of party: see its `parties`."""

    code = "COMMITMENT_PARTY_NOT_ADMITTED"
    zh = "该承诺事项不适用于此类主体：请查看事项的适用主体。"


class TextDiffers(InvalidInput):
    """The item fixes the wording: the text must be exactly the item's; leave it out to take that."""

    code = "COMMITMENT_TEXT_DIFFERS"
    zh = "该事项的承诺书文本是固定的：所签文本必须与之完全一致，或不填以采用该文本。"


class TextMissing(InvalidInput):
    """The item fixes no wording: give the exact text that was signed."""

    code = "COMMITMENT_TEXT_MISSING"
    zh = "该事项没有固定文本：请填写所签承诺书的原文。"


class SignatureIncomplete(InvalidInput):
    """The signature is not complete: for an organisation name who signed, for paper say where it is kept."""

    code = "SIGNATURE_INCOMPLETE"
    zh = "签署信息不完整：法人和其他组织须写明签署人，纸质签署须写明存放处。"


class SignedInFuture(InvalidInput):
    """The day of the signature lies in the future, or before the item came into force."""

    code = "SIGNED_IN_FUTURE"
    zh = "签署日期晚于今天：请填写实际签署日期。"


class CommitmentExists(DomainError):
    """The subject has already committed in this matter: a commitment under the same number stands."""

    code = "COMMITMENT_EXISTS"
    zh = "该主体已就此事项作出承诺：同一受理编号的承诺仍然有效。"


class MissingNotStated(InvalidInput):
    """Tolerant acceptance needs to say what is missing; nothing else may say so."""

    code = "MISSING_NOT_STATED"
    zh = "容缺受理须写明欠缺的材料；其他承诺不得填写此项。"


class SimplifiedProcedureBarred(DomainError):
    """The subject may not use notification-commitment or tolerant acceptance now: see `record` and `until`."""

    code = "SIMPLIFIED_PROCEDURE_BARRED"
    zh = "该主体目前被限制适用告知承诺等简化程序：请按一般程序办理。"


class SupplementOverdue(DomainError):
    """The day on which what was missing had to be there has passed: the office decides on the commitment."""

    code = "SUPPLEMENT_OVERDUE"
    zh = "补正期限已过：请由办理单位对该承诺作出处理。"


class SupplementNotDue(DomainError):
    """The term in which what is missing may follow still runs: nothing is broken before it has ended."""

    code = "SUPPLEMENT_NOT_DUE"
    zh = "补正期限尚未届满：期满前不得认定违约。"


class SupplementOpen(DomainError):
    """What is missing has not been handed in: the commitment cannot be found kept."""

    code = "SUPPLEMENT_OPEN"
    zh = "欠缺材料尚未补齐：不能认定履约。"


class JudgeInOwnMatter(DomainError):
    """Who took the commitment in, or signed it, does not find whether it was kept: let another person."""

    code = "JUDGE_IN_OWN_MATTER"
    zh = "经办该承诺的人不得认定其履约情况：请由其他人员办理。"


class RecordStands(DomainError):
    """The record of the result stands: withdraw it first, then reopen the commitment."""

    code = "RECORD_STANDS"
    zh = "该结果的信用记录仍然有效：请先撤回该记录，再恢复承诺。"


class ProposerDecides(DomainError):
    """Who proposed an item does not decide on it: let another person of the credit office."""

    code = "PROPOSER_DECIDES"
    zh = "提出人不得自行核准：请由信用办其他人员办理。"


class ItemExists(DomainError):
    """The list has an item of this code in this edition already."""

    code = "COMMITMENT_ITEM_EXISTS"
    zh = "该版本清单中已有此代码的事项。"


class SupplementTermMissing(InvalidInput):
    """Tolerant acceptance needs a term for what is missing, as no text sets one; no other kind has a term."""

    code = "SUPPLEMENT_TERM_MISSING"
    zh = "容缺受理事项须自行载明补正期限（原文未定）；其他事项不设补正期限。"


class RulebookItem(DomainError):
    """This item stands in a rulebook: it changes with the text, not here."""

    code = "RULEBOOK_ITEM"
    zh = "该事项由规则文件载明：随文件修改，不在此处办理。"


class RateNotSet(InvalidInput):
    """No rulebook sets the rate of spot checks here: state one with its reason."""

    code = "SPOT_CHECK_RATE_NOT_SET"
    zh = "规则未规定抽查比例：请写明比例及理由。"


class RateSet(InvalidInput):
    """A rulebook sets the rate of spot checks here: leave it out, or state at least as much."""

    code = "SPOT_CHECK_RATE_SET"
    zh = "规则已规定抽查比例：请勿填写，或不得低于该比例。"


class PopulationEmpty(DomainError):
    """No commitment stood open on that day: there is nothing to draw from."""

    code = "POPULATION_EMPTY"
    zh = "该日没有待核查的承诺：无从抽取。"


class SampleTooLarge(DomainError):
    """More would be drawn than one check takes, see `largest`: draw fewer, or narrow it to an item."""

    code = "SAMPLE_TOO_LARGE"
    zh = "抽取数量超过单次上限（见 largest）：请减少数量，或按事项分别抽查。"


class SpotCheckExists(DomainError):
    """A sample of that day and item has been drawn already: it is not drawn again."""

    code = "SPOT_CHECK_EXISTS"
    zh = "该日该事项已抽查过：不得重复抽取。"
