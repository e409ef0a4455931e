"""Putting the service together from its settings: keys, issuers, rulebooks, database, callers."""

from __future__ import annotations

from pathlib import Path

from api.config.setting_values import OidcIssuer
from api.config.settings import Settings
from api.execution.service import Service
from api.gate.access import AccessLog
from api.gate.gate import Gate
from api.gate.metering import Metering
from api.gate.origins import origins
from api.planning.document import Documents
from api.planning.trusted import Trusted
from api.postgres.database import Database
from api.postgres.database_keys import open_vault
from api.process.issuing import builtin_issuer, token_issuer
from api.schema import schema
from authz.caller import Callers
from authz.claim_rules import IssuerRules
from authz.quota import default_quotas
from authz.staffing import SignIn
from authz.token import Issuer, TokenReader
from authz.token_keys import JwksFile, JwksUrl
from domain.calendar import working_calendar
from domain.clock import Clock, system_clock
from domain.files.store import AttachmentStore
from domain.rulebook.loader import load_rulebooks
from domain.use.signing import open_signer
from domain.vault import Vault

REQUESTS_PER_SESSION = 4
"""How many requests are let in for each session with the database, however slow they are."""


def assemble(settings: Settings, url: str, clock: Clock = system_clock) -> Service:
    """Make the service; nothing is connected yet: `Callers.refresh` is what first needs the database."""
    database = Database(url, size=settings.pool_size, statement_timeout_ms=settings.statement_timeout_ms)
    access = AccessLog(database)
    vault = open_vault(settings)
    return Service(
        settings=settings,
        graphql=schema._schema,
        database=database,
        callers=Callers(
            database,
            TokenReader(_issuers(settings, vault)),
            changes=database.change,
            telling=[one.issuer for one in settings.claim_rules if one.subjects],
        ),
        sign_in=sign_in(settings),
        issuer=builtin_issuer(settings),
        tokens=token_issuer(settings),
        books=load_rulebooks(),
        calendar=working_calendar(),
        vault=vault,
        signer=open_signer(settings.signing_keys_dir),
        clock=clock,
        documents=Documents(schema._schema, introspection=settings.introspection),
        access=access,
        attachments=AttachmentStore(settings.attachments_dir),
        gate=Gate(
            settings.max_requests,
            settings.max_connections,
            least=min(settings.max_requests, REQUESTS_PER_SESSION * settings.pool_size),
            aim=settings.max_wait_ms / 1000,
        ),
        metering=Metering(settings.quotas or default_quotas(), database, access),
        trusted=Trusted(settings.trusted_documents, frozenset(settings.trusted_only)),
        origins=origins(allowed=settings.cors_origins, hsts_seconds=settings.hsts_seconds),
    )


def sign_in(settings: Settings) -> SignIn:
    """Tell whose tokens let people sign in; the issuer for service accounts has none for people."""
    own = [settings.public_url] if settings.builtin_issuer else []
    names_people = any(one.person for one in settings.claim_rules)
    return SignIn(frozenset([*own, *(one.issuer for one in settings.oidc_issuers)]), names_people)


def _issuers(settings: Settings, vault: Vault) -> list[Issuer]:
    rules = {one.issuer: one.with_digest(lambda text: vault.blind_index(text).hex()) for one in settings.claim_rules}
    issuers = [_oidc(one, rules.get(one.issuer)) for one in settings.oidc_issuers]
    own = token_issuer(settings)
    return [*issuers, own.trusted] if own else issuers


def _oidc(one: OidcIssuer, rules: IssuerRules | None) -> Issuer:
    source = JwksUrl(one.jwks_url) if one.jwks_url else JwksFile(one.jwks_file or Path())
    return Issuer(one.issuer, one.audience, one.algorithms, source, rules=rules)
