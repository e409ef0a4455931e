"""Which catalogues and lists a division keeps in editions: data in its rulebook, with the words that order each.

In charge of finding a kind, and whether a division below may keep one that adds to that of the division above.
Refuses a kind that no text of the division names. Source: 厦门1, 4, 7, 11; 海沧2, 4, 8, 12; 上海7, 13; 新乡二, 五(一); 十堰正文.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.edition.refusals import EditionKindUnknown
from domain.edition.shape import Shape, shapes
from domain.rulebook.model import Rulebook, Rulebooks
from domain.rulebook.tables import EditionKindRule


@dataclass(frozen=True, slots=True)
class EditionKind:
    """A kind of catalogue or list in a division."""

    jurisdiction_id: str
    rule: EditionKindRule
    book: Rulebook
    extends: bool = False
    """Whether it is the kind of the division above, which this one may add to (上海13)."""

    @property
    def code(self) -> str:
        """Its code within the division."""
        return self.rule.code

    @property
    def shape(self) -> Shape:
        """The fields of its items."""
        return shapes()[self.rule.shape]

    @property
    def citation(self) -> str:
        """Document and clause that order it."""
        return f"《{self.book.name}》 {self.rule.clause}"

    @property
    def is_of_office(self) -> bool:
        """Whether each office keeps its own."""
        return self.rule.kept_by == "office"


def kinds_of(books: Rulebooks, jurisdiction: str) -> Mapping[str, EditionKind]:
    """Give the kinds that a division keeps, by code: its own, then those of the division above that it may add to."""
    found = {
        rule.code: EditionKind(jurisdiction, rule, book)
        for book in books.books.values()
        for rule in book.edition_kinds
        if (rule.jurisdiction or book.jurisdiction) == jurisdiction
    }
    place = books.jurisdictions.get(jurisdiction)
    if place is not None and place.parent is not None and place.level == "district":
        for code, kind in kinds_of(books, place.parent).items():
            if kind.rule.extends:
                found.setdefault(code, EditionKind(jurisdiction, kind.rule, kind.book, extends=True))
    return found


def kind_of(books: Rulebooks, jurisdiction: str, code: str) -> EditionKind:
    """Give a kind by its code.

    Raises: EditionKindUnknown.
    """
    known = kinds_of(books, jurisdiction)
    if code not in known:
        raise EditionKindUnknown(known=sorted(known))
    return known[code]
