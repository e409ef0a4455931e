"""A kind of due item: the open rows behind it, and what each column of an item is for them; and how many of them are found.

`domain.oversight.due_arms` is the table of them, `domain.oversight.due_items` what is made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NO_DAY: Final = "9999-12-31"
STANDING_STILL: Final = "9999-12-30"
"""Where items stand in the order that have no last day, and whose clock stands still."""


@dataclass(frozen=True, slots=True)
class Arm:
    """A kind of duty: the open rows behind it, and what each column of a due item is for them.

    The values are SQL over `rows`; `path` is the rule that sets the term, where one rule does.
    """

    kind: str
    description: str
    noun: str
    rows: str
    step: str
    started_on: str
    office: str = "t.office_id"
    party: str = "office"
    due_on: str = "NULL::date"
    provisional: str = "FALSE"
    paused_since: str = "NULL::date"
    path: str = "NULL::text"
    basis: str = "NULL::text"
    """Where it is written, as the row itself keeps it."""
    status: str = "NULL::text"
    """Whether a term is set, where no one rule tells it."""
    open_until: str = "NULL::date"
    """Last day on which the duty is open at all, where what it rests on ends by its date."""
    mark: str = "''"
    """What tells its duties apart, where one row has several of a kind."""
    within: str | None = None
    """Which places of `PLACES` an index holds them by, each in order of the last day, where they may be many."""

    @property
    def order_on(self) -> str:
        """Write by which day they are sorted; an indexed arm's index holds just this."""
        if self.paused_since == "NULL::date":
            return f"coalesce({self.due_on}, '{NO_DAY}'::date)"
        return (
            f"CASE WHEN {self.due_on} IS NULL THEN '{NO_DAY}'::date"
            f" WHEN {self.paused_since} <= {self.due_on} THEN '{STANDING_STILL}'::date ELSE {self.due_on} END"
        )

    @property
    def sql_of_place(self) -> str:
        """Write the arm for one place: of these columns an index is made."""
        assert self.within is not None
        within = "".join(f" AND t.{column} = place.{column}" for column in PLACES[self.within].columns)
        return self._written("place.jurisdiction_id") + within

    @property
    def sql(self) -> str:
        """Write the arm as a statement."""
        return self._written("t.jurisdiction_id")

    def _written(self, jurisdiction: str) -> str:
        mark = "" if self.mark == "''" else f" || {self.mark}"
        return (
            f"SELECT (left(t.id::text, 19) || right(md5('{self.kind}' || t.id::text{mark}), 16))::uuid AS id,"
            f" '{self.kind}' AS kind, '{self.noun}' AS noun, t.id AS row_id, {self.step} AS step,"
            f" {self.office} AS office_id, {jurisdiction} AS jurisdiction_id, '{self.party}' AS party, {self.started_on} AS started_on,"
            f" {self.due_on} AS due_on, {self.provisional} AS due_provisional, {self.paused_since} AS paused_since,"
            f" {self.path} AS path, {self.basis} AS own_basis, {self.status} AS own_status,"
            f" {self.open_until} AS open_until, {self.order_on} AS order_on FROM {self.rows}"
        )


@dataclass(frozen=True, slots=True)
class Places:
    """Places in which an index holds duties in order: the columns that make one, and a statement that lists them all."""

    columns: tuple[str, ...]
    sql: str


def _each_office_and(table: str, column: str, where: str) -> Places:
    """Give every office with every row of a small table; a duty's division is that of the row."""
    return Places(
        ("office_id", column),
        f"SELECT office.id AS office_id, one.id AS {column}, one.jurisdiction_id FROM office CROSS JOIN {table} one WHERE {where}",
    )


PLACES: Final = {
    "double_publicity": _each_office_and("catalogue_item", "item_id", "one.double_publicity"),
    "severity": _each_office_and("catalogue_item", "item_id", "one.severity_required"),
    "interview": _each_office_and("credit_list", "credit_list_id", "one.interview_required"),
    "division": Places(
        ("office_id", "jurisdiction_id"),
        "SELECT office.id AS office_id, one.jurisdiction_id FROM office"
        " CROSS JOIN (SELECT DISTINCT jurisdiction_id FROM catalogue_item) one",
    ),
}
"""By what duties are found that may be as many as there are records, beside those that are none of the kind."""
