"""By which claim of an issuer's tokens an account is a subject: the lines that say so, and what a token says under them.

In charge of reading a line and of finding in a token's claims the one code or number that all of them name, at the
assurance that a line asks for. What is kept of an identity number is its keyed index. Refuses, with a code and without
a value, a token that names nobody, somebody unclearly or less surely than asked. A name is never looked at.
Source: OpenID Connect Core 2 (acr, amr); RFC 9068 section 2.2.1; 个人信息保护法 44, 45; 上海12.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from authz.claim_table import ClaimRulesInvalid, claim_of, text_of, texts_of
from domain.errors import Forbidden
from domain.identifiers import is_resident_id, is_uscc, normalise_code


class LinkRefused(Forbidden):
    """Your sign-in holds, but your account is no subject here: its kinds say why."""


class LinkNotAssured(LinkRefused):
    """You signed in less surely than your own record asks for: sign in again by a stronger method."""

    code = "LINK_NOT_ASSURED"
    zh = "登录的认证等级不足以查看本人信用信息：请以更高等级的方式重新登录。"


class LinkClaimMissing(LinkRefused):
    """Your identity provider tells neither code nor identity number of who signed in: ask it to release them."""

    code = "LINK_CLAIM_MISSING"
    zh = "身份认证系统未提供统一社会信用代码或身份证号：请向其申请提供。"


class LinkClaimUnclear(LinkRefused):
    """Your identity provider tells a code or number that is none, or several that differ: nobody is linked by it."""

    code = "LINK_CLAIM_UNCLEAR"
    zh = "身份认证系统提供的代码或证件号码无效，或者有多个且不一致：不予对应。"


FORMS: Final = ("resident_id", "uscc", "index")
"""What a claim carries: an identity number, a unified social credit code, or the keyed index of a number."""

_INDEX = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """One line: the claim that names a subject, in which form, and how sure the sign-in must have been."""

    claim: str
    form: str
    acr: tuple[str, ...]
    """One of these authentication classes is asked for; any where there are none."""
    amr: tuple[str, ...]
    """All of these authentication methods are asked for."""
    only: tuple[str, str] | None = None
    """The claim and value of the tokens that the line is about; of all where there is none."""

    def is_about(self, claims: Mapping[str, Any]) -> bool:
        """Tell whether the line is about tokens with these claims."""
        return self.only is None or claim_of(claims, self.only[0]) == self.only[1]

    def is_assured(self, claims: Mapping[str, Any]) -> bool:
        """Tell whether the sign-in was as sure as the line asks for."""
        methods = claims.get("amr")
        known = {each for each in methods if isinstance(each, str)} if isinstance(methods, list) else set()
        return (not self.acr or claims.get("acr") in self.acr) and known.issuperset(self.amr)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which subject a token names: by code, or by the keyed index of its number; or why it names none."""

    code: str | None = None
    index: bytes | None = field(default=None, repr=False)
    refused: type[LinkRefused] | None = None
    claim: str = ""
    """The claim by which it is named; its value is not kept."""
    assured: bool = False
    """Whether the sign-in was as sure as a line about such tokens asks for."""


def read_subject_line(entry: Mapping[str, Any], where: str) -> SubjectLine:
    """Read a line, which asks for some assurance.

    Raises: ClaimRulesInvalid.
    """
    if set(entry) - {"claim", "form", "acr", "amr", "only"}:
        raise ClaimRulesInvalid(f"an unknown member in {where}")
    claim, form = text_of(entry, "claim", where), text_of(entry, "form", where)
    if form not in FORMS:
        raise ClaimRulesInvalid(f"a form that is none of {', '.join(FORMS)} in {where}")
    acr, amr = texts_of(entry, "acr", where), texts_of(entry, "amr", where)
    if not acr and not amr:
        raise ClaimRulesInvalid(f"neither acr nor amr in {where}")
    return SubjectLine(claim, form, acr, amr, _only(entry["only"], where) if "only" in entry else None)


def _only(entry: object, where: str) -> tuple[str, str]:
    if not isinstance(entry, Mapping) or set(entry) != {"claim", "value"}:
        raise ClaimRulesInvalid(f"only that is no claim and value in {where}")
    return text_of(entry, "claim", where), text_of(entry, "value", where)


def seek(lines: Iterable[SubjectLine], claims: Mapping[str, Any], digest: Callable[[str], str]) -> Sought:
    """Tell which subject the claims of a token name under the lines, if they name one."""
    about = [line for line in lines if line.is_about(claims)]
    assured = any(line.is_assured(claims) for line in about)
    named = [(line, value) for line in about if (value := claim_of(claims, line.claim)) not in (None, "")]
    if not named:
        return Sought(refused=LinkClaimMissing, assured=assured)
    found = {_read(line.form, value, digest) for line, value in named}
    one = found.pop()
    if found or one is None:
        return Sought(refused=LinkClaimUnclear, assured=assured)
    sure = [line for line, _ in named if line.is_assured(claims)]
    if not sure:
        return Sought(refused=LinkNotAssured, assured=assured)
    return Sought(*one, claim=sure[0].claim, assured=True)


def _read(form: str, value: object, digest: Callable[[str], str]) -> tuple[str | None, bytes | None] | None:
    """Give the code or the index that a claim carries; None for what is neither."""
    if not isinstance(value, str):
        return None
    if form == "index":
        return (None, bytes.fromhex(value)) if _INDEX.fullmatch(value) else None
    if form == "uscc":
        return (normalise_code(value), None) if is_uscc(value, lenient=True) else None
    return (None, bytes.fromhex(digest(normalise_code(value)))) if is_resident_id(value) else None
