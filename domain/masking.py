"""Masked forms of personal data: what is shown without clearance.

The pattern is rulebook data (`masking.*`); the default is the strictest usual one: the surname of a name, the
first three and last two characters of an identity number. Masking happens here, on the server, once: a
maskable value never leaves in clear to be hidden later.
Refuses nothing: whatever is too short to mask is hidden whole.
Source: 厦门5, 海沧6, 上海12; Personal Information Protection Law 51 (de-identification).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks

MASK = "*"
HIDDEN_NAME = "**"
"""Stands for a given name of any length: the length would tell something."""

_COMPOUND_SURNAMES = """
欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台
皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘
子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐
段干 百里 呼延 东郭 南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲 公上 公门 公山 公坚
左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫 仲长 子书 子桑 即墨 达奚
褚师 纳兰
"""
COMPOUND_SURNAMES = frozenset(_COMPOUND_SURNAMES.split())


@dataclass(frozen=True, slots=True)
class Patterns:
    """How many characters of each kind of number stay at its two ends."""

    resident_id: tuple[int, int] = (3, 2)
    phone: tuple[int, int] = (3, 2)
    other_document: tuple[int, int] = (1, 1)


def patterns(books: Rulebooks, jurisdiction: str, on: date) -> Patterns:
    """Give the masking patterns of a jurisdiction on a day.

    Raises: JurisdictionUnknown.
    """
    return Patterns(*(_ends(books, jurisdiction, name, on) for name in ("resident_id", "phone", "other_document")))


def mask_name(name: str) -> str:
    """Keep the surname of a natural person's name, compound surnames whole, and hide the rest.

    A name of one character is hidden whole; of a name in other letters the first letter stays.
    """
    shown = name.strip()
    surname = shown[:2] if shown[:2] in COMPOUND_SURNAMES and len(shown) > 2 else shown[:1]
    return surname + HIDDEN_NAME if len(shown) > 1 else HIDDEN_NAME


def mask_number(number: str, keep: tuple[int, int] = (3, 2)) -> str:
    """Keep some characters at both ends of a number and hide the others, one mask for each.

    A number that would stay readable is hidden whole: at least half of it is always hidden.
    """
    first, last = keep
    hidden = len(number) - first - last
    if hidden * 2 < len(number):
        return MASK * len(number)
    return number[:first] + MASK * hidden + (number[-last:] if last else "")


def mask_resident_id(number: str, keep: Patterns = Patterns()) -> str:
    """Mask an identity number; one that begins with letters tells a nationality by them, as another document would."""
    shown = number.strip()
    return mask_number(shown, keep.other_document if shown[:1].isalpha() else keep.resident_id)


def mask_phone(number: str, keep: tuple[int, int] = (3, 2)) -> str:
    """Mask a telephone number."""
    return mask_number(number.strip(), keep)


def mask_mail(local: str, domain: str) -> str:
    """Mask an address of electronic mail: the first character of what stands before the @ is kept, if there are more."""
    return f"{local[: len(local) > 1]}{MASK * 3}@{domain}"


def _ends(books: Rulebooks, jurisdiction: str, name: str, on: date) -> tuple[int, int]:
    found = rule(books, jurisdiction, f"masking.{name}", on).value
    if not isinstance(found, tuple):
        return (0, 0)
    first, last = found
    return int(first), int(last)
