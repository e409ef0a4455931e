"""Migrations are one chain: two that were written side by side would be applied in an order that nobody chose."""

from __future__ import annotations

import importlib
from itertools import pairwise
from pathlib import Path

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"


def test_each_migration_has_the_next_number_and_follows_the_one_before() -> None:
    names = sorted(path.stem for path in VERSIONS.glob("[0-9]*.py"))
    assert [int(name[:4]) for name in names] == [*range(1, len(names) + 1)]
    for before, name in pairwise(names):
        migration = importlib.import_module(f"migrations.versions.{name}").Migration
        assert migration.dependencies == [("renxin", before)], name
