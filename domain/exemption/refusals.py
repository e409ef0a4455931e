"""Why a step of an exemption is refused: each reason with its code, and what is missing."""

from __future__ import annotations

from domain.errors import DomainError


class ExemptionItemExists(DomainError):
    """The office's list has an item of this code already: choose another code, or end that one."""

    code = "EXEMPTION_ITEM_EXISTS"
    zh = "本单位清单中已有该代码的事项：请另定代码，或先终止原事项。"


class ExemptionProposerDecides(DomainError):
    """Who proposed it, or signed it, does not decide on it: let another person of the office."""

    code = "EXEMPTION_PROPOSER_DECIDES"
    zh = "提出人、承诺人不得自行决定：须由本单位其他人员办理。"


class ExemptionPending(DomainError):
    """An exemption of this record is open or was granted: see `exemption`."""

    code = "EXEMPTION_PENDING"
    zh = "该信息的豁免正在办理或已准予：见 exemption。"


class ExemptionNotApplicable(DomainError):
    """Only a negative record that stands can be exempted, and no more once a list entry in force rests on it."""

    code = "EXEMPTION_NOT_APPLICABLE"
    zh = "只有有效的失信信息可以豁免惩戒；已据以列入名单的，按名单的退出程序办理。"


class ExemptionConditionsNotMet(DomainError):
    """The failing is not on the list, not minor or not occasional: see `conditions`."""

    code = "EXEMPTION_CONDITIONS_NOT_MET"
    zh = "不符合豁免条件（清单内、轻微、偶发）：见 conditions。"


class RecordExempted(DomainError):
    """The record is exempted from punishment against a commitment: no list entry may rest on it; see `exemption`."""

    code = "RECORD_EXEMPTED"
    zh = "该信息已以信用承诺豁免惩戒，不得据以列入名单：见 exemption。"
