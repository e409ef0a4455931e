"""Catalogue items say to whom the text has their records pushed."""

from tortoise import migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.migrations import operations as ops
from migrations.together import Together

# Items of the rulebooks are put right by the installation at the next start; the others name nobody.
FILL = """
UPDATE catalogue_item SET push_to = '{}';
ALTER TABLE catalogue_item ALTER COLUMN push_to SET DEFAULT '{}';
"""
DESCRIPTION = "Codes of the offices 接收单位 of the jurisdiction that the text has its records pushed to."


class Migration(migrations.Migration):
    dependencies = [("renxin", "0048_subject_merges")]

    initial = False

    operations = [
        Together(
            ops.AddField(
                model_name="CatalogueItem",
                name="push_to",
                field=ArrayField(null=True, default=list, description=DESCRIPTION, element_type="text"),
            ),
            ops.RunSQL(FILL, ""),
        ),
        Together(
            ops.AlterField(
                model_name="CatalogueItem",
                name="push_to",
                field=ArrayField(default=list, description=DESCRIPTION, element_type="text"),
            ),
        ),
    ]
