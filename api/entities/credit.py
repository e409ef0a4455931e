"""Entities of credit: records and their versions, lists and their entries."""

from __future__ import annotations

from api.entity import (
    HISTORY,
    OWNER_IS_PERSON,
    Entity,
    Enums,
    Many,
    Order,
    Shape,
    computed,
    entity,
    flag,
    from_day,
    newest,
    one_of,
    ref,
    to_day,
)
from api.roots import Root, RootMany, by_id
from domain.credit import record, repair_notice
from domain.credit.record import PROCEDURES, RECORD_STATES, SEVERITIES, CreditRecord, CreditRecordVersion
from domain.lists import list_entry
from domain.lists.credit_list import CreditList
from domain.lists.list_entry import LIST_ENTRY_STATES, REMOVAL_REASONS, ROUTES, ListEntry, ListEvidence
from domain.privacy import Privacy
from domain.rights.objections.objection import disputed

ENUMS: Enums = {
    "Severity": ("Severity of dishonest conduct 失信严重程度: 轻微, 一般, 严重.", SEVERITIES),
    "Procedure": ("Procedure of a penalty: general 一般程序 or summary 简易程序.", PROCEDURES),
    "RecordState": ("State of a credit record; whether it is in force is told by dates.", RECORD_STATES),
    "ListEntryState": (
        "How far an entry is on its way onto a list, or how it ended; whether it is in force is told by dates.",
        LIST_ENTRY_STATES,
    ),
    "ListRoute": (
        "The way onto a list: the one its rulebook lays down 统一发布, 自行发布 (新乡四(一)2), imported from a source 导入.",
        ROUTES,
    ),
    "RemovalReason": ("Why an entry left a list 移出原因.", REMOVAL_REASONS),
    "Timeliness": (
        "Whether a duty was done in time 及时性: timely, late, pending, overdue; none_set where no term is set, unknown"
        " where its last day lies beyond the calendar that is loaded.",
        ("timely", "late", "pending", "overdue", "none_set", "unknown"),
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "creditRecord": by_id("CreditRecord", "credit record 信用记录"),
    "creditRecords": RootMany("CreditRecord", "Credit records 信用记录 within your authority."),
    "creditLists": RootMany("CreditList", "Kinds of list 名单 that the rulebooks open."),
    "listEntry": by_id("ListEntry", "list entry 列入"),
    "listEntries": RootMany("ListEntry", "Entries 列入 on lists, within your authority."),
}
"""Where a selection may start."""

_PUBLICATION = (
    "CASE WHEN {t}.publication_due_on IS NULL THEN 'none_set'"
    " WHEN {t}.portal_at IS NULL OR {t}.platform_at IS NULL THEN"
    " CASE WHEN :today > {t}.publication_due_on THEN 'overdue' ELSE 'pending' END"
    " WHEN (greatest({t}.portal_at, {t}.platform_at) AT TIME ZONE 'Asia/Shanghai')::date <= {t}.publication_due_on"
    " THEN 'timely' ELSE 'late' END"
)
_COLLECTION = (
    "CASE WHEN {t}.collection_due_on IS NULL THEN 'none_set'"
    " WHEN ({t}.submitted_at AT TIME ZONE 'Asia/Shanghai')::date <= {t}.collection_due_on THEN 'timely' ELSE 'late' END"
)


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            CreditRecord,
            enums={
                "disclosure": "Disclosure",
                "legal_basis_level": "BasisLevel",
                "severity": "Severity",
                "procedure": "Procedure",
                "state": "RecordState",
            },
            extra={
                "disputed": computed(
                    disputed("credit_record"),
                    Shape.BOOLEAN,
                    "Whether it is disputed 有异议: an objection to it is open.",
                    type=bool,
                ),
                "inForce": computed(
                    record.IN_FORCE, Shape.BOOLEAN, "Whether it is published and its term runs today.", type=bool
                ),
                "publicationTimeliness": computed(
                    _PUBLICATION,
                    Shape.ENUM,
                    "Whether it was published on both channels in time; the later of the two counts (厦门8).",
                    enum="Timeliness",
                ),
                "repairNoticeStatus": computed(
                    repair_notice.STATUS,
                    Shape.ENUM,
                    "Whether the subject was told of its rights of credit repair 信用修复告知 (厦门2, 海沧1).",
                    enum="RepairNoticeStatus",
                ),
                "collectionTimeliness": computed(
                    _COLLECTION,
                    Shape.ENUM,
                    "Whether it was handed in in time (十堰: three working days).",
                    enum="Timeliness",
                ),
            },
            manys={
                "objections": Many("Objection", "record_id", "Objections 异议 to it, within your authority."),
                "subjectStatements": Many(
                    "SubjectStatement",
                    "record_id",
                    "The subject's own words 主体声明 beside it; nobody has verified them.",
                ),
                "versions": Many("CreditRecordVersion", "record_id", "Earlier versions 历史版本, as amended."),
                "listed": Many("ListEvidence", "record_id", "List entries that rest on the record."),
                "repairNotices": Many("RepairNotice", "record_id", "Notices 告知 of the rights of credit repair."),
                "attachments": Many("Attachment", "object_id", "Attachments 附件 of the record."),
                "repairApplications": Many(
                    "RepairApplication", "record_id", "Applications 信用修复申请 for the repair of the record."
                ),
            }
            | HISTORY,
            orders=newest("decided_on", "decision") | newest("submitted_at", "submission"),
            filters={
                "jurisdiction": ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
                "office": ref("Office", "office_id", "producing offices"),
                "item": ref("CatalogueItem", "item_id", "catalogue items"),
                "subject": ref("Subject", "subject_id", "subjects"),
                "state": one_of("state", "states.", "RecordState"),
                "severity": one_of("severity", "severities.", "Severity", Privacy.CREDIT),
                "dishonest": flag(
                    "{t}.dishonest", "Only records that count as dishonest conduct, or only others.", Privacy.CREDIT
                ),
                "inForce": flag(record.IN_FORCE, "Only records in force today, or only others."),
                "repairNoticeMissing": flag(
                    f"{repair_notice.STATUS} = 'missing'",
                    "Only records whose subject has not been told of its rights of repair, or only others.",
                ),
                "disputed": flag(disputed("credit_record"), "Only what is disputed, or only others."),
                "decisionNo": one_of("decision_no", "decision numbers 文书号.", None, Privacy.CREDIT),
                "decidedFrom": from_day("decided_on", "decision"),
                "decidedTo": to_day("decided_on", "decision"),
            },
            about_person="about_person",
            person=OWNER_IS_PERSON,
        ),
        entity(
            CreditRecordVersion,
            enums={"severity": "Severity"},
            orders={"VERSION_DESC": Order("version", True, "Latest version first.")},
            about_person="about_person",
            person=OWNER_IS_PERSON,
        ),
        entity(
            CreditList,
            enums={"polarity": "Polarity"},
            manys={"entries": Many("ListEntry", "credit_list_id", "Entries 列入 on the list.", touches=True)},
            orders={"CODE_ASC": Order("code", False, "By code.")},
            filters={
                "jurisdiction": ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
                "polarity": one_of("polarity", "polarities.", "Polarity"),
                "code": one_of("code", "codes."),
            },
        ),
        entity(
            ListEntry,
            enums={
                "disclosure": "Disclosure",
                "legal_basis_level": "BasisLevel",
                "removal_reason": "RemovalReason",
                "route": "ListRoute",
                "state": "ListEntryState",
                "term_basis_level": "BasisLevel",
            },
            extra={
                "disputed": computed(
                    disputed("list_entry"),
                    Shape.BOOLEAN,
                    "Whether it is disputed 有异议: an objection to it is open.",
                    type=bool,
                ),
                "inForce": computed(
                    list_entry.IN_FORCE,
                    Shape.BOOLEAN,
                    "Whether it is published, not removed, and its term runs today.",
                    type=bool,
                ),
            },
            manys={
                "objections": Many("Objection", "entry_id", "Objections 异议 to it, within your authority."),
                "subjectStatements": Many(
                    "SubjectStatement",
                    "entry_id",
                    "The subject's own words 主体声明 beside it; nobody has verified them.",
                ),
                "evidence": Many("ListEvidence", "entry_id", "Credit records the entry rests on."),
                "responsiblePersons": Many(
                    "ListEntry", "with_entry_id", "Entries of the persons who answer with the unit.", touches=True
                ),
                "attachments": Many("Attachment", "object_id", "Attachments 附件 of the entry."),
                "removals": Many("ListRemoval", "entry_id", "Removals 移出 of the entry, under way and ended."),
            }
            | HISTORY,
            orders={
                "DECIDED_ON_DESC": Order(
                    "entered_on", True, "Latest decision first; undecided ones by their collection."
                ),
                "DECIDED_ON_ASC": Order("entered_on", False, "Earliest decision first."),
            },
            filters={
                "jurisdiction": ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
                "office": ref("Office", "office_id", "recognising offices"),
                "creditList": ref("CreditList", "credit_list_id", "lists"),
                "state": one_of("state", "states.", "ListEntryState"),
                "route": one_of("route", "routes.", "ListRoute"),
                "domain": one_of("domain", "domains 领域."),
                "publisher": ref("Office", "publisher_id", "publishing offices"),
                "subject": ref("Subject", "subject_id", "subjects"),
                "inForce": flag(list_entry.IN_FORCE, "Only entries in force today, or only others."),
                "disputed": flag(disputed("list_entry"), "Only what is disputed, or only others."),
                "decidedFrom": from_day("decided_on", "decision"),
                "decidedTo": to_day("decided_on", "decision"),
            },
            about_person="about_person",
            person=OWNER_IS_PERSON,
        ),
        entity(ListEvidence),
    )
