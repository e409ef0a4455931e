"""What is sent to the platform: one event as a signed text, with its row as the platform may read it now.

In charge of the documents that say what of a row is told, asked in the platform's name, and of the JWS. A row that the
platform may not read, or no longer, is told without content: it is to be taken down there.
Source: RFC 7515; RFC 8037; 厦门8, 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from api.pushing.platform import Platform, ask
from domain.canonical import canonical
from domain.errors import Forbidden

PUSH: Final = "renxin-push+jws"

_SUBJECT: Final = "subject { id kind name uscc maskedIdNumber }"
_OFFICE: Final = "office { code name }"
DOCUMENTS: Final[Mapping[str, tuple[str, str]]] = {
    "credit_record": (
        "CreditRecord",
        f"""query ($id: ID!) {{ row: creditRecord(id: $id) {{
          id version aboutPerson decisionNo title severity procedure legalBasis legalBasisLevel content decidedOn
          closedOn publishedAt publicUntil disputed item {{ code name category edition }} {_OFFICE} {_SUBJECT} }} }}""",
    ),
    "list_entry": (
        "ListEntry",
        f"""query ($id: ID!) {{ row: listEntry(id: $id) {{
          id aboutPerson domain decisionNo reason behaviour legalBasis legalBasisLevel condition capacity decidedOn
          publishedAt publicUntil disputed creditList {{ code name polarity }} {_OFFICE} {_SUBJECT} }} }}""",
    ),
    "commitment": (
        "Commitment",
        f"""query ($id: ID!) {{ row: commitment(id: $id) {{
          id version aboutPerson party matterNo state text textDigest signedOn publishedAt foundOn breachGround
          commitmentItem {{ code name kind edition }} {_OFFICE} {_SUBJECT} }} }}""",
    ),
    "grade": (
        "Grade",
        f"""query ($id: ID!) {{ row: grade(id: $id) {{
          id version aboutPerson scheme schemeName value previousValue evaluatedOn period clause state publishedAt
          {_OFFICE} {_SUBJECT} }} }}""",
    ),
    "typical_case": (
        "TypicalCase",
        f"""query ($id: ID!) {{ row: typicalCase(id: $id) {{
          id version field kind polarity title text basis publishedAt record {{ id }} entry {{ id }} {_OFFICE} }} }}""",
    ),
    "edition": (
        "Edition",
        """query ($id: ID!) { row: edition(id: $id) {
          id kind label title source basis validFrom validTo publishedAt jurisdiction { code name } }
          file: editionFile(edition: $id) }""",
    ),
}
"""For each noun its type and what is asked of a row."""


class NotComposed(Exception):
    """What is to be told could not be read."""


async def content_of(platform: Platform, row: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """Read a delivery's row as the platform may read it; None where it may not, or no longer.

    Raises: NotComposed; DatabaseAway; TooBusy; PlatformNotConnected.
    """
    kind, text = DOCUMENTS[row["object"]]
    answer = await ask(platform, text, {"id": f"{kind}:{row['object_id']}"}, now)
    if any(error["extensions"]["code"] != Forbidden.code for error in answer["errors"]):
        raise NotComposed
    data: dict[str, Any] = answer["data"] or {}
    content: dict[str, Any] | None = data.pop("row", None)
    return None if content is None else {**content, **data}


def signed_message(
    platform: Platform, row: Mapping[str, Any], content: Mapping[str, Any] | None, *, url: str, now: datetime
) -> str:
    """Write an event with its content and sign it for the platform; give the JWS in compact serialisation."""
    service = platform.service
    message = {
        "iss": service.settings.public_url,
        "aud": url,
        "jti": str(row["id"]),
        "iat": int(now.timestamp()),
        "row": f"{DOCUMENTS[row['object']][0]}:{row['object_id']}",
        "verb": row["verb"],
        "version": row["version"],
        "at": row["at"].isoformat(),
        "shown": content is not None,
        "content": content,
    }
    return service.signer.sign(canonical(message).encode(), kind=PUSH)
