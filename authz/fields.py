"""What a clearance means in SQL: how a column of a privacy class is shown clear, masked or not at all."""

from __future__ import annotations

from authz.vocabulary import Level
from domain.privacy import Declared, Privacy

ALWAYS_CLEAR = frozenset({Privacy.OPEN})
"""Classes that need no clearance: whoever may read the row may read them."""

NEVER = frozenset({Privacy.SECRET})
"""Classes that no clearance opens."""


def shown(column: str, declared: Declared, level: Level, *, about_person: str | None) -> str | None:
    """Give the SQL expression of a column at a level, `{t}` being the row; None when nothing is shown.

    `about_person` is the column that tells whether the row is about a natural person, where the table has one.
    """
    if level is Level.HIDDEN or declared.privacy in NEVER:
        return None
    if level is Level.CLEAR:
        return f"{{t}}.{column}"
    if declared.masked_by:
        return f"{{t}}.{declared.masked_by}"
    if declared.privacy is Privacy.CREDIT_DETAIL:
        return f"CASE WHEN NOT {{t}}.{about_person} THEN {{t}}.{column} END" if about_person else None
    if declared.privacy in (Privacy.PERSON_ID, Privacy.REPRESENTATIVE_ID):
        return f"{{t}}.{column}"
    return None
