"""The policy's lines and the schema's privacy classes, read by parsers of the oracle's own."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from graphql import ObjectTypeDefinitionNode, StringValueNode, parse

Lines = dict[tuple[str, str], set[tuple[str, str]]]
"""What lines are about (a noun and an action, or a class and a scope), and for each what is said of which role."""


class Policy:
    """The default policy, read by this parser alone."""

    def __init__(self, text: str) -> None:
        self._grants: Lines = defaultdict(set)
        self._denied: Lines = defaultdict(set)
        self._clearances: Lines = defaultdict(set)
        self._parents: dict[str, set[str]] = defaultdict(set)
        for cells in csv.reader(
            line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
        ):
            kind, role, *rest = [cell.strip() for cell in cells]
            if kind == "g":
                self._parents[role].add(rest[0])
            elif kind == "p":
                noun, action, scope, *effect = rest
                lines = self._denied if effect == ["deny"] else self._grants
                lines[noun, action].add((role, scope))
            elif kind == "c":
                privacy, level, scope = rest
                self._clearances[privacy, scope].add((role, level))

    def worn(self, roles: Iterable[str]) -> set[str]:
        """Give the roles and all that they inherit from."""
        found: set[str] = set()
        waiting = list(roles)
        while waiting:
            role = waiting.pop()
            if role not in found:
                found.add(role)
                waiting.extend(self._parents.get(role, ()))
        return found

    def scopes(self, roles: Iterable[str], noun: str, action: str) -> set[str]:
        """Give the scopes in which one of the roles may do the action: a deny takes from the role it is said of."""
        found = set()
        for role in roles:
            worn = self.worn([role])
            found |= _said(self._grants, worn, noun, action) - _said(self._denied, worn, noun, action)
        return found

    def level(self, roles: Iterable[str], privacy: str, scope: str) -> str:
        """Give the best level of the roles for a class in a scope."""
        levels = _said(self._clearances, self.worn(roles), privacy, scope)
        return next((level for level in ("clear", "masked") if level in levels), "hidden")


def _said(lines: Lines, roles: set[str], thing: str, how: str) -> set[str]:
    """Give what the lines about something say of any of the roles."""
    return {word for role, word in lines.get((thing, how), ()) if role in roles}


def default_policy() -> Policy:
    """Read the policy that ships with the package."""
    return Policy((Path(__file__).parents[2] / "authz" / "default_policy.csv").read_text("utf-8"))


def privacy_classes(sdl: str) -> dict[tuple[str, str], str]:
    """Read from the SDL the privacy class of each field that has one."""
    found = {}
    for definition in parse(sdl).definitions:
        if isinstance(definition, ObjectTypeDefinitionNode):
            for field in definition.fields or ():
                for directive in field.directives or ():
                    if directive.name.value == "privacy" and directive.arguments:
                        value = directive.arguments[0].value
                        assert isinstance(value, StringValueNode)
                        found[definition.name.value, field.name.value] = value.value
    return found
