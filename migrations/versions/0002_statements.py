"""What models cannot say: the request role and its rights, covering and search indexes, transaction ids."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together

ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'renxin_app') THEN
    CREATE ROLE renxin_app NOLOGIN;
  END IF;
END $$;
DO $$ BEGIN EXECUTE format('GRANT renxin_app TO %I', current_user); END $$;
GRANT USAGE ON SCHEMA public TO renxin_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO renxin_app;
GRANT INSERT ON subject, legal_representative, credit_record, credit_record_version, list_entry, list_evidence,
  consent, credit_report, record_import, refused_row, ledger_checkpoint, outbox_event,
  idempotency_key, revoked_token TO renxin_app;
GRANT INSERT (id, kind, at, object, object_id, verb, outcome, subject_id, account_id, role, office_id, purpose, basis,
  reason, policy_version, token_id, image) ON ledger_event TO renxin_app;
GRANT UPDATE ON subject, legal_representative, credit_record, list_entry, consent, credit_report,
  record_import TO renxin_app;
GRANT UPDATE (delivered_at) ON outbox_event TO renxin_app;
GRANT UPDATE (epoch) ON authority TO renxin_app;
"""

ROLE_BACK = """
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM renxin_app;
REVOKE USAGE ON SCHEMA public FROM renxin_app;
"""

LEDGER = """
ALTER TABLE ledger_event ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX ledger_event_by_xid ON ledger_event (xid, id);
"""

LEDGER_BACK = "ALTER TABLE ledger_event DROP COLUMN xid;"

# What a connection of records shows stands in the index, so that a page is read without touching the table.
COVERING = """
CREATE INDEX credit_record_by_subject ON credit_record (subject_id, decided_on DESC, id DESC)
  INCLUDE (state, disclosure, public_until, about_person, office_id, item_id, jurisdiction_id, version,
           decision_no, title, severity, dishonest, closed_on, published_at);
CREATE INDEX credit_record_by_item ON credit_record (item_id, decided_on DESC, id DESC);
CREATE INDEX subject_by_uscc ON subject (uscc) INCLUDE (id, kind, is_person, name, masked_name, jurisdiction_id);
"""

COVERING_BACK = "DROP INDEX credit_record_by_subject; DROP INDEX credit_record_by_item; DROP INDEX subject_by_uscc;"

# Orders in which whole tables are paged, and the records that wait for publication: without them a page of 20
# sorts or reads the table (3 to 6 s at a million records).
PAGING = """
CREATE INDEX credit_record_by_submission ON credit_record (submitted_at DESC, id DESC);
CREATE INDEX credit_record_by_state ON credit_record (state, decided_on DESC, id DESC);
CREATE INDEX list_entry_by_day ON list_entry (decided_on DESC, id DESC);
"""

PAGING_BACK = """
DROP INDEX credit_record_by_submission; DROP INDEX credit_record_by_state; DROP INDEX list_entry_by_day;
"""

# Index-only scans need tables that are vacuumed soon after rows came, on servers with other settings too.
VACUUM = """
ALTER TABLE credit_record SET (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE subject SET (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_scale_factor = 0.02);
"""

VACUUM_BACK = """
ALTER TABLE credit_record RESET (autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_scale_factor);
ALTER TABLE subject RESET (autovacuum_vacuum_insert_scale_factor, autovacuum_vacuum_scale_factor);
"""

SEARCH = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX subject_by_name ON subject USING gin (name gin_trgm_ops) WHERE NOT is_person;
CREATE INDEX subject_by_pinyin ON subject USING gin (name_pinyin gin_trgm_ops) WHERE NOT is_person;
"""

SEARCH_BACK = "DROP INDEX subject_by_name; DROP INDEX subject_by_pinyin;"


class Migration(migrations.Migration):
    dependencies = [("renxin", "0001_initial")]

    operations = [
        Together(
            ops.RunSQL(LEDGER, LEDGER_BACK),
            ops.RunSQL(COVERING, COVERING_BACK),
            ops.RunSQL(PAGING, PAGING_BACK),
            ops.RunSQL(VACUUM, VACUUM_BACK),
            ops.RunSQL(SEARCH, SEARCH_BACK),
            ops.RunSQL(ROLE, ROLE_BACK),
        ),
    ]
