"""The law of a matter: what the rulebooks that bind a division attach to it on a day, with clause and quote.

In charge of gathering matters, restrictions and incentives from a city's own rulebook and the laws above it, resolving
the values they refer to, and naming the documents that are not held. A sister document attaches nothing here. Work
points of a past year hold as last known. Refuses a matter that no binding rulebook knows on the day.
Source: the first of the readings we hold to; 上海8, 9; 十堰正文; 新乡五(三); 厦门4, 18, 21–23; 海沧17, 18, 25.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from domain.credit import terms
from domain.eligibility.refusals import MatterUnknown
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.consequences import ConsequenceRule, IncentiveRule, MatterRule, RestrictionRule
from domain.rulebook.lookup import book_of, layers_of, unread
from domain.rulebook.model import Rulebook, Rulebooks

_BINDING = ("own", "parent")
EXEMPTION: Final = "exemption.conditions"
EXPIRED: Final = "已过期：文件只规定其年度的工作，未见新的规定，按最后已知内容适用。 Expired: work points of a past year, as last known."
"""What is noted of a rule that ran out with its year and is not followed by others (XM-00)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """Where a rule stands: document, clause, words, and what of it is ours."""

    law: str
    clause: str
    quote: str
    confidence: str
    layer: str
    strength: str | None = None
    reading: str | None = None
    note: str | None = None

    @property
    def citation(self) -> str:
        """Name document and clause in one line."""
        return f"《{self.law}》 {self.clause}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """A restriction or an incentive in force, and the values it refers to.

    `lists` are the codes of the division's own lists that it follows from, sectors resolved; `conditioned` those of which
    an entry counts where it states the condition of a law.
    """

    rule: ConsequenceRule
    cited: Cited
    lists: frozenset[str]
    conditioned: frozenset[str] = frozenset()
    excepted: RuleAnswer | None = None
    threshold: RuleAnswer | None = None
    unbroken: RuleAnswer | None = None

    @property
    def restricts(self) -> bool:
        """Whether it is a restriction."""
        return isinstance(self.rule, RestrictionRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawOfMatter:
    """A matter and what the law attaches to it."""

    jurisdiction: str
    matter: MatterRule
    cited: Cited
    consequences: tuple[Consequence, ...]
    exemption: RuleAnswer | None
    """The rule by which a failing may go unpunished, where the division has one (海沧2)."""
    not_loaded: tuple[str, ...]
    """Names of documents above the city that are not held: what they attach is unknown."""


@lru_cache(maxsize=4096)
def law_of(books: Rulebooks, jurisdiction: str, matter: str, on: date) -> LawOfMatter:
    """Give the law of a matter in a division on a day; asked once for the thousand of a screening.

    Raises: JurisdictionUnknown; MatterUnknown.
    """
    binding = tuple(_binding(books, jurisdiction))
    known = matters_of(books, jurisdiction, on)
    found = next(((rule, book) for rule, book in known if rule.code == matter), None)
    if found is None:
        raise MatterUnknown(known=sorted(rule.code for rule, _ in known))
    rule, book = found
    consequences = tuple(
        _consequence(books, jurisdiction, layer, one, on)
        for layer in binding
        for one in (*layer.restrictions, *layer.incentives)
        if matter in one.matters and _in_force(one, on)
    )
    return LawOfMatter(
        jurisdiction=jurisdiction,
        matter=rule,
        cited=cite(book, rule, on=on),
        consequences=consequences,
        exemption=terms.binding(books, jurisdiction, EXEMPTION, on),
        not_loaded=unread(books, jurisdiction),
    )


def matters_of(books: Rulebooks, jurisdiction: str, on: date) -> tuple[tuple[MatterRule, Rulebook], ...]:
    """Give the matters known in a division on a day, each with its rulebook; the city's own words come first.

    Raises: JurisdictionUnknown.
    """
    found: dict[str, tuple[MatterRule, Rulebook]] = {}
    for book in _binding(books, jurisdiction):
        for rule in book.matters:
            if _in_force(rule, on):
                found.setdefault(rule.code, (rule, book))
    return tuple(found.values())


def cite(book: Rulebook, rule: MatterRule | ConsequenceRule, *, on: date) -> Cited:
    """Tell where a rule stands, and that it has expired where it holds as last known (work points of a year)."""
    has_expired = book.validity == "year_scope" and book.effective_to is not None and book.effective_to < on
    return Cited(
        law=rule.law or book.name,
        clause=rule.clause,
        quote=rule.quote,
        confidence=rule.confidence or book.confidence,
        layer=book.id,
        strength=rule.strength if isinstance(rule, ConsequenceRule) else None,
        reading=rule.reading,
        note=" ".join(filter(None, (rule.note, EXPIRED if has_expired else None))) or None,
    )


def _binding(books: Rulebooks, jurisdiction: str) -> Iterator[Rulebook]:
    for layer in layers_of(book_of(books, jurisdiction)):
        if layer.relation in _BINDING and layer.rulebook in books.books:
            yield books.books[layer.rulebook]


def _consequence(books: Rulebooks, jurisdiction: str, book: Rulebook, rule: ConsequenceRule, on: date) -> Consequence:
    own = book_of(books, jurisdiction)
    of_sector = [kind for kind in own.list_kinds if kind.sector is not None and kind.sector in rule.sectors]
    excepted = rule.excepted_kinds if isinstance(rule, RestrictionRule) else None
    threshold, unbroken = (rule.threshold, rule.unbroken) if isinstance(rule, IncentiveRule) else (None, None)
    return Consequence(
        rule=rule,
        cited=cite(book, rule, on=on),
        lists=frozenset(rule.lists) | {kind.code for kind in of_sector if not kind.sector_by_condition},
        conditioned=frozenset(kind.code for kind in of_sector if kind.sector_by_condition),
        excepted=terms.binding(books, jurisdiction, excepted, on) if excepted else None,
        threshold=terms.binding(books, jurisdiction, threshold, on) if threshold else None,
        unbroken=terms.binding(books, jurisdiction, unbroken, on) if unbroken else None,
    )


def _in_force(rule: MatterRule | ConsequenceRule, on: date) -> bool:
    return (rule.valid_from is None or rule.valid_from <= on) and (rule.valid_to is None or on <= rule.valid_to)
