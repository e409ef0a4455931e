"""Time as an argument: what an instant is as a day in China, and the one place that asks the machine for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]
"""Gives the present instant, with its zone."""


def system_clock() -> datetime:
    """Give the machine's time."""
    return datetime.now(UTC)


def local_day(instant: datetime) -> date:
    """Give the calendar day of an instant in China, by which every legal day is counted."""
    return instant.astimezone(CHINA).date()


def day_in_chinese(day: date) -> str:
    """Write a day as Chinese sentences do: 2026年7月1日."""
    return f"{day.year}年{day.month}月{day.day}日"
