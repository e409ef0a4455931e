"""Addresses of electronic mail 电子邮箱 within texts that others will read: each is masked where it stands.

That of a public body (…gov.cn) stays: it is an office's and nobody's own. Refuses nothing, as with identity numbers.
Source: 厦门5, 海沧6; Personal Information Protection Law 6, 25.
"""

from __future__ import annotations

import re
from typing import Final

from domain.masking import mask_mail

_LOCAL: Final = "A-Za-z0-9._%+-"
_ADDRESS: Final = re.compile(
    rf"(?<![{_LOCAL}])[{_LOCAL}]{{1,64}}+\s?[@＠]\s?[A-Za-z0-9-]{{1,63}}+(?:[.．][A-Za-z0-9-]{{1,63}}+){{1,8}}"
)
_OF_PUBLIC_BODIES: Final = ".gov.cn"


def without_addresses(text: str) -> str:
    """Give a text in which every address of a person, or of whom nobody can tell, stands masked."""
    return _ADDRESS.sub(_masked, text) if "@" in text or "＠" in text else text


def _masked(found: re.Match[str]) -> str:
    local, domain = re.split(r"\s?[@＠]\s?", found[0])
    domain = domain.replace("．", ".")
    return found[0] if f".{domain.lower()}".endswith(_OF_PUBLIC_BODIES) else mask_mail(local, domain)
