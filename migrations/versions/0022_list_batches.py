"""Batches of list entries, and the rights of requests on them."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON list_batch, list_batch_entry TO renxin_app;
CREATE UNIQUE INDEX list_batch_key ON list_batch
  (credit_list_id, office_id, coalesce(domain, ''), year, coalesce(period, 0), number);
CREATE UNIQUE INDEX list_batch_entry_standing ON list_batch_entry (entry_id) WHERE dropped_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0021_exemptions")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="ListBatch",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "credit_list",
                        fields.ForeignKeyField(
                            "renxin.CreditList",
                            source_field="credit_list_id",
                            description="The list; its polarity is the colour of the batch.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            description="The division of the list.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            description="The office that hands it in 报送单位.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "publisher",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="publisher_id",
                            description="The office that publishes it 发布单位.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "domain",
                        fields.TextField(
                            null=True,
                            description="Code of the domain 领域 (新乡三); null where the list has none.",
                            unique=False,
                        ),
                    ),
                    (
                        "cycle",
                        fields.TextField(
                            null=True,
                            description="Cycle 周期 that the rulebook sets: month, quarter, year; null where it sets none.",
                            unique=False,
                        ),
                    ),
                    ("year", fields.IntField(description="Year.")),
                    (
                        "period",
                        fields.IntField(
                            null=True, description="Month or quarter of the year; null where there is no such cycle."
                        ),
                    ),
                    (
                        "number",
                        fields.IntField(description="0 for the regular batch of its period, from 1 for the others."),
                    ),
                    (
                        "extra_reason",
                        fields.TextField(
                            null=True,
                            description="Why a batch beyond the cycle is published 特殊情况; null for the regular one.",
                            unique=False,
                        ),
                    ),
                    ("state", fields.TextField(description="How far it is.", unique=False)),
                    (
                        "round",
                        fields.IntField(
                            default=1, description="Which time it is handed in, from 1; a return begins the next."
                        ),
                    ),
                    (
                        "nothing_to_list",
                        fields.BooleanField(
                            default=False, description="Whether the office states that it has nothing to list 无新增."
                        ),
                    ),
                    (
                        "case_duty",
                        fields.TextField(
                            description="Whether a typical-case report with pictures is required, advised or not asked for (新乡三).",
                            unique=False,
                        ),
                    ),
                    ("basis", fields.TextField(description="The rule it rests on.", unique=False)),
                    (
                        "due_on",
                        fields.DateField(null=True, description="Last day to hand it in; null where none is set."),
                    ),
                    (
                        "due_provisional",
                        fields.BooleanField(
                            default=False, description="Whether that day rests on a provisional calendar."
                        ),
                    ),
                    (
                        "period_ends_on",
                        fields.DateField(null=True, description="Last day of its period; null where there is none."),
                    ),
                    (
                        "opened_at",
                        fields.DatetimeField(description="When it was opened.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "submitted_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was handed in last 报送.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "returned_at",
                        fields.DatetimeField(
                            null=True, description="When it was returned last 退回.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "return_reason",
                        fields.TextField(null=True, description="Why it was returned last.", unique=False),
                    ),
                    (
                        "published_at",
                        fields.DatetimeField(
                            null=True, description="When it was published.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "withdrawn_at",
                        fields.DatetimeField(
                            null=True, description="When it was withdrawn 撤回.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "withdrawal_reason",
                        fields.TextField(null=True, description="Public reason of the withdrawal.", unique=False),
                    ),
                    ("opened_by", fields.UUIDField(null=True, description="Account that opened it.")),
                    ("submitted_by", fields.UUIDField(null=True, description="Account that handed it in.")),
                    ("returned_by", fields.UUIDField(null=True, description="Account that returned it last.")),
                    ("published_by", fields.UUIDField(null=True, description="Account that published it.")),
                    ("withdrawn_by", fields.UUIDField(null=True, description="Account that withdrew it.")),
                ],
                options={
                    "table": "list_batch",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="state IN ('opened', 'submitted', 'returned', 'published', 'withdrawn')",
                            name="list_batch_state_is_known",
                        ),
                        CheckConstraint(
                            check="cycle IN ('month', 'quarter', 'year')", name="list_batch_cycle_is_known"
                        ),
                        CheckConstraint(
                            check="case_duty IN ('required', 'advised', 'none')", name="list_batch_case_duty_is_known"
                        ),
                        CheckConstraint(check="year BETWEEN 2000 AND 2200", name="list_batch_year_is_likely"),
                        CheckConstraint(
                            check="coalesce(cycle, 'year') = 'year' AND period IS NULL OR cycle = 'quarter' AND period BETWEEN 1 AND 4 OR cycle = 'month' AND period BETWEEN 1 AND 12",
                            name="list_batch_period_fits_cycle",
                        ),
                        CheckConstraint(check="number >= 0", name="list_batch_number_is_natural"),
                        CheckConstraint(
                            check="cycle IS NULL AND number > 0 OR (number = 0) = (extra_reason IS NULL)",
                            name="list_batch_extra_has_reason",
                        ),
                        CheckConstraint(
                            check="(state IN ('published', 'withdrawn')) = (published_at IS NOT NULL)",
                            name="list_batch_published_has_time",
                        ),
                        CheckConstraint(
                            check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND withdrawal_reason IS NOT NULL)",
                            name="list_batch_withdrawn_has_reason",
                        ),
                        CheckConstraint(
                            check="(returned_at IS NULL) = (return_reason IS NULL)",
                            name="list_batch_returned_has_reason",
                        ),
                        CheckConstraint(
                            check="submitted_by <> published_by", name="list_batch_submitter_is_not_publisher"
                        ),
                        CheckConstraint(check="opened_by <> published_by", name="list_batch_opener_is_not_publisher"),
                    ],
                    "indexes": [
                        Index(fields=["office_id", "opened_at", "id"], name="list_batch_by_office"),
                        Index(fields=["publisher_id", "opened_at", "id"], name="list_batch_by_publisher"),
                        Index(fields=["credit_list_id", "opened_at", "id"], name="list_batch_by_list"),
                        Index(fields=["jurisdiction_id", "year", "period"], name="list_batch_by_period"),
                        Index(fields=["opened_at", "id"], name="list_batch_by_day"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A batch 批次 of entries, by list, domain, office and period.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="ListBatchEntry",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "batch",
                        fields.ForeignKeyField(
                            "renxin.ListBatch",
                            source_field="batch_id",
                            description="The batch.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "entry",
                        fields.ForeignKeyField(
                            "renxin.ListEntry",
                            source_field="entry_id",
                            description="The entry.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "subject",
                        fields.ForeignKeyField(
                            "renxin.Subject",
                            source_field="subject_id",
                            description="The subject on the list.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("about_person", fields.BooleanField(description="Whether the subject is a natural person.")),
                    (
                        "joined_at",
                        fields.DatetimeField(
                            description="When it joined the batch.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "dropped_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was taken out before the publication; null while it is in.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    ("drop_reason", fields.TextField(null=True, description="Why it was taken out.", unique=False)),
                ],
                options={
                    "table": "list_batch_entry",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="(dropped_at IS NULL) = (drop_reason IS NULL)",
                            name="list_batch_entry_dropped_has_reason",
                        )
                    ],
                    "indexes": [
                        Index(fields=["batch_id", "joined_at", "id"], name="list_batch_entry_by_batch"),
                        Index(fields=["entry_id", "joined_at", "id"], name="list_batch_entry_by_entry"),
                    ],
                    "pk_attr": "id",
                    "table_description": "An entry's place in a batch.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="ListBatch",
                constraint=CheckConstraint(
                    check="state IN ('opened', 'submitted', 'returned', 'published', 'withdrawn')",
                    name="list_batch_state_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="ListBatch",
                constraint=CheckConstraint(
                    check="cycle IN ('month', 'quarter', 'year')", name="list_batch_cycle_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="ListBatch",
                constraint=CheckConstraint(
                    check="case_duty IN ('required', 'advised', 'none')", name="list_batch_case_duty_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="ListBatch",
                constraint=CheckConstraint(check="year BETWEEN 2000 AND 2200", name="list_batch_year_is_likely"),
            ),
            ops.AddConstraint(
                model_name="ListBatch",
                constraint=CheckConstraint(
                    check="coalesce(cycle, 'year') = 'year' AND period IS NULL OR cycle = 'quarter' AND period BETWEEN 1 AND 4 OR cycle = 'month' AND period BETWEEN 1 AND 12",
                    name="list_batch_period_fits_cycle",
                ),
            ),
            ops.AddConstraint(
                model_name="ListBatch",
                constraint=CheckConstraint(check="number >= 0", name="list_batch_number_is_natural"),
            ),
            ops.AddConstraint(
                model_name="ListBatch",
                constraint=CheckConstraint(
                    check="cycle IS NULL AND number > 0 OR (number = 0) = (extra_reason IS NULL)",
                    name="list_batch_extra_has_reason",
                ),
            ),
            ops.AddConstraint(
                model_name="ListBatch",
                constraint=CheckConstraint(
                    check="(state IN ('published', 'withdrawn')) = (published_at IS NOT NULL)",
                    name="list_batch_published_has_time",
                ),
            ),
            ops.AddConstraint(
                model_name="ListBatch",
                constraint=CheckConstraint(
                    check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND withdrawal_reason IS NOT NULL)",
                    name="list_batch_withdrawn_has_reason",
                ),
            ),
            ops.AddConstraint(
                model_name="ListBatch",
                constraint=CheckConstraint(
                    check="(returned_at IS NULL) = (return_reason IS NULL)", name="list_batch_returned_has_reason"
                ),
            ),
            ops.AddConstraint(
                model_name="ListBatch",
                constraint=CheckConstraint(
                    check="submitted_by <> published_by", name="list_batch_submitter_is_not_publisher"
                ),
            ),
            ops.AddConstraint(
                model_name="ListBatch",
                constraint=CheckConstraint(
                    check="opened_by <> published_by", name="list_batch_opener_is_not_publisher"
                ),
            ),
            ops.AddConstraint(
                model_name="ListBatchEntry",
                constraint=CheckConstraint(
                    check="(dropped_at IS NULL) = (drop_reason IS NULL)", name="list_batch_entry_dropped_has_reason"
                ),
            ),
            ops.RunSQL(GRANTS, "REVOKE ALL ON list_batch, list_batch_entry FROM renxin_app;"),
        ),
    ]
