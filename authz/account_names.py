"""What accounts are called, to whoever reads by which account something was done.

Officers and machines have names here; who is or ever was a subject, or an agent of one, has none: it would tell officers
who is whose subject. Which fields show a name, and to whom, is said by their privacy class, as of the account's id.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from authz.account import OF_SUBJECT
from domain.connection import Queryable


async def account_names(database: Queryable, accounts: Iterable[UUID]) -> dict[UUID, str]:
    """Give what accounts are called by id; those of subjects and their agents are left out."""
    return {UUID(str(row["id"])): row["display"] for row in await database.fetch(_NAMES, [*accounts])}


def name_of(column: str) -> str:
    """Write the SQL of what the account in a column of the row `{t}` is called; null for subjects and their agents."""
    return _NAME % column


def _who(between: str) -> str:
    """Write the SQL of who acted, and for whom; who acted as an agent is not named, whatever else it is."""
    named = f"{name_of('account_id')} || coalesce('{between}' || {name_of('deputy_of_id')}, '')"
    return f"(CASE WHEN {{t}}.agent_of_id IS NULL THEN {named} END)"


_TIED = f"EXISTS (SELECT FROM assignment held WHERE held.account_id = named.id AND {OF_SUBJECT.replace('{t}', 'held')})"
_SERVES = f"named.subject_id IS NULL AND NOT {_TIED}"
_NAME = f"(SELECT named.display FROM account named WHERE named.id = {{t}}.%s AND {_SERVES})"
_NAMES: Final = f"SELECT named.id, named.display FROM account named WHERE named.id = ANY($1::uuid[]) AND {_SERVES}"

WHO_ZH = _who(" 代 ")
WHO = _who(" for ")
"""Who acted: X, or as its deputy X for Y."""
