"""Which parts the definition of a list must have, by which text; and that no text asks for any.

Where the texts ask for parts, a list without them is not open and takes no entry. Where none does, the list
needs no definition and the answer says so: none set, or not loaded.
Source: 厦门3, 海沧3 (四要素); 上海市社会信用条例25 (列入、移出条件和救济途径); 新乡二 (行为), 五(一) (国家统一认定标准).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from domain.credit.terms import binding
from domain.rulebook.answer import RuleAnswer, RuleStatus
from domain.rulebook.lookup import rule
from domain.rulebook.model import Rulebooks
from domain.rulebook.vocabulary import LIST_PARTS

PARTS: Final = tuple(LIST_PARTS)
NATIONAL_LEVELS: Final = frozenset({"law", "administrative_regulation", "central_policy", "department_rule"})
"""Levels of a source that is national."""

_NAMING: Final = ("list.mandatory_parts", "list.published_with")
"""Rules whose value names parts."""

_MEANING: Final = {"unit_rules.standard": "standard", "behaviour.definition_required": "behaviours"}
"""Rules that ask for a part without naming it so."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part that a definition must have, with the text that asks for it."""

    code: str
    name: str
    clause: str
    quote: str
    citation: str
    national: bool = False
    """Whether it must rest on a national source (新乡五(一))."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a definition that are asked for; none, and why, where `parts` is empty."""

    parts: tuple[Part, ...]
    status: RuleStatus

    def missing(self, given: frozenset[str]) -> tuple[Part, ...]:
        """Give the parts that are asked for and not given."""
        return tuple(part for part in self.parts if part.code not in given)


@lru_cache(maxsize=1024)
def parts_of(books: Rulebooks, jurisdiction: str, on: date) -> Parts:
    """Give the parts that the definitions of a jurisdiction's lists must have on a day.

    Raises: JurisdictionUnknown.
    """
    found: dict[str, Part] = {}
    for part in _asked_for(books, jurisdiction, on):
        known = found.get(part.code)
        found[part.code] = part if known is None or part.national else known
    if found:
        return Parts(tuple(found[code] for code in PARTS if code in found), RuleStatus.SAYS)
    return Parts((), rule(books, jurisdiction, _NAMING[0], on).status)


def _asked_for(books: Rulebooks, jurisdiction: str, on: date) -> Iterator[Part]:
    for path in _NAMING:
        answer = binding(books, jurisdiction, path, on)
        if answer is not None and isinstance(answer.value, tuple):
            for word in answer.value:
                yield _part(answer, _code_of(str(word)), str(word))
    for path, code in _MEANING.items():
        answer = binding(books, jurisdiction, path, on)
        if answer is not None and answer.value not in (None, False):
            name = str(answer.value) if answer.unit == "text" else LIST_PARTS[code][0]
            yield _part(answer, code, name, national=path == "unit_rules.standard")


def _part(answer: RuleAnswer, code: str, name: str, *, national: bool = False) -> Part:
    return Part(code, name, answer.clause or "", answer.quote or "", answer.citation, national)


def _code_of(word: str) -> str:
    return next(code for code, words in LIST_PARTS.items() if word in words)
