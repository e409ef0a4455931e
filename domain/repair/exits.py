"""What becomes of the list entries that rest on a record when its repair is granted: which end, which stay, and why.

Each list leaves it to its own rule: with the repair (厦门6, also of its labour list, but for wages), when the office finds the list's exit
standard met (海沧7: 符合退出标准的), after a term since the correction (order 45), or by a way of its own
(新乡四(二): early removal). An entry that also rests on another record that still speaks against the subject
stays. Nothing ends because a text is silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.calendar import TermInvalid, first_day_after
from domain.clock import day_in_chinese
from domain.credit.terms import binding
from domain.rulebook.lookup import list_kind
from domain.rulebook.model import Rulebooks
from domain.rulebook.tables import ListKindRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry in force that rests on the record."""

    id: UUID
    rulebook: str
    code: str
    list_name: str
    jurisdiction: str
    decided_on: date
    condition: str | None = None
    """The condition of a law, or of its list's own text, that it states."""
    other_records: int = 0
    """How many other records it rests on that are neither repaired nor withdrawn."""


@dataclass(frozen=True, slots=True)
class Exit:
    """What becomes of an entry: the reason of its removal when it ends, else why it stays and until when."""

    entry: Entry
    removal_reason: str | None
    earliest_on: date | None
    citation: str | None
    quote: str | None
    en: str
    zh: str

    @property
    def ends(self) -> bool:
        """Whether the entry ends with the repair."""
        return self.removal_reason is not None


def exit_of(
    books: Rulebooks, entry: Entry, *, corrected_on: date | None, exit_standard: str | None, today: date
) -> Exit:
    """Tell what becomes of an entry when the repair is granted on a day.

    `exit_standard` names the standard by which the office found that the entry may leave its list.
    """
    kind = list_kind(books.books[entry.rulebook], entry.code) if entry.rulebook in books.books else None
    if entry.other_records:
        return _stays(
            entry, kind, "It also rests on another record that is not repaired.", "该列入另有未修复的记录为据。"
        )
    if kind is None:
        return _stays(entry, kind, "The list's exit rule is not loaded.", "名单的退出规则未载入。")
    if kind.imported:
        return _stays(entry, kind, "It was imported and ends with its source.", "导入的名单信息随其来源终止。")
    sector = kind.sector_of(entry.condition)
    if sector is not None:
        return _by_sector(books, entry, sector, kind, corrected_on=corrected_on, today=today)
    if kind.exit_on_repair:
        return _ends(books, entry, kind, "repaired", "The list ends with the repair.", "随信用修复移出名单。")
    if kind.exit_by_standard:
        if exit_standard is None:
            return _stays(entry, kind, "That the exit standard is met has not been found.", "尚未认定符合退出标准。")
        return _ends(books, entry, kind, "standard_met", "Its exit standard was found met.", "经认定符合退出标准。")
    return _stays(entry, kind, "The list has a way of its own for leaving it.", "按名单自身的退出程序办理。")


def _by_sector(
    books: Rulebooks, entry: Entry, sector: str, kind: ListKindRule, *, corrected_on: date | None, today: date
) -> Exit:
    """Apply the national rule of the sector: so long after the correction while listed, and with a commitment."""
    answer = binding(books, entry.jurisdiction, f"list.{sector}.early_removal.after", entry.decided_on)
    if answer is None or not isinstance(answer.value, int) or answer.unit is None:
        return _stays(
            entry, kind, "No rule in force says when it may be left early.", "没有有效规则规定可提前移出的时间。"
        )
    start = max(corrected_on, entry.decided_on) if corrected_on else None
    try:
        earliest = first_day_after(start, answer.value, answer.unit) if start else None
    except TermInvalid:
        earliest = None
    if earliest is None:
        en, zh = (
            "It may be left early so long after the correction, which is not found yet.",
            "自改正之日起满规定期限可提前移出，尚未认定改正日期。",
        )
        return Exit(entry, None, None, answer.citation, answer.quote, en, zh)
    if today < earliest:
        en, zh = f"It may be left early from {earliest} on.", f"自{day_in_chinese(earliest)}起可申请提前移出。"
        return Exit(entry, None, earliest, answer.citation, answer.quote, en, zh)
    en, zh = "The term since the correction has run.", "自改正之日起已满规定期限。"
    return Exit(entry, "early_removal", earliest, answer.citation, answer.quote, en, zh)


def _ends(books: Rulebooks, entry: Entry, kind: ListKindRule, reason: str, en: str, zh: str) -> Exit:
    name = books.books[entry.rulebook].name
    return Exit(entry, reason, None, f"《{name}》 {kind.clause}", kind.exit or kind.quote, en, zh)


def _stays(entry: Entry, kind: ListKindRule | None, en: str, zh: str) -> Exit:
    return Exit(entry, None, None, None, kind.exit if kind else None, en, zh)
