"""The mutations as Strawberry sees them: one field each, with its input and its payload."""

from __future__ import annotations

import importlib
import pkgutil
from types import GenericAlias
from typing import Any, Optional

import strawberry

from api import commands
from api.declaring.types import entity_type, signature
from api.execution.mutation import MUTATIONS, Mutation, payload_name


def mutation_fields() -> dict[str, Any]:
    """Give the fields of Mutation: every module of this folder declares its own."""
    for module in pkgutil.iter_modules(commands.__path__):
        importlib.import_module(f"api.commands.{module.name}")
    return {name: _field(declared) for name, declared in MUTATIONS.items()}


def _field(declared: Mutation) -> Any:
    resolver = signature([("input", declared.input, "What to do.", True)], Optional[_payload(declared)])
    return strawberry.field(resolver=resolver, name=declared.name, description=declared.description)


def _payload(declared: Mutation) -> Any:
    name = payload_name(declared.name)
    annotations: dict[str, Any] = {
        "client_mutation_id": Optional[str],
        "receipts": list[strawberry.ID],
        "receipt": str,
    }
    values: dict[str, Any] = {
        "client_mutation_id": strawberry.field(description="The key that was sent."),
        "receipts": strawberry.field(
            description="Ids of the ledger events 台账回执 written by the change, plain UUIDs and no global ids:"
            " `ledgerProof(event:)` proves each once it is sealed."
        ),
        "receipt": strawberry.field(
            description="The receipt, signed (JWS, EdDSA): the events with their hashes. Keep it: with it you can show"
            " from any later export or proof of the ledger whether your change is in it as it was."
        ),
    }
    for field, entity in declared.payload.items():
        annotations[field] = Optional[entity_type(entity)]
        values[field] = strawberry.field(name=field, description=f"The {entity} after it, as far as you may see it.")
    for field, kind in declared.lists.items():
        annotations[field] = GenericAlias(list, (kind,))
        values[field] = strawberry.field(name=field, description="What became of each row, in the order of the call.")
    made = type(name, (), {"__annotations__": annotations, **values})
    return strawberry.type(made, name=name, description=f"What {declared.name} answers.")
