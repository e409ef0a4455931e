"""What is due is counted from the indexes that hold it in order: they bear whatever a filter asks of it, the row does not."""

from tortoise import migrations
from tortoise.migrations import operations as ops

ID = "((left(id::text, 19) || right(md5('{kind}' || id::text), 16))::uuid)"
SORTED = f"coalesce({{day}}, '9999-12-31'::date), {ID}"
UNSETTLED = (
    "state IN ('submitted', 'published') AND (platform_at IS NULL OR portal_at IS NULL AND disclosure = 'public')"
)
NAMES = (
    "credit_record_unsettled, credit_record_ungraded, credit_record_untold, credit_record_to_correct,"
    " list_entry_to_interview"
)


def indexes(*, of_day: str = "", of_row: str = "", of_correction: str = "", of_entry: str = "") -> str:
    """Write the indexes, each with what it bears besides."""
    publication = {
        kind: SORTED.format(day="publication_due_on", kind=kind)
        for kind in ("publication", "severity", "repair_notice")
    }
    return f"""
DROP INDEX {NAMES};
CREATE INDEX credit_record_unsettled ON credit_record (office_id, item_id, {publication["publication"]}) {of_day}
WHERE {UNSETTLED};
CREATE INDEX credit_record_ungraded ON credit_record (office_id, item_id, {publication["severity"]}) {of_day}
WHERE state = 'submitted' AND platform_at IS NULL AND severity IS NULL;
CREATE INDEX credit_record_untold ON credit_record (office_id, jurisdiction_id, {publication["repair_notice"]}) {of_row}
WHERE state = 'submitted' AND platform_at IS NULL AND repair_notice_required;
CREATE INDEX credit_record_to_correct ON credit_record
  (office_id, jurisdiction_id, {SORTED.format(day="correction_due_on", kind="correction")}) {of_correction}
WHERE state = 'published' AND correction_due_on IS NOT NULL;
CREATE INDEX list_entry_to_interview ON list_entry (office_id, credit_list_id, {ID.format(kind="interview")}) {of_entry}
WHERE state = 'published';
"""


COVERING = indexes(
    of_day="INCLUDE (publication_due_on)",
    of_row="INCLUDE (id, publication_due_on)",
    of_correction="INCLUDE (id, correction_due_on)",
    of_entry="INCLUDE (id, public_until)",
)


class Migration(migrations.Migration):
    dependencies = [("renxin", "0053_standing_duties")]

    initial = False

    operations = [ops.RunSQL(COVERING, indexes())]
