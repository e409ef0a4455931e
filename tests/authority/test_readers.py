"""What opens to a reader: a scope that is granted, that its noun knows, and that has what it needs at hand."""

from __future__ import annotations

import pytest

from api.planning.reader import Reader
from authz.grants import Grants, RoleGrants
from authz.vocabulary import Scope


def reader(noun: str, scope: Scope, *present: str) -> Reader:
    """Give a reader who is granted one scope of a noun's rows, with some bindings at hand."""
    grants = Grants(1, {"officer": RoleGrants({(noun, "read"): (scope,)}, {})})
    return Reader(grants, ("officer",), frozenset(present))


@pytest.mark.parametrize(
    ("scope", "needed"),
    [(Scope.OWN_OFFICE, "office"), (Scope.PURPOSED, "purpose"), (Scope.SELF, "subject")],
)
def test_a_scope_is_closed_to_who_has_not_what_it_needs(scope: Scope, needed: str) -> None:
    others = {"office", "jurisdiction", "subject", "purpose"} - {needed}
    assert reader("credit_record", scope, *others).scopes("credit_record", "read") == ()
    assert reader("credit_record", scope, needed, *others).scopes("credit_record", "read") == (scope,)


def test_a_scope_that_a_noun_does_not_know_opens_nothing() -> None:
    assert reader("jurisdiction", Scope.OWN_OFFICE, "office").scopes("jurisdiction", "read") == ()
