"""How a request was sent: its address as clients know it, its proof, and the certificate that a trusted proxy has seen.

In charge of reading them out of a request. A certificate counts only where the settings name its header and the
connection comes from a proxy that they trust; from anybody else the header is passed over. Notes as a fault a proof or
a certificate that stands twice. Source: RFC 9449 section 4.3; RFC 8705; RFC 9440.
"""

from __future__ import annotations

import base64
import hashlib
import ssl
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote

from api.config.settings import Settings
from authz.sender import Sender
from authz.token import Fault
from authz.token_keys import encoded

PEER = "renxin.peer"
"""Where the scope of a request says which machine it came from; the server's `client` is what a proxy says."""


def sender_of(scope: Mapping[str, Any], settings: Settings) -> Sender:
    """Give how a request was sent, with a fault for two proofs, two certificates, or one that is none."""
    proofs = [value for name, value in scope["headers"] if name == b"dpop"]
    sender = Sender(
        scope["method"], settings.public_url + scope["path"], proofs[0].decode("latin-1") if proofs else None
    )
    if len(proofs) > 1:
        sender.fault = Fault.PROOF
    try:
        sender.certificate = _certificate(scope, settings)
    except ValueError:
        sender.fault = Fault.SENDER
    return sender


def _certificate(scope: Mapping[str, Any], settings: Settings) -> str | None:
    """Give the thumbprint of the client's certificate."""
    wanted = settings.client_certificate_header
    if wanted is None or not _is_trusted(scope, settings):
        return None
    given = [value.decode("latin-1").strip() for name, value in scope["headers"] if name == wanted.encode()]
    if len(given) > 1:
        raise ValueError("two certificates")
    if not given or not given[0]:
        return None
    return encoded(hashlib.sha256(_der(given[0])).digest())


def _der(text: str) -> bytes:
    """Read a certificate as proxies hand it on: base64 between colons (RFC 9440), or PEM, percent-encoded (nginx)."""
    if text.startswith(":") and text.endswith(":") and len(text) > 2:
        return base64.b64decode(text[1:-1], validate=True)
    return ssl.PEM_cert_to_DER_cert(unquote(text))


def _is_trusted(scope: Mapping[str, Any], settings: Settings) -> bool:
    peer = scope.get(PEER) or (scope.get("client") or ("",))[0]
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    plain = getattr(address, "ipv4_mapped", None) or address  # as a socket that takes both kinds tells IPv4
    return any(one in network for one in (address, plain) for network in settings.trusted_proxies)
