"""What scopes mean, said a second time, over Python objects: in which relation a row stands to a caller.

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
    grade_in_force,
    notice_stands,
    record_in_force,
    report_in_force,
    retention_runs,
    violation_in_force,
)
from tests.oracle.world import Caller, Row

Relation = Callable[[State, Caller, Row], bool]


def _every(state: State, caller: Caller, row: Row) -> bool:
    return True


def _of_office(state: State, caller: Caller, row: Row) -> bool:
    return bool(row["office_id"] == caller.office)


def _of_self(state: State, caller: Caller, row: Row) -> bool:
    return bool(row["subject_id"] == caller.subject)


def was(state: State, known: Any, subject: Any) -> bool:
    """Tell whether an id is or was that of a subject: its own, or of one merged into it."""
    return subject is not None and (
        known == subject
        or any(one["id"] == known and one["merged_into_id"] == subject for one in state.tables["subject"])
    )


def _in_own(state: State, caller: Caller, row: Row) -> bool:
    return bool(row["jurisdiction_id"] == caller.jurisdiction)


def _in_child(state: State, caller: Caller, row: Row) -> bool:
    below = {one["id"] for one in state.tables["jurisdiction"] if one["parent_id"] == caller.jurisdiction}
    return row["jurisdiction_id"] in below


def _consented(state: State, caller: Caller, subject: Any) -> bool:
    return any(
        one["subject_id"] == subject
        and one["office_id"] == caller.office
        and one["application_item_id"] == caller.purpose_id
        and consent_in_force(one, state.today)
        for one in state.tables["consent"]
    )


def _produced_for(state: State, caller: Caller, subject: Any) -> bool:
    dealings = (*state.tables["credit_record"], *state.tables["commitment"])
    return any(one["subject_id"] == subject and one["office_id"] == caller.office for one in dealings)


def _handled_for(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether the office has a record or an entry about a subject."""
    entered = any(
        one["subject_id"] == row["id"] and one["office_id"] == caller.office for one in state.tables["list_entry"]
    )
    return entered or _produced_for(state, caller, row["id"])


def _attests(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether an entry awaits or has the word of the office in its round."""
    return any(
        one["entry_id"] == row["id"] and one["round"] == row["round"] and one["office_id"] == caller.office
        for one in state.tables["list_attestation"]
    )


def _handed_over(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether an entry was handed to the office for its publication."""
    over = row["state"] in ("submitted", "published", "withdrawn", "removed")
    over = over or (row["state"] == "returned" and row["submitted_at"] is not None)
    return bool(row["publisher_id"] == caller.office and over)


def _own_entry(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether an entry is about the caller, who has been told of it."""
    told = row["published_at"] is not None or row["state"] in (
        "notified",
        "answered",
        "announced",
        "reviewed",
        "decided",
        "submitted",
    )
    return _of_self(state, caller, row) and row["disclosure"] != "internal" and told


def _judges(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether the caller's office is the assessor."""
    return bool(row["assessor_id"] == caller.office)


def _assessment_of(state: State, row: Row) -> Row:
    return next(one for one in state.tables["quality_assessment"] if one["id"] == row["assessment_id"])


def _judged(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether a record was drawn for the caller's office to judge."""
    return any(one["record_id"] == row["id"] and _judges(state, caller, one) for one in state.tables["assessed_record"])


def _entered_as(relation: Relation) -> Relation:
    """Tell whether there is an entry about a subject in a relation to the caller."""
    return lambda state, caller, row: any(
        one["subject_id"] == row["id"] and relation(state, caller, one) for one in state.tables["list_entry"]
    )


def _stands_told(row: Row, today: date) -> bool:
    return bool(row["stands"])


def _told(relation: Relation) -> Relation:
    """Give a relation of self-reported information, with what stands in the row."""
    return lambda state, caller, row: relation(state, caller, {**row, "stands": report_in_force(state, row)})


def _publications(in_force: Callable[[Row, date], bool]) -> dict[str, Relation]:
    """Give the relations of records and entries: about a subject, by an office, published for a time."""

    def published(state: State, caller: Caller, row: Row) -> bool:
        return in_force(row, state.today) and row["disclosure"] == "public"

    def shared(state: State, row: Row) -> bool:
        return in_force(row, state.today) and row["disclosure"] in ("public", "government_sharing")

    def queried(state: State, row: Row) -> bool:
        return in_force(row, state.today) and row["disclosure"] in (
            "public",
            "government_sharing",
            "authorised_query",
        )

    return {
        "any": _every,
        "published": published,
        "published_organisation": lambda state, caller, row: published(state, caller, row) and not row["about_person"],
        "own_office": _of_office,
        "own_jurisdiction": lambda state, caller, row: _in_own(state, caller, row) and shared(state, row),
        "child_jurisdiction": lambda state, caller, row: _in_child(state, caller, row) and shared(state, row),
        "purposed": lambda state, caller, row: _in_own(state, caller, row) and shared(state, row),
        "consented": lambda state, caller, row: queried(state, row) and _consented(state, caller, row["subject_id"]),
        "self": lambda state, caller, row: _of_self(state, caller, row) and row["disclosure"] != "internal",
    }


def _pushed(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether a record in force was pushed to the platform of the caller's place."""
    kept_back = row["platform_at"] is None or row["disclosure"] in ("restricted", "internal")
    return record_in_force(row, state.today) and _in_own(state, caller, row) and not kept_back


def _push_ordered(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether the text of a record's item has it pushed to the caller's office while it is in force."""
    item = next(one for one in state.tables["catalogue_item"] if one["id"] == row["item_id"])
    receivers = [
        one["id"]
        for one in state.tables["office"]
        if one["jurisdiction_id"] == item["jurisdiction_id"] and one["code"] in item["push_to"]
    ]
    kept_back = row["disclosure"] in ("restricted", "internal")
    return record_in_force(row, state.today) and caller.office in receivers and not kept_back


def _attached(*disclosures: str) -> Callable[[Row], bool]:
    return lambda row: row["state"] == "attached" and row["disclosure"] in disclosures


def _is_evidence_at_hand(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether an attachment belongs to an objection in which the caller's office has a hand."""
    about = (one for one in state.tables["objection"] if row["object"] == "objection" and one["id"] == row["object_id"])
    return any(_has_a_hand_in(state, caller, one) for one in about)


def _stands(state: State, row: Row) -> bool:
    """Tell whether a batch still shows what its typical case tells about: that subject's entry, or any of them."""
    if row["object"] != "list_batch":
        return True
    return any(
        one["dropped_at"] is None
        and row["subject_id"] in (None, one["subject_id"])
        and entry_in_force(_entry_of(state, one), state.today)
        and _entry_of(state, one)["disclosure"] == "public"
        for one in state.tables["list_batch_entry"]
        if one["batch_id"] == row["object_id"]
    )


def _is_open_file(state: State, row: Row) -> bool:
    return _attached("public")(row) and _stands(state, row)


def _is_shared_file(state: State, row: Row) -> bool:
    return _attached("government_sharing")(row) or _is_open_file(state, row)


def _is_handed_over(state: State, caller: Caller, row: Row) -> bool:
    return bool(row["publisher_id"] == caller.office and row["state"] != "opened")


def _carried_over(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether an attachment belongs to a batch that was handed to the caller's office."""
    carrying = (
        one for one in state.tables["list_batch"] if (row["object"], row["object_id"]) == ("list_batch", one["id"])
    )
    return any(_is_handed_over(state, caller, one) for one in carrying)


def _of_bureaus_lists(state: State, caller: Caller, row: Row) -> bool:
    of_lists = row["object"] in ("list_entry", "list_batch")
    return of_lists and row["state"] == "attached" and _in_own(state, caller, row)


_ATTACHMENT: dict[str, Relation] = {
    "published": lambda state, caller, row: _is_open_file(state, row),
    "published_organisation": lambda state, caller, row: _is_open_file(state, row) and not row["about_person"],
    "own_bureau": _of_bureaus_lists,
    "addressed": _carried_over,
    "own_office": lambda state, caller, row: _of_office(state, caller, row) or _is_evidence_at_hand(state, caller, row),
    "own_jurisdiction": lambda state, caller, row: _in_own(state, caller, row) and _is_shared_file(state, row),
    "child_jurisdiction": lambda state, caller, row: _in_child(state, caller, row) and _is_shared_file(state, row),
    "purposed": lambda state, caller, row: _in_own(state, caller, row) and _is_shared_file(state, row),
    "self": lambda state, caller, row: _of_self(state, caller, row) and row["disclosure"] != "internal",
}


def _subject_is_published(state: State, caller: Caller, row: Row) -> bool:
    if not row["is_person"]:
        return True
    records = (one for one in state.tables["credit_record"] if record_in_force(one, state.today))
    entries = (one for one in state.tables["list_entry"] if entry_in_force(one, state.today))
    made = (one for one in state.tables["commitment"] if commitment_in_force(one, state.today))
    notices = (one for one in state.tables["list_notice"] if notice_stands(one, state.today))
    shown = (*records, *entries, *made, *notices)
    return any(one["subject_id"] == row["id"] and one["disclosure"] == "public" for one in shown)


def _entry_of(state: State, row: Row) -> Row:
    return next(one for one in state.tables["list_entry"] if one["id"] == row["entry_id"])


def _record_of(state: State, row: Row) -> Row:
    return next(one for one in state.tables["credit_record"] if one["id"] == row["record_id"])


def _through_entry(relation: Relation) -> Relation:
    return lambda state, caller, row: relation(state, caller, _entry_of(state, row))


def _item_of(state: State, row: Row) -> Row:
    return next(one for one in state.tables["commitment_item"] if one["id"] == row["commitment_item_id"])


def _through_item(relation: Relation) -> Relation:
    return lambda state, caller, row: relation(state, caller, _item_of(state, row))


_OF_OFFICE: dict[str, Relation] = {
    "own_office": _of_office,
    "own_jurisdiction": _in_own,
    "child_jurisdiction": _in_child,
}


def _line_stands(state: State, caller: Caller, row: Row) -> bool:
    told = next(one for one in state.tables["exam_violation"] if one["id"] == row["violation_id"])
    entry = next((one for one in state.tables["credit_record"] if one["id"] == told["record_id"]), None)
    return entry is not None and entry["state"] == "published" and violation_in_force(told, state.today)


def _decides(state: State, caller: Caller, row: Row) -> bool:
    shown = row["state"] in ("confirmed", "decided", "entered") and retention_runs(row, state.today)
    return shown and bool(row["decider_id"] == caller.office)


_ITEM: dict[str, Relation] = {
    "published": lambda state, caller, row: row["state"] == "approved",
    "own_jurisdiction": _in_own,
}


_EDITION: dict[str, Relation] = {**_ITEM, "own_office": _of_office}


def _through_edition(relation: Relation) -> Relation:
    """Relate an item as its edition is related."""
    return lambda state, caller, row: relation(
        state, caller, next(one for one in state.tables["edition"] if one["id"] == row["edition_id"])
    )


def _is_no_mere_subject(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether an account is or was more than a subject of credit information, or somebody who acts for one."""
    held = [_is_no_subjects(state, caller, one) for one in state.tables["assignment"] if one["account_id"] == row["id"]]
    return any(held) or (row["subject_id"] is None and not held)


def _is_no_subjects(state: State, caller: Caller, assignment: Row) -> bool:
    return assignment["role"] != "subject" and assignment["subject_id"] is None


_ENTRY: dict[str, Relation] = {
    **_publications(entry_in_force),
    "own_bureau": _in_own,
    "co_owner": _attests,
    "addressed": _handed_over,
    "self": _own_entry,
}
_ANY: dict[str, Relation] = {"any": _every}


def _rests_on_own(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether a warning was circulated and rests on a record that the caller's office produced."""
    told = any(one["id"] == row["screening_id"] and one["state"] == "circulated" for one in state.tables["screening"])
    behind = {one["record_id"] for one in state.tables["risk_warning_record"] if one["warning_id"] == row["id"]}
    return told and any(
        one["id"] in behind and one["office_id"] == caller.office for one in state.tables["credit_record"]
    )


_WARNING: dict[str, Relation] = {
    "own_office": _of_office,
    "own_bureau": _in_own,
    "co_owner": _rests_on_own,
    "own_jurisdiction": _in_own,
    "child_jurisdiction": _in_child,
    "self": _of_self,
}


def _through_warning(relation: Relation) -> Relation:
    """Say the same of what hangs on a warning."""

    def through(state: State, caller: Caller, row: Row) -> bool:
        warning = next(one for one in state.tables["risk_warning"] if one["id"] == row["warning_id"])
        return relation(state, caller, warning)

    return through


NEED_TO_KNOW = ("exam_watch", "discipline_recommendation", "criminal_referral")
"""Nouns of which no office's log tells."""


def _touches(row: Row, *nouns: str) -> bool:
    """Tell whether an access read rows of one of the nouns."""
    return any(noun in row["object"].split(",") for noun in nouns)


_OF_PLACE: dict[str, Relation] = {
    "own_office": _of_office,
    "own_bureau": _in_own,
    "own_jurisdiction": _in_own,
    "child_jurisdiction": _in_child,
}


def _entrusted(state: State, caller: Caller, row: Row) -> bool:
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


def _portal_entry_is_shown(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether an entry of the column is for everybody: approved, and its case, if any, is published."""
    cases = (one for one in state.tables["typical_case"] if one["id"] == row["case_id"])
    return row["state"] == "approved" and all(one["state"] == "approved" for one in cases)


def _changed_and_seen(state: State, caller: Caller, row: Row) -> bool:
    """Tell whether a change concerns the caller, and a row that the caller may see as its own."""
    relation = RELATIONS.get(row["object"], {}).get("self")
    changed = next((one for one in state.tables.get(row["object"], []) if one["id"] == row["object_id"]), None)
    return (
        was(state, row["subject_id"], caller.subject)
        and relation is not None
        and changed is not None
        and relation(state, caller, changed)
    )


def _has_a_hand_in(state: State, caller: Caller, row: Row) -> bool:
    return caller.office in (row["office_id"], row["intake_office_id"], row["platform_office_id"])


def _through_objection(relation: Relation) -> Relation:
    return lambda state, caller, row: relation(
        state, caller, next(one for one in state.tables["objection"] if one["id"] == row["objection_id"])
    )


def _beside(scope: str) -> Relation:
    """Tell whether a statement stands, beside a row in the relation."""

    def beside(state: State, caller: Caller, row: Row) -> bool:
        if row["removed_at"] is not None:
            return False
        noun, column = ("credit_record", "record_id") if row["record_id"] is not None else ("list_entry", "entry_id")
        contested = next(one for one in state.tables[noun] if one["id"] == row[column])
        return RELATIONS[noun][scope](state, caller, contested)

    return beside


def _in_place(relation: Relation) -> Relation:
    """Tell whether an entry is in a batch, not taken out, and in the relation."""
    return lambda state, caller, row: row["dropped_at"] is None and relation(state, caller, _entry_of(state, row))


_OBJECTION: dict[str, Relation] = {
    "any": _every,
    "own_office": _has_a_hand_in,
    "own_jurisdiction": _in_own,
    "child_jurisdiction": _in_child,
    "self": _of_self,
}

RELATIONS: dict[str, dict[str, Relation]] = {
    "jurisdiction": _ANY,
    "office": _ANY,
    "responsibility": _ANY,
    "catalogue_item": _ANY,
    "catalogue_producer": _ANY,
    "application_item": _ANY,
    "credit_list": _ANY,
    "working_day": _ANY,
    "deadline": _ANY,
    "quality_assessment": {
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
        "own_office": lambda state, caller, row: _of_office(state, caller, row) and row["state"] == "concluded",
        "addressed": _judges,
    },
    "assessed_record": {
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
        "own_office": lambda state, caller, row: (
            _of_office(state, caller, row) and _assessment_of(state, row)["state"] == "concluded"
        ),
        "addressed": _judges,
    },
    "quality_figure": {},
    "score_card": {},
    "archive_coverage": {},
    "progress_report": {
        "own_office": _of_office,
        "own_bureau": _in_own,
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
    },
    "due_item": {
        "own_office": _of_office,
        "own_bureau": _in_own,
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
    },
    "ledger_checkpoint": _ANY,
    "ledger_adoption": _ANY,
    "subject": {
        "any": _every,
        "published": _subject_is_published,
        "published_organisation": lambda state, caller, row: not row["is_person"],
        "own_office": _handled_for,
        "own_bureau": _entered_as(_in_own),
        "co_owner": _entered_as(_attests),
        "entrusted": lambda state, caller, row: (
            not row["is_person"]
            and any(
                one["subject_id"] == row["id"] and _entrusted(state, caller, one)
                for one in state.tables["credit_record"]
            )
        ),
        "addressed": _entered_as(_handed_over),
        "pushed": lambda state, caller, row: any(
            one["subject_id"] == row["id"] and _push_ordered(state, caller, one)
            for one in state.tables["credit_record"]
        ),
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
        "purposed": _in_own,
        "consented": lambda state, caller, row: _consented(state, caller, row["id"]),
        "self": lambda state, caller, row: row["id"] == caller.subject,
    },
    "legal_representative": {
        "any": _every,
        "published": _every,
        "published_organisation": _every,
        "own_office": lambda state, caller, row: _produced_for(state, caller, row["subject_id"]),
        "self": lambda state, caller, row: caller.subject in (row["subject_id"], row["person_id"]),
    },
    "credit_record": _publications(record_in_force)
    | {
        "own_bureau": _in_own,
        "addressed": _pushed,
        "pushed": _push_ordered,
        "co_owner": _judged,
        "entrusted": _entrusted,
    },
    "credit_record_version": {
        "own_office": _of_office,
        "self": lambda state, caller, row: (
            _of_self(state, caller, row) and _record_of(state, row)["disclosure"] != "internal"
        ),
    },
    "list_entry": _ENTRY,
    "list_evidence": {scope: _through_entry(relation) for scope, relation in _ENTRY.items()},
    "commitment_item": _ITEM,
    "commitment_item_office": {scope: _through_item(relation) for scope, relation in _ITEM.items()},
    "commitment": _publications(commitment_in_force),
    "measure": {
        "own_office": lambda state, caller, row: caller.office in (row["office_id"], row["source_office_id"]),
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
        "self": _of_self,
    },
    "grade": {
        **_publications(grade_in_force),
        "addressed": lambda state, caller, row: (
            row["push_ordered"] and grade_in_force(row, state.today) and _in_own(state, caller, row)
        ),
        "self": lambda state, caller, row: _of_self(state, caller, row) and row["published_at"] is not None,
    },
    "grade_fact": {
        "own_office": _of_office,
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
        "self": _of_self,
    },
    "scoring_paper": {"published": lambda state, caller, row: row["state"] == "approved", "own_office": _of_office},
    "grade_run": {"own_office": _of_office, "own_jurisdiction": _in_own, "child_jurisdiction": _in_child},
    "supervised_subject": {
        "own_office": _of_office,
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
        "self": _of_self,
    },
    "screening": {
        "own_office": lambda state, caller, row: caller.office == row["office_id"] == row["source_office_id"],
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
    },
    "risk_warning": _WARNING,
    "risk_warning_record": {scope: _through_warning(relation) for scope, relation in _WARNING.items()},
    "risk_warning_action": {scope: _through_warning(relation) for scope, relation in _WARNING.items()},
    "interview": {
        "own_office": _of_office,
        "own_bureau": _in_own,
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
        "self": _of_self,
    },
    "integrity_archive": {
        "own_office": lambda state, caller, row: caller.office in row["office_ids"],
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
        "self": _of_self,
    },
    "criminal_referral": {"own_office": _of_office},
    "typical_case": _OF_PLACE | {"published": lambda state, caller, row: row["state"] == "approved"},
    "portal_entry": _OF_PLACE
    | {
        "published": _portal_entry_is_shown,
        "addressed": lambda state, caller, row: bool(row["editor_id"] == caller.office),
    },
    "activity": _OF_PLACE,
    "attendance": {
        "own_office": lambda state, caller, row: caller.office in (row["office_id"], row["cited_office_id"]),
        "self": _of_self,
    },
    "campaign": _OF_PLACE | _ANY,
    "campaign_tag": _OF_PLACE,
    "mandate": _OF_PLACE,
    "integrity_complaint": _OF_PLACE | {"self": _of_self},
    "government_contract": _OF_PLACE | {"self": _of_self},
    "processing_contract": {
        "own_office": _of_office,
        "addressed": lambda state, caller, row: bool(row["provider_id"] == caller.office),
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
    },
    "market_record": {"own_office": _of_office, "self": _of_self},
    "watch": {"own_office": _of_office, "own_jurisdiction": _in_own},
    "watched_change": {"own_jurisdiction": _in_own},
    "major_event": {"own_office": _of_office, "own_jurisdiction": _in_own},
    "monitoring_figure": {"own_office": _of_office, "own_jurisdiction": _in_own},
    "self_report": {scope: _told(relation) for scope, relation in _publications(_stands_told).items()},
    "exam_violation": {
        "own_office": lambda state, caller, row: _of_office(state, caller, row) or _decides(state, caller, row),
        "self": _of_self,
    },
    "exam_watch": {"own_office": _of_office},
    "discipline_recommendation": {"own_office": _of_office, "self": _of_self},
    "exam_bulletin": {"any": _every, "own_office": _of_office},
    "exam_bulletin_line": {"published": _line_stands},
    "spot_check": _OF_OFFICE,
    "spot_check_result": {
        **_OF_OFFICE,
        "self": lambda state, caller, row: _of_self(state, caller, row) and row["state"] != "pending",
    },
    "list_definition": {
        "published": lambda state, caller, row: row["state"] == "opened",
        "own_office": _of_office,
        "own_bureau": _in_own,
    },
    "list_attestation": {
        "own_office": _through_entry(_of_office),
        "own_bureau": _through_entry(_in_own),
        "co_owner": _of_office,
    },
    "list_notice": {
        "published": lambda state, caller, row: notice_stands(row, state.today),
        "published_organisation": lambda state, caller, row: (
            notice_stands(row, state.today) and not row["about_person"]
        ),
        "own_office": _of_office,
        "own_bureau": _in_own,
        "self": _of_self,
    },
    "urging": {"own_office": _of_office, "own_bureau": _in_own, "self": _of_self},
    "consent": {"own_office": _of_office, "self": _of_self},
    "credit_report": {
        "any": _every,
        "own_office": _of_office,
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
        "self": _of_self,
    },
    "repair_application": {"any": _every, "own_office": _of_office, "self": _of_self},
    "edition": _EDITION,
    "edition_item": {scope: _through_edition(relation) for scope, relation in _EDITION.items()},
    "exemption_item": {"published": lambda state, caller, row: row["state"] == "approved", "own_office": _of_office},
    "exemption": {"own_office": _of_office, "self": _of_self},
    "repair_notice": {"own_office": _of_office, "self": _of_self},
    "subject_request": {"own_office": _of_office, "own_jurisdiction": _in_own, "self": _of_self},
    "record_import": {"own_office": _of_office, "own_jurisdiction": _in_own},
    "refused_row": {"own_office": _of_office},
    "name_warning": {"own_office": _of_office, "own_jurisdiction": _in_own},
    "subject_merge": {"own_office": _of_office, "own_jurisdiction": _in_own},
    "quota_breach": {"any": _every},
    "delivery": {
        "any": _every,
        "own_office": _of_office,
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
    },
    "attachment": _ATTACHMENT,
    "list_batch": {
        "published": lambda state, caller, row: row["state"] == "published",
        "own_office": _of_office,
        "own_bureau": _in_own,
        "addressed": _is_handed_over,
        "own_jurisdiction": lambda state, caller, row: _in_own(state, caller, row) and row["state"] != "opened",
    },
    "list_batch_entry": {
        **{scope: _in_place(_ENTRY[scope]) for scope in ("published", "published_organisation", "addressed")},
        **{scope: _through_entry(_ENTRY[scope]) for scope in ("own_office", "own_bureau")},
    },
    "list_removal": {
        "own_office": _of_office,
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
        "self": _of_self,
    },
    "policy_version": _ANY,
    "policy_row": _ANY,
    "account_key": {"any": lambda state, caller, row: True},
    "account": {"any": _is_no_mere_subject},
    "told_account": {"any": lambda state, caller, row: True},
    "assignment": {"any": _is_no_subjects},
    "objection": _OBJECTION,
    "objection_pause": {scope: _through_objection(relation) for scope, relation in _OBJECTION.items()},
    "subject_statement": {
        **{scope: _beside(scope) for scope in _ENTRY if scope not in ("any", "self")},
        "self": _of_self,
    },
    "access_entry": {
        "any": _every,
        "own_office": lambda state, caller, row: _of_office(state, caller, row) and not _touches(row, *NEED_TO_KNOW),
        "self": lambda state, caller, row: (
            was(state, row["subject_id"], caller.subject) and not _touches(row, "exam_watch", "criminal_referral")
        ),
    },
    "change_entry": {
        "any": _every,
        "own_office": lambda state, caller, row: _of_office(state, caller, row) and row["object"] not in NEED_TO_KNOW,
        "self": _changed_and_seen,
    },
}
