"""Notices of the rights of repair; what repair needs to know of a record: the term of correction, fields of law, its end."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

# Records of before: a penalty of a city whose text asks for the notice needs one, also where it was never served.
FILL = """
UPDATE credit_record record SET special_fields = '{}', repair_notice_required = item.category = 'penalty'
  AND item.jurisdiction_id IN ('350200', '350205')
FROM catalogue_item item WHERE item.id = record.item_id;
ALTER TABLE credit_record ALTER COLUMN special_fields SET DEFAULT '{}',
  ALTER COLUMN repair_notice_required SET DEFAULT false;
"""
FILL_BACK = "UPDATE credit_record SET state = 'withdrawn', withdrawn_at = repaired_at WHERE state = 'repaired';"

GRANTS = "GRANT SELECT, INSERT ON repair_notice TO renxin_app;"
GRANTS_BACK = "REVOKE ALL ON repair_notice FROM renxin_app;"


class Migration(migrations.Migration):
    dependencies = [("renxin", "0007_change_entries")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="RepairNotice",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "record",
                        fields.ForeignKeyField(
                            "renxin.CreditRecord",
                            source_field="record_id",
                            description="The record of the penalty.",
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
                            description="The subject that was told.",
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
                            description="The division of the record.",
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
                            description="The office that told it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("version", fields.IntField(description="Version of the record that it tells of.")),
                    ("served_on", fields.DateField(description="Day on which it was served 送达.")),
                    ("channel", fields.TextField(description="How it was served 送达方式.", unique=False)),
                    ("content", fields.TextField(description="Its words 告知内容.", unique=False)),
                    (
                        "noted_at",
                        fields.DatetimeField(description="When it was noted here.", auto_now=False, auto_now_add=False),
                    ),
                    ("served_by", fields.UUIDField(null=True, description="Account that noted it.")),
                ],
                options={
                    "table": "repair_notice",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "served_on", "id"], name="repair_notice_by_subject"),
                        Index(fields=["office_id", "served_on", "id"], name="repair_notice_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A notice of the rights of credit repair 信用修复权益告知, served on the subject of a penalty.",
                },
                bases=["Model"],
            ),
        ),
        Together(
            ops.RemoveConstraint(
                model_name="CreditRecord",
                name="credit_record_state_is_known",
                fields=None,
            ),
        ),
        Together(
            ops.AddField(
                model_name="CreditRecord",
                name="correction_due_on",
                field=fields.DateField(
                    null=True,
                    description="Day by which the decision orders the failing to be corrected 责令改正期限; null where it orders none.",
                ),
            ),
            ops.AddField(
                model_name="CreditRecord",
                name="repair_notice_required",
                field=fields.BooleanField(
                    null=True,
                    default=False,
                    description="Whether the subject must be told of its rights of credit repair 信用修复告知 with the decision.",
                ),
            ),
            ops.AddField(
                model_name="CreditRecord",
                name="repaired_at",
                field=fields.DatetimeField(
                    null=True,
                    description="When it was repaired 修复: shown, shared and used no longer, and kept.",
                    auto_now=False,
                    auto_now_add=False,
                ),
            ),
            ops.AddField(
                model_name="CreditRecord",
                name="special_fields",
                field=ArrayField(
                    null=True,
                    default=list,
                    description="Fields of law 领域 in which a penalty is published longer at least, e.g. 安全生产; mostly none.",
                    element_type="TEXT",
                ),
            ),
            ops.RunSQL(FILL, FILL_BACK),
        ),
        Together(
            ops.AlterField(
                model_name="CreditRecord",
                name="repair_notice_required",
                field=fields.BooleanField(
                    default=False,
                    description="Whether the subject must be told of its rights of credit repair 信用修复告知 with the decision.",
                ),
            ),
            ops.AlterField(
                model_name="CreditRecord",
                name="special_fields",
                field=ArrayField(
                    default=list,
                    description="Fields of law 领域 in which a penalty is published longer at least, e.g. 安全生产; mostly none.",
                    element_type="TEXT",
                ),
            ),
        ),
        Together(
            ops.AddConstraint(
                model_name="CreditRecord",
                constraint=CheckConstraint(
                    check="state IN ('submitted', 'published', 'repaired', 'withdrawn')",
                    name="credit_record_state_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="CreditRecord",
                constraint=CheckConstraint(
                    check="state <> 'repaired' OR (repaired_at IS NOT NULL AND published_at IS NOT NULL)",
                    name="credit_record_repaired_was_published",
                ),
            ),
            ops.AddConstraint(
                model_name="CreditRecord",
                constraint=CheckConstraint(
                    check="repaired_at IS NULL OR state IN ('repaired', 'withdrawn')", name="credit_record_repair_stays"
                ),
            ),
            ops.AddConstraint(
                model_name="RepairNotice",
                constraint=UniqueConstraint(fields=("record_id", "version"), name="repair_notice_is_served_once"),
            ),
            ops.AddConstraint(
                model_name="RepairNotice",
                constraint=CheckConstraint(
                    check="channel IN ('with_decision', 'direct', 'left', 'mail', 'electronic', 'announcement')",
                    name="repair_notice_channel_is_known",
                ),
            ),
            ops.RunSQL(GRANTS, GRANTS_BACK),
        ),
    ]
