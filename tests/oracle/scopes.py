"""What scopes mean, said a second time: which relation of rows to callers each scope of each noun stands for.

Written from the documented meaning of each word, without a look at how `authz` says it in SQL.
"""

from __future__ import annotations

from tests.oracle.relations import (
    Relation,
    assessment_of,
    attests,
    carried_over,
    consented,
    dated,
    decides,
    entered_as,
    entrusted,
    every,
    handed_over,
    handled_for,
    has_a_hand_in,
    in_child,
    in_own,
    in_place,
    is_evidence_at_hand,
    is_evidence_of_a_merge_here,
    is_handed_over,
    is_no_mere_subject,
    is_no_subjects,
    is_open_file,
    is_shared_file,
    judged,
    judges,
    line_stands,
    names_known_subjects,
    of_bureaus_lists,
    of_office,
    of_self,
    own_entry,
    own_report,
    portal_entry_is_shown,
    produced_for,
    publications,
    push_ordered,
    pushed,
    record_of,
    rests_on_own,
    stands_told,
    subject_is_published,
    through_edition,
    through_entry,
    through_item,
    through_objection,
    through_warning,
    told,
    touches,
    was,
)
from tests.oracle.standing import (
    State,
    commitment_in_force,
    entry_in_force,
    grade_in_force,
    notice_stands,
    record_in_force,
)
from tests.oracle.world import Caller, Row

_ATTACHMENT: dict[str, Relation] = {
    "published": lambda state, caller, row: is_open_file(state, row),
    "published_organisation": lambda state, caller, row: is_open_file(state, row) and not row["about_person"],
    "own_bureau": of_bureaus_lists,
    "addressed": lambda state, caller, row: (
        carried_over(state, caller, row) or is_evidence_of_a_merge_here(state, caller, row)
    ),
    "own_office": lambda state, caller, row: of_office(state, caller, row) or is_evidence_at_hand(state, caller, row),
    "own_jurisdiction": lambda state, caller, row: in_own(state, caller, row) and is_shared_file(state, row),
    "child_jurisdiction": lambda state, caller, row: in_child(state, caller, row) and is_shared_file(state, row),
    "purposed": lambda state, caller, row: in_own(state, caller, row) and is_shared_file(state, row),
    "self": lambda state, caller, row: of_self(state, caller, row) and row["disclosure"] != "internal",
}

_OF_OFFICE: dict[str, Relation] = {
    "own_office": of_office,
    "own_jurisdiction": in_own,
    "child_jurisdiction": in_child,
}

_ITEM: dict[str, Relation] = {
    "published": lambda state, caller, row: row["state"] == "approved",
    "own_jurisdiction": in_own,
}

_EDITION: dict[str, Relation] = {**_ITEM, "own_office": of_office}

_ENTRY: dict[str, Relation] = {
    **publications(dated(entry_in_force)),
    "own_bureau": in_own,
    "co_owner": attests,
    "addressed": handed_over,
    "self": own_entry,
}
_ANY: dict[str, Relation] = {"any": every}

_WARNING: dict[str, Relation] = {
    "own_office": of_office,
    "own_bureau": in_own,
    "co_owner": rests_on_own,
    "own_jurisdiction": in_own,
    "child_jurisdiction": in_child,
    "self": of_self,
}

NEED_TO_KNOW = ("exam_watch", "discipline_recommendation", "criminal_referral")
"""Nouns of which no office's log tells."""

_OF_PLACE: dict[str, Relation] = {
    "own_office": of_office,
    "own_bureau": in_own,
    "own_jurisdiction": in_own,
    "child_jurisdiction": in_child,
}


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


def _beside(scope: str) -> Relation:
    """Tell whether a statement stands, beside a row in the relation."""

    def beside(state: State, caller: Caller, row: Row) -> bool:
        if row["removed_at"] is not None:
            return False
        noun, column = ("credit_record", "record_id") if row["record_id"] is not None else ("list_entry", "entry_id")
        contested = next(one for one in state.tables[noun] if one["id"] == row[column])
        return RELATIONS[noun][scope](state, caller, contested)

    return beside


_OBJECTION: dict[str, Relation] = {
    "any": every,
    "own_office": has_a_hand_in,
    "own_jurisdiction": in_own,
    "child_jurisdiction": in_child,
    "self": of_self,
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
        "own_jurisdiction": in_own,
        "child_jurisdiction": in_child,
        "own_office": lambda state, caller, row: of_office(state, caller, row) and row["state"] == "concluded",
        "addressed": judges,
    },
    "assessed_record": {
        "own_jurisdiction": in_own,
        "child_jurisdiction": in_child,
        "own_office": lambda state, caller, row: (
            of_office(state, caller, row) and assessment_of(state, row)["state"] == "concluded"
        ),
        "addressed": judges,
    },
    "quality_figure": {},
    "score_card": {},
    "archive_coverage": {},
    "progress_report": _OF_PLACE,
    "due_item": _OF_PLACE,
    "ledger_checkpoint": _ANY,
    "ledger_adoption": _ANY,
    "subject": {
        "any": every,
        "published": subject_is_published,
        "published_organisation": lambda state, caller, row: not row["is_person"],
        "own_office": handled_for,
        "own_bureau": entered_as(in_own),
        "co_owner": entered_as(attests),
        "entrusted": lambda state, caller, row: (
            not row["is_person"]
            and any(
                one["subject_id"] == row["id"] and entrusted(state, caller, one)
                for one in state.tables["credit_record"]
            )
        ),
        "addressed": entered_as(handed_over),
        "pushed": lambda state, caller, row: any(
            one["subject_id"] == row["id"] and push_ordered(state, caller, one) for one in state.tables["credit_record"]
        ),
        "own_jurisdiction": in_own,
        "child_jurisdiction": in_child,
        "purposed": in_own,
        "consented": lambda state, caller, row: consented(state, caller, row["id"]),
        "self": lambda state, caller, row: row["id"] == caller.subject,
    },
    "legal_representative": {
        "any": every,
        "published": every,
        "published_organisation": every,
        "own_office": lambda state, caller, row: produced_for(state, caller, row["subject_id"]),
        "self": lambda state, caller, row: caller.subject in (row["subject_id"], row["person_id"]),
    },
    "credit_record": publications(dated(record_in_force))
    | {
        "own_bureau": in_own,
        "addressed": pushed,
        "pushed": push_ordered,
        "co_owner": judged,
        "entrusted": entrusted,
    },
    "credit_record_version": {
        "own_office": of_office,
        "self": lambda state, caller, row: (
            of_self(state, caller, row) and record_of(state, row)["disclosure"] != "internal"
        ),
    },
    "list_entry": _ENTRY,
    "list_evidence": {scope: through_entry(relation) for scope, relation in _ENTRY.items()},
    "commitment_item": _ITEM,
    "commitment_item_office": {scope: through_item(relation) for scope, relation in _ITEM.items()},
    "commitment": publications(lambda state, row: commitment_in_force(state.tables, row, state.today)),
    "measure": {
        "own_office": lambda state, caller, row: caller.office in (row["office_id"], row["source_office_id"]),
        "own_jurisdiction": in_own,
        "child_jurisdiction": in_child,
        "self": of_self,
    },
    "grade": {
        **publications(dated(grade_in_force)),
        "addressed": lambda state, caller, row: (
            row["push_ordered"] and grade_in_force(row, state.today) and in_own(state, caller, row)
        ),
        "self": lambda state, caller, row: of_self(state, caller, row) and row["published_at"] is not None,
    },
    "grade_fact": {
        "own_office": of_office,
        "own_jurisdiction": in_own,
        "child_jurisdiction": in_child,
        "self": of_self,
    },
    "scoring_paper": {"published": lambda state, caller, row: row["state"] == "approved", "own_office": of_office},
    "grade_run": {"own_office": of_office, "own_jurisdiction": in_own, "child_jurisdiction": in_child},
    "supervised_subject": {
        "own_office": of_office,
        "own_jurisdiction": in_own,
        "child_jurisdiction": in_child,
        "self": of_self,
    },
    "screening": {
        "own_office": lambda state, caller, row: caller.office == row["office_id"] == row["source_office_id"],
        "own_jurisdiction": in_own,
        "child_jurisdiction": in_child,
    },
    "risk_warning": _WARNING,
    "risk_warning_record": {scope: through_warning(relation) for scope, relation in _WARNING.items()},
    "risk_warning_action": {scope: through_warning(relation) for scope, relation in _WARNING.items()},
    "interview": {
        "own_office": of_office,
        "own_bureau": in_own,
        "own_jurisdiction": in_own,
        "child_jurisdiction": in_child,
        "self": of_self,
    },
    "integrity_archive": {
        "own_office": lambda state, caller, row: caller.office in row["office_ids"],
        "own_jurisdiction": in_own,
        "child_jurisdiction": in_child,
        "self": of_self,
    },
    "criminal_referral": {"own_office": of_office},
    "typical_case": _OF_PLACE | {"published": lambda state, caller, row: row["state"] == "approved"},
    "portal_entry": _OF_PLACE
    | {
        "published": portal_entry_is_shown,
        "addressed": lambda state, caller, row: bool(row["editor_id"] == caller.office),
    },
    "activity": _OF_PLACE,
    "attendance": {
        "own_office": lambda state, caller, row: caller.office in (row["office_id"], row["cited_office_id"]),
        "self": of_self,
    },
    "campaign": _OF_PLACE | _ANY,
    "campaign_tag": _OF_PLACE,
    "mandate": _OF_PLACE,
    "integrity_complaint": _OF_PLACE | {"self": of_self},
    "government_contract": _OF_PLACE | {"self": of_self},
    "processing_contract": {
        "own_office": of_office,
        "addressed": lambda state, caller, row: bool(row["provider_id"] == caller.office),
        "own_jurisdiction": in_own,
        "child_jurisdiction": in_child,
    },
    "market_record": {"own_office": of_office, "self": of_self},
    "watch": {"own_office": of_office, "own_jurisdiction": in_own},
    "watched_change": {"own_jurisdiction": in_own},
    "major_event": {"own_office": of_office, "own_jurisdiction": in_own},
    "monitoring_figure": {"own_office": of_office, "own_jurisdiction": in_own},
    "self_report": {scope: told(relation) for scope, relation in publications(dated(stands_told)).items()},
    "exam_violation": {
        "own_office": lambda state, caller, row: of_office(state, caller, row) or decides(state, caller, row),
        "self": of_self,
    },
    "exam_watch": {"own_office": of_office},
    "discipline_recommendation": {"own_office": of_office, "self": of_self},
    "exam_bulletin": {"any": every, "own_office": of_office},
    "exam_bulletin_line": {"published": line_stands},
    "spot_check": _OF_OFFICE,
    "spot_check_result": {
        **_OF_OFFICE,
        "self": lambda state, caller, row: of_self(state, caller, row) and row["state"] != "pending",
    },
    "list_definition": {
        "published": lambda state, caller, row: row["state"] == "opened",
        "own_office": of_office,
        "own_bureau": in_own,
    },
    "list_attestation": {
        "own_office": through_entry(of_office),
        "own_bureau": through_entry(in_own),
        "co_owner": of_office,
    },
    "list_notice": {
        "published": lambda state, caller, row: notice_stands(row, state.today),
        "published_organisation": lambda state, caller, row: (
            notice_stands(row, state.today) and not row["about_person"]
        ),
        "own_office": of_office,
        "own_bureau": in_own,
        "self": of_self,
    },
    "urging": {"own_office": of_office, "own_bureau": in_own, "self": of_self},
    "consent": {"own_office": of_office, "self": of_self},
    "credit_report": {
        "any": every,
        "own_office": own_report,
        "own_jurisdiction": in_own,
        "child_jurisdiction": in_child,
        "self": of_self,
    },
    "repair_application": {"any": every, "own_office": of_office, "self": of_self},
    "edition": _EDITION,
    "edition_item": {scope: through_edition(relation) for scope, relation in _EDITION.items()},
    "exemption_item": {"published": lambda state, caller, row: row["state"] == "approved", "own_office": of_office},
    "exemption": {"own_office": of_office, "self": of_self},
    "repair_notice": {"own_office": of_office, "self": of_self},
    "subject_request": {"own_office": of_office, "own_jurisdiction": in_own, "self": of_self},
    "record_import": {"own_office": of_office, "own_jurisdiction": in_own},
    "refused_row": {"own_office": of_office},
    "name_warning": {"own_office": of_office, "own_jurisdiction": in_own},
    "subject_merge": {"own_office": of_office, "own_jurisdiction": in_own},
    "subject_merge_candidate": {
        "own_office": names_known_subjects,
        "own_jurisdiction": in_own,
        "child_jurisdiction": in_child,
    },
    "quota_breach": {"any": every},
    "delivery": {
        "any": every,
        "own_office": of_office,
        "own_jurisdiction": in_own,
        "child_jurisdiction": in_child,
    },
    "attachment": _ATTACHMENT,
    "list_batch": {
        "published": lambda state, caller, row: row["state"] == "published",
        "own_office": of_office,
        "own_bureau": in_own,
        "addressed": is_handed_over,
        "own_jurisdiction": lambda state, caller, row: in_own(state, caller, row) and row["state"] != "opened",
    },
    "list_batch_entry": {
        **{scope: in_place(_ENTRY[scope]) for scope in ("published", "published_organisation", "addressed")},
        **{scope: through_entry(_ENTRY[scope]) for scope in ("own_office", "own_bureau")},
    },
    "list_removal": {
        "own_office": of_office,
        "own_jurisdiction": in_own,
        "child_jurisdiction": in_child,
        "self": of_self,
    },
    "policy_version": _ANY,
    "policy_row": _ANY,
    "account_key": {"any": lambda state, caller, row: True},
    "account": {"any": is_no_mere_subject},
    "told_account": {"any": lambda state, caller, row: True},
    "assignment": {"any": is_no_subjects},
    "objection": _OBJECTION,
    "objection_pause": {scope: through_objection(relation) for scope, relation in _OBJECTION.items()},
    "subject_statement": {
        **{scope: _beside(scope) for scope in _ENTRY if scope not in ("any", "self")},
        "self": of_self,
    },
    "access_entry": {
        "any": every,
        "own_office": lambda state, caller, row: of_office(state, caller, row) and not touches(row, *NEED_TO_KNOW),
        "self": lambda state, caller, row: (
            was(state, row["subject_id"], caller.subject) and not touches(row, "exam_watch", "criminal_referral")
        ),
    },
    "change_entry": {
        "any": every,
        "own_office": lambda state, caller, row: of_office(state, caller, row) and row["object"] not in NEED_TO_KNOW,
        "self": _changed_and_seen,
    },
}
