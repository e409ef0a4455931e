"""Service accounts: their public keys, what their tokens are bound to, and proofs that were used."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
from domain.ids import new_id
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

GRANTS = """
GRANT SELECT, INSERT ON account_key TO renxin_app;
GRANT UPDATE (state, approved_by_id, approved_at, ends_at, decision) ON account_key TO renxin_app;
GRANT SELECT, INSERT, UPDATE ON proof_use TO renxin_app;
GRANT INSERT (binding), UPDATE (binding) ON account TO renxin_app;
"""
GRANTS_BACK = """
REVOKE ALL ON account_key, proof_use FROM renxin_app;
REVOKE INSERT (binding), UPDATE (binding) ON account FROM renxin_app;
"""


class Migration(migrations.Migration):
    dependencies = [("renxin", "0025_tokens")]

    initial = False

    operations = [
        Together(
            ops.CreateModel(
                name="AccountKey",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "account",
                        fields.ForeignKeyField(
                            "renxin.Account",
                            source_field="account_id",
                            description="The account.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "kid",
                        fields.TextField(description="Key id: the thumbprint of the key (RFC 7638).", unique=False),
                    ),
                    (
                        "algorithm",
                        fields.TextField(
                            description="Algorithm of its signatures: EdDSA, ES256 or RS256.", unique=False
                        ),
                    ),
                    ("jwk", fields.TextField(description="The public key as a JSON Web Key.", unique=False)),
                    (
                        "state",
                        fields.TextField(description="State: proposed, approved, rejected or revoked.", unique=False),
                    ),
                    (
                        "origin",
                        fields.TextField(
                            description="Who brought it in: officer, or rotation by the account itself.", unique=False
                        ),
                    ),
                    (
                        "replaces",
                        fields.ForeignKeyField(
                            "renxin.AccountKey",
                            source_field="replaces_id",
                            null=True,
                            description="The key with whose signature the account brought it in.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("reason", fields.TextField(null=True, description="Why it was proposed.", unique=False)),
                    (
                        "proposed_by",
                        fields.ForeignKeyField(
                            "renxin.Account",
                            source_field="proposed_by_id",
                            null=True,
                            description="The officer who proposed it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "proposed_at",
                        fields.DatetimeField(
                            description="When it was proposed or brought in.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "approved_by",
                        fields.ForeignKeyField(
                            "renxin.Account",
                            source_field="approved_by_id",
                            null=True,
                            description="The second officer, who approved it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "approved_at",
                        fields.DatetimeField(
                            null=True, description="When it was approved.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "ends_at",
                        fields.DatetimeField(description="Until when it holds.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "decision",
                        fields.TextField(
                            null=True,
                            description="What was said when it was approved, rejected or revoked.",
                            unique=False,
                        ),
                    ),
                ],
                options={
                    "table": "account_key",
                    "app": "renxin",
                    "indexes": [Index(fields=["account_id"], name="account_key_by_account")],
                    "pk_attr": "id",
                    "table_description": "A public key of a service account 服务账号公钥, with which its machine asks for access tokens.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="ProofUse",
                fields=[
                    (
                        "id",
                        fields.CharField(
                            primary_key=True,
                            unique=True,
                            db_index=True,
                            description="Digest of key and id.",
                            max_length=43,
                        ),
                    ),
                    (
                        "until",
                        fields.DatetimeField(
                            description="Until when it is remembered.", auto_now=False, auto_now_add=False
                        ),
                    ),
                ],
                options={
                    "table": "proof_use",
                    "app": "renxin",
                    "indexes": [Index(fields=["until"], name="proof_use_by_end")],
                    "pk_attr": "id",
                    "table_description": "A proof or assertion that was used, until it would no longer be taken anyway.",
                },
                bases=["Model"],
            ),
            ops.AddField(
                model_name="Account",
                name="binding",
                field=fields.TextField(
                    description="What its tokens must be bound to: none, dpop (a key) or mtls (a certificate).",
                    db_default="none",
                    unique=False,
                ),
            ),
            ops.AddConstraint(
                model_name="Account",
                constraint=CheckConstraint(
                    check="binding IN ('none', 'dpop', 'mtls')", name="account_binding_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="AccountKey", constraint=UniqueConstraint(fields=("kid",), name="account_key_is_unique")
            ),
            ops.AddConstraint(
                model_name="AccountKey",
                constraint=CheckConstraint(
                    check="state IN ('proposed', 'approved', 'rejected', 'revoked')", name="account_key_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="AccountKey",
                constraint=CheckConstraint(
                    check="origin IN ('officer', 'rotation')", name="account_key_origin_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="AccountKey",
                constraint=CheckConstraint(
                    check="(origin = 'rotation' AND replaces_id IS NOT NULL) OR (origin = 'officer' AND proposed_by_id IS NOT NULL AND (state IN ('proposed', 'rejected') OR approved_by_id IS NOT NULL))",
                    name="account_key_has_two_officers",
                ),
            ),
            ops.AddConstraint(
                model_name="AccountKey",
                constraint=CheckConstraint(
                    check="approved_by_id <> proposed_by_id AND approved_by_id <> account_id",
                    name="account_key_approver_is_another",
                ),
            ),
            ops.AddConstraint(
                model_name="AccountKey",
                constraint=CheckConstraint(
                    check="proposed_by_id <> account_id", name="account_key_proposer_is_another"
                ),
            ),
            ops.RunSQL(GRANTS, GRANTS_BACK),
        ),
    ]
