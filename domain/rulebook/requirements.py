"""The requirements that the five documents make, and where each is carried out: `renxin rulebook coverage`.

In charge of telling which clause is carried out by which room, and of naming those that none carries out. What a
requirement says in numbers and terms stands in the rulebooks; here stands only its clause, its words and its room.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_suffix(".toml")
ROOT: Final = FILE.parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What a clause of a document asks for.

    `where` names the rooms or files that carry it out, from the top of the package.
    """

    id: str
    document: str
    clause: str
    quote: str
    where: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Give the rooms it names that are not there; its own name where it names none."""
        return tuple(one for one in self.where if not (ROOT / one).exists()) or (() if self.where else (self.id,))


@cache
def requirements() -> tuple[Requirement, ...]:
    """Read them, in the order of the documents."""
    rows = tomllib.loads(FILE.read_text("utf-8"))["requirement"]
    return tuple(Requirement(**{**row, "where": tuple(row["where"])}) for row in rows)


def told(requirement: Requirement) -> str:
    """Tell where a requirement is carried out, in a line."""
    where = (
        ", ".join(requirement.where) if not requirement.missing else "MISSING 缺失: " + ", ".join(requirement.missing)
    )
    return f"{requirement.id:8} {requirement.document:9} {requirement.clause:8} {where:48} {requirement.quote}"
