"""Who sends a request: whether it holds the key or the certificate to which its token is bound.

In charge of judging a token that is bound, and of accounts whose tokens must be. A token that is bound is never taken
as a plain bearer token, whatever the account says. Refuses with the one answer for bad tokens.
Source: RFC 9449 sections 7.1, 7.2; RFC 8705 section 3.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from authz.proof import read_proof
from authz.proof_use import use_once
from authz.token import Fault, TokenInvalid
from domain.connection import Queryable


@dataclass(frozen=True, slots=True)
class Bound:
    """What a token is bound to, and what its account asks for."""

    key: str | None
    certificate: str | None
    binding: str = "none"

    @property
    def to_nothing(self) -> bool:
        """Whether it is a plain bearer token of an account that may have such."""
        return self.key is None and self.certificate is None and self.binding == "none"


@dataclass(slots=True)
class Sender:
    """How one request was sent: method, address, proof, and the certificate that a trusted proxy has seen."""

    method: str
    address: str
    proof: str | None = field(default=None, repr=False)
    certificate: str | None = field(default=None, repr=False)
    """Thumbprint: SHA-256 of the certificate, base64url."""
    fault: Fault | None = None
    """What is wrong with how it was sent, where a bound token needs it right."""
    proven: str | None = field(default=None, repr=False)
    """Thumbprint of the key whose proof was used; a request that is planned anew does not use it twice."""

    async def prove(self, database: Queryable, token: str | None, now: datetime) -> str:
        """Give the thumbprint of the key whose proof came with the request, and use the proof up.

        Raises: TokenInvalid.
        """
        if self.proven is not None:
            return self.proven
        if self.fault is not None or self.proof is None:
            raise TokenInvalid(self.fault or Fault.SENDER)
        proof = read_proof(self.proof, method=self.method, address=self.address, token=token, now=now)
        if not await use_once(database, proof.use, until=proof.until, now=now):
            raise TokenInvalid(Fault.REPLAY)
        self.proven = proof.key
        return proof.key


async def require_sender(
    bound: Bound, sender: Sender | None, database: Queryable, *, scheme: str, token: str, now: datetime
) -> None:
    """Require that a token is sent by whom it is bound to, under the scheme that goes with it.

    Raises: TokenInvalid.
    """
    if (scheme == "dpop") != (bound.key is not None):
        raise TokenInvalid(Fault.SCHEME)
    if bound.to_nothing:
        return
    if (bound.binding == "dpop" and bound.key is None) or (bound.binding == "mtls" and bound.certificate is None):
        raise TokenInvalid(Fault.SENDER)
    if sender is None or sender.fault is not None:
        raise TokenInvalid(sender.fault if sender and sender.fault else Fault.SENDER)
    if bound.certificate is not None and sender.certificate != bound.certificate:
        raise TokenInvalid(Fault.SENDER)
    if bound.key is not None and await sender.prove(database, token, now) != bound.key:
        raise TokenInvalid(Fault.SENDER)
