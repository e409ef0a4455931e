"""A kind of list as its rulebook describes it, and which offices own it or one of its domains.

Only a responsible office defines and collects for a list. A domain with named owners is theirs alone; the
catch-all is for the offices that are named nowhere, and never opens a domain that has an owner.
Source: 新乡三.1–三.8; 厦门3, 24, 28; 海沧3; 上海5, 9.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from domain.connection import Connection
from domain.credit.refusals import citing
from domain.errors import NotFound
from domain.installation_rows import office_id
from domain.lifecycle import Transaction
from domain.lists.refusals import DomainRequired, DomainUnknown, ListNotDescribed, NotListOwner
from domain.rulebook.lookup import list_kind
from domain.rulebook.model import Rulebook, Rulebooks
from domain.rulebook.tables import ListDomainRule, ListKindRule

_OWN_KINDS: Final = ("bureau_office", "other_body")
"""Kinds of office that a text may mean by “every unit”; no platform, no partner agency."""


@dataclass(frozen=True)
class ListKind:
    """A list with its rulebook."""

    id: UUID
    jurisdiction_id: str
    name: str
    polarity: str
    rule: ListKindRule
    book: Rulebook

    @property
    def code(self) -> str:
        """The code of the list within its rulebook."""
        return self.rule.code

    @property
    def citation(self) -> str:
        """Document and clause that open the list."""
        return f"《{self.book.name}》 {self.rule.clause}"

    @cached_property
    def domains(self) -> Mapping[str, ListDomainRule]:
        """The domains 领域 into which the list is divided, by code; none for an imported one."""
        return {} if self.rule.imported else {domain.code: domain for domain in self.book.list_domains}

    def concerns(self, route: str) -> tuple[str, ...]:
        """Name what a procedure may be laid down for: polarity, code, sector, route."""
        return (self.polarity, self.code, *((self.rule.sector,) if self.rule.sector else ()), route)

    def disclosure_of(self, *, person: bool) -> str:
        """Say how far an entry is shown."""
        return self.rule.person_disclosure if person else self.rule.disclosure

    def attesting(self, domain: str | None, office: UUID) -> tuple[UUID, ...]:
        """Give the offices that must attest an entry: the owners of its domain together, else its own office.

        Source: 新乡三.2 (two owners named together: both attest, a reading).
        """
        named = self.domains[domain] if domain is not None else None
        if named is None or named.catch_all or len(named.owners) < 2:
            return (office,)
        return tuple(office_id(self.jurisdiction_id, code) for code in named.owners)


async def load_kind(tx: Transaction, books: Rulebooks, list_id: UUID) -> ListKind:
    """Read a kind of list.

    Raises: NotFound; ListNotDescribed.
    """
    return await read_kind(tx.connection, books, list_id)


async def read_kind(connection: Connection, books: Rulebooks, list_id: UUID) -> ListKind:
    """Read a kind of list where nothing changes.

    Raises: NotFound; ListNotDescribed.
    """
    row = await connection.fetchrow("SELECT * FROM credit_list WHERE id = $1", list_id)
    if row is None:
        raise NotFound()
    return kind_of(books, row)


def kind_of(books: Rulebooks, row: Mapping[str, Any]) -> ListKind:
    """Give a kind of list from its row.

    Raises: ListNotDescribed.
    """
    book = books.books.get(row["rulebook"])
    rule = list_kind(book, row["code"]) if book is not None else None
    if book is None or rule is None:
        raise ListNotDescribed
    return ListKind(row["id"], row["jurisdiction_id"], row["name"], row["polarity"], rule, book)


async def require_owner(tx: Transaction, kind: ListKind, *, office: UUID, domain: str | None) -> None:
    """Pass an office that owns the list, and the domain where the list has domains.

    Raises: NotListOwner; DomainRequired; DomainUnknown.
    Source: 新乡三 (各领域的责任单位); 厦门3 (根据责任分办).
    """
    row = await tx.connection.fetchrow("SELECT code, kind, jurisdiction_id FROM office WHERE id = $1", office)
    if row is None or row["jurisdiction_id"] != kind.jurisdiction_id:
        raise citing(NotListOwner, kind.citation)
    _require_domain(kind, domain)
    if domain is None:
        owners, clause, unowned = kind.rule.owners, kind.citation, True
    else:
        named = kind.domains[domain]
        owners, clause = named.owners, f"《{kind.book.name}》 {named.clause}"
        unowned = not (named.catch_all and row["code"] in _named_owners(kind))
    groups = {one.code for one in kind.book.offices if one.form == "group"}
    everyone = bool(groups & set(owners)) and row["kind"] in _OWN_KINDS and unowned
    if row["code"] not in owners and not everyone:
        raise citing(NotListOwner, clause)


def _require_domain(kind: ListKind, domain: str | None) -> None:
    if domain is None and kind.domains:
        raise DomainRequired(known=sorted(kind.domains))
    if domain is not None and domain not in kind.domains:
        raise DomainUnknown(known=sorted(kind.domains))


def _named_owners(kind: ListKind) -> set[str]:
    """Name the offices that have a domain of their own."""
    return {code for domain in kind.domains.values() if not domain.catch_all for code in domain.owners}
