"""Requests of subjects about their own data."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

CONSTRAINTS = {
    "subject_request_kind_is_known": "kind IN ('access', 'correction', 'deletion', 'explanation_of_rules', 'explanation_of_decision', 'decision_by_a_person')",
    "subject_request_state_is_known": "state IN ('filed', 'granted', 'refused', 'withdrawn')",
    "subject_request_ended_has_time": "(state = 'filed') = (ended_at IS NULL)",
    "subject_request_answer_is_given": "state NOT IN ('granted', 'refused') OR (answer IS NOT NULL AND answered_by IS NOT NULL)",
    "subject_request_is_answered_by_another": "answered_by <> filed_by",
}

GRANTS = "GRANT SELECT, INSERT, UPDATE ON subject_request TO renxin_app;"
GRANTS_BACK = "REVOKE ALL ON subject_request FROM renxin_app;"


class Migration(migrations.Migration):
    dependencies = [("renxin", "0003_decision_once")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="SubjectRequest",
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
                            description="The subject whose right it is.",
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
                            description="The division of the office.",
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
                            description="The office asked, which answers.",
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
                            null=True,
                            description="The credit record it is about; null where it is about none.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("kind", fields.TextField(description="What is asked for.", unique=False)),
                    ("words", fields.TextField(description="The request in the subject's own words.", unique=False)),
                    ("state", fields.TextField(description="State of the request.", unique=False)),
                    (
                        "basis",
                        fields.TextField(
                            null=True,
                            description="Law and article of the right; null where none is loaded.",
                            unique=False,
                        ),
                    ),
                    (
                        "filed_at",
                        fields.DatetimeField(description="When it was filed.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "due_on",
                        fields.DateField(
                            null=True, description="Last day for the answer; null where the law sets no days (及时)."
                        ),
                    ),
                    (
                        "due_provisional",
                        fields.BooleanField(
                            default=False,
                            description="True when the due day runs into a year whose holidays are not announced.",
                        ),
                    ),
                    (
                        "ended_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was answered or withdrawn.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "answer",
                        fields.TextField(
                            null=True,
                            description="The office's answer; with a refusal its reason (个人信息保护法50).",
                            unique=False,
                        ),
                    ),
                    ("filed_by", fields.UUIDField(null=True, description="Account that filed it.")),
                    ("answered_by", fields.UUIDField(null=True, description="Account that answered it.")),
                ],
                options={
                    "table": "subject_request",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "filed_at", "id"], name="subject_request_by_subject"),
                        Index(fields=["office_id", "filed_at", "id"], name="subject_request_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A request 权利请求 of a subject about its own data, addressed to the office that answers for it.",
                },
                bases=["Model"],
            ),
            *(
                ops.AddConstraint(model_name="SubjectRequest", constraint=CheckConstraint(check=check, name=name))
                for name, check in CONSTRAINTS.items()
            ),
            ops.RunSQL(GRANTS, GRANTS_BACK),
        ),
    ]
