"""Errors as the response carries them: one shape, stable codes, Chinese beside English, nothing personal.

Whatever is not a `DomainError` is ours to repair: the caller sees INTERNAL and a correlation id, the log the
kind of the error and where it arose, never its values.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from graphql import FieldNode, GraphQLError, SourceLocation, get_location

from domain.errors import DomainError

_log = logging.getLogger("renxin")


class Internal(DomainError):
    """Something went wrong on our side and has been logged: name the correlation id when you report it."""

    code = "INTERNAL"
    zh = "服务内部出错，已记录：报告问题时请提供关联编号。"


class BadRequest(DomainError):
    """The request is not a GraphQL request as the specification has it."""

    code = "BAD_REQUEST"
    zh = "请求格式不正确。"


def as_error(error: DomainError, *, path: Sequence[str | int] | None = None, node: FieldNode | None = None) -> Mapping[str, Any]:
    """Write a domain error as the response carries it."""
    written: dict[str, Any] = {"message": error.message}
    if node is not None and node.loc is not None:
        where = get_location(node.loc.source, node.loc.start)
        written["locations"] = [{"line": where.line, "column": where.column}]
    if path is not None:
        written["path"] = list(path)
    written["extensions"] = {"code": error.code, "messageZh": error.message_zh, **error.extensions}
    return written


def of_graphql(error: GraphQLError, *, path: Sequence[str | int] | None = None) -> Mapping[str, Any]:
    """Write an error of graphql-core, or of one of our resolvers, as the response carries it."""
    original = error.original_error
    if isinstance(original, DomainError):
        return as_error(original, path=error.path or path)
    if original is not None and not isinstance(original, GraphQLError):
        return as_error(internal(original), path=error.path or path)
    extensions = {"code": "GRAPHQL_VALIDATION_FAILED", **(error.extensions or {})}
    written: dict[str, Any] = {"message": error.message}
    if error.locations:
        written["locations"] = [_location(one) for one in error.locations]
    if where := error.path or path:
        written["path"] = list(where)
    return {**written, "extensions": extensions}


def _location(where: SourceLocation) -> Mapping[str, int]:
    return {"line": where.line, "column": where.column}


def internal(error: BaseException) -> Internal:
    """Log an error of ours without its values and give what the caller is told."""
    correlation = uuid4().hex
    frames = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-6:]]
    _log.error("internal error", extra={"correlation": correlation, "kind": type(error).__name__, "frames": frames})
    return Internal(correlation=correlation)
