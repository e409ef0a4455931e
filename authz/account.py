"""Accounts: the people and machines that call, which role they hold in which office, and from when to when.

A deputy 代理 is assigned no role but a principal: between two days it holds the roles that the principal itself holds
in an office, as far as they last.

A token names an account (issuer and subject); what the account may do is read here, never from the token. A role
is granted by two officers, neither of whom is the account that receives it: the database keeps that. The owner of
the database (operator) grants at installation. That an account is a subject may be entered by rule (a sign-in).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.lifecycle import machine
from domain.privacy import Privacy, column, reference

OF_SUBJECT = "({t}.role = 'subject' OR {t}.subject_id IS NOT NULL)"
"""Whether the assignment `{t}` is that of a subject of credit information, or of its agent."""

SUBJECT_ROLES = frozenset({"subject", "agent"})
"""Roles that follow from who somebody is or acts for; officers do not grant them."""

DEPUTY = "deputy"
"""The word in place of a role in the assignment of a deputy; no policy knows it."""

ACCOUNT_KINDS = ("person", "machine")
ACCOUNT_STATES = ("active", "suspended")
ASSIGNMENT_STATES = ("proposed", "granted", "ended", "rejected")
ASSIGNMENT_ORIGINS = ("operator", "officer", "rule")

BINDINGS = ("none", "dpop", "mtls")
"""What the tokens of an account must be bound to: nothing, a key of the client, or its certificate."""

ACCOUNT = machine(
    "account",
    revoke_tokens=(("active", "suspended"), None),
    sign_out=(("active", "suspended"), None),
    bind=(("active", "suspended"), None),
    suspend=("active", "suspended"),
    reinstate=("suspended", "active"),
)
"""What may happen to an account that is registered."""

ASSIGNMENT = machine(
    "assignment",
    approve=("proposed", "granted"),
    reject=("proposed", "rejected"),
    end=("granted", "ended"),
    shorten=("granted", None),
    renew=(("granted", "ended"), "granted"),
)
"""What may happen to an assignment; only an operator renews one."""


class Account(Model):
    """A person or machine known to this service by the issuer and subject of its tokens."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    issuer: str = column(fields.TextField, "Issuer (iss) of its tokens.", Privacy.INTERNAL)
    sub: str = column(fields.TextField, "Subject (sub) of its tokens.", Privacy.INTERNAL)
    display: str = column(fields.TextField, "What it is called, e.g. 市监察支队经办.", Privacy.INTERNAL)
    kind: str = column(fields.TextField, "Whether a person or a machine calls: person, machine.", db_default="person")
    subject = reference(
        "renxin.Subject", "The subject it is, for people who see their own record.", Privacy.SECRET, null=True
    )
    person: str | None = column(
        fields.TextField, "Keyed digest of who it is, the same in all accounts of a person.", Privacy.SECRET, null=True
    )
    state: str = column(fields.TextField, "State: active, or suspended.", db_default="active")
    binding: str = column(
        fields.TextField,
        "What its tokens must be bound to: none, dpop (a key) or mtls (a certificate).",
        db_default="none",
    )
    tokens_from: datetime | None = column(
        fields.DatetimeField, "Tokens issued at this instant or before are refused; null where none are.", null=True
    )
    suspended_by = reference("renxin.Account", "Who suspended it last.", null=True)
    suspended_at: datetime | None = column(fields.DatetimeField, "When it was suspended last.", null=True)
    reinstated_by = reference("renxin.Account", "The other officer, who reinstated it since.", null=True)

    class Meta:
        table = "account"
        indexes: tuple[Any, ...] = (Index(fields=("person",), name="account_by_person"),)
        constraints = (
            UniqueConstraint(fields=("issuer", "sub"), name="account_is_unique"),
            CheckConstraint(check=f"kind IN {ACCOUNT_KINDS}", name="account_kind_is_known"),
            CheckConstraint(check=f"state IN {ACCOUNT_STATES}", name="account_state_is_known"),
            CheckConstraint(check=f"binding IN {BINDINGS}", name="account_binding_is_known"),
            CheckConstraint(
                check="reinstated_by_id <> suspended_by_id AND reinstated_by_id <> id",
                name="account_reinstated_by_another",
            ),
        )


class Assignment(Model):
    """A role held by an account in an office, or as agent of a subject, from a day until a day."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    account = reference("renxin.Account", "The account.")
    role: str = column(fields.TextField, "The role.")
    office = reference("renxin.Office", "The office it is held in; null for roles without one.", null=True)
    jurisdiction = reference(
        "renxin.Jurisdiction", "The division it is held in; null for roles without one.", null=True
    )
    subject = reference(
        "renxin.Subject", "The principal 委托人 for whom an authorised agent acts.", Privacy.SECRET, null=True
    )
    deputy_of = reference(
        "renxin.Account",
        "The principal in whose place a deputy 代理人 acts, with the roles it holds itself.",
        null=True,
    )
    from_on: date = column(fields.DateField, "First day.")
    to_on: date | None = column(fields.DateField, "Last day; null while it lasts.", null=True)
    state: str = column(fields.TextField, "State: proposed, granted, ended or rejected.", db_default="granted")
    origin: str = column(
        fields.TextField, "Who brought it in: operator, officer, or rule (a sign-in).", db_default="officer"
    )
    reason: str | None = column(fields.TextField, "Why it was proposed.", null=True)
    proposed_by = reference("renxin.Account", "Who proposed it; null for what an operator granted.", null=True)
    proposed_at: datetime | None = column(fields.DatetimeField, "When it was proposed.", null=True)
    approved_by = reference("renxin.Account", "The second officer, who approved it.", null=True)
    approved_at: datetime | None = column(fields.DatetimeField, "When it was approved.", null=True)
    ended_by = reference("renxin.Account", "Who ended it before its last day.", null=True)
    ended_at: datetime | None = column(fields.DatetimeField, "When it was ended before its last day.", null=True)
    decision: str | None = column(fields.TextField, "What was said when it was approved, rejected or ended.", null=True)

    class Meta:
        table = "assignment"
        indexes: tuple[Any, ...] = (
            Index(fields=("account_id",), name="assignment_by_account"),
            Index(fields=("deputy_of_id",), name="assignment_by_principal"),
        )
        constraints = (
            CheckConstraint(check=f"state IN {ASSIGNMENT_STATES}", name="assignment_state_is_known"),
            CheckConstraint(check=f"origin IN {ASSIGNMENT_ORIGINS}", name="assignment_origin_is_known"),
            CheckConstraint(check="to_on IS NULL OR to_on >= from_on", name="assignment_days_in_order"),
            CheckConstraint(
                check="origin <> 'officer' OR (proposed_by_id IS NOT NULL"
                " AND (state IN ('proposed', 'rejected') OR approved_by_id IS NOT NULL))",
                name="assignment_has_two_officers",
            ),
            CheckConstraint(check="origin <> 'rule' OR role = 'subject'", name="assignment_by_rule_is_of_a_subject"),
            CheckConstraint(
                check="approved_by_id <> proposed_by_id AND approved_by_id <> account_id",
                name="assignment_approver_is_another",
            ),
            CheckConstraint(check="proposed_by_id <> account_id", name="assignment_proposer_is_another"),
            CheckConstraint(check="(role = 'agent') = (subject_id IS NOT NULL)", name="assignment_agent_has_principal"),
            CheckConstraint(
                check=f"(role = '{DEPUTY}') = (deputy_of_id IS NOT NULL)", name="assignment_deputy_has_principal"
            ),
            CheckConstraint(check="deputy_of_id IS NULL OR to_on IS NOT NULL", name="assignment_deputy_has_last_day"),
            CheckConstraint(check="deputy_of_id <> account_id", name="assignment_deputy_is_another"),
        )


class RevokedToken(Model):
    """A token that is no longer accepted, by its id, until it would have expired anyway."""

    id: str = column(fields.CharField, "Id (jti) of the token.", Privacy.SECRET, max_length=200, primary_key=True)
    revoked_at: datetime = column(fields.DatetimeField, "When it was revoked.")
    expires_at: datetime = column(fields.DatetimeField, "When it would have expired.")

    class Meta:
        table = "revoked_token"
