"""A commitment made for a repair is shown as long as the failing it names is: whose it is, is found by an index."""

from tortoise import migrations
from tortoise.migrations import operations as ops

BY_COMMITMENT = """
CREATE INDEX repair_application_by_commitment ON repair_application (commitment_id) WHERE commitment_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0060_accounts_of_a_person")]

    initial = False

    operations = [ops.RunSQL(BY_COMMITMENT, "DROP INDEX repair_application_by_commitment;")]
