"""Runs: the results of many subjects proposed and published as one."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from domain.ids import new_id
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from migrations.together import Together

MORE = """
CREATE UNIQUE INDEX grade_run_waiting ON grade_run (jurisdiction_id, scheme) WHERE state = 'proposed';
GRANT SELECT, INSERT, UPDATE ON grade_run TO renxin_app;
"""
BACK = """
REVOKE ALL ON grade_run FROM renxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0044_editions_pushed")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="GradeRun",
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
                            description="The office that evaluates.",
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
                    ("scheme_name", fields.TextField(description="Name of the scheme 评价名称.", unique=False)),
                    ("evaluated_on", fields.DateField(description="The day for which it evaluates.")),
                    (
                        "clause",
                        fields.TextField(description="Document and clause under which it evaluates.", unique=False),
                    ),
                    ("subjects", fields.IntField(description="How many subjects it has results for.")),
                    (
                        "unchanged",
                        fields.IntField(description="How many keep their grade: nothing is written for them."),
                    ),
                    ("changed", fields.IntField(description="How many get another grade, or their first.")),
                    ("undetermined", fields.IntField(description="How many are left open: a person determines each.")),
                    (
                        "waiting",
                        fields.IntField(description="How many are left out, as another proposal about them waits."),
                    ),
                    (
                        "changes",
                        fields.JSONField(
                            description="Each change with its count: `from` (null: no grade before), `to` (null: left open), `count`.",
                            encoder=functools.partial(dumps, separators=(",", ":")),
                            decoder=loads,
                        ),
                    ),
                    ("state", fields.TextField(description="Proposed, published or discarded.", unique=False)),
                    ("version", fields.IntField(default=1, description="Version, from 1; every move adds one.")),
                    (
                        "proposed_at",
                        fields.DatetimeField(description="When it was proposed.", auto_now=False, auto_now_add=False),
                    ),
                    ("proposed_by", fields.UUIDField(null=True, description="Account that proposed it.")),
                    (
                        "decided_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was published or discarded.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "published_by",
                        fields.UUIDField(null=True, description="Account that published it; another than proposed it."),
                    ),
                    ("reason", fields.TextField(null=True, description="Why it was discarded.", unique=False)),
                ],
                options={
                    "table": "grade_run",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="state IN ('proposed', 'published', 'discarded')", name="grade_run_state_is_known"
                        ),
                        CheckConstraint(check="published_by <> proposed_by", name="grade_run_is_published_by_another"),
                        CheckConstraint(
                            check="(state = 'proposed') = (decided_at IS NULL)", name="grade_run_decided_has_time"
                        ),
                        CheckConstraint(
                            check="(state = 'discarded') = (reason IS NOT NULL)", name="grade_run_discarded_says_why"
                        ),
                    ],
                    "indexes": [
                        Index(fields=["office_id", "proposed_at", "id"], name="grade_run_by_office"),
                        Index(fields=["jurisdiction_id", "proposed_at", "id"], name="grade_run_by_jurisdiction"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A run 批量评价 of a scheme for a day: how many change from which grade to which, told before it is published.",
                },
                bases=["Model"],
            ),
            ops.AddField(
                model_name="Grade",
                name="run",
                field=fields.ForeignKeyField(
                    "renxin.GradeRun",
                    source_field="run_id",
                    null=True,
                    description="The run that proposed it; null where it was proposed alone.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AddIndex(
                model_name="Grade",
                index=Index(fields=["run_id", "proposed_at", "id"], name="grade_by_run"),
            ),
            ops.AddConstraint(
                model_name="GradeRun",
                constraint=CheckConstraint(
                    check="state IN ('proposed', 'published', 'discarded')", name="grade_run_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="GradeRun",
                constraint=CheckConstraint(
                    check="published_by <> proposed_by", name="grade_run_is_published_by_another"
                ),
            ),
            ops.AddConstraint(
                model_name="GradeRun",
                constraint=CheckConstraint(
                    check="(state = 'proposed') = (decided_at IS NULL)", name="grade_run_decided_has_time"
                ),
            ),
            ops.AddConstraint(
                model_name="GradeRun",
                constraint=CheckConstraint(
                    check="(state = 'discarded') = (reason IS NOT NULL)", name="grade_run_discarded_says_why"
                ),
            ),
            ops.RunSQL(MORE, BACK),
        ),
    ]
