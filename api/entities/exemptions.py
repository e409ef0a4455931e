"""Entities of exemptions: the acts on the lists, and the exemptions of failings."""

from __future__ import annotations

from api.declaring.entity import (
    HISTORY,
    OWNER_IS_PERSON,
    Entity,
    Enums,
    Order,
    Shape,
    computed,
    entity,
    flag,
    newest,
    one_of,
)
from api.declaring.roots import Root, RootMany, by_id
from domain.exemption import exemption, item
from domain.exemption.exemption import EXEMPTION_STATES, Exemption
from domain.exemption.item import ITEM_STATES, ExemptionItem
from domain.privacy import Privacy

ENUMS: Enums = {
    "ExemptionItemState": ("State of an act on a list of exemptions 豁免行为状态.", ITEM_STATES),
    "ExemptionState": (
        "How far an exemption has come: proposed 已提出, signed 已承诺, granted 准予, refused 不予, withdrawn 撤回.",
        EXEMPTION_STATES,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "exemptionItem": by_id("ExemptionItem", "act on a list of exemptions 豁免行为"),
    "exemptionItems": RootMany("ExemptionItem", "Lists of acts that may go unpunished 失信惩戒豁免行为清单 (海沧2)."),
    "exemption": by_id("Exemption", "exemption from punishment 豁免惩戒"),
    "exemptions": RootMany("Exemption", "Exemptions from punishment 豁免惩戒 within your authority."),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        _exemption_item(),
        _exemption(),
    )


def _exemption_item() -> Entity:
    return entity(
        ExemptionItem,
        enums={"state": "ExemptionItemState"},
        extra={
            "inForce": computed(
                item.IN_FORCE, Shape.BOOLEAN, "Whether failings may be exempted under it today.", type=bool
            )
        },
        orders={"CODE_ASC": Order("code", False, "By code.")},
        filters={
            "state": one_of("state", "states.", "ExemptionItemState"),
            "inForce": flag(item.IN_FORCE, "Only acts in force today, or only others."),
        },
    )


def _exemption() -> Entity:
    return entity(
        Exemption,
        enums={"state": "ExemptionState"},
        extra={
            "inForce": computed(
                exemption.IN_FORCE,
                Shape.BOOLEAN,
                "Whether the subject is spared: granted, its commitment not found broken, and the failing still minor 轻微.",
                type=bool,
                privacy=Privacy.FULFILMENT,
            )
        },
        manys=HISTORY,
        orders=newest("proposed_at", "proposal"),
        filters={
            "state": one_of("state", "states.", "ExemptionState"),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )
