"""Check the evaluation schemes of a rulebook file: what they count, their rules, their uses, what follows a grade.

Refuses: a grade outside the scale, a feature, path or measure that the file does not describe, an outcome that no kind
of fact has, a rule that gives both a grade and readings or neither, a score that nothing bounds from below.
Source: 十堰正文 (15333); house style (law as data).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from domain.rulebook.fault import Fault, check_row, check_unique
from domain.rulebook.loader import group_entries
from domain.rulebook.scheme_rules import (
    ConditionRule,
    FeatureRule,
    GradingRule,
    ReadingRule,
    ScoreItem,
    UseRule,
)
from domain.rulebook.vocabulary import GRADE_FACTS

File = Mapping[str, Any]


def check_schemes(file: str, raw: File) -> Iterator[Fault]:
    """Check every scheme of a file."""
    paths = {entry["path"] for group in raw.get("rules", ()) if "under" in group for entry in group_entries(group)}
    measures = {row.get("code") for row in raw.get("measure", ())}
    for row in raw.get("scheme", ()):
        place = f"scheme {row.get('code', '?')}"
        yield from _check_features(file, place, row, paths)
        yield from _check_rules(file, place, row, paths)
        for use in row.get("uses", ()):
            yield from check_row(file, place, use, UseRule)
            yield from _unknown(file, place, "measure", [use.get("measure")], measures)
            yield from _unknown(file, place, "grades", use.get("grades", ()), set(row.get("scale", ())))
            yield from _unknown(file, place, "years", [use["years"]] if "years" in use else [], paths)
        items = {one.get("code") for one in raw.get("catalogue_item", ())}
        yield from _unknown(file, place, "item", [row["item"]] if "item" in row else [], items)
    scales = {row.get("code"): set(row.get("scale", ())) for row in raw.get("scheme", ())}
    for row in raw.get("supervision", ()):
        place = f"supervision {row.get('code', '?')}"
        yield from _unknown(file, place, "scheme", [row.get("scheme")], set(scales))
        yield from _unknown(file, place, "grades", row.get("grades", ()), scales.get(row.get("scheme"), set()))
        for key in ("conveniences", "restrictions"):
            yield from _unknown(file, place, key, row.get(key, ()), measures)


def _check_features(file: str, place: str, row: File, paths: set[str]) -> Iterator[Fault]:
    features = list(row.get("features", ()))
    yield from check_unique(file, f"{place} features", [str(one.get("code", "?")) for one in features])
    earlier: dict[str, File] = {}
    for one in features:
        part = f"{place}.{one.get('code', '?')}"
        yield from check_row(file, part, one, FeatureRule)
        known = {word for kind in one.get("facts", ()) for word in GRADE_FACTS.get(kind, ())}
        for key in ("outcomes", "open"):
            yield from _unknown(file, part, key, one.get(key, ()), known)
        for key in ("window", "names"):
            yield from _unknown(file, part, key, [one[key]] if key in one else [], paths)
        if (one.get("how") == "score") != bool(one.get("items")):
            yield Fault(file, part, "items belong to a score, and to nothing else", "Give or remove items")
        for item in one.get("items", ()):
            yield from check_row(file, part, item, ScoreItem)
            yield from _unknown(file, part, "feature", [item.get("feature")], set(earlier))
            unbounded = earlier.get(str(item.get("feature")), {}).get("silence") == "unknown"
            if unbounded and item.get("points", 0) < 0 and "cap" not in item:
                yield Fault(file, part, "what takes points away has no bound", "State cap")
        earlier[str(one.get("code"))] = one


def _check_rules(file: str, place: str, row: File, paths: set[str]) -> Iterator[Fault]:
    rules = list(row.get("rules", ()))
    yield from check_unique(file, f"{place} rules", [str(one.get("code", "?")) for one in rules])
    scale, features = set(row.get("scale", ())), {str(one.get("code")) for one in row.get("features", ())}
    if bool(rules) != bool(scale) and not row.get("is_context"):
        yield Fault(file, place, "rules and scale belong together", "Give both, or neither")
    for one in rules:
        part = f"{place}.{one.get('code', '?')}"
        yield from check_row(file, part, one, GradingRule)
        if ("grade" in one) == bool(one.get("readings")):
            yield Fault(file, part, "it gives a grade, or readings for a review", "State one of the two")
        grades = [reading["grade"] for reading in one.get("readings", ()) if "grade" in reading]
        yield from _unknown(file, part, "grade", [*([one["grade"]] if "grade" in one else []), *grades], scale)
        for reading in one.get("readings", ()):
            yield from check_row(file, part, reading, ReadingRule)
        for condition in one.get("when", ()):
            yield from check_row(file, part, condition, ConditionRule)
            yield from _unknown(file, part, "feature", [condition.get("feature")], features)
            yield from _unknown(file, part, "at", [condition["at"]] if "at" in condition else [], paths)
            stated = ("at" in condition) + ("among" in condition) + ("op" in condition and "value" in condition)
            if stated != 1:
                yield Fault(file, part, "a condition is one comparison", "State at, among, or op and value")


def _unknown(file: str, place: str, key: str, named: Any, known: set[Any]) -> Iterator[Fault]:
    for one in named:
        if one not in known:
            yield Fault(file, place, f"{key} names {one!r}, which is unknown", "Name what the file describes")
