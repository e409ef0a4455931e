"""Entities of what public bodies answer for: mandates, complaints about them, their contracts with enterprises."""

from __future__ import annotations

from api.declaring.entity import HISTORY, Entity, Enums, Shape, computed, entity, flag, newest, one_of, ref
from api.declaring.roots import Root, RootMany, by_id
from domain.integrity import mandate
from domain.integrity.complaint import COMPLAINT_STATES, IntegrityComplaint
from domain.integrity.contract import FULFILMENTS, GovernmentContract
from domain.integrity.mandate import MANDATE_KINDS, Mandate

ENUMS: Enums = {
    "MandateKind": (
        "Kind of mandate: responsibility 责任分工, member of the leading group 领导小组成员.",
        MANDATE_KINDS,
    ),
    "IntegrityComplaintState": (
        "How far a complaint about a public body has come: monitored 监测, handled 处理, fed back 反馈.",
        COMPLAINT_STATES,
    ),
    "ContractFulfilment": (
        "How far a contract is fulfilled: under way 履行中, fulfilled 已履约, overdue 逾期, disputed 有争议, ended 已终止.",
        FULFILMENTS,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "mandate": by_id("Mandate", "mandate 责任登记"),
    "mandates": RootMany(
        "Mandate",
        "Who answers for units, and the members of leading groups 责任领导、责任处室、领导小组 (海沧28, 厦门29).",
    ),
    "integrityComplaint": by_id("IntegrityComplaint", "complaint about a public body 政务诚信投诉"),
    "integrityComplaints": RootMany(
        "IntegrityComplaint", "Complaints about public bodies by 12345 政务诚信投诉, within your authority (海沧24)."
    ),
    "governmentContract": by_id("GovernmentContract", "surveyed contract 政府签约合同"),
    "governmentContracts": RootMany(
        "GovernmentContract",
        "Contracts of offices with enterprises as surveyed 履约摸底, within your authority (海沧24).",
    ),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            Mandate,
            enums={"kind": "MandateKind"},
            extra={
                "inForce": computed(mandate.IN_FORCE, Shape.BOOLEAN, "Whether it holds today.", type=bool),
            },
            manys=HISTORY,
            orders=newest("valid_from", "first day"),
            filters={
                "unit": ref("Office", "unit_id", "units"),
                "kind": one_of("kind", "kinds.", "MandateKind"),
                "inForce": flag(mandate.IN_FORCE, "Only what holds today, or only what does not."),
            },
        ),
        entity(
            IntegrityComplaint,
            enums={"state": "IntegrityComplaintState"},
            manys=HISTORY,
            orders=newest("monitored_at", "entry"),
            filters={
                "state": one_of("state", "states.", "IntegrityComplaintState"),
            },
        ),
        entity(
            GovernmentContract,
            enums={"fulfilment": "ContractFulfilment"},
            manys=HISTORY,
            orders=newest("surveyed_at", "survey"),
            filters={
                "field": one_of("field", "fields."),
            },
        ),
    )
