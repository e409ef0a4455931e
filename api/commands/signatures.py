"""How a subject signs online: the fields that its mutations share, and the signature they give."""

from __future__ import annotations

from typing import Any

import strawberry

from api.commands.inputs import optional, value_of
from api.declaring.types import enum_type
from domain.commitment.commitments import Signature


def method() -> Any:
    """Declare how it is signed."""
    return strawberry.field(description="How it is signed online.", graphql_type=enum_type("SignatureMethod"))


def signer() -> Any:
    """Declare who signs."""
    return strawberry.field(description="Who signs: for an organisation by whom.", graphql_type=enum_type("Signer"))


def signer_name() -> Any:
    """Declare the name of who signs for an organisation."""
    return optional("Name of the legal representative or agent who signs for an organisation.")


def signature() -> Any:
    """Declare the evidence of the signature."""
    return optional("Evidence of the signature 签署, e.g. number of the electronic signature.")


def signed_online(given: Any) -> Signature:
    """Give the signature of an input with these fields."""
    return Signature(
        method=str(value_of(given.method)),
        signer=str(value_of(given.signer)),
        name=given.signer_name,
        evidence=given.signature,
        online=True,
    )
