"""The served database of the tests of measures, with officers of four places and what measures rest on."""

from __future__ import annotations

import pytest

from tests.staffed import Staff, client, ground

__all__ = ["client", "ground"]

XIAMEN, HAICANG, XINXIANG, SHANGHAI = "350200", "350205", "410700", "310000"
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
)


@pytest.fixture(scope="module")
def staff() -> Staff:
    """Give the officers."""
    return STAFF
