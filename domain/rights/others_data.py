"""Whether a text that others will read carries personal data, as far as a program can tell.

Looked for are identity numbers, telephone and card numbers, addresses of electronic mail, and the names of the
persons who represent the organisation concerned. Other names are not looked up: an answer to that would tell who is
in the database. Source: 个人信息保护法 6, 25; 厦门5, 海沧6.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from domain.lifecycle import Transaction
from domain.rights.objections.refusals import OthersPersonalData
from domain.text import require_text

_NUMBERS: Final = re.compile(
    r"(?<![0-9A-Za-z])("
    r"[1-9][0-9]{16}[0-9Xx]"  # identity number
    r"|[1-9][0-9]{14}"  # identity number of the first generation
    r"|1[3-9][0-9]{9}"  # mobile telephone
    r"|0[0-9]{2,3}[0-9]{7,8}"  # telephone
    r"|[3-6][0-9]{15,18}"  # bank card
    r")(?![0-9A-Za-z])"
)
_MAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}")
_BETWEEN: Final = re.compile(r"(?<=[0-9])[\s\-—·.]+(?=[0-9Xx])")


async def require_impersonal(tx: Transaction, field: str, text: str, *, subject_id: UUID) -> str:
    """Give a text about a subject that carries nobody else's personal data.

    Raises: OthersPersonalData, which names the field and not what was found.
    """
    rows = await tx.connection.fetch(_REPRESENTATIVES, subject_id)
    if names_others(text, names=[row["name"] for row in rows]):
        raise OthersPersonalData(field=field)
    return text


def impersonal(field: str, text: str, *, longest: int) -> str:
    """Give a text that is about nobody in particular, without blanks around it.

    Raises: InvalidInput; OthersPersonalData, which names the field and not what was found.
    """
    plain = require_text(field, text, longest=longest)
    if names_others(plain):
        raise OthersPersonalData(field=field)
    return plain


def names_others(text: str, *, names: Iterable[str] = ()) -> bool:
    """Tell whether a text carries a number or address that stands for a person, or one of the names."""
    plain = unicodedata.normalize("NFKC", text)
    if _NUMBERS.search(plain) or _NUMBERS.search(_BETWEEN.sub("", plain)) or _MAIL.search(plain):
        return True
    return any(name in plain for name in names if len(name) > 1)


_REPRESENTATIVES: Final = "SELECT name FROM legal_representative WHERE subject_id = $1"
