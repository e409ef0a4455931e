"""What asking the rulebooks gives: the answer, and what each layer said on the way.

Three answers stay apart: a layer that gives no value, a document whose text we do not hold, and a layer that
says something. What a sister document says is an analogy, what the service decides is a default, what has run
out is expired: each is answered as such, never as the law in force.
Source: the first of the readings we hold to; XM-00, SY-16, SH-00, SH-14b.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.rulebook.model import Value


class LayerStatus(StrEnum):
    """What one layer answers."""

    SAYS = "says"
    NONE_SET = "none_set"
    NOT_LOADED = "not_loaded"
    NOT_IN_FORCE = "not_in_force"


class RuleStatus(StrEnum):
    """What the question as a whole comes to."""

    SAYS = "says"
    """A layer that binds the jurisdiction says so, in force on that day."""
    BY_ANALOGY = "by_analogy"
    """Only a sister document says something; it does not bind the jurisdiction."""
    EXPIRED = "expired"
    """The value as last known; it was no longer in force on that day."""
    NOT_YET_IN_FORCE = "not_yet_in_force"
    """The value as it will be; it was not yet in force on that day."""
    SERVICE_DEFAULT = "service_default"
    """No loaded law says anything; the service's own default, not law."""
    NONE_SET = "none_set"
    """Every layer is loaded and none gives a value."""
    NOT_LOADED = "not_loaded"
    """No loaded layer gives a value, and at least one layer is not loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerAnswer:
    """What one layer of the fall-through said."""

    rulebook: str
    name: str
    level: str
    relation: str
    status: LayerStatus
    value: Value | None = None
    unit: str | None = None
    op: str | None = None
    clause: str | None = None
    quote: str | None = None
    reading: str | None = None
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAnswer:
    """The rule that answers a question, with its citation and every layer asked on the way.

    Units: `unit` is a word of `domain.rulebook.vocabulary.UNITS`; without a value all of it is null.
    """

    jurisdiction: str
    path: str
    on: date
    status: RuleStatus
    layers: tuple[LayerAnswer, ...]
    layer: LayerAnswer | None = None
    value: Value | None = None
    unit: str | None = None
    op: str | None = None
    clause: str | None = None
    quote: str | None = None
    law: str | None = None
    reading: str | None = None
    confidence: str | None = None
    ambiguous: bool = False
    alternative: str | None = None
    open_ended: bool = False
    note: str | None = None
    exception: str | None = None
    strength: str | None = None
    actors: tuple[str, ...] = ()
    actor_text: str | None = None
    from_event: str | None = None
    from_event_text: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def inherited(self) -> bool:
        """Say whether the value comes from another layer than the jurisdiction's own rulebook."""
        return self.layer is not None and self.layer.relation != "own"

    @property
    def binding(self) -> bool:
        """Say whether the value is law in force for the jurisdiction on that day."""
        return self.status is RuleStatus.SAYS

    @property
    def differs(self) -> bool:
        """Say whether another binding layer in force gives another value (上海14: higher law prevails)."""
        said = [row for row in self.layers if row.status is LayerStatus.SAYS and row.relation in ("own", "parent")]
        return len({(repr(row.value), row.unit) for row in said}) > 1

    @property
    def citation(self) -> str:
        """Name document and clause in one line, for the reader of an answer or a ledger entry."""
        if self.layer is None:
            return ""
        clause = f" {self.clause}" if self.clause and self.clause != "-" else ""
        return f"《{self.law}》{clause}"


def statuses(layers: Iterable[LayerAnswer]) -> Mapping[str, LayerStatus]:
    """Give the status of each layer asked, by rulebook id, for display and tests."""
    return {layer.rulebook: layer.status for layer in layers}
