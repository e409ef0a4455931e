"""Facts for tests, in few words."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any, Final
from uuid import UUID

from domain.grade.fact import Fact

SYSTEMS: Final = ("real_name", "wage_account", "bank_payment", "deposit", "rights_notice")
LONG_AGO: Final = date(2020, 1, 2)
_NUMBERS = count(1)


def fact(kind: str, outcome: str, on: date, **more: Any) -> Fact:
    """Give a fact, recorded on the day it happened unless told otherwise."""
    given = {"recorded_on": on, **more}
    return Fact(id=UUID(int=next(_NUMBERS)), kind=kind, outcome=outcome, occurred_on=on, **given)


def clean_unit(kind: str = "local", on: date = LONG_AGO, **more: Any) -> list[Fact]:
    """Give the facts of a unit that holds all five systems and has no arrears."""
    systems = [fact("labour_system", "held", on, code=code, **more) for code in SYSTEMS]
    return [*systems, fact("enterprise_kind", kind, on, **more)]


def complaints(*days: date, outcome: str = "verified", **more: Any) -> list[Fact]:
    """Give a complaint for each day."""
    return [fact("arrears_complaint", outcome, day, **more) for day in days]
