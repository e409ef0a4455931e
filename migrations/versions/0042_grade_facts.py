"""Facts that grades rest on: complaints, findings, deposits, systems, kinds of enterprise, each in its versions."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from domain.ids import new_id
from migrations.together import Together

EXTRA = """
CREATE UNIQUE INDEX grade_fact_number_stands_once ON grade_fact (office_id, kind, number)
  WHERE state = 'recorded' AND number IS NOT NULL;
GRANT SELECT, INSERT ON grade_fact TO renxin_app;
GRANT UPDATE (state, ended_at, ended_on, ended_by) ON grade_fact TO renxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0041_watches")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="GradeFact",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "subject",
                        fields.ForeignKeyField(
                            "renxin.Subject",
                            source_field="subject_id",
                            description="The organisation it is about.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            description="The division whose evaluation it enters.",
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
                            description="The office that produced it and answers for it 谁产生、谁负责.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "kind",
                        fields.TextField(
                            description="What it is: a complaint, a finding, a deposit, a system, a kind of enterprise.",
                            unique=False,
                        ),
                    ),
                    (
                        "outcome",
                        fields.TextField(description="What came of it, in the words of its kind.", unique=False),
                    ),
                    (
                        "code",
                        fields.TextField(
                            null=True,
                            description="Which system 制度, or which indicator 指标, as the scheme calls it.",
                            unique=False,
                        ),
                    ),
                    (
                        "project",
                        fields.TextField(
                            null=True,
                            description="The project 项目 it is about; null for the whole unit.",
                            unique=False,
                        ),
                    ),
                    (
                        "number",
                        fields.TextField(
                            null=True, description="Number of its document 文号, e.g. of the complaint.", unique=False
                        ),
                    ),
                    ("amount", fields.IntField(null=True, description="Amount of a deposit, in yuan.")),
                    (
                        "evidence",
                        fields.TextField(
                            null=True,
                            description="What it rests on 依据材料; a finding of serious arrears has some.",
                            unique=False,
                        ),
                    ),
                    (
                        "occurred_on",
                        fields.DateField(description="Day on which it happened, or from which on it holds."),
                    ),
                    (
                        "holds_until",
                        fields.DateField(
                            null=True,
                            description="Last day on which it holds; null while it does, and of what merely happened.",
                        ),
                    ),
                    (
                        "state",
                        fields.TextField(
                            description="Recorded, or ended by an amendment or a withdrawal.", unique=False
                        ),
                    ),
                    (
                        "version",
                        fields.IntField(
                            default=1, description="Version of the fact, from 1; every amendment makes another."
                        ),
                    ),
                    (
                        "replaces",
                        fields.ForeignKeyField(
                            "renxin.GradeFact",
                            source_field="replaces_id",
                            null=True,
                            description="The version that it amends; null for the first.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "recorded_at",
                        fields.DatetimeField(
                            description="When this version was recorded.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "recorded_on",
                        fields.DateField(description="Day in China on which it was recorded: known from then on."),
                    ),
                    ("recorded_by", fields.UUIDField(null=True, description="Account that recorded it.")),
                    (
                        "ended_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was amended or withdrawn.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "ended_on",
                        fields.DateField(
                            null=True,
                            description="Day on which it was amended or withdrawn: not known any more from then on.",
                        ),
                    ),
                    ("ended_by", fields.UUIDField(null=True, description="Account that amended or withdrew it.")),
                ],
                options={
                    "table": "grade_fact",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "recorded_at", "id"], name="grade_fact_by_subject"),
                        Index(fields=["office_id", "recorded_at", "id"], name="grade_fact_by_office"),
                        Index(fields=["jurisdiction_id", "recorded_at", "id"], name="grade_fact_by_jurisdiction"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A fact 等级评价事实 that a subject's grade rests on, in one version.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                "GradeFact",
                CheckConstraint(
                    check="state IN ('recorded', 'amended', 'withdrawn')", name="grade_fact_state_is_known"
                ),
            ),
            ops.AddConstraint(
                "GradeFact",
                CheckConstraint(
                    check="(kind = 'arrears_complaint' AND outcome IN ('open', 'verified', 'unfounded')) OR (kind = 'arrears_finding' AND outcome IN ('arrears', 'serious')) OR (kind = 'wage_inspection' AND outcome IN ('clean')) OR (kind = 'wage_deposit' AND outcome IN ('paid', 'reduced', 'exempted')) OR (kind = 'labour_system' AND outcome IN ('held', 'missing')) OR (kind = 'enterprise_kind' AND outcome IN ('local', 'external', 'dormant')) OR (kind = 'indicator' AND outcome IN ('found', 'open'))",
                    name="grade_fact_outcome_is_of_its_kind",
                ),
            ),
            ops.AddConstraint(
                "GradeFact", CheckConstraint(check="version >= 1", name="grade_fact_version_is_positive")
            ),
            ops.AddConstraint(
                "GradeFact",
                CheckConstraint(
                    check="(version = 1) = (replaces_id IS NULL)", name="grade_fact_amendment_names_the_amended"
                ),
            ),
            ops.AddConstraint(
                "GradeFact",
                CheckConstraint(
                    check="(state = 'recorded') = (ended_at IS NULL) AND (ended_at IS NULL) = (ended_on IS NULL)",
                    name="grade_fact_ended_has_time",
                ),
            ),
            ops.AddConstraint(
                "GradeFact",
                CheckConstraint(
                    check="holds_until IS NULL OR kind IN ('arrears_finding', 'enterprise_kind', 'labour_system', 'wage_deposit')",
                    name="grade_fact_what_happens_ends_at_once",
                ),
            ),
            ops.AddConstraint(
                "GradeFact", CheckConstraint(check="holds_until >= occurred_on", name="grade_fact_days_are_in_order")
            ),
            ops.AddConstraint(
                "GradeFact", CheckConstraint(check="occurred_on <= recorded_on", name="grade_fact_is_no_forecast")
            ),
            ops.AddConstraint(
                "GradeFact", CheckConstraint(check="ended_on >= recorded_on", name="grade_fact_ends_after_it_begins")
            ),
            ops.AddConstraint(
                "GradeFact",
                CheckConstraint(
                    check="(code IS NOT NULL) = (kind IN ('labour_system', 'indicator'))",
                    name="grade_fact_code_is_of_its_kind",
                ),
            ),
            ops.AddConstraint(
                "GradeFact",
                CheckConstraint(
                    check="amount IS NULL OR (kind = 'wage_deposit' AND amount >= 0)",
                    name="grade_fact_amount_is_a_deposit",
                ),
            ),
            ops.AddConstraint(
                "GradeFact",
                CheckConstraint(
                    check="outcome <> 'serious' OR evidence IS NOT NULL", name="grade_fact_serious_has_evidence"
                ),
            ),
            ops.RunSQL(EXTRA, "DROP INDEX grade_fact_number_stands_once; REVOKE ALL ON grade_fact FROM renxin_app;"),
        )
    ]
