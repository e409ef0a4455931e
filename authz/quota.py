"""Quotas: how many subjects a caller may be told about, and how many requests it may send, per minute and per day.

In charge of reading the figures, by role and by account, and of counting an account's use in one row of the
database, so that all processes, tokens, pages and aliases of one account count together. Windows are the minute of
the clock and the day in China. Refuses what would go beyond: nothing of it is counted but the request.
Source: 个人信息保护法 51 (measures against unauthorised access); 河南省社会信用条例 39.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from typing import Any
from uuid import UUID

from tortoise import fields as columns
from tortoise.models import Model

from authz.account import Account
from domain.clock import CHINA, local_day
from domain.privacy import Privacy, column

COUNTED = ("subjects", "requests")
WINDOWS = ("minute", "day")
NO_LIMIT = 2**62
_FIGURES = ("subjects_per_minute", "subjects_per_day", "requests_per_minute", "requests_per_day")


class QuotaUse(Model):
    """What an account has used of its quotas in the present minute and day."""

    account_id: UUID = column(columns.UUIDField, "The account.", Privacy.SECRET, primary_key=True, generated=False)
    minute: datetime = column(columns.DatetimeField, "Beginning of the minute that is counted.", Privacy.SECRET)
    day: date = column(columns.DateField, "The day that is counted.", Privacy.SECRET)
    minute_subjects: int = column(columns.BigIntField, "Subjects resolved in the minute.", Privacy.SECRET)
    minute_requests: int = column(columns.BigIntField, "Requests in the minute.", Privacy.SECRET)
    day_subjects: int = column(columns.BigIntField, "Subjects resolved on the day.", Privacy.SECRET)
    day_requests: int = column(columns.BigIntField, "Requests on the day.", Privacy.SECRET)

    class Meta:
        table = "quota_use"


class QuotasInvalid(ValueError):
    """The file of quotas cannot be used; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The figures that hold for a caller; None is no limit."""

    subjects_per_minute: int | None = None
    subjects_per_day: int | None = None
    requests_per_minute: int | None = None
    requests_per_day: int | None = None

    @property
    def of_subjects(self) -> bool:
        """Whether the subjects that answers tell about are counted."""
        return self.subjects_per_minute is not None or self.subjects_per_day is not None

    def of(self, counted: str, window: str) -> int:
        """Give a figure, very large where there is none."""
        figure = getattr(self, f"{counted}_per_{window}")
        return NO_LIMIT if figure is None else int(figure)

    def strictest(self, other: Limits) -> Limits:
        """Give the lower of each two figures."""
        return Limits(*(_least(getattr(self, one.name), getattr(other, one.name)) for one in fields(Limits)))


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A quota that a request would go beyond: of what, in which window, until when it is used up."""

    counted: str
    window: str
    limit: int
    until: datetime
    used: int

    def seconds(self, now: datetime) -> int:
        """Give after how many seconds it is worth trying again."""
        return max(1, -int((now - self.until).total_seconds() // 1))


@dataclass(frozen=True, slots=True)
class Quotas:
    """The figures of all roles and accounts."""

    roles: Mapping[str, Limits]
    accounts: Mapping[UUID, Limits]

    def limits_of(self, roles: Iterable[str], account_id: UUID | None) -> Limits | None:
        """Give what holds for a caller; None where nothing does."""
        if account_id is not None and account_id in self.accounts:
            return self.accounts[account_id]
        found = [self.roles[role] for role in roles if role in self.roles]
        if not found:
            return None
        limits = found[0]
        for one in found[1:]:
            limits = limits.strictest(one)
        return limits


def default_quotas() -> Quotas:
    """Read the figures that ship with the package."""
    return read_quotas(resources.files("authz").joinpath("default_quotas.toml").read_text("utf-8"))


def read_quotas(text: str) -> Quotas:
    """Read the figures from a TOML text.

    Raises: QuotasInvalid.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise QuotasInvalid("text that is not TOML") from error
    if not given.keys() <= {"role", "account"} or not all(isinstance(one, dict) for one in given.values()):
        raise QuotasInvalid("a table other than [role.…] and [account.…]")
    roles = {name: _limits(name, one) for name, one in given.get("role", {}).items()}
    if "public" in roles and roles["public"].of_subjects:
        raise QuotasInvalid("a quota of subjects for the public, which has no account to count them by")
    return Quotas(roles, {_account(name): _limits(name, one) for name, one in given.get("account", {}).items()})


async def count(
    connection: Any, account_id: UUID, limits: Limits, now: datetime, *, subjects: int, requests: int
) -> Exceeded | None:
    """Count an account's use unless that would go beyond its limits; tell which one it would.

    A request that is refused for its subjects is counted as a request all the same.
    """
    minute, day = now.astimezone(UTC).replace(second=0, microsecond=0), local_day(now)
    figures = [limits.of(counted, window) for counted in COUNTED for window in WINDOWS]
    values = (account_id, minute, day, subjects, requests, *figures)
    row = await connection.fetchrow(_COUNT, *values)
    if row is None:
        await connection.execute(_BEGIN, account_id, minute, day)
        row = await connection.fetchrow(_COUNT, *values)
    for counted, more in (("requests", requests), ("subjects", subjects)):
        for window in WINDOWS:
            limit, used = limits.of(counted, window), row[f"{window}_{counted}"]
            if more and used + more > limit:
                return Exceeded(counted, window, limit, _end(window, row["minute"], row["day"]), used)
    return None


async def read_use(connection: Any, account_id: UUID, now: datetime) -> Mapping[str, int]:
    """Give what an account has used: `minute_subjects` and so on."""
    minute, day = now.astimezone(UTC).replace(second=0, microsecond=0), local_day(now)
    row = await connection.fetchrow(_USE, account_id, minute, day)
    return dict(row) if row else {f"{window}_{counted}": 0 for counted in COUNTED for window in WINDOWS}


def _end(window: str, minute: datetime, day: date) -> datetime:
    if window == "minute":
        return minute + timedelta(minutes=1)
    return datetime.combine(day + timedelta(days=1), time.min, CHINA).astimezone(UTC)


def _least(one: int | None, other: int | None) -> int | None:
    given = [figure for figure in (one, other) if figure is not None]
    return min(given) if given else None


def _limits(name: str, given: object) -> Limits:
    if not isinstance(given, dict) or not given.keys() <= set(_FIGURES):
        raise QuotasInvalid(f"{name!r} with something else than {', '.join(_FIGURES)}")
    if any(type(figure) is not int or not 0 <= figure < NO_LIMIT for figure in given.values()):
        raise QuotasInvalid(f"{name!r} with a figure that is no whole number from 0")
    return Limits(**given)


def _account(name: str) -> UUID:
    try:
        return UUID(name.removeprefix(f"{Account.__name__}:"))
    except ValueError:
        raise QuotasInvalid(f"{name!r}, which is no id of an account") from None


_KEPT = """
  SELECT greatest(minute, $2) AS minute, greatest(day, $3) AS day,
         CASE WHEN minute >= $2 THEN minute_subjects ELSE 0 END AS minute_subjects,
         CASE WHEN minute >= $2 THEN minute_requests ELSE 0 END AS minute_requests,
         CASE WHEN day >= $3 THEN day_subjects ELSE 0 END AS day_subjects,
         CASE WHEN day >= $3 THEN day_requests ELSE 0 END AS day_requests
  FROM quota_use WHERE account_id = $1
"""

_USE = _KEPT.replace("$2", "$2::timestamptz").replace("$3", "$3::date")

# The row is locked before it is judged, so that two requests at the same instant count one after the other.
_COUNT = f"""
WITH kept AS ({_USE} FOR UPDATE), judged AS (
  SELECT *, minute_requests + $5::bigint <= $8::bigint AND day_requests + $5 <= $9::bigint AS open,
         minute_subjects + $4::bigint <= $6::bigint AND day_subjects + $4 <= $7::bigint AS room
  FROM kept
)
UPDATE quota_use SET minute = judged.minute, day = judged.day,
  minute_subjects = judged.minute_subjects + CASE WHEN open AND room THEN $4 ELSE 0 END,
  day_subjects = judged.day_subjects + CASE WHEN open AND room THEN $4 ELSE 0 END,
  minute_requests = judged.minute_requests + CASE WHEN open THEN $5 ELSE 0 END,
  day_requests = judged.day_requests + CASE WHEN open THEN $5 ELSE 0 END
FROM judged WHERE account_id = $1
RETURNING judged.minute, judged.day, judged.minute_subjects, judged.minute_requests, judged.day_subjects, judged.day_requests
"""

_BEGIN = """
INSERT INTO quota_use (account_id, minute, day, minute_subjects, minute_requests, day_subjects, day_requests)
VALUES ($1, $2, $3, 0, 0, 0, 0) ON CONFLICT DO NOTHING
"""
