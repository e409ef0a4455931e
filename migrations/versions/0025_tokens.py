"""Accounts: tokens refused from an instant on, suspension, and the person behind several of them."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from tortoise.fields.base import OnDelete
from tortoise.migrations.constraints import CheckConstraint

GRANTS = """
GRANT INSERT (person) ON account TO renxin_app;
GRANT UPDATE (state, tokens_from, suspended_by_id, suspended_at, reinstated_by_id) ON account TO renxin_app;
"""
GRANTS_BACK = """
REVOKE INSERT (person) ON account FROM renxin_app;
REVOKE UPDATE (state, tokens_from, suspended_by_id, suspended_at, reinstated_by_id) ON account FROM renxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0024_self_reports")]

    initial = False

    operations = [
        Together(
            ops.AddField(
                model_name="Account",
                name="person",
                field=fields.TextField(
                    null=True,
                    description="Keyed digest of who it is, the same in all accounts of a person.",
                    unique=False,
                ),
            ),
            ops.AddField(
                model_name="Account",
                name="reinstated_by",
                field=fields.ForeignKeyField(
                    "renxin.Account",
                    source_field="reinstated_by_id",
                    null=True,
                    description="The other officer, who reinstated it since.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AddField(
                model_name="Account",
                name="state",
                field=fields.TextField(description="State: active, or suspended.", db_default="active", unique=False),
            ),
            ops.AddField(
                model_name="Account",
                name="suspended_at",
                field=fields.DatetimeField(
                    null=True, description="When it was suspended last.", auto_now=False, auto_now_add=False
                ),
            ),
            ops.AddField(
                model_name="Account",
                name="suspended_by",
                field=fields.ForeignKeyField(
                    "renxin.Account",
                    source_field="suspended_by_id",
                    null=True,
                    description="Who suspended it last.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AddField(
                model_name="Account",
                name="tokens_from",
                field=fields.DatetimeField(
                    null=True,
                    description="Tokens issued at this instant or before are refused; null where none are.",
                    auto_now=False,
                    auto_now_add=False,
                ),
            ),
            ops.AddConstraint(
                model_name="Account",
                constraint=CheckConstraint(check="state IN ('active', 'suspended')", name="account_state_is_known"),
            ),
            ops.AddConstraint(
                model_name="Account",
                constraint=CheckConstraint(
                    check="reinstated_by_id <> suspended_by_id AND reinstated_by_id <> id",
                    name="account_reinstated_by_another",
                ),
            ),
            ops.RunSQL(GRANTS, GRANTS_BACK),
        ),
    ]
