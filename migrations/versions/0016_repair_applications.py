"""Applications for credit repair; one of them is open, or was granted, for a record at a time."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

SQL = """
CREATE UNIQUE INDEX repair_application_stands_once ON repair_application (record_id)
  WHERE state NOT IN ('refused', 'withdrawn');
CREATE INDEX repair_application_by_decision ON repair_application (decided_at, id) WHERE state = 'granted';
CREATE INDEX credit_record_repaired ON credit_record (repaired_at) WHERE repaired_at IS NOT NULL;
CREATE INDEX list_evidence_by_record ON list_evidence (record_id);
GRANT SELECT, INSERT, UPDATE ON repair_application TO renxin_app;
"""
SQL_BACK = """
REVOKE ALL ON repair_application FROM renxin_app;
DROP INDEX credit_record_repaired; DROP INDEX list_evidence_by_record;
DROP INDEX repair_application_stands_once; DROP INDEX repair_application_by_decision;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0015_objections")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="RepairApplication",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "record",
                        fields.ForeignKeyField(
                            "renxin.CreditRecord",
                            source_field="record_id",
                            description="The record.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "subject",
                        fields.ForeignKeyField(
                            "renxin.Subject",
                            source_field="subject_id",
                            description="The subject that applies.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("about_person", fields.BooleanField(description="Whether the subject is a natural person.")),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            description="The division of the record.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            description="The office that recognised the failing, which alone repairs it 谁认定、谁修复.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("state", fields.TextField(description="How far it has come.", unique=False)),
                    (
                        "procedure",
                        fields.TextField(
                            description="Code of the procedure in force when it was applied for.", unique=False
                        ),
                    ),
                    ("grounds", fields.TextField(description="What the subject says for it 申请理由.", unique=False)),
                    (
                        "applied_at",
                        fields.DatetimeField(
                            description="When it was applied for.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "minimum_until",
                        fields.DateField(
                            null=True,
                            description="Last day of the shortest publication; null where none is set or assessable.",
                        ),
                    ),
                    (
                        "correction_due_on",
                        fields.DateField(
                            null=True,
                            description="Last day of the period prescribed for correction; null where none is stored.",
                        ),
                    ),
                    (
                        "standard",
                        fields.TextField(
                            null=True, description="Standard 认定标准 by which fulfilment was found.", unique=False
                        ),
                    ),
                    (
                        "fulfilled_on",
                        fields.DateField(null=True, description="Day since which the duties are fulfilled."),
                    ),
                    (
                        "fulfilment_evidence",
                        fields.TextField(null=True, description="Evidence of the fulfilment.", unique=False),
                    ),
                    (
                        "corrected_on",
                        fields.DateField(null=True, description="Day on which the failing was corrected 纠正."),
                    ),
                    (
                        "correction_evidence",
                        fields.TextField(null=True, description="Evidence of the correction.", unique=False),
                    ),
                    (
                        "effect_removed_on",
                        fields.DateField(
                            null=True,
                            description="Day on which the bad effect was removed 消除不良影响; null while it lasts.",
                        ),
                    ),
                    (
                        "effect_evidence",
                        fields.TextField(
                            null=True, description="Evidence that the bad effect was removed.", unique=False
                        ),
                    ),
                    (
                        "criminal_proceedings",
                        fields.BooleanField(
                            null=True, description="Whether criminal proceedings were found; null before the finding."
                        ),
                    ),
                    (
                        "repeated",
                        fields.BooleanField(
                            null=True, description="Whether the failing was found repeated; null before the finding."
                        ),
                    ),
                    (
                        "other_conditions",
                        fields.TextField(
                            null=True,
                            description="Which other conditions of law were found met, or that there are none.",
                            unique=False,
                        ),
                    ),
                    (
                        "exit_standard",
                        fields.TextField(
                            null=True,
                            description="Standard by which its entries may leave their lists 退出标准.",
                            unique=False,
                        ),
                    ),
                    (
                        "found_at",
                        fields.DatetimeField(
                            null=True,
                            description="When the office made its finding 认定.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "commitment",
                        fields.ForeignKeyField(
                            "renxin.Commitment",
                            source_field="commitment_id",
                            null=True,
                            description="The public commitment 信用承诺; null before it is signed.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "signed_at",
                        fields.DatetimeField(
                            null=True, description="When the commitment was signed.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "decided_at",
                        fields.DatetimeField(
                            null=True, description="When it was decided.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "decision_reason",
                        fields.TextField(null=True, description="Reason of the decision.", unique=False),
                    ),
                    (
                        "assessment",
                        fields.TextField(
                            null=True,
                            description="How conditions were judged for which no measure is set; null where each has one.",
                            unique=False,
                        ),
                    ),
                    (
                        "platform_due_on",
                        fields.DateField(
                            null=True,
                            description="Last day to tell the platform of the repair; null where no term is set, or while the calendar does not reach.",
                        ),
                    ),
                    (
                        "due_provisional",
                        fields.BooleanField(
                            default=False,
                            description="True when the term runs into a year whose holidays are not announced, or beyond the calendar.",
                        ),
                    ),
                    (
                        "platform_told_at",
                        fields.DatetimeField(
                            null=True, description="When the platform receipted it.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("applied_by", fields.UUIDField(null=True, description="Account that applied.")),
                    ("found_by", fields.UUIDField(null=True, description="Account that made the finding.")),
                    ("signed_by", fields.UUIDField(null=True, description="Account that signed.")),
                    ("decided_by", fields.UUIDField(null=True, description="Account that decided.")),
                ],
                options={
                    "table": "repair_application",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["record_id", "applied_at", "id"], name="repair_application_by_record"),
                        Index(fields=["subject_id", "applied_at", "id"], name="repair_application_by_subject"),
                        Index(fields=["office_id", "applied_at", "id"], name="repair_application_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "An application for the repair 信用修复 of a published negative record and of what rests on it.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="RepairApplication",
                constraint=CheckConstraint(
                    check="state IN ('applied', 'fulfilment_found', 'signed', 'granted', 'refused', 'withdrawn')",
                    name="repair_application_state_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="RepairApplication",
                constraint=CheckConstraint(
                    check="(state IN ('granted', 'refused')) = (decided_at IS NOT NULL)",
                    name="repair_application_decided_has_time",
                ),
            ),
            ops.AddConstraint(
                model_name="RepairApplication",
                constraint=CheckConstraint(
                    check="NOT (state IN ('granted', 'refused')) OR (decided_by IS NOT NULL AND decision_reason IS NOT NULL)",
                    name="repair_application_decision_has_person_and_reason",
                ),
            ),
            ops.AddConstraint(
                model_name="RepairApplication",
                constraint=CheckConstraint(
                    check="state NOT IN ('fulfilment_found', 'signed', 'granted') OR (found_at IS NOT NULL AND found_by IS NOT NULL AND standard IS NOT NULL AND fulfilment_evidence IS NOT NULL AND corrected_on IS NOT NULL AND correction_evidence IS NOT NULL)",
                    name="repair_application_rests_on_finding",
                ),
            ),
            ops.AddConstraint(
                model_name="RepairApplication",
                constraint=CheckConstraint(
                    check="(effect_removed_on IS NULL) = (effect_evidence IS NULL)",
                    name="repair_application_effect_has_evidence",
                ),
            ),
            ops.AddConstraint(
                model_name="RepairApplication",
                constraint=CheckConstraint(
                    check="state NOT IN ('signed', 'granted') OR (signed_at IS NOT NULL AND commitment_id IS NOT NULL)",
                    name="repair_application_rests_on_commitment",
                ),
            ),
            ops.AddConstraint(
                model_name="RepairApplication",
                constraint=CheckConstraint(
                    check="platform_told_at IS NULL OR state = 'granted'", name="repair_application_told_when_granted"
                ),
            ),
            ops.AddConstraint(
                model_name="RepairApplication",
                constraint=CheckConstraint(
                    check="found_by <> decided_by", name="repair_application_found_by_is_not_decided_by"
                ),
            ),
            ops.AddConstraint(
                model_name="RepairApplication",
                constraint=CheckConstraint(
                    check="applied_by <> found_by", name="repair_application_applied_by_is_not_found_by"
                ),
            ),
            ops.AddConstraint(
                model_name="RepairApplication",
                constraint=CheckConstraint(
                    check="applied_by <> decided_by", name="repair_application_applied_by_is_not_decided_by"
                ),
            ),
            ops.AddConstraint(
                model_name="RepairApplication",
                constraint=CheckConstraint(
                    check="signed_by <> found_by", name="repair_application_signed_by_is_not_found_by"
                ),
            ),
            ops.AddConstraint(
                model_name="RepairApplication",
                constraint=CheckConstraint(
                    check="signed_by <> decided_by", name="repair_application_signed_by_is_not_decided_by"
                ),
            ),
            ops.RunSQL(SQL, SQL_BACK),
        ),
    ]
