"""Policies as versions with a state, and assignments, that two officers answer for.

Versions get identifiers beside their numbers: their tables are made anew, what they hold is carried over.
"""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

KEEP = """
CREATE TABLE policy_version_kept AS
  SELECT version.*, version.id = authority.policy_version_id AS is_active, authority.epoch
  FROM policy_version version LEFT JOIN authority ON true;
CREATE TABLE policy_row_kept AS SELECT * FROM policy_row;
"""

CARRY_OVER = """
INSERT INTO policy_version (id, number, state, origin, note, policy_text, digest, authors, beneficiaries, drafted_at,
                            activated_at)
  SELECT uuidv7(), kept.id, CASE WHEN is_active THEN 'active' ELSE 'superseded' END,
         CASE WHEN note = 'The default policy as shipped.' THEN 'shipped' ELSE 'operator' END, note,
         coalesce((SELECT string_agg(line.kind || ', ' || array_to_string(line.cells, ', ') || chr(10), '' ORDER BY line.line)
                   FROM policy_row_kept line WHERE line.version_id = kept.id), ''),
         digest, '{}', '{}', coalesce(activated_at, now()), activated_at
  FROM policy_version_kept kept;
INSERT INTO policy_row (id, version_id, line, kind, cells)
  SELECT line.id, version.id, line.line, line.kind, line.cells
  FROM policy_row_kept line JOIN policy_version version ON version.number = line.version_id;
INSERT INTO authority (id, version_id, policy_version, epoch)
  SELECT 1, version.id, kept.id, kept.epoch
  FROM policy_version_kept kept JOIN policy_version version ON version.number = kept.id WHERE is_active;
DROP TABLE policy_row_kept;
DROP TABLE policy_version_kept;
UPDATE assignment SET origin = 'operator';
"""

# The other way: numbers are the identifiers again; drafts and what they were not activated for are left behind.
KEEP_BACK = """
CREATE TABLE policy_version_kept AS
  SELECT version.*, version.id = authority.version_id AS is_active, authority.epoch
  FROM policy_version version LEFT JOIN authority ON true WHERE version.activated_at IS NOT NULL;
CREATE TABLE policy_row_kept AS
  SELECT line.*, version.number FROM policy_row line JOIN policy_version_kept version ON version.id = line.version_id;
DELETE FROM assignment WHERE state <> 'granted';
"""

CARRY_BACK = """
INSERT INTO policy_version (id, note, digest, activated_at)
  SELECT number, note, digest, activated_at FROM policy_version_kept;
INSERT INTO policy_row (id, version_id, line, kind, cells)
  SELECT id, number, line, kind, cells FROM policy_row_kept WHERE kind IN ('p', 'c', 'g');
INSERT INTO authority (id, policy_version_id, epoch)
  SELECT 1, number, epoch FROM policy_version_kept WHERE is_active;
DROP TABLE policy_row_kept;
DROP TABLE policy_version_kept;
"""

# Authority points to a version only while that is active; both are changed in one transaction. The request role
# writes drafts, decisions and proposals; what shipped or an operator brought in it cannot claim, lines it cannot change.
RIGHTS = """
ALTER TABLE authority ADD CONSTRAINT authority_version_is_active
  FOREIGN KEY (version_id, policy_version, policy_state) REFERENCES policy_version (id, number, state)
  ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX policy_version_one_is_active ON policy_version (state) WHERE state = 'active';
GRANT SELECT ON policy_version, policy_row, authority TO renxin_app;
GRANT INSERT (id, number, state, note, policy_text, digest, base_id, restores_id, narrows, authors, beneficiaries,
  drafted_by_id, drafted_at, proposed_by_id, proposed_at) ON policy_version TO renxin_app;
GRANT UPDATE (state, note, policy_text, digest, authors, beneficiaries, proposed_by_id, proposed_at, approved_by_id,
  approved_at, activated_at, superseded_at, decision) ON policy_version TO renxin_app;
GRANT INSERT ON policy_row TO renxin_app;
GRANT UPDATE (epoch, version_id, policy_version) ON authority TO renxin_app;
GRANT INSERT (id, issuer, sub, display, kind) ON account TO renxin_app;
GRANT INSERT (id, account_id, role, office_id, jurisdiction_id, from_on, to_on, state, reason, proposed_by_id,
  proposed_at) ON assignment TO renxin_app;
GRANT UPDATE (state, to_on, approved_by_id, approved_at, ended_by_id, ended_at, decision) ON assignment TO renxin_app;
"""

RIGHTS_BACK = """
REVOKE INSERT ON account, assignment FROM renxin_app;
REVOKE UPDATE ON assignment FROM renxin_app;
DROP INDEX policy_version_one_is_active;
ALTER TABLE authority DROP CONSTRAINT authority_version_is_active;
"""

FIRST_RIGHTS = """
GRANT SELECT ON policy_version, policy_row, authority TO renxin_app;
GRANT UPDATE (epoch) ON authority TO renxin_app;
"""


def _id() -> tuple[str, Any]:
    return (
        "id",
        fields.UUIDField(primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."),
    )


def _reference(name: str, model: str, description: str, *, null: bool = False) -> tuple[str, Any]:
    options: dict[str, Any] = {"null": True} if null else {}
    return (
        name,
        fields.ForeignKeyField(
            f"renxin.{model}",
            source_field=f"{name}_id",
            description=description,
            db_constraint=True,
            to_field="id",
            related_name=False,
            on_delete=OnDelete.RESTRICT,
            **options,
        ),
    )


def _at(name: str, description: str, *, null: bool = False) -> tuple[str, Any]:
    options: dict[str, Any] = {"null": True} if null else {}
    return name, fields.DatetimeField(description=description, auto_now=False, auto_now_add=False, **options)


class Migration(migrations.Migration):
    dependencies = [("renxin", "0005_list_entry_ways")]

    operations = [
        Together(
            ops.AddField(
                model_name="Account",
                name="kind",
                field=fields.TextField(
                    db_default="person",
                    description="Whether a person or a machine calls: person, machine.",
                    unique=False,
                ),
            ),
            ops.AddConstraint(
                model_name="Account",
                constraint=CheckConstraint(check="kind IN ('person', 'machine')", name="account_kind_is_known"),
            ),
            *(
                ops.AddField(model_name="Assignment", name=name, field=field)
                for name, field in (
                    (
                        "state",
                        fields.TextField(
                            db_default="granted",
                            description="State: proposed, granted, ended or rejected.",
                            unique=False,
                        ),
                    ),
                    (
                        "origin",
                        fields.TextField(
                            db_default="officer", description="Who brought it in: operator, or officer.", unique=False
                        ),
                    ),
                    ("reason", fields.TextField(null=True, description="Why it was proposed.", unique=False)),
                    _reference(
                        "proposed_by", "Account", "Who proposed it; null for what an operator granted.", null=True
                    ),
                    _at("proposed_at", "When it was proposed.", null=True),
                    _reference("approved_by", "Account", "The second officer, who approved it.", null=True),
                    _at("approved_at", "When it was approved.", null=True),
                    _reference("ended_by", "Account", "Who ended it before its last day.", null=True),
                    _at("ended_at", "When it was ended before its last day.", null=True),
                    (
                        "decision",
                        fields.TextField(
                            null=True,
                            description="What was said when it was approved, rejected or ended.",
                            unique=False,
                        ),
                    ),
                )
            ),
            ops.RunSQL(KEEP, CARRY_BACK + FIRST_RIGHTS),
        ),
        Together(
            ops.DeleteModel(name="Authority"),
            ops.DeleteModel(name="PolicyRow"),
            ops.DeleteModel(name="PolicyVersion"),
        ),
        Together(
            ops.CreateModel(
                name="PolicyVersion",
                fields=[
                    _id(),
                    ("number", fields.IntField(description="Number of the version, from 1.")),
                    (
                        "state",
                        fields.TextField(
                            description="State: drafted, proposed, approved, active, superseded or rejected.",
                            unique=False,
                        ),
                    ),
                    (
                        "origin",
                        fields.TextField(
                            db_default="officer",
                            description="Who brought it in: shipped with the package, operator, or officer.",
                            unique=False,
                        ),
                    ),
                    ("note", fields.TextField(description="What it changes and why.", unique=False)),
                    (
                        "policy_text",
                        fields.TextField(description="Its lines as a file (CSV), comments included.", unique=False),
                    ),
                    ("digest", fields.TextField(description="SHA-256 of its lines.", unique=False)),
                    _reference("base", "PolicyVersion", "The version it was drafted from.", null=True),
                    _reference(
                        "restores", "PolicyVersion", "The earlier version whose lines it brings back.", null=True
                    ),
                    (
                        "narrows",
                        fields.BooleanField(
                            db_default=False,
                            description="Whether it goes back to an earlier version and only takes away by it.",
                        ),
                    ),
                    (
                        "authors",
                        ArrayField(default=list, description="Accounts that wrote in the draft.", element_type="UUID"),
                    ),
                    (
                        "beneficiaries",
                        ArrayField(default=list, description="Accounts that gain by it.", element_type="UUID"),
                    ),
                    _reference(
                        "drafted_by", "Account", "Who drafted it; null for what an operator brought in.", null=True
                    ),
                    _at("drafted_at", "When it was drafted."),
                    _reference("proposed_by", "Account", "Who proposed it.", null=True),
                    _at("proposed_at", "When it was proposed.", null=True),
                    _reference("approved_by", "Account", "The second officer, who approved it.", null=True),
                    _at("approved_at", "When it was approved.", null=True),
                    _at("activated_at", "When it became active.", null=True),
                    _at("superseded_at", "When another became active.", null=True),
                    (
                        "decision",
                        fields.TextField(
                            null=True, description="What was said when it was approved or rejected.", unique=False
                        ),
                    ),
                ],
                options={
                    "table": "policy_version",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "A version of the access policy 权限策略版本, from its draft to what replaced it.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="PolicyRow",
                fields=[
                    _id(),
                    _reference("version", "PolicyVersion", "The version."),
                    ("line", fields.IntField(description="Number of the line, from 1.")),
                    (
                        "kind",
                        fields.TextField(
                            description="p grant, c clearance, g inheritance, r role, t policy case.", unique=False
                        ),
                    ),
                    ("cells", ArrayField(description="The cells of the line.", element_type="TEXT")),
                ],
                options={
                    "table": "policy_row",
                    "app": "renxin",
                    "indexes": [Index(fields=["version_id", "line"], name="policy_row_by_version")],
                    "pk_attr": "id",
                    "table_description": (
                        "A line of a policy version 权限策略行, written when the version is proposed and never changed."
                    ),
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Authority",
                fields=[
                    ("id", fields.IntField(primary_key=True, unique=True, db_index=True, description="Always 1.")),
                    _reference("version", "PolicyVersion", "The active version."),
                    ("policy_version", fields.IntField(description="Its number.")),
                    (
                        "policy_state",
                        fields.TextField(db_default="active", description="Its state: active.", unique=False),
                    ),
                    ("epoch", fields.BigIntField(description="Counts every change of authority.")),
                ],
                options={
                    "table": "authority",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": (
                        "The one row that says which policy version is active, and the epoch of all authority."
                    ),
                },
                bases=["Model"],
            ),
            ops.RunSQL(CARRY_OVER, KEEP_BACK),
            *(
                ops.AddConstraint(model_name=model, constraint=constraint)
                for model, constraint in (
                    ("PolicyVersion", UniqueConstraint(fields=("number",), name="policy_version_number_is_unique")),
                    (
                        "PolicyVersion",
                        UniqueConstraint(fields=("id", "number", "state"), name="policy_version_is_referable_by_state"),
                    ),
                    ("PolicyRow", UniqueConstraint(fields=("version_id", "line"), name="policy_row_line_is_unique")),
                )
            ),
            *(
                ops.AddConstraint(model_name=model, constraint=CheckConstraint(check=check, name=name))
                for model, name, check in (
                    (
                        "PolicyVersion",
                        "policy_version_state_is_known",
                        "state IN ('drafted', 'proposed', 'approved', 'active', 'superseded', 'rejected')",
                    ),
                    (
                        "PolicyVersion",
                        "policy_version_origin_is_known",
                        "origin IN ('shipped', 'operator', 'officer')",
                    ),
                    (
                        "PolicyVersion",
                        "policy_version_has_two_officers",
                        "origin <> 'officer' OR state IN ('drafted', 'proposed', 'rejected')"
                        " OR (proposed_by_id IS NOT NULL AND approved_by_id IS NOT NULL)"
                        " OR (narrows AND restores_id IS NOT NULL AND proposed_by_id IS NOT NULL)",
                    ),
                    (
                        "PolicyVersion",
                        "policy_version_approver_is_another",
                        "approved_by_id <> proposed_by_id AND approved_by_id <> ALL(authors)"
                        " AND approved_by_id <> ALL(beneficiaries)",
                    ),
                    (
                        "PolicyVersion",
                        "policy_version_proposer_does_not_benefit",
                        "proposed_by_id <> ALL(beneficiaries)",
                    ),
                    ("PolicyRow", "policy_row_kind_is_known", "kind IN ('p', 'c', 'g', 'r', 't')"),
                    ("Authority", "authority_is_one_row", "id = 1"),
                    ("Authority", "authority_is_of_an_active_version", "policy_state = 'active'"),
                    (
                        "Assignment",
                        "assignment_state_is_known",
                        "state IN ('proposed', 'granted', 'ended', 'rejected')",
                    ),
                    ("Assignment", "assignment_origin_is_known", "origin IN ('operator', 'officer')"),
                    ("Assignment", "assignment_days_in_order", "to_on IS NULL OR to_on >= from_on"),
                    (
                        "Assignment",
                        "assignment_has_two_officers",
                        "origin = 'operator' OR (proposed_by_id IS NOT NULL"
                        " AND (state IN ('proposed', 'rejected') OR approved_by_id IS NOT NULL))",
                    ),
                    (
                        "Assignment",
                        "assignment_approver_is_another",
                        "approved_by_id <> proposed_by_id AND approved_by_id <> account_id",
                    ),
                    ("Assignment", "assignment_proposer_is_another", "proposed_by_id <> account_id"),
                )
            ),
            ops.RunSQL(RIGHTS, RIGHTS_BACK),
        ),
    ]
