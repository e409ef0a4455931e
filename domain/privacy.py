"""Privacy classes and the fields that carry them.

Every column of every table is declared through `column` or `reference`, so that each states what it is and
to which privacy class it belongs; the ORM would swallow an unknown keyword silently. Which role sees which
class, and in which form, is the policy's matter; how a class is masked in SQL is `authz.fields`'.
Source: Personal Information Protection Law 6, 28, 51; 《厦门市人社局2021年信用工作要点》5.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.fields.base import Field, OnDelete


class Privacy(StrEnum):
    """How sensitive a column is; the order is from harmless to closely guarded."""

    __hash__ = str.__hash__  # that of Enum is Python code: 1 µs for each look into a table

    OPEN = "open"
    """Facts about procedures, offices, catalogues, dates and states: everyone who may read the row."""
    CREDIT = "credit"
    """What a credit record or list entry says: number, title, severity, reason."""
    CREDIT_DETAIL = "credit_detail"
    """Free text and data items of a record; may name people. Masked: shown for organisations only."""
    PERSON_NAME = "person_name"
    """The name of a natural person. Masked: surname only."""
    PERSON_ID = "person_id"
    """The identity number of a natural person, held encrypted. Masked: the display form."""
    REPRESENTATIVE_ID = "representative_id"
    """The identity number of an organisation's legal representative. Masked: the display form."""
    FULFILMENT = "fulfilment"
    """Whether a commitment was kept, and what was found: shared between offices, not published (厦门11, 海沧12)."""
    RESTRICTED = "restricted"
    """Exam watch lists, claimants' files, what was found about a commitment: need to know."""
    PARTY_MEMBERSHIP = "party_membership"
    """What follows from a candidate's being a Party member: the officer for it and the person (十堰)."""
    INQUIRY = "inquiry"
    """Who looked at whom, when, for what."""
    INTERNAL = "internal"
    """Who handled the row inside the office, and its intake."""
    SECRET = "secret"  # noqa: S105 - the name of a class
    """Never leaves the database: ciphertexts, blind indexes, search keys."""


class Declared:
    """What a column says about itself beside its type."""

    def __init__(self, privacy: Privacy, *, masked_by: str | None = None) -> None:
        self.privacy = privacy
        self.masked_by = masked_by


def column(
    field: type[Field[Any]],
    description: str,
    privacy: Privacy = Privacy.OPEN,
    *,
    masked_by: str | None = None,
    **options: Any,
) -> Any:
    """Declare a column: its type, what it is, its privacy class and the column that shows its masked form."""
    made = field(description=description, **options)
    made.declared = Declared(privacy, masked_by=masked_by)  # type: ignore[attr-defined]
    return made


def reference(model: str, description: str, privacy: Privacy = Privacy.OPEN, *, null: bool = False) -> Any:
    """Declare a foreign key without a reverse accessor; rows that are referred to are never deleted."""
    options: dict[str, Any] = {"null": null}
    made: Any = fields.ForeignKeyField(
        model, related_name=False, on_delete=OnDelete.RESTRICT, description=description, db_index=False, **options
    )
    made.declared = Declared(privacy)
    return made


def declared(field: Field[Any]) -> Declared:
    """Give a column's declaration.

    Raises: AttributeError for a column that was made without `column` or `reference`.
    """
    return field.declared  # type: ignore[attr-defined,no-any-return]
