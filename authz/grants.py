"""The policy expanded: Casbin decides every cell once, requests read the table that comes of it.

Only this module talks to Casbin. A version's lines are checked (`authz.lines`), each role × object × action ×
scope is asked of the real enforcer, and the answers are frozen. What no line speaks of is denied.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import casbin

from authz.lines import PolicyLine, ancestry, check, default_lines, holdable, kinds, parents
from authz.vocabulary import Level, Scope
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
_HIDDEN, _MASKED, _CLEAR = Level.HIDDEN, Level.MASKED, Level.CLEAR
_KEPT = 50_000
"""How many answers for several roles are kept before they are forgotten."""


@dataclass(frozen=True, slots=True)
class RoleGrants:
    """All that one role may do: scopes by (object, action) in the order of `Scope`, levels by (class, scope)."""

    scopes: Mapping[tuple[str, str], tuple[Scope, ...]]
    levels: Mapping[tuple[Privacy, Scope], Level]


_NOTHING = RoleGrants({}, {})


@dataclass(frozen=True, slots=True)
class Grants:
    """The immutable table of a policy version. A role that the version does not know holds nothing."""

    version: int
    roles: Mapping[str, RoleGrants]
    kinds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For roles of the version's own, the roles that ship which they are by inheritance: what holds for a partner by its
    role holds for it by another name."""
    _together: dict[tuple[tuple[str, ...], str, str], tuple[Scope, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def scopes(self, roles: tuple[str, ...], object_: str, action: str) -> tuple[Scope, ...]:
        """Give the scopes in which any of the roles may do the action, in the order of `Scope`."""
        if len(roles) == 1:
            return self.roles.get(roles[0], _NOTHING).scopes.get((object_, action), ())
        key = (roles, object_, action)
        known = self._together.get(key)
        if known is None:
            found = {
                scope for role in roles for scope in self.roles.get(role, _NOTHING).scopes.get((object_, action), ())
            }
            known = tuple(scope for scope in Scope if scope in found)
            if len(self._together) >= _KEPT:
                self._together.clear()
            self._together[key] = known
        return known

    def kinds_of(self, roles: Iterable[str]) -> frozenset[str]:
        """Give roles, and those that ship which they are by inheritance."""
        return frozenset(kind for role in roles for kind in (role, *self.kinds.get(role, ())))

    def level(self, roles: tuple[str, ...], privacy: Privacy, scope: Scope) -> Level:
        """Give the best level that any of the roles has for a class on rows in a scope."""
        best, cell = _HIDDEN, (privacy, scope)
        for role in roles:
            level = self.roles.get(role, _NOTHING).levels.get(cell, _HIDDEN)
            if level is _CLEAR:
                return level
            if level is _MASKED:
                best = level
        return best


def expand(version: int, lines: Sequence[PolicyLine]) -> Grants:
    """Ask Casbin every cell of the matrix and freeze the answers.

    Raises: PolicyInvalid for a policy that cannot stand.
    """
    check(lines)
    roles = holdable(lines)
    scopes: dict[str, dict[tuple[str, str], set[Scope]]] = {role: {} for role in roles}
    levels: dict[str, dict[tuple[Privacy, Scope], Level]] = {role: {} for role in roles}
    for (object_, action, scope), allowed in _decided(lines, roles):
        for role in allowed:
            if not object_.startswith(_CLASS):
                scopes[role].setdefault((object_, action), set()).add(Scope(scope))
                continue
            cell = Privacy(object_.removeprefix(_CLASS)), Scope(scope)
            if levels[role].get(cell) is not Level.CLEAR:
                levels[role][cell] = Level(action)
    found = {role: RoleGrants(_ordered(scopes[role]), levels[role]) for role in roles}
    return Grants(version, found, kinds(lines))


def _ordered(cells: Mapping[tuple[str, str], set[Scope]]) -> dict[tuple[str, str], tuple[Scope, ...]]:
    return {cell: tuple(scope for scope in Scope if scope in found) for cell, found in cells.items()}


_Cell = tuple[str, str, str]
_Spoken = tuple[tuple[str, str], ...]
"""What the lines about one cell say: role and effect of each."""


def _decided(lines: Sequence[PolicyLine], roles: Sequence[str]) -> Iterator[tuple[_Cell, tuple[str, ...]]]:
    """Give each cell that some line names with the roles that Casbin allows; by the model all others are denied.

    The matcher asks for the same object, action and scope on both sides and for a role that the asking one inherits
    from, so an enforcer that holds only the lines about one cell and those roles decides it exactly as one that holds
    all, in a fraction of the time; where a role is told the same about two cells, it is asked once.
    """
    enforcer = casbin.Enforcer(casbin.Enforcer.new_model(text=_MODEL))
    for line in lines:
        if line.kind == "g":
            enforcer.add_grouping_policy(*line.cells)
    held = enforcer.model.model["p"]["p"]
    known: dict[tuple[str, _Spoken], bool] = {}
    for cell, told in _told(lines, roles):
        for one in told:
            if one not in known:
                role, spoken = one
                held.policy = [[speaker, *cell, effect] for speaker, effect in spoken]
                known[one] = enforcer.enforce(role, *cell)
        yield cell, tuple(one[0] for one in told if known[one])


def _told(lines: Sequence[PolicyLine], roles: Sequence[str]) -> Iterator[tuple[_Cell, list[tuple[str, _Spoken]]]]:
    """Give each cell that some line names with the roles that lines tell something about it, and what they tell."""
    above = parents(lines)
    inherited = {role: sorted(ancestry(role, above)) for role in roles}
    for cell, spoken in _by_cell(lines).items():
        effects: dict[str, list[tuple[str, str]]] = {}
        for one in spoken:
            effects.setdefault(one[0], []).append(one)
        told = ((role, tuple(one for each in inherited[role] for one in effects.get(each, ()))) for role in roles)
        yield cell, [one for one in told if one[1]]


def _by_cell(lines: Iterable[PolicyLine]) -> dict[_Cell, _Spoken]:
    """Group grants and clearances by the cell they are about."""
    rows: dict[_Cell, dict[tuple[str, str], None]] = {}
    for line in lines:
        match line.kind, line.cells:
            case "p", (role, object_, action, scope, *effect):
                rows.setdefault((object_, action, scope), {})[role, effect[0] if effect else "allow"] = None
            case "c", (role, privacy, level, scope):
                rows.setdefault((_CLASS + privacy, level, scope), {})[role, "allow"] = None
    return {cell: tuple(sorted(spoken)) for cell, spoken in rows.items()}


@cache
def default_grants() -> Grants:
    """Give the grants of the policy that ships, as version 1."""
    return expand(1, default_lines())
