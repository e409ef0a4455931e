"""Catalogues and lists kept in editions."""

import functools
from json import dumps, loads

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

UP = """
CREATE UNIQUE INDEX edition_label_is_unique ON edition (jurisdiction_id, kind, office_id, label)
  NULLS NOT DISTINCT WHERE state NOT IN ('rejected', 'discarded');
CREATE UNIQUE INDEX edition_is_succeeded ON edition (jurisdiction_id, kind, office_id)
  NULLS NOT DISTINCT WHERE state = 'approved' AND valid_to IS NULL AND rulebook IS NULL;
CREATE FUNCTION keep_edition_item() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
    SELECT FROM edition
    WHERE id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.edition_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.edition_id END)
      AND CASE WHEN rulebook IS NULL THEN state <> 'drafted' ELSE current_user = 'renxin_app' END
  ) THEN
    RAISE EXCEPTION 'the items of an edition that is no draft any more are not changed' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER edition_item_is_kept BEFORE INSERT OR UPDATE OR DELETE ON edition_item
  FOR EACH ROW EXECUTE FUNCTION keep_edition_item();
GRANT SELECT, INSERT ON edition TO renxin_app;
GRANT UPDATE (state, valid_to, submitted_to, submitted_on, reason, proposed_by, proposed_at, decided_by, decided_at)
  ON edition TO renxin_app;
GRANT SELECT, INSERT ON edition_item TO renxin_app;
GRANT INSERT ON catalogue_item, catalogue_producer TO renxin_app;
GRANT UPDATE (valid_to) ON catalogue_item TO renxin_app;
"""
DOWN = """
REVOKE INSERT, UPDATE ON catalogue_item FROM renxin_app;
REVOKE INSERT ON catalogue_producer FROM renxin_app;
REVOKE ALL ON edition, edition_item FROM renxin_app;
DROP TRIGGER edition_item_is_kept ON edition_item;
DROP FUNCTION keep_edition_item;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0042_grade_facts")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="Edition",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            description="The division whose catalogue or list it is.",
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
                            null=True,
                            description="The office that keeps it for itself; null where it is the division's.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "kind",
                        fields.TextField(
                            description="Kind of catalogue or list, e.g. catalogue, behaviours; see `editionKinds`.",
                            unique=False,
                        ),
                    ),
                    ("label", fields.TextField(description="Name of the edition, e.g. 2026年版.", unique=False)),
                    ("title", fields.TextField(description="Title 名称.", unique=False)),
                    (
                        "source",
                        fields.TextField(
                            description="Where it comes from 来源, e.g. the power list 权责清单 it was made from.",
                            unique=False,
                        ),
                    ),
                    ("basis", fields.TextField(description="Document and clause 依据 that order it.", unique=False)),
                    (
                        "rulebook",
                        fields.TextField(
                            null=True,
                            description="Id of the rulebook that states it; null for one that an office keeps.",
                            unique=False,
                        ),
                    ),
                    (
                        "state",
                        fields.TextField(
                            description="State of the edition; whether it holds today is told by `inForce`.",
                            unique=False,
                        ),
                    ),
                    (
                        "valid_from",
                        fields.DateField(
                            null=True, description="First day in force; null when the document names none."
                        ),
                    ),
                    (
                        "valid_to",
                        fields.DateField(null=True, description="Last day in force; null while no other follows."),
                    ),
                    (
                        "derived_from",
                        fields.ForeignKeyField(
                            "renxin.Edition",
                            source_field="derived_from_id",
                            null=True,
                            description="The edition of the division above on which it is based 依据上级目录 (海沧8).",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "submitted_to",
                        fields.TextField(
                            null=True, description="Who it was handed to 报送, e.g. 市发展和改革委员会.", unique=False
                        ),
                    ),
                    ("submitted_on", fields.DateField(null=True, description="The day on which it was handed there.")),
                    (
                        "reason",
                        fields.TextField(
                            null=True, description="Why it was rejected, discarded or ended.", unique=False
                        ),
                    ),
                    ("drafted_by", fields.UUIDField(null=True, description="Account that drafted it.")),
                    (
                        "drafted_at",
                        fields.DatetimeField(
                            null=True, description="When it was drafted.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("proposed_by", fields.UUIDField(null=True, description="Account that proposed it.")),
                    (
                        "proposed_at",
                        fields.DatetimeField(
                            null=True, description="When it was proposed.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    ("decided_by", fields.UUIDField(null=True, description="Account that approved or rejected it.")),
                    (
                        "decided_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was approved or rejected.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                ],
                options={
                    "table": "edition",
                    "app": "renxin",
                    "constraints": [
                        CheckConstraint(
                            check="state IN ('drafted', 'proposed', 'approved', 'rejected', 'discarded')",
                            name="edition_state_is_known",
                        ),
                        CheckConstraint(check="decided_by <> proposed_by", name="edition_is_decided_by_another"),
                        CheckConstraint(check="decided_by <> drafted_by", name="edition_is_not_decided_by_its_author"),
                        CheckConstraint(
                            check="rulebook IS NOT NULL OR (state IN ('approved', 'rejected')) = (decided_by IS NOT NULL AND decided_at IS NOT NULL)",
                            name="edition_decision_has_person_and_time",
                        ),
                        CheckConstraint(
                            check="rulebook IS NOT NULL OR state NOT IN ('proposed', 'approved', 'rejected') OR (proposed_by IS NOT NULL AND proposed_at IS NOT NULL AND valid_from IS NOT NULL)",
                            name="edition_proposal_has_person_and_day",
                        ),
                        CheckConstraint(check="valid_to >= valid_from", name="edition_days_in_order"),
                        CheckConstraint(
                            check="(submitted_to IS NULL) = (submitted_on IS NULL)",
                            name="edition_submission_has_receiver",
                        ),
                    ],
                    "indexes": [Index(fields=["jurisdiction_id", "kind", "valid_from"], name="edition_by_kind")],
                    "pk_attr": "id",
                    "table_description": "An edition 版本 of a catalogue 目录 or list 清单 of a division, or of one of its offices.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="EditionItem",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "edition",
                        fields.ForeignKeyField(
                            "renxin.Edition",
                            source_field="edition_id",
                            description="The edition.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("position", fields.IntField(description="Its place in the edition, from 1.")),
                    ("code", fields.TextField(description="Code of the item within the edition.", unique=False)),
                    ("name", fields.TextField(description="Name of the item.", unique=False)),
                    (
                        "content",
                        fields.JSONField(
                            default=dict,
                            description="What the fields of its kind say, by their codes; see `editionKinds`.",
                            encoder=functools.partial(dumps, separators=(",", ":")),
                            decoder=loads,
                        ),
                    ),
                ],
                options={
                    "table": "edition_item",
                    "app": "renxin",
                    "constraints": [
                        UniqueConstraint(fields=("edition_id", "code"), name="edition_item_is_unique"),
                        CheckConstraint(check="position >= 1", name="edition_item_position_is_positive"),
                    ],
                    "indexes": [Index(fields=["edition_id", "position", "id"], name="edition_item_by_edition")],
                    "pk_attr": "id",
                    "table_description": "An item 条目 of an edition: its code, its name, and what the fields of its kind say.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="Edition",
                constraint=CheckConstraint(
                    check="state IN ('drafted', 'proposed', 'approved', 'rejected', 'discarded')",
                    name="edition_state_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Edition",
                constraint=CheckConstraint(check="decided_by <> proposed_by", name="edition_is_decided_by_another"),
            ),
            ops.AddConstraint(
                model_name="Edition",
                constraint=CheckConstraint(
                    check="decided_by <> drafted_by", name="edition_is_not_decided_by_its_author"
                ),
            ),
            ops.AddConstraint(
                model_name="Edition",
                constraint=CheckConstraint(
                    check="rulebook IS NOT NULL OR (state IN ('approved', 'rejected')) = (decided_by IS NOT NULL AND decided_at IS NOT NULL)",
                    name="edition_decision_has_person_and_time",
                ),
            ),
            ops.AddConstraint(
                model_name="Edition",
                constraint=CheckConstraint(
                    check="rulebook IS NOT NULL OR state NOT IN ('proposed', 'approved', 'rejected') OR (proposed_by IS NOT NULL AND proposed_at IS NOT NULL AND valid_from IS NOT NULL)",
                    name="edition_proposal_has_person_and_day",
                ),
            ),
            ops.AddConstraint(
                model_name="Edition",
                constraint=CheckConstraint(check="valid_to >= valid_from", name="edition_days_in_order"),
            ),
            ops.AddConstraint(
                model_name="Edition",
                constraint=CheckConstraint(
                    check="(submitted_to IS NULL) = (submitted_on IS NULL)", name="edition_submission_has_receiver"
                ),
            ),
            ops.AddConstraint(
                model_name="EditionItem",
                constraint=UniqueConstraint(fields=("edition_id", "code"), name="edition_item_is_unique"),
            ),
            ops.AddConstraint(
                model_name="EditionItem",
                constraint=CheckConstraint(check="position >= 1", name="edition_item_position_is_positive"),
            ),
        ),
        Together(
            ops.AlterField(
                model_name="CatalogueItem",
                name="edition",
                field=fields.TextField(
                    description="Name of the edition 版本: the id of its rulebook, or the label that the credit office gave it.",
                    unique=False,
                ),
            ),
            ops.AddField(
                model_name="CatalogueItem",
                name="catalogue_edition",
                field=fields.ForeignKeyField(
                    "renxin.Edition",
                    source_field="catalogue_edition_id",
                    null=True,
                    description="The edition it is an item of.",
                    db_constraint=True,
                    to_field="id",
                    related_name=False,
                    on_delete=OnDelete.RESTRICT,
                ),
            ),
            ops.AddIndex(
                model_name="CatalogueItem",
                index=Index(fields=["catalogue_edition_id"], name="catalogue_item_by_edition"),
            ),
            ops.RunSQL(UP, DOWN),
        ),
    ]
