"""A whole city graded by one statement: the rules of a scheme compiled to SQL over the facts, and what has changed.

In charge of the same answer as `engine.assess`, subject by subject: each feature is a range of numbers, a rule is true,
false or null where it is undecidable, as SQL's own logic has it. A property test compares the two. Who writes what has
changed is another's matter.
Refuses: a scheme whose paper is not loaded.
Source: 十堰正文 (15333; 分类分级动态监管).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from domain.errors import DomainError
from domain.grade.engine import MANUAL_REVIEW
from domain.grade.scheme import Condition, Feature, Rule, Scheme, SchemeState
from domain.grade.tally import Tally, bit, chosen, where
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


def assessed(scheme: Scheme, day: date) -> Statement:
    """Give the statement that grades every subject with a known fact: rows of subject_id and result.

    Units: `result` is a grade of the scale, or MANUAL_REVIEW. Raises: SchemeNotLoaded.
    """
    if scheme.state is not SchemeState.LOADED:
        raise SchemeNotLoaded
    tally = Tally(day)
    ranges: dict[str, _Range] = {}
    needed, numbered = _needed(scheme), _numbered(scheme)
    for feature in scheme.features.values():
        if feature.code in needed:
            ranges[feature.code] = _range(tally, feature, ranges, _counted if feature.code in numbered else _found)
    result = _result(tally, scheme.rules, ranges)
    place, today = tally.bound(scheme.jurisdiction, "text"), tally.bound(day, "date")
    text = f"""
SELECT facts.subject_id, {result} AS result
FROM (
  SELECT f.subject_id{tally.columns()}
  FROM grade_fact f
  WHERE f.jurisdiction_id = {place} AND f.occurred_on <= {today}
    AND f.recorded_on <= {today} AND (f.ended_on IS NULL OR f.ended_on > {today})
  GROUP BY f.subject_id
) facts"""
    return Statement(text, tuple(tally.values))


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


def _numbered(scheme: Scheme) -> set[str]:
    """Give the features of which the number matters: those scored, or compared with more than whether there is any."""
    compared = {one.feature for rule in scheme.rules for one in rule.conditions if (one.op, one.value) not in _ANY}
    return compared | {item.feature for feature in scheme.features.values() for item in feature.rule.items}


_ANY: Final = {("gte", 1), ("gt", 0), ("lt", 1), ("lte", 0), ("eq", 0)}
"""Comparisons that ask no more than whether there is any."""

_Amount: TypeAlias = Callable[[Tally, Feature, Sequence[str]], str]


def _range(tally: Tally, feature: Feature, ranges: dict[str, _Range], amount: _Amount) -> _Range:
    if feature.rule.how == "score":
        return _score(feature, ranges)
    if feature.rule.how == "kind":
        return _kind(tally, feature)
    if feature.rule.how == "held":
        return _held(tally, feature)
    low = amount(tally, feature, feature.rule.outcomes)
    if feature.rule.silence == "unknown":
        return _Range(low, None)
    return _Range(low, f"({low} + {amount(tally, feature, feature.rule.open)})" if feature.rule.open else low)


def _counted(tally: Tally, feature: Feature, outcomes: Sequence[str]) -> str:
    """Write how many facts came to one of these outcomes."""
    parts = [
        f"f.kind = {tally.bound(kind, 'text')} AND {_came_to(tally, feature, kind, outcomes)}"
        for kind in _kinds_with(feature, outcomes)
    ]
    return tally.count(" OR ".join(f"({part})" for part in parts) or "FALSE")


def _found(tally: Tally, feature: Feature, outcomes: Sequence[str]) -> str:
    """Write whether any fact came to one of these outcomes: 1 or 0."""
    number, place = tally.bits(1)
    for kind in _kinds_with(feature, outcomes):
        set_ = where(_came_to(tally, feature, kind, outcomes), bit(place))
        number.set_by.setdefault(kind, []).append(set_)
    return f"({number.column} >> {place} & 1)"


def _kinds_with(feature: Feature, outcomes: Sequence[str]) -> list[str]:
    """Give the kinds a feature looks at that know one of these outcomes."""
    return [kind for kind in feature.rule.facts if set(GRADE_FACTS[kind]) & set(outcomes)]


def _came_to(tally: Tally, feature: Feature, kind: str, outcomes: Sequence[str]) -> str:
    """Write which facts of a kind a feature looks at, of those that came to one of these outcomes."""
    text = _reaching(tally, feature, kind)
    if feature.rule.codes:
        text += f" AND {_among(tally, 'f.code', feature.rule.codes)}"
    if not set(GRADE_FACTS[kind]) <= set(outcomes):
        text += f" AND {_among(tally, 'f.outcome', outcomes)}"
    return text


def _kind(tally: Tally, feature: Feature) -> _Range:
    """Write the one kind that stands, by a bit for each; no word where several bits are set, or none."""
    words = list(dict.fromkeys(word for kind in feature.rule.facts for word in GRADE_FACTS[kind]))
    number, first = tally.bits(len(words))
    places = [(tally.bound(word, "text"), first + place) for place, word in enumerate(words)]
    for kind in feature.rule.facts:
        set_ = where(_came_to(tally, feature, kind, words), chosen("f.outcome", places))
        number.set_by.setdefault(kind, []).append(set_)
    mask = sum(1 << place for _, place in places)
    cases = " ".join(f"WHEN {bit(place)} THEN {word}" for word, place in places)
    return _Range(word=f"CASE {number.column} & {mask} {cases} END")


def _held(tally: Tally, feature: Feature) -> _Range:
    """Write how many codes of a list a fact says are held and none says are missing."""
    codes = feature.rule.codes
    parts = [_held_of(tally, feature, codes[begin : begin + _AT_ONCE]) for begin in range(0, len(codes), _AT_ONCE)]
    return _Range(f"({' + '.join(parts) or '0'})", str(len(codes)))


_AT_ONCE: Final = 31
"""Codes whose two bits each go into one number."""


def _held_of(tally: Tally, feature: Feature, codes: Sequence[str]) -> str:
    """Write how many of some codes are held: a bit for each that is, and above them one for each that is missing."""
    number, first = tally.bits(2 * len(codes))
    places = [(tally.bound(code, "text"), first + place) for place, code in enumerate(codes)]
    is_held = _among(tally, "f.outcome", feature.rule.outcomes)
    set_ = f"{chosen('f.code', places)} << CASE WHEN {is_held} THEN 0 ELSE {len(codes)} END"
    for kind in feature.rule.facts:
        number.set_by.setdefault(kind, []).append(where(_reaching(tally, feature, kind), set_))
    held, missing = f"{number.column} >> {first}", f"{number.column} >> {first + len(codes)}"
    return f"bit_count((({held}) & ~({missing}))::bit({len(codes)}))"


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


def _reaching(tally: Tally, feature: Feature, kind: str) -> str:
    """Write which facts of a kind reach into a feature's term."""
    first = tally.bound(feature.first_day(tally.day), "date")
    if kind in LASTING_FACTS:
        return f"(f.holds_until IS NULL OR f.holds_until >= {first})"
    return f"f.occurred_on >= {first}"


def _among(tally: Tally, column: str, words: Sequence[str]) -> str:
    if not words:
        return "FALSE"
    if len(words) == 1:
        return f"{column} = {tally.bound(words[0], 'text')}"
    return f"{column} IN ({', '.join(tally.bound(word, 'text') for word in words)})"


# -- rules


def _result(tally: Tally, rules: Sequence[Rule], ranges: dict[str, _Range]) -> str:
    """Write the grade: the first rule that fires, unless one before it is undecidable and would give another."""
    texts = [_all([_holds(tally, one, ranges[one.feature]) for one in rule.conditions]) for rule in rules]
    review = f"'{MANUAL_REVIEW}'"
    cases = []
    for number, rule in enumerate(rules):
        grade = tally.bound(rule.grade, "text") if rule.grade is not None else review
        open_ = [
            text
            for text, one in zip(texts, rules[:number], strict=False)
            if rule.grade is not None and one.grade != rule.grade and not _is_settled(one, ranges)
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


def _holds(tally: Tally, condition: Condition, range_: _Range) -> str:
    """Write whether a condition holds: true, false, or null where it depends on what is not known."""
    if condition.among:
        return _among(tally, range_.word or "NULL", condition.among)
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
