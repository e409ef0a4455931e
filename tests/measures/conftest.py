"""The served database of the tests of measures, with officers of four places and what measures rest on."""

from __future__ import annotations

import pytest

from tests.staffed import Staff, client, ground

__all__ = ["client", "ground"]

XIAMEN, HAICANG, XINXIANG, SHANGHAI, SHIYAN = "350200", "350205", "410700", "310000", "420300"
STAFF = (
    ("xx-reviewer", "reviewer", (XINXIANG, "LDGX")),
    ("xx-clerk", "clerk", (XINXIANG, "LDGX")),
    ("xx-source", "reviewer", (XINXIANG, "JCZD")),
    ("xx-credit", "credit_office", (XINXIANG, "XYB")),
    ("xx-beside", "reviewer", (XINXIANG, "JYB")),
    ("xm-reviewer", "reviewer", (XIAMEN, "JCZD")),
    ("hc-reviewer", "reviewer", (HAICANG, "RSJ")),
    ("sh-reviewer", "reviewer", (SHANGHAI, "JY")),
    ("sh-source", "reviewer", (SHANGHAI, "ZFZD")),
    ("sy-reviewer", "reviewer", (SHIYAN, "JC")),
    ("sy-clerk", "clerk", (SHIYAN, "JC")),
    ("sy-approver", "approver", (SHIYAN, "JC")),
    ("sy-beside", "reviewer", (SHIYAN, "HRSS")),
    ("hc-trade", "reviewer", (HAICANG, "SW")),
    ("hc-trade-clerk", "clerk", (HAICANG, "SW")),
    ("hc-trade-approver", "approver", (HAICANG, "SW")),
)


@pytest.fixture(scope="module")
def staff() -> Staff:
    """Give the officers."""
    return STAFF
