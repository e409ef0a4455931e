"""Names of organisations compared: how well a name that is asked for fits one that is held, and why.

Widths of characters, blanks, brackets and the legal form may differ without another organisation being meant; what
differs beyond is told with a score, and never taken for the same. Units: a score is from 0 to 1, rounded to hundredths.
Source: GB 32100 (only the code names one organisation); 上海8(三) is silent on names: the scores are ours.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from domain.registry.enrolment import LONGEST_NAME, pinyin

SAME: Final = 0.9
"""From this score on a name is taken for the same, if only one that is held reaches it."""
LEAST: Final = 0.5
"""Below this score a name is not shown as a match."""
SHORTEST: Final = 2
"""Characters without which a name finds nothing."""

_FORMS: Final = ("股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "股份公司", "分公司", "公司", "集团")
_BRACKETED: Final = re.compile(r"\([^()]*\)")
_WIDE: Final = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)}
"""ASCII characters in full width."""
_BETWEEN: Final = re.compile(r"[^\w]", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Match:
    """How well a name fits, and why, in words of `REASONS`."""

    score: float
    reasons: tuple[str, ...]


REASONS: Final = {
    "same_name": "名称一致",
    "width_or_blanks": "全角半角、空格或标点不同",
    "legal_form": "组织形式不同",
    "bracketed_part": "括号内容不同",
    "same_sound": "读音相同",
    "similar": "部分相似",
}


def match(asked: str, held: str) -> Match:
    """Compare a name that is asked for with one that is held."""
    if asked == held:
        return Match(1.0, ("same_name",))
    ours, theirs = _forms(asked[:LONGEST_NAME]), _forms(held)
    if ours[0] == theirs[0]:
        return Match(0.98, ("same_name", "width_or_blanks"))
    if ours[1] == theirs[1]:
        return Match(0.92, ("legal_form",))
    if ours[2] == theirs[2]:
        return Match(0.8, ("bracketed_part",))
    if pinyin(ours[1]) == pinyin(theirs[1]):
        return Match(0.75, ("same_sound",))
    ratio = SequenceMatcher(None, ours[1], theirs[1], autojunk=False).ratio()
    return Match(round(0.75 * ratio, 2), ("similar",))


def core(name: str) -> str:
    """Give the part of a name that tells organisations apart: without brackets' contents and legal form."""
    return _forms(name)[2]


def patterns(name: str) -> tuple[str, ...]:
    """Give the LIKE patterns of a name's core in both widths; none where it is too short to find anything."""
    plain = unicodedata.normalize("NFKC", name[:LONGEST_NAME]).casefold()
    whole = core(plain)
    if len(whole) < SHORTEST:
        return ()
    parts = [part for part in map(_without_form, _BRACKETED.split(plain)) if part]
    wide = [part.translate(_WIDE) for part in parts]
    spelt = (parts, [part.upper() for part in parts], wide, [part.upper() for part in wide])
    return tuple(dict.fromkeys("%".join(("", *map(_escaped, one), "")) for one in spelt))


def _escaped(text: str) -> str:
    return text.replace("_", r"\_")


@lru_cache(maxsize=8192)
def _forms(name: str) -> tuple[str, str, str]:
    """Give a name without widths, blanks and punctuation; that without its legal form; that without bracketed parts."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return _BETWEEN.sub("", plain), _without_form(plain), _without_form(_BRACKETED.sub("", plain))


def _without_form(plain: str) -> str:
    bare = _BETWEEN.sub("", plain)
    for form in _FORMS:
        if form in bare:
            return bare.replace(form, "", 1)
    return bare
