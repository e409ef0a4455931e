"""The numbers of commitments, facts, contracts and complaints are the same however they are typed, as those of decisions are."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together

FOLDED = (
    "translate(normalize({column}, NFKC), '〔【〖[{{〈《〕】〗]}}〉》‐–—―− \t\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff',"
    " '((((((()))))))-----')"
)
COMPARED = FOLDED.format(column="decision_no")

ONCE = (
    ("commitment_is_made_once", "commitment", "office_id, commitment_item_id, subject_id", "matter_no", "state NOT IN ('refused', 'withdrawn')"),
    ("grade_fact_number_stands_once", "grade_fact", "office_id, kind", "number", "state = 'recorded' AND number IS NOT NULL"),
    ("processing_contract_is_entered_once", "processing_contract", "office_id", "number", "state <> 'rejected'"),
    ("integrity_complaint_is_entered_once", "integrity_complaint", "jurisdiction_id", "ticket", "TRUE"),
    ("government_contract_is_surveyed_once", "government_contract", "office_id", "number", "TRUE"),
)  # fmt: skip
"""Index, table, the columns under which a number stands once, the number, and of which rows."""

# What was entered in two ways before cannot be undone here: the earlier row is in the index, the later ones are left out by
# their ids, and whatever comes after them is compared with the earlier one.
MADE = "".join(
    f"""
DO $do$
DECLARE twice uuid[];
BEGIN
  SELECT coalesce(array_agg(id), '{{}}') INTO twice FROM (
    SELECT id, row_number() OVER (PARTITION BY {under}, {FOLDED.format(column=number)} ORDER BY id) AS place
    FROM {table} WHERE {of}
  ) told WHERE place > 1;
  EXECUTE format(
    'CREATE UNIQUE INDEX {index} ON {table} ({under}, (%s)) WHERE {of.replace("'", "''")}%s',
    $in${FOLDED.format(column=number)}$in$,
    CASE WHEN twice <> '{{}}' THEN format(' AND id <> ALL (%L::uuid[])', twice) ELSE '' END);
END $do$;
"""
    for index, table, under, number, of in ONCE
)
BACK = "".join(
    f"DROP INDEX {index};"
    + (f"CREATE UNIQUE INDEX {index} ON {table} ({under}, {number}) WHERE {of};" if of != "TRUE" else "")
    for index, table, under, number, of in ONCE
)

# Of a partial index the planner takes no statistics: without those of the number itself, it would rather read every row of an
# office in the order of a page.
LOOKED_UP = f"""
CREATE STATISTICS credit_record_number_compared ON ({COMPARED}) FROM credit_record;
DROP INDEX credit_record_decision_is_unique;
CREATE UNIQUE INDEX credit_record_decision_is_unique ON credit_record (({COMPARED}), subject_id, item_id)
  WHERE state <> 'withdrawn' AND NOT stands_twice;
ANALYZE credit_record;
"""
LOOKED_UP_BACK = f"""
DROP STATISTICS credit_record_number_compared;
DROP INDEX credit_record_decision_is_unique;
CREATE UNIQUE INDEX credit_record_decision_is_unique ON credit_record (item_id, subject_id, ({COMPARED}))
  WHERE state <> 'withdrawn' AND NOT stands_twice;
"""

DROPPED = "".join(f"DROP INDEX IF EXISTS {index};" for index, *_ in ONCE)


class Migration(migrations.Migration):
    dependencies = [("renxin", "0068_numbers_as_typed")]

    initial = False

    operations = [
        Together(
            ops.RemoveConstraint(
                model_name="IntegrityComplaint", name="integrity_complaint_is_entered_once", fields=None
            ),
            ops.RemoveConstraint(
                model_name="GovernmentContract", name="government_contract_is_surveyed_once", fields=None
            ),
        ),
        ops.RunSQL(DROPPED + MADE + LOOKED_UP, LOOKED_UP_BACK + BACK),
    ]
