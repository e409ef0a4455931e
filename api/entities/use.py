"""Entities of use: application items and credit reports."""

from __future__ import annotations

from api.declaring.entity import OWNER_IS_PERSON, Entity, Enums, Order, Shape, computed, entity, newest, one_of, ref
from api.declaring.roots import Argument, Root, RootMany, RootOne, by_id
from domain.use.purpose import ApplicationItem
from domain.use.report import CONTENT_STATUS, DOCUMENT_STATUS, CreditReport

ENUMS: Enums = {
    "DocumentStatus": ("Status of a report as a document 报告状态.", ("valid", "expired", "revoked")),
    "ContentStatus": (
        "Status of what a report says 内容状态: current, or superseded by a later change.",
        ("current", "superseded"),
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "applicationItem": by_id("ApplicationItem", "application item 应用事项"),
    "applicationItems": RootMany(
        "ApplicationItem", "Application items 应用事项: purposes for which a report may be asked."
    ),
    "creditReport": RootOne(
        "CreditReport",
        ("number", Argument("{t}.number = {v}", "text", "text", str, "Number 报告编号 of the report.")),
        "The credit report 信用报告 with this number; null when there is none within your authority.",
    ),
    "creditReports": RootMany("CreditReport", "Credit reports 信用报告 within your authority."),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            ApplicationItem,
            orders={"CODE_ASC": Order("code", False, "By code.")},
            filters={
                "code": one_of("code", "codes."),
            },
        ),
        entity(
            CreditReport,
            extra={
                "documentStatus": computed(
                    DOCUMENT_STATUS, Shape.ENUM, "Status of the document today.", enum="DocumentStatus"
                ),
                "contentStatus": computed(
                    CONTENT_STATUS,
                    Shape.ENUM,
                    "Whether anything about the subject has changed since it was issued.",
                    enum="ContentStatus",
                ),
            },
            orders=newest("issued_at", "report"),
            filters={
                "office": ref("Office", "office_id", "agencies"),
                "applicationItem": ref("ApplicationItem", "application_item_id", "purposes"),
            },
            about_person="about_person",
            person=OWNER_IS_PERSON,
        ),
    )
