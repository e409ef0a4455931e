"""Entities of editions: catalogues and lists that govern what may be recorded, and their items."""

from __future__ import annotations

from api.declaring.entity import HISTORY, Entity, Enums, Filter, Many, Order, Shape, computed, entity, flag, one_of
from api.declaring.roots import Root, RootMany, by_id
from domain.edition import edition
from domain.edition.edition import EDITION_STATES, Edition, EditionItem

ENUMS: Enums = {
    "EditionState": (
        "State of an edition: drafted 起草, proposed 已提出, approved 已核准, rejected 已否决, discarded 已弃用.",
        EDITION_STATES,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "edition": by_id("Edition", "edition 版本 of a catalogue or list"),
    "editions": RootMany(
        "Edition", "Editions 版本 of catalogues 目录 and lists 清单 (厦门1, 4, 7, 11; 海沧2, 8, 12; 上海7)."
    ),
}
"""Where a selection may start."""

_ON = edition.IN_FORCE.replace(":today", "{v}::date")


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        entity(
            Edition,
            enums={"state": "EditionState"},
            extra={
                "inForce": computed(edition.IN_FORCE, Shape.BOOLEAN, "Whether it holds today.", type=bool),
            },
            manys={
                **HISTORY,
                "items": Many("EditionItem", "edition_id", "Its items 条目."),
                "catalogueItems": Many(
                    "CatalogueItem", "catalogue_edition_id", "What records refer to under it, for a catalogue."
                ),
                "deliveries": Many("Delivery", "object_id", "Its deliveries 推送 to the credit platform."),
            },
            orders={
                "LABEL_DESC": Order("label", True, "By name of the edition, latest first."),
                "LABEL_ASC": Order("label", False, "By name of the edition."),
            },
            filters={
                "kind": one_of("kind", "kinds, as `editionKinds` names them."),
                "state": one_of("state", "states.", "EditionState"),
                "inForce": flag(edition.IN_FORCE, "Only editions that hold today, or only others."),
                "asOf": Filter(f"({_ON})", "date", "Only editions that hold on this day 在该日有效.", "Date"),
            },
        ),
        entity(
            EditionItem,
            orders={"POSITION_ASC": Order("position", False, "In the order of the edition.")},
            filters={"code": one_of("code", "codes.")},
        ),
    )
