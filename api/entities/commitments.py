"""Entities of commitments: items, the offices that take them, the commitments themselves."""

from __future__ import annotations

from api.declaring.entity import (
    OWNER_IS_PERSON,
    Column,
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
    values_of,
)
from api.declaring.roots import Root, RootMany, by_id
from domain.commitment import commitment, item
from domain.commitment.commitment import (
    BREACH_GROUNDS,
    COMMITMENT_STATES,
    SIGNATURE_METHODS,
    SIGNERS,
    UNRECORDED,
    Commitment,
)
from domain.commitment.item import ITEM_STATES, CommitmentItem, CommitmentItemOffice
from domain.commitment.spot_check import RATE_SOURCES, RESULT_STATES, SpotCheck, SpotCheckResult
from domain.privacy import Privacy
from domain.rulebook.vocabulary import COMMITMENT_KINDS, MATTER_KINDS, PARTIES, SUPPLEMENT_UNITS

ENUMS: Enums = {
    "CommitmentKind": ("Kind of commitment: 告知承诺, 容缺受理, other.", COMMITMENT_KINDS),
    "MatterKind": ("Kind of matter: 行政审批, 公共服务, 行政管理, other (厦门11).", MATTER_KINDS),
    "CommitmentParty": ("Kind of party that commits: 自然人, 法人, 其他组织 (厦门11).", PARTIES),
    "SupplementUnit": ("Unit of a supplement term 补正期限.", SUPPLEMENT_UNITS),
    "CommitmentItemState": ("State of an item that the credit office keeps 承诺事项状态.", ITEM_STATES),
    "CommitmentState": ("What became of a commitment: kept 履约, broken 违约, or still open.", COMMITMENT_STATES),
    "SignatureMethod": (
        "How a commitment was signed 签署方式: by hand, by seal, by electronic signature, by confirmation online.",
        SIGNATURE_METHODS,
    ),
    "Signer": ("Who signed: the person, the legal representative 法定代表人, an authorised agent.", SIGNERS),
    "BreachGround": ("How a commitment was broken: 承诺不实, 违反承诺, 逾期未补正.", BREACH_GROUNDS),
    "RateSource": (
        "Where the rate of a spot check comes from 抽查比例来源: a rulebook, or whoever drew.",
        RATE_SOURCES,
    ),
    "SpotCheckState": (
        "What was found about a commitment that was drawn: kept, broken, pending 待核实.",
        RESULT_STATES,
    ),
    "Unrecorded": (
        "Why no credit record tells a result 未生成信用记录的原因: the rulebook names no item for it, the item admits no such subject,"
        " the office does not produce it, or it was not in force.",
        UNRECORDED,
    ),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "commitmentItem": by_id("CommitmentItem", "commitment item 信用承诺事项"),
    "commitmentItems": RootMany("CommitmentItem", "Commitment items 信用承诺事项: where a commitment may be made."),
    "spotCheck": by_id("SpotCheck", "spot check 抽查"),
    "spotChecks": RootMany("SpotCheck", "Spot checks 抽查 of commitments, within your authority."),
    "commitment": by_id("Commitment", "commitment 信用承诺"),
    "commitments": RootMany("Commitment", "Commitments 信用承诺 within your authority."),
}
"""Where a selection may start."""

_SUPPLY = (
    "CASE WHEN {t}.supplement_due_on IS NULL THEN 'none_set' WHEN {t}.supplied_on IS NOT NULL THEN 'timely'"
    " WHEN :today > {t}.supplement_due_on THEN 'overdue' ELSE 'pending' END"
)


def _number(state: str, what: str) -> Column:
    """Declare how many results of a spot check stand in a state."""
    rows = f"spot_check_result drawn WHERE drawn.spot_check_id = {{t}}.id AND drawn.state = '{state}'"
    return computed(f"(SELECT count(*) FROM {rows})", Shape.NUMBER, what, type=int)


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        _commitment_item(),
        entity(CommitmentItemOffice),
        _spot_check(),
        _spot_check_result(),
        _commitment(),
    )


def _commitment_item() -> Entity:
    return entity(
        CommitmentItem,
        enums={
            "kind": "CommitmentKind",
            "matter_kind": "MatterKind",
            "supplement_unit": "SupplementUnit",
            "state": "CommitmentItemState",
            "disclosure": "Disclosure",
            "person_disclosure": "Disclosure",
        },
        extra={
            "inForce": computed(
                item.IN_FORCE, Shape.BOOLEAN, "Whether commitments may be made under it today.", type=bool
            ),
            "kindsOfParty": values_of("parties", "CommitmentParty", "Who may commit: 自然人, 法人, 其他组织 (厦门11)."),
        },
        instead={"parties": "kindsOfParty"},
        manys={
            "offices": Many(
                "CommitmentItemOffice",
                "commitment_item_id",
                "Offices that take commitments under it; none: the office that has the matter in hand.",
            ),
        },
        orders={"CODE_ASC": Order("code", False, "By code.")},
        filters={
            "kind": one_of("kind", "kinds of commitment.", "CommitmentKind"),
            "state": one_of("state", "states.", "CommitmentItemState"),
            "code": one_of("code", "codes."),
            "inForce": flag(item.IN_FORCE, "Only items in force today, or only others."),
        },
    )


def _spot_check() -> Entity:
    return entity(
        SpotCheck,
        enums={"rate_source": "RateSource"},
        extra={
            "kept": _number("kept", "How many of the sample were kept 履约."),
            "broken": _number("broken", "How many were broken 违约."),
            "pending": _number("pending", "How many are pending 待核实."),
        },
        manys={"results": Many("SpotCheckResult", "spot_check_id", "The commitments that were drawn.", touches=True)},
        orders=newest("drawn_at", "draw"),
        filters={},
    )


def _spot_check_result() -> Entity:
    return entity(
        SpotCheckResult,
        enums={"state": "SpotCheckState"},
        orders={"PLACE_ASC": Order("place", False, "By place in the draw.")},
        filters={"state": one_of("state", "states.", "SpotCheckState", Privacy.FULFILMENT)},
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )


def _commitment() -> Entity:
    return entity(
        Commitment,
        enums={
            "party": "CommitmentParty",
            "state": "CommitmentState",
            "signature_method": "SignatureMethod",
            "signer": "Signer",
            "disclosure": "Disclosure",
            "breach_ground": "BreachGround",
            "unrecorded": "Unrecorded",
        },
        extra={
            "inForce": computed(commitment.IN_FORCE, Shape.BOOLEAN, "Whether it is published.", type=bool),
            "supplyTimeliness": computed(
                _SUPPLY,
                Shape.ENUM,
                "Whether what was missing came in time (海沧12); none_set where nothing was missing.",
                enum="Timeliness",
                privacy=Privacy.FULFILMENT,
            ),
        },
        manys={
            "spotChecks": Many("SpotCheckResult", "commitment_id", "Spot checks in which it was drawn."),
            "deliveries": Many("Delivery", "object_id", "Its deliveries 推送 to the credit platform."),
        },
        orders=newest("entered_at", "entry"),
        filters={
            "commitmentItem": ref("CommitmentItem", "commitment_item_id", "items"),
            "state": one_of("state", "states.", "CommitmentState", Privacy.FULFILMENT),
            "inForce": flag(commitment.IN_FORCE, "Only published commitments, or only others."),
            "signedFrom": from_day("signed_on", "signature"),
            "signedTo": to_day("signed_on", "signature"),
        },
        about_person="about_person",
        person=OWNER_IS_PERSON,
    )
