"""Whose figures somebody sees: all of a division for who watches it, else those of his own office."""

from __future__ import annotations

from uuid import UUID

from api.execution.job import reader_of
from api.execution.service import Service
from authz.caller import Caller
from authz.vocabulary import Scope
from domain.errors import Forbidden, NotFound


def own_office_only(service: Service, caller: Caller, noun: str, action: str, jurisdiction: str) -> UUID | None:
    """Give the caller's office where it may see only its own; nothing where it watches the division.

    Raises: Forbidden; NotFound for a division that is not the caller's, nor below it for who watches those.
    """
    scopes = reader_of(service, caller).scopes(noun, action)
    if not scopes:
        raise Forbidden(noun=noun, action=action)
    if caller.jurisdiction_id != jurisdiction:
        place = service.books.jurisdictions.get(jurisdiction)
        below = place is not None and place.parent == caller.jurisdiction_id
        if not (below and Scope.CHILD_JURISDICTION in scopes):
            raise NotFound
        return None
    if {Scope.OWN_JURISDICTION, Scope.OWN_BUREAU} & set(scopes):
        return None
    assert caller.office_id is not None  # who acts in a division acts for an office
    return caller.office_id
