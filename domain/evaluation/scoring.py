"""A scoring paper as data: its file read, checked, and put beside the rulebooks for the engine to compute by.

In charge of what a file may say: one scheme's scale, features and rules (vetoes first, then thresholds; the first that
fires gives the grade) and the values that these name, each cited, as in a rulebook. Refuses whatever a rulebook check
would find. Source: 厦门12–16 (贯彻实施《…评价办法》); house style (law as data).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

from domain.evaluation.refusals import PaperInvalid
from domain.given_toml import read_toml
from domain.rulebook.check_schemes import check_schemes
from domain.rulebook.check_values import check_values
from domain.rulebook.loader import group_entries, rule_value, scheme_parts
from domain.rulebook.lookup import book_of
from domain.rulebook.model import Rulebooks

LONGEST: Final = 60_000
_MOST_FAULTS: Final = 20
_MOST_POINTS: Final = 1_000_000
"""Points, and whatever else a scheme counts by: so that what is added up can be told (GraphQL's Int has 32 bits)."""

_MOST: Final = 2**31 - 1
"""What a value may be that a rule compares with."""

_TABLES: Final = frozenset({"scheme", "rules"})
_PARTS: Final = frozenset({"scale", "features", "rules"})


def read_paper(text: str, *, scheme: str, name: str) -> Mapping[str, Any]:
    """Read a file and give what it says.

    Raises: PaperInvalid, with every fault that was found, up to 20.
    """
    try:
        raw = read_toml(text)
    except ValueError as fault:
        raise PaperInvalid(faults=[f"not TOML: {fault}"]) from None
    faults = list(_faults(raw, scheme, name))
    if faults:
        raise PaperInvalid(faults=faults[:_MOST_FAULTS])
    return raw


@lru_cache(maxsize=64)
def with_paper(books: Rulebooks, jurisdiction: str, scheme: str, text: str, name: str) -> Rulebooks:
    """Give the rulebooks with a paper's scale, features, rules and values in place: its scheme is loaded then.

    Raises: PaperInvalid; JurisdictionUnknown.
    """
    raw = read_paper(text, scheme=scheme, name=name)
    book = book_of(books, jurisdiction)
    row = raw["scheme"][0]
    parts = {"scale": tuple(row["scale"]), **scheme_parts(row)}
    head = _head(name)
    values = tuple(rule_value(entry, head) for group in raw.get("rules", ()) for entry in group_entries(group))
    loaded = replace(
        book,
        schemes=tuple(replace(one, **parts) if one.code == scheme else one for one in book.schemes),
        values=(*book.values, *values),
    )
    return replace(books, books={**books.books, book.id: loaded})


def _head(name: str) -> dict[str, Any]:
    return {"name": name, "confidence": "full_text", "validity": "stated", "effective_from": date.min}


def _faults(raw: Mapping[str, Any], scheme: str, name: str) -> Iterator[str]:
    for table in sorted(raw.keys() - _TABLES):
        yield f"the table {table!r} is unknown: use scheme and rules"
    rows = raw.get("scheme")
    if not isinstance(rows, list) or len(rows) != 1 or not isinstance(rows[0], dict):
        yield "it describes one [[scheme]], no more and no less"
        return
    for key in sorted(rows[0].keys() - _PARTS):
        yield f"the key {key!r} of the scheme is unknown: use scale, features and rules"
    for key in ("scale", "rules"):
        if not rows[0].get(key):
            yield f"the scheme has no {key}"
    for part, most in ((rows[0], _MOST_POINTS), (raw.get("rules"), _MOST)):
        yield from (
            f"the number {number} is out of range: at most {most:,}" for number in _numbers(part) if abs(number) > most
        )
    try:
        whole = {"rulebook": _head(name), "scheme": [{**rows[0], "code": scheme}], "rules": raw.get("rules", [])}
        yield from (str(fault) for fault in (*check_schemes("paper", whole), *check_values("paper", whole)))
    except (AttributeError, KeyError, TypeError) as fault:
        yield f"a table is not of its form ({fault})"


def _numbers(part: Any) -> Iterator[int]:
    if isinstance(part, dict):
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _numbers(one)
    elif isinstance(part, int):
        yield part
