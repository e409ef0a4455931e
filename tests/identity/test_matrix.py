"""Every cell of the default policy, and of random ones, against an evaluation without Casbin."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authz.grants import Grants, expand
from authz.lines import PolicyLine, default_lines
from authz.vocabulary import ACTIONS, ROLES, Level, Scope
from domain.privacy import Privacy

Rows = Sequence[Sequence[str]]


class Naive:
    """Reads the policy rows about a cell one by one, for every role by itself: short and plain."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.about: dict[tuple[str, ...], list[Sequence[str]]] = {}
        for row in rows:
            asked = tuple(row[2:5]) if row[0] == "p" else (row[2], row[4]) if row[0] == "c" else ()
            self.about.setdefault((row[0], *asked), []).append(row)
        self.ancestors = {role: self.ancestry(role) for role in {cell for row in rows for cell in row} | {*ROLES}}

    def ancestry(self, role: str) -> set[str]:
        """Give the role and all it inherits from."""
        found = {role}
        while more := {row[2] for row in self.rows if row[0] == "g" and row[1] in found} - found:
            found |= more
        return found

    def allows(self, role: str, object_: str, action: str, scope: str) -> bool:
        """Tell whether a line allows and none denies."""
        lines = self.about.get(("p", object_, action, scope), [])
        effects = [row[5] if len(row) > 5 else "allow" for row in lines if row[1] in self.ancestors[role]]
        return "allow" in effects and "deny" not in effects

    def level(self, role: str, privacy: str, scope: str) -> str:
        """Give the best level of any line."""
        lines = self.about.get(("c", privacy, scope), [])
        levels = {row[3] for row in lines if row[1] in self.ancestors[role]}
        return next((level for level in ("clear", "masked") if level in levels), "hidden")


def shipped_rows() -> Rows:
    """Read the shipped policy without our own reader."""
    text = resources.files("authz").joinpath("default_policy.csv").read_text("utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [[cell.strip() for cell in line.split(",")] for line in lines]


def differences(grants: Grants, rows: Rows, roles: Iterable[str] = ROLES) -> dict[str, list[tuple[str, ...]]]:
    """List every cell of the matrix that the two decide differently."""
    naive = Naive(rows)
    found: dict[str, list[tuple[str, ...]]] = {"wrong allow": [], "wrong deny": [], "wrong level": []}
    cells = [(object_, action) for object_, actions in ACTIONS.items() for action in actions]
    for role, (object_, action), scope in itertools.product(roles, cells, Scope):
        allowed = scope in grants.scopes((role,), object_, action)
        if allowed != naive.allows(role, object_, action, scope):
            found["wrong allow" if allowed else "wrong deny"].append((role, object_, action, scope))
    for role, privacy, scope in itertools.product(roles, Privacy, Scope):
        if grants.level((role,), privacy, scope) != naive.level(role, privacy, scope):
            found["wrong level"].append((role, privacy, scope))
    return found


NONE: dict[str, list[tuple[str, ...]]] = {"wrong allow": [], "wrong deny": [], "wrong level": []}


@pytest.fixture(scope="module")
def shipped() -> Grants:
    return expand(1, default_lines())


def test_every_cell_of_the_shipped_policy_is_as_a_plain_reading_has_it(shipped: Grants) -> None:
    assert differences(shipped, shipped_rows()) == NONE


def test_the_comparison_would_notice_one_cell(shipped: Grants) -> None:
    rows = [row for row in shipped_rows() if row != ["p", "clerk", "credit_record", "submit", "own_office"]]

    assert differences(shipped, rows)["wrong allow"] == [("clerk", "credit_record", "submit", "own_office")]


def test_roles_worn_together_may_what_each_of_them_may(shipped: Grants) -> None:
    for first, second in itertools.combinations(ROLES, 2):
        for object_, actions in ACTIONS.items():
            for action in actions:
                both = set(shipped.scopes((first, second), object_, action))
                each = {
                    *shipped.scopes((first,), object_, action),
                    *shipped.scopes((second,), object_, action),
                }
                assert both == each


def lines_of(rows: Rows) -> list[PolicyLine]:
    return [PolicyLine(number, row[0], tuple(row[1:])) for number, row in enumerate(rows, start=1)]


@pytest.mark.parametrize("order", [1, -1], ids=["allow first", "deny first"])
@pytest.mark.parametrize("denied", ["clerk", "reviewer", "approver"])
def test_a_deny_overrides_every_allow_for_the_role_and_its_heirs_only(denied: str, order: int) -> None:
    cell = ["credit_record", "withdraw", "own_office"]
    rows = [
        ["p", "clerk", *cell],
        ["g", "reviewer", "clerk"],
        ["g", "approver", "reviewer"],
        ["p", "auditor", *cell],
    ]
    rows = [*rows, ["p", denied, *cell, "deny"]][::order]

    grants = expand(1, lines_of(rows))

    order_of_heirs = ["clerk", "reviewer", "approver"]
    untouched = order_of_heirs[: order_of_heirs.index(denied)]
    allowed = [role for role in ROLES if grants.scopes((role,), "credit_record", "withdraw")]
    assert allowed == [role for role in ROLES if role in (*untouched, "auditor")]


def test_a_role_without_lines_may_nothing() -> None:
    grants = expand(1, lines_of([["p", "clerk", "office", "read", "any"]]))

    assert grants.scopes(("public",), "office", "read") == ()
    assert grants.level(("public",), Privacy.CREDIT, Scope.ANY) is Level.HIDDEN


FEW_ROLES = ("public", "subject", "clerk", "reviewer", "auditor")
few_scopes = st.sampled_from(["any", "self", "published"])
few_cells = st.sampled_from([("office", "read"), ("consent", "grant"), ("consent", "revoke")])
some_role = st.sampled_from(FEW_ROLES)
grant_rows = st.builds(
    lambda role, cell, scope, effect: ["p", role, *cell, scope, *effect],
    some_role,
    few_cells,
    few_scopes,
    st.sampled_from([[], ["allow"], ["deny"]]),
)
clearance_rows = st.builds(
    lambda role, privacy, level, scope: ["c", role, privacy, level, scope],
    some_role,
    st.sampled_from(["credit", "person_name"]),
    st.sampled_from(["clear", "masked"]),
    few_scopes,
)
inheritance_rows = st.builds(
    lambda heir, parent: ["g", FEW_ROLES[max(heir, parent)], FEW_ROLES[min(heir, parent)]],
    st.integers(0, 2),
    st.integers(3, 4),
) | st.just(["g", "subject", "public"])
policies = st.lists(grant_rows | clearance_rows | inheritance_rows, max_size=14)


@settings(max_examples=60, derandomize=True)
@given(policies)
def test_every_cell_of_any_policy_is_as_a_plain_reading_has_it(rows: Rows) -> None:
    unique = [list(row) for row in dict.fromkeys(map(tuple, rows))]

    assert differences(expand(1, lines_of(unique)), unique, FEW_ROLES) == NONE
