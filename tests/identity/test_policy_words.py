"""A policy with a word that is not of the vocabulary, or with a circle of roles, never stands."""

from __future__ import annotations

import pytest

from authz.lines import PolicyInvalid, parse


@pytest.mark.parametrize(
    "line",
    [
        "p, clrek, office, read, any",
        "p, , office, read, any",
        "c, clrek, credit, clear, any",
        "g, clrek, clerk",
        "g, clerk, clerk",
        "p, clerk, offise, read, any",
        "p, clerk, office, reed, any",
        "p, clerk, office, read, everywhere",
        "p, clerk, office, read, any, perhaps",
        "c, clerk, secret, clear, any",
        "c, clerk, credit, naked, any",
        "x, clerk, office",
        "p, clerk",
    ],
)
def test_a_line_that_cannot_stand_is_refused_with_its_number(line: str) -> None:
    with pytest.raises(PolicyInvalid):
        parse(f"p, public, office, read, any\n{line}\n")


def test_roles_cannot_inherit_in_a_circle() -> None:
    with pytest.raises(PolicyInvalid):
        parse("g, clerk, officer\ng, officer, base\ng, base, clerk\np, base, office, read, any\n")


def test_a_role_that_only_others_inherit_from_may_carry_lines() -> None:
    assert parse("g, clerk, officer\np, officer, office, read, any\n")
