"""Personal values in arguments: only as variables, only in the body of a request.

What stands in an address is in logs on its way, what stands in a document is kept with it; neither may be personal.
Source: 个人信息保护法 51.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ObjectValueNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

from api.execution.job import Job
from domain.eligibility.refusals import PersonalValueOutOfPlace


def require_in_body(job: Job, field: str, argument: str, *members: str) -> None:
    """Pass a request whose fields of a name give an argument's personal members as variables of a POST.

    Without members the whole argument is personal. Raises: PersonalValueOutOfPlace.
    """
    sender = job.credentials.sender
    if sender is not None and sender.method != "POST":
        raise PersonalValueOutOfPlace
    for node in _fields(job, job.operation.selection_set):
        if node.name.value != field:
            continue
        for given in node.arguments or ():
            if given.name.value == argument and not _is_sent(job, given.value, members):
                raise PersonalValueOutOfPlace


def _is_sent(job: Job, value: ValueNode, members: tuple[str, ...]) -> bool:
    """Tell whether the personal part of a value comes with the request's variables, and not from a default."""
    if isinstance(value, VariableNode):
        return value.name.value in job.raw
    if not members or not isinstance(value, ObjectValueNode):
        return False
    return all(_is_sent(job, one.value, ()) for one in value.fields if one.name.value in members)


def _fields(job: Job, selections: SelectionSetNode) -> Iterator[FieldNode]:
    """Give the root fields of the operation, those of fragments included."""
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, FragmentSpreadNode):
            yield from _fields(job, job.document.fragments[node.name.value].selection_set)
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(job, node.selection_set)
