"""Check the offices of a rulebook file: each spelling means one office, each office that is named exists.

Refuses: a name or alias claimed by two offices, a reference to an office the file does not describe.
Source: 厦门 (several spellings of one office); 新乡三.1, 三.5 (two offices with similar names).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from domain.rulebook.fault import Fault

REFERRING = {
    "duty": ("lead", "offices", "assist"),
    "catalogue_item": ("producers", "lead", "overseers", "push_to"),
    "list_kind": ("owners",),
    "list_domain": ("owners",),
    "application_item": ("actors",),
    "scheme": ("actors", "push_to"),
    "commitment_item": ("offices",),
}
"""Keys that hold codes of offices, by table."""

File = Mapping[str, Any]


def check_offices(file: str, raw: File) -> Iterator[Fault]:
    """Check the spellings of a file's offices and every reference to them."""
    offices = list(raw.get("office", ()))
    codes = {str(office.get("code")) for office in offices}
    yield from _check_spellings(file, offices)
    for office in offices:
        for other in office.get("not_alias_of", ()):
            if other not in codes:
                yield _missing(file, f"office {office.get('code', '?')}", other)
    for table, keys in REFERRING.items():
        for row in raw.get(table, ()):
            for key in keys:
                for code in row.get(key, ()):
                    if code not in codes:
                        yield _missing(file, f"{table} {row.get('code', '?')}", code)
    for group in raw.get("rules", ()):
        yield from _check_group(file, group, codes)


def _check_spellings(file: str, offices: list[File]) -> Iterator[Fault]:
    claimed: dict[str, str] = {}
    for office in offices:
        code = str(office.get("code"))
        for spelling in {code, office.get("name"), *office.get("aliases", ())}:
            other = claimed.setdefault(str(spelling), code)
            if other != code:
                problem = f"{spelling!r} is claimed by the office {other} too"
                yield Fault(file, f"office {code}", problem, "Leave the spelling to one of them")


def _check_group(file: str, group: File, codes: set[str]) -> Iterator[Fault]:
    place = f"rules {group.get('under', '?')}"
    for code in group.get("actors", ()):
        if code not in codes:
            yield _missing(file, place, code)
    for entry in group.get("values", ()):
        named = [*entry.get("actors", ()), *([entry["value"]] if entry.get("unit") == "office" else [])]
        for code in named:
            if code not in codes:
                yield _missing(file, f"{place}.{entry.get('path', '?')}", code)


def _missing(file: str, place: str, code: object) -> Fault:
    return Fault(file, place, f"there is no office {code!r}", "Describe it as [[office]], or name another")
