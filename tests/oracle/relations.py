"""In which relation a row stands to a caller: of its office, about itself, handed to it, of its place …

Written from the documented meaning of each word, without a look at how `authz` says it in SQL.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.oracle.standing import (
    State,
    commitment_in_force,
    consent_in_force,
    contract_in_force,
    entry_in_force,
    image_of,
    local_day,
    notice_stands,
    record_in_force,
    report_in_force,
    retention_runs,
    violation_in_force,
)
from tests.oracle.world import Caller, Row

Relation = Callable[[State, Caller, Row], bool]


def every(state: State, caller: Caller, row: Row) -> bool:
    return True


def of_office(state: State, caller: Caller, row: Row) -> bool:
    return bool(row["office_id"] == caller.office)


def of_self(state: State, caller: Caller, row: Row) -> bool:
    return bool(row["subject_id"] == caller.subject)


def was(state: State, known: Any, subject: Any) -> bool:
    """Tell whether an id is or was that of a subject: its own, or of one merged into it."""
    return known == subject or any(
        one["id"] == known and one["merged_into_id"] == subject for one in state.tables["subject"]
    )


def in_own(state: State, caller: Caller, row: Row) -> bool:
    return bool(row["jurisdiction_id"] == caller.jurisdiction)


def in_child(state: State, caller: Caller, row: Row) -> bool:
    below = {one["id"] for one in state.tables["jurisdiction"] if one["parent_id"] == caller.jurisdiction}
    return row["jurisdiction_id"] in below


def consented(state: State, caller: Caller, subject: Any) -> bool:
    return allows(state, caller, subject, caller.purpose_id)


def allows(state: State, caller: Caller, subject: Any, purpose: Any) -> bool:
    return any(
        one["subject_id"] == subject
        and one["office_id"] == caller.office
        and one["application_item_id"] == purpose
        and consent_in_force(one, state.today)
        for one in state.tables["consent"]
    )


def own_report(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether a report is the office's own, and what it rests on still stands."""
    item = row["application_item_id"]
    stands = row["consent_id"] is None or allows(state, caller, row["subject_id"], item)
    return (
        of_office(state, caller, row) and stands and not (is_agency(state, caller) and tells_what_is_undone(state, row))
    )


def is_agency(state: State, caller: Caller) -> bool:
    return any(one["id"] == caller.office and one["kind"] == "partner_agency" for one in state.tables["office"])


def tells_what_is_undone(state: State, row: Row) -> bool:
    """Tell whether a report was issued while something was told that has been repaired since, or withdrawn."""

    def told(one: Row) -> bool:
        shown = one["published_at"] is not None and one["published_at"] <= row["issued_at"]
        return shown and one["subject_id"] == row["subject_id"] and one["disclosure"] not in ("restricted", "internal")

    records = any(
        told(one)
        and any(one[end] is not None and one[end] >= row["issued_at"] for end in ("repaired_at", "withdrawn_at"))
        for one in state.tables["credit_record"]
    )
    return (
        records
        or any(
            told(one)
            and one["removal_reason"] in ("repaired", "early_removal", "withdrawn")
            and one["removed_on"] > local_day(row["issued_at"])
            for one in state.tables["list_entry"]
        )
        or any(
            row["about_person"]
            and (down["subject_id"], down["kind"], down["verb"]) == (row["subject_id"], "change", "take_down")
            and down["at"] >= row["issued_at"]
            and down["object"] in ("credit_record", "list_entry")
            and image_of(down).get("published_at") is not None
            for down in state.tables["ledger_event"]
        )
    )


def produced_for(state: State, caller: Caller, subject: Any) -> bool:
    dealings = (*state.tables["credit_record"], *state.tables["commitment"])
    return any(one["subject_id"] == subject and one["office_id"] == caller.office for one in dealings)


def handled_for(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether the office has a record or an entry about a subject."""
    entered = any(
        one["subject_id"] == row["id"] and one["office_id"] == caller.office for one in state.tables["list_entry"]
    )
    return entered or produced_for(state, caller, row["id"])


def attests(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether an entry awaits or has the word of the office in its round."""
    return any(
        one["entry_id"] == row["id"] and one["round"] == row["round"] and one["office_id"] == caller.office
        for one in state.tables["list_attestation"]
    )


def handed_over(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether an entry was handed to the office for its publication."""
    over = row["state"] in ("submitted", "published", "withdrawn", "removed")
    over = over or (row["state"] == "returned" and row["submitted_at"] is not None)
    return bool(row["publisher_id"] == caller.office and over)


def own_entry(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether an entry is about the caller, who has been told of it."""
    told = row["published_at"] is not None or row["state"] in (
        "notified",
        "answered",
        "announced",
        "reviewed",
        "decided",
        "submitted",
    )
    return of_self(state, caller, row) and row["disclosure"] != "internal" and told


def judges(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether the caller's office is the assessor."""
    return bool(row["assessor_id"] == caller.office)


def assessment_of(state: State, row: Row) -> Row:
    return next(one for one in state.tables["quality_assessment"] if one["id"] == row["assessment_id"])


def judged(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether a record was drawn for the caller's office to judge."""
    return any(one["record_id"] == row["id"] and judges(state, caller, one) for one in state.tables["assessed_record"])


def entered_as(relation: Relation) -> Relation:
    """Tell whether there is an entry about a subject in a relation to the caller."""
    return lambda state, caller, row: any(
        one["subject_id"] == row["id"] and relation(state, caller, one) for one in state.tables["list_entry"]
    )


def stands_told(row: Row, today: date) -> bool:
    return bool(row["stands"])


def told(relation: Relation) -> Relation:
    """Give a relation of self-reported information, with what stands in the row."""
    return lambda state, caller, row: relation(state, caller, {**row, "stands": report_in_force(state, row)})


def dated(in_force: Callable[[Row, date], bool]) -> Callable[[State, Row], bool]:
    """Ask it of a row on the day of a state."""
    return lambda state, row: in_force(row, state.today)


def publications(in_force: Callable[[State, Row], bool]) -> dict[str, Relation]:
    """Give the relations of records and entries: about a subject, by an office, published for a time."""

    def published(state: State, caller: Caller, row: Row) -> bool:
        return in_force(state, row) and row["disclosure"] == "public"

    def shared(state: State, row: Row) -> bool:
        return in_force(state, row) and row["disclosure"] in ("public", "government_sharing")

    def queried(state: State, row: Row) -> bool:
        return in_force(state, row) and row["disclosure"] in (
            "public",
            "government_sharing",
            "authorised_query",
        )

    return {
        "any": every,
        "published": published,
        "published_organisation": lambda state, caller, row: published(state, caller, row) and not row["about_person"],
        "own_office": of_office,
        "own_jurisdiction": lambda state, caller, row: in_own(state, caller, row) and shared(state, row),
        "child_jurisdiction": lambda state, caller, row: in_child(state, caller, row) and shared(state, row),
        "purposed": lambda state, caller, row: in_own(state, caller, row) and shared(state, row),
        "consented": lambda state, caller, row: queried(state, row) and consented(state, caller, row["subject_id"]),
        "self": lambda state, caller, row: of_self(state, caller, row) and row["disclosure"] != "internal",
    }


def pushed(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether a record in force was pushed to the platform of the caller's place."""
    kept_back = row["platform_at"] is None or row["disclosure"] in ("restricted", "internal")
    return record_in_force(row, state.today) and in_own(state, caller, row) and not kept_back


def push_ordered(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether the text of a record's item has it pushed to the caller's office while it is in force."""
    item = next(one for one in state.tables["catalogue_item"] if one["id"] == row["item_id"])
    receivers = [
        one["id"]
        for one in state.tables["office"]
        if one["jurisdiction_id"] == item["jurisdiction_id"] and one["code"] in item["push_to"]
    ]
    kept_back = row["disclosure"] in ("restricted", "internal")
    return record_in_force(row, state.today) and caller.office in receivers and not kept_back


def attached(*disclosures: str) -> Callable[[Row], bool]:
    return lambda row: row["state"] == "attached" and row["disclosure"] in disclosures


def is_evidence_at_hand(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether an attachment belongs to an objection in which the caller's office has a hand."""
    about = (one for one in state.tables["objection"] if row["object"] == "objection" and one["id"] == row["object_id"])
    return any(has_a_hand_in(state, caller, one) for one in about)


def stands(state: State, row: Row) -> bool:
    """Tell whether a batch still shows what its typical case tells about: that subject's entry, or any of them."""
    if row["object"] != "list_batch":
        return True
    return any(
        one["dropped_at"] is None
        and row["subject_id"] in (None, one["subject_id"])
        and entry_in_force(entry_of(state, one), state.today)
        and entry_of(state, one)["disclosure"] == "public"
        for one in state.tables["list_batch_entry"]
        if one["batch_id"] == row["object_id"]
    )


def is_open_file(state: State, row: Row) -> bool:
    return attached("public")(row) and stands(state, row)


def is_shared_file(state: State, row: Row) -> bool:
    return attached("government_sharing")(row) or is_open_file(state, row)


def is_handed_over(state: State, caller: Caller, row: Row) -> bool:
    return bool(row["publisher_id"] == caller.office and row["state"] != "opened")


def carried_over(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether an attachment belongs to a batch that was handed to the caller's office."""
    carrying = (
        one for one in state.tables["list_batch"] if (row["object"], row["object_id"]) == ("list_batch", one["id"])
    )
    return any(is_handed_over(state, caller, one) for one in carrying)


def is_evidence_of_a_merge_here(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether an attachment shows why two subjects of the caller's place are one."""
    return row["object"] == "subject_merge" and in_own(state, caller, row)


def names_known_subjects(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether the office has dealt with both subjects of a pair."""
    pair = [one for one in state.tables["subject"] if one["id"] in (row["kept_id"], row["merged_id"])]
    return all(handled_for(state, caller, one) for one in pair)


def of_bureaus_lists(state: State, caller: Caller, row: Row) -> bool:
    of_lists = row["object"] in ("list_entry", "list_batch")
    return of_lists and in_own(state, caller, row)


def subject_is_published(state: State, caller: Caller, row: Row) -> bool:
    if not row["is_person"]:
        return True
    records = (one for one in state.tables["credit_record"] if record_in_force(one, state.today))
    entries = (one for one in state.tables["list_entry"] if entry_in_force(one, state.today))
    made = (one for one in state.tables["commitment"] if commitment_in_force(state.tables, one, state.today))
    notices = (one for one in state.tables["list_notice"] if notice_stands(one, state.today))
    shown = (*records, *entries, *made, *notices)
    return any(one["subject_id"] == row["id"] and one["disclosure"] == "public" for one in shown)


def entry_of(state: State, row: Row) -> Row:
    return next(one for one in state.tables["list_entry"] if one["id"] == row["entry_id"])


def record_of(state: State, row: Row) -> Row:
    return next(one for one in state.tables["credit_record"] if one["id"] == row["record_id"])


def through_entry(relation: Relation) -> Relation:
    return lambda state, caller, row: relation(state, caller, entry_of(state, row))


def item_of(state: State, row: Row) -> Row:
    return next(one for one in state.tables["commitment_item"] if one["id"] == row["commitment_item_id"])


def through_item(relation: Relation) -> Relation:
    return lambda state, caller, row: relation(state, caller, item_of(state, row))


def line_stands(state: State, caller: Caller, row: Row) -> bool:
    told = next(one for one in state.tables["exam_violation"] if one["id"] == row["violation_id"])
    entry = next((one for one in state.tables["credit_record"] if one["id"] == told["record_id"]), None)
    if entry is None or entry["disclosure"] == "restricted":
        return False
    return bool(entry["state"] == "published") and violation_in_force(told, state.today)


def decides(state: State, caller: Caller, row: Row) -> bool:
    shown = row["state"] in ("confirmed", "decided", "entered") and retention_runs(row, state.today)
    return shown and bool(row["decider_id"] == caller.office)


def through_edition(relation: Relation) -> Relation:
    """Relate an item as its edition is related."""
    return lambda state, caller, row: relation(
        state, caller, next(one for one in state.tables["edition"] if one["id"] == row["edition_id"])
    )


def is_no_mere_subject(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether an account is or was more than a subject of credit information, or somebody who acts for one."""
    held = [is_no_subjects(state, caller, one) for one in state.tables["assignment"] if one["account_id"] == row["id"]]
    return any(held) or (row["subject_id"] is None and not held)


def is_no_subjects(state: State, caller: Caller, assignment: Row) -> bool:
    return assignment["role"] != "subject" and assignment["subject_id"] is None


def rests_on_own(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether a warning was circulated and rests on a record that the caller's office produced."""
    told = any(one["id"] == row["screening_id"] and one["state"] == "circulated" for one in state.tables["screening"])
    behind = {one["record_id"] for one in state.tables["risk_warning_record"] if one["warning_id"] == row["id"]}
    return told and any(
        one["id"] in behind and one["office_id"] == caller.office for one in state.tables["credit_record"]
    )


def through_warning(relation: Relation) -> Relation:
    """Say the same of what hangs on a warning."""

    def through(state: State, caller: Caller, row: Row) -> bool:
        warning = next(one for one in state.tables["risk_warning"] if one["id"] == row["warning_id"])
        return relation(state, caller, warning)

    return through


def touches(row: Row, *nouns: str) -> bool:
    """Tell whether an access read rows of one of the nouns."""
    return any(noun in row["object"].split(",") for noun in nouns)


def entrusted(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether a record is about an organisation, shared, and of what a contract lets the caller's office process."""
    if row["about_person"] or row["disclosure"] not in ("public", "government_sharing"):
        return False
    code = next(one["code"] for one in state.tables["catalogue_item"] if one["id"] == row["item_id"])
    return record_in_force(row, state.today) and any(
        one["provider_id"] == caller.office
        and one["office_id"] == row["office_id"]
        and code in one["item_codes"]
        and contract_in_force(one, state.today)
        for one in state.tables["processing_contract"]
    )


def portal_entry_is_shown(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether an entry of the column is for everybody: approved, and its case, if any, is published."""
    cases = (one for one in state.tables["typical_case"] if one["id"] == row["case_id"])
    return row["state"] == "approved" and all(one["state"] == "approved" for one in cases)


def has_a_hand_in(state: State, caller: Caller, row: Row) -> bool:
    return caller.office in (row["office_id"], row["intake_office_id"], row["platform_office_id"])


def through_objection(relation: Relation) -> Relation:
    return lambda state, caller, row: relation(
        state, caller, next(one for one in state.tables["objection"] if one["id"] == row["objection_id"])
    )


def in_place(relation: Relation) -> Relation:
    """Tell whether an entry is in a batch, not taken out, and in the relation."""
    return lambda state, caller, row: row["dropped_at"] is None and relation(state, caller, entry_of(state, row))
