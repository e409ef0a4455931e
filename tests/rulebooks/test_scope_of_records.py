"""What may be a record at all: facts under a rule, never an opinion or a score."""

from __future__ import annotations

from domain.rulebook.loader import load_rulebooks
from domain.rulebook.lookup import data_items

BOOKS = load_rulebooks()
SHANGHAI = BOOKS.books["cn-shanghai-hrss-2023"]
FACTS = {"penalty": {"CF_SY", "CF_YJ"}}
WHAT_IS_JUDGED = {"GRADE", "SCORE", "RESULT", "OPINION"}


def test_what_speaks_against_a_subject_in_shanghai_states_facts_and_their_basis_sh_01() -> None:
    """SH-01: objective data and material 客观数据和资料."""
    negative = [item for item in SHANGHAI.catalogue if item.polarity == "negative"]
    assert len(negative) >= 4
    for item in negative:
        needed = {described.code for described in data_items(BOOKS, item) if described.required == "always"}
        assert FACTS.get(item.category, {"FACTS", "BASIS"}) <= needed, item.code


def test_no_item_of_shanghai_holds_a_grade_or_an_opinion_sh_01() -> None:
    for item in SHANGHAI.catalogue:
        assert item.category not in ("evaluation", "grade", "opinion"), item.code
        assert not WHAT_IS_JUDGED & {described.code for described in data_items(BOOKS, item)}, item.code
