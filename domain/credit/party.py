"""Who a record is about, as an office names the party: by code, by identity number, or as a known subject.

The columns of the national sheets that name the party are filled from here, so that nobody types them twice,
and must agree where they are filled in.
Source: 发改办财金〔2018〕424号 (行政相对人名称、类别、代码、证件).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.credit.data_items import SHEETS, DataItem, Fault
from domain.credit.refusals import DataItemInvalid, DocumentNotSupported
from domain.decision_number import folded

PERSON: Final = "natural_person"
_OTHER: Final = re.compile("^其他[-—－:：]")
_CATEGORIES: Final = {PERSON: "自然人", "individual_business": "个体工商户"}
_OTHER_CATEGORY: Final = "法人及非法人组织"
_RESIDENCE_PERMITS: Final = ("港澳台居民居住证", "港澳居民居住证", "台湾居民居住证")
_CARDS: Final = frozenset(
    {"身份证", "外国人永久居留身份证", *(f"其他-{permit}" for permit in _RESIDENCE_PERMITS), *_RESIDENCE_PERMITS}
)
"""Cards whose number stays with the person; the national sheets have no word of their own for a residence permit."""


@dataclass(frozen=True, slots=True)
class Party:
    """The party 行政相对人 of a record: its kind, name and the number by which it is known."""

    kind: str
    name: str
    uscc: str | None = None
    id_number: str | None = None
    born_on: date | None = None
    """Told by the number that is handed in; of a known subject the number stays sealed."""

    @property
    def is_person(self) -> bool:
        """Whether the party is a natural person."""
        return self.kind == PERSON


@dataclass(frozen=True, slots=True)
class NamedRepresentative:
    """The legal representative 法定代表人 as a sheet names it."""

    name: str
    id_number: str | None


def fill_party_columns(
    items: Mapping[str, DataItem],
    content: Mapping[str, str],
    party: Party,
    *,
    decision_no: str,
    decided_on: date,
    office_name: str,
) -> tuple[dict[str, str], list[Fault]]:
    """Fill in the columns that say what the submission says already; give them and what disagrees with it."""
    filled = dict(content)
    faults: list[Fault] = []
    for code, value in _told(party, decision_no, decided_on).items():
        if code in items:
            given = filled.setdefault(code, value)
            same = folded if code.endswith("_WSH") else _dashed
            if same(given.strip()) != same(value):
                faults.append(Fault(DataItemInvalid, code))
    for code in ("XK_XKJG", "XK_LYDW", "CF_CFJG", "CF_SJLY"):
        if code in items:
            filled.setdefault(code, office_name)
    return filled, faults


def _dashed(value: str) -> str:
    return value.replace("/", "-")


def category_of(kind: str) -> str:
    """Give the category 行政相对人类别 in which a sheet puts a kind of subject."""
    return _CATEGORIES.get(kind, _OTHER_CATEGORY)


def is_identity_card(card: str | None) -> bool:
    """Tell whether a document is one by whose number a person is known; where none is named, it is taken for one."""
    return not card or _OTHER.sub("其他-", card.strip()) in _CARDS


def require_identity_card(content: Mapping[str, str]) -> None:
    """Require that the number of a natural person is one by which it is known, where a sheet says what it is of.

    Raises: DocumentNotSupported.
    """
    for sheet in SHEETS:
        column = f"{sheet}_XDR_ZJLX"
        if not is_identity_card(content.get(column)):
            raise DocumentNotSupported(column=column)


def first_of(content: Mapping[str, str], *columns: str) -> str | None:
    """Give the first filled-in of some columns, of either sheet."""
    for sheet in SHEETS:
        for column in columns:
            value = content.get(f"{sheet}_{column}", "").strip()
            if value:
                return value
    return None


def named_representative(content: Mapping[str, str]) -> NamedRepresentative | None:
    """Read the legal representative from the columns of either sheet, old or new; None where none is named.

    A number of another document, by which nobody is known, is not taken.
    """
    name = first_of(content, "FRDB")
    if name is None:
        return None
    is_known = is_identity_card(first_of(content, "FR_ZJLX"))
    return NamedRepresentative(name, first_of(content, "FR_ZJHM", "FR_SFZH") if is_known else None)


def _told(party: Party, decision_no: str, decided_on: date) -> dict[str, str]:
    told = {
        "XDR_MC": party.name,
        "XDR_LB": category_of(party.kind),
        "WSH": decision_no,
        "JDRQ": decided_on.isoformat(),
    }
    if party.uscc is not None:
        told["XDR_SHXYM"] = party.uscc
    return {f"{sheet}_{column}": value for sheet in SHEETS for column, value in told.items()}
