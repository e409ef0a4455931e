"""The served database of the tests of grades: people of Shiyan's offices, a credit office, a partner, another city."""

from __future__ import annotations

import pytest

from tests.staffed import Staff, client, ground

__all__ = ["client", "ground"]

SHIYAN, XIAMEN = "420300", "350200"
STAFF = (
    ("sy-clerk", "clerk", (SHIYAN, "JC")),
    ("sy-reviewer", "reviewer", (SHIYAN, "JC")),
    ("sy-credit", "credit_office", (SHIYAN, "HRSS")),
    ("sy-beside", "clerk", (SHIYAN, "HRSS")),
    ("xm-clerk", "clerk", (XIAMEN, "JCZD")),
)


@pytest.fixture(scope="module")
def staff() -> Staff:
    """Give the officers."""
    return STAFF
