"""Sheets for the tests: rows of the national 双公示 columns about invented parties."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from domain.identifiers import invented_resident_id, invented_uscc
from domain.rulebook.loader import load_rulebooks

AUTHORITY = invented_uscc(1, prefix="11")


def columns(kind: str) -> list[str]:
    """Give the codes of a sheet's columns in their order."""
    return [item.code for item in load_rulebooks().data_item_sets[f"double_publicity.{kind}"].items]


def names(kind: str) -> list[str]:
    """Give the Chinese names of a sheet's columns in their order."""
    return [item.name for item in load_rulebooks().data_item_sets[f"double_publicity.{kind}"].items]


def penalty(number: int, **changes: str) -> dict[str, str]:
    """Give a row about an organisation that was fined."""
    return {
        "CF_XDR_MC": f"厦门虚构{number}号建设工程有限公司",
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": invented_uscc(1000 + number),
        "CF_WSH": f"厦人社监罚〔2026〕{number}号",
        "CF_WFXW": "拖欠劳动者工资",
        "CF_SY": "未按时足额支付劳动者工资",
        "CF_YJ": "《保障农民工工资支付条例》第五十三条",
        "CF_CFLB": "罚款;警告",
        "CF_NR": "罚款人民币五万元",
        "CF_NR_FK": "5.000000",
        "CF_JDRQ": "2026/03/02",
        "CF_CFJG": "市监察支队",
        "CF_CFJGDM": AUTHORITY,
        "CF_SJLY": "市监察支队",
        "CF_SJLYDM": AUTHORITY,
        **changes,
    }


def person(number: int, name: str, **changes: str) -> dict[str, str]:
    """Give a row about a natural person who was fined."""
    party = {
        "CF_XDR_MC": name,
        "CF_XDR_LB": "自然人",
        "CF_XDR_SHXYM": "",
        "CF_XDR_ZJLX": "身份证",
        "CF_XDR_ZJHM": invented_resident_id(number),
    }
    return penalty(number, **party) | changes


def permit(number: int, **changes: str) -> dict[str, str]:
    """Give a row about an organisation that was given a permit."""
    return {
        "XK_XDR_MC": f"厦门虚构{number}号人力资源有限公司",
        "XK_XDR_LB": "法人及非法人组织",
        "XK_XDR_SHXYM": invented_uscc(2000 + number),
        "XK_XKWS": "人力资源服务许可决定书",
        "XK_WSH": f"厦人社许〔2026〕{number}号",
        "XK_XKLB": "普通",
        "XK_NR": "准予从事职业中介活动",
        "XK_JDRQ": "2026/03/02",
        "XK_YXQZ": "2026/03/02",
        "XK_YXQZI": "2099/12/31",
        "XK_XKJG": "审批处",
        "XK_XKJGDM": AUTHORITY,
        "XK_ZT": "1",
        "XK_LYDW": "审批处",
        "XK_LYDWDM": AUTHORITY,
        **changes,
    }


def sheet(
    kind: str,
    rows: Iterable[Mapping[str, str]],
    *,
    header: list[str] | None = None,
    codes: list[str] | None = None,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> io.BytesIO:
    """Write rows as a file: `codes` are the columns, `header` what stands above them."""
    written = codes or columns(kind)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header or written)
    writer.writerows([row.get(code, "") for code in written] for row in rows)
    return io.BytesIO(text.getvalue().encode(encoding))


def handed_back(text: str) -> list[dict[str, str]]:
    """Read a file of refused rows by the codes of its columns, each of which is headed by its name and code."""
    rows = csv.DictReader(io.StringIO(text))
    return [{head.rpartition(" ")[2]: cell for head, cell in row.items()} for row in rows]
