"""Why a case is not referred, and what a pending one bars."""

from __future__ import annotations

from domain.errors import DomainError, InvalidInput


class ReferralNotProvided(DomainError):
    """No rule of this place provides for the referral of cases: none is entered."""

    code = "REFERRAL_NOT_PROVIDED"
    zh = "本地规则未规定案件移送：不予登记。"


class ReferralKindUnknown(InvalidInput):
    """The rule names no such kind of case: use one of `known`."""

    code = "REFERRAL_KIND_UNKNOWN"
    zh = "规则未列明该案件种类：请使用 known 所列种类。"


class ReferralPending(DomainError):
    """A referral of this kind about the subject is pending: see `referral`."""

    code = "REFERRAL_PENDING"
    zh = "该主体同类案件的移送尚未了结：见 referral。"


class RepairBarred(DomainError):
    """A condition of law for the repair is not met at present: ask the office that made the record."""

    code = "REPAIR_BARRED"
    zh = "信用修复的一项法定条件目前不满足：请向作出该信息的单位询问。"
