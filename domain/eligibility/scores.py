"""Whether a score passes the threshold of an incentive, and where a threshold contradicts itself.

The score is read for the decision and kept nowhere. Source: 厦门21 (大于, strict), 22 (大于…以上, strict and inclusive at once).
"""

from __future__ import annotations

from domain.eligibility.answer import Contradiction, Outcome
from domain.eligibility.facts import Circumstances
from domain.eligibility.law import Consequence
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.consequences import IncentiveRule


def passes(threshold: RuleAnswer, told: Circumstances) -> bool:
    """Tell whether the score that was told passes, by the reading we hold to."""
    return told.score is not None and _compared(threshold, threshold.op, told.score)


def _compared(threshold: RuleAnswer, op: str | None, score: int) -> bool:
    least = threshold.value
    if not isinstance(least, int):
        return False
    return score > least if op == "gt" else score >= least


def is_asked(consequence: Consequence, told: Circumstances) -> bool:
    """Tell whether who asks is one the incentive is for, as far as the caller tells."""
    asks = consequence.rule.asks if isinstance(consequence.rule, IncentiveRule) else ()
    return all(getattr(told, name) for name in asks)


def contradiction_of(consequence: Consequence, told: Circumstances) -> Contradiction | None:
    """Give both readings of a threshold whose words contradict each other, where they part (厦门22 at exactly 600)."""
    threshold = consequence.threshold
    if threshold is None or not threshold.ambiguous or told.score is None or not is_asked(consequence, told):
        return None
    held, other = (_compared(threshold, op, told.score) for op in (threshold.op, threshold.alternative))
    if held == other:
        return None
    return Contradiction(
        held=threshold.op or "",
        held_outcome=Outcome.FAVOURED if held else Outcome.ALLOWED,
        other=threshold.alternative or "",
        other_outcome=Outcome.FAVOURED if other else Outcome.ALLOWED,
        quote=threshold.quote or "",
        reading=threshold.reading,
    )
