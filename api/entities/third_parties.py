"""Entities of third parties: contracts with processors, market credit information."""

from __future__ import annotations

from api.declaring.entity import (
    HISTORY,
    OWNER_IS_PERSON,
    Entity,
    Enums,
    Shape,
    computed,
    entity,
    flag,
    newest,
    one_of,
    ref,
)
from api.declaring.roots import Root, RootMany, by_id
from domain.third_party import processing
from domain.third_party.market_record import MARKET_KINDS, MARKET_STATES, MarketRecord
from domain.third_party.processing import PROCESSING_STATES, ProcessingContract

ENUMS: Enums = {
    "ProcessingState": (
        "State of a processing contract: proposed 待核准, approved 已核准, rejected 未核准, ended 已终止.",
        PROCESSING_STATES,
    ),
    "MarketKind": (
        "Kind of market information: a member's record 会员信用记录, a third-party report 第三方信用报告.",
        MARKET_KINDS,
    ),
    "MarketState": ("State of market information: recorded 已登记, withdrawn 已撤回.", MARKET_STATES),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "processingContract": by_id("ProcessingContract", "processing contract 委托处理合同"),
    "processingContracts": RootMany(
        "ProcessingContract", "Contracts with third-party providers 第三方信用服务, within your authority (厦门30)."
    ),
    "marketRecord": by_id("MarketRecord", "market credit information 市场信用信息"),
    "marketRecords": RootMany(
        "MarketRecord", "Market credit information 市场信用信息 of your office; no official record (海沧26, 厦门4)."
    ),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            ProcessingContract,
            enums={"state": "ProcessingState"},
            extra={
                "inForce": computed(
                    processing.IN_FORCE, Shape.BOOLEAN, "Whether the provider gets anything under it today.", type=bool
                ),
            },
            manys=HISTORY,
            orders=newest("proposed_at", "proposal"),
            filters={
                "provider": ref("Office", "provider_id", "providers"),
                "state": one_of("state", "states.", "ProcessingState"),
                "inForce": flag(processing.IN_FORCE, "Only what stands today, or only what does not."),
            },
        ),
        entity(
            MarketRecord,
            enums={"kind": "MarketKind", "state": "MarketState"},
            manys=HISTORY,
            orders=newest("recorded_at", "entry"),
            filters={
                "kind": one_of("kind", "kinds.", "MarketKind"),
                "state": one_of("state", "states.", "MarketState"),
            },
            about_person="about_person",
            person=OWNER_IS_PERSON,
        ),
    )
