"""Relations of objections, their pauses, and the statements of subjects beside what is contested."""

from __future__ import annotations

from authz.relations import credit, lists
from authz.relations.common import CHILDREN, Rows, exists
from authz.vocabulary import Scope
from domain.rights.objections.objection import TARGETS
from domain.rights.subject_statement import STANDS

_OBJECTION: dict[Scope, str] = {
    Scope.ANY: "TRUE",
    Scope.OWN_OFFICE: ":office IN ({t}.office_id, {t}.intake_office_id, {t}.platform_office_id)",
    Scope.OWN_JURISDICTION: "{t}.jurisdiction_id = :jurisdiction",
    Scope.CHILD_JURISDICTION: "{t}.jurisdiction_id " + CHILDREN,
    Scope.SELF: "{t}.subject_id = :subject",
}


_CONTESTED: Rows = credit.ROWS | lists.ROWS


def _beside(scope: Scope) -> str:
    """Write that a standing statement stands beside a row that lies in the scope."""
    contested = (
        exists(f"{noun} beside WHERE beside.id = {{t}}.{column} AND {_CONTESTED[noun][scope].replace('{t}', 'beside')}")
        for noun, column in TARGETS.items()
    )
    return f"{STANDS} AND ({' OR '.join(contested)})"


ROWS: Rows = {
    "objection": _OBJECTION,
    "objection_pause": {
        scope: exists("objection paused WHERE paused.id = {t}.objection_id AND (" + text.replace("{t}", "paused") + ")")
        for scope, text in _OBJECTION.items()
    },
    "subject_statement": {
        **{scope: _beside(scope) for scope in lists.ROWS["list_entry"] if scope not in (Scope.ANY, Scope.SELF)},
        Scope.SELF: "{t}.subject_id = :subject",
    },
}
