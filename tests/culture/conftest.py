"""The served database of the tests of cases, activities and campaigns, with officers of four places."""

from __future__ import annotations

import pytest

from tests.staffed import Staff, client, ground

__all__ = ["client", "ground"]

XIAMEN, HAICANG, XINXIANG, SHIYAN = "350200", "350205", "410700", "420300"
STAFF = (
    ("clerk", "clerk", (XIAMEN, "JCZD")),
    ("approver", "approver", (XIAMEN, "JCZD")),
    ("other-clerk", "clerk", (XIAMEN, "SP")),
    ("other-approver", "approver", (XIAMEN, "SP")),
    ("editor", "approver", (XIAMEN, "BG")),
    ("watch", "credit_office", (XIAMEN, "JC")),
    ("hc-clerk", "clerk", (HAICANG, "RSJ")),
    ("hc-approver", "approver", (HAICANG, "RSJ")),
    ("hc-watch", "credit_office", (HAICANG, "QXYB")),
    ("sy-clerk", "clerk", (SHIYAN, "HRSS")),
    ("sy-watch", "credit_office", (SHIYAN, "HRSS")),
    ("xx-clerk", "clerk", (XINXIANG, "JCZD")),
    ("xx-approver", "approver", (XINXIANG, "JCZD")),
    ("both", "clerk approver", (XIAMEN, "JCZD")),
    ("editors", "clerk approver", (XIAMEN, "BG")),
)


@pytest.fixture(scope="module")
def staff() -> Staff:
    """Give the officers."""
    return STAFF
