"""Quotas: what accounts have used of theirs, and the breaches that security officers review."""

from uuid import uuid4

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from migrations.together import Together
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.ids import new_id

CHECKS = {
    "quota_breach_counted_is_known": "counted IN ('subjects', 'requests')",
    "quota_breach_period_is_known": "period IN ('minute', 'day')",
    "quota_breach_state_is_known": "state IN ('reported', 'reviewed')",
    "quota_breach_review_is_told": "(state = 'reviewed') = (finding IS NOT NULL AND reviewed_at IS NOT NULL)",
    "quota_breach_is_reviewed_by_another": "reviewed_by <> account_id",
}

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON quota_use TO renxin_app;
GRANT SELECT, INSERT, UPDATE ON quota_breach TO renxin_app;
ALTER TABLE quota_use SET (fillfactor = 50);
"""

GRANTS_BACK = "REVOKE ALL ON quota_use, quota_breach FROM renxin_app;"


class Migration(migrations.Migration):
    dependencies = [("renxin", "0013_commitments")]

    operations = [
        Together(
            ops.CreateModel(
                name="QuotaBreach",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    ("account_id", fields.UUIDField(description="The account.")),
                    ("account_name", fields.TextField(description="What the account is called.", unique=False)),
                    ("role", fields.TextField(description="The roles it asked under.", unique=False)),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            null=True,
                            description="The office it asked for.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("counted", fields.TextField(description="Of what: subjects resolved, or requests.", unique=False)),
                    ("period", fields.TextField(description="In which period: a minute, or a day.", unique=False)),
                    ("most", fields.BigIntField(description="How many the quota allows in the period.")),
                    ("day", fields.DateField(description="The day.")),
                    (
                        "reported_at",
                        fields.DatetimeField(
                            description="When it was refused first.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("state", fields.TextField(description="State of the breach.", unique=False)),
                    ("finding", fields.TextField(null=True, description="What the review found.", unique=False)),
                    (
                        "reviewed_at",
                        fields.DatetimeField(
                            null=True, description="When it was reviewed.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("reviewed_by", fields.UUIDField(null=True, description="Account that reviewed it.")),
                ],
                options={
                    "table": "quota_breach",
                    "app": "renxin",
                    "indexes": [Index(fields=["reported_at", "id"], name="quota_breach_by_time")],
                    "pk_attr": "id",
                    "table_description": "A quota breach 超额查询: an account asked for more than its quota on a day.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="QuotaUse",
                fields=[
                    (
                        "account_id",
                        fields.UUIDField(
                            primary_key=True, default=uuid4, unique=True, db_index=True, description="The account."
                        ),
                    ),
                    (
                        "minute",
                        fields.DatetimeField(
                            description="Beginning of the minute that is counted.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("day", fields.DateField(description="The day that is counted.")),
                    ("minute_subjects", fields.BigIntField(description="Subjects resolved in the minute.")),
                    ("minute_requests", fields.BigIntField(description="Requests in the minute.")),
                    ("day_subjects", fields.BigIntField(description="Subjects resolved on the day.")),
                    ("day_requests", fields.BigIntField(description="Requests on the day.")),
                ],
                options={
                    "table": "quota_use",
                    "app": "renxin",
                    "pk_attr": "account_id",
                    "table_description": "What an account has used of its quotas in the present minute and day.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="QuotaBreach",
                constraint=UniqueConstraint(
                    fields=("account_id", "counted", "period", "day"), name="quota_breach_is_reported_once"
                ),
            ),
            *(
                ops.AddConstraint(model_name="QuotaBreach", constraint=CheckConstraint(check=check, name=name))
                for name, check in CHECKS.items()
            ),
            ops.RunSQL(GRANTS, GRANTS_BACK),
        ),
    ]
