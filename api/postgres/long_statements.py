"""Statements too long for the driver to keep prepared: each session keeps the few that it ran last.

A page of what is due is a union of all kinds of duties: planning it takes ten times as long as running it. asyncpg keeps
512 statements of a session, none longer than `LONGEST_KEPT`: a plan takes some 120 bytes of the server for each character
of its statement, so that as many long ones would take all of its memory.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement

LONGEST_KEPT: Final = 15 * 1024
"""Up to how many characters the driver keeps statements prepared itself: its default."""

MOST_LONG: Final = 12
"""How many longer ones a session keeps: some 4 MB each."""


class LongStatements:
    """The long statements that sessions keep prepared, those run last."""

    def __init__(self) -> None:
        self._kept: dict[asyncpg.Connection[Any], OrderedDict[str, PreparedStatement[Any]]] = {}

    async def fetchrow(
        self, session: asyncpg.Connection[Any], text: str, values: Sequence[Any]
    ) -> asyncpg.Record | None:
        """Give the first row of a statement, which is planned anew only where the session does not know it."""
        if len(text) <= LONGEST_KEPT:
            return await session.fetchrow(text, *values)
        kept = self._of(session)
        statement = kept.pop(text, None) or await session.prepare(text)
        row: asyncpg.Record | None = await statement.fetchrow(*values)
        kept[text] = statement
        if len(kept) > MOST_LONG:
            kept.popitem(last=False)
        return row

    def _of(self, session: asyncpg.Connection[Any]) -> OrderedDict[str, PreparedStatement[Any]]:
        if session not in self._kept:
            session.add_termination_listener(self._forget)
            self._kept[session] = OrderedDict()
        return self._kept[session]

    def _forget(self, session: Any) -> None:
        self._kept.pop(session, None)
