"""Sentences about a policy: one question in words of the vocabulary, answered with yes or no.

`clerk may amend credit_record in own_office`, without a scope: in any; `public sees person_name masked in
published`. In charge of their grammar. Refuses words that the vocabulary does not have: a sentence never holds
an expression or a pattern.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from authz.vocabulary import ACTIONS, Level, Scope
from domain.privacy import Privacy


@dataclass(frozen=True, slots=True)
class MayDo:
    """Whether a role may do an action on rows of an object in a scope; without a scope, in any."""

    role: str
    action: str
    object: str
    scope: Scope | None


@dataclass(frozen=True, slots=True)
class Sees:
    """Whether a role sees a privacy class at exactly this level on rows in a scope."""

    role: str
    privacy: Privacy
    level: Level
    scope: Scope


Question = MayDo | Sees


def read_sentence(text: str, roles: Set[str]) -> Question | None:
    """Read a sentence; None when it is not one, or names a word that is not known."""
    scopes, levels, classes = set(Scope), set(Level), set(Privacy)
    match text.split():
        case [role, "may", action, object_, *place] if role in roles and action in ACTIONS.get(object_, ()):
            match place:
                case []:
                    return MayDo(role, action, object_, None)
                case ["in", scope] if scope in scopes:
                    return MayDo(role, action, object_, Scope(scope))
        case [role, "sees", privacy, level, "in", scope] if role in roles and privacy in classes:
            if level in levels and scope in scopes:
                return Sees(role, Privacy(privacy), Level(level), Scope(scope))
    return None
