"""Receipts 回执: what the platform answers when it has taken an event.

A receipt names the event, has a number and the platform's time. Refuses one for another event, without a number or
a time, and one whose time cannot be. Who signed it, if anybody, is not told here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from domain.text import writable
from domain.written_time import written_instant

LEEWAY: Final = timedelta(minutes=5)
"""How far the platform's clock may stand from ours."""

LONGEST_NUMBER: Final = 200


class ReceiptInvalid(Exception):
    """The answer is no receipt for the event; nothing of it is quoted."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """That the platform has taken an event: its number, its time, whether it signed that."""

    number: str
    received_at: datetime
    signed: bool


def read_receipt(
    content: Mapping[str, Any], *, event: UUID, happened_at: datetime, now: datetime, signed: bool
) -> Receipt:
    """Read a receipt for an event.

    Raises: ReceiptInvalid.
    """
    number, told = content.get("receipt"), content.get("receivedAt")
    if content.get("event") != str(event) or not isinstance(number, str) or not isinstance(told, str):
        raise ReceiptInvalid
    if not 0 < len(number) <= LONGEST_NUMBER or not number.isprintable() or not writable(number):
        raise ReceiptInvalid
    received_at = _instant(told)
    if not happened_at - LEEWAY <= received_at <= now + LEEWAY:
        raise ReceiptInvalid
    return Receipt(number, received_at, signed)


def _instant(text: str) -> datetime:
    """Read an instant of RFC 3339.

    Raises: ReceiptInvalid.
    """
    try:
        return written_instant(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ReceiptInvalid from None
