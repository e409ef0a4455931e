"""What the words of the policy mean for a caller: which rows are open, and in which form a field is shown.

Nothing of `authz` or `api` is asked. What is shared is data only: the policy's lines, read by a parser of our
own, and the privacy class of a field, read from the schema's SDL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.oracle.policy import Policy
from tests.oracle.scopes import RELATIONS
from tests.oracle.standing import State
from tests.oracle.world import Caller, Row

NOUNS = {
    "Jurisdiction": "jurisdiction",
    "Office": "office",
    "Responsibility": "responsibility",
    "Subject": "subject",
    "LegalRepresentative": "legal_representative",
    "CatalogueItem": "catalogue_item",
    "CatalogueProducer": "catalogue_producer",
    "CreditRecord": "credit_record",
    "CreditRecordVersion": "credit_record_version",
    "RepairNotice": "repair_notice",
    "RepairApplication": "repair_application",
    "ExemptionItem": "exemption_item",
    "Edition": "edition",
    "EditionItem": "edition_item",
    "Exemption": "exemption",
    "CreditList": "credit_list",
    "ListEntry": "list_entry",
    "ListEvidence": "list_evidence",
    "ListDefinition": "list_definition",
    "ListAttestation": "list_attestation",
    "ListNotice": "list_notice",
    "Urging": "urging",
    "ApplicationItem": "application_item",
    "CommitmentItem": "commitment_item",
    "CommitmentItemOffice": "commitment_item_office",
    "Commitment": "commitment",
    "ExamViolation": "exam_violation",
    "ExamWatch": "exam_watch",
    "DisciplineRecommendation": "discipline_recommendation",
    "ExamBulletin": "exam_bulletin",
    "ExamBulletinLine": "exam_bulletin_line",
    "SpotCheck": "spot_check",
    "SpotCheckResult": "spot_check_result",
    "Consent": "consent",
    "SubjectRequest": "subject_request",
    "CreditReport": "credit_report",
    "RecordImport": "record_import",
    "QuotaBreach": "quota_breach",
    "Delivery": "delivery",
    "RefusedRow": "refused_row",
    "Deadline": "deadline",
    "DueItem": "due_item",
    "QualityAssessment": "quality_assessment",
    "AssessedRecord": "assessed_record",
    "ProgressReport": "progress_report",
    "WorkingDay": "working_day",
    "AccessEntry": "access_entry",
    "ChangeEntry": "change_entry",
    "LedgerCheckpoint": "ledger_checkpoint",
    "LedgerAdoption": "ledger_adoption",
    "Attachment": "attachment",
    "ListBatch": "list_batch",
    "ListBatchEntry": "list_batch_entry",
    "ListRemoval": "list_removal",
    "Objection": "objection",
    "ObjectionPause": "objection_pause",
    "SubjectStatement": "subject_statement",
    "SelfReport": "self_report",
    "Measure": "measure",
    "Grade": "grade",
    "GradeRun": "grade_run",
    "ScoringPaper": "scoring_paper",
    "SupervisedSubject": "supervised_subject",
    "IntegrityArchive": "integrity_archive",
    "Screening": "screening",
    "RiskWarning": "risk_warning",
    "RiskWarningRecord": "risk_warning_record",
    "RiskWarningAction": "risk_warning_action",
    "Interview": "interview",
    "CriminalReferral": "criminal_referral",
    "TypicalCase": "typical_case",
    "PortalEntry": "portal_entry",
    "Activity": "activity",
    "Attendance": "attendance",
    "Campaign": "campaign",
    "CampaignTag": "campaign_tag",
    "Mandate": "mandate",
    "IntegrityComplaint": "integrity_complaint",
    "GovernmentContract": "government_contract",
    "ProcessingContract": "processing_contract",
    "MarketRecord": "market_record",
    "NameWarning": "name_warning",
    "SubjectMerge": "subject_merge",
    "SubjectMergeCandidate": "subject_merge_candidate",
    "Watch": "watch",
    "WatchedChange": "watched_change",
    "MajorEvent": "major_event",
    "MonitoringFigure": "monitoring_figure",
    "GradeFact": "grade_fact",
    "PolicyVersion": "policy_version",
    "PolicyRow": "policy_row",
    "Account": "account",
    "AccountKey": "account_key",
    "Assignment": "assignment",
}
"""The noun of each type whose objects are rows."""

ABOUT_SOMEBODY = {
    "subject",
    "legal_representative",
    "credit_record",
    "credit_record_version",
    "list_entry",
    "list_evidence",
    "attachment",
    "list_batch_entry",
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
"""Credit data about somebody: whoever may not omit the purpose must name one for it."""

NEEDED = {
    "own_office": ("office",),
    "own_bureau": ("jurisdiction",),
    "co_owner": ("office",),
    "entrusted": ("office",),
    "pushed": ("office",),
    "addressed": ("office", "jurisdiction"),
    "own_jurisdiction": ("jurisdiction",),
    "child_jurisdiction": ("jurisdiction",),
    "purposed": ("jurisdiction", "purpose"),
    "consented": ("office", "purpose"),
    "self": ("subject",),
}
"""What a caller must have for a relation to be possible at all."""


@dataclass
class Meaning(State):
    """The rows, the day, the policy and the privacy classes: all that visibility and masking follow from."""

    policy: Policy
    classes: dict[tuple[str, str], str]

    def rows_of(self, noun: str) -> list[Row]:
        """Give all rows of a noun."""
        if noun in ("access_entry", "change_entry"):
            return [row for row in self.tables["ledger_event"] if f"{row['kind']}_entry" == noun]
        return self.tables[noun]

    def open_scopes(self, caller: Caller, noun: str, action: str) -> set[str]:
        """Give the granted scopes that the caller and the noun can have at all."""
        have = {
            "office": caller.office,
            "jurisdiction": caller.jurisdiction,
            "subject": caller.subject,
            "purpose": caller.purpose,
        }
        return {
            scope
            for scope in self.policy.scopes(caller.roles, noun, action)
            if scope in RELATIONS[noun] and all(have[one] is not None for one in NEEDED.get(scope, ()))
        }

    def holds(self, caller: Caller, noun: str, scope: str, row: Row) -> bool:
        """Tell whether a row stands in a relation to the caller."""
        return RELATIONS[noun][scope](self, caller, row)

    def within(self, caller: Caller, noun: str, scopes: Iterable[str], row: Row) -> bool:
        """Tell whether a row lies in one of the scopes."""
        return any(self.holds(caller, noun, scope, row) for scope in scopes)

    def level(self, caller: Caller, noun: str, privacy: str, row: Row) -> str:
        """Give how a class of a row is shown to the caller: by the best scope that the row lies in."""
        found = {
            self.policy.level(caller.roles, privacy, scope)
            for scope in self.open_scopes(caller, noun, "read")
            if self.holds(caller, noun, scope, row)
        }
        return next((level for level in ("clear", "masked") if level in found), "hidden")

    def shown(self, caller: Caller, type_name: str, field: str, row: Row) -> Any:
        """Give the value of a stored field in the form the caller may see."""
        column = snake(field)
        privacy = self.classes.get((type_name, field))
        if privacy is None:
            return row[column]
        level = self.level(caller, NOUNS[type_name], privacy, row)
        if level == "clear":
            return row[column]
        return _masked(privacy, row, column) if level == "masked" else None

    def computed(
        self, caller: Caller, type_name: str, field: str, row: Row, compute: Callable[[State, Row], Any]
    ) -> Any:
        """Give the value of a computed field, where the class of its parts is shown in clear."""
        privacy = self.classes.get((type_name, field))
        if privacy is not None and self.level(caller, NOUNS[type_name], privacy, row) != "clear":
            return None
        return compute(self, row)

    def kept(self, subject: Row) -> Row:
        """Give the subject that one stands for today: itself, or the one it was merged into."""
        return next((one for one in self.tables["subject"] if one["id"] == subject["merged_into_id"]), subject)

    def person(self, noun: str, row: Row) -> Any:
        """Give the natural person whose data an object carries, or None."""
        match noun:
            case "subject":
                return row["id"] if row["is_person"] else None
            case "subject_merge":
                return row["kept_id"] if row["about_person"] else None
            case "legal_representative":
                # somebody who is not known as a subject is noted with the organisation that the link hangs on
                return row["person_id"] or row["subject_id"]
            case (
                "credit_record"
                | "credit_record_version"
                | "list_entry"
                | "list_notice"
                | "consent"
                | "credit_report"
                | "subject_request"
                | "repair_notice"
                | "repair_application"
                | "attachment"
                | "list_removal"
                | "objection"
                | "objection_pause"
                | "subject_statement"
            ):
                return row["subject_id"] if row["about_person"] else None
            case "change_entry":
                people = {one["id"] for one in self.tables["subject"] if one["is_person"]}
                return row["subject_id"] if row["subject_id"] in people else None
        return row["subject_id"] if row.get("about_person") else None


def _masked(privacy: str, row: Row, column: str) -> Any:
    match privacy:
        case "person_name":
            return row["masked_name"]
        case "person_id" | "representative_id":
            return row[column]  # the column holds the masked form only
        case "credit_detail":
            return None if row.get("is_person") or row.get("about_person") else row[column]
    return None


def snake(name: str) -> str:
    """Turn a GraphQL name into a column's."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
