"""What a clearance means in SQL: how a column of a privacy class is shown clear, masked or not at all."""

from __future__ import annotations

from authz.vocabulary import Level
from domain.privacy import Declared, Privacy

ALWAYS_CLEAR = frozenset({Privacy.OPEN})
"""Classes that need no clearance: whoever may read the row may read them."""

NEVER = frozenset({Privacy.SECRET})
"""Classes that no clearance opens."""


def shown(text: str, declared: Declared, level: Level, *, about_person: str | None) -> str | None:
    """Give the SQL expression of a column, or of what is computed, at a level; None when nothing is shown.

    `text` is the expression in clear, `{t}` being the row. `about_person` is the column that tells whether the row
    is about a natural person, where the table has one.
    """
    if level is Level.HIDDEN or declared.privacy in NEVER:
        return None
    if level is Level.CLEAR:
        return text
    if declared.masked_by:
        return f"{{t}}.{declared.masked_by}"
    if declared.privacy is Privacy.CREDIT_DETAIL:
        return f"CASE WHEN NOT {{t}}.{about_person} THEN {text} END" if about_person else None
    if declared.privacy in (Privacy.PERSON_ID, Privacy.REPRESENTATIVE_ID):
        return text
    return None
