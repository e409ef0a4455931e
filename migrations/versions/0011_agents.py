"""An authorised agent is assigned for a principal."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

from migrations.together import Together

PRINCIPAL = CheckConstraint(check="(role = 'agent') = (subject_id IS NOT NULL)", name="assignment_agent_has_principal")


class Migration(migrations.Migration):
    dependencies = [("renxin", "0010_attachments")]

    initial = False

    operations = [
        Together(
            ops.AddField(
                model_name="Assignment",
                name="subject",
                field=fields.ForeignKeyField(
                    "renxin.Subject",
                    source_field="subject_id",
                    null=True,
                    description="The principal 委托人 for whom an authorised agent acts.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AddConstraint(model_name="Assignment", constraint=PRINCIPAL),
        ),
    ]
