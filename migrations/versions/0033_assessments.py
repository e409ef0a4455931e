"""Third-party assessments of quality."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

UP = """
CREATE UNIQUE INDEX quality_assessment_is_drawn_once ON quality_assessment (office_id, item_id, from_on, to_on)
  NULLS NOT DISTINCT;
GRANT SELECT, INSERT, UPDATE ON quality_assessment, assessed_record TO renxin_app;
"""
DOWN = "REVOKE ALL ON quality_assessment, assessed_record FROM renxin_app;"


class Migration(migrations.Migration):
    dependencies = [("renxin", "0032_deliveries_due")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="QualityAssessment",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            description="The division of the office.",
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
                            description="The office whose records are assessed.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "assessor",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="assessor_id",
                            description="The third party 评估机构 that judges them; outside the bureau.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "item",
                        fields.ForeignKeyField(
                            "renxin.CatalogueItem",
                            source_field="item_id",
                            null=True,
                            description="The one item assessed; null for all of 双公示.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("from_on", fields.DateField(description="First day on which its records were handed in.")),
                    ("to_on", fields.DateField(description="Last day on which its records were handed in.")),
                    (
                        "state",
                        fields.TextField(
                            description="Drawn, or concluded once every record of it is judged.", unique=False
                        ),
                    ),
                    ("seed", fields.CharField(description="Seed of the draw.", max_length=128)),
                    (
                        "population_size",
                        fields.IntField(description="How many records were handed in and stood at the draw."),
                    ),
                    (
                        "population_digest",
                        fields.TextField(description="SHA-256 of their ids, one a line in their order.", unique=False),
                    ),
                    ("sample_size", fields.IntField(description="How many were drawn.")),
                    (
                        "basis",
                        fields.TextField(
                            description="Clause 依据 that orders assessments, or the note that none does.", unique=False
                        ),
                    ),
                    (
                        "drawn_at",
                        fields.DatetimeField(description="When it was drawn.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "concluded_at",
                        fields.DatetimeField(
                            null=True, description="When it was concluded.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("drawn_by", fields.UUIDField(null=True, description="Account that drew it.")),
                    (
                        "concluded_by",
                        fields.UUIDField(null=True, description="Account that concluded it; another than drew it."),
                    ),
                ],
                options={
                    "table": "quality_assessment",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="state IN ('drawn', 'concluded')", name="quality_assessment_state_is_known"
                        ),
                        CheckConstraint(
                            check="assessor_id <> office_id", name="quality_assessment_is_by_another_office"
                        ),
                        CheckConstraint(check="from_on <= to_on", name="quality_assessment_days_are_in_order"),
                        CheckConstraint(
                            check="(state = 'concluded') = (concluded_at IS NOT NULL)",
                            name="quality_assessment_concluded_has_time",
                        ),
                        CheckConstraint(
                            check="drawn_by <> concluded_by", name="quality_assessment_is_concluded_by_another"
                        ),
                    ],
                    "indexes": [
                        Index(fields=["office_id", "drawn_at", "id"], name="quality_assessment_by_office"),
                        Index(fields=["jurisdiction_id", "drawn_at", "id"], name="quality_assessment_by_place"),
                        Index(fields=["assessor_id", "drawn_at", "id"], name="quality_assessment_by_assessor"),
                    ],
                    "pk_attr": "id",
                    "table_description": "An assessment 评估 of the correctness of what an office handed in during some days.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="AssessedRecord",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "assessment",
                        fields.ForeignKeyField(
                            "renxin.QualityAssessment",
                            source_field="assessment_id",
                            description="The assessment.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "record",
                        fields.ForeignKeyField(
                            "renxin.CreditRecord",
                            source_field="record_id",
                            description="The credit record that was drawn.",
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
                            description="The subject of the record.",
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
                            description="The division of the office.",
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
                            description="The office whose record it is.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "assessor",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="assessor_id",
                            description="The third party that judges it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("place", fields.IntField(description="Place in the draw, from 1.")),
                    ("version", fields.IntField(description="Version of the record that was drawn.")),
                    ("state", fields.TextField(description="Pending, correct or incorrect.", unique=False)),
                    (
                        "finding",
                        fields.TextField(
                            null=True, description="What is incorrect 问题; null where nothing is.", unique=False
                        ),
                    ),
                    (
                        "judged_at",
                        fields.DatetimeField(
                            null=True, description="When it was judged.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("drawn_by", fields.UUIDField(null=True, description="Account that drew it.")),
                    (
                        "judged_by",
                        fields.UUIDField(null=True, description="Account that judged it; another than drew it."),
                    ),
                ],
                options={
                    "table": "assessed_record",
                    "app": "renxin",
                    "constraints": [
                        UniqueConstraint(fields=("assessment_id", "record_id"), name="assessed_record_is_unique"),
                        CheckConstraint(
                            check="state IN ('pending', 'correct', 'incorrect')", name="assessed_record_state_is_known"
                        ),
                        CheckConstraint(
                            check="(state = 'pending') = (judged_at IS NULL)", name="assessed_record_judged_has_time"
                        ),
                        CheckConstraint(
                            check="(state = 'incorrect') = (finding IS NOT NULL)",
                            name="assessed_record_incorrect_says_why",
                        ),
                        CheckConstraint(check="drawn_by <> judged_by", name="assessed_record_is_judged_by_another"),
                    ],
                    "indexes": [Index(fields=["record_id", "assessor_id"], name="assessed_record_by_record")],
                    "pk_attr": "id",
                    "table_description": "A credit record that was drawn for an assessment, and the assessor's verdict on it.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="QualityAssessment",
                constraint=CheckConstraint(
                    check="state IN ('drawn', 'concluded')", name="quality_assessment_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="QualityAssessment",
                constraint=CheckConstraint(
                    check="assessor_id <> office_id", name="quality_assessment_is_by_another_office"
                ),
            ),
            ops.AddConstraint(
                model_name="QualityAssessment",
                constraint=CheckConstraint(check="from_on <= to_on", name="quality_assessment_days_are_in_order"),
            ),
            ops.AddConstraint(
                model_name="QualityAssessment",
                constraint=CheckConstraint(
                    check="(state = 'concluded') = (concluded_at IS NOT NULL)",
                    name="quality_assessment_concluded_has_time",
                ),
            ),
            ops.AddConstraint(
                model_name="QualityAssessment",
                constraint=CheckConstraint(
                    check="drawn_by <> concluded_by", name="quality_assessment_is_concluded_by_another"
                ),
            ),
            ops.AddConstraint(
                model_name="AssessedRecord",
                constraint=UniqueConstraint(fields=("assessment_id", "record_id"), name="assessed_record_is_unique"),
            ),
            ops.AddConstraint(
                model_name="AssessedRecord",
                constraint=CheckConstraint(
                    check="state IN ('pending', 'correct', 'incorrect')", name="assessed_record_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="AssessedRecord",
                constraint=CheckConstraint(
                    check="(state = 'pending') = (judged_at IS NULL)", name="assessed_record_judged_has_time"
                ),
            ),
            ops.AddConstraint(
                model_name="AssessedRecord",
                constraint=CheckConstraint(
                    check="(state = 'incorrect') = (finding IS NOT NULL)", name="assessed_record_incorrect_says_why"
                ),
            ),
            ops.AddConstraint(
                model_name="AssessedRecord",
                constraint=CheckConstraint(check="drawn_by <> judged_by", name="assessed_record_is_judged_by_another"),
            ),
            ops.RunSQL(UP, DOWN),
        )
    ]
