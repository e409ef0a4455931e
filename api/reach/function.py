"""One function as it stands: what it refuses with, and which functions it uses.

In charge of reading its text. A function or a refusal that is named is used; one that is caught and left at that is
not passed on.
"""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Iterator
from types import MemberDescriptorType, ModuleType
from typing import Any, Final

from api.reach.code import Function, Place, definitions, is_ours, modules, place_of
from api.reach.kinds import NONE, Kinds, annotated, attribute, held, is_refusal, methods, named, of_object, refusals_of
from domain.errors import DomainError

Caught = tuple[type, ...]

_ASKED_ONLY: Final = frozenset({"isinstance", "issubclass", "cast"})
_MADE_BY: Final = ("__init__", "__post_init__", "__call__", "__aenter__", "__aexit__")
_HELD_BY: Final = frozenset({"values", "items", "get", "pop", "keys"})
_READ: Final[dict[Place, Read]] = {}


def read(place: Place) -> Read:
    """Read a function, once; one that is being read is given as far as it was."""
    if place not in _READ:
        _READ[place] = Read(place)
        _READ[place].fill()
    return _READ[place]


class Read:
    """What was read of one function."""

    def __init__(self, place: Place) -> None:
        self.refusals: list[tuple[type[DomainError], Caught]] = []
        """Classes of refusals, and what is caught around each."""
        self.texts: list[str] = []
        """Constant texts, which may be statements that refuse rows with codes."""
        self.used: list[tuple[Place, Caught]] = []
        """Functions, and what is caught around each."""
        self.attributes: dict[str, Kinds] = {}
        """What it binds attributes to, by name."""
        self._place = place
        self._module = modules()[place[0]]
        self._kinds: dict[str, Kinds] = {}

    def fill(self) -> None:
        """Read the function."""
        place, function = self._place, definitions()[self._place]
        self._take_arguments(function)
        self._take_self(function, place)
        for _ in range(2):  # what is bound below may be used above, in a loop
            for node in (inside for one in function.body for inside in ast.walk(one)):
                self._bind(node)
        for one in function.body:
            self._visit(one, ())

    # -- names and the classes of what they are bound to

    def _take_arguments(self, function: Function) -> None:
        arguments = function.args
        for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            self._kinds[one.arg] = annotated(one.annotation, self._module)

    def _take_self(self, function: Function, place: Place) -> None:
        owner = vars(self._module).get(place[1].partition(".")[0])
        if isinstance(owner, type) and "<locals>" not in place[1] and function.args.args:
            self._kinds[function.args.args[0].arg] = frozenset({owner})

    def _bind(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._put(target, self._of(node.value))
        elif isinstance(node, ast.AnnAssign):
            self._put(node.target, annotated(node.annotation, self._module))
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            self._put(node.target, self._of(node.iter))
        elif isinstance(node, ast.NamedExpr):
            self._put(node.target, self._of(node.value))
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._put(node.optional_vars, self._of(node.context_expr))
        elif isinstance(node, Function):
            self._take_arguments(node)

    def _put(self, target: ast.AST, kinds: Kinds) -> None:
        if isinstance(target, ast.Name):
            self._kinds[target.id] = self._kinds.get(target.id, NONE) | kinds
        elif isinstance(target, ast.Attribute):
            self.attributes[target.attr] = self.attributes.get(target.attr, NONE) | kinds
        elif isinstance(target, ast.Tuple | ast.List):
            for one in target.elts:
                self._put(one, kinds)

    def _object(self, node: ast.AST) -> Any:
        """Give the object that a name, or a path of names, stands for wherever the function is called; or nothing."""
        if isinstance(node, ast.Name) and node.id not in self._kinds:
            return vars(self._module).get(node.id, getattr(builtins, node.id, None))
        if not isinstance(node, ast.Attribute):
            return None
        holder = self._object(node.value)
        if holder is None or not (isinstance(holder, ModuleType) or is_ours(holder) or is_ours(type(holder))):
            return None
        found = inspect.getattr_static(holder, node.attr, None)
        return getattr(holder, node.attr, None) if isinstance(found, MemberDescriptorType) else found

    def _of(self, node: ast.AST) -> Kinds:
        """Give the classes that an expression may be of."""
        if isinstance(node, ast.Name) and node.id in self._kinds:
            return self._kinds[node.id]
        if isinstance(node, ast.Name | ast.Attribute) and (found := self._object(node)) is not None:
            return of_object(found)
        if isinstance(node, ast.Attribute):
            return NONE.union(*(self._attribute(kind, node.attr) for kind in self._of(node.value)))
        if isinstance(node, ast.Call):
            return self._called(node)
        if isinstance(node, ast.Lambda):
            return NONE
        return NONE.union(*(self._of(one) for one in ast.iter_child_nodes(node)))

    def _attribute(self, kind: type, name: str) -> Kinds:
        found = attribute(kind, name)
        if found is None:
            made = place_of(vars(kind).get("__init__"))
            found = read(made).attributes.get(name) if made is not None else None
        return found if found is not None else frozenset({kind}) if name in _HELD_BY else NONE

    def _called(self, node: ast.Call) -> Kinds:
        found = self._object(node.func)
        if isinstance(found, type) and is_ours(found):
            return named(found)
        if place_of(found) is not None or isinstance(node.func, ast.Attribute):
            return self._of(node.func)
        return NONE.union(self._of(node.func), *map(self._of, node.args))

    # -- what is used

    def _visit(self, node: ast.AST, caught: Caught) -> None:
        if isinstance(node, ast.Try):
            self._visit_try(node, caught)
        elif isinstance(node, ast.Name | ast.Attribute):
            self._visit_name(node, caught)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            self.texts.append(node.value)
        else:
            if isinstance(node, ast.Raise) and node.exc is not None and not isinstance(node.exc, ast.Call):
                self.refusals += [(kind, caught) for one in self._of(node.exc) for kind in refusals_of(one)]
            for one in _used_parts(node):
                self._visit(one, caught)

    def _visit_try(self, node: ast.Try, caught: Caught) -> None:
        kept = tuple(kind for one in node.handlers if _is_left_at_that(one) for kind in self._classes(one.type))
        for one in node.body:
            self._visit(one, (*caught, *kept))
        for rest in (*(part for one in node.handlers for part in one.body), *node.orelse, *node.finalbody):
            self._visit(rest, caught)

    def _classes(self, node: ast.AST | None) -> Iterator[type]:
        for one in ast.walk(node) if node is not None else ():
            found = self._object(one)
            if isinstance(found, type):
                yield found

    def _visit_name(self, node: ast.Name | ast.Attribute, caught: Caught) -> None:
        found = self._object(node)
        if found is not None:
            self._use(found, caught)
        elif isinstance(node, ast.Attribute):
            for kind in self._of(node.value):
                self.used += [(place, caught) for place in methods(kind, node.attr)]
        if isinstance(node, ast.Attribute):
            self._visit(node.value, caught)

    def _use(self, found: Any, caught: Caught) -> None:
        for one in held(found):
            place = place_of(one)
            if is_refusal(one) or is_refusal(type(one)):
                self.refusals.append((one if isinstance(one, type) else type(one), caught))
            elif isinstance(one, str):
                self.texts.append(one)
            elif place is not None:
                self.used.append((place, caught))
            elif isinstance(one, type):
                self.used += [(made, caught) for name in _MADE_BY if (made := place_of(vars(one).get(name)))]


def _used_parts(node: ast.AST) -> Iterator[ast.AST]:
    """Give the parts of a node that are carried out: no annotations, and not what is only asked for its class."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ASKED_ONLY:
        yield node.args[0]
    elif isinstance(node, Function):
        yield from (*node.body, *node.decorator_list)
    elif isinstance(node, ast.AnnAssign):
        yield from (node.value,) if node.value is not None else ()
    else:
        yield from ast.iter_child_nodes(node)


def _is_left_at_that(handler: ast.ExceptHandler) -> bool:
    """Tell a handler that neither raises what it caught again nor keeps it."""
    inside = [one for part in handler.body for one in ast.walk(part)]
    again = any(isinstance(one, ast.Raise) and one.exc is None for one in inside)
    kept = any(isinstance(one, ast.Name) and one.id == handler.name for one in inside)
    return not again and not kept
