"""Verification of credit reports: by number here, or by signature anywhere, without asking us.

Whoever holds a number learns its digest and two statuses and nothing else; whoever holds the signed report
learns whether every byte of it is as we signed it. A report that is genuine may still have expired or been
revoked: the signature tells the one, only its number the other. Source: 厦门25; 海沧4.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

import asyncpg

from domain.canonical import parse
from domain.keys import public_keys
from domain.use.report import CONTENT_STATUS, DOCUMENT_STATUS
from domain.use.report_number import read_number
from domain.use.signing import REPORT, Altered, NotSigned, Signed, verify

Connection: TypeAlias = "asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]"


@dataclass(frozen=True, slots=True)
class VerificationStatus:
    """What anybody may know about a report whose number they hold."""

    number: str
    digest: str
    document_status: str
    """`valid`, `expired` or `revoked`."""
    content_status: str
    """`current`, or `superseded` once anything about the subject has changed."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A report whose signature holds."""

    number: str
    kind: str
    valid_until: date
    digest: str
    key_id: str
    document: Mapping[str, Any]

    def expired(self, today: date) -> bool:
        """Whether its validity has run out by a day."""
        return self.valid_until < today


async def status_of(connection: Connection, number: str, today: date) -> VerificationStatus | None:
    """Give the status of the report with a number, written as people write it; None when there is none."""
    known = read_number(number)
    row = await connection.fetchrow(_STATUS, known, today) if known else None
    return VerificationStatus(*row) if row else None


def verify_offline(text: str, jwks: Mapping[str, Any]) -> Verified:
    """Verify a signed report against published keys: the JWS alone, or JSON with `signature` and `document`.

    JSON is taken as compact or evenly indented text; a byte that is changed anywhere is refused.
    Raises: NotSigned, SignerUnknown, Altered, which say why; domain.keys.KeyFault for unusable keys.
    """
    keys = public_keys(jwks)
    text = text[:-2] if text.endswith("\r\n") else text.removesuffix("\n")
    if not text.startswith("{"):
        return _verified(verify(text, keys, kind=REPORT))
    file = _file(text)
    signed = verify(file["signature"], keys, kind=REPORT)
    if file["document"] != signed.payload.decode():
        raise Altered
    return _verified(signed)


def _verified(signed: Signed) -> Verified:
    document = parse(signed.payload)
    return Verified(
        number=document["number"],
        kind=document["kind"],
        valid_until=date.fromisoformat(document["valid_until"]),
        digest=hashlib.sha256(signed.payload).hexdigest(),
        key_id=signed.key_id,
        document=document,
    )


def _file(text: str) -> dict[str, str]:
    """Read the JSON file of a report.

    Raises: NotSigned for another file, or one that is written in no way that programs write one.
    """
    try:
        file = parse(text)
    except ValueError:
        raise NotSigned from None
    fits = file.keys() == {"signature", "document"} and all(isinstance(part, str) for part in file.values())
    if not fits or text not in _spellings(file):
        raise NotSigned
    return dict(file)


def _spellings(file: Mapping[str, str]) -> Iterator[str]:
    """Write a file in the ways programs write JSON, so that no blank in it can be changed unnoticed."""
    for escaped in (False, True):
        yield json.dumps(file, ensure_ascii=escaped)
        yield json.dumps(file, ensure_ascii=escaped, separators=(",", ":"))
        for indent in (2, 4, "\t"):
            yield json.dumps(file, ensure_ascii=escaped, indent=indent)


_STATUS: Final = f"""
SELECT report.number, report.digest,
       {DOCUMENT_STATUS.replace("{t}", "report").replace(":today", "$2::date")},
       {CONTENT_STATUS.replace("{t}", "report").replace(":today", "$2::date")}
FROM credit_report report WHERE report.number = $1
"""
