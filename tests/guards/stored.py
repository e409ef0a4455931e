"""Guards that the database keeps, by a rule: two persons for two steps, and what the role of requests has no right to.

In charge of naming them: every check of a table by which two columns never name one person, or that asks for a second
officer, and every table of which `tests.migrations.test_request_role` says what is not done to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tortoise import Tortoise
from tortoise.migrations.constraints import CheckConstraint

from api.entities.index import ENTITIES
from tests.guards.guard import Guard
from tests.migrations import test_request_role as role

TABLE = "stored"
_TWO = re.compile(r"\w <> (?!')|_has_two_officers|^authority_")
_PEOPLE = "tests/migrations/test_two_people.py::"
_ROLE = "tests/migrations/test_request_role.py::"
_KEEPS = {
    "officers": "no {table} holds without a second officer",
    "authority": "authority is one row, that of an active version",
    "people": "two steps of one {table} are two people's",
}
_TESTS = {
    "officers": "test_the_database_asks_for_the_second_officer",
    "authority": "test_authority_points_to_one_active_version",
    "people": "test_the_database_keeps_two_persons_apart",
}


def of_constraints() -> Iterator[Guard]:
    """Give a guard for each constraint that keeps people apart, or authority one."""
    for table, one in sorted(_checks(), key=lambda pair: (pair[0], str(pair[1].name))):
        kind = "officers" if "_two_officers" in str(one.name) else "authority" if table == "authority" else "people"
        keeps = _KEEPS[kind].format(table=table.replace("_", " "))
        tests = (_PEOPLE + _TESTS[kind],)
        yield Guard(TABLE, f"check-{one.name}".replace("_", "-"), keeps, (), tests, constraint=f"{table}.{one.name}")


def _checks() -> Iterator[tuple[str, CheckConstraint]]:
    assert ENTITIES  # the models are declared
    for models in Tortoise.apps.values():
        for model in models.values():
            for one in model._meta.constraints:
                if isinstance(one, CheckConstraint) and (_TWO.search(one.check) or _TWO.search(str(one.name))):
                    yield str(model._meta.db_table), one


def of_rights() -> Iterator[Guard]:
    """Give a guard for each right that the role of requests does not have."""
    for table in role.ONLY_READ:
        yield _without_right("only-read", table, "UPDATE", "test_what_the_owner_brings_in_is_only_read")
        yield _without_right("not-entered", table, "INSERT", "test_what_the_owner_brings_in_is_only_read")
    for table in role.ONLY_ADDED_TO:
        yield _without_right("only-added-to", table, "UPDATE", "test_history_is_only_added_to")
    for table in role.CHANGED_IN_PART:
        yield _without_right("changed-in-part", table, "UPDATE", "test_of_a_row_only_what_its_steps_change_is_changed")
    for table, columns in role.ENTERED_IN_PART.items():
        for column in columns.split():
            right, test = f"INSERT ({column})", "test_no_row_is_entered_as_approved_or_as_the_owners"
            yield _without_right(f"{column}-not-entered".replace("_", "-"), table, right, test)
    for table in ("ledger_event", "subject"):
        yield _without_right("nothing-deleted", table, "DELETE", "test_nothing_is_deleted_or_emptied")


def _without_right(name: str, table: str, right: str, test: str) -> Guard:
    keeps = f"requests have no right to {right} on {table}"
    return Guard(TABLE, f"{name}-{table}".replace("_", "-"), keeps, (), (_ROLE + test,), right=f"{right} ON {table}")
