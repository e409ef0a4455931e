"""The mass of the demonstration's records: what each office produces, drawn from a table of matters.

In charge of reading `matters.toml` and of drawing from it subjects, days, severities and fates. The draws
depend on the seed alone, so that the same records come out everywhere; only their days follow the present.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from typing import Any, Final

from api.demo.names import SEED, DemoSubject, organisations, people
from api.demo.records import Amendment, Deed
from api.demo.scene import Scene
from api.demo.sheets import penalty_content, permit, permit_content, table, violation
from domain.credit import terms
from domain.credit.item import Item
from domain.credit.statement import Statement
from domain.rulebook.lookup import severities

FIRST_NUMBER: Final = 101
"""Numbers below are those of the stories."""

OLDEST_DAYS: Final = 1_240
NECESSITY: Final = "该行为涉及多名劳动者，经本单位研究确有必要公示。"
_LONG_TERM: Final = "2099-12-31"
_UNTOLD_ORGANISATIONS: Final = frozenset({11, 12, 24, 25, 26, 31, 41, 51, 61})
_UNTOLD_PEOPLE: Final = 6

FATES: Final[Mapping[str, int]] = {
    "timely": 50,
    "late": 9,
    "half_late": 4,
    "amended": 9,
    "amended_twice": 2,
    "withdrawn": 5,
    "expired": 6,
    "waiting": 6,
    "overdue": 5,
    "undetermined": 4,
}
"""What becomes of a record, and its weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What an office produces: under which item, with which numbers, title and text, and how often."""

    jurisdiction: str
    item: str
    offices: tuple[str, ...]
    number: str
    count: int
    title: str = ""
    about: str = "organisation"
    sheet: str | None = None
    content: Mapping[str, str] = field(default_factory=dict)
    basis: str | None = None
    level: str | None = None
    condition_met: bool = False


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What was drawn for a record before its days are known."""

    number: int
    matter: Matter
    office: str
    subject: DemoSubject
    fate: str
    days: int
    roll: float
    pick: int


async def drawn_deeds(scene: Scene) -> list[Deed]:
    """Give the records that are drawn, in the order of their numbers."""
    return [await _deed(scene, drawn) for drawn in _draws()]


@lru_cache(maxsize=1)
def matters() -> tuple[Matter, ...]:
    """Read the table of matters."""
    return tuple(Matter(**{**row, "offices": tuple(row["offices"])}) for row in table("matter"))


def _draws() -> Iterator[_Drawn]:
    draw = Random(SEED + 1)  # noqa: S311
    number = FIRST_NUMBER
    for matter in matters():
        subjects = _subjects(matter)
        for _ in range(matter.count):
            yield _Drawn(
                number,
                matter,
                draw.choice(matter.offices),
                subjects[int(draw.random() ** 1.6 * len(subjects))],
                draw.choices(list(FATES), list(FATES.values()))[0],
                int(12 + draw.random() * (OLDEST_DAYS - 12)),
                draw.random(),
                draw.randrange(1_000),
            )
            number += 1


def _subjects(matter: Matter) -> Sequence[DemoSubject]:
    """List whom a matter may be about: of its division, and not of the stories."""
    if matter.about == "natural_person":
        found = [one for one in people() if one.number > _UNTOLD_PEOPLE]
    else:
        found = [one for one in organisations() if one.number not in _UNTOLD_ORGANISATIONS]
    return [one for one in found if one.jurisdiction == matter.jurisdiction]


async def _deed(scene: Scene, drawn: _Drawn) -> Deed:
    item = await scene.item((drawn.matter.jurisdiction, drawn.matter.item), drawn.office)
    drawn = replace(drawn, subject=_admitted(item, drawn))
    decided_on = _decided_on(scene, item, drawn)
    statement = _statement(scene, item, drawn, decided_on)
    submitted_on = (statement.closed_on or decided_on) + timedelta(days=1 + drawn.pick % 4)
    deed = Deed(
        number=drawn.number,
        subject=drawn.subject,
        jurisdiction=drawn.matter.jurisdiction,
        item=drawn.matter.item,
        office=drawn.office,
        decision_no=_decision_no(drawn, decided_on),
        statement=statement,
        submitted_on=min(submitted_on, scene.today),
    )
    return _with_fate(scene, item, deed, drawn)


def _admitted(item: Item, drawn: _Drawn) -> DemoSubject:
    """Give the drawn subject, or the next one of a kind that the item admits."""
    subjects = _subjects(drawn.matter)
    start = subjects.index(drawn.subject)
    ordered = [*subjects[start:], *subjects[:start]]
    return next(one for one in ordered if item.admits(one.kind))


def _decided_on(scene: Scene, item: Item, drawn: _Drawn) -> date:
    """Give the day of decision; fresh records lie in the last days."""
    days = {"waiting": 1 + drawn.pick % 4, "overdue": 20 + drawn.pick % 60}.get(drawn.fate, drawn.days)
    if drawn.fate == "expired":
        days = max(days, 400 + drawn.pick % 300)
    return in_force_day(scene, item, scene.ago(days), spread=drawn.pick)


def in_force_day(scene: Scene, item: Item, day: date, *, spread: int) -> date:
    """Give the day, or one on which the item was in force where it was not then."""
    if item.valid_from is not None and day < item.valid_from:
        return min(item.valid_from + timedelta(days=spread % 90), scene.today)
    if item.valid_to is not None and day > item.valid_to:
        return item.valid_to - timedelta(days=spread % 300)
    return day


def kept_back(scene: Scene, item: Item, deed: Deed) -> bool:
    """Tell whether the rule keeps the record from publication unless its necessity is stated."""
    stated = deed.statement
    kept = terms.kept_from_publication(scene.books, item, severity=stated.severity, decided_on=stated.decided_on)
    return kept is not None


def _decision_no(drawn: _Drawn, decided_on: date) -> str:
    return f"{drawn.matter.number}〔{decided_on.year}〕{drawn.number}号"


def _statement(scene: Scene, item: Item, drawn: _Drawn, decided_on: date) -> Statement:
    matter = drawn.matter
    closed_on = decided_on + timedelta(days=1 + drawn.pick % 5) if item.double_publicity and drawn.pick % 2 else None
    if closed_on is not None and closed_on > scene.today:
        closed_on = None
    plain = Statement(
        title=matter.title,
        decided_on=decided_on,
        obtained_on=closed_on or decided_on,
        closed_on=closed_on,
        severity=_severity(scene, item, drawn, decided_on),
        condition_met=matter.condition_met,
        legal_basis=matter.basis,
        legal_basis_level=matter.level,
        content=_filled(matter.content, drawn, decided_on),
    )
    if matter.sheet == "permit":
        return _permit(plain, drawn)
    if matter.sheet == "penalty":
        return _penalty(plain, drawn)
    return plain


def _severity(scene: Scene, item: Item, drawn: _Drawn, decided_on: date) -> str | None:
    """Draw a severity among those the jurisdiction knew; the mild ones are the more frequent."""
    if not item.is_negative or (drawn.fate == "undetermined" and item.severity_required):
        return None
    known = severities(scene.books, item.jurisdiction_id, decided_on)
    if not known or not (item.severity_required or drawn.pick % 3 == 0):
        return None
    return known[int(drawn.roll**1.3 * len(known))].code


def _filled(content: Mapping[str, str], drawn: _Drawn, decided_on: date) -> dict[str, str]:
    told = {
        "day": decided_on.isoformat(),
        "year": str(decided_on.year - 1),
        "no": _decision_no(drawn, decided_on),
    }
    return {code: text.format(**told) for code, text in content.items()}


def _permit(plain: Statement, drawn: _Drawn) -> Statement:
    found = permit(drawn.pick)
    until = _LONG_TERM if drawn.pick % 5 == 0 else (plain.decided_on + timedelta(days=3 * 365)).isoformat()
    content = permit_content(drawn.matter.jurisdiction, found["name"], found["text"], plain.decided_on, until)
    return replace(plain, title=found["name"], content=content)


def _penalty(plain: Statement, drawn: _Drawn) -> Statement:
    found = violation(drawn.pick)
    fine = None if drawn.pick % 4 == 0 else f"{(1 + drawn.pick % 12) / 2:.2f}"
    return replace(
        plain,
        title=f"{found['act']}行政处罚",
        procedure="summary" if drawn.pick % 9 == 0 else "general",
        harm_removed=drawn.pick % 11 == 0,
        legal_basis_level=found["level"],
        content=penalty_content(drawn.matter.jurisdiction, found, fine),
    )


def _with_fate(scene: Scene, item: Item, deed: Deed, drawn: _Drawn) -> Deed:
    """Give the record what became of it, as far as the rulebook lets it be published."""
    if drawn.fate in ("waiting", "overdue") or (item.severity_required and deed.statement.severity is None):
        return replace(deed, published=None)
    if kept_back(scene, item, deed):
        if drawn.pick % 2:
            return replace(deed, published=None)
        deed = replace(deed, necessity=NECESSITY)
    return replace(deed, **_fate(deed, drawn))


def _fate(deed: Deed, drawn: _Drawn) -> dict[str, Any]:
    if drawn.fate in ("late", "half_late"):
        return {"published": drawn.fate}
    if drawn.fate == "expired":
        return {"shown_until": deed.statement.decided_on + timedelta(days=365)}
    if drawn.fate == "withdrawn":
        return {
            "withdrawn_after_days": 20 + drawn.pick % 100,
            "withdrawal_reason": "原决定经复核依法变更，本条信息予以撤回。",
        }
    count = {"amended": 1, "amended_twice": 2}.get(drawn.fate, 0)
    return {"amendments": tuple(_amendment(deed, drawn, step) for step in range(count))}


def _amendment(deed: Deed, drawn: _Drawn, step: int) -> Amendment:
    """Draw a correction that the sheet allows: of a fine, else of the title."""
    if "CF_NR_FK" in deed.statement.content:
        fine = f"{float(deed.statement.content['CF_NR_FK']) + 0.25 * (step + 1):.2f}"
        changes: dict[str, Any] = {"content": {"CF_NR_FK": fine, "CF_NR": f"罚款{fine}万元"}}
        return Amendment(after_days=15 + drawn.pick % 40, changes=changes, reason="罚款金额登记有误，予以更正。")
    changes = {"title": f"{deed.statement.title}（更正{'' if step == 0 else step + 1}）"}
    return Amendment(after_days=15 + drawn.pick % 40, changes=changes, reason="标题登记有误，予以更正。")
