"""The tally of quality, counted beside requests."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("renxin", "0034_progress_reports")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="QualityCount",
                fields=[
                    ("id", fields.SmallIntField(primary_key=True, unique=True, db_index=True, description="Always 1.")),
                    ("counted_at", fields.DatetimeField(description="As of when.", auto_now=False, auto_now_add=False)),
                    (
                        "next_xid",
                        fields.BigIntField(description="The first transaction whose changes may not be counted."),
                    ),
                ],
                options={
                    "table": "quality_count",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "When the tally was last counted; one row.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="QualityTally",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    ("jurisdiction_id", fields.TextField(description="The division.")),
                    ("office_id", fields.UUIDField(description="The producing office.")),
                    ("item_id", fields.UUIDField(description="The catalogue item.")),
                    (
                        "dimension",
                        fields.TextField(
                            description="What is counted: completeness, publication or collection.", unique=False
                        ),
                    ),
                    (
                        "day",
                        fields.DateField(
                            description="The day it is counted for: of handing in, or the last day to publish."
                        ),
                    ),
                    ("effective_on", fields.DateField(description="From the end of which day on it is so.")),
                    ("part", fields.IntField(description="How many do.")),
                    ("whole", fields.IntField(description="Of how many.")),
                ],
                options={
                    "table": "quality_tally",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "So many more, or fewer, of so many: records of an office and item for a day, from another day on.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="QualityTally",
                constraint=UniqueConstraint(
                    fields=("jurisdiction_id", "dimension", "day", "office_id", "item_id", "effective_on"),
                    name="quality_tally_is_one",
                ),
            ),
            ops.RunSQL(
                "GRANT SELECT, INSERT, UPDATE ON quality_tally TO renxin_app;"
                " GRANT SELECT, INSERT, UPDATE ON quality_count TO renxin_app;",
                "REVOKE ALL ON quality_tally, quality_count FROM renxin_app;",
            ),
        ),
    ]
