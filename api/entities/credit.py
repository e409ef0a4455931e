"""Entities of credit: records and their versions."""

from __future__ import annotations

from api.declaring.entity import (
    HISTORY,
    OWNER_IS_PERSON,
    Entity,
    Enums,
    Filter,
    Many,
    One,
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
from api.declaring.roots import Root, RootMany, by_id
from domain.credit import record, repair_notice
from domain.credit.record import PROCEDURES, RECORD_STATES, SEVERITIES, CreditRecord, CreditRecordVersion
from domain.decision_number import compared
from domain.privacy import Privacy
from domain.rights.objections.objection import disputed

ENUMS: Enums = {
    "Severity": ("Severity of dishonest conduct 失信严重程度: 轻微, 一般, 严重.", SEVERITIES),
    "Procedure": ("Procedure of a penalty: general 一般程序 or summary 简易程序.", PROCEDURES),
    "RecordState": ("State of a credit record 信用记录状态; whether it is in force is told by dates.", RECORD_STATES),
    "Timeliness": (
        "Whether a duty was done in time 及时性: TIMELY, LATE, PENDING, OVERDUE; NONE_SET where no term is set, UNKNOWN"
        " where its last day lies beyond the calendar that is loaded.",
        ("timely", "late", "pending", "overdue", "none_set", "unknown"),
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "creditRecord": by_id("CreditRecord", "credit record 信用记录"),
    "creditRecords": RootMany("CreditRecord", "Credit records 信用记录 within your authority."),
}
"""Where a selection may start."""

_PUBLICATION = (
    "CASE WHEN {t}.publication_due_on IS NULL THEN 'none_set'"
    " WHEN {t}.portal_at IS NULL OR {t}.platform_at IS NULL THEN"
    " CASE WHEN :today > {t}.publication_due_on THEN 'overdue' ELSE 'pending' END"
    " WHEN (greatest({t}.portal_at, {t}.platform_at) AT TIME ZONE 'Asia/Shanghai')::date <= {t}.publication_due_on"
    " THEN 'timely' ELSE 'late' END"
)
_NUMBER = f"{compared('{t}.decision_no')} = ANY({{v}})"
_OF_DECISION = (
    f"({_NUMBER} AND {{t}}.state <> 'withdrawn' AND NOT {{t}}.stands_twice"
    f" OR {_NUMBER} AND {{t}}.state <> 'withdrawn' AND {{t}}.stands_twice"
    f" OR {_NUMBER} AND {{t}}.state = 'withdrawn')"
)
"""Apart by what each index holds: of a decision that stands once, of what stands twice, of what was withdrawn."""

_COLLECTION = (
    "CASE WHEN {t}.collection_due_on IS NULL THEN 'none_set'"
    " WHEN ({t}.submitted_at AT TIME ZONE 'Asia/Shanghai')::date <= {t}.collection_due_on THEN 'timely' ELSE 'late' END"
)


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        _credit_record(),
        _credit_record_version(),
    )


def _credit_record() -> Entity:
    return entity(
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
        led={
            "recordImport": One(
                "RecordImport",
                "import_id",
                True,
                "The import 批量归集 it came with; null where it was handed in otherwise.",
            )
        },
        manys={
            "objections": Many("Objection", "record_id", "Objections 异议 to it, within your authority."),
            "subjectStatements": Many(
                "SubjectStatement",
                "record_id",
                "The subject's own words 主体声明 beside it; nobody has verified them.",
            ),
            "versions": Many("CreditRecordVersion", "record_id", "Earlier versions 历史版本, as amended."),
            "deliveries": Many("Delivery", "object_id", "Its deliveries 推送 to the credit platform."),
            "listed": Many("ListEvidence", "record_id", "List entries that rest on the record."),
            "repairNotices": Many("RepairNotice", "record_id", "Notices 告知 of the rights of credit repair."),
            "attachments": Many("Attachment", "object_id", "Attachments 附件 of the record."),
            "measures": Many(
                "Measure", "record_id", "Measures 奖惩措施 that rest on the record, within your authority."
            ),
            "exemptions": Many(
                "Exemption", "record_id", "Exemptions 豁免惩戒 from punishment for the failing (海沧2)."
            ),
            "repairApplications": Many(
                "RepairApplication", "record_id", "Applications 信用修复申请 for the repair of the record."
            ),
        }
        | HISTORY,
        orders=newest("decided_on", "decision") | newest("submitted_at", "submission"),
        filters={
            "office": ref("Office", "office_id", "producing offices"),
            "item": ref("CatalogueItem", "item_id", "catalogue items"),
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
            "standsTwice": flag(
                "{t}.stands_twice AND {t}.state <> 'withdrawn'",
                "Only what an earlier record tells already, or only others.",
            ),
            "decisionNo": Filter(
                _OF_DECISION,
                "text[]",
                "Only rows with one of these decision numbers 文书号, however typed: brackets, wide signs, blanks, dashes.",
                list[str],
                Privacy.CREDIT,
                reader="document_numbers",
            ),
            "decidedFrom": from_day("decided_on", "decision"),
            "decidedTo": to_day("decided_on", "decision"),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _credit_record_version() -> Entity:
    return entity(
        CreditRecordVersion,
        enums={"severity": "Severity"},
        orders={"VERSION_DESC": Order("version", True, "Latest version first.")},
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )
