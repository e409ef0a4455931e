"""Onto a list by the way of its city, as far as the steps are alike: defined, attested, noticed, answered, decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.journey.walk import Seat, Walk, act
from tests.lists.ground import BEHAVIOUR, NOTICE, PARTS, VOUCHED

CLERKS, APPROVERS = ["clerk", "second-clerk"], ["approver", "second-approver"]

LISTS = {
    "listEntry": "id state inForce publicUntil removalReason disputed publisher { code }",
    "listNotice": "id state answerDueOn answerTimeliness",
    "listDefinition": "id state",
    "listRemoval": "id state way dueOn timeliness",
}
"""What is asked of entries, notices, definitions and removals."""


def staff(jurisdiction: str, office: str, *, rival: str, bureau: str, platform: str) -> dict[str, Seat]:
    """Name the people of a city: those of the office that owns the list, and others who have no say in it."""
    return {
        "clerk": ("clerk", jurisdiction, office),
        "second-clerk": ("clerk", jurisdiction, office),
        "reviewer": ("reviewer", jurisdiction, office),
        "approver": ("approver", jurisdiction, office),
        "second-approver": ("approver", jurisdiction, office),
        "rival-clerk": ("clerk", jurisdiction, rival),
        "rival-approver": ("approver", jurisdiction, rival),
        "bureau": ("credit_office", jurisdiction, bureau),
        "platform": ("platform", jurisdiction, platform),
        "xiamen-approver": ("approver", "350200", "JCZD"),
    }


async def collected(walk: Walk, also: tuple[str, ...] = (), /, **given: Any) -> str:
    """Collect an entry, by a clerk of an office that owns the list; `also` names those of another owner."""
    made = await walk.only([*CLERKS, *also], "collectListEntry", **given)
    entry: str = made["listEntry"]["id"]
    return entry


async def open_list(walk: Walk, credit_list: str, also: Sequence[str] = (), **more: Any) -> None:
    """Define a list with its parts and open it: drafted by one, opened by another, never by halves (XM-03, HC-03).

    `also` names leaders of the bureau who may open it besides the office's approvers.
    """
    draft = {
        "creditList": credit_list, "standardLevel": "ADMINISTRATIVE_REGULATION", "behaviours": [BEHAVIOUR], **PARTS, **more,
    }  # fmt: skip
    drafted = await walk.do("clerk", "draftListDefinition", **draft)
    this = {"listDefinition": drafted["listDefinition"]["id"]}
    await walk.only([*APPROVERS, *also], "openListDefinition", **this)
    await walk.not_now(act("approver", "openListDefinition", **this))


async def attested(walk: Walk, entry: str, *, decider: str = "approver", publisher: str = "approver") -> None:
    """Vouch for truth, accuracy and legality; nothing comes before it."""
    this = {"listEntry": entry}
    await walk.not_now(
        act("clerk", "notifyListEntry", **this, **NOTICE),
        act(decider, "decideListEntry", **this, decisionNo="早1号"),
        act(publisher, "publishListEntry", **this),
    )
    await walk.only(CLERKS, "attestListEntry", **this, **VOUCHED)
    await walk.not_now(act("clerk", "attestListEntry", **this, **VOUCHED))


async def uploaded(walk: Walk, caller: str, content: bytes) -> str:
    """Hand a file in as a draft; give its global id."""
    assert walk.client is not None
    headers = {"authorization": f"Bearer {walk.client.token(caller)}"}
    response = await walk.client.http.post("/attachments", content=content, headers=headers)
    assert response.status_code == 201, response.text
    found: str = response.json()["id"]
    return found


async def gone(walk: Walk, entry: str, *, but: list[str]) -> None:
    """See that an entry that has left is shown to nobody but its office and its subject."""
    for caller in [one for one in walk.cast if one not in but]:
        shown: Any = await walk.see(caller, entry, "inForce")
        assert shown is None, caller
    for caller in but:
        assert (await walk.see(caller, entry, "inForce"))["inForce"] is False, caller
