"""A step that is an office's, or a subject's, is taken by nobody else, whatever a policy grants."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from api.execution.job import Job
from api.execution.mutation import Work
from authz.caller import Caller
from domain.errors import Forbidden
from domain.lifecycle import Transaction

OFFICE, SUBJECT = uuid4(), uuid4()


def work(**who: Any) -> Work:
    """Give a mutation under way of somebody who holds a role."""
    job = SimpleNamespace(caller=Caller(roles=("reviewer",), **who))
    return Work(cast(Job, job), cast(Transaction, None))


@pytest.mark.parametrize("who", [{}, {"office_id": OFFICE}, {"jurisdiction_id": "fj_xm"}, {"subject_id": SUBJECT}])
def test_who_acts_in_no_office_of_a_division_takes_no_step_of_one(who: dict[str, Any]) -> None:
    with pytest.raises(Forbidden):
        work(**who).place()


def test_who_is_no_subject_and_acts_for_none_takes_no_step_of_one() -> None:
    with pytest.raises(Forbidden):
        work(office_id=OFFICE, jurisdiction_id="fj_xm").subject()


def test_an_office_its_division_and_a_subject_are_the_callers_own() -> None:
    acting = work(office_id=OFFICE, jurisdiction_id="fj_xm", subject_id=SUBJECT)
    assert (acting.place(), acting.office(), acting.subject()) == ((OFFICE, "fj_xm"), OFFICE, SUBJECT)
