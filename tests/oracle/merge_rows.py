"""Rows of merges in every state, and subjects that were merged: nothing refers to them any more but the ledger.

Each merge names as kept a subject that went into another one since, so that no step of a test carries one out: rows of
every table would go over.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import timedelta
from hashlib import md5
from itertools import combinations
from uuid import UUID

from domain.identifiers import uscc_check_character
from domain.merging.merge import MERGE_STATES
from tests.oracle.rows import World
from tests.oracle.world import NOW, Row, Tables, key


def _merged(world: World) -> None:
    for number, kept in enumerate([one for one in world.tables["subject"] if one["merged_into_id"] is None][::3]):
        world.add(
            "subject",
            **kept
            | {
                "id": key("merged subject", number),
                "uscc": kept["uscc"] and kept["uscc"][:-1] + "X",
                "id_index": None,
                "id_cipher": None,
                "merged_into_id": kept["id"],
                "name_pinyin": "",
            },
        )
        world.add(
            "ledger_event",
            id=key("merged event", number),
            kind="access",
            at=NOW - timedelta(days=number),
            object="subject",
            object_id=None,
            verb="read",
            outcome="served",
            subject_id=key("merged subject", number),
            account_id=None,
            role="clerk",
            office_id=key("office", "XMJC"),
            purpose=None,
            basis=None,
            reason=None,
            policy_version=1,
            token_id=None,
            image=None,
            deputy_of_id=None,
            agent_of_id=None,
        )


def _merges(world: World) -> None:
    gone = [one for one in world.tables["subject"] if one["merged_into_id"] is not None]
    for number, kept in enumerate(gone):
        state = MERGE_STATES[number % len(MERGE_STATES)]
        merged = next(one for one in gone[number + 1 :] + gone[: number + 1])
        decided, undoing = state != "proposed", state in ("unmerge_proposed", "unmerged")
        world.add(
            "subject_merge",
            id=key("merge", number),
            kept_id=kept["id"],
            merged_id=merged["id"],
            about_person=kept["is_person"],
            jurisdiction_id=kept["jurisdiction_id"],
            office_id=key("office", world.pick(["XMJC", "XMRS", "HCLD"])),
            state=state,
            version=1 + decided + undoing,
            reason='"同一"主体',
            proposed_at=world.instant(days=60),
            proposed_by=key("account", 1),
            decided_at=NOW if decided else None,
            decided_by=key("account", 2) if decided and state != "withdrawn" else None,
            refusal="证据不足" if state in ("refused", "withdrawn") else None,
            unmerge_reason="误并" if undoing else None,
            unmerge_proposed_at=NOW if undoing else None,
            unmerge_proposed_by=key("account", 2) if undoing else None,
            unmerged_at=NOW if state == "unmerged" else None,
            unmerged_by=key("account", 1) if state == "unmerged" else None,
        )
        for place in range(number % 3):
            world.add(
                "subject_merge_row",
                id=key("merge row", number * 9 + place),
                merge_id=key("merge", number),
                table_name="credit_record",
                column_name="subject_id",
                row_id=key("record", place),
            )

        if number % 2:
            world.add(
                "attachment",
                id=key("merge-file", number),
                state="attached",
                part="evidence",
                object="subject_merge",
                object_id=key("merge", number),
                office_id=key("office", "XMJC"),
                jurisdiction_id=kept["jurisdiction_id"],
                subject_id=kept["id"],
                about_person=kept["is_person"],
                name=f"证明{number}.pdf",
                media_type="application/pdf",
                size=100 + number,
                digest=f"{number:064x}",
                uploaded_by=None,
                uploaded_at=NOW,
                disclosure="internal",
            )


def _look_alike(world: World) -> None:
    firms = [one for one in world.tables["subject"] if one["uscc"] and one["merged_into_id"] is None]
    for number, like in enumerate(firms[:9]):
        code = str(like["uscc"])
        moved = "91429900" + code[8:17]
        right = code[:16] + ("1" if code[16] == "0" else "0") + code[17]
        given = (
            {"uscc": moved + uscc_check_character(moved), "name": f"又一公司{number}"},
            {"uscc": right, "uscc_lenient": False, "name": f"另一公司{number}"},
            {"uscc": None, "name": f" {like['name']}"},
        )[number % 3]
        world.add(
            "subject",
            **like
            | given
            | {
                "id": key("like subject", number),
                "masked_name": given["name"],
                "name_pinyin": "",
                "registered_at": world.instant(days=90),
            },
        )
        about = [one for one in world.tables["credit_record"] if one["subject_id"] == like["id"]]
        for place, record in enumerate(about[:1]):
            world.add(
                "credit_record",
                **record
                | {
                    "id": key("like record", number * 9 + place),
                    "subject_id": key("like subject", number),
                    "decision_no": f"又{number}号",
                },
            )


def candidates(tables: Tables) -> list[Row]:
    """List the pairs of organisations that look like one and of which no merge was proposed, unless withdrawn."""
    parents = {row["id"]: row["parent_id"] for row in tables["jurisdiction"]}
    known = {
        frozenset((row["kept_id"], row["merged_id"])) for row in tables["subject_merge"] if row["state"] != "withdrawn"
    }
    here = [row for row in tables["subject"] if not row["is_person"] and row["merged_into_id"] is None]
    found = []
    for one, other in combinations(sorted(here, key=lambda row: row["id"].int), 2):
        ground = _ground(one, other)
        places = [
            upper["jurisdiction_id"]
            for upper, lower in ((one, other), (other, one))
            if upper["jurisdiction_id"] in (lower["jurisdiction_id"], parents[lower["jurisdiction_id"]])
        ]
        if ground is None or not places or one["kind"] != other["kind"] or frozenset((one["id"], other["id"])) in known:
            continue
        kept, merged = sorted(
            (one, other), key=lambda row: (row["uscc"] is None, row["uscc_lenient"], row["registered_at"])
        )
        found.append(
            {
                "id": UUID(md5(f"{one['id']}{other['id']}".encode(), usedforsecurity=False).hexdigest()),
                "ground": ground,
                "same_name": _plain(one) == _plain(other),
                "kept_id": kept["id"],
                "merged_id": merged["id"],
                "entered_at": max(one["registered_at"], other["registered_at"]),
                "jurisdiction_id": places[0],
            }
        )
    return found


def _ground(one: Row, other: Row) -> str | None:
    codes = (one["uscc"], other["uscc"])
    if all(codes) and codes[0][8:17] == codes[1][8:17]:
        return "same_organisation_code"
    if all(codes) and one["uscc_lenient"] != other["uscc_lenient"] and _is_slip(*codes):
        return "code_mistyped"
    return "same_name" if _plain(one) == _plain(other) else None


def _is_slip(one: str, other: str) -> bool:
    at = [place for place in range(18) if one[place] != other[place]]
    swapped = len(at) == 2 and at[1] == at[0] + 1 and one[at[0]] == other[at[1]] and one[at[1]] == other[at[0]]
    return len(at) == 1 or swapped


def _plain(row: Row) -> str:
    return "".join(unicodedata.normalize("NFKC", row["name"]).split()).lower()


SECTIONS: tuple[Callable[[World], None], ...] = (_merged, _merges, _look_alike)
