"""Root fields that ordinary resolvers answer, in graphql-core: explanations, previews, and questions about the schema itself.

Their JSON texts are bound into the statement of the operation, so that its result is one text whoever made the parts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    execute,
    execute_sync,
)

from api.errors import of_graphql
from api.execution.compiled import Compiled
from api.execution.job import Job
from api.planning import bind
from api.planning.document_limits import INTROSPECTION

_Answer = tuple[str, Sequence[GraphQLError]]
"""The JSON text of a field, and its errors."""


async def resolve(job: Job, compiled: Compiled, request: bind.Request) -> list[Mapping[str, Any]]:
    """Answer the root fields that are not rows: leave their JSON texts in the request, and give their errors.

    They are answered one by one: together, forty of them would take every session of the pool for one request.
    """
    errors = []
    for key, nodes in compiled.resolved.items():
        answer = _introspect if nodes[0].name.value in INTROSPECTION else _execute
        request.resolved[key], found = await answer(job, key, nodes)
        errors += [of_graphql(error) for error in found]
    return errors


async def _execute(job: Job, key: str, nodes: Sequence[FieldNode]) -> _Answer:
    result = execute(job.service.graphql, _document_of(job, nodes), context_value=job, variable_values=dict(job.raw))
    done = result if isinstance(result, ExecutionResult) else await result
    return _text(done, key), done.errors or ()


async def _introspect(job: Job, key: str, nodes: Sequence[FieldNode]) -> _Answer:
    """Answer a question about the schema, without keeping the event loop waiting."""

    def work_out() -> str:
        result = execute_sync(job.service.graphql, _document_of(job, nodes), variable_values=dict(job.raw))
        if result.errors:
            raise _IntrospectionFailed(result)
        return _text(result, key)

    try:
        return await job.service.introspection.answer((job.document, job.operation, key), work_out), ()
    except _IntrospectionFailed as failed:
        return _text(failed.result, key), failed.result.errors or ()


class _IntrospectionFailed(Exception):
    """A question about the schema was answered with errors: such an answer is not kept."""

    def __init__(self, result: ExecutionResult) -> None:
        self.result = result
        super().__init__()


def _text(result: ExecutionResult, key: str) -> str:
    return json.dumps((result.data or {}).get(key), ensure_ascii=False, default=str)


def _document_of(job: Job, nodes: Sequence[FieldNode]) -> DocumentNode:
    """Give the document of some root fields alone."""
    operation = OperationDefinitionNode(
        operation=job.operation.operation,
        name=job.operation.name,
        variable_definitions=job.operation.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(nodes)),
    )
    return DocumentNode(definitions=(operation, *job.document.fragments.values()))
