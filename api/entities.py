"""The entities of the schema: which table a GraphQL type reads, and how its fields, relations and lists map.

One declaration serves three readers: `api.types` makes the Strawberry types from it, `api.plan` plans
selections by it, and the tests compare it with models, policy and documentation. Columns are taken from the
model itself, with its descriptions and privacy classes, unless they are secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tortoise import Tortoise, fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.models import Model

from domain.credit import credit_list, record
from domain.credit.credit_list import REMOVAL_REASONS, CreditList, ListEntry, ListEvidence
from domain.credit.record import PROCEDURES, RECORD_STATES, SEVERITIES, CreditRecord, CreditRecordVersion
from domain.ledger import OUTCOMES, LedgerEvent
from domain.oversight.intake import RecordImport, RefusedRow
from domain.privacy import Declared, Privacy, declared
from domain.registry.catalogue import BASIS_LEVELS, DISCLOSURES, POLARITIES, CatalogueItem, CatalogueProducer
from domain.registry.jurisdiction import Jurisdiction
from domain.registry.office import OFFICE_KINDS, Office, Responsibility
from domain.registry.subject import SUBJECT_KINDS, LegalRepresentative, Subject
from domain.rights import consent
from domain.rights.consent import Consent
from domain.use.purpose import ApplicationItem
from domain.use.report import CONTENT_STATUS, DOCUMENT_STATUS, CreditReport
from domain.working_day import WorkingDay
from migrations.config import MODEL_MODULES


class Shape(Enum):
    """How a value is written as JSON."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    PLAIN = "plain"
    """Text that never needs escaping: dates, UUIDs."""
    ENUM = "enum"
    JSON = "json"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """A field that shows a column, or an expression over the row `{t}`."""

    sql: str
    shape: Shape
    nullable: bool
    declared: Declared
    description: str
    enum: str | None = None
    type: Any = str
    computed: bool = False


@dataclass(frozen=True, slots=True)
class One:
    """A field that leads to one row of another entity through a foreign key."""

    target: str
    column: str
    nullable: bool
    description: str


@dataclass(frozen=True, slots=True)
class Many:
    """A field that leads to a connection of rows that refer back to this one."""

    target: str
    via: str
    description: str
    touches: bool = False
    """Whether its rows may tell about other people than the row they hang on."""


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort a connection; ties are broken by id in the same direction."""

    column: str
    descending: bool
    description: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition a caller may set on a connection: `{t}` is the row, `{v}` the bound value."""

    sql: str
    cast: str
    description: str
    type: Any
    privacy: Privacy = Privacy.OPEN
    target: str | None = None
    """The entity whose global ids it takes."""
    enum: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A GraphQL type whose values are rows of one table."""

    name: str
    noun: str
    table: str
    description: str
    key: str
    """SQL type of the primary key."""
    columns: Mapping[str, Column]
    ones: Mapping[str, One]
    manys: Mapping[str, Many]
    orders: Mapping[str, Order]
    filters: Mapping[str, Filter]
    about_person: str | None
    person: str | None
    """The id of the natural person a row `{t}` tells about, null when it tells about none."""
    base: str | None = None
    search: bool = False


ENUMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "SubjectKind": ("Kind of subject 主体类型.", SUBJECT_KINDS),
    "OfficeKind": ("Kind of office 单位类型.", OFFICE_KINDS),
    "Polarity": ("Whether information speaks for or against the subject 信息性质.", POLARITIES),
    "Disclosure": (
        "How far information is shown 共享属性: 公开公示, 政务共享, 授权查询 (河南省社会信用条例18); restricted and internal: need to know.",
        DISCLOSURES,
    ),
    "BasisLevel": ("Level of a legal basis 依据层级.", BASIS_LEVELS),
    "Severity": ("Severity of dishonest conduct 失信严重程度: 轻微, 一般, 严重.", SEVERITIES),
    "Procedure": ("Procedure of a penalty: general 一般程序 or summary 简易程序.", PROCEDURES),
    "RecordState": ("State of a credit record; whether it is in force is told by dates.", RECORD_STATES),
    "RemovalReason": ("Why an entry left a list 移出原因.", REMOVAL_REASONS),
    "Outcome": ("What became of an access: served, or refused.", OUTCOMES),
    "Timeliness": (
        "Whether a duty was done in time 及时性: timely, late, pending, overdue, or none_set where no term is set.",
        ("timely", "late", "pending", "overdue", "none_set"),
    ),
    "DocumentStatus": ("Status of a report as a document.", ("valid", "expired", "revoked")),
    "ContentStatus": (
        "Status of what a report says: current, or superseded by a later change.",
        ("current", "superseded"),
    ),
}
"""Enumerations of the schema: description and the values as the tables hold them (upper-case in GraphQL)."""

_ENUM_OF = {
    ("subject", "kind"): "SubjectKind",
    ("office", "kind"): "OfficeKind",
    ("catalogue_item", "polarity"): "Polarity",
    ("credit_list", "polarity"): "Polarity",
    ("catalogue_item", "disclosure"): "Disclosure",
    ("catalogue_item", "person_disclosure"): "Disclosure",
    ("credit_record", "disclosure"): "Disclosure",
    ("list_entry", "disclosure"): "Disclosure",
    ("catalogue_item", "legal_basis_level"): "BasisLevel",
    ("credit_record", "legal_basis_level"): "BasisLevel",
    ("credit_record", "severity"): "Severity",
    ("credit_record_version", "severity"): "Severity",
    ("credit_record", "procedure"): "Procedure",
    ("credit_record", "state"): "RecordState",
    ("list_entry", "removal_reason"): "RemovalReason",
    ("ledger_event", "outcome"): "Outcome",
}

_SHAPES: tuple[tuple[type, Shape, Any, str], ...] = (
    (fields.UUIDField, Shape.PLAIN, "ID", "uuid"),
    (fields.BooleanField, Shape.BOOLEAN, bool, "boolean"),
    (fields.IntField, Shape.NUMBER, int, "integer"),
    (fields.DatetimeField, Shape.INSTANT, "DateTime", "timestamptz"),
    (fields.DateField, Shape.PLAIN, "Date", "date"),
    (ArrayField, Shape.JSON, list[str], "text[]"),
    (fields.JSONField, Shape.JSON, "JSON", "jsonb"),
    (fields.Field, Shape.TEXT, str, "text"),
)


def _shape(column: fields.Field[Any]) -> tuple[Shape, Any, str]:
    return next((shape, kind, sql) for made, shape, kind, sql in _SHAPES if isinstance(column, made))


def _column(table: str, name: str, field_: fields.Field[Any]) -> Column:
    shape, kind, _ = _shape(field_)
    enum = _ENUM_OF.get((table, name))
    return Column(
        sql=name,
        shape=Shape.ENUM if enum else shape,
        nullable=field_.null,
        declared=declared(field_),
        description=field_.description or "",
        enum=enum,
        type=kind,
    )


def computed(sql: str, shape: Shape, description: str, *, type: Any = str, enum: str | None = None) -> Column:
    """Declare a field that is computed from the row; it is open, as its parts are."""
    return Column(sql, shape, False, Declared(Privacy.OPEN), description, enum, type, computed=True)


def _entity(
    model: type[Model],
    *,
    name: str | None = None,
    noun: str | None = None,
    only: tuple[str, ...] | None = None,
    extra: Mapping[str, Column] | None = None,
    manys: Mapping[str, Many] | None = None,
    orders: Mapping[str, Order] | None = None,
    filters: Mapping[str, Filter] | None = None,
    about_person: str | None = None,
    person: str | None = None,
    base: str | None = None,
    search: bool = False,
    description: str | None = None,
) -> Entity:
    table = str(model._meta.db_table)
    columns: dict[str, Column] = {}
    ones: dict[str, One] = {}
    links = {
        field_.source_field for field_ in model._meta.fields_map.values() if isinstance(field_, ForeignKeyFieldInstance)
    }
    for key, field_ in model._meta.fields_map.items():
        if key in links:
            continue
        if only is not None and key not in only:
            continue
        if isinstance(field_, ForeignKeyFieldInstance):
            if declared(field_).privacy is not Privacy.SECRET:
                target = str(field_.model_name).split(".")[-1]
                ones[camel(key)] = One(target, f"{key}_id", bool(field_.null), field_.description or "")
        elif hasattr(field_, "declared") and not field_.pk and declared(field_).privacy is not Privacy.SECRET:
            columns[camel(key)] = _column(table, key, field_)
    return Entity(
        name=name or model.__name__,
        noun=noun or table,
        table=table,
        description=description or " ".join((model.__doc__ or "").split()),
        key=_shape(model._meta.pk)[2],
        columns=columns | dict(extra or {}),
        ones=ones,
        manys=dict(manys or {}),
        orders=dict(orders or {"ID_ASC": Order("id", False, "By identifier, which is by time of entry.")}),
        filters=dict(filters or {}),
        about_person=about_person,
        person=person,
        base=base,
        search=search,
    )


def camel(name: str) -> str:
    """Turn snake_case into camelCase, as GraphQL names are written."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def _ref(target: str, column: str, what: str) -> Filter:
    return Filter(
        f"{{t}}.{column} = ANY({{v}})", "", f"Only rows of these {what}; global ids.", list[str], target=target
    )


def _any(column: str, what: str, enum: str | None = None, privacy: Privacy = Privacy.OPEN) -> Filter:
    return Filter(
        f"{{t}}.{column} = ANY({{v}})", "text[]", f"Only rows with one of these: {what}", list[str], privacy, enum=enum
    )


def _from(column: str, what: str) -> Filter:
    return Filter(f"{{t}}.{column} >= {{v}}", "date", f"Only rows whose {what} is this day or later.", "Date")


def _to(column: str, what: str) -> Filter:
    return Filter(f"{{t}}.{column} <= {{v}}", "date", f"Only rows whose {what} is this day or earlier.", "Date")


def _flag(sql: str, description: str, privacy: Privacy = Privacy.OPEN) -> Filter:
    return Filter(f"({sql}) = {{v}}", "boolean", description, bool, privacy)


def _newest(column: str, what: str) -> dict[str, Order]:
    name = column.upper()
    return {
        f"{name}_DESC": Order(column, True, f"Latest {what} first."),
        f"{name}_ASC": Order(column, False, f"Earliest {what} first."),
    }


_PUBLICATION = (
    "CASE WHEN {t}.publication_due_on IS NULL THEN 'none_set'"
    " WHEN {t}.portal_at IS NULL OR {t}.platform_at IS NULL THEN"
    " CASE WHEN :today > {t}.publication_due_on THEN 'overdue' ELSE 'pending' END"
    " WHEN (greatest({t}.portal_at, {t}.platform_at) AT TIME ZONE 'Asia/Shanghai')::date <= {t}.publication_due_on"
    " THEN 'timely' ELSE 'late' END"
)
_COLLECTION = (
    "CASE WHEN {t}.collection_due_on IS NULL THEN 'none_set'"
    " WHEN ({t}.submitted_at AT TIME ZONE 'Asia/Shanghai')::date <= {t}.collection_due_on THEN 'timely' ELSE 'late' END"
)
_OWNER_IS_PERSON = "CASE WHEN {t}.about_person THEN {t}.subject_id END"


def _declare() -> tuple[Entity, ...]:
    return (
        _entity(
            Jurisdiction,
            extra={
                "code": Column(
                    "id", Shape.TEXT, False, Declared(Privacy.OPEN), "Division code 行政区划代码, e.g. 350200."
                )
            },
        ),
        _entity(
            Office,
            manys={
                "responsibilities": Many(
                    "Responsibility", "office_id", "Duties 责任 that rulebooks lay on the office."
                ),
                "produces": Many(
                    "CatalogueProducer", "office_id", "Catalogue items the office produces and answers for."
                ),
            },
            orders={"CODE_ASC": Order("code", False, "By code.")},
            filters={
                "jurisdiction": _ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
                "kind": _any("kind", "kinds of office.", "OfficeKind"),
                "code": _any("code", "codes."),
                "name": Filter(
                    "({t}.name = ANY({v}) OR {t}.aliases && {v})",
                    "text[]",
                    "Only offices with one of these names or aliases 别名.",
                    list[str],
                ),
            },
        ),
        _entity(Responsibility),
        _entity(
            Subject,
            manys={
                "creditRecords": Many("CreditRecord", "subject_id", "Credit records 信用记录 about the subject."),
                "listEntries": Many("ListEntry", "subject_id", "Entries 列入 of the subject on lists."),
                "legalRepresentatives": Many(
                    "LegalRepresentative",
                    "subject_id",
                    "Who represents or represented the organisation 法定代表人.",
                    touches=True,
                ),
                "represents": Many(
                    "LegalRepresentative", "person_id", "Which organisations the person represents or represented."
                ),
                "creditReports": Many(
                    "CreditReport", "subject_id", "Credit reports 信用报告 issued about the subject."
                ),
                "consents": Many("Consent", "subject_id", "Consents 授权 given by the subject."),
                "accessLog": Many("AccessEntry", "subject_id", "Who looked at the subject's data 查询记录."),
            },
            orders={
                "ID_DESC": Order("id", True, "Latest entered first."),
                "ID_ASC": Order("id", False, "Earliest entered first."),
            },
            filters={
                "jurisdiction": _ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
                "kind": _any("kind", "kinds of subject.", "SubjectKind"),
                "code": _any("uscc", "unified social credit codes 统一社会信用代码."),
                "stateOwned": _flag("{t}.state_owned", "Only state-owned subjects, or only others."),
            },
            about_person="is_person",
            person="CASE WHEN {t}.is_person THEN {t}.id END",
            search=True,
        ),
        _entity(
            LegalRepresentative,
            orders=_newest("from_on", "first day"),
            about_person="about_person",
            person="coalesce({t}.person_id, {t}.subject_id)",
        ),
        _entity(
            CatalogueItem,
            manys={"producers": Many("CatalogueProducer", "item_id", "Offices that produce the item 信源单位.")},
            orders={"CODE_ASC": Order("code", False, "By code.")},
            filters={
                "jurisdiction": _ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
                "category": _any("category", "categories."),
                "polarity": _any("polarity", "polarities.", "Polarity"),
                "code": _any("code", "codes."),
            },
        ),
        _entity(CatalogueProducer),
        _entity(
            CreditRecord,
            extra={
                "inForce": computed(
                    record.IN_FORCE, Shape.BOOLEAN, "Whether it is published and its term runs today.", type=bool
                ),
                "publicationTimeliness": computed(
                    _PUBLICATION,
                    Shape.ENUM,
                    "Whether it was published on both channels in time; the later of the two counts (厦门8).",
                    enum="Timeliness",
                ),
                "collectionTimeliness": computed(
                    _COLLECTION,
                    Shape.ENUM,
                    "Whether it was handed in in time (十堰: three working days).",
                    enum="Timeliness",
                ),
            },
            manys={
                "versions": Many("CreditRecordVersion", "record_id", "Earlier versions 历史版本, as amended."),
                "listed": Many("ListEvidence", "record_id", "List entries that rest on the record."),
            },
            orders=_newest("decided_on", "decision") | _newest("submitted_at", "submission"),
            filters={
                "jurisdiction": _ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
                "office": _ref("Office", "office_id", "producing offices"),
                "item": _ref("CatalogueItem", "item_id", "catalogue items"),
                "subject": _ref("Subject", "subject_id", "subjects"),
                "state": _any("state", "states.", "RecordState"),
                "severity": _any("severity", "severities.", "Severity", Privacy.CREDIT),
                "dishonest": _flag(
                    "{t}.dishonest", "Only records that count as dishonest conduct, or only others.", Privacy.CREDIT
                ),
                "inForce": _flag(record.IN_FORCE, "Only records in force today, or only others."),
                "decisionNo": _any("decision_no", "decision numbers 文书号.", None, Privacy.CREDIT),
                "decidedFrom": _from("decided_on", "decision"),
                "decidedTo": _to("decided_on", "decision"),
            },
            about_person="about_person",
            person=_OWNER_IS_PERSON,
        ),
        _entity(
            CreditRecordVersion,
            orders={"VERSION_DESC": Order("version", True, "Latest version first.")},
            about_person="about_person",
            person=_OWNER_IS_PERSON,
        ),
        _entity(
            CreditList,
            manys={"entries": Many("ListEntry", "credit_list_id", "Entries 列入 on the list.", touches=True)},
            orders={"CODE_ASC": Order("code", False, "By code.")},
            filters={
                "jurisdiction": _ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
                "polarity": _any("polarity", "polarities.", "Polarity"),
                "code": _any("code", "codes."),
            },
        ),
        _entity(
            ListEntry,
            extra={
                "inForce": computed(
                    credit_list.IN_FORCE,
                    Shape.BOOLEAN,
                    "Whether it is published, not removed, and its term runs today.",
                    type=bool,
                )
            },
            manys={"evidence": Many("ListEvidence", "entry_id", "Credit records the entry rests on.")},
            orders=_newest("decided_on", "decision"),
            filters={
                "jurisdiction": _ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
                "office": _ref("Office", "office_id", "recognising offices"),
                "creditList": _ref("CreditList", "credit_list_id", "lists"),
                "subject": _ref("Subject", "subject_id", "subjects"),
                "inForce": _flag(credit_list.IN_FORCE, "Only entries in force today, or only others."),
                "decidedFrom": _from("decided_on", "decision"),
                "decidedTo": _to("decided_on", "decision"),
            },
            about_person="about_person",
            person=_OWNER_IS_PERSON,
        ),
        _entity(ListEvidence),
        _entity(
            ApplicationItem,
            orders={"CODE_ASC": Order("code", False, "By code.")},
            filters={
                "jurisdiction": _ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
                "code": _any("code", "codes."),
            },
        ),
        _entity(
            Consent,
            extra={"inForce": computed(consent.IN_FORCE, Shape.BOOLEAN, "Whether it stands today.", type=bool)},
            orders=_newest("granted_at", "consent"),
            about_person="about_person",
            person=_OWNER_IS_PERSON,
        ),
        _entity(
            CreditReport,
            extra={
                "documentStatus": computed(
                    DOCUMENT_STATUS, Shape.ENUM, "Status of the document today.", enum="DocumentStatus"
                ),
                "contentStatus": computed(
                    CONTENT_STATUS,
                    Shape.ENUM,
                    "Whether anything about the subject has changed since it was issued.",
                    enum="ContentStatus",
                ),
            },
            orders=_newest("issued_at", "report"),
            filters={
                "subject": _ref("Subject", "subject_id", "subjects"),
                "office": _ref("Office", "office_id", "agencies"),
                "jurisdiction": _ref("Jurisdiction", "jurisdiction_id", "jurisdictions"),
            },
            about_person="about_person",
            person=_OWNER_IS_PERSON,
        ),
        _entity(
            RecordImport,
            manys={
                "refusedRows": Many("RefusedRow", "record_import_id", "Rows that were refused, with their reasons.")
            },
            orders=_newest("started_at", "import"),
            filters={"office": _ref("Office", "office_id", "offices")},
        ),
        _entity(RefusedRow, orders={"LINE_ASC": Order("line", False, "By line of the file.")}),
        _entity(
            WorkingDay,
            filters={
                "from": _from("id", "day"),
                "to": _to("id", "day"),
                "working": _flag("{t}.working", "Only working days, or only others."),
            },
        ),
        _entity(
            LedgerEvent,
            name="AccessEntry",
            noun="access_entry",
            description="An access 查询记录: who looked at a subject's data, when, for what, on which basis.",
            only=(
                "at",
                "verb",
                "outcome",
                "account_id",
                "role",
                "office",
                "purpose",
                "basis",
                "reason",
                "policy_version",
            ),
            orders=_newest("at", "access"),
            filters={
                "office": _ref("Office", "office_id", "offices"),
                "outcome": _any("outcome", "outcomes.", "Outcome"),
                "verb": _any("verb", "verbs."),
            },
            base="{t}.kind = 'access'",
        ),
    )


def _load() -> dict[str, Entity]:
    if not Tortoise.apps:
        Tortoise.init_models(MODEL_MODULES, "renxin")
    return {entity.name: entity for entity in _declare()}


ENTITIES: dict[str, Entity] = _load()
"""All entities by GraphQL type name."""
