"""Rows of credit repair: applications, lists of acts that go unpunished, exemptions, in every state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World
from tests.oracle.world import NOW, TODAY, key


def _repairs(world: World) -> None:
    shown = [one for one in world.tables["commitment"] if one["published_at"] and one["state"] != "withdrawn"]
    for number, record in enumerate(world.tables["credit_record"][::2]):
        state = world.pick(["applied", "fulfilment_found", "signed", "granted", "granted", "refused", "withdrawn"])
        found = state in ("fulfilment_found", "signed", "granted")
        promised, decided = state in ("signed", "granted"), state in ("granted", "refused")
        corrected = world.day(-60, -20) if found else None
        effect = world.pick([corrected, None])
        world.add(
            "repair_application",
            id=key("repair", number),
            record_id=record["id"],
            subject_id=record["subject_id"],
            about_person=record["about_person"],
            jurisdiction_id=record["jurisdiction_id"],
            office_id=record["office_id"],
            state=state,
            procedure="repair_58",
            grounds=world.pick(["已足额支付", '改"正']),
            applied_at=world.instant(days=90),
            minimum_until=world.pick([None, TODAY - timedelta(days=90)]),
            correction_due_on=world.pick([None, TODAY - timedelta(days=40)]),
            standard="标准一" if found else None,
            fulfilled_on=corrected,
            fulfilment_evidence="凭证" if found else None,
            corrected_on=corrected,
            correction_evidence="凭证" if found else None,
            effect_removed_on=effect,
            effect_evidence="说明" if effect else None,
            criminal_proceedings=False if found else None,
            repeated=world.pick([True, False]) if found else None,
            other_conditions=world.pick([None, "无"]),
            exit_standard=None,
            found_at=world.instant(days=50) if found else None,
            commitment_id=world.pick(shown)["id"] if promised else None,
            signed_at=world.instant(days=30) if promised else None,
            decided_at=world.instant(days=20) if decided else None,
            decision_reason="已满足" if decided else None,
            assessment=None,
            platform_due_on=world.pick([None, TODAY, TODAY - timedelta(days=9)]) if state == "granted" else None,
            due_provisional=world.pick([True, False]),
            platform_told_at=world.pick([None, NOW - timedelta(days=3)]) if state == "granted" else None,
            applied_by=key("account", 3),
            found_by=key("account", 1) if found else None,
            signed_by=key("account", 3) if promised else None,
            decided_by=key("account", 2) if decided else None,
        )


def _exemption_items(world: World) -> None:
    for number in range(8):
        office, state = world.pick(["XMJC", "HCLD"]), world.pick(["proposed", "approved", "approved", "rejected"])
        decided = state != "proposed"
        world.add(
            "exemption_item",
            id=key("exempt act", number),
            jurisdiction_id="350205" if office == "HCLD" else "350200",
            office_id=key("office", office),
            catalogue_item_id=world.pick(world.tables["catalogue_item"])["id"],
            code=f"act{number}",
            industry="人力资源",
            act=f'未及时备案"{number}"',
            minor_when="三日内改正",
            most_earlier=number % 3,
            window_months=12,
            legal_basis="依据",
            state=state,
            valid_from=world.pick([None, TODAY, TODAY + timedelta(days=1)]),
            valid_to=world.pick([None, TODAY + timedelta(days=2)]),
            reason="不符" if state == "rejected" else None,
            proposed_by=key("account", 1),
            proposed_at=world.instant(days=90),
            decided_by=key("account", 2) if decided else None,
            decided_at=world.instant(days=50) if decided else None,
        )


def _exemptions(world: World) -> None:
    for number, record in enumerate(world.tables["credit_record"][1::6]):
        state = world.pick(["proposed", "signed", "granted", "granted", "refused", "withdrawn"])
        promised, decided = state in ("signed", "granted"), state in ("granted", "refused")
        world.add(
            "exemption",
            id=key("exemption", number),
            record_id=record["id"],
            exemption_item_id=world.pick(world.tables["exemption_item"])["id"],
            subject_id=record["subject_id"],
            about_person=record["about_person"],
            jurisdiction_id=record["jurisdiction_id"],
            office_id=record["office_id"],
            state=state,
            procedure="exemption",
            grounds=world.pick(["首次", '轻"微']),
            proposed_at=world.instant(days=90),
            commitment_id=world.pick(world.tables["commitment"])["id"] if promised else None,
            signed_at=world.instant(days=30) if promised else None,
            earlier=number % 2 if state == "granted" else None,
            decided_at=world.instant(days=20) if decided else None,
            decision_reason="符合" if decided else None,
            proposed_by=world.pick([None, key("account", 1)]),
            signed_by=key("account", 3) if promised else None,
            decided_by=key("account", 2) if decided else None,
        )


SECTIONS: tuple[Callable[[World], None], ...] = (_repairs, _exemption_items, _exemptions)
"""The sections in an order in which their rows can be written."""
