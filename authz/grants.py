"""The policy expanded: Casbin decides every cell once, requests read the table that comes of it.

Only this module talks to Casbin. A version's lines are checked against the vocabulary, loaded into a fresh
enforcer, and each role × object × action × scope is asked; the answers are frozen. A line that names an
unknown word, or a role that inherits from itself is refused before it can
become active. Policies are structured rows: no expressions, no patterns.
"""

from __future__ import annotations

import csv
import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import casbin

from authz.vocabulary import ACTIONS, ROLES, Level, Scope
from domain.errors import DomainError
from domain.privacy import Privacy

logging.getLogger("casbin").disabled = True

_MODEL = """
[request_definition]
r = sub, obj, act, scope
[policy_definition]
p = sub, obj, act, scope, eft
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.obj == p.obj && r.act == p.act && r.scope == p.scope && g(r.sub, p.sub)
"""

_CLASS = "class:"


class PolicyInvalid(DomainError):
    """The policy has a line that cannot stand: correct the named line."""

    code = "POLICY_INVALID"
    zh = "权限策略中有无效的行：请更正所指的行。"


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One line of a policy: its number, its kind (p, c or g) and its cells."""

    number: int
    kind: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleGrants:
    """All that one role may do: scopes by (object, action), levels by (class, scope)."""

    scopes: Mapping[tuple[str, str], frozenset[Scope]]
    levels: Mapping[tuple[Privacy, Scope], Level]


@dataclass(frozen=True, slots=True)
class Grants:
    """The immutable table of a policy version."""

    version: int
    roles: Mapping[str, RoleGrants]

    def scopes(self, roles: Iterable[str], object_: str, action: str) -> tuple[Scope, ...]:
        """Give the scopes in which any of the roles may do the action, in the order of `Scope`."""
        found: set[Scope] = set()
        for role in roles:
            found |= self.roles[role].scopes.get((object_, action), frozenset())
        return tuple(scope for scope in Scope if scope in found)

    def level(self, roles: Iterable[str], privacy: Privacy, scope: Scope) -> Level:
        """Give the best level that any of the roles has for a class on rows in a scope."""
        levels = {self.roles[role].levels.get((privacy, scope), Level.HIDDEN) for role in roles}
        return next((level for level in (Level.CLEAR, Level.MASKED) if level in levels), Level.HIDDEN)


def default_lines() -> tuple[PolicyLine, ...]:
    """Read the default policy that ships with the package."""
    return parse(resources.files("authz").joinpath("default_policy.csv").read_text("utf-8"))


def parse(text: str) -> tuple[PolicyLine, ...]:
    """Read a policy from its CSV text: comments and blank lines are passed over.

    Raises: PolicyInvalid with the number of the first line at fault.
    """
    lines = []
    for number, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip() or raw.lstrip().startswith("#"):
            continue
        kind, *cells = [cell.strip() for cell in next(csv.reader([raw]))]
        lines.append(PolicyLine(number, kind, tuple(cells)))
    check(lines)
    return tuple(lines)


def digest(lines: Iterable[PolicyLine]) -> str:
    """Give the SHA-256 of a policy's lines, hexadecimal."""
    return hashlib.sha256("\n".join(",".join((line.kind, *line.cells)) for line in lines).encode()).hexdigest()


def check(lines: Sequence[PolicyLine]) -> None:
    """Refuse a policy with an unknown word or a line of the wrong shape.

    Raises: PolicyInvalid with the number of the first line at fault.
    """
    inherited = {line.cells[1] for line in lines if line.kind == "g" and len(line.cells) == 2}
    speaking = {line.cells[0] for line in lines if line.cells}
    known = set(ROLES) | (inherited & speaking)
    for line in lines:
        fault = _fault(line, known)
        if fault:
            raise PolicyInvalid(f"Line {line.number}: {fault}.", line=line.number)
    if circle := _circle(lines):
        raise PolicyInvalid(f"The role {circle!r} inherits from itself.")


def _circle(lines: Sequence[PolicyLine]) -> str | None:
    """Find a role that inherits from itself, by whatever way."""
    parents: dict[str, set[str]] = {}
    for line in lines:
        if line.kind == "g":
            parents.setdefault(line.cells[0], set()).add(line.cells[1])
    for role, above in parents.items():
        reached, waiting = set[str](), set(above)
        while waiting:
            reached |= waiting
            waiting = {parent for one in waiting for parent in parents.get(one, ())} - reached
        if role in reached:
            return role
    return None


def _fault(line: PolicyLine, roles: set[str]) -> str | None:
    match line.kind, line.cells:
        case "p", (role, object_, action, scope) | (role, object_, action, scope, "allow" | "deny"):
            if role not in roles:
                return f"no role {role!r}"
            if action not in ACTIONS.get(object_, ()):
                return f"no action {action!r} on {object_!r}"
            return None if scope in set(Scope) else f"no scope {scope!r}"
        case "c", (role, privacy, level, scope):
            if role not in roles:
                return f"no role {role!r}"
            if privacy not in set(Privacy) or privacy == Privacy.SECRET:
                return f"no clearance for class {privacy!r}"
            if level not in (Level.CLEAR, Level.MASKED):
                return f"no level {level!r}"
            return None if scope in set(Scope) else f"no scope {scope!r}"
        case "g", (role, parent):
            return None if role in roles and parent in roles else "an unknown role"
    return "a line is p with role, object, action, scope; c with role, class, level, scope; or g with role, parent"


def expand(version: int, lines: Sequence[PolicyLine]) -> Grants:
    """Ask Casbin every cell of the matrix and freeze the answers.

    Raises: PolicyInvalid for a policy that cannot stand.
    """
    check(lines)
    cells = {role: _Cells({}, {}) for role in ROLES}
    for object_, own in _by_object(lines).items():
        _ask(_enforcer(own, [line for line in lines if line.kind == "g"]), object_, own, cells)
    return Grants(version, {role: RoleGrants(found.scopes, found.levels) for role, found in cells.items()})


@dataclass(frozen=True, slots=True)
class _Cells:
    scopes: dict[tuple[str, str], frozenset[Scope]]
    levels: dict[tuple[Privacy, Scope], Level]


def _by_object(lines: Iterable[PolicyLine]) -> dict[str, list[tuple[str, ...]]]:
    """Group grants and clearances by the object they are about, as Casbin rows.

    The matcher asks for the same object on both sides, so an enforcer that holds one object's rows decides
    its cells exactly as one that holds all: in a fraction of the time.
    """
    rows: dict[str, list[tuple[str, ...]]] = {}
    for line in lines:
        match line.kind, line.cells:
            case "p", (role, object_, action, scope, *effect):
                rows.setdefault(object_, []).append((role, object_, action, scope, *(effect or ["allow"])))
            case "c", (role, privacy, level, scope):
                rows.setdefault(_CLASS + privacy, []).append((role, _CLASS + privacy, level, scope, "allow"))
    return rows


def _enforcer(rows: Iterable[tuple[str, ...]], inheritance: Iterable[PolicyLine]) -> casbin.Enforcer:
    enforcer = casbin.Enforcer(casbin.Enforcer.new_model(text=_MODEL))
    for row in rows:
        enforcer.add_policy(*row)
    for line in inheritance:
        enforcer.add_grouping_policy(*line.cells)
    return enforcer


def _ask(enforcer: casbin.Enforcer, object_: str, rows: Iterable[tuple[str, ...]], cells: Mapping[str, _Cells]) -> None:
    """Ask the cells that some row names; by the model every other cell is denied."""
    for action, scope in sorted({(row[2], row[3]) for row in rows}, reverse=True):
        for role, found in cells.items():
            if not enforcer.enforce(role, object_, action, scope):
                continue
            if object_.startswith(_CLASS):
                # "masked" is asked before "clear", so that the better level stays
                found.levels[Privacy(object_.removeprefix(_CLASS)), Scope(scope)] = Level(action)
            else:
                known = found.scopes.get((object_, action), frozenset())
                found.scopes[object_, action] = known | {Scope(scope)}


@cache
def default_grants() -> Grants:
    """Expand the default policy."""
    return expand(1, default_lines())
