"""The channel to the platform: one signed event sent, one receipt read, within a time.

In charge of HTTP: what an answer means, and nothing else. Follows no redirect, takes no longer answer than a receipt
needs, verifies TLS, uses no proxy of the environment. What the platform writes is neither logged nor kept, but for the
receipt's number and time. Source: RFC 9110 section 15; RFC 7515; RFC 7517; RFC 8725 section 3.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx

from authz.signed_text import open_signed
from authz.token import TokenInvalid
from authz.token_keys import ALGORITHMS, JwksFile, JwksUrl, KeySet
from domain.delivery.backoff import Backoff
from domain.delivery.receipt import Receipt, ReceiptInvalid, read_receipt

ANSWER_BYTES: Final = 65_536
RECEIPT_TYPE: Final = "renxin-push-receipt+jws"
TAKEN: Final = frozenset({200, 201, 202, 409})
"""Statuses under which a receipt counts; 409 is what a platform may answer that has the event already."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An attempt without a receipt: what became of it, its status, and what that says of the event."""

    word: str
    status: int | None = None
    away: bool = False
    """Whether it says nothing of the event: the platform is away, or shut to us."""
    refused: bool = False
    """Whether the platform refuses the event itself."""
    ours: bool = False
    """Whether it was not even sent, as it could not be composed."""


class Channel:
    """Sends to one address; a context that closes its connections."""

    def __init__(self, url: str, figures: Backoff, keys: KeySet | None) -> None:
        self.url = url
        self._figures = figures
        self._keys = keys
        self._client = httpx.AsyncClient(
            verify=ssl.create_default_context(),
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(figures.answer_seconds),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def send(self, message: str, *, event: UUID, happened_at: datetime, now: datetime) -> Receipt | Fault:
        """Send a signed event; give its receipt, or what became of the attempt."""
        try:
            async with asyncio.timeout(self._figures.answer_seconds):
                status, kind, body = await self._exchange(message, event)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return Fault("no_connection", away=True)
        except (TimeoutError, httpx.TimeoutException):
            return Fault("no_answer_in_time")
        except _TooLong:
            return Fault("answer_too_long")
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError):
            return Fault("answer_cut")
        if status in TAKEN:
            try:
                content, signed = await self._read(kind, body, now)
                return read_receipt(content, event=event, happened_at=happened_at, now=now, signed=signed)
            except (ReceiptInvalid, TokenInvalid):
                if status not in self._figures.refused:
                    return Fault("receipt_invalid", status)
        return self._fault(status)

    async def _exchange(self, message: str, event: UUID) -> tuple[int, str, bytes]:
        """Send and read the answer up to its longest; give status, content type and body.

        Raises: httpx.HTTPError; _TooLong.
        """
        headers = {
            "content-type": "application/jose",
            "accept": "application/jose, application/json",
            "accept-encoding": "identity",
            "idempotency-key": f'"{event}"',
            "user-agent": "renxin",
        }
        async with self._client.stream("POST", self.url, content=message.encode(), headers=headers) as answer:
            body = bytearray()
            async for piece in answer.aiter_raw():
                body += piece
                if len(body) > ANSWER_BYTES:
                    raise _TooLong
            return answer.status_code, answer.headers.get("content-type", ""), bytes(body)

    async def _read(self, kind: str, body: bytes, now: datetime) -> tuple[Mapping[str, Any], bool]:
        """Read an answer as a signed or a plain receipt.

        Raises: ReceiptInvalid, also for what calls itself neither, as a gateway's page does; TokenInvalid for a signature
        that does not hold, or that no key was set for.
        """
        called = kind.split(";", maxsplit=1)[0].strip().lower()
        try:
            text = body.decode()
            if called == "application/jose":
                if self._keys is None:
                    raise ReceiptInvalid
                return await open_signed(text.strip(), self._keys, kind=RECEIPT_TYPE, now=now), True
            if called != "application/json":
                raise ReceiptInvalid
            content = json.loads(text)
        except (ValueError, RecursionError):
            raise ReceiptInvalid from None
        if not isinstance(content, dict):
            raise ReceiptInvalid
        return content, False

    def _fault(self, status: int) -> Fault:
        if status in self._figures.refused:
            return Fault("refused", status, refused=True)
        if 300 <= status < 400:
            return Fault("redirected", status, away=True)
        if status in self._figures.away:
            return Fault("shut", status, away=True)
        return Fault("failed", status)


class _TooLong(Exception):
    """The answer is longer than a receipt."""


def key_set(source: Path | str | None) -> KeySet | None:
    """Give the platform's keys from where the settings say they are."""
    if source is None:
        return None
    return KeySet(JwksFile(source) if isinstance(source, Path) else JwksUrl(source), ALGORITHMS)
