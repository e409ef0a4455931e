"""Lists of acts that may go unpunished, and exemptions; one of them is open, or was granted, for a record at a time."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

SQL = """
CREATE UNIQUE INDEX exemption_stands_once ON exemption (record_id) WHERE state NOT IN ('refused', 'withdrawn');
GRANT SELECT, INSERT, UPDATE ON exemption_item, exemption TO renxin_app;
"""
SQL_BACK = """
REVOKE ALL ON exemption_item, exemption FROM renxin_app;
DROP INDEX exemption_stands_once;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0020_exam_files")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="ExemptionItem",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            description="The division whose list it is on.",
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
                            description="The office in charge of the field, which alone exempts under it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "catalogue_item",
                        fields.ForeignKeyField(
                            "renxin.CatalogueItem",
                            source_field="catalogue_item_id",
                            description="Catalogue item 目录条目 of the records it may be used for.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("code", fields.CharField(description="Code of the item within the office's list.", max_length=64)),
                    ("industry", fields.CharField(description="Industry or field 行业(领域).", max_length=100)),
                    ("act", fields.CharField(description="The act 行为 that may go unpunished.", max_length=200)),
                    (
                        "minor_when",
                        fields.CharField(description="When the act is minor 轻微, in words.", max_length=500),
                    ),
                    (
                        "most_earlier",
                        fields.IntField(
                            description="How many earlier failings within the window still leave it occasional 偶发; 0: the first only."
                        ),
                    ),
                    (
                        "window_months",
                        fields.IntField(description="The window 期间, in months before the day of the decision."),
                    ),
                    (
                        "legal_basis",
                        fields.CharField(
                            description="Basis 依据 of the exemption in the law of the field.", max_length=500
                        ),
                    ),
                    (
                        "state",
                        fields.TextField(
                            description="Proposed, approved or rejected; whether it is in force is told by `inForce`.",
                            unique=False,
                        ),
                    ),
                    (
                        "valid_from",
                        fields.DateField(null=True, description="First day of validity; null when none is named."),
                    ),
                    (
                        "valid_to",
                        fields.DateField(null=True, description="Last day of validity; null when none is named."),
                    ),
                    ("reason", fields.TextField(null=True, description="Why it was rejected, or ended.", unique=False)),
                    ("proposed_by", fields.UUIDField(description="Account that proposed it.")),
                    (
                        "proposed_at",
                        fields.DatetimeField(description="When it was proposed.", auto_now=False, auto_now_add=False),
                    ),
                    ("decided_by", fields.UUIDField(null=True, description="Account that approved or rejected it.")),
                    (
                        "decided_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was approved or rejected.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                ],
                options={
                    "table": "exemption_item",
                    "app": "renxin",
                    "constraints": [
                        UniqueConstraint(fields=("office_id", "code"), name="exemption_item_is_unique"),
                        CheckConstraint(
                            check="state IN ('proposed', 'approved', 'rejected')", name="exemption_item_state_is_known"
                        ),
                        CheckConstraint(check="most_earlier BETWEEN 0 AND 12", name="exemption_item_most_is_sensible"),
                        CheckConstraint(
                            check="window_months BETWEEN 1 AND 120", name="exemption_item_window_is_sensible"
                        ),
                        CheckConstraint(check="decided_by <> proposed_by", name="exemption_item_is_decided_by_another"),
                        CheckConstraint(
                            check="(state = 'proposed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)",
                            name="exemption_item_decision_has_person_and_time",
                        ),
                        CheckConstraint(check="valid_to >= valid_from", name="exemption_item_days_in_order"),
                    ],
                    "indexes": [Index(fields=["office_id", "code"], name="exemption_item_by_office")],
                    "pk_attr": "id",
                    "table_description": "An act on the list of acts that go unpunished 失信惩戒豁免行为清单, kept by the office in charge of the field.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Exemption",
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
                            description="The record of the failing.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "exemption_item",
                        fields.ForeignKeyField(
                            "renxin.ExemptionItem",
                            source_field="exemption_item_id",
                            description="The act on the list 豁免行为 that it is.",
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
                            description="The subject that is spared.",
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
                            description="The office that recognised the failing, which alone exempts from it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "state",
                        fields.TextField(
                            description="How far it has come; whether it stands is told by `inForce`.", unique=False
                        ),
                    ),
                    (
                        "procedure",
                        fields.TextField(
                            description="Code of the procedure in force when it was proposed.", unique=False
                        ),
                    ),
                    ("grounds", fields.TextField(description="Why the act is this one, and minor 理由.", unique=False)),
                    (
                        "proposed_at",
                        fields.DatetimeField(description="When it was proposed.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "commitment",
                        fields.ForeignKeyField(
                            "renxin.Commitment",
                            source_field="commitment_id",
                            null=True,
                            description="The commitment 信用承诺; null before it is signed.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "signed_at",
                        fields.DatetimeField(
                            null=True, description="When the commitment was signed.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "earlier",
                        fields.IntField(
                            null=True,
                            description="How many earlier failings lay within the window when it was granted.",
                        ),
                    ),
                    (
                        "decided_at",
                        fields.DatetimeField(
                            null=True, description="When it was decided.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "decision_reason",
                        fields.TextField(null=True, description="Reason of the decision.", unique=False),
                    ),
                    ("proposed_by", fields.UUIDField(null=True, description="Account that proposed it.")),
                    ("signed_by", fields.UUIDField(null=True, description="Account that signed.")),
                    ("decided_by", fields.UUIDField(null=True, description="Account that decided.")),
                ],
                options={
                    "table": "exemption",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="state IN ('proposed', 'signed', 'granted', 'refused', 'withdrawn')",
                            name="exemption_state_is_known",
                        ),
                        CheckConstraint(
                            check="(state IN ('granted', 'refused')) = (decided_at IS NOT NULL)",
                            name="exemption_decided_has_time",
                        ),
                        CheckConstraint(
                            check="NOT (state IN ('granted', 'refused')) OR (decided_by IS NOT NULL AND decision_reason IS NOT NULL)",
                            name="exemption_decision_has_person_and_reason",
                        ),
                        CheckConstraint(
                            check="state NOT IN ('signed', 'granted') OR (signed_at IS NOT NULL AND commitment_id IS NOT NULL)",
                            name="exemption_rests_on_commitment",
                        ),
                        CheckConstraint(
                            check="(state = 'granted') = (earlier IS NOT NULL)", name="exemption_counts_when_granted"
                        ),
                        CheckConstraint(
                            check="proposed_by <> decided_by", name="exemption_proposed_by_is_not_decided_by"
                        ),
                        CheckConstraint(check="signed_by <> decided_by", name="exemption_signed_by_is_not_decided_by"),
                    ],
                    "indexes": [
                        Index(fields=["record_id", "proposed_at", "id"], name="exemption_by_record"),
                        Index(fields=["subject_id", "proposed_at", "id"], name="exemption_by_subject"),
                        Index(fields=["office_id", "proposed_at", "id"], name="exemption_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "An exemption 豁免惩戒 of a minor, occasional failing from punishment, against a commitment (海沧2).",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="ExemptionItem",
                constraint=UniqueConstraint(fields=("office_id", "code"), name="exemption_item_is_unique"),
            ),
            ops.AddConstraint(
                model_name="ExemptionItem",
                constraint=CheckConstraint(
                    check="state IN ('proposed', 'approved', 'rejected')", name="exemption_item_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="ExemptionItem",
                constraint=CheckConstraint(
                    check="most_earlier BETWEEN 0 AND 12", name="exemption_item_most_is_sensible"
                ),
            ),
            ops.AddConstraint(
                model_name="ExemptionItem",
                constraint=CheckConstraint(
                    check="window_months BETWEEN 1 AND 120", name="exemption_item_window_is_sensible"
                ),
            ),
            ops.AddConstraint(
                model_name="ExemptionItem",
                constraint=CheckConstraint(
                    check="decided_by <> proposed_by", name="exemption_item_is_decided_by_another"
                ),
            ),
            ops.AddConstraint(
                model_name="ExemptionItem",
                constraint=CheckConstraint(
                    check="(state = 'proposed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)",
                    name="exemption_item_decision_has_person_and_time",
                ),
            ),
            ops.AddConstraint(
                model_name="ExemptionItem",
                constraint=CheckConstraint(check="valid_to >= valid_from", name="exemption_item_days_in_order"),
            ),
            ops.AddConstraint(
                model_name="Exemption",
                constraint=CheckConstraint(
                    check="state IN ('proposed', 'signed', 'granted', 'refused', 'withdrawn')",
                    name="exemption_state_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Exemption",
                constraint=CheckConstraint(
                    check="(state IN ('granted', 'refused')) = (decided_at IS NOT NULL)",
                    name="exemption_decided_has_time",
                ),
            ),
            ops.AddConstraint(
                model_name="Exemption",
                constraint=CheckConstraint(
                    check="NOT (state IN ('granted', 'refused')) OR (decided_by IS NOT NULL AND decision_reason IS NOT NULL)",
                    name="exemption_decision_has_person_and_reason",
                ),
            ),
            ops.AddConstraint(
                model_name="Exemption",
                constraint=CheckConstraint(
                    check="state NOT IN ('signed', 'granted') OR (signed_at IS NOT NULL AND commitment_id IS NOT NULL)",
                    name="exemption_rests_on_commitment",
                ),
            ),
            ops.AddConstraint(
                model_name="Exemption",
                constraint=CheckConstraint(
                    check="(state = 'granted') = (earlier IS NOT NULL)", name="exemption_counts_when_granted"
                ),
            ),
            ops.AddConstraint(
                model_name="Exemption",
                constraint=CheckConstraint(
                    check="proposed_by <> decided_by", name="exemption_proposed_by_is_not_decided_by"
                ),
            ),
            ops.AddConstraint(
                model_name="Exemption",
                constraint=CheckConstraint(
                    check="signed_by <> decided_by", name="exemption_signed_by_is_not_decided_by"
                ),
            ),
            ops.RunSQL(SQL, SQL_BACK),
        ),
    ]
