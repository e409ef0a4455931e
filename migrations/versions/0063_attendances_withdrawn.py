"""An attendance that was recorded by mistake is withdrawn; one that stands is recorded once."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint
from migrations.together import Together

ONCE = """
CREATE UNIQUE INDEX attendance_is_recorded_once ON attendance (activity_id, subject_id) WHERE withdrawn_at IS NULL;
"""

ONCE_BACK = "DROP INDEX attendance_is_recorded_once;"


class Migration(migrations.Migration):
    dependencies = [("renxin", "0062_records_of_imports")]

    initial = False

    operations = [
        Together(
            ops.RemoveConstraint(model_name="Attendance", name="attendance_is_recorded_once", fields=None),
        ),
        Together(
            ops.AddField(
                model_name="Attendance",
                name="withdrawn_at",
                field=fields.DatetimeField(
                    null=True,
                    description="When it was withdrawn as recorded by mistake; null while it stands.",
                    auto_now=False,
                    auto_now_add=False,
                ),
            ),
            ops.AddField(
                model_name="Attendance",
                name="reason",
                field=fields.TextField(null=True, description="Why it was withdrawn.", unique=False),
            ),
            ops.AddConstraint(
                model_name="Attendance",
                constraint=CheckConstraint(
                    check="num_nulls(withdrawn_at, reason) IN (0, 2)", name="attendance_withdrawn_says_why"
                ),
            ),
            ops.RunSQL(ONCE, ONCE_BACK),
        ),
    ]
