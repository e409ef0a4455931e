"""Ask one layer of the fall-through.

In charge of telling apart a document that is not loaded, a text that is silent, a value out of force and a
value in force; a silent text still gives the words that come nearest.
Source: the first of the readings we hold to; SH-00 for a document signed after its first day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.rulebook.answer import LayerAnswer, LayerStatus
from domain.rulebook.model import LayerRule, Rulebook, Rulebooks, RuleValue, SilentRule


@dataclass(frozen=True, slots=True)
class Asked:
    """A layer, what it answered, and the value behind the answer."""

    answer: LayerAnswer
    value: RuleValue | None = None


def ask(books: Rulebooks, layer: LayerRule, path: str, on: date) -> Asked:
    """Ask one layer about a path on a day."""
    missing = books.not_loaded.get(layer.rulebook)
    if missing is not None:
        return Asked(
            LayerAnswer(
                rulebook=missing.id,
                name=missing.name,
                level=missing.level,
                relation=layer.relation,
                status=LayerStatus.NOT_LOADED,
                reading=layer.reading,
                note=missing.note,
            )
        )
    book = books.books[layer.rulebook]
    versions = book.values_by_path.get(path, ())
    if not versions:
        return Asked(_silence(book, layer, path))
    value = _version(versions, on)
    if not value.in_force(on) and _has_fallen_away(book, path, on):
        return Asked(_silence(book, layer, path))
    return Asked(_spoken(book, layer, value, on), value)


def _version(versions: tuple[RuleValue, ...], on: date) -> RuleValue:
    """Choose the version in force, else the one that ended last, else the first to come."""
    for version in versions:
        if version.in_force(on):
            return version
    ended = [version for version in versions if version.ended_before(on)]
    return ended[-1] if ended else versions[0]


def _silence(book: Rulebook, layer: LayerRule, path: str) -> LayerAnswer:
    entry = _silent_entry(book, path)
    return LayerAnswer(
        rulebook=book.id,
        name=book.name,
        level=book.level,
        relation=layer.relation,
        status=LayerStatus.NONE_SET,
        clause=entry.clause if entry else None,
        quote=entry.quote if entry else None,
        note=entry.note if entry else None,
        reading=layer.reading,
    )


def _has_fallen_away(book: Rulebook, path: str, on: date) -> bool:
    """Say whether a later law sets nothing where an earlier one did."""
    return any(row.path == path and row.valid_from is not None and row.valid_from <= on for row in book.silent)


def _silent_entry(book: Rulebook, path: str) -> SilentRule | None:
    """Find what the text says without a value on the path or on what stands above it."""
    return next((row for row in book.silent if path == row.path or path.startswith(row.path + ".")), None)


def _spoken(book: Rulebook, layer: LayerRule, value: RuleValue, on: date) -> LayerAnswer:
    return LayerAnswer(
        rulebook=book.id,
        name=book.name,
        level=book.level,
        relation=layer.relation,
        status=LayerStatus.SAYS if value.in_force(on) else LayerStatus.NOT_IN_FORCE,
        value=value.value,
        unit=value.unit,
        op=value.op,
        clause=value.clause,
        quote=value.quote,
        reading=_join(layer.reading, value.reading),
        note=_join(value.note, _promulgation_note(book, value, on)),
        valid_from=value.valid_from,
        valid_to=value.valid_to,
    )


def _promulgation_note(book: Rulebook, value: RuleValue, on: date) -> str | None:
    """Say so when a document is in force by its own words before it was signed (上海15)."""
    signed = book.promulgated_on
    if signed is None or on >= signed or not value.in_force(on):
        return None
    return f"In force by its own words, signed only on {signed.isoformat()}."


def _join(*texts: str | None) -> str | None:
    said = [text for text in texts if text]
    return " ".join(said) or None
