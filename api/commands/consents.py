"""Mutations of consents: a subject gives and revokes them."""

from __future__ import annotations

from datetime import date

import strawberry

from api.commands.inputs import KEY, local_id, optional, required
from api.execution.mutation import Changed, Work, mutation
from domain.errors import NotFound
from domain.rights import consents
from domain.use.purpose import BY_CODE


@strawberry.input(description="To which agency you consent, for what, until when.")
class GrantConsentInput:
    office: strawberry.ID = required("Global id of the partner agency.")
    purpose: str = required("Code of the application item 应用事项 it may ask for: one of `consentPurposes`.")
    until_on: date = required("Last day of the consent.")
    client_mutation_id: str | None = optional(KEY)


@mutation("grantConsent", noun="consent", verb="grant", input=GrantConsentInput, payload={"consent": "Consent"})
async def grant_consent(work: Work, given: GrantConsentInput) -> Changed:
    """Consent 授权 to one agency asking about you for one purpose until a day; you may revoke it at any time.

    For a child under fourteen a parent or guardian consents, as its authorised agent (个人信息保护法31).
    """
    scopes = work.scopes("consent", "grant")
    subject_id = work.subject()
    service = work.job.service
    await consents.require_of_age(work.tx, service.vault, service.books, subject_id)
    item = await work.tx.connection.fetchval(BY_CODE, given.purpose[:200])
    if item is None:
        raise NotFound("There is no application item with this code.", zh="没有该代码的应用事项。")
    consent_id = await consents.grant(
        work.tx,
        subject_id=subject_id,
        office_id=local_id(given.office, "Office"),
        application_item_id=item,
        until_on=given.until_on,
    )
    await work.require("consent", consent_id, scopes)
    return Changed({"consent": consent_id})


@strawberry.input(description="Which consent to revoke.")
class RevokeConsentInput:
    consent: strawberry.ID = required("Global id of the consent.")
    client_mutation_id: str | None = optional(KEY)


@mutation("revokeConsent", noun="consent", verb="revoke", input=RevokeConsentInput, payload={"consent": "Consent"})
async def revoke_consent(work: Work, given: RevokeConsentInput) -> Changed:
    """Revoke a consent 撤回授权; from now on it opens nothing."""
    row = await work.lock("consent", local_id(given.consent, "Consent"), "revoke")
    await consents.revoke(work.tx, row["id"])
    return Changed({"consent": row["id"]})
