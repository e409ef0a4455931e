"""Imports in blocks: how far one came, trials, and the refused rows to hand back."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

# A withdrawn decision is looked for by each row of an import; there are few of them.
FORWARD = """
CREATE INDEX credit_record_withdrawn ON credit_record (subject_id, decision_no) WHERE state = 'withdrawn';
"""
BACK = "DROP INDEX credit_record_withdrawn;"


class Migration(migrations.Migration):
    dependencies = [("renxin", "0022_list_batches")]

    initial = False

    operations = [
        Together(
            ops.AddField(
                model_name="RecordImport",
                name="dry_run",
                field=fields.BooleanField(
                    db_default=False, description="Whether it is a trial 试运行, of which nothing is taken."
                ),
            ),
            ops.AlterField(
                model_name="RecordImport",
                name="state",
                field=fields.TextField(
                    description="State: running; completed; interrupted, when the same file handed in again carries it on; void, when nothing of it was taken.",
                    unique=False,
                ),
            ),
            ops.AddField(
                model_name="RecordImport",
                name="encoding",
                field=fields.TextField(null=True, description="Encoding of the file: utf-8 or gb18030.", unique=False),
            ),
            ops.AddField(
                model_name="RecordImport",
                name="last_line",
                field=fields.IntField(db_default=0, description="Line on which the last row begins that was read."),
            ),
            ops.AddField(
                model_name="RecordImport",
                name="rows_published",
                field=fields.IntField(db_default=0, description="Rows whose records were published at once."),
            ),
            ops.AddField(
                model_name="RecordImport",
                name="rows_total",
                field=fields.IntField(db_default=0, description="Rows of the file."),
            ),
            ops.AddConstraint(
                model_name="RecordImport",
                constraint=CheckConstraint(
                    check="state IN ('running', 'completed', 'interrupted', 'void')",
                    name="record_import_state_is_known",
                ),
            ),
            ops.AlterModelOptions(
                name="RefusedRow",
                options={
                    "table": "refused_row",
                    "app": "renxin",
                    "constraints": [
                        UniqueConstraint(
                            fields=("record_import_id", "line", "code", "column_code"), name="refused_row_is_unique"
                        )
                    ],
                    "indexes": [Index(fields=["record_import_id", "line"], name="refused_row_by_import")],
                    "pk_attr": "id",
                    "table_description": "A row of an import that was refused, with the reason; its values are kept encrypted only.",
                },
            ),
            ops.AddField(
                model_name="RefusedRow",
                name="cells_cipher",
                field=fields.BinaryField(
                    null=True,
                    description="The row as it was handed in, encrypted, to be handed back for correction; at its first reason only.",
                ),
            ),
            ops.RunSQL(FORWARD, BACK),
        ),
    ]
