"""The functions of this service as they stand in their files.

In charge of loading every module, and of finding the text of a function that was met as an object.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import api
import authz
import domain

ROOMS = (api, authz, domain)
_NAMES = frozenset(room.__name__ for room in ROOMS)

Place = tuple[str, str]
"""Where a function stands: its module and its qualified name."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> dict[str, ModuleType]:
    """Load every module, so that whatever is declared anywhere is known."""
    return {
        found.name: importlib.import_module(found.name)
        for room in ROOMS
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")
        if not found.name.endswith("__main__")
    }


@cache
def definitions() -> dict[Place, Function]:
    """Give the text of every function by its place."""
    return {
        (name, qualified): function
        for name, module in modules().items()
        for qualified, function in _defined(ast.parse(Path(module.__file__ or "").read_bytes()), "")
    }


def _defined(node: ast.AST, within: str) -> Iterator[tuple[str, Function]]:
    for one in ast.iter_child_nodes(node):
        if isinstance(one, Function):
            yield within + one.name, one
            yield from _defined(one, f"{within}{one.name}.<locals>.")
        elif isinstance(one, ast.ClassDef):
            yield from _defined(one, f"{within}{one.name}.")
        else:
            yield from _defined(one, within)


def is_ours(found: Any) -> bool:
    """Tell what was declared in this service."""
    module = getattr(found, "__module__", None)
    return isinstance(module, str) and module.partition(".")[0] in _NAMES


def place_of(found: Any) -> Place | None:
    """Give the place of a function, a method or a property of ours; nothing for what is none."""
    if isinstance(found, property):
        found = found.fget
    elif isinstance(found, staticmethod | classmethod):
        found = found.__func__
    found = inspect.unwrap(found) if callable(found) and not isinstance(found, type) else found
    if not isinstance(found, FunctionType) or not is_ours(found):
        return None
    place = (found.__module__, found.__qualname__)
    return place if place in definitions() else None
