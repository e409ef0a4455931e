"""Why a question about a matter is not answered."""

from __future__ import annotations

from domain.errors import DomainError, InvalidInput


class MatterUnknown(InvalidInput):
    """The rulebooks that bind this division know no such matter on that day: name one of `known`."""

    code = "MATTER_UNKNOWN"
    zh = "适用于该行政区划的规则中没有该事项：请使用 known 所列事项。"


class SupportKindUnknown(InvalidInput):
    """The rule names no such kind of support: name one of `known`, or none."""

    code = "SUPPORT_KIND_UNKNOWN"
    zh = "规则未列明该类资金支持：请使用 known 所列类别，或不填写。"


class MatterNotOfPurpose(DomainError):
    """The matter is not the one your purpose was granted for: ask about it with the application item it is for."""

    code = "MATTER_NOT_OF_PURPOSE"
    zh = "该事项与获准的查询用途不符：请以该事项对应的应用事项查询。"


class PastDayRefused(DomainError):
    """How things stood on an earlier day is told to the subject itself: ask about today."""

    code = "PAST_DAY_REFUSED"
    zh = "以往日期的情况只告知信用主体本人：请查询当日情况。"


class PersonalValueOutOfPlace(DomainError):
    """A personal value may be neither in an address nor in a document: send it by POST, as a variable."""

    code = "PERSONAL_VALUE_OUT_OF_PLACE"
    zh = "个人数据不得写入网址或查询文本：请以 POST 方式作为变量发送。"


class TooManySubjects(InvalidInput):
    """No more than `most` subjects are screened in one request, and at least one: send them in several."""

    code = "TOO_MANY_SUBJECTS"
    zh = "一次筛查的主体数量为1至 most 个：请分次提交。"
