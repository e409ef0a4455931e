"""What the words of the policy mean, said a second time, over Python objects.

Scopes, clearances and computed fields are written here from their documented meaning, without a look at how
`authz` or `api` say them in SQL. What is shared is data only: the policy's lines, read by a parser of our own,
and the privacy class of a field, read from the schema's SDL.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from graphql import ObjectTypeDefinitionNode, StringValueNode, parse

from tests.oracle.world import Caller, Row, Tables

CHINA = ZoneInfo("Asia/Shanghai")

NOUNS = {
    "Jurisdiction": "jurisdiction",
    "Office": "office",
    "Responsibility": "responsibility",
    "Subject": "subject",
    "LegalRepresentative": "legal_representative",
    "CatalogueItem": "catalogue_item",
    "CatalogueProducer": "catalogue_producer",
    "CreditRecord": "credit_record",
    "CreditRecordVersion": "credit_record_version",
    "CreditList": "credit_list",
    "ListEntry": "list_entry",
    "ListEvidence": "list_evidence",
    "ApplicationItem": "application_item",
    "Consent": "consent",
    "CreditReport": "credit_report",
    "RecordImport": "record_import",
    "RefusedRow": "refused_row",
    "WorkingDay": "working_day",
    "AccessEntry": "access_entry",
}
"""The noun of each type whose objects are rows."""

ABOUT_SOMEBODY = {"subject", "legal_representative", "credit_record", "credit_record_version", "list_entry"}
"""Credit data about somebody: whoever may not omit the purpose must name one for it."""

NEEDED = {
    "own_office": ("office",),
    "own_jurisdiction": ("jurisdiction",),
    "child_jurisdiction": ("jurisdiction",),
    "purposed": ("jurisdiction", "purpose"),
    "consented": ("office", "purpose"),
    "self": ("subject",),
}
"""What a caller must have for a relation to be possible at all."""


# -- the policy


class Policy:
    """The default policy, read by this parser alone."""

    def __init__(self, text: str) -> None:
        self.grants: set[tuple[str, str, str, str]] = set()
        self.clearances: set[tuple[str, str, str, str]] = set()
        self.parents: dict[str, set[str]] = {}
        for cells in csv.reader(
            line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
        ):
            kind, *rest = [cell.strip() for cell in cells]
            if kind == "g":
                self.parents.setdefault(rest[0], set()).add(rest[1])
            elif kind == "p":
                assert len(rest) == 4, "the default policy denies nothing by a line"
                self.grants.add((rest[0], rest[1], rest[2], rest[3]))
            else:
                self.clearances.add((rest[0], rest[1], rest[2], rest[3]))

    def worn(self, roles: Iterable[str]) -> set[str]:
        """Give the roles and all that they inherit from."""
        found: set[str] = set()
        waiting = list(roles)
        while waiting:
            role = waiting.pop()
            if role not in found:
                found.add(role)
                waiting.extend(self.parents.get(role, ()))
        return found

    def scopes(self, roles: Iterable[str], noun: str, action: str) -> set[str]:
        """Give the scopes in which one of the roles may do the action."""
        worn = self.worn(roles)
        return {
            scope for role, object_, verb, scope in self.grants if role in worn and (object_, verb) == (noun, action)
        }

    def level(self, roles: Iterable[str], privacy: str, scope: str) -> str:
        """Give the best level of the roles for a class in a scope."""
        worn = self.worn(roles)
        levels = {
            level
            for role, class_, level, where in self.clearances
            if role in worn and (class_, where) == (privacy, scope)
        }
        return next((level for level in ("clear", "masked") if level in levels), "hidden")


def default_policy() -> Policy:
    """Read the policy that ships with the package."""
    return Policy((Path(__file__).parents[2] / "authz" / "default_policy.csv").read_text("utf-8"))


def privacy_classes(sdl: str) -> dict[tuple[str, str], str]:
    """Read from the SDL the privacy class of each field that has one."""
    found = {}
    for definition in parse(sdl).definitions:
        if isinstance(definition, ObjectTypeDefinitionNode):
            for field in definition.fields or ():
                for directive in field.directives or ():
                    if directive.name.value == "privacy":
                        value = directive.arguments[0].value
                        assert isinstance(value, StringValueNode)
                        found[definition.name.value, field.name.value] = value.value
    return found


# -- dates


def local_day(instant: datetime) -> date:
    """Give the day in China."""
    return instant.astimezone(CHINA).date()


def record_in_force(row: Row, today: date) -> bool:
    """Tell whether a record is published and its term runs."""
    return row["state"] == "published" and (row["public_until"] is None or today <= row["public_until"])


def entry_in_force(row: Row, today: date) -> bool:
    """Tell whether an entry is published, not removed, and its term runs."""
    if row["published_at"] is None or (row["removed_on"] is not None and row["removed_on"] <= today):
        return False
    return row["public_until"] is None or today <= row["public_until"]


def consent_in_force(row: Row, today: date) -> bool:
    """Tell whether a consent stands."""
    return row["revoked_at"] is None and today <= row["until_on"]


# -- scopes


@dataclass
class Meaning:
    """The rows and the day against which scopes are asked."""

    tables: Tables
    policy: Policy
    classes: dict[tuple[str, str], str]
    today: date

    def rows_of(self, noun: str) -> list[Row]:
        """Give all rows of a noun."""
        if noun == "access_entry":
            return [row for row in self.tables["ledger_event"] if row["kind"] == "access"]
        return self.tables[noun]

    def open_scopes(self, caller: Caller, noun: str, action: str) -> set[str]:
        """Give the granted scopes that the caller and the noun can have at all."""
        have = {
            "office": caller.office,
            "jurisdiction": caller.jurisdiction,
            "subject": caller.subject,
            "purpose": caller.purpose,
        }
        return {
            scope
            for scope in self.policy.scopes(caller.roles, noun, action)
            if scope in _RELATIONS[noun] and all(have[one] is not None for one in NEEDED.get(scope, ()))
        }

    def holds(self, caller: Caller, noun: str, scope: str, row: Row) -> bool:
        """Tell whether a row stands in a relation to the caller."""
        return _RELATIONS[noun][scope](self, caller, row)

    def within(self, caller: Caller, noun: str, scopes: Iterable[str], row: Row) -> bool:
        """Tell whether a row lies in one of the scopes."""
        return any(self.holds(caller, noun, scope, row) for scope in scopes)

    def level(self, caller: Caller, noun: str, privacy: str, row: Row) -> str:
        """Give how a class of a row is shown to the caller: by the best scope that the row lies in."""
        found = {
            self.policy.level(caller.roles, privacy, scope)
            for scope in self.open_scopes(caller, noun, "read")
            if self.holds(caller, noun, scope, row)
        }
        return next((level for level in ("clear", "masked") if level in found), "hidden")

    def shown(self, caller: Caller, type_name: str, field: str, row: Row) -> Any:
        """Give the value of a stored field in the form the caller may see."""
        column = snake(field)
        privacy = self.classes.get((type_name, field))
        if privacy is None:
            return row[column]
        level = self.level(caller, NOUNS[type_name], privacy, row)
        if level == "clear":
            return row[column]
        return _masked(privacy, row, column) if level == "masked" else None

    def person(self, noun: str, row: Row) -> Any:
        """Give the natural person whose data an object carries, or None."""
        match noun:
            case "subject":
                return row["id"] if row["is_person"] else None
            case "legal_representative":
                # somebody who is not known as a subject is noted with the organisation that the link hangs on
                return row["person_id"] or row["subject_id"]
            case "credit_record" | "credit_record_version" | "list_entry" | "consent" | "credit_report":
                return row["subject_id"] if row["about_person"] else None
        return None


def _masked(privacy: str, row: Row, column: str) -> Any:
    match privacy:
        case "person_name":
            return row["masked_name"]
        case "person_id" | "representative_id":
            return row[column]  # the column holds the masked form only
        case "credit_detail":
            return None if row.get("is_person") or row.get("about_person") else row[column]
    return None


def snake(name: str) -> str:
    """Turn a GraphQL name into a column's."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


Relation = Callable[[Meaning, Caller, Row], bool]


def _every(meaning: Meaning, caller: Caller, row: Row) -> bool:
    return True


def _of_office(meaning: Meaning, caller: Caller, row: Row) -> bool:
    return bool(row["office_id"] == caller.office)


def _of_self(meaning: Meaning, caller: Caller, row: Row) -> bool:
    return bool(row["subject_id"] == caller.subject)


def _in_own(meaning: Meaning, caller: Caller, row: Row) -> bool:
    return bool(row["jurisdiction_id"] == caller.jurisdiction)


def _in_child(meaning: Meaning, caller: Caller, row: Row) -> bool:
    below = {one["id"] for one in meaning.tables["jurisdiction"] if one["parent_id"] == caller.jurisdiction}
    return row["jurisdiction_id"] in below


def _consented(meaning: Meaning, caller: Caller, subject: Any) -> bool:
    return any(
        one["subject_id"] == subject
        and one["office_id"] == caller.office
        and one["application_item_id"] == caller.purpose_id
        and consent_in_force(one, meaning.today)
        for one in meaning.tables["consent"]
    )


def _produced_for(meaning: Meaning, caller: Caller, subject: Any) -> bool:
    return any(
        one["subject_id"] == subject and one["office_id"] == caller.office for one in meaning.tables["credit_record"]
    )


def _publications(in_force: Callable[[Row, date], bool]) -> dict[str, Relation]:
    """Give the relations of records and entries: about a subject, by an office, published for a time."""

    def published(meaning: Meaning, caller: Caller, row: Row) -> bool:
        return in_force(row, meaning.today) and row["disclosure"] == "public"

    def shared(meaning: Meaning, row: Row) -> bool:
        return in_force(row, meaning.today) and row["disclosure"] in ("public", "government_sharing")

    def queried(meaning: Meaning, row: Row) -> bool:
        return in_force(row, meaning.today) and row["disclosure"] in (
            "public",
            "government_sharing",
            "authorised_query",
        )

    return {
        "any": _every,
        "published": published,
        "published_organisation": lambda meaning, caller, row: (
            published(meaning, caller, row) and not row["about_person"]
        ),
        "own_office": _of_office,
        "own_jurisdiction": lambda meaning, caller, row: _in_own(meaning, caller, row) and shared(meaning, row),
        "child_jurisdiction": lambda meaning, caller, row: _in_child(meaning, caller, row) and shared(meaning, row),
        "purposed": lambda meaning, caller, row: _in_own(meaning, caller, row) and shared(meaning, row),
        "consented": lambda meaning, caller, row: (
            queried(meaning, row) and _consented(meaning, caller, row["subject_id"])
        ),
        "self": lambda meaning, caller, row: _of_self(meaning, caller, row) and row["disclosure"] != "internal",
    }


def _subject_is_published(meaning: Meaning, caller: Caller, row: Row) -> bool:
    if not row["is_person"]:
        return True
    records = (one for one in meaning.tables["credit_record"] if record_in_force(one, meaning.today))
    entries = (one for one in meaning.tables["list_entry"] if entry_in_force(one, meaning.today))
    return any(one["subject_id"] == row["id"] and one["disclosure"] == "public" for one in (*records, *entries))


def _entry_of(meaning: Meaning, row: Row) -> Row:
    return next(one for one in meaning.tables["list_entry"] if one["id"] == row["entry_id"])


def _record_of(meaning: Meaning, row: Row) -> Row:
    return next(one for one in meaning.tables["credit_record"] if one["id"] == row["record_id"])


def _through_entry(relation: Relation) -> Relation:
    return lambda meaning, caller, row: relation(meaning, caller, _entry_of(meaning, row))


_ENTRY = _publications(entry_in_force)
_ANY: dict[str, Relation] = {"any": _every}

_RELATIONS: dict[str, dict[str, Relation]] = {
    "jurisdiction": _ANY,
    "office": _ANY,
    "responsibility": _ANY,
    "catalogue_item": _ANY,
    "catalogue_producer": _ANY,
    "application_item": _ANY,
    "credit_list": _ANY,
    "working_day": _ANY,
    "subject": {
        "any": _every,
        "published": _subject_is_published,
        "published_organisation": lambda meaning, caller, row: not row["is_person"],
        "own_office": lambda meaning, caller, row: _produced_for(meaning, caller, row["id"]),
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
        "purposed": _in_own,
        "consented": lambda meaning, caller, row: _consented(meaning, caller, row["id"]),
        "self": lambda meaning, caller, row: row["id"] == caller.subject,
    },
    "legal_representative": {
        "any": _every,
        "published": _every,
        "published_organisation": _every,
        "own_office": lambda meaning, caller, row: _produced_for(meaning, caller, row["subject_id"]),
        "self": lambda meaning, caller, row: caller.subject in (row["subject_id"], row["person_id"]),
    },
    "credit_record": _publications(record_in_force),
    "credit_record_version": {
        "own_office": _of_office,
        "self": lambda meaning, caller, row: (
            _of_self(meaning, caller, row) and _record_of(meaning, row)["disclosure"] != "internal"
        ),
    },
    "list_entry": _ENTRY,
    "list_evidence": {scope: _through_entry(relation) for scope, relation in _ENTRY.items()},
    "consent": {"own_office": _of_office, "self": _of_self},
    "credit_report": {
        "any": _every,
        "own_office": _of_office,
        "own_jurisdiction": _in_own,
        "child_jurisdiction": _in_child,
        "self": _of_self,
    },
    "record_import": {"own_office": _of_office, "own_jurisdiction": _in_own},
    "refused_row": {"own_office": _of_office},
    "access_entry": {"any": _every, "own_office": _of_office, "self": _of_self},
}


# -- computed fields


def _publication_timeliness(meaning: Meaning, row: Row) -> str:
    due = row["publication_due_on"]
    if due is None:
        return "none_set"
    if row["portal_at"] is None or row["platform_at"] is None:
        return "overdue" if meaning.today > due else "pending"
    return "timely" if local_day(max(row["portal_at"], row["platform_at"])) <= due else "late"


def _collection_timeliness(meaning: Meaning, row: Row) -> str:
    due = row["collection_due_on"]
    if due is None:
        return "none_set"
    return "timely" if local_day(row["submitted_at"]) <= due else "late"


def _document_status(meaning: Meaning, row: Row) -> str:
    if row["revoked_at"] is not None:
        return "revoked"
    return "expired" if row["valid_until"] < meaning.today else "valid"


def _content_status(meaning: Meaning, row: Row) -> str:
    changed = any(
        event["kind"] == "change"
        and event["subject_id"] == row["subject_id"]
        and (event["at"], event["id"]) > (row["issued_at"], row["id"])
        and event["object"] in ("subject", "credit_record", "list_entry", "legal_representative")
        for event in meaning.tables["ledger_event"]
    )
    ended = any(
        other["subject_id"] == row["subject_id"]
        and other["public_until"] is not None
        and local_day(row["issued_at"]) <= other["public_until"] < meaning.today
        for other in (*meaning.tables["credit_record"], *meaning.tables["list_entry"])
    )
    return "superseded" if changed or ended else "current"


COMPUTED: dict[tuple[str, str], Callable[[Meaning, Row], Any]] = {
    ("Jurisdiction", "code"): lambda meaning, row: row["id"],
    ("CreditRecord", "inForce"): lambda meaning, row: record_in_force(row, meaning.today),
    ("CreditRecord", "publicationTimeliness"): _publication_timeliness,
    ("CreditRecord", "collectionTimeliness"): _collection_timeliness,
    ("ListEntry", "inForce"): lambda meaning, row: entry_in_force(row, meaning.today),
    ("Consent", "inForce"): lambda meaning, row: consent_in_force(row, meaning.today),
    ("CreditReport", "documentStatus"): _document_status,
    ("CreditReport", "contentStatus"): _content_status,
}
"""Fields that no column holds."""
