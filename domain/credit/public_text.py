"""A text that everybody may read and that is about nobody: the name of a list's item, the reason for which one ends.

Refuses a number or address that stands for a person. Source: 厦门5, 海沧6; Personal Information Protection Law 6, 25.
"""

from __future__ import annotations

from domain.credit.refusals import PersonalTextInPublic
from domain.registry.enrolment import names_identity
from domain.text import require_text


def public_text(field: str, text: str, *, longest: int) -> str:
    """Give a text without blanks around it. Units: `longest` characters.

    Raises: InvalidInput; PersonalTextInPublic, which names the field and not what was found.
    """
    plain = require_text(field, text, longest=longest)
    if names_identity(plain, person_name=None):
        raise PersonalTextInPublic(field=field)
    return plain
