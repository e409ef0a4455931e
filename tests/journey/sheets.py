"""Rows of 双公示 penalties as offices hand them in, in the national columns of 2018."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from domain.identifiers import invented_uscc

_PENALTY = {
    "CF_XDR_LB": "法人及非法人组织", "CF_WFXW": "拖欠劳动报酬", "CF_SY": "未按月支付工资，经责令改正后改正",
    "CF_YJ": "《保障农民工工资支付条例》第五十四条", "CF_CFLB": "罚款", "CF_NR": "罚款1万元", "CF_NR_FK": "1.000000",
    "CF_YXQ": "2099/12/31", "CF_CFJGDM": invented_uscc(7, prefix="11"), "CF_SJLYDM": invented_uscc(7, prefix="11"),
}  # fmt: skip


def penalty(name: str, code: str, number: str, decided: str, until: str, organ: str, **more: str) -> dict[str, str]:
    """Write a penalty of an organisation."""
    return {
        **_PENALTY, "CF_XDR_MC": name, "CF_XDR_SHXYM": code, "CF_WSH": number, "CF_JDRQ": decided, "CF_GSJZQ": until,
        "CF_CFJG": organ, "CF_SJLY": organ, **more,
    }  # fmt: skip


def sheet(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Write rows as the file that offices send: CSV in GB 18030."""
    listed = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(column for row in listed for column in row)), restval="")
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue().encode("gb18030")
