"""Grades, the register of supervised subjects, integrity archives; grades are pushed where their clause orders it."""

from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from domain.ids import new_id
from json import dumps, loads
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from migrations.together import Together

MORE = """
CREATE UNIQUE INDEX grade_in_force ON grade (subject_id, jurisdiction_id, scheme)
  WHERE state IN ('published', 'contested');
CREATE UNIQUE INDEX grade_waiting ON grade (subject_id, jurisdiction_id, scheme)
  WHERE state IN ('undetermined', 'proposed');
CREATE UNIQUE INDEX supervised_subject_once ON supervised_subject (subject_id, jurisdiction_id, scheme, office_id)
  WHERE valid_to IS NULL;
CREATE UNIQUE INDEX integrity_archive_kept ON integrity_archive (subject_id, jurisdiction_id, scheme)
  WHERE closed_at IS NULL;
DROP INDEX outbox_event_untaken;
CREATE INDEX outbox_event_untaken ON outbox_event (id) INCLUDE (at) WHERE taken_up_at IS NULL
  AND object IN ('credit_record', 'list_entry', 'commitment', 'grade') AND verb <> 'deliver'
  AND (payload ->> 'published_at') IS NOT NULL
  AND (object <> 'grade' OR (payload ->> 'push_ordered')::boolean);
GRANT SELECT, INSERT, UPDATE ON grade, supervised_subject, integrity_archive TO renxin_app;
"""
BACK = """
REVOKE ALL ON grade, supervised_subject, integrity_archive FROM renxin_app;
DROP INDEX outbox_event_untaken;
CREATE INDEX outbox_event_untaken ON outbox_event (id) INCLUDE (at) WHERE taken_up_at IS NULL
  AND object IN ('credit_record', 'list_entry', 'commitment') AND verb <> 'deliver'
  AND (payload ->> 'published_at') IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0035_quality_tally")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="Grade",
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
                            description="The subject evaluated.",
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
                            description="The office that evaluates and answers for the result.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "scheme",
                        fields.CharField(description="Code of the evaluation scheme in the rulebook.", max_length=64),
                    ),
                    ("scheme_name", fields.TextField(description="Name of the scheme 评价名称.", unique=False)),
                    (
                        "value",
                        fields.CharField(
                            null=True,
                            description="The grade, on the scheme's own scale; null while the rules leave it open.",
                            max_length=20,
                        ),
                    ),
                    (
                        "previous_value",
                        fields.CharField(
                            null=True, description="The grade in force before it; null without one.", max_length=20
                        ),
                    ),
                    ("evaluated_on", fields.DateField(description="The day for which it was evaluated.")),
                    (
                        "period",
                        fields.CharField(
                            null=True, description="Period evaluated 评价周期 as the office names it.", max_length=50
                        ),
                    ),
                    (
                        "method",
                        fields.TextField(
                            description="Entered by the office with its basis, computed, or determined where the rules leave it open.",
                            unique=False,
                        ),
                    ),
                    (
                        "basis",
                        fields.TextField(
                            description="What it rests on 依据: in words, no personal data.", unique=False
                        ),
                    ),
                    (
                        "findings",
                        fields.JSONField(
                            null=True,
                            description="How it was computed: indicators, points, vetoes, what is not known; null where it was entered.",
                            encoder=functools.partial(dumps, separators=(",", ":")),
                            decoder=loads,
                        ),
                    ),
                    (
                        "clause",
                        fields.TextField(
                            description="Document and clause under which it is evaluated 依据条款.", unique=False
                        ),
                    ),
                    (
                        "push_ordered",
                        fields.BooleanField(
                            description="Whether its clause orders the push to the city platform 推送."
                        ),
                    ),
                    ("disclosure", fields.TextField(description="How far it is shown once published.", unique=False)),
                    (
                        "state",
                        fields.TextField(
                            description="How far it has come; what holds today is told by `inForce`.", unique=False
                        ),
                    ),
                    ("version", fields.IntField(default=1, description="Version, from 1; every move adds one.")),
                    (
                        "proposed_at",
                        fields.DatetimeField(description="When it was proposed.", auto_now=False, auto_now_add=False),
                    ),
                    ("proposed_by", fields.UUIDField(null=True, description="Account that proposed or determined it.")),
                    (
                        "published_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was published and the subject was told.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "published_by",
                        fields.UUIDField(null=True, description="Account that published it; another than proposed it."),
                    ),
                    (
                        "contested_at",
                        fields.DatetimeField(
                            null=True, description="When its subject contested it.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("contested_by", fields.UUIDField(null=True, description="Account that contested it.")),
                    (
                        "grounds",
                        fields.TextField(null=True, description="Why its subject contests it 理由.", unique=False),
                    ),
                    (
                        "answered_at",
                        fields.DatetimeField(
                            null=True,
                            description="When a person looked at it again and answered.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "answered_by",
                        fields.UUIDField(null=True, description="Account that answered; another than published it."),
                    ),
                    (
                        "answer",
                        fields.TextField(null=True, description="The answer to its subject 答复.", unique=False),
                    ),
                    (
                        "ended_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was superseded, withdrawn or rejected.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "ended_by",
                        fields.UUIDField(
                            null=True, description="Account that withdrew or rejected it, or published the next."
                        ),
                    ),
                    (
                        "end_reason",
                        fields.TextField(null=True, description="Why it was withdrawn or rejected.", unique=False),
                    ),
                ],
                options={
                    "table": "grade",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="state IN ('undetermined', 'proposed', 'rejected', 'published', 'contested', 'superseded', 'withdrawn')",
                            name="grade_state_is_known",
                        ),
                        CheckConstraint(
                            check="method IN ('entered', 'computed', 'determined')", name="grade_method_is_known"
                        ),
                        CheckConstraint(check="version >= 1", name="grade_version_is_positive"),
                        CheckConstraint(check="published_by <> proposed_by", name="grade_is_published_by_another"),
                        CheckConstraint(check="answered_by <> published_by", name="grade_is_answered_by_another"),
                        CheckConstraint(
                            check="value IS NOT NULL OR state IN ('undetermined', 'rejected')",
                            name="grade_has_value_unless_open",
                        ),
                        CheckConstraint(
                            check="(published_at IS NOT NULL) = (state IN ('published', 'contested', 'superseded', 'withdrawn'))",
                            name="grade_published_has_time",
                        ),
                        CheckConstraint(
                            check="(ended_at IS NOT NULL) = (state IN ('rejected', 'superseded', 'withdrawn'))",
                            name="grade_ended_has_time",
                        ),
                        CheckConstraint(
                            check="(contested_at IS NULL) = (grounds IS NULL) AND (state <> 'contested' OR contested_at IS NOT NULL)",
                            name="grade_contested_has_grounds",
                        ),
                        CheckConstraint(
                            check="(answered_at IS NULL) = (answer IS NULL) AND (answered_at IS NULL OR contested_at IS NOT NULL)",
                            name="grade_answer_answers_something",
                        ),
                    ],
                    "indexes": [
                        Index(fields=["subject_id", "proposed_at", "id"], name="grade_by_subject"),
                        Index(fields=["office_id", "proposed_at", "id"], name="grade_by_office"),
                        Index(fields=["jurisdiction_id", "proposed_at", "id"], name="grade_by_jurisdiction"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A grade 信用等级 of a subject under an evaluation scheme, with its basis, on the scheme's own scale.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="IntegrityArchive",
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
                            description="The subject, a unit or an individual.",
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
                            description="The office that opened it and keeps it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "scheme",
                        fields.CharField(description="Code of the evaluation scheme in the rulebook.", max_length=64),
                    ),
                    (
                        "name",
                        fields.TextField(
                            description="What the clause calls it, e.g. 劳动保障守法诚信档案.", unique=False
                        ),
                    ),
                    ("clause", fields.TextField(description="Document and clause that order it.", unique=False)),
                    (
                        "office_ids",
                        ArrayField(
                            description="The offices of the scheme, whose holdings it shows.", element_type="UUID"
                        ),
                    ),
                    (
                        "opened_at",
                        fields.DatetimeField(description="When it was opened.", auto_now=False, auto_now_add=False),
                    ),
                    ("opened_by", fields.UUIDField(null=True, description="Account that opened it.")),
                    (
                        "closed_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was closed; null while it is kept.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    ("closed_by", fields.UUIDField(null=True, description="Account that closed it.")),
                    ("reason", fields.CharField(null=True, description="Why it was closed.", max_length=500)),
                ],
                options={
                    "table": "integrity_archive",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="(closed_at IS NULL) = (reason IS NULL)", name="integrity_archive_closed_has_reason"
                        )
                    ],
                    "indexes": [
                        Index(fields=["subject_id", "scheme", "id"], name="integrity_archive_by_subject"),
                        Index(fields=["office_id", "scheme", "id"], name="integrity_archive_by_office"),
                        Index(fields=["jurisdiction_id", "scheme", "id"], name="integrity_archive_by_jurisdiction"),
                    ],
                    "pk_attr": "id",
                    "table_description": "An integrity archive 诚信档案 of a subject under an evaluation scheme.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="SupervisedSubject",
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
                            description="The subject supervised.",
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
                            description="The office that supervises.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "scheme",
                        fields.CharField(description="Code of the evaluation scheme in the rulebook.", max_length=64),
                    ),
                    ("source", fields.CharField(description="Where the register comes from 来源.", max_length=200)),
                    ("valid_from", fields.DateField(description="First day of supervision.")),
                    (
                        "valid_to",
                        fields.DateField(null=True, description="Last day of supervision; null while it goes on."),
                    ),
                    (
                        "registered_at",
                        fields.DatetimeField(description="When it was registered.", auto_now=False, auto_now_add=False),
                    ),
                    ("registered_by", fields.UUIDField(null=True, description="Account that registered it.")),
                    (
                        "ended_at",
                        fields.DatetimeField(
                            null=True, description="When its last day was set.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("ended_by", fields.UUIDField(null=True, description="Account that set its last day.")),
                    ("reason", fields.CharField(null=True, description="Why supervision ends.", max_length=500)),
                ],
                options={
                    "table": "supervised_subject",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(check="valid_to >= valid_from", name="supervised_subject_days_in_order"),
                        CheckConstraint(
                            check="num_nulls(valid_to, ended_at, reason) IN (0, 3)",
                            name="supervised_subject_end_has_reason",
                        ),
                    ],
                    "indexes": [
                        Index(fields=["subject_id", "scheme", "id"], name="supervised_subject_by_subject"),
                        Index(fields=["office_id", "scheme", "id"], name="supervised_subject_by_office"),
                        Index(fields=["jurisdiction_id", "scheme", "id"], name="supervised_subject_by_jurisdiction"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A subject in the register 监管对象名录 of an office under an evaluation scheme.",
                },
                bases=["Model"],
            ),
            ops.RemoveConstraint(
                model_name="Delivery",
                name="delivery_object_is_told",
                fields=None,
            ),
            ops.AddConstraint(
                model_name="Delivery",
                constraint=CheckConstraint(
                    check="object IN ('credit_record', 'list_entry', 'commitment', 'grade')",
                    name="delivery_object_is_told",
                ),
            ),
            ops.AddConstraint(
                model_name="Grade",
                constraint=CheckConstraint(
                    check="state IN ('undetermined', 'proposed', 'rejected', 'published', 'contested', 'superseded', 'withdrawn')",
                    name="grade_state_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Grade",
                constraint=CheckConstraint(
                    check="method IN ('entered', 'computed', 'determined')", name="grade_method_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="Grade", constraint=CheckConstraint(check="version >= 1", name="grade_version_is_positive")
            ),
            ops.AddConstraint(
                model_name="Grade",
                constraint=CheckConstraint(check="published_by <> proposed_by", name="grade_is_published_by_another"),
            ),
            ops.AddConstraint(
                model_name="Grade",
                constraint=CheckConstraint(check="answered_by <> published_by", name="grade_is_answered_by_another"),
            ),
            ops.AddConstraint(
                model_name="Grade",
                constraint=CheckConstraint(
                    check="value IS NOT NULL OR state IN ('undetermined', 'rejected')",
                    name="grade_has_value_unless_open",
                ),
            ),
            ops.AddConstraint(
                model_name="Grade",
                constraint=CheckConstraint(
                    check="(published_at IS NOT NULL) = (state IN ('published', 'contested', 'superseded', 'withdrawn'))",
                    name="grade_published_has_time",
                ),
            ),
            ops.AddConstraint(
                model_name="Grade",
                constraint=CheckConstraint(
                    check="(ended_at IS NOT NULL) = (state IN ('rejected', 'superseded', 'withdrawn'))",
                    name="grade_ended_has_time",
                ),
            ),
            ops.AddConstraint(
                model_name="Grade",
                constraint=CheckConstraint(
                    check="(contested_at IS NULL) = (grounds IS NULL) AND (state <> 'contested' OR contested_at IS NOT NULL)",
                    name="grade_contested_has_grounds",
                ),
            ),
            ops.AddConstraint(
                model_name="Grade",
                constraint=CheckConstraint(
                    check="(answered_at IS NULL) = (answer IS NULL) AND (answered_at IS NULL OR contested_at IS NOT NULL)",
                    name="grade_answer_answers_something",
                ),
            ),
            ops.AddConstraint(
                model_name="SupervisedSubject",
                constraint=CheckConstraint(check="valid_to >= valid_from", name="supervised_subject_days_in_order"),
            ),
            ops.AddConstraint(
                model_name="SupervisedSubject",
                constraint=CheckConstraint(
                    check="num_nulls(valid_to, ended_at, reason) IN (0, 3)", name="supervised_subject_end_has_reason"
                ),
            ),
            ops.AddConstraint(
                model_name="IntegrityArchive",
                constraint=CheckConstraint(
                    check="(closed_at IS NULL) = (reason IS NULL)", name="integrity_archive_closed_has_reason"
                ),
            ),
            ops.RunSQL(MORE, BACK),
        ),
    ]
