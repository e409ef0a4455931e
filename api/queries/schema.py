"""The fields of Query that ordinary resolvers answer: every module of this folder declares its own."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from api import queries


def resolver_fields() -> dict[str, Any]:
    """Give the fields of Query by name: `FIELDS` of every module here."""
    modules = (importlib.import_module(f"api.queries.{one.name}") for one in pkgutil.iter_modules(queries.__path__))
    return {name: field for module in modules for name, field in getattr(module, "FIELDS", {}).items()}
