"""What a scope means in SQL: the one place that says which rows stand in which relation to the caller.

`{t}` is the alias of the row's table; `:name` is a bound value of the request: office, jurisdiction,
subject, purpose (ids of the caller) and today. A scope that an object does not list here holds for none
of its rows.
"""

from __future__ import annotations

from functools import reduce
from operator import or_

from authz.relations import (
    authority,
    commitments,
    credit,
    culture,
    due,
    editions,
    evaluation,
    exams,
    exemptions,
    files,
    grade_facts,
    ledger,
    list_matters,
    lists,
    mandates,
    measures,
    merging,
    name_warnings,
    objections,
    oversight,
    progress,
    providers,
    quality,
    registry,
    repair,
    rights,
    self_reports,
    use,
    warnings,
)
from authz.relations.common import Rows
from authz.vocabulary import Scope

NEEDS: dict[Scope, tuple[str, ...]] = {
    Scope.OWN_OFFICE: ("office",),
    Scope.OWN_BUREAU: ("jurisdiction",),
    Scope.CO_OWNER: ("office",),
    Scope.ENTRUSTED: ("office",),
    Scope.ADDRESSED: ("office", "jurisdiction"),
    Scope.OWN_JURISDICTION: ("jurisdiction",),
    Scope.CHILD_JURISDICTION: ("jurisdiction",),
    Scope.PURPOSED: ("jurisdiction", "purpose"),
    Scope.CONSENTED: ("office", "purpose"),
    Scope.SELF: ("subject",),
}
"""What the caller must have for a scope to be open to it at all."""

PURPOSE_NEEDED = frozenset(
    {
        "subject",
        "legal_representative",
        "credit_record",
        "credit_record_version",
        "list_entry",
        "list_evidence",
        "attachment",
        "list_removal",
        "commitment",
        "attendance",
        "integrity_complaint",
        "government_contract",
        "market_record",
        "objection",
        "objection_pause",
        "subject_statement",
        "self_report",
        "repair_application",
        "repair_notice",
        "spot_check_result",
        "list_batch_entry",
        "list_notice",
        "urging",
        "exam_violation",
        "exam_watch",
        "discipline_recommendation",
        "exam_bulletin_line",
        "exemption",
        "measure",
        "risk_warning",
        "risk_warning_record",
        "risk_warning_action",
        "interview",
        "criminal_referral",
        "watch",
        "watched_change",
        "major_event",
        "grade_fact",
        "assessed_record",
        "grade",
        "supervised_subject",
        "integrity_archive",
        "name_warning",
        "subject_merge",
        "subject_merge_candidate",
    }
)
"""Objects that tell about somebody: who may not omit the purpose must name one to read them."""

_ROOMS = (
    registry,
    credit,
    culture,
    lists,
    list_matters,
    commitments,
    mandates,
    repair,
    providers,
    exams,
    exemptions,
    editions,
    files,
    rights,
    self_reports,
    measures,
    evaluation,
    warnings,
    name_warnings,
    merging,
    grade_facts,
    objections,
    use,
    oversight,
    due,
    quality,
    progress,
    authority,
)

_OTHERS: Rows = reduce(or_, (room.ROWS for room in _ROOMS))

ROWS: Rows = _OTHERS | ledger.rows(_OTHERS)
"""For each noun, the SQL condition of each scope: declared by the rooms of `authz.relations`."""

TARGETS = {
    ("credit_report", "issue"): "subject",
    ("subject_merge", "propose"): "subject",
    ("list_removal", "apply"): "list_entry",
    ("repair_application", "apply"): "credit_record",
    ("repair_notice", "serve"): "credit_record",
    ("exemption", "propose"): "credit_record",
    ("list_removal", "propose"): "list_entry",
    ("simplified_procedure", "read"): "subject",
    ("eligibility", "read"): "subject",
    ("eligibility", "weigh"): "subject",
    ("eligibility", "look_back"): "subject",
    ("eligibility", "screen"): "subject",
    ("grade_explanation", "read"): "subject",
    ("objection", "file"): "credit_record",
    ("measure", "apply"): "credit_record",
    ("measure", "report"): "credit_record",
    ("measure", "decline"): "credit_record",
    ("subject_statement", "make"): "credit_record",
    ("account", "explain"): "told_account",
    ("account", "suspend"): "told_account",
    ("account", "reinstate"): "told_account",
    ("account", "revoke_tokens"): "told_account",
}
"""Where an action creates a row, the rows its scopes speak of: a report is issued about a subject, an objection is
filed against a credit record, a measure applied because of one (or of a list entry or a grade, of which the scopes say the same)."""


def target(noun: str, action: str) -> str:
    """Give the noun whose rows the scopes of an action speak of."""
    return TARGETS.get((noun, action), noun)


def predicate(row: str, scope: Scope) -> str:
    """Give the SQL condition of a scope on an object's rows; FALSE where the object knows no such scope."""
    return ROWS.get(row, {}).get(scope, "FALSE")


def any_of(row: str, scopes: tuple[Scope, ...]) -> str:
    """Give the condition that a row lies in at least one of the scopes; FALSE for none."""
    texts = [predicate(row, scope) for scope in scopes]
    if "TRUE" in texts:
        return "TRUE"
    texts = list(dict.fromkeys(text for text in texts if text != "FALSE"))
    if not texts:
        return "FALSE"
    return texts[0] if len(texts) == 1 else "(" + " OR ".join(f"({text})" for text in texts) + ")"


def both(left: str, right: str) -> str:
    """Give the predicate of the rows for which two hold."""
    if "FALSE" in (left, right):
        return "FALSE"
    if left == "TRUE":
        return right
    return left if right == "TRUE" else f"({left}) AND ({right})"
