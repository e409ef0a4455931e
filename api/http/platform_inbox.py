"""What comes back from the credit platform: signed messages that become objections filed by it.

In charge of POST /platform/messages: a JWS (`renxin-platform+jws`) of the platform's keys, meant for this service, young,
with an id. An objection that was filed there, and a correction that the platform asks for, are carried out as the
mutation `fileObjection` in the platform's name, so that policy, rulebook and ledger are those of every objection. The
id is its idempotency key: sent again it is answered again and does nothing. Refuses everything else, coded.
Source: 厦门9 (及时处理信用平台反馈的异议信用信息); 上海10; RFC 7515; RFC 7519; RFC 8725 section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.execution.job import VariablesInvalid
from api.execution.service import Service
from api.gate.http_errors import UnsupportedMediaType
from api.http.parameters import read_body
from api.http.routes import PRIVATE, Status, answered
from api.pushing.platform import ask, connected
from api.pushing.push_channel import key_set
from authz.assertion import require_audience, require_young
from authz.signed_text import open_signed
from authz.token import ID_LENGTH, Fault, TokenInvalid, name_of
from authz.token_keys import KeySet
from domain.errors import Forbidden, IdempotencyConflict, InvalidInput, NotFound, StateConflict

PATH: Final = "/platform/messages"
MESSAGE_TYPE: Final = "renxin-platform+jws"
MESSAGE_BYTES: Final = 65_536
MISTAKE: Final = "错误"
"""The ground of a correction that names none: what the platform asks to be put right is wrong."""

_CLAIMS: Final = frozenset({"iss", "aud", "iat", "nbf", "exp", "jti", "kind"})
_TEXTS: Final = frozenset({"record", "entry", "ground", "statement", "newFacts", "receivedOn"})
_KINDS: Final = ("objection", "correction")
_FILE: Final = """
mutation ($input: FileObjectionInput!) { fileObjection(input: $input) { objection { id } receipts receipt } }
"""


class MessageRefused(TokenInvalid):
    """The message is not accepted: it is a JWS of the platform's keys, of its type, for this service, used within minutes."""

    code = "MESSAGE_REFUSED"
    zh = "消息未被接受：应为平台密钥签名、类型正确、以本服务为接收方且在数分钟内有效的 JWS。"


class ContentTypeNotAMessage(UnsupportedMediaType):
    """Send the signed message itself as the body, a JWS, with the Content-Type application/jose."""

    code = "CONTENT_TYPE_NOT_A_MESSAGE"
    zh = "请将签名消息（JWS）本身作为请求体发送，Content-Type 为 application/jose。"


class MessageInvalid(InvalidInput):
    """The signed message is of no kind known here, or a member is missing, unknown or no text: see the README."""

    code = "MESSAGE_INVALID"
    zh = "签名消息的类型未知，或字段缺失、多余、不是文本：格式见 README。"


_OWN: Final[tuple[Status, ...]] = (
    (MessageRefused, 401, ()),
    (ContentTypeNotAMessage, 415, ((b"accept-post", b"application/jose"),)),
)
_STATUS: Final = {NotFound.code: 404, Forbidden.code: 403, IdempotencyConflict.code: 409, StateConflict.code: 409}
"""Statuses of refusals of the mutation; the others are 400, and 500 what is ours to repair."""


def inbox_routes(service: Service) -> list[Route]:
    """Give the route; none where no keys of a platform are set."""
    keys = key_set(service.settings.platform_keys)
    if keys is None:
        return []

    async def post(request: Request) -> Response:
        return await answered(_entered(service, keys, request), _OWN)

    return [Route(PATH, post, methods=["POST"])]


async def _entered(service: Service, keys: KeySet, request: Request) -> Response:
    """Take a message in as one of the requests that are under way.

    Raises: TooBusy; what `_take` raises.
    """
    with service.gate.entered():
        return await _take(service, keys, request)


async def _take(service: Service, keys: KeySet, request: Request) -> Response:
    """Take a message in.

    Raises: ContentTypeNotAMessage; BodyTooLarge; MessageRefused; MessageInvalid; PlatformNotConnected.
    """
    if request.headers.get("content-type", "").split(";", maxsplit=1)[0].strip().lower() != "application/jose":
        raise ContentTypeNotAMessage
    limit = min(MESSAGE_BYTES, service.settings.max_body_bytes)
    body = await read_body(request.receive, dict(request.headers.raw), limit)
    now = service.clock()
    try:
        message = await _opened(service, keys, body, now)
    except TokenInvalid as fault:
        refused = MessageRefused(fault.reason)
        service.refusals.note(refused, now)
        raise refused from None
    given = _input_of(message)
    platform = await connected(service, now)
    try:
        answer = await ask(platform, _FILE, {"input": given}, now)
    except VariablesInvalid:
        raise MessageInvalid from None
    if answer["errors"]:
        codes = [error["extensions"]["code"] for error in answer["errors"]]
        status = 500 if "INTERNAL" in codes else next((_STATUS[one] for one in codes if one in _STATUS), 400)
        return JSONResponse({"errors": answer["errors"]}, status_code=status, headers=PRIVATE)
    filed = answer["data"]["fileObjection"]
    told = {"objection": filed["objection"]["id"], "receipts": filed["receipts"], "receipt": filed["receipt"]}
    return JSONResponse(told, headers=PRIVATE)


async def _opened(service: Service, keys: KeySet, body: bytes, now: datetime) -> Mapping[str, Any]:
    """Open a message that is the platform's, for us, and young.

    Raises: TokenInvalid.
    """
    try:
        text = body.decode("ascii").strip()
    except UnicodeDecodeError:
        raise TokenInvalid(Fault.MALFORMED) from None
    message = await open_signed(text, keys, kind=MESSAGE_TYPE, now=now, longest=MESSAGE_BYTES)
    if message.get("iss") != service.settings.platform_account:
        raise TokenInvalid(Fault.ISSUER)
    require_audience(message.get("aud"), (service.settings.public_url,))
    require_young(message, now)
    name_of(message.get("jti"), ID_LENGTH)
    return message


def _input_of(message: Mapping[str, Any]) -> dict[str, str]:
    """Give the input of the mutation that a message asks for.

    Raises: MessageInvalid.
    """
    given = {name: value for name, value in message.items() if name not in _CLAIMS}
    if message.get("kind") not in _KINDS or not given.keys() <= _TEXTS:
        raise MessageInvalid
    if not all(isinstance(value, str) for value in given.values()):
        raise MessageInvalid
    if message["kind"] == "correction":
        given.setdefault("ground", MISTAKE)
    return {**given, "clientMutationId": f"platform:{message['jti']}"}
