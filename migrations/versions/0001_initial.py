"""The first tables; constraints stand apart because Tortoise does not create those of a new model."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from migrations.together import Together
import functools
from domain.ids import new_id
from json import dumps, loads
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    initial = True

    operations = [
        Together(
            ops.CreateModel(
                name="IdempotencyKey",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    ("account_id", fields.UUIDField(description="The account that sent it.")),
                    ("mutation", fields.TextField(description="Name of the mutation.", unique=False)),
                    ("key", fields.CharField(description="The key.", max_length=128)),
                    ("input_digest", fields.CharField(description="SHA-256 of the input, hexadecimal.", max_length=64)),
                    (
                        "answer",
                        fields.JSONField(
                            description="Ids of the rows of the answer.",
                            encoder=functools.partial(dumps, separators=(",", ":")),
                            decoder=loads,
                        ),
                    ),
                    (
                        "at",
                        fields.DatetimeField(
                            description="When it was carried out.", auto_now=False, auto_now_add=False
                        ),
                    ),
                ],
                options={
                    "table": "idempotency_key",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "A key that a caller sent with a mutation, and what the mutation answered.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Jurisdiction",
                fields=[
                    (
                        "id",
                        fields.CharField(
                            primary_key=True,
                            unique=True,
                            db_index=True,
                            description="Division code 行政区划代码 (GB/T 2260), e.g. 350200.",
                            max_length=6,
                        ),
                    ),
                    ("name", fields.TextField(description="Name of the division, e.g. 厦门市.", unique=False)),
                    ("level", fields.TextField(description="Level: nation, province, city or district.", unique=False)),
                    (
                        "parent",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="parent_id",
                            null=True,
                            description="The division directly above this one.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                ],
                options={
                    "table": "jurisdiction",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "An administrative division 行政区划 with a rulebook of its own, or one above such a division.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="ApplicationItem",
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
                            description="The division whose list of matters names it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "code",
                        fields.TextField(
                            description="Code, to be named as the purpose, e.g. 350200.procurement.", unique=False
                        ),
                    ),
                    ("name", fields.TextField(description="Name of the matter, e.g. 政府采购.", unique=False)),
                    ("clause", fields.TextField(description="Clause of the rulebook.", unique=False)),
                    ("rulebook", fields.TextField(description="Id of the rulebook.", unique=False)),
                ],
                options={
                    "table": "application_item",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "An application item 应用事项: a matter in which a credit report is queried, named as the purpose.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="CatalogueItem",
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
                            description="The division whose catalogue it is.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "edition",
                        fields.TextField(
                            description="Edition 版本 of the catalogue, the id of its rulebook.", unique=False
                        ),
                    ),
                    (
                        "code",
                        fields.TextField(
                            description="Code of the item within its edition, e.g. penalty.", unique=False
                        ),
                    ),
                    ("name", fields.TextField(description="Name of the item, e.g. 行政处罚.", unique=False)),
                    (
                        "category",
                        fields.TextField(
                            description="Category of information, e.g. permit, penalty, commitment.", unique=False
                        ),
                    ),
                    (
                        "polarity",
                        fields.TextField(
                            description="Whether it speaks for (positive) or against (negative) the subject.",
                            unique=False,
                        ),
                    ),
                    (
                        "disclosure",
                        fields.TextField(
                            description="How far it is shown 共享属性 when about an organisation.", unique=False
                        ),
                    ),
                    (
                        "person_disclosure",
                        fields.TextField(description="How far it is shown when about a natural person.", unique=False),
                    ),
                    (
                        "subject_kinds",
                        ArrayField(
                            default=list,
                            description="Kinds of subject it may be about; empty means every kind.",
                            element_type="TEXT",
                        ),
                    ),
                    (
                        "data_items",
                        fields.JSONField(
                            default=list,
                            description="Required and optional data items 数据项: code, name, required, personal.",
                            encoder=functools.partial(dumps, separators=(",", ":")),
                            decoder=loads,
                        ),
                    ),
                    (
                        "severity_required",
                        fields.BooleanField(
                            default=False, description="Whether a record needs a severity before publication (厦门2)."
                        ),
                    ),
                    (
                        "double_publicity",
                        fields.BooleanField(default=False, description="Whether 双公示 applies: portal and platform."),
                    ),
                    (
                        "publication_years",
                        fields.IntField(null=True, description="Publication term in years; null where none is set."),
                    ),
                    ("legal_basis", fields.TextField(null=True, description="Legal basis 依据.", unique=False)),
                    (
                        "legal_basis_level",
                        fields.TextField(null=True, description="Level of the legal basis.", unique=False),
                    ),
                    ("clause", fields.TextField(description="Clause of the rulebook.", unique=False)),
                    (
                        "valid_from",
                        fields.DateField(
                            null=True, description="First day of validity; null when the document names none."
                        ),
                    ),
                    (
                        "valid_to",
                        fields.DateField(
                            null=True, description="Last day of validity; null when the document names none."
                        ),
                    ),
                ],
                options={
                    "table": "catalogue_item",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "A catalogue item 目录条目: one kind of credit information in one edition of one jurisdiction's catalogue.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="CreditList",
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
                            description="The division whose rulebook opens the list.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("rulebook", fields.TextField(description="Id of the rulebook.", unique=False)),
                    (
                        "code",
                        fields.TextField(description="Code of the list within its rulebook, e.g. black.", unique=False),
                    ),
                    ("name", fields.TextField(description="Name 名称 of the list.", unique=False)),
                    (
                        "aliases",
                        ArrayField(default=list, description="Other names of the same list.", element_type="TEXT"),
                    ),
                    ("polarity", fields.TextField(description="Positive 红名单 or negative 黑名单.", unique=False)),
                    (
                        "standard",
                        fields.TextField(
                            null=True,
                            description="Standard of recognition 认定标准; null where the text is silent.",
                            unique=False,
                        ),
                    ),
                    (
                        "procedure",
                        fields.TextField(
                            null=True,
                            description="Procedure of recognition 认定程序; null where the text is silent.",
                            unique=False,
                        ),
                    ),
                    (
                        "measures",
                        fields.TextField(
                            null=True,
                            description="Measures 惩戒/激励措施; null where the text is silent.",
                            unique=False,
                        ),
                    ),
                    (
                        "exit_rule",
                        fields.TextField(
                            null=True, description="Exit 退出机制; null where the text is silent.", unique=False
                        ),
                    ),
                    (
                        "max_publication_years",
                        fields.IntField(null=True, description="Longest publication in years; null where none is set."),
                    ),
                    ("clause", fields.TextField(description="Clause of the rulebook.", unique=False)),
                ],
                options={
                    "table": "credit_list",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "A kind of list 名单, e.g. 诚信红名单, with its standard, procedure, measures and exit where the law sets them.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="LedgerCheckpoint",
                fields=[
                    (
                        "id",
                        fields.BigIntField(
                            primary_key=True,
                            unique=True,
                            db_index=True,
                            description="Number of the checkpoint, from 1, without gaps.",
                        ),
                    ),
                    ("from_xid", fields.BigIntField(description="First transaction of the range.")),
                    ("to_xid", fields.BigIntField(description="First transaction after the range.")),
                    ("size", fields.IntField(description="How many events.")),
                    (
                        "leaves",
                        fields.BinaryField(
                            description="Id and SHA-256 of each event, in order; see `domain.checkpoint`."
                        ),
                    ),
                    (
                        "root",
                        fields.TextField(
                            description="Merkle root (RFC 9162) of the leaves, hexadecimal.", unique=False
                        ),
                    ),
                    ("previous", fields.TextField(description="Digest of the checkpoint before.", unique=False)),
                    ("digest", fields.TextField(description="Digest of this checkpoint.", unique=False)),
                    ("key_id", fields.TextField(description="Id of the signing key.", unique=False)),
                    (
                        "signature",
                        fields.TextField(
                            description="Signed digest: JWS, EdDSA, typ renxin-checkpoint+jws.", unique=False
                        ),
                    ),
                    (
                        "sealed_at",
                        fields.DatetimeField(description="When it was sealed.", auto_now=False, auto_now_add=False),
                    ),
                ],
                options={
                    "table": "ledger_checkpoint",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "A checkpoint: all events of a range of transactions, hashed, linked to the one before, and signed.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Office",
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
                            description="The division whose rulebook names the office.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "code",
                        fields.TextField(
                            description="Key of the office within its jurisdiction, e.g. JCZD.", unique=False
                        ),
                    ),
                    (
                        "name",
                        fields.TextField(
                            description="Name of the office as the document writes it, e.g. 市监察支队.", unique=False
                        ),
                    ),
                    (
                        "aliases",
                        ArrayField(
                            default=list, description="Other spellings 别名 that mean this office.", element_type="TEXT"
                        ),
                    ),
                    ("kind", fields.TextField(default="bureau_office", description="Kind of office.", unique=False)),
                    (
                        "roles",
                        ArrayField(
                            default=list,
                            description="What the documents charge it with beyond producing.",
                            element_type="TEXT",
                        ),
                    ),
                    ("clause", fields.TextField(null=True, description="Clauses that name the office.", unique=False)),
                    (
                        "rulebook",
                        fields.TextField(null=True, description="Id of the rulebook that names it.", unique=False),
                    ),
                ],
                options={
                    "table": "office",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "An office 处室/单位: a part of the bureau, the credit platform, or a partner agency.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="CatalogueProducer",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "item",
                        fields.ForeignKeyField(
                            "renxin.CatalogueItem",
                            source_field="item_id",
                            description="The catalogue item.",
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
                            description="The producing office.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "clause",
                        fields.TextField(description="Clause that names the office for the item.", unique=False),
                    ),
                    (
                        "reading",
                        fields.TextField(
                            null=True,
                            description="Our reading 解读, where the text leaves the producer open.",
                            unique=False,
                        ),
                    ),
                ],
                options={
                    "table": "catalogue_producer",
                    "app": "renxin",
                    "indexes": [Index(fields=["office_id"], name="catalogue_producer_by_office")],
                    "pk_attr": "id",
                    "table_description": "An office that produces, provides and answers for a catalogue item 信源单位.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="LedgerEvent",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    ("kind", fields.TextField(description="Change or access.", unique=False)),
                    ("at", fields.DatetimeField(description="When it happened.", auto_now=False, auto_now_add=False)),
                    (
                        "object",
                        fields.TextField(
                            description="What was changed or read: the noun, e.g. credit_record.", unique=False
                        ),
                    ),
                    ("object_id", fields.UUIDField(null=True, description="Which row, where it is one.")),
                    ("verb", fields.TextField(description="What was done, e.g. publish, read, issue.", unique=False)),
                    ("outcome", fields.TextField(description="Done, served or refused.", unique=False)),
                    ("subject_id", fields.UUIDField(null=True, description="The subject concerned.")),
                    (
                        "account_id",
                        fields.UUIDField(null=True, description="Account that did it; null for the anonymous public."),
                    ),
                    ("role", fields.TextField(description="Roles it was done under.", unique=False)),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            null=True,
                            description="The office of the account.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "purpose",
                        fields.TextField(null=True, description="Purpose 用途 named by the caller.", unique=False),
                    ),
                    (
                        "basis",
                        fields.TextField(
                            null=True,
                            description="Legal basis 依据 of the access, or the clause of the change.",
                            unique=False,
                        ),
                    ),
                    (
                        "reason",
                        fields.TextField(null=True, description="Reason given, or code of the refusal.", unique=False),
                    ),
                    (
                        "policy_version",
                        fields.IntField(description="Version of the access policy it was decided under."),
                    ),
                    ("token_id", fields.TextField(null=True, description="Id (jti) of the token.", unique=False)),
                    (
                        "image",
                        fields.JSONField(
                            null=True,
                            description="The row after the change.",
                            encoder=functools.partial(dumps, separators=(",", ":")),
                            decoder=loads,
                        ),
                    ),
                ],
                options={
                    "table": "ledger_event",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "at", "id"], name="ledger_event_by_subject"),
                        Index(fields=["office_id", "at", "id"], name="ledger_event_by_office"),
                        Index(fields=["at", "id"], name="ledger_event_by_time"),
                    ],
                    "pk_attr": "id",
                    "table_description": "An event of the ledger 台账: a change 变更 or an access 查询.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="OutboxEvent",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True,
                            default=new_id,
                            unique=True,
                            db_index=True,
                            description="Identifier, and the idempotency id of the delivery.",
                        ),
                    ),
                    ("at", fields.DatetimeField(description="When it happened.", auto_now=False, auto_now_add=False)),
                    ("object", fields.TextField(description="The noun.", unique=False)),
                    ("object_id", fields.UUIDField(description="Which row.")),
                    ("verb", fields.TextField(description="What was done.", unique=False)),
                    ("version", fields.IntField(description="Version of the row after it.")),
                    ("subject_id", fields.UUIDField(null=True, description="The subject concerned.")),
                    (
                        "payload",
                        fields.JSONField(
                            description="What is told.",
                            encoder=functools.partial(dumps, separators=(",", ":")),
                            decoder=loads,
                        ),
                    ),
                    (
                        "delivered_at",
                        fields.DatetimeField(
                            null=True, description="When it was receipted.", auto_now=False, auto_now_add=False
                        ),
                    ),
                ],
                options={
                    "table": "outbox_event",
                    "app": "renxin",
                    "indexes": [Index(fields=["object_id", "id"], name="outbox_event_by_object")],
                    "pk_attr": "id",
                    "table_description": "An event 推送 to be delivered at least once, ordered per row.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="PartnerPurpose",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            description="The partner agency.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "application_item",
                        fields.ForeignKeyField(
                            "renxin.ApplicationItem",
                            source_field="application_item_id",
                            description="The purpose.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("from_on", fields.DateField(description="First day of the grant.")),
                    ("to_on", fields.DateField(null=True, description="Last day of the grant; null while it lasts.")),
                ],
                options={
                    "table": "partner_purpose",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "A purpose that has been granted to a partner agency, with its days.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="PolicyVersion",
                fields=[
                    (
                        "id",
                        fields.IntField(
                            primary_key=True, unique=True, db_index=True, description="Number of the version, from 1."
                        ),
                    ),
                    ("note", fields.TextField(description="What it changes and why.", unique=False)),
                    ("digest", fields.TextField(description="SHA-256 of its lines.", unique=False)),
                    (
                        "activated_at",
                        fields.DatetimeField(
                            null=True, description="When it became active.", auto_now=False, auto_now_add=False
                        ),
                    ),
                ],
                options={
                    "table": "policy_version",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "A version of the access policy.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Authority",
                fields=[
                    ("id", fields.IntField(primary_key=True, unique=True, db_index=True, description="Always 1.")),
                    (
                        "policy_version",
                        fields.ForeignKeyField(
                            "renxin.PolicyVersion",
                            source_field="policy_version_id",
                            description="The active version.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("epoch", fields.BigIntField(description="Counts every change of authority.")),
                ],
                options={
                    "table": "authority",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "The one row that says which policy version is active, and the epoch of all authority.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="PolicyRow",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "version",
                        fields.ForeignKeyField(
                            "renxin.PolicyVersion",
                            source_field="version_id",
                            description="The version.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("line", fields.IntField(description="Number of the line, from 1.")),
                    ("kind", fields.TextField(description="p grant, c clearance, g inheritance.", unique=False)),
                    ("cells", ArrayField(description="The cells of the line.", element_type="TEXT")),
                ],
                options={
                    "table": "policy_row",
                    "app": "renxin",
                    "indexes": [Index(fields=["version_id", "line"], name="policy_row_by_version")],
                    "pk_attr": "id",
                    "table_description": "A line of a policy version: a grant (p), a clearance (c) or an inheritance of roles (g).",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="RecordImport",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            description="The office that handed it in.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
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
                        "item",
                        fields.ForeignKeyField(
                            "renxin.CatalogueItem",
                            source_field="item_id",
                            description="The catalogue item of its rows.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "state",
                        fields.TextField(
                            description="State: completed, or void when nothing of it was taken.", unique=False
                        ),
                    ),
                    ("file_digest", fields.CharField(description="SHA-256 of the file, hexadecimal.", max_length=64)),
                    ("rows_read", fields.IntField(default=0, description="Rows read.")),
                    ("rows_added", fields.IntField(default=0, description="Rows that became records.")),
                    ("rows_known", fields.IntField(default=0, description="Rows that were already here.")),
                    ("rows_refused", fields.IntField(default=0, description="Rows refused.")),
                    ("handed_in_by", fields.UUIDField(null=True, description="Account that handed it in.")),
                    (
                        "started_at",
                        fields.DatetimeField(description="When it began.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "finished_at",
                        fields.DatetimeField(
                            null=True, description="When it ended.", auto_now=False, auto_now_add=False
                        ),
                    ),
                ],
                options={
                    "table": "record_import",
                    "app": "renxin",
                    "indexes": [Index(fields=["office_id", "started_at", "id"], name="record_import_by_office")],
                    "pk_attr": "id",
                    "table_description": "An import 批量归集: one file of records handed in by one office.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="RefusedRow",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "record_import",
                        fields.ForeignKeyField(
                            "renxin.RecordImport",
                            source_field="record_import_id",
                            description="The import.",
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
                            description="The office that handed it in.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("line", fields.IntField(description="Line of the file, from 1; the header is line 1.")),
                    (
                        "column_code",
                        fields.TextField(
                            null=True,
                            description="Column at fault, e.g. CF_JDRQ; null when it is the whole row.",
                            unique=False,
                        ),
                    ),
                    ("code", fields.TextField(description="Code of the reason.", unique=False)),
                    (
                        "reason",
                        fields.TextField(description="The reason, in English, without the value.", unique=False),
                    ),
                    (
                        "reason_zh",
                        fields.TextField(description="The reason, in Chinese, without the value.", unique=False),
                    ),
                ],
                options={
                    "table": "refused_row",
                    "app": "renxin",
                    "indexes": [Index(fields=["record_import_id", "line"], name="refused_row_by_import")],
                    "pk_attr": "id",
                    "table_description": "A row of an import that was refused, with the reason and without its values.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Responsibility",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            description="The office that has the duty.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("duty", fields.TextField(description="The duty, in the document's words.", unique=False)),
                    ("clause", fields.TextField(description="The clause that sets it.", unique=False)),
                    ("rulebook", fields.TextField(description="Id of the rulebook.", unique=False)),
                    (
                        "valid_from",
                        fields.DateField(
                            null=True, description="First day of the duty; null when the document names none."
                        ),
                    ),
                    (
                        "valid_to",
                        fields.DateField(
                            null=True, description="Last day of the duty; null when the document names none."
                        ),
                    ),
                ],
                options={
                    "table": "responsibility",
                    "app": "renxin",
                    "indexes": [Index(fields=["office_id"], name="responsibility_by_office")],
                    "pk_attr": "id",
                    "table_description": "A duty 责任 that a rulebook lays on an office, with its clause and validity.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="RevokedToken",
                fields=[
                    (
                        "id",
                        fields.CharField(
                            primary_key=True,
                            unique=True,
                            db_index=True,
                            description="Id (jti) of the token.",
                            max_length=200,
                        ),
                    ),
                    (
                        "revoked_at",
                        fields.DatetimeField(description="When it was revoked.", auto_now=False, auto_now_add=False),
                    ),
                    (
                        "expires_at",
                        fields.DatetimeField(
                            description="When it would have expired.", auto_now=False, auto_now_add=False
                        ),
                    ),
                ],
                options={
                    "table": "revoked_token",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "A token that is no longer accepted, by its id, until it would have expired anyway.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Subject",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    ("kind", fields.TextField(description="Kind of subject 主体类型.", unique=False)),
                    ("is_person", fields.BooleanField(description="Whether the subject is a natural person 自然人.")),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            description="The division in which the subject is registered.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "name",
                        fields.TextField(
                            description="Name 名称/姓名; of a natural person in the form your clearance allows.",
                            unique=False,
                        ),
                    ),
                    ("masked_name", fields.TextField(description="The name as shown without clearance.", unique=False)),
                    (
                        "name_pinyin",
                        fields.TextField(default="", description="Pinyin and initials, for search.", unique=False),
                    ),
                    (
                        "uscc",
                        fields.CharField(
                            null=True,
                            description="Unified social credit code 统一社会信用代码 (GB 32100), organisations only.",
                            max_length=18,
                        ),
                    ),
                    (
                        "uscc_lenient",
                        fields.BooleanField(
                            default=False,
                            description="True when the code fails its check digit and was accepted from an official file.",
                        ),
                    ),
                    ("id_cipher", fields.BinaryField(null=True, description="Encrypted identity number.")),
                    ("id_index", fields.BinaryField(null=True, description="Blind index of the identity number.")),
                    (
                        "masked_id_number",
                        fields.TextField(
                            null=True, description="Identity number 身份证号 of a natural person, masked.", unique=False
                        ),
                    ),
                    (
                        "state_owned",
                        fields.BooleanField(
                            default=False, description="Whether it is state-owned 国有; a fact the code does not tell."
                        ),
                    ),
                    (
                        "registered_at",
                        fields.DatetimeField(
                            description="When the subject was entered here.", auto_now=False, auto_now_add=False
                        ),
                    ),
                ],
                options={
                    "table": "subject",
                    "app": "renxin",
                    "indexes": [Index(fields=["jurisdiction_id", "id"], name="subject_by_jurisdiction")],
                    "pk_attr": "id",
                    "table_description": "A credit subject 信用主体: a natural person or an organisation about whom credit data is held.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Account",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    ("issuer", fields.TextField(description="Issuer (iss) of its tokens.", unique=False)),
                    ("sub", fields.TextField(description="Subject (sub) of its tokens.", unique=False)),
                    ("display", fields.TextField(description="What it is called, e.g. 市监察支队经办.", unique=False)),
                    (
                        "subject",
                        fields.ForeignKeyField(
                            "renxin.Subject",
                            source_field="subject_id",
                            null=True,
                            description="The subject it is, for people who see their own record.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                ],
                options={
                    "table": "account",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "A person or machine known to this service by the issuer and subject of its tokens.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Assignment",
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
                    ("role", fields.TextField(description="The role.", unique=False)),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            null=True,
                            description="The office it is held in; null for roles without one.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "jurisdiction",
                        fields.ForeignKeyField(
                            "renxin.Jurisdiction",
                            source_field="jurisdiction_id",
                            null=True,
                            description="The division it is held in; null for roles without one.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("from_on", fields.DateField(description="First day.")),
                    ("to_on", fields.DateField(null=True, description="Last day; null while it lasts.")),
                ],
                options={
                    "table": "assignment",
                    "app": "renxin",
                    "indexes": [Index(fields=["account_id"], name="assignment_by_account")],
                    "pk_attr": "id",
                    "table_description": "A role held by an account in an office, from a day until a day.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="Consent",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "subject",
                        fields.ForeignKeyField(
                            "renxin.Subject",
                            source_field="subject_id",
                            description="The subject who consents.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("about_person", fields.BooleanField(description="Whether the subject is a natural person.")),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            description="The partner agency that may query.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "application_item",
                        fields.ForeignKeyField(
                            "renxin.ApplicationItem",
                            source_field="application_item_id",
                            description="The purpose 应用事项 it is given for.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "granted_at",
                        fields.DatetimeField(description="When it was given.", auto_now=False, auto_now_add=False),
                    ),
                    ("until_on", fields.DateField(description="Last day of the consent.")),
                    (
                        "revoked_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was revoked; null while it stands.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                ],
                options={
                    "table": "consent",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "office_id", "application_item_id"], name="consent_by_subject")
                    ],
                    "pk_attr": "id",
                    "table_description": "A consent 授权 of a subject to a partner agency for one purpose, until a day.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="CreditRecord",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "subject",
                        fields.ForeignKeyField(
                            "renxin.Subject",
                            source_field="subject_id",
                            description="The subject the record is about.",
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
                            description="The division under whose rulebook it was made.",
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
                            description="The producing office 信源单位, which alone may change it.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "item",
                        fields.ForeignKeyField(
                            "renxin.CatalogueItem",
                            source_field="item_id",
                            description="The catalogue item in force on the day of the decision.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "state",
                        fields.TextField(
                            description="State of the record; whether it is in force is told by `inForce`.",
                            unique=False,
                        ),
                    ),
                    ("version", fields.IntField(default=1, description="Version, from 1; an amendment adds one.")),
                    (
                        "decision_no",
                        fields.CharField(description="Number of the decision document 文书号.", max_length=128),
                    ),
                    ("title", fields.CharField(description="Title 名称 of the record.", max_length=200)),
                    (
                        "severity",
                        fields.TextField(
                            null=True, description="Severity 失信严重程度; null where not yet determined.", unique=False
                        ),
                    ),
                    (
                        "procedure",
                        fields.TextField(
                            null=True,
                            description="Procedure of a penalty: general 一般程序 or summary 简易程序.",
                            unique=False,
                        ),
                    ),
                    (
                        "harm_removed",
                        fields.BooleanField(
                            default=False,
                            description="Whether the act was minor or its harm removed or reduced (上海5(二)).",
                        ),
                    ),
                    (
                        "dishonest",
                        fields.BooleanField(
                            default=False,
                            description="Whether the record counts as dishonest conduct 失信信息 under the rulebook.",
                        ),
                    ),
                    (
                        "legal_basis",
                        fields.TextField(null=True, description="Legal basis 依据 of the decision.", unique=False),
                    ),
                    (
                        "legal_basis_level",
                        fields.TextField(null=True, description="Level of the legal basis.", unique=False),
                    ),
                    (
                        "content",
                        fields.JSONField(
                            default=dict,
                            description="Data items 数据项 by code, e.g. CF_NR_FK; personal columns are left out.",
                            encoder=functools.partial(dumps, separators=(",", ":")),
                            decoder=loads,
                        ),
                    ),
                    ("decided_on", fields.DateField(description="Day of the decision 决定日期.")),
                    (
                        "closed_on",
                        fields.DateField(
                            null=True,
                            description="Day the case was closed 办结日期; null when only the decision day is known.",
                        ),
                    ),
                    (
                        "obtained_on",
                        fields.DateField(description="Day the office produced or obtained the information (十堰)."),
                    ),
                    (
                        "collection_due_on",
                        fields.DateField(
                            null=True,
                            description="Last day to hand it in under the rulebook; null where no term is set.",
                        ),
                    ),
                    (
                        "publication_due_on",
                        fields.DateField(
                            null=True, description="Last day to publish it on both channels; null where no term is set."
                        ),
                    ),
                    (
                        "due_provisional",
                        fields.BooleanField(
                            default=False,
                            description="True when a due day runs into a year whose holidays are not announced.",
                        ),
                    ),
                    (
                        "submitted_at",
                        fields.DatetimeField(
                            description="When the office handed it in 归集.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "portal_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it appeared on the portal 门户网站双公示.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "platform_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was handed to the city platform 市信用平台.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "published_at",
                        fields.DatetimeField(
                            null=True, description="When it was published 公示.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "public_until",
                        fields.DateField(null=True, description="Last day of publication; null where no end is set."),
                    ),
                    (
                        "disclosure",
                        fields.TextField(
                            description="How far it is shown 共享属性, from its catalogue item.", unique=False
                        ),
                    ),
                    (
                        "withdrawn_at",
                        fields.DatetimeField(
                            null=True, description="When it was withdrawn 撤回.", auto_now=False, auto_now_add=False
                        ),
                    ),
                    (
                        "withdrawal_reason",
                        fields.TextField(null=True, description="Public reason 理由 of the withdrawal.", unique=False),
                    ),
                    ("submitted_by", fields.UUIDField(null=True, description="Account that handed it in.")),
                    ("import_id", fields.UUIDField(null=True, description="The import it came with.")),
                ],
                options={
                    "table": "credit_record",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["office_id", "decided_on", "id"], name="credit_record_by_office"),
                        Index(fields=["jurisdiction_id", "decided_on", "id"], name="credit_record_by_jurisdiction"),
                        Index(fields=["decided_on", "id"], name="credit_record_by_day"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A credit record 信用记录, produced, provided and answered for by one office.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="CreditRecordVersion",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "record",
                        fields.ForeignKeyField(
                            "renxin.CreditRecord",
                            source_field="record_id",
                            description="The record.",
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
                            description="The subject of the record.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("about_person", fields.BooleanField(description="Whether the subject is a natural person.")),
                    (
                        "office",
                        fields.ForeignKeyField(
                            "renxin.Office",
                            source_field="office_id",
                            description="The producing office.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("version", fields.IntField(description="Number of this version.")),
                    ("title", fields.CharField(description="Title as it stood.", max_length=200)),
                    ("severity", fields.TextField(null=True, description="Severity as it stood.", unique=False)),
                    (
                        "content",
                        fields.JSONField(
                            default=dict,
                            description="Data items as they stood.",
                            encoder=functools.partial(dumps, separators=(",", ":")),
                            decoder=loads,
                        ),
                    ),
                    ("reason", fields.TextField(description="Why the version was replaced.", unique=False)),
                    (
                        "replaced_at",
                        fields.DatetimeField(description="When it was replaced.", auto_now=False, auto_now_add=False),
                    ),
                ],
                options={
                    "table": "credit_record_version",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "An earlier version of a credit record, as it stood before an amendment.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="CreditReport",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    ("number", fields.CharField(description="Number 报告编号, for verification.", max_length=40)),
                    ("kind", fields.TextField(description="Kind of report.", unique=False)),
                    (
                        "subject",
                        fields.ForeignKeyField(
                            "renxin.Subject",
                            source_field="subject_id",
                            description="The subject of the report.",
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
                            description="The division under whose rulebook it was issued.",
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
                            description="The office or agency that asked for it; null when the subject did.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "application_item",
                        fields.ForeignKeyField(
                            "renxin.ApplicationItem",
                            source_field="application_item_id",
                            null=True,
                            description="The purpose it was asked for; null for the subject's own.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "consent",
                        fields.ForeignKeyField(
                            "renxin.Consent",
                            source_field="consent_id",
                            null=True,
                            description="The consent it rests on; null where the law needs none.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("requested_by", fields.UUIDField(null=True, description="Account that asked for it.")),
                    (
                        "issued_at",
                        fields.DatetimeField(description="When it was issued.", auto_now=False, auto_now_add=False),
                    ),
                    ("valid_until", fields.DateField(description="Last day of validity.")),
                    (
                        "document",
                        fields.TextField(
                            description="The report itself: canonical JSON, exactly as signed.", unique=False
                        ),
                    ),
                    ("digest", fields.CharField(description="SHA-256 of the document, hexadecimal.", max_length=64)),
                    (
                        "signature",
                        fields.TextField(
                            description="The signed report: JWS compact serialisation, EdDSA.", unique=False
                        ),
                    ),
                    (
                        "key_id",
                        fields.TextField(
                            description="Id of the signing key, published under /.well-known/jwks.json.", unique=False
                        ),
                    ),
                    (
                        "revoked_at",
                        fields.DatetimeField(
                            null=True,
                            description="When the document was revoked; null while it stands.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    ("revocation_reason", fields.TextField(null=True, description="Why it was revoked.", unique=False)),
                ],
                options={
                    "table": "credit_report",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "issued_at", "id"], name="credit_report_by_subject"),
                        Index(fields=["office_id", "issued_at", "id"], name="credit_report_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "A credit report 信用报告 as issued to one office for one purpose.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="LegalRepresentative",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "subject",
                        fields.ForeignKeyField(
                            "renxin.Subject",
                            source_field="subject_id",
                            description="The organisation.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "person",
                        fields.ForeignKeyField(
                            "renxin.Subject",
                            source_field="person_id",
                            null=True,
                            description="The person, where known as a subject.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "about_person",
                        fields.BooleanField(default=True, description="Whether the row tells about a natural person."),
                    ),
                    (
                        "name",
                        fields.TextField(
                            description="Name of the representative, as your clearance allows.", unique=False
                        ),
                    ),
                    ("masked_name", fields.TextField(description="The name as shown without clearance.", unique=False)),
                    (
                        "masked_id_number",
                        fields.TextField(
                            null=True, description="Identity number of the representative, masked.", unique=False
                        ),
                    ),
                    ("from_on", fields.DateField(description="First day of the office.")),
                    ("to_on", fields.DateField(null=True, description="Last day of the office; null while it lasts.")),
                ],
                options={
                    "table": "legal_representative",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "from_on"], name="legal_representative_by_subject"),
                        Index(fields=["person_id"], name="legal_representative_by_person"),
                    ],
                    "pk_attr": "id",
                    "table_description": "The link 法定代表人 between an organisation and the person who represents it, with its days.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="ListEntry",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "credit_list",
                        fields.ForeignKeyField(
                            "renxin.CreditList",
                            source_field="credit_list_id",
                            description="The list.",
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
                            description="The subject on the list.",
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
                            description="The division of the list.",
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
                            description="The office that recognised the entry 认定单位.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    ("decision_no", fields.CharField(description="Number of the decision.", max_length=128)),
                    ("reason", fields.TextField(description="Why the subject is on the list.", unique=False)),
                    ("decided_on", fields.DateField(description="Day of the decision.")),
                    (
                        "published_at",
                        fields.DatetimeField(
                            null=True,
                            description="When it was published; null while it is not.",
                            auto_now=False,
                            auto_now_add=False,
                        ),
                    ),
                    (
                        "public_until",
                        fields.DateField(null=True, description="Last day of publication; null where no end is set."),
                    ),
                    (
                        "disclosure",
                        fields.TextField(default="public", description="How far it is shown.", unique=False),
                    ),
                    ("removed_on", fields.DateField(null=True, description="Day of the removal 移出.")),
                    ("removal_reason", fields.TextField(null=True, description="Reason of the removal.", unique=False)),
                ],
                options={
                    "table": "list_entry",
                    "app": "renxin",
                    "indexes": [
                        Index(fields=["subject_id", "decided_on", "id"], name="list_entry_by_subject"),
                        Index(fields=["credit_list_id", "decided_on", "id"], name="list_entry_by_list"),
                        Index(fields=["office_id", "decided_on", "id"], name="list_entry_by_office"),
                    ],
                    "pk_attr": "id",
                    "table_description": "An entry 列入: a subject on a list from a day until a day, recognised by one office.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="ListEvidence",
                fields=[
                    (
                        "id",
                        fields.UUIDField(
                            primary_key=True, default=new_id, unique=True, db_index=True, description="Identifier."
                        ),
                    ),
                    (
                        "entry",
                        fields.ForeignKeyField(
                            "renxin.ListEntry",
                            source_field="entry_id",
                            description="The list entry.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                    (
                        "record",
                        fields.ForeignKeyField(
                            "renxin.CreditRecord",
                            source_field="record_id",
                            description="The credit record.",
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
                            description="The subject of both.",
                            db_constraint=True,
                            to_field="id",
                            related_name=False,
                            on_delete=OnDelete.RESTRICT,
                        ),
                    ),
                ],
                options={
                    "table": "list_evidence",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "A credit record on which a list entry rests.",
                },
                bases=["Model"],
            ),
            ops.CreateModel(
                name="WorkingDay",
                fields=[
                    ("id", fields.DateField(primary_key=True, unique=True, db_index=True, description="The day.")),
                    ("working", fields.BooleanField(description="Whether it is a working day 工作日.")),
                    (
                        "kind",
                        fields.TextField(
                            description="Weekday, weekend, holiday 节假日 or make-up day 调休上班.", unique=False
                        ),
                    ),
                    (
                        "provisional",
                        fields.BooleanField(
                            description="True in a year whose holidays the State Council has not announced."
                        ),
                    ),
                ],
                options={
                    "table": "working_day",
                    "app": "renxin",
                    "pk_attr": "id",
                    "table_description": "A day of the calendar 工作日历.",
                },
                bases=["Model"],
            ),
            ops.AddConstraint(
                model_name="IdempotencyKey",
                constraint=UniqueConstraint(fields=("account_id", "mutation", "key"), name="idempotency_key_is_unique"),
            ),
            ops.AddConstraint(
                model_name="ApplicationItem",
                constraint=UniqueConstraint(fields=("code",), name="application_item_code_is_unique"),
            ),
            ops.AddConstraint(
                model_name="CatalogueItem",
                constraint=UniqueConstraint(
                    fields=("jurisdiction_id", "edition", "code"), name="catalogue_item_is_unique"
                ),
            ),
            ops.AddConstraint(
                model_name="CatalogueItem",
                constraint=CheckConstraint(
                    check="polarity IN ('positive', 'negative', 'neutral')", name="catalogue_item_polarity_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="CatalogueItem",
                constraint=CheckConstraint(
                    check="disclosure IN ('public', 'government_sharing', 'authorised_query', 'restricted', 'internal')",
                    name="catalogue_item_disclosure_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="CatalogueItem",
                constraint=CheckConstraint(
                    check="person_disclosure IN ('public', 'government_sharing', 'authorised_query', 'restricted', 'internal')",
                    name="catalogue_item_person_disclosure_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="CreditList",
                constraint=UniqueConstraint(fields=("rulebook", "code"), name="credit_list_is_unique"),
            ),
            ops.AddConstraint(
                model_name="CreditList",
                constraint=CheckConstraint(
                    check="polarity IN ('positive', 'negative', 'neutral')", name="credit_list_polarity_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="Office",
                constraint=UniqueConstraint(fields=("jurisdiction_id", "code"), name="office_code_is_unique"),
            ),
            ops.AddConstraint(
                model_name="Office",
                constraint=CheckConstraint(
                    check="kind IN ('bureau_office', 'credit_platform', 'partner_agency', 'other_body')",
                    name="office_kind_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="CatalogueProducer",
                constraint=UniqueConstraint(fields=("item_id", "office_id"), name="catalogue_producer_is_unique"),
            ),
            ops.AddConstraint(
                model_name="LedgerEvent",
                constraint=CheckConstraint(check="kind IN ('change', 'access')", name="ledger_event_kind_is_known"),
            ),
            ops.AddConstraint(
                model_name="LedgerEvent",
                constraint=CheckConstraint(
                    check="outcome IN ('done', 'served', 'refused')", name="ledger_event_outcome_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="PartnerPurpose",
                constraint=UniqueConstraint(
                    fields=("office_id", "application_item_id", "from_on"), name="partner_purpose_is_unique"
                ),
            ),
            ops.AddConstraint(
                model_name="Authority", constraint=CheckConstraint(check="id = 1", name="authority_is_one_row")
            ),
            ops.AddConstraint(
                model_name="PolicyRow",
                constraint=UniqueConstraint(fields=("version_id", "line"), name="policy_row_line_is_unique"),
            ),
            ops.AddConstraint(
                model_name="PolicyRow",
                constraint=CheckConstraint(check="kind IN ('p', 'c', 'g')", name="policy_row_kind_is_known"),
            ),
            ops.AddConstraint(
                model_name="RefusedRow",
                constraint=UniqueConstraint(
                    fields=("record_import_id", "line", "code", "column_code"), name="refused_row_is_unique"
                ),
            ),
            ops.AddConstraint(
                model_name="Responsibility",
                constraint=UniqueConstraint(
                    fields=("office_id", "duty", "clause", "rulebook"), name="responsibility_is_unique"
                ),
            ),
            ops.AddConstraint(
                model_name="Subject", constraint=UniqueConstraint(fields=("uscc",), name="subject_uscc_is_unique")
            ),
            ops.AddConstraint(
                model_name="Subject",
                constraint=UniqueConstraint(fields=("id_index",), name="subject_id_number_is_unique"),
            ),
            ops.AddConstraint(
                model_name="Subject",
                constraint=CheckConstraint(
                    check="kind IN ('natural_person', 'enterprise', 'individual_business', 'government_organ', 'public_institution', 'social_organisation', 'private_non_enterprise', 'village_collective', 'other_organisation')",
                    name="subject_kind_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="Subject",
                constraint=CheckConstraint(
                    check="is_person = (kind = 'natural_person')", name="subject_person_by_kind"
                ),
            ),
            ops.AddConstraint(
                model_name="Subject",
                constraint=CheckConstraint(check="NOT is_person OR uscc IS NULL", name="subject_person_has_no_uscc"),
            ),
            ops.AddConstraint(
                model_name="Account", constraint=UniqueConstraint(fields=("issuer", "sub"), name="account_is_unique")
            ),
            ops.AddConstraint(
                model_name="Consent",
                constraint=CheckConstraint(
                    check="until_on >= (granted_at AT TIME ZONE 'UTC')::date", name="consent_ends_after_it_begins"
                ),
            ),
            ops.AddConstraint(
                model_name="CreditRecord",
                constraint=UniqueConstraint(
                    fields=("item_id", "subject_id", "decision_no"), name="credit_record_decision_is_unique"
                ),
            ),
            ops.AddConstraint(
                model_name="CreditRecord",
                constraint=CheckConstraint(
                    check="state IN ('submitted', 'published', 'withdrawn')", name="credit_record_state_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="CreditRecord",
                constraint=CheckConstraint(
                    check="severity IN ('minor', 'general', 'serious')", name="credit_record_severity_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="CreditRecord",
                constraint=CheckConstraint(
                    check="procedure IN ('general', 'summary')", name="credit_record_procedure_is_known"
                ),
            ),
            ops.AddConstraint(
                model_name="CreditRecord",
                constraint=CheckConstraint(
                    check="disclosure IN ('public', 'government_sharing', 'authorised_query', 'restricted', 'internal')",
                    name="credit_record_disclosure_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="CreditRecord",
                constraint=CheckConstraint(
                    check="legal_basis_level IN ('law', 'administrative_regulation', 'local_regulation', 'central_policy', 'department_rule', 'local_rule', 'normative_document')",
                    name="credit_record_basis_level_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="CreditRecord",
                constraint=CheckConstraint(check="version >= 1", name="credit_record_version_is_positive"),
            ),
            ops.AddConstraint(
                model_name="CreditRecord",
                constraint=CheckConstraint(
                    check="(state = 'submitted') = (published_at IS NULL AND withdrawn_at IS NULL)",
                    name="credit_record_published_has_time",
                ),
            ),
            ops.AddConstraint(
                model_name="CreditRecord",
                constraint=CheckConstraint(
                    check="(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="credit_record_withdrawn_has_time"
                ),
            ),
            ops.AddConstraint(
                model_name="CreditRecordVersion",
                constraint=UniqueConstraint(fields=("record_id", "version"), name="credit_record_version_is_unique"),
            ),
            ops.AddConstraint(
                model_name="CreditReport",
                constraint=UniqueConstraint(fields=("number",), name="credit_report_number_is_unique"),
            ),
            ops.AddConstraint(
                model_name="LegalRepresentative",
                constraint=CheckConstraint(
                    check="to_on IS NULL OR to_on >= from_on", name="legal_representative_days_in_order"
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=UniqueConstraint(
                    fields=("credit_list_id", "subject_id", "decision_no"), name="list_entry_decision_is_unique"
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="removal_reason IN ('expired', 'repaired', 'early_removal', 'verified_violation', 'withdrawn', 'standard_met')",
                    name="list_entry_removal_reason_is_known",
                ),
            ),
            ops.AddConstraint(
                model_name="ListEntry",
                constraint=CheckConstraint(
                    check="(removed_on IS NULL) = (removal_reason IS NULL)", name="list_entry_removal_has_reason"
                ),
            ),
            ops.AddConstraint(
                model_name="ListEvidence",
                constraint=UniqueConstraint(fields=("entry_id", "record_id"), name="list_evidence_is_unique"),
            ),
        ),
    ]
