"""What is told of the schema itself: beside the requests of others, one answer at a time, and kept for who asks the same.

The whole schema takes graphql-core half a second, and whoever may ask it needs no token: worked out on the loop, it let
every other request of the process wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from graphql import OperationDefinitionNode

from api.document import Document

KEPT: Final = 4
"""How many answers are kept. Units: documents, each of some two megabytes."""

Asked = tuple[Document, OperationDefinitionNode, str]
"""A field of an operation, by its key in the answer; nodes that were parsed once are the same by identity."""


class Introspection:
    """The answers about the schema of one process."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._kept: dict[tuple[Document, int, str], str] = {}

    async def told(self, asked: Asked, tell: Callable[[], str]) -> str:
        """Give the text of an answer: the one that is kept, or what `tell` works out in a thread of its own.

        Raises: what `tell` raises.
        """
        document, operation, key = asked
        place = document, id(operation), key
        async with self._turn:
            if place in self._kept:
                return self._kept[place]
            text = await asyncio.to_thread(tell)
            if not operation.variable_definitions:  # without variables, every answer is the same
                self._kept[place] = text
                while len(self._kept) > KEPT:
                    self._kept.pop(next(iter(self._kept)))
            return text
