"""Statistics of records and entries are taken anew after a thousand changes, not after a tenth of the table.

Where nothing was published when they were last taken, PostgreSQL expects one published record, and reads all of them for
each subject that is asked for: 10 ms instead of one after 2,000 of 3.3 million were published.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

SOON = """
ALTER TABLE credit_record SET (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000);
ALTER TABLE list_entry SET (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000);
"""

AS_ANY = """
ALTER TABLE credit_record RESET (autovacuum_analyze_scale_factor, autovacuum_analyze_threshold);
ALTER TABLE list_entry RESET (autovacuum_analyze_scale_factor, autovacuum_analyze_threshold);
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0055_linked_by_rule")]

    initial = False

    operations = [ops.RunSQL(SOON, AS_ANY)]
