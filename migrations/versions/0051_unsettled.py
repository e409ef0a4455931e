"""Indexes over the few records that still have something due, and over what a report counts by its day."""

from tortoise import migrations
from tortoise.migrations import operations as ops

INDEXES = """
CREATE INDEX credit_record_unsettled ON credit_record (office_id, state, publication_due_on)
WHERE state IN ('submitted', 'published') AND (platform_at IS NULL OR portal_at IS NULL AND disclosure = 'public');
CREATE INDEX credit_record_to_correct ON credit_record (office_id, correction_due_on)
WHERE state = 'published' AND correction_due_on IS NOT NULL;
CREATE INDEX credit_record_published ON credit_record (office_id, published_at) WHERE published_at IS NOT NULL;
CREATE INDEX credit_record_withdrawals ON credit_record (office_id, withdrawn_at) WHERE withdrawn_at IS NOT NULL;
"""
BACK = """
DROP INDEX credit_record_unsettled, credit_record_to_correct, credit_record_published, credit_record_withdrawals;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0050_measures_upon_grades")]

    initial = False

    operations = [ops.RunSQL(INDEXES, BACK)]
