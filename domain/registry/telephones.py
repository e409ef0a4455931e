"""Mobile telephone numbers 手机号 within texts that others will read: each is masked where it stands.

Looked for are eleven digits that can be one, written together or as 138 1234 5678, also in full-width digits or behind +86.
Digits that the text itself calls another number (编号, 第…号), an amount (元) or a part of a longer number stay as they are.
Refuses nothing: as with identity numbers, the rest of the text is what the decision says.
Source: 厦门5, 海沧6; Personal Information Protection Law 6, 25.
"""

from __future__ import annotations

import re
from typing import Final

from domain.masking import mask_phone

_SHORTEST: Final = 11
_DIGIT: Final = "[0-9０-９]"
_ALONE: Final = "0-9A-Za-z０-９Ａ-Ｚａ-ｚ"
_NUMBER: Final = re.compile(rf"[1１][3-9３-９]{_DIGIT}(?:[ \-－\u3000]?{_DIGIT}{{4}}){{2}}(?![{_ALONE}])")
"""Begins with what is seldom in a text, and is asked about what stands before it when it is found."""
_CHINA: Final = re.compile(rf"(?<![{_ALONE}])(?:00|００)?(?:86|８６)[ \-－]?\Z")
_ANOTHER_BEFORE: Final = re.compile(
    rf"(?:[{_ALONE}][-－_.]?|[第字¥￥〕]\s?|[\[(（【][0-9]{{4}}[\])）】]\s?|(?<!手机)(?<!电话)(?<!联系)(?<!微信)号码?(?:[:：为是]\s*)?\s?)\Z"
)
_ANOTHER_BEHIND: Final = re.compile(rf"\s?(?:[元万亿号]|人民币|[-－_.]{_DIGIT})")
_LONGEST_BEFORE: Final = 8
_WORD: Final = re.compile("[\u3400-\u9fff]")
_OF_A_NUMBER: Final = re.compile("[号码][)）]?$")


def without_telephones(text: str) -> str:
    """Give a text in which every mobile telephone number stands masked."""
    return _NUMBER.sub(_masked, text) if len(text) >= _SHORTEST else text


def tells_telephone(text: str) -> bool:
    """Tell whether a text carries a mobile telephone number; what holds no word is no text but a number of its own."""
    return without_telephones(text) != text and _WORD.search(text) is not None


def is_name_of_a_number(name: str) -> bool:
    """Tell whether a column of this name holds a number of something else: 文书号, 许可编号, 代码(工商注册号)."""
    return _OF_A_NUMBER.search(name) is not None and not any(word in name for word in ("电话", "手机", "联系"))


def _masked(found: re.Match[str]) -> str:
    text, start, end = found.string, *found.span()
    before = text[max(0, start - _LONGEST_BEFORE) : start]
    is_another = _ANOTHER_BEFORE.search(before) is not None and _CHINA.search(before) is None
    return found[0] if is_another or _ANOTHER_BEHIND.match(text, end) else mask_phone(found[0])
