"""Entities of lists: kinds and definitions, entries with their attestations, notices and evidence, urgings."""

from __future__ import annotations

from api.declaring.entity import (
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
from api.declaring.roots import Root, RootMany, by_id
from domain.lists import list_definition, list_entry
from domain.lists.credit_list import CreditList
from domain.lists.list_attestation import ListAttestation
from domain.lists.list_definition import LIST_DEFINITION_STATES, ListDefinition
from domain.lists.list_entry import LIST_ENTRY_STATES, REMOVAL_REASONS, ROUTES, ListEntry, ListEvidence
from domain.lists.list_notice import LIST_NOTICE_KINDS, LIST_NOTICE_STATES, ListNotice
from domain.lists.urging import URGING_STATES, Urging
from domain.rights.objections.objection import disputed

ENUMS: Enums = {
    "ListEntryState": (
        "How far an entry 列入 is on its way onto a list, or how it ended; whether it is in force is told by dates.",
        LIST_ENTRY_STATES,
    ),
    "ListRoute": (
        "The way onto a list: the one its rulebook lays down 统一发布, 自行发布 (新乡四(一)2), imported from a source 导入.",
        ROUTES,
    ),
    "RemovalReason": ("Why an entry left a list 移出原因.", REMOVAL_REASONS),
    "ListDefinitionState": ("State of a definition of a list 名单定义状态.", LIST_DEFINITION_STATES),
    "ListNoticeKind": (
        "Prior notice 事前告知 to the subject of a black entry, or public notice 公示 of a red one.",
        LIST_NOTICE_KINDS,
    ),
    "ListNoticeState": (
        "State of a notice 告知状态: served, answered, closed unanswered, or ended.",
        LIST_NOTICE_STATES,
    ),
    "UrgingState": ("State of an urging 督促.", URGING_STATES),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "creditList": by_id("CreditList", "kind of list 名单"),
    "creditLists": RootMany("CreditList", "Kinds of list 名单 that the rulebooks open."),
    "listEntry": by_id("ListEntry", "list entry 列入"),
    "listEntries": RootMany("ListEntry", "Entries 列入 on lists, within your authority."),
    "listDefinition": by_id("ListDefinition", "definition of a list 名单定义"),
    "listDefinitions": RootMany("ListDefinition", "Definitions of lists 名单定义 within your authority."),
    "listAttestations": RootMany(
        "ListAttestation", "Attestations 真实性、准确性、合法性 of your office, given or awaited."
    ),
    "listNotice": by_id("ListNotice", "notice 告知 before an entry"),
    "listNotices": RootMany("ListNotice", "Notices 告知、公示 before entries, within your authority."),
    "urging": by_id("Urging", "urging 督促"),
    "urgings": RootMany("Urging", "Urgings 督促 within your authority."),
}
"""Where a selection may start."""

_ANSWER = (
    "CASE WHEN {t}.answer_due_on IS NULL THEN 'none_set'"
    " WHEN {t}.answered_at IS NULL THEN CASE WHEN :today > {t}.answer_due_on THEN 'overdue' ELSE 'pending' END"
    " WHEN ({t}.answered_at AT TIME ZONE 'Asia/Shanghai')::date <= {t}.answer_due_on THEN 'timely' ELSE 'late' END"
)


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        _credit_list(),
        _list_entry(),
        entity(ListEvidence),
        _list_definition(),
        _list_attestation(),
        _list_notice(),
        _urging(),
    )


def _credit_list() -> Entity:
    return entity(
        CreditList,
        enums={"polarity": "Polarity"},
        manys={
            "definitions": Many(
                "ListDefinition", "credit_list_id", "Definitions 名单定义 of the list, by its offices."
            ),
            "entries": Many("ListEntry", "credit_list_id", "Entries 列入 on the list.", touches=True),
        },
        orders={"CODE_ASC": Order("code", False, "By code.")},
        filters={
            "polarity": one_of("polarity", "polarities.", "Polarity"),
            "code": one_of("code", "codes."),
            "imported": flag("{t}.imported", "Only lists kept elsewhere, or only those kept here."),
        },
    )


def _list_entry() -> Entity:
    return entity(
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
            "evidenceFallen": computed(
                list_entry.EVIDENCE_FALLEN,
                Shape.BOOLEAN,
                "Whether every record it rests on was withdrawn 依据的记录均已撤回: its office, which answers for it"
                " (厦门8, 新乡二), withdraws it or knows why it stands. An entry without records is told as false.",
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
            "attestations": Many(
                "ListAttestation", "entry_id", "The word of the responsible offices, given or awaited."
            ),
            "notices": Many("ListNotice", "entry_id", "Notices 告知、公示 before its decision."),
            "responsiblePersons": Many(
                "ListEntry", "with_entry_id", "Entries of the persons who answer with the unit.", touches=True
            ),
            "attachments": Many("Attachment", "object_id", "Attachments 附件 of the entry."),
            "deliveries": Many("Delivery", "object_id", "Its deliveries 推送 to the credit platform."),
            "batches": Many("ListBatchEntry", "entry_id", "Batches 批次 it is or was in."),
            "measures": Many("Measure", "entry_id", "Measures 奖惩措施 that rest on the entry, within your authority."),
            "removals": Many("ListRemoval", "entry_id", "Removals 移出 of the entry, under way and ended."),
            "interviews": Many(
                "Interview", "entry_id", "Interviews 约谈 about the entry, within your authority (厦门28)."
            ),
        }
        | HISTORY,
        orders={
            "DECIDED_ON_DESC": Order("entered_on", True, "Latest decision first; undecided ones by their collection."),
            "DECIDED_ON_ASC": Order("entered_on", False, "Earliest decision first."),
        },
        filters={
            "office": ref("Office", "office_id", "recognising offices"),
            "creditList": ref("CreditList", "credit_list_id", "lists"),
            "state": one_of("state", "states.", "ListEntryState"),
            "route": one_of("route", "routes.", "ListRoute"),
            "domain": one_of("domain", "domains 领域."),
            "publisher": ref("Office", "publisher_id", "publishing offices"),
            "inForce": flag(list_entry.IN_FORCE, "Only entries in force today, or only others."),
            "disputed": flag(disputed("list_entry"), "Only what is disputed, or only others."),
            "standsTwice": flag(
                "{t}.stands_twice AND {t}.state <> 'withdrawn'",
                "Only what an earlier entry tells already, or only others.",
            ),
            "evidenceFallen": flag(
                list_entry.EVIDENCE_FALLEN, "Only entries whose every record was withdrawn, or only others."
            ),
            "decidedFrom": from_day("decided_on", "decision"),
            "decidedTo": to_day("decided_on", "decision"),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _list_definition() -> Entity:
    return entity(
        ListDefinition,
        enums={"state": "ListDefinitionState", "standard_level": "BasisLevel"},
        extra={
            "inForce": computed(
                list_definition.IN_FORCE, Shape.BOOLEAN, "Whether entries are collected under it today.", type=bool
            )
        },
        manys=HISTORY,
        orders=newest("drafted_at", "draft"),
        filters={
            "creditList": ref("CreditList", "credit_list_id", "lists"),
            "domain": one_of("domain", "domains 领域."),
            "state": one_of("state", "states.", "ListDefinitionState"),
            "inForce": flag(list_definition.IN_FORCE, "Only definitions in force today, or only others."),
        },
    )


def _list_attestation() -> Entity:
    return entity(
        ListAttestation,
        orders=newest("awaited_at", "demand"),
        filters={
            "given": flag("{t}.attested_at IS NOT NULL", "Only those given, or only those awaited."),
        },
    )


def _list_notice() -> Entity:
    return entity(
        ListNotice,
        enums={"kind": "ListNoticeKind", "state": "ListNoticeState", "disclosure": "Disclosure"},
        extra={
            "answerTimeliness": computed(
                _ANSWER, Shape.ENUM, "Whether the subject answered within the term.", enum="Timeliness"
            )
        },
        manys=HISTORY,
        orders=newest("served_on", "notice"),
        filters={
            "kind": one_of("kind", "kinds of notice.", "ListNoticeKind"),
            "state": one_of("state", "states.", "ListNoticeState"),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _urging() -> Entity:
    return entity(
        Urging,
        enums={"state": "UrgingState"},
        manys=HISTORY,
        orders=newest("urged_on", "urging"),
        filters={
            "state": one_of("state", "states.", "UrgingState"),
        },
    )
