"""Rows of the ledger: changes, accesses, checkpoints and adoptions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World, subject_of
from tests.oracle.world import (
    NOW,
    key,
)


def _ledger(world: World) -> None:
    _changes(world)
    _adoptions(world)
    _checkpoints(world)
    _accesses(world)


def _changes(world: World) -> None:
    for number in range(60):
        noun = world.pick(
            [
                "subject",
                "credit_record",
                "consent",
                "list_entry",
                "legal_representative",
                "working_day",
                "credit_record",
                "exam_watch",
                "discipline_recommendation",
            ]
        )
        changed = world.pick(world.tables[noun]) if noun != "working_day" else {"id": key("row", number)}
        subject = changed["id"] if noun == "subject" else changed.get("subject_id")
        drawn = world.pick(["amend", "publish", "enrol"])
        world.add(
            "ledger_event",
            id=key("change", number),
            kind="change",
            at=world.instant(days=40 if number < 15 else 600) if number % 5 else NOW - timedelta(days=30),
            object=noun,
            object_id=changed["id"],
            verb="take_down" if number % 4 == 1 else drawn,
            outcome="done",
            subject_id=subject,
            account_id=world.pick([None, key("account", 1), key("account", 3)]),
            role=world.pick(["clerk", "reviewer,clerk"]),
            office_id=key("office", world.pick(["XMJC", "XMRS", "SHJC"])) if number % 9 else None,
            purpose=None,
            basis=world.pick([None, "厦门8", "上海12"]),
            reason=world.pick([None, '数据"有误"']),
            policy_version=1,
            token_id=None,
            deputy_of_id=key("account", 3) if number % 7 == 0 else None,
            agent_of_id=subject if number % 11 == 3 else None,
            image=world.pick(
                [
                    None,
                    {"published_at": NOW.isoformat(), "disclosure": "public"},
                    {"published_at": None, "disclosure": "public"},
                    {"published_at": NOW.isoformat(), "disclosure": "internal", "version": number},
                ]
            ),
        )


def _adoptions(world: World) -> None:
    for number in range(3):
        world.add(
            "ledger_adoption",
            id=key("adoption", number),
            adopted_at=NOW - timedelta(days=number),
            adopted_by="系统管理员",
            reason="恢复备份",
            put_back=number,
            lost_from=number or None,
            lost_to=number or None,
            shift=number * 10**10,
        )


def _checkpoints(world: World) -> None:
    for number in range(1, 8):
        world.add(
            "ledger_checkpoint",
            id=number if number < 7 else 2**31 - 1,
            from_xid=number - 1,
            to_xid=number,
            size=number * 3,
            leaves=b"",
            nodes=b"",
            root=f"{number:064x}",
            tree=world.pick([None, f"{number + 9:064x}"]),
            previous=f"{number - 1:064x}",
            digest=f"{number:064x}",
            key_id="k1",
            signature="ey.J.x",
            sealed_at=world.instant(days=9),
        )


def _accesses(world: World) -> None:
    for number in range(30):
        office = world.pick(["XMJC", "BANK", "FUND", None])
        entry = world.add(
            "ledger_event",
            id=key("access", number),
            kind="access",
            at=world.instant() if number % 3 else NOW - timedelta(days=3),
            object=world.pick(["subjects", "subjects", "examWatches,exam_watch", "node,discipline_recommendation"]),
            object_id=None,
            verb=world.pick(["read", "issue"]),
            outcome=world.pick(["served", "served", "refused"]),
            subject_id=subject_of(world)["id"],
            account_id=world.pick([None, key("account", 3)]),
            role=world.pick(["public", "partner"]),
            office_id=key("office", office) if office else None,
            purpose=world.pick([None, "政府采购"]),
            basis=world.pick([None, "授权"]),
            reason=world.pick([None, "FORBIDDEN"]),
            policy_version=1,
            token_id=None,
            image=None,
            deputy_of_id=key("account", 3) if number % 4 == 0 else None,
        )
        entry["agent_of_id"] = entry["subject_id"] if number % 6 == 1 else None


def _changes_of_what_is_not_shown(world: World) -> None:
    """Change what its subject is not shown: rows that are internal, and rows that are gone."""
    kept_back = [row for row in world.tables["credit_record"] if row["disclosure"] == "internal"]
    gone = [{"id": key("gone", name), "subject_id": key("subject", name)} for name in ("chen", "jia")]
    for number, row in enumerate([*kept_back, *gone]):
        at = NOW - timedelta(days=30, hours=number)
        world.add_event(f"unseen {number}", "credit_record", row, at=at, office_id=key("office", "XMJC"))


SECTIONS: tuple[Callable[[World], None], ...] = (_ledger, _changes_of_what_is_not_shown)
