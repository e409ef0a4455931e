"""Indexes by which changes are found among the accesses: by row, account, noun, legal basis, office, subject, time."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from migrations.together import Together

# Only of changes: the many accesses pay for none of them.
CHANGES = """
CREATE INDEX ledger_change_of_row ON ledger_event (object_id, at, id) WHERE kind = 'change';
CREATE INDEX ledger_change_of_account ON ledger_event (account_id, at, id) WHERE kind = 'change';
CREATE INDEX ledger_change_of_noun ON ledger_event (object, at, id) WHERE kind = 'change';
CREATE INDEX ledger_change_of_basis ON ledger_event (basis, at, id) WHERE kind = 'change' AND basis IS NOT NULL;
"""

CHANGES_BACK = """
DROP INDEX ledger_change_of_row; DROP INDEX ledger_change_of_account; DROP INDEX ledger_change_of_noun;
DROP INDEX ledger_change_of_basis;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0006_two_officers")]

    operations = [
        Together(
            ops.RemoveIndex(model_name="LedgerEvent", name="ledger_event_by_subject", fields=None),
            ops.RemoveIndex(model_name="LedgerEvent", name="ledger_event_by_office", fields=None),
            ops.RemoveIndex(model_name="LedgerEvent", name="ledger_event_by_time", fields=None),
        ),
        Together(
            ops.AddIndex(
                model_name="LedgerEvent",
                index=Index(fields=["subject_id", "kind", "at", "id"], name="ledger_event_of_subject"),
            ),
            ops.AddIndex(
                model_name="LedgerEvent",
                index=Index(fields=["office_id", "kind", "at", "id"], name="ledger_event_of_office"),
            ),
            ops.AddIndex(
                model_name="LedgerEvent", index=Index(fields=["kind", "at", "id"], name="ledger_event_of_kind")
            ),
            ops.RunSQL(CHANGES, CHANGES_BACK),
        ),
    ]
