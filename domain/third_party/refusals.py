"""Why a processing contract or market information is refused."""

from __future__ import annotations

from domain.errors import DomainError, Forbidden, InvalidInput


class ProcessingProposerDecides(Forbidden):
    """You proposed this contract yourself: another person of the office decides."""

    code = "PROCESSING_PROPOSER_DECIDES"
    zh = "提出人不得自行核准委托处理合同：请由本单位其他人员办理。"


class ProviderUnfit(InvalidInput):
    """The provider is no partner agency 第三方信用服务机构 that is registered here."""

    code = "PROVIDER_UNFIT"
    zh = "受托方须为已登记的第三方机构。"


class ScopeUnfit(InvalidInput):
    """The scope names kinds of information that your office does not produce, or none: see `known`."""

    code = "PROCESSING_SCOPE_UNFIT"
    zh = "委托范围为空或包含非本单位产生的目录条目：见 known。"


class ProcessingTermUnfit(InvalidInput):
    """A contract has a first and a last day in their order, and is at most three years long."""

    code = "PROCESSING_TERM_UNFIT"
    zh = "委托期限须有起止日期且不超过三年。"


class MemberIsPerson(DomainError):
    """Members' records are about organisations: this subject is a natural person."""

    code = "MEMBER_IS_PERSON"
    zh = "会员信用记录的对象为单位：该主体是自然人。"
