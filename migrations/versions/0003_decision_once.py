"""A decision stands once among what is not withdrawn; why a minor failing is published has a column."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from migrations.together import Together

ONCE = """
CREATE UNIQUE INDEX credit_record_decision_is_unique ON credit_record (item_id, subject_id, decision_no)
  WHERE state <> 'withdrawn';
"""

ONCE_BACK = "DROP INDEX credit_record_decision_is_unique;"


class Migration(migrations.Migration):
    dependencies = [("renxin", "0002_statements")]

    operations = [
        Together(
            ops.RemoveConstraint(model_name="CreditRecord", name="credit_record_decision_is_unique", fields=None),
        ),
        Together(
            ops.RunSQL(ONCE, ONCE_BACK),
            ops.AddField(
                model_name="CreditRecord",
                name="necessity",
                field=fields.TextField(
                    null=True,
                    description="Why a minor failing is published all the same 公示必要性; null where the rule asks for no reason.",
                    unique=False,
                ),
            ),
        ),
    ]
