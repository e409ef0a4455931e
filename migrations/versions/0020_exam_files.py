"""The files of exams: violations, watch lists, recommendations, bulletins."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

# One violation of a candidate in an exam: one that was withdrawn does not stand in the way.
FORWARD = """
CREATE UNIQUE INDEX exam_violation_is_unique ON exam_violation (office_id, subject_id, exam_kind, exam_name, exam_on)
  WHERE state <> 'withdrawn';
GRANT SELECT, INSERT ON exam_violation, exam_watch, discipline_recommendation,
  exam_bulletin, exam_bulletin_line TO renxin_app;
GRANT UPDATE ON exam_violation, exam_watch, discipline_recommendation TO renxin_app;
"""

BACK = """
REVOKE ALL ON exam_violation, exam_watch, discipline_recommendation, exam_bulletin,
  exam_bulletin_line FROM renxin_app;
DROP INDEX exam_violation_is_unique;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0019_ledger_adoption")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="ExamBulletin",
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
                            description="The office that issues it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("exam_kind", fields.TextField(description="Kind of exam it is about.", unique=False)),
                    ("title", fields.CharField(description="Title.", max_length=200)),
                    ("from_on", fields.DateField(description="First day of the entries it tells.")),
                    ("to_on", fields.DateField(description="Last day of the entries it tells.")),
                    (
                        "issued_at",
                        fields.DatetimeField(description="When it was issued.", auto_now=False, auto_now_add=False),
                    ),
                    ("basis", fields.TextField(description="Clause 依据 that orders it.", unique=False)),
                    ("issued_by", fields.UUIDField(null=True, description="Account that issued it.")),
                ],
                options={
                    "table": "exam_bulletin",
                    "app": "renxin",
                    "indexes": [Index(fields=["issued_at", "id"], name="exam_bulletin_by_time")],
                    "pk_attr": "id",
                    "table_description": "A bulletin 通报 of exam violations, entered in a span of days.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="ExamViolation",
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
                            description="The candidate 考生.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "about_person",
                        fields.BooleanField(default=True, description="Always true: candidates are natural persons."),
                    ),
                    (
                        "name",
                        fields.TextField(description="Name of the candidate, as your clearance allows.", unique=False),
                    ),
                    ("masked_name", fields.TextField(description="The name as shown without clearance.", unique=False)),
                    (
                        "masked_id_number",
                        fields.TextField(
                            null=True, description="Identity number of the candidate, masked.", unique=False
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
                            description="The office that recorded it and answers for it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("exam_kind", fields.TextField(description="Kind of exam 考试种类 (厦门17).", unique=False)),
                    ("exam_name", fields.CharField(description="Name of the exam.", max_length=200)),
                    ("exam_on", fields.DateField(description="Day of the exam.")),
                    ("site", fields.CharField(description="Exam site 考点.", max_length=200)),
                    (
                        "violation_class",
                        fields.CharField(
                            description="Class of violation 违纪类别, by which bulletins go.", max_length=100
                        ),
                    ),
                    ("facts", fields.TextField(description="What happened 具体作弊情况.", unique=False)),
                    (
                        "state",
                        fields.TextField(
                            description="Recorded, confirmed, decided, entered or withdrawn.", unique=False
                        ),
                    ),
                    ("version", fields.IntField(default=1, description="Version, from 1; every move adds one.")),
                    (
                        "recorded_at",
                        fields.DatetimeField(description="When it was recorded.", auto_now=False, auto_now_add=False),
                    ),
                    ("recorded_by", fields.UUIDField(null=True, description="Account that recorded it.")),
                    (
                        "confirmation",
                        fields.TextField(
                            null=True,
                            description="Whether the candidate signed 签字确认 or refused before a witness.",
                            unique=False,
                        ),
                    ),
                    ("confirmed_on", fields.DateField(null=True, description="Day of the signature or refusal.")),
                    (
                        "witness",
                        fields.CharField(
                            null=True, description="Name of the witness 见证人 of a refusal.", max_length=200
                        ),
                    ),
                    (
                        "evidence",
                        fields.TextField(
                            null=True,
                            description="Where the signed sheet, or the note of the refusal, is kept.",
                            unique=False,
                        ),
                    ),
                    (
                        "confirmed_by",
                        fields.UUIDField(
                            null=True, description="Account that took the signature or noted the refusal."
                        ),
                    ),
                    ("treatment", fields.CharField(null=True, description="Treatment 处理结果.", max_length=200)),
                    ("decision_no", fields.CharField(null=True, description="Number of the decision.", max_length=128)),
                    ("decided_on", fields.DateField(null=True, description="Day of the decision.")),
                    (
                        "decider",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="decider_id",
                            description="The office that decides 处理单位, by the procedure it was recorded under.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "decided_by",
                        fields.UUIDField(null=True, description="Account that decided; another than recorded it."),
                    ),
                    (
                        "retention",
                        fields.TextField(
                            null=True,
                            description="How long the entry is kept: for a term, for good, or no loaded rule says.",
                            unique=False,
                        ),
                    ),
                    (
                        "retention_term",
                        fields.IntField(null=True, description="Term of the retention; null unless it has one."),
                    ),
                    ("retention_unit", fields.TextField(null=True, description="Unit of the term.", unique=False)),
                    (
                        "retention_basis",
                        fields.TextField(null=True, description="Clause 依据 of the retention.", unique=False),
                    ),
                    (
                        "entered_on",
                        fields.DateField(
                            null=True, description="Day of the entry into the file 记入, from which the retention runs."
                        ),
                    ),
                    ("entered_by", fields.UUIDField(null=True, description="Account that entered it.")),
                    (
                        "retained_until",
                        fields.DateField(
                            null=True,
                            description="Last day on which others see the entry; null for good, or where no rule is loaded.",
                        ),
                    ),
                    (
                        "record",
                        fields.ForeignKeyField(
                            "renxin.CreditRecord",
                            source_field="record_id",
                            null=True,
                            description="The credit record that the entry made.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "withdrawal_reason",
                        fields.TextField(null=True, description="Why it was withdrawn.", unique=False),
                    ),
                ],
                options={
                    "table": "exam_violation",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "recorded_at", "id"], name="exam_violation_by_subject"),
                        Index(fields=["office_id", "recorded_at", "id"], name="exam_violation_by_office"),
                        Index(fields=["decider_id", "recorded_at", "id"], name="exam_violation_by_decider"),
                        Index(fields=["jurisdiction_id", "recorded_at", "id"], name="exam_violation_by_jurisdiction"),
                        Index(fields=["recorded_at", "id"], name="exam_violation_by_time"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A violation 违纪违规行为 of a candidate in an exam, on its way into the integrity file.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="DisciplineRecommendation",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "violation",
                        fields.ForeignKeyField(
                            "renxin.ExamViolation",
                            source_field="violation_id",
                            description="The violation it follows.",
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
                            description="The candidate.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "about_person",
                        fields.BooleanField(default=True, description="Always true: candidates are natural persons."),
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
                            description="The office that recommends.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("unit", fields.CharField(description="The unit 所在单位 it goes to.", max_length=200)),
                    ("text", fields.TextField(description="What is recommended.", unique=False)),
                    ("state", fields.TextField(description="Recommended, or answered by the unit.", unique=False)),
                    (
                        "recommended_at",
                        fields.DatetimeField(
                            description="When it was recommended.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("recommended_by", fields.UUIDField(null=True, description="Account that recommended it.")),
                    ("answer", fields.TextField(null=True, description="What the unit answered.", unique=False)),
                    ("answered_on", fields.DateField(null=True, description="Day of the answer.")),
                ],
                options={
                    "table": "discipline_recommendation",
                    "app": "renxin",
                    "indexes": [
                        Index(
                            fields=["subject_id", "recommended_at", "id"], name="discipline_recommendation_by_subject"
                        ),
                        Index(fields=["office_id", "recommended_at", "id"], name="discipline_recommendation_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A recommendation 党纪处分建议 to the unit of a candidate who is a Party member.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="ExamBulletinLine",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "bulletin",
                        fields.ForeignKeyField(
                            "renxin.ExamBulletin",
                            source_field="bulletin_id",
                            description="The bulletin.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "violation",
                        fields.ForeignKeyField(
                            "renxin.ExamViolation",
                            source_field="violation_id",
                            description="The violation; not shown.",
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
                            description="The candidate; not shown.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("about_person", fields.BooleanField(default=True, description="Always true.")),
                    ("violation_class", fields.TextField(description="Class of violation 违纪类别.", unique=False)),
                    ("exam_name", fields.TextField(description="Name of the exam.", unique=False)),
                    ("name", fields.TextField(description="Name of the candidate, masked.", unique=False)),
                    ("treatment", fields.TextField(description="Treatment 处理结果.", unique=False)),
                ],
                options={
                    "table": "exam_bulletin_line",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["bulletin_id", "violation_class", "id"], name="exam_bulletin_line_by_class")
                    ],
                    "pk_attr": "id",
                    "table_description": "A line of a bulletin: a class of violation, an exam, a masked name, the treatment.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="ExamWatch",
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
                            description="The person; not shown: it leads to no other data.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("about_person", fields.BooleanField(default=True, description="Always true.")),
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
                            description="The office that keeps the list.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("name", fields.CharField(description="Name of the person.", max_length=200)),
                    ("masked_id_number", fields.TextField(description="Identity number, masked.", unique=False)),
                    ("exam_name", fields.CharField(description="Name of the exam.", max_length=200)),
                    ("site", fields.CharField(description="Exam site 考点.", max_length=200)),
                    ("finding", fields.TextField(description="What the analysis found.", unique=False)),
                    ("source", fields.CharField(description="Where the analysis comes from.", max_length=200)),
                    (
                        "entered_at",
                        fields.DatetimeField(description="When it was entered.", auto_now=False, auto_now_add=False),
                    ),
                    ("until_on", fields.DateField(description="Last day of the entry.")),
                    (
                        "lifted_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was lifted before that day.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    ("lift_reason", fields.TextField(null=True, description="Why it was lifted.", unique=False)),
                    ("entered_by", fields.UUIDField(null=True, description="Account that entered it.")),
                ],
                options={
                    "table": "exam_watch",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["office_id", "entered_at", "id"], name="exam_watch_by_office"),
                        Index(fields=["subject_id"], name="exam_watch_by_subject"),
                    ],
                    "pk_attr": "id",
                    "table_description": "An entry of an exam site's internal watch list 异常报考人员名单.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="ExamViolation",
                constraint=CheckConstraint(check="about_person", name="exam_violation_is_about_a_person"),
            ),
            ops.AddConstraint(
                model_name="ExamViolation",
                constraint=CheckConstraint(
                    check="exam_kind IN ('recruitment', 'professional_qualification', 'vocational_qualification')",
                    name="exam_violation_kind_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="ExamViolation",
                constraint=CheckConstraint(
                    check="state IN ('recorded', 'confirmed', 'decided', 'entered', 'withdrawn')",
                    name="exam_violation_state_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="ExamViolation",
                constraint=CheckConstraint(
                    check="confirmation IN ('signed', 'refused')", name="exam_violation_confirmation_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="ExamViolation",
                constraint=CheckConstraint(
                    check="retention IN ('limited', 'permanent', 'none_set', 'not_loaded')",
                    name="exam_violation_retention_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="ExamViolation",
                constraint=CheckConstraint(
                    check="state IN ('recorded', 'withdrawn') OR confirmation IS NOT NULL",
                    name="exam_violation_goes_on_only_when_confirmed",
                ),
            ),
            ops.AddConstraint(
                model_name="ExamViolation",
                constraint=CheckConstraint(
                    check="confirmation IS DISTINCT FROM 'refused' OR witness IS NOT NULL",
                    name="exam_violation_refusal_has_a_witness",
                ),
            ),
            ops.AddConstraint(
                model_name="ExamViolation",
                constraint=CheckConstraint(
                    check="state NOT IN ('decided', 'entered') OR num_nulls(decision_no, decided_on, retention, treatment) = 0",
                    name="exam_violation_decision_is_whole",
                ),
            ),
            ops.AddConstraint(
                model_name="ExamViolation",
                constraint=CheckConstraint(
                    check="(retention = 'limited') = (retention_term IS NOT NULL AND retention_unit IS NOT NULL)",
                    name="exam_violation_term_belongs_to_a_limit",
                ),
            ),
            ops.AddConstraint(
                model_name="ExamViolation",
                constraint=CheckConstraint(
                    check="(state = 'entered') = (entered_on IS NOT NULL)", name="exam_violation_entry_has_a_day"
                ),
            ),
            ops.AddConstraint(
                model_name="ExamViolation",
                constraint=CheckConstraint(
                    check="state <> 'entered' OR (retention = 'limited') = (retained_until IS NOT NULL)",
                    name="exam_violation_limit_has_an_end",
                ),
            ),
            ops.AddConstraint(
                model_name="ExamViolation",
                constraint=CheckConstraint(
                    check="decided_by <> recorded_by", name="exam_violation_is_decided_by_another"
                ),
            ),
            ops.AddConstraint(
                model_name="ExamViolation",
                constraint=CheckConstraint(
                    check="(state = 'withdrawn') = (withdrawal_reason IS NOT NULL)",
                    name="exam_violation_withdrawn_says_why",
                ),
            ),
            ops.AddConstraint(
                model_name="ExamViolation",
                constraint=CheckConstraint(check="version >= 1", name="exam_violation_version_is_positive"),
            ),
            ops.AddConstraint(
                model_name="ExamWatch",
                constraint=CheckConstraint(
                    check="(lifted_at IS NULL) = (lift_reason IS NULL)", name="exam_watch_lift_says_why"
                ),
            ),
            ops.AddConstraint(
                model_name="ExamWatch",
                constraint=CheckConstraint(
                    check="until_on >= (entered_at AT TIME ZONE 'Asia/Shanghai')::date",
                    name="exam_watch_ends_after_it_begins",
                ),
            ),
            ops.AddConstraint(
                model_name="DisciplineRecommendation",
                constraint=UniqueConstraint(fields=("violation_id",), name="discipline_recommendation_is_unique"),
            ),
            ops.AddConstraint(
                model_name="DisciplineRecommendation",
                constraint=CheckConstraint(check="about_person", name="discipline_recommendation_is_about_a_person"),
            ),
            ops.AddConstraint(
                model_name="DisciplineRecommendation",
                constraint=CheckConstraint(
                    check="state IN ('recommended', 'answered')", name="discipline_recommendation_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="DisciplineRecommendation",
                constraint=CheckConstraint(
                    check="(state = 'answered') = (answered_on IS NOT NULL AND answer IS NOT NULL)",
                    name="discipline_recommendation_answer_is_whole",
                ),
            ),
            ops.AddConstraint(
                model_name="ExamBulletin",
                constraint=CheckConstraint(
                    check="exam_kind IN ('recruitment', 'professional_qualification', 'vocational_qualification')",
                    name="exam_bulletin_kind_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="ExamBulletin",
                constraint=CheckConstraint(check="to_on >= from_on", name="exam_bulletin_days_in_order"),
            ),
            ops.AddConstraint(
                model_name="ExamBulletinLine",
                constraint=UniqueConstraint(
                    fields=("bulletin_id", "violation_id"), name="exam_bulletin_line_is_unique"
                ),
            ),
            ops.RunSQL(FORWARD, BACK),
        ),
    ]
