"""Measures rest on grades, too, and are declined with a reason."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from migrations.together import Together
from tortoise.migrations.constraints import CheckConstraint

CHANGED = {
    "measure_rests_on_one_thing": "num_nonnulls(record_id, entry_id, grade_id) = 1",
    "measure_state_is_known": "state IN ('applied', 'declined', 'lifted')",
    "measure_lifted_for_is_known": (
        "lifted_for IN ('repaired', 'removed', 'withdrawn', 'exempted', 'amended', 'regraded', 'by_office')"
    ),
}


class Migration(migrations.Migration):
    dependencies = [("renxin", "0049_push_to")]

    initial = False

    operations = [
        Together(
            ops.AddField(
                model_name="Measure",
                name="grade",
                field=fields.ForeignKeyField(
                    "renxin.Grade",
                    source_field="grade_id",
                    null=True,
                    description="The grade it rests on (十堰, 海沧13); null where it is something else.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AddIndex(
                model_name="Measure", index=Index(fields=["grade_id", "applied_at", "id"], name="measure_by_grade")
            ),
            *(ops.RemoveConstraint(model_name="Measure", name=name, fields=None) for name in CHANGED),
            *(
                ops.AddConstraint(model_name="Measure", constraint=CheckConstraint(check=check, name=name))
                for name, check in CHANGED.items()
            ),
        ),
    ]
