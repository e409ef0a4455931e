"""Numbers of credit reports: RX, division code, day, ten random characters, check character.

A number cannot be guessed from another one (50 random bits, no sequence) and a slip in writing it down is
noticed before anything is looked up (ISO 7064, MOD 37-36).
"""

from __future__ import annotations

import re
import secrets
from datetime import date
from typing import Final

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM: Final = 10
_SHAPE: Final = re.compile(rf"RX[0-9]{{14}}[{_ALPHABET}]{{{_RANDOM}}}[0-9A-Z]")


def new_number(jurisdiction: str, on: date) -> str:
    """Make a number for a report issued in a division on a day; 27 characters."""
    body = f"RX{jurisdiction}{on:%Y%m%d}" + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))
    return body + str(mod_37_36.calc_check_digit(body))


def read_number(text: str) -> str | None:
    """Give a number as people write it (blanks, lower case) in its one form; None when it cannot be one."""
    number = "".join(text.split()).upper()
    if not _SHAPE.fullmatch(number):
        return None
    try:
        mod_37_36.validate(number)
    except ValidationError:
        return None
    return number
