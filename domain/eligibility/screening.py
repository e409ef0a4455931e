"""Screening 批量筛查: what credit leads to in one matter for up to a thousand subjects, decided in one pass.

In charge of telling which of those asked for were found, by which name and how well, and what each comes to. One asked
for by name is decided only where a single name held is the same; otherwise the matches are shown and none is chosen.
Whoever is not found and who lies outside authority look alike. Refuses none and more than a thousand.
Source: 上海8 (积极查询…依法使用); 海沧10; 个人信息保护法 24.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.connection import Connection
from domain.eligibility.answer import Decision
from domain.eligibility.decision import decide
from domain.eligibility.facts import Circumstances, Facts
from domain.eligibility.law import LawOfMatter
from domain.eligibility.loading import Asked, load_facts
from domain.eligibility.names import LEAST, SAME, Match, match
from domain.eligibility.refusals import TooManySubjects
from domain.rulebook.model import Rulebooks

MOST: Final = 1_000
SHOWN: Final = 3
"""Matches of one name that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A subject within authority that may be the one asked for."""

    asked: Asked
    name: str
    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """One of those asked for: the subject it is and what it comes to, or the matches of its name."""

    position: int
    subject: Candidate | None = None
    decision: Decision | None = None
    matches: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found for those asked for, by position."""

    of: Mapping[int, Sequence[Candidate]] = field(default_factory=dict)

    @property
    def subjects(self) -> int:
        """Count the subjects that the answer tells about."""
        return len({one.asked.id for found in self.of.values() for one in found})


def require_count(count: int) -> None:
    """Pass a request for one to a thousand subjects.

    Raises: TooManySubjects.
    """
    if not 1 <= count <= MOST:
        raise TooManySubjects(most=MOST)


def candidates(name: str, rows: Sequence[Mapping[str, Any]]) -> tuple[Candidate, ...]:
    """Give the best matches of a name among rows within authority, best first; a subject of several names counts once."""
    found = [
        Candidate(
            asked=Asked(row["id"], row["is_person"], row["weighs"]), name=row["name"], match=match(name, row["name"])
        )
        for row in rows
    ]
    ranked = sorted(found, key=lambda one: (-one.match.score, one.name, one.asked.id))
    best = {one.asked.id: one for one in reversed(ranked) if one.match.score >= LEAST}
    return tuple(one for one in ranked if best.get(one.asked.id) is one)[:SHOWN]


def chosen(found: Sequence[Candidate]) -> Candidate | None:
    """Give the one that is meant: the only match that is the same."""
    same = [one for one in found if one.match.score >= SAME]
    return same[0] if len(same) == 1 else None


async def screen(
    connection: Connection, books: Rulebooks, law: LawOfMatter, found: Found, *, count: int, on: date
) -> tuple[list[Screened], list[tuple[Asked, Facts, Decision]]]:
    """Decide the matter for all that were found; give the answers in the order asked, and each decision once."""
    meant = {position: one for position, them in found.of.items() if (one := chosen(them)) is not None}
    asked = {one.asked.id: one.asked for one in meant.values()}
    facts = await load_facts(connection, books, law, tuple(asked.values()))
    alike: dict[Facts, Decision] = {}
    """Of most nothing is held: they are decided once."""
    decisions: dict[UUID, Decision] = {}
    for subject_id in asked:
        known = facts[subject_id]
        if known not in alike:
            alike[known] = decide(law, known, Circumstances(), on=on)
        decisions[subject_id] = alike[known]
    answers = []
    for position in range(count):
        one = meant.get(position)
        decision = decisions[one.asked.id] if one else None
        matches = () if one else tuple(found.of.get(position, ()))
        answers.append(Screened(position=position, subject=one, decision=decision, matches=matches))
    return answers, [(asked[one], facts[one], decision) for one, decision in decisions.items()]
