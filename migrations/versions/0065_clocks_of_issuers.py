"""Issuers whose clock was seen to be ahead of ours: their tokens are revoked by it."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint

from domain.ids import new_id
from migrations.together import Together

GRANTS = """
GRANT SELECT, INSERT ON issuer_clock TO renxin_app;
GRANT UPDATE (seen_at) ON issuer_clock TO renxin_app;
"""
GRANTS_BACK = "REVOKE ALL ON issuer_clock FROM renxin_app"


class Migration(migrations.Migration):
    dependencies = [("renxin", "0064_unforeseen_faults")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="IssuerClock",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    ("issuer", fields.TextField(description="The issuer (iss).", unique=False)),
                    (
                        "ahead_seconds",
                        fields.IntField(description="How long before its stamp a token may have been issued."),
                    ),
                    (
                        "seen_at",
                        fields.DatetimeField(
                            description="When it was seen last, to the hour.", auto_now=False, auto_now_add=False
                        ),
                    ),
                ],
                options={
                    "table": "issuer_clock",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "That the clock of an issuer was seen to be ahead of ours.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="IssuerClock",
                constraint=UniqueConstraint(fields=("issuer", "ahead_seconds"), name="issuer_clock_is_noted_once"),
            ),
            ops.RunSQL(GRANTS, GRANTS_BACK),
        ),
    ]
