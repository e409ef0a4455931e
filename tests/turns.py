"""In which order the files of tests are run: the longest first.

Two processes take file after file. What is begun last keeps one of them busy after the other has ended, so the files of
more than ten seconds come first, and all others as they stand.
"""

from __future__ import annotations

from pathlib import Path

import pytest

_LONGEST = (
    "oracle/test_moves.py",
    "http/test_fuzz.py",
    "oracle/test_leaks.py",
    "policies/test_versions.py",
    "oracle/test_oracle.py",
    "demo/test_demo.py",
    "explanation/test_explain_rows.py",
    "delivery/test_worker.py",
    "explanation/test_explain_access.py",
    "ground/test_postgres.py",
    "migrations/test_schema_agrees.py",
    "oracle/test_scopes.py",
    "oracle/test_policies.py",
    "identity/test_matrix.py",
    "http/test_database_away.py",
    "intake/test_imports_killed.py",
)

_TURNS = {Path(__file__).parent / name: number for number, name in enumerate(_LONGEST)}


def turn(item: pytest.Item) -> int:
    """Give the turn of the file of a test."""
    return _TURNS.get(item.path, len(_TURNS))
