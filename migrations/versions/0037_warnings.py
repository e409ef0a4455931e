"""Early warning: screenings, risk warnings, interviews, criminal referrals."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
import functools
from domain.ids import new_id
from json import dumps, loads
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

GRANTS = """
GRANT SELECT, INSERT, UPDATE ON screening, risk_warning, risk_warning_action, interview, criminal_referral TO renxin_app;
GRANT SELECT, INSERT ON risk_warning_record TO renxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0036_grades")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="CriminalReferral",
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
                            description="Who is suspected.",
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
                            description="The office that refers the case.",
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
                            description="The credit record of the same facts, where there is one.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("kind", fields.TextField(description="Kind of case, in the words of the rulebook.", unique=False)),
                    ("facts", fields.TextField(description="What the office found.", unique=False)),
                    (
                        "police",
                        fields.CharField(description="Police organ 公安机关 it was referred to.", max_length=200),
                    ),
                    (
                        "procuratorate",
                        fields.CharField(description="Procuratorate 检察院 asked to come in early.", max_length=200),
                    ),
                    ("court", fields.CharField(description="Court 法院 asked to come in early.", max_length=200)),
                    ("referred_on", fields.DateField(description="Day of the referral.")),
                    ("basis", fields.TextField(description="Document and clause of the referral.", unique=False)),
                    (
                        "state",
                        fields.TextField(description="Referred, accepted by the police, or ended.", unique=False),
                    ),
                    (
                        "case_no",
                        fields.CharField(null=True, description="Number of the criminal case 立案号.", max_length=128),
                    ),
                    (
                        "accepted_on",
                        fields.DateField(null=True, description="Day on which the police accepted it 立案."),
                    ),
                    ("outcome", fields.TextField(null=True, description="How it ended; null before.", unique=False)),
                    ("ended_on", fields.DateField(null=True, description="Day on which it ended.")),
                    (
                        "ending_note",
                        fields.TextField(null=True, description="Document by which it ended.", unique=False),
                    ),
                    (
                        "referred_at",
                        fields.DatetimeField(description="When it was entered.", auto_now=False, auto_now_add=False),
                    ),
                    ("referred_by", fields.UUIDField(null=True, description="Account that referred it.")),
                    ("ended_by", fields.UUIDField(null=True, description="Account that noted the end.")),
                ],
                options={
                    "table": "criminal_referral",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "referred_at", "id"], name="criminal_referral_by_subject"),
                        Index(fields=["office_id", "referred_at", "id"], name="criminal_referral_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A criminal referral 案件移送 to the police, with court and procuratorate; need to know.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Screening",
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
                            description="The division whose records are screened.",
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
                            description="The office that screens.",
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
                            null=True,
                            description="The one office whose records are screened; null for all of the place.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "pattern",
                        fields.TextField(
                            description="What is looked for: repeated in one field, or several in several fields.",
                            unique=False,
                        ),
                    ),
                    ("on_day", fields.DateField(description="The day as of which the records are taken.")),
                    (
                        "window_months",
                        fields.IntField(
                            description="Length of the window in months: a decision counts to its corresponding day so much later."
                        ),
                    ),
                    ("least_records", fields.IntField(description="Fewest records for a warning.")),
                    (
                        "least_fields",
                        fields.IntField(
                            null=True, description="Fewest fields for a warning; null for the pattern of one field."
                        ),
                    ),
                    (
                        "named_by_caller",
                        ArrayField(
                            default=list,
                            description="Which of these no rule sets, so that the run named them.",
                            element_type="TEXT",
                        ),
                    ),
                    ("basis", fields.TextField(description="Document and clause of the screening.", unique=False)),
                    ("state", fields.TextField(description="Run, or circulated with its bulletin 通报.", unique=False)),
                    ("found", fields.IntField(description="How many enterprises were found.")),
                    (
                        "known",
                        fields.IntField(
                            description="How many of them had an open warning for just these records already: they get no second one."
                        ),
                    ),
                    (
                        "bulletin",
                        fields.JSONField(
                            null=True,
                            description="The bulletin 筛查通报 as circulated: subject, pattern, field, records; people masked. Null before.",
                            encoder=functools.partial(dumps, separators=(",", ":")),
                            decoder=loads,
                        ),
                    ),
                    (
                        "run_at",
                        fields.DatetimeField(description="When it was run.", auto_now=False, auto_now_add=False),
                    ),
                    ("run_by", fields.UUIDField(null=True, description="Account that ran it.")),
                    (
                        "circulated_at",
                        fields.DatetimeField(
                            null=True,
                            description="When its bulletin was circulated.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    ("circulated_by", fields.UUIDField(null=True, description="Account that circulated it.")),
                ],
                options={
                    "table": "screening",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["jurisdiction_id", "run_at", "id"], name="screening_by_jurisdiction"),
                        Index(fields=["office_id", "run_at", "id"], name="screening_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A screening 筛查 of the records of a place for enterprises that break the law again and again.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="RiskWarning",
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
                            description="The enterprise warned of.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "about_person",
                        fields.BooleanField(default=False, description="Whether the subject is a natural person."),
                    ),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            description="The division under whose rulebook it was made.",
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
                            description="The office that answers for it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "source",
                        fields.TextField(
                            description="Whether it comes from a screening or from an industry evaluation.",
                            unique=False,
                        ),
                    ),
                    (
                        "screening",
                        fields.ForeignKeyField(
                            "renxin.Screening",
                            source_field="screening_id",
                            null=True,
                            description="The screening that found it; null for an evaluation.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "pattern",
                        fields.TextField(
                            null=True, description="Pattern that was found; null for an evaluation.", unique=False
                        ),
                    ),
                    (
                        "field_office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="field_office_id",
                            null=True,
                            description="Office whose field 领域 it is, where it is one field: each unit answers for its own.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "evaluation",
                        fields.TextField(
                            null=True,
                            description="The evaluation result 行业信用评价结果 it starts from, as the office cites it; null for a screening.",
                            unique=False,
                        ),
                    ),
                    ("records_count", fields.IntField(description="How many records are behind it.")),
                    ("fields_count", fields.IntField(description="In how many fields they are.")),
                    (
                        "risk",
                        fields.TextField(description="The risk, as the subject is told it 主要风险.", unique=False),
                    ),
                    ("basis", fields.TextField(description="Document and clause of the warning.", unique=False)),
                    (
                        "state",
                        fields.TextField(
                            description="Open, acted upon, followed up, closed or dismissed.", unique=False
                        ),
                    ),
                    (
                        "raised_at",
                        fields.DatetimeField(description="When it was raised.", auto_now=False, auto_now_add=False),
                    ),
                    ("raised_by", fields.UUIDField(null=True, description="Account that raised it.")),
                    (
                        "contested_at",
                        fields.DatetimeField(
                            null=True, description="When the subject contested it.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "contest_grounds",
                        fields.TextField(null=True, description="What the subject says against it.", unique=False),
                    ),
                    ("contested_by", fields.UUIDField(null=True, description="Account that contested it.")),
                    (
                        "contest_answered_at",
                        fields.DatetimeField(
                            null=True, description="When that was answered.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("contest_answer", fields.TextField(null=True, description="The office's answer.", unique=False)),
                    (
                        "contest_answered_by",
                        fields.UUIDField(
                            null=True, description="Account that answered it; never who raised the warning."
                        ),
                    ),
                    (
                        "ended_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was closed or dismissed.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    ("ending_reason", fields.TextField(null=True, description="Why it ended.", unique=False)),
                    ("ended_by", fields.UUIDField(null=True, description="Account that ended it.")),
                ],
                options={
                    "table": "risk_warning",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "raised_at", "id"], name="risk_warning_by_subject"),
                        Index(fields=["office_id", "raised_at", "id"], name="risk_warning_by_office"),
                        Index(fields=["jurisdiction_id", "raised_at", "id"], name="risk_warning_by_jurisdiction"),
                        Index(fields=["screening_id", "raised_at", "id"], name="risk_warning_by_screening"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A risk warning 风险预警 about an enterprise: internal, told to it, contestable; no credit record.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Interview",
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
                            description="Who is interviewed.",
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
                            description="The division under whose rulebook it is held.",
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
                            description="The office that holds it: for an entry, the one that recognised it.",
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
                            description="The list entry it is about; null where it is a warning.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "warning",
                        fields.ForeignKeyField(
                            "renxin.RiskWarning",
                            source_field="warning_id",
                            null=True,
                            description="The risk warning it is about; null where it is an entry.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("required", fields.BooleanField(description="Whether the rule of the list asks for it (厦门28).")),
                    ("basis", fields.TextField(description="Document and clause of the interview.", unique=False)),
                    (
                        "principle",
                        fields.TextField(
                            null=True,
                            description="The principle of who holds it, e.g. 谁认定、谁约谈; null for a warning.",
                            unique=False,
                        ),
                    ),
                    (
                        "principle_layer",
                        fields.TextField(
                            null=True,
                            description="Document that sets the principle; another than the place's own is a sister's.",
                            unique=False,
                        ),
                    ),
                    (
                        "principle_inherited",
                        fields.BooleanField(
                            default=False,
                            description="Whether the principle is another layer's, taken over as a reading (海沧23).",
                        ),
                    ),
                    (
                        "state",
                        fields.TextField(
                            description="Invited, held, refused, not appeared, or concluded with its effect.",
                            unique=False,
                        ),
                    ),
                    (
                        "invited_at",
                        fields.DatetimeField(
                            description="When the subject was invited, at first or again.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    ("invited_for", fields.DateField(description="Day for which it was invited.")),
                    (
                        "agenda",
                        fields.TextField(
                            description="What the subject is to answer for, and its duties.", unique=False
                        ),
                    ),
                    ("invited_by", fields.UUIDField(null=True, description="Account that invited.")),
                    ("held_on", fields.DateField(null=True, description="Day on which it was held.")),
                    (
                        "undertakings",
                        fields.TextField(
                            null=True, description="What the subject undertook 整改承诺; null before.", unique=False
                        ),
                    ),
                    ("held_by", fields.UUIDField(null=True, description="Account that held it.")),
                    (
                        "missed_reason",
                        fields.TextField(
                            null=True, description="Why it was refused or missed, as noted.", unique=False
                        ),
                    ),
                    (
                        "effect",
                        fields.TextField(
                            null=True,
                            description="What came of it: duties fulfilled, effects removed 履行义务、消除影响.",
                            unique=False,
                        ),
                    ),
                    ("concluded_on", fields.DateField(null=True, description="Day on which the effect was noted.")),
                    ("concluded_by", fields.UUIDField(null=True, description="Account that noted it.")),
                ],
                options={
                    "table": "interview",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "invited_at", "id"], name="interview_by_subject"),
                        Index(fields=["office_id", "invited_at", "id"], name="interview_by_office"),
                        Index(fields=["jurisdiction_id", "invited_at", "id"], name="interview_by_jurisdiction"),
                        Index(fields=["entry_id", "invited_at", "id"], name="interview_by_entry"),
                        Index(fields=["warning_id", "invited_at", "id"], name="interview_by_warning"),
                    ],
                    "pk_attr": "id",
                    "table_description": "An interview 约谈 of a subject, by the office that recognised its list entry or that acts on a warning.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="RiskWarningAction",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "warning",
                        fields.ForeignKeyField(
                            "renxin.RiskWarning",
                            source_field="warning_id",
                            description="The risk warning.",
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
                            description="The subject of the warning.",
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
                            description="The office that acted.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("kind", fields.TextField(description="Inform, interview or train.", unique=False)),
                    ("note", fields.TextField(description="What was done.", unique=False)),
                    (
                        "taken_at",
                        fields.DatetimeField(description="When it was done.", auto_now=False, auto_now_add=False),
                    ),
                    ("taken_by", fields.UUIDField(null=True, description="Account that did it.")),
                    (
                        "result",
                        fields.TextField(
                            null=True, description="What came of it; null until followed up.", unique=False
                        ),
                    ),
                    (
                        "followed_up_at",
                        fields.DatetimeField(
                            null=True, description="When it was followed up.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("followed_up_by", fields.UUIDField(null=True, description="Account that did.")),
                ],
                options={
                    "table": "risk_warning_action",
                    "app": "renxin",
                    "indexes": [Index(fields=["warning_id", "taken_at", "id"], name="risk_warning_action_by_warning")],
                    "pk_attr": "id",
                    "table_description": "What an office did because of a risk warning: informed 告知, interviewed 约谈 or trained 培训, and what came of it.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="RiskWarningRecord",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "warning",
                        fields.ForeignKeyField(
                            "renxin.RiskWarning",
                            source_field="warning_id",
                            description="The risk warning.",
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
                            description="The credit record.",
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
                            description="The subject of both.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                ],
                options={
                    "table": "risk_warning_record",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "A credit record behind a risk warning.",
                },
                bases=["Model"],
            ),
            ops.AddField(
                model_name="CreditList",
                name="interview_required",
                field=fields.BooleanField(
                    null=True, description="Whether who is listed is to be interviewed 约谈 (厦门28)."
                ),
            ),
            ops.RunSQL("UPDATE credit_list SET interview_required = false", ""),
            ops.AddConstraint(
                "CriminalReferral",
                CheckConstraint(
                    check="state IN ('referred', 'accepted', 'ended')", name="criminal_referral_state_is_known"
                ),
            ),
            ops.AddConstraint(
                "CriminalReferral",
                CheckConstraint(
                    check="outcome IN ('not_accepted', 'withdrawn', 'not_prosecuted', 'acquitted', 'convicted')",
                    name="criminal_referral_outcome_is_known",
                ),
            ),
            ops.AddConstraint(
                "CriminalReferral",
                CheckConstraint(
                    check="(state = 'ended') = (outcome IS NOT NULL AND ended_on IS NOT NULL AND ending_note IS NOT NULL)",
                    name="criminal_referral_ended_says_how",
                ),
            ),
            ops.AddConstraint(
                "CriminalReferral",
                CheckConstraint(
                    check="(case_no IS NULL) = (accepted_on IS NULL) AND (state <> 'accepted' OR case_no IS NOT NULL) AND (outcome <> 'not_accepted' OR case_no IS NULL)",
                    name="criminal_referral_accepted_has_number",
                ),
            ),
            ops.AddConstraint(
                "Screening", CheckConstraint(check="state IN ('run', 'circulated')", name="screening_state_is_known")
            ),
            ops.AddConstraint(
                "Screening",
                CheckConstraint(check="pattern IN ('same_field', 'several_fields')", name="screening_pattern_is_known"),
            ),
            ops.AddConstraint(
                "Screening",
                CheckConstraint(
                    check="window_months > 0 AND least_records > 0 AND found >= known",
                    name="screening_numbers_are_sound",
                ),
            ),
            ops.AddConstraint(
                "Screening",
                CheckConstraint(
                    check="(pattern = 'several_fields') = (least_fields IS NOT NULL)",
                    name="screening_fields_where_asked",
                ),
            ),
            ops.AddConstraint(
                "Screening",
                CheckConstraint(
                    check="(state = 'circulated') = (circulated_at IS NOT NULL AND bulletin IS NOT NULL)",
                    name="screening_circulated_has_bulletin",
                ),
            ),
            ops.AddConstraint(
                "RiskWarning",
                CheckConstraint(
                    check="state IN ('open', 'acted', 'followed_up', 'closed', 'dismissed')",
                    name="risk_warning_state_is_known",
                ),
            ),
            ops.AddConstraint(
                "RiskWarning",
                CheckConstraint(check="source IN ('screening', 'evaluation')", name="risk_warning_source_is_known"),
            ),
            ops.AddConstraint(
                "RiskWarning",
                CheckConstraint(
                    check="pattern IN ('same_field', 'several_fields')", name="risk_warning_pattern_is_known"
                ),
            ),
            ops.AddConstraint(
                "RiskWarning",
                CheckConstraint(
                    check="(source = 'screening') = (screening_id IS NOT NULL AND pattern IS NOT NULL)",
                    name="risk_warning_screened_names_its_run",
                ),
            ),
            ops.AddConstraint(
                "RiskWarning",
                CheckConstraint(
                    check="(source = 'evaluation') = (evaluation IS NOT NULL)",
                    name="risk_warning_evaluated_cites_the_result",
                ),
            ),
            ops.AddConstraint(
                "RiskWarning",
                CheckConstraint(
                    check="(state IN ('closed', 'dismissed')) = (ended_at IS NOT NULL AND ending_reason IS NOT NULL)",
                    name="risk_warning_ended_says_why",
                ),
            ),
            ops.AddConstraint(
                "RiskWarning",
                CheckConstraint(
                    check="(contested_at IS NULL) = (contest_grounds IS NULL)", name="risk_warning_contest_is_whole"
                ),
            ),
            ops.AddConstraint(
                "RiskWarning",
                CheckConstraint(
                    check="(contest_answered_at IS NULL) = (contest_answer IS NULL) AND (contest_answered_at IS NULL OR contested_at IS NOT NULL)",
                    name="risk_warning_answer_is_whole",
                ),
            ),
            ops.AddConstraint(
                "RiskWarning",
                CheckConstraint(
                    check="ended_at IS NULL OR contested_at IS NULL OR contest_answered_at IS NOT NULL",
                    name="risk_warning_ends_answered",
                ),
            ),
            ops.AddConstraint(
                "RiskWarning",
                CheckConstraint(check="contest_answered_by <> raised_by", name="risk_warning_answered_by_another"),
            ),
            ops.AddConstraint(
                "Interview",
                CheckConstraint(
                    check="state IN ('invited', 'held', 'refused', 'not_appeared', 'concluded')",
                    name="interview_state_is_known",
                ),
            ),
            ops.AddConstraint(
                "Interview",
                CheckConstraint(
                    check="(entry_id IS NULL) <> (warning_id IS NULL)", name="interview_is_about_one_thing"
                ),
            ),
            ops.AddConstraint(
                "Interview",
                CheckConstraint(
                    check="(principle IS NULL) = (entry_id IS NULL) AND (principle IS NULL) = (principle_layer IS NULL)",
                    name="interview_names_its_principle",
                ),
            ),
            ops.AddConstraint(
                "Interview",
                CheckConstraint(
                    check="(held_on IS NULL) = (undertakings IS NULL) AND (state <> 'held' OR held_on IS NOT NULL)",
                    name="interview_held_is_whole",
                ),
            ),
            ops.AddConstraint(
                "Interview",
                CheckConstraint(
                    check="state NOT IN ('refused', 'not_appeared') OR missed_reason IS NOT NULL",
                    name="interview_missed_says_why",
                ),
            ),
            ops.AddConstraint(
                "Interview",
                CheckConstraint(
                    check="(state = 'concluded') = (concluded_on IS NOT NULL AND effect IS NOT NULL)",
                    name="interview_concluded_has_effect",
                ),
            ),
            ops.AddConstraint(
                "RiskWarningAction",
                CheckConstraint(
                    check="kind IN ('inform', 'interview', 'train')", name="risk_warning_action_kind_is_known"
                ),
            ),
            ops.AddConstraint(
                "RiskWarningAction",
                CheckConstraint(
                    check="(result IS NULL) = (followed_up_at IS NULL)", name="risk_warning_action_result_is_whole"
                ),
            ),
            ops.AddConstraint(
                "RiskWarningRecord",
                UniqueConstraint(fields=("warning_id", "record_id"), name="risk_warning_record_is_unique"),
            ),
            ops.RunSQL(
                GRANTS,
                "REVOKE ALL ON criminal_referral, screening, risk_warning, interview, risk_warning_action, risk_warning_record FROM renxin_app;",
            ),
        ),
        Together(
            ops.AlterField(
                model_name="CreditList",
                name="interview_required",
                field=fields.BooleanField(
                    default=False, description="Whether who is listed is to be interviewed 约谈 (厦门28)."
                ),
            ),
        ),
    ]
