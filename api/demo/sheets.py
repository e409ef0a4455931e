"""The sheets of 双公示 as the demonstration fills them in, and the table of permits and violations behind them.

Only what an office writes itself; the columns that name the party are filled in by `domain.credit.party`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from domain.identifiers import invented_uscc

FILE: Final = Path(__file__).with_name("matters.toml")


def table(name: str) -> tuple[dict[str, Any], ...]:
    """Give the rows of one table of the file."""
    return _tables()[name]


def permit(number: int) -> Mapping[str, str]:
    """Give one of the kinds of permit."""
    rows = table("permit")
    return rows[number % len(rows)]


def violation(number: int) -> Mapping[str, str]:
    """Give one of the kinds of violation."""
    rows = table("violation")
    return rows[number % len(rows)]


def permit_content(jurisdiction: str, name: str, text: str, decided_on: date, until: str) -> dict[str, str]:
    """Fill in the columns of a permit that its office writes."""
    organ = _organ_code(jurisdiction)
    return {
        "XK_XKWS": f"准予{name}决定书",
        "XK_XKLB": "普通",
        "XK_XKZS": f"{name}证",
        "XK_NR": text,
        "XK_YXQZ": decided_on.isoformat(),
        "XK_YXQZI": until,
        "XK_XKJGDM": organ,
        "XK_ZT": "1",
        "XK_LYDWDM": organ,
    }


def penalty_content(jurisdiction: str, violation: Mapping[str, str], fine: str | None) -> dict[str, str]:
    """Fill in the columns of a penalty that its office writes; without a fine it is a warning."""
    organ = _organ_code(jurisdiction)
    content = {
        "CF_WFXW": violation["act"],
        "CF_SY": violation["facts"],
        "CF_YJ": violation["basis"],
        "CF_CFLB": "罚款" if fine else "警告",
        "CF_NR": f"罚款{fine}万元" if fine else "警告",
        "CF_CFJGDM": organ,
        "CF_SJLYDM": organ,
    }
    return {**content, "CF_NR_FK": fine} if fine else content


@lru_cache(maxsize=1)
def _tables() -> dict[str, tuple[dict[str, Any], ...]]:
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: tuple(rows) for name, rows in raw.items()}


def _organ_code(jurisdiction: str) -> str:
    return invented_uscc(int(jurisdiction), prefix="11", division=jurisdiction)
