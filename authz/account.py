"""Accounts: the people and machines that call, which role they hold in which office, and from when to when.

A token names an account (issuer and subject); what the account may do is read here, never from the token.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference


class Account(Model):
    """A person or machine known to this service by the issuer and subject of its tokens."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    issuer: str = column(fields.TextField, "Issuer (iss) of its tokens.", Privacy.INTERNAL)
    sub: str = column(fields.TextField, "Subject (sub) of its tokens.", Privacy.INTERNAL)
    display: str = column(fields.TextField, "What it is called, e.g. 市监察支队经办.", Privacy.INTERNAL)
    subject = reference(
        "renxin.Subject", "The subject it is, for people who see their own record.", Privacy.SECRET, null=True
    )

    class Meta:
        table = "account"
        constraints = (UniqueConstraint(fields=("issuer", "sub"), name="account_is_unique"),)


class Assignment(Model):
    """A role held by an account in an office, from a day until a day."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    account = reference("renxin.Account", "The account.")
    role: str = column(fields.TextField, "The role.")
    office = reference("renxin.Office", "The office it is held in; null for roles without one.", null=True)
    jurisdiction = reference(
        "renxin.Jurisdiction", "The division it is held in; null for roles without one.", null=True
    )
    from_on: date = column(fields.DateField, "First day.")
    to_on: date | None = column(fields.DateField, "Last day; null while it lasts.", null=True)

    class Meta:
        table = "assignment"
        indexes: tuple[Any, ...] = (Index(fields=("account_id",), name="assignment_by_account"),)


class RevokedToken(Model):
    """A token that is no longer accepted, by its id, until it would have expired anyway."""

    id: str = column(fields.CharField, "Id (jti) of the token.", Privacy.SECRET, max_length=200, primary_key=True)
    revoked_at: datetime = column(fields.DatetimeField, "When it was revoked.")
    expires_at: datetime = column(fields.DatetimeField, "When it would have expired.")

    class Meta:
        table = "revoked_token"
