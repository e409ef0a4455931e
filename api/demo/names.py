"""Who appears in the demonstration: invented organisations and people, and the ids of everything in it.

In charge of names, codes and ids that are the same on every machine. Nobody here is real: every name carries
虚构 (fictitious), every code is valid in form and belongs to nobody (`domain.identifiers`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Final
from uuid import UUID, uuid5

from domain.identifiers import invented_resident_id, invented_uscc

SEED: Final = 20260318
ORGANISATIONS: Final = 300
PEOPLE: Final = 60

_NAMESPACE: Final = UUID("3d5a7b1e-2f64-5c0e-8a51-0d9b6f3c7e42")
_FIRST_MILLISECOND: Final = 1_672_531_200_000  # 2023-01-01: ids of the demonstration sort before all later ones
_CODES_FROM: Final = 10_000
_OF_XIAMEN: Final = 4  # the first people are those of the tour
_VERSION_AND_VARIANT: Final = (0x7 << 76) | (0x2 << 62)
_RANDOM_BITS: Final = ((1 << 12) - 1) << 64 | ((1 << 62) - 1)

PLACES: Final = {"350200": "厦门", "350205": "海沧", "410700": "新乡", "420300": "十堰", "310000": "上海"}
"""The five jurisdictions, and how names of organisations begin there."""

_SHARES: Final = ("350200",) * 7 + ("350205", "410700", "420300", "310000", "310000") + ("350205", "410700", "420300")
_BRANDS: Final = """
鹭晨 朗阔 启明 安达 恒润 同舟 云禾 青屿 晴川 沐野 和畅 知行 远拓 卓岳 澄观 嘉木 林泉 丰禾 立雪 望舒
"""
_KINDS: Final = (
    ("enterprise", "91", 13, "建设工程有限公司 劳务派遣有限公司 人力资源有限公司 餐饮管理有限公司 电子科技有限公司 物流有限公司 服装制造有限公司"),
    ("individual_business", "92", 2, "便民店 小吃店 家政服务部"),
    ("government_organ", "11", 1, "街道办事处 城市管理办公室"),
    ("public_institution", "12", 1, "职工服务中心 就业服务站"),
    ("social_organisation", "51", 1, "人力资源行业协会 劳动关系协会"),
    ("private_non_enterprise", "52", 1, "职业培训学校 养老服务中心"),
    ("village_collective", "N2", 1, "股份经济合作社"),
    ("other_organisation", "93", 1, "农民专业合作社"),
)  # fmt: skip
"""Kind of subject, first characters of its code, share, and what such a body is called."""

_SURNAMES: Final = """
欧阳 司马 上官 诸葛 司徒 慕容 陈 林 黄 张 吴 李 王 郑 蔡 皇甫 令狐 尉迟 东方 南宫 杨 许 苏 谢 叶 曾 周 刘 郭 公孙
"""
_ORDINALS: Final = ("", "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸")


@dataclass(frozen=True, slots=True)
class DemoSubject:
    """An invented subject; of a person the number is known here only, it is stored sealed."""

    id: UUID
    number: int
    kind: str
    jurisdiction: str
    name: str
    uscc: str | None = None
    id_number: str | None = None
    state_owned: bool = False

    @property
    def is_person(self) -> bool:
        """Whether it is a natural person."""
        return self.uscc is None


def demo_id(noun: str, number: int) -> UUID:
    """Give the id of the numbered row of a noun: a UUIDv7 in form, in the order of the numbers."""
    random = uuid5(_NAMESPACE, f"{noun}/{number}").int & _RANDOM_BITS
    return UUID(int=(_FIRST_MILLISECOND + number << 80) | _VERSION_AND_VARIANT | random)


@lru_cache(maxsize=1)
def organisations() -> tuple[DemoSubject, ...]:
    """List the invented organisations, numbered from 1."""
    draw = Random(SEED)  # noqa: S311
    return tuple(_STORIED.get(number) or _organisation(number, draw) for number in range(1, ORGANISATIONS + 1))


@lru_cache(maxsize=1)
def people() -> tuple[DemoSubject, ...]:
    """List the invented people, numbered from 1."""
    return tuple(_person(number) for number in range(1, PEOPLE + 1))


def invented_person(number: int) -> tuple[str, str]:
    """Give the name and identity number of somebody who is nobody of `people`."""
    surnames = _SURNAMES.split()
    surname = surnames[number % len(surnames)]
    ordinal = _ORDINALS[2 + number % (len(_ORDINALS) - 2)]
    return f"{surname}虚构{ordinal}", invented_resident_id(_CODES_FROM + 1_000 + number)


def _organisation(number: int, draw: Random) -> DemoSubject:
    jurisdiction = _SHARES[number % len(_SHARES)]
    kind, prefix, _, businesses = draw.choices(_KINDS, [share for _, _, share, _ in _KINDS])[0]
    name = f"{PLACES[jurisdiction]}{draw.choice(_BRANDS.split())}{draw.choice(businesses.split())}"
    return _named(number, kind, prefix, jurisdiction, name, state_owned=kind == "enterprise" and number % 17 == 0)


def _named(
    number: int, kind: str, prefix: str, jurisdiction: str, name: str, *, state_owned: bool = False
) -> DemoSubject:
    code = invented_uscc(_CODES_FROM + number, prefix=prefix, division=jurisdiction)
    marked = f"{name}(虚构{number:02d})"
    return DemoSubject(
        demo_id("subject", number), number, kind, jurisdiction, marked, uscc=code, state_owned=state_owned
    )


def _person(number: int) -> DemoSubject:
    index, surnames = number - 1, _SURNAMES.split()
    jurisdiction = "350200" if number <= _OF_XIAMEN else tuple(PLACES)[index % len(PLACES)]
    name = f"{surnames[index % len(surnames)]}虚构{_ORDINALS[index // len(surnames)]}"
    division = "350200" if jurisdiction == "350205" else jurisdiction
    return DemoSubject(
        demo_id("subject", ORGANISATIONS + number),
        number,
        "natural_person",
        jurisdiction,
        name,
        id_number=invented_resident_id(_CODES_FROM + number, division=division),
    )


_STORIED: Final = {
    each.number: each
    for each in (
        _named(11, "enterprise", "91", "350200", "厦门鹭晨劳务派遣有限公司"),
        _named(12, "enterprise", "91", "350200", "厦门鹭晨建设工程有限公司"),
        _named(24, "enterprise", "91", "350200", "厦门澄观城市建设集团有限公司", state_owned=True),
        _named(25, "government_organ", "11", "350200", "厦门朗阔街道办事处"),
        _named(26, "public_institution", "12", "350200", "厦门启明职工服务中心"),
        _named(31, "enterprise", "91", "410700", "新乡安达建设工程有限公司"),
        _named(41, "enterprise", "91", "310000", "上海恒润劳务派遣有限公司"),
        _named(51, "enterprise", "91", "420300", "十堰启明建设工程有限公司"),
        _named(61, "enterprise", "91", "350205", "海沧同舟人力资源有限公司"),
    )
}
"""Organisations that the tour tells about, by number."""


def organisation(number: int) -> DemoSubject:
    """Give one of the organisations that the tour tells about."""
    return _STORIED[number]


def person(number: int) -> DemoSubject:
    """Give one of the people."""
    return _person(number)
