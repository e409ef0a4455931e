"""What stands in the place of a mutation's guard when it is taken out: the same step, whoever takes it on whatever row."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from api.execution.job import reader_of
from api.execution.mutation import Work
from authz.vocabulary import Scope
from domain.errors import NotFound


async def lock(work: Work, noun: str, row_id: UUID, action: str) -> Any:
    """Lock a row that is there, for anybody."""
    row = await work.tx.connection.fetchrow(f"SELECT * FROM {noun} WHERE id = $1 FOR UPDATE", row_id)
    if row is None:
        raise NotFound
    return row


async def require(
    work: Work, noun: str, row_id: UUID, scopes: tuple[Scope, ...], *, as_noun: str | None = None
) -> None:
    """Pass a row that is there, for anybody."""
    if await work.tx.connection.fetchrow(f"SELECT FROM {noun} WHERE id = $1", row_id) is None:
        raise NotFound


def scopes(work: Work, noun: str, action: str) -> tuple[Scope, ...]:
    """Give the scopes of the caller, and all there are to who has none."""
    return reader_of(work.job.service, work.job.caller).scopes(noun, action) or tuple(Scope)
