"""All entities, enumerations and starting points of the schema, gathered from the rooms of this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any

from tortoise import Tortoise

from api import entities
from api.declaring.entity import Entity, Enums
from api.declaring.roots import NODE, Root
from migrations.config import MODEL_MODULES


def _rooms() -> Iterator[Any]:
    """Give the modules of this folder that declare entities."""
    if not Tortoise.apps:
        Tortoise.init_models(MODEL_MODULES, "renxin")
    for module in pkgutil.iter_modules(entities.__path__):
        if module.name != "index":
            yield importlib.import_module(f"api.entities.{module.name}")


_ROOMS = tuple(_rooms())

ENTITIES: Mapping[str, Entity] = {one.name: one for room in _ROOMS for one in room.declare()}
"""All entities by GraphQL type name."""

ENUMS: Enums = {name: enum for room in _ROOMS for name, enum in room.ENUMS.items()}
"""Enumerations of the schema: description and the values as the tables hold them (upper-case in GraphQL)."""

ROOTS: Mapping[str, Root] = {"node": NODE} | {name: root for room in _ROOMS for name, root in room.ROOTS.items()}
"""The entity fields of Query."""
