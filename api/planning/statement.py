"""A statement while it is written: its bound values and aliases, and the pieces of SQL text that all its parts need.

Values are bound and never written into the text; each is bound once, however often the text refers to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from api.planning.bind import Source
from api.planning.plan import (
    Condition,
)
from api.planning.told import SUBJECT

SUBJECT_MARK = f"'{SUBJECT}'"
_CALLER = {"office": "uuid", "jurisdiction": "text", "subject": "uuid", "purpose": "uuid", "today": "date"}
_NAMED = re.compile(r":(office|jurisdiction|subject|purpose|today)\b")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A bound value of a statement: where it comes from, and the root field it belongs to."""

    source: Source
    root: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A rendered plan: its text and its parameters, the first being the epoch of authority."""

    text: str
    parameters: tuple[Parameter, ...]
    tells: bool = False
    """Whether its answer may tell about subjects that are counted."""


@dataclass(slots=True)
class Writer:
    """What the parts of one statement share while it is written."""

    parameters: list[Parameter] = field(default_factory=list)
    tells: bool = False
    """Whether a subject that is counted has been written, or one that is named, found or not."""
    named: dict[str, str] = field(default_factory=dict)
    """The placeholders of the caller's values, by name."""
    bound: dict[tuple[Source, str], str] = field(default_factory=dict)
    """The placeholders of the request's values."""
    aliases: int = 0
    root: str | None = None
    """The root field that is being written."""

    def alias(self) -> str:
        """Give an alias that stands nowhere else in the statement."""
        self.aliases += 1
        return f"t{self.aliases}"

    def bind(self, source: Source, cast: str) -> str:
        """Give the placeholder of a value of the request."""
        known = self.bound.get((source, cast))
        if known is None:
            self.parameters.append(Parameter(source, self.root))
            known = self.bound[source, cast] = f"${len(self.parameters)}::{cast}"
        return known

    def caller(self, name: str) -> str:
        """Give the placeholder of a value of the caller."""
        if name not in self.named:
            self.parameters.append(Parameter(lambda request: request.bindings[name], None))
            self.named[name] = f"${len(self.parameters)}::{_CALLER[name]}"
        return self.named[name]

    def on(self, template: str, alias: str) -> str:
        """Put a row's alias and the caller's values into a template."""
        return _NAMED.sub(lambda found: self.caller(found[1]), template.replace("{t}", alias))

    def condition(self, condition: Condition, alias: str) -> str:
        """Write a condition over a row."""
        text = self.on(condition.sql, alias)
        if condition.source is not None:
            text = text.replace("{v}", self.bind(condition.source, condition.cast))
        return text

    def where(self, alias: str, conditions: Iterable[Condition], visible: str, base: str | None) -> str:
        """Write that a row meets conditions, may be seen, and is one of its entity's."""
        texts = [self.condition(condition, alias) for condition in conditions]
        texts.append(self.on(visible, alias))
        if base:
            texts.append(self.on(base, alias))
        return " AND ".join(f"({text})" for text in texts if text != "TRUE") or "TRUE"


@dataclass(frozen=True, slots=True)
class Shown:
    """An expression of JSON text, and an expression of the persons in it (comma separated), or none."""

    json: str
    persons: str | None


@dataclass(slots=True)
class From:
    """What a row's expressions join beside the row itself."""

    joins: list[str] = field(default_factory=list)


def literal(text: str) -> str:
    """Write a text as a literal of SQL."""
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


def json_object(members: Sequence[tuple[str, str]]) -> str:
    """Write a JSON object from keys and expressions of JSON text."""
    if not members:
        return "'{}'"
    parts = []
    for number, (key, expression) in enumerate(members):
        opening = "{" if number == 0 else ","
        parts.append(f"{literal(f'{opening}{chr(34)}{key}{chr(34)}:')} || {expression}")
    parts.append("'}'")
    # literals that meet become one: each concatenation is a call, together an eighth of a large page
    return f"({' || '.join(parts)})".replace("' || '", "")


def together(persons: Iterable[str | None]) -> str | None:
    """Write one expression of the persons that several tell about, or none."""
    found = [one for one in persons if one]
    if len(found) < 2:
        return found[0] if found else None
    return f"nullif(concat_ws(',', {', '.join(f'nullif({one}, {chr(39)}{chr(39)})' for one in found)}), '')"
