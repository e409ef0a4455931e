"""Who evaluates under a scheme, and what its clause orders of a result: archive, push, disclosure.

In charge of refusing what is not done under it. A result is shown as far as the catalogue item says under which it
stands; where the scheme names none, offices share it and nothing is published.
Source: 厦门12–16; 十堰正文; 新乡三.4; 海沧13; 人社部规〔2016〕1号 (context, another scale).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.evaluation.refusals import SchemeNotOpen, SchemeOfOtherOffice
from domain.grade.scheme import Scheme, scheme, schemes
from domain.installation_rows import office_id
from domain.rulebook.model import Rulebook, Rulebooks

_SHARED: Final = "government_sharing"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A scheme as a division evaluates by it: the scheme of a day, and the document it stands in."""

    scheme: Scheme
    book: Rulebook

    @property
    def code(self) -> str:
        """The code by which it is named."""
        return self.scheme.key

    @property
    def jurisdiction(self) -> str:
        """The division that evaluates."""
        return self.scheme.jurisdiction

    @property
    def citation(self) -> str:
        """Document and clause that order it, in one line."""
        return f"《{self.book.name}》 {self.scheme.cited.clause}"

    @property
    def offices(self) -> tuple[UUID, ...]:
        """The offices that evaluate."""
        return tuple(office_id(self.book.jurisdiction, actor) for actor in self.scheme.rule.actors)

    @property
    def is_open(self) -> bool:
        """Whether anybody is evaluated under it: neither planned, nor a data base, nor another layer's."""
        rule = self.scheme.rule
        return rule.status != "planned" and not rule.is_context and rule.kind == "evaluation"

    @property
    def pushes(self) -> bool:
        """Whether the clause orders that results are pushed to the city platform."""
        return bool(self.scheme.rule.push_to)

    def disclosure(self, *, about_person: bool) -> str:
        """Give how far a result is shown."""
        item = next((one for one in self.book.catalogue if one.code == self.scheme.rule.item), None)
        if item is None:
            return _SHARED
        return item.person_disclosure if about_person else item.disclosure


def evaluations(books: Rulebooks, jurisdiction: str, on: date) -> tuple[Evaluation, ...]:
    """List the schemes of a division and of the layers above it on a day.

    Raises: JurisdictionUnknown.
    """
    return tuple(Evaluation(one, books.books[one.rulebook]) for one in schemes(books, jurisdiction, on))


def evaluation(books: Rulebooks, jurisdiction: str, code: str, on: date) -> Evaluation:
    """Find a scheme of a division by its code.

    Raises: SchemeUnknown; JurisdictionUnknown.
    """
    found = scheme(books, jurisdiction, code, on)
    return Evaluation(found, books.books[found.rulebook])


def evaluation_by(books: Rulebooks, jurisdiction: str, code: str, *, office: UUID, on: date) -> Evaluation:
    """Find a scheme under which an office evaluates.

    Raises: SchemeUnknown; SchemeNotOpen; SchemeOfOtherOffice.
    """
    found = evaluation(books, jurisdiction, code, on)
    if not found.is_open:
        raise SchemeNotOpen
    if office not in found.offices:
        raise SchemeOfOtherOffice(offices=[f"Office:{one}" for one in found.offices])
    return found
