"""Which classes of ours a value may be of, as far as annotations and constants tell.

In charge of the answer for annotations, objects and attributes; collections answer for what they hold.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
from collections.abc import Iterator, Mapping, Set
from functools import cache
from types import ModuleType
from typing import Any, Final, get_args

from api.reach.code import Place, definitions, is_ours, modules, place_of
from domain.errors import DomainError

Kinds = frozenset[type]
NONE: Final[Kinds] = frozenset()
DEPTH: Final = 4
"""How deep a constant is looked into."""


def annotated(node: ast.AST | None, module: ModuleType) -> Kinds:
    """Give the classes that an annotation names, in whatever it holds them."""
    found: set[type] = set()
    for one in ast.walk(node) if node is not None else ():
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.isidentifier():
            found |= named(vars(module).get(one.value))
        elif isinstance(one, ast.Name):
            found |= named(vars(module).get(one.id))
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            found |= named(getattr(vars(module).get(one.value.id), one.attr, None))
    return frozenset(found)


def named(kind: Any) -> Kinds:
    """Give the classes of ours that a class, or an alias of types, names."""
    if isinstance(kind, type):
        return frozenset({kind}) if is_ours(kind) else NONE
    parts = [one for one in get_args(kind) if not isinstance(one, list)]
    return NONE.union(*map(named, parts))


@cache
def returned(place: Place) -> Kinds:
    """Give the classes of what a function returns."""
    return annotated(definitions()[place].returns, modules()[place[0]])


def of_object(found: Any) -> Kinds:
    """Give the classes of an object that was met by its name; of a function, those of what it returns."""
    place = place_of(found)
    if place is not None:
        return returned(place)
    return frozenset(type(one) for one in held(found) if not isinstance(one, type) and place_of(one) is None)


def held(found: Any, depth: int = 0) -> Iterator[Any]:
    """Give the functions, classes and objects of ours, and the texts, that a constant holds."""
    if depth > DEPTH:
        return
    if isinstance(found, Mapping):
        for one in (*found.keys(), *found.values()):
            yield from held(one, depth + 1)
    elif isinstance(found, list | tuple | Set):
        for one in found:
            yield from held(one, depth + 1)
    elif isinstance(found, str) or place_of(found) is not None or (isinstance(found, type) and is_ours(found)):
        yield found
    elif is_ours(type(found)) and not isinstance(found, type):
        yield found
        for field in dataclasses.fields(found) if dataclasses.is_dataclass(found) else ():
            yield from held(getattr(found, field.name, None), depth + 1)


def attribute(kind: type, name: str) -> Kinds | None:
    """Give the classes of an attribute of a class's objects; nothing where it has none of that name."""
    for one in kind.__mro__:
        place = place_of(vars(one).get(name))
        if place is not None:
            return returned(place)
        declared = vars(one).get("__annotations__", {}).get(name)
        if is_ours(one) and isinstance(declared, str):
            return annotated(ast.parse(declared, mode="eval"), modules()[one.__module__])
    return None


def methods(kind: type, name: str) -> Iterator[Place]:
    """Give the places of a method, or a property, of a class and of whatever is a kind of it."""
    for one in (kind, *_below(kind)):
        place = place_of(inspect.getattr_static(one, name, None))
        if place is not None:
            yield place


def _below(kind: type) -> tuple[type, ...]:
    direct: list[type] = type.__subclasses__(kind)
    return tuple(below for one in direct if is_ours(one) for below in (one, *_below(one)))


def refusals_of(kind: type) -> Iterator[type[DomainError]]:
    """Give the refusals that what is raised may be of, known by a class: that class, and the kinds of it.

    Of the classes that refusals of every room are kinds of, none: which is meant, they do not tell.
    """
    if issubclass(kind, DomainError) and kind.__module__ != DomainError.__module__:
        yield from (kind, *_below(kind))


def is_refusal(found: Any) -> bool:
    """Tell a class of coded refusals."""
    return isinstance(found, type) and issubclass(found, DomainError)
