"""Grades and typical cases are both pushed: what a delivery may be of, and the index of what is to be taken up."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from tortoise.migrations.constraints import CheckConstraint

MORE = """
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
    dependencies = [("renxin", "0047_scoring_papers")]

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
            ops.RunSQL(MORE, BACK),
        )
    ]
