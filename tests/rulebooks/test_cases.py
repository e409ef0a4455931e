"""The questions and answers of the case files, put to the real rulebooks."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from domain.rulebook.answer import RuleAnswer, statuses
from domain.rulebook.loader import load_rulebooks
from domain.rulebook.lookup import rule

FOLDER = Path(__file__).parent / "cases"
CYCLIC = {"cycle", "date", "month_day"}
ASKED = {"requirement", "what", "jurisdiction", "path", "on", "layer", "layers"}


def _cases() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*.toml")):
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
            name = f"{file.stem}-{case['requirement']}-{case['path']}-{case['on']}"
            found.append(pytest.param(case, id=name))
    return found


@pytest.mark.parametrize("case", _cases())
def test_the_rulebooks_answer_as_the_case_says(case: dict[str, Any]) -> None:
    answer = rule(load_rulebooks(), case["jurisdiction"], case["path"], case["on"])

    for key in case.keys() - ASKED:
        assert _said(answer, key) == case[key], f"{case['what']}: {key}"
    if "value" not in case:
        assert answer.value is None, case["what"]
    if "layer" in case:
        assert answer.layer is not None
        assert answer.layer.rulebook == case["layer"], case["what"]
    for layer, status in case.get("layers", {}).items():
        assert statuses(answer.layers)[layer] == status, f"{case['what']}: {layer}"


def _said(answer: RuleAnswer, key: str) -> object:
    said = getattr(answer, key)
    return list(said) if isinstance(said, tuple) else said


@pytest.mark.parametrize("place", ["350200", "350205", "410700", "420300", "310000"])
def test_every_number_day_and_cycle_of_the_five_texts_is_in_a_case(place: str) -> None:
    """A number that a slip of the pen may change is held beside the file, with its clause."""
    books = load_rulebooks()
    asked = {case.values[0]["path"] for case in _cases() if case.values[0]["jurisdiction"] == place}
    counted = {
        path
        for path, values in books.books[books.heads[place]].values_by_path.items()
        if any(one.unit in CYCLIC or (isinstance(one.value, int | float) and one.unit != "boolean") for one in values)
    }
    assert counted - asked == set()
