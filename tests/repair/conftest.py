"""Ground of the tests of repair."""

from __future__ import annotations

import pytest

from api.config.settings import Settings
from domain.vault import Vault


@pytest.fixture(scope="session")
def vault(settings: Settings) -> Vault:
    """Give the vault of the served application."""
    return Vault(settings.encryption_keys, next(iter(settings.encryption_keys)), settings.index_key)
