"""Whether a catalogue asks for the data items that a specification names: 应归尽归, item by item.

In charge of comparing a division's catalogue in force with the specification that its text names. Where nobody has
entered that, it is not loaded, and nothing is said. Source: 十堰正文 (对照《湖北省信用信息基础数据项技术规范》).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.edition.items import Item

_ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Lack:
    """What a catalogue item lacks: data items of the specification it does not have, or does not ask for."""

    code: str
    name: str
    missing: tuple[str, ...]
    not_required: tuple[str, ...]


def lacks(specification: Sequence[Item], catalogue: Sequence[Item]) -> list[Lack]:
    """Give the catalogue items that lack something, with the codes of what they lack."""
    found = (_lack(specification, item) for item in catalogue)
    return [one for one in found if one.missing or one.not_required]


def _lack(specification: Sequence[Item], item: Item) -> Lack:
    has = {one["code"]: one["required"] for one in item.content["data_items"]}
    asked = [
        one
        for one in specification
        if one.content.get("category", item.content["category"]) == item.content["category"]
    ]
    missing = tuple(one.code for one in asked if one.code not in has)
    weaker = tuple(
        one.code
        for one in asked
        if one.code in has
        and one.content["required"] != "never"
        and has[one.code] not in (_ALWAYS, one.content["required"])
    )
    return Lack(item.code, item.name, missing, weaker)
