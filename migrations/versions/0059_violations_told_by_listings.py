"""A red entry leaves for a violation that a listing tells of, or that its publisher states, too (新乡四(四))."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

from migrations.together import Together

CAUSE = "list_removal_violation_has_cause"
CHECK = (
    "num_nonnulls(cause_id, cause_entry_id) <= CASE WHEN way = 'violation' THEN 1 ELSE 0 END"
    " AND (state <> 'raised' OR num_nonnulls(cause_id, cause_entry_id) = 1)"
)


class Migration(migrations.Migration):
    dependencies = [("renxin", "0058_counted_how")]

    initial = False

    operations = [
        Together(
            ops.AddField(
                model_name="ListRemoval",
                name="cause_entry",
                field=fields.ForeignKeyField(
                    "renxin.ListEntry",
                    source_field="cause_entry_id",
                    null=True,
                    description="The listing against the subject that tells of the violation; null otherwise.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.RemoveConstraint(model_name="ListRemoval", name=CAUSE, fields=None),
            ops.AddConstraint(model_name="ListRemoval", constraint=CheckConstraint(check=CHECK, name=CAUSE)),
        ),
    ]
