"""When two numbers of documents 文书号 are one: the text stays as it was written, how it was typed is folded to compare.

The brackets around the year (〔2026〕 by GB/T 9704, （2026）, [2026]), wide and narrow signs, dashes, blanks and signs
that nobody sees differ from clerk to clerk: a decision that was typed in two ways would be here twice, of two offices
nobody would be told that they provide the same (厦门8), and both would count against whom it is about. Letters keep
their case, and digits their zeros: an office may tell its numbers apart by them. The numbers of commitments, grade facts,
contracts and complaints are compared in the same way.

What was taken in twice before such numbers were compared stays: only its office withdraws a record. The later one is
marked (`stands_twice`), and `ONCE` leaves it out.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_OPENS, _CLOSES, _DASHES = "〔【〖[{〈《", "〕】〗]}〉》", "‐–—―−"
_UNSEEN: Final = " \t\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_FROM: Final = f"{_OPENS}{_CLOSES}{_DASHES}{_UNSEEN}"
_TO: Final = "(" * len(_OPENS) + ")" * len(_CLOSES) + "-" * len(_DASHES)
_FOLDS: Final = {ord(sign): _TO[place] if place < len(_TO) else None for place, sign in enumerate(_FROM)}

ONCE: Final = "state <> 'withdrawn' AND NOT stands_twice"
"""Of which rows a decision stands once; what was withdrawn leaves its number to what is handed in anew."""


def compared(number: str) -> str:
    """Give, as SQL, what the number that an expression gives is compared by; indexes are over the same text."""
    return f"translate(normalize({number}, NFKC), '{_FROM}', '{_TO}')"


def folded(number: str) -> str:
    """Give a number as it is compared: what `compared` makes of it in the database."""
    return unicodedata.normalize("NFKC", number).translate(_FOLDS)
