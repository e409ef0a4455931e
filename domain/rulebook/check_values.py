"""Check the values of a rulebook file: cited, dated, with a unit that fits, and never two at once.

Refuses: a value without clause or quote, without validity, of a type its unit does not allow; an ambiguous
one without its reading; two values of one path on one day; a path that is silent and speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from domain.rulebook.fault import Fault, check_citation, check_days, check_row
from domain.rulebook.loader import GROUP_KEYS, group_entries, keys_of
from domain.rulebook.model import RuleValue
from domain.rulebook.vocabulary import CYCLES, LIST_PARTS

WHOLE = frozenset({"working_day", "calendar_day", "month", "year", "day_of_next_month", "count", "yuan"})
INHERITED = frozenset({"law", "confidence", "valid_from", "valid_to"})
"""What a value may leave to its rulebook."""

UNNUMBERED = frozenset({"press", "recall", "ours"})
"""Confidences at which the number of the clause may be unknown (`-`)."""

PART_PATHS = frozenset({"list.mandatory_parts", "list.published_with"})
"""Values that name parts of a list's definition."""

File = Mapping[str, Any]


def check_values(file: str, raw: File) -> Iterator[Fault]:
    """Check every value of a file, and that silence is silence."""
    head = raw.get("rulebook", {})
    entries: list[File] = []
    for group in raw.get("rules", ()):
        yield from _check_group(file, group)
        if "under" in group and all("path" in entry for entry in group.get("values", ())):
            entries.extend(group_entries({"values": [], **group}))
    for entry in entries:
        yield from _check_value(file, head, entry)
    yield from _check_overlaps(file, head, entries)
    for row in raw.get("silent", ()):
        first = row.get("valid_from", date.min)
        if any(entry["path"] == row.get("path") and not _ends_before(head, entry, first) for entry in entries):
            yield Fault(file, f"silent {row['path']}", "the file gives a value on this path", "Remove one of the two")
        if row.get("quote") and not row.get("clause"):
            yield Fault(file, f"silent {row.get('path', '?')}", "its quote has no clause", "Name the clause")
    yield from _check_severity_vocabulary(file, raw, entries)


def _check_group(file: str, group: File) -> Iterator[Fault]:
    place = f"rules {group.get('under', '?')}"
    for key in sorted(group.keys() - keys_of(RuleValue) - GROUP_KEYS):
        yield Fault(file, place, f"the key {key!r} is unknown", "Use a key of a value, or under and values")
    if not group.get("under"):
        yield Fault(file, place, "it does not say under which path it stands", "State under")
    if not group.get("values"):
        yield Fault(file, place, "it has no values", "Give values, or remove the group")
    for entry in group.get("values", ()):
        if not entry.get("path"):
            yield Fault(file, place, "one of its values has no path", "State path")


def _check_value(file: str, head: File, entry: File) -> Iterator[Fault]:
    place = f"value {entry['path']}"
    yield from check_row(file, place, entry, RuleValue, optional=INHERITED)
    yield from check_citation(file, place, entry)
    yield from check_days(file, place, *_days(head, entry))
    if _days(head, entry)[0] is None and head.get("validity") != "not_stated":
        yield Fault(file, place, "it has no first day of validity", "State valid_from")
    if entry.get("clause") == "-" and entry.get("confidence", head.get("confidence")) not in UNNUMBERED:
        yield Fault(file, place, "its clause is left open, though the text is held", "Name the clause")
    fits = FITS.get(str(entry.get("unit")))
    if fits is not None and "value" in entry and not fits(entry["value"]):
        yield Fault(file, place, f"{entry['value']!r} is no {entry['unit']}", "Correct the value or its unit")
    for word in entry.get("value", ()) if entry["path"] in PART_PATHS else ():
        if not any(word in words for words in LIST_PARTS.values()):
            yield Fault(file, place, f"the part {word!r} is unknown", "Use a word of LIST_PARTS, or add it there")
    if entry.get("ambiguous") and not (entry.get("reading") or entry.get("alternative")):
        yield Fault(file, place, "it is ambiguous and shows no reading", "Give reading and alternative")


def _check_overlaps(file: str, head: File, entries: list[File]) -> Iterator[Fault]:
    by_path: dict[str, list[tuple[date, date]]] = {}
    for entry in entries:
        first, last = _days(head, entry)
        by_path.setdefault(entry["path"], []).append((first or date.min, last or date.max))
    for path, days in by_path.items():
        ordered = sorted(days)
        if any(later[0] <= earlier[1] for earlier, later in pairwise(ordered)):
            yield Fault(file, f"value {path}", "two values hold on the same day", "End the one where the other begins")


def _check_severity_vocabulary(file: str, raw: File, entries: list[File]) -> Iterator[Fault]:
    """The words of `severity.vocabulary` and the rows of the table are the same thing said twice."""
    named = {row.get("name") for row in raw.get("severity", ())}
    said = {word for entry in entries if entry["path"] == "severity.vocabulary" for word in entry.get("value", ())}
    if named != said:
        yield Fault(file, "value severity.vocabulary", "it differs from the table severity", "Make them agree")


def _ends_before(head: File, entry: File, day: date) -> bool:
    last = _days(head, entry)[1]
    return last is not None and last < day


def _days(head: File, entry: File) -> tuple[date | None, date | None]:
    first = entry.get("valid_from", head.get("effective_from"))
    last = entry.get("valid_to", head.get("effective_to"))
    return (first if isinstance(first, date) else None, last if isinstance(last, date) else None)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_list(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_text(word) for word in value)


def _is_ends(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(_is_whole(count) for count in value)


def _is_month_day(value: object) -> bool:
    try:
        datetime.strptime(f"2000-{value}", "%Y-%m-%d")  # noqa: DTZ007 - a day of any year, no instant
    except ValueError:
        return False
    return isinstance(value, str) and len(value) == 5


FITS: Mapping[str, Callable[[object], bool]] = {
    **dict.fromkeys(WHOLE, _is_whole),
    "score": _is_number,
    "ratio": lambda value: _is_number(value) and 0 <= float(str(value)) <= 1,
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, date) and not isinstance(value, datetime),
    "cycle": lambda value: value in CYCLES,
    "month_day": _is_month_day,
    "text": _is_text,
    "office": _is_text,
    "list": _is_list,
    "keep_ends": _is_ends,
}
"""What a value of each unit must look like."""
