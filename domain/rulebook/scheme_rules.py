"""An evaluation scheme 信用评价 as rulebook data: its scale, what it counts, the rules that give a grade, their use.

Everything but a scheme's name may be missing: its paper is then not loaded, and it grades nobody. Conditions are plain
rows (a feature, an operator, a number or a list of words): no expressions. What a number is called in the text stands as
a value of the rulebook and is named here by its path. Source: 十堰正文 (15333); 厦门12–16.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreItem:
    """What a counted feature adds to a score, or takes from it; `cap` is the most it may come to, either way.

    Units: whole points.
    """

    feature: str
    points: int
    cap: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureRule:
    """What is counted of a subject's facts on a day.

    `how` is a word of `vocabulary.FEATURE_WAYS`: a `count` of facts of these kinds with these outcomes (`open` ones may
    yet come to count), how many of the `codes` are `held`, the one `kind` that stands, or a `score`. `window` is the path
    of the rolling term that ends on the day; facts that last count while they stand, and as long as the term reaches back
    to their last day. With `silence = "unknown"` no facts are no answer.
    """

    code: str
    name: str
    english: str
    how: str
    facts: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    names: str | None = None
    """Path of the list of words that the text has for the codes, in the same order."""
    window: str | None = None
    silence: str = "none"
    base: int = 0
    items: tuple[ScoreItem, ...] = ()
    clause: str | None = None
    quote: str | None = None
    reading: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionRule:
    """A condition: a feature against the number at a path (with the operator written there) or here, or among words."""

    feature: str
    at: str | None = None
    op: str | None = None
    value: int | None = None
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRule:
    """One way to read what the text leaves open; the grade is the one it would lead to, if any."""

    english: str
    chinese: str
    grade: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingRule:
    """A rule of a scheme: all its conditions together give the grade, or a manual review with its readings."""

    code: str
    english: str
    clause: str
    quote: str
    when: tuple[ConditionRule, ...]
    grade: str | None = None
    readings: tuple[ReadingRule, ...] = ()
    reading: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRule:
    """A use of a grade 结果应用: which measure follows it; `years` is the path of a time for which it must be kept."""

    measure: str
    grades: tuple[str, ...]
    years: str | None = None
    discretionary: bool = False
    reading: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeRule:
    """An evaluation scheme 信用评价; without rules its paper is not loaded.

    `scale` lists the grades from the best to the worst, `subject_kinds` whom it grades; `item` is the catalogue item
    whose disclosure a result has, `services` are services or industries. A planned integrity database is of that `kind`;
    `is_context` marks a scheme of a layer above by which nobody here evaluates.
    """

    code: str
    name: str
    clause: str
    quote: str
    kind: str = "evaluation"
    rule: str | None = None
    item: str | None = None
    is_context: bool = False
    actors: tuple[str, ...] = ()
    actors_open_ended: bool = False
    archive: str | None = None
    services: tuple[str, ...] = ()
    services_open_ended: bool = False
    push_to: tuple[str, ...] = ()
    graded_supervision: bool = False
    status: str = "in_force"
    subject_kinds: tuple[str, ...] = ()
    scale: tuple[str, ...] = ()
    features: tuple[FeatureRule, ...] = ()
    rules: tuple[GradingRule, ...] = ()
    uses: tuple[UseRule, ...] = ()
    law: str | None = None
    confidence: str | None = None
    reading: str | None = None
    note: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
