"""Relations of early warning: screenings, risk warnings with what hangs on them, interviews, criminal referrals."""

from __future__ import annotations

from authz.relations.common import CHILDREN, Rows, exists
from authz.vocabulary import Scope

_OF_OFFICE = "{t}.office_id = :office"
_PLACE = {
    Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
    Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
}
_CONCERNED = exists(
    "screening told WHERE told.id = {t}.screening_id AND told.state = 'circulated'"
) + " AND " + exists(
    "risk_warning_record behind JOIN credit_record made ON made.id = behind.record_id"
    " WHERE behind.warning_id = {t}.id AND made.office_id = :office"
)  # fmt: skip
"""Whether a warning rests on a record of the caller's office and was circulated to it 通报 (海沧14: 各有关部门)."""

_BUREAU = {Scope.OWN_BUREAU: "{t}.jurisdiction_id = :jurisdiction"}

WARNING = (
    _PLACE
    | _BUREAU
    | {
        Scope.OWN_OFFICE: _OF_OFFICE,
        Scope.CO_OWNER: _CONCERNED,
        Scope.SELF: "{t}.subject_id = :subject",
    }
)


def _through_warning(scopes: dict[Scope, str]) -> dict[Scope, str]:
    """Give the scopes of rows that hang on a warning: those of the warning."""
    return {
        scope: exists("risk_warning through WHERE through.id = {t}.warning_id AND " + text.replace("{t}", "through"))
        for scope, text in scopes.items()
    }


ROWS: Rows = {
    "screening": _PLACE
    | {
        # an office that screens its own records only; what is screened of a whole place is the credit office's
        Scope.OWN_OFFICE: "{t}.office_id = :office AND {t}.source_office_id = :office",
    },
    "risk_warning": WARNING,
    "risk_warning_record": _through_warning(WARNING),
    "risk_warning_action": _through_warning(WARNING),
    "interview": _PLACE | _BUREAU | {Scope.OWN_OFFICE: _OF_OFFICE, Scope.SELF: "{t}.subject_id = :subject"},
    "criminal_referral": {Scope.OWN_OFFICE: _OF_OFFICE},
    "watch": {Scope.OWN_OFFICE: _OF_OFFICE, Scope.OWN_JURISDICTION: _PLACE[Scope.OWN_JURISDICTION]},
    "watched_change": {Scope.OWN_JURISDICTION: _PLACE[Scope.OWN_JURISDICTION]},
    "major_event": {Scope.OWN_OFFICE: _OF_OFFICE, Scope.OWN_JURISDICTION: _PLACE[Scope.OWN_JURISDICTION]},
    "monitoring_figure": {Scope.OWN_OFFICE: _OF_OFFICE, Scope.OWN_JURISDICTION: _PLACE[Scope.OWN_JURISDICTION]},
}
