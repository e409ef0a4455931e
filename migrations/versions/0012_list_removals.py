"""Removals from lists, and the rights of requests on them."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
import functools
from domain.ids import new_id
from json import dumps, loads
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON list_removal TO renxin_app;
-- one matter of an entry is open at a time
CREATE UNIQUE INDEX list_removal_open ON list_removal (entry_id)
  WHERE state IN ('raised', 'applied', 'proposed', 'reviewed', 'decided', 'filed');
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0011_agents")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="ListRemoval",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
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
                        "credit_list",
                        fields.ForeignKeyField(
                            "renxin.CreditList",
                            source_field="credit_list_id",
                            description="The list.",
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
                            description="The office that answers for the publication 发布责任单位.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "way",
                        fields.TextField(
                            description="Why it may leave: a violation, early, or the exit standard met.", unique=False
                        ),
                    ),
                    ("state", fields.TextField(description="How far it is on its way.", unique=False)),
                    ("procedure", fields.TextField(description="Code of the procedure it follows.", unique=False)),
                    ("basis", fields.TextField(description="The rule it rests on.", unique=False)),
                    (
                        "cause",
                        fields.ForeignKeyField(
                            "renxin.CreditRecord",
                            source_field="cause_id",
                            null=True,
                            description="The record of the violation; null on the other ways.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "statements",
                        fields.JSONField(
                            default=dict,
                            description="What is stated to each condition of the rule.",
                            encoder=functools.partial(dumps, separators=(",", ":")),
                            decoder=loads,
                        ),
                    ),
                    (
                        "corrected_on",
                        fields.DateField(
                            null=True, description="Day of the correction 改正之日, where a term runs from it."
                        ),
                    ),
                    (
                        "opened_at",
                        fields.DatetimeField(
                            description="When it was raised, applied for or proposed.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    ("due_on", fields.DateField(null=True, description="Last day to decide; null where none is set.")),
                    (
                        "due_provisional",
                        fields.BooleanField(
                            default=False, description="Whether that day rests on a provisional calendar."
                        ),
                    ),
                    (
                        "bars_found",
                        ArrayField(
                            null=True,
                            description="Which bars 不得提前移出的情形 of the rule were found; null where it was not looked for any.",
                            element_type="TEXT",
                        ),
                    ),
                    (
                        "filed_with",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="filed_with_id",
                            null=True,
                            description="The office it was filed with 报备; null where it was not.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "filed_at",
                        fields.DatetimeField(
                            null=True, description="When it was filed.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "removed_at",
                        fields.DatetimeField(
                            null=True, description="When the entry was removed.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "ended_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it ended without a removal; null otherwise.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "ending_reason",
                        fields.TextField(null=True, description="Why it ended without a removal.", unique=False),
                    ),
                    (
                        "announcement_asked",
                        fields.BooleanField(
                            default=False, description="Whether an exit announcement 退出公告 is asked for."
                        ),
                    ),
                    (
                        "channel",
                        fields.TextField(
                            null=True,
                            description="Channel on which the list is published, and its exit announced.",
                            unique=False,
                        ),
                    ),
                    (
                        "announced_at",
                        fields.DatetimeField(
                            null=True,
                            description="When the exit was announced on that channel; null while it was not.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "opinion",
                        fields.TextField(null=True, description="Opinion 审查意见 of the review.", unique=False),
                    ),
                    (
                        "opened_by",
                        fields.UUIDField(null=True, description="Account that applied or proposed; null for a task."),
                    ),
                    ("reviewed_by", fields.UUIDField(null=True, description="Account that reviewed 审查.")),
                    ("decided_by", fields.UUIDField(null=True, description="Account that decided.")),
                    ("filed_by", fields.UUIDField(null=True, description="Account that filed it.")),
                    ("removed_by", fields.UUIDField(null=True, description="Account that removed the entry.")),
                    ("ended_by", fields.UUIDField(null=True, description="Account that ended it otherwise.")),
                    ("announced_by", fields.UUIDField(null=True, description="Account that announced it.")),
                ],
                options={
                    "table": "list_removal",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="way IN ('violation', 'early', 'standard_met')", name="list_removal_way_is_known"
                        ),
                        CheckConstraint(
                            check="state IN ('raised', 'applied', 'proposed', 'reviewed', 'decided', 'filed', 'removed', 'refused', 'closed', 'withdrawn', 'lapsed')",
                            name="list_removal_state_is_known",
                        ),
                        CheckConstraint(
                            check="(way = 'violation') = (cause_id IS NOT NULL)",
                            name="list_removal_violation_has_cause",
                        ),
                        CheckConstraint(
                            check="(state = 'removed') = (removed_at IS NOT NULL)", name="list_removal_removed_has_time"
                        ),
                        CheckConstraint(
                            check="(state IN ('refused', 'closed', 'withdrawn', 'lapsed')) = (ended_at IS NOT NULL AND ending_reason IS NOT NULL)",
                            name="list_removal_ended_has_reason",
                        ),
                        CheckConstraint(
                            check="announced_at IS NULL OR state = 'removed'",
                            name="list_removal_announced_when_removed",
                        ),
                        CheckConstraint(
                            check="(filed_at IS NULL) = (filed_with_id IS NULL)",
                            name="list_removal_filed_with_somebody",
                        ),
                        CheckConstraint(
                            check="opened_by <> reviewed_by", name="list_removal_opened_by_is_not_reviewed_by"
                        ),
                        CheckConstraint(
                            check="opened_by <> decided_by", name="list_removal_opened_by_is_not_decided_by"
                        ),
                        CheckConstraint(
                            check="opened_by <> removed_by", name="list_removal_opened_by_is_not_removed_by"
                        ),
                        CheckConstraint(
                            check="reviewed_by <> removed_by", name="list_removal_reviewed_by_is_not_removed_by"
                        ),
                        CheckConstraint(
                            check="decided_by <> removed_by", name="list_removal_decided_by_is_not_removed_by"
                        ),
                    ],
                    "indexes": [
                        Index(fields=["entry_id", "opened_at", "id"], name="list_removal_by_entry"),
                        Index(fields=["subject_id", "opened_at", "id"], name="list_removal_by_subject"),
                        Index(fields=["office_id", "opened_at", "id"], name="list_removal_by_office"),
                        Index(fields=["jurisdiction_id", "opened_at", "id"], name="list_removal_by_jurisdiction"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A removal 移出: the matter in which an entry is taken off its list before its last day.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="ListRemoval",
                constraint=CheckConstraint(
                    check="way IN ('violation', 'early', 'standard_met')", name="list_removal_way_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="ListRemoval",
                constraint=CheckConstraint(
                    check="state IN ('raised', 'applied', 'proposed', 'reviewed', 'decided', 'filed', 'removed', 'refused', 'closed', 'withdrawn', 'lapsed')",
                    name="list_removal_state_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="ListRemoval",
                constraint=CheckConstraint(
                    check="(way = 'violation') = (cause_id IS NOT NULL)", name="list_removal_violation_has_cause"
                ),
            ),
            ops.AddConstraint(
                model_name="ListRemoval",
                constraint=CheckConstraint(
                    check="(state = 'removed') = (removed_at IS NOT NULL)", name="list_removal_removed_has_time"
                ),
            ),
            ops.AddConstraint(
                model_name="ListRemoval",
                constraint=CheckConstraint(
                    check="(state IN ('refused', 'closed', 'withdrawn', 'lapsed')) = (ended_at IS NOT NULL AND ending_reason IS NOT NULL)",
                    name="list_removal_ended_has_reason",
                ),
            ),
            ops.AddConstraint(
                model_name="ListRemoval",
                constraint=CheckConstraint(
                    check="announced_at IS NULL OR state = 'removed'", name="list_removal_announced_when_removed"
                ),
            ),
            ops.AddConstraint(
                model_name="ListRemoval",
                constraint=CheckConstraint(
                    check="(filed_at IS NULL) = (filed_with_id IS NULL)", name="list_removal_filed_with_somebody"
                ),
            ),
            ops.AddConstraint(
                model_name="ListRemoval",
                constraint=CheckConstraint(
                    check="opened_by <> reviewed_by", name="list_removal_opened_by_is_not_reviewed_by"
                ),
            ),
            ops.AddConstraint(
                model_name="ListRemoval",
                constraint=CheckConstraint(
                    check="opened_by <> decided_by", name="list_removal_opened_by_is_not_decided_by"
                ),
            ),
            ops.AddConstraint(
                model_name="ListRemoval",
                constraint=CheckConstraint(
                    check="opened_by <> removed_by", name="list_removal_opened_by_is_not_removed_by"
                ),
            ),
            ops.AddConstraint(
                model_name="ListRemoval",
                constraint=CheckConstraint(
                    check="reviewed_by <> removed_by", name="list_removal_reviewed_by_is_not_removed_by"
                ),
            ),
            ops.AddConstraint(
                model_name="ListRemoval",
                constraint=CheckConstraint(
                    check="decided_by <> removed_by", name="list_removal_decided_by_is_not_removed_by"
                ),
            ),
            ops.RunSQL(GRANTS, "REVOKE ALL ON list_removal FROM renxin_app;"),
        ),
    ]
