"""Whom an answer is about: what a statement gives beside the answer itself.

The text holds, separated by commas, the id of each natural person, for the access log. For callers with a quota of
subjects it also holds, each with a mark, the id of each subject (people and organisations) and each root field that
named a subject and found none.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

SUBJECT = "s"
MISSED = "?"


@dataclass(frozen=True, slots=True)
class Told:
    """The natural persons in order of first mention; how many subjects were shown, and how many were not found."""

    persons: tuple[UUID, ...] = ()
    subjects: int = 0
    missed: int = 0

    def resolved(self, named: int) -> int:
        """Count the subjects resolved; `named` of them were named in filters, found or not."""
        return max(self.subjects, named) + self.missed


NOBODY = Told()


def read(text: str | None) -> Told:
    """Read the second column of a statement."""
    if not text:
        return NOBODY
    tokens = [one for one in dict.fromkeys(text.split(",")) if one]
    marked = {one for one in tokens if one[0] in (SUBJECT, MISSED)}
    missed = sum(one[0] == MISSED for one in marked)
    persons = tuple(UUID(one) for one in tokens if one not in marked) if len(marked) < len(tokens) else ()
    return Told(persons, len(marked) - missed, missed)
