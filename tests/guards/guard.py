"""A guard of the line: what it keeps, where it stands, and the tests that must fail without it.

A guard is a piece of text of one file
and what stands in its place when it is taken out (where two guards stand one behind the other, `also` takes the second
out together with the first), a constraint of the database that is dropped (`table.name`), or a right that the role of
requests is given (`UPDATE ON table`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of text of a file, and what stands there when it is taken out."""

    file: str
    text: str
    without: str


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard: its name, what it keeps, its text, and the tests of which one must fail without it."""

    table: str
    name: str
    keeps: str
    cuts: tuple[Cut, ...]
    tests: tuple[str, ...]
    constraint: str | None = None
    right: str | None = None
    anew: bool = False
    """Whether its text is read while modules are loaded, so that they are loaded anew without it."""
