"""Scoring papers: files by which the engine computes grades under a scheme."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from domain.ids import new_id
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from migrations.together import Together

MORE = """
GRANT SELECT, INSERT, UPDATE ON scoring_paper TO renxin_app;
"""
BACK = """
REVOKE ALL ON scoring_paper FROM renxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0045_grade_runs")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="ScoringPaper",
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
                            description="The office that proposed it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "scheme",
                        fields.CharField(description="Code of the evaluation scheme in the rulebook.", max_length=64),
                    ),
                    ("name", fields.CharField(description="Name of the document with the scoring.", max_length=200)),
                    ("document_no", fields.CharField(null=True, description="Document number 文号.", max_length=100)),
                    (
                        "content",
                        fields.TextField(
                            description="The file: scale, features (indicators and their scores), rules (vetoes first, then thresholds), each cited.",
                            unique=False,
                        ),
                    ),
                    ("digest", fields.CharField(description="SHA-256 of the file, hexadecimal.", max_length=64)),
                    (
                        "basis",
                        fields.TextField(description="Clause of the rulebook that names the document.", unique=False),
                    ),
                    (
                        "state",
                        fields.TextField(
                            description="Proposed, approved or rejected; whether it is in force is told by `inForce`.",
                            unique=False,
                        ),
                    ),
                    ("valid_from", fields.DateField(description="First day of validity.")),
                    (
                        "valid_to",
                        fields.DateField(null=True, description="Last day of validity; null when none is named."),
                    ),
                    ("reason", fields.TextField(null=True, description="Why it was rejected, or ended.", unique=False)),
                    ("proposed_by", fields.UUIDField(null=True, description="Account that proposed it.")),
                    (
                        "proposed_at",
                        fields.DatetimeField(description="When it was proposed.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "decided_by",
                        fields.UUIDField(
                            null=True, description="Account that approved or rejected it; another than proposed it."
                        ),
                    ),
                    (
                        "decided_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was approved or rejected.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                ],
                options={
                    "table": "scoring_paper",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="state IN ('proposed', 'approved', 'rejected')", name="scoring_paper_state_is_known"
                        ),
                        CheckConstraint(check="decided_by <> proposed_by", name="scoring_paper_is_decided_by_another"),
                        CheckConstraint(
                            check="(state = 'proposed') = (decided_at IS NULL)", name="scoring_paper_decided_has_time"
                        ),
                        CheckConstraint(check="valid_to >= valid_from", name="scoring_paper_days_in_order"),
                    ],
                    "indexes": [
                        Index(fields=["jurisdiction_id", "scheme", "valid_from"], name="scoring_paper_by_scheme"),
                        Index(fields=["office_id", "proposed_at", "id"], name="scoring_paper_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A scoring paper 评分细则 of an evaluation scheme: the file its office proposed, and another person approved.",
                },
                bases=["Model"],
            ),
            ops.AddField(
                model_name="Grade",
                name="paper",
                field=fields.ForeignKeyField(
                    "renxin.ScoringPaper",
                    source_field="paper_id",
                    null=True,
                    description="The scoring paper it was computed by; null without one.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AddField(
                model_name="GradeRun",
                name="paper",
                field=fields.ForeignKeyField(
                    "renxin.ScoringPaper",
                    source_field="paper_id",
                    null=True,
                    description="The scoring paper it computes by; null without one.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AddConstraint(
                model_name="ScoringPaper",
                constraint=CheckConstraint(
                    check="state IN ('proposed', 'approved', 'rejected')", name="scoring_paper_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="ScoringPaper",
                constraint=CheckConstraint(
                    check="decided_by <> proposed_by", name="scoring_paper_is_decided_by_another"
                ),
            ),
            ops.AddConstraint(
                model_name="ScoringPaper",
                constraint=CheckConstraint(
                    check="(state = 'proposed') = (decided_at IS NULL)", name="scoring_paper_decided_has_time"
                ),
            ),
            ops.AddConstraint(
                model_name="ScoringPaper",
                constraint=CheckConstraint(check="valid_to >= valid_from", name="scoring_paper_days_in_order"),
            ),
            ops.RunSQL(MORE, BACK),
        ),
    ]
