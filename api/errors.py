"""Errors as the response carries them: one shape, stable codes, Chinese beside English, nothing personal.

Whatever is not a `DomainError` is ours to repair: the caller sees INTERNAL and a correlation id, the log the
kind of the error and where it arose, never its values.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from graphql import FieldNode, GraphQLError, Source

from domain.errors import DomainError, InvalidInput, frames
from domain.written_time import DAY_FORM, INSTANT_FORM

_log = logging.getLogger("renxin")


class Internal(DomainError):
    """Something went wrong on our side and has been logged: name the correlation id when you report it."""

    code = "INTERNAL"
    zh = "服务内部出错，已记录：报告问题时请提供关联编号。"


class BadRequest(DomainError):
    """The request is not a GraphQL request as the specification has it."""

    code = "BAD_REQUEST"
    zh = "请求格式不正确。"


class DocumentMalformed(InvalidInput):
    """The document is not GraphQL: see `locations`."""

    code = "GRAPHQL_PARSE_FAILED"
    zh = "查询语法有误：请看 locations。"


class DocumentInvalid(InvalidInput):
    """The document does not fit the schema: see `message` and `locations`."""

    code = "GRAPHQL_VALIDATION_FAILED"
    zh = "查询与模式不符：请看 message 与 locations。"


class DocumentTooLarge(InvalidInput):
    """The document asks for more than one request may: split it into several requests."""

    code = "DOCUMENT_TOO_LARGE"
    zh = "查询文档过大：请拆分为多次请求。"


class IntrospectionOff(InvalidInput):
    """This service does not tell its schema: read schema.graphql, or ask those who run it."""

    code = "INTROSPECTION_OFF"
    zh = "本服务不开放模式自省：请查阅 schema.graphql，或咨询运行方。"


class OperationUnknown(InvalidInput):
    """The document holds several operations, or none of that name: name one of them in `operationName`."""

    code = "OPERATION_UNKNOWN"
    zh = "无法确定要执行的操作：请在 operationName 中写明文档中的一个操作名。"


class VariablesRefused(InvalidInput):
    """The variables do not fit the types that the operation declares."""

    code = "VARIABLES_INVALID"
    zh = "变量与操作所声明的类型不符。"


def as_error(
    error: DomainError, *, path: Sequence[str | int] | None = None, node: FieldNode | None = None
) -> Mapping[str, Any]:
    """Write a domain error as the response carries it."""
    written: dict[str, Any] = {"message": error.message}
    if node is not None and node.loc is not None:
        written["locations"] = [_location(node.loc.source, node.loc.start)]
    if path is not None:
        written["path"] = list(path)
    written["extensions"] = {"code": error.code, "messageZh": error.message_zh, **error.extensions}
    return written


def of_graphql(
    error: GraphQLError, *, path: Sequence[str | int] | None = None, kind: type[DomainError] | None = None
) -> Mapping[str, Any]:
    """Write an error of graphql-core, or of one of our resolvers, as the response carries it.

    `kind` tells what an error that arose before execution is about: nothing of ours can be its cause.
    """
    original = error.original_error
    if kind is None and isinstance(original, DomainError):
        written = dict(as_error(original, path=error.path or path))
    elif kind is None and original is not None and not isinstance(original, GraphQLError):
        written = dict(as_error(internal(original), path=error.path or path))
    else:
        told = (kind or DocumentInvalid)(without_values(error.message))
        written = dict(as_error(told, path=error.path or path))
    if error.source is not None and error.positions:
        locations = [_location(error.source, position) for position in error.positions]
        written = {"message": written.pop("message"), "locations": locations, **written}
    return written


# -- messages of graphql-core, which quote what was sent: a value may be personal data

LONGEST_MESSAGE = 500

_VARIABLE = re.compile(r"Variable '\$\w+' (?:has|got) invalid (?:default )?value(?: at [\w.\[\]]+)?: ")
_ABOUT_VALUES = tuple(
    (re.compile(pattern, re.DOTALL), told)
    for pattern, told in (
        (r"(Expected (?:a )?value of non-null type '[^']+' to be provided)", r"\1."),
        (r"(Expected (?:a )?value of non-null type '[^']+' not to be )None", r"\1null."),
        (r"Expected value of type '(\w+)' not to include unknown field '([A-Za-z]{1,60})'", r"'\1' has no field '\2'."),
        (r"Expected value of type '(\w+)' not to include unknown field", r"'\1' has no field of that name."),
        (r"(Expected value of type '\w+' to include required field '\w+')", r"\1."),
        (r"(Expected value of type '[^']+' to be an object)", r"\1."),
        (r"((?:Int|Float|String|Boolean|ID) cannot represent (?:an? )?(?:non[\w -]* )?value)", r"\1."),
        (r"(Enum '\w+' cannot represent non-\w+ value)", r"\1."),
        (r"Value .* does not exist in '(\w+)' enum", r"The value does not exist in '\1' enum."),
        (r"Value cannot represent a (Date)\b", rf"The value is no \1: write it as {DAY_FORM}."),
        (r"Value cannot represent a (DateTime)\b", rf"The value is no \1: write it as {INSTANT_FORM}."),
        (r"Value cannot represent an? (\w+)", r"The value is no \1."),
        (r"(Expected value of type '[^']+')", r"\1."),
    )
)
_TOKEN = re.compile(r"\b(String|BlockString|Int|Float|Comment) '.*", re.DOTALL)
_ESCAPE = re.compile(r"( escape sequence): '.*", re.DOTALL)
_NUMBER = re.compile(r", did you mean '.*", re.DOTALL)


def without_values(message: str) -> str:
    """Give a message of graphql-core without the values it quotes; names of the document stay."""
    variable = _VARIABLE.match(message)
    head, rest = (variable[0], message[variable.end() :]) if variable else ("", message)
    for pattern, told in _ABOUT_VALUES:
        if found := pattern.match(rest):
            return head + found.expand(told)
    if variable:
        return f"{head}it does not fit its type."
    if message.startswith("Syntax Error: "):
        message = _NUMBER.sub(".", _ESCAPE.sub(r"\1.", _TOKEN.sub(r"\1.", message)))
    return message if len(message) <= LONGEST_MESSAGE else f"{message[:LONGEST_MESSAGE]}…"


def _location(source: Source, position: int) -> Mapping[str, int]:
    """Give line and column of a position; graphql-core's own way takes milliseconds where lines are many."""
    body = source.body
    breaks = body.count("\n", 0, position) + body.count("\r", 0, position) - body.count("\r\n", 0, position)
    last = max(body.rfind("\n", 0, position), body.rfind("\r", 0, position))
    return {"line": breaks + 1, "column": position - last}


def internal(error: BaseException) -> Internal:
    """Log an error of ours without its values and give what the caller is told."""
    correlation = uuid4().hex
    at = frames(error)
    _log.error("internal error", extra={"correlation": correlation, "kind": type(error).__name__, "frames": at})
    return Internal(correlation=correlation)
