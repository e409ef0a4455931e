"""Deliveries to the credit platform, and which events of the outbox were taken up as such."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from tortoise.fields.base import OnDelete
from domain.ids import new_id
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

MORE = """
CREATE INDEX delivery_waiting ON delivery (next_at, id) INCLUDE (at) WHERE state = 'waiting';
CREATE INDEX delivery_dead ON delivery (at, id) WHERE state = 'dead';
CREATE INDEX outbox_event_untaken ON outbox_event (id) INCLUDE (at) WHERE taken_up_at IS NULL
  AND object IN ('credit_record', 'list_entry', 'commitment') AND verb <> 'deliver'
  AND (payload ->> 'published_at') IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON delivery TO renxin_app;
GRANT UPDATE (taken_up_at) ON outbox_event TO renxin_app;
"""
BACK = "DROP INDEX outbox_event_untaken; REVOKE ALL ON delivery FROM renxin_app;"


class Migration(migrations.Migration):
    dependencies = [("renxin", "0030_measures")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="Delivery",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True,
                            default=new_id,
                            unique=True,
                            db_index=True,
                            description="Identifier: that of the event, and the idempotency id it is sent under.",
                        ),
                    ),
                    (
                        "at",
                        fields.DatetimeField(
                            description="When the event happened.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("object", fields.TextField(description="The noun it is about.", unique=False)),
                    ("object_id", fields.UUIDField(description="The row it is about.")),
                    ("verb", fields.TextField(description="What was done.", unique=False)),
                    ("version", fields.IntField(description="Version of the row after it.")),
                    (
                        "ends",
                        fields.BooleanField(
                            description="Whether it ends publication: withdrawn, repaired, removed. It passes dead letters."
                        ),
                    ),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            description="The division of the row.",
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
                            description="The office that answers for the row.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "state",
                        fields.TextField(
                            description="Waiting; delivered; withheld, as the platform may not have it and never had; or dead: it needs somebody.",
                            unique=False,
                        ),
                    ),
                    ("attempts", fields.IntField(default=0, description="How often it was sent or was about to be.")),
                    (
                        "failures",
                        fields.IntField(
                            default=0, description="How many attempts failed by the event; reset by sending again."
                        ),
                    ),
                    (
                        "next_at",
                        fields.DatetimeField(description="Not sent before.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "tried_at",
                        fields.DatetimeField(
                            null=True, description="When it was sent last.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "fault",
                        fields.TextField(
                            null=True, description="What became of the last attempt that failed.", unique=False
                        ),
                    ),
                    (
                        "status",
                        fields.IntField(null=True, description="HTTP status of that attempt; null without an answer."),
                    ),
                    (
                        "shown_at",
                        fields.DatetimeField(
                            null=True,
                            description="When the content of the row was first sent with it; null where none was.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "delivered_at",
                        fields.DatetimeField(
                            null=True, description="When the receipt arrived here.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "receipt",
                        fields.TextField(
                            null=True, description="The platform's number of the receipt 回执.", unique=False
                        ),
                    ),
                    (
                        "received_at",
                        fields.DatetimeField(
                            null=True,
                            description="When the platform took it, as it says.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "signed",
                        fields.BooleanField(
                            null=True, description="Whether the platform signed the receipt; null without one."
                        ),
                    ),
                    ("lease", fields.UUIDField(null=True, description="The attempt that is under way.")),
                    (
                        "leased_until",
                        fields.DatetimeField(
                            null=True, description="Until when it is under way.", auto_now=False, auto_now_add=False
                        ),
                    ),
                ],
                options={
                    "table": "delivery",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["object_id", "id"], name="delivery_by_object"),
                        Index(fields=["office_id", "at", "id"], name="delivery_by_office"),
                        Index(fields=["jurisdiction_id", "at", "id"], name="delivery_by_jurisdiction"),
                        Index(fields=["at", "id"], name="delivery_by_time"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A delivery 推送 of one event to the credit platform: delivered with a receipt, waiting, or a dead letter 死信.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="Delivery",
                constraint=CheckConstraint(
                    check="state IN ('waiting', 'delivered', 'withheld', 'dead')", name="delivery_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="Delivery",
                constraint=CheckConstraint(
                    check="object IN ('credit_record', 'list_entry', 'commitment')", name="delivery_object_is_told"
                ),
            ),
            ops.AddConstraint(
                model_name="Delivery",
                constraint=CheckConstraint(
                    check="fault IN ('no_connection', 'no_answer_in_time', 'answer_cut', 'answer_too_long', 'redirected', 'shut', 'refused', 'failed', 'receipt_invalid', 'not_composed')",
                    name="delivery_fault_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Delivery",
                constraint=CheckConstraint(
                    check="(lease IS NULL) = (leased_until IS NULL)", name="delivery_lease_has_an_end"
                ),
            ),
            ops.AddConstraint(
                model_name="Delivery",
                constraint=CheckConstraint(
                    check="num_nulls(delivered_at, receipt, received_at, signed) = (CASE state WHEN 'delivered' THEN 0 ELSE 4 END)",
                    name="delivery_delivered_has_receipt",
                ),
            ),
            ops.AddField(
                model_name="OutboxEvent",
                name="taken_up_at",
                field=fields.DatetimeField(
                    null=True,
                    description="When the push took it up as a delivery; null where it has not or need not.",
                    auto_now=False,
                    auto_now_add=False,
                ),
            ),
            ops.RemoveField(model_name="OutboxEvent", name="delivered_at"),
            ops.RunSQL(MORE, BACK),
        ),
    ]
