"""What columns of checkpoints and measures are, in the words of their models: a declined measure, no names of modules."""

from tortoise import fields
from tortoise import migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

from migrations.together import Together


class Migration(migrations.Migration):
    dependencies = [("renxin", "0051_unsettled")]

    initial = False

    operations = [
        Together(
            ops.AlterField(
                model_name="LedgerCheckpoint",
                name="leaves",
                field=fields.BinaryField(description="Id and SHA-256 of each event, in order."),
            ),
            ops.AlterField(
                model_name="LedgerCheckpoint",
                name="nodes",
                field=fields.BinaryField(description="Nodes it completes in the tree over all checkpoints."),
            ),
            ops.AlterField(
                model_name="Measure",
                name="applied_at",
                field=fields.DatetimeField(
                    description="When it was applied, or declined.", auto_now=False, auto_now_add=False
                ),
            ),
            ops.AlterField(
                model_name="Measure",
                name="applied_by",
                field=fields.UUIDField(null=True, description="Account that applied or declined it."),
            ),
            ops.AlterField(
                model_name="Measure",
                name="entry",
                field=fields.ForeignKeyField(
                    "renxin.ListEntry",
                    source_field="entry_id",
                    null=True,
                    description="The list entry it rests on; null where it is something else.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AlterField(
                model_name="Measure",
                name="office",
                field=fields.ForeignKeyField(
                    "renxin.Office",
                    source_field="office_id",
                    description="The office or partner that applies it, which alone may lift it beforehand.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AlterField(
                model_name="Measure",
                name="reason",
                field=fields.TextField(
                    description="Why it is applied or not, as the subject is told 实施的理由.", unique=False
                ),
            ),
            ops.AlterField(
                model_name="Measure",
                name="record",
                field=fields.ForeignKeyField(
                    "renxin.CreditRecord",
                    source_field="record_id",
                    null=True,
                    description="The credit record it rests on; null where it is something else.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AlterField(
                model_name="Measure",
                name="state",
                field=fields.TextField(
                    description="Applied, declined or lifted; whether it stands is told by `inForce`.", unique=False
                ),
            ),
        )
    ]
