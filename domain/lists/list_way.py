"""The way of an entry: which steps its rulebook lays down, which comes next, and that nobody approves his own.

The procedure is that of the day on which the round began. Each step is a compare-and-set on the state before
it; who took it stands in a column, and steps that answer for each other are never one person's.
Source: 新乡四 (审核、审定，不得跳过); 河南省社会信用条例28; 人力资源社会保障部令第45号.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from domain.clock import local_day
from domain.errors import NotFound
from domain.lifecycle import Machine, Move, Transaction, move
from domain.lists.list_entry import NEVER_ONE_PERSON, START, UNDER_WAY
from domain.lists.list_kind import ListKind, kind_of
from domain.lists.refusals import OwnApproval, RouteNotOffered
from domain.rulebook.model import Rulebooks
from domain.rulebook.procedure import Procedure, Step, procedure, require_next

OF: Final = "list_entry.add"
APPROVALS: Final = ("attest", "approve_report", "review", "decide", "publish")
"""Steps at which an entry may be returned by whom it lies with."""

BY: Final = {
    "collect": "collected_by",
    "attest": "attested_by",
    "investigate": "investigated_by",
    "approve_report": "report_approved_by",
    "review": "reviewed_by",
    "decide": "decided_by",
    "submit": "submitted_by",
    "publish": "published_by",
    "return": "returned_by",
}
"""Where it stands who took a step."""

_NOT_WITHDRAWN: Final = (*UNDER_WAY, "published")
_OTHERS: Final = {
    "amend": Move((START, "returned"), None),  # as long as nobody has vouched for it
    "resume": Move(("returned",), START),  # the next round
    "withdraw": Move(_NOT_WITHDRAWN, "withdrawn"),  # by its own office
    "extend": Move(("published",), None),  # a later last day, with its law
    "shorten": Move(("published",), None),  # what it was extended with has ended
    "remove": Move(("published",), "removed"),
}


def way_of(books: Rulebooks, row: Mapping[str, Any], kind: ListKind) -> Procedure:
    """Give the procedure that an entry goes by in its round."""
    return procedure(books, kind.jurisdiction_id, OF, local_day(row["collected_at"]), kind.concerns(row["route"]))


def require_route(way: Procedure, route: str) -> None:
    """Pass a route that the procedure was laid down for.

    Raises: RouteNotOffered.
    """
    if route != "regular" and route not in way.concerns:
        raise RouteNotOffered(route=route)


def machine_of(way: Procedure) -> Machine:
    """Give the moves of an entry that goes this way."""
    returning = tuple(_before(way, step) for step in way.steps if step.verb in APPROVALS)
    return way.machine("list_entry", start=START, others={**_OTHERS, "return": Move(returning, "returned")})


def next_step(way: Procedure, state: str) -> Step | None:
    """Give the step that comes next for an entry in a state, or nothing."""
    return way.next_after(state, start=START) if state in UNDER_WAY and state != "returned" else None


async def load_entry(tx: Transaction, books: Rulebooks, entry_id: UUID) -> tuple[Mapping[str, Any], ListKind]:
    """Lock an entry and read it with its list.

    Raises: NotFound.
    """
    row = await tx.connection.fetchrow(_ENTRY, entry_id)
    if row is None:
        raise NotFound()
    listed = await tx.connection.fetchrow("SELECT * FROM credit_list WHERE id = $1", row["credit_list_id"])
    assert listed is not None
    return row, kind_of(books, listed)


def require_another(tx: Transaction, row: Mapping[str, Any], verb: str) -> None:
    """Pass an account that took none of the steps that answer for this one.

    Raises: OwnApproval.
    """
    column, account = BY[verb], tx.actor.account_id
    if account is None:
        return
    for one, other in NEVER_ONE_PERSON:
        if column in (one, other) and row[other if column == one else one] == account:
            raise OwnApproval(step=verb)


async def take(
    tx: Transaction,
    way: Procedure,
    row: Mapping[str, Any],
    verb: str,
    changes: Mapping[str, Any],
    *,
    reason: str | None = None,
) -> dict[str, Any]:
    """Take a step of an entry's way; give the row after it.

    Raises: StepOutOfOrder with the next step; OwnApproval; StateConflict.
    """
    step = require_next(way, row["state"], verb, start=START)
    assigned = dict(changes)
    if verb in BY:
        require_another(tx, row, verb)
        assigned[BY[verb]] = tx.actor.account_id
    return await move(tx, machine_of(way), verb, row["id"], assigned, reason=reason, basis=step.citation)


def _before(way: Procedure, step: Step) -> str:
    """Give the state in which an entry waits for a step."""
    place = way.steps.index(step)
    return way.steps[place - 1].state if place else START


_ENTRY: Final = "SELECT * FROM list_entry WHERE id = $1 FOR NO KEY UPDATE"
