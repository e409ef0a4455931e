"""Deputies: assigned a principal instead of a role; events of the ledger that were done for another."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint
from migrations.together import Together

GRANTS = """
GRANT INSERT (deputy_of_id) ON assignment TO renxin_app;
GRANT INSERT (deputy_of_id, agent_of_id) ON ledger_event TO renxin_app;
"""
GRANTS_BACK = """
REVOKE INSERT (deputy_of_id) ON assignment FROM renxin_app;
REVOKE INSERT (deputy_of_id, agent_of_id) ON ledger_event FROM renxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0027_removals_decided")]

    initial = False

    operations = [
        Together(
            ops.AddField(
                model_name="Assignment",
                name="deputy_of",
                field=fields.ForeignKeyField(
                    "renxin.Account",
                    source_field="deputy_of_id",
                    null=True,
                    description="The principal in whose place a deputy 代理人 acts, with the roles it holds itself.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AddIndex(model_name="Assignment", index=Index(fields=["deputy_of_id"], name="assignment_by_principal")),
            ops.AddConstraint(
                model_name="Assignment",
                constraint=CheckConstraint(
                    check="(role = 'deputy') = (deputy_of_id IS NOT NULL)", name="assignment_deputy_has_principal"
                ),
            ),
            ops.AddConstraint(
                model_name="Assignment",
                constraint=CheckConstraint(
                    check="deputy_of_id IS NULL OR to_on IS NOT NULL", name="assignment_deputy_has_last_day"
                ),
            ),
            ops.AddConstraint(
                model_name="Assignment",
                constraint=CheckConstraint(check="deputy_of_id <> account_id", name="assignment_deputy_is_another"),
            ),
            ops.AddField(
                model_name="LedgerEvent",
                name="agent_of_id",
                field=fields.UUIDField(
                    null=True, description="Subject for which it was done, by its agent 委托代理人."
                ),
            ),
            ops.AddField(
                model_name="LedgerEvent",
                name="deputy_of_id",
                field=fields.UUIDField(
                    null=True, description="Account in whose place it was done, by its deputy 代理."
                ),
            ),
            ops.RunSQL(GRANTS, GRANTS_BACK),
        ),
    ]
