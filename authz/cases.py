"""Policy cases: the sentences that stand beside a policy, asked of its table.

In charge of answering the lines of kind t. A case whose answer differs from the expected one keeps a version from
being proposed, approved and activated: whoever means to change the answer changes the case with it, in the same
draft, under the same second officer's eyes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from authz.grants import Grants
from authz.lines import PolicyLine
from authz.sentence import MayDo, Question, read_sentence


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence with the expected answer, the given one, and where it comes from."""

    line: int
    sentence: str
    expected: bool
    given: bool
    source: str | None

    @property
    def holds(self) -> bool:
        """Whether the policy answers as expected."""
        return self.expected is self.given


def answered(lines: Iterable[PolicyLine], grants: Grants) -> list[Case]:
    """Ask every case of a policy; its lines must have been checked."""
    found = []
    for line in lines:
        if line.kind != "t":
            continue
        sentence, expected, *source = line.cells
        question = read_sentence(sentence, grants.roles.keys())
        given = question is not None and ask(question, grants)
        found.append(Case(line.number, sentence, expected == "yes", given, source[0] if source else None))
    return found


def ask(question: Question, grants: Grants) -> bool:
    """Answer a question from a policy's table."""
    if isinstance(question, MayDo):
        scopes = grants.scopes((question.role,), question.object, question.action)
        return bool(scopes) if question.scope is None else question.scope in scopes
    return grants.level((question.role,), question.privacy, question.scope) is question.level
