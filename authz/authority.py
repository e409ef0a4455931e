"""Authority as it stands: its epoch, the active policy version, the lines of a version.

In charge of reading them. Refuses lines that are not those their version was written with. A version outlives the
software it was written for: a line about what is there no more says nothing, and keeps nobody from starting.
"""

from __future__ import annotations

import logging
from functools import lru_cache

from authz.grants import Grants, expand
from authz.lines import PolicyInvalid, PolicyLine, digest, still_known
from domain.connection import Queryable

_log = logging.getLogger("renxin.policy")


class AuthorityMissing(RuntimeError):
    """The database has no active policy: bring it to the newest migration and start the service once."""

    def __str__(self) -> str:
        """Give the message."""
        return str(self.__doc__)


async def read_epoch(database: Queryable) -> tuple[int, int]:
    """Give the epoch and the number of the active policy version.

    Raises: AuthorityMissing before the first start.
    """
    row = await database.fetchrow("SELECT epoch, policy_version FROM authority WHERE id = 1")
    if row is None:
        raise AuthorityMissing
    return row["epoch"], row["policy_version"]


async def read_lines(database: Queryable, version: int) -> tuple[PolicyLine, ...]:
    """Give the lines of a policy version, by its number; without those whose words this software knows no more.

    Raises: PolicyInvalid when they are not those the version was written with.
    """
    rows = await database.fetch(
        "SELECT version.digest, line.line, line.kind, line.cells FROM policy_version version"
        " LEFT JOIN policy_row line ON line.version_id = version.id WHERE version.number = $1 ORDER BY line.line",
        version,
    )
    lines = tuple(PolicyLine(row["line"], row["kind"], tuple(row["cells"])) for row in rows if row["kind"])
    if not rows or digest(lines) != rows[0]["digest"]:
        raise PolicyInvalid(f"The rows of policy version {version} are not those it was written with.")
    known = still_known(lines)
    if len(known) < len(lines):
        _log.warning("policy_lines_unknown", extra={"count": len(lines) - len(known)})
    return known


async def read_active(database: Queryable) -> tuple[int, int, tuple[PolicyLine, ...]]:
    """Give the epoch, the number of the active policy version and its lines.

    Raises: AuthorityMissing; PolicyInvalid.
    """
    epoch, version = await read_epoch(database)
    return epoch, version, await read_lines(database, version)


@lru_cache(maxsize=8)
def expanded(version: int, lines: tuple[PolicyLine, ...]) -> Grants:
    """Expand a policy version, once in a process, as a version never changes.

    Raises: PolicyInvalid for lines that cannot stand.
    """
    return expand(version, lines)
