"""Standing duties 定期义务: what the rulebooks ask of an office again and again, or once by a day, row or no row.

A report that nobody opened has no row that could be late, nor has a case that was never pushed or an edition that was
never made. So what is owed is installed from the rulebooks at every start, for the days on which one answer holds, and
which period lacks its row is found when it is asked for. Nobody changes these rows here.
Source: 厦门9 (按月报送, 次月5日), 31 (季度), 27 (每年推送案例), 1, 4, 7, 11 (清单完成时限).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from domain.credit.terms import binding
from domain.culture import quotas
from domain.edition.kinds import EditionKind, kinds_of
from domain.ids import new_id
from domain.installation_rows import Row, installed_id, office_id
from domain.oversight.deadline import DEADLINE_STATUSES
from domain.oversight.progress_reports import ORDERED_BY, ROLL
from domain.privacy import column, reference
from domain.rulebook.lookup import book_of, rule
from domain.rulebook.model import Rulebooks

STANDING_DUTIES: Final = ("report", "cases", "edition")
CYCLES: Final = ("month", "quarter", "year")
TERM_OF: Final = {"month": "deadline.monthly_report", "quarter": "deadline.quarterly_progress"}
"""The rule that sets, or does not set, the last day of a report by its cycle."""

KEEPER: Final = "credit_office"


class StandingDuty(Model):
    """What an office owes for every period of a cycle, or by one day, as the rulebooks of its place say."""

    id: UUID = column(fields.UUIDField, "Identifier.", primary_key=True, default=new_id)
    jurisdiction = reference("renxin.Jurisdiction", "The division under whose rulebook it is owed.")
    office = reference("renxin.Office", "The office that owes it.")
    rulebook: str = column(fields.TextField, "The rulebook with which the asking began.")
    kind: str = column(fields.TextField, "A report 月报、季报, typical cases 典型案例, or an edition 版本.")
    cycle: str | None = column(fields.TextField, "Period for which it is owed; null for what is owed once.", null=True)
    edition_kind: str | None = column(fields.TextField, "The kind of edition that is owed.", null=True)
    from_on: date | None = column(
        fields.DateField,
        "First of the days on which a period may end for it to be so; null for no beginning.",
        null=True,
    )
    until_on: date | None = column(fields.DateField, "Last of those days; null for no end.", null=True)
    day: int | None = column(
        fields.IntField, "Which day of the month after the period is the last; null where none is set.", null=True
    )
    rolls: bool = column(
        fields.BooleanField, "Whether a last day on which nobody works becomes the next one.", default=False
    )
    due_on: date | None = column(fields.DateField, "The last day of what is owed once.", null=True)
    wanted: int | None = column(fields.IntField, "How many are owed.", null=True)
    path: str | None = column(fields.TextField, "The rule that sets the last day or the number.", null=True)
    status: str = column(fields.TextField, "Whether a last day is set: says, expired, none_set, …")
    basis: str = column(fields.TextField, "Document and clause 依据 that ask for it.")

    class Meta:
        table = "standing_duty"
        indexes: tuple[Any, ...] = (Index(fields=("office_id", "kind", "id"), name="standing_duty_by_office"),)
        constraints = (
            CheckConstraint(check=f"kind IN {STANDING_DUTIES}", name="standing_duty_kind_is_known"),
            CheckConstraint(check=f"cycle IN {CYCLES}", name="standing_duty_cycle_is_known"),
            CheckConstraint(check=f"status IN {DEADLINE_STATUSES}", name="standing_duty_status_is_known"),
            CheckConstraint(check="(cycle IS NULL) = (kind = 'edition')", name="standing_duty_comes_again_or_once"),
            CheckConstraint(check="day BETWEEN 1 AND 31", name="standing_duty_day_is_of_a_month"),
        )


@dataclass(frozen=True, slots=True)
class _Owed:
    """What a rule asks of an office, whatever the days on which it does."""

    office: UUID
    cycle: str
    path: str
    status: str
    basis: str
    day: int | None = None
    rolls: bool = False
    wanted: int | None = None


def kept_since(place: str, *, before: str = "'infinity'", cycle: str | None = None) -> str:
    """Write the day from which on the duties of a place are kept here, as it was known before an instant.

    That is the installation, or the first period of which the place handed in a report here, of a cycle where one is
    named: who hands in the report of a quarter says nothing of those of its months. Whether anything was owed and done
    before, this service does not know and does not say. All arguments are SQL expressions.
    """
    of_cycle = f" AND progress_report.cycle = {cycle}" if cycle else ""
    return (
        "(SELECT least((SELECT min(activated_at AT TIME ZONE 'Asia/Shanghai')::date FROM policy_version"
        f" WHERE activated_at < {before}), (SELECT min(from_on) FROM progress_report"
        f" WHERE jurisdiction_id = {place} AND handed_in_at < {before}{of_cycle})))"
    )


def standing_duty_rows(books: Rulebooks) -> list[Row]:
    """List what is owed in every place that has a rulebook."""
    return [row for place in sorted(books.heads) for row in (*_reports(books, place), *_cases(books, place))] + [
        row for place in sorted(books.jurisdictions) for row in _editions(books, place)
    ]


def _reports(books: Rulebooks, place: str) -> Iterator[Row]:
    for cycle, ordered_by in ORDERED_BY.items():
        days = _turns(books, (ordered_by, ROLL, TERM_OF[cycle]))
        yield from _spans(books, place, "report", [(day, _asked(books, place, cycle, day)) for day in days])


def _asked(books: Rulebooks, place: str, cycle: str, day: date | None) -> tuple[_Owed, ...]:
    """Give who owes a report for a period that ends on a day, and by which day of the next month."""
    on = day or date.min
    answer = binding(books, place, ORDERED_BY[cycle], on)
    if answer is None or answer.layer is None:
        return ()
    where = books.books[answer.layer.rulebook].jurisdiction
    rolls = binding(books, place, ROLL, on)
    of_month = answer.value if answer.unit == "day_of_next_month" and isinstance(answer.value, int) else None
    status = answer.status if of_month is not None else rule(books, place, TERM_OF[cycle], on).status
    return tuple(
        _Owed(
            office_id(where, code),
            cycle,
            TERM_OF[cycle],
            status.value,
            answer.citation,
            of_month,
            rolls is not None and rolls.value is True,
        )
        for code in answer.actors
    )


def _cases(books: Rulebooks, place: str) -> Iterator[Row]:
    under = f"{quotas.PATH}."
    days = _turns(books, [path for path in books.known_paths if path.startswith(under)])
    yield from _spans(books, place, "cases", [(day, _quotas(books, place, day)) for day in days])


def _quotas(books: Rulebooks, place: str, day: date | None) -> tuple[_Owed, ...]:
    """Give the quotas of the year that ends on or after a day: those that bind on its last day."""
    found = quotas.required(books, place, (day or date.min).year)
    return tuple(
        _Owed(office, "year", law.path, law.status.value, law.citation, wanted=law.value)
        for office, law in sorted(found.items(), key=lambda one: str(one[0]))
        if isinstance(law.value, int)
    )


def _editions(books: Rulebooks, place: str) -> Iterator[Row]:
    for kind in kinds_of(books, place).values():
        keeper = _keeper(kind)
        if kind.rule.due is None or kind.rule.foreign or keeper is None:
            continue
        yield {
            **_row(books, place, keeper, "edition", kind.code),
            "edition_kind": kind.code,
            "from_on": _iso(kind.book.effective_from),
            "due_on": kind.rule.due.isoformat(),
            "status": "says",
            "basis": kind.citation,
        }


def _keeper(kind: EditionKind) -> UUID | None:
    """Give the credit office that keeps a division's editions; nothing where each office keeps its own."""
    codes = () if kind.is_of_office else tuple(one.code for one in kind.book.offices if KEEPER in one.roles)
    return (
        office_id(kind.jurisdiction_id, codes[0]) if codes and kind.book.jurisdiction == kind.jurisdiction_id else None
    )


def _spans(
    books: Rulebooks, place: str, kind: str, answers: list[tuple[date | None, tuple[_Owed, ...]]]
) -> Iterator[Row]:
    """Write what is owed by the days on which the same is."""
    told = [one for number, one in enumerate(answers) if not number or one[1] != answers[number - 1][1]]
    ends = [day - timedelta(1) for day, _ in told[1:] if day is not None]
    for (begins, owed), until in zip(told, [*ends, None], strict=True):
        for one in owed:
            yield {
                **_row(books, place, one.office, kind, one.cycle, _iso(begins) or ""),
                "cycle": one.cycle,
                "from_on": _iso(begins),
                "until_on": _iso(until),
                "day": one.day,
                "rolls": one.rolls,
                "wanted": one.wanted,
                "path": one.path,
                "status": one.status,
                "basis": one.basis,
            }


def _row(books: Rulebooks, place: str, office: UUID, *key: str) -> Row:
    nothing = dict.fromkeys(("cycle", "edition_kind", "from_on", "until_on", "day", "due_on", "wanted", "path"))
    return {
        **nothing,
        "id": str(installed_id("standing_duty", place, str(office), *key)),
        "jurisdiction_id": place,
        "office_id": str(office),
        "rulebook": book_of(books, place).id,
        "kind": key[0],
        "rolls": False,
    }


def _turns(books: Rulebooks, paths: Iterable[str]) -> list[date | None]:
    """Give the days on which a rulebook begins or ceases to say something else, and the time before them."""
    wanted = set(paths)
    days: set[date] = set()
    for book in books.books.values():
        for value in (value for value in book.values if value.path in wanted):
            days |= {value.valid_from} if value.valid_from else set()
            days |= {value.valid_to + timedelta(1)} if value.valid_to else set()
        days |= {one.valid_from for one in book.silent if one.path in wanted and one.valid_from}
    return [None, *sorted(days)]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
