"""Every deadline that a rulebook knows has a kind of due item, or a reason why none can tell it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from domain.oversight.due_items import KINDS
from domain.rulebook.loader import load_rulebooks

BOOKS = load_rulebooks()
TABLE = tomllib.loads(Path(__file__).with_name("deadlines.toml").read_text(encoding="utf-8"))
OF_TIME = ("working_day", "calendar_day", "month", "year", "day_of_next_month", "date", "month_day", "cycle")
SAID_ELSEWHERE = ("deadline.", "due.")


def deadlines() -> Iterator[str]:
    """Yield the paths of whatever has a unit of time, and of terms of which a text says no number."""
    for book in BOOKS.books.values():
        for value in book.values:
            if value.unit in OF_TIME:
                yield value.path
        for silent in book.silent:
            if silent.path.startswith(SAID_ELSEWHERE) or silent.path.endswith(("_term", ".cycle", ".window")):
                yield silent.path


def lines_for(path: str) -> list[str]:
    """Give the lines of the table that speak of a path, the closest ones alone."""
    lines = (*TABLE["kind"], *TABLE["none"])
    return [line for line in lines if line == path] or [line for line in lines if fnmatchcase(path, line)]


@pytest.mark.parametrize("path", sorted(set(deadlines())))
def test_a_deadline_has_a_kind_or_a_reason(path: str) -> None:
    """XM-08b, XM-09b, XM-31, HC-29a: what a sixth city's file adds fails here until it is told."""
    assert len(lines_for(path)) == 1, f"name {path} once in deadlines.toml: lines {lines_for(path)}"


def test_the_table_names_only_kinds_that_there_are_and_deadlines_that_are_known() -> None:
    known = {*deadlines(), *BOOKS.known_paths}

    assert {kind for kinds in TABLE["kind"].values() for kind in kinds} <= set(KINDS)
    assert [
        line for line in (*TABLE["kind"], *TABLE["none"]) if not any(fnmatchcase(path, line) for path in known)
    ] == []
    assert all(len(reason.split()) > 3 for reason in TABLE["none"].values())


def test_a_day_by_which_a_catalogue_or_list_is_made_is_the_one_of_its_kind() -> None:
    """XM-01a, XM-04a, XM-07, XM-11a: the date stands twice in the rulebook, as a value and with the kind of edition."""
    dated = {
        (kind.clause, kind.due)
        for book in BOOKS.books.values()
        for kind in book.edition_kinds
        if kind.due is not None and not kind.foreign
    }
    said = {
        (value.clause, value.value)
        for book in BOOKS.books.values()
        for value in book.values
        if TABLE["kind"].get(value.path) == ["edition"]
    }

    assert said == dated
