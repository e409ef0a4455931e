"""Mandates, complaints about public bodies, surveyed contracts, processing contracts, market information."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

MORE = """
GRANT SELECT, INSERT, UPDATE ON mandate TO renxin_app;
GRANT SELECT, INSERT, UPDATE ON integrity_complaint TO renxin_app;
GRANT SELECT, INSERT, UPDATE ON government_contract TO renxin_app;
GRANT SELECT, INSERT, UPDATE ON processing_contract TO renxin_app;
GRANT SELECT, INSERT, UPDATE ON market_record TO renxin_app;
"""
BACK = """
REVOKE ALL ON mandate FROM renxin_app;
REVOKE ALL ON integrity_complaint FROM renxin_app;
REVOKE ALL ON government_contract FROM renxin_app;
REVOKE ALL ON processing_contract FROM renxin_app;
REVOKE ALL ON market_record FROM renxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0038_culture")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="Mandate",
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
                            description="The division of the unit.",
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
                            description="The office that named it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "unit",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="unit_id",
                            description="The unit that answers, or is a member.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "kind",
                        fields.TextField(
                            description="Responsibility 责任分工, or member of the leading group 领导小组成员单位.",
                            unique=False,
                        ),
                    ),
                    (
                        "name",
                        fields.CharField(
                            null=True,
                            description="Name of the responsible leader; null for a member unit.",
                            max_length=200,
                        ),
                    ),
                    (
                        "masked_name",
                        fields.TextField(null=True, description="The name as shown without clearance.", unique=False),
                    ),
                    ("post", fields.CharField(null=True, description="Post 职务 of that leader.", max_length=200)),
                    (
                        "section",
                        fields.CharField(null=True, description="The responsible office 责任处室.", max_length=200),
                    ),
                    (
                        "division",
                        fields.TextField(
                            null=True,
                            description="Division of work 业务分工 within the unit; null where not told.",
                            unique=False,
                        ),
                    ),
                    ("basis", fields.TextField(description="Document and clause 依据.", unique=False)),
                    ("valid_from", fields.DateField(description="First day.")),
                    ("valid_to", fields.DateField(null=True, description="Last day; null while it stands.")),
                    ("reason", fields.TextField(null=True, description="Why it ended.", unique=False)),
                    ("named_by", fields.UUIDField(null=True, description="Account that named it.")),
                    (
                        "named_at",
                        fields.DatetimeField(description="When it was entered.", auto_now=False, auto_now_add=False),
                    ),
                ],
                options={
                    "table": "mandate",
                    "app": "renxin",
                    "constraints": [
                        UniqueConstraint(fields=("unit_id", "kind", "valid_from"), name="mandate_begins_once"),
                        CheckConstraint(
                            check="kind IN ('responsibility', 'group_member')", name="mandate_kind_is_known"
                        ),
                        CheckConstraint(check="valid_to >= valid_from", name="mandate_days_in_order"),
                        CheckConstraint(
                            check="num_nulls(name, masked_name, post, section) = (CASE kind WHEN 'responsibility' THEN 0 ELSE 4 END)",
                            name="mandate_responsibility_names_leader_and_office",
                        ),
                    ],
                    "indexes": [
                        Index(fields=["jurisdiction_id", "valid_from", "id"], name="mandate_by_place"),
                        Index(fields=["office_id", "valid_from", "id"], name="mandate_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A mandate: a unit's responsible leader and office 责任领导、责任处室, or its place in the leading group 领导小组.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="IntegrityComplaint",
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
                            description="The division.",
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
                            description="The office that handles it and feeds back.",
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
                            description="The public body it is about.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("ticket", fields.CharField(description="Number of the hotline 12345.", max_length=100)),
                    ("received_on", fields.DateField(description="Day on which the hotline received it.")),
                    (
                        "matter",
                        fields.TextField(description="What it is about 投诉事项; nothing personal.", unique=False),
                    ),
                    (
                        "founded",
                        fields.BooleanField(
                            null=True, description="Whether it was found true; null until it is handled."
                        ),
                    ),
                    ("result", fields.TextField(null=True, description="What was done 处理结果.", unique=False)),
                    ("feedback", fields.TextField(null=True, description="What was fed back 反馈.", unique=False)),
                    ("basis", fields.TextField(description="Document and clause 依据.", unique=False)),
                    ("state", fields.TextField(description="Monitored, handled, or fed back.", unique=False)),
                    ("monitored_by", fields.UUIDField(null=True, description="Account that entered it.")),
                    (
                        "monitored_at",
                        fields.DatetimeField(description="When it was entered.", auto_now=False, auto_now_add=False),
                    ),
                    ("handled_by", fields.UUIDField(null=True, description="Account that handled it.")),
                    (
                        "handled_at",
                        fields.DatetimeField(
                            null=True, description="When it was handled.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "fed_back_at",
                        fields.DatetimeField(
                            null=True, description="When it was fed back.", auto_now=False, auto_now_add=False
                        ),
                    ),
                ],
                options={
                    "table": "integrity_complaint",
                    "app": "renxin",
                    "constraints": [
                        UniqueConstraint(
                            fields=("jurisdiction_id", "ticket"), name="integrity_complaint_is_entered_once"
                        ),
                        CheckConstraint(
                            check="state IN ('monitored', 'handled', 'fed_back')",
                            name="integrity_complaint_state_is_known",
                        ),
                        CheckConstraint(
                            check="num_nulls(founded, result, handled_at) = (CASE state WHEN 'monitored' THEN 3 ELSE 0 END)",
                            name="integrity_complaint_handled_has_result",
                        ),
                        CheckConstraint(
                            check="num_nulls(feedback, fed_back_at) = (CASE state WHEN 'fed_back' THEN 0 ELSE 2 END)",
                            name="integrity_complaint_fed_back_says_what",
                        ),
                    ],
                    "indexes": [
                        Index(fields=["office_id", "monitored_at", "id"], name="integrity_complaint_by_office"),
                        Index(fields=["jurisdiction_id", "monitored_at", "id"], name="integrity_complaint_by_place"),
                        Index(fields=["subject_id", "monitored_at", "id"], name="integrity_complaint_by_subject"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A complaint 政务诚信投诉 about a public body: monitored 监测, handled 处理, fed back 反馈.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="GovernmentContract",
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
                            description="The office that signed it and surveys it.",
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
                            description="The enterprise.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("field", fields.TextField(description="Field 领域: 招商, 政府招投标, or another.", unique=False)),
                    (
                        "number",
                        fields.CharField(description="Number of the contract within the office.", max_length=100),
                    ),
                    ("title", fields.CharField(description="What it is about; nothing personal.", max_length=200)),
                    ("signed_on", fields.DateField(description="Day on which it was signed.")),
                    (
                        "due_on",
                        fields.DateField(
                            null=True, description="Day by which the office performs; null where none is agreed."
                        ),
                    ),
                    (
                        "fulfilment",
                        fields.TextField(description="How far the office has fulfilled it 履约情况.", unique=False),
                    ),
                    (
                        "finding",
                        fields.TextField(null=True, description="What was found; nothing personal.", unique=False),
                    ),
                    ("basis", fields.TextField(description="Document and clause 依据.", unique=False)),
                    ("version", fields.IntField(default=1, description="Version, from 1; every survey adds one.")),
                    ("surveyed_by", fields.UUIDField(null=True, description="Account that surveyed it last.")),
                    (
                        "surveyed_at",
                        fields.DatetimeField(
                            description="When it was surveyed last.", auto_now=False, auto_now_add=False
                        ),
                    ),
                ],
                options={
                    "table": "government_contract",
                    "app": "renxin",
                    "constraints": [
                        UniqueConstraint(fields=("office_id", "number"), name="government_contract_is_surveyed_once"),
                        CheckConstraint(
                            check="fulfilment IN ('under_way', 'fulfilled', 'overdue', 'disputed', 'ended')",
                            name="government_contract_fulfilment_is_known",
                        ),
                        CheckConstraint(check="due_on >= signed_on", name="government_contract_days_in_order"),
                        CheckConstraint(check="version >= 1", name="government_contract_version_is_positive"),
                    ],
                    "indexes": [
                        Index(fields=["office_id", "surveyed_at", "id"], name="government_contract_by_office"),
                        Index(fields=["jurisdiction_id", "surveyed_at", "id"], name="government_contract_by_place"),
                        Index(fields=["subject_id", "surveyed_at", "id"], name="government_contract_by_subject"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A contract 签约合同 of an office with an enterprise, as surveyed: under way, fulfilled, overdue, disputed, ended.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="ProcessingContract",
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
                            description="The office that entrusts and answers for it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "provider",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="provider_id",
                            description="The provider 受托方.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "number",
                        fields.CharField(description="Number of the contract within the office.", max_length=100),
                    ),
                    (
                        "purpose",
                        fields.TextField(description="Purpose and manner 目的、方式 of the processing.", unique=False),
                    ),
                    (
                        "safeguards",
                        fields.TextField(description="Measures of protection 保护措施 that were agreed.", unique=False),
                    ),
                    (
                        "item_codes",
                        ArrayField(
                            description="Scope 范围: codes of the office's catalogue items.", element_type="TEXT"
                        ),
                    ),
                    ("valid_from", fields.DateField(description="First day.")),
                    ("valid_to", fields.DateField(description="Last day; afterwards the provider gets nothing.")),
                    ("basis", fields.TextField(description="Document and clause 依据.", unique=False)),
                    (
                        "state",
                        fields.TextField(
                            description="Proposed, approved, rejected, or ended before its last day.", unique=False
                        ),
                    ),
                    ("reason", fields.TextField(null=True, description="Why it was rejected or ended.", unique=False)),
                    ("proposed_by", fields.UUIDField(null=True, description="Account that proposed it.")),
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
                    (
                        "ended_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was ended before its last day.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                ],
                options={
                    "table": "processing_contract",
                    "app": "renxin",
                    "constraints": [
                        UniqueConstraint(fields=("office_id", "number"), name="processing_contract_is_entered_once"),
                        CheckConstraint(
                            check="state IN ('proposed', 'approved', 'rejected', 'ended')",
                            name="processing_contract_state_is_known",
                        ),
                        CheckConstraint(check="valid_from <= valid_to", name="processing_contract_days_in_order"),
                        CheckConstraint(check="cardinality(item_codes) > 0", name="processing_contract_has_a_scope"),
                        CheckConstraint(
                            check="decided_by <> proposed_by", name="processing_contract_is_decided_by_another"
                        ),
                        CheckConstraint(
                            check="(state = 'proposed') = (decided_at IS NULL)",
                            name="processing_contract_decision_has_its_time",
                        ),
                        CheckConstraint(
                            check="(state = 'ended') = (ended_at IS NOT NULL)",
                            name="processing_contract_ended_has_its_time",
                        ),
                    ],
                    "indexes": [
                        Index(fields=["office_id", "proposed_at", "id"], name="processing_contract_by_office"),
                        Index(fields=["provider_id", "proposed_at", "id"], name="processing_contract_by_provider"),
                        Index(fields=["jurisdiction_id", "proposed_at", "id"], name="processing_contract_by_place"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A contract by which an office entrusts processing 委托处理 to a third-party provider 第三方信用服务机构.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="MarketRecord",
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
                            description="The subject it is about.",
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
                            description="The association that keeps it, or the office that refers to it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "kind",
                        fields.TextField(
                            description="A member's record 会员信用记录, or a third-party report 第三方信用报告.",
                            unique=False,
                        ),
                    ),
                    (
                        "provenance",
                        fields.TextField(
                            description="Always market: no official record, whatever it says.", unique=False
                        ),
                    ),
                    ("issuer", fields.CharField(description="Who says it 出具机构.", max_length=200)),
                    (
                        "number",
                        fields.CharField(
                            null=True, description="Number of the report; null for a member's record.", max_length=100
                        ),
                    ),
                    (
                        "matter",
                        fields.CharField(
                            null=True,
                            description="The matter in which an office referred to it 应用事项; null for a member's record.",
                            max_length=200,
                        ),
                    ),
                    (
                        "text",
                        fields.TextField(
                            null=True,
                            description="What the association recorded; null for a report, which is not copied.",
                            unique=False,
                        ),
                    ),
                    (
                        "evaluation",
                        fields.CharField(
                            null=True,
                            description="The association's evaluation 会员信用评价 of the member.",
                            max_length=100,
                        ),
                    ),
                    ("on_day", fields.DateField(description="Day of the record, or on which the report was issued.")),
                    ("basis", fields.TextField(description="Document and clause 依据.", unique=False)),
                    ("state", fields.TextField(description="Recorded, or withdrawn.", unique=False)),
                    ("recorded_by", fields.UUIDField(null=True, description="Account that entered it.")),
                    (
                        "recorded_at",
                        fields.DatetimeField(description="When it was entered.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "withdrawn_at",
                        fields.DatetimeField(
                            null=True, description="When it was withdrawn.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("reason", fields.TextField(null=True, description="Why it was withdrawn.", unique=False)),
                ],
                options={
                    "table": "market_record",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="kind IN ('member_record', 'third_party_report')", name="market_record_kind_is_known"
                        ),
                        CheckConstraint(check="provenance = 'market'", name="market_record_is_no_official_one"),
                        CheckConstraint(
                            check="state IN ('recorded', 'withdrawn')", name="market_record_state_is_known"
                        ),
                        CheckConstraint(
                            check="(kind = 'third_party_report') = (number IS NOT NULL AND matter IS NOT NULL AND text IS NULL)",
                            name="market_record_report_is_by_number",
                        ),
                        CheckConstraint(
                            check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND reason IS NOT NULL)",
                            name="market_record_withdrawn_says_why",
                        ),
                    ],
                    "indexes": [
                        Index(fields=["office_id", "recorded_at", "id"], name="market_record_by_office"),
                        Index(fields=["subject_id", "recorded_at", "id"], name="market_record_by_subject"),
                    ],
                    "pk_attr": "id",
                    "table_description": "Market credit information 市场信用信息: an association's record of a member, or a third-party report referred to.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="Mandate",
                constraint=UniqueConstraint(fields=("unit_id", "kind", "valid_from"), name="mandate_begins_once"),
            ),
            ops.AddConstraint(
                model_name="Mandate",
                constraint=CheckConstraint(
                    check="kind IN ('responsibility', 'group_member')", name="mandate_kind_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="Mandate",
                constraint=CheckConstraint(check="valid_to >= valid_from", name="mandate_days_in_order"),
            ),
            ops.AddConstraint(
                model_name="Mandate",
                constraint=CheckConstraint(
                    check="num_nulls(name, masked_name, post, section) = (CASE kind WHEN 'responsibility' THEN 0 ELSE 4 END)",
                    name="mandate_responsibility_names_leader_and_office",
                ),
            ),
            ops.AddConstraint(
                model_name="IntegrityComplaint",
                constraint=UniqueConstraint(
                    fields=("jurisdiction_id", "ticket"), name="integrity_complaint_is_entered_once"
                ),
            ),
            ops.AddConstraint(
                model_name="IntegrityComplaint",
                constraint=CheckConstraint(
                    check="state IN ('monitored', 'handled', 'fed_back')", name="integrity_complaint_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="IntegrityComplaint",
                constraint=CheckConstraint(
                    check="num_nulls(founded, result, handled_at) = (CASE state WHEN 'monitored' THEN 3 ELSE 0 END)",
                    name="integrity_complaint_handled_has_result",
                ),
            ),
            ops.AddConstraint(
                model_name="IntegrityComplaint",
                constraint=CheckConstraint(
                    check="num_nulls(feedback, fed_back_at) = (CASE state WHEN 'fed_back' THEN 0 ELSE 2 END)",
                    name="integrity_complaint_fed_back_says_what",
                ),
            ),
            ops.AddConstraint(
                model_name="GovernmentContract",
                constraint=UniqueConstraint(
                    fields=("office_id", "number"), name="government_contract_is_surveyed_once"
                ),
            ),
            ops.AddConstraint(
                model_name="GovernmentContract",
                constraint=CheckConstraint(
                    check="fulfilment IN ('under_way', 'fulfilled', 'overdue', 'disputed', 'ended')",
                    name="government_contract_fulfilment_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="GovernmentContract",
                constraint=CheckConstraint(check="due_on >= signed_on", name="government_contract_days_in_order"),
            ),
            ops.AddConstraint(
                model_name="GovernmentContract",
                constraint=CheckConstraint(check="version >= 1", name="government_contract_version_is_positive"),
            ),
            ops.AddConstraint(
                model_name="ProcessingContract",
                constraint=UniqueConstraint(fields=("office_id", "number"), name="processing_contract_is_entered_once"),
            ),
            ops.AddConstraint(
                model_name="ProcessingContract",
                constraint=CheckConstraint(
                    check="state IN ('proposed', 'approved', 'rejected', 'ended')",
                    name="processing_contract_state_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="ProcessingContract",
                constraint=CheckConstraint(check="valid_from <= valid_to", name="processing_contract_days_in_order"),
            ),
            ops.AddConstraint(
                model_name="ProcessingContract",
                constraint=CheckConstraint(check="cardinality(item_codes) > 0", name="processing_contract_has_a_scope"),
            ),
            ops.AddConstraint(
                model_name="ProcessingContract",
                constraint=CheckConstraint(
                    check="decided_by <> proposed_by", name="processing_contract_is_decided_by_another"
                ),
            ),
            ops.AddConstraint(
                model_name="ProcessingContract",
                constraint=CheckConstraint(
                    check="(state = 'proposed') = (decided_at IS NULL)",
                    name="processing_contract_decision_has_its_time",
                ),
            ),
            ops.AddConstraint(
                model_name="ProcessingContract",
                constraint=CheckConstraint(
                    check="(state = 'ended') = (ended_at IS NOT NULL)", name="processing_contract_ended_has_its_time"
                ),
            ),
            ops.AddConstraint(
                model_name="MarketRecord",
                constraint=CheckConstraint(
                    check="kind IN ('member_record', 'third_party_report')", name="market_record_kind_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="MarketRecord",
                constraint=CheckConstraint(check="provenance = 'market'", name="market_record_is_no_official_one"),
            ),
            ops.AddConstraint(
                model_name="MarketRecord",
                constraint=CheckConstraint(
                    check="state IN ('recorded', 'withdrawn')", name="market_record_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="MarketRecord",
                constraint=CheckConstraint(
                    check="(kind = 'third_party_report') = (number IS NOT NULL AND matter IS NOT NULL AND text IS NULL)",
                    name="market_record_report_is_by_number",
                ),
            ),
            ops.AddConstraint(
                model_name="MarketRecord",
                constraint=CheckConstraint(
                    check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL AND reason IS NOT NULL)",
                    name="market_record_withdrawn_says_why",
                ),
            ),
            ops.RunSQL(MORE, BACK),
        )
    ]
