"""The one tree of errors that callers are told about.

An error's docstring is its default English message, `zh` the Chinese one, `code` its stable name in the
catalogue of the README. Messages say what, which and what to do; they never carry personal data.
Anything outside this tree is ours to repair and reaches a caller only as INTERNAL with a correlation id.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator


class DomainError(Exception):
    """The request cannot be carried out."""

    code = "DOMAIN_ERROR"
    zh = "请求无法办理。"
    names: tuple[str, ...] = ()
    """The arguments that it is about: what takes none of these is not told of it. None where it is about other things."""

    def __init__(self, detail: str | None = None, *, zh: str | None = None, **extensions: object) -> None:
        self.message = detail or default_message(type(self))
        self.message_zh = zh or self.zh
        self.extensions = extensions
        super().__init__(self.message)


class InvalidInput(DomainError):
    """The input is not valid: correct the named field and send it again."""

    code = "INVALID_INPUT"
    zh = "输入无效：请更正所指字段后重新提交。"


class NotFound(DomainError):
    """There is no such row within your authority."""

    code = "NOT_FOUND"
    zh = "在您的权限范围内没有这条数据。"


class Forbidden(DomainError):
    """Your role does not allow this: ask your security officer which grant it needs."""

    code = "FORBIDDEN"
    zh = "您的角色无权进行此操作：请向安全管理员了解所需授权。"


class StateConflict(DomainError):
    """The row has moved on since you read it: read it again and decide anew."""

    code = "STATE_CONFLICT"
    zh = "数据状态已变化：请重新读取后再办理。"


class IdempotencyConflict(DomainError):
    """This clientMutationId, or the `jti` of this signed message, was used before with another input: use a new one."""

    code = "IDEMPOTENCY_CONFLICT"
    zh = "该 clientMutationId（或者签名消息的 jti）已用于不同的输入：请换用新的标识。"


def default_message(kind: type[DomainError]) -> str:
    """Give the first paragraph of the error's docstring on one line."""
    return " ".join((kind.__doc__ or "").split("\n\n")[0].split())


def catalogue() -> Iterator[type[DomainError]]:
    """List every declared error, depth first, for the catalogue and the tests that keep it true."""
    seen: set[type[DomainError]] = set()
    waiting = list(DomainError.__subclasses__())
    while waiting:
        kind = waiting.pop()
        if kind not in seen:
            seen.add(kind)
            yield kind
            waiting.extend(kind.__subclasses__())


def frames(error: BaseException) -> list[str]:
    """Tell where an error came from, for a line of the log: functions and lines, never values."""
    return [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-6:]]
