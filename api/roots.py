"""The entity fields of Query: where a selection may start, by which argument, under which action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument that picks one row: its SQL condition on `{t}` and how its value is read."""

    sql: str
    cast: str
    reader: str
    """How the value is read: id, uscc, id_number, text."""
    type: Any
    description: str


@dataclass(frozen=True, slots=True)
class RootOne:
    """A field that leads to one row, or null."""

    entity: str
    argument: tuple[str, Argument]
    description: str
    action: str = "read"
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class RootMany:
    """A field that leads to a connection over all rows within the caller's authority."""

    entity: str
    description: str


@dataclass(frozen=True, slots=True)
class RootNode:
    """The field `node(id:)`, whose entity is told by the id."""

    description: str


Root = RootOne | RootMany | RootNode


def _by_id(entity: str, what: str) -> RootOne:
    argument = Argument("{t}.id = {v}", "", "id", "ID", f"Global id of the {what}.")
    return RootOne(
        entity, ("id", argument), f"One {what} by its global id; null when there is none within your authority."
    )


ROOTS: Mapping[str, Root] = {
    "node": RootNode("Any object by its global id; null when there is none within your authority."),
    "subject": RootOne(
        "Subject",
        (
            "code",
            Argument(
                "{t}.uscc = {v}", "text", "uscc", str, "Unified social credit code 统一社会信用代码, 18 characters."
            ),
        ),
        "The organisation 信用主体 with this unified social credit code; null when there is none within your authority."
        " People are found by `person`, which needs a purpose.",
    ),
    "person": RootOne(
        "Subject",
        (
            "idNumber",
            Argument(
                "{t}.id_index = {v}",
                "bytea",
                "id_number",
                str,
                "Identity number 身份证号, 18 characters; send it as a variable.",
            ),
        ),
        "The natural person with this identity number, for a request that names a purpose 用途; the look-up itself is"
        " written to the access log. Null when there is none within your authority.",
        action="lookup_person",
    ),
    "subjects": RootMany("Subject", "Subjects 信用主体 within your authority."),
    "creditRecord": _by_id("CreditRecord", "credit record 信用记录"),
    "creditRecords": RootMany("CreditRecord", "Credit records 信用记录 within your authority."),
    "creditLists": RootMany("CreditList", "Kinds of list 名单 that the rulebooks open."),
    "listEntry": _by_id("ListEntry", "list entry 列入"),
    "listEntries": RootMany("ListEntry", "Entries 列入 on lists, within your authority."),
    "offices": RootMany("Office", "Offices 处室/单位 and agencies that the rulebooks name."),
    "office": _by_id("Office", "office 单位"),
    "catalogue": RootMany("CatalogueItem", "The catalogue 信用信息目录: what may be recorded at all."),
    "applicationItems": RootMany(
        "ApplicationItem", "Application items 应用事项: purposes for which a report may be asked."
    ),
    "jurisdictions": RootMany("Jurisdiction", "Administrative divisions 行政区划 of this service."),
    "workingDays": RootMany("WorkingDay", "The calendar of working days 工作日历."),
    "consents": RootMany("Consent", "Consents 授权 within your authority: given by you, or to your agency."),
    "creditReport": RootOne(
        "CreditReport",
        ("number", Argument("{t}.number = {v}", "text", "text", str, "Number 报告编号 of the report.")),
        "The credit report 信用报告 with this number; null when there is none within your authority.",
    ),
    "creditReports": RootMany("CreditReport", "Credit reports 信用报告 within your authority."),
    "accessLog": RootMany("AccessEntry", "The access log 查询记录 within your authority: who looked at whose data."),
    "recordImport": _by_id("RecordImport", "import 批量归集"),
    "recordImports": RootMany("RecordImport", "Imports 批量归集 of your office."),
}

SEARCH = (
    "Part of an organisation's name in Chinese, its pinyin or initials; at least two characters."
    " People are found by name only among those your office has records about."
)
