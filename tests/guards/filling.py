"""What the tool runs first, over code with all its guards: it makes the databases that later runs start from."""

from __future__ import annotations

import pytest

from tests.guards.preparation import TEMPLATES, note


def test_the_databases_are_made(request: pytest.FixtureRequest) -> None:
    made = {name: request.getfixturevalue(name) for name in TEMPLATES}
    note(made)
    assert all(made.values())
