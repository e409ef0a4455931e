"""The closed vocabularies of rulebooks: units, operators, levels, confidences, kinds.

A word outside these lists is refused by `domain.rulebook.check`. Source: the columns of the texts themselves;
disclosure modes from 河南省社会信用条例 18, levels of legal basis from 上海5 and the Legislation Law.
"""

from __future__ import annotations

from collections.abc import Mapping

UNITS: Mapping[str, str] = {
    "working_day": "工作日",
    "calendar_day": "日",
    "month": "个月",
    "year": "年",
    "day_of_next_month": "次月第几日",
    "date": "日期",
    "month_day": "月日",
    "cycle": "周期",
    "count": "个",
    "score": "分",
    "ratio": "比率",
    "yuan": "元",
    "boolean": "是否",
    "text": "文字",
    "list": "列举",
    "office": "单位",
    "keep_ends": "保留首尾字符数",
}
OPERATORS = ("gt", "gte", "lte", "lt", "eq")
CYCLES = ("day", "month", "quarter", "year")
LEVELS = (
    "district",
    "city_bureau",
    "city",
    "provincial_rule",
    "local_regulation",
    "national",
    "service",
)
RELATIONS = ("own", "parent", "sister", "service")
VALIDITIES = ("stated", "year_scope", "not_stated", "per_law")
CONFIDENCES = (
    "full_text",
    "full_text_normalised",
    "statute_text",
    "reported",
    "press",
    "recall",
    "named_in_seed",
    "mixed",
    "ours",
)
POLARITIES = ("positive", "negative", "neutral")
DISCLOSURES = ("public", "government_sharing", "authorised_query", "restricted", "internal")
BASIS_LEVELS = (
    "law",
    "administrative_regulation",
    "local_regulation",
    "central_policy",
    "department_rule",
    "local_rule",
    "normative_document",
)
OFFICE_KINDS = ("bureau_office", "credit_platform", "partner_agency", "other_body")
ORGANISATION_KINDS = (
    "enterprise",
    "individual_business",
    "government_organ",
    "public_institution",
    "social_organisation",
    "private_non_enterprise",
    "village_collective",
    "other_organisation",
)
SUBJECT_KINDS = ("natural_person", *ORGANISATION_KINDS)
REQUIRED = ("always", "organisation", "natural_person", "never")
DATA_KINDS = ("text", "date", "money", "uscc", "id_number", "choice", "choices")
STATUSES = ("in_force", "exploratory", "planned")
SCHEME_KINDS = ("evaluation", "integrity_database")
COMMITMENT_KINDS = ("notification", "tolerant_acceptance", "general")
"""告知承诺, 容缺受理, and every other commitment."""
MATTER_KINDS = ("approval", "public_service", "administration", "other")
"""行政审批, 公共服务, 行政管理, 等 (厦门11)."""
PARTIES = ("natural_person", "legal_person", "other_organisation")
"""自然人, 法人, 其他组织 (厦门11)."""
SUPPLEMENT_UNITS = ("working_day", "calendar_day", "month")
STEPS: Mapping[str, str] = {
    "attest": "attested",
    "notify": "notified",
    "answer": "answered",
    "announce": "announced",
    "investigate": "investigated",
    "approve_report": "report_approved",
    "review": "reviewed",
    "decide": "decided",
    "submit": "submitted",
    "publish": "published",
    "file": "filed",
    "remove": "removed",
    "mark": "marked",
    "forward": "forwarded",
    "verify": "verified",
    "correct": "corrected",
    "report": "reported",
    "tell": "told",
    "find_fulfilled": "fulfilment_found",
    "commit": "committed",
    "sign": "signed",
    "grant": "granted",
    "confirm": "confirmed",
    "enter": "entered",
}
"""Steps of procedures and the state in which each leaves its row."""
LIST_PARTS: Mapping[str, tuple[str, ...]] = {
    "standard": ("认定标准", "列入条件", "国家统一认定标准"),
    "procedure": ("认定程序",),
    "measures": ("惩戒措施", "激励措施"),
    "exit_rule": ("退出机制", "移出条件"),
    "remedy": ("救济途径",),
    "behaviours": ("行为界定标准",),
}
"""Parts of a list's definition, each with the words by which the texts ask for it."""
STEP_ROLES = ("clerk", "reviewer", "approver", "deputy_leader", "leader", "credit_office", "subject", "exam_institute")
"""Roles in whose hands a text may lay a step: words of the access policy."""
REPAIR_CONDITIONS: Mapping[str, str] = {
    "minimum_publication": "达到最短公示期限",
    "duties_fulfilled": "纠正失信行为、完全履行相关义务",
    "corrected_in_period": "在规定期限内纠正",
    "effect_removed": "消除不良影响",
    "commitment": "公开作出信用承诺",
    "no_criminal_proceedings": "未处于刑事程序中",
    "not_repeated": "未再次发生",
    "other": "法律、行政法规、部门规章要求的其他条件",
}
"""Conditions of credit repair that texts set, in the order in which they are shown."""

MATTERS = (
    "field",
    "purpose",
    "loan",
    "base",
    "procedure",
    "award",
    "deposit",
    "service",
    "supervision",
    "measure_class",
    "programme",
)
"""Kinds of matters 事项 in which credit is put to use."""
CIRCUMSTANCES: Mapping[str, str] = {
    "registered_unemployed": "登记在册失业人员",
    "party_or_agent": "申请人或委托代理人",
}
"""What the caller tells of who asks for an incentive, and nothing held here could."""
KEPT_BY = ("credit_office", "office")
"""Who keeps a catalogue or list: the credit office for the division, or each office its own."""

MEASURE_GROUNDS = ("credit_record", "list_entry", "grade")
"""What a measure 奖惩措施 may rest on; which grade is said by the uses of its scheme. One that rests on none of them is
proposed to others."""

GRADE_FACTS: Mapping[str, tuple[str, ...]] = {
    "arrears_complaint": ("open", "verified", "unfounded"),
    "arrears_finding": ("arrears", "serious"),
    "wage_inspection": ("clean",),
    "wage_deposit": ("paid", "reduced", "exempted"),
    "labour_system": ("held", "missing"),
    "enterprise_kind": ("local", "external", "dormant"),
    "indicator": ("found", "open"),
}
"""Kinds of facts that grades rest on, with what may come of each: 欠薪投诉, 欠薪认定, 工资支付检查, 工资保证金, 制度落实, 企业类别,
and an indicator of a scheme whose paper is loaded."""

LASTING_FACTS = frozenset({"arrears_finding", "wage_deposit", "labour_system", "enterprise_kind"})
"""Facts that hold from a day on until they end; the others happen on a day."""

FEATURE_WAYS = ("count", "held", "kind", "score")
"""How a scheme looks at facts: a number of them, how many of a list are held, the one that stands, a sum of points."""

SILENCES = ("none", "unknown")
"""What no facts mean: that there are none, or that nothing is known."""
