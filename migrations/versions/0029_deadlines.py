"""Deadlines: the terms that the rulebooks know, as rows."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
import functools
from domain.ids import new_id
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    dependencies = [("renxin", "0028_deputies")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="Deadline",
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
                            description="The division for which the rulebooks were asked.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "rulebook",
                        fields.TextField(description="The rulebook with which the asking began.", unique=False),
                    ),
                    (
                        "path",
                        fields.TextField(description="Path of the rule, e.g. deadline.double_publicity.", unique=False),
                    ),
                    (
                        "from_on",
                        fields.DateField(
                            null=True, description="First day of starts for which it is so; null for no beginning."
                        ),
                    ),
                    ("until_on", fields.DateField(null=True, description="Last day of such starts; null for no end.")),
                    (
                        "status",
                        fields.TextField(
                            description="What the question comes to: says, expired, none_set, not_loaded, …",
                            unique=False,
                        ),
                    ),
                    ("value", fields.IntField(null=True, description="The number; null where none is set or loaded.")),
                    ("unit", fields.TextField(null=True, description="Unit, e.g. working_day.", unique=False)),
                    (
                        "starts",
                        fields.TextField(
                            null=True, description="What the term runs from, in the text's own words.", unique=False
                        ),
                    ),
                    (
                        "citation",
                        fields.TextField(
                            null=True,
                            description="Document and clause 依据, of the words that come nearest where none is set.",
                            unique=False,
                        ),
                    ),
                    ("quote", fields.TextField(null=True, description="Words of the document.", unique=False)),
                    (
                        "reading",
                        fields.TextField(
                            null=True, description="Our reading 解读, where the text leaves room.", unique=False
                        ),
                    ),
                    (
                        "layers",
                        fields.JSONField(
                            default=dict,
                            description="What each layer said, by its name.",
                            encoder=functools.partial(dumps, separators=(",", ":")),
                            decoder=loads,
                        ),
                    ),
                ],
                options={
                    "table": "deadline",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="status IN ('says', 'by_analogy', 'expired', 'not_yet_in_force', 'service_default', 'none_set', 'not_loaded')",
                            name="deadline_status_is_known",
                        )
                    ],
                    "indexes": [Index(fields=["jurisdiction_id", "path", "from_on"], name="deadline_by_path")],
                    "pk_attr": "id",
                    "table_description": "A deadline 期限 as the rulebooks of a place say it for starts between two days: term, clause, quote.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="Deadline",
                constraint=CheckConstraint(
                    check="status IN ('says', 'by_analogy', 'expired', 'not_yet_in_force', 'service_default', 'none_set', 'not_loaded')",
                    name="deadline_status_is_known",
                ),
            ),
            ops.RunSQL("GRANT SELECT ON deadline TO renxin_app;", "REVOKE ALL ON deadline FROM renxin_app;"),
        )
    ]
