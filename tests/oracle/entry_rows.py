"""Rows of lists, of what offices define them to be, and of their entries on every step of the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.oracle.rows import World, subject_of
from tests.oracle.world import (
    ASKING,
    DISCLOSURES,
    LISTS,
    NOW,
    TODAY,
    Row,
    key,
)

ENTRY_STATES = (
    "collected",
    "attested",
    "notified",
    "answered",
    "announced",
    "investigated",
    "report_approved",
    "reviewed",
    "decided",
    "submitted",
    "returned",
    "returned",
    "withdrawn",
    "removed",
    "removed",
)


def _lists(world: World) -> None:
    _credit_lists(world)
    _definitions(world)
    _entries(world)


def _credit_lists(world: World) -> None:
    for code, where, name, polarity, years in LISTS:
        world.add(
            "credit_list",
            id=key("list", f"{where}.{code}"),
            jurisdiction_id=where,
            rulebook=f"cn-{where}",
            code=code,
            name=name,
            aliases=["黑名单"] if code == "black" else [],
            polarity=polarity,
            standard=world.pick([None, "标准"]),
            procedure=None,
            measures=world.pick([None, "惩戒"]),
            exit_rule=None,
            max_publication_years=years,
            clause="厦门24",
            imported=code == "empty",
            interview_required=code == "black" and where == "350200",
        )


def _definitions(world: World) -> None:
    parts = ("standard", "procedure", "measures", "exit_rule", "remedy")
    for number in range(12):
        chosen = world.pick(world.tables["credit_list"])
        state = world.pick(["drafted", "opened", "opened", "discarded"])
        days = world.pick([(-90, None), (-90, -1), (-1, 40), (0, 0), (0, None), (30, 40)], of=state)
        first, last = (None if day is None or state != "opened" else TODAY + timedelta(days=day) for day in days)
        written = {part: world.pick([None, "文字"]) for part in parts}
        world.add(
            "list_definition",
            id=key("definition", number),
            credit_list_id=chosen["id"],
            jurisdiction_id=chosen["jurisdiction_id"],
            office_id=key("office", world.pick(["XMJC", "XMXY", "HCLD", "SHJC"])),
            domain=world.pick([None, "other"]),
            number=number + 1,
            state=state,
            standard_level=world.pick([None, "law"]),
            behaviours=world.pick([[], ["欠薪"]]),
            **written,
            **{f"{part}_source": "细则" if text else None for part, text in written.items()},
            from_on=first,
            until_on=last,
            drafted_at=NOW - timedelta(days=100 + number // 2),
            opened_at=NOW - timedelta(days=99) if state == "opened" else None,
            drafted_by=key("account", 1),
            opened_by=key("account", 2) if state == "opened" else None,
        )


def _entries(world: World) -> None:
    for number in range(80):
        _evidence(world, number, _entry(world, number))


def _entry(world: World, number: int) -> Row:
    subject = subject_of(world)
    chosen = world.pick(world.tables["credit_list"])
    if chosen["code"] == "empty" or (chosen["code"] == "organisations" and subject["is_person"]):
        chosen = world.tables["credit_list"][number % 3]
    lasting = chosen["code"] == "organisations"
    state = (
        "published" if lasting else world.pick([*ENTRY_STATES, *["published"] * 17], of=str(subject["id"] in ASKING))
    )
    removed = world.pick([TODAY, TODAY - timedelta(days=9)]) if state in ("removed", "withdrawn") else None
    decided = world.day(-400, -5) if number % 3 else TODAY - timedelta(days=50)
    undecided = state not in ("decided", "submitted", "published", "removed", "withdrawn")
    imported = state == "published" and number % 7 == 0
    unit = next((one for one in world.tables.get("list_entry", []) if not one["about_person"]), None)
    joined = unit if unit and subject["is_person"] and number % 2 else None
    publisher = key("office", world.pick(["XMJC", "XMXY", "HCLD", "SHJC"]))
    domain = world.pick([None, "labour_dispatch", "other"])
    domain = domain if state in ("published", "removed", "withdrawn") else f"domain{number}"  # one under way each
    disclosure = "public" if lasting else world.pick(DISCLOSURES, of=state)
    return world.add(
        "list_entry",
        id=key("entry", number),
        credit_list_id=chosen["id"],
        subject_id=subject["id"],
        about_person=subject["is_person"],
        jurisdiction_id=chosen["jurisdiction_id"],
        office_id=key("office", world.pick(["XMJC", "XMXY", "HCLD", "SHJC"])),
        definition_id=key("definition", number) if number < 12 else None,
        precondition_met=True if number % 4 == 0 else None,
        investigation_no=f"调[{number}]" if number % 5 == 0 else None,
        investigation="属实" if number % 5 == 0 else None,
        extended_with_id=None,
        until_before=TODAY if number % 9 == 0 else None,
        state=state,
        route="imported" if imported else world.pick(["regular", "self_published"]),
        round=world.pick([1, 1, 2]),
        domain=domain,
        behaviour=world.pick([None, "欠薪"]),
        legal_basis=world.pick([None, "劳动法"]),
        legal_basis_level=world.pick([None, "law"]),
        condition=world.pick([None, "情形一"]),
        with_entry_id=joined["id"] if joined else None,
        capacity="法定代表人" if joined else None,
        decision_no=None if undecided else f"列[{number}]",
        stands_twice=number % 11 == 3,
        reason=world.pick(["欠薪", '守"信"']),
        decided_on=None if undecided else decided,
        entered_on=decided,
        collected_at=world.instant(),
        submitted_at=world.pick([None, world.instant()], of=state),
        publisher_id=publisher,
        published_at=world.instant() if state in ("published", "removed") else None,
        term_basis=world.pick([None, "《条例》 19"]),
        term_basis_level=None,
        withdrawal_reason="有误" if state == "withdrawn" else None,
        return_reason="不符" if state == "returned" else None,
        source="人民法院" if imported else None,
        source_no=f"执[{number}]" if imported else None,
        obtained_on=decided if imported else None,
        collected_by=world.pick([None, key("account", 1)]),
        attested_by=world.pick([None, key("account", 1)]),
        reviewed_by=world.pick([None, key("account", 2)]),
        decided_by=world.pick([None, key("account", 3)]),
        submitted_by=world.pick([None, key("account", 1)]),
        published_by=world.pick([None, key("account", 4)]),
        returned_by=None,
        public_until=None
        if lasting
        else world.pick([None, TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=90)]),
        disclosure=disclosure,
        removed_on=removed,
        removal_reason="withdrawn"
        if state == "withdrawn"
        else world.pick(["expired", "repaired"], of=str(disclosure in ("restricted", "internal")))
        if removed
        else None,
    )


def _evidence(world: World, number: int, entry: Row) -> None:
    about = [one for one in world.tables["credit_record"] if one["subject_id"] == entry["subject_id"]]
    for record in about[:2]:
        world.add(
            "list_evidence",
            id=key("evidence", f"{number}.{record['id']}"),
            entry_id=entry["id"],
            record_id=record["id"],
            subject_id=entry["subject_id"],
        )


SECTIONS: tuple[Callable[[World], None], ...] = (_lists,)
