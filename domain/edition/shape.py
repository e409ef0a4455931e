"""Which fields the items of a catalogue or list have: data in `shapes.toml`.

In charge of the fields, their kinds and words. Source: 厦门1, 4, 7, 11; 海沧2, 12; 新乡五(一); 河南省社会信用条例11; what the
texts leave open is ours, and said so in the file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from domain.rulebook import vocabulary

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "basis_level": vocabulary.BASIS_LEVELS,
    "polarity": vocabulary.POLARITIES,
    "disclosure": vocabulary.DISCLOSURES,
    "subject_kinds": vocabulary.SUBJECT_KINDS,
    "upon": vocabulary.MEASURE_GROUNDS,
    "commitment_kind": vocabulary.COMMITMENT_KINDS,
    "matter_kind": vocabulary.MATTER_KINDS,
    "parties": vocabulary.PARTIES,
    "supplement_unit": vocabulary.SUPPLEMENT_UNITS,
    "required": vocabulary.REQUIRED,
}
"""The closed vocabularies that fields take their words from."""

LISTS: Final = frozenset({"choices", "texts", "offices"})
"""Kinds of field that hold several words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """A field of an item: what it holds, whether it must be given, from which words or list it takes its values."""

    code: str
    name: str
    kind: str
    note: str
    required: bool = False
    words: str | None = None
    refers: str | None = None
    least: int | None = None
    most: int | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """The words it may hold; none where it is free."""
        return WORDS[self.words] if self.words else ()


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of one kind of items, in the order in which files have them."""

    code: str
    name: str
    fields: tuple[FieldRule, ...]
    needs_basis: bool = False
    """Whether an item without its legal or policy basis is refused (新乡二)."""

    @property
    def by_code(self) -> Mapping[str, FieldRule]:
        """The fields by their codes."""
        return {one.code: one for one in self.fields}


@cache
def shapes() -> Mapping[str, Shape]:
    """Read the shapes, once per process."""
    raw: dict[str, Any] = tomllib.loads(resources.files("domain.edition").joinpath("shapes.toml").read_text("utf-8"))
    common = [FieldRule(**row) for row in raw["common"]]
    return {
        row["code"]: Shape(
            row["code"],
            row["name"],
            (*(FieldRule(**one) for one in row["fields"]), *common),
            row.get("needs_basis", False),
        )
        for row in raw["shape"]
    }
