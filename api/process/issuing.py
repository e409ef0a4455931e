"""Who issues access tokens here: the built-in issuer of a trial, and the one for service accounts.

Kept apart from the service that is put together around them: `renxin token` needs neither schema nor rulebooks.
"""

from __future__ import annotations

from typing import Final

from api.config.settings import Settings
from authz.issuer import BuiltInIssuer, open_issuer

AUDIENCE: Final = "renxin"


def builtin_issuer(settings: Settings) -> BuiltInIssuer | None:
    """Give the built-in issuer where the settings allow one."""
    if settings.issuer_keys_dir is None:
        return None
    return open_issuer(settings.issuer_keys_dir, issuer=settings.public_url, audience=AUDIENCE)


def token_issuer(settings: Settings) -> BuiltInIssuer | None:
    """Give the issuer of tokens for service accounts, where the settings have keys for it."""
    if settings.token_signing_dir is None:
        return None
    return open_issuer(settings.token_signing_dir, issuer=settings.public_url, audience=AUDIENCE)
