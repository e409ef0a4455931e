"""The ledger: one append-only table of every change and of every access to personal data.

Appending takes no lock. Each event carries the transaction id that PostgreSQL gave it, so that the sealer
(`domain.ledger.seal`) can group all events below the oldest running transaction into a checkpoint that never
changes again. The database role that serves requests may insert here and nothing else.
Source: 上海12 (tampering must be found), 34; 河南39 (操作留痕可查); 个人信息保护法 55-56.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.ids import new_id
from domain.privacy import Privacy, column, reference

EVENT_KINDS = ("change", "access")
OUTCOMES = ("done", "served", "refused")


class LedgerEvent(Model):
    """An event of the ledger 台账: a change 变更 or an access 查询."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    kind: str = column(fields.TextField, "Change or access.")
    at: datetime = column(fields.DatetimeField, "When it happened.")
    object: str = column(fields.TextField, "What was changed or read: the noun, e.g. credit_record.")
    object_id: UUID | None = column(fields.UUIDField, "Which row, where it is one.", null=True)
    verb: str = column(fields.TextField, "What was done, e.g. publish, read, issue.")
    outcome: str = column(fields.TextField, "Done, served or refused.")
    subject_id: UUID | None = column(fields.UUIDField, "The subject concerned.", Privacy.SECRET, null=True)
    account_id: UUID | None = column(
        fields.UUIDField, "Account that did it; null for the anonymous public.", Privacy.INQUIRY, null=True
    )
    deputy_of_id: UUID | None = column(
        fields.UUIDField, "Account in whose place it was done, by its deputy 代理.", Privacy.INTERNAL, null=True
    )
    agent_of_id: UUID | None = column(
        fields.UUIDField, "Subject for which it was done, by its agent 委托代理人.", Privacy.SECRET, null=True
    )
    role: str = column(fields.TextField, "Roles it was done under.")
    office = reference("renxin.Office", "The office of the account.", Privacy.OPEN, null=True)
    purpose: str | None = column(fields.TextField, "Purpose 用途 named by the caller.", null=True)
    basis: str | None = column(
        fields.TextField, "Legal basis 依据 of the access, or the clause of the change.", null=True
    )
    reason: str | None = column(fields.TextField, "Reason given, or code of the refusal.", Privacy.INQUIRY, null=True)
    policy_version: int = column(fields.IntField, "Version of the access policy it was decided under.")
    token_id: str | None = column(fields.TextField, "Id (jti) of the token.", Privacy.INTERNAL, null=True)
    image: dict[str, Any] | None = column(fields.JSONField, "The row after the change.", Privacy.SECRET, null=True)

    class Meta:
        table = "ledger_event"
        indexes: tuple[Any, ...] = (
            Index(fields=("subject_id", "kind", "at", "id"), name="ledger_event_of_subject"),
            Index(fields=("office_id", "kind", "at", "id"), name="ledger_event_of_office"),
            Index(fields=("kind", "at", "id"), name="ledger_event_of_kind"),
        )
        constraints = (
            CheckConstraint(check=f"kind IN {EVENT_KINDS}", name="ledger_event_kind_is_known"),
            CheckConstraint(check=f"outcome IN {OUTCOMES}", name="ledger_event_outcome_is_known"),
        )


class LedgerCheckpoint(Model):
    """A checkpoint 封存点: all events of a range of transactions, hashed, linked to the one before, and signed."""

    id: int = column(
        fields.BigIntField, "Number of the checkpoint, from 1, without gaps.", primary_key=True, generated=False
    )
    from_xid: int = column(fields.BigIntField, "First transaction of the range.")
    to_xid: int = column(fields.BigIntField, "First transaction after the range.")
    size: int = column(fields.IntField, "How many events.")
    leaves: bytes = column(fields.BinaryField, "Id and SHA-256 of each event, in order.")
    root: str = column(fields.TextField, "Merkle root (RFC 9162) of the leaves, hexadecimal.")
    previous: str = column(fields.TextField, "Digest of the checkpoint before.")
    digest: str = column(fields.TextField, "Digest of this checkpoint.")
    key_id: str = column(fields.TextField, "Id of the signing key.")
    signature: str = column(fields.TextField, "Signed digest: JWS, EdDSA, typ renxin-checkpoint+jws.")
    sealed_at: datetime = column(fields.DatetimeField, "When it was sealed.")
    tree: str | None = column(
        fields.TextField, "Merkle root of the digests of all checkpoints before it, hexadecimal.", null=True
    )
    nodes: bytes = column(fields.BinaryField, "Nodes it completes in the tree over all checkpoints.")

    class Meta:
        table = "ledger_checkpoint"
