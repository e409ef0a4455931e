"""A red entry and what is told against its subject, when two subjects turn out to be one, and when they are parted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.installation_rows import office_id
from domain.lists import removal_endings, removal_openings
from domain.merging import merges
from tests.removals.ground import BOOKS, Ground

pytestmark = pytest.mark.anyio

XINXIANG = "410700"
OFFICE = office_id(XINXIANG, "XYB")


@pytest.fixture
async def apart(ground: Ground) -> AsyncIterator[Ground]:
    """Give the ground in a transaction of which nothing stays."""
    begun = ground.connection.transaction()
    await begun.start()
    yield ground
    await begun.rollback()


async def merge(ground: Ground, kept: UUID, merged: UUID) -> UUID:
    """Merge by two persons of the credit office."""
    asked = ground.tx("xx-credit", roles=("credit_office",), office_id=OFFICE)
    made = await merges.propose(
        asked, kept_id=kept, merged_id=merged, office_id=OFFICE, reason="登记机关确认为同一主体"
    )
    await merges.approve(ground.tx("xx-one"), BOOKS, made)
    return made


async def unmerge(ground: Ground, made: UUID) -> None:
    """Undo a merge by two persons."""
    await merges.propose_unmerge(ground.tx("xx-credit"), made, reason="误并")
    await merges.approve_unmerge(ground.tx("xx-one"), BOOKS, made)


async def red(ground: Ground, subject: UUID) -> UUID:
    return await ground.entry(XINXIANG, "red", "JCZD", subject)


async def record(ground: Ground, subject: UUID, **more: Any) -> UUID:
    """Enter a published record, dishonest unless said otherwise, without what follows its publication."""
    shown = {"state": "published", "published_at": ground.now, "portal_at": ground.now, **more}
    return await ground.record(XINXIANG, "labour_dispatch_bad", "JCZD", subject, **shown)


async def tasks(ground: Ground, entry: UUID) -> list[dict[str, Any]]:
    rows = await ground.connection.fetch("SELECT * FROM list_removal WHERE entry_id = $1 ORDER BY id", entry)
    return [dict(row) for row in rows]


@pytest.mark.parametrize("kept_is_red", [True, False])
async def test_xx_12_a_red_entry_of_the_one_leaves_for_what_is_told_of_the_other(
    apart: Ground, kept_is_red: bool
) -> None:
    praised, told = [await apart.subject(XINXIANG) for _ in range(2)]
    entry, black = await red(apart, praised), await apart.entry(XINXIANG, "black", "JCZD", told)
    pair = (praised, told) if kept_is_red else (told, praised)
    made = await merge(apart, *pair)
    [task] = await tasks(apart, entry)
    assert (task["state"], task["way"], task["cause_entry_id"]) == ("raised", "violation", black)
    assert (task["subject_id"], task["office_id"]) == (pair[0], office_id(XINXIANG, "JCZD")), "its publisher's"

    await unmerge(apart, made)
    [task] = await tasks(apart, entry)
    assert (task["state"], task["subject_id"]) == ("lapsed", praised), "the removal goes where its entry goes"
    assert (await apart.row("list_entry", entry))["state"] == "published"


@pytest.mark.parametrize(
    ("told", "raised"),
    [
        ({}, 1),
        ({"dishonest": False, "severity": "serious"}, 1),
        ({"dishonest": False}, 0),
        ({"disclosure": "restricted"}, 0),
        ({"state": "submitted", "published_at": None, "portal_at": None}, 0),
        ({"public_until": "yesterday"}, 0),
    ],
    ids=["dishonest", "serious", "neither", "not the publisher's to see", "not published", "over"],
)
async def test_xx_12_only_a_violation_in_force_raises_the_task(
    apart: Ground, told: dict[str, Any], raised: int
) -> None:
    praised, other = [await apart.subject(XINXIANG) for _ in range(2)]
    entry = await red(apart, praised)
    if told.get("public_until"):
        told = {"public_until": apart.tx().today - timedelta(days=1)}
    cause = await record(apart, other, **told)
    await merge(apart, praised, other)
    assert [task["cause_id"] for task in await tasks(apart, entry)] == [cause] * raised


async def test_a_task_that_the_publisher_has_closed_is_not_raised_again_by_a_merge(apart: Ground) -> None:
    praised, other = [await apart.subject(XINXIANG) for _ in range(2)]
    entry = await red(apart, praised)
    own = await apart.row("credit_record", await record(apart, praised))
    await removal_openings.raise_for_record(apart.tx(), BOOKS, own)
    [task] = await tasks(apart, entry)
    await removal_endings.close(apart.tx("xx-two"), task, reason="已核实，不影响")
    await merge(apart, praised, other)
    assert [row["state"] for row in await tasks(apart, entry)] == ["closed"]


async def test_an_own_violation_told_while_the_two_were_one_raises_its_task_when_they_are_parted(apart: Ground) -> None:
    praised, other = [await apart.subject(XINXIANG) for _ in range(2)]
    entry, theirs = await red(apart, praised), await record(apart, other)
    made = await merge(apart, praised, other)
    own = await record(apart, praised)
    await removal_openings.raise_for_record(apart.tx(), BOOKS, await apart.row("credit_record", own))
    assert [row["cause_id"] for row in await tasks(apart, entry)] == [theirs], "one open task is enough"
    await unmerge(apart, made)
    assert [(row["state"], row["cause_id"]) for row in await tasks(apart, entry)] == [
        ("lapsed", theirs),
        ("raised", own),
    ]


async def test_an_entry_that_was_removed_meanwhile_stays_removed(apart: Ground) -> None:
    from domain.lists import removals

    praised, other = [await apart.subject(XINXIANG) for _ in range(2)]
    entry, _ = await red(apart, other), await record(apart, praised)
    made = await merge(apart, praised, other)
    [task] = await tasks(apart, entry)
    await removals.remove(apart.tx("xx-two"), BOOKS, task)
    await unmerge(apart, made)
    [task] = await tasks(apart, entry)
    assert (task["state"], task["subject_id"]) == ("removed", other)
    assert (await apart.row("list_entry", entry))["state"] == "removed"
