"""Rows of applications for credit repair, in every state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World
from tests.oracle.world import NOW, TODAY, key


def _repairs(world: World) -> None:
    for number, record in enumerate(world.tables["credit_record"][::5]):
        state = world.pick(["applied", "fulfilment_found", "signed", "granted", "granted", "refused", "withdrawn"])
        found = state in ("fulfilment_found", "signed", "granted")
        promised, decided = state in ("signed", "granted"), state in ("granted", "refused")
        corrected = world.day(-60, -20) if found else None
        effect = world.pick([corrected, None])
        commitments = world.tables.get("commitment", [])
        world.add(
            "repair_application", id=key("repair", number), record_id=record["id"], subject_id=record["subject_id"],
            about_person=record["about_person"], jurisdiction_id=record["jurisdiction_id"], office_id=record["office_id"], state=state,
            procedure="repair_58", grounds=world.pick(["已足额支付", '改"正']), applied_at=world.instant(days=90),
            minimum_until=world.pick([None, TODAY - timedelta(days=90)]), correction_due_on=world.pick([None, TODAY - timedelta(days=40)]),
            standard="标准一" if found else None, fulfilled_on=corrected, fulfilment_evidence="凭证" if found else None, corrected_on=corrected,
            correction_evidence="凭证" if found else None, effect_removed_on=effect, effect_evidence="说明" if effect else None,
            criminal_proceedings=False if found else None, repeated=world.pick([True, False]) if found else None,
            other_conditions=world.pick([None, "无"]), exit_standard=None, found_at=world.instant(days=50) if found else None,
            commitment_id=world.pick(commitments)["id"] if promised else None, signed_at=world.instant(days=30) if promised else None,
            decided_at=world.instant(days=20) if decided else None, decision_reason="已满足" if decided else None, assessment=None,
            platform_due_on=world.pick([None, TODAY, TODAY - timedelta(days=9)]) if state == "granted" else None,
            due_provisional=world.pick([True, False]), platform_told_at=world.pick([None, NOW - timedelta(days=3)]) if state == "granted" else None,
            applied_by=key("account", 3), found_by=key("account", 1) if found else None, signed_by=key("account", 3) if promised else None,
            decided_by=key("account", 2) if decided else None,
        )  # fmt: skip


SECTIONS: tuple[Callable[[World], None], ...] = (_repairs,)
"""The sections in an order in which their rows can be written."""
