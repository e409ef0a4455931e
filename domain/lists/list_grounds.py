"""What an entry rests on: reason, defined behaviour with its basis, and the condition of a law that sets one.

Refuses an entry without what the texts of its list ask for, and texts that name somebody.
Source: 新乡二 (严格依照法律法规和政策规定,科学界定守信和失信行为); 人力资源社会保障部令第45号5; 人社部规〔2019〕2号.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from domain.credit.refusals import PersonalTextInPublic, citing
from domain.credit.terms import binding
from domain.errors import InvalidInput
from domain.lists.list_kind import ListKind
from domain.lists.refusals import BehaviourRequired, BehaviourUndefined, ConditionRequired
from domain.registry import enrolment
from domain.registry.catalogue import BASIS_LEVELS
from domain.rulebook.answer import RuleAnswer
from domain.rulebook.model import Rulebooks
from domain.text import require_text

LONGEST_REASON: Final = 2_000
LONGEST_NUMBER: Final = 128
_LONGEST_BASIS: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What an entry rests on."""

    reason: str
    behaviour: str | None = None
    legal_basis: str | None = None
    legal_basis_level: str | None = None
    condition: str | None = None
    precondition_met: bool = False
    decision_no: str | None = None


def check_grounds(
    books: Rulebooks,
    kind: ListKind,
    grounds: Grounds,
    definition: Mapping[str, Any] | None,
    *,
    on: date,
    person_name: str | None,
    is_public_body: bool = False,
) -> dict[str, Any]:
    """Give the columns of what an entry rests on, where it has what the texts ask for.

    `is_public_body` tells of a government department, an institution or a state-owned enterprise (厦门24).

    Raises: BehaviourRequired; BehaviourUndefined; ConditionRequired; PersonalTextInPublic; InvalidInput.
    Source: 新乡二 (科学界定守信和失信行为); 人力资源社会保障部令第45号5.
    """
    basis = _optional("legal_basis", grounds.legal_basis, _LONGEST_BASIS)
    behaviour = _optional("behaviour", grounds.behaviour, LONGEST_REASON)
    if grounds.legal_basis_level is not None and grounds.legal_basis_level not in BASIS_LEVELS:
        raise InvalidInput("There is no such level of legal basis.", zh="没有这一依据层级。", levels=list(BASIS_LEVELS))
    _require_behaviour(books, kind, behaviour, basis, definition, on)
    condition = _condition(books, kind, grounds, on, is_public_body=is_public_body)
    columns = {
        "reason": require_text("reason", grounds.reason, longest=LONGEST_REASON),
        "behaviour": behaviour,
        "legal_basis": basis,
        "legal_basis_level": grounds.legal_basis_level if basis else None,
        "condition": condition,
        "precondition_met": grounds.precondition_met or None,
        "decision_no": _optional("decision_no", grounds.decision_no, LONGEST_NUMBER),
    }
    for name, text in columns.items():
        if isinstance(text, str) and enrolment.names_identity(text, person_name=person_name):
            raise PersonalTextInPublic(field=name)
    return columns


def law_of(books: Rulebooks, kind: ListKind, name: str, on: date) -> RuleAnswer | None:
    """Give a rule about the list itself, or about its sector; nothing where none binds."""
    codes = [kind.code, *([kind.rule.sector] if kind.rule.sector else [])]
    answers = (binding(books, kind.jurisdiction_id, f"list.{code}.{name}", on) for code in codes)
    return next((answer for answer in answers if answer is not None), None)


def _require_behaviour(
    books: Rulebooks,
    kind: ListKind,
    behaviour: str | None,
    basis: str | None,
    definition: Mapping[str, Any] | None,
    on: date,
) -> None:
    defined = binding(books, kind.jurisdiction_id, "behaviour.definition_required", on)
    if defined is not None and defined.value is True and (behaviour is None or basis is None):
        raise citing(BehaviourRequired, defined.citation)
    known = list(definition["behaviours"]) if definition is not None else []
    if behaviour is not None and known and behaviour not in known:
        raise BehaviourUndefined(known=known)


def _condition(books: Rulebooks, kind: ListKind, grounds: Grounds, on: date, *, is_public_body: bool) -> str | None:
    """Give the condition that is met: the law's, or the list's own for whom its text names beside everybody.

    None for another failing, where the list holds others than those of its sector (厦门28: 含工资支付).

    Raises: ConditionRequired with the conditions and what must come before.
    """
    stated = _optional("condition", grounds.condition, LONGEST_REASON)
    if kind.rule.sector_by_condition and stated in (None, kind.rule.condition) and is_public_body:
        return kind.rule.condition
    law = law_of(books, kind, "conditions", on)
    if law is None or not isinstance(law.value, tuple) or (kind.rule.sector_by_condition and stated is None):
        return stated
    before = law_of(books, kind, "precondition", on)
    if stated not in law.value or (before is not None and not grounds.precondition_met):
        raise citing(
            ConditionRequired,
            law.citation,
            conditions=list(law.value),
            precondition=before.value if before is not None else None,
        )
    return stated


def _optional(name: str, text: str | None, longest: int) -> str | None:
    return require_text(name, text, longest=longest) if text is not None else None
