"""All guards: those that tables name, one file for each part of the line, and those that a rule finds in the code."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.guards.guard import Cut, Guard
from tests.guards.refusals import of_refusals
from tests.guards.steps import of_steps
from tests.guards.stored import of_constraints, of_rights

TABLES = Path(__file__).parent


def guards() -> Iterator[Guard]:
    """Read every table, in the order of their names, and what the rules find."""
    yield from _of_tables()
    yield from of_steps()
    yield from of_refusals()
    yield from of_constraints()
    yield from of_rights()


def _of_tables() -> Iterator[Guard]:
    for path in sorted(TABLES.glob("*.toml")):
        for one in tomllib.loads(path.read_text("utf-8"))["guard"]:
            parts = (one, *one.get("also", ())) if "file" in one else ()
            cuts = tuple(Cut(each["file"], each["text"], each["without"]) for each in parts)
            rest = one.get("constraint"), one.get("right"), bool(one.get("anew"))
            yield Guard(path.stem, one["name"], one["keeps"], cuts, tuple(one["tests"]), *rest)
