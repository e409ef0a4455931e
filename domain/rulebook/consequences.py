"""What credit leads to, as rulebooks have it: matters, restrictions in them, incentives in them.

A matter 事项 is what somebody asks for at a counter. A restriction or an incentive names the matters it bears on and
what it rests on: lists, records, grades, a score. Where a text gives no condition, that is said; none is made up.
Source: 上海8, 9; 十堰正文; 新乡五(三); 厦门4, 11, 18, 21–23; 海沧4, 17, 18, 25; 保障农民工工资支付条例48.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterRule:
    """A matter 事项 in which credit is put to use; partners ask about it for its application item alone."""

    code: str
    name: str
    kind: str
    clause: str
    quote: str
    application_item: str | None = None
    law: str | None = None
    confidence: str | None = None
    status: str = "in_force"
    reading: str | None = None
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsequenceRule:
    """What follows in which matters, and from what: one of the lists, sectors of lists, records or grades it names.

    `sectors` stands in laws above a city, whose own lists carry the sector. `items` and `severities` narrow
    `dishonest` records; a record of a broken commitment counts where `broken_commitment` says so. `measure` is its
    code on the list of measures, if it stands there.
    """

    code: str
    name: str
    matters: tuple[str, ...]
    clause: str
    quote: str
    lists: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    dishonest: bool = False
    broken_commitment: bool = False
    scheme: str | None = None
    grades: tuple[str, ...] = ()
    measure: str | None = None
    law: str | None = None
    confidence: str | None = None
    strength: str | None = None
    reading: str | None = None
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionRule(ConsequenceRule):
    """A restriction 限制; `via_legal_representative` counts what is held of who represents the unit.

    `excepted_kinds` is the path of the value that names the kinds of support never refused for it.
    """

    via_legal_representative: bool = False
    excepted_kinds: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncentiveRule(ConsequenceRule):
    """An incentive 激励; `threshold` and `unbroken` are paths of values with their operators.

    `asks` names circumstances that the caller must tell (`vocabulary.CIRCUMSTANCES`); with `conditions_open` the text
    speaks of conditions and gives none, so that nobody is favoured by it of itself. `for_persons`: the text gives it to
    natural persons alone; `for_units`: to units alone.
    """

    threshold: str | None = None
    unbroken: str | None = None
    asks: tuple[str, ...] = ()
    conditions_open: bool = False
    for_persons: bool = False
    for_units: bool = False
