"""What may happen to a consent: it is granted, and it may be revoked at any time.

A person or an organisation lets one partner agency ask for one purpose until a day. Refuses an office that is
no partner agency, a purpose that is not granted to it, a day that has passed, and a second consent beside one
that stands, for then revoking the first would change nothing. A child does not consent for itself.
Source: 上海市社会信用条例17; 个人信息保护法14, 15, 31.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.calendar import add_term
from domain.connection import Connection
from domain.credit.refusals import citing
from domain.credit.terms import binding
from domain.errors import DomainError, Forbidden, InvalidInput, NotFound
from domain.lifecycle import Transaction, change, create
from domain.registry import birthday
from domain.rights.consent import IN_FORCE
from domain.rulebook.model import Rulebooks
from domain.use.partner import AGENCY, GRANT_IN_FORCE, OfficeNotPartner, PurposeNotGrantedToOffice
from domain.vault import Vault

OWN_AGE: Final = "privacy.consents_itself"
LONGEST_YEARS: Final = 100
"""No source limits a consent; this only keeps slips of the pen out."""


class ConsentEndsInPast(InvalidInput):
    """The last day of the consent has passed: name today or a later day."""

    code = "CONSENT_ENDS_IN_PAST"
    zh = "授权截止日期已过：请填写今天或以后的日期。"


class ConsentTooLong(InvalidInput):
    """The last day of the consent lies more than a hundred years ahead: correct the year."""

    code = "CONSENT_TOO_LONG"
    zh = "授权截止日期在一百年以后：请更正年份。"


class GuardianConsents(Forbidden):
    """A child does not consent for itself: a parent or guardian does, as its authorised agent."""

    code = "GUARDIAN_CONSENTS"
    zh = "不满十四周岁的，应当由父母或者其他监护人作为委托代理人办理授权。"


class ConsentStands(DomainError):
    """A consent to this agency for this purpose stands already: revoke it before you give another."""

    code = "CONSENT_STANDS"
    zh = "对该单位该事项的授权仍在有效期内：请先撤回原授权再重新授权。"


async def grant(
    tx: Transaction, *, subject_id: UUID, office_id: UUID, application_item_id: UUID, until_on: date
) -> UUID:
    """Grant a consent and give its id.

    Raises: ConsentEndsInPast; ConsentTooLong; NotFound; OfficeNotPartner; PurposeNotGrantedToOffice;
    ConsentStands.
    """
    if until_on < tx.today:
        raise ConsentEndsInPast
    if until_on.year - tx.today.year > LONGEST_YEARS:
        raise ConsentTooLong
    row = await tx.connection.fetchrow(_PARTIES, subject_id, office_id, application_item_id, tx.today)
    if row is None or row["office_kind"] is None or row["item_id"] is None:
        raise NotFound
    if row["office_kind"] != AGENCY:
        raise OfficeNotPartner
    if not row["granted"]:
        raise PurposeNotGrantedToOffice
    if await standing(tx.connection, subject_id, office_id, application_item_id, tx.today) is not None:
        raise ConsentStands
    return await create(
        tx,
        "consent",
        "grant",
        {
            "subject_id": subject_id,
            "about_person": row["is_person"],
            "office_id": office_id,
            "application_item_id": application_item_id,
            "granted_at": tx.now,
            "until_on": until_on,
        },
    )


async def require_of_age(tx: Transaction, vault: Vault, books: Rulebooks, subject_id: UUID) -> None:
    """Pass who may consent: an organisation, an agent, as a child's parent or guardian is, and who has reached the age.

    The number is opened for its own subject alone, whose birthday it knows. Where it tells no year of birth nothing is asked.
    Raises: GuardianConsents.
    Source: 个人信息保护法 31 (不满十四周岁: 应当取得未成年人的父母或者其他监护人的同意).
    """
    born_on = None if tx.actor.agent_of_id is not None else await birthday.born_on(tx, vault, subject_id)
    if born_on is None:
        return
    place = await tx.connection.fetchval("SELECT jurisdiction_id FROM subject WHERE id = $1", subject_id)
    law = binding(books, place, OWN_AGE, tx.today)
    if law is None or not isinstance(law.value, int):
        return
    if tx.today <= add_term(born_on, law.value, "year"):
        raise citing(GuardianConsents, law.citation)


async def revoke(tx: Transaction, consent_id: UUID) -> None:
    """Revoke a consent; from now on it opens nothing.

    Raises: StateConflict when it has been revoked.
    """
    await change(tx, "consent", "revoke", consent_id, {"revoked_at": tx.now}, unless="revoked_at")


async def standing(
    connection: Connection, subject_id: UUID, office_id: UUID, application_item_id: UUID, today: date
) -> UUID | None:
    """Find the consent that lets an agency ask about a subject for a purpose on a day, or none."""
    values = (subject_id, office_id, application_item_id, today)
    found: UUID | None = await connection.fetchval(_STANDING, *values)
    return found


async def purposes_of(connection: Connection, office_id: UUID, today: date) -> list[Mapping[str, Any]]:
    """List for what consents may be given to an agency on a day, by code: code, name, and until when it may ask.

    Raises: NotFound; OfficeNotPartner.
    """
    kind = await connection.fetchval("SELECT kind FROM office WHERE id = $1", office_id)
    if kind is None:
        raise NotFound
    if kind != AGENCY:
        raise OfficeNotPartner
    rows: list[Mapping[str, Any]] = await connection.fetch(_PURPOSES, office_id, today)
    return rows


_PURPOSES: Final = f"""
SELECT item.code, item.name, nullif(max(coalesce(held.to_on, 'infinity')), 'infinity') AS until
FROM partner_purpose held JOIN application_item item ON item.id = held.application_item_id
WHERE held.office_id = $1 AND {GRANT_IN_FORCE.replace("{t}", "held").replace(":today", "$2::date")}
GROUP BY item.id ORDER BY item.code
"""

# The subject stays locked, so that two consents given at the same instant do not both stand.
_PARTIES: Final = f"""
SELECT subject.is_person, office.kind AS office_kind, item.id AS item_id,
       EXISTS (SELECT FROM partner_purpose held
               WHERE held.office_id = $2 AND held.application_item_id = $3
                 AND {GRANT_IN_FORCE.replace("{t}", "held").replace(":today", "$4::date")}) AS granted
FROM subject
LEFT JOIN office ON office.id = $2
LEFT JOIN application_item item ON item.id = $3
WHERE subject.id = $1
FOR NO KEY UPDATE OF subject
"""

_STANDING: Final = f"""
SELECT given.id FROM consent given
WHERE given.subject_id = $1 AND given.office_id = $2 AND given.application_item_id = $3
  AND {IN_FORCE.replace("{t}", "given").replace(":today", "$4::date")}
ORDER BY given.until_on DESC, given.id DESC LIMIT 1
"""
