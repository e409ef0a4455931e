"""The words of the access policy: objects and their actions, scopes, roles, levels.

An object is a table's name or another noun of the domain; an action is what may be done to it, the same
word as the mutation's and the ledger's. A policy line with a word that is not here is refused.
"""

from __future__ import annotations

from enum import StrEnum

ACTIONS: dict[str, tuple[str, ...]] = {
    "jurisdiction": ("read",),
    "office": ("read",),
    "responsibility": ("read",),
    "catalogue_item": ("read",),
    "catalogue_producer": ("read",),
    "application_item": ("read",),
    "edition": ("read", "draft", "amend", "propose", "approve", "reject", "discard", "end", "submit"),
    "edition_item": ("read",),
    "credit_list": ("read",),
    "working_day": ("read",),
    "subject": ("read", "search", "lookup_person"),
    "legal_representative": ("read",),
    "credit_record": ("read", "submit", "publish", "amend", "withdraw"),
    "credit_record_version": ("read",),
    "repair_notice": ("read", "serve"),
    "repair_application": (
        "read",
        "apply",
        "find_fulfilled",
        "sign",
        "grant",
        "refuse",
        "withdraw",
        "tell",
        "audit",
    ),
    "exemption_item": ("read", "propose", "approve", "reject", "end"),
    "exemption": ("read", "propose", "sign", "grant", "refuse", "withdraw"),
    "list_batch": (
        "read",
        "open",
        "fill",
        "submit",
        "return",
        "publish",
        "withdraw",
        "preview",
        "export",
        "count",
    ),
    "list_batch_entry": ("read",),
    "list_removal": (
        "read",
        "apply",
        "propose",
        "review",
        "decide",
        "file",
        "remove",
        "announce",
        "refuse",
        "close",
        "withdraw",
    ),
    "attachment": ("read", "upload", "attach", "discard"),
    "commitment_item": ("read", "propose", "approve", "reject", "end"),
    "commitment_item_office": ("read",),
    "commitment": ("read", "sign", "refuse", "publish", "supply", "keep", "break", "reopen", "withdraw"),
    "exam_violation": ("read", "record", "confirm", "decide", "enter", "withdraw"),
    "exam_watch": ("read", "enter", "lift"),
    "discipline_recommendation": ("read", "recommend", "answer"),
    "exam_bulletin": ("read", "issue"),
    "exam_bulletin_line": ("read",),
    "spot_check": ("read", "draw"),
    "spot_check_result": ("read",),
    "simplified_procedure": ("read",),
    "eligibility": ("read", "weigh", "look_back", "screen"),
    "list_definition": ("read", "draft", "open", "discard"),
    "list_entry": (
        "read",
        "collect",
        "amend",
        "resume",
        "attest",
        "notify",
        "announce",
        "investigate",
        "approve_report",
        "review",
        "decide",
        "submit",
        "publish",
        "return",
        "extend",
        "withdraw",
        "import",
        "end",
        "export",
    ),
    "list_attestation": ("read",),
    "list_notice": ("read", "answer", "close"),
    "list_evidence": ("read",),
    "urging": ("read", "issue", "conclude"),
    "consent": ("read", "grant", "revoke"),
    "subject_request": ("read", "file", "grant", "refuse", "withdraw"),
    "objection": (
        "read",
        "count",
        "file",
        "appeal",
        "withdraw",
        "mark",
        "forward",
        "verify",
        "pause",
        "resume",
        "decide",
        "report",
        "correct",
        "tell",
    ),
    "objection_pause": ("read",),
    "subject_statement": ("read", "make", "remove"),
    "measure": ("read", "apply", "report", "decline", "lift"),
    "grade": ("read", "propose", "determine", "publish", "reject", "contest", "uphold", "withdraw"),
    "scoring_paper": ("read", "propose", "approve", "reject", "end"),
    "grade_run": ("read", "propose", "publish", "discard"),
    "supervised_subject": ("read", "register", "end"),
    "integrity_archive": ("read", "open", "close"),
    "archive_coverage": ("read",),
    "screening": ("read", "run", "circulate"),
    "risk_warning": ("read", "raise", "act", "follow_up", "contest", "answer", "close", "dismiss"),
    "risk_warning_record": ("read",),
    "risk_warning_action": ("read",),
    "interview": ("read", "invite", "reinvite", "hold", "decline", "miss", "conclude"),
    "watch": ("read", "enter", "end"),
    "watched_change": ("read",),
    "major_event": ("read", "report", "handle", "feed_back"),
    "monitoring_figure": ("read", "load"),
    "criminal_referral": ("read", "refer", "accept", "end"),
    "typical_case": ("read", "count", "propose", "approve", "reject", "withdraw"),
    "portal_entry": ("read", "propose", "approve", "reject", "withdraw"),
    "activity": ("read", "plan", "conclude", "cancel"),
    "attendance": ("read", "record", "cite", "withdraw"),
    "campaign": ("read", "count", "open", "close"),
    "campaign_tag": ("read", "tag", "untag"),
    "mandate": ("read", "count", "name", "admit", "end"),
    "integrity_complaint": ("read", "monitor", "settle", "report"),
    "government_contract": ("read", "survey", "update"),
    "processing_contract": ("read", "propose", "approve", "reject", "end"),
    "market_record": ("read", "record", "cite", "withdraw"),
    "grade_fact": ("read", "record", "amend", "withdraw"),
    "grade_explanation": ("read",),
    "self_report": ("read", "report", "remove", "refute", "reinstate"),
    "credit_report": ("read", "count", "issue", "revoke"),
    "record_import": ("read", "hand_in"),
    "refused_row": ("read",),
    "name_warning": ("read", "resolve"),
    "subject_merge": (
        "read",
        "propose",
        "approve",
        "refuse",
        "withdraw",
        "propose_unmerge",
        "refuse_unmerge",
        "approve_unmerge",
    ),
    "subject_merge_candidate": ("read",),
    "deadline": ("read",),
    "due_item": ("read",),
    "quality_assessment": ("read", "draw", "conclude"),
    "assessed_record": ("read", "judge"),
    "quality_figure": ("read",),
    "progress_report": ("read", "draft", "open", "complete", "hand_in", "tell"),
    "score_card": ("read",),
    "access_entry": ("read",),
    "quota_breach": ("read", "review"),
    "delivery": ("read", "resend", "tell"),
    "change_entry": ("read",),
    "ledger_checkpoint": ("read",),
    "policy_version": ("read", "draft", "edit", "propose", "approve", "reject", "activate", "roll_back"),
    "policy_row": ("read",),
    "account": ("read", "register", "explain", "revoke_tokens", "suspend", "reinstate", "sign_out", "bind"),
    "account_key": ("read", "propose", "approve", "reject", "revoke", "rotate"),
    "assignment": ("read", "propose", "approve", "reject", "end"),
    "ledger_adoption": ("read",),
    "request": ("omit_purpose",),
}

ROLES = (
    "public",
    "subject",
    "agent",
    "clerk",
    "reviewer",
    "approver",
    "deputy_leader",
    "leader",
    "credit_office",
    "partner",
    "auditor",
    "security_officer",
    "platform",
    "exam_institute",
    "exam_watcher",
    "discipline_officer",
    "assessor",
    "processor",
    "association",
    "data_user",
)


class Scope(StrEnum):
    """The relation between caller and row under which a line allows."""

    __hash__ = str.__hash__  # that of Enum is Python code: 1 µs for each look into a table

    ANY = "any"
    """Every row."""
    PUBLISHED = "published"
    """Rows that are lawfully published today."""
    PUBLISHED_ORGANISATION = "published_organisation"
    """Published rows about organisations."""
    OWN_OFFICE = "own_office"
    """Rows that the caller's office produced."""
    OWN_BUREAU = "own_bureau"
    """Rows of all offices of the caller's jurisdiction, in force or not: for those who lead them."""
    CO_OWNER = "co_owner"
    """Rows that await or have the word of the caller's office beside that of the office they are of: that of an owner
    beside it, or that of an assessor about it."""
    ADDRESSED = "addressed"
    """Rows that were handed to the caller's office to act on."""
    PUSHED = "pushed"
    """Rows in force that a text has pushed to the caller's office, published or only shared."""
    ENTRUSTED = "entrusted"
    """Rows about organisations that the caller's office processes under a contract in force."""
    OWN_JURISDICTION = "own_jurisdiction"
    """Rows in force that are shared within the caller's jurisdiction."""
    CHILD_JURISDICTION = "child_jurisdiction"
    """The same for the jurisdictions directly below the caller's."""
    PURPOSED = "purposed"
    """Rows shared within the caller's jurisdiction, for a request that names a purpose."""
    CONSENTED = "consented"
    """Rows of a subject who consented to the caller's office for the named purpose."""
    SELF = "self"
    """Rows about the caller."""


class Level(StrEnum):
    """What a clearance lets through."""

    CLEAR = "clear"
    MASKED = "masked"
    HIDDEN = "hidden"


RANK: dict[Level, int] = {Level.HIDDEN: 0, Level.MASKED: 1, Level.CLEAR: 2}
"""How much a level shows, in comparison."""
