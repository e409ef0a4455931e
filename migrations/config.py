"""Where Tortoise finds our models and migrations; the one list of modules that hold tables."""

from __future__ import annotations

from typing import Any

MODEL_MODULES = [
    "domain.registry.jurisdiction",
    "domain.registry.office",
    "domain.registry.subject",
    "domain.edition.edition",
    "domain.registry.catalogue",
    "domain.credit.record",
    "domain.lists.credit_list",
    "domain.lists.list_definition",
    "domain.lists.list_entry",
    "domain.credit.repair_notice",
    "domain.lists.list_removal",
    "domain.lists.list_batch",
    "domain.files.attachment",
    "domain.commitment.item",
    "domain.commitment.commitment",
    "domain.repair.application",
    "domain.commitment.spot_check",
    "domain.lists.list_attestation",
    "domain.lists.list_notice",
    "domain.lists.urging",
    "domain.exam.violation",
    "domain.exam.watch",
    "domain.exam.recommendation",
    "domain.exam.bulletin",
    "domain.exemption.item",
    "domain.exemption.exemption",
    "domain.use.purpose",
    "domain.rights.consent",
    "domain.rights.subject_request",
    "domain.rights.objections.objection",
    "domain.rights.subject_statement",
    "domain.self_report.report",
    "domain.measure.measure",
    "domain.evaluation.paper",
    "domain.evaluation.run",
    "domain.evaluation.grade",
    "domain.evaluation.supervised",
    "domain.evaluation.archive",
    "domain.warning.screening",
    "domain.warning.risk_warning",
    "domain.interview.interview",
    "domain.warning.watch",
    "domain.event.major_event",
    "domain.oversight.monitoring_figure",
    "domain.referral.criminal_referral",
    "domain.culture.typical_case",
    "domain.culture.campaign",
    "domain.culture.activity",
    "domain.culture.attendance",
    "domain.culture.portal_entry",
    "domain.integrity.mandate",
    "domain.integrity.complaint",
    "domain.integrity.contract",
    "domain.third_party.processing",
    "domain.third_party.market_record",
    "domain.grade.grade_fact",
    "domain.use.report",
    "domain.oversight.intake",
    "domain.oversight.quota_breach",
    "domain.oversight.deadline",
    "domain.oversight.standing_duty",
    "domain.oversight.assessment",
    "domain.oversight.progress_report",
    "domain.oversight.quality_tally",
    "domain.registry.name_warning",
    "domain.merging.merge",
    "domain.ledger.event",
    "domain.ledger.adoption",
    "domain.outbox",
    "domain.delivery.delivery",
    "domain.idempotency",
    "domain.working_day",
    "authz.account",
    "authz.account_key",
    "authz.proof_use",
    "authz.issuer_clock",
    "authz.policy",
    "authz.quota",
]


def tortoise_config(url: str) -> dict[str, Any]:
    """Give Tortoise's configuration for a database URL."""
    return {
        "connections": {"default": url},
        "apps": {
            "renxin": {"models": MODEL_MODULES, "default_connection": "default", "migrations": "migrations.versions"}
        },
        "use_tz": True,
        "timezone": "UTC",
    }


# Only for Tortoise's own command line (`tortoise -c migrations.config.CONFIG makemigrations`), which does not connect.
CONFIG = tortoise_config("asyncpg://renxin@127.0.0.1/renxin")
