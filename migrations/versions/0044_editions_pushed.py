"""Editions told to the city platform; the behaviour that a record cites."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

UP = """
DROP INDEX outbox_event_untaken;
CREATE INDEX outbox_event_untaken ON outbox_event (id) INCLUDE (at) WHERE taken_up_at IS NULL
  AND object IN ('credit_record', 'list_entry', 'commitment', 'grade', 'typical_case', 'edition') AND verb <> 'deliver'
  AND (payload ->> 'published_at') IS NOT NULL AND (object <> 'grade' OR (payload ->> 'push_ordered')::boolean);
GRANT UPDATE (published_at, publisher_id, platform_at) ON edition TO renxin_app;
GRANT INSERT ON application_item TO renxin_app;
"""
DOWN = """
REVOKE INSERT ON application_item FROM renxin_app;
DROP INDEX outbox_event_untaken;
CREATE INDEX outbox_event_untaken ON outbox_event (id) INCLUDE (at) WHERE taken_up_at IS NULL
  AND object IN ('credit_record', 'list_entry', 'commitment', 'grade', 'typical_case') AND verb <> 'deliver'
  AND (payload ->> 'published_at') IS NOT NULL AND (object <> 'grade' OR (payload ->> 'push_ordered')::boolean);
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0043_editions")]

    initial = False

    operations = [
        Together(
            ops.AddField(
                model_name="Edition",
                name="published_at",
                field=fields.DatetimeField(
                    null=True,
                    description="When it was published; null where no text orders a push to the platform.",
                    auto_now=False,
                    auto_now_add=False,
                ),
            ),
            ops.AddField(
                model_name="Edition",
                name="publisher",
                field=fields.ForeignKeyField(
                    "renxin.Office",
                    source_field="publisher_id",
                    null=True,
                    description="The office that published it and answers for it to the platform 同步推送 (厦门7).",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AddField(
                model_name="Edition",
                name="platform_at",
                field=fields.DatetimeField(
                    null=True, description="When the city platform took it.", auto_now=False, auto_now_add=False
                ),
            ),
            ops.AlterField(
                model_name="ApplicationItem",
                name="rulebook",
                field=fields.TextField(
                    description="Id of the rulebook, or title of the edition, that names it.", unique=False
                ),
            ),
            ops.AddField(
                model_name="CreditRecord",
                name="behaviour",
                field=fields.ForeignKeyField(
                    "renxin.EditionItem",
                    source_field="behaviour_id",
                    null=True,
                    description="The dishonest behaviour 失信行为 of the list in force that it cites (厦门1).",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
        ),
        Together(
            ops.AddConstraint(
                model_name="Edition",
                constraint=CheckConstraint(
                    check="(published_at IS NULL) = (publisher_id IS NULL)", name="edition_publication_has_office"
                ),
            ),
            ops.RemoveConstraint(model_name="Delivery", name="delivery_object_is_told", fields=None),
            ops.AddConstraint(
                model_name="Delivery",
                constraint=CheckConstraint(
                    check="object IN ('credit_record', 'list_entry', 'commitment', 'grade', 'typical_case', 'edition')",
                    name="delivery_object_is_told",
                ),
            ),
            ops.RunSQL(UP, DOWN),
        ),
    ]
