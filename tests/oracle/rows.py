"""The rows of the oracle's world before they are written, and the dice by which they are drawn."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.vault import Vault
from tests.oracle.world import (
    NOW,
    ORGANISATIONS,
    PEOPLE,
    TODAY,
    Row,
    Tables,
    key,
)

_NOT_SAID = (
    "account_id", "office_id", "purpose", "basis", "reason", "token_id", "image", "deputy_of_id", "agent_of_id",
)  # fmt: skip


@dataclass
class World:
    """The rows of the world before they are written."""

    vault: Vault
    dice: random.Random = field(default_factory=random.Random)
    tables: Tables = field(default_factory=dict)
    _decks: dict[object, list[int]] = field(default_factory=dict)

    def begin(self, section: str) -> None:
        """Take dice and decks of its own for a section, so that a row more in one changes no other."""
        self.dice = random.Random(section)
        self._decks.clear()

    def add(self, table: str, **row: Any) -> Row:
        """Add a row."""
        self.tables.setdefault(table, []).append(row)
        return row

    def add_event(self, name: str, noun: str, changed: Row, **said: Any) -> Row:
        """Add an entry of the ledger about a change of a row, plain but for what is said."""
        nothing = dict.fromkeys(_NOT_SAID)
        told = {"at": NOW, "verb": "amend", "outcome": "done", "role": "clerk", "policy_version": 1}
        about = {"object": noun, "object_id": changed["id"], "subject_id": changed["subject_id"]}
        return self.add(
            "ledger_event", **{"id": key("event", name), "kind": "change", **about, **nothing, **told, **said}
        )

    def pick(self, options: Sequence[Any], *, of: str = "") -> Any:
        """Deal one of the options: a place in the code deals each of its options before it deals one again.

        So every world has each state and kind that its rows can have, whatever its seed. Rows `of` several kinds, as of
        each state, have a deck for each of them.
        """
        asking = sys._getframe(1)
        deck = self._decks.setdefault((asking.f_code, asking.f_lasti, len(options), of), [])
        if not deck:
            deck += self.dice.sample(range(len(options)), len(options))
        return options[deck.pop()]

    def instant(self, *, days: int = 600) -> datetime:
        """Choose an instant of the past, some with fractions of a second."""
        micro = self.pick([0, 0, 123456])
        return NOW - timedelta(
            days=self.dice.randrange(1, days), seconds=self.dice.randrange(86_400), microseconds=-micro
        )

    def day(self, low: int, high: int) -> date:
        """Choose a day, from so many days after today to so many."""
        return TODAY + timedelta(days=self.dice.randrange(low, high))

    def subject(self, ident: UUID) -> Row:
        """Find a subject."""
        return next(row for row in self.tables["subject"] if row["id"] == ident)


def subject_of(world: World) -> Row:
    """Draw a subject that something may be about."""
    name = world.pick([one[0] for one in PEOPLE if one[0] != "zhou"] + [one[0] for one in ORGANISATIONS])
    return world.subject(key("subject", name))
