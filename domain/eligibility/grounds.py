"""What a restriction or an incentive follows from among the facts: entries, records, grades, a score, measures applied.

Refuses nothing and guesses nothing: a fact counts while it holds on the day, and what an exception of the text spares is
found and marked. Source: 上海8(二), 9; 新乡五(三) (not before publication, not after removal); 十堰正文; 海沧2, 25; 厦门18.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from domain.eligibility.answer import Effect, Exemption, Finding
from domain.eligibility.facts import Circumstances, EntryFact, Facts, GradeFact, RecordFact
from domain.eligibility.grades import is_unbroken
from domain.eligibility.law import Consequence, LawOfMatter
from domain.eligibility.scores import is_asked, passes
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.consequences import IncentiveRule, RestrictionRule


def is_for(consequence: Consequence, facts: Facts) -> bool:
    """Tell whether the text speaks of this kind of subject.

    What is given to persons alone, no unit has (厦门21), and what is given to enterprises, no person (海沧18).
    """
    rule = consequence.rule
    if not isinstance(rule, IncentiveRule):
        return True
    return not (rule.for_persons if facts.represented else rule.for_units)


def found_by(
    law: LawOfMatter, consequence: Consequence, facts: Facts, told: Circumstances, *, on: date, applied_on: date
) -> Iterator[Finding]:
    """Give what a consequence follows from on a day, each marked with what it does."""
    effect = Effect.RESTRICTS if consequence.restricts else Effect.FAVOURS
    spared = _spared(consequence, told)
    for entry in _entries(consequence, facts, on=on, applied_on=applied_on):
        yield _on_entry(consequence, entry, Effect.EXCEPTED if spared else effect, spared)
    for record in facts.records:
        if record.spell.holds(on) and _fits(consequence, record):
            exception = spared or (_exempted(law, record, on) if consequence.restricts else None)
            yield _on_record(consequence, record, Effect.EXCEPTED if exception else effect, exception)
    for grade in _grades(consequence, facts, on):
        yield _on_grade(consequence, grade, effect)
    if consequence.threshold is not None and passes(consequence.threshold, told) and is_asked(consequence, told):
        rule = consequence.rule
        yield Finding(consequence=consequence, effect=effect, kind="score", code=rule.code, name=rule.name)


def measures_found(law: LawOfMatter, facts: Facts, told: Circumstances, on: date) -> Iterator[Finding]:
    """Give the measures in force in the field of the matter, or that its consequences stand for on the list of measures."""
    standing: dict[UUID, tuple[str, EntryFact | RecordFact | GradeFact]] = {
        one.id: (noun, one)
        for noun, rows in (("list_entry", facts.entries), ("credit_record", facts.records), ("grade", facts.grades))
        for one in rows
        if one.id is not None and one.spell.holds(on)
    }
    by_code = {one.rule.measure: one for one in law.consequences if one.rule.measure}
    for measure in facts.measures:
        in_field = measure.field == law.matter.name
        of_rule = by_code.get(measure.code) if measure.field in (None, law.matter.name) else None
        if not (in_field or of_rule) or not measure.spell.holds(on) or measure.rests_on not in standing:
            continue
        noun, ground = standing[measure.rests_on]
        is_shown = not (isinstance(ground, RecordFact) and ground.guarded)
        spared = _spared(of_rule, told) if of_rule else None
        effect = Effect.RESTRICTS if measure.restricts else Effect.FAVOURS
        yield Finding(
            consequence=of_rule,
            effect=Effect.EXCEPTED if spared else effect,
            kind="measure",
            id=measure.id,
            code=measure.code,
            name=measure.name,
            spell=replace(measure.spell, until=ground.spell.until),
            disputed=ground.disputed,
            exception=spared,
            basis=measure.legal_basis or measure.basis,
            ground=(noun, measure.rests_on) if is_shown else None,
        )


def _grades(consequence: Consequence, facts: Facts, on: date) -> Iterator[GradeFact]:
    rule = consequence.rule
    if consequence.unbroken is not None and not is_unbroken(consequence, facts, on):
        return
    for grade in facts.grades:
        if grade.scheme == rule.scheme and grade.grade in rule.grades and grade.spell.holds(on):
            yield grade


def _entries(consequence: Consequence, facts: Facts, *, on: date, applied_on: date) -> Iterator[EntryFact]:
    """Give the entries in force that count: the subject's own, and where the rule says so those of who represents it."""
    rule = consequence.rule
    via = isinstance(rule, RestrictionRule) and rule.via_legal_representative
    representing = {link.person_id for link in facts.links if link.holds(applied_on)} if via else set()
    for entry in facts.entries:
        counts = entry.person_id is None or entry.person_id in representing
        listed = entry.code in consequence.lists or (entry.on_condition and entry.code in consequence.conditioned)
        if counts and listed and entry.spell.holds(on):
            yield entry


def _fits(consequence: Consequence, record: RecordFact) -> bool:
    rule = consequence.rule
    if record.guarded and record.code not in rule.items:
        return False
    if rule.broken_commitment and record.broken_commitment:
        return True
    if not record.published or not (rule.dishonest or rule.items):
        return False
    if rule.items and record.code not in rule.items:
        return False
    if rule.severities and record.severity not in rule.severities:
        return False
    return record.dishonest or not rule.dishonest


def _spared(consequence: Consequence, told: Circumstances) -> Exemption | None:
    """Give the exception of the text for a kind of support that is never refused (上海9(二)2)."""
    rule = consequence.excepted
    return _exemption(rule, told.support_kind) if rule is not None and told.support_kind is not None else None


def _exempted(law: LawOfMatter, record: RecordFact, on: date) -> Exemption | None:
    """Give the exemption of a minor and occasional failing (海沧2)."""
    if law.exemption is None or record.exempted is None or not record.exempted.holds(on):
        return None
    return _exemption(law.exemption, "轻微偶发失信行为豁免惩戒")


def _exemption(rule: RuleAnswer, kind: str) -> Exemption:
    return Exemption(
        kind=kind, citation=rule.citation, quote=rule.quote or "", reading=rule.reading, ambiguous=rule.ambiguous
    )


def _on_entry(consequence: Consequence, entry: EntryFact, effect: Effect, exception: Exemption | None) -> Finding:
    return Finding(
        consequence=consequence,
        effect=effect,
        kind="list_entry",
        id=entry.id,
        code=entry.code,
        name=entry.name,
        spell=entry.spell,
        disputed=entry.disputed,
        person_id=entry.person_id,
        exception=exception,
    )


def _on_record(consequence: Consequence, record: RecordFact, effect: Effect, exception: Exemption | None) -> Finding:
    return Finding(
        consequence=consequence,
        effect=effect,
        kind="credit_record",
        id=None if record.guarded else record.id,
        code=record.code,
        name=record.name,
        spell=record.spell,
        disputed=record.disputed,
        exception=exception,
    )


def _on_grade(consequence: Consequence, grade: GradeFact, effect: Effect) -> Finding:
    return Finding(
        consequence=consequence,
        effect=effect,
        kind="grade",
        id=grade.id,
        code=grade.grade,
        name=grade.name or f"{grade.grade}级",
        spell=grade.spell,
        disputed=grade.disputed,
    )
