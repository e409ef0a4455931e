"""Objections, their pauses, and statements of subjects beside what they contest."""

import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.ids import new_id
from migrations.together import Together

# One objection on a ground is open at a time. The same indexes tell at once whether something is disputed.
OPEN = """
CREATE UNIQUE INDEX objection_open_by_record ON objection (record_id, ground)
  WHERE settled_at IS NULL AND record_id IS NOT NULL;
CREATE UNIQUE INDEX objection_open_by_entry ON objection (entry_id, ground)
  WHERE settled_at IS NULL AND entry_id IS NOT NULL;
CREATE UNIQUE INDEX subject_statement_standing_by_record ON subject_statement (record_id)
  WHERE removed_at IS NULL AND record_id IS NOT NULL;
CREATE UNIQUE INDEX subject_statement_standing_by_entry ON subject_statement (entry_id)
  WHERE removed_at IS NULL AND entry_id IS NOT NULL;
CREATE UNIQUE INDEX objection_pause_running ON objection_pause (objection_id) WHERE until_on IS NULL;
"""

OPEN_BACK = """
DROP INDEX objection_open_by_record; DROP INDEX objection_open_by_entry;
DROP INDEX subject_statement_standing_by_record; DROP INDEX subject_statement_standing_by_entry;
DROP INDEX objection_pause_running;
"""

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON objection, objection_pause, subject_statement TO renxin_app;
"""

GRANTS_BACK = "REVOKE ALL ON objection, objection_pause, subject_statement FROM renxin_app;"


class Migration(migrations.Migration):
    dependencies = [("renxin", "0014_quotas")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="Objection",
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
                            description="The subject of what is contested.",
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
                            description="The division under whose rulebook it is settled.",
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
                            description="The office that produced what is contested, to which it is routed.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "intake_office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="intake_office_id",
                            null=True,
                            description="The office at which it was filed, where that is another one.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "platform_office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="platform_office_id",
                            null=True,
                            description="The office that corrects the publishing platform; null where none is named.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "next_office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="next_office_id",
                            null=True,
                            description="The office whose step is next; null when there is none.",
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
                            description="The contested credit record; null where it is another thing.",
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
                            description="The contested list entry; null where it is another thing.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "review_of",
                        fields.ForeignKeyField(
                            "renxin.Objection",
                            source_field="review_of_id",
                            null=True,
                            description="The objection whose outcome it asks a higher authority to review 复核.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "earlier",
                        fields.ForeignKeyField(
                            "renxin.Objection",
                            source_field="earlier_id",
                            null=True,
                            description="The first objection on the same ground, where this one brings new facts.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("state", fields.TextField(description="How far it is on its way.", unique=False)),
                    (
                        "origin",
                        fields.TextField(
                            description="Who filed it: the subject, its authorised agent, or the platform.",
                            unique=False,
                        ),
                    ),
                    ("ground", fields.TextField(description="Ground 异议事由, a word of the rulebook.", unique=False)),
                    (
                        "statement",
                        fields.TextField(
                            description="What is said to be wrong, in the objector's words.", unique=False
                        ),
                    ),
                    (
                        "new_facts",
                        fields.TextField(
                            null=True, description="What is new since an earlier objection on the ground.", unique=False
                        ),
                    ),
                    (
                        "received_on",
                        fields.DateField(description="Day of receipt 收到申请, with which the clocks start."),
                    ),
                    (
                        "filed_at",
                        fields.DatetimeField(
                            description="When it was entered here.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "procedure",
                        fields.JSONField(
                            default=dict,
                            description="The way as it was laid down on the day of receipt: each step with its actor, term, clause, quote, reading.",
                            encoder=functools.partial(dumps, separators=(",", ":")),
                            decoder=loads,
                        ),
                    ),
                    (
                        "steps",
                        ArrayField(default=list, description="The steps of the way, in order.", element_type="TEXT"),
                    ),
                    (
                        "timed_steps",
                        ArrayField(
                            default=list, description="Those of the steps for which a term is set.", element_type="TEXT"
                        ),
                    ),
                    (
                        "distinct_persons",
                        fields.BooleanField(
                            default=True, description="Whether another person must decide than verified."
                        ),
                    ),
                    (
                        "next_step",
                        fields.TextField(
                            null=True, description="The step that comes next; null when there is none.", unique=False
                        ),
                    ),
                    (
                        "due_on",
                        fields.DateField(
                            null=True,
                            description="The earliest last day among the steps still to be taken; null where no clock runs.",
                        ),
                    ),
                    (
                        "due_provisional",
                        fields.BooleanField(
                            default=False,
                            description="True when a due day runs into a year whose holidays are not announced.",
                        ),
                    ),
                    ("mark_due_on", fields.DateField(null=True, description="Last day to mark it 标注.")),
                    ("forward_due_on", fields.DateField(null=True, description="Last day to forward it 转交.")),
                    ("verify_due_on", fields.DateField(null=True, description="Last day to verify 核查.")),
                    ("decide_due_on", fields.DateField(null=True, description="Last day to decide 处理.")),
                    (
                        "report_due_on",
                        fields.DateField(null=True, description="Last day to report the opinion 报送处理意见."),
                    ),
                    (
                        "correct_due_on",
                        fields.DateField(null=True, description="Last day to correct the platform 修改更正."),
                    ),
                    ("tell_due_on", fields.DateField(null=True, description="Last day to tell the objector 告知.")),
                    (
                        "marked_at",
                        fields.DatetimeField(
                            null=True, description="When it was marked 标注.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "forwarded_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was forwarded to the office that produced it 转交.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "verified_at",
                        fields.DatetimeField(
                            null=True, description="When it was verified 核查.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "decided_at",
                        fields.DatetimeField(
                            null=True, description="When it was decided 处理.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "reported_at",
                        fields.DatetimeField(
                            null=True,
                            description="When the opinion was reported 报送.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "corrected_at",
                        fields.DatetimeField(
                            null=True,
                            description="When the correction on the platform was confirmed.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "told_at",
                        fields.DatetimeField(
                            null=True,
                            description="When the objector was told 告知.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "withdrawn_at",
                        fields.DatetimeField(
                            null=True,
                            description="When the objector withdrew the objection 撤回异议.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "settled_at",
                        fields.DatetimeField(
                            null=True,
                            description="When the outcome stood or the objection was withdrawn, and the mark went.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "paused_since",
                        fields.DateField(
                            null=True, description="First day on which the clock stands still; null while it runs."
                        ),
                    ),
                    (
                        "finding",
                        fields.TextField(null=True, description="What the verification found 核查结果.", unique=False),
                    ),
                    (
                        "outcome",
                        fields.TextField(
                            null=True,
                            description="Outcome: rejected, or what was contested was amended or withdrawn; null while undecided.",
                            unique=False,
                        ),
                    ),
                    (
                        "decision_reason",
                        fields.TextField(null=True, description="Reason of the decision 理由.", unique=False),
                    ),
                    (
                        "notice",
                        fields.TextField(
                            null=True, description="What the objector was told 告知书, in Chinese.", unique=False
                        ),
                    ),
                    (
                        "own_act_reason",
                        fields.TextField(
                            null=True,
                            description="Why somebody had to decide about his own act; null where nobody did.",
                            unique=False,
                        ),
                    ),
                    ("filed_by", fields.UUIDField(null=True, description="Account that filed it.")),
                    ("verified_by", fields.UUIDField(null=True, description="Account that verified.")),
                    ("decided_by", fields.UUIDField(null=True, description="Account that decided.")),
                    ("corrected_by", fields.UUIDField(null=True, description="Account that confirmed the correction.")),
                ],
                options={
                    "table": "objection",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "filed_at", "id"], name="objection_by_subject"),
                        Index(fields=["office_id", "filed_at", "id"], name="objection_by_office"),
                        Index(fields=["jurisdiction_id", "filed_at", "id"], name="objection_by_jurisdiction"),
                        Index(fields=["next_office_id", "due_on"], name="objection_by_turn"),
                        Index(fields=["record_id", "filed_at", "id"], name="objection_by_record"),
                        Index(fields=["entry_id", "filed_at", "id"], name="objection_by_entry"),
                    ],
                    "pk_attr": "id",
                    "table_description": "An objection 异议 to a credit record or a list entry, on one ground, with its way, its clocks and its outcome.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="ObjectionPause",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "objection",
                        fields.ForeignKeyField(
                            "renxin.Objection",
                            source_field="objection_id",
                            description="The objection.",
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
                            description="The subject of the objection.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("about_person", fields.BooleanField(description="Whether the subject is a natural person.")),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            description="The office that has the appraisal made.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "kind",
                        fields.TextField(description="Kind of appraisal, a word of the law, e.g. 鉴定.", unique=False),
                    ),
                    ("reason", fields.TextField(description="What is appraised, and by whom.", unique=False)),
                    ("basis", fields.TextField(description="The rule that lets the clock stop 依据.", unique=False)),
                    ("from_on", fields.DateField(description="First day that is not counted.")),
                    (
                        "until_on",
                        fields.DateField(null=True, description="Last day that is not counted; null while it lasts."),
                    ),
                    (
                        "began_at",
                        fields.DatetimeField(description="When it was entered.", auto_now=False, auto_now_add=False),
                    ),
                    ("begun_by", fields.UUIDField(null=True, description="Account that entered it.")),
                ],
                options={
                    "table": "objection_pause",
                    "app": "renxin",
                    "indexes": [Index(fields=["objection_id", "from_on", "id"], name="objection_pause_by_day")],
                    "pk_attr": "id",
                    "table_description": "A time 期间 during which the clock of an objection stands still, for an appraisal that the law names.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="SubjectStatement",
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
                            description="The subject whose words they are.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("about_person", fields.BooleanField(description="Whether the subject is a natural person.")),
                    (
                        "record",
                        fields.ForeignKeyField(
                            "renxin.CreditRecord",
                            source_field="record_id",
                            null=True,
                            description="The record it stands beside; null where it is another thing.",
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
                            description="The entry it stands beside; null where it is another thing.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "words",
                        fields.TextField(description="The subject's own words 主体自述，未经核实.", unique=False),
                    ),
                    (
                        "by_agent",
                        fields.BooleanField(description="Whether an authorised agent handed it in for the subject."),
                    ),
                    (
                        "made_at",
                        fields.DatetimeField(description="When it was made.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "removed_at",
                        fields.DatetimeField(
                            null=True,
                            description="When the subject removed it; null while it stands.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    ("made_by", fields.UUIDField(null=True, description="Account that handed it in.")),
                ],
                options={
                    "table": "subject_statement",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["record_id", "made_at", "id"], name="subject_statement_by_record"),
                        Index(fields=["entry_id", "made_at", "id"], name="subject_statement_by_entry"),
                        Index(fields=["subject_id", "made_at", "id"], name="subject_statement_by_subject"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A statement 主体声明 in the subject's own words beside a contested record or list entry; nobody has verified it.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="Objection",
                constraint=UniqueConstraint(fields=("review_of_id",), name="objection_reviewed_once"),
            ),
            ops.AddConstraint(
                model_name="Objection",
                constraint=CheckConstraint(
                    check="state IN ('received', 'marked', 'forwarded', 'verified', 'decided', 'reported', 'awaiting_correction', 'corrected', 'told', 'withdrawn')",
                    name="objection_state_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Objection",
                constraint=CheckConstraint(
                    check="origin IN ('subject', 'agent', 'platform')", name="objection_origin_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="Objection",
                constraint=CheckConstraint(
                    check="outcome IN ('rejected', 'amended', 'withdrawn')", name="objection_outcome_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="Objection",
                constraint=CheckConstraint(
                    check="num_nonnulls(record_id, entry_id) = 1", name="objection_is_about_one_thing"
                ),
            ),
            ops.AddConstraint(
                model_name="Objection",
                constraint=CheckConstraint(
                    check="(outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (decision_reason IS NULL)",
                    name="objection_decided_has_outcome",
                ),
            ),
            ops.AddConstraint(
                model_name="Objection",
                constraint=CheckConstraint(
                    check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL) AND (withdrawn_at IS NULL OR outcome IS NULL)",
                    name="objection_withdrawn_is_undecided",
                ),
            ),
            ops.AddConstraint(
                model_name="Objection",
                constraint=CheckConstraint(
                    check="settled_at IS NULL OR outcome IS NOT NULL OR withdrawn_at IS NOT NULL",
                    name="objection_settled_has_outcome",
                ),
            ),
            ops.AddConstraint(
                model_name="Objection",
                constraint=CheckConstraint(
                    check="(outcome IS DISTINCT FROM 'rejected' AND withdrawn_at IS NULL) OR settled_at IS NOT NULL",
                    name="objection_rejected_is_settled",
                ),
            ),
            ops.AddConstraint(
                model_name="Objection",
                constraint=CheckConstraint(
                    check="NOT distinct_persons OR verified_by <> decided_by", name="objection_decided_by_another"
                ),
            ),
            ops.AddConstraint(
                model_name="Objection",
                constraint=CheckConstraint(
                    check="paused_since IS NULL OR decided_at IS NULL", name="objection_decided_is_not_paused"
                ),
            ),
            ops.AddConstraint(
                model_name="ObjectionPause",
                constraint=CheckConstraint(
                    check="until_on IS NULL OR until_on >= from_on", name="objection_pause_days_in_order"
                ),
            ),
            ops.AddConstraint(
                model_name="SubjectStatement",
                constraint=CheckConstraint(
                    check="num_nonnulls(record_id, entry_id) = 1", name="subject_statement_is_beside_one_thing"
                ),
            ),
            ops.RunSQL(OPEN, OPEN_BACK),
            ops.RunSQL(GRANTS, GRANTS_BACK),
        ),
    ]
