"""How a name looks at a glance: what a second officer in a hurry takes for the same.

In charge of nothing but that: names that look alike are told, never refused. Letters of other scripts that are drawn like
Latin ones, letters of full width and digits like letters count as one.
Source: Unicode Technical Standard 39, section 4 (confusables), of which these are what a keyboard here can write.
"""

from __future__ import annotations

import unicodedata


def look(name: str) -> str:
    """Give what is seen of a name: 1, i and l, 0 and o, 5 and s, rn and m are the same, blanks and _ are nothing."""
    plain = unicodedata.normalize("NFKC", name).translate(_DRAWN_ALIKE).casefold()
    bare = "".join(one for one in unicodedata.normalize("NFD", plain) if one.isalnum())
    return bare.replace("rn", "m").replace("vv", "w").translate(_GLANCE)


_GLANCE = str.maketrans("01i5", "olls")
_DRAWN_ALIKE = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0405\u0406\u0408"  # Cyrillic
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u0501\u051b\u051d"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"  # Greek
    "\u03b1\u03b9\u03ba\u03bd\u03bf\u03c1\u03c5\u03c7",
    "ABEKMHOPCTYXSIJaeopcyxsijhdqwABEZHIKMNOPTYXaikvopux",
)
