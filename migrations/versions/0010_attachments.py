"""Attachments, and the rights of requests on them."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON attachment TO renxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0009_checkpoint_tree")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="Attachment",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "state",
                        fields.TextField(
                            description="State: draft until it belongs to something, attached, or discarded.",
                            unique=False,
                        ),
                    ),
                    (
                        "part",
                        fields.TextField(null=True, description="What it is to what it belongs to.", unique=False),
                    ),
                    (
                        "object",
                        fields.TextField(
                            null=True,
                            description="Noun of what it belongs to, e.g. credit_record; null for a draft.",
                            unique=False,
                        ),
                    ),
                    (
                        "object_id",
                        fields.UUIDField(
                            null=True,
                            description="Identifier of what it belongs to, without its type; null for a draft.",
                        ),
                    ),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            null=True,
                            description="The office that has it; null for a subject's own draft.",
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
                            null=True,
                            description="The division of what it belongs to.",
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
                            null=True,
                            description="The subject it tells about; null where it tells about nobody.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "about_person",
                        fields.BooleanField(default=False, description="Whether that subject is a natural person."),
                    ),
                    ("name", fields.CharField(description="Name 文件名 of the file.", max_length=200)),
                    ("media_type", fields.TextField(description="Media type, as found in the content.", unique=False)),
                    ("size", fields.IntField(description="Size in bytes.")),
                    ("digest", fields.CharField(description="SHA-256 of the bytes, hexadecimal.", max_length=64)),
                    ("uploaded_by", fields.UUIDField(null=True, description="Account that uploaded it.")),
                    (
                        "uploaded_at",
                        fields.DatetimeField(description="When it was uploaded.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "disclosure",
                        fields.TextField(default="internal", description="How far it is shown.", unique=False),
                    ),
                ],
                options={
                    "table": "attachment",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="state IN ('draft', 'attached', 'discarded')", name="attachment_state_is_known"
                        ),
                        CheckConstraint(
                            check="part IN ('evidence', 'report', 'picture', 'signature', 'other')",
                            name="attachment_part_is_known",
                        ),
                        CheckConstraint(
                            check="media_type IN ('image/png', 'image/jpeg', 'application/pdf', 'text/plain', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')",
                            name="attachment_media_type_is_known",
                        ),
                        CheckConstraint(
                            check="disclosure IN ('public', 'government_sharing', 'authorised_query', 'restricted', 'internal')",
                            name="attachment_disclosure_is_known",
                        ),
                        CheckConstraint(
                            check="(state = 'attached') = (object IS NOT NULL)", name="attachment_belongs_when_attached"
                        ),
                        CheckConstraint(
                            check="(object IS NULL) = (object_id IS NULL)", name="attachment_object_is_whole"
                        ),
                        CheckConstraint(
                            check="NOT about_person OR subject_id IS NOT NULL", name="attachment_person_is_named"
                        ),
                        CheckConstraint(
                            check="state <> 'draft' OR disclosure <> 'public'", name="attachment_draft_is_not_public"
                        ),
                        CheckConstraint(check="size > 0", name="attachment_is_not_empty"),
                    ],
                    "indexes": [
                        Index(fields=["object_id", "uploaded_at", "id"], name="attachment_by_object"),
                        Index(fields=["office_id", "uploaded_at", "id"], name="attachment_by_office"),
                        Index(fields=["subject_id", "uploaded_at", "id"], name="attachment_by_subject"),
                        Index(fields=["uploaded_by", "state"], name="attachment_by_uploader"),
                        Index(fields=["digest"], name="attachment_by_digest"),
                    ],
                    "pk_attr": "id",
                    "table_description": "An attachment 附件: a file with its type as found in its content, and what it belongs to.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="Attachment",
                constraint=CheckConstraint(
                    check="state IN ('draft', 'attached', 'discarded')", name="attachment_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="Attachment",
                constraint=CheckConstraint(
                    check="part IN ('evidence', 'report', 'picture', 'signature', 'other')",
                    name="attachment_part_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Attachment",
                constraint=CheckConstraint(
                    check="media_type IN ('image/png', 'image/jpeg', 'application/pdf', 'text/plain', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')",
                    name="attachment_media_type_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Attachment",
                constraint=CheckConstraint(
                    check="disclosure IN ('public', 'government_sharing', 'authorised_query', 'restricted', 'internal')",
                    name="attachment_disclosure_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Attachment",
                constraint=CheckConstraint(
                    check="(state = 'attached') = (object IS NOT NULL)", name="attachment_belongs_when_attached"
                ),
            ),
            ops.AddConstraint(
                model_name="Attachment",
                constraint=CheckConstraint(
                    check="(object IS NULL) = (object_id IS NULL)", name="attachment_object_is_whole"
                ),
            ),
            ops.AddConstraint(
                model_name="Attachment",
                constraint=CheckConstraint(
                    check="NOT about_person OR subject_id IS NOT NULL", name="attachment_person_is_named"
                ),
            ),
            ops.AddConstraint(
                model_name="Attachment",
                constraint=CheckConstraint(
                    check="state <> 'draft' OR disclosure <> 'public'", name="attachment_draft_is_not_public"
                ),
            ),
            ops.AddConstraint(
                model_name="Attachment", constraint=CheckConstraint(check="size > 0", name="attachment_is_not_empty")
            ),
            ops.RunSQL(GRANTS, "REVOKE ALL ON attachment FROM renxin_app;"),
        ),
    ]
