"""Spot checks: the same seed, population and rate give the same sample; drawn once; found by another person."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commitment import commitments, sampling, spot_checks
from domain.commitment.refusals import PopulationEmpty, RateNotSet, RateSet, SampleTooLarge, SpotCheckExists
from domain.commitment.spot_checks import Draw, as_of, population
from domain.errors import InvalidInput
from domain.installation_rows import office_id
from domain.rulebook.loader import FOLDER, build_rulebooks, read_files
from tests.commitments.ground import HAICANG, TODAY, XIAMEN, Ground

pytestmark = pytest.mark.anyio

SEEDS = st.text(min_size=1, max_size=20)
POPULATIONS = st.lists(st.uuids(), min_size=1, max_size=60, unique=True)
RATES = st.integers(1, sampling.WHOLE)


@given(SEEDS, POPULATIONS, RATES, st.randoms())
def test_a_sample_depends_on_seed_population_and_rate_alone(
    seed: str, members: list[UUID], rate: int, dice: Any
) -> None:
    shuffled = [*members, *members]
    dice.shuffle(shuffled)
    drawn = sampling.draw(seed, members, basis_points=rate)

    assert sampling.draw(seed, shuffled, basis_points=rate) == drawn
    assert len(drawn) == -(-len(members) * rate // sampling.WHOLE) >= 1
    assert set(drawn) <= set(members)
    assert len(set(drawn)) == len(drawn)
    assert sampling.digest(shuffled[: len(members)] if set(shuffled[: len(members)]) == set(members) else members) == sampling.digest(members)  # fmt: skip


@given(SEEDS, POPULATIONS, RATES, RATES)
def test_a_higher_rate_draws_the_same_and_more(seed: str, members: list[UUID], low: int, high: int) -> None:
    first, second = sorted((low, high))
    few, many = (sampling.draw(seed, members, basis_points=rate) for rate in (first, second))
    assert many[: len(few)] == few


def test_a_sample_can_be_drawn_again_by_hand() -> None:
    """Order by SHA-256 of seed, line feed, id; a share rounded up."""
    members = [UUID(int=number) for number in range(10)]
    by_hand = sorted(members, key=lambda one: hashlib.sha256(f"种子\n{one}".encode()).hexdigest())
    assert sampling.draw("种子", members, basis_points=2_500) == by_hand[:3]


async def _signed(ground: Ground, count: int, office: tuple[str, str] = (XIAMEN, "SP")) -> tuple[UUID, list[UUID]]:
    item, firm = await ground.kept_item(*office, kind="general"), await ground.organisation()
    return item, [await ground.sign(item, firm, office, matter_no=f"受{number}号") for number in range(count)]


def _draw(item: UUID | None = None, **changes: Any) -> Draw:
    plain = Draw(
        office_id=office_id(XIAMEN, "SP"),
        seed="2026年第一季度",
        population_on=TODAY,
        item_id=item,
        basis_points=2_000,
        reason="首次抽查，按两成",
    )
    return replace(plain, **changes)


async def test_a_check_keeps_what_it_takes_to_draw_it_again(ground: Ground) -> None:
    """XM-11c: seed, rate, population day, the sample that was drawn."""
    item, made = await _signed(ground, 11)
    check = await ground.row("spot_check", await spot_checks.draw(ground.tx, ground.books, _draw(item)))
    rows = await ground.tx.connection.fetch(
        "SELECT commitment_id, state FROM spot_check_result WHERE spot_check_id = $1 ORDER BY place", check["id"]
    )

    assert (check["population_size"], check["sample_size"], check["rate_source"]) == (11, 3, "stated")
    assert check["population_digest"] == sampling.digest(made)
    assert [row["commitment_id"] for row in rows] == sampling.draw("2026年第一季度", made, basis_points=2_000)
    assert {row["state"] for row in rows} == {"pending"}
    assert check["basis"] == "commitment.spot_check.rate: not_loaded"


async def test_the_population_of_a_day_can_be_taken_again_later(ground: Ground) -> None:
    item, made = await _signed(ground, 5)
    later = ground.at(ground.tx.now + timedelta(days=3)).other()
    await later.keep(made[0])
    await commitments.withdraw(later.tx, made[1], reason="误录")
    await later.sign(item, await later.organisation(), (XIAMEN, "SP"), matter_no="其后")

    then = await population(later.tx, office_id(XIAMEN, "SP"), item, as_of(TODAY, later.tx.now))
    now = await population(later.tx, office_id(XIAMEN, "SP"), item, later.tx.now)
    assert set(then) == set(made)
    assert len(now) == 4


async def test_a_day_ends_at_midnight_in_china() -> None:
    now = datetime(2026, 3, 20, tzinfo=UTC)
    assert as_of(date(2026, 3, 18), now) == datetime(2026, 3, 18, 16, tzinfo=UTC)
    assert as_of(date(2026, 3, 20), now) == now


async def test_a_sample_is_drawn_once(ground: Ground) -> None:
    """Nobody draws until the sample pleases."""
    item, _ = await _signed(ground, 4)
    await spot_checks.draw(ground.tx, ground.books, _draw(item))
    with pytest.raises(SpotCheckExists):
        await spot_checks.draw(ground.tx, ground.books, _draw(item, seed="另一种子"))
    await spot_checks.draw(ground.tx, ground.books, _draw())
    with pytest.raises(SpotCheckExists):
        await spot_checks.draw(ground.tx, ground.books, _draw(seed="另一种子"))


async def test_where_no_rulebook_sets_the_rate_it_is_stated_with_its_reason(ground: Ground) -> None:
    """XM-11c: no sample rate in the text, so the caller must give one."""
    item, _ = await _signed(ground, 2)
    for changes in ({"basis_points": None}, {"reason": None}, {"reason": "  "}):
        with pytest.raises(RateNotSet):
            await spot_checks.draw(ground.tx, ground.books, _draw(item, **changes))
    for rate in (0, -1, 10_001):
        with pytest.raises(InvalidInput):
            await spot_checks.draw(ground.tx, ground.books, _draw(item, basis_points=rate))


async def test_a_rate_that_a_rulebook_sets_holds(ground: Ground) -> None:
    """A city that sets one is one line in its file."""
    files = read_files(FOLDER)
    xiamen = dict(files["xiamen.toml"])
    xiamen["silent"] = [row for row in xiamen["silent"] if row["path"] != "commitment.spot_check.rate"]
    rate = {"path": "rate", "value": 0.3, "unit": "ratio", "op": "gte"}
    xiamen["rules"] = [*xiamen["rules"], {"under": "commitment.spot_check", "clause": "11", "quote": "抽查", "values": [rate]}]  # fmt: skip
    books = build_rulebooks({**files, "xiamen.toml": xiamen})
    item, _ = await _signed(ground, 10)

    with pytest.raises(RateSet):
        await spot_checks.draw(ground.tx, books, _draw(item))
    check = await ground.row("spot_check", await spot_checks.draw(ground.tx, books, _draw(item, basis_points=None, reason=None)))  # fmt: skip
    assert (check["rate_basis_points"], check["rate_source"], check["sample_size"]) == (3_000, "rulebook", 3)
    assert check["basis"].endswith("11")


async def test_nothing_is_drawn_from_nothing_or_from_tomorrow(ground: Ground) -> None:
    item = await ground.kept_item(XIAMEN, "SP")
    with pytest.raises(PopulationEmpty):
        await spot_checks.draw(ground.tx, ground.books, _draw(item))
    with pytest.raises(InvalidInput):
        await spot_checks.draw(ground.tx, ground.books, _draw(item, population_on=TODAY + timedelta(days=1)))


async def test_an_office_draws_from_its_own_commitments_only(ground: Ground) -> None:
    await _signed(ground, 3, (HAICANG, "RSJ"))
    with pytest.raises(PopulationEmpty):
        await spot_checks.draw(ground.tx, ground.books, _draw())


async def test_a_finding_is_noted_in_the_checks_that_wait_for_it(ground: Ground) -> None:
    """HC-12b, XM-11c: kept, broken or pending."""
    item, made = await _signed(ground, 3)
    check = await spot_checks.draw(ground.tx, ground.books, _draw(item, basis_points=10_000))
    finder = ground.other()
    await finder.keep(made[0], 1)
    await finder.break_(made[1], 2)
    rows = await ground.tx.connection.fetch(
        "SELECT commitment_id, state, found_by FROM spot_check_result WHERE spot_check_id = $1", check
    )
    told = {row["commitment_id"]: row["state"] for row in rows}

    assert told == {made[0]: "kept", made[1]: "broken", made[2]: "pending"}
    assert {row["found_by"] for row in rows if row["state"] != "pending"} == {finder.tx.actor.account_id}


async def test_a_sample_is_not_larger_than_can_be_found(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    item, _ = await _signed(ground, 6)
    monkeypatch.setattr(spot_checks, "LARGEST", 1)
    with pytest.raises(SampleTooLarge):
        await spot_checks.draw(ground.tx, ground.books, _draw(item))
