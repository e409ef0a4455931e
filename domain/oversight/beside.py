"""What an office may hand in beside the national 双公示 columns: closing day, severity, behaviour and so on.

The national columns have none of these, and the rulebooks ask for them: the term of double publicity runs
from the closing day, a penalty without severity is not published. A file may leave them all out.
Source: 厦门2, 6, 8; 海沧1, 15; 上海5; 十堰正文; CF_SXYZCD is a column of the sheets before 2018.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from domain.credit.data_items import Fault, parse_day
from domain.credit.refusals import DataItemInvalid

BESIDE: Final[Mapping[str, tuple[str, str]]] = {
    "closed_on": ("RX_BJRQ", "办结日期"),
    "obtained_on": ("RX_HQRQ", "产生或者掌握日期"),
    "correction_due_on": ("RX_GZQX", "责令改正期限"),
    "notice_on": ("RX_XFGZRQ", "信用修复告知日期"),
    "notice_channel": ("RX_XFGZFS", "信用修复告知方式"),
    "severity": ("CF_SXYZCD", "失信严重程度"),
    "procedure": ("RX_CFCX", "处罚程序"),
    "legal_basis_level": ("RX_YJCJ", "依据层级"),
    "harm_removed": ("RX_WFQJ", "违法行为轻微或者主动消除、减轻危害后果"),
    "condition_met": ("RX_TJJB", "纳入条件是否具备"),
    "behaviour": ("RX_SXXW", "失信行为编码"),
}
"""What it is in a record, and the code and Chinese name of its column."""

_SEVERITIES: Final = {"轻微": "minor", "一般": "general", "严重": "serious"}
_WORDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "severity": {**_SEVERITIES, **{f"{word}失信行为": code for word, code in _SEVERITIES.items()}},
    "procedure": {"简易程序": "summary", "一般程序": "general", "普通程序": "general"},
    "legal_basis_level": {
        "法律": "law",
        "行政法规": "administrative_regulation",
        "地方性法规": "local_regulation",
        "中央政策文件": "central_policy",
        "部门规章": "department_rule",
        "地方政府规章": "local_rule",
        "规范性文件": "normative_document",
    },
    "harm_removed": {"是": True, "否": False},
    "condition_met": {"是": True, "否": False},
    "notice_channel": {
        "两书同达": "with_decision",
        "直接送达": "direct",
        "留置送达": "left",
        "邮寄送达": "mail",
        "电子送达": "electronic",
        "公告送达": "announcement",
    },
}
"""Words of the columns that hold a choice; their codes are taken as well. 普通程序 is 一般程序 (a reading)."""


def read_beside(filled: Mapping[str, str]) -> tuple[dict[str, Any], list[Fault]]:
    """Read what a row hands in beside the national columns; give it by name, and what cannot be read."""
    read: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, (code, _) in BESIDE.items():
        text = filled.get(code, "")
        if text:
            read[name] = parse_day(text) if name.endswith("_on") else _meaning(name, text)
            if read[name] is None:
                faults.append(Fault(DataItemInvalid, code))
    return read, faults


def words_of(name: str) -> dict[Any, str]:
    """Give the words that a column may hold by what they mean, each meaning once; none where it holds a day."""
    first: dict[Any, str] = {}
    for word, meaning in _WORDS.get(name, {}).items():
        first.setdefault(meaning, word)
    return first


def _meaning(name: str, text: str) -> Any:
    words = _WORDS.get(name)
    if words is None:
        return text
    return words.get(text, text if text in words.values() else None)
