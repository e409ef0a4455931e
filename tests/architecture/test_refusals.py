"""Every refusal is met by a test: its code, or its class, is named by one.

What is never raised is no refusal, and what no test names could be taken out unseen.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path

import pytest

import api
import authz
import domain
from domain.errors import DomainError, catalogue

TESTS = Path(__file__).parents[1]
FAMILIES = {"DomainError"}
"""What other refusals are kinds of."""

TOLD_OTHERWISE = {"GrantUnsupported": "unsupported_grant_type"}
"""Refusals that another protocol has its own words for."""


@cache
def words() -> frozenset[str]:
    """Give every word of the tests, this one and the tables of guards left out."""
    files = [*TESTS.rglob("test_*.py"), *TESTS.rglob("*.toml")]
    texts = [path.read_text("utf-8") for path in files if path != Path(__file__) and path.parent.name != "guards"]
    return frozenset(re.findall(r"\w+", "\n".join(texts)))


def refusals() -> list[type[DomainError]]:
    for room in (api, authz, domain):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found = {kind for kind in catalogue() if kind.__module__.partition(".")[0] in ("api", "authz", "domain")}
    return sorted((kind for kind in found if kind.__name__ not in FAMILIES), key=lambda kind: kind.__name__)


@pytest.mark.parametrize("refusal", refusals(), ids=lambda kind: kind.code)
def test_a_refusal_is_met_by_a_test(refusal: type[DomainError]) -> None:
    assert {refusal.__name__, refusal.code, TOLD_OTHERWISE.get(refusal.__name__)} & words()
