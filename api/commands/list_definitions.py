"""Mutations of definitions of lists: drafted, opened by another person, discarded."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from api.commands.inputs import KEY, choice, local_id, optional, required, value_of
from api.declaring.types import enum_type
from api.execution.mutation import Changed, Work, mutation
from domain.lists import list_definitions
from domain.lists.list_definition import WRITTEN_PARTS
from domain.lists.list_definitions import Draft, Written

BasisLevel = enum_type("BasisLevel")


@strawberry.input(description="A part of a definition and where it is written.")
class ListPartInput:
    text: str = required("The part in words.")
    source: str = required("Where it is written 依据: document and clause.")


@strawberry.input(description="A definition of a list 名单定义 as an office drafts it, each part with its source.")
class DraftListDefinitionInput:
    credit_list: strawberry.ID = required("Global id of the list; your office must be one of its owners.")
    domain: str | None = optional("Code of the domain 领域, where the list has domains.")
    standard: ListPartInput | None = optional(
        "Standard of recognition 认定标准, that is the conditions of entry 列入条件."
    )
    standard_level: Any = choice(
        BasisLevel, "Level of the standard's source; Xinxiang asks for a national one (五(一))."
    )
    procedure: ListPartInput | None = optional("Procedure of recognition 认定程序; the rulebook's words unless given.")
    measures: ListPartInput | None = optional("Measures 惩戒/激励措施; the rulebook's words unless given.")
    exit_rule: ListPartInput | None = optional(
        "Exit 退出机制 or conditions of removal 移出条件; the rulebook's words unless given."
    )
    remedy: ListPartInput | None = optional("Remedy 救济途径 of who is listed.")
    behaviours: list[str] | None = optional("Behaviours 行为 for which the office lists (新乡四(一)2).")
    client_mutation_id: str | None = optional(KEY)


_PAYLOAD = {"listDefinition": "ListDefinition"}


@mutation("draftListDefinition", noun="list_definition", verb="draft", input=DraftListDefinitionInput, payload=_PAYLOAD)
async def draft_list_definition(work: Work, given: DraftListDefinitionInput) -> Changed:
    """Draft a definition of a list for your office; another person opens it (厦门3, 海沧3, 新乡五(一))."""
    scopes = work.scopes("list_definition", "draft")
    office = work.office()
    parts = {name: getattr(given, name) for name in WRITTEN_PARTS}
    drafted = Draft(
        office_id=office,
        list_id=local_id(given.credit_list, "CreditList"),
        domain=given.domain,
        parts={name: Written(part["text"], part["source"]) for name, part in parts.items() if part is not None},
        standard_level=value_of(given.standard_level),
        behaviours=given.behaviours or (),
    )
    definition_id = await list_definitions.draft(work.tx, work.job.service.books, drafted)
    await work.require("list_definition", definition_id, scopes)
    return Changed({"listDefinition": definition_id})


@strawberry.input(description="Which definition to open, and from which day on.")
class OpenListDefinitionInput:
    list_definition: strawberry.ID = required("Global id of the definition.")
    from_on: date | None = optional("First day in force; today unless given, never a day that has passed.")
    client_mutation_id: str | None = optional(KEY)


@mutation("openListDefinition", noun="list_definition", verb="open", input=OpenListDefinitionInput, payload=_PAYLOAD)
async def open_list_definition(work: Work, given: OpenListDefinitionInput) -> Changed:
    """Open a list by its definition; refused where a part is missing that a text asks for (厦门3, 海沧3)."""
    row = await work.lock("list_definition", local_id(given.list_definition, "ListDefinition"), "open")
    await list_definitions.open_definition(work.tx, work.job.service.books, row["id"], from_on=given.from_on)
    return Changed({"listDefinition": row["id"]})


@strawberry.input(description="Which draft to discard, and why.")
class DiscardListDefinitionInput:
    list_definition: strawberry.ID = required("Global id of the definition.")
    reason: str = required("Why it is discarded.")
    client_mutation_id: str | None = optional(KEY)


@mutation(
    "discardListDefinition", noun="list_definition", verb="discard", input=DiscardListDefinitionInput, payload=_PAYLOAD
)
async def discard_list_definition(work: Work, given: DiscardListDefinitionInput) -> Changed:
    """Discard a draft 丢弃草稿 of a list definition 名单设定 that has not been opened."""
    row = await work.lock("list_definition", local_id(given.list_definition, "ListDefinition"), "discard")
    await list_definitions.discard(work.tx, row["id"], reason=given.reason)
    return Changed({"listDefinition": row["id"]})
