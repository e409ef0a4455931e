"""Searching and filtering a connection, row by row: what a filter takes, and for whom it tells anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tests.oracle.computed import COMPUTED, row_id
from tests.oracle.meaning import NOUNS, Meaning, snake
from tests.oracle.refusals import ENUMERATED, REFERS
from tests.oracle.standing import (
    commitment_in_force,
    consent_in_force,
    definition_in_force,
    entry_in_force,
    item_in_force,
    local_day,
    record_in_force,
    violation_in_force,
    watch_runs,
    watch_stands,
)
from tests.oracle.world import Caller, Row

_ENTRIES: dict[str, Callable[[Row, Any], bool]] = {
    "from": lambda row, day: local_day(row["at"]) >= date.fromisoformat(day),
    "to": lambda row, day: local_day(row["at"]) <= date.fromisoformat(day),
    "objectId": lambda row, idents: row_id(row) in idents,
    "account": lambda row, accounts: str(row["account_id"]) in {one.removeprefix("Account:") for one in accounts},
}
"""Filters of entries of the ledger."""


def fits(meaning: Meaning, caller: Caller, type_name: str, row: Row, arguments: Mapping[str, Any]) -> bool:
    """Tell whether a row is found by a search and meets every filter."""
    if arguments.get("search") is not None and not _found(meaning, caller, row, arguments["search"]):
        return False
    given = {name: value for name, value in (arguments.get("filter") or {}).items() if value is not None}
    return all(_meets(meaning, caller, type_name, row, name, value) for name, value in given.items())


def _found(meaning: Meaning, caller: Caller, row: Row, term: str) -> bool:
    wanted = term.strip().lower()
    scopes = meaning.open_scopes(caller, "subject", "search")
    if row["is_person"]:
        scopes = {scope for scope in scopes if meaning.policy.level(caller.roles, "person_name", scope) == "clear"}
    texts = [row["name"].lower()] if row["is_person"] else [row["name"].lower(), row["name_pinyin"]]
    return meaning.within(caller, "subject", scopes, row) and any(wanted in text for text in texts)


def _meets(meaning: Meaning, caller: Caller, type_name: str, row: Row, name: str, value: Any) -> bool:
    privacy = meaning.classes.get((type_name, {"account": "accountId"}.get(name, name)))
    if privacy and meaning.level(caller, NOUNS[type_name], privacy, row) != "clear":
        return False
    match type_name, name:
        case _, "decidedFrom":
            return row["decided_on"] is not None and bool(row["decided_on"] >= date.fromisoformat(value))
        case _, "decidedTo":
            return row["decided_on"] is not None and bool(row["decided_on"] <= date.fromisoformat(value))
        case _ if (type_name, name) in _OTHERS:
            return _OTHERS[type_name, name](meaning, row, value)
        case "AccessEntry", "object":
            return not {row["object"], *row["object"].split(",")}.isdisjoint(value)
        case "ChangeEntry" | "AccessEntry", "from" | "to" | "objectId" | "account":
            return _ENTRIES[name](row, value)
        case "CreditRecord", "inForce":
            return record_in_force(row, meaning.today) is value
        case "ListEntry", "inForce":
            return entry_in_force(row, meaning.today) is value
        case "Office", "name":
            return row["name"] in value or any(alias in value for alias in row["aliases"])
        case _, "subject":
            return row["subject_id"] in _subjects(meaning, value)
        case _ if name in REFERS:
            return f"{REFERS[name]}:{row[f'{snake(name)}_id']}" in value
    stored = row[snake(name)]
    if isinstance(value, bool):
        return stored is value
    return stored is not None and (
        stored in value or (isinstance(stored, str) and stored.upper() in value and name in ENUMERATED)
    )


def _plain(number: str) -> str:
    """Write a number of a decision without what differs from clerk to clerk."""
    return "".join(
        {"〔": "[", "（": "[", "(": "[", "〕": "]", "）": "]", ")": "]", " ": ""}.get(one, one) for one in number
    )


def _subjects(meaning: Meaning, value: Any) -> set[Any]:
    """Give the ids of the subjects that a filter names: of a merged one, the one that was kept."""
    return {meaning.kept(one)["id"] for one in meaning.tables["subject"] if f"Subject:{one['id']}" in value}


def _computed(type_name: str, field: str) -> Callable[[Meaning, Row, Any], bool]:
    """Filter by a computed flag."""
    return lambda meaning, row, value: COMPUTED[type_name, field](meaning, row) is value


_OTHERS: Mapping[tuple[str, str], Callable[[Meaning, Row, Any], bool]] = {
    ("CreditRecord", "decisionNo"): lambda meaning, row, value: (
        _plain(row["decision_no"]) in {_plain(one) for one in value}
    ),
    ("Subject", "code"): lambda meaning, row, value: (
        row["uscc"] in {meaning.kept(one)["uscc"] for one in meaning.tables["subject"] if one["uscc"] in value}
    ),
    **{
        (one, "subject"): lambda meaning, row, value: bool(
            {row["kept_id"], row["merged_id"]} & _subjects(meaning, value)
        )
        for one in ("SubjectMerge", "SubjectMergeCandidate")
    },
    ("Commitment", "inForce"): lambda meaning, row, value: (
        commitment_in_force(meaning.tables, row, meaning.today) is value
    ),
    ("Commitment", "signedFrom"): lambda meaning, row, value: str(row["signed_on"] or "") >= value,
    ("Commitment", "signedTo"): lambda meaning, row, value: "" < str(row["signed_on"] or "") <= value,
    ("ListEntry", "evidenceFallen"): lambda meaning, row, value: (
        COMPUTED["ListEntry", "evidenceFallen"](meaning, row) is value
    ),
    ("ExamViolation", "inForce"): lambda meaning, row, value: violation_in_force(row, meaning.today) is value,
    ("ExamWatch", "inForce"): lambda meaning, row, value: watch_stands(row, meaning.today) is value,
    ("CommitmentItem", "inForce"): lambda meaning, row, value: item_in_force(row, meaning.today) is value,
    ("ListDefinition", "inForce"): lambda meaning, row, value: definition_in_force(row, meaning.today) is value,
    ("ListAttestation", "given"): lambda meaning, row, value: (row["attested_at"] is not None) is value,
    ("ListRemoval", "open"): lambda meaning, row, value: COMPUTED["ListRemoval", "open"](meaning, row) is value,
    ("Edition", "inForce"): lambda meaning, row, value: item_in_force(row, meaning.today) is value,
    ("Edition", "asOf"): lambda meaning, row, value: item_in_force(row, date.fromisoformat(value)),
    ("ExemptionItem", "inForce"): lambda meaning, row, value: item_in_force(row, meaning.today) is value,
    ("ListBatch", "extra"): lambda meaning, row, value: (row["extra_reason"] is not None) is value,
    ("ListBatch", "year"): lambda meaning, row, value: bool(row["year"] == value),
    ("ListBatch", "period"): lambda meaning, row, value: bool(row["period"] == value),
    ("Activity", "from"): lambda meaning, row, value: bool(row["on_day"] >= date.fromisoformat(value)),
    ("Activity", "to"): lambda meaning, row, value: bool(row["on_day"] <= date.fromisoformat(value)),
    ("Attendance", "standing"): lambda meaning, row, value: (row["withdrawn_at"] is None) is value,
    ("CampaignTag", "standing"): lambda meaning, row, value: (row["untagged_at"] is None) is value,
    ("Delivery", "row"): lambda meaning, row, value: row_id(row) in value,
    ("Jurisdiction", "code"): lambda meaning, row, value: row["id"] in value,
    ("Consent", "inForce"): lambda meaning, row, value: consent_in_force(row, meaning.today) is value,
    ("WorkingDay", "from"): lambda meaning, row, value: bool(row["id"] >= date.fromisoformat(value)),
    ("WorkingDay", "to"): lambda meaning, row, value: bool(row["id"] <= date.fromisoformat(value)),
    ("CreditRecord", "repairNoticeMissing"): lambda meaning, row, value: (
        (COMPUTED["CreditRecord", "repairNoticeStatus"](meaning, row) == "missing") is value
    ),
    ("RepairNotice", "servedFrom"): lambda meaning, row, value: bool(row["served_on"] >= date.fromisoformat(value)),
    ("RepairNotice", "servedTo"): lambda meaning, row, value: bool(row["served_on"] <= date.fromisoformat(value)),
    ("GradeFact", "occurredFrom"): lambda meaning, row, value: bool(row["occurred_on"] >= date.fromisoformat(value)),
    ("GradeFact", "occurredTo"): lambda meaning, row, value: bool(row["occurred_on"] <= date.fromisoformat(value)),
    ("Objection", "receivedFrom"): lambda meaning, row, value: bool(row["received_on"] >= date.fromisoformat(value)),
    ("Objection", "receivedTo"): lambda meaning, row, value: bool(row["received_on"] <= date.fromisoformat(value)),
    **{
        flag: _computed(*flag)
        for flag in (
            ("Objection", "open"),
            ("TypicalCase", "counts"),
            ("Mandate", "inForce"),
            ("ProcessingContract", "inForce"),
            ("SelfReport", "inForce"),
            ("Measure", "inForce"),
            ("Grade", "inForce"),
            ("ScoringPaper", "inForce"),
            ("SupervisedSubject", "inForce"),
            ("IntegrityArchive", "open"),
            ("GradeFact", "inForce"),
            ("Objection", "overdue"),
            ("DueItem", "late"),
            ("CreditRecord", "disputed"),
            ("ListEntry", "disputed"),
            ("ListRemoval", "open"),
            ("ListBatch", "afterPeriod"),
        )
    },
    ("ProgressReport", "periodFrom"): lambda meaning, row, value: bool(row["from_on"] >= date.fromisoformat(value)),
    ("ProgressReport", "periodTo"): lambda meaning, row, value: bool(row["to_on"] <= date.fromisoformat(value)),
    ("ProgressReport", "late"): lambda meaning, row, value: (
        (COMPUTED["ProgressReport", "timeliness"](meaning, row) in ("late", "overdue")) is value
    ),
    ("RiskWarning", "source"): lambda meaning, row, value: row["source"].upper() in value,
    ("Watch", "inForce"): lambda meaning, row, value: watch_runs(row, meaning.today) is value,
    ("MonitoringFigure", "inForce"): lambda meaning, row, value: (row["replaced_at"] is None) is value,
    ("MonitoringFigure", "from"): lambda meaning, row, value: bool(row["on_day"] >= date.fromisoformat(value)),
    ("MonitoringFigure", "to"): lambda meaning, row, value: bool(row["on_day"] <= date.fromisoformat(value)),
    ("RiskWarning", "contested"): lambda meaning, row, value: (row["contested_at"] is not None) is value,
    ("Interview", "invitedFrom"): lambda meaning, row, value: bool(row["invited_for"] >= date.fromisoformat(value)),
    ("Interview", "invitedTo"): lambda meaning, row, value: bool(row["invited_for"] <= date.fromisoformat(value)),
    ("DueItem", "dated"): lambda meaning, row, value: (row["due_on"] is not None) is value,
    ("DueItem", "until"): lambda meaning, row, value: "" < str(row["due_on"] or "") <= value,
    ("SubjectStatement", "standing"): lambda meaning, row, value: (row["removed_at"] is None) is value,
}
"""Filters that are no column's values."""
