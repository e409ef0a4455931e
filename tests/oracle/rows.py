"""The rows of the oracle's world before they are written, and the dice by which they are drawn."""

from __future__ import annotations

import random
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


@dataclass
class World:
    """The rows of the world before they are written."""

    vault: Vault
    dice: random.Random = field(default_factory=lambda: random.Random(2026))
    tables: Tables = field(default_factory=dict)

    def add(self, table: str, **row: Any) -> Row:
        """Add a row."""
        self.tables.setdefault(table, []).append(row)
        return row

    def pick(self, options: Sequence[Any]) -> Any:
        """Choose one of the options."""
        return self.dice.choice(options)

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
