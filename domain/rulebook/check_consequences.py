"""Check what a rulebook file says of matters, restrictions and incentives: `renxin rulebook check`.

Refuses: a consequence without a matter or without anything it follows from, a list, item, measure or scheme that the
file does not describe, a path without a value, a matter that no file describes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from domain.rulebook.fault import Fault
from domain.rulebook.vocabulary import CIRCUMSTANCES

_GROUNDS = ("lists", "sectors", "items", "dishonest", "broken_commitment", "grades", "threshold", "conditions_open")
_DESCRIBED = {"lists": "list_kind", "items": "catalogue_item"}
_NAMED = {"measure": "measure", "scheme": "scheme", "application_item": "application_item"}


def check_consequences(file: str, raw: Mapping[str, Any], known_matters: Iterable[str]) -> Iterator[Fault]:
    """Check the tables of a file against its others and the matters that all files describe."""
    matters, paths = set(known_matters), _paths(raw)
    for row in raw.get("matter", ()):
        yield from _check_named(file, f"matter {row.get('code', '?')}", raw, row)
    for table in ("restriction", "incentive"):
        for row in raw.get(table, ()):
            place = f"{table} {row.get('code', '?')}"
            yield from _check_named(file, place, raw, row)
            if not row.get("matters"):
                yield Fault(file, place, "it bears on no matter", "Name its matters")
            for one in row.get("matters", ()):
                if one not in matters:
                    yield Fault(file, place, f"the matter {one!r} is described nowhere", "Describe it")
            if not any(row.get(key) for key in _GROUNDS):
                yield Fault(file, place, "it follows from nothing", f"Give one of: {', '.join(_GROUNDS)}")
            if bool(row.get("grades")) != bool(row.get("scheme")):
                yield Fault(file, place, "grades and their scheme belong together", "State both, or neither")
            for key in ("excepted_kinds", "threshold", "unbroken"):
                if row.get(key) not in (None, *paths):
                    yield Fault(file, place, f"no value has the path {row[key]!r}", "Name the path of a value")
            for one in row.get("asks", ()):
                if one not in CIRCUMSTANCES:
                    yield Fault(file, place, f"asks {one!r}, which is unknown", f"Use: {', '.join(CIRCUMSTANCES)}")


def _check_named(file: str, place: str, raw: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[Fault]:
    named = {key: row.get(key, ()) for key in _DESCRIBED} | {key: (row[key],) if key in row else () for key in _NAMED}
    for key, codes in named.items():
        described = {one.get("code") for one in raw.get((_DESCRIBED | _NAMED)[key], ())}
        for one in codes:
            if one not in described:
                yield Fault(file, place, f"{key} names {one!r}, which is unknown", "Name what the file describes")


def _paths(raw: Mapping[str, Any]) -> set[str]:
    return {f"{group['under']}.{value['path']}" for group in raw.get("rules", ()) for value in group["values"]}
