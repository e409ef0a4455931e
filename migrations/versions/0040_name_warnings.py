"""Name warnings: names that records give their subjects otherwise than they are known."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

from domain.ids import new_id
from migrations.together import Together

GRANTS = """
GRANT SELECT, INSERT ON name_warning TO renxin_app;
GRANT UPDATE (state, version, reason, resolved_at, resolved_by) ON name_warning TO renxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0039_integrity")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="NameWarning",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "subject",
                        fields.ForeignKeyField(
                            "renxin.Subject",
                            source_field="subject_id",
                            description="The subject, found by its code.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "about_person",
                        fields.BooleanField(
                            default=False, description="Whether the subject is a natural person: never."
                        ),
                    ),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            description="The division in which the subject is registered; its credit office resolves it.",
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
                            description="The office that gave the other name.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "record",
                        fields.ForeignKeyField(
                            "renxin.CreditRecord",
                            source_field="record_id",
                            description="The record that gave it, the first where several did.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "known_name",
                        fields.TextField(description="The name as known when the record came.", unique=False),
                    ),
                    ("given_name", fields.TextField(description="The name as the record gives it.", unique=False)),
                    (
                        "state",
                        fields.TextField(
                            description="Open; kept, when the known name stands; corrected, when the given one took its place.",
                            unique=False,
                        ),
                    ),
                    ("version", fields.IntField(default=1, description="Version, from 1; every move adds one.")),
                    (
                        "found_at",
                        fields.DatetimeField(description="When the record came.", auto_now=False, auto_now_add=False),
                    ),
                    ("reason", fields.TextField(null=True, description="Why it was resolved so.", unique=False)),
                    (
                        "resolved_at",
                        fields.DatetimeField(
                            null=True, description="When it was resolved.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("resolved_by", fields.UUIDField(null=True, description="Account that resolved it.")),
                ],
                options={
                    "table": "name_warning",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="state IN ('open', 'kept', 'corrected')", name="name_warning_state_is_known"
                        ),
                        CheckConstraint(check="NOT about_person", name="name_warning_is_of_no_person"),
                        CheckConstraint(check="version >= 1", name="name_warning_version_is_positive"),
                        CheckConstraint(
                            check="(state = 'open') = (resolved_at IS NULL AND reason IS NULL)",
                            name="name_warning_says_why",
                        ),
                    ],
                    "indexes": [
                        Index(fields=["subject_id", "found_at", "id"], name="name_warning_by_subject"),
                        Index(fields=["office_id", "found_at", "id"], name="name_warning_by_office"),
                        Index(
                            fields=["jurisdiction_id", "state", "found_at", "id"], name="name_warning_by_jurisdiction"
                        ),
                        Index(fields=["record_id"], name="name_warning_by_record"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A name warning 名称核对: the name that a record gives its subject, beside the one that is known.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                "NameWarning",
                CheckConstraint(check="state IN ('open', 'kept', 'corrected')", name="name_warning_state_is_known"),
            ),
            ops.AddConstraint(
                "NameWarning", CheckConstraint(check="NOT about_person", name="name_warning_is_of_no_person")
            ),
            ops.AddConstraint(
                "NameWarning", CheckConstraint(check="version >= 1", name="name_warning_version_is_positive")
            ),
            ops.AddConstraint(
                "NameWarning",
                CheckConstraint(
                    check="(state = 'open') = (resolved_at IS NULL AND reason IS NULL)",
                    name="name_warning_says_why",
                ),
            ),
            ops.RunSQL(GRANTS, "REVOKE ALL ON name_warning FROM renxin_app;"),
        )
    ]
