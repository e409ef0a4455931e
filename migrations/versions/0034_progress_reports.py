"""Progress reports of offices."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
import functools
from domain.ids import new_id
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("renxin", "0033_assessments")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="ProgressReport",
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
                            description="The office that reports.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "receiver",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="receiver_id",
                            null=True,
                            description="The office that sums up 汇总; null where the text names none.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("cycle", fields.TextField(description="Month 月报 or quarter 季报.", unique=False)),
                    ("from_on", fields.DateField(description="First day of the period.")),
                    ("to_on", fields.DateField(description="Last day of the period.")),
                    (
                        "state",
                        fields.TextField(
                            description="Drafted from the data, completed by the office, or handed in.", unique=False
                        ),
                    ),
                    (
                        "due_on",
                        fields.DateField(null=True, description="Last day to hand it in; null where none is set."),
                    ),
                    (
                        "due_provisional",
                        fields.BooleanField(
                            default=False,
                            description="Whether that day rests on a year whose holidays are not announced.",
                        ),
                    ),
                    ("basis", fields.TextField(description="Document and clause 依据 that order it.", unique=False)),
                    (
                        "figures",
                        fields.JSONField(
                            default=dict,
                            description="What the data say 数据, by name.",
                            encoder=functools.partial(dumps, separators=(",", ":")),
                            decoder=loads,
                        ),
                    ),
                    ("figures_on", fields.DateField(description="Day as of whose end the figures were counted.")),
                    (
                        "narrative",
                        fields.TextField(
                            null=True,
                            description="What the office says 工作开展情况; null until it is completed.",
                            unique=False,
                        ),
                    ),
                    (
                        "drafted_at",
                        fields.DatetimeField(description="When it was drafted.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "completed_at",
                        fields.DatetimeField(
                            null=True, description="When it was completed last.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "handed_in_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was handed in to the credit office 报送局信用办.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "platform_at",
                        fields.DatetimeField(
                            null=True,
                            description="When the city platform receipted it 同步推送市信用平台.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    ("drafted_by", fields.UUIDField(null=True, description="Account that drafted it.")),
                    ("completed_by", fields.UUIDField(null=True, description="Account that completed it.")),
                    ("handed_in_by", fields.UUIDField(null=True, description="Account that handed it in.")),
                ],
                options={
                    "table": "progress_report",
                    "app": "renxin",
                    "constraints": [
                        UniqueConstraint(fields=("office_id", "cycle", "from_on"), name="progress_report_is_unique"),
                        CheckConstraint(check="cycle IN ('month', 'quarter')", name="progress_report_cycle_is_known"),
                        CheckConstraint(
                            check="state IN ('drafted', 'completed', 'handed_in')",
                            name="progress_report_state_is_known",
                        ),
                        CheckConstraint(
                            check="(state = 'handed_in') = (handed_in_at IS NOT NULL)",
                            name="progress_report_handed_in_has_time",
                        ),
                        CheckConstraint(
                            check="(state = 'drafted') = (narrative IS NULL)",
                            name="progress_report_completed_has_words",
                        ),
                        CheckConstraint(
                            check="platform_at IS NULL OR handed_in_at IS NOT NULL",
                            name="progress_report_told_when_handed_in",
                        ),
                    ],
                    "indexes": [
                        Index(fields=["jurisdiction_id", "from_on", "id"], name="progress_report_by_place"),
                        Index(fields=["office_id", "from_on", "id"], name="progress_report_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A progress report 工作进展报告 of an office for a month or quarter.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="ProgressReport",
                constraint=UniqueConstraint(fields=("office_id", "cycle", "from_on"), name="progress_report_is_unique"),
            ),
            ops.AddConstraint(
                model_name="ProgressReport",
                constraint=CheckConstraint(
                    check="cycle IN ('month', 'quarter')", name="progress_report_cycle_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="ProgressReport",
                constraint=CheckConstraint(
                    check="state IN ('drafted', 'completed', 'handed_in')", name="progress_report_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="ProgressReport",
                constraint=CheckConstraint(
                    check="(state = 'handed_in') = (handed_in_at IS NOT NULL)",
                    name="progress_report_handed_in_has_time",
                ),
            ),
            ops.AddConstraint(
                model_name="ProgressReport",
                constraint=CheckConstraint(
                    check="(state = 'drafted') = (narrative IS NULL)", name="progress_report_completed_has_words"
                ),
            ),
            ops.AddConstraint(
                model_name="ProgressReport",
                constraint=CheckConstraint(
                    check="platform_at IS NULL OR handed_in_at IS NOT NULL", name="progress_report_told_when_handed_in"
                ),
            ),
            ops.RunSQL(
                "GRANT SELECT, INSERT, UPDATE ON progress_report TO renxin_app;",
                "REVOKE ALL ON progress_report FROM renxin_app;",
            ),
        )
    ]
