"""A plugin of pytest: databases that were made once, by code with all its guards, instead of anew for each run.

In charge of the session fixtures `postgres`, `settings_folder` and the templates of `tests.conftest`, where the
variable GUARDS names the folder of a prepared server. What is not there yet is made by the fixture itself.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest

VARIABLE = "GUARDS"
SERVER = "server.json"
SETTINGS = "settings"
TEMPLATES = ("_migrated", "_installed", "_demonstrated")


def _folder() -> Path:
    return Path(os.environ[VARIABLE])


def _server(_: pytest.FixtureRequest) -> object:
    """Give the addresses of the server that runs already."""
    return SimpleNamespace(**json.loads((_folder() / SERVER).read_text()))


def _settings_folder(request: pytest.FixtureRequest) -> object:
    """Give a copy of the folder with keys and attachments."""
    kept, own = _folder() / SETTINGS, request.getfixturevalue("tmp_path_factory").mktemp("kept") / SETTINGS
    if not kept.exists():
        kept.mkdir()
        return kept
    return shutil.copytree(kept, own)


_GIVEN: dict[str, Callable[[pytest.FixtureRequest], object]] = {
    "postgres": _server,
    "settings_folder": _settings_folder,
}


def pytest_configure() -> None:
    """Let a property that fails be told at once: nobody reads its smallest example."""
    hypothesis.settings.register_profile("guards", phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate))
    hypothesis.settings.load_profile("guards")


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> object | None:
    """Give what is prepared in place of what a fixture would make."""
    mark = _folder() / fixturedef.argname
    if fixturedef.argname in _GIVEN:
        given = _GIVEN[fixturedef.argname](request)
    elif fixturedef.argname in TEMPLATES and mark.exists():
        given = mark.read_text()
    else:
        return None
    fixturedef.cached_result = given, fixturedef.cache_key(request), None  # type: ignore[arg-type]
    return given


def note(made: Mapping[str, str]) -> None:
    """Note which databases are made, by fixture."""
    for name, database in made.items():
        (_folder() / name).write_text(database)
