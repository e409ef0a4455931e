"""The tree over all checkpoints, for short proofs; a salt in each event, so that its hash tells nothing of it."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from migrations.together import Together

# Events that are there keep none: their text is sealed, or will be, in the first format.
SALT = """
ALTER TABLE ledger_event ADD COLUMN salt uuid;
ALTER TABLE ledger_event ALTER COLUMN salt SET DEFAULT gen_random_uuid();
"""

SALT_BACK = "ALTER TABLE ledger_event DROP COLUMN salt;"

# The nodes that the checkpoints sealed so far complete (RFC 9162 2.1: leaves after 0x00, nodes after 0x01).
NODES = """
DO $$
DECLARE
  sealed record; node bytea; peaks bytea[] := '{}'; completed bytea; size bigint := 0; rest bigint;
BEGIN
  FOR sealed IN SELECT id, digest FROM ledger_checkpoint ORDER BY id LOOP
    node := sha256('\\x00'::bytea || decode(sealed.digest, 'hex'));
    completed := ''::bytea;
    rest := size;
    WHILE rest % 2 = 1 LOOP
      node := sha256('\\x01'::bytea || peaks[cardinality(peaks)] || node);
      peaks := trim_array(peaks, 1);
      completed := completed || node;
      rest := rest / 2;
    END LOOP;
    peaks := peaks || node;
    size := size + 1;
    UPDATE ledger_checkpoint SET nodes = completed WHERE id = sealed.id;
  END LOOP;
END $$;
"""

INDEX = "CREATE INDEX ledger_checkpoint_by_end ON ledger_checkpoint (to_xid);"
INDEX_BACK = "DROP INDEX ledger_checkpoint_by_end;"

KEPT = "Nodes it completes in the tree over all checkpoints; see `domain.checkpoint_tree`."


class Migration(migrations.Migration):
    dependencies = [("renxin", "0008_repair_notices")]

    operations = [
        Together(
            ops.RunSQL(SALT, SALT_BACK),
            ops.AddField(
                model_name="LedgerCheckpoint",
                name="tree",
                field=fields.TextField(
                    null=True, description="Merkle root of the digests of all checkpoints before it, hexadecimal."
                ),
            ),
            ops.AddField(
                model_name="LedgerCheckpoint", name="nodes", field=fields.BinaryField(null=True, description=KEPT)
            ),
            ops.RunSQL(NODES, "SELECT 1;"),
        ),
        Together(
            ops.AlterField(model_name="LedgerCheckpoint", name="nodes", field=fields.BinaryField(description=KEPT)),
        ),
        Together(
            ops.RunSQL(INDEX, INDEX_BACK),
        ),
    ]
