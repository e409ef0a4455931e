"""Proofs out of the ledger: that an event is sealed, that a checkpoint continues another. No content, so no masking."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar

import strawberry

from api.execution.job import Job, reader_of
from api.planning.bind import as_uuid
from api.planning.reader import FieldForbidden
from api.queries.fields import Ctx, argument
from domain.connection import Connection
from domain.ledger import proof as ledger_proof

Proof = TypeVar("Proof")


@strawberry.type(description="A checkpoint 封存点 as those outside may hold it.")
class CheckpointHead:
    number: int = strawberry.field(description="Number of the checkpoint, from 1, without gaps.")
    digest: str = strawberry.field(description="Digest of what it signs, hexadecimal; a credit report names it.")
    size: int = strawberry.field(description="How many events it seals.")
    sealed_at: datetime = strawberry.field(description="When it was sealed.")
    signature: str = strawberry.field(description="What it signs, signed: JWS, EdDSA.")


@strawberry.type(
    description="Proof that an event of the ledger is sealed 台账证明 (RFC 9162); it tells nothing of the event."
)
class LedgerProof:
    event: strawberry.ID = strawberry.field(description="Id of the event: a receipt of the change.")
    hash: str = strawberry.field(description="Salted SHA-256 of the event's text, hexadecimal.")
    position: int = strawberry.field(description="Place of the event in its checkpoint, from 1.")
    path: list[str] = strawberry.field(description="From the event's leaf to the Merkle root of its checkpoint.")
    checkpoint: CheckpointHead = strawberry.field(description="The checkpoint that seals the event.")
    against: CheckpointHead = strawberry.field(description="The checkpoint against which it is proven.")
    tree_path: list[str] = strawberry.field(
        description="From the checkpoint to the tree that the other one has signed; empty where it is the same."
    )
    file: str = strawberry.field(
        description="The proof as a file, for `renxin verify-ledger --offline FILE --keys FILE`."
    )


@strawberry.type(
    description="Proof that a checkpoint continues an older one 一致性证明: nothing before it was changed or left out."
)
class LedgerConsistencyProof:
    first: CheckpointHead = strawberry.field(description="The older checkpoint.")
    second: CheckpointHead = strawberry.field(description="The later checkpoint.")
    tree_path: list[str] = strawberry.field(
        description="From the first checkpoint to the tree that the second has signed."
    )
    consistency: list[str] = strawberry.field(
        description="That the tree which the first has signed is the beginning of the one that the second has."
    )
    file: str = strawberry.field(
        description="The proof as a file, for `renxin verify-ledger --offline FILE --keys FILE`."
    )


async def ledger_proof_of(
    info: Ctx,
    event: Annotated[strawberry.ID, argument("event", "Id of the event: one of the receipts of a change.")],
    against: Annotated[
        int | None, argument("against", "Number of the checkpoint that you hold; the latest unless given.")
    ] = None,
) -> LedgerProof | None:
    """Give the proof that an event is in a checkpoint, and that one in the tree of another; None for none such.

    Raises: FieldForbidden; what proving raises.
    """
    event_id = as_uuid(event)
    proof = await _proven(info.context, lambda session: ledger_proof.prove_event(session, event_id, against))
    if proof is None:
        return None
    return LedgerProof(
        event=strawberry.ID(str(proof.event_id)),
        hash=proof.hash,
        position=proof.position,
        path=list(proof.path),
        checkpoint=_head(proof.checkpoint),
        against=_head(proof.against),
        tree_path=list(proof.tree_path),
        file=proof.text(),
    )


async def consistency_proof(
    info: Ctx,
    from_: Annotated[int, argument("from", "Number of the older checkpoint: the one that you hold.")],
    to: Annotated[int, argument("to", "Number of the later checkpoint.")],
) -> LedgerConsistencyProof | None:
    """Prove that a checkpoint continues another."""
    proof = await _proven(info.context, lambda session: ledger_proof.prove_consistency(session, from_, to))
    return LedgerConsistencyProof(
        first=_head(proof.first),
        second=_head(proof.second),
        tree_path=list(proof.tree_path),
        consistency=list(proof.consistency),
        file=proof.text(),
    )


async def _proven(job: Job, prove: Callable[[Connection], Awaitable[Proof]]) -> Proof:
    """Prove something for those who may read checkpoints.

    Raises: FieldForbidden; what proving raises.
    """
    if not reader_of(job.service, job.caller).scopes("ledger_checkpoint", "read"):
        raise FieldForbidden(noun="ledger_checkpoint", action="read")
    async with job.service.database.session() as session:
        return await prove(session)


def _head(head: ledger_proof.Head) -> CheckpointHead:
    return CheckpointHead(
        number=head.number, digest=head.digest, size=head.size, sealed_at=head.sealed_at, signature=head.signature
    )


FIELDS: dict[str, Any] = {
    "ledgerProof": strawberry.field(
        resolver=ledger_proof_of,
        name="ledgerProof",
        description="Proof that an event is sealed in the ledger 台账证明; null while it is not (at most a minute), or when"
        " there is none of this id.",
    ),
    "consistencyProof": strawberry.field(
        resolver=consistency_proof,
        name="consistencyProof",
        description="Proof that a checkpoint 封存点 continues an older one, e.g. the one that a credit report names.",
    ),
}
"""Fields of Query."""
