"""Imports in parts: large files are divided by party, and each part remembers how far it was read."""

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.migrations import operations as ops

from migrations.together import Together

FILL = """
UPDATE record_import SET part_lines = ARRAY[last_line];
ALTER TABLE record_import ALTER COLUMN part_lines SET DEFAULT '{}';
"""
FILL_BACK = "ALTER TABLE record_import ALTER COLUMN part_lines DROP DEFAULT;"


class Migration(migrations.Migration):
    dependencies = [("renxin", "0046_scoring_papers")]

    initial = False

    operations = [
        Together(
            ops.AlterField(
                model_name="RecordImport",
                name="last_line",
                field=fields.IntField(
                    description="Line on which the last row begins up to which all were read.", db_default=0
                ),
            ),
            ops.AddField(
                model_name="RecordImport",
                name="part_lines",
                field=ArrayField(
                    null=True,
                    default=list,
                    description="The same of each part: rows of a large file are divided by party into parts that are read side by side.",
                    element_type="INT",
                ),
            ),
            ops.RunSQL(FILL, FILL_BACK),
        ),
        Together(
            ops.AlterField(
                model_name="RecordImport",
                name="part_lines",
                field=ArrayField(
                    default=list,
                    description="The same of each part: rows of a large file are divided by party into parts that are read side by side.",
                    element_type="INT",
                ),
            ),
        ),
    ]
