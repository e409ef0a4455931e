"""A decision is the same however its number is typed; what stands twice for it already is marked, and left to its office."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from migrations.together import Together

COMPARED = (
    "translate(normalize(decision_no, NFKC), '〔【〖[{〈《〕】〗]}〉》‐–—―− \t\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff',"
    " '((((((()))))))-----')"
)
STANDS = "state <> 'withdrawn'"
TABLES = (("credit_record", "item_id", "submitted_at"), ("list_entry", "credit_list_id", "collected_at"))

ONCE = "".join(
    f"""
UPDATE {table} later SET stands_twice = true FROM (
  SELECT id, row_number() OVER (PARTITION BY {under}, subject_id, {COMPARED} ORDER BY {since}, id) AS place
  FROM {table} WHERE {STANDS} AND decision_no IS NOT NULL
) told WHERE told.id = later.id AND place > 1;
DROP INDEX {table}_decision_is_unique;
CREATE UNIQUE INDEX {table}_decision_is_unique ON {table} ({under}, subject_id, ({COMPARED}))
  WHERE {STANDS} AND NOT stands_twice;
CREATE INDEX {table}_stands_twice ON {table} (office_id, id) WHERE stands_twice;
"""
    for table, under, since in TABLES
)

ONCE_BACK = "".join(
    f"""
DROP INDEX {table}_stands_twice, {table}_decision_is_unique;
CREATE UNIQUE INDEX {table}_decision_is_unique ON {table} ({under}, subject_id, decision_no) WHERE {STANDS};
"""
    for table, under, _ in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("renxin", "0067_persons_told_by_tokens")]

    initial = False

    operations = [
        Together(
            *(
                ops.AddField(
                    model_name=model,
                    name="stands_twice",
                    field=fields.BooleanField(
                        db_default=False,
                        description=f"Whether an earlier {what} tells the same decision, its number typed in another way: of the two, its office withdraws one.",
                    ),
                )
                for model, what in (("CreditRecord", "record"), ("ListEntry", "entry"))
            ),
            ops.RunSQL(ONCE, ONCE_BACK),
        ),
    ]
