"""An evaluation scheme of a place on a day: its rulebook data with every number looked up and every word cited.

In charge of finding the scheme in the layers that bind a place, of the values its rules name by path, and of what is
not loaded: a scheme without its paper, and the documents above the one it stands in.
Refuses: a scheme that no layer of the place knows.
Source: 十堰正文 (15333; the three provincial rules above it); 厦门12–16 (five schemes whose papers are named only).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from domain.calendar import add_term
from domain.errors import DomainError
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.lookup import book_of, layers_of, rule
from domain.rulebook.model import Rulebook, Rulebooks
from domain.rulebook.scheme_rules import ConditionRule, FeatureRule, GradingRule, SchemeRule, UseRule
from domain.rulebook.tables import MeasureRule


class SchemeUnknown(DomainError):
    """No rulebook of this division knows this evaluation scheme on that day: see `known`."""

    code = "SCHEME_UNKNOWN"
    zh = "本地规则在该日没有此评价办法：见 known。"


class SchemeState(StrEnum):
    """Whether a scheme can grade anybody."""

    LOADED = "loaded"
    NOT_LOADED = "not_loaded"
    """Its paper is named; its scoring is not held."""
    PLANNED = "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """Where something is written."""

    clause: str
    quote: str
    reading: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A feature of a scheme with its rolling term looked up.

    Units: `term` is a number of `unit` (calendar_day, month, year); null where nothing rolls.
    """

    rule: FeatureRule
    cited: Cited
    term: int | None = None
    unit: str | None = None
    words: tuple[str, ...] = ()
    """The text's words for its codes."""
    answer: RuleAnswer | None = None
    """What the rulebooks say of the term."""

    @property
    def code(self) -> str:
        """Its code within the scheme."""
        return self.rule.code

    def first_day(self, day: date) -> date:
        """Give the first day that the rolling term ending on a day reaches; the day itself where nothing rolls.

        A fact counts up to the corresponding day of its term, else the last of the month (民法典 202).
        """
        if self.term is None or self.unit is None:
            return day
        return window_start(day, self.term, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition with its number: `op` is a word of OPERATORS; `among` words instead of a number."""

    feature: str
    op: str | None
    value: int | None
    among: tuple[str, ...]
    answer: RuleAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of a scheme with the numbers of the day."""

    rule: GradingRule
    cited: Cited
    conditions: tuple[Condition, ...]

    @property
    def code(self) -> str:
        """Its code within the scheme."""
        return self.rule.code

    @property
    def grade(self) -> str | None:
        """The grade it gives; null where a person reviews."""
        return self.rule.grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A use of a grade: the measure that follows, and for how long the grade must have been kept."""

    rule: UseRule
    measure: MeasureRule
    years: RuleAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotLoadedAbove:
    """A document above the scheme whose text is not held (十堰: three provincial rules)."""

    rulebook: str
    name: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Scheme:
    """An evaluation scheme as it stands in a place on a day."""

    key: str
    name: str
    jurisdiction: str
    on: date
    rulebook: str
    law: str
    confidence: str
    cited: Cited
    state: SchemeState
    rule: SchemeRule
    scale: tuple[str, ...] = ()
    features: MappingProxyType[str, Feature]
    rules: tuple[Rule, ...] = ()
    uses: tuple[Use, ...] = ()
    not_loaded: tuple[NotLoadedAbove, ...] = ()

    @property
    def citation(self) -> str:
        """Name document and clause in one line."""
        return f"《{self.law}》 {self.cited.clause}"

    @property
    def editions(self) -> frozenset[date]:
        """The days on which this edition of it, or one of the values it names, begins."""
        answers = [one.answer for one in self.features.values()]
        answers += [one.answer for row in self.rules for one in row.conditions]
        begins = {self.rule.valid_from, *(one.valid_from for one in answers if one is not None)}
        return frozenset(one for one in begins if one is not None)


_RELATIONS: Final = ("own", "parent")


def scheme(books: Rulebooks, jurisdiction: str, key: str, on: date) -> Scheme:
    """Give an evaluation scheme that binds a place on a day, by its code.

    Raises: SchemeUnknown; JurisdictionUnknown.
    """
    return _scheme(books, jurisdiction, key, on)


def schemes(books: Rulebooks, jurisdiction: str, on: date) -> tuple[Scheme, ...]:
    """List the schemes that bind a place on a day, its own first.

    Raises: JurisdictionUnknown.
    """
    codes = dict.fromkeys(one.code for _, one in _known(books, jurisdiction, on))
    return tuple(scheme(books, jurisdiction, code, on) for code in codes)


@lru_cache(maxsize=4096)
def window_start(day: date, term: int, unit: str) -> date:
    """Give the first day from which a term of that length reaches a day.

    Units: 2 years that end on 2026-02-28 reach back to 2024-02-28; those that end on 2028-02-29 to 2026-03-01.
    Source: 民法典 201, 202: the first day is not counted, the term ends on the corresponding day.
    """
    first = _back(day, term, unit)
    while add_term(first, term, unit) < day:
        first += timedelta(days=1)
    return first


@lru_cache(maxsize=4096)
def _scheme(books: Rulebooks, jurisdiction: str, key: str, on: date) -> Scheme:
    found = next(((book, one) for book, one in _known(books, jurisdiction, on) if one.code == key), None)
    if found is None:
        raise SchemeUnknown(known=[one.code for _, one in _known(books, jurisdiction, on)])
    book, row = found
    features = {one.code: _feature(books, jurisdiction, row, one, on) for one in row.features}
    return Scheme(
        key=key,
        name=row.name,
        jurisdiction=jurisdiction,
        on=on,
        rulebook=book.id,
        law=row.law or row.rule or book.name,
        confidence=row.confidence or book.confidence,
        cited=Cited(clause=row.clause, quote=row.quote, reading=row.reading),
        state=_state(row),
        rule=row,
        scale=row.scale,
        features=MappingProxyType(features),
        rules=tuple(_rule(books, jurisdiction, one, on) for one in row.rules),
        uses=tuple(_use(books, jurisdiction, book, one, on) for one in row.uses),
        not_loaded=_above(books, book),
    )


def _known(books: Rulebooks, jurisdiction: str, on: date) -> list[tuple[Rulebook, SchemeRule]]:
    layers = [layer for layer in layers_of(book_of(books, jurisdiction)) if layer.relation in _RELATIONS]
    known = [books.books[layer.rulebook] for layer in layers if layer.rulebook in books.books]
    return [(book, one) for book in known for one in book.schemes if _in_force(one, on)]


def _in_force(one: SchemeRule, on: date) -> bool:
    return (one.valid_from is None or one.valid_from <= on) and (one.valid_to is None or on <= one.valid_to)


def _state(row: SchemeRule) -> SchemeState:
    if row.status == "planned":
        return SchemeState.PLANNED
    return SchemeState.LOADED if row.rules else SchemeState.NOT_LOADED


def _feature(books: Rulebooks, jurisdiction: str, row: SchemeRule, one: FeatureRule, on: date) -> Feature:
    answer = None if one.window is None else rule(books, jurisdiction, one.window, on)
    words = rule(books, jurisdiction, one.names, on).value if one.names is not None else ()
    return Feature(
        rule=one,
        cited=Cited(clause=one.clause or row.clause, quote=one.quote or row.quote, reading=one.reading),
        term=None if answer is None else _number(answer),
        unit=None if answer is None else answer.unit,
        answer=answer,
        words=tuple(str(word) for word in words) if isinstance(words, tuple) else (),
    )


def _rule(books: Rulebooks, jurisdiction: str, one: GradingRule, on: date) -> Rule:
    conditions = tuple(_condition(books, jurisdiction, part, on) for part in one.when)
    return Rule(rule=one, cited=Cited(clause=one.clause, quote=one.quote, reading=one.reading), conditions=conditions)


def _condition(books: Rulebooks, jurisdiction: str, part: ConditionRule, on: date) -> Condition:
    if part.at is None:
        return Condition(feature=part.feature, op=part.op, value=part.value, among=part.among)
    answer = rule(books, jurisdiction, part.at, on)
    return Condition(feature=part.feature, op=answer.op or "eq", value=_number(answer), among=(), answer=answer)


def _use(books: Rulebooks, jurisdiction: str, book: Rulebook, one: UseRule, on: date) -> Use:
    measure = next(known for known in book.measures if known.code == one.measure)
    return Use(rule=one, measure=measure, years=rule(books, jurisdiction, one.years, on) if one.years else None)


def _above(books: Rulebooks, book: Rulebook) -> tuple[NotLoadedAbove, ...]:
    return tuple(
        NotLoadedAbove(rulebook=layer.rulebook, name=books.not_loaded[layer.rulebook].name)
        for layer in layers_of(book)
        if layer.relation in _RELATIONS and layer.rulebook in books.not_loaded
    )


def _number(answer: RuleAnswer) -> int | None:
    return answer.value if isinstance(answer.value, int) and not isinstance(answer.value, bool) else None


def _back(day: date, term: int, unit: str) -> date:
    """Give a day at or before the first that a term reaches: its length back, and up to three days for short months."""
    if unit == "calendar_day":
        return date.fromordinal(max(1, day.toordinal() - term))
    months = term * (12 if unit == "year" else 1)
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, 28)) if year >= date.min.year else date.min
