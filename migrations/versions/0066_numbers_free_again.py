"""What was rejected or withdrawn leaves its number to what is proposed or listed anew."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together

ONCE = """
CREATE UNIQUE INDEX processing_contract_is_entered_once ON processing_contract (office_id, number)
  WHERE state <> 'rejected';
CREATE UNIQUE INDEX exemption_item_is_unique ON exemption_item (office_id, code) WHERE state <> 'rejected';
CREATE UNIQUE INDEX commitment_item_is_unique ON commitment_item (jurisdiction_id, edition, code)
  WHERE state <> 'rejected';
CREATE UNIQUE INDEX list_entry_decision_is_unique ON list_entry (credit_list_id, subject_id, decision_no)
  WHERE state <> 'withdrawn';
"""

ONCE_BACK = """
DROP INDEX processing_contract_is_entered_once; DROP INDEX exemption_item_is_unique;
DROP INDEX commitment_item_is_unique; DROP INDEX list_entry_decision_is_unique;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0065_clocks_of_issuers")]

    initial = False

    operations = [
        Together(
            ops.RemoveConstraint(
                model_name="ProcessingContract", name="processing_contract_is_entered_once", fields=None
            ),
            ops.RemoveConstraint(model_name="ExemptionItem", name="exemption_item_is_unique", fields=None),
            ops.RemoveConstraint(model_name="CommitmentItem", name="commitment_item_is_unique", fields=None),
            ops.RemoveConstraint(model_name="ListEntry", name="list_entry_decision_is_unique", fields=None),
        ),
        ops.RunSQL(ONCE, ONCE_BACK),
    ]
