"""What is due 待办期限: every open duty with a last day, or with none set, over all nouns that have such duties.

A duty is open as long as the row behind it says so; nothing is stored here, so nothing can be forgotten or go
stale. The kinds are the arms of `domain.oversight.due_arms`; here they become one table, with their deadlines.
"""

from __future__ import annotations

from typing import Final

from domain.oversight.deadline import DEADLINE_STATUSES
from domain.oversight.due_arms import ARMS

PARTIES: Final = ("office", "subject")
TERM_STATUSES: Final = (*DEADLINE_STATUSES, "set_by_office")
COUNTING: Final = ("says", "expired", "service_default", "set_by_office")
"""Where there is a term: without a day it ends beyond the calendar. The work points of a past year hold as last known."""

KINDS: Final = tuple(arm.kind for arm in ARMS)

_TERM: Final = (
    "(SELECT term.{what} FROM deadline term WHERE term.jurisdiction_id = open.jurisdiction_id AND term.path = open.path"
    " AND (term.from_on IS NULL OR term.from_on <= open.started_on)"
    " AND (term.until_on IS NULL OR open.started_on <= term.until_on) LIMIT 1)"
)
"""The deadline as the rulebooks said it on the day on which the clock started."""

WHOLE: Final = (
    f"(SELECT open.*, {_TERM.format(what='id')} AS deadline_id,"
    f" coalesce(open.own_basis, {_TERM.format(what='citation')}) AS basis,"
    f" coalesce(open.own_status, {_TERM.format(what='status')}, 'none_set') AS term_status"
    " FROM ({rows}) open)"
)
"""Duties `{rows}` with their deadlines, which are looked up for those alone that are shown."""

TABLE: Final = WHOLE.format(rows=" UNION ALL ".join(arm.sql for arm in ARMS))
"""The open duties as rows."""

IS_OPEN: Final = "({t}.open_until IS NULL OR :today <= {t}.open_until)"
"""Whether what a due item `{t}` rests on has not ended by its date."""

IS_LATE: Final = "coalesce({t}.due_on < least(:today, {t}.paused_since), FALSE)"
"""Whether a due item `{t}` has passed its last day; a clock that stands still passes none."""

STANDING: Final = (
    f"CASE WHEN {IS_LATE} THEN 'overdue' WHEN {{t}}.due_on IS NOT NULL THEN 'pending'"
    f" WHEN {{t}}.term_status IN {COUNTING} THEN 'unknown' ELSE 'none_set' END"
)
"""How it stands with the last day; `unknown` where a term is set and its end lies beyond the calendar."""
