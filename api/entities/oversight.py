"""Entities of oversight: imports and what they refused, quota breaches, deliveries to the platform."""

from __future__ import annotations

from api.declaring.entity import (
    Entity,
    Enums,
    Filter,
    Many,
    Order,
    Shape,
    computed,
    entity,
    flag,
    newest,
    one_of,
)
from api.declaring.roots import Root, RootMany, by_id
from api.entities.ledger import OF_ROWS, ROW_ID
from domain.delivery import delivery
from domain.delivery.delivery import Delivery
from domain.oversight.intake import RecordImport, RefusedRow
from domain.oversight.quota_breach import COUNTED, PERIODS, STATES, QuotaBreach

ENUMS: Enums = {
    "QuotaCounted": ("What a quota counts 限额对象: subjects resolved, or requests.", COUNTED),
    "QuotaPeriod": ("In which period a quota counts 限额周期.", PERIODS),
    "QuotaBreachState": ("State of a quota breach 超限.", STATES),
    "DeliveryState": (
        "State of a delivery 推送: waiting, delivered, withheld as the platform may have nothing of it, dead 死信.",
        delivery.STATES,
    ),
    "DeliveryFault": ("What became of an attempt that brought no receipt 回执.", delivery.FAULTS),
}

ROOTS: dict[str, Root] = {
    "recordImport": by_id("RecordImport", "import 批量归集"),
    "recordImports": RootMany("RecordImport", "Imports 批量归集 of your office."),
    "quotaBreach": by_id("QuotaBreach", "quota breach 超额查询"),
    "quotaBreaches": RootMany(
        "QuotaBreach", "Quota breaches 超额查询: accounts that asked for more than their quota, once a day for each."
    ),
    "delivery": by_id("Delivery", "delivery 推送"),
    "deliveries": RootMany(
        "Delivery",
        "Deliveries 推送 to the credit platform within your authority; dead letters 死信 are those in state DEAD.",
    ),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        _record_import(),
        _quota_breach(),
        _delivery(),
        entity(RefusedRow, orders={"LINE_ASC": Order("line", False, "By line of the file.")}),
    )


def _record_import() -> Entity:
    return entity(
        RecordImport,
        manys={
            "refusedRows": Many("RefusedRow", "record_import_id", "Rows that were refused, with their reasons."),
            "records": Many("CreditRecord", "import_id", "Credit records 信用记录 that came with it."),
        },
        orders=newest("started_at", "import"),
        filters={
            "state": one_of("state", "states: running, completed, interrupted, void."),
            "dryRun": flag("{t}.dry_run", "Only trials, or only others."),
        },
    )


def _quota_breach() -> Entity:
    return entity(
        QuotaBreach,
        enums={"counted": "QuotaCounted", "period": "QuotaPeriod", "state": "QuotaBreachState"},
        orders=newest("reported_at", "report"),
        filters={
            "counted": one_of("counted", "things that are counted.", "QuotaCounted"),
            "state": one_of("state", "states.", "QuotaBreachState"),
        },
    )


def _delivery() -> Entity:
    return entity(
        Delivery,
        enums={"state": "DeliveryState", "fault": "DeliveryFault"},
        extra={"row": computed(ROW_ID, Shape.TEXT, "Global id of the row it is about: ask `node` for it.", type="ID")},
        orders=newest("at", "event"),
        filters={
            "state": one_of("state", "states.", "DeliveryState"),
            "fault": one_of("fault", "faults of the last attempt.", "DeliveryFault"),
            "object": one_of("object", "nouns, e.g. credit_record."),
            "row": Filter(OF_ROWS, "text[]", "Only those about these rows; global ids.", list[str], reader="row_ids"),
        },
    )
