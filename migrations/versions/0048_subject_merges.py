"""Subjects found to be one: merges, the rows that went over with them, and the way of a row from one subject to another."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.ids import new_id
from migrations.together import Together

# Requests may change in no table whose a row is; for a merge that two persons approved, or undid, this function does.
MOVE = """
CREATE FUNCTION move_subject_rows(of_merge uuid, of_table text, of_column text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  merge public.subject_merge%ROWTYPE;
  moved bigint;
BEGIN
  SELECT * INTO STRICT merge FROM public.subject_merge WHERE id = of_merge;
  IF of_table = 'subject_merge' OR NOT EXISTS (
    SELECT FROM pg_constraint JOIN pg_class held ON held.oid = conrelid
    JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE contype = 'f' AND confrelid = 'public.subject'::regclass AND held.relname = of_table AND attname = of_column
  ) THEN
    RAISE EXCEPTION 'this column does not go over with a merge';
  END IF;
  IF merge.state = 'merged' THEN
    EXECUTE format(
      'WITH moved AS (UPDATE public.%1$I SET %2$I = $1 WHERE %2$I = $2 RETURNING id)'
      ' INSERT INTO public.subject_merge_row (id, merge_id, table_name, column_name, row_id)'
      ' SELECT uuidv7(), $3, %1$L, %2$L, id FROM moved', of_table, of_column)
    USING merge.kept_id, merge.merged_id, merge.id;
  ELSIF merge.state = 'unmerged' THEN
    EXECUTE format(
      'UPDATE public.%1$I moved SET %2$I = $2 FROM public.subject_merge_row noted'
      ' WHERE noted.merge_id = $3 AND noted.table_name = %1$L AND noted.column_name = %2$L'
      ' AND moved.id = noted.row_id AND moved.%2$I = $1', of_table, of_column)
    USING merge.kept_id, merge.merged_id, merge.id;
  ELSE
    RAISE EXCEPTION 'this merge is neither approved nor undone';
  END IF;
  GET DIAGNOSTICS moved = ROW_COUNT;
  RETURN moved;
END $$;
REVOKE ALL ON FUNCTION move_subject_rows(uuid, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION move_subject_rows(uuid, text, text) TO renxin_app;
GRANT SELECT, INSERT ON subject_merge, subject_merge_row TO renxin_app;
GRANT UPDATE (state, version, decided_at, decided_by, refusal, unmerge_reason, unmerge_proposed_at, unmerge_proposed_by,
              unmerged_at, unmerged_by) ON subject_merge TO renxin_app;
CREATE INDEX subject_merged_away ON subject (merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE UNIQUE INDEX subject_merge_is_waiting ON subject_merge (merged_id) WHERE state = 'proposed';
CREATE UNIQUE INDEX subject_merge_stands ON subject_merge (merged_id) WHERE state IN ('merged', 'unmerge_proposed');
"""
BACK = """
DROP INDEX subject_merge_stands, subject_merge_is_waiting, subject_merged_away;
REVOKE ALL ON subject_merge, subject_merge_row FROM renxin_app;
DROP FUNCTION move_subject_rows;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0047_import_parts")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="SubjectMerge",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "kept",
                        fields.ForeignKeyField(
                            "renxin.Subject",
                            source_field="kept_id",
                            description="The subject that is kept 保留的主体.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "merged",
                        fields.ForeignKeyField(
                            "renxin.Subject",
                            source_field="merged_id",
                            description="The subject that goes into it 被并入的主体.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "about_person",
                        fields.BooleanField(default=False, description="Whether the subjects are natural persons."),
                    ),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            description="The division of both, the upper one of two; its credit office decides.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            description="The office that proposed it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("state", fields.TextField(description="State of the merge.", unique=False)),
                    ("version", fields.IntField(default=1, description="Version, from 1; every move adds one.")),
                    ("reason", fields.TextField(description="Why the two are one 合并理由.", unique=False)),
                    (
                        "proposed_at",
                        fields.DatetimeField(description="When it was proposed.", auto_now=False, auto_now_add=False),
                    ),
                    ("proposed_by", fields.UUIDField(null=True, description="Account that proposed it.")),
                    (
                        "decided_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was approved, refused or withdrawn; null while it is proposed.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "decided_by",
                        fields.UUIDField(
                            null=True, description="Account that approved or refused it; another than proposed it."
                        ),
                    ),
                    (
                        "refusal",
                        fields.TextField(null=True, description="Why it was refused or withdrawn.", unique=False),
                    ),
                    (
                        "unmerge_reason",
                        fields.TextField(null=True, description="Why it is to be undone 撤销合并的理由.", unique=False),
                    ),
                    (
                        "unmerge_proposed_at",
                        fields.DatetimeField(
                            null=True,
                            description="When its undoing was proposed; null where none is, or it was refused.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "unmerge_proposed_by",
                        fields.UUIDField(null=True, description="Account that proposed its undoing."),
                    ),
                    (
                        "unmerged_at",
                        fields.DatetimeField(
                            null=True, description="When it was undone.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "unmerged_by",
                        fields.UUIDField(
                            null=True, description="Account that approved its undoing; another than proposed that."
                        ),
                    ),
                ],
                options={
                    "table": "subject_merge",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="state IN ('proposed', 'merged', 'refused', 'withdrawn', 'unmerge_proposed', 'unmerged')",
                            name="subject_merge_state_is_known",
                        ),
                        CheckConstraint(check="version >= 1", name="subject_merge_version_is_positive"),
                        CheckConstraint(check="kept_id <> merged_id", name="subject_merge_is_of_two"),
                        CheckConstraint(check="decided_by <> proposed_by", name="subject_merge_is_decided_by_another"),
                        CheckConstraint(
                            check="unmerged_by <> unmerge_proposed_by", name="subject_merge_is_undone_by_another"
                        ),
                        CheckConstraint(
                            check="(state = 'proposed') = (decided_at IS NULL)", name="subject_merge_decided_has_time"
                        ),
                        CheckConstraint(
                            check="(state IN ('refused', 'withdrawn')) = (refusal IS NOT NULL)",
                            name="subject_merge_refusal_says_why",
                        ),
                        CheckConstraint(
                            check="(state IN ('unmerge_proposed', 'unmerged')) = (unmerge_proposed_at IS NOT NULL) AND (unmerge_proposed_at IS NULL) = (unmerge_reason IS NULL)",
                            name="subject_merge_undoing_says_why",
                        ),
                        CheckConstraint(
                            check="(state = 'unmerged') = (unmerged_at IS NOT NULL)",
                            name="subject_merge_undone_has_time",
                        ),
                    ],
                    "indexes": [
                        Index(fields=["kept_id", "proposed_at", "id"], name="subject_merge_by_kept"),
                        Index(fields=["merged_id", "proposed_at", "id"], name="subject_merge_by_merged"),
                        Index(fields=["office_id", "proposed_at", "id"], name="subject_merge_by_office"),
                        Index(fields=["jurisdiction_id", "proposed_at", "id"], name="subject_merge_by_jurisdiction"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A merge 主体合并 of two subjects found to be one: which is kept, which goes into it, who decided, and its undoing.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="SubjectMergeRow",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "merge",
                        fields.ForeignKeyField(
                            "renxin.SubjectMerge",
                            source_field="merge_id",
                            description="The merge.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("table_name", fields.TextField(description="The table of the row.", unique=False)),
                    ("column_name", fields.TextField(description="Its column that names the subject.", unique=False)),
                    ("row_id", fields.UUIDField(description="The row.")),
                ],
                options={
                    "table": "subject_merge_row",
                    "app": "renxin",
                    "constraints": [
                        UniqueConstraint(
                            fields=("merge_id", "table_name", "column_name", "row_id"),
                            name="subject_merge_row_is_noted_once",
                        )
                    ],
                    "pk_attr": "id",
                    "table_description": "A row that belongs to the merged subject of a merge: gone over with it, handed in under its codes since, or hanging on such a row.",
                },
                bases=["Model"],
            ),
            ops.AddField(
                model_name="Subject",
                name="merged_into",
                field=fields.ForeignKeyField(
                    "renxin.Subject",
                    source_field="merged_into_id",
                    null=True,
                    description="The subject with which this one was found to be one 并入的主体; null for all others.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AddConstraint(
                model_name="Subject",
                constraint=CheckConstraint(check="merged_into_id <> id", name="subject_is_merged_into_another"),
            ),
            ops.AddConstraint(
                "SubjectMerge",
                CheckConstraint(
                    check="state IN ('proposed', 'merged', 'refused', 'withdrawn', 'unmerge_proposed', 'unmerged')",
                    name="subject_merge_state_is_known",
                ),
            ),
            ops.AddConstraint(
                "SubjectMerge", CheckConstraint(check="version >= 1", name="subject_merge_version_is_positive")
            ),
            ops.AddConstraint(
                "SubjectMerge", CheckConstraint(check="kept_id <> merged_id", name="subject_merge_is_of_two")
            ),
            ops.AddConstraint(
                "SubjectMerge",
                CheckConstraint(check="decided_by <> proposed_by", name="subject_merge_is_decided_by_another"),
            ),
            ops.AddConstraint(
                "SubjectMerge",
                CheckConstraint(check="unmerged_by <> unmerge_proposed_by", name="subject_merge_is_undone_by_another"),
            ),
            ops.AddConstraint(
                "SubjectMerge",
                CheckConstraint(
                    check="(state = 'proposed') = (decided_at IS NULL)", name="subject_merge_decided_has_time"
                ),
            ),
            ops.AddConstraint(
                "SubjectMerge",
                CheckConstraint(
                    check="(state IN ('refused', 'withdrawn')) = (refusal IS NOT NULL)",
                    name="subject_merge_refusal_says_why",
                ),
            ),
            ops.AddConstraint(
                "SubjectMerge",
                CheckConstraint(
                    check="(state IN ('unmerge_proposed', 'unmerged')) = (unmerge_proposed_at IS NOT NULL) AND (unmerge_proposed_at IS NULL) = (unmerge_reason IS NULL)",
                    name="subject_merge_undoing_says_why",
                ),
            ),
            ops.AddConstraint(
                "SubjectMerge",
                CheckConstraint(
                    check="(state = 'unmerged') = (unmerged_at IS NOT NULL)", name="subject_merge_undone_has_time"
                ),
            ),
            ops.AddConstraint(
                "SubjectMergeRow",
                UniqueConstraint(
                    fields=("merge_id", "table_name", "column_name", "row_id"), name="subject_merge_row_is_noted_once"
                ),
            ),
            ops.RunSQL(MOVE, BACK),
        )
    ]
