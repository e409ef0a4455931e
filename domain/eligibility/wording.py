"""Outcomes in Chinese words, for the access log and for counters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.eligibility.answer import Outcome

OUTCOMES_ZH: Final[Mapping[Outcome, str]] = {
    Outcome.ALLOWED: "可以办理",
    Outcome.RESTRICTED: "限制",
    Outcome.FAVOURED: "激励",
    Outcome.MANUAL_REVIEW: "须人工评定",
    Outcome.UNKNOWN: "尚不能确定",
}
