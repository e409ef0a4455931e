"""The token endpoint: a partner's machine shows a signed assertion and gets an access token for ten minutes.

In charge of POST /oauth/token (client credentials with `private_key_jwt`, DPoP and mutual TLS) and of the metadata that
clients configure themselves from. Refuses every other grant, a body that is no form, a client whose account asks for a
binding that the request does not bring; errors have the names of RFC 6749 beside our codes.
Source: RFC 6749 sections 4.4, 5.1, 5.2; RFC 7523; RFC 8414; RFC 8705; RFC 9068; RFC 9449 section 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.errors import internal
from api.execution.service import Service
from api.gate.sending import sender_of
from api.postgres.database import DatabaseAway, TooBusy
from authz.assertion import ASSERTION, ClientRefused, Shown, authenticate
from authz.issuer import BuiltInIssuer, jwks
from authz.token import Fault, TokenInvalid
from authz.token_keys import ALGORITHMS
from domain.errors import DomainError

LIFETIME = timedelta(minutes=10)
BODY_BYTES = 32_768
PATH = "/oauth/token"
JWKS_PATH = "/oauth/jwks.json"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class TokenRequestInvalid(DomainError):
    """The token request is not a form with grant_type, client_assertion_type and client_assertion, each once."""

    code = "TOKEN_REQUEST_INVALID"
    zh = "令牌请求应为表单，且 grant_type、client_assertion_type、client_assertion 各出现一次。"


class GrantUnsupported(DomainError):
    """Only grant_type client_credentials is offered here: people sign in with their identity provider."""

    code = "GRANT_UNSUPPORTED"
    zh = "此处仅支持 client_credentials：个人请通过身份认证系统登录。"


class ProofRefused(DomainError):
    """The account's tokens are bound: send a fresh DPoP proof for this address, or come with the client certificate."""

    code = "PROOF_REFUSED"
    zh = "该账号的令牌须绑定：请附上针对本地址的新 DPoP 证明，或使用客户端证书。"


class CertificateMissing(DomainError):
    """The account's tokens are bound to a client certificate: come with one, through the proxy that this service trusts."""

    code = "CERTIFICATE_MISSING"
    zh = "该账号的令牌须绑定客户端证书：请经本服务信任的代理出示证书。"


_ERRORS: tuple[tuple[type[DomainError], str, int], ...] = (
    (ClientRefused, "invalid_client", 401),
    (GrantUnsupported, "unsupported_grant_type", 400),
    (ProofRefused, "invalid_dpop_proof", 400),
    (DatabaseAway, "temporarily_unavailable", 503),
    (TooBusy, "temporarily_unavailable", 503),
)


def token_routes(service: Service) -> list[Route]:
    """Give the routes of the token endpoint; none where no keys sign tokens."""
    issuer = service.tokens
    if issuer is None:
        return []

    async def token(request: Request) -> Response:
        try:
            with service.gate.entered():
                return _answer(await _grant(service, issuer, request), 200)
        except ClientDisconnect:
            return Response(status_code=400)
        except DomainError as error:
            return _refusal(error)
        except Exception as error:
            return _refusal(internal(error), status=500)

    async def metadata(request: Request) -> Response:
        return JSONResponse(_metadata(service), headers={"cache-control": "public, max-age=300"})

    async def keys(request: Request) -> Response:
        return JSONResponse(jwks(issuer.directory), headers={"cache-control": "public, max-age=300"})

    return [
        Route(PATH, token, methods=["POST"]),
        Route(JWKS_PATH, keys, methods=["GET"]),
        Route("/.well-known/oauth-authorization-server", metadata, methods=["GET"]),
    ]


async def _grant(service: Service, issuer: BuiltInIssuer, request: Request) -> Mapping[str, Any]:
    given = await _form(request)
    if given.get("grant_type") != "client_credentials":
        raise GrantUnsupported
    if given.get("client_assertion_type") != ASSERTION_TYPE or "client_assertion" not in given:
        raise TokenRequestInvalid
    now, name = service.clock(), service.settings.public_url
    try:
        shown = await authenticate(
            service.database, given["client_assertion"], issuer=name, audiences=(name, name + PATH),
            kind=ASSERTION, now=now,
        )  # fmt: skip
    except ClientRefused as refused:
        service.refusals.note(refused, now)
        raise
    if given.get("client_id", shown.account["sub"]) != shown.account["sub"]:
        raise TokenRequestInvalid
    bound = await _bound(service, shown, request)
    text = issuer.mint(
        shown.account["sub"], client_id=shown.account["sub"], lifetime=LIFETIME, now=now, confirmation=bound
    )
    kind = "DPoP" if "jkt" in bound else "Bearer"
    return {"access_token": text, "token_type": kind, "expires_in": int(LIFETIME.total_seconds())}


async def _bound(service: Service, shown: Shown, request: Request) -> Mapping[str, str]:
    """Give what the token is bound to: what the account asks for, and a key that the client proves of itself."""
    binding, now = shown.account["binding"], service.clock()
    sender = sender_of(request.scope, service.settings)
    lacks_certificate = binding == "mtls" and sender.certificate is None
    bound = {}
    try:
        if sender.fault is not None or lacks_certificate:
            raise TokenInvalid(sender.fault or Fault.SENDER)
        if sender.proof is not None or binding == "dpop":
            bound["jkt"] = await sender.prove(service.database, None, now)
    except TokenInvalid as fault:
        service.refusals.note(fault, now)
        if lacks_certificate:
            raise CertificateMissing from None
        raise ProofRefused from None
    if binding == "mtls" and sender.certificate is not None:
        bound["x5t#S256"] = sender.certificate
    return bound


async def _form(request: Request) -> Mapping[str, str]:
    """Read the form of a token request; a parameter without a value counts as left out (RFC 6749 section 3.2)."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise TokenRequestInvalid
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            raise TokenRequestInvalid
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError:
        raise TokenRequestInvalid from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise TokenRequestInvalid
    return {name: value for name, value in found.items() if value}


def _metadata(service: Service) -> Mapping[str, Any]:
    name = service.settings.public_url
    return {
        "issuer": name,
        "token_endpoint": name + PATH,
        "jwks_uri": name + JWKS_PATH,
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": sorted(ALGORITHMS),
        "dpop_signing_alg_values_supported": sorted(ALGORITHMS),
        "tls_client_certificate_bound_access_tokens": service.settings.client_certificate_header is not None,
    }


def _refusal(error: DomainError, *, status: int | None = None) -> Response:
    found = next(((name, code) for kind, name, code in _ERRORS if isinstance(error, kind)), ("invalid_request", 400))
    told = {
        "error": "server_error" if status == 500 else found[0],
        "error_description": error.message,
        "messageZh": error.message_zh,
        "code": error.code,
        **error.extensions,
    }
    return _answer(told, status or found[1])


def _answer(content: Mapping[str, Any], status: int) -> Response:
    headers = {"cache-control": "no-store", "pragma": "no-cache", "x-content-type-options": "nosniff"}
    if status == 503:
        headers["retry-after"] = "2"
    return JSONResponse(content, status_code=status, headers=headers)
