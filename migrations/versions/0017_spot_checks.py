"""Spot checks of commitments, and the instants by which a population can be taken again."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

# What was found or withdrawn before has its instant from the ledger.
INSTANTS = """
UPDATE commitment SET
  found_at = CASE WHEN found_on IS NOT NULL THEN coalesce((SELECT max(at) FROM ledger_event
    WHERE object = 'commitment' AND object_id = commitment.id AND verb IN ('keep', 'break')),
    found_on::timestamp AT TIME ZONE 'Asia/Shanghai') END,
  withdrawn_at = CASE WHEN state = 'withdrawn' THEN coalesce((SELECT max(at) FROM ledger_event
    WHERE object = 'commitment' AND object_id = commitment.id AND verb = 'withdraw'), entered_at) END
WHERE found_on IS NOT NULL OR state = 'withdrawn';
"""

# One draw of an office for a day and an item: nobody draws until the sample pleases.
FORWARD = """
CREATE UNIQUE INDEX spot_check_is_drawn_once ON spot_check (office_id, population_on, commitment_item_id)
  NULLS NOT DISTINCT;
GRANT SELECT, INSERT ON spot_check, spot_check_result TO renxin_app;
GRANT UPDATE ON spot_check_result TO renxin_app;
"""

BACK = """
REVOKE ALL ON spot_check, spot_check_result FROM renxin_app;
DROP INDEX spot_check_is_drawn_once;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0016_repair_applications")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="SpotCheck",
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
                            description="The division of the office.",
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
                            description="The office whose commitments are checked.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "commitment_item",
                        fields.ForeignKeyField(
                            "renxin.CommitmentItem",
                            source_field="commitment_item_id",
                            null=True,
                            description="The one item that is checked; null for every item.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("population_on", fields.DateField(description="Day as of whose end the population was taken.")),
                    (
                        "drawn_at",
                        fields.DatetimeField(
                            description="When it was drawn; of today's population, as of when.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    ("seed", fields.CharField(description="Seed of the draw.", max_length=128)),
                    ("rate_basis_points", fields.IntField(description="Rate of the draw in ten-thousandths 万分之.")),
                    (
                        "rate_source",
                        fields.TextField(
                            description="Whether a rulebook sets the rate or whoever drew stated it.", unique=False
                        ),
                    ),
                    (
                        "rate_reason",
                        fields.TextField(
                            null=True, description="Why that rate, where no rulebook sets one.", unique=False
                        ),
                    ),
                    (
                        "basis",
                        fields.TextField(
                            description="Clause 依据 that sets the rate, or the note that none does.", unique=False
                        ),
                    ),
                    ("population_size", fields.IntField(description="How many commitments stood open.")),
                    (
                        "population_digest",
                        fields.TextField(description="SHA-256 of their ids, one a line in their order.", unique=False),
                    ),
                    ("sample_size", fields.IntField(description="How many were drawn.")),
                    ("drawn_by", fields.UUIDField(null=True, description="Account that drew it.")),
                ],
                options={
                    "table": "spot_check",
                    "app": "renxin",
                    "indexes": [Index(fields=["office_id", "drawn_at", "id"], name="spot_check_by_office")],
                    "pk_attr": "id",
                    "table_description": "A spot check 抽查: which commitments of an office were drawn, from which population, at which rate.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="SpotCheckResult",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "spot_check",
                        fields.ForeignKeyField(
                            "renxin.SpotCheck",
                            source_field="spot_check_id",
                            description="The spot check.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "commitment",
                        fields.ForeignKeyField(
                            "renxin.Commitment",
                            source_field="commitment_id",
                            description="The commitment that was drawn.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "subject",
                        fields.ForeignKeyField(
                            "renxin.Subject",
                            source_field="subject_id",
                            description="The subject of the commitment.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("about_person", fields.BooleanField(description="Whether the subject is a natural person.")),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            description="The division of the office.",
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
                            description="The office whose commitment it is.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("place", fields.IntField(description="Place in the draw, from 1.")),
                    ("state", fields.TextField(description="Kept, broken or pending.", unique=False)),
                    (
                        "found_at",
                        fields.DatetimeField(
                            null=True, description="When it was found.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "found_by",
                        fields.UUIDField(
                            null=True, description="Account that found it; another than took the commitment in."
                        ),
                    ),
                ],
                options={
                    "table": "spot_check_result",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["commitment_id", "id"], name="spot_check_result_by_commitment"),
                        Index(fields=["subject_id", "id"], name="spot_check_result_by_subject"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A commitment that was drawn, and what was found: kept 履约, broken 违约 or still pending 待核实.",
                },
                bases=["Model"],
            ),
            ops.AddField(
                model_name="Commitment",
                name="found_at",
                field=fields.DatetimeField(
                    null=True, description="When that was entered.", auto_now=False, auto_now_add=False
                ),
            ),
            ops.AddField(
                model_name="Commitment",
                name="withdrawn_at",
                field=fields.DatetimeField(
                    null=True, description="When it was withdrawn.", auto_now=False, auto_now_add=False
                ),
            ),
            ops.RunSQL(INSTANTS, "SELECT 1"),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="(found_on IS NULL) = (found_at IS NULL)", name="commitment_result_has_an_instant"
                ),
            ),
            ops.AddConstraint(
                model_name="Commitment",
                constraint=CheckConstraint(
                    check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL)",
                    name="commitment_withdrawn_has_an_instant",
                ),
            ),
            ops.AddConstraint(
                model_name="SpotCheck",
                constraint=CheckConstraint(
                    check="rate_basis_points BETWEEN 1 AND 10000", name="spot_check_rate_is_a_share"
                ),
            ),
            ops.AddConstraint(
                model_name="SpotCheck",
                constraint=CheckConstraint(
                    check="rate_source IN ('rulebook', 'stated')", name="spot_check_rate_source_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="SpotCheck",
                constraint=CheckConstraint(
                    check="(rate_source = 'stated') = (rate_reason IS NOT NULL)",
                    name="spot_check_stated_rate_has_reason",
                ),
            ),
            ops.AddConstraint(
                model_name="SpotCheck",
                constraint=CheckConstraint(
                    check="sample_size BETWEEN 1 AND population_size", name="spot_check_sample_is_of_the_population"
                ),
            ),
            ops.AddConstraint(
                model_name="SpotCheckResult",
                constraint=UniqueConstraint(
                    fields=("spot_check_id", "commitment_id"), name="spot_check_result_is_unique"
                ),
            ),
            ops.AddConstraint(
                model_name="SpotCheckResult",
                constraint=CheckConstraint(
                    check="state IN ('pending', 'kept', 'broken')", name="spot_check_result_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="SpotCheckResult",
                constraint=CheckConstraint(
                    check="(state = 'pending') = (found_at IS NULL)", name="spot_check_result_found_has_time"
                ),
            ),
            ops.AddConstraint(
                model_name="SpotCheckResult",
                constraint=CheckConstraint(check="place >= 1", name="spot_check_result_place_is_positive"),
            ),
            ops.RunSQL(FORWARD, BACK),
        ),
    ]
