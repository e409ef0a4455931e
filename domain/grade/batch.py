"""A whole city graded by one statement: the rules of a scheme compiled to SQL over the facts, and what has changed.

In charge of the same answer as `engine.assess`, subject by subject: each feature is a range of numbers, a rule is true,
false or null where it is undecidable, as SQL's own logic has it. A property test compares the two. Who writes what has
changed is another's matter.
Refuses: a scheme whose paper is not loaded.
Source: 十堰正文 (15333; 分类分级动态监管).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from domain.errors import DomainError
from domain.grade.engine import MANUAL_REVIEW
from domain.grade.scheme import Condition, Feature, Rule, Scheme, SchemeState
from domain.rulebook.scheme_rules import ScoreItem
from domain.rulebook.vocabulary import GRADE_FACTS, LASTING_FACTS


class SchemeNotLoaded(DomainError):
    """The paper of this evaluation scheme is not loaded: nobody can be graded by it yet."""

    code = "SCHEME_NOT_LOADED"
    zh = "该评价办法的评分规则尚未载入：暂不能据此评价。"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with its bound values."""

    text: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Range:
    """The SQL of a feature: its bounds (the upper null where nothing bounds it), or its word."""

    low: str = ""
    high: str | None = ""
    word: str | None = None


@dataclass(slots=True)
class _Writer:
    """What a statement is put together from: its values, and the aggregates of one pass over the facts."""

    day: date
    values: list[Any] = field(default_factory=list)
    aggregates: list[str] = field(default_factory=list)

    def bound(self, value: Any, type_: str) -> str:
        """Bind a value, once; give its place."""
        if value not in self.values:
            self.values.append(value)
        return f"${self.values.index(value) + 1}::{type_}"

    def aggregate(self, text: str) -> str:
        """Have an aggregate worked out; give its column."""
        if text not in self.aggregates:
            self.aggregates.append(text)
        return f"facts.a{self.aggregates.index(text)}"


def assessed(scheme: Scheme, day: date) -> Statement:
    """Give the statement that grades every subject with a known fact: rows of subject_id and result.

    Units: `result` is a grade of the scale, or MANUAL_REVIEW. Raises: SchemeNotLoaded.
    """
    if scheme.state is not SchemeState.LOADED:
        raise SchemeNotLoaded
    writer = _Writer(day)
    ranges: dict[str, _Range] = {}
    needed = _needed(scheme)
    for feature in scheme.features.values():
        if feature.code in needed:
            ranges[feature.code] = _range(writer, feature, ranges)
    result = _result(writer, scheme.rules, ranges)
    place, today = writer.bound(scheme.jurisdiction, "text"), writer.bound(day, "date")
    columns = "".join(f",\n    {text} AS a{number}" for number, text in enumerate(writer.aggregates))
    text = f"""
SELECT facts.subject_id, {result} AS result
FROM (
  SELECT f.subject_id{columns}
  FROM grade_fact f
  WHERE f.jurisdiction_id = {place} AND f.occurred_on <= {today}
    AND f.recorded_on <= {today} AND (f.ended_on IS NULL OR f.ended_on > {today})
  GROUP BY f.subject_id
) facts"""
    return Statement(text, tuple(writer.values))


def changed(scheme: Scheme, day: date, previous: Statement) -> Statement:
    """Give the statement of what has changed: rows of subject_id, old and new, either null where there is none.

    `previous` gives rows of subject_id and result, e.g. those published last. Raises: SchemeNotLoaded.
    """
    now = assessed(scheme, day)
    text = f"""
SELECT coalesce(was.subject_id, now.subject_id) AS subject_id, was.result AS old, now.result AS new
FROM ({_shifted(previous.text, len(now.values))}) was
FULL JOIN ({now.text}) now ON now.subject_id = was.subject_id
WHERE was.result IS DISTINCT FROM now.result"""
    return Statement(text, (*now.values, *previous.values))


def _shifted(text: str, by: int) -> str:
    """Write a statement with its places moved behind those of another."""
    parts = text.split("$")
    moved = [parts[0]]
    for part in parts[1:]:
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        moved.append(f"${int(digits) + by}{part[len(digits) :]}")
    return "".join(moved)


# -- features


def _needed(scheme: Scheme) -> set[str]:
    """Give the features that the rules rest on, by themselves or through a score; the others are only shown."""
    needed = {one.feature for rule in scheme.rules for one in rule.conditions}
    for feature in reversed(tuple(scheme.features.values())):
        if feature.code in needed:
            needed.update(item.feature for item in feature.rule.items)
    return needed


def _range(writer: _Writer, feature: Feature, ranges: dict[str, _Range]) -> _Range:
    if feature.rule.how == "score":
        return _score(feature, ranges)
    if feature.rule.how == "kind":
        return _kind(writer, feature)
    if feature.rule.how == "held":
        return _held(writer, feature)
    low = _counted(writer, feature, feature.rule.outcomes)
    if feature.rule.silence == "unknown":
        return _Range(low, None)
    return _Range(low, f"({low} + {_counted(writer, feature, feature.rule.open)})" if feature.rule.open else low)


def _counted(writer: _Writer, feature: Feature, outcomes: Sequence[str]) -> str:
    """Write how many facts came to one of these outcomes; only kinds that know one of them are looked at."""
    kinds = tuple(kind for kind in feature.rule.facts if set(GRADE_FACTS[kind]) & set(outcomes))
    known = {word for kind in kinds for word in GRADE_FACTS[kind]}
    chosen = _chosen(writer, feature, kinds)
    if not known <= set(outcomes):
        chosen += f" AND {_among(writer, 'f.outcome', outcomes)}"
    return writer.aggregate(f"count(*) FILTER (WHERE {chosen})")


def _kind(writer: _Writer, feature: Feature) -> _Range:
    """Write the one kind that stands, by a bit for each; no word where several bits are set, or none."""
    words = list(dict.fromkeys(word for kind in feature.rule.facts for word in GRADE_FACTS[kind]))
    bits = _bits(writer, "f.outcome", words)
    found = writer.aggregate(f"bit_or({bits}) FILTER (WHERE {_chosen(writer, feature, feature.rule.facts)})")
    cases = " ".join(f"WHEN {1 << number} THEN {writer.bound(word, 'text')}" for number, word in enumerate(words))
    return _Range(word=f"CASE {found} {cases} END")


def _held(writer: _Writer, feature: Feature) -> _Range:
    """Write how many codes of a list a fact says are held and none says are missing: a bit for each, the latter above."""
    codes = feature.rule.codes
    is_held = _among(writer, "f.outcome", feature.rule.outcomes)
    bits = f"{_bits(writer, 'f.code', codes)} << CASE WHEN {is_held} THEN 0 ELSE {len(codes)} END"
    found = writer.aggregate(f"bit_or({bits}) FILTER (WHERE {_reaching(writer, feature, feature.rule.facts)})")
    low = f"bit_count((coalesce({found} & ~({found} >> {len(codes)}), 0))::bit({max(len(codes), 1)}))"
    return _Range(low, str(len(codes)))


def _bits(writer: _Writer, column: str, words: Sequence[str]) -> str:
    """Write the bit of a word in a list; null for a word that is not in it."""
    cases = " ".join(f"WHEN {writer.bound(word, 'text')} THEN {1 << number}" for number, word in enumerate(words))
    return f"CASE {column} {cases} END"


def _score(feature: Feature, ranges: dict[str, _Range]) -> _Range:
    parts = [_points(item, ranges[item.feature]) for item in feature.rule.items]
    low = " + ".join([str(feature.rule.base), *(least for least, _ in parts)])
    highs = [most for _, most in parts]
    high = None if None in highs else " + ".join([str(feature.rule.base), *(most for most in highs if most)])
    return _Range(f"({low})", None if high is None else f"({high})")


def _points(item: ScoreItem, range_: _Range) -> tuple[str, str | None]:
    """Write the least and the most that a feature brings, as `features.points_between` has it."""
    at_low = _capped(item, f"{range_.low} * ({item.points})")
    if range_.high is not None:
        at_high: str | None = _capped(item, f"{range_.high} * ({item.points})")
    elif item.cap is not None:
        at_high = str(item.cap if item.points > 0 else -item.cap)
    else:
        at_high = None
    if item.points < 0:
        return at_low if at_high is None else at_high, at_low
    return at_low, at_high


def _capped(item: ScoreItem, text: str) -> str:
    return f"({text})" if item.cap is None else f"greatest({-item.cap}, least({item.cap}, {text}))"


def _chosen(writer: _Writer, feature: Feature, kinds: Sequence[str]) -> str:
    """Write which facts a feature looks at: of these kinds and its codes, that reach into its term."""
    text = _reaching(writer, feature, kinds)
    return f"{text} AND {_among(writer, 'f.code', feature.rule.codes)}" if feature.rule.codes else text


def _reaching(writer: _Writer, feature: Feature, kinds: Sequence[str]) -> str:
    """Write which facts are of some kinds and reach into a feature's term."""
    first = writer.bound(feature.first_day(writer.day), "date")
    lasting = [kind for kind in kinds if kind in LASTING_FACTS]
    passing = [kind for kind in kinds if kind not in LASTING_FACTS]
    parts = []
    if lasting:
        parts.append(f"{_among(writer, 'f.kind', lasting)} AND (f.holds_until IS NULL OR f.holds_until >= {first})")
    if passing:
        parts.append(f"{_among(writer, 'f.kind', passing)} AND f.occurred_on >= {first}")
    if not parts:
        return "FALSE"
    return parts[0] if len(parts) == 1 else "(" + " OR ".join(f"({part})" for part in parts) + ")"


def _among(writer: _Writer, column: str, words: Sequence[str]) -> str:
    if not words:
        return "FALSE"
    if len(words) == 1:
        return f"{column} = {writer.bound(words[0], 'text')}"
    return f"{column} IN ({', '.join(writer.bound(word, 'text') for word in words)})"


# -- rules


def _result(writer: _Writer, rules: Sequence[Rule], ranges: dict[str, _Range]) -> str:
    """Write the grade: the first rule that fires, unless one before it is undecidable and would give another."""
    texts = [_all([_holds(writer, one, ranges[one.feature]) for one in rule.conditions]) for rule in rules]
    review = f"'{MANUAL_REVIEW}'"
    cases = []
    for number, rule in enumerate(rules):
        grade = writer.bound(rule.grade, "text") if rule.grade is not None else review
        open_ = [
            text
            for text, one in zip(texts, rules[:number], strict=False)
            if one.grade != rule.grade and not _is_settled(one, ranges)
        ]
        undecided = " OR ".join(f"({text}) IS NULL" for text in open_)
        cases.append(
            f"WHEN {texts[number]} THEN "
            + (f"CASE WHEN {undecided} THEN {review} ELSE {grade} END" if open_ else grade)
        )
    return f"CASE {' '.join(cases)} ELSE {review} END"


def _is_settled(rule: Rule, ranges: dict[str, _Range]) -> bool:
    """Tell whether a rule is never undecidable: all it compares are exact numbers."""
    compared = [ranges[one.feature] for one in rule.conditions]
    known = all(one.op is not None and one.value is not None for one in rule.conditions)
    return known and all(one.word is None and one.low == one.high for one in compared)


def _all(parts: Sequence[str]) -> str:
    return " AND ".join(f"({part})" for part in parts)


def _holds(writer: _Writer, condition: Condition, range_: _Range) -> str:
    """Write whether a condition holds: true, false, or null where it depends on what is not known."""
    if condition.among:
        return _among(writer, range_.word or "NULL", condition.among)
    if condition.op is None or condition.value is None:
        return "NULL::boolean"
    return _compared(condition.op, range_, condition.value)


def _compared(op: str, range_: _Range, number: int) -> str:
    if op == "eq":
        return _all([_compared("gte", range_, number), _compared("lte", range_, number)])
    if op in ("lt", "lte"):
        return f"NOT ({_compared('gte' if op == 'lt' else 'gt', range_, number)})"
    least = number if op == "gte" else number + 1
    if range_.low == range_.high:
        return f"{range_.low} >= {least}"
    never = f" WHEN {range_.high} < {least} THEN FALSE" if range_.high is not None else ""
    return f"CASE WHEN {range_.low} >= {least} THEN TRUE{never} END"


SETTINGS: Final = ("SET LOCAL work_mem = '256MB'",)
"""What a run over a whole city sets for its transaction, so that its groups stay in memory."""
