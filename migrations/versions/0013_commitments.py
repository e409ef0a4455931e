"""Commitment items and commitments."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

# One commitment of a subject in one matter: a refusal, and one entered by mistake, do not stand in the way.
FORWARD = """
CREATE UNIQUE INDEX commitment_is_made_once ON commitment (office_id, commitment_item_id, subject_id, matter_no)
  WHERE state NOT IN ('refused', 'withdrawn');
CREATE INDEX commitment_by_record ON commitment (record_id) WHERE record_id IS NOT NULL;
GRANT SELECT ON commitment_item, commitment_item_office, commitment TO renxin_app;
GRANT INSERT ON commitment_item, commitment_item_office, commitment TO renxin_app;
GRANT UPDATE ON commitment_item, commitment TO renxin_app;
"""

BACK = """
REVOKE ALL ON commitment_item, commitment_item_office, commitment FROM renxin_app;
DROP INDEX commitment_is_made_once; DROP INDEX commitment_by_record;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0012_list_removals")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="CommitmentItem",
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
                            description="The division whose list of items it is on.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "rulebook",
                        fields.TextField(
                            null=True,
                            description="Id of the rulebook that names it; null for one that the credit office keeps.",
                            unique=False,
                        ),
                    ),
                    ("edition", fields.CharField(description="Edition 版本 of the list of items.", max_length=100)),
                    ("code", fields.CharField(description="Code of the item within its edition.", max_length=64)),
                    ("name", fields.CharField(description="Name 名称 of the matter.", max_length=200)),
                    (
                        "kind",
                        fields.TextField(
                            description="Kind of commitment: 告知承诺, 容缺受理 or another.", unique=False
                        ),
                    ),
                    (
                        "matter_kind",
                        fields.TextField(
                            description="Kind of matter: 行政审批, 公共服务, 行政管理 or another.", unique=False
                        ),
                    ),
                    (
                        "parties",
                        ArrayField(
                            default=list,
                            description="Who may commit: 自然人, 法人, 其他组织 (厦门11).",
                            element_type="TEXT",
                        ),
                    ),
                    (
                        "text",
                        fields.TextField(
                            null=True,
                            description="Wording 承诺书文本 where the item fixes it; else it is the signer's.",
                            unique=False,
                        ),
                    ),
                    (
                        "supplement_term",
                        fields.IntField(
                            null=True, description="Term in which what is missing must follow 补正期限 (容缺受理 only)."
                        ),
                    ),
                    ("supplement_unit", fields.TextField(null=True, description="Unit of that term.", unique=False)),
                    (
                        "disclosure",
                        fields.TextField(
                            description="How far a commitment is shown when an organisation's.", unique=False
                        ),
                    ),
                    (
                        "person_disclosure",
                        fields.TextField(description="How far it is shown when a natural person's.", unique=False),
                    ),
                    ("clause", fields.CharField(description="Clause or rule 依据 the item rests on.", max_length=500)),
                    (
                        "reading",
                        fields.TextField(
                            null=True, description="Our reading 解读, where the text leaves room.", unique=False
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
                    (
                        "proposed_by",
                        fields.UUIDField(null=True, description="Account that proposed it; null for a rulebook's."),
                    ),
                    (
                        "proposed_at",
                        fields.DatetimeField(
                            null=True, description="When it was proposed.", auto_now=False, auto_now_add=False
                        ),
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
                    "table": "commitment_item",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "A commitment item 信用承诺事项 of one edition, named by a rulebook or kept by the credit office.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Commitment",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "commitment_item",
                        fields.ForeignKeyField(
                            "renxin.CommitmentItem",
                            source_field="commitment_item_id",
                            description="The item 承诺事项 it was made under.",
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
                            description="The subject who commits.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("about_person", fields.BooleanField(description="Whether the subject is a natural person.")),
                    (
                        "party",
                        fields.TextField(description="Kind of party: 自然人, 法人 or 其他组织 (厦门11).", unique=False),
                    ),
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
                            description="The office that has the matter in hand and takes the commitment.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "matter_no",
                        fields.CharField(
                            description="Number 受理编号 of the matter or file it was made in.", max_length=128
                        ),
                    ),
                    (
                        "state",
                        fields.TextField(
                            description="Signed, refused, kept 履约, broken 违约 or withdrawn.", unique=False
                        ),
                    ),
                    ("version", fields.IntField(default=1, description="Version, from 1; every move adds one.")),
                    (
                        "text",
                        fields.TextField(
                            null=True, description="The exact text that was signed; null for a refusal.", unique=False
                        ),
                    ),
                    (
                        "text_digest",
                        fields.TextField(
                            null=True, description="SHA-256 of the text in UTF-8, hexadecimal.", unique=False
                        ),
                    ),
                    ("signed_on", fields.DateField(null=True, description="Day of the signature; null for a refusal.")),
                    (
                        "entered_at",
                        fields.DatetimeField(
                            description="When it was entered here.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("signature_method", fields.TextField(null=True, description="How it was signed.", unique=False)),
                    (
                        "evidence",
                        fields.TextField(
                            null=True, description="Where the evidence of the signature is kept.", unique=False
                        ),
                    ),
                    (
                        "signer",
                        fields.TextField(
                            null=True,
                            description="Who signed: the person, the legal representative or an authorised agent.",
                            unique=False,
                        ),
                    ),
                    (
                        "signer_name",
                        fields.CharField(
                            null=True,
                            description="Name of the legal representative or agent who signed, as your clearance allows.",
                            max_length=200,
                        ),
                    ),
                    (
                        "masked_name",
                        fields.TextField(
                            null=True, description="The signer's name as shown without clearance.", unique=False
                        ),
                    ),
                    (
                        "signed_by",
                        fields.UUIDField(null=True, description="Account that signed online; null for paper."),
                    ),
                    (
                        "taken_in_by",
                        fields.UUIDField(
                            null=True, description="Officer's account that took it in; null when signed online."
                        ),
                    ),
                    (
                        "refusal_reason",
                        fields.TextField(
                            null=True,
                            description="Why it was refused, if the subject said so; nothing follows from it.",
                            unique=False,
                        ),
                    ),
                    (
                        "missing",
                        fields.TextField(
                            null=True,
                            description="What must still be handed in 容缺材料 (tolerant acceptance).",
                            unique=False,
                        ),
                    ),
                    (
                        "supplement_due_on",
                        fields.DateField(
                            null=True, description="Last day to hand in what is missing; null where nothing is."
                        ),
                    ),
                    (
                        "supplement_provisional",
                        fields.BooleanField(
                            default=False,
                            description="True when that day runs into a year whose holidays are not announced.",
                        ),
                    ),
                    (
                        "supplied_on",
                        fields.DateField(null=True, description="Day on which everything missing was handed in 补齐."),
                    ),
                    (
                        "disclosure",
                        fields.TextField(description="How far it is shown 共享属性, from its item.", unique=False),
                    ),
                    (
                        "published_at",
                        fields.DatetimeField(
                            null=True, description="When it was published 公示.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "portal_at",
                        fields.DatetimeField(
                            null=True, description="When it appeared on the portal.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "platform_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was pushed to the city platform.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    ("found_on", fields.DateField(null=True, description="Day on which it was found kept or broken.")),
                    (
                        "finding",
                        fields.TextField(
                            null=True, description="What was found 核查情况; may name people.", unique=False
                        ),
                    ),
                    (
                        "found_by",
                        fields.UUIDField(null=True, description="Account that found it; another than took it in."),
                    ),
                    (
                        "breach_ground",
                        fields.TextField(
                            null=True,
                            description="Untrue 承诺不实, unfulfilled 违反承诺 or not supplied 逾期未补正.",
                            unique=False,
                        ),
                    ),
                    (
                        "record",
                        fields.ForeignKeyField(
                            "renxin.CreditRecord",
                            source_field="record_id",
                            null=True,
                            description="The credit record that tells whether it was kept.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "unrecorded",
                        fields.TextField(
                            null=True,
                            description="Why no credit record tells the result, where none can: the rulebook has no item for it.",
                            unique=False,
                        ),
                    ),
                    (
                        "withdrawal_reason",
                        fields.TextField(
                            null=True, description="Why it was withdrawn as entered by mistake.", unique=False
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        Index(fields=("subject_id", "entered_at", "id"), name="commitment_by_subject"),
                        Index(fields=("office_id", "entered_at", "id"), name="commitment_by_office"),
                        Index(fields=("commitment_item_id", "entered_at", "id"), name="commitment_by_item"),
                        Index(fields=("entered_at", "id"), name="commitment_by_time"),
                    ],
                    "table": "commitment",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "A commitment 信用承诺 of a subject in one matter, or the note that it was refused.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="CommitmentItemOffice",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "commitment_item",
                        fields.ForeignKeyField(
                            "renxin.CommitmentItem",
                            source_field="commitment_item_id",
                            description="The commitment item.",
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
                            description="The office 责任单位.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                ],
                options={
                    "indexes": [Index(fields=("office_id",), name="commitment_item_office_by_office")],
                    "table": "commitment_item_office",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "An office that takes commitments under an item; an item without any is open to the office in charge.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="CommitmentItem",
                constraint=UniqueConstraint(
                    fields=("jurisdiction_id", "edition", "code"), name="commitment_item_is_unique"
                ),
            ),
            ops.AddConstraint(
                model_name="CommitmentItem",
                constraint=CheckConstraint(
                    check="kind IN ('notification', 'tolerant_acceptance', 'general')",
                    name="commitment_item_kind_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="CommitmentItem",
                constraint=CheckConstraint(
                    check="matter_kind IN ('approval', 'public_service', 'administration', 'other')",
                    name="commitment_item_matter_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="CommitmentItem",
                constraint=CheckConstraint(
                    check="parties <@ ARRAY['natural_person', 'legal_person', 'other_organisation']::text[] AND cardinality(parties) > 0",
                    name="commitment_item_parties_are_known",
                ),
            ),
            ops.AddConstraint(
                model_name="CommitmentItem",
                constraint=CheckConstraint(
                    check="state IN ('proposed', 'approved', 'rejected')", name="commitment_item_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="CommitmentItem",
                constraint=CheckConstraint(
                    check="disclosure IN ('public', 'government_sharing', 'authorised_query', 'restricted', 'internal')",
                    name="commitment_item_disclosure_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="CommitmentItem",
                constraint=CheckConstraint(
                    check="person_disclosure IN ('public', 'government_sharing', 'authorised_query', 'restricted', 'internal')",
                    name="commitment_item_person_disclosure_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="CommitmentItem",
                constraint=CheckConstraint(
                    check="(kind = 'tolerant_acceptance') = (supplement_term IS NOT NULL AND supplement_unit IS NOT NULL)",
                    name="commitment_item_tolerance_has_a_term",
                ),
            ),
            ops.AddConstraint(
                model_name="CommitmentItem",
                constraint=CheckConstraint(
                    check="supplement_term BETWEEN 1 AND 400", name="commitment_item_term_is_sensible"
                ),
            ),
            ops.AddConstraint(
                model_name="CommitmentItem",
                constraint=CheckConstraint(
                    check="supplement_unit IN ('working_day', 'calendar_day', 'month')",
                    name="commitment_item_term_unit_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="CommitmentItem",
                constraint=CheckConstraint(
                    check="decided_by <> proposed_by", name="commitment_item_is_decided_by_another"
                ),
            ),
            ops.AddConstraint(
                model_name="CommitmentItem",
                constraint=CheckConstraint(
                    check="rulebook IS NOT NULL OR proposed_by IS NOT NULL", name="commitment_item_has_origin"
                ),
            ),
            ops.AddConstraint(
                model_name="CommitmentItem",
                constraint=CheckConstraint(check="valid_to >= valid_from", name="commitment_item_days_in_order"),
            ),
            ops.AddConstraint(
                model_name="CommitmentItemOffice",
                constraint=UniqueConstraint(
                    fields=("commitment_item_id", "office_id"), name="commitment_item_office_is_unique"
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="state IN ('signed', 'refused', 'kept', 'broken', 'withdrawn')",
                    name="commitment_state_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="party IN ('natural_person', 'legal_person', 'other_organisation')",
                    name="commitment_party_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="about_person = (party = 'natural_person')", name="commitment_person_by_party"
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="disclosure IN ('public', 'government_sharing', 'authorised_query', 'restricted', 'internal')",
                    name="commitment_disclosure_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="signature_method IN ('handwritten', 'seal', 'electronic_signature', 'online_confirmation')",
                    name="commitment_method_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="signer IN ('in_person', 'legal_representative', 'agent')", name="commitment_signer_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="breach_ground IN ('untrue', 'unfulfilled', 'not_supplied')",
                    name="commitment_ground_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="unrecorded IN ('no_item', 'subject_kind', 'not_producer', 'not_in_force')",
                    name="commitment_unrecorded_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(check="version >= 1", name="commitment_version_is_positive"),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="(state = 'refused') = (signed_on IS NULL)", name="commitment_refused_is_not_signed"
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="num_nulls(text, text_digest, signed_on, signature_method, signer) IN (0, 5)",
                    name="commitment_signature_is_whole",
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="(state IN ('kept', 'broken')) = (found_on IS NOT NULL AND found_by IS NOT NULL AND finding IS NOT NULL)",
                    name="commitment_result_is_found",
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="(state = 'broken') = (breach_ground IS NOT NULL)", name="commitment_breach_has_a_ground"
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="found_by <> coalesce(taken_in_by, signed_by)", name="commitment_is_judged_by_another"
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="(missing IS NULL) = (supplement_due_on IS NULL)", name="commitment_missing_has_a_day"
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="state <> 'refused' OR published_at IS NULL", name="commitment_refusal_is_not_published"
                ),
            ),
            ops.RunSQL(FORWARD, BACK),
        ),
    ]
