"""Adoptions: a ledger that was restored goes on by somebody's decision, and says so."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from domain.ids import new_id
from migrations.together import Together

GRANTS = "GRANT SELECT ON ledger_adoption TO renxin_app;"
GRANTS_BACK = "REVOKE ALL ON ledger_adoption FROM renxin_app;"


class Migration(migrations.Migration):
    dependencies = [("renxin", "0018_lists_defined")]

    operations = [
        Together(
            ops.CreateModel(
                name="LedgerAdoption",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "adopted_at",
                        fields.DatetimeField(description="When it was adopted.", auto_now=False, auto_now_add=False),
                    ),
                    ("adopted_by", fields.TextField(description="Who adopted it, by name.", unique=False)),
                    ("reason", fields.TextField(description="Why the ledger was restored.", unique=False)),
                    (
                        "put_back",
                        fields.IntField(description="How many checkpoints were put back out of the anchor."),
                    ),
                    (
                        "lost_from",
                        fields.BigIntField(null=True, description="First checkpoint whose events are gone."),
                    ),
                    ("lost_to", fields.BigIntField(null=True, description="Last checkpoint whose events are gone.")),
                    (
                        "shift",
                        fields.BigIntField(description="What is added to the server's transaction ids from then on."),
                    ),
                ],
                options={
                    "table": "ledger_adoption",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "An adoption 接管 of the ledger: it was restored, and goes on by somebody's decision.",
                },
                bases=["Model"],
            ),
            ops.RunSQL(GRANTS, GRANTS_BACK),
        ),
    ]
