"""The policy's lines and the schema's privacy classes, read by parsers of the oracle's own."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from graphql import ObjectTypeDefinitionNode, StringValueNode, parse


class Policy:
    """The default policy, read by this parser alone."""

    def __init__(self, text: str) -> None:
        self.grants: set[tuple[str, str, str, str]] = set()
        self.denied: set[tuple[str, str, str, str]] = set()
        self.clearances: set[tuple[str, str, str, str]] = set()
        self.parents: dict[str, set[str]] = {}
        for cells in csv.reader(
            line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
        ):
            kind, *rest = [cell.strip() for cell in cells]
            if kind == "g":
                self.parents.setdefault(rest[0], set()).add(rest[1])
            elif kind == "p":
                lines = self.denied if rest[4:] == ["deny"] else self.grants
                lines.add((rest[0], rest[1], rest[2], rest[3]))
            elif kind == "c":
                self.clearances.add((rest[0], rest[1], rest[2], rest[3]))

    def worn(self, roles: Iterable[str]) -> set[str]:
        """Give the roles and all that they inherit from."""
        found: set[str] = set()
        waiting = list(roles)
        while waiting:
            role = waiting.pop()
            if role not in found:
                found.add(role)
                waiting.extend(self.parents.get(role, ()))
        return found

    def scopes(self, roles: Iterable[str], noun: str, action: str) -> set[str]:
        """Give the scopes in which one of the roles may do the action: a deny takes from the role it is said of."""
        found = set()
        for role in roles:
            worn = self.worn([role])
            found |= _scopes(self.grants, worn, noun, action) - _scopes(self.denied, worn, noun, action)
        return found

    def level(self, roles: Iterable[str], privacy: str, scope: str) -> str:
        """Give the best level of the roles for a class in a scope."""
        worn = self.worn(roles)
        levels = {
            level
            for role, class_, level, where in self.clearances
            if role in worn and (class_, where) == (privacy, scope)
        }
        return next((level for level in ("clear", "masked") if level in levels), "hidden")


def _scopes(lines: set[tuple[str, str, str, str]], roles: set[str], noun: str, action: str) -> set[str]:
    return {scope for role, object_, verb, scope in lines if role in roles and (object_, verb) == (noun, action)}


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
