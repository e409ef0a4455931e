"""Measures that offices apply because of records and entries, and lift with them."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from domain.ids import new_id
from migrations.together import Together

GRANTS = """
GRANT SELECT, INSERT ON measure TO renxin_app;
GRANT UPDATE (state, version, lifted_at, lifted_for, lifted_by) ON measure TO renxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0029_deadlines")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="Measure",
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
                            description="The subject it is applied to.",
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
                            description="The division whose list of measures it is on.",
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
                            description="The office that applies it, which alone may lift it beforehand.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "source_office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="source_office_id",
                            description="The office that produced what it rests on; it is fed back to it 反馈.",
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
                            description="The credit record it rests on; null where it is an entry.",
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
                            null=True,
                            description="The list entry it rests on; null where it is a record.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("code", fields.TextField(description="Code of the measure within its rulebook.", unique=False)),
                    ("name", fields.TextField(description="The measure in the words of the rulebook.", unique=False)),
                    (
                        "field",
                        fields.TextField(
                            null=True,
                            description="Field 领域 in which it restricts, where the rule names fields.",
                            unique=False,
                        ),
                    ),
                    ("polarity", fields.TextField(description="Whether it favours or restricts.", unique=False)),
                    (
                        "severity",
                        fields.TextField(
                            null=True,
                            description="Severity of the record that the rule asks for; null where none.",
                            unique=False,
                        ),
                    ),
                    (
                        "basis",
                        fields.TextField(
                            description="Document and clause by which it is on the list of measures.", unique=False
                        ),
                    ),
                    (
                        "legal_basis",
                        fields.TextField(
                            null=True,
                            description="The rule cited for it 依据, where its clause asks for one.",
                            unique=False,
                        ),
                    ),
                    (
                        "legal_basis_level",
                        fields.TextField(null=True, description="Level of the rule cited for it.", unique=False),
                    ),
                    (
                        "reason",
                        fields.TextField(
                            description="Why it is applied, as the subject is told 实施的理由.", unique=False
                        ),
                    ),
                    (
                        "state",
                        fields.TextField(
                            description="Applied or lifted; whether it stands is told by `inForce`.", unique=False
                        ),
                    ),
                    ("version", fields.IntField(default=1, description="Version, from 1; every move adds one.")),
                    (
                        "applied_at",
                        fields.DatetimeField(description="When it was applied.", auto_now=False, auto_now_add=False),
                    ),
                    ("applied_by", fields.UUIDField(null=True, description="Account that applied it.")),
                    (
                        "lifted_at",
                        fields.DatetimeField(
                            null=True, description="When it was lifted.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("lifted_for", fields.TextField(null=True, description="Why it was lifted.", unique=False)),
                    (
                        "lifted_by",
                        fields.UUIDField(null=True, description="Account that lifted it, or decided what lifted it."),
                    ),
                ],
                options={
                    "table": "measure",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "applied_at", "id"], name="measure_by_subject"),
                        Index(fields=["office_id", "applied_at", "id"], name="measure_by_office"),
                        Index(fields=["source_office_id", "applied_at", "id"], name="measure_by_source_office"),
                        Index(fields=["jurisdiction_id", "applied_at", "id"], name="measure_by_jurisdiction"),
                        Index(fields=["record_id", "applied_at", "id"], name="measure_by_record"),
                        Index(fields=["entry_id", "applied_at", "id"], name="measure_by_entry"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A measure 奖惩措施 that an office applies to a subject because of a record or a list entry.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                "Measure", CheckConstraint(check="state IN ('applied', 'lifted')", name="measure_state_is_known")
            ),
            ops.AddConstraint(
                "Measure",
                CheckConstraint(
                    check="polarity IN ('positive', 'negative', 'neutral')", name="measure_polarity_is_known"
                ),
            ),
            ops.AddConstraint(
                "Measure",
                CheckConstraint(check="(record_id IS NULL) <> (entry_id IS NULL)", name="measure_rests_on_one_thing"),
            ),
            ops.AddConstraint("Measure", CheckConstraint(check="version >= 1", name="measure_version_is_positive")),
            ops.AddConstraint(
                "Measure",
                CheckConstraint(
                    check="(state = 'lifted') = (lifted_at IS NOT NULL AND lifted_for IS NOT NULL)",
                    name="measure_lifted_says_why",
                ),
            ),
            ops.AddConstraint(
                "Measure",
                CheckConstraint(
                    check="lifted_for IN ('repaired', 'removed', 'withdrawn', 'exempted', 'amended', 'by_office')",
                    name="measure_lifted_for_is_known",
                ),
            ),
            ops.AddConstraint(
                "Measure",
                CheckConstraint(
                    check="legal_basis_level IN ('law', 'administrative_regulation', 'local_regulation', 'central_policy', 'department_rule', 'local_rule', 'normative_document')",
                    name="measure_basis_level_is_known",
                ),
            ),
            ops.AddConstraint(
                "Measure",
                CheckConstraint(
                    check="(legal_basis IS NULL) = (legal_basis_level IS NULL)", name="measure_basis_has_level"
                ),
            ),
            ops.RunSQL(GRANTS, "REVOKE ALL ON measure FROM renxin_app;"),
        )
    ]
