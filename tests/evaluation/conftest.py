"""The served database of the tests of evaluation, with officers of the evaluating offices."""

from __future__ import annotations

import pytest

from tests.staffed import Staff, client, ground

__all__ = ["client", "ground"]

XIAMEN, HAICANG, XINXIANG, SHIYAN = "350200", "350205", "410700", "420300"
STAFF = (
    ("clerk", "clerk", (XIAMEN, "JCZD")),
    ("second-clerk", "clerk", (XIAMEN, "JCZD")),
    ("approver", "approver", (XIAMEN, "JCZD")),
    ("second-approver", "approver", (XIAMEN, "JCZD")),
    ("talent-clerk", "clerk", (XIAMEN, "RC")),
    ("talent-approver", "approver", (XIAMEN, "RC")),
    ("injury-clerk", "clerk", (XIAMEN, "GS")),
    ("injury-approver", "approver", (XIAMEN, "GS")),
    ("vocational-clerk", "clerk", (XIAMEN, "ZJ")),
    ("vocational-approver", "approver", (XIAMEN, "ZJ")),
    ("credit", "credit_office", (XIAMEN, "JC")),
    ("shiyan-clerk", "clerk", (SHIYAN, "JC")),
    ("shiyan-approver", "approver", (SHIYAN, "JC")),
    ("shiyan-bureau-clerk", "clerk", (SHIYAN, "HRSS")),
    ("xinxiang-clerk", "clerk", (XINXIANG, "JCZD")),
    ("xinxiang-approver", "approver", (XINXIANG, "JCZD")),
    ("haicang-clerk", "clerk", (HAICANG, "SW")),
    ("haicang-approver", "approver", (HAICANG, "SW")),
)


@pytest.fixture(scope="module")
def staff() -> Staff:
    """Give the officers."""
    return STAFF
