"""Typical cases, the portal's column, campaigns, activities."""

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
DROP INDEX outbox_event_untaken;
CREATE INDEX outbox_event_untaken ON outbox_event (id) INCLUDE (at) WHERE taken_up_at IS NULL
  AND object IN ('credit_record', 'list_entry', 'commitment', 'typical_case') AND verb <> 'deliver'
  AND (payload ->> 'published_at') IS NOT NULL;
GRANT SELECT, INSERT, UPDATE ON typical_case TO renxin_app;
GRANT SELECT, INSERT, UPDATE ON campaign TO renxin_app;
GRANT SELECT, INSERT, UPDATE ON campaign_tag TO renxin_app;
GRANT SELECT, INSERT, UPDATE ON activity TO renxin_app;
GRANT SELECT, INSERT, UPDATE ON attendance TO renxin_app;
GRANT SELECT, INSERT, UPDATE ON portal_entry TO renxin_app;
"""
BACK = """
DROP INDEX outbox_event_untaken;
CREATE INDEX outbox_event_untaken ON outbox_event (id) INCLUDE (at) WHERE taken_up_at IS NULL
  AND object IN ('credit_record', 'list_entry', 'commitment') AND verb <> 'deliver'
  AND (payload ->> 'published_at') IS NOT NULL;
REVOKE ALL ON typical_case FROM renxin_app;
REVOKE ALL ON campaign FROM renxin_app;
REVOKE ALL ON campaign_tag FROM renxin_app;
REVOKE ALL ON activity FROM renxin_app;
REVOKE ALL ON attendance FROM renxin_app;
REVOKE ALL ON portal_entry FROM renxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0037_warnings")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="TypicalCase",
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
                            description="The office whose case it is, and for whose quota it counts.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "field",
                        fields.TextField(
                            null=True,
                            description="Field 领域: 政务, 民生, 市场, or another; null where the text names none.",
                            unique=False,
                        ),
                    ),
                    (
                        "kind",
                        fields.TextField(
                            description="Kind 类别 in the words of the rulebook, e.g. 信用应用, 诚信企业, 诚信经商.",
                            unique=False,
                        ),
                    ),
                    (
                        "polarity",
                        fields.TextField(
                            description="Whether it holds up an exemplar 典型, exposes 曝光, or does neither.",
                            unique=False,
                        ),
                    ),
                    ("title", fields.CharField(description="Title; names nobody.", max_length=200)),
                    (
                        "text",
                        fields.TextField(description="What happened and what came of it; names nobody.", unique=False),
                    ),
                    (
                        "record",
                        fields.ForeignKeyField(
                            "renxin.CreditRecord",
                            source_field="record_id",
                            null=True,
                            description="The published record that it tells of; null where none.",
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
                            description="The published list entry that it tells of; null where none.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "basis",
                        fields.TextField(
                            description="Document and clause 依据 under which cases are collected.", unique=False
                        ),
                    ),
                    (
                        "state",
                        fields.TextField(
                            description="Proposed, approved and with it pushed, rejected, or withdrawn.", unique=False
                        ),
                    ),
                    ("version", fields.IntField(default=1, description="Version, from 1; every move adds one.")),
                    (
                        "reason",
                        fields.TextField(null=True, description="Why it was rejected or withdrawn.", unique=False),
                    ),
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
                        "published_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was approved, and so published and pushed 推送; its day tells the year.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "platform_at",
                        fields.DatetimeField(
                            null=True,
                            description="When the city platform receipted it 回执; until then it counts for nothing.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "withdrawn_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was withdrawn; it stops counting.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                ],
                options={
                    "table": "typical_case",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="state IN ('proposed', 'approved', 'rejected', 'withdrawn')",
                            name="typical_case_state_is_known",
                        ),
                        CheckConstraint(
                            check="polarity IN ('positive', 'negative', 'neutral')",
                            name="typical_case_polarity_is_known",
                        ),
                        CheckConstraint(check="decided_by <> proposed_by", name="typical_case_is_decided_by_another"),
                        CheckConstraint(
                            check="(state = 'proposed') = (decided_at IS NULL)",
                            name="typical_case_decision_has_its_time",
                        ),
                        CheckConstraint(
                            check="(state IN ('approved', 'withdrawn')) = (published_at IS NOT NULL)",
                            name="typical_case_approved_is_published",
                        ),
                        CheckConstraint(
                            check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
                            name="typical_case_withdrawn_has_its_time",
                        ),
                        CheckConstraint(
                            check="platform_at IS NULL OR published_at IS NOT NULL",
                            name="typical_case_receipted_was_pushed",
                        ),
                        CheckConstraint(
                            check="record_id IS NULL OR entry_id IS NULL", name="typical_case_rests_on_one_thing"
                        ),
                    ],
                    "indexes": [
                        Index(fields=["office_id", "published_at", "id"], name="typical_case_by_office"),
                        Index(fields=["jurisdiction_id", "published_at", "id"], name="typical_case_by_place"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A typical case 典型案例 of an office: proposed, approved by another person, pushed to the city platform.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Campaign",
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
                            description="The division in which it runs.",
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
                            description="The office that opened it and closes it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("name", fields.CharField(description="What it is called.", max_length=200)),
                    (
                        "topics",
                        ArrayField(description="Topics 主题 in the words of the rulebook.", element_type="TEXT"),
                    ),
                    (
                        "office_codes",
                        ArrayField(
                            default=list,
                            description="Codes of the offices 责任单位 that take part; empty: every office of the place.",
                            element_type="TEXT",
                        ),
                    ),
                    ("from_on", fields.DateField(description="First day.")),
                    ("to_on", fields.DateField(description="Last day.")),
                    ("basis", fields.TextField(description="Document and clause 依据.", unique=False)),
                    ("state", fields.TextField(description="Opened or closed.", unique=False)),
                    (
                        "summary",
                        fields.TextField(
                            null=True, description="What came of it; null until it is closed.", unique=False
                        ),
                    ),
                    ("opened_by", fields.UUIDField(null=True, description="Account that opened it.")),
                    (
                        "opened_at",
                        fields.DatetimeField(description="When it was opened.", auto_now=False, auto_now_add=False),
                    ),
                    ("closed_by", fields.UUIDField(null=True, description="Account that closed it.")),
                    (
                        "closed_at",
                        fields.DatetimeField(
                            null=True, description="When it was closed.", auto_now=False, auto_now_add=False
                        ),
                    ),
                ],
                options={
                    "table": "campaign",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(check="state IN ('opened', 'closed')", name="campaign_state_is_known"),
                        CheckConstraint(check="from_on <= to_on", name="campaign_days_in_order"),
                        CheckConstraint(check="cardinality(topics) > 0", name="campaign_has_a_topic"),
                        CheckConstraint(
                            check="(state = 'closed') = (closed_at IS NOT NULL AND summary IS NOT NULL)",
                            name="campaign_closed_says_what_came_of_it",
                        ),
                    ],
                    "indexes": [Index(fields=["jurisdiction_id", "from_on", "id"], name="campaign_by_place")],
                    "pk_attr": "id",
                    "table_description": "A campaign 专项治理行动 of a place: topics, period, offices.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="CampaignTag",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "campaign",
                        fields.ForeignKeyField(
                            "renxin.Campaign",
                            source_field="campaign_id",
                            description="The campaign.",
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
                            description="The division of the campaign.",
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
                            description="The office whose record or case it is, which tags it.",
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
                            description="The record that is tagged; null where it is a case.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "case",
                        fields.ForeignKeyField(
                            "renxin.TypicalCase",
                            source_field="case_id",
                            null=True,
                            description="The case that is tagged; null where it is a record.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("topic", fields.TextField(description="Which topic of the campaign it belongs to.", unique=False)),
                    ("tagged_by", fields.UUIDField(null=True, description="Account that tagged it.")),
                    (
                        "tagged_at",
                        fields.DatetimeField(description="When it was tagged.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "untagged_at",
                        fields.DatetimeField(
                            null=True,
                            description="When the tag was taken off; null while it stands.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                ],
                options={
                    "table": "campaign_tag",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="(record_id IS NULL) <> (case_id IS NULL)", name="campaign_tag_is_on_one_thing"
                        ),
                        CheckConstraint(check="untagged_at >= tagged_at", name="campaign_tag_times_in_order"),
                    ],
                    "indexes": [
                        Index(fields=["campaign_id", "tagged_at", "id"], name="campaign_tag_by_campaign"),
                        Index(fields=["office_id", "tagged_at", "id"], name="campaign_tag_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A tag 标注 that puts a record or case of an office under a campaign; it changes nothing of that.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Activity",
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
                            description="The office that holds it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "category",
                        fields.TextField(
                            description="Training 培训, meeting 会议, publicity 宣传, or material 素材.", unique=False
                        ),
                    ),
                    (
                        "kind",
                        fields.TextField(
                            description="Code of the kind within its category, e.g. credit_repair.", unique=False
                        ),
                    ),
                    (
                        "name",
                        fields.TextField(
                            description="The kind in the words of the rulebook, e.g. 失信主体信用修复专题培训.",
                            unique=False,
                        ),
                    ),
                    (
                        "occasion",
                        fields.TextField(
                            null=True,
                            description="Code of the publicity day or month 宣传日(月) it belongs to; null where to none.",
                            unique=False,
                        ),
                    ),
                    (
                        "campaign",
                        fields.ForeignKeyField(
                            "renxin.Campaign",
                            source_field="campaign_id",
                            null=True,
                            description="The campaign 专项治理行动 it belongs to; null where to none.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("title", fields.CharField(description="What it is called.", max_length=200)),
                    (
                        "on_day",
                        fields.DateField(description="The day it is held, or on which material entered the library."),
                    ),
                    (
                        "agenda",
                        fields.TextField(
                            null=True, description="Agenda 议程; null where none was given.", unique=False
                        ),
                    ),
                    (
                        "partners",
                        ArrayField(
                            default=list,
                            description="Others that take part 参加单位: districts, associations, members of a joint meeting.",
                            element_type="TEXT",
                        ),
                    ),
                    ("basis", fields.TextField(description="Document and clause 依据 of the kind.", unique=False)),
                    ("state", fields.TextField(description="Planned, held, or cancelled.", unique=False)),
                    (
                        "outcome",
                        fields.TextField(
                            null=True, description="What came of it; null until it is held.", unique=False
                        ),
                    ),
                    (
                        "participants",
                        fields.IntField(null=True, description="How many people took part; null where not counted."),
                    ),
                    (
                        "handouts",
                        fields.IntField(
                            null=True,
                            description="How many pieces of material were handed out; null where not counted.",
                        ),
                    ),
                    ("reason", fields.TextField(null=True, description="Why it was cancelled.", unique=False)),
                    ("planned_by", fields.UUIDField(null=True, description="Account that planned it.")),
                    (
                        "planned_at",
                        fields.DatetimeField(description="When it was planned.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "ended_by",
                        fields.UUIDField(null=True, description="Account that told that it was held, or cancelled it."),
                    ),
                    (
                        "ended_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was told that it was held, or cancelled.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                ],
                options={
                    "table": "activity",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="category IN ('training', 'meeting', 'publicity', 'material')",
                            name="activity_category_is_known",
                        ),
                        CheckConstraint(
                            check="state IN ('planned', 'held', 'cancelled')", name="activity_state_is_known"
                        ),
                        CheckConstraint(
                            check="(state = 'planned') = (ended_at IS NULL)", name="activity_ended_has_its_time"
                        ),
                        CheckConstraint(
                            check="(state = 'held') = (outcome IS NOT NULL)", name="activity_held_tells_its_outcome"
                        ),
                        CheckConstraint(check="participants >= 0 AND handouts >= 0", name="activity_counts_are_counts"),
                    ],
                    "indexes": [
                        Index(fields=["office_id", "on_day", "id"], name="activity_by_office"),
                        Index(fields=["jurisdiction_id", "on_day", "id"], name="activity_by_place"),
                        Index(fields=["campaign_id", "on_day", "id"], name="activity_by_campaign"),
                    ],
                    "pk_attr": "id",
                    "table_description": "An activity 活动 of the credit work: a training 培训, meeting 会议, publicity 宣传, or material 素材.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Attendance",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "activity",
                        fields.ForeignKeyField(
                            "renxin.Activity",
                            source_field="activity_id",
                            description="The training, as it was held.",
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
                            description="The subject that took part.",
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
                            description="The division of the office that held it.",
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
                            description="The office that held it and records who took part.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "application",
                        fields.ForeignKeyField(
                            "renxin.RepairApplication",
                            source_field="application_id",
                            null=True,
                            description="The application for repair in which it is evidence; null where in none.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "cited_office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="cited_office_id",
                            null=True,
                            description="The office that decides on that application; null where it is evidence in none.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "recorded_at",
                        fields.DatetimeField(description="When it was recorded.", auto_now=False, auto_now_add=False),
                    ),
                    ("recorded_by", fields.UUIDField(null=True, description="Account that recorded it.")),
                    (
                        "cited_at",
                        fields.DatetimeField(
                            null=True, description="When it was made evidence.", auto_now=False, auto_now_add=False
                        ),
                    ),
                ],
                options={
                    "table": "attendance",
                    "app": "renxin",
                    "constraints": [
                        UniqueConstraint(fields=("activity_id", "subject_id"), name="attendance_is_recorded_once"),
                        CheckConstraint(
                            check="num_nulls(application_id, cited_office_id, cited_at) IN (0, 3)",
                            name="attendance_cited_says_where",
                        ),
                    ],
                    "indexes": [
                        Index(fields=["activity_id", "recorded_at", "id"], name="attendance_by_activity"),
                        Index(fields=["subject_id", "recorded_at", "id"], name="attendance_by_subject"),
                        Index(fields=["office_id", "recorded_at", "id"], name="attendance_by_office"),
                        Index(fields=["application_id", "recorded_at", "id"], name="attendance_by_application"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A subject's attendance of a training 培训, which may be evidence in its repair file 信用修复材料.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="PortalEntry",
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
                            description="The office that supplies the material 提供材料.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "editor",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="editor_id",
                            description="The office that keeps the column and approves 牵头, the supplier's own else.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("kind", fields.TextField(description="Policy document, report, or typical case.", unique=False)),
                    ("title", fields.CharField(description="Title.", max_length=200)),
                    ("text", fields.TextField(description="Text of the entry; nothing personal.", unique=False)),
                    (
                        "source",
                        fields.CharField(
                            null=True, description="Where it comes from, e.g. a document number.", max_length=500
                        ),
                    ),
                    (
                        "case",
                        fields.ForeignKeyField(
                            "renxin.TypicalCase",
                            source_field="case_id",
                            null=True,
                            description="The case; null for every other kind.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("basis", fields.TextField(description="Document and clause 依据 of the column.", unique=False)),
                    (
                        "state",
                        fields.TextField(
                            description="Proposed, approved and with it published, rejected, or withdrawn.",
                            unique=False,
                        ),
                    ),
                    (
                        "reason",
                        fields.TextField(null=True, description="Why it was rejected or withdrawn.", unique=False),
                    ),
                    ("proposed_by", fields.UUIDField(null=True, description="Account that supplied it.")),
                    (
                        "proposed_at",
                        fields.DatetimeField(description="When it was supplied.", auto_now=False, auto_now_add=False),
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
                        "published_at",
                        fields.DatetimeField(
                            null=True, description="When it was published.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "withdrawn_at",
                        fields.DatetimeField(
                            null=True, description="When it was withdrawn.", auto_now=False, auto_now_add=False
                        ),
                    ),
                ],
                options={
                    "table": "portal_entry",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="kind IN ('policy', 'report', 'typical_case')", name="portal_entry_kind_is_known"
                        ),
                        CheckConstraint(
                            check="state IN ('proposed', 'approved', 'rejected', 'withdrawn')",
                            name="portal_entry_state_is_known",
                        ),
                        CheckConstraint(check="decided_by <> proposed_by", name="portal_entry_is_decided_by_another"),
                        CheckConstraint(
                            check="(kind = 'typical_case') = (case_id IS NOT NULL)", name="portal_entry_case_is_named"
                        ),
                        CheckConstraint(
                            check="(state IN ('approved', 'withdrawn')) = (published_at IS NOT NULL)",
                            name="portal_entry_approved_is_published",
                        ),
                        CheckConstraint(
                            check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
                            name="portal_entry_withdrawn_has_its_time",
                        ),
                    ],
                    "indexes": [
                        Index(fields=["jurisdiction_id", "proposed_at", "id"], name="portal_entry_by_place"),
                        Index(fields=["office_id", "proposed_at", "id"], name="portal_entry_by_office"),
                        Index(fields=["editor_id", "proposed_at", "id"], name="portal_entry_by_editor"),
                    ],
                    "pk_attr": "id",
                    "table_description": "An entry of the portal's column 门户网站专栏: a policy document 政策文件, report 宣传报道 or typical case 典型案例.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="TypicalCase",
                constraint=CheckConstraint(
                    check="state IN ('proposed', 'approved', 'rejected', 'withdrawn')",
                    name="typical_case_state_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="TypicalCase",
                constraint=CheckConstraint(
                    check="polarity IN ('positive', 'negative', 'neutral')", name="typical_case_polarity_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="TypicalCase",
                constraint=CheckConstraint(
                    check="decided_by <> proposed_by", name="typical_case_is_decided_by_another"
                ),
            ),
            ops.AddConstraint(
                model_name="TypicalCase",
                constraint=CheckConstraint(
                    check="(state = 'proposed') = (decided_at IS NULL)", name="typical_case_decision_has_its_time"
                ),
            ),
            ops.AddConstraint(
                model_name="TypicalCase",
                constraint=CheckConstraint(
                    check="(state IN ('approved', 'withdrawn')) = (published_at IS NOT NULL)",
                    name="typical_case_approved_is_published",
                ),
            ),
            ops.AddConstraint(
                model_name="TypicalCase",
                constraint=CheckConstraint(
                    check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
                    name="typical_case_withdrawn_has_its_time",
                ),
            ),
            ops.AddConstraint(
                model_name="TypicalCase",
                constraint=CheckConstraint(
                    check="platform_at IS NULL OR published_at IS NOT NULL", name="typical_case_receipted_was_pushed"
                ),
            ),
            ops.AddConstraint(
                model_name="TypicalCase",
                constraint=CheckConstraint(
                    check="record_id IS NULL OR entry_id IS NULL", name="typical_case_rests_on_one_thing"
                ),
            ),
            ops.AddConstraint(
                model_name="Campaign",
                constraint=CheckConstraint(check="state IN ('opened', 'closed')", name="campaign_state_is_known"),
            ),
            ops.AddConstraint(
                model_name="Campaign",
                constraint=CheckConstraint(check="from_on <= to_on", name="campaign_days_in_order"),
            ),
            ops.AddConstraint(
                model_name="Campaign",
                constraint=CheckConstraint(check="cardinality(topics) > 0", name="campaign_has_a_topic"),
            ),
            ops.AddConstraint(
                model_name="Campaign",
                constraint=CheckConstraint(
                    check="(state = 'closed') = (closed_at IS NOT NULL AND summary IS NOT NULL)",
                    name="campaign_closed_says_what_came_of_it",
                ),
            ),
            ops.AddConstraint(
                model_name="CampaignTag",
                constraint=CheckConstraint(
                    check="(record_id IS NULL) <> (case_id IS NULL)", name="campaign_tag_is_on_one_thing"
                ),
            ),
            ops.AddConstraint(
                model_name="CampaignTag",
                constraint=CheckConstraint(check="untagged_at >= tagged_at", name="campaign_tag_times_in_order"),
            ),
            ops.AddConstraint(
                model_name="Activity",
                constraint=CheckConstraint(
                    check="category IN ('training', 'meeting', 'publicity', 'material')",
                    name="activity_category_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Activity",
                constraint=CheckConstraint(
                    check="state IN ('planned', 'held', 'cancelled')", name="activity_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="Activity",
                constraint=CheckConstraint(
                    check="(state = 'planned') = (ended_at IS NULL)", name="activity_ended_has_its_time"
                ),
            ),
            ops.AddConstraint(
                model_name="Activity",
                constraint=CheckConstraint(
                    check="(state = 'held') = (outcome IS NOT NULL)", name="activity_held_tells_its_outcome"
                ),
            ),
            ops.AddConstraint(
                model_name="Activity",
                constraint=CheckConstraint(
                    check="participants >= 0 AND handouts >= 0", name="activity_counts_are_counts"
                ),
            ),
            ops.AddConstraint(
                model_name="Attendance",
                constraint=UniqueConstraint(fields=("activity_id", "subject_id"), name="attendance_is_recorded_once"),
            ),
            ops.AddConstraint(
                model_name="Attendance",
                constraint=CheckConstraint(
                    check="num_nulls(application_id, cited_office_id, cited_at) IN (0, 3)",
                    name="attendance_cited_says_where",
                ),
            ),
            ops.AddConstraint(
                model_name="PortalEntry",
                constraint=CheckConstraint(
                    check="kind IN ('policy', 'report', 'typical_case')", name="portal_entry_kind_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="PortalEntry",
                constraint=CheckConstraint(
                    check="state IN ('proposed', 'approved', 'rejected', 'withdrawn')",
                    name="portal_entry_state_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="PortalEntry",
                constraint=CheckConstraint(
                    check="decided_by <> proposed_by", name="portal_entry_is_decided_by_another"
                ),
            ),
            ops.AddConstraint(
                model_name="PortalEntry",
                constraint=CheckConstraint(
                    check="(kind = 'typical_case') = (case_id IS NOT NULL)", name="portal_entry_case_is_named"
                ),
            ),
            ops.AddConstraint(
                model_name="PortalEntry",
                constraint=CheckConstraint(
                    check="(state IN ('approved', 'withdrawn')) = (published_at IS NOT NULL)",
                    name="portal_entry_approved_is_published",
                ),
            ),
            ops.AddConstraint(
                model_name="PortalEntry",
                constraint=CheckConstraint(
                    check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
                    name="portal_entry_withdrawn_has_its_time",
                ),
            ),
            ops.RemoveConstraint(
                model_name="Delivery",
                name="delivery_object_is_told",
                fields=None,
            ),
            ops.AddConstraint(
                model_name="Delivery",
                constraint=CheckConstraint(
                    check="object IN ('credit_record', 'list_entry', 'commitment', 'typical_case')",
                    name="delivery_object_is_told",
                ),
            ),
            ops.RunSQL(MORE, BACK),
        )
    ]
