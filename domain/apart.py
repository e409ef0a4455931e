"""Which steps of a noun are never one person's, and the people behind a step: who took it, and for whom.

The constraints of the tables, some of them made of these pairs, keep two steps from one account; a test compares them.
Who stands in for another has an account of his own: that he does not take the one step where his principal took the
other, nor two deputies of one principal both, nor the principal what his deputy proposed, `domain.lifecycle` requires
of every change, by these pairs and the ledger. Nor does it help that one of them acts in his own name: while one stands
in for the other they are not two people. Nor are two accounts of one person, known by its digest.
Source: separation of duties; 新乡四(二); 民法典 162 (what a deputy does is the principal's).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.connection import Connection
from domain.errors import Forbidden


class PrincipalActed(Forbidden):
    """You and who took the step that this one must be kept apart from are one person with several accounts, or stand in
    for each other or for one person: another person decides."""

    code = "PRINCIPAL_ACTED"
    zh = (
        "须由不同人员办理的另一步骤的办理人与您为同一人（持有多个账号）、互为代理关系或为同一人代理：请由其他人员办理。"
    )


APART: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "list_definition": (("drafted_by", "opened_by"),),
    "list_entry": (
        ("attested_by", "reviewed_by"),
        ("attested_by", "decided_by"),
        ("reviewed_by", "decided_by"),
        ("collected_by", "reviewed_by"),
        ("collected_by", "decided_by"),
        ("collected_by", "report_approved_by"),
        ("investigated_by", "report_approved_by"),
        ("collected_by", "published_by"),
        ("attested_by", "published_by"),
    ),
    "list_removal": (
        ("opened_by", "reviewed_by"),
        ("opened_by", "decided_by"),
        ("opened_by", "removed_by"),
        ("reviewed_by", "removed_by"),
        ("decided_by", "removed_by"),
    ),
    "list_batch": (("submitted_by", "published_by"), ("opened_by", "published_by")),
    "commitment_item": (("decided_by", "proposed_by"),),
    "commitment": (("found_by", "taken_in_by"), ("found_by", "signed_by")),
    "repair_application": (
        ("found_by", "decided_by"),
        ("applied_by", "found_by"),
        ("applied_by", "decided_by"),
        ("signed_by", "found_by"),
        ("signed_by", "decided_by"),
    ),
    "exam_violation": (("decided_by", "recorded_by"),),
    "typical_case": (("decided_by", "proposed_by"),),
    "portal_entry": (("decided_by", "proposed_by"),),
    "processing_contract": (("decided_by", "proposed_by"),),
    "exemption_item": (("decided_by", "proposed_by"),),
    "edition": (("decided_by", "proposed_by"), ("decided_by", "drafted_by")),
    "exemption": (("proposed_by", "decided_by"), ("signed_by", "decided_by")),
    "subject_request": (("answered_by", "filed_by"),),
    "objection": (("verified_by", "decided_by"),),
    "self_report": (("refuted_by", "reported_by"),),
    "risk_warning": (("contest_answered_by", "raised_by"),),
    "quota_breach": (("reviewed_by", "account_id"),),
    "quality_assessment": (("drawn_by", "concluded_by"),),
    "assessed_record": (("drawn_by", "judged_by"),),
    "scoring_paper": (("decided_by", "proposed_by"),),
    "grade_run": (("proposed_by", "published_by"),),
    "grade": (("proposed_by", "published_by"), ("published_by", "answered_by")),
    "subject_merge": (("decided_by", "proposed_by"), ("unmerged_by", "unmerge_proposed_by")),
    "account": (("reinstated_by_id", "suspended_by_id"), ("reinstated_by_id", "id")),
    "assignment": (
        ("approved_by_id", "proposed_by_id"),
        ("approved_by_id", "account_id"),
        ("proposed_by_id", "account_id"),
    ),
    "account_key": (
        ("approved_by_id", "proposed_by_id"),
        ("approved_by_id", "account_id"),
        ("proposed_by_id", "account_id"),
    ),
    "policy_version": (("approved_by_id", "proposed_by_id"),),
}
"""For each noun the pairs of columns that never name one person."""

_ONLY_IF: Final = {"objection": "distinct_persons"}
"""A column of the row that says whether its pairs count for it at all."""


async def one_person(connection: Connection, hands: Collection[UUID], *, on: date) -> frozenset[UUID]:
    """Give the accounts that count as one person with some: all of those people's, and of whoever stands in for them on a
    day, or they for."""
    found = await connection.fetch(_STANDING, hands, on)
    return frozenset({*hands, *(one["account_id"] for one in found)})


_STANDING: Final = """
WITH own AS (
  SELECT unnest($1::uuid[]) AS id
  UNION SELECT other.id FROM account one JOIN account other ON other.person = one.person WHERE one.id = ANY($1)
), near AS (
  SELECT id FROM own
  UNION SELECT unnest(ARRAY[account_id, deputy_of_id]) FROM assignment
  WHERE state = 'granted' AND deputy_of_id IS NOT NULL AND $2::date BETWEEN from_on AND to_on
    AND (account_id IN (SELECT id FROM own) OR deputy_of_id IN (SELECT id FROM own))
)
SELECT id AS account_id FROM near
UNION SELECT other.id FROM near JOIN account one USING (id) JOIN account other ON other.person = one.person
"""


def beside(noun: str, row: Mapping[str, Any], assigned: Iterable[str], account_id: UUID | None) -> Iterator[str]:
    """Give the columns that must not name the people of a step: those beside the ones it set to who acts."""
    if account_id is None or not row.get(_ONLY_IF.get(noun, ""), True):
        return
    set_now = {column for column in assigned if row[column] == account_id}
    for one, other in APART.get(noun, ()):
        if one in set_now:
            yield other
        if other in set_now:
            yield one
