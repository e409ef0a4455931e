"""Self-reported information of subjects."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

GRANTS = "GRANT SELECT, INSERT, UPDATE ON self_report TO renxin_app;"
BACK = "REVOKE ALL ON self_report FROM renxin_app;"


class Migration(migrations.Migration):
    dependencies = [("renxin", "0023_imports_in_blocks")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="SelfReport",
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
                            description="The subject that tells it of itself.",
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
                            description="The division under whose rulebook it was handed in.",
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
                            description="The office that looks after it; it answers for nothing in it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "kind",
                        fields.TextField(
                            description="Kind 种类 in the words of the rulebook: 资质证照, 经营状况, 合同履约, 参加社会公益活动, or another.",
                            unique=False,
                        ),
                    ),
                    ("title", fields.CharField(description="What it is about.", max_length=200)),
                    (
                        "text",
                        fields.TextField(description="What the subject tells; nobody has verified it.", unique=False),
                    ),
                    (
                        "state",
                        fields.TextField(
                            description="Reported, removed by the subject, or found untrue (refuted).", unique=False
                        ),
                    ),
                    ("version", fields.IntField(default=1, description="Version, from 1; every move adds one.")),
                    ("disclosure", fields.TextField(description="How far it is shown 共享属性.", unique=False)),
                    (
                        "commitment",
                        fields.ForeignKeyField(
                            "renxin.Commitment",
                            source_field="commitment_id",
                            description="The public commitment to its authenticity 真实性承诺.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "by_agent",
                        fields.BooleanField(description="Whether an authorised agent handed it in for the subject."),
                    ),
                    (
                        "reported_at",
                        fields.DatetimeField(description="When it was handed in.", auto_now=False, auto_now_add=False),
                    ),
                    ("reported_by", fields.UUIDField(null=True, description="Account that handed it in.")),
                    (
                        "removed_at",
                        fields.DatetimeField(
                            null=True, description="When the subject removed it.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "refuted_at",
                        fields.DatetimeField(
                            null=True, description="When it was found untrue.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "refuted_by",
                        fields.UUIDField(
                            null=True, description="Account that found it untrue; another than handed it in."
                        ),
                    ),
                ],
                options={
                    "table": "self_report",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "reported_at", "id"], name="self_report_by_subject"),
                        Index(fields=["office_id", "reported_at", "id"], name="self_report_by_office"),
                        Index(fields=["reported_at", "id"], name="self_report_by_time"),
                    ],
                    "pk_attr": "id",
                    "table_description": "Self-reported information 自主上报信息 of a subject: not verified, no official record.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="SelfReport",
                constraint=UniqueConstraint(fields=("commitment_id",), name="self_report_has_its_own_commitment"),
            ),
            ops.AddConstraint(
                model_name="SelfReport",
                constraint=CheckConstraint(
                    check="state IN ('reported', 'removed', 'refuted')", name="self_report_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="SelfReport",
                constraint=CheckConstraint(
                    check="disclosure IN ('public', 'government_sharing', 'authorised_query', 'restricted', 'internal')",
                    name="self_report_disclosure_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="SelfReport",
                constraint=CheckConstraint(check="version >= 1", name="self_report_version_is_positive"),
            ),
            ops.AddConstraint(
                model_name="SelfReport",
                constraint=CheckConstraint(
                    check="state <> 'removed' OR removed_at IS NOT NULL", name="self_report_removed_has_time"
                ),
            ),
            ops.AddConstraint(
                model_name="SelfReport",
                constraint=CheckConstraint(
                    check="(state = 'refuted') = (refuted_at IS NOT NULL)", name="self_report_refuted_has_time"
                ),
            ),
            ops.AddConstraint(
                model_name="SelfReport",
                constraint=CheckConstraint(check="refuted_by <> reported_by", name="self_report_is_refuted_by_another"),
            ),
            ops.RunSQL(GRANTS, BACK),
        )
    ]
