"""An access in plain words, for the citizen who wants to know who looked: when, who, what, for what, on which basis.

Made of what the row shows anyway; no name of a person is in it. Source: 上海市社会信用条例34 (查询情况); 个人信息保护法 44.
"""

from __future__ import annotations

_OFFICE = "(SELECT office.name FROM office WHERE office.id = {t}.office_id)"
_SELF = "EXISTS (SELECT FROM account WHERE account.id = {t}.account_id AND account.subject_id = {t}.subject_id)"


def _spoken(
    day: str,
    who: tuple[str, str, str, str, str],
    verbs: dict[str, tuple[str, str]],
    parts: tuple[str, str, str, str],
) -> str:
    """Write the SQL of a sentence: day, who (oneself, the public, somebody, an agent, a deputy), what, and the rest.

    What was done, and what was only asked for: of whom nothing was provided nothing was looked at.
    """
    oneself, public, somebody, agent, deputy = who
    purpose, basis, refused, end = parts
    done, asked = (_by_verb({verb: said[which] for verb, said in verbs.items()}) for which in (0, 1))
    return (
        f"(to_char({{t}}.at AT TIME ZONE 'Asia/Shanghai', '{day}')"
        f" || CASE WHEN {_SELF} THEN '{oneself}' WHEN {{t}}.agent_of_id = {{t}}.subject_id THEN '{agent}'"
        f" WHEN {{t}}.office_id IS NOT NULL THEN {_OFFICE}"
        f" || CASE WHEN {{t}}.deputy_of_id IS NULL THEN '' ELSE '{deputy}' END"
        f" WHEN {{t}}.account_id IS NULL THEN '{public}' ELSE '{somebody}' END"
        f" || CASE WHEN {{t}}.outcome = 'refused' THEN {asked} ELSE {done} END"
        f" || coalesce('{purpose}' || {{t}}.purpose, '') || coalesce('{basis}' || {{t}}.basis, '')"
        f" || CASE WHEN {{t}}.outcome = 'refused' THEN '{refused}' ELSE '{end}' END)"
    )


def _by_verb(said: dict[str, str]) -> str:
    named = " ".join(f"WHEN '{verb}' THEN '{text}'" for verb, text in said.items() if verb)
    return f"CASE {{t}}.verb {named} ELSE '{said['']}' END"


SENTENCE_ZH = _spoken(
    "YYYY年FMMM月FMDD日HH24时MI分，",
    ("本人", "社会公众（未登录）", "其他用户", "您的委托代理人", "（由代理人代为办理）"),
    {
        "read": ("查询了信用信息", "申请查询信用信息"),
        "lookup_person": ("按身份证号进行了查找", "申请按身份证号查找"),
        "screen": ("在批量筛查中查询了信用信息", "在批量筛查中申请查询信用信息"),
        "issue": ("获取了信用报告", "申请出具信用报告"),
        "explain": ("核对了谁可以办理（未显示信息内容）", "申请核对谁可以办理"),
        "": ("办理业务时看到信用信息", "办理业务时申请查看信用信息"),
    },
    ("，用途：", "，依据：", "；未予提供。", "。"),
)
SENTENCE = _spoken(
    '"On "YYYY-MM-DD" at "HH24:MI", "',
    ("you yourself", "a member of the public, not signed in,", "another user", "your agent", " (by a deputy)"),
    {
        "read": (" looked at credit information", " asked to look at credit information"),
        "lookup_person": (" looked for a person by identity number", " asked to look for a person by identity number"),
        "screen": (
            " looked at credit information in a screening",
            " asked to look at credit information in a screening",
        ),
        "issue": (" received a credit report", " asked for a credit report"),
        "explain": (
            " asked who may act on credit information, without seeing it",
            " asked who may act on credit information",
        ),
        "": (
            " saw credit information while handling a matter",
            " asked to see credit information while handling a matter",
        ),
    },
    (", for: ", ", on the basis of: ", "; it was not provided.", "."),
)
