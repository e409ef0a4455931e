"""Verification of credit reports: by number here, or by signature anywhere, without asking us.

Whoever holds a number learns its digest and two statuses and nothing else; whoever holds the signed report
learns whether every byte of it is as we signed it. A report that is genuine may still have expired or been
revoked: the signature tells the one, only its number the other. Source: 厦门25; 海沧4.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from domain.canonical import parse
from domain.connection import Connection
from domain.keys import public_keys
from domain.use.report import CONTENT_STATUS, DOCUMENT_STATUS
from domain.use.report_number import read_number
from domain.use.signing import REPORT, Altered, NotSigned, Signed, verify

BESIDE: Final = frozenset(
    [
        "__typename",
        "aboutPerson",
        "applicationItem",
        "consent",
        "contentStatus",
        "documentStatus",
        "id",
        "issuedAt",
        "jurisdiction",
        "office",
        "requestedBy",
        "requestedByName",
        "revocationReason",
        "revokedAt",
        "subject",
    ]
)
"""Members of a report as the API answers it that are told by no signature."""


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
    unsigned: tuple[str, ...] = ()
    """Members of the file that the signature vouches for in no way, such as a status of the day it was saved."""

    def expired(self, today: date) -> bool:
        """Whether its validity has run out by a day."""
        return self.valid_until < today


async def status_of(connection: Connection, number: str, today: date) -> VerificationStatus | None:
    """Give the status of the report with a number, written as people write it; None when there is none."""
    known = read_number(number)
    row = await connection.fetchrow(_STATUS, known, today) if known else None
    return VerificationStatus(*row) if row else None


def verify_offline(text: str, jwks: Mapping[str, Any]) -> Verified:
    """Verify a signed report against published keys: the JWS alone, or JSON with one report's `signature` in it.

    JSON is an answer as it was saved, or a part of it, as compact or evenly indented text. A byte that is changed anywhere
    in the report, or between, is refused; what stands beside it and says nothing that was signed is told in `unsigned`.
    Raises: NotSigned, also for a report with a member that none has; SignerUnknown, Altered; domain.keys.KeyFault for unusable keys.
    """
    keys = public_keys(jwks)
    text = text[:-2] if text.endswith("\r\n") else text.removesuffix("\n")
    if not text.startswith(("{", "[")):
        return _verified(verify(text, keys, kind=REPORT))
    report, beside = _report(text)
    signed = verify(report["signature"], keys, kind=REPORT)
    found = _verified(signed)
    told = _told(signed.payload.decode(), found)
    if any(report[name] != told[name] for name in report.keys() & told.keys()):
        raise Altered
    others = report.keys() - told.keys() - {"signature"}
    if not others <= BESIDE:
        raise NotSigned
    return replace(found, unsigned=tuple(sorted({*beside, *others})))


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


def _told(payload: str, found: Verified) -> Mapping[str, Any]:
    """Tell what was signed, by the fields of a `CreditReport` that say it."""
    return {
        "document": payload,
        "number": found.number,
        "kind": found.kind,
        "validUntil": found.valid_until.isoformat(),
        "digest": found.digest,
        "keyId": found.key_id,
    }


def _report(text: str) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Find the one report in a JSON file, and what else stands beside it.

    Raises: NotSigned for another file, or one that is written in no way that programs write one.
    """
    try:
        file = parse(text)
        found = list(_signed_in(file)) if text in _spellings(json.loads(text)) else []
    except (ValueError, RecursionError):
        raise NotSigned from None
    if len(found) != 1:
        raise NotSigned
    return found[0]


def _signed_in(part: Any, beside: tuple[str, ...] = ()) -> Iterator[tuple[Mapping[str, Any], tuple[str, ...]]]:
    """Give each object with a `signature` in it, and the names that stand beside the way to it."""
    if isinstance(part, dict) and isinstance(part.get("signature"), str):
        yield part, beside
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from _signed_in(value, (*beside, *(other for other in part if other != name)))
    elif isinstance(part, list):
        for value in part:
            yield from _signed_in(value, beside)


def _spellings(file: Any) -> Iterator[str]:
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
