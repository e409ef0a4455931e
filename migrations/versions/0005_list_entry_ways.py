"""List entries go a way: their states, who took which step, where they came from; existing ones are published."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from migrations.together import Together
from tortoise.migrations.constraints import CheckConstraint

# What was published stays so; what was removed is removed; what was neither begins its way.
STATES = """
UPDATE list_entry SET
  state = CASE WHEN removal_reason = 'withdrawn' THEN 'withdrawn' WHEN removed_on IS NOT NULL THEN 'removed'
               WHEN published_at IS NOT NULL THEN 'published' ELSE 'collected' END,
  route = 'regular', round = 1, entered_on = decided_on, collected_at = coalesce(published_at, decided_on),
  publisher_id = CASE WHEN published_at IS NOT NULL THEN office_id END;
"""

STATES_BACK = """
UPDATE list_entry SET decided_on = coalesce(decided_on, entered_on), decision_no = coalesce(decision_no, id::text),
  removal_reason = CASE removal_reason WHEN 'ended_by_source' THEN 'standard_met' ELSE removal_reason END;
"""

# One entry of an office about a subject is under way on a list (and domain) at a time; what waits for its publisher.
INDEXES = """
CREATE UNIQUE INDEX list_entry_under_way ON list_entry (credit_list_id, subject_id, office_id, coalesce(domain, ''))
  WHERE published_at IS NULL AND state <> 'withdrawn';
CREATE INDEX list_entry_to_publish ON list_entry (publisher_id, entered_on, id);
CREATE INDEX list_entry_with ON list_entry (with_entry_id) WHERE with_entry_id IS NOT NULL;
DROP INDEX list_entry_by_day;
CREATE INDEX list_entry_by_day ON list_entry (entered_on DESC, id DESC);
"""

INDEXES_BACK = """
DROP INDEX list_entry_under_way; DROP INDEX list_entry_to_publish; DROP INDEX list_entry_with; DROP INDEX list_entry_by_day;
CREATE INDEX list_entry_by_day ON list_entry (decided_on DESC, id DESC);
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0004_subject_requests")]

    operations = [
        Together(
            ops.RemoveIndex(
                model_name="ListEntry",
                name="list_entry_by_subject",
                fields=None,
            ),
            ops.RemoveIndex(
                model_name="ListEntry",
                name="list_entry_by_list",
                fields=None,
            ),
            ops.RemoveIndex(
                model_name="ListEntry",
                name="list_entry_by_office",
                fields=None,
            ),
            ops.RemoveConstraint(
                model_name="ListEntry",
                name="list_entry_removal_reason_is_known",
                fields=None,
            ),
            ops.AlterField(
                model_name="ListEntry",
                name="decided_on",
                field=fields.DateField(null=True, description="Day of the decision 认定; null before it."),
            ),
            ops.AlterField(
                model_name="ListEntry",
                name="decision_no",
                field=fields.CharField(
                    null=True, description="Number of the decision; null before it.", max_length=128
                ),
            ),
            ops.AlterField(
                model_name="ListEntry",
                name="removed_on",
                field=fields.DateField(null=True, description="Day of the removal 移出 or withdrawal."),
            ),
        ),
        Together(
            ops.AddField(
                model_name="ListEntry",
                name="attested_by",
                field=fields.UUIDField(null=True, description="Account that attested truth, accuracy, legality."),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="behaviour",
                field=fields.TextField(
                    null=True,
                    description="The defined behaviour 行为 it rests on (新乡二); null where none is asked for.",
                    unique=False,
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="capacity",
                field=fields.TextField(
                    null=True, description="As what the person answers 责任身份, e.g. 法定代表人.", unique=False
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="collected_at",
                field=fields.DatetimeField(
                    null=True,
                    description="When it was collected 收集, or handed over.",
                    auto_now=False,
                    auto_now_add=False,
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="collected_by",
                field=fields.UUIDField(null=True, description="Account that collected it."),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="condition",
                field=fields.TextField(
                    null=True,
                    description="Which of the law's conditions 列入情形 is met; null where it sets none.",
                    unique=False,
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="decided_by",
                field=fields.UUIDField(null=True, description="Account that decided 审定."),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="domain",
                field=fields.TextField(
                    null=True,
                    description="Code of the domain 领域 (新乡三); null where the list has none.",
                    unique=False,
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="entered_on",
                field=fields.DateField(
                    null=True, description="Day by which entries are ordered: the decision's, else the collection's."
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="investigated_by",
                field=fields.UUIDField(null=True, description="Account that investigated."),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="legal_basis",
                field=fields.TextField(
                    null=True, description="Law or policy it rests on 依据; null where none is asked for.", unique=False
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="legal_basis_level",
                field=fields.TextField(null=True, description="Level of the legal basis.", unique=False),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="obtained_on",
                field=fields.DateField(null=True, description="Day it was obtained from its source."),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="published_by",
                field=fields.UUIDField(null=True, description="Account that published it."),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="publisher",
                field=fields.ForeignKeyField(
                    "renxin.Office",
                    source_field="publisher_id",
                    null=True,
                    description="The office that publishes it 发布单位; null until that is settled.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="report_approved_by",
                field=fields.UUIDField(null=True, description="Account that approved the investigation report."),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="return_reason",
                field=fields.TextField(
                    null=True, description="Why it was returned last 退回; null when it was not.", unique=False
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="returned_by",
                field=fields.UUIDField(null=True, description="Account that returned it last."),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="reviewed_by",
                field=fields.UUIDField(null=True, description="Account that reviewed 审核."),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="round",
                field=fields.IntField(
                    null=True, default=1, description="Which time it goes the way, from 1; a return begins the next."
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="route",
                field=fields.TextField(
                    null=True,
                    description="The way onto the list: regular, self-published 自行发布 or imported.",
                    unique=False,
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="source",
                field=fields.TextField(null=True, description="Who keeps an imported list 来源.", unique=False),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="source_no",
                field=fields.TextField(null=True, description="Number of the entry at its source.", unique=False),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="state",
                field=fields.TextField(
                    null=True,
                    description="How far it is on its way; whether it is in force is told by `inForce`.",
                    unique=False,
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="submitted_at",
                field=fields.DatetimeField(
                    null=True,
                    description="When it was handed to the office that publishes 报送; null where it was not.",
                    auto_now=False,
                    auto_now_add=False,
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="submitted_by",
                field=fields.UUIDField(null=True, description="Account that submitted it."),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="term_basis",
                field=fields.TextField(
                    null=True,
                    description="The rule that sets the last day, or the law cited for a longer one.",
                    unique=False,
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="term_basis_level",
                field=fields.TextField(
                    null=True, description="Level of a law cited for a longer publication.", unique=False
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="with_entry",
                field=fields.ForeignKeyField(
                    "renxin.ListEntry",
                    source_field="with_entry_id",
                    null=True,
                    description="The unit's entry for which the person answers; null for an entry of its own.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AddField(
                model_name="ListEntry",
                name="withdrawal_reason",
                field=fields.TextField(null=True, description="Public reason 理由 of a withdrawal.", unique=False),
            ),
            ops.RunSQL(STATES, STATES_BACK),
        ),
        Together(
            ops.AlterField(
                model_name="ListEntry",
                name="round",
                field=fields.IntField(
                    default=1, description="Which time it goes the way, from 1; a return begins the next."
                ),
            ),
            ops.AlterField(
                model_name="ListEntry",
                name="collected_at",
                field=fields.DatetimeField(
                    description="When it was collected 收集, or handed over.", auto_now=False, auto_now_add=False
                ),
            ),
            ops.AlterField(
                model_name="ListEntry",
                name="entered_on",
                field=fields.DateField(
                    description="Day by which entries are ordered: the decision's, else the collection's."
                ),
            ),
            ops.AlterField(
                model_name="ListEntry",
                name="route",
                field=fields.TextField(
                    description="The way onto the list: regular, self-published 自行发布 or imported.", unique=False
                ),
            ),
            ops.AlterField(
                model_name="ListEntry",
                name="state",
                field=fields.TextField(
                    description="How far it is on its way; whether it is in force is told by `inForce`.", unique=False
                ),
            ),
        ),
        Together(
            ops.AddIndex(
                model_name="ListEntry",
                index=Index(fields=["subject_id", "entered_on", "id"], name="list_entry_by_subject"),
            ),
            ops.AddIndex(
                model_name="ListEntry",
                index=Index(fields=["credit_list_id", "entered_on", "id"], name="list_entry_by_list"),
            ),
            ops.AddIndex(
                model_name="ListEntry",
                index=Index(fields=["office_id", "entered_on", "id"], name="list_entry_by_office"),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="state IN ('collected', 'attested', 'notified', 'answered', 'announced', 'investigated', 'report_approved', 'reviewed', 'decided', 'submitted', 'returned', 'published', 'withdrawn', 'removed')",
                    name="list_entry_state_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="route IN ('regular', 'self_published', 'imported')", name="list_entry_route_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(check="round >= 1", name="list_entry_round_is_positive"),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="removal_reason IN ('expired', 'repaired', 'early_removal', 'verified_violation', 'withdrawn', 'standard_met', 'ended_by_source')",
                    name="list_entry_removal_reason_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="(state IN ('removed', 'withdrawn')) = (removed_on IS NOT NULL)",
                    name="list_entry_removed_has_day",
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="(state = 'withdrawn') = (coalesce(removal_reason, '') = 'withdrawn')",
                    name="list_entry_withdrawn_has_reason",
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="(state IN ('collected', 'attested', 'notified', 'answered', 'announced', 'investigated', 'report_approved', 'reviewed', 'decided', 'submitted', 'returned')) = (published_at IS NULL) OR state = 'withdrawn'",
                    name="list_entry_published_has_time",
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="published_at IS NULL OR (decided_on IS NOT NULL AND decision_no IS NOT NULL)",
                    name="list_entry_published_was_decided",
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="(route = 'imported') = (source IS NOT NULL AND source_no IS NOT NULL AND obtained_on IS NOT NULL)",
                    name="list_entry_imported_has_source",
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="(with_entry_id IS NULL) = (capacity IS NULL)", name="list_entry_person_has_capacity"
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="legal_basis_level IN ('law', 'administrative_regulation', 'local_regulation', 'central_policy', 'department_rule', 'local_rule', 'normative_document')",
                    name="list_entry_basis_level_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="term_basis_level IN ('law', 'administrative_regulation', 'local_regulation', 'central_policy', 'department_rule', 'local_rule', 'normative_document')",
                    name="list_entry_term_level_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="attested_by <> reviewed_by", name="list_entry_attested_by_is_not_reviewed_by"
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="attested_by <> decided_by", name="list_entry_attested_by_is_not_decided_by"
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="reviewed_by <> decided_by", name="list_entry_reviewed_by_is_not_decided_by"
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="collected_by <> reviewed_by", name="list_entry_collected_by_is_not_reviewed_by"
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="collected_by <> decided_by", name="list_entry_collected_by_is_not_decided_by"
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="collected_by <> report_approved_by", name="list_entry_collected_by_is_not_report_approved_by"
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="investigated_by <> report_approved_by",
                    name="list_entry_investigated_by_is_not_report_approved_by",
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="collected_by <> published_by", name="list_entry_collected_by_is_not_published_by"
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="attested_by <> published_by", name="list_entry_attested_by_is_not_published_by"
                ),
            ),
            ops.RunSQL(INDEXES, INDEXES_BACK),
        ),
    ]
