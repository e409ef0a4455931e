"""The served database of the tests of early warning, with officers of Haicang, Xiamen and Shiyan."""

from __future__ import annotations

import pytest

from tests.staffed import Staff, client, ground

__all__ = ["client", "ground"]

XIAMEN, HAICANG, SHIYAN, XINXIANG = "350200", "350205", "420300", "410700"
STAFF = (
    ("hc-credit", "credit_office", (HAICANG, "QXYB")),
    ("hc-credit-2", "credit_office", (HAICANG, "QXYB")),
    ("hc-labour", "reviewer", (HAICANG, "RSJ")),
    ("hc-labour-2", "reviewer", (HAICANG, "RSJ")),
    ("hc-clerk", "clerk", (HAICANG, "RSJ")),
    ("hc-works", "reviewer", (HAICANG, "JSJT")),
    ("hc-safety", "reviewer", (HAICANG, "YJ")),
    ("xm-credit", "credit_office", (XIAMEN, "JC")),
    ("xm-reviewer", "reviewer", (XIAMEN, "JCZD")),
    ("xm-social", "reviewer", (XIAMEN, "SB")),
    ("xx-credit", "credit_office", (XINXIANG, "XYB")),
    ("sy-reviewer", "reviewer", (SHIYAN, "JC")),
    ("sy-reviewer-2", "reviewer", (SHIYAN, "JC")),
    ("sy-clerk", "clerk", (SHIYAN, "JC")),
    ("sy-credit", "credit_office", (SHIYAN, "HRSS")),
)


@pytest.fixture(scope="module")
def staff() -> Staff:
    """Give the officers."""
    return STAFF
