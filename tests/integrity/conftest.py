"""The served database of the tests of integrity and third parties, with officers, a provider and an association."""

from __future__ import annotations

from datetime import date

import pytest

from domain.ids import new_id
from domain.installation_rows import office_id
from tests.staffed import Staff, client, ground

__all__ = ["client", "ground"]

XIAMEN, HAICANG = "350200", "350205"
STAFF = (
    ("clerk", "clerk", (XIAMEN, "JCZD")),
    ("approver", "approver", (XIAMEN, "JCZD")),
    ("other-clerk", "clerk", (XIAMEN, "SP")),
    ("watch", "credit_office", (XIAMEN, "JC")),
    ("other-watch", "credit_office", (XIAMEN, "SP")),
    ("hc-clerk", "clerk", (HAICANG, "RSJ")),
    ("hc-approver", "approver", (HAICANG, "RSJ")),
    ("hc-watch", "credit_office", (HAICANG, "QXYB")),
    ("association", "association", (HAICANG, "HYXH")),
    ("data-user", "data_user", (HAICANG, "JY_GROUP")),
    ("provider", "processor", (HAICANG, "JY_GROUP")),
    ("both", "clerk approver", (XIAMEN, "JCZD")),
)
PROVIDER = f"Office:{office_id(HAICANG, 'JY_GROUP')}"
SINCE = date(2026, 1, 1)


@pytest.fixture(scope="module")
def staff() -> Staff:
    """Give the officers."""
    return STAFF


def nothing(noun: str) -> str:
    """Give the global id of a row that there is not."""
    return f"{noun}:{new_id()}"
