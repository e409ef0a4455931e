"""An access in plain words, for the citizen who wants to know who looked: when, who, what, for what, on which basis.

Made of what the row shows anyway; no name of a person is in it. Source: 上海市社会信用条例34 (查询情况); 个人信息保护法 44.
"""

from __future__ import annotations

_OFFICE = "(SELECT office.name FROM office WHERE office.id = {t}.office_id)"
_SELF = "EXISTS (SELECT FROM account WHERE account.id = {t}.account_id AND account.subject_id = {t}.subject_id)"


def _spoken(day: str, who: tuple[str, str, str], done: dict[str, str], parts: tuple[str, str, str, str]) -> str:
    """Write the SQL of a sentence: day, who (oneself, the public, somebody), what was done, and the rest."""
    oneself, public, somebody = who
    purpose, basis, refused, end = parts
    verbs = " ".join(f"WHEN '{verb}' THEN '{text}'" for verb, text in done.items() if verb)
    return (
        f"(to_char({{t}}.at AT TIME ZONE 'Asia/Shanghai', '{day}')"
        f" || CASE WHEN {_SELF} THEN '{oneself}' WHEN {{t}}.office_id IS NOT NULL THEN {_OFFICE}"
        f" WHEN {{t}}.account_id IS NULL THEN '{public}' ELSE '{somebody}' END"
        f" || CASE {{t}}.verb {verbs} ELSE '{done['']}' END"
        f" || coalesce('{purpose}' || {{t}}.purpose, '') || coalesce('{basis}' || {{t}}.basis, '')"
        f" || CASE WHEN {{t}}.outcome = 'refused' THEN '{refused}' ELSE '{end}' END)"
    )


SENTENCE_ZH = _spoken(
    "YYYY年FMMM月FMDD日HH24时MI分，",
    ("本人", "社会公众（未登录）", "其他用户"),
    {
        "read": "查询了信用信息",
        "lookup_person": "按身份证号查找",
        "issue": "申请出具信用报告",
        "explain": "核对谁可以办理（未显示信息内容）",
        "": "办理业务时看到信用信息",
    },
    ("，用途：", "，依据：", "；未予提供。", "。"),
)
SENTENCE = _spoken(
    '"On "YYYY-MM-DD" at "HH24:MI", "',
    ("you yourself", "a member of the public, not signed in,", "another user"),
    {
        "read": " looked at credit information",
        "lookup_person": " looked for a person by identity number",
        "issue": " asked for a credit report",
        "explain": " asked who may act on credit information, without seeing it",
        "": " saw credit information while handling a matter",
    },
    (", for: ", ", on the basis of: ", "; it was not provided.", "."),
)
