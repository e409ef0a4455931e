"""What is owed without a row, by when an answer is verified, and what is due in order of its day, office by office."""

from typing import Any

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint

from domain.ids import new_id
from migrations.together import Together

STATUSES = "('says', 'expired', 'none_set', 'not_loaded', 'not_yet_in_force', 'by_analogy', 'service_default')"
CHECKS = {
    "standing_duty_kind_is_known": "kind IN ('report', 'cases', 'edition')",
    "standing_duty_cycle_is_known": "cycle IN ('month', 'quarter', 'year')",
    "standing_duty_status_is_known": f"status IN {STATUSES}",
    "standing_duty_comes_again_or_once": "(cycle IS NULL) = (kind = 'edition')",
    "standing_duty_day_is_of_a_month": "day BETWEEN 1 AND 31",
}
ID = "((left(id::text, 19) || right(md5('{kind}' || id::text), 16))::uuid)"
"""The id of a duty: the time of its row, so that new ones go to the end of an index, and what tells kinds apart."""
SORTED = f"coalesce({{day}}, '9999-12-31'::date), {ID}"
MORE = f"""
GRANT SELECT ON standing_duty TO renxin_app;
DROP INDEX credit_record_unsettled, credit_record_to_correct;
CREATE INDEX credit_record_unsettled ON credit_record
  (office_id, item_id, {SORTED.format(day="publication_due_on", kind="publication")})
WHERE state IN ('submitted', 'published') AND (platform_at IS NULL OR portal_at IS NULL AND disclosure = 'public');
CREATE INDEX credit_record_ungraded ON credit_record
  (office_id, item_id, {SORTED.format(day="publication_due_on", kind="severity")})
WHERE state = 'submitted' AND platform_at IS NULL AND severity IS NULL;
CREATE INDEX credit_record_untold ON credit_record
  (office_id, jurisdiction_id, {SORTED.format(day="publication_due_on", kind="repair_notice")})
WHERE state = 'submitted' AND platform_at IS NULL AND repair_notice_required;
CREATE INDEX credit_record_to_correct ON credit_record
  (office_id, jurisdiction_id, {SORTED.format(day="correction_due_on", kind="correction")})
WHERE state = 'published' AND correction_due_on IS NOT NULL;
CREATE INDEX list_entry_to_interview ON list_entry (office_id, credit_list_id, {ID.format(kind="interview")})
WHERE state = 'published';
CREATE INDEX list_entry_on_the_way ON list_entry (office_id)
WHERE state IN ('collected', 'attested', 'notified', 'answered', 'announced', 'investigated', 'report_approved',
  'reviewed', 'decided', 'submitted', 'returned');
CREATE INDEX objection_under_way ON objection (office_id) WHERE next_step IS NOT NULL;
CREATE INDEX repair_application_under_way ON repair_application (office_id)
WHERE state IN ('applied', 'fulfilment_found', 'signed');
CREATE INDEX repair_application_to_push ON repair_application (office_id)
WHERE state = 'granted' AND platform_told_at IS NULL;
CREATE INDEX commitment_to_supplement ON commitment (office_id)
WHERE state = 'signed' AND supplement_due_on IS NOT NULL AND supplied_on IS NULL;
CREATE INDEX spot_check_result_pending ON spot_check_result (office_id) WHERE state = 'pending';
CREATE INDEX subject_request_filed ON subject_request (office_id) WHERE state = 'filed';
"""
BACK = """
DROP INDEX credit_record_unsettled, credit_record_ungraded, credit_record_untold, credit_record_to_correct,
  list_entry_to_interview, list_entry_on_the_way, objection_under_way, repair_application_under_way,
  repair_application_to_push, commitment_to_supplement, spot_check_result_pending, subject_request_filed;
CREATE INDEX credit_record_unsettled ON credit_record (office_id, state, publication_due_on)
WHERE state IN ('submitted', 'published') AND (platform_at IS NULL OR portal_at IS NULL AND disclosure = 'public');
CREATE INDEX credit_record_to_correct ON credit_record (office_id, correction_due_on)
WHERE state = 'published' AND correction_due_on IS NOT NULL;
REVOKE ALL ON standing_duty FROM renxin_app;
"""


def _of(model: str, description: str) -> fields.Field[Any]:
    return fields.ForeignKeyField(
        f"renxin.{model}",
        source_field=f"{model.lower()}_id",
        description=description,
        db_constraint=True,
        to_field="id",
        related_name=False,
        on_delete=OnDelete.RESTRICT,
    )


class Migration(migrations.Migration):
    dependencies = [("renxin", "0052_column_comments")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="StandingDuty",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    ("jurisdiction", _of("Jurisdiction", "The division under whose rulebook it is owed.")),
                    ("office", _of("Office", "The office that owes it.")),
                    ("rulebook", fields.TextField(description="The rulebook with which the asking began.")),
                    (
                        "kind",
                        fields.TextField(
                            description="A report 月报、季报, typical cases 典型案例, or an edition 版本."
                        ),
                    ),
                    (
                        "cycle",
                        fields.TextField(
                            null=True, description="Period for which it is owed; null for what is owed once."
                        ),
                    ),
                    ("edition_kind", fields.TextField(null=True, description="The kind of edition that is owed.")),
                    (
                        "from_on",
                        fields.DateField(
                            null=True,
                            description="First of the days on which a period may end for it to be so; null for no beginning.",
                        ),
                    ),
                    ("until_on", fields.DateField(null=True, description="Last of those days; null for no end.")),
                    (
                        "day",
                        fields.IntField(
                            null=True,
                            description="Which day of the month after the period is the last; null where none is set.",
                        ),
                    ),
                    (
                        "rolls",
                        fields.BooleanField(
                            default=False,
                            description="Whether a last day on which nobody works becomes the next one.",
                        ),
                    ),
                    ("due_on", fields.DateField(null=True, description="The last day of what is owed once.")),
                    ("wanted", fields.IntField(null=True, description="How many are owed.")),
                    (
                        "path",
                        fields.TextField(null=True, description="The rule that sets the last day or the number."),
                    ),
                    ("status", fields.TextField(description="Whether a last day is set: says, expired, none_set, …")),
                    ("basis", fields.TextField(description="Document and clause 依据 that ask for it.")),
                ],
                options={
                    "table": "standing_duty",
                    "app": "renxin",
                    "indexes": [Index(fields=["office_id", "kind", "id"], name="standing_duty_by_office")],
                    "pk_attr": "id",
                    "table_description": "What an office owes for every period of a cycle, or by one day, as the rulebooks of its place say.",
                },
                bases=["Model"],
            ),
            *(
                ops.AddConstraint(model_name="StandingDuty", constraint=CheckConstraint(check=check, name=name))
                for name, check in CHECKS.items()
            ),
            ops.AddField(
                model_name="ListNotice",
                name="verify_due_on",
                field=fields.DateField(
                    null=True,
                    description="Last day to verify 核查 what the subject answered; null where none is set.",
                ),
            ),
        ),
        ops.RunSQL(MORE, BACK),
    ]
