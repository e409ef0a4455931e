"""Why a mandate, a complaint about a public body or a surveyed contract is refused."""

from __future__ import annotations

from domain.errors import DomainError, Forbidden, InvalidInput


class MandateStands(DomainError):
    """The unit has one that stands, or stood on that day: end it first, and begin after its last day."""

    code = "MANDATE_STANDS"
    zh = "该单位已有在任登记或日期重叠：请先终止，并自其次日起登记。"


class MandateOfOthers(Forbidden):
    """A unit names its own leader and office; the members of the leading group are named by who keeps it."""

    code = "MANDATE_OF_OTHERS"
    zh = "责任领导和责任处室由本单位登记；领导小组成员由其牵头单位登记。"


class NotAPublicBody(InvalidInput):
    """The complaint is about a public body 政府机关、事业单位: this subject is none."""

    code = "NOT_A_PUBLIC_BODY"
    zh = "政务诚信投诉的对象须为政府机关或事业单位。"


class NotAnOrganisation(InvalidInput):
    """The subject is a natural person: name an organisation."""

    code = "NOT_AN_ORGANISATION"
    zh = "该主体为自然人：请指明法人或其他组织。"


class IntegrityNotOrdered(DomainError):
    """No rulebook of this place orders this: there is nothing to register here."""

    code = "INTEGRITY_NOT_ORDERED"
    zh = "本地已载入的规则未规定此项工作：无法在此登记。"
