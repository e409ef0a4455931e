"""Screenings: the cases that a jurist wrote, the numbers that no rule sets, and what is a field."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from domain.clock import CHINA
from domain.errors import DomainError
from domain.installation_rows import office_id
from domain.rulebook.model import Rulebooks, RuleValue
from domain.warning import screens
from tests.removals.ground import BOOKS, Ground
from tests.warnings.conftest import HAICANG, XINXIANG

pytestmark = pytest.mark.anyio

CASES: Final[list[dict[str, Any]]] = tomllib.loads((Path(__file__).parent / "screens.toml").read_text("utf-8"))["case"]
WORDS: Final = {"修复": "repaired", "撤回": "withdrawn", "公示止": "until", "公示": "published"}


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), CHINA)


async def enter(ground: Ground, subject: UUID, line: str) -> UUID:
    """Enter a record as a case writes it."""
    office, decided, *more = line.split()
    said = {WORDS[word]: date.fromisoformat(day) for word, day in zip(more[::2], more[1::2], strict=True)}
    decided_on = date.fromisoformat(decided)
    published = said.get("published", decided_on)
    state = next((one for one in ("repaired", "withdrawn") if one in said), "published")
    return await ground.record(
        HAICANG,
        "penalty",
        office,
        subject,
        decided_on=decided_on,
        obtained_on=decided_on,
        state=state,
        submitted_at=noon(decided_on),
        published_at=noon(published),
        public_until=said.get("until"),
        repaired_at=noon(said["repaired"]) if "repaired" in said else None,
        withdrawn_at=noon(said["withdrawn"]) if "withdrawn" in said else None,
    )


def asked(**given: Any) -> screens.Asked:
    """Ask as the credit office of Haicang."""
    return screens.Asked(**{"jurisdiction": HAICANG, "office_id": office_id(HAICANG, "QXYB"), **given})


async def warned(ground: Ground, run: UUID, subject: UUID) -> list[list[UUID]]:
    """Give the records behind each warning that a run raised about a subject."""
    rows = await ground.connection.fetch(
        "SELECT array_agg(behind.record_id ORDER BY behind.record_id) AS records FROM risk_warning warned"
        " JOIN risk_warning_record behind ON behind.warning_id = warned.id"
        " WHERE warned.screening_id = $1 AND warned.subject_id = $2 GROUP BY warned.id",
        run,
        subject,
    )
    return [list(row["records"]) for row in rows]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_a_screening_finds_what_a_jurist_would(ground: Ground, case: dict[str, Any]) -> None:
    """HC-14a: exactly the records behind each warning, at, below and above the numbers, on the day."""
    transaction = ground.connection.transaction()
    await transaction.start()
    try:
        subject = await ground.subject(HAICANG)
        made = [await enter(ground, subject, line) for line in case["records"]]
        run = await screens.run(
            ground.tx("hc-credit"),
            BOOKS,
            asked(
                pattern=case["pattern"],
                on=case["on"],
                window_months=case["months"],
                least_records=case["count"],
                least_fields=case.get("fields"),
            ),
        )
        expected = [sorted(made[number - 1] for number in case["behind"])] if "behind" in case else []
        assert await warned(ground, run, subject) == expected
    finally:
        await transaction.rollback()


async def refusal(ground: Ground, wanted: screens.Asked, books: Rulebooks = BOOKS) -> tuple[str, dict[str, object]]:
    with pytest.raises(DomainError) as caught:
        await screens.run(ground.tx("hc-credit"), books, wanted)
    return caught.value.code, caught.value.extensions


TODAY: Final = date(2026, 3, 18)
FULL: Final = asked(pattern="same_field", on=TODAY, window_months=12, least_records=2)


async def test_numbers_that_no_rule_sets_are_named_by_the_run_and_kept_with_it(ground: Ground) -> None:
    """HC-14a: thresholds and window are parameters; absent means that the run names them."""
    code, told = await refusal(ground, replace(FULL, window_months=None, least_records=None))
    assert (code, told["missing"]) == ("PARAMETERS_MISSING", ["window_months", "least_records"])
    code, told = await refusal(ground, replace(FULL, pattern="several_fields"))
    assert (code, told["missing"]) == ("PARAMETERS_MISSING", ["least_fields"])
    run = await screens.run(ground.tx("hc-credit"), BOOKS, FULL)
    row = await ground.row("screening", run)
    assert row["named_by_caller"] == ["window_months", "least_records"]
    assert (row["window_months"], row["least_records"], row["least_fields"]) == (12, 2, None)
    assert row["basis"] == "《海沧区社会信用体系建设2021年工作要点》 14"


async def test_a_number_that_a_rule_sets_is_the_rules(ground: Ground) -> None:
    """HC-14a: once a rulebook sets a number, a run neither needs to name it nor may name another."""
    book = BOOKS.books[BOOKS.heads[HAICANG]]
    count = RuleValue(
        path="risk_warning.same_field.count", value=3, unit="count", clause="14", quote="频繁", law=book.name,
        confidence="ours", valid_from=None, valid_to=None,
    )  # fmt: skip
    ruled = replace(BOOKS, books={**BOOKS.books, book.id: replace(book, values=(*book.values, count))})
    code, told = await refusal(ground, FULL, ruled)
    assert (code, told["field"], told["value"]) == ("PARAMETER_SET", "least_records", 3)
    run = await screens.run(ground.tx("hc-credit"), ruled, replace(FULL, least_records=None))
    row = await ground.row("screening", run)
    assert (row["least_records"], row["named_by_caller"]) == (3, ["window_months"])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"window_months": 0}, "INVALID_INPUT"),
        ({"window_months": 241}, "INVALID_INPUT"),
        ({"least_records": 1}, "INVALID_INPUT"),
        ({"least_fields": 2}, "INVALID_INPUT"),
        ({"pattern": "several_fields", "least_fields": 1}, "INVALID_INPUT"),
        ({"on": TODAY + timedelta(days=1)}, "DATE_IN_FUTURE"),
        ({"jurisdiction": XINXIANG}, "SCREENING_NOT_PROVIDED"),
    ],
)
async def test_what_is_no_screening_is_refused(ground: Ground, given: dict[str, Any], code: str) -> None:
    """HC-14a: 频繁, 多次, 多个 are more than one; no place screens without a rule of its own."""
    assert (await refusal(ground, replace(FULL, **given)))[0] == code


async def test_only_enterprises_are_screened_and_only_what_is_shared(ground: Ground) -> None:
    """HC-14a: 企业 are no persons; what is need to know is behind no warning."""
    person, firm = await ground.subject(HAICANG, person=True), await ground.subject(HAICANG)
    for subject in (person, firm):
        for _ in range(2):
            await enter(ground, subject, "RSJ 2026-01-05")
    await ground.connection.execute(
        "UPDATE credit_record SET disclosure = 'restricted' WHERE id = (SELECT min(id::text)::uuid FROM credit_record"
        " WHERE subject_id = $1)",
        firm,
    )
    run = await screens.run(ground.tx("hc-credit"), BOOKS, replace(FULL, window_months=3))
    assert (await warned(ground, run, person), await warned(ground, run, firm)) == ([], [])


async def test_a_second_run_warns_of_the_same_records_only_once(ground: Ground) -> None:
    """HC-14a: while a warning of just these records stands, another run counts it and raises none."""
    subject = await ground.subject(HAICANG)
    for day in ("2025-11-03", "2025-12-03"):
        await enter(ground, subject, f"RSJ {day}")
    wanted = replace(FULL, window_months=5)
    first, second = [await screens.run(ground.tx("hc-credit"), BOOKS, wanted) for _ in range(2)]
    assert len(await warned(ground, first, subject)) == 1
    assert await warned(ground, second, subject) == []
    assert (await ground.row("screening", second))["known"] >= 1
    third = await enter(ground, subject, "RSJ 2026-01-06")
    again = await screens.run(ground.tx("hc-credit"), BOOKS, wanted)
    assert [third in one for one in await warned(ground, again, subject)] == [True]


async def test_a_run_that_finds_too_many_is_refused(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """HC-14a: one bulletin takes so many warnings and no more; nothing of the run is left."""
    for _ in range(2):
        firm = await ground.subject(HAICANG)
        for day in ("2026-01-12", "2026-01-13"):
            await enter(ground, firm, f"RSJ {day}")
    monkeypatch.setattr(screens, "MOST", 1)
    assert (await refusal(ground, replace(FULL, window_months=6)))[0] == "SCREENING_TOO_WIDE"


async def test_the_wrong_clock_zone_moves_no_record(ground: Ground) -> None:
    """HC-14a: what was published at 00:30 in China on a day counts as of that day, whatever the clock of the server."""
    subject = await ground.subject(HAICANG)
    for _ in range(2):
        record = await enter(ground, subject, "RSJ 2026-02-02")
        await ground.connection.execute(
            "UPDATE credit_record SET published_at = $2 WHERE id = $1",
            record,
            datetime(2026, 2, 2, 16, 30, tzinfo=UTC),
        )
    before = await screens.run(ground.tx("hc-credit"), BOOKS, replace(FULL, on=date(2026, 2, 2)))
    after = await screens.run(ground.tx("hc-credit"), BOOKS, replace(FULL, on=date(2026, 2, 3)))
    assert (len(await warned(ground, before, subject)), len(await warned(ground, after, subject))) == (0, 1)
