"""Issuers whose clock was seen to be ahead of ours: how long before its stamp a token of theirs may have been issued.

In charge of noting it, in all processes together, of tokens whose signature held. What an account had until an instant is
revoked by the stamps of its tokens (`authz.revocation`): one that was issued before, by a clock that is ahead, bears a
later one. For a day after a clock was seen to be ahead, the tokens of its issuer count as issued as long before their
stamp as clocks may stand apart; by a second where no more than a second was seen, as the best of clocks may be.
Source: RFC 7519 section 4.1.6; RFC 9068 section 5.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from authz.token import LEEWAY, Claims
from domain.connection import Queryable
from domain.ids import new_id
from domain.privacy import Privacy, column

NEXT_TO_NONE = timedelta(seconds=1)
"""Up to this a clock that is kept well is ahead, too."""


class IssuerClock(Model):
    """That the clock of an issuer was seen to be ahead of ours."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    issuer: str = column(fields.TextField, "The issuer (iss).", Privacy.INTERNAL)
    ahead_seconds: int = column(fields.IntField, "How long before its stamp a token may have been issued.")
    seen_at: datetime = column(fields.DatetimeField, "When it was seen last, to the hour.")

    class Meta:
        table = "issuer_clock"
        constraints: tuple[Any, ...] = (
            UniqueConstraint(fields=("issuer", "ahead_seconds"), name="issuer_clock_is_noted_once"),
        )


async def note_clock(database: Queryable, claims: Claims, *, now: datetime) -> None:
    """Note that an issuer's clock is ahead, where a token of it is stamped later than now."""
    ahead = claims.issued_at - now
    if ahead > timedelta(0):
        counted = NEXT_TO_NONE if ahead <= NEXT_TO_NONE else LEEWAY
        await database.fetch(_NOTE, new_id(), claims.issuer, int(counted.total_seconds()), now)


_NOTE = """
INSERT INTO issuer_clock (id, issuer, ahead_seconds, seen_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (issuer, ahead_seconds) DO UPDATE SET seen_at = excluded.seen_at
WHERE issuer_clock.seen_at < excluded.seen_at - interval '1 hour'
"""

MAY_BE_AHEAD = """coalesce((
      SELECT make_interval(secs => max(clock.ahead_seconds)) FROM issuer_clock clock
      WHERE clock.issuer = {issuer} AND clock.seen_at > {stamp} - interval '1 day'
    ), interval '0')"""
"""SQL: how long before its stamp a token of an issuer may have been issued; no token is older than a day."""
