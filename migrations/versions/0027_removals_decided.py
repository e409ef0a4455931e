"""When the removal of a list entry was decided: what its term is counted to."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint
from migrations.together import Together

FILL = """
UPDATE list_removal SET decided_at = event.at FROM ledger_event event
WHERE list_removal.decided_by IS NOT NULL AND event.object = 'list_removal' AND event.object_id = list_removal.id
  AND event.subject_id = list_removal.subject_id AND event.kind = 'change' AND event.verb = 'decide';
UPDATE list_removal SET decided_at = coalesce(removed_at, ended_at, opened_at)
WHERE decided_by IS NOT NULL AND decided_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0026_service_accounts")]

    initial = False

    operations = [
        Together(
            ops.AddField(
                model_name="ListRemoval",
                name="decided_at",
                field=fields.DatetimeField(
                    null=True,
                    description="When it was decided that the entry leaves; null where no step decides.",
                    auto_now=False,
                    auto_now_add=False,
                ),
            ),
            ops.RunSQL(FILL, ""),
            ops.AddConstraint(
                "ListRemoval",
                CheckConstraint(
                    check="decided_by IS NULL OR decided_at IS NOT NULL", name="list_removal_decided_has_time"
                ),
            ),
        )
    ]
