"""Drawing a sample that anybody can draw again: the same seed and population give the same sample.

Each member's place follows from the SHA-256 of the seed and the member's id, so that it depends neither on the
order in which the population is read nor on a library's random numbers. Source: 厦门11 (抽查).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final
from uuid import UUID

WHOLE: Final = 10_000
"""Basis points of the whole population."""


def draw(seed: str, population: Iterable[UUID], *, basis_points: int) -> list[UUID]:
    """Draw a share of a population, rounded up, in the order of the draw; of a population of any size at least one.

    Units: `basis_points` are ten-thousandths 万分之, 1 to 10000.
    """
    members = sorted(set(population), key=lambda member: _place(seed, member))
    return members[: -(-len(members) * basis_points // WHOLE)]


def digest(population: Iterable[UUID]) -> str:
    """Give the SHA-256 of a population's ids, one a line in their order, hexadecimal."""
    lines = "\n".join(sorted(str(member) for member in population))
    return hashlib.sha256(lines.encode()).hexdigest()


def _place(seed: str, member: UUID) -> str:
    return hashlib.sha256(f"{seed}\n{member}".encode()).hexdigest()
