"""Grades and typical cases are both pushed: two migrations that were written side by side each named only its own."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint
from migrations.together import Together

UNTAKEN = """
DROP INDEX outbox_event_untaken;
CREATE INDEX outbox_event_untaken ON outbox_event (id) INCLUDE (at) WHERE taken_up_at IS NULL
  AND object IN ('credit_record', 'list_entry', 'commitment', 'grade', 'typical_case') AND verb <> 'deliver'
  AND (payload ->> 'published_at') IS NOT NULL
  AND (object <> 'grade' OR (payload ->> 'push_ordered')::boolean);
"""
BACK = """
DROP INDEX outbox_event_untaken;
CREATE INDEX outbox_event_untaken ON outbox_event (id) INCLUDE (at) WHERE taken_up_at IS NULL
  AND object IN ('credit_record', 'list_entry', 'commitment', 'typical_case') AND verb <> 'deliver'
  AND (payload ->> 'published_at') IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0044_editions_pushed")]

    initial = False

    operations = [
        Together(
            ops.RemoveConstraint(model_name="Delivery", name="delivery_object_is_told", fields=None),
            ops.AddConstraint(
                model_name="Delivery",
                constraint=CheckConstraint(
                    check="object IN ('credit_record', 'list_entry', 'commitment', 'grade', 'typical_case')",
                    name="delivery_object_is_told",
                ),
            ),
            ops.RunSQL(UNTAKEN, BACK),
        ),
    ]
