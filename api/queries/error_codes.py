"""The catalogue of error codes: what each says, what to do, and what may be refused with it."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

import strawberry

from api.error_codes import entries
from api.queries.fields import Ctx, argument


@strawberry.type(description="A code of an error 错误码, as `extensions.code` carries it.")
class ErrorCode:
    code: str = strawberry.field(description="The code, e.g. NOT_FOUND; it stays as it is from version to version.")
    message: str = strawberry.field(
        description="What it says and what to do, in English; an error may say it more exactly."
    )
    message_zh: str = strawberry.field(
        description="The same in Chinese 中文说明, as `extensions.messageZh` carries it."
    )
    status: int | None = strawberry.field(
        description="HTTP status of an answer in which it refuses a request to /graphql as a whole, for whoever accepts"
        " application/graphql-response+json; null where it stands in an answer of 200 alone."
    )
    any_request: bool = strawberry.field(description="Whether any request may be refused with it, whatever it asks.")
    raised_by: list[str] = strawberry.field(
        description="Mutations, queries and addresses beside /graphql that may be refused with it; empty where any request"
        " may, and for what is told about a row of a file or by a command."
    )


@cache
def _catalogue() -> tuple[ErrorCode, ...]:
    return tuple(
        ErrorCode(
            code=one.code,
            message=one.message,
            message_zh=one.message_zh,
            status=one.status,
            any_request=one.any_request,
            raised_by=list(one.raised_by),
        )
        for one in entries()
    )


async def error_codes(
    info: Ctx,
    of: Annotated[
        str | None,
        argument("of", "A mutation, query or address, e.g. amendCreditRecord: the codes that it may be refused with."),
    ] = None,
) -> list[ErrorCode] | None:
    """Give the catalogue, or what one mutation, query or address may be refused with."""
    return [one for one in _catalogue() if of is None or of in one.raised_by]


FIELDS: dict[str, Any] = {
    "errorCodes": strawberry.field(
        resolver=error_codes,
        name="errorCodes",
        description="The catalogue of error codes 错误码: what each says and what to do, in English and Chinese, and which"
        " mutations, queries and addresses may be refused with it; found in the code.",
    ),
}
"""Fields of Query."""
