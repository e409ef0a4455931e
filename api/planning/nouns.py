"""Which nouns an operation reads: what its access entries say was looked at.

In charge of the `object` of an access entry: the nouns of every row that the plan can show, the first at the root,
without any value; `person` first where somebody is asked for by number. It is what a replay of real accesses under
another policy decides again (`authz.replay`).
"""

from __future__ import annotations

from collections.abc import Iterable

from api.planning.plan import PlannedRoot
from api.planning.walk import within

PERSON = "person"
"""Stands for a lookup by identity number, whose noun is the subject."""


def nouns_of(roots: Iterable[PlannedRoot]) -> str:
    """Give the nouns of planned roots, each once, separated by commas."""
    return ",".join(dict.fromkeys(shown.entity.noun for shown, _ in within(roots)))
