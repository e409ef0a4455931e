"""Rows of merges in every state, and subjects that were merged: nothing refers to them any more but the ledger.

Each merge names as kept a subject that went into another one since, so that no step of a test carries one out: rows of
every table would go over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from domain.merging.merge import MERGE_STATES
from tests.oracle.rows import World
from tests.oracle.world import NOW, key


def _merged(world: World) -> None:
    for number, kept in enumerate([one for one in world.tables["subject"] if one["merged_into_id"] is None][::3]):
        world.add(
            "subject", **kept | {
                "id": key("merged subject", number), "uscc": kept["uscc"] and kept["uscc"][:-1] + "X", "id_index": None,
                "id_cipher": None, "merged_into_id": kept["id"], "name_pinyin": "",
            },
        )  # fmt: skip
        world.add(
            "ledger_event", id=key("merged event", number), kind="access", at=NOW - timedelta(days=number), object="subject", object_id=None,
            verb="read", outcome="served", subject_id=key("merged subject", number), account_id=None, role="clerk", office_id=key("office", "XMJC"),
            purpose=None, basis=None, reason=None, policy_version=1, token_id=None, image=None, deputy_of_id=None, agent_of_id=None,
        )  # fmt: skip


def _merges(world: World) -> None:
    gone = [one for one in world.tables["subject"] if one["merged_into_id"] is not None]
    for number, kept in enumerate(gone):
        state = MERGE_STATES[number % len(MERGE_STATES)]
        merged = next(one for one in gone[number + 1 :] + gone[: number + 1])
        decided, undoing = state != "proposed", state in ("unmerge_proposed", "unmerged")
        world.add(
            "subject_merge", id=key("merge", number), kept_id=kept["id"], merged_id=merged["id"], about_person=kept["is_person"],
            jurisdiction_id=kept["jurisdiction_id"], office_id=key("office", world.pick(["XMJC", "XMRS", "HCLD"])), state=state,
            version=1 + decided + undoing, reason='"同一"主体', proposed_at=world.instant(days=60), proposed_by=key("account", 1),
            decided_at=NOW if decided else None, decided_by=key("account", 2) if decided and state != "withdrawn" else None,
            refusal="证据不足" if state in ("refused", "withdrawn") else None, unmerge_reason="误并" if undoing else None,
            unmerge_proposed_at=NOW if undoing else None, unmerge_proposed_by=key("account", 2) if undoing else None,
            unmerged_at=NOW if state == "unmerged" else None, unmerged_by=key("account", 1) if state == "unmerged" else None,
        )  # fmt: skip
        for place in range(number % 3):
            world.add(
                "subject_merge_row", id=key("merge row", number * 9 + place), merge_id=key("merge", number), table_name="credit_record",
                column_name="subject_id", row_id=key("record", place),
            )  # fmt: skip


SECTIONS: tuple[Callable[[World], None], ...] = (_merged, _merges)
