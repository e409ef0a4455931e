"""How long an entry may be published, by which rule, and what a longer publication must rest on.

The list's own limit comes first, then that of its sector; what speaks against the subject is published no longer than
the national rules allow, whatever a city sets beside them. A province's ceiling stands above a law that is cited. None
set stays none set.
Source: 新乡四(四) (一般不超过三年); 河南省社会信用条例19 (ceiling, extension while listed); 第45号令; 信用修复管理办法.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from domain.calendar import add_term
from domain.credit.refusals import DatesOutOfOrder, LegalBasisMissing, citing
from domain.credit.terms import binding
from domain.errors import InvalidInput
from domain.lists.list_grounds import law_of
from domain.lists.list_kind import ListKind
from domain.lists.refusals import PublicationTooLong
from domain.registry.catalogue import BASIS_LEVELS
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.model import Rulebooks
from domain.text import require_text

EXCEPTING: Final = frozenset(
    {"law", "administrative_regulation", "local_regulation", "central_policy", "department_rule"}
)
"""Levels of 法律、法规以及国家相关政策 to which an exception points (新乡四(四))."""

OVERRIDING: Final = frozenset({"law", "administrative_regulation"})
"""Levels that prevail over a rule without an exception of its own (上海14)."""

_LONGEST_BASIS: Final = 500


@dataclass(frozen=True, slots=True)
class Limit:
    """The last day that a rule allows, the rule, and whether it leaves room for another law."""

    until: date
    rule: RuleAnswer


@dataclass(frozen=True, slots=True)
class Cited:
    """A law that is cited for a longer publication, with its level."""

    basis: str
    level: str


def cited(basis: str | None, level: str | None) -> Cited | None:
    """Give the law that is cited, or nothing where none is.

    Raises: LegalBasisMissing for one without the other; InvalidInput.
    """
    if basis is None and level is None:
        return None
    if basis is None or level is None:
        raise LegalBasisMissing("Cite the law together with its level.", zh="引用依据须同时注明层级。")
    if level not in BASIS_LEVELS:
        raise InvalidInput("There is no such level of legal basis.", zh="没有这一依据层级。", levels=list(BASIS_LEVELS))
    return Cited(require_text("legal_basis", basis, longest=_LONGEST_BASIS), level)


def limit_of(books: Rulebooks, kind: ListKind, *, published_on: date, decided_on: date) -> Limit | None:
    """Give the longest publication of an entry, the shorter where two rules set one; None where none does.

    Units: the last day itself is allowed. The term runs from the event the rule names: publication, else the decision.
    Source: 新乡四(四) (国家相关政策另有规定和要求的除外); 信用修复管理办法 (自认定之日起).
    """
    own = law_of(books, kind, "max_publication", published_on)
    path = "publication.max" if own is None else "publication.listed.max"
    nations = binding(books, kind.jurisdiction_id, path, decided_on) if kind.polarity == "negative" else None
    limits = (
        _limit(one, published_on if one is not None and one.from_event == "published" else decided_on)
        for one in (own, nations)
    )
    return min((one for one in limits if one is not None), key=lambda one: one.until, default=None)


def ceiling_of(books: Rulebooks, kind: ListKind, *, published_on: date) -> Limit | None:
    """Give the day beyond which not even a cited law extends what speaks against a subject; None where none is set.

    Source: 河南省社会信用条例19 (最长不超过五年).
    """
    if kind.polarity != "negative":
        return None
    return _limit(binding(books, kind.jurisdiction_id, "publication.ceiling", published_on), published_on)


def check_until(
    books: Rulebooks, kind: ListKind, until: date, law: Cited | None, *, published_on: date, decided_on: date
) -> str | None:
    """Pass a last day of publication; give the citation it rests on, None where no rule sets a limit.

    Raises: DatesOutOfOrder; PublicationTooLong with the latest day that is allowed.
    Source: 新乡四(四) (一般不超过三年,法律、法规以及国家相关政策另有规定和要求的除外).
    """
    if until < published_on:
        raise DatesOutOfOrder("The last day lies before the publication.", zh="公开截止日期早于公布日期。")
    limit = limit_of(books, kind, published_on=published_on, decided_on=decided_on)
    if limit is None or until <= limit.until:
        return law.basis if law else limit.rule.citation if limit else None
    levels = EXCEPTING if limit.rule.exception else OVERRIDING
    if law is None or law.level not in levels:
        raise citing(PublicationTooLong, limit.rule.citation, latest=limit.until.isoformat(), levels=sorted(levels))
    ceiling = ceiling_of(books, kind, published_on=published_on)
    if ceiling is not None and until > ceiling.until:
        raise citing(PublicationTooLong, ceiling.rule.citation, latest=ceiling.until.isoformat(), levels=[])
    return law.basis


def extends_while_listed(books: Rulebooks, kind: ListKind, on: date) -> str | None:
    """Give the citation of a rule that keeps an entry published while its subject is still listed; None where none.

    Source: 河南省社会信用条例19 (披露期限届满时尚未被移出名单的，延至被移出名单之日).
    """
    answer = binding(books, kind.jurisdiction_id, "publication.extends_while_listed", on)
    return answer.citation if answer is not None and answer.value is True and kind.polarity == "negative" else None


def term_columns(until: date | None, basis: str | None, law: Cited | None) -> Mapping[str, Any]:
    """Give the columns that say how long an entry is published, and by which rule."""
    return {"public_until": until, "term_basis": basis, "term_basis_level": law.level if law else None}


def _limit(answer: RuleAnswer | None, start: date) -> Limit | None:
    if answer is None or not isinstance(answer.value, int) or answer.unit is None:
        return None
    return Limit(add_term(start, answer.value, answer.unit), answer)
