"""Keys of service accounts: public keys with which a partner's machine shows who it is, and how they are changed.

In charge of registering, approving, rotating and revoking them. A key opens an account, so it is registered by one
officer and approved by another, neither of whom has the account; the account itself replaces a key with the signature
of the one in force, and both hold side by side for a week. Refuses private keys, weak keys, a key twice, more than two
at once, and keys of accounts of people. Source: RFC 7523; RFC 7517; RFC 7638; separation of duties.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from authz.activation import bump_epoch
from authz.token_keys import ALGORITHMS, is_private, public_members, thumbprint, usable_key
from authz.versions import LONGEST_REASON, OfficerBenefits, SecondOfficerNeeded
from domain import lifecycle
from domain.errors import DomainError, InvalidInput
from domain.ids import new_id
from domain.lifecycle import Transaction, machine
from domain.privacy import column, reference
from domain.text import require_text

KEY_STATES = ("proposed", "approved", "rejected", "revoked")
KEY_ORIGINS = ("officer", "rotation")
AT_ONCE = 2
"""How many keys of an account hold side by side: the one in use and the one that follows."""

OVERLAP = timedelta(days=7)
"""For how long a key still holds after the account has replaced it."""

LIFETIME = timedelta(days=365)
"""How long a key holds, unless it is replaced or revoked before."""

KEY_LENGTH = 4_096

ACCOUNT_KEY = machine(
    "account_key",
    approve=("proposed", "approved"),
    reject=("proposed", "rejected"),
    shorten=("approved", None),
    revoke=("approved", "revoked"),
)
"""What may happen to a key."""


class KeyUnusable(InvalidInput):
    """The key cannot be used: give a public Ed25519, P-256 or RSA key (2048 bits or more) as PEM or JWK."""

    code = "KEY_UNUSABLE"
    zh = "公钥无法使用：请提交 Ed25519、P-256 或 2048 位以上 RSA 公钥（PEM 或 JWK）。"


class PrivateKeyGiven(KeyUnusable):
    """That is a private key: it must never leave its machine; make a new pair and give the public half."""

    code = "PRIVATE_KEY_GIVEN"
    zh = "提交的是私钥：私钥不得离开本机，请重新生成密钥对并只提交公钥。"


class KeyKnown(DomainError):
    """This key is or was registered already: make a new pair."""

    code = "KEY_KNOWN"
    zh = "该公钥已登记过：请重新生成密钥对。"


class KeyLimit(DomainError):
    """Two keys of the account hold or are proposed already: revoke one, or wait until the older one has ended."""

    code = "KEY_LIMIT"
    zh = "该账号已有两个有效或待批准的公钥：请先撤销其一，或待旧公钥到期。"


class AccountNotMachine(DomainError):
    """Keys are for machine accounts of this service's own issuer: register such an account first."""

    code = "ACCOUNT_NOT_MACHINE"
    zh = "公钥仅用于本服务签发方名下的机器账号：请先登记此类账号。"


class AccountKey(Model):
    """A public key of a service account 服务账号公钥, with which its machine asks for access tokens."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    account = reference("renxin.Account", "The account.")
    kid: str = column(fields.TextField, "Key id: the thumbprint of the key (RFC 7638).")
    algorithm: str = column(fields.TextField, "Algorithm of its signatures: EdDSA, ES256 or RS256.")
    jwk: str = column(fields.TextField, "The public key as a JSON Web Key.")
    state: str = column(fields.TextField, "State: proposed, approved, rejected or revoked.")
    origin: str = column(fields.TextField, "Who brought it in: officer, or rotation by the account itself.")
    replaces = reference("renxin.AccountKey", "The key with whose signature the account brought it in.", null=True)
    reason: str | None = column(fields.TextField, "Why it was proposed.", null=True)
    proposed_by = reference("renxin.Account", "The officer who proposed it.", null=True)
    proposed_at: datetime = column(fields.DatetimeField, "When it was proposed or brought in.")
    approved_by = reference("renxin.Account", "The second officer, who approved it.", null=True)
    approved_at: datetime | None = column(fields.DatetimeField, "When it was approved.", null=True)
    ends_at: datetime = column(fields.DatetimeField, "Until when it holds.")
    decision: str | None = column(
        fields.TextField, "What was said when it was approved, rejected or revoked.", null=True
    )

    class Meta:
        table = "account_key"
        indexes: tuple[Any, ...] = (Index(fields=("account_id",), name="account_key_by_account"),)
        constraints = (
            UniqueConstraint(fields=("kid",), name="account_key_is_unique"),
            CheckConstraint(check=f"state IN {KEY_STATES}", name="account_key_state_is_known"),
            CheckConstraint(check=f"origin IN {KEY_ORIGINS}", name="account_key_origin_is_known"),
            CheckConstraint(
                check="(origin = 'rotation' AND replaces_id IS NOT NULL) OR (origin = 'officer'"
                " AND proposed_by_id IS NOT NULL AND (state IN ('proposed', 'rejected') OR approved_by_id IS NOT NULL))",
                name="account_key_has_two_officers",
            ),
            CheckConstraint(
                check="approved_by_id <> proposed_by_id AND approved_by_id <> account_id",
                name="account_key_approver_is_another",
            ),
            CheckConstraint(check="proposed_by_id <> account_id", name="account_key_proposer_is_another"),
        )


async def propose(tx: Transaction, account: Mapping[str, Any], public_key: str, *, issuer: str, reason: str) -> UUID:
    """Propose a public key for a machine account of this service's issuer; give its id. The account is locked.

    Raises: KeyUnusable; AccountNotMachine; OfficerBenefits; KeyKnown; KeyLimit; InvalidInput.
    """
    officer = tx.require_account()
    words = require_text("reason", reason, longest=LONGEST_REASON)
    if account["kind"] != "machine" or account["issuer"] != issuer:
        raise AccountNotMachine
    if account["id"] in tx.actor.hands:
        raise OfficerBenefits
    entry = read_public_key(public_key)
    await _require_room(tx, account["id"])
    values = {
        "state": "proposed", "origin": "officer", "reason": words, "proposed_by_id": officer,
        "ends_at": tx.now + LIFETIME,
    }  # fmt: skip
    return await _enter(tx, account["id"], entry, "propose", values)


async def approve(tx: Transaction, row: Mapping[str, Any], *, reason: str | None) -> None:
    """Approve a proposed key as the second officer; it holds at once.

    Raises: SecondOfficerNeeded; OfficerBenefits; StateConflict.
    """
    officer = tx.require_account()
    if officer == row["proposed_by_id"]:
        raise SecondOfficerNeeded
    if row["account_id"] in tx.actor.hands:
        raise OfficerBenefits
    words = None if reason is None else require_text("reason", reason, longest=LONGEST_REASON)
    changes = {"approved_by_id": officer, "approved_at": tx.now, "ends_at": tx.now + LIFETIME, "decision": words}
    await lifecycle.move(tx, ACCOUNT_KEY, "approve", row["id"], changes, reason=words)


async def reject(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> None:
    """Reject a proposed key, or take the proposal back.

    Raises: StateConflict.
    """
    words = require_text("reason", reason, longest=LONGEST_REASON)
    await lifecycle.move(tx, ACCOUNT_KEY, "reject", row["id"], {"decision": words}, reason=words)


async def revoke(tx: Transaction, row: Mapping[str, Any], *, reason: str) -> None:
    """Revoke a key, and every token of its account that was issued until now: one of them may rest on it.

    Raises: StateConflict.
    """
    words = require_text("reason", reason, longest=LONGEST_REASON)
    await lifecycle.move(tx, ACCOUNT_KEY, "revoke", row["id"], {"decision": words, "ends_at": tx.now}, reason=words)
    await tx.connection.execute("UPDATE account SET tokens_from = $2 WHERE id = $1", row["account_id"], tx.now)
    await bump_epoch(tx.connection)


async def rotate(tx: Transaction, signer: Mapping[str, Any], entry: Mapping[str, Any]) -> UUID:
    """Bring in the key that follows one in force, with whose signature it came; give its id.

    The older ones hold for a week more. Raises: KeyKnown; KeyLimit.
    """
    await tx.connection.execute("SELECT FROM account WHERE id = $1 FOR UPDATE", signer["account_id"])
    await _require_room(tx, signer["account_id"])
    end = tx.now + OVERLAP
    for old in await tx.connection.fetch(_IN_FORCE, signer["account_id"], tx.now):
        if old["ends_at"] > end:
            await lifecycle.move(tx, ACCOUNT_KEY, "shorten", old["id"], {"ends_at": end})
    values = {
        "state": "approved", "origin": "rotation", "replaces_id": signer["id"], "approved_at": tx.now,
        "ends_at": tx.now + LIFETIME,
    }  # fmt: skip
    return await _enter(tx, signer["account_id"], entry, "rotate", values)


def read_public_key(text: str) -> Mapping[str, Any]:
    """Read a public key written as PEM or as a JSON Web Key.

    Raises: KeyUnusable; PrivateKeyGiven.
    """
    plain = text.strip()
    if len(plain) > KEY_LENGTH:
        raise KeyUnusable
    if "PRIVATE KEY" in plain:
        raise PrivateKeyGiven
    return require_usable(_of_pem(plain) if plain.startswith("-----") else _of_json(plain))


def require_usable(entry: object) -> Mapping[str, Any]:
    """Require that a JSON Web Key is a public one that may verify.

    Raises: KeyUnusable; PrivateKeyGiven.
    """
    if not isinstance(entry, dict):
        raise KeyUnusable
    if is_private(entry):
        raise PrivateKeyGiven
    if usable_key(entry, ALGORITHMS) is None:
        raise KeyUnusable
    return entry


def _of_pem(text: str) -> object:
    """Give the entry of a key; None for what is none, or one of a kind that nobody signs with here."""
    try:
        key = serialization.load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None
    if isinstance(key, ed25519.Ed25519PublicKey):
        return jwt.algorithms.OKPAlgorithm.to_jwk(key, as_dict=True)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return jwt.algorithms.ECAlgorithm.to_jwk(key, as_dict=True)
    if isinstance(key, rsa.RSAPublicKey):
        return jwt.algorithms.RSAAlgorithm.to_jwk(key, as_dict=True)
    return None


def _of_json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


async def _enter(
    tx: Transaction, account_id: UUID, entry: Mapping[str, Any], verb: str, values: Mapping[str, Any]
) -> UUID:
    key = usable_key(entry, ALGORITHMS)
    assert key is not None  # it was required to be usable when it was read
    kid = thumbprint(entry)
    if await tx.connection.fetchval("SELECT EXISTS (SELECT FROM account_key WHERE kid = $1)", kid):
        raise KeyKnown
    made = {
        "account_id": account_id, "kid": kid, "algorithm": key.algorithm, "proposed_at": tx.now,
        "jwk": json.dumps(public_members(entry), sort_keys=True), **values,
    }  # fmt: skip
    return await lifecycle.create(tx, "account_key", verb, made, reason=values.get("reason"))


async def _require_room(tx: Transaction, account_id: UUID) -> None:
    if len(await tx.connection.fetch(_STANDING, account_id, tx.now)) >= AT_ONCE:
        raise KeyLimit


_IN_FORCE = "SELECT id, ends_at FROM account_key WHERE account_id = $1 AND state = 'approved' AND ends_at > $2"
_STANDING = "SELECT id FROM account_key WHERE account_id = $1 AND state IN ('proposed', 'approved') AND ends_at > $2"
