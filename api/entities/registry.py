"""Entities of the registry: divisions, offices, subjects, the catalogue, working days."""

from __future__ import annotations

from api.declaring.entity import (
    Column,
    Entity,
    Enums,
    Filter,
    Many,
    Order,
    Shape,
    computed,
    entity,
    flag,
    from_day,
    newest,
    one_of,
    to_day,
    values_of,
)
from api.declaring.roots import Argument, Root, RootMany, RootOne, by_id
from domain.privacy import Declared, Privacy
from domain.registry.catalogue import BASIS_LEVELS, DISCLOSURES, POLARITIES, CatalogueItem, CatalogueProducer
from domain.registry.jurisdiction import Jurisdiction
from domain.registry.office import OFFICE_KINDS, Office, Responsibility
from domain.registry.subject import NOT_MERGED, SUBJECT_KINDS, LegalRepresentative, Subject, ever
from domain.working_day import WorkingDay

ENUMS: Enums = {
    "SubjectKind": ("Kind of subject 主体类型.", SUBJECT_KINDS),
    "OfficeKind": ("Kind of office 单位类型.", OFFICE_KINDS),
    "Polarity": ("Whether information speaks for or against the subject 信息性质.", POLARITIES),
    "Disclosure": (
        "How far information is shown 共享属性: 公开公示, 政务共享, 授权查询 (河南省社会信用条例18); restricted and internal: need to know.",
        DISCLOSURES,
    ),
    "BasisLevel": ("Level of a legal basis 依据层级.", BASIS_LEVELS),
}
"""Enumerations of the room: description and values."""

ROOTS: dict[str, Root] = {
    "subject": RootOne(
        "Subject",
        (
            "code",
            Argument(
                "{t}.uscc = {v}", "text", "uscc", str, "Unified social credit code 统一社会信用代码, 18 characters."
            ),
        ),
        "The organisation 信用主体 with this unified social credit code; null when there is none within your authority."
        " People are found by `person`, which needs a purpose.",
    ),
    "person": RootOne(
        "Subject",
        (
            "idNumber",
            Argument(
                "{t}.id_index = {v}",
                "bytea",
                "id_number",
                str,
                "Identity number 身份证件号码, as on the card; send it as a variable.",
            ),
        ),
        "The natural person with this identity number, for a request that names a purpose 用途; the look-up itself is"
        " written to the access log. Null when there is none within your authority.",
        action="lookup_person",
    ),
    "subjects": RootMany("Subject", "Subjects 信用主体 within your authority."),
    "offices": RootMany("Office", "Offices 处室/单位 and agencies that the rulebooks name."),
    "office": by_id("Office", "office 单位"),
    "catalogueItem": by_id("CatalogueItem", "catalogue item 目录条目"),
    "catalogue": RootMany("CatalogueItem", "The catalogue 信用信息目录: what may be recorded at all."),
    "jurisdiction": by_id("Jurisdiction", "administrative division 行政区划"),
    "jurisdictions": RootMany("Jurisdiction", "Administrative divisions 行政区划 of this service."),
    "workingDays": RootMany("WorkingDay", "The calendar of working days 工作日历."),
}
"""Where a selection may start."""


def declare() -> tuple[Entity, ...]:
    """Declare the entities of this room."""
    return (
        _jurisdiction(),
        _office(),
        entity(Responsibility),
        _subject(),
        entity(
            LegalRepresentative,
            orders=newest("from_on", "first day"),
            about_person="about_person",
            person="coalesce({t}.person_id, {t}.subject_id)",
        ),
        _catalogue_item(),
        entity(CatalogueProducer),
        _working_day(),
    )


def _jurisdiction() -> Entity:
    return entity(
        Jurisdiction,
        extra={
            "code": Column("id", Shape.TEXT, False, Declared(Privacy.OPEN), "Division code 行政区划代码, e.g. 350200.")
        },
        manys={
            "divisions": Many("Jurisdiction", "parent_id", "The divisions directly below this one."),
            "offices": Many("Office", "jurisdiction_id", "Offices 处室/单位 that its rulebook names."),
        },
        orders={"ID_ASC": Order("id", False, "By division code.")},
        filters={
            "code": Filter("{t}.id = ANY({v})", "text[]", "Only rows with one of these: division codes.", list[str]),
            "level": one_of("level", "levels: nation, province, city, district."),
        },
    )


def _office() -> Entity:
    return entity(
        Office,
        enums={"kind": "OfficeKind"},
        manys={
            "responsibilities": Many("Responsibility", "office_id", "Duties 责任 that rulebooks lay on the office."),
            "produces": Many("CatalogueProducer", "office_id", "Catalogue items the office produces and answers for."),
        },
        orders={"CODE_ASC": Order("code", False, "By code.")},
        filters={
            "kind": one_of("kind", "kinds of office.", "OfficeKind"),
            "code": one_of("code", "codes."),
            "name": Filter(
                "({t}.name = ANY({v}) OR {t}.aliases && {v})",
                "text[]",
                "Only offices with one of these names or aliases 别名.",
                list[str],
            ),
        },
    )


def _subject() -> Entity:
    return entity(
        Subject,
        enums={"kind": "SubjectKind"},
        manys=_HELD_ABOUT_A_SUBJECT,
        orders={
            "ID_DESC": Order("id", True, "Latest entered first."),
            "ID_ASC": Order("id", False, "Earliest entered first."),
        },
        filters={
            "kind": one_of("kind", "kinds of subject.", "SubjectKind"),
            "code": Filter(
                "{t}.uscc = ANY({v})",
                "text[]",
                "Only rows with one of these: unified social credit codes 统一社会信用代码.",
                list[str],
                reader="codes",
            ),
            "stateOwned": flag("{t}.state_owned", "Only state-owned subjects, or only others."),
        },
        about_person="is_person",
        person="CASE WHEN {t}.is_person THEN {t}.id END",
        search=True,
        listed=NOT_MERGED,
    )


_HELD_ABOUT_A_SUBJECT = {
    "creditRecords": Many("CreditRecord", "subject_id", "Credit records 信用记录 about the subject."),
    "listEntries": Many("ListEntry", "subject_id", "Entries 列入 of the subject on lists."),
    "listNotices": Many("ListNotice", "subject_id", "Notices 告知 served on the subject before an entry."),
    "urgings": Many("Urging", "subject_id", "Urgings 督促 of the public body or state-owned enterprise."),
    "commitments": Many("Commitment", "subject_id", "Commitments 信用承诺 of the subject."),
    "selfReports": Many(
        "SelfReport",
        "subject_id",
        "What it reported of itself 自主上报信息, not verified (厦门20, 海沧16).",
    ),
    "attendances": Many("Attendance", "subject_id", "Trainings it attended 参加培训 (厦门6)."),
    "legalRepresentatives": Many(
        "LegalRepresentative",
        "subject_id",
        "Who represents or represented the organisation 法定代表人.",
        touches=True,
    ),
    "represents": Many("LegalRepresentative", "person_id", "Which organisations the person represents or represented."),
    "objections": Many("Objection", "subject_id", "Objections 异议 to what is held about the subject."),
    "creditReports": Many("CreditReport", "subject_id", "Credit reports 信用报告 issued about the subject."),
    "consents": Many("Consent", "subject_id", "Consents 授权 given by the subject."),
    "requests": Many("SubjectRequest", "subject_id", "Requests 权利请求 of the subject about its own data."),
    "repairApplications": Many(
        "RepairApplication", "subject_id", "Applications 信用修复申请 of the subject for credit repair."
    ),
    "measures": Many("Measure", "subject_id", "Measures 奖惩措施 applied to the subject, within your authority."),
    "grades": Many("Grade", "subject_id", "Grades 信用等级 of the subject, within your authority."),
    "supervisions": Many("SupervisedSubject", "subject_id", "Under which schemes the subject is supervised 监管."),
    "integrityArchives": Many("IntegrityArchive", "subject_id", "Integrity archives 诚信档案 of the subject (厦门12)."),
    "riskWarnings": Many(
        "RiskWarning", "subject_id", "Risk warnings 风险预警 about the subject, within your authority."
    ),
    "interviews": Many("Interview", "subject_id", "Interviews 约谈 of the subject, within your authority."),
    "gradeFacts": Many(
        "GradeFact",
        "subject_id",
        "Facts 等级评价事实 that the subject's grades rest on, within your authority.",
    ),
    "exemptions": Many("Exemption", "subject_id", "Exemptions 豁免惩戒 of the subject from punishment (海沧2)."),
    "repairNotices": Many("RepairNotice", "subject_id", "Notices 告知 to the subject of its rights of credit repair."),
    "accessLog": Many(
        "AccessEntry",
        "subject_id",
        "Who looked at the subject's data 查询记录.",
        among="{t}.subject_id = " + ever("{o}.id"),
    ),
    "mergedFrom": Many("SubjectMerge", "kept_id", "Merges 主体合并 of others into this subject."),
    "subjectStatements": Many(
        "SubjectStatement", "subject_id", "The subject's own words 主体声明 beside what it contests."
    ),
    "listRemovals": Many("ListRemoval", "subject_id", "Removals 移出 of the subject's entries."),
    "examViolations": Many("ExamViolation", "subject_id", "Violations 考试违纪 of the person in exams."),
    "disciplineRecommendations": Many(
        "DisciplineRecommendation",
        "subject_id",
        "Recommendations 党纪处分建议 about the person: itself and one role alone.",
    ),
    "integrityComplaints": Many(
        "IntegrityComplaint", "subject_id", "Complaints 政务诚信投诉 about the public body (海沧24)."
    ),
    "governmentContracts": Many(
        "GovernmentContract", "subject_id", "Contracts 签约合同 of offices with the enterprise (海沧24)."
    ),
    "marketRecords": Many(
        "MarketRecord", "subject_id", "Market credit information 市场信用信息; no official record (海沧26)."
    ),
    "attachments": Many("Attachment", "subject_id", "Files 附件 that tell about the subject."),
}
"""The connections of a subject: whatever rows refer to it."""


def _catalogue_item() -> Entity:
    return entity(
        CatalogueItem,
        enums={
            "polarity": "Polarity",
            "disclosure": "Disclosure",
            "person_disclosure": "Disclosure",
            "legal_basis_level": "BasisLevel",
        },
        extra={
            "kindsOfSubject": values_of(
                "subject_kinds", "SubjectKind", "Kinds of subject 主体类型 it may be about; empty means every kind."
            )
        },
        instead={"subjectKinds": "kindsOfSubject"},
        manys={"producers": Many("CatalogueProducer", "item_id", "Offices that produce the item 信源单位.")},
        orders={"CODE_ASC": Order("code", False, "By code.")},
        filters={
            "category": one_of("category", "categories."),
            "polarity": one_of("polarity", "polarities.", "Polarity"),
            "code": one_of("code", "codes."),
        },
    )


def _working_day() -> Entity:
    return entity(
        WorkingDay,
        extra={"day": computed("{t}.id", Shape.PLAIN, "The day 日期.", type="Date")},
        orders={
            "ID_ASC": Order("id", False, "By day, the earliest first."),
            "ID_DESC": Order("id", True, "By day, the latest first."),
        },
        filters={
            "from": from_day("id", "day"),
            "to": to_day("id", "day"),
            "working": flag("{t}.working", "Only working days, or only others."),
        },
    )
