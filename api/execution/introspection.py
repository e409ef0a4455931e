"""Answers about the schema itself: worked out in a thread, one at a time, and kept for whoever asks the same.

graphql-core takes half a second for the whole schema, and asking for it needs no token: on the event loop, that held up
every other request of the process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from graphql import OperationDefinitionNode

from api.planning.document import Document

KEPT: Final = 4
"""How many answers are kept. Units: documents, each of some two megabytes."""

Asked = tuple[Document, OperationDefinitionNode, str]
"""A field of an operation, by its key in the answer; documents and operations are compared by identity."""


class Introspection:
    """The answers about the schema of one process."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._kept: dict[tuple[Document, int, str], str] = {}

    async def answer(self, asked: Asked, work_out: Callable[[], str]) -> str:
        """Give the text of an answer: the one that is kept, or what `work_out` gives in a thread of its own.

        Raises: what `work_out` raises.
        """
        document, operation, key = asked
        place = document, id(operation), key
        async with self._turn:
            if place in self._kept:
                return self._kept[place]
            text = await asyncio.to_thread(work_out)
            if not operation.variable_definitions:  # without variables, every answer is the same
                self._kept[place] = text
                while len(self._kept) > KEPT:
                    self._kept.pop(next(iter(self._kept)))
            return text
