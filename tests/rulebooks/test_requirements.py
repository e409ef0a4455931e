"""Every requirement of the five documents is carried out by a room that is there, and met by a test that names it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from api.cli.main import main
from domain.registry.subject import SUBJECT_KINDS
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.requirements import ROOT, Requirement, requirements

TESTS = ROOT / "tests"
COUNTS = {"xiamen": 61, "xinxiang": 31, "shiyan": 27, "shanghai": 29, "haicang": 43}


@cache
def named() -> frozenset[str]:
    """Give the ids that tests name, in their docstrings, names or case files."""
    files = [one for one in TESTS.rglob("*") if one.suffix in (".py", ".toml") and one != Path(__file__)]
    words = "\n".join(one.read_text("utf-8") for one in files).lower().replace("_", "-")
    return frozenset(re.findall(r"(?<![a-z0-9])(?:xm|xx|sy|sh|hc)-[0-9]{2}(?:\.[0-9])?[a-z]?(?![a-z0-9])", words))


@pytest.mark.parametrize("requirement", requirements(), ids=lambda one: one.id)
def test_a_requirement_is_carried_out_and_met_by_a_test(requirement: Requirement) -> None:
    assert requirement.missing == ()
    assert requirement.id.lower() in named() or requirement.id in HERE


def test_none_is_missing_or_twice(capsys: pytest.CaptureFixture[str]) -> None:
    """191 in all, as the documents make them."""
    assert Counter(one.document for one in requirements()) == COUNTS
    assert len({one.id for one in requirements()}) == sum(COUNTS.values())
    assert main(["rulebook", "coverage"]) == 0
    assert "191 requirements 项要求, 0 missing 缺失" in capsys.readouterr().out


HERE = frozenset({"XX-02", "SH-06"})


def test_the_four_kinds_of_subjects_of_xinxiang_are_kinds_of_subjects() -> None:
    """XX-02: 企事业单位、社会组织、个人."""
    assert {"enterprise", "public_institution", "social_organisation", "natural_person"} <= set(SUBJECT_KINDS)


def test_what_enhances_credit_in_shanghai_has_three_kinds() -> None:
    """SH-06: commendations, enterprises of harmonious labour relations, others by law; none is dishonest."""
    books = load_rulebooks()
    items = {one.code: one for one in books.books[books.heads["310000"]].catalogue}
    positive = [one for one in items.values() if one.clause.startswith("6(")]
    assert [one.code for one in positive] == ["commendation", "harmonious_labour", "other_positive"]
    assert all(one.quote for one in positive)
