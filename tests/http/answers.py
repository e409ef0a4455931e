"""What tests of the edge ask of every answer."""

from __future__ import annotations

import importlib
import pkgutil

import api
import authz
import domain
from domain.errors import catalogue


def declared_codes() -> frozenset[str]:
    """Give every error code that the service may answer with."""
    for package in (api, authz, domain):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    return frozenset(kind.code for kind in catalogue())
