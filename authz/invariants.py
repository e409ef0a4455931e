"""Standing invariants: what no version of the policy may break, whatever an officer drafts.

In charge of checking every cell of the expanded matrix against `invariants.toml`, where each invariant stands with
its words and its source, and of showing the cells that break one together with the lines they come from. The
matrix is finite, so nothing is sampled. The lists of an invariant name words of the vocabulary or stand for groups
of them, so that a noun, action, role or class that is added later is under it from its first day.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from authz.grants import Grants
from authz.lines import PolicyLine, ancestry, parents
from authz.rows import PURPOSE_NEEDED
from authz.vocabulary import ACTIONS, RANK, Level, Scope
from domain.privacy import Privacy

SHOWN = 20
"""How many counter-examples of one invariant are shown."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """A standing rule about the matrix, in words, with its source; `given` is all that stands in the file."""

    id: str
    kind: str
    says: str
    says_zh: str
    source: str
    given: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the matrix: a role may do an action on an object in a scope, or sees a class at a level in one.

    `scope` is None where no scope at all would do, `role` where no role.
    """

    role: str | None
    object: str
    action: str
    scope: Scope | None

    def __str__(self) -> str:
        """Give it in the words of a policy case."""
        place = f" in {self.scope.value}" if self.scope else ""
        if self.object in set(Privacy):
            return f"{self.role or 'nobody'} sees {self.object} {self.action}{place}"
        return f"{self.role or 'nobody'} may {self.action} {self.object}{place}"


@dataclass(frozen=True, slots=True)
class CounterExample:
    """A cell that breaks an invariant, and the lines that it comes from: none for one that is missing."""

    cell: Cell
    lines: tuple[PolicyLine, ...]


@dataclass(frozen=True, slots=True)
class Breach:
    """An invariant that a policy breaks, with its first counter-examples, and all cells that break it."""

    invariant: Invariant
    examples: tuple[CounterExample, ...]
    cells: frozenset[Cell]

    @property
    def count(self) -> int:
        """How many cells break it."""
        return len(self.cells)


@dataclass(frozen=True, slots=True)
class Matrix:
    """A policy as invariants see it: its lines and its table; beside it the active one and the shipped one."""

    lines: tuple[PolicyLine, ...]
    grants: Grants
    active: Grants
    shipped: Grants

    def may(self) -> Iterator[Cell]:
        """Give every cell that is allowed."""
        yield from allowed(self.grants)

    def sees(self) -> Iterator[Cell]:
        """Give every cell that is not hidden, at its best level."""
        yield from seen(self.grants)

    def behind(self, cell: Cell) -> tuple[PolicyLine, ...]:
        """Give the lines that a cell comes from: those of the role and of what it inherits from."""
        if cell.role is None:
            return ()
        above = parents(self.lines)
        roles = ancestry(cell.role, above)
        direct = tuple(line for line in self.lines if _speaks_of(line, roles, cell))
        through = tuple(line for line in self.lines if line.kind == "g" and line.cells[0] == cell.role)
        inherited = all(line.cells[0] != cell.role for line in direct)
        return (*direct, *(through if direct and inherited else ()))


def allowed(grants: Grants) -> Iterator[Cell]:
    """Give every cell that a policy allows."""
    for role, held in grants.roles.items():
        for (object_, action), scopes in held.scopes.items():
            for scope in scopes:
                yield Cell(role, object_, action, scope)


def seen(grants: Grants) -> Iterator[Cell]:
    """Give every cell that a policy does not hide, at its best level."""
    for role, held in grants.roles.items():
        for (privacy, scope), level in held.levels.items():
            yield Cell(role, privacy.value, level.value, scope)


def who_may(grants: Grants, asked: Iterable[str]) -> set[str]:
    """Give the roles that hold one of `object.action` or `object.action.scope`."""
    found = set()
    for text in asked:
        object_, action, *scope = text.split(".")
        for role, held in grants.roles.items():
            scopes = held.scopes.get((object_, action), ())
            if scopes and (not scope or scope[0] in scopes):
                found.add(role)
    return found


def governing(grants: Grants) -> set[str]:
    """Give the roles that change policies or assignments."""
    return who_may(grants, _by_id("authority_sees_no_content").given["who_may"])


def content_classes() -> frozenset[Privacy]:
    """Give the privacy classes that hold credit content."""
    return frozenset(Privacy(name) for name in _file()["classes"]["content"])


@cache
def invariants() -> tuple[Invariant, ...]:
    """Give the invariants of `authz/invariants.toml`, in its order."""
    return tuple(
        Invariant(one["id"], one["kind"], one["says"], one["says_zh"], one["source"], one)
        for one in _file()["invariant"]
    )


def breaches(matrix: Matrix) -> list[Breach]:
    """Check every invariant over the whole matrix; give those that are broken."""
    found = []
    for invariant in invariants():
        cells = tuple(_CHECKS[invariant.kind](matrix, invariant.given))
        if cells:
            examples = tuple(CounterExample(cell, matrix.behind(cell)) for cell in cells[:SHOWN])
            found.append(Breach(invariant, examples, frozenset(cells)))
    return found


# -- kinds


def _may_only_in(matrix: Matrix, given: Mapping[str, Any]) -> Iterator[Cell]:
    roles, objects, actions = _roles(matrix, given), _objects(given["objects"]), given["actions"]
    left_out = given.get("but", ())
    for cell in matrix.may():
        asked = cell.role in roles and cell.object in objects and cell.action in _verbs(actions, cell.object)
        if asked and cell.scope not in given["scopes"] and f"{cell.object}.{cell.action}" not in left_out:
            yield cell


def _may_never(matrix: Matrix, given: Mapping[str, Any]) -> Iterator[Cell]:
    yield from _may_only_in(matrix, {**given, "scopes": ()})


def _sees_at_most(matrix: Matrix, given: Mapping[str, Any]) -> Iterator[Cell]:
    roles, classes, most = _roles(matrix, given), _classes(given["classes"]), RANK[Level(given["level"])]
    for cell in matrix.sees():
        asked = cell.role in roles and cell.object in classes and cell.scope in given.get("scopes", (cell.scope,))
        if asked and RANK[Level(cell.action)] > most:
            yield cell


def _sees_only_in(matrix: Matrix, given: Mapping[str, Any]) -> Iterator[Cell]:
    classes = _classes(given["classes"])
    for cell in matrix.sees():
        if cell.object in classes and cell.action == given["level"] and cell.scope not in given["scopes"]:
            yield cell


def _apart(matrix: Matrix, given: Mapping[str, Any]) -> Iterator[Cell]:
    for role, held in matrix.grants.roles.items():
        for object_ in sorted(ACTIONS.keys() - set(given["except_objects"])):
            first, second = _verbs(given["first"], object_), _verbs(given["second"], object_)
            done = {action for thing, action in held.scopes if thing == object_}
            if done & first and done & second:
                for action in sorted(done & (first | second)):
                    yield Cell(role, object_, action, held.scopes[object_, action][0])


def _held(matrix: Matrix, given: Mapping[str, Any]) -> Iterator[Cell]:
    held = {(cell.object, cell.action) for cell in matrix.may()}
    for object_, actions in ACTIONS.items():
        for action in actions:
            if (object_, action) not in held:
                yield Cell(None, object_, action, None)


def _keeps(matrix: Matrix, given: Mapping[str, Any]) -> Iterator[Cell]:
    may = set(matrix.may())
    for role in given["roles"]:
        for object_ in given["objects"]:
            for action in given["actions"]:
                for scope in given["scopes"]:
                    cell = Cell(role, object_, action, Scope(scope))
                    if cell not in may:
                        yield cell


def _staffed(matrix: Matrix, given: Mapping[str, Any]) -> Iterator[Cell]:
    for asked in (*given["one_may"], *given["another_may"]):
        if not who_may(matrix.grants, [f"{asked}.{Scope.ANY.value}"]):
            object_, _, action = asked.partition(".")
            yield Cell(None, object_, action, Scope.ANY)


def _gains_nothing(matrix: Matrix, given: Mapping[str, Any]) -> Iterator[Cell]:
    roles = who_may(matrix.active, given["who_may"])
    for cell in gains(matrix.active, matrix.grants, matrix.shipped):
        if cell.role in roles:
            yield cell


_CHECKS = {
    "may_only_in": _may_only_in,
    "may_never": _may_never,
    "sees_at_most": _sees_at_most,
    "sees_only_in": _sees_only_in,
    "apart": _apart,
    "held": _held,
    "keeps": _keeps,
    "gains_nothing": _gains_nothing,
    "staffed": _staffed,
}


def gains(before: Grants, after: Grants, exempt: Grants | None = None) -> Iterator[Cell]:
    """Give what roles may or see after a change and not before; what `exempt` gives them is left out."""
    had = {*allowed(before), *(allowed(exempt) if exempt else ())}
    yield from (cell for cell in allowed(after) if cell not in had)
    for cell in seen(after):
        level = RANK[Level(cell.action)]
        if level > _level(before, cell) and (exempt is None or level > _level(exempt, cell)):
            yield cell


def _level(grants: Grants, cell: Cell) -> int:
    assert cell.role is not None
    assert cell.scope is not None
    return RANK[grants.level((cell.role,), Privacy(cell.object), cell.scope)]


# -- lists


def _roles(matrix: Matrix, given: Mapping[str, Any]) -> set[str]:
    if "who_may" in given:
        return who_may(matrix.grants, given["who_may"])
    if "roles" not in given:
        return set(matrix.grants.roles)
    named = set(given["roles"])
    return named | {role for role, kinds in matrix.grants.kinds.items() if kinds & named}


def _objects(names: Iterable[str]) -> set[str]:
    return _words(names, {"*": ACTIONS, "about_somebody": PURPOSE_NEEDED})


@cache
def _groups(object_: str) -> dict[str, tuple[str, ...]]:
    """Give the groups of verbs as they are for an object: what is said of it alone goes before what is said of all."""
    own = {verb for words in _file()["verbs"].values() for verb in words if verb.startswith(f"{object_}.")}
    found: dict[str, tuple[str, ...]] = {"*": ACTIONS[object_]}
    for name, words in _file()["verbs"].items():
        general = (verb for verb in words if "." not in verb and f"{object_}.{verb}" not in own)
        found[f"verbs:{name}"] = (*general, *(verb.partition(".")[2] for verb in words if verb in own))
    return found


def _verbs(names: Iterable[str], object_: str) -> set[str]:
    return _words(names, _groups(object_))


def _classes(names: Iterable[str]) -> set[str]:
    return _words(names, {f"classes:{name}": words for name, words in _file()["classes"].items()})


def _words(names: Iterable[str], groups: Mapping[str, Iterable[str]]) -> set[str]:
    return {word for name in names for word in groups.get(name, (name,))}


def _speaks_of(line: PolicyLine, roles: set[str], cell: Cell) -> bool:
    match line.kind, line.cells:
        case "p", (role, object_, action, scope, *effect):
            here = role in roles and (object_, action) == (cell.object, cell.action) and effect != ["deny"]
            return here and (cell.scope is None or scope == cell.scope)
        case "c", (role, privacy, level, scope):
            return role in roles and (privacy, level, scope) == (cell.object, cell.action, cell.scope)
    return False


def _by_id(name: str) -> Invariant:
    return next(one for one in invariants() if one.id == name)


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(resources.files("authz").joinpath("invariants.toml").read_text("utf-8"))
