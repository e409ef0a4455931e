"""Telephone numbers 手机号, 住宅电话 within texts that others will read: each is masked where it stands.

Looked for are eleven digits that can be a mobile one, written together or as 138 1234 5678, also in full-width digits or
behind +86. Digits that the text itself calls another number (编号, 第…号), an amount (元) or a part of a longer number stay as
they are. The number of a landline is an office's or a firm's as often as a person's: it is masked where the text calls it
somebody's own (家庭电话, 本人电话).
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
_OWN: Final = re.compile(
    rf"(?:住宅|住址|家庭|家里|家中|宅|本人|个人|私人|当事人|联系人|经办人|法定代表人|负责人|其)(?:的)?(?:固定|座机|联系)?(?:电话|座机)(?:号码)?[:：为是]?\s?"
    rf"((?:[(（]?[0０]{_DIGIT}{{2,3}}[)）]?[ \-－]?)?[2-9２-９]{_DIGIT}{{6,7}})(?![{_ALONE}])"
)
_WORD: Final = re.compile("[\u3400-\u9fff]")
_OF_A_NUMBER: Final = re.compile("[号码][)）]?$")


def without_telephones(text: str) -> str:
    """Give a text in which every telephone number that is a person's stands masked."""
    if len(text) < _SHORTEST:
        return text
    shown = _NUMBER.sub(_masked, text)
    return _OWN.sub(_own_masked, shown) if "电话" in text or "座机" in text else shown


def tells_telephone(text: str) -> bool:
    """Tell whether a text carries a telephone number of a person; what holds no word is no text but a number of its own."""
    return without_telephones(text) != text and _WORD.search(text) is not None


def is_name_of_a_number(name: str) -> bool:
    """Tell whether a column of this name holds a number of something else: 文书号, 许可编号, 代码(工商注册号)."""
    return _OF_A_NUMBER.search(name) is not None and not any(word in name for word in ("电话", "手机", "联系"))


def _masked(found: re.Match[str]) -> str:
    text, start, end = found.string, *found.span()
    before = text[max(0, start - _LONGEST_BEFORE) : start]
    is_another = _ANOTHER_BEFORE.search(before) is not None and _CHINA.search(before) is None
    return found[0] if is_another or _ANOTHER_BEHIND.match(text, end) else mask_phone(found[0])


def _own_masked(found: re.Match[str]) -> str:
    return found[0][: found.start(1) - found.start()] + mask_phone(found[1])
