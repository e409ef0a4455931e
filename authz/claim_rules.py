"""Which claims of an identity provider's tokens give what: the person, the subject, offices and roles, by a table.

In charge of reading the table and of what a token's claims give under it. A claim that no line names gives nothing; a
line gives a role that an officer could grant, in an office that exists, to an account that is registered; by which
claim an account is a subject, `authz.subject_rules` tells. Refuses a table with a word that nobody knows, with a role
that follows from who somebody is, and with one that governs policies unless its line says so.
Source: RFC 9068 section 2.2.3; OpenID Connect Core 5.1; separation of duties.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from authz.account import SUBJECT_ROLES
from authz.claim_table import ClaimRulesInvalid, claim_of, lines_of, text_of
from authz.subject_rules import Sought, SubjectLine, read_subject_line, seek
from authz.vocabulary import ROLES

NOWHERE = "none"
"""The office of a role that is held in none."""

CLAIMED = "claimed"
"""The office of a role that is held in each office that the claims give."""

GOVERNING = frozenset({"security_officer"})
"""Roles that a line gives only when it says `governs = true`; others that a policy lets govern are refused later."""

MOST_ROLES = 50
PERSON_LENGTH = 200
"""How long the claim may be by which all accounts of a person are known."""


@dataclass(frozen=True, slots=True)
class GivenRole:
    """A role that claims give: where it is held, and whether it may govern policies."""

    role: str
    office: str
    """`<jurisdiction>.<code>` of an office, or `none`."""
    governs: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a claim, a value, and what it gives."""

    claim: str
    value: str
    office: str
    role: str | None = None
    governs: bool = False

    def is_met(self, claims: Mapping[str, Any]) -> bool:
        """Tell whether the claim has the value, alone or among others."""
        found = claim_of(claims, self.claim)
        return found == self.value or (isinstance(found, list) and self.value in found)


@dataclass(frozen=True, slots=True)
class Given:
    """What the claims of one token give."""

    person: str | None = field(default=None, repr=False)
    """Keyed digest of who it is."""
    roles: tuple[GivenRole, ...] = ()
    subject: Sought | None = field(default=None, repr=False)
    """Which subject it is said to be; None from an issuer that tells of none."""


NOTHING = Given()


@dataclass(frozen=True, slots=True)
class IssuerRules:
    """The lines of one issuer, and the claim that is the same in all accounts of a person."""

    issuer: str
    person: str | None
    offices: tuple[Line, ...]
    roles: tuple[Line, ...]
    subjects: tuple[SubjectLine, ...] = ()
    digest: Callable[[str], str] | None = field(default=None, repr=False, compare=False)
    """The keyed digest in hexadecimal, which is all that is kept of a person's claim or an identity number."""

    def of(self, claims: Mapping[str, Any]) -> Given:
        """Tell what the claims of a token that holds give."""
        offices = tuple(dict.fromkeys(line.office for line in self.offices if line.is_met(claims)))
        given = dict.fromkeys(
            GivenRole(line.role or "", place, line.governs)
            for line in self.roles
            if line.is_met(claims)
            for place in (offices if line.office == CLAIMED else (line.office,))
        )
        subject = seek(self.subjects, claims, self.digest) if self.subjects and self.digest else None
        return Given(self._person(claims), tuple(given)[:MOST_ROLES], subject)

    def with_digest(self, digest: Callable[[str], str]) -> IssuerRules:
        """Give the same rules with the digest of persons."""
        return replace(self, digest=digest)

    def _person(self, claims: Mapping[str, Any]) -> str | None:
        found = claim_of(claims, self.person) if self.person else None
        if self.digest is None or not isinstance(found, str) or not 0 < len(found) <= PERSON_LENGTH:
            return None
        return self.digest(found)


def read_claim_rules(text: str) -> tuple[IssuerRules, ...]:
    """Read a table from TOML.

    Raises: ClaimRulesInvalid.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise ClaimRulesInvalid("text that is not TOML") from None
    if set(found) - {"issuer"} or not isinstance(found.get("issuer", []), list):
        raise ClaimRulesInvalid("another table than [[issuer]]")
    rules = tuple(_issuer(entry, place) for place, entry in enumerate(found.get("issuer", []), start=1))
    if len({one.issuer for one in rules}) != len(rules):
        raise ClaimRulesInvalid("the same issuer twice")
    return rules


def _issuer(entry: Any, place: int) -> IssuerRules:
    where = f"issuer {place}"
    if not isinstance(entry, dict) or set(entry) - {"issuer", "person", "subject", "office", "role"}:
        raise ClaimRulesInvalid(f"an unknown member in {where}")
    person = text_of(entry, "person", where) if "person" in entry else None
    offices = tuple(_line(one, place_, role=False) for one, place_ in lines_of(entry, "office", where))
    roles = tuple(_line(one, place_, role=True) for one, place_ in lines_of(entry, "role", where))
    subjects = tuple(read_subject_line(one, place_) for one, place_ in lines_of(entry, "subject", where))
    return IssuerRules(text_of(entry, "issuer", where), person, offices, roles, subjects)


def _line(entry: Mapping[str, Any], where: str, *, role: bool) -> Line:
    if set(entry) - ({"claim", "value", "office"} | ({"role", "governs"} if role else set())):
        raise ClaimRulesInvalid(f"an unknown member in {where}")
    office = text_of(entry, "office", where)
    if office not in ((CLAIMED, NOWHERE) if role else ()) and office.count(".") != 1:
        raise ClaimRulesInvalid(f"an office that is not written <jurisdiction>.<code> in {where}")
    line = Line(text_of(entry, "claim", where), text_of(entry, "value", where), office)
    return _with_role(line, entry, where) if role else line


def _with_role(line: Line, entry: Mapping[str, Any], where: str) -> Line:
    name, governs = text_of(entry, "role", where), entry.get("governs", False)
    if name not in ROLES:
        raise ClaimRulesInvalid(f"a role that nobody knows in {where}")
    if name in SUBJECT_ROLES or name == "public":
        raise ClaimRulesInvalid(f"a role that follows from who somebody is in {where}")
    if not isinstance(governs, bool):
        raise ClaimRulesInvalid(f"governs that is neither true nor false in {where}")
    if name in GOVERNING and not governs:
        raise ClaimRulesInvalid(f"a role that governs policies without governs = true in {where}")
    return replace(line, role=name, governs=governs)
