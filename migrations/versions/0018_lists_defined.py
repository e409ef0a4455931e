"""Lists are defined, attested and noticed: definitions, attestations, notices, urgings, and what entries rest on."""

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from migrations.together import Together
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.ids import new_id

FALSE = """
UPDATE credit_list SET imported = false;
INSERT INTO list_attestation (id, entry_id, jurisdiction_id, office_id, round, dimensions, awaited_at)
SELECT uuidv7(), id, jurisdiction_id, office_id, round, '{}', collected_at FROM list_entry WHERE state = 'collected';
"""

INDEXES = """
CREATE UNIQUE INDEX list_definition_numbered ON list_definition (credit_list_id, office_id, coalesce(domain, ''), number);
CREATE UNIQUE INDEX list_definition_standing ON list_definition (credit_list_id, office_id, coalesce(domain, ''))
  WHERE state = 'opened' AND until_on IS NULL;
CREATE INDEX list_entry_extended ON list_entry (extended_with_id) WHERE extended_with_id IS NOT NULL;
"""

INDEXES_BACK = (
    "DROP INDEX list_definition_numbered; DROP INDEX list_definition_standing; DROP INDEX list_entry_extended;"
)

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON list_definition, list_attestation, list_notice, urging TO renxin_app;
"""

GRANTS_BACK = "REVOKE ALL ON list_definition, list_attestation, list_notice, urging FROM renxin_app;"


class Migration(migrations.Migration):
    dependencies = [("renxin", "0017_spot_checks")]

    operations = [
        Together(
            ops.CreateModel(
                name="ListDefinition",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
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
                            description="The office that defines the list for its duties.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "domain",
                        fields.TextField(
                            null=True,
                            description="Code of the domain 领域 it is for; null where the list has none.",
                            unique=False,
                        ),
                    ),
                    ("number", fields.IntField(description="Which definition of the office it is, from 1.")),
                    (
                        "state",
                        fields.TextField(
                            description="State of the definition; whether it is in force is told by `inForce`.",
                            unique=False,
                        ),
                    ),
                    (
                        "standard",
                        fields.TextField(
                            null=True,
                            description="Standard of recognition 认定标准, that is the conditions of entry 列入条件.",
                            unique=False,
                        ),
                    ),
                    (
                        "standard_source",
                        fields.TextField(null=True, description="Where the standard is written 依据.", unique=False),
                    ),
                    (
                        "standard_level",
                        fields.TextField(
                            null=True,
                            description="Level of the standard's source; Xinxiang asks for a national one (五(一)).",
                            unique=False,
                        ),
                    ),
                    (
                        "procedure",
                        fields.TextField(null=True, description="Procedure of recognition 认定程序.", unique=False),
                    ),
                    (
                        "procedure_source",
                        fields.TextField(null=True, description="Where the procedure is written 依据.", unique=False),
                    ),
                    ("measures", fields.TextField(null=True, description="Measures 惩戒/激励措施.", unique=False)),
                    (
                        "measures_source",
                        fields.TextField(null=True, description="Where the measures are written 依据.", unique=False),
                    ),
                    (
                        "exit_rule",
                        fields.TextField(
                            null=True,
                            description="Exit 退出机制, that is the conditions of removal 移出条件.",
                            unique=False,
                        ),
                    ),
                    (
                        "exit_rule_source",
                        fields.TextField(null=True, description="Where the exit is written 依据.", unique=False),
                    ),
                    (
                        "remedy",
                        fields.TextField(null=True, description="Remedy 救济途径 of who is listed.", unique=False),
                    ),
                    (
                        "remedy_source",
                        fields.TextField(null=True, description="Where the remedy is written 依据.", unique=False),
                    ),
                    (
                        "behaviours",
                        ArrayField(
                            default=list,
                            description="Behaviours 行为 for which the office lists; empty where it names none.",
                            element_type="TEXT",
                        ),
                    ),
                    (
                        "from_on",
                        fields.DateField(null=True, description="First day in force; null until it is opened."),
                    ),
                    (
                        "until_on",
                        fields.DateField(null=True, description="Last day in force; null while no other follows."),
                    ),
                    (
                        "drafted_at",
                        fields.DatetimeField(description="When it was drafted.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "opened_at",
                        fields.DatetimeField(
                            null=True, description="When it was opened.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("drafted_by", fields.UUIDField(null=True, description="Account that drafted it.")),
                    ("opened_by", fields.UUIDField(null=True, description="Account that opened it.")),
                ],
                options={
                    "table": "list_definition",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["credit_list_id", "drafted_at", "id"], name="list_definition_by_list"),
                        Index(fields=["office_id", "drafted_at", "id"], name="list_definition_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A definition of a list 名单定义 by one of its offices, with its parts and their citations.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="ListAttestation",
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
                            description="The responsible office that attests.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("round", fields.IntField(description="The round of the entry it is for.")),
                    (
                        "dimensions",
                        ArrayField(
                            default=list,
                            description="What is vouched for: 真实性、准确性、合法性; empty while it is awaited.",
                            element_type="TEXT",
                        ),
                    ),
                    (
                        "awaited_at",
                        fields.DatetimeField(
                            description="Since when it is awaited.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "attested_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was given; null while it is awaited.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "officer",
                        fields.TextField(
                            null=True, description="Name of the officer as the account has it.", unique=False
                        ),
                    ),
                    ("attested_by", fields.UUIDField(null=True, description="Account that attested.")),
                ],
                options={
                    "table": "list_attestation",
                    "app": "renxin",
                    "indexes": [Index(fields=["office_id", "awaited_at", "id"], name="list_attestation_by_office")],
                    "pk_attr": "id",
                    "table_description": "An attestation: an officer of a responsible office vouches for truth, accuracy and legality of an entry.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="ListNotice",
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
                            description="The entry it comes before.",
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
                            description="The subject that is to be listed.",
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
                            description="The office that serves it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "kind",
                        fields.TextField(
                            description="Prior notice 事前告知 to the subject, or public notice 公示.", unique=False
                        ),
                    ),
                    ("round", fields.IntField(description="The round of the entry it belongs to.")),
                    ("state", fields.TextField(description="State of the notice.", unique=False)),
                    ("disclosure", fields.TextField(description="How far a public notice is shown.", unique=False)),
                    (
                        "grounds",
                        fields.TextField(null=True, description="On what the entry is to rest 依据.", unique=False),
                    ),
                    ("reason", fields.TextField(description="Why 理由.", unique=False)),
                    (
                        "measures",
                        fields.TextField(null=True, description="Which measures 惩戒措施 follow.", unique=False),
                    ),
                    (
                        "rights",
                        fields.TextField(
                            null=True, description="Which rights the subject has 异议申请的权利.", unique=False
                        ),
                    ),
                    (
                        "channel",
                        fields.TextField(
                            description="How it was served in writing 送达方式, or where it is shown 公示渠道.",
                            unique=False,
                        ),
                    ),
                    ("served_on", fields.DateField(description="Day it was served, or is shown from.")),
                    (
                        "answer_due_on",
                        fields.DateField(
                            null=True, description="Last day of the term to answer; null where none is set."
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
                        "until_on",
                        fields.DateField(
                            null=True, description="Last day of a public notice, where the office names one."
                        ),
                    ),
                    (
                        "answer",
                        fields.TextField(null=True, description="What the subject answered 陈述申辩.", unique=False),
                    ),
                    (
                        "answered_at",
                        fields.DatetimeField(
                            null=True, description="When the subject answered.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "closed_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was noted that no answer came.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    ("served_by", fields.UUIDField(null=True, description="Account that served it.")),
                    ("answered_by", fields.UUIDField(null=True, description="Account that answered.")),
                    ("closed_by", fields.UUIDField(null=True, description="Account that closed it.")),
                ],
                options={
                    "table": "list_notice",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "served_on", "id"], name="list_notice_by_subject"),
                        Index(fields=["office_id", "served_on", "id"], name="list_notice_by_office"),
                        Index(fields=["served_on", "id"], name="list_notice_by_day"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A notice 告知 before a black entry, or a public notice 公示 before a red one.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Urging",
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
                            description="The public body or state-owned enterprise.",
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
                            description="The office that urges.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("state", fields.TextField(description="Issued, or concluded with a result.", unique=False)),
                    ("urged_on", fields.DateField(description="Day of the urging.")),
                    (
                        "demand",
                        fields.TextField(description="What is urged: whom to pay, under which contract.", unique=False),
                    ),
                    (
                        "pay_by_on",
                        fields.DateField(null=True, description="Day by which to pay; null where none is named."),
                    ),
                    (
                        "result",
                        fields.TextField(null=True, description="What came of it; null until then.", unique=False),
                    ),
                    ("concluded_on", fields.DateField(null=True, description="Day of the result.")),
                    ("issued_by", fields.UUIDField(null=True, description="Account that urged.")),
                    ("concluded_by", fields.UUIDField(null=True, description="Account that noted the result.")),
                ],
                options={
                    "table": "urging",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "urged_on", "id"], name="urging_by_subject"),
                        Index(fields=["office_id", "urged_on", "id"], name="urging_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "An urging 督促: a public body or state-owned enterprise is urged to pay wages as contracted.",
                },
                bases=["Model"],
            ),
            ops.AddField(
                model_name="CreditList",
                name="imported",
                field=fields.BooleanField(
                    null=True,
                    default=False,
                    description="Whether its entries are another authority's, imported with their source.",
                ),
            ),
        ),
        Together(
            ops.AlterField(
                model_name="ListEntry",
                name="collected_at",
                field=fields.DatetimeField(
                    description="When it was collected 收集 or handed over, in its last round.",
                    auto_now=False,
                    auto_now_add=False,
                ),
            ),
        ),
        Together(
            ops.AddField(
                model_name="ListEntry",
                name="definition",
                field=fields.ForeignKeyField(
                    "renxin.ListDefinition",
                    source_field="definition_id",
                    null=True,
                    description="The definition of the list it was collected under; null where none is asked for.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="extended_with",
                field=fields.ForeignKeyField(
                    "renxin.ListEntry",
                    source_field="extended_with_id",
                    null=True,
                    description="The entry while which lasts it stays published (河南省社会信用条例19).",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="investigation",
                field=fields.TextField(null=True, description="What the investigation found 调查核实.", unique=False),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="investigation_no",
                field=fields.TextField(
                    null=True, description="Number of the investigation report 调查报告.", unique=False
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="precondition_met",
                field=fields.BooleanField(
                    null=True,
                    description="Whether what the law asks for beforehand has happened, e.g. 责令限期支付,逾期未支付; null where it asks for nothing.",
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="until_before",
                field=fields.DateField(
                    null=True, description="Last day of publication before it was extended; null where it was not."
                ),
            ),
            ops.RunSQL(FALSE, ""),
        ),
        Together(
            ops.AlterField(
                model_name="CreditList",
                name="imported",
                field=fields.BooleanField(
                    default=False,
                    description="Whether its entries are another authority's, imported with their source.",
                ),
            ),
        ),
        Together(
            ops.AddConstraint(
                model_name="ListDefinition",
                constraint=CheckConstraint(
                    check="state IN ('drafted', 'opened', 'discarded')", name="list_definition_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="ListDefinition",
                constraint=CheckConstraint(check="number >= 1", name="list_definition_number_is_positive"),
            ),
            ops.AddConstraint(
                model_name="ListDefinition",
                constraint=CheckConstraint(
                    check="drafted_by <> opened_by", name="list_definition_is_opened_by_another"
                ),
            ),
            ops.AddConstraint(
                model_name="ListDefinition",
                constraint=CheckConstraint(
                    check="(state = 'opened') = (opened_at IS NOT NULL AND from_on IS NOT NULL)",
                    name="list_definition_opened_has_day",
                ),
            ),
            ops.AddConstraint(
                model_name="ListDefinition",
                constraint=CheckConstraint(
                    check="until_on IS NULL OR until_on >= from_on", name="list_definition_days_in_order"
                ),
            ),
            ops.AddConstraint(
                model_name="ListDefinition",
                constraint=CheckConstraint(
                    check="standard_level IN ('law', 'administrative_regulation', 'local_regulation', 'central_policy', 'department_rule', 'local_rule', 'normative_document')",
                    name="list_definition_level_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="ListDefinition",
                constraint=CheckConstraint(
                    check="(standard IS NULL) = (standard_source IS NULL)", name="list_definition_standard_has_source"
                ),
            ),
            ops.AddConstraint(
                model_name="ListDefinition",
                constraint=CheckConstraint(
                    check="(procedure IS NULL) = (procedure_source IS NULL)",
                    name="list_definition_procedure_has_source",
                ),
            ),
            ops.AddConstraint(
                model_name="ListDefinition",
                constraint=CheckConstraint(
                    check="(measures IS NULL) = (measures_source IS NULL)", name="list_definition_measures_has_source"
                ),
            ),
            ops.AddConstraint(
                model_name="ListDefinition",
                constraint=CheckConstraint(
                    check="(exit_rule IS NULL) = (exit_rule_source IS NULL)",
                    name="list_definition_exit_rule_has_source",
                ),
            ),
            ops.AddConstraint(
                model_name="ListDefinition",
                constraint=CheckConstraint(
                    check="(remedy IS NULL) = (remedy_source IS NULL)", name="list_definition_remedy_has_source"
                ),
            ),
            ops.AddConstraint(
                model_name="ListAttestation",
                constraint=UniqueConstraint(
                    fields=("entry_id", "round", "office_id"), name="list_attestation_is_unique"
                ),
            ),
            ops.AddConstraint(
                model_name="ListAttestation",
                constraint=CheckConstraint(
                    check="(attested_at IS NULL) = (cardinality(dimensions) = 0)",
                    name="list_attestation_given_has_content",
                ),
            ),
            ops.AddConstraint(
                model_name="ListNotice",
                constraint=UniqueConstraint(fields=("entry_id", "round", "kind"), name="list_notice_is_unique"),
            ),
            ops.AddConstraint(
                model_name="ListNotice",
                constraint=CheckConstraint(
                    check="kind IN ('prior_notice', 'public_notice')", name="list_notice_kind_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="ListNotice",
                constraint=CheckConstraint(
                    check="state IN ('served', 'answered', 'unanswered', 'ended')", name="list_notice_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="ListNotice",
                constraint=CheckConstraint(
                    check="disclosure IN ('public', 'government_sharing', 'authorised_query', 'restricted', 'internal')",
                    name="list_notice_disclosure_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="ListNotice",
                constraint=CheckConstraint(
                    check="(state = 'answered') = (answer IS NOT NULL AND answered_at IS NOT NULL)",
                    name="list_notice_answered_has_answer",
                ),
            ),
            ops.AddConstraint(
                model_name="ListNotice",
                constraint=CheckConstraint(
                    check="(state = 'unanswered') = (closed_at IS NOT NULL)", name="list_notice_closed_has_time"
                ),
            ),
            ops.AddConstraint(
                model_name="Urging",
                constraint=CheckConstraint(check="state IN ('issued', 'concluded')", name="urging_state_is_known"),
            ),
            ops.AddConstraint(
                model_name="Urging",
                constraint=CheckConstraint(
                    check="(state = 'concluded') = (result IS NOT NULL AND concluded_on IS NOT NULL)",
                    name="urging_concluded_has_result",
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="extended_with_id IS NULL OR until_before IS NOT NULL",
                    name="list_entry_extended_has_day_before",
                ),
            ),
            ops.RunSQL(INDEXES, INDEXES_BACK),
            ops.RunSQL(GRANTS, GRANTS_BACK),
        ),
    ]
