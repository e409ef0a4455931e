"""Fields that no column holds, computed a second time from their descriptions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tests.oracle.standing import (
    CHINA,
    State,
    commitment_in_force,
    consent_in_force,
    contract_in_force,
    definition_in_force,
    entry_in_force,
    grade_in_force,
    image_of,
    item_in_force,
    local_day,
    record_in_force,
    report_in_force,
    violation_in_force,
    watch_runs,
    watch_stands,
)
from tests.oracle.world import Row


def _publication_timeliness(state: State, row: Row) -> str:
    due = row["publication_due_on"]
    if due is None:
        return "none_set"
    if row["portal_at"] is None or row["platform_at"] is None:
        return "overdue" if state.today > due else "pending"
    return "timely" if local_day(max(row["portal_at"], row["platform_at"])) <= due else "late"


def _collection_timeliness(state: State, row: Row) -> str:
    due = row["collection_due_on"]
    if due is None:
        return "none_set"
    return "timely" if local_day(row["submitted_at"]) <= due else "late"


def _document_status(state: State, row: Row) -> str:
    if row["revoked_at"] is not None:
        return "revoked"
    return "expired" if row["valid_until"] < state.today else "valid"


def _may_be_in_a_report(state: State, event: Row) -> bool:
    image = image_of(event)
    marks = event["object"] == "objection" and event["verb"] in ("file", "appeal", "withdraw", "decide", "correct")
    if marks or event["object"] == "subject_statement":
        return _contests_what_is_shown(state, image)
    if event["object"] not in ("credit_record", "list_entry"):
        return False
    shown = image.get("disclosure") not in (None, "restricted", "internal") or event["verb"] == "take_down"
    return image.get("published_at") is not None and shown


def _contests_what_is_shown(state: State, image: Mapping[str, Any]) -> bool:
    """Tell whether an event is about something that a report may show."""
    about = [one for one in state.tables["credit_record"] if str(one["id"]) == image.get("record_id")]
    about += [one for one in state.tables["list_entry"] if str(one["id"]) == image.get("entry_id")]
    return any(one["published_at"] is not None and one["disclosure"] not in ("restricted", "internal") for one in about)


def _content_status(state: State, row: Row) -> str:
    changed = any(
        event["kind"] == "change"
        and event["subject_id"] == row["subject_id"]
        and (event["at"], event["id"]) > (row["issued_at"], row["id"])
        and (event["object"] in ("subject", "legal_representative") or _may_be_in_a_report(state, event))
        for event in state.tables["ledger_event"]
    )
    ended = any(
        other["subject_id"] == row["subject_id"]
        and other["published_at"] is not None
        and other["disclosure"] not in ("restricted", "internal")
        and other["public_until"] is not None
        and local_day(row["issued_at"]) <= other["public_until"] < state.today
        for other in (*state.tables["credit_record"], *state.tables["list_entry"])
    )
    return "superseded" if changed or ended else "current"


def _request_timeliness(state: State, row: Row) -> str:
    if row["due_on"] is None:
        return "none_set"
    if row["ended_at"] is None:
        return "overdue" if state.today > row["due_on"] else "pending"
    return "timely" if local_day(row["ended_at"]) <= row["due_on"] else "late"


_WORDS = {
    "zh": (
        ("本人", "社会公众（未登录）", "其他用户", "您的委托代理人", "（由代理人代为办理）"),
        {
            "read": ("查询了信用信息", "申请查询信用信息"),
            "lookup_person": ("按身份证号进行了查找", "申请按身份证号查找"),
            "screen": ("在批量筛查中查询了信用信息", "在批量筛查中申请查询信用信息"),
            "issue": ("获取了信用报告", "申请出具信用报告"),
            "explain": ("核对了谁可以办理（未显示信息内容）", "申请核对谁可以办理"),
        },
        ("办理业务时看到信用信息", "办理业务时申请查看信用信息"),
        ("，用途：", "，依据：", "；未予提供。", "。"),
    ),
    "en": (
        ("you yourself", "a member of the public, not signed in,", "another user", "your agent", " (by a deputy)"),
        {
            "read": (" looked at credit information", " asked to look at credit information"),
            "lookup_person": (
                " looked for a person by identity number",
                " asked to look for a person by identity number",
            ),
            "screen": (
                " looked at credit information in a screening",
                " asked to look at credit information in a screening",
            ),
            "issue": (" received a credit report", " asked for a credit report"),
            "explain": (
                " asked who may act on credit information, without seeing it",
                " asked who may act on credit information",
            ),
        },
        (" saw credit information while handling a matter", " asked to see credit information while handling a matter"),
        (", for: ", ", on the basis of: ", "; it was not provided.", "."),
    ),
}


def _sentence(language: str) -> Callable[[State, Row], str]:
    people, verbs, otherwise, (purpose, basis, refused, end) = _WORDS[language]

    def say(state: State, row: Row) -> str:
        at = row["at"].astimezone(CHINA)
        day = (
            f"{at.year}年{at.month}月{at.day}日{at:%H时%M分}，"
            if language == "zh"
            else f"On {at:%Y-%m-%d} at {at:%H:%M}, "
        )
        account = next((one for one in state.tables["account"] if one["id"] == row["account_id"]), None)
        if account is not None and account["subject_id"] is not None and account["subject_id"] == row["subject_id"]:
            who = people[0]
        elif row["agent_of_id"] is not None and row["agent_of_id"] == row["subject_id"]:
            who = people[3]
        elif row["office_id"] is not None:
            who = next(one["name"] for one in state.tables["office"] if one["id"] == row["office_id"])
            who += people[4] if row["deputy_of_id"] else ""
        else:
            who = people[1] if row["account_id"] is None else people[2]
        told = (purpose + row["purpose"] if row["purpose"] else "") + (basis + row["basis"] if row["basis"] else "")
        is_refused = row["outcome"] == "refused"
        return day + who + verbs.get(row["verb"], otherwise)[is_refused] + told + (refused if is_refused else end)

    return say


def _names(state: State) -> dict[Any, str]:
    """Give what the accounts are called that neither are nor ever were a subject or an agent of one."""
    held = state.tables["assignment"]
    tied = {one["account_id"] for one in held if one["role"] in ("subject", "agent")}
    return {
        one["id"]: one["display"]
        for one in state.tables["account"]
        if one["subject_id"] is None and one["id"] not in tied
    }


def named_in(column: str) -> Callable[[State, Row], str | None]:
    """Tell what the account in a column is called."""
    return lambda state, row: _names(state).get(row[column])


def _who(between: str) -> Callable[[State, Row], str | None]:
    def say(state: State, row: Row) -> str | None:
        names = _names(state)
        actor, principal = names.get(row["account_id"]), names.get(row["deputy_of_id"])
        if row["agent_of_id"] is not None or actor is None:
            return None
        return actor + (between + principal if principal else "")

    return say


def row_id(row: Row) -> str | None:
    """Give the global id of the row that a change has changed."""
    name = "".join(part.capitalize() for part in row["object"].split("_"))
    return f"{name}:{row['object_id']}" if row["object_id"] else None


def _version(state: State, row: Row) -> Any:
    image = row["image"] or {}
    return (json.loads(image) if isinstance(image, str) else image).get("version")


def _notice_status(state: State, row: Row) -> str:
    if not row["repair_notice_required"]:
        return "not_required"
    days = [one["served_on"] for one in state.tables["repair_notice"] if one["record_id"] == row["id"]]
    if not days:
        return "missing"
    in_time = row["published_at"] is None or min(days) <= local_day(row["published_at"])
    return "served" if in_time else "served_late"


def _answer_timeliness(state: State, row: Row) -> str:
    due = row["answer_due_on"]
    if due is None:
        return "none_set"
    if row["answered_at"] is None:
        return "overdue" if state.today > due else "pending"
    return "timely" if local_day(row["answered_at"]) <= due else "late"


def _is_open(row: Row) -> bool:
    return row["removed_at"] is None and row["ended_at"] is None


def _removal_timeliness(state: State, row: Row) -> str:
    if row["due_on"] is None:
        return "none_set"
    done = row["decided_at"] or row["removed_at"] or row["ended_at"]
    if done is None:
        return "overdue" if state.today > row["due_on"] else "pending"
    return "timely" if local_day(done) <= row["due_on"] else "late"


def _batch_timeliness(state: State, row: Row) -> str:
    due, done = row["due_on"], row["submitted_at"]
    if due is None:
        return "none_set"
    if done is None:
        return "overdue" if state.today > due else "pending"
    return "timely" if local_day(done) <= due else "late"


def _after_period(state: State, row: Row) -> bool:
    end, done = row["period_ends_on"], row["submitted_at"]
    return end is not None and done is not None and local_day(done) > end


def _case_status(state: State, row: Row) -> str:
    if row["case_duty"] == "none":
        return "not_asked"
    kept = [one for one in state.tables["attachment"] if one["object_id"] == row["id"] and one["state"] == "attached"]
    parts = {one["part"] for one in kept} & {"report", "picture"}
    told = {"report": "pictures_missing", "picture": "report_missing"}
    return "complete" if len(parts) == 2 else told[parts.pop()] if parts else "missing"


def _announcement(state: State, row: Row) -> str:
    if row["announced_at"] is not None:
        return "done"
    return "pending" if row["announcement_asked"] and row["removed_at"] is not None else "not_asked"


def _supply_timeliness(state: State, row: Row) -> str:
    if row["supplement_due_on"] is None:
        return "none_set"
    if row["supplied_on"] is not None:
        return "timely"
    return "overdue" if state.today > row["supplement_due_on"] else "pending"


def _disputed(column: str) -> Callable[[State, Row], bool]:
    return lambda state, row: any(
        one[column] == row["id"] and one["settled_at"] is None for one in state.tables["objection"]
    )


STEPS = {
    "mark": "marked", "forward": "forwarded", "verify": "verified", "decide": "decided", "report": "reported",
    "correct": "corrected", "tell": "told",
}  # fmt: skip


def _stopped_before(row: Row, due: date) -> bool:
    """Tell whether the clock of an objection stood still when a last day came."""
    return row["paused_since"] is not None and row["paused_since"] <= due


def _step_timeliness(step: str) -> Callable[[State, Row], str | None]:
    def tell(state: State, row: Row) -> str | None:
        at, due = row[f"{STEPS[step]}_at"], row[f"{step}_due_on"]
        if step not in row["steps"] or (at is None and row["state"] == "withdrawn"):
            return None
        if step not in row["timed_steps"]:
            return "none_set"
        if due is None:
            waits = step not in ("mark", "forward") and "forward" in row["steps"] and row["forwarded_at"] is None
            return "pending" if waits else "unknown"
        if at is None:
            return "overdue" if due < state.today and not _stopped_before(row, due) else "pending"
        return "timely" if local_day(at) <= due else "late"

    return tell


def _objection_overdue(state: State, row: Row) -> bool:
    due = row["due_on"]
    return due is not None and due < state.today and not _stopped_before(row, due)


def _correction_timeliness(state: State, row: Row) -> str:
    if row["corrected_on"] is None:
        return "pending"
    if row["correction_due_on"] is None:
        return "none_set"
    return "timely" if row["corrected_on"] <= row["correction_due_on"] else "late"


def _platform_timeliness(state: State, row: Row) -> str:
    due, told = row["platform_due_on"], row["platform_told_at"]
    if row["state"] != "granted":
        return "pending"
    if due is None:
        return "pending" if row["due_provisional"] else "none_set"
    if told is None:
        return "overdue" if state.today > due else "pending"
    return "timely" if local_day(told) <= due else "late"


def _is_late(state: State, row: Row) -> bool:
    """Tell whether the last day of a due item has passed while its clock ran."""
    ran_until = min(state.today, row["paused_since"] or state.today)
    return row["due_on"] is not None and row["due_on"] < ran_until


def _report_timeliness(state: State, row: Row) -> str:
    due, done = row["due_on"], row["handed_in_at"]
    if due is None:
        return "unknown" if row["due_provisional"] else "none_set"
    if done is None:
        return "overdue" if state.today > due else "pending"
    return "timely" if local_day(done) <= due else "late"


def _due_standing(state: State, row: Row) -> str:
    if row["due_on"] is not None:
        return "overdue" if _is_late(state, row) else "pending"
    has_term = row["term_status"] in ("says", "expired", "service_default", "set_by_office")
    return "unknown" if has_term else "none_set"


def _results(wanted: str) -> Callable[[State, Row], int]:
    def count(state: State, row: Row) -> int:
        drawn = (one for one in state.tables["spot_check_result"] if one["spot_check_id"] == row["id"])
        return sum(one["state"] == wanted for one in drawn)

    return count


def _verdicts(wanted: str) -> Callable[[State, Row], int]:
    def count(state: State, row: Row) -> int:
        judged = (one for one in state.tables["assessed_record"] if one["assessment_id"] == row["id"])
        return sum(one["state"] == wanted for one in judged)

    return count


def _exemption_in_force(state: State, row: Row) -> bool:
    promised = next((one for one in state.tables["commitment"] if one["id"] == row["commitment_id"]), None)
    spared = next((one for one in state.tables["credit_record"] if one["id"] == row["record_id"]), None)
    kept = promised is not None and promised["state"] in ("signed", "kept")
    return row["state"] == "granted" and kept and spared is not None and spared["severity"] == "minor"


def _measure_stands(state: State, row: Row) -> bool:
    """Tell whether a measure stands: not lifted, and its record, entry or grade in force."""
    records = (one for one in state.tables["credit_record"] if one["id"] == row["record_id"])
    entries = (one for one in state.tables["list_entry"] if one["id"] == row["entry_id"])
    grades = (one for one in state.tables["grade"] if one["id"] == row["grade_id"])
    founded = (
        any(record_in_force(one, state.today) for one in records)
        or any(entry_in_force(one, state.today) for one in entries)
        or any(grade_in_force(one, state.today) for one in grades)
    )
    return row["state"] == "applied" and founded


def _evidence_fallen(state: State, row: Row) -> bool:
    """Tell whether an entry rests on records and each of them was withdrawn."""
    rests = {one["record_id"] for one in state.tables["list_evidence"] if one["entry_id"] == row["id"]}
    told = [one["state"] for one in state.tables["credit_record"] if one["id"] in rests]
    return bool(told) and all(one == "withdrawn" for one in told)


def _is_supervised(state: State, row: Row) -> bool:
    return row["valid_from"] <= state.today and (row["valid_to"] is None or state.today <= row["valid_to"])


def _announced(state: State, row: Row) -> str:
    before = f", before “{row['previous_value']}”" if row["previous_value"] else ""
    return (
        f"The grade under “{row['scheme_name']}” is “{row['value'] or 'open'}”{before} ({row['evaluated_on']}), under"
        f" {row['clause']}. To contest it, say why: a person who did not publish it looks at it again. You may ask how it"
        " was found (Personal Information Protection Law 24)."
    )


def _announced_zh(state: State, row: Row) -> str:
    value = row["value"] or "待认定"
    change = f"由“{row['previous_value']}”变更为“{value}”" if row["previous_value"] else f"评定为“{value}”"
    return (
        f"“{row['scheme_name']}”的信用等级{change}（{row['evaluated_on']}），依据{row['clause']}。如有异议，可说明理由提出，"
        "由未公布该结果的人员复核；也可要求说明评价方式（个人信息保护法24）。"
    )


def _fact_stands(state: State, row: Row) -> bool:
    """Tell whether a fact stands in the books, and holds today or merely happened."""
    return row["state"] == "recorded" and (row["holds_until"] is None or state.today <= row["holds_until"])


COMPUTED: dict[tuple[str, str], Callable[[State, Row], Any]] = {
    ("CreditRecord", "disputed"): _disputed("record_id"),
    ("ListEntry", "disputed"): _disputed("entry_id"),
    ("Objection", "open"): lambda state, row: row["settled_at"] is None,
    ("Objection", "overdue"): _objection_overdue,
    **{("Objection", f"{step}Timeliness"): _step_timeliness(step) for step in STEPS},
    ("Jurisdiction", "code"): lambda state, row: row["id"],
    ("CreditRecord", "inForce"): lambda state, row: record_in_force(row, state.today),
    ("CreditRecord", "publicationTimeliness"): _publication_timeliness,
    ("CreditRecord", "collectionTimeliness"): _collection_timeliness,
    ("CreditRecord", "repairNoticeStatus"): _notice_status,
    ("RepairApplication", "correctionTimeliness"): _correction_timeliness,
    ("RepairApplication", "platformTimeliness"): _platform_timeliness,
    ("Edition", "inForce"): lambda state, row: item_in_force(row, state.today),
    ("ExemptionItem", "inForce"): lambda state, row: item_in_force(row, state.today),
    ("Exemption", "inForce"): _exemption_in_force,
    ("ListEntry", "evidenceFallen"): _evidence_fallen,
    ("ListEntry", "inForce"): lambda state, row: entry_in_force(row, state.today),
    ("CommitmentItem", "inForce"): lambda state, row: item_in_force(row, state.today),
    ("ExamViolation", "inForce"): lambda state, row: violation_in_force(row, state.today),
    ("Watch", "inForce"): lambda state, row: watch_runs(row, state.today),
    ("WatchedChange", "objectId"): lambda state, row: row_id(row),
    ("Delivery", "row"): lambda state, row: row_id(row),
    ("Attachment", "row"): lambda state, row: row_id(row) if row["object"] else None,
    ("CatalogueItem", "kindsOfSubject"): lambda state, row: [one.upper() for one in row["subject_kinds"]],
    ("CommitmentItem", "kindsOfParty"): lambda state, row: [one.upper() for one in row["parties"]],
    ("Objection", "way"): lambda state, row: [one.upper() for one in row["steps"]],
    ("WorkingDay", "day"): lambda state, row: str(row["id"]),
    ("ExamWatch", "inForce"): lambda state, row: watch_stands(row, state.today),
    ("SpotCheck", "kept"): _results("kept"),
    ("SpotCheck", "broken"): _results("broken"),
    ("SpotCheck", "pending"): _results("pending"),
    ("Measure", "inForce"): _measure_stands,
    ("ScoringPaper", "inForce"): lambda state, row: item_in_force(row, state.today),
    ("Grade", "inForce"): lambda state, row: grade_in_force(row, state.today),
    ("Grade", "announcement"): _announced,
    ("Grade", "announcementZh"): _announced_zh,
    ("SupervisedSubject", "inForce"): _is_supervised,
    ("IntegrityArchive", "open"): lambda state, row: row["closed_at"] is None,
    ("Mandate", "inForce"): lambda state, row: (
        row["valid_from"] <= state.today and (row["valid_to"] is None or state.today <= row["valid_to"])
    ),
    ("ProcessingContract", "inForce"): lambda state, row: contract_in_force(row, state.today),
    ("TypicalCase", "counts"): lambda state, row: row["state"] == "approved" and row["platform_at"] is not None,
    ("GradeFact", "inForce"): _fact_stands,
    ("SubjectMerge", "rows"): lambda state, row: sum(
        one["merge_id"] == row["id"] for one in state.tables["subject_merge_row"]
    ),
    ("SelfReport", "inForce"): report_in_force,
    ("SelfReport", "verified"): lambda state, row: False,
    ("SelfReport", "label"): lambda state, row: (
        "自主上报、经查不实" if row["state"] == "refuted" else "自主上报、未核实"
    ),
    ("Commitment", "inForce"): lambda state, row: commitment_in_force(state.tables, row, state.today),
    ("Commitment", "supplyTimeliness"): _supply_timeliness,
    ("Consent", "inForce"): lambda state, row: consent_in_force(row, state.today),
    ("SubjectRequest", "timeliness"): _request_timeliness,
    ("ListDefinition", "inForce"): lambda state, row: definition_in_force(row, state.today),
    ("ListNotice", "answerTimeliness"): _answer_timeliness,
    **{(entry, "who"): _who(" for ") for entry in ("AccessEntry", "ChangeEntry")},
    **{(entry, "whoZh"): _who(" 代 ") for entry in ("AccessEntry", "ChangeEntry")},
    ("AccessEntry", "sentence"): _sentence("en"),
    ("AccessEntry", "sentenceZh"): _sentence("zh"),
    ("ChangeEntry", "objectId"): lambda state, row: row_id(row),
    ("ChangeEntry", "version"): _version,
    ("LedgerCheckpoint", "number"): lambda state, row: row["id"],
    ("CreditReport", "documentStatus"): _document_status,
    ("CreditReport", "contentStatus"): _content_status,
    ("ListBatch", "timeliness"): _batch_timeliness,
    ("ListBatch", "afterPeriod"): _after_period,
    ("ListBatch", "caseStatus"): _case_status,
    ("ListRemoval", "open"): lambda state, row: _is_open(row),
    **{("QualityAssessment", verdict): _verdicts(verdict) for verdict in ("pending", "correct", "incorrect")},
    ("ProgressReport", "timeliness"): _report_timeliness,
    ("DueItem", "objectId"): lambda state, row: f"{row['noun'].title().replace('_', '')}:{row['row_id']}",
    ("DueItem", "late"): _is_late,
    ("DueItem", "timeliness"): _due_standing,
    ("ListRemoval", "timeliness"): _removal_timeliness,
    ("ListRemoval", "announcement"): _announcement,
    ("Attachment", "address"): lambda state, row: f"/attachments/{row['id']}",
}
"""Fields that no column holds."""
